//! What other stations send, on paper: it comes, but for the times when it does not, and every zone hears the same of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::log::PartId;
use crate::domain::relay::Account;

/// What a source does that is no good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// Nothing comes, from no source.
    Gone,
    /// A recording stands in.
    StoodIn,
    /// Nothing but silence comes.
    Silent,
}

#[derive(Debug, Default)]
struct Inner {
    /// From, to (monotonic), and what is the matter.
    outages: Vec<(Duration, Duration, Outage)>,
    /// From the first frame that was heard of a voice anywhere to the last, in monotonic time.
    voices: BTreeMap<PartId, (Duration, Duration)>,
}

/// The sound of all relays. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct VirtualAir(Arc<Mutex<Inner>>);

impl VirtualAir {
    /// It is no good from `from` on, for so long.
    pub fn fail(&self, from: Duration, lasts: Duration, outage: Outage) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Of two at a time the first counts.
        let free =
            inner.outages.iter().all(|(other_from, other_to, _)| from >= *other_to || from + lasts <= *other_from);
        if free {
            inner.outages.push((from, from + lasts, outage));
        }
    }

    /// A zone heard a voice so long, in monotonic time: the account of all that any zone heard of it.
    pub(super) fn heard(&self, part: PartId, from: Duration, to: Duration) -> Account {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, last) = inner.voices.entry(part).or_insert((from, to));
        (*first, *last) = ((*first).min(from), (*last).max(to));
        let (first, last) = (*first, *last);
        let during = |wanted: Outage| -> Duration {
            let outages = inner.outages.iter().filter(|(_, _, outage)| *outage == wanted);
            outages.map(|(from, to, _)| (*to).min(last).saturating_sub((*from).max(first))).sum()
        };
        let ms = |of: Duration| u64::try_from(of.as_millis()).unwrap_or(u64::MAX);
        let (lost, standby) = (during(Outage::Gone), during(Outage::StoodIn));
        Account {
            carried_ms: ms(last.saturating_sub(first).saturating_sub(lost + standby)),
            standby_ms: ms(standby),
            silent_ms: ms(during(Outage::Silent)),
            lost_ms: ms(lost),
            ..Account::default()
        }
    }
}
