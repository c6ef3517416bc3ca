//! When a relay that is planned is tried ahead of its time, so that somebody can still do something about it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::RelayId;
use crate::domain::slot::OccurrenceId;

/// So long before the start of an occurrence its relays are tried.
pub const LEADS: [TimeDelta; 2] = [TimeDelta::minutes(10), TimeDelta::minutes(1)];

/// A relay that an occurrence will ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Which occurrence.
    pub occurrence: OccurrenceId,
    /// Which relay.
    pub relay: RelayId,
    /// Start of the occurrence.
    pub start: DateTime<Utc>,
}

/// Which of them were tried already.
#[derive(Debug, Clone, Default)]
pub struct Ahead {
    tried: BTreeMap<(OccurrenceId, RelayId), usize>,
}

impl Ahead {
    /// What is to be tried now, each relay once, however many leads have passed since it was last looked.
    pub fn due(&mut self, now: DateTime<Utc>, planned: &[Planned]) -> Vec<Planned> {
        // What is no longer planned ahead needs no memory.
        self.tried.retain(|(occurrence, relay), _| {
            planned.iter().any(|one| one.occurrence == *occurrence && one.relay == *relay)
        });
        let mut due: Vec<Planned> = Vec::new();
        for one in planned.iter().filter(|one| now < one.start) {
            let passed = LEADS.iter().filter(|lead| one.start - **lead <= now).count();
            let tried = self.tried.entry((one.occurrence.clone(), one.relay.clone())).or_default();
            if passed > *tried {
                *tried = passed;
                if !due.iter().any(|other| other.relay == one.relay) {
                    due.push(one.clone());
                }
            }
        }
        due
    }

    /// When it must be looked again; none if nothing is planned.
    #[must_use]
    pub fn next(now: DateTime<Utc>, planned: &[Planned]) -> Option<DateTime<Utc>> {
        let instants = planned.iter().flat_map(|one| LEADS.map(|lead| one.start - lead));
        instants.filter(|at| *at > now).min()
    }
}
