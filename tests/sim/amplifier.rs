//! Amplifiers in the seeded weeks: what sounds finds them warm or somebody has been told, they stay on through short pauses, and
//! none is left on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use loa::domain::amplifier::AmplifierSettings;
use loa::domain::log::{Intent, Kind, PartId};
use loa::domain::slot::ZoneId;
use loa::domain::station::{Settings, Timetable};
use loa::domain::time::Window;
use loa::rehearsal::{BrokenSwitch, Fault, Sounded, VirtualSwitch};

use super::model::DailyTimetable;
use super::weeks::Town;

/// How the amplifiers of these towns are treated.
pub(super) const TREATED: AmplifierSettings = AmplifierSettings {
    warm_up: Duration::from_secs(8),
    tail: Duration::from_secs(5),
    pause_min: Duration::from_secs(120),
    answer_within: Duration::from_secs(2),
};
/// How early one goes on: three answers with half a second between them, the warming up, and one second to spare.
const LEAD: Duration = Duration::from_secs(16);
/// What a switch and the clocks may take besides.
const SLACK: Duration = Duration::from_secs(2);
/// What the wall clock drifts against the monotonic one while an amplifier warms up, and more.
const DRIFT: Duration = Duration::from_millis(10);
/// Around a fault the station may have its own reasons to keep an amplifier on: an emergency that repeats, an output that is
/// waited for. The longest of them.
const TROUBLE: Duration = Duration::from_secs(7 * 3_600);
/// A start may wait for a warm amplifier until this long before its grace is over.
const AT_THE_LAST: TimeDelta = TimeDelta::seconds(1);

/// Gives some zones an amplifier, by a lot of its own, so that the rest of the week is what it was.
pub(super) fn furnish(seed: u64, settings: &mut Settings) {
    let mut random = fastrand::Rng::with_seed(seed ^ 0xa3b1_0000);
    let zones = settings.zones.iter().filter(|_| random.u8(..3) > 0);
    settings.amplifiers = zones.map(|zone| (zone.clone(), TREATED)).collect();
}

/// What goes wrong with their switches.
pub(super) fn faults(seed: u64, zones: &[ZoneId], length: Duration) -> Vec<(Duration, Fault)> {
    let mut random = fastrand::Rng::with_seed(seed ^ 0xa3b1_0001);
    let fault = |random: &mut fastrand::Rng| {
        let how = [BrokenSwitch::Refuses, BrokenSwitch::Dead, BrokenSwitch::Misread][random.usize(..3)];
        let (zone, lasts) = (zones[random.usize(..zones.len())].clone(), Duration::from_secs(random.u64(1..7_200)));
        (Duration::from_millis(random.u64(..length.as_millis() as u64)), Fault::SwitchBroken { zone, how, lasts })
    };
    (0..random.usize(..4)).map(|_| fault(&mut random)).collect()
}

/// What is held against the rules.
pub(super) struct Evidence<'a> {
    pub(super) town: &'a Town,
    pub(super) timetable: &'a DailyTimetable,
    /// Monotonic times at which something went wrong or somebody did something.
    pub(super) troubles: &'a [Duration],
}

/// A stretch of time in which an amplifier was on.
type On = (Duration, Duration);

pub(super) fn check(evidence: &Evidence<'_>) -> Result<(), String> {
    let intents: BTreeMap<PartId, &Intent> = evidence.town.book.intents().map(|intent| (intent.part, intent)).collect();
    for (zone, switch) in evidence.town.switches.iter() {
        let sounds: Vec<&Sounded> =
            evidence.town.engines[zone].truth().iter().filter(|sounded| sounded.frames > 0).collect();
        let on = on_of(switch, evidence.town.time.now().mono);
        for sounded in &sounds {
            let Some(intent) = intents.get(&sounded.part) else { continue };
            // An emergency does not wait, and nobody waits for a zone that comes back into the middle.
            let comes_back = sounded.from_frame > intent.from_frame || !intent.zones.contains(zone);
            if intent.kind != Kind::Emergency && !comes_back {
                finds_it_warm(evidence, zone, switch, sounded, intent, &on)?;
            }
        }
        // What sounds as the weeks end is no truth yet.
        let sounding = !evidence.town.engines[zone].sounding().is_empty();
        let over = if sounding { &on[..on.len().saturating_sub(1)] } else { &on[..] };
        nothing_keeps_it_on(evidence, zone, &sounds, over)?;
    }
    Ok(())
}

