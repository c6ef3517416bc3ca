//! What every session shares: the time, the settings, the outputs, and the list of what shall be done.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use super::amplifiers::Amplifiers;
use super::output::Outputs;
use super::protocol::{Effect, RestPolicy};
use super::relay_faults::RelayFaults;
use super::{FreshAiring, Settings};
use crate::domain::log::{AiringId, Closed, Incident, Outcome, Record};
use crate::domain::slot::OccurrenceId;
use crate::domain::time::Now;

pub(super) struct Core {
    pub(super) settings: Settings,
    pub(super) now: Now,
    pub(super) outputs: Outputs,
    pub(super) amplifiers: Amplifiers,
    pub(super) relay_faults: RelayFaults,
    /// How the station is about to end, once it was told to.
    pub(super) leaving: Option<RestPolicy>,
    pub(super) effects: VecDeque<Effect>,
    pub(super) fresh_airing: FreshAiring,
}

impl Core {
    pub(super) fn perform(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    pub(super) fn commit(&mut self, records: Vec<Record>) {
        if !records.is_empty() {
            self.perform(Effect::Commit(records));
        }
    }

    pub(super) fn incident(&mut self, incident: Incident) {
        self.relay_faults.note(&incident, self.now);
        self.commit(vec![Record::Incident(incident)]);
    }

    /// An occurrence is over.
    pub(super) fn close(&mut self, occurrence: OccurrenceId, planned_start: DateTime<Utc>, outcome: Outcome) {
        self.commit(vec![Record::Closed(Closed { occurrence, planned_start, outcome })]);
    }

    pub(super) fn airing(&mut self) -> AiringId {
        (self.fresh_airing)(self.now)
    }
}
