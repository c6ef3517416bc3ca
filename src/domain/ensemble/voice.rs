//! One voice in all its zones: where it stands in each, where its frames fall, and what was heard of it in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::clip::{duration_to_frames, frames_to_duration};
use crate::domain::log::{Delivery, EndReason, Level};
use crate::domain::relay::Account;
use crate::domain::slot::ZoneId;
use crate::domain::station::{Heard, Start, Voice};

/// A zone does not come back for less than this.
const REST_MIN: Duration = Duration::from_secs(1);
/// A zone that is told to begin so shortly before could be late.
const NOTICE_MIN: Duration = Duration::from_millis(60);

/// Where a voice stands in one zone. `from` counts from the voice's own first frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Being decoded from its head.
    Preparing,
    /// Decoded, and not yet told to begin.
    Ready,
    /// Being decoded from the middle, for the `tries`th time.
    Joining { from: u64, tries: u32 },
    /// Told to begin.
    Armed { from: u64 },
    /// Told to begin at the instant at which the voice before it should end elsewhere.
    Expecting { at: Duration },
    /// Heard.
    Sounding { from: u64 },
    /// Not heard: its output is gone, or something else has the zone.
    Out,
}

/// What a zone has had of it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: u64,
    frames: u64,
    underrun_frames: u64,
}

/// One zone's part.
#[derive(Debug)]
struct Part {
    zone: ZoneId,
    place: Place,
    /// First frames of what the engine was told to drop and has not yet said to be over.
    dropped: Vec<u64>,
    pieces: Vec<Piece>,
}

/// A voice, fanned out.
#[derive(Debug)]
pub(super) struct Fanned {
    voice: Voice,
    rate: u32,
    /// Frames from its first to its last.
    total: u64,
    parts: Vec<Part>,
    /// Zones that something else has.
    pub(super) away: BTreeSet<ZoneId>,
    /// Whether the station knows that it is prepared.
    pub(super) prepared: bool,
    pub(super) armed: Option<Start>,
    pub(super) started: bool,
    /// A frame, and the monotonic time at which it was heard.
    pub(super) anchor: Option<(u64, Duration)>,
    pub(super) held: bool,
    /// Zones may come back as soon as it is known where it stands.
    pub(super) rejoin: bool,
    /// The station wants it to end.
    pub(super) ending: bool,
    reason: Option<EndReason>,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    /// Of the zone that had most of it.
    level: (u64, Level),
    /// Of a relay: what it carried. All zones share one account, of which each tells how far it had come.
    relay: Option<Account>,
}

impl Fanned {
    /// One that is being decoded in all its zones.
    pub(super) fn new(voice: Voice, rate: u32) -> Self {
        let total = voice.frames_total.saturating_sub(voice.from_frame);
        let part = |zone: &ZoneId| Part {
            zone: zone.clone(),
            place: Place::Preparing,
            dropped: Vec::new(),
            pieces: Vec::new(),
        };
        Self {
            parts: voice.zones.iter().map(part).collect(),
            voice,
            rate,
            total,
            away: BTreeSet::new(),
            prepared: false,
            armed: None,
            started: false,
            anchor: None,
            held: false,
            rejoin: false,
            ending: false,
            reason: None,
            start: None,
            end: None,
            level: (0, Level::default()),
            relay: None,
        }
    }

    pub(super) fn zones(&self) -> impl Iterator<Item = &ZoneId> {
        self.parts.iter().map(|part| &part.zone)
    }

    pub(super) fn place(&self, zone: &ZoneId) -> Option<Place> {
        self.parts.iter().find(|part| part.zone == *zone).map(|part| part.place)
    }

    pub(super) fn set(&mut self, zone: &ZoneId, place: Place) {
        match self.parts.iter_mut().find(|part| part.zone == *zone) {
            Some(part) => part.place = place,
            None => {
                self.parts.push(Part { zone: zone.clone(), place, dropped: Vec::new(), pieces: Vec::new() });
            }
        }
    }

    /// The engine of a zone is told to drop what it has of it.
    pub(super) fn drop_in(&mut self, zone: &ZoneId) {
        let Some(part) = self.parts.iter_mut().find(|part| part.zone == *zone) else { return };
        let from = match part.place {
            Place::Joining { from, .. } | Place::Armed { from } | Place::Sounding { from } => from,
            Place::Preparing | Place::Ready | Place::Expecting { .. } => 0,
            Place::Out => return,
        };
        part.dropped.push(from);
        part.place = Place::Out;
    }

    /// The voice as one zone plays it, from a frame on.
    pub(super) fn voice_in(&self, zone: &ZoneId, from: u64) -> Voice {
        let from_frame = self.voice.from_frame + from;
        Voice { from_frame, zones: vec![zone.clone()], ..self.voice.clone() }
    }

    /// Whether its frames belong to instants, and go by whether they are heard or not.
    pub(super) const fn is_clocked(&self) -> bool {
        self.voice.sound.is_clocked()
    }

    /// Frames of such sound that had gone by when its first one was heard at `at`.
    pub(super) fn gone_by(&self, at: DateTime<Utc>) -> u64 {
        let clocked = self.armed.filter(|_| self.is_clocked());
        clocked.map_or(0, |start| start.gone_by(at, self.rate).min(self.total))
    }

    /// Whether it is on its way back into a zone, or held: then nobody knows yet when it will be over there.
    pub(super) fn returns_to(&self, zone: &ZoneId) -> bool {
        let place = self.place(zone);
        let sounds = matches!(place, Some(Place::Sounding { .. }));
        let coming = matches!(place, Some(Place::Joining { .. } | Place::Armed { from: 1.. }));
        self.started && (coming || (self.held && !sounds))
    }

