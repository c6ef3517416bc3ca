//! The control thread: what is asked of voices.

use std::sync::Arc;
use std::sync::mpsc::TrySendError;
use std::time::Duration;

use tracing::{debug, info, warn};

use crate::audio::engine::Said;
use crate::audio::engine::control::{Control, Message};
use crate::audio::engine::entry::{Entry, Filling, Place};
use crate::audio::feed::{Feed, FeedOrder};
use crate::audio::frames::{CHANNELS, gain_factor, ns_to_frames};
use crate::audio::input::microphone::{self, MicrophoneSource};
use crate::audio::input::relay::{self, RelayEvent, RelayOrder, RelaySource};
use crate::audio::live::{Length, LiveFeed, LiveOrder, READY_MAX, ReadyFn};
use crate::audio::meter::Meter;
use crate::audio::mixer::{Command, VOICES_MAX};
use crate::audio::supply::Supply;
use crate::audio::voice::{Cue, MixVoice};
use crate::domain::clip::ClipSnapshot;
use crate::domain::log::{Delivery, EndReason, Incident, Level, PartId};
use crate::domain::relay::Relay;
use crate::domain::sound::{LiveSnapshot, RelaySnapshot, Sound};
use crate::domain::station::{Heard, Input, Start, Voice};
use crate::domain::time::Now;

/// What the tap of a voice holds: a control thread that is later than this loses level, never sound.
const TAP: Duration = Duration::from_secs(1);

/// What a voice is filled from, and whether it may begin, if that is known already.
struct Filled {
    filling: Filling,
    supply: Supply,
    verdict: Option<Result<(), String>>,
}

impl Control {
    pub(super) fn prepare(&mut self, voice: &Voice) {
        let part = voice.part;
        if self.entries.contains_key(&part) || self.entries.len() >= VOICES_MAX {
            let fault = format!("{part} is prepared already, or {VOICES_MAX} others are");
            return self.say(Input::PrepareFailed { part, fault });
        }
        self.feeds += 1;
        let feed = self.feeds;
        let filled = match &voice.sound {
            Sound::Clip(clip) => self.decode(voice, clip, feed),
            Sound::Relay(relay) => self.relay(voice, relay, feed),
            Sound::Live(live) => self.microphone(voice, live, feed),
        };
        match filled {
            Ok(Filled { filling, supply, verdict }) => {
                let resumed = voice.from_frame > 0 || filling.is_live();
                let entry = Entry::new(part, feed, filling, resumed, supply);
                self.entries.insert(part, Entry { ducks: voice.ducks, ..entry });
                if let Some(result) = verdict {
                    self.ready(part, feed, result);
                }
            }
            Err(fault) => self.say(Input::PrepareFailed { part, fault }),
        }
    }

    fn decode(&self, voice: &Voice, clip: &ClipSnapshot, feed: u32) -> Result<Filled, String> {
        let (part, messages) = (voice.part, self.messages.clone());
        // The decoder's thread may wait; the control thread is gone only when nobody asks any more.
        let ready = move |result| drop(messages.send(Message::Ready { part, feed, result }));
        let order = FeedOrder {
            open: self.settings.open.clone(),
            path: (self.settings.locate)(&clip.digest),
            from_frame: voice.from_frame,
            clip_frames: clip.frames,
            gain: gain_factor(voice.gain_db),
            rate_hz: self.settings.rate_hz,
            ring: self.settings.ring,
        };
        let (feed, ring) = Feed::spawn(order, ready).map_err(no_thread)?;
        let supply = Supply::clip(ring, Arc::clone(&feed.state));
        Ok(Filled { filling: Filling::Clip(feed), supply, verdict: None })
    }

    /// Tells this zone that a live voice may begin. The thread of the live sound may not wait for a zone that is stuck: it fills
    /// those of others too.
    fn when_live(&self, part: PartId, feed: u32) -> ReadyFn {
        let messages = self.messages.clone();
        Box::new(move |result| {
            let sent = messages.try_send(Message::Ready { part, feed, result });
            !matches!(sent, Err(TrySendError::Full(_)))
        })
    }

    fn relay(&self, voice: &Voice, relay: &RelaySnapshot, number: u32) -> Result<Filled, String> {
        let found = self.settings.relays.iter().find(|known| known.id == relay.id).cloned();
        let found = found.ok_or_else(|| format!("the configuration has no relay `{}`", relay.id))?;
        let feed = self.settings.live.join(voice.part, || self.open_relay(voice, found)).map_err(no_thread)?;
        let supply = Supply::live(feed.reader());
        let verdict = feed.when_ready(self.when_live(voice.part, number));
        Ok(Filled { filling: Filling::Relay(feed), supply, verdict })
    }

