//! Which relays fail, from what is said of them: when they are tried ahead, and while they are heard.

use std::collections::BTreeMap;
use std::time::Duration;

use super::view::FailingRelay;
use crate::domain::log::Incident;
use crate::domain::relay::RelayId;
use crate::domain::sound::Sound;
use crate::domain::time::Now;

/// A fault stands so long after it was told, longer if its relay is heard: the one that was told ten minutes ahead lasts until
/// the relay begins.
const STANDS: Duration = Duration::from_secs(15 * 60);

/// The last fault of each relay. As many as the configuration has relays.
#[derive(Debug, Clone, Default)]
pub(super) struct RelayFaults(BTreeMap<RelayId, (FailingRelay, Duration)>);

impl RelayFaults {
    /// Takes in what goes into the log.
    pub(super) fn note(&mut self, incident: &Incident, now: Now) {
        match incident {
            Incident::RelayFault { relay, name, fault } => {
                let failing = FailingRelay { relay: relay.clone(), name: name.clone(), fault: fault.clone() };
                self.0.insert(relay.clone(), (failing, now.mono));
            }
            Incident::RelayBack { relay, .. } => drop(self.0.remove(relay)),
            _ => {}
        }
    }

    /// A sound begins: what was said of its relay ahead of it is over. If it fails now, that is told anew.
    pub(super) fn began(&mut self, sound: &Sound) {
        if let Sound::Relay(relay) = sound {
            self.0.remove(&relay.id);
        }
    }

    /// Those that fail, with `heard` those that are on air.
    pub(super) fn failing(&self, now: Now, heard: &[&RelayId]) -> Vec<FailingRelay> {
        let stands = |(relay, at): (&RelayId, Duration)| now.mono.saturating_sub(at) < STANDS || heard.contains(&relay);
        self.0.iter().filter(|(relay, (_, at))| stands((relay, *at))).map(|(_, (failing, _))| failing.clone()).collect()
    }
}