    /// The first zone in which it sounds: where the station reads how far it has come.
    pub(super) fn leader(&self) -> Option<&ZoneId> {
        let sounding = |part: &&Part| matches!(part.place, Place::Sounding { .. });
        self.parts.iter().find(sounding).map(|part| &part.zone)
    }

    /// Whether something of it will still be heard, or might.
    pub(super) fn is_anywhere(&self) -> bool {
        self.parts.iter().any(|part| match part.place {
            Place::Sounding { .. } | Place::Armed { .. } | Place::Joining { .. } | Place::Expecting { .. } => true,
            Place::Preparing | Place::Ready => !self.started && !self.ending,
            Place::Out => false,
        })
    }

    /// The frame that sounds at a monotonic time, where it goes on undisturbed; none near its end, or when that is not known.
    pub(super) fn frame_at(&self, at: Duration) -> Option<u64> {
        let (frames, since) = self.anchor?;
        let passed = at.checked_sub(since)?;
        let frame = frames + duration_to_frames(passed, self.rate);
        let rest = duration_to_frames(REST_MIN, self.rate);
        (frame + rest < self.total && !self.held).then_some(frame)
    }

    /// When a frame sounds, if there is time enough to be told.
    pub(super) fn joins_at(&self, from: u64, now: Duration) -> Option<Duration> {
        self.instant_of(from).filter(|at| *at > now + NOTICE_MIN && !self.held)
    }

    /// When its last frame will have been heard, where it goes on undisturbed.
    pub(super) fn ends_at(&self) -> Option<Duration> {
        self.instant_of(self.total).filter(|_| !self.held)
    }

    fn instant_of(&self, frame: u64) -> Option<Duration> {
        let (frames, since) = self.anchor?;
        Some(since + frames_to_duration(frame.checked_sub(frames)?, self.rate))
    }

    /// What a zone had of it, as its engine says. True if that was all the engine had; false if it was something dropped before.
    pub(super) fn take(&mut self, zone: &ZoneId, heard: &Heard) -> bool {
        let Some(part) = self.parts.iter_mut().find(|part| part.zone == *zone) else { return false };
        let dropped = !part.dropped.is_empty();
        let from = match part.place {
            _ if dropped => part.dropped.remove(0),
            Place::Sounding { from } | Place::Armed { from } | Place::Joining { from, .. } => from,
            Place::Preparing | Place::Ready | Place::Expecting { .. } | Place::Out => 0,
        };
        if !dropped {
            part.place = Place::Out;
        }
        let of_zone = heard.zones.iter().find(|delivery| delivery.zone == *zone);
        let underrun_frames = of_zone.map_or(0, |delivery| delivery.underrun_frames);
        if heard.frames > 0 || underrun_frames > 0 {
            part.pieces.push(Piece { from, frames: heard.frames, underrun_frames });
            self.start = self.start.into_iter().chain(heard.start).min();
            self.end = self.end.into_iter().chain(heard.end).max();
            if heard.frames > self.level.0 {
                self.level = (heard.frames, heard.level);
            }
            let told = |account: &Option<Account>| account.as_ref().map(Account::length_ms);
            if told(&heard.relay) >= told(&self.relay) {
                self.relay.clone_from(&heard.relay);
            }
        }
        !dropped
    }

    /// Why it ended in one of its zones. That it came to its end somewhere says most; else the last word counts.
    pub(super) fn note(&mut self, reason: EndReason) {
        if self.reason != Some(EndReason::Complete) {
            self.reason = Some(reason);
        }
    }

    /// Zones whose engines still hold something of it.
    pub(super) fn held_by(&self) -> impl Iterator<Item = &ZoneId> {
        self.parts.iter().filter(|part| part.place != Place::Out).map(|part| &part.zone)
    }

    /// Why it ended, and what was heard of it: where at least one zone heard a frame, it was heard.
    pub(super) fn account(self) -> (EndReason, Heard) {
        let mut stretches: Vec<(u64, u64)> = Vec::new();
        let mut of_zones: BTreeMap<&ZoneId, (u64, u64)> = BTreeMap::new();
        for part in &self.parts {
            let (frames, underruns) = of_zones.entry(&part.zone).or_default();
            for piece in &part.pieces {
                // A zone that began a moment before the others had as much more of live sound; it is no longer for that.
                stretches.push((piece.from, (piece.from + piece.frames).min(self.total)));
                *frames += piece.frames;
                *underruns += piece.underrun_frames;
            }
        }
        let delivery = |part: &Part| {
            let (frames, underrun_frames) = of_zones.get(&part.zone).copied().unwrap_or_default();
            Delivery { zone: part.zone.clone(), frames, underrun_frames }
        };
        let heard = Heard {
            start: self.start,
            end: self.end,
            frames: covered(stretches),
            zones: self.parts.iter().map(delivery).collect(),
            level: self.level.1,
            relay: self.relay,
        };
        (self.reason.unwrap_or(EndReason::NotStarted), heard)
    }
}

/// Frames that lie in at least one of the stretches.
fn covered(mut stretches: Vec<(u64, u64)>) -> u64 {
    stretches.sort_unstable();
    let mut reached = 0;
    let mut frames = 0;
    for (from, to) in stretches {
        frames += to.saturating_sub(from.max(reached));
        reached = reached.max(to);
    }
    frames
}
