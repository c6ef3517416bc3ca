//! Every planned occurrence is accounted for: what could not be heard is closed with its reason.

use chrono::TimeDelta;

use super::agenda::Agenda;
use super::session::Rank;
use super::timetable::Due;
use super::{Session, Station};
use crate::domain::log::{MissReason, Outcome};

/// A sweep reaches back no further than this, whatever a first record written under a dead clock says.
const SWEEP_MAX: TimeDelta = TimeDelta::days(800);

impl Station {
    /// Closes every occurrence whose grace is over. At the start of a run this accounts for the time it was off.
    pub(super) fn sweep(&mut self) {
        if !self.clock.trusted() || self.core.leaving.is_some() {
            return;
        }
        let wall = self.core.now.wall;
        let running = self.core.now.mono.saturating_sub(self.began);
        self.up_since.get_or_insert(wall - running);
        let agenda = self.agenda.get_or_insert_with(|| {
            // A station with an empty log has promised nothing yet.
            let from = self.sweep_from.map_or(wall, |from| from.max(wall - SWEEP_MAX).min(wall));
            Agenda::new(from, std::mem::take(&mut self.settled))
        });
        agenda.fill(self.timetable.as_ref(), wall);
        while let Some(due) = self.agenda.as_mut().and_then(|agenda| agenda.take_overdue(wall)) {
            let outcome = self.why_silent(&due);
            self.core.close(due.id, due.start, outcome);
        }
    }

    fn why_silent(&self, due: &Due) -> Outcome {
        Outcome::Missed(if self.up_since.is_some_and(|since| due.start_by() < since) {
            MissReason::StationOff
        } else if self.blind.iter().any(|blind| blind.from <= due.start_by() && due.start < blind.to) {
            MissReason::Clock
        } else {
            let zones = self.zones_of(due);
            let taken = || zones.iter().find_map(|zone| self.taken_from(Rank::Programme, zone));
            let busy = || self.sessions.iter().filter(|session| session.shares(&zones)).find_map(Session::occurrence);
            match (busy(), taken()) {
                (Some(by), _) => MissReason::ZoneBusy { by: by.clone() },
                (None, Some(by)) => return Outcome::Superseded { by },
                (None, None) => MissReason::Late,
            }
        })
    }
}
