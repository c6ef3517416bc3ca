//! Where a rehearsal writes its log.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::log::{PartId, Record};
use crate::domain::station::Ledger;

/// A log that can be asked for its ledger after a power cut.
pub trait Book {
    /// Appends records, durable at once.
    fn append(&mut self, at: DateTime<Utc>, records: &[Record]);

    /// Notes how far an open part has come.
    fn journal(&mut self, part: PartId, frames: u64, start: DateTime<Utc>);

    /// How long a commit takes.
    fn commit_takes(&mut self) -> Duration {
        Duration::from_millis(8)
    }

    /// What a station that comes up is told.
    fn ledger(&mut self, now: DateTime<Utc>) -> Ledger;
}
