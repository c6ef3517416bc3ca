//! Every planned occurrence is accounted for: what could not be heard is closed with its reason.

use chrono::TimeDelta;

use super::Station;
use super::agenda::Agenda;
use super::timetable::Due;
use crate::domain::log::{MissReason, Outcome};

/// A sweep reaches back no further than this, whatever a first record written under a dead clock says.
const SWEEP_MAX: TimeDelta = TimeDelta::days(800);

impl Station {
    /// Closes every occurrence whose grace is over. At the start of a run this accounts for the time it was off.
    pub(super) fn sweep(&mut self) {
        if !self.clock.trusted() || self.leaving.is_some() {
            return;
        }
        let wall = self.now.wall;
        let running = self.now.mono.saturating_sub(self.began);
        self.up_since.get_or_insert(wall - running);
        let agenda = self.agenda.get_or_insert_with(|| {
            // A station with an empty log has promised nothing yet.
            let from = self.sweep_from.map_or(wall, |from| from.max(wall - SWEEP_MAX).min(wall));
            Agenda::new(from, std::mem::take(&mut self.settled))
        });
        agenda.fill(self.timetable.as_ref(), wall);
        while let Some(due) = self.take_overdue() {
            let reason = self.why_missed(&due);
            self.close(due.id, due.start, Outcome::Missed(reason));
        }
    }

    fn take_overdue(&mut self) -> Option<Due> {
        let agenda = self.agenda.as_mut()?;
        if agenda.front()?.start_by() < self.now.wall { agenda.take() } else { None }
    }

    fn why_missed(&self, due: &Due) -> MissReason {
        if self.up_since.is_some_and(|since| due.start_by() < since) {
            return MissReason::StationOff;
        }
        if self.blind.iter().any(|blind| blind.from <= due.start_by() && due.start < blind.to) {
            return MissReason::Clock;
        }
        match self.session.as_ref().and_then(|session| session.occurrence()) {
            Some(by) => MissReason::ZoneBusy { by: by.clone() },
            None => MissReason::Late,
        }
    }
}
