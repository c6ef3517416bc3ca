//! Outputs: what asks for the programme at its own pace.
//!
//! An output runs in a thread of its own from opening to closing, so that a sound server that hangs hangs nobody else.

pub mod null;

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::audio::pump::{ClockFn, Pump};

/// Why an output cannot be opened, or went away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// There is no such device, or it cannot do what is asked.
    #[error("cannot open {output}: {fault}")]
    Open {
        /// Which, in words.
        output: String,
        /// What the system says.
        fault: String,
    },
    /// It was open and went away.
    #[error("{output} went away: {fault}")]
    Lost {
        /// Which, in words.
        output: String,
        /// What the system says.
        fault: String,
    },
    /// It was open and stopped asking.
    #[error("{output} has not asked for sound for {quiet_ms} ms")]
    Stalled {
        /// Which, in words.
        output: String,
        /// How long.
        quiet_ms: u64,
    },
}

/// Something that plays.
pub trait Output: Send {
    /// What it is, in words an operator knows.
    fn describe(&self) -> String;

    /// Opens, says so on the line, keeps asking the pump for frames until the line closes, and closes.
    ///
    /// # Errors
    /// It cannot be opened, or went away.
    fn run(self: Box<Self>, pump: Pump, line: &Line) -> Result<(), OutputError>;
}

/// Between an output's thread and the control thread.
pub struct Line {
    /// Nothing is sent on it: its other end hangs up.
    close: Receiver<()>,
    opened: Box<dyn Fn(String) + Send>,
}

impl Line {
    /// A line that says what was opened through `opened`, and closes when the sender of `close` is dropped.
    #[must_use]
    pub fn new(close: Receiver<()>, opened: Box<dyn Fn(String) + Send>) -> Self {
        Self { close, opened }
    }

    /// The output is open; `what` says what it turned out to be.
    pub fn opened(&self, what: String) {
        (self.opened)(what);
    }

    /// Waits until the line closes, at most `timeout`; true when it has closed.
    #[must_use]
    pub fn closes_within(&self, timeout: Duration) -> bool {
        !matches!(self.close.recv_timeout(timeout), Err(RecvTimeoutError::Timeout))
    }
}

/// What an output needs to know of the programme.
#[derive(Clone)]
pub struct Programme {
    /// Frames per second.
    pub rate_hz: u32,
    /// Both clocks.
    pub clock: ClockFn,
}
