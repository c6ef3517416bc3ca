//! Zones that sound together: one voice of the station becomes one voice of every zone it is heard in, and what the zones say
//! becomes one story again.
//!
//! Pure, between [`super::station::Station`] and the engines of the zones; the daemon and the rehearsal drive the very same
//! type. Zones need no word from each other: each places its frames by the clock, so the same frame sounds everywhere at the
//! same instant. A zone that falls out (its device is gone, an emergency has it) is left behind while the voice goes on
//! elsewhere, and comes back in the middle, at the frame that the others have reached by then. A voice is over when it is
//! over everywhere; it was heard where any zone heard it.

mod voice;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::log::{EndReason, PartId};
use super::slot::ZoneId;
use super::station::{Effect, Heard, Input, Start, Voice};
use super::time::Now;
use voice::{Fanned, Place};

/// How long before it comes back a zone begins to decode. Doubled for each try that was too slow.
const JOIN_LEAD: Duration = Duration::from_millis(1_500);
/// What is to begin at once in several zones begins so much later: time for the word to reach each of them.
const TOGETHER: TimeDelta = TimeDelta::milliseconds(60);
/// What an instant that was expected may differ by from what came.
const EXPECTED_WITHIN: Duration = Duration::from_millis(2);
/// The wall clock is slewed by less than this between two words, and what is faster than 0.1 % is a step too.
const STEP: TimeDelta = TimeDelta::milliseconds(5);
/// Tries to come back into one voice, before the zone waits for the next.
const JOIN_TRIES_MAX: u32 = 4;

/// The voices of all zones. See the module.
#[derive(Debug)]
pub struct Ensemble {
    rate: u32,
    now: Now,
    open: BTreeSet<ZoneId>,
    voices: BTreeMap<PartId, Fanned>,
    orders: VecDeque<(ZoneId, Effect)>,
    story: VecDeque<Input>,
}

impl Ensemble {
    /// One without voices, at the programme rate in Hz.
    #[must_use]
    pub const fn new(rate: u32) -> Self {
        Self {
            rate,
            now: Now { wall: DateTime::<Utc>::UNIX_EPOCH, mono: Duration::ZERO },
            open: BTreeSet::new(),
            voices: BTreeMap::new(),
            orders: VecDeque::new(),
            story: VecDeque::new(),
        }
    }

    /// What an engine is to do next.
    pub fn poll_order(&mut self) -> Option<(ZoneId, Effect)> {
        self.orders.pop_front()
    }

    /// What the station is to be told next.
    pub fn poll_input(&mut self) -> Option<Input> {
        self.story.pop_front()
    }

    /// Performs an effect of the station if it is one of audio; hands it back if it is not.
    pub fn perform(&mut self, effect: Effect, now: Now) -> Option<Effect> {
        self.observe(now);
        match effect {
            Effect::OpenOutput(zone) => self.order(&zone.clone(), Effect::OpenOutput(zone)),
            Effect::CloseOutput(zone) => {
                self.open.remove(&zone);
                self.order(&zone.clone(), Effect::CloseOutput(zone));
            }
            Effect::Volume { zone, gain_db } => self.order(&zone.clone(), Effect::Volume { zone, gain_db }),
            Effect::Duck { zone, gain_db } => self.order(&zone.clone(), Effect::Duck { zone, gain_db }),
            Effect::Prepare(voice) => self.prepare(voice),
            Effect::Arm { part, start } => self.arm(part, start),
            Effect::Discard(part) => self.end(part, Duration::ZERO, &EndReason::NotStarted),
            Effect::Fade { part, ramp, reason } => self.end(part, ramp, &reason),
            Effect::Hold { part, held } => self.hold(part, held),
            Effect::Leave { part, zones, ramp } => self.leave(part, &zones, ramp),
            Effect::Join { part, zones } => self.join(part, zones),
            Effect::ChooseRundown { .. }
            | Effect::Commit(_)
            | Effect::Journal { .. }
            | Effect::TakeFromQueue(_)
            | Effect::Switch { .. }
            | Effect::Exit => return Some(effect),
        }
        None
    }

    /// Takes in what the engine of a zone says.
    pub fn take_in(&mut self, zone: &ZoneId, input: Input, now: Now) {
        self.observe(now);
        match input {
            Input::OutputOpen { .. } => {
                self.open.insert(zone.clone());
                self.story.push_back(input);
                self.zone_opened(zone);
            }
            Input::OutputLost { .. } => {
                self.open.remove(zone);
                self.story.push_back(input);
            }
            Input::Prepared(part) => self.prepared(part, zone),
            Input::PrepareFailed { part, fault } => self.prepare_failed(part, zone, fault),
            Input::Started { part, at } => self.started(part, zone, at),
            Input::Progress { part, frames, at } => self.progress(part, zone, frames, at),
            Input::Ended { part, reason, heard } => self.ended(part, zone, reason, heard),
            // What befell a relay, which one zone says for all; and nothing else.
            other => self.story.push_back(other),
        }
    }

