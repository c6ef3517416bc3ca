//! An output that has a witness: what it sends is compared with what comes back of it.

use crate::audio::output::{Line, Output, OutputError, Programme};
use crate::audio::proof::Witness;
use crate::audio::pump::Pump;
use crate::audio::tee::tee;

/// What the witness may be late by.
const RING_SECONDS: usize = 4;

/// See the module.
pub(super) struct Witnessed {
    output: Box<dyn Output>,
    witness: Witness,
    programme: Programme,
}

impl Witnessed {
    pub(super) fn new(output: Box<dyn Output>, witness: Witness, programme: Programme) -> Self {
        Self { output, witness, programme }
    }
}

impl Output for Witnessed {
    fn describe(&self) -> String {
        self.output.describe()
    }

    fn run(self: Box<Self>, mut pump: Pump, line: &Line) -> Result<(), OutputError> {
        let (tee, tap) = tee(RING_SECONDS * self.programme.rate_hz as usize);
        pump.copy_to(tee);
        self.witness.sends(tap);
        self.output.run(pump, line)
    }
}
