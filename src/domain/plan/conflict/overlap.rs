//! Where two slots want the same zone at once, and where a slot would be free.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::problem::Proposal;
use crate::domain::plan::permitted::PermittedHours;
use crate::domain::time::Window;

/// A proposal moves a slot by so much at the most.
const SHIFT_MINUTES_MAX: i64 = 12 * 60;
/// A proposal moves a slot by multiples of this.
const SHIFT_STEP_MINUTES: i64 = 5;
/// More starts a day than this are not spelt out in a proposal.
const STARTS_MAX: usize = 4;

/// The expected airings of one slot, by start; all of one length, so their ends are in order too.
pub(super) type Airings = Vec<Window>;

/// What two slots have in common.
#[derive(Debug, Default)]
pub(super) struct Overlap {
    /// Starts of the first slot at which the other is in the way.
    pub(super) starts: Vec<DateTime<Utc>>,
    /// The longest time in which both would sound.
    pub(super) longest: TimeDelta,
    /// The longest the first slot could be; none if it even starts while the other is on air.
    pub(super) free: Option<TimeDelta>,
}

/// Finds every overlap of `slot` with `other`.
pub(super) fn overlap(slot: &Airings, other: &Airings) -> Overlap {
    let mut found = Overlap { free: Some(TimeDelta::MAX), ..Overlap::default() };
    let mut first = 0;
    for airing in slot {
        while other.get(first).is_some_and(|other| other.to <= airing.from) {
            first += 1;
        }
        let mut hit = false;
        for other in other[first..].iter().take_while(|other| other.from < airing.to) {
            hit = true;
            found.longest = found.longest.max(airing.to.min(other.to) - airing.from.max(other.from));
            let before = other.from - airing.from;
            found.free = found.free.filter(|_| before > TimeDelta::zero()).map(|free| free.min(before));
        }
        if hit {
            found.starts.push(airing.from);
        }
    }
    found
}

/// The shortest time from a start of `slot` to the next later start of `other`, and the start of `other`.
pub(super) fn shortest_gap(slot: &Airings, other: &Airings) -> Option<(TimeDelta, DateTime<Utc>)> {
    let mut next = 0;
    let mut shortest = None;
    for airing in slot {
        while other.get(next).is_some_and(|other| other.from <= airing.from) {
            next += 1;
        }
        let Some(later) = other.get(next) else { break };
        let gap = later.from - airing.from;
        if shortest.is_none_or(|(known, _)| gap < known) {
            shortest = Some((gap, later.from));
        }
    }
    shortest
}

/// Collects the shifts, in seconds, at which a slot would not be free.
#[derive(Debug, Default)]
pub(super) struct Shifts {
    /// Both ends free themselves.
    taken: BTreeSet<(i64, i64)>,
}

impl Shifts {
    /// Keeps `slot` away from `other`.
    pub(super) fn avoid(&mut self, slot: &Airings, other: &Airings) {
        let reach = TimeDelta::minutes(SHIFT_MINUTES_MAX);
        let mut first = 0;
        for airing in slot {
            while other.get(first).is_some_and(|other| other.to + reach <= airing.from) {
                first += 1;
            }
            for other in other[first..].iter().take_while(|other| other.from < airing.to + reach) {
                self.taken.insert(((other.from - airing.to).num_seconds(), (other.to - airing.from).num_seconds()));
            }
        }
    }

    /// The free and permitted shift nearest to none, a later one before an earlier.
    pub(super) fn nearest(&self, slot: &Airings, permitted: &PermittedHours, time_zone: Tz) -> Option<i64> {
        // One airing for each weekday and time of day stands for all like it.
        let mut seen = BTreeSet::new();
        let kinds: Vec<&Window> = slot
            .iter()
            .filter(|airing| {
                let local = airing.from.with_timezone(&time_zone);
                seen.insert((local.weekday().num_days_from_monday(), local.num_seconds_from_midnight()))
            })
            .collect();
        let free = |minutes: &i64| {
            let seconds = minutes * 60;
            let shift = TimeDelta::seconds(seconds);
            self.taken.iter().all(|(from, to)| seconds <= *from || *to <= seconds)
                && kinds.iter().all(|airing| {
                    permitted.allows(time_zone, Window { from: airing.from + shift, to: airing.to + shift })
                })
        };
        (1..=SHIFT_MINUTES_MAX / SHIFT_STEP_MINUTES)
            .flat_map(|step| [step * SHIFT_STEP_MINUTES, -step * SHIFT_STEP_MINUTES])
            .find(free)
    }
}

/// A proposal out of a shift and a length.
pub(super) fn proposal(slot: &Airings, time_zone: Tz, shift: Option<i64>, length_max: Option<Duration>) -> Proposal {
    let mut starts = BTreeSet::new();
    if let Some(shift) = shift {
        let moved = slot.iter().map(|airing| airing.from.with_timezone(&time_zone).time() + TimeDelta::minutes(shift));
        starts.extend(moved.take(STARTS_MAX * 400));
    }
    let few = starts.len() <= STARTS_MAX;
    let starts: Vec<NaiveTime> = if few { starts.into_iter().collect() } else { Vec::new() };
    Proposal { shift_minutes: shift, starts, length_max }
}
