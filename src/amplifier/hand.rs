//! The hand on one switch: it turns it, and looks whether the power followed.

use std::thread;
use std::time::Duration;

use super::{command, gpio, http};
use crate::clock;
use crate::domain::amplifier::{Switch, power_word};
use crate::domain::slot::ZoneId;

/// The first wait before the power is looked at again, doubled each time: a contactor takes a tenth of a second, and a program that
/// is asked costs more than a line.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Why a switch did not do what it was told, or did not say what it is; in words for an operator, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SwitchFault(String);

impl SwitchFault {
    pub(super) fn of(words: impl ToString) -> Self {
        Self(words.to_string())
    }
}

/// The hand on one switch. A line of the machine is held by it as long as it is there.
#[derive(Debug)]
pub(super) struct Hand {
    zone: ZoneId,
    switch: Switch,
    lines: gpio::Lines,
}

impl Hand {
    /// Nothing is touched before the first turn.
    pub(super) fn new(zone: ZoneId, switch: Switch) -> Self {
        Self { zone, switch, lines: gpio::Lines::default() }
    }

    /// Turns it, and waits until the power has followed where that can be read back; for at most `within`, a moment more where
    /// the other end hangs.
    ///
    /// # Errors
    /// It cannot be turned, or the power does not follow.
    pub(super) fn turn(&mut self, on: bool, within: Duration) -> Result<(), SwitchFault> {
        let deadline = clock::now().mono + within;
        match &self.switch {
            Switch::Command(command) => command::turn(command, &self.zone, on, within),
            Switch::Gpio(gpio) => self.lines.turn(gpio, on),
            Switch::Http(http) => http::turn(http, on, within),
        }?;
        let mut wait = LOOK_AGAIN;
        loop {
            let left = deadline.saturating_sub(clock::now().mono);
            let fault = match self.power(left.max(LOOK_AGAIN)) {
                Ok(Some(power)) if power != on => unmoved(on),
                Ok(_) => return Ok(()),
                Err(fault) => fault,
            };
            if left.is_zero() {
                return Err(fault);
            }
            thread::park_timeout(wait.min(left));
            wait *= 2;
        }
    }

    /// What can be told without turning it: whether its power is on; none where that cannot be read back.
    ///
    /// # Errors
    /// It could not be turned now, as far as can be told, or its power cannot be read back.
    pub(super) fn look(&mut self, within: Duration) -> Result<Option<bool>, SwitchFault> {
        match &self.switch {
            Switch::Command(command) => command::look(command)?,
            Switch::Gpio(gpio) => gpio::look(gpio)?,
            Switch::Http(_) => {}
        }
        self.power(within)
    }

    /// Whether the power is on; none where it cannot be read back.
    ///
    /// # Errors
    /// It does not say, or says neither.
    fn power(&mut self, within: Duration) -> Result<Option<bool>, SwitchFault> {
        match &self.switch {
            Switch::Command(command) => command::power(command, &self.zone, within),
            Switch::Gpio(gpio) => self.lines.power(gpio),
            Switch::Http(http) => http::power(http, within),
        }
    }
}

fn unmoved(on: bool) -> SwitchFault {
    let (told, is) = (power_word(on), power_word(!on));
    SwitchFault::of(format!(
        "it was switched {told} and still reads {is}; look at its fuse, its contactor and the wire back"
    ))
}
