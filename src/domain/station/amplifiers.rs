//! The amplifiers of the zones: what each is needed for, what becomes of its orders, and what people should know of it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Station;
use super::agenda::Agenda;
use super::command::Refusal;
use super::core::Core;
use super::protocol::Effect;
use super::session::{Session, VoiceState};
use super::view::{AmplifierView, HeldView};
use crate::domain::amplifier::{
    Amplifier, AmplifierEffect, AmplifierSettings, AmplifierTimeout, Answer, Need, Warmth, power_word,
};
use crate::domain::log::Incident;
use crate::domain::slot::ZoneId;

/// An amplifier that a person switched on goes off by itself after so long: every wait for a person has an end.
pub const HOLD_MAX: Duration = Duration::from_secs(30 * 60);

/// So long before it would be given up, what waits for a switch waits no longer.
const LAST_MOMENT: TimeDelta = TimeDelta::seconds(1);

/// A person wants it on.
#[derive(Debug, Clone)]
struct Hold {
    by: String,
    /// Monotonic time at which it ends.
    until: Duration,
}

/// The amplifier of one zone.
#[derive(Debug, Clone)]
struct Driven {
    amplifier: Amplifier,
    settings: AmplifierSettings,
    hold: Option<Hold>,
    /// What its switch said last when it failed; none if it never did, or has worked since.
    said: Option<String>,
    /// What people were told of it; none while it works.
    fault: Option<String>,
}

/// The amplifiers of all zones that have one.
#[derive(Debug, Clone)]
pub(super) struct Amplifiers(BTreeMap<ZoneId, Driven>);

impl Amplifiers {
    /// Of none it is known yet whether it is on.
    pub(super) fn new(settings: &BTreeMap<ZoneId, AmplifierSettings>) -> Self {
        let driven = |(zone, settings): (&ZoneId, &AmplifierSettings)| {
            let amplifier = Amplifier::new(*settings);
            (zone.clone(), Driven { amplifier, settings: *settings, hold: None, said: None, fault: None })
        };
        Self(settings.iter().map(driven).collect())
    }

    /// When something of an amplifier is due, and what.
    pub(super) fn poll_timeout(&self, mono: Duration) -> Option<(Duration, &'static str)> {
        let due = self.0.values().filter_map(|driven| {
            let own = driven.amplifier.poll_timeout(mono).map(|(at, why)| (at, reason(why)));
            let hold = driven.hold.as_ref().map(|hold| (hold.until, "an amplifier is held on no longer"));
            own.into_iter().chain(hold).min_by_key(|(at, _)| *at)
        });
        due.min_by_key(|(at, _)| *at)
    }

    /// How long before a start in these zones the first of their amplifiers goes on.
    pub(super) fn lead<'a>(&self, zones: impl IntoIterator<Item = &'a ZoneId>) -> Duration {
        let leads = zones.into_iter().filter_map(|zone| Some(self.0.get(zone)?.amplifier.lead()));
        leads.max().unwrap_or_default()
    }

    /// When the amplifiers of these zones are warm: the last of those of which that is known, and the instant by which those
    /// whose switch has not answered have had every chance. Monotonic times; zero where there is none.
    fn warm<'a>(&self, zones: impl IntoIterator<Item = &'a ZoneId>) -> (Duration, Duration) {
        let warmth = zones.into_iter().filter_map(|zone| Some(self.0.get(zone)?.amplifier.warmth()));
        warmth.fold((Duration::ZERO, Duration::ZERO), |(known, open), warmth| match warmth {
            Warmth::At(at) => (known.max(at), open),
            Warmth::By(by) => (known, open.max(by)),
            Warmth::Unasked => (known, open),
        })
    }

    /// Whether all are off, or somebody was told of those that cannot be.
    pub(super) fn are_at_rest(&self) -> bool {
        self.0.values().all(|driven| driven.amplifier.is_at_rest())
    }

    /// How the amplifier of a zone stands, for people to look at; none if the zone has none.
    pub(super) fn view(&self, zone: &ZoneId, now: crate::domain::time::Now) -> Option<AmplifierView> {
        let driven = self.0.get(zone)?;
        let held = driven.hold.as_ref().map(|hold| HeldView {
            by: hold.by.clone(),
            until: now.wall + TimeDelta::from_std(hold.until.saturating_sub(now.mono)).unwrap_or_default(),
        });
        Some(AmplifierView { power: driven.amplifier.state(now.mono), fault: driven.fault.clone(), held })
    }
}

const fn reason(why: AmplifierTimeout) -> &'static str {
    match why {
        AmplifierTimeout::Due => "an amplifier must go on",
        AmplifierTimeout::Answer => "the switch of an amplifier has not answered",
        AmplifierTimeout::Warm => "an amplifier is warm",
        AmplifierTimeout::Start => "what an amplifier is on for begins",
        AmplifierTimeout::Tail => "an amplifier goes off",
        AmplifierTimeout::Again => "the switch of an amplifier is tried again",
    }
}