    /// Time passed. Should the wall clock have stepped, what was to begin at an instant of it begins anew.
    fn observe(&mut self, now: Now) {
        let before = std::mem::replace(&mut self.now, now);
        let passed = now.mono.saturating_sub(before.mono);
        let moved = now.wall - before.wall - TimeDelta::from_std(passed).unwrap_or_default();
        let slewed = TimeDelta::from_std(passed / 1_000).unwrap_or_default();
        if moved.abs() <= STEP + slewed {
            return;
        }
        for part in self.voices.keys().copied().collect::<Vec<_>>() {
            for zone in self.zones_of(part) {
                let place = self.voices.get(&part).and_then(|fanned| fanned.place(&zone));
                if matches!(place, Some(Place::Expecting { .. } | Place::Armed { from: 1.. })) {
                    self.drop_in(part, &zone);
                    self.come_back(part, &zone, 0);
                }
            }
        }
    }

    /// The monotonic time of an instant that has just passed.
    fn mono_of(&self, at: DateTime<Utc>) -> Duration {
        let ago = (self.now.wall - at).to_std();
        ago.map_or_else(
            |_| self.now.mono + (at - self.now.wall).to_std().unwrap_or_default(),
            |ago| self.now.mono.saturating_sub(ago),
        )
    }

    /// What the wall clock will say, if nothing steps meanwhile.
    fn wall_of(&self, mono: Duration) -> DateTime<Utc> {
        let ahead = TimeDelta::from_std(mono.saturating_sub(self.now.mono)).unwrap_or_default();
        self.now.wall + ahead
    }

    fn order(&mut self, zone: &ZoneId, effect: Effect) {
        self.orders.push_back((zone.clone(), effect));
    }

    fn prepare(&mut self, voice: Voice) {
        let part = voice.part;
        if voice.zones.is_empty() {
            let fault = "it is to be heard in no zone".to_owned();
            return self.story.push_back(Input::PrepareFailed { part, fault });
        }
        let fanned = Fanned::new(voice, self.rate);
        for zone in fanned.zones() {
            self.orders.push_back((zone.clone(), Effect::Prepare(fanned.voice_in(zone, 0))));
        }
        self.voices.insert(part, fanned);
    }

    fn prepared(&mut self, part: PartId, zone: &ZoneId) {
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        match fanned.place(zone) {
            Some(Place::Preparing) => {
                fanned.set(zone, Place::Ready);
                if !std::mem::replace(&mut fanned.prepared, true) {
                    self.story.push_back(Input::Prepared(part));
                }
                self.arm_in(part, zone);
            }
            Some(Place::Joining { from, tries }) => {
                if let Some(at) = fanned.joins_at(from, self.now.mono) {
                    fanned.set(zone, Place::Armed { from });
                    let start = Start::At(self.wall_of(at));
                    self.order(zone, Effect::Arm { part, start });
                } else {
                    // Decoding up to the middle took longer than there was time: once more, further ahead.
                    self.drop_in(part, zone);
                    self.come_back(part, zone, tries);
                }
            }
            _ => {}
        }
    }

    fn prepare_failed(&mut self, part: PartId, zone: &ZoneId, fault: String) {
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        fanned.set(zone, Place::Out);
        if !fanned.is_anywhere() && !fanned.prepared {
            self.voices.remove(&part);
            self.story.push_back(Input::PrepareFailed { part, fault });
        } else {
            self.over_in(part, EndReason::DecodeFailed { error: fault });
        }
    }

    fn arm(&mut self, part: PartId, start: Start) {
        let soonest = self.now.wall + TOGETHER;
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        let start = match start {
            // At once is another instant in every zone: a moment from now is the same in all. Live sound is heard at the frame of
            // whatever instant it begins at.
            Start::At(at) if at < soonest && fanned.zones().nth(1).is_some() && !fanned.is_clocked() => {
                Start::At(soonest)
            }
            start => start,
        };
        fanned.armed = Some(start);
        for zone in self.zones_of(part) {
            self.arm_in(part, &zone);
        }
    }

