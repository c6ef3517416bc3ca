//! The control thread: its book, its sleep, and the output.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use tracing::{info, warn};

use crate::audio::engine::entry::{Entry, Place};
use crate::audio::engine::live::Live;
use crate::audio::engine::session::{OPEN_MAX, Session};
use crate::audio::engine::{EngineSettings, Said};
use crate::audio::frames::{Nanos, gain_factor};
use crate::audio::mixer::{Command, Gains};
use crate::audio::output::OutputError;
use crate::domain::log::{EndReason, PartId};
use crate::domain::slot::ZoneId;
use crate::domain::station::{Input, Start, Voice};
use crate::domain::time::Now;

/// Between two looks at the rings of an open output.
const LOOK: Duration = Duration::from_millis(40);

/// The programme is turned down below a voice, and up again, within this time.
const DUCK_RAMP: Duration = Duration::from_millis(300);

/// A zone is turned down or up within this time.
const VOLUME_RAMP_SECONDS: u32 = 1;

/// What the control thread is told.
#[derive(Debug)]
pub(super) enum Message {
    OpenOutput(ZoneId),
    CloseOutput(ZoneId),
    Prepare(Box<Voice>),
    Discard(PartId),
    Arm {
        part: PartId,
        start: Start,
    },
    Fade {
        part: PartId,
        ramp: Duration,
        reason: EndReason,
    },
    Hold {
        part: PartId,
        held: bool,
    },
    AskProgress,
    Volume(f64),
    Duck(f64),
    /// A decoder is far enough ahead, or found the clip to be no good.
    Ready {
        part: PartId,
        feed: u32,
        result: Result<(), String>,
    },
    /// An output is open.
    Opened {
        number: u32,
        what: String,
    },
    /// An output's thread is over.
    Gone {
        number: u32,
        result: Result<(), OutputError>,
    },
    Quit,
}

/// The control thread's book.
pub(super) struct Control {
    pub(super) settings: EngineSettings,
    pub(super) events: Sender<Said>,
    /// What found no room in `events`. Bounded by what can happen to a mixer's voices and one output.
    pub(super) outbox: VecDeque<Input>,
    pub(super) messages: SyncSender<Message>,
    pub(super) live: Arc<Mutex<Live>>,
    pub(super) session: Option<Session>,
    pub(super) sessions: u32,
    pub(super) entries: BTreeMap<PartId, Entry>,
    pub(super) feeds: u32,
    pub(super) peak: f32,
    pub(super) looks: u32,
    /// Readings of the loudness still to be made because somebody asked for it.
    pub(super) watched: u32,
    pub(super) momentary_lufs: Option<f64>,
    pub(super) unmetered_frames: u64,
    /// Factor on everything that sounds.
    volume: f32,
    /// Factor on everything that ducks.
    duck: f32,
}

impl Control {
    pub(super) fn new(
        settings: EngineSettings,
        events: Sender<Said>,
        messages: SyncSender<Message>,
        live: Arc<Mutex<Live>>,
    ) -> Self {
        Self {
            volume: gain_factor(settings.trim_db),
            duck: 1.0,
            settings,
            events,
            outbox: VecDeque::new(),
            messages,
            live,
            session: None,
            sessions: 0,
            entries: BTreeMap::new(),
            feeds: 0,
            peak: 0.0,
            looks: 0,
            watched: 0,
            momentary_lufs: None,
            unmetered_frames: 0,
        }
    }