impl Station {
    /// Tells every amplifier what it is needed for, and has done what it asks for.
    pub(super) fn follow_amplifiers(&mut self) {
        if self.core.amplifiers.0.is_empty() {
            return;
        }
        let mono = self.core.now.mono;
        let ends = self.core.leaving.is_some() || self.parting.is_some();
        let parting = ends && self.sessions.is_empty() && self.strays.is_empty();
        let zones: Vec<ZoneId> = self.core.amplifiers.0.keys().cloned().collect();
        for zone in zones {
            let programme = self.need_in(&zone);
            let Some(driven) = self.core.amplifiers.0.get_mut(&zone) else { continue };
            driven.hold.take_if(|hold| hold.until <= mono || parting);
            let need = if driven.hold.is_some() { Need::Sounding } else { programme };
            driven.amplifier.needed(mono, need);
            if parting {
                driven.amplifier.end_tail(mono);
            }
            self.core.order_amplifier(&zone);
        }
    }

    /// The switch of a zone's amplifier has answered: none is well.
    pub(super) fn switched(&mut self, zone: &ZoneId, order: u64, fault: Option<String>) {
        let now = self.core.now;
        let Some(driven) = self.core.amplifiers.0.get_mut(zone) else { return };
        let answer = if fault.is_some() { Answer::Failed } else { Answer::Done };
        driven.said = fault;
        driven.amplifier.answered(now.mono, order, answer);
        self.core.order_amplifier(zone);
    }

    /// A person switches amplifiers: on for a while, or off unless something is to be heard.
    pub(super) fn switch(&mut self, zones: Vec<ZoneId>, on: bool, by: &str) -> Result<(), Refusal> {
        if self.core.leaving.is_some() {
            return Err(Refusal::Leaving);
        }
        let amplifiers = &self.core.amplifiers.0;
        let all = zones.is_empty();
        let zones = self.zones_asked(zones)?;
        let meant: Vec<_> = zones.into_iter().filter(|zone| !all || amplifiers.contains_key(zone)).collect();
        if let Some(zone) = meant.iter().find(|zone| !amplifiers.contains_key(*zone)) {
            return Err(Refusal::NoAmplifier { zone: Some(zone.clone()) });
        }
        if meant.is_empty() {
            return Err(Refusal::NoAmplifier { zone: None });
        }
        let mono = self.core.now.mono;
        let needed = |zone: &&ZoneId| match self.need_in(zone) {
            Need::Sounding => true,
            Need::From(start) => start <= mono + self.core.amplifiers.lead([*zone]),
            Need::None => false,
        };
        if let Some(zone) = meant.iter().find(needed).filter(|_| !on) {
            return Err(Refusal::AmplifierNeeded { zone: zone.clone() });
        }
        for zone in meant {
            let Some(driven) = self.core.amplifiers.0.get_mut(&zone) else { continue };
            driven.hold = on.then(|| Hold { by: by.to_owned(), until: mono + HOLD_MAX });
            if !on {
                driven.amplifier.needed(mono, Need::None);
                driven.amplifier.end_tail(mono);
            }
        }
        Ok(())
    }

    /// What the amplifier of a zone is needed for, but for people who want it on.
    fn need_in(&self, zone: &ZoneId) -> Need {
        let now = self.core.now;
        let heard = |voice: &VoiceState| voice.started.is_some() && voice.zones.contains(zone);
        let sessions = || self.sessions.iter().filter(|session| session.present().any(|present| present == zone));
        let voices = self.sessions.iter().chain(&self.suspended).flat_map(|session| &session.voices);
        if voices.chain(&self.strays).any(heard) || sessions().any(Session::is_heard_now) {
            return Need::Sounding;
        }
        let to_come = sessions().filter(|session| session.is_to_come(now.wall)).map(|session| session.not_before);
        let next = to_come
            .chain(self.next_due_in(zone))
            .min()
            .map(|at| now.mono + (at - now.wall).to_std().unwrap_or_default());
        let again = self.emergencies.iter().filter(|emergency| self.core.leaving.is_none() && emergency.is_in(zone));
        let again = again.filter_map(super::Emergency::next_at);
        next.into_iter().chain(again).min().map_or(Need::None, Need::From)
    }

