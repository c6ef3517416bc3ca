//! The occurrences that are still to come or still to be accounted for, in order of their planned start.

use std::collections::{BTreeSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use super::timetable::{Due, Timetable};
use crate::domain::slot::OccurrenceId;
use crate::domain::time::Window;

/// How far ahead the agenda is filled. Longer than any lead time, short enough to stay small.
const AHEAD: TimeDelta = TimeDelta::hours(25);
/// Filled again when less than this is left.
const AHEAD_MIN: TimeDelta = TimeDelta::hours(24);
/// Closed occurrences are remembered for so long after their start, against slots saved anew and clocks set back.
const REMEMBERED: TimeDelta = TimeDelta::days(3);

/// Filled from the timetable as time goes by; each occurrence passes through it exactly once.
#[derive(Debug)]
pub(super) struct Agenda {
    upcoming: VecDeque<Due>,
    loaded_to: DateTime<Utc>,
    /// Everything that starts before this instant has been taken.
    taken_to: DateTime<Utc>,
    taken: BTreeSet<OccurrenceId>,
}

impl Agenda {
    /// Begins at `from`; `closed` are the occurrences at or after it that are over already.
    pub(super) fn new(from: DateTime<Utc>, closed: impl IntoIterator<Item = OccurrenceId>) -> Self {
        Self { upcoming: VecDeque::new(), loaded_to: from, taken_to: from, taken: closed.into_iter().collect() }
    }

    /// The first occurrence not yet taken.
    pub(super) fn front(&self) -> Option<&Due> {
        self.upcoming.front()
    }

    /// Those not yet taken, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Due> {
        self.upcoming.iter()
    }

    /// Fills up to [`AHEAD`] after `now`.
    pub(super) fn fill(&mut self, timetable: &dyn Timetable, now: DateTime<Utc>) {
        if self.loaded_to >= now + AHEAD_MIN {
            return;
        }
        let target = now + AHEAD;
        while self.loaded_to < target {
            let to = target.min(self.loaded_to + TimeDelta::days(1));
            let taken = &self.taken;
            let window = Window { from: self.loaded_to, to };
            self.upcoming.extend(timetable.due(window).into_iter().filter(|due| !taken.contains(&due.id)));
            self.loaded_to = to;
        }
    }

    /// Takes the first occurrence that can no longer begin in time: from now on it is somebody's to account for.
    pub(super) fn take_overdue(&mut self, now: DateTime<Utc>) -> Option<Due> {
        let overdue = self.upcoming.iter().take_while(|due| due.start < now).find(|due| due.start_by() < now);
        let id = overdue?.id.clone();
        self.take_out(&id)
    }

    /// Takes an occurrence: from now on it is somebody's to account for.
    pub(super) fn take_out(&mut self, id: &OccurrenceId) -> Option<Due> {
        let index = self.upcoming.iter().position(|due| due.id == *id)?;
        let due = self.upcoming.remove(index)?;
        self.taken_to = self.taken_to.max(due.start);
        self.taken.insert(due.id.clone());
        Some(due)
    }

    /// Puts an occurrence back that was taken and never sounded.
    pub(super) fn give_back(&mut self, due: Due) {
        self.taken.remove(&due.id);
        let place = self.upcoming.partition_point(|other| other.start <= due.start);
        self.upcoming.insert(place, due);
    }

    /// The slots were saved anew: forget what was loaded, keep what was taken.
    pub(super) fn reload(&mut self, timetable: &dyn Timetable, now: DateTime<Utc>) {
        // What waits its turn (the zone is busy, say) starts before now and must not get lost.
        self.loaded_to = self.upcoming.front().map_or(self.taken_to, |due| due.start).min(now);
        self.upcoming.clear();
        self.fill(timetable, now);
    }

    /// Drops what can no longer matter.
    pub(super) fn forget_old(&mut self) {
        // Nominal times are local, at most 14 hours from UTC; a day more keeps the comparison safe.
        let oldest = (self.taken_to - REMEMBERED - TimeDelta::days(1)).naive_utc();
        while self.taken.first().is_some_and(|id| id.nominal < oldest) {
            self.taken.pop_first();
        }
    }
}