    /// Until [`Message::Quit`].
    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        loop {
            let message = match self.next_look() {
                None => messages.recv().ok(),
                Some(wait) => messages.recv_timeout(wait).ok(),
            };
            if matches!(message, Some(Message::Quit)) {
                break;
            }
            let now = (self.settings.clock)();
            if let Some(message) = message {
                self.handle(message, now);
            }
            self.look(now);
        }
        if let Some(session) = self.session.take() {
            session.close_and_wait();
        }
    }

    /// How long it may sleep; none while there is nothing to look at.
    pub(super) fn next_look(&self) -> Option<Duration> {
        if !self.outbox.is_empty() {
            return Some(LOOK);
        }
        let session = self.session.as_ref()?;
        if !session.open {
            return Some(OPEN_MAX);
        }
        let now = (self.settings.clock)().mono;
        let due = self.entries.values().filter_map(Entry::due).min();
        Some(due.map_or(LOOK, |due| due.saturating_sub(now).min(LOOK)))
    }

    pub(super) fn handle(&mut self, message: Message, now: Now) {
        match message {
            Message::OpenOutput(zone) => self.open_output(zone, now),
            Message::CloseOutput(zone) if zone == self.settings.zone => self.close_output(now),
            Message::CloseOutput(zone) => warn!(%zone, "asked to close the output of another zone"),
            Message::Prepare(voice) => self.prepare(&voice),
            Message::Discard(part) => self.discard(part),
            Message::Arm { part, start } => self.arm(part, start),
            Message::Fade { part, ramp, reason } => self.fade(part, ramp, reason),
            Message::Hold { part, held } => {
                if let Some(session) = &mut self.session {
                    session.command(Command::Hold { part, held });
                }
            }
            Message::AskProgress => self.entries.values_mut().for_each(|entry| entry.progress_due = Duration::ZERO),
            Message::Volume(gain_db) => self.turn(gain_db),
            Message::Duck(gain_db) => self.duck(gain_db),
            Message::Ready { part, feed, result } => self.ready(part, feed, result),
            Message::Opened { number, what } => self.opened(number, what, now),
            Message::Gone { number, result } => self.gone(number, result, now),
            Message::Quit => {}
        }
        self.launch(now);
    }

    fn turn(&mut self, gain_db: f64) {
        self.volume = gain_factor(gain_db + self.settings.trim_db);
        let ramp_frames = self.settings.rate_hz.saturating_mul(VOLUME_RAMP_SECONDS);
        if let Some(session) = &mut self.session {
            session.command(Command::Volume { gain: self.volume, ramp_frames });
        }
    }

    fn duck(&mut self, gain_db: f64) {
        self.duck = gain_factor(gain_db);
        let ramp_frames = (DUCK_RAMP.as_secs_f64() * f64::from(self.settings.rate_hz)) as u32;
        if let Some(session) = &mut self.session {
            session.command(Command::Duck { gain: self.duck, ramp_frames });
        }
    }

    // The output.

    fn open_output(&mut self, zone: ZoneId, now: Now) {
        if zone != self.settings.zone {
            let error = format!("this engine plays for zone {}", self.settings.zone);
            return self.say(Input::OutputLost { zone, error });
        }
        match &self.session {
            Some(session) if session.open => self.say(Input::OutputOpen { zone }),
            Some(_) => {}
            None => {
                self.sessions += 1;
                let gains = Gains { volume: self.volume, duck: self.duck };
                match Session::start(&self.settings, self.sessions, now, gains, self.messages.clone()) {
                    Ok(session) => self.session = Some(session),
                    Err(error) => self.say(Input::OutputLost { zone, error: error.to_string() }),
                }
            }
        }
    }

    fn opened(&mut self, number: u32, what: String, now: Now) {
        let Some(session) = self.session.as_mut().filter(|session| session.number == number) else { return };
        info!(zone = %self.settings.zone, "output open: {what}");
        session.opened(what, now);
        self.say(Input::OutputOpen { zone: self.settings.zone.clone() });
    }

    fn close_output(&mut self, now: Now) {
        if self.session.is_some() {
            self.end_all("it was closed while something sounded", now.wall.into());
            // Dropping the session hangs up; the output's thread closes the device and ends.
            self.session = None;
            info!(zone = %self.settings.zone, "output closed");
        }
    }

    fn gone(&mut self, number: u32, result: Result<(), OutputError>, now: Now) {
        if self.session.as_ref().is_some_and(|session| session.number == number)
            && let Err(error) = result
        {
            self.lost(&error, now.wall.into());
        }
    }

    /// The output is gone since `at`: what it had not played will not be heard.
    pub(super) fn lost(&mut self, error: &OutputError, at: Nanos) {
        // What the mixer said before it went still counts.
        let now = (self.settings.clock)();
        self.read_mixer(now);
        warn!(zone = %self.settings.zone, "output lost: {error}");
        let error = error.to_string();
        self.end_all(&error, at);
        self.session = None;
        self.say(Input::OutputLost { zone: self.settings.zone.clone(), error });
    }

    /// Ends every voice that was started or told to start, with what was heard of it up to `at`.
    pub(super) fn end_all(&mut self, error: &str, at: Nanos) {
        let parts: Vec<_> = self.entries.values().filter(|entry| entry.is_started()).map(|entry| entry.part).collect();
        for part in parts {
            let Some(mut entry) = self.entries.remove(&part) else { continue };
            let heard = entry.account(at, self.settings.rate_hz, &self.settings.zone);
            if let (false, Some(start)) = (entry.announced, heard.start) {
                self.say(Input::Started { part, at: start });
            }
            let reason = match entry.place {
                Place::Over { reason, .. } if heard.frames == entry.tally.frames => reason,
                _ => EndReason::OutputLost { error: error.to_owned() },
            };
            self.say(Input::Ended { part, reason, heard });
        }
    }

    pub(super) fn say(&mut self, input: Input) {
        self.outbox.push_back(input);
        self.post();
    }

    pub(super) fn post(&mut self) {
        while let Some(input) = self.outbox.pop_front() {
            match self.events.try_send(Said { zone: self.settings.zone.clone(), input }) {
                Ok(()) => {}
                Err(TrySendError::Full(said)) => return self.outbox.push_front(said.input),
                Err(TrySendError::Closed(_)) => return self.outbox.clear(),
            }
        }
    }
}
