//! The engine of one zone: performs the station's audio effects and answers with its inputs.
//!
//! A control thread owns everything; [`EngineHandle`] sends it what is asked. It sleeps as long as its output is closed and
//! nothing is asked, and looks at its rings 25 times a second while the output is open.

mod control;
mod entry;
mod live;
mod session;
mod voices;
mod watch;

use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use crate::audio::live::{LiveHub, Tapes};
use crate::audio::output::Output;
use crate::audio::pump::ClockFn;
use crate::audio::source::OpenFn;
use crate::domain::clip::Digest;
use crate::domain::log::{EndReason, PartId};
use crate::domain::microphone::Microphone;
use crate::domain::relay::Relay;
use crate::domain::slot::ZoneId;
use crate::domain::station::{Effect, Input, Start, Voice};
use control::{Control, Message};
pub use live::{LiveLevel, Position};

/// Most requests on their way to an engine. Full means that it hangs: the request is refused ([`EngineError::Busy`]).
pub const REQUESTS_MAX: usize = 256;

/// Makes a fresh output for each opening.
pub type OutputFn = Arc<dyn Fn() -> Box<dyn Output> + Send + Sync>;

/// Where a clip's file lies, by its digest.
pub type LocateFn = Arc<dyn Fn(&Digest) -> PathBuf + Send + Sync>;

/// Everything an engine is told once.
#[derive(Clone)]
pub struct EngineSettings {
    /// The zone that it plays for. What is asked for another zone is refused.
    pub zone: ZoneId,
    /// Programme rate in Hz, 8,000 to 192,000.
    pub rate_hz: u32,
    /// What is decoded ahead of each voice.
    pub ring: Duration,
    /// Length of the ramp on hold, on going on, and on a start in the middle of a clip.
    pub ramp: Duration,
    /// Between two [`Input::Progress`] of a voice.
    pub progress: Duration,
    /// An open output that has not asked for sound for so long is lost.
    pub stall: Duration,
    /// Finds a clip's file.
    pub locate: LocateFn,
    /// Opens a clip's file.
    pub open: OpenFn,
    /// What other stations can be relayed, and from where.
    pub relays: Arc<[Relay]>,
    /// What records those of them that are kept.
    pub tapes: Tapes,
    /// Through what a person may speak.
    pub microphones: Arc<[Microphone]>,
    /// Where live sound is shared: one for all zones that sound together.
    pub live: LiveHub,
    /// Both clocks.
    pub clock: ClockFn,
    /// Gain on everything that it plays, in dB, 0 or less: a zone that is to be quieter than the others.
    pub trim_db: f64,
    /// Whether the output is kept in step with the machine's clock, as zones must be that sound together. An output that is
    /// alone plays every frame as it is.
    pub in_step: bool,
    /// Makes the output.
    pub output: OutputFn,
}

impl EngineSettings {
    /// 48 kHz.
    pub const RATE_HZ: u32 = 48_000;
    /// Four seconds.
    pub const RING: Duration = Duration::from_secs(4);
    /// 20 milliseconds.
    pub const RAMP: Duration = Duration::from_millis(20);
    /// A second.
    pub const PROGRESS: Duration = Duration::from_secs(1);
    /// Half a second.
    pub const STALL: Duration = Duration::from_millis(500);
}

/// Why an engine does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Its queue is full.
    #[error("the engine of zone {zone} does not answer: {REQUESTS_MAX} requests are waiting")]
    Busy {
        /// Which engine.
        zone: ZoneId,
    },
    /// Its thread has ended.
    #[error("the engine of zone {zone} is no longer running")]
    Gone {
        /// Which engine.
        zone: ZoneId,
    },
    /// Its thread could not be started.
    #[error("cannot start the engine of zone {zone}")]
    Spawn {
        /// Which engine.
        zone: ZoneId,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

/// What the engine of a zone says.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Which.
    pub zone: ZoneId,
    /// What.
    pub input: Input,
}

/// Starts engines.
pub struct Engine;

impl Engine {
    /// Starts the engine of a zone, with its output closed. Answers go to `events`; what finds no room there is kept and
    /// sent later, except progress, which the next one replaces.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn spawn(settings: EngineSettings, events: Sender<Said>) -> Result<EngineHandle, EngineError> {
        let (sender, receiver) = sync_channel(REQUESTS_MAX);
        let live = Arc::new(Mutex::default());
        let zone = settings.zone.clone();
        let control = Control::new(settings, events, sender.clone(), Arc::clone(&live));
        let thread = std::thread::Builder::new()
            .name(format!("loa-{zone}"))
            .spawn(move || control.run(&receiver))
            .map_err(|source| EngineError::Spawn { zone: zone.clone(), source })?;
        Ok(EngineHandle(Arc::new(Inner { zone, sender, live, thread: Mutex::new(Some(thread)) })))
    }
}