    /// The feed of a relay that no zone has yet.
    fn open_relay(&self, voice: &Voice, relay: Relay) -> std::io::Result<LiveFeed> {
        let (rate_hz, clock) = (self.settings.rate_hz, &self.settings.clock);
        let frames = voice.frames_total.saturating_sub(voice.from_frame);
        let (told, events, zone) = (relay.clone(), self.events.clone(), self.settings.zone.clone());
        let tell = Box::new(move |event: RelayEvent| {
            info!(relay = %told.id, "{event:?}");
            let (relay, name) = (told.id.clone(), told.name.clone());
            let noted = match event.trouble(&told) {
                Some(fault) => Some(Incident::RelayFault { relay, name, fault }),
                None => event.is_back().then_some(Incident::RelayBack { relay, name }),
            };
            if let Some(noted) = noted {
                // Full: the station hears nothing at all just now, and the account of the row says it in the end.
                drop(events.try_send(Said { zone: zone.clone(), input: Input::Noted(noted) }));
            }
        });
        let record = self.settings.tapes.of(&relay.id, voice.part.airing);
        let order = RelayOrder { relay, gain: gain_factor(voice.gain_db), rate_hz, clock: Arc::clone(clock) };
        let (depth, ready_max) = (relay::DEPTH, Some(READY_MAX));
        let length = Length::FromCue(frames);
        let order_of_feed = LiveOrder { length, rate_hz, depth, ready_max, record, clock: Arc::clone(clock) };
        LiveFeed::spawn(Box::new(RelaySource::new(order, tell)), &order_of_feed)
    }

    fn microphone(&self, voice: &Voice, live: &LiveSnapshot, number: u32) -> Result<Filled, String> {
        let found = self.settings.microphones.iter().find(|known| known.id == live.id);
        let found = found.ok_or_else(|| format!("the configuration has no microphone `{}`", live.id))?;
        let (rate_hz, clock) = (self.settings.rate_hz, &self.settings.clock);
        let open = || {
            let source = MicrophoneSource::open(&found.device, gain_factor(voice.gain_db), rate_hz, Arc::clone(clock))?;
            let length = Length::FromFirst(voice.frames_total.saturating_sub(voice.from_frame));
            let (depth, clock) = (microphone::DEPTH, Arc::clone(clock));
            LiveFeed::spawn(
                Box::new(source),
                &LiveOrder { length, rate_hz, depth, ready_max: None, record: None, clock },
            )
        };
        let feed = self.settings.live.join(voice.part, open).map_err(no_thread)?;
        let supply = Supply::live(feed.reader());
        let verdict = feed.when_ready(self.when_live(voice.part, number));
        Ok(Filled { filling: Filling::Microphone(feed), supply, verdict })
    }

    pub(super) fn ready(&mut self, part: PartId, feed: u32, result: Result<(), String>) {
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

    pub(super) fn arm(&mut self, part: PartId, asked: Start) {
        let Some(entry) = self.entries.get_mut(&part) else {
            return warn!(%part, "told to start a voice that is not prepared");
        };
        match &mut entry.place {
            Place::Ready { start, .. } => {
                *start = Some(asked);
                if self.session.is_none() {
                    let error = format!("the output of zone {} is closed", self.settings.zone);
                    self.end_unheard(part, EndReason::OutputLost { error });
                }
            }
            // The mixer knows whether it sounds already.
            Place::Mixed => {
                if let Some(session) = &mut self.session {
                    session.command(Command::Cue { part, cue: cue(asked) });
                }
            }
            Place::Over { .. } => {}
        }
    }

    pub(super) fn discard(&mut self, part: PartId) {
        match self.entries.get(&part) {
            Some(entry) if matches!(entry.place, Place::Ready { .. }) => self.end_unheard(part, EndReason::NotStarted),
            Some(_) => self.fade(part, Duration::ZERO, EndReason::NotStarted),
            None => debug!(%part, "told to drop a voice that is gone"),
        }
    }

    pub(super) fn fade(&mut self, part: PartId, ramp: Duration, reason: EndReason) {
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
    pub(super) fn end_unheard(&mut self, part: PartId, reason: EndReason) {
        if self.entries.remove(&part).is_some() {
            let zones = vec![Delivery { zone: self.settings.zone.clone(), frames: 0, underrun_frames: 0 }];
            let heard = Heard { start: None, end: None, frames: 0, zones, level: Level::default(), relay: None };
            self.say(Input::Ended { part, reason, heard });
        }
    }

    /// Moves every voice that may start into the mixer, those that others wait for first.
    pub(super) fn launch(&mut self, now: Now) {
        while let Some(part) = self.launchable(now) {
            let (Some(entry), Some(session)) = (self.entries.get_mut(&part), &mut self.session) else { return };
            let place = std::mem::replace(&mut entry.place, Place::Mixed);
            let Place::Ready { start: Some(start), supply, .. } = place else { return };
            let cue = cue(start);
            let tap_frames = (TAP.as_secs_f64() * f64::from(self.settings.rate_hz)) as usize;
            let (tap, tapped) = rtrb::RingBuffer::new(tap_frames * CHANNELS);
            entry.meter = Some(Meter::new(self.settings.rate_hz, tapped));
            let voice = MixVoice::new(part, cue, entry.resumed, supply, tap).ducking(entry.ducks);
            session.command(Command::Start(Box::new(voice)));
        }
    }

    pub(super) fn launchable(&self, now: Now) -> Option<PartId> {
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
}

fn cue(start: Start) -> Cue {
    match start {
        Start::At(at) => Cue::At(at.into()),
        Start::After(other) => Cue::After(other),
    }
}

fn no_thread(error: std::io::Error) -> String {
    format!("the system gives no thread for it: {error}")
}
