//! Outputs: what asks for the programme at its own pace.
//!
//! An output runs in a thread of its own from opening to closing, so that a sound server that hangs hangs nobody else.

pub mod device;
mod file;
pub mod icecast;
pub mod null;
mod pace;
pub mod recorder;
pub mod recordings;
pub mod rtp;
mod witnessed;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use crate::audio::output::device::{Device, DeviceChoice};
use crate::audio::output::file::Files;
use crate::audio::output::icecast::{Icecast, IcecastSettings};
use crate::audio::output::null::Null;
use crate::audio::output::recorder::{Recorded, RecorderSettings};
use crate::audio::output::rtp::{Rtp, RtpSettings};
use crate::audio::output::witnessed::Witnessed;
use crate::audio::proof::Witness;
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

/// Most words that wait on a line. One is enough to end it; what finds no room says the same again.
const LINE_MAX: usize = 8;

/// What an output's thread is told.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Close,
    Fault(String),
}

/// Between an output's thread and the control thread.
pub struct Line {
    words: Receiver<Word>,
    sender: SyncSender<Word>,
    opened: Box<dyn Fn(String) + Send>,
}

/// Closes a line. Dropping it does.
#[derive(Debug)]
pub struct Closer(SyncSender<Word>);

impl Drop for Closer {
    fn drop(&mut self) {
        // No room means that the line is full of faults, and ends anyway.
        let _ = self.0.try_send(Word::Close);
    }
}

/// Tells an output's thread that its device went away. For the device's own threads.
#[derive(Debug, Clone)]
pub struct FaultSender(SyncSender<Word>);

impl FaultSender {
    /// The device is gone; `fault` is what it said.
    pub fn send(&self, fault: String) {
        let _ = self.0.try_send(Word::Fault(fault));
    }
}

impl Line {
    /// A line that says what was opened through `opened`, and the end that closes it.
    #[must_use]
    pub fn new(opened: Box<dyn Fn(String) + Send>) -> (Self, Closer) {
        let (sender, words) = sync_channel(LINE_MAX);
        let closer = Closer(sender.clone());
        (Self { words, sender, opened }, closer)
    }

    /// The output is open; `what` says what it turned out to be.
    pub fn opened(&self, what: String) {
        (self.opened)(what);
    }

    /// Ends [`Line::wait`] with a fault.
    #[must_use]
    pub fn fault_sender(&self) -> FaultSender {
        FaultSender(self.sender.clone())
    }

    /// Waits until the line closes (`Ok`) or the device goes away (`Err`, with what it said).
    ///
    /// # Errors
    /// The device went away.
    pub fn wait(&self) -> Result<(), String> {
        match self.words.recv() {
            Ok(Word::Fault(fault)) => Err(fault),
            Ok(Word::Close) | Err(_) => Ok(()),
        }
    }

    /// The same, at most `timeout`; none when nothing came.
    #[must_use]
    pub fn wait_within(&self, timeout: Duration) -> Option<Result<(), String>> {
        match self.words.recv_timeout(timeout) {
            Ok(Word::Fault(fault)) => Some(Err(fault)),
            Ok(Word::Close) | Err(RecvTimeoutError::Disconnected) => Some(Ok(())),
            Err(RecvTimeoutError::Timeout) => None,
        }
    }

    /// Waits until the line closes, at most `timeout`; true when it has closed.
    #[must_use]
    pub fn closes_within(&self, timeout: Duration) -> bool {
        !matches!(self.words.recv_timeout(timeout), Err(RecvTimeoutError::Timeout))
    }
}

/// What an output is, as the configuration says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputKind {
    /// A sound card.
    Device(DeviceChoice),
    /// No sound, paced like a card.
    Null,
    /// A WAV file for each opening in this folder, paced like a card.
    File(PathBuf),
    /// A mount of an Icecast server.
    Icecast(IcecastSettings),
    /// RTP into the network.
    Rtp(RtpSettings),
}

/// Makes the outputs of a zone.
#[derive(Clone)]
pub struct OutputSettings {
    /// What it is.
    pub kind: OutputKind,
    /// How the programme is recorded beside it; none if it is not.
    pub record: Option<RecorderSettings>,
    /// Who compares what it sends with what comes back; none without a return feed.
    pub witness: Option<Witness>,
}

impl OutputSettings {
    /// A fresh output.
    #[must_use]
    pub fn make(&self, programme: &Programme) -> Box<dyn Output> {
        let output = self.recorded(programme);
        match &self.witness {
            Some(witness) => Box::new(Witnessed::new(output, witness.clone(), programme.clone())),
            None => output,
        }
    }

    fn recorded(&self, programme: &Programme) -> Box<dyn Output> {
        let output: Box<dyn Output> = match &self.kind {
            OutputKind::Device(choice) => Box::new(Device::new(choice.clone(), programme.clone())),
            OutputKind::Null => Box::new(Null::new(programme.clone())),
            OutputKind::Icecast(settings) => Box::new(Icecast::new(settings.clone(), programme.clone())),
            OutputKind::Rtp(settings) => Box::new(Rtp::new(settings.clone(), programme.clone())),
            // It is a recording already.
            OutputKind::File(folder) => return Box::new(Files::new(folder.clone(), programme.clone())),
        };
        match &self.record {
            Some(settings) => Box::new(Recorded::new(output, settings.clone(), programme.clone())),
            None => output,
        }
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