/// Speaks to a running engine. The engine ends, and its output is closed, with the last clone of this.
#[derive(Debug, Clone)]
pub struct EngineHandle(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    zone: ZoneId,
    sender: SyncSender<Message>,
    live: Arc<Mutex<live::Live>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The thread is waited for, so that a recording is whole when the process ends. It answers within a second.
        let sent = self.sender.send(Message::Quit);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Ok(()), Some(thread)) = (sent, thread) {
            let _ = thread.join();
        }
    }
}

impl EngineHandle {
    /// Performs an effect of the station if it is one of audio; hands it back if it is not.
    ///
    /// # Errors
    /// The engine does not answer or has ended.
    pub fn perform(&self, effect: Effect) -> Result<Option<Effect>, EngineError> {
        match effect {
            Effect::OpenOutput(zone) => self.open_output(zone)?,
            Effect::CloseOutput(zone) => self.close_output(zone)?,
            Effect::Prepare(voice) => self.prepare(voice)?,
            Effect::Discard(part) => self.discard(part)?,
            Effect::Arm { part, start } => self.arm(part, start)?,
            Effect::Fade { part, ramp, reason } => self.fade(part, ramp, reason)?,
            Effect::Hold { part, held } => self.hold(part, held)?,
            Effect::Volume { gain_db, .. } => self.send(Message::Volume(gain_db))?,
            Effect::Duck { gain_db, .. } => self.send(Message::Duck(gain_db))?,
            // These are between zones; see `domain::ensemble`.
            Effect::Leave { .. }
            | Effect::Join { .. }
            | Effect::ChooseRundown { .. }
            | Effect::Commit(_)
            | Effect::Journal { .. }
            | Effect::TakeFromQueue(_)
            | Effect::Switch { .. }
            | Effect::Exit => return Ok(Some(effect)),
        }
        Ok(None)
    }

    /// Opens the output; answered with [`Input::OutputOpen`] or [`Input::OutputLost`].
    ///
    /// # Errors
    /// The engine does not answer or has ended; so below.
    pub fn open_output(&self, zone: ZoneId) -> Result<(), EngineError> {
        self.send(Message::OpenOutput(zone))
    }

    /// Closes the output. Not answered.
    ///
    /// # Errors
    /// See [`EngineHandle::open_output`].
    pub fn close_output(&self, zone: ZoneId) -> Result<(), EngineError> {
        self.send(Message::CloseOutput(zone))
    }

    /// Starts decoding; answered with [`Input::Prepared`] or [`Input::PrepareFailed`].
    ///
    /// # Errors
    /// See [`EngineHandle::open_output`].
    pub fn prepare(&self, voice: Voice) -> Result<(), EngineError> {
        self.send(Message::Prepare(Box::new(voice)))
    }

    /// Drops a voice that has not started; answered with [`Input::Ended`].
    ///
    /// # Errors
    /// See [`EngineHandle::open_output`].
    pub fn discard(&self, part: PartId) -> Result<(), EngineError> {
        self.send(Message::Discard(part))
    }

    /// Lets a prepared voice sound; answered with [`Input::Started`] and, in the end, [`Input::Ended`].
    ///
    /// # Errors
    /// See [`EngineHandle::open_output`].
    pub fn arm(&self, part: PartId, start: Start) -> Result<(), EngineError> {
        self.send(Message::Arm { part, start })
    }

    /// Ends a voice with a ramp; answered with [`Input::Ended`].
    ///
    /// # Errors
    /// See [`EngineHandle::open_output`].
    pub fn fade(&self, part: PartId, ramp: Duration, reason: EndReason) -> Result<(), EngineError> {
        self.send(Message::Fade { part, ramp, reason })
    }

    /// Holds a voice or lets it go on. Not answered.
    ///
    /// # Errors
    /// See [`EngineHandle::open_output`].
    pub fn hold(&self, part: PartId, held: bool) -> Result<(), EngineError> {
        self.send(Message::Hold { part, held })
    }

    /// Asks for an [`Input::Progress`] of every sounding voice now.
    ///
    /// # Errors
    /// See [`EngineHandle::open_output`].
    pub fn ask_progress(&self) -> Result<(), EngineError> {
        self.send(Message::AskProgress)
    }

    /// The zone that it plays for.
    #[must_use]
    pub fn zone(&self) -> &ZoneId {
        &self.0.zone
    }

    /// The voice on air and the frames heard of it, 40 ms old at most; none in silence.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.live().position
    }

    /// What goes out now. The loudness is measured only while somebody asks for it, so the first answer after a while knows
    /// none.
    #[must_use]
    pub fn level(&self) -> LiveLevel {
        let mut live = self.0.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.level_read = true;
        live.snapshot.level
    }

    /// What the open output turned out to be; none while it is closed.
    #[must_use]
    pub fn output(&self) -> Option<String> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner).output.clone()
    }

    fn live(&self) -> live::Snapshot {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner).snapshot
    }

    fn send(&self, message: Message) -> Result<(), EngineError> {
        self.0.sender.try_send(message).map_err(|error| match error {
            TrySendError::Full(_) => EngineError::Busy { zone: self.0.zone.clone() },
            TrySendError::Disconnected(_) => EngineError::Gone { zone: self.0.zone.clone() },
        })
    }
}