    /// The planned start of the first occurrence in a zone that nothing has begun yet.
    fn next_due_in(&self, zone: &ZoneId) -> Option<DateTime<Utc>> {
        if !self.clock.trusted() || self.core.leaving.is_some() || self.zones.muted_by(zone).is_some() {
            return None;
        }
        let wall = self.core.now.wall;
        // Whether its hour is permitted is only asked when the amplifier would go on for it.
        let near = wall + self.core.amplifiers.reach(zone);
        // What waits for another zone finds it off, and waits until it is warm when its turn has come.
        let mut due = self.agenda.iter().flat_map(Agenda::iter).filter(|due| due.start > wall);
        let due = due.find(|due| {
            let asked = due.start > near || self.timetable.permitted_until(due.start.max(wall)).is_some();
            asked && self.zones_of(due).contains(zone)
        });
        due.map(|due| due.start)
    }
}

impl Amplifiers {
    /// How far ahead a start can matter to the amplifier of a zone.
    fn reach(&self, zone: &ZoneId) -> TimeDelta {
        let reach = self.0.get(zone).map(|driven| driven.amplifier.lead() + driven.settings.pause_min);
        TimeDelta::from_std(reach.unwrap_or_default()).unwrap_or_default()
    }
}

impl Session {
    /// Whether its amplifiers are needed at once: it sounds, goes on after an interruption, or is an emergency.
    fn is_heard_now(&self) -> bool {
        self.ending.is_none() && (self.sounded || self.is_emergency())
    }

    /// Whether it is still to be heard for the first time. Where the time has come and there is nothing to air, nobody waits.
    fn is_to_come(&self, now: DateTime<Utc>) -> bool {
        self.ending.is_none() && !self.sounded && (self.not_before > now || !self.elements.is_empty())
    }

    /// When it may begin: `first`, or when the amplifiers are warm, but no later than it may begin at all; none as long as a
    /// switch has not answered that could still be on in time. An emergency does not wait.
    pub(super) fn warm_start(&self, first: DateTime<Utc>, core: &Core) -> Option<DateTime<Utc>> {
        let (known, open) = self.warm(first, core);
        let waits = open > known && self.sound_by.is_none_or(|by| by > core.now.wall + LAST_MOMENT);
        (!waits).then_some(known.max(open))
    }

    /// When it begins at the latest, for the amplifiers' sake.
    pub(super) fn warm_start_by(&self, first: DateTime<Utc>, core: &Core) -> DateTime<Utc> {
        let (known, open) = self.warm(first, core);
        known.max(open)
    }

    /// When the last of its amplifiers is warm of which that is known, and of the others when they have had every chance; not
    /// before `first`, and not after it may begin at all.
    fn warm(&self, first: DateTime<Utc>, core: &Core) -> (DateTime<Utc>, DateTime<Utc>) {
        if self.is_emergency() {
            return (first, first);
        }
        let now = core.now;
        let (known, open) = core.amplifiers.warm(self.present());
        let bounded = |mono: Duration| {
            if mono <= now.mono {
                return first;
            }
            let at = now.wall + TimeDelta::from_std(mono.saturating_sub(now.mono)).unwrap_or_default();
            first.max(self.sound_by.map_or(at, |by| at.min(by)))
        };
        (bounded(known), bounded(open))
    }

    /// When to look again at what could sound but for its amplifiers: when they are warm, or when it is let sound although a
    /// switch has not answered. None if it waits for none.
    pub(super) fn last_moment(&self, core: &Core) -> Option<DateTime<Utc>> {
        let waits = self.voices.iter().any(|voice| voice.durable && voice.armed.is_none() && !voice.ending);
        let now = core.now.wall;
        let warm = self.warm_start(now, core);
        let given_up = self.sound_by.map(|by| by - LAST_MOMENT);
        [warm, given_up].into_iter().flatten().filter(|at| waits && *at > now).min()
    }
}

impl Core {
    /// Has done what the amplifier of a zone asks for.
    fn order_amplifier(&mut self, zone: &ZoneId) {
        let Self { amplifiers, effects, .. } = self;
        let Some(driven) = amplifiers.0.get_mut(zone) else { return };
        let mut incidents = Vec::new();
        while let Some(effect) = driven.amplifier.poll_effect() {
            match effect {
                AmplifierEffect::Switch { order, on } => {
                    effects.push_back(Effect::Switch { zone: zone.clone(), order, on });
                }
                AmplifierEffect::Raise { on } => {
                    let silent = || format!("no answer within {} s", driven.settings.answer_within.as_secs_f64());
                    let said = driven.said.clone().unwrap_or_else(silent);
                    driven.fault = Some(format!("it cannot be switched {}: {said}", power_word(on)));
                    incidents.push(Incident::AmplifierFault { zone: zone.clone(), on, fault: said });
                }
                AmplifierEffect::Clear => {
                    driven.fault = None;
                    incidents.push(Incident::AmplifierBack { zone: zone.clone() });
                }
            }
        }
        incidents.into_iter().for_each(|incident| self.incident(incident));
    }
}