/// Until now at the latest.
fn on_of(switch: &VirtualSwitch, now: Duration) -> Vec<On> {
    let mut stretches: Vec<On> = Vec::new();
    for (at, on) in switch.truth() {
        match stretches.last_mut() {
            Some(last) if !on => last.1 = *at,
            _ => stretches.push((*at, now)),
        }
    }
    stretches
}

/// What sounds finds its amplifier on and warm, or people were told that it cannot be.
fn finds_it_warm(
    evidence: &Evidence<'_>,
    zone: &ZoneId,
    switch: &VirtualSwitch,
    sounded: &Sounded,
    intent: &Intent,
    on: &[On],
) -> Result<(), String> {
    let from = sounded.from;
    let warm = on.iter().any(|(since, until)| *since + TREATED.warm_up <= from + DRIFT && from < *until);
    // Told by then, in this run of the station; or that it works again, so late that there was no time left to warm up.
    let up = evidence.town.came_up().iter().rev().find(|up| **up <= from).copied().unwrap_or_default();
    let told = switch.told().iter().filter(|(at, _)| up <= *at && *at <= from);
    let alarmed = told.clone().next_back().is_some_and(|(at, fails)| *fails || from < *at + LEAD);
    // A start that came up late waits for the warmth only as long as its slot waits for it.
    let late = intent.occurrence.as_ref().is_some_and(|id| {
        let near =
            Window { from: intent.planned_start - TimeDelta::days(2), to: intent.planned_start + TimeDelta::days(2) };
        let due = evidence.timetable.due(near).into_iter().find(|due| due.id == *id);
        due.is_none_or(|due| sounded.start >= due.start_by() - AT_THE_LAST)
    });
    if warm || alarmed || late {
        return Ok(());
    }
    Err(format!(
        "{} sounded in {zone} at {from:?} ({}) with an amplifier that was cold: {:?}, told {:?}",
        sounded.part,
        sounded.start,
        on.iter().rfind(|(since, _)| *since <= from),
        switch.told(),
    ))
}

/// Where nothing went wrong it goes on for what is to come and off when the tail is over, and a short pause does not switch it.
fn nothing_keeps_it_on(evidence: &Evidence<'_>, zone: &ZoneId, sounds: &[&Sounded], on: &[On]) -> Result<(), String> {
    for (since, until) in on {
        let troubled = evidence.is_troubled(*since, *until);
        let allowed = |own: Duration| if troubled { TROUBLE } else { own + SLACK };
        let mut heard_to = None;
        for sounded in sounds.iter().filter(|sounded| *since <= sounded.from && sounded.from < *until) {
            let (before, most) = match heard_to {
                None => (*since, LEAD),
                Some(heard_to) => (heard_to, TREATED.pause_min),
            };
            if sounded.from.saturating_sub(before) > allowed(most) {
                return Err(format!(
                    "the amplifier of {zone} was on from {before:?} to {:?} for nothing",
                    sounded.from
                ));
            }
            heard_to = Some(sounded.to);
        }
        let (idle_from, most) = heard_to.map_or((*since, LEAD), |heard_to| (heard_to, TREATED.tail));
        if until.saturating_sub(idle_from) > allowed(most) {
            return Err(format!("the amplifier of {zone} was on from {idle_from:?} to {until:?}, nothing sounded"));
        }
    }
    let starts: BTreeSet<Duration> = on.iter().map(|(since, _)| *since).collect();
    for pair in sounds.windows(2) {
        let (end, next) = (pair[0].to, pair[1].from);
        let short = next.saturating_sub(end) + SLACK < TREATED.pause_min;
        if short && end < next && !evidence.is_troubled(end, next) && starts.range(end..next).next().is_some() {
            return Err(format!("the amplifier of {zone} was switched in a pause from {end:?} to {next:?}"));
        }
    }
    Ok(())
}

impl Evidence<'_> {
    fn is_troubled(&self, from: Duration, to: Duration) -> bool {
        let near = |at: &Duration| from < *at + TROUBLE && *at <= to;
        self.troubles.iter().chain(self.town.came_up()).any(near)
    }
}
