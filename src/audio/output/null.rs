//! The paced null output: asks for frames at the programme rate by the monotonic clock, and lets them go.
//!
//! Its timestamps are exact and it does not drift: it is its own clock.

use crate::audio::output::pace::pace;
use crate::audio::output::{Line, Output, OutputError, Programme};
use crate::audio::pump::{Pump, Timing};

/// See the module.
pub struct Null {
    programme: Programme,
}

impl Null {
    /// A null output.
    #[must_use]
    pub const fn new(programme: Programme) -> Self {
        Self { programme }
    }
}

impl Output for Null {
    fn describe(&self) -> String {
        "the null output (nothing is heard)".to_owned()
    }

    fn run(self: Box<Self>, mut pump: Pump, line: &Line) -> Result<(), OutputError> {
        line.opened(self.describe());
        pace(&self.programme, line, |buffer, plays_at| pump.fill(buffer, Timing::Exactly(plays_at)));
        Ok(())
    }
}