    /// Lets a voice sound in a zone, if it is decoded there, was let go, and the zone's output is open.
    fn arm_in(&mut self, part: PartId, zone: &ZoneId) {
        let Some(fanned) = self.voices.get(&part) else { return };
        let place = fanned.place(zone);
        let (Some(start), true) = (fanned.armed, self.open.contains(zone)) else { return };
        match place {
            // The others have begun already: its head has passed here.
            Some(Place::Ready) if fanned.started => {
                self.drop_in(part, zone);
                return self.come_back(part, zone, 0);
            }
            Some(Place::Ready | Place::Armed { from: 0 } | Place::Expecting { .. }) if !fanned.started => {}
            _ => return,
        }
        if let Start::After(before) = start
            && self.voices.get(&before).is_some_and(|other| other.returns_to(zone))
        {
            // Joined to the frame once the one before is heard here too.
            return;
        }
        // A zone that does not hear the one before waits for the instant at which that one should end.
        let expected = match start {
            Start::At(_) => None,
            Start::After(before) => self.voices.get(&before).and_then(|other| match other.place(zone) {
                Some(Place::Sounding { .. }) => None,
                _ if !other.started => None,
                _ => other.ends_at(),
            }),
        };
        let (place, start) = match expected {
            Some(at) => (Place::Expecting { at }, Start::At(self.wall_of(at))),
            None => (Place::Armed { from: 0 }, start),
        };
        if let Some(fanned) = self.voices.get_mut(&part) {
            fanned.set(zone, place);
        }
        self.order(zone, Effect::Arm { part, start });
    }

    fn drop_in(&mut self, part: PartId, zone: &ZoneId) {
        if let Some(fanned) = self.voices.get_mut(&part) {
            fanned.drop_in(zone);
            self.order(zone, Effect::Discard(part));
        }
    }

    fn zone_opened(&mut self, zone: &ZoneId) {
        for part in self.voices.keys().copied().collect::<Vec<_>>() {
            let Some(fanned) = self.voices.get(&part) else { continue };
            match fanned.place(zone) {
                Some(Place::Ready) => self.arm_in(part, zone),
                Some(Place::Out) => self.come_back(part, zone, 0),
                _ => {}
            }
        }
    }

    /// Brings a zone back into a voice that sounds elsewhere, or that has not begun.
    fn come_back(&mut self, part: PartId, zone: &ZoneId, tries: u32) {
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        let out = matches!(fanned.place(zone), Some(Place::Out)) && !fanned.away.contains(zone);
        if fanned.ending || !out {
            return;
        }
        if tries >= JOIN_TRIES_MAX {
            return self.arm_next(part, zone);
        }
        if !fanned.started {
            fanned.set(zone, Place::Preparing);
            let voice = fanned.voice_in(zone, 0);
            return self.order(zone, Effect::Prepare(voice));
        }
        if fanned.held || !self.open.contains(zone) {
            return;
        }
        let lead = JOIN_LEAD.saturating_mul(1 << tries);
        if let Some(from) = fanned.frame_at(self.now.mono + lead) {
            fanned.set(zone, Place::Joining { from, tries: tries + 1 });
            let voice = fanned.voice_in(zone, from);
            self.order(zone, Effect::Prepare(voice));
        } else {
            self.arm_next(part, zone);
        }
    }

    fn started(&mut self, part: PartId, zone: &ZoneId, at: DateTime<Utc>) {
        let mono = self.mono_of(at);
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        let from = match fanned.place(zone) {
            Some(Place::Armed { from: 0 }) => fanned.gone_by(at),
            Some(Place::Armed { from }) => from,
            Some(Place::Expecting { .. }) => 0,
            _ => return,
        };
        fanned.set(zone, Place::Sounding { from });
        if fanned.started {
            return self.arm_next(part, zone);
        }
        fanned.started = true;
        fanned.anchor = Some((from, mono));
        self.story.push_back(Input::Started { part, at });
        for zone in self.zones_of(part) {
            match self.voices.get(&part).and_then(|fanned| fanned.place(&zone)) {
                // What was expected did not come to pass: the one before was cut short, or held.
                Some(Place::Expecting { at: expected }) if expected.abs_diff(mono) > EXPECTED_WITHIN => {
                    self.drop_in(part, &zone);
                    self.come_back(part, &zone, 0);
                }
                Some(Place::Ready) => self.arm_in(part, &zone),
                Some(Place::Out) => self.come_back(part, &zone, 0),
                _ => {}
            }
        }
    }

    /// Lets what follows a voice begin in a zone, now that it is known whether the voice is heard there.
    fn arm_next(&mut self, part: PartId, zone: &ZoneId) {
        let follows = |(next, fanned): (&PartId, &Fanned)| (fanned.armed == Some(Start::After(part))).then_some(*next);
        for next in self.voices.iter().filter_map(follows).collect::<Vec<_>>() {
            self.arm_in(next, zone);
        }
    }

