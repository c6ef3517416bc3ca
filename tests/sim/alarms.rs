//! Whatever happens in a week: what is lost, late or missed is an alarm as soon as somebody looks, and none stays when it is over.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::alarm::{
    Alarm, AlarmList, Broadcast, Change, DayFacts, Matter, Standing, at_once, late_starts, of_day,
};
use loa::domain::log::{Entry, Incident, MissReason, Outcome, PartId, Record};
use loa::domain::slot::{OccurrenceId, ZoneId};
use loa::domain::station::{OutputState, View};

use super::weeks::{Town, rehearse_watched, town_with};

const CALM: Duration = Duration::from_secs(30);
const LATE: Duration = Duration::from_secs(30);
/// So long a missed broadcast is spoken of.
const MISSED: TimeDelta = TimeDelta::hours(24);

/// Looks at a station after everything that happens, as the real one is looked at each second, and keeps what the store would.
#[derive(Default)]
struct Watch {
    /// None while the power is off.
    list: Option<AlarmList>,
    kept: BTreeMap<u64, Standing>,
    open: BTreeMap<(String, String), u64>,
    /// Records of the log that were looked at.
    read: usize,
    missed: Vec<(Broadcast, MissReason)>,
    raised: u32,
    broken: Option<String>,
}

impl Watch {
    fn look(&mut self, world: &Town) {
        let Some(station) = world.station() else {
            self.list = None;
            self.read = world.book.entries.len();
            return;
        };
        if self.broken.is_some() {
            return;
        }
        let (now, view) = (world.time.now(), station.view());
        let fresh = world.book.entries.get(self.read..).unwrap_or_default();
        self.read = world.book.entries.len();
        self.take_in(fresh);
        let wrong = self.wrong(&view, now.wall);
        let kept = &self.kept;
        let list = self.list.get_or_insert_with(|| {
            let matters = kept.values().filter(|one| one.matters()).cloned().collect();
            AlarmList::left(matters, kept.keys().max().copied().unwrap_or(0))
        });
        let changes = list.look(now, &wrong, CALM);
        let held = self.keep(&changes).and_then(|()| self.is_told(&view, fresh, &wrong));
        self.broken = held.err().map(|broken| format!("{}: {broken}", now.wall));
    }

    /// What the log says of broadcasts that were not heard.
    fn take_in(&mut self, fresh: &[Entry]) {
        for entry in fresh {
            if let Record::Closed(closed) = &entry.record
                && let Outcome::Missed(reason) = &closed.outcome
            {
                let (occurrence, start) = (closed.occurrence.clone(), closed.planned_start);
                self.missed.push((Broadcast { occurrence, name: "Buổi".to_owned(), start }, reason.clone()));
            }
        }
    }

    fn wrong(&self, view: &View, now: DateTime<Utc>) -> Vec<Matter> {
        let of_late = |broadcast: &Broadcast| (now - broadcast.start) < MISSED && broadcast.start <= now + MISSED;
        let missed = self.missed.iter().filter(|(broadcast, _)| of_late(broadcast)).cloned().collect();
        let mut wrong = at_once(view, 0, None, &[]);
        wrong.extend(late_starts(view, now, LATE));
        wrong.extend(of_day(DayFacts { missed, ..DayFacts::default() }));
        wrong.retain(|alarm| !alarm.is_passing());
        wrong.sort_by_key(Alarm::severity);
        wrong.iter().map(|alarm| alarm.matter(chrono_tz::Tz::UTC)).collect()
    }

    fn keep(&mut self, changes: &[Change]) -> Result<(), String> {
        for change in changes {
            let standing = change.standing().clone();
            let key = (standing.matter.code.clone(), standing.matter.about().to_owned());
            match change {
                Change::Raised(_) => {
                    self.raised += 1;
                    if self.open.insert(key, standing.number).is_some() {
                        return Err(format!("{standing:?} was raised while it was raised"));
                    }
                }
                Change::Back(_) => {}
                Change::Cleared(_) => {
                    if self.open.remove(&key) != Some(standing.number) {
                        return Err(format!("{standing:?} was cleared and had not been raised"));
                    }
                }
            }
            self.kept.insert(standing.number, standing);
        }
        Ok(())
    }

    /// What is wrong is raised; and what the log says was lost just now is wrong, unless it is back or nobody needs it any more.
    fn is_told(&self, view: &View, fresh: &[Entry], wrong: &[Matter]) -> Result<(), String> {
        for matter in wrong {
            if !self.open.contains_key(&(matter.code.clone(), matter.about().to_owned())) {
                return Err(format!("{matter:?} is so and not raised"));
            }
        }
        let mut lost: BTreeSet<&ZoneId> = BTreeSet::new();
        for entry in fresh {
            match &entry.record {
                Record::Incident(Incident::OutputLost { zone, .. }) => drop(lost.insert(zone)),
                Record::Incident(Incident::OutputBack { zone }) => drop(lost.remove(zone)),
                _ => {}
            }
        }
        for state in view.zones.iter().filter(|state| lost.contains(&state.zone)) {
            let told = self.open.contains_key(&("output_lost".to_owned(), state.zone.to_string()));
            if !told && state.output != OutputState::Closed {
                return Err(format!("the output of {} was lost and nobody is told", state.zone));
            }
        }
        Ok(())
    }
}

