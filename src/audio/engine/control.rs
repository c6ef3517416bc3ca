//! The control thread: what is asked, what the mixer reports, what the station is told.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use tracing::{debug, info, warn};

use crate::audio::engine::EngineSettings;
use crate::audio::engine::entry::{Entry, Place};
use crate::audio::engine::live::{Live, LiveLevel, Position, Snapshot};
use crate::audio::engine::session::{OPEN_MAX, Session};
use crate::audio::feed::{Feed, FeedOrder};
use crate::audio::frames::{CHANNELS, Nanos, gain_factor, ns_to_frames};
use crate::audio::meter::Meter;
use crate::audio::mixer::{Command, Report, VOICES_MAX};
use crate::audio::output::OutputError;
use crate::audio::voice::{Cue, MixVoice, VoiceTally};
use crate::domain::log::{Delivery, EndReason, Level, PartId};
use crate::domain::slot::ZoneId;
use crate::domain::station::{Heard, Input, Start, Voice};
use crate::domain::time::Now;

/// Between two looks at the rings of an open output.
const LOOK: Duration = Duration::from_millis(40);

/// What the live peak falls back by between two looks: 20 dB in a second.
const PEAK_FALL: f32 = 0.912;

/// Looks between two readings of the momentary loudness, which goes over the last 400 ms each time.
const LOOKS_PER_LOUDNESS: u32 = 5;

/// What the tap of a voice holds: a control thread that is later than this loses level, never sound.
const TAP: Duration = Duration::from_secs(1);

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
    settings: EngineSettings,
    events: Sender<Input>,
    /// What found no room in `events`. Bounded by what can happen to [`VOICES_MAX`] voices and one output.
    outbox: VecDeque<Input>,
    messages: SyncSender<Message>,
    live: Arc<Mutex<Live>>,
    session: Option<Session>,
    sessions: u32,
    entries: BTreeMap<PartId, Entry>,
    feeds: u32,
    peak: f32,
    looks: u32,
    momentary_lufs: Option<f64>,
    unmetered_frames: u64,
}