    fn zones_of(&self, part: PartId) -> Vec<ZoneId> {
        self.voices.get(&part).map(|fanned| fanned.zones().cloned().collect()).unwrap_or_default()
    }

    fn progress(&mut self, part: PartId, zone: &ZoneId, frames: u64, at: DateTime<Utc>) {
        let mono = self.mono_of(at);
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        let Some(Place::Sounding { from }) = fanned.place(zone) else { return };
        if fanned.leader() != Some(zone) {
            return;
        }
        let frames = from + frames;
        fanned.anchor = Some((frames, mono));
        self.story.push_back(Input::Progress { part, frames, at });
        if std::mem::take(&mut fanned.rejoin) {
            for zone in self.zones_of(part) {
                self.come_back(part, &zone, 0);
            }
        }
    }

    fn hold(&mut self, part: PartId, held: bool) {
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        fanned.held = held;
        // Who is out comes back when the others have gone on and said where they are.
        fanned.rejoin = !held;
        for zone in self.zones_of(part) {
            match self.voices.get(&part).and_then(|fanned| fanned.place(&zone)) {
                Some(Place::Sounding { .. }) => self.order(&zone, Effect::Hold { part, held }),
                Some(Place::Joining { .. } | Place::Armed { from: 1.. }) if held => self.drop_in(part, &zone),
                _ => {}
            }
        }
        let after = |fanned: &Fanned| fanned.armed == Some(Start::After(part));
        let next: Vec<_> =
            self.voices.iter().filter(|(_, fanned)| held && after(fanned)).map(|(part, _)| *part).collect();
        for part in next {
            for zone in self.zones_of(part) {
                if matches!(
                    self.voices.get(&part).and_then(|fanned| fanned.place(&zone)),
                    Some(Place::Expecting { .. })
                ) {
                    self.drop_in(part, &zone);
                }
            }
        }
    }

    fn leave(&mut self, part: PartId, zones: &[ZoneId], ramp: Duration) {
        for zone in zones {
            let Some(fanned) = self.voices.get_mut(&part) else { return };
            fanned.away.insert(zone.clone());
            match fanned.place(zone) {
                Some(Place::Sounding { .. }) => {
                    self.order(zone, Effect::Fade { part, ramp, reason: EndReason::NotStarted });
                }
                Some(Place::Out) | None => {}
                Some(_) => self.drop_in(part, zone),
            }
        }
    }

    fn join(&mut self, part: PartId, zones: Vec<ZoneId>) {
        for zone in zones {
            let Some(fanned) = self.voices.get_mut(&part) else { return };
            fanned.away.remove(&zone);
            if fanned.place(&zone).is_none() {
                fanned.set(&zone, Place::Out);
            }
            self.come_back(part, &zone, 0);
        }
    }

    /// The station wants a voice to end, with a ramp where it sounds.
    fn end(&mut self, part: PartId, ramp: Duration, reason: &EndReason) {
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        fanned.ending = true;
        for zone in self.zones_of(part) {
            match self.voices.get(&part).and_then(|fanned| fanned.place(&zone)) {
                Some(Place::Sounding { .. }) => {
                    self.order(&zone, Effect::Fade { part, ramp, reason: reason.clone() });
                }
                Some(Place::Out) | None => {}
                // It may begin while this is on its way; the engine ends it all the same and says what was heard.
                Some(_) => self.order(&zone, Effect::Discard(part)),
            }
        }
        self.over_in(part, reason.clone());
    }

    fn ended(&mut self, part: PartId, zone: &ZoneId, reason: EndReason, heard: Heard) {
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        if !fanned.take(zone, &heard) {
            return;
        }
        if !fanned.ending && reason == EndReason::NotStarted {
            // It left this zone, and may have been asked back meanwhile.
            self.come_back(part, zone, 0);
        }
        self.over_in(part, reason);
    }

    /// A voice is over in one of its zones. Once it is over everywhere the station is told.
    fn over_in(&mut self, part: PartId, reason: EndReason) {
        let Some(fanned) = self.voices.get_mut(&part) else { return };
        fanned.note(reason);
        if fanned.is_anywhere() || (fanned.ending && fanned.held_by().next().is_some()) {
            return;
        }
        let Some(fanned) = self.voices.remove(&part) else { return };
        for zone in fanned.held_by() {
            self.orders.push_back((zone.clone(), Effect::Discard(part)));
        }
        let (reason, heard) = fanned.account();
        self.story.push_back(Input::Ended { part, reason, heard });
    }
}