/// One week; how many alarms were raised in it.
fn week(seed: u64) -> Result<u32, String> {
    let (mut world, versions, zone, mut random) = town_with(seed, |book| book);
    let mut watch = Watch::default();
    rehearse_watched(&mut world, &versions, zone, &mut random, &mut |world| watch.look(world))
        .map_err(|stuck| stuck.to_string())?;
    if let Some(broken) = watch.broken.take() {
        return Err(broken);
    }
    every_late_start_was_told(&world, &watch)?;
    every_miss_was_told(&world, &watch)?;
    // The last day was quiet: what stays is the misses of it, what somebody muted, a switch or the loudspeakers left so, and what began just now.
    let end = world.time.now().wall;
    for number in watch.open.values() {
        let standing = &watch.kept[number];
        let stays = match standing.matter.code.as_str() {
            "missed" => end - standing.raised < MISSED + TimeDelta::hours(1),
            "muted" | "amplifier_fault" | "not_heard" => true,
            _ => end - standing.raised < TimeDelta::hours(1),
        };
        if !stays {
            return Err(format!("{standing:?} is not over at the end"));
        }
    }
    Ok(watch.raised)
}

/// A broadcast that was heard later than planned had its alarm, unless the station was started again between the two, or before
/// anybody could look.
fn every_late_start_was_told(world: &Town, watch: &Watch) -> Result<(), String> {
    let of: BTreeMap<PartId, OccurrenceId> =
        world.book.intents().filter_map(|intent| Some((intent.part, intent.occurrence.clone()?))).collect();
    let mut began: BTreeMap<&OccurrenceId, DateTime<Utc>> = BTreeMap::new();
    for end in world.book.ends().filter(|end| end.frames > 0) {
        if let (Some(occurrence), Some(start)) = (of.get(&end.part), end.start) {
            began.entry(occurrence).and_modify(|first| *first = start.min(*first)).or_insert(start);
        }
    }
    let closed: BTreeMap<&OccurrenceId, DateTime<Utc>> =
        world.book.closed().map(|closed| (&closed.occurrence, closed.planned_start)).collect();
    for (occurrence, began) in began {
        let Some(planned) = closed.get(occurrence) else { continue };
        if (began - *planned).to_std().is_ok_and(|late| late > LATE) && !was_told(watch, "late_start", occurrence) {
            let from = world.book.entries.iter().position(|entry| names(entry, occurrence)).unwrap_or(0);
            let until = world.book.entries.iter().rposition(|entry| names(entry, occurrence)).unwrap_or(from);
            let restart = |entry: &Entry| matches!(&entry.record, Record::Incident(Incident::Started { .. }));
            if !world.book.entries[from..=until].iter().any(restart) {
                return Err(format!("{occurrence} began at {began}, planned {planned}, and nobody was told"));
            }
        }
    }
    Ok(())
}

fn names(entry: &Entry, occurrence: &OccurrenceId) -> bool {
    match &entry.record {
        Record::Rundown(rundown) => rundown.occurrence == *occurrence,
        Record::Intent(intent) => intent.occurrence.as_ref() == Some(occurrence),
        Record::Closed(closed) => closed.occurrence == *occurrence,
        _ => false,
    }
}

/// A broadcast of the week that was missed had its alarm, unless its day was over before the station was up again.
fn every_miss_was_told(world: &Town, watch: &Watch) -> Result<(), String> {
    for entry in &world.book.entries {
        let Record::Closed(closed) = &entry.record else { continue };
        let of_late = (entry.at - closed.planned_start).abs() < MISSED - TimeDelta::hours(1);
        let read = watch.missed.iter().any(|(broadcast, _)| broadcast.occurrence == closed.occurrence);
        if matches!(closed.outcome, Outcome::Missed(_))
            && of_late
            && read
            && !was_told(watch, "missed", &closed.occurrence)
        {
            return Err(format!("{} was missed and nobody was told", closed.occurrence));
        }
    }
    Ok(())
}

fn was_told(watch: &Watch, code: &str, occurrence: &OccurrenceId) -> bool {
    let about = occurrence.to_string();
    watch.kept.values().any(|one| one.matter.code == code && one.matter.about() == about)
}

#[test]
fn in_every_week_what_goes_wrong_is_raised_and_cleared_when_it_is_over() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("LOA_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        // Every look costs as much as the station's step: a tenth of the weeks is enough.
        None => 0..number("LOA_SIM_SEEDS").unwrap_or(2_000).div_ceil(10),
    };
    let mut raised = 0;
    for seed in seeds.clone() {
        match week(seed) {
            Ok(count) => raised += count,
            Err(broken) => panic!("seed {seed}: {broken}\nreplay with LOA_SIM_SEED={seed} cargo test sim::alarms"),
        }
    }
    assert!(seeds.end - seeds.start == 1 || raised > 100, "{raised} alarms only: nothing is tried");
}