impl Control {
    pub(super) fn new(
        settings: EngineSettings,
        events: Sender<Input>,
        messages: SyncSender<Message>,
        live: Arc<Mutex<Live>>,
    ) -> Self {
        Self {
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
    fn next_look(&self) -> Option<Duration> {
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

    fn handle(&mut self, message: Message, now: Now) {
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
            Message::Ready { part, feed, result } => self.ready(part, feed, result),
            Message::Opened { number, what } => self.opened(number, what, now),
            Message::Gone { number, result } => self.gone(number, result, now),
            Message::Quit => {}
        }
        self.launch(now);
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
                match Session::start(&self.settings, self.sessions, now, self.messages.clone()) {
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
    fn lost(&mut self, error: &OutputError, at: Nanos) {
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
    fn end_all(&mut self, error: &str, at: Nanos) {
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

    // Voices.

    fn prepare(&mut self, voice: &Voice) {
        let part = voice.part;
        if self.entries.contains_key(&part) || self.entries.len() >= VOICES_MAX {
            let fault = format!("{part} is prepared already, or {VOICES_MAX} others are");
            return self.say(Input::PrepareFailed { part, fault });
        }
        self.feeds += 1;
        let feed = self.feeds;
        let messages = self.messages.clone();
        let order = FeedOrder {
            open: self.settings.open.clone(),
            path: (self.settings.locate)(&voice.clip.digest),
            from_frame: voice.from_frame,
            clip_frames: voice.clip.frames,
            gain: gain_factor(voice.gain_db),
            rate_hz: self.settings.rate_hz,
            ring: self.settings.ring,
        };
        // Sent from the decoder's thread, which may wait; the control thread is gone only when nobody asks any more.
        let ready = move |result| drop(messages.send(Message::Ready { part, feed, result }));
        match Feed::spawn(order, ready) {
            Ok((feeder, ring)) => {
                let resumed = voice.from_frame > 0;
                self.entries.insert(part, Entry::new(part, feed, feeder, resumed, ring));
            }
            Err(error) => {
                self.say(Input::PrepareFailed { part, fault: format!("no thread for the decoder: {error}") });
            }
        }
    }

    fn ready(&mut self, part: PartId, feed: u32, result: Result<(), String>) {
        let Some(entry) = self.entries.get_mut(&part).filter(|entry| entry.feed_number == feed) else { return };
        if let Place::Ready { prepared, .. } = &mut entry.place {
            match result {
                Ok(()) => {
                    *prepared = true;
                    self.say(Input::Prepared(part));
                }
                Err(fault) => {
                    self.entries.remove(&part);
                    self.say(Input::PrepareFailed { part, fault });
                }
            }
        }
    }

    fn arm(&mut self, part: PartId, asked: Start) {
        let Some(entry) = self.entries.get_mut(&part) else {
            return warn!(%part, "told to start a voice that is not prepared");
        };
        if let Place::Ready { start, .. } = &mut entry.place {
            *start = Some(asked);
            if self.session.is_none() {
                let error = format!("the output of zone {} is closed", self.settings.zone);
                self.end_unheard(part, EndReason::OutputLost { error });
            }
        }
    }

    fn discard(&mut self, part: PartId) {
        match self.entries.get(&part) {
            Some(entry) if matches!(entry.place, Place::Ready { .. }) => self.end_unheard(part, EndReason::NotStarted),
            Some(_) => self.fade(part, Duration::ZERO, EndReason::NotStarted),
            None => debug!(%part, "told to drop a voice that is gone"),
        }
    }

    fn fade(&mut self, part: PartId, ramp: Duration, reason: EndReason) {
        let Some(entry) = self.entries.get_mut(&part) else {
            return debug!(%part, "told to fade a voice that is gone");
        };
        match entry.place {
            Place::Ready { .. } => self.end_unheard(part, reason),
            Place::Mixed => {
                entry.asked = Some(reason);
                let ramp_ns = i64::try_from(ramp.as_nanos()).unwrap_or(i64::MAX);
                let ramp_frames = u32::try_from(ns_to_frames(ramp_ns, self.settings.rate_hz)).unwrap_or(u32::MAX);
                if let Some(session) = &mut self.session {
                    session.command(Command::Fade { part, ramp_frames });
                }
            }
            // It is over already, and says so when the last frame has been heard.
            Place::Over { .. } => {}
        }
    }

    /// Ends a voice that never came into the mixer.
    fn end_unheard(&mut self, part: PartId, reason: EndReason) {
        if self.entries.remove(&part).is_some() {
            let zones = vec![Delivery { zone: self.settings.zone.clone(), frames: 0, underrun_frames: 0 }];
            let heard = Heard { start: None, end: None, frames: 0, zones, level: Level::default() };
            self.say(Input::Ended { part, reason, heard });
        }
    }

    /// Moves every voice that may start into the mixer, those that others wait for first.
    fn launch(&mut self, now: Now) {
        while let Some(part) = self.launchable(now) {
            let (Some(entry), Some(session)) = (self.entries.get_mut(&part), &mut self.session) else { return };
            let place = std::mem::replace(&mut entry.place, Place::Mixed);
            let Place::Ready { start: Some(start), ring, .. } = place else { return };
            let cue = match start {
                Start::At(at) => Cue::At(at.into()),
                Start::After(other) => Cue::After(other),
            };
            let tap_frames = (TAP.as_secs_f64() * f64::from(self.settings.rate_hz)) as usize;
            let (tap, tapped) = rtrb::RingBuffer::new(tap_frames * CHANNELS);
            entry.meter = Some(Meter::new(self.settings.rate_hz, tapped));
            let state = Arc::clone(&entry.feed.state);
            session.command(Command::Start(Box::new(MixVoice::new(part, cue, entry.resumed, ring, state, tap))));
        }
    }

    fn launchable(&self, now: Now) -> Option<PartId> {
        let open = self.session.as_ref()?.open;
        self.entries.values().find_map(|entry| match entry.place {
            // What is late already goes into the very first buffer of an output that is being opened. What is not waits until
            // the output can say when its frames are heard.
            Place::Ready { prepared: true, start: Some(Start::At(at)), .. } => {
                (open || at <= now.wall).then_some(entry.part)
            }
            Place::Ready { prepared: true, start: Some(Start::After(other)), .. } => {
                // Not before the other is in the mixer: the mixer takes one that it does not know for one that is over.
                let waits = self.entries.get(&other).is_some_and(|other| matches!(other.place, Place::Ready { .. }));
                (!waits).then_some(entry.part)
            }
            Place::Ready { .. } | Place::Mixed | Place::Over { .. } => None,
        })
    }

    // What the mixer says.

    fn look(&mut self, now: Now) {
        self.read_mixer(now);
        self.watch(now);
        for entry in self.entries.values_mut() {
            if let Some(meter) = &mut entry.meter {
                meter.drain();
            }
        }
        self.tell_due(now);
        self.show(now);
        self.post();
    }

    fn read_mixer(&mut self, now: Now) {
        while let Some(report) = self.session.as_mut().and_then(Session::report) {
            match report {
                Report::Started { part, at, .. } => {
                    if let Some(entry) = self.entries.get_mut(&part) {
                        entry.started_due = Some((due(now, at), at));
                    }
                }
                Report::Over(voice) | Report::Refused(voice) => self.over(&voice, now),
            }
        }
    }

    fn over(&mut self, voice: &MixVoice, now: Now) {
        let Some(entry) = self.entries.get_mut(&voice.part()) else { return };
        entry.tally = voice.tally;
        self.unmetered_frames += voice.tally.unmetered_frames;
        let reason = match (&entry.asked, entry.feed.fault()) {
            (Some(asked), _) if voice.is_cut() => asked.clone(),
            (_, Some(error)) => EndReason::DecodeFailed { error: error.to_owned() },
            (_, None) if voice.is_whole() => EndReason::Complete,
            (_, None) => EndReason::NotStarted,
        };
        let due = voice.tally.end.map_or(now.mono, |(_, end)| due(now, end));
        entry.place = Place::Over { due, reason };
    }

    /// Gives up an output that hangs while opening or stopped asking for sound.
    fn watch(&mut self, now: Now) {
        let Some(session) = &mut self.session else { return };
        let quiet = session.look(now);
        if let Some(state) = &session.state {
            for (part, tally) in state.voices.iter().flatten() {
                if let Some(entry) = self.entries.get_mut(part).filter(|entry| matches!(entry.place, Place::Mixed)) {
                    entry.tally = *tally;
                }
            }
        }
        let (output, open, at) = (session.name.clone(), session.open, session.fresh_at);
        if open && quiet > self.settings.stall {
            let quiet_ms = u64::try_from(quiet.as_millis()).unwrap_or(u64::MAX);
            self.lost(&OutputError::Stalled { output, quiet_ms }, at);
        } else if !open && now.mono.saturating_sub(session.asked_at) >= OPEN_MAX {
            let fault = format!("it did not open within {} s", OPEN_MAX.as_secs());
            self.lost(&OutputError::Open { output, fault }, now.wall.into());
        }
    }

    /// Tells what has come to be heard by now.
    fn tell_due(&mut self, now: Now) {
        let (rate_hz, interval) = (self.settings.rate_hz, self.settings.progress);
        let parts: Vec<_> = self.entries.keys().copied().collect();
        for part in parts {
            let Some(entry) = self.entries.get_mut(&part) else { continue };
            if let Some((_, at)) = entry.started_due.take_if(|(due, _)| *due <= now.mono) {
                entry.announced = true;
                entry.progress_due = now.mono + interval;
                self.say(Input::Started { part, at: at.into() });
            }
            let Some(entry) = self.entries.get_mut(&part) else { continue };
            if matches!(&entry.place, Place::Over { due, .. } if *due <= now.mono) {
                let end = entry.tally.end.map_or(now.wall.into(), |(_, end)| end);
                let heard = entry.account(end, rate_hz, &self.settings.zone);
                if let Some(Entry { place: Place::Over { reason, .. }, .. }) = self.entries.remove(&part) {
                    self.say(Input::Ended { part, reason, heard });
                }
            } else if entry.announced && entry.progress_due <= now.mono {
                entry.progress_due = now.mono + interval;
                let frames = entry.frames_heard(now.wall.into(), rate_hz);
                // The next one says more: progress is not kept when nobody reads.
                if self.outbox.is_empty() {
                    self.say(Input::Progress { part, frames });
                }
            }
        }
    }

    /// Puts what can be read at any moment where it can be read.
    fn show(&mut self, now: Now) {
        let peak = self.session.as_mut().map_or(0.0, Session::take_peak);
        self.peak = if self.session.is_some() { peak.max(self.peak * PEAK_FALL) } else { 0.0 };
        let newest = |tally: &VoiceTally| tally.first.map(|(frame, _)| frame);
        let sounding = self.entries.values().filter(|entry| entry.announced).max_by_key(|entry| newest(&entry.tally));
        let position = sounding.map(|entry| {
            let frames = entry.frames_heard(now.wall.into(), self.settings.rate_hz);
            Position { part: entry.part, frames }
        });
        self.looks = self.looks.wrapping_add(1);
        if sounding.is_none() || self.looks.is_multiple_of(LOOKS_PER_LOUDNESS) {
            self.momentary_lufs = sounding.and_then(|entry| entry.meter.as_ref()?.momentary_lufs());
        }
        let (momentary_lufs, unmetered_frames) = (self.momentary_lufs, self.unmetered_frames);
        let level = LiveLevel { peak: self.peak, momentary_lufs, unmetered_frames };
        let output = self.session.as_ref().filter(|session| session.open).map(|session| &session.name);
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.snapshot = Snapshot { position, level };
        if live.output.as_ref() != output {
            live.output = output.cloned();
        }
    }

    fn say(&mut self, input: Input) {
        self.outbox.push_back(input);
        self.post();
    }

    fn post(&mut self) {
        while let Some(input) = self.outbox.pop_front() {
            match self.events.try_send(input) {
                Ok(()) => {}
                Err(TrySendError::Full(input)) => return self.outbox.push_front(input),
                Err(TrySendError::Closed(_)) => return self.outbox.clear(),
            }
        }
    }
}

/// The monotonic time at which wall time will be `at`.
fn due(now: Now, at: Nanos) -> Duration {
    let ahead = at.0.saturating_sub(Nanos::from(now.wall).0);
    now.mono + Duration::from_nanos(u64::try_from(ahead).unwrap_or(0))
}
