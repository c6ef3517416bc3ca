//! Which recorded sessions of a relay become drafts of the library by themselves, and under what title.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::airing::Airing;
use crate::domain::log::Kind;

/// So many days after its beginning a session still comes into the library; of one that could not until then the recording stays
/// for whoever wants it.
pub const KEEP_DAYS: i64 = 7;

/// A session that carried less of the other station than this carried nothing.
pub const CARRIED_MIN: Duration = Duration::from_secs(1);

/// Its recorder has everything on the disk so long after its end.
pub const WRITTEN_AFTER: TimeDelta = TimeDelta::seconds(5);

/// A session that was recorded.
#[derive(Debug, Clone, Copy)]
pub struct Session<'a> {
    /// When its recording begins.
    pub begun: DateTime<Utc>,
    /// As the log tells it; none if it does not, or not yet.
    pub airing: Option<&'a Airing>,
    /// Whether its broadcast is over, so that no further stretch of it follows.
    pub closed: bool,
    /// Whether it was settled before: it became a draft, be it in the library still or not, or was refused.
    pub settled: bool,
}

/// What becomes of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is not over yet.
    Wait,
    /// It becomes a draft now.
    Keep,
    /// Nothing more becomes of it.
    Leave,
}

impl Session<'_> {
    /// What becomes of it. Asked again after it was settled, it is left: so it becomes one draft at most, whatever happens in between.
    #[must_use]
    pub fn fate(&self, now: DateTime<Utc>) -> Fate {
        if self.settled || now.signed_duration_since(self.begun) > TimeDelta::days(KEEP_DAYS) {
            return Fate::Leave;
        }
        match self.airing {
            None => Fate::Wait,
            Some(airing) if airing.kind != Kind::Relay => Fate::Leave,
            Some(airing) if airing.open_part().is_some() => Fate::Wait,
            // It may be interrupted, and go on later as the same airing.
            Some(airing) if airing.occurrence.is_some() && !self.closed => Fate::Wait,
            Some(airing) if airing.end.is_some_and(|end| (end..end + WRITTEN_AFTER).contains(&now)) => Fate::Wait,
            Some(airing) if airing.time_carried() < CARRIED_MIN => Fate::Leave,
            Some(_) => Fate::Keep,
        }
    }
}

/// The title of what was carried of a station from an instant on: "Đài Tiếng nói Việt Nam, 29/11/2026 05:00".
#[must_use]
pub fn title_of(station: &str, start: DateTime<Utc>, zone: Tz) -> String {
    format!("{station}, {}", start.with_timezone(&zone).format("%d/%m/%Y %H:%M"))
}
