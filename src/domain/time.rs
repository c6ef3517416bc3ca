//! Civil time, instants and windows.
//!
//! Rules are civil time in the station's IANA zone; occurrences are UTC instants. The daylight-saving policy lives here
//! and nowhere else: in a gap an occurrence airs at the first valid instant after it, in a fold once, at the first.

use std::time::Duration;

use chrono::{DateTime, DurationRound, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One reading of both clocks, taken together by `clock.rs` (or invented by a simulation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Wall time: may step, may be wrong. What people and the log speak of.
    pub wall: DateTime<Utc>,
    /// Monotonic time since an arbitrary origin: never steps. What lengths and deadlines are measured on.
    pub mono: Duration,
}

impl Now {
    /// The same clocks `by` later, both advanced alike.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self { wall: self.wall + by, mono: self.mono + by }
    }
}

/// A half-open span of instants: `from` is inside, `to` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First instant inside.
    pub from: DateTime<Utc>,
    /// First instant after.
    pub to: DateTime<Utc>,
}

impl Window {
    /// Whether `at` lies inside.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }

    /// Whether the two spans share any instant.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// `to - from`, zero when the window is empty or inverted.
    #[must_use]
    pub fn length(&self) -> Duration {
        (self.to - self.from).to_std().unwrap_or_default()
    }
}

/// A span of calendar days, both ends included; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Days {
    /// First day inside.
    pub from: Option<NaiveDate>,
    /// Last day inside.
    pub to: Option<NaiveDate>,
}

impl Days {
    /// Every day there is.
    pub const ALL: Self = Self { from: None, to: None };

    /// Whether `day` lies inside.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// The instant of a civil time in `zone`: in a gap the first valid instant after it, in a fold the first of the two.
#[must_use]
pub fn instant_of(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        LocalResult::None => end_of_gap(zone, local),
    }
}

/// The first valid instant after a civil time that the clocks jumped over.
fn end_of_gap(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    // Every gap on record is at most a day (Samoa and Kiribati skipped one), and moves by whole seconds. Bisect between
    // the last valid civil time before the gap and the first after it.
    let mut outside = local + TimeDelta::hours(25);
    let mut inside = local;
    while outside - inside > TimeDelta::seconds(1) {
        let middle = inside + (outside - inside) / 2;
        match zone.from_local_datetime(&middle) {
            LocalResult::None => inside = middle,
            LocalResult::Single(_) | LocalResult::Ambiguous(..) => outside = middle,
        }
    }
    let whole = outside - TimeDelta::nanoseconds(i64::from(chrono::Timelike::nanosecond(&outside)));
    match zone.from_local_datetime(&whole).earliest().or_else(|| zone.from_local_datetime(&outside).earliest()) {
        Some(at) => at.with_timezone(&Utc),
        // Only reachable if a zone skipped more than 25 hours; UTC is then the one reading left.
        None => local.and_utc(),
    }
}

/// The nearest whole millisecond. What was measured on a sound card is not known better than that, and a start that came a
/// few nanoseconds before midnight must not be told as the day before.
#[must_use]
pub fn to_millisecond(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_round(TimeDelta::milliseconds(1)).unwrap_or(at)
}

/// The calendar day on which `at` falls in `zone`.
#[must_use]
pub fn day_of(zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: Tz, local: &str, utc: &str) {
        let local = local.parse().unwrap();
        assert_eq!(instant_of(zone, local), utc.parse::<DateTime<Utc>>().unwrap(), "{local} in {zone}");
    }

    #[test]
    fn vietnam_is_seven_hours_ahead_all_year() {
        check(Tz::Asia__Ho_Chi_Minh, "2026-11-23T05:00:00", "2026-11-22T22:00:00Z");
        check(Tz::Asia__Ho_Chi_Minh, "2026-06-15T17:00:00", "2026-06-15T10:00:00Z");
    }

    #[test]
    fn a_time_in_the_spring_gap_becomes_the_end_of_the_gap() {
        check(Tz::Europe__Berlin, "2026-03-29T02:30:00", "2026-03-29T01:00:00Z");
        check(Tz::Europe__Berlin, "2026-03-29T02:00:00", "2026-03-29T01:00:00Z");
        check(Tz::Australia__Lord_Howe, "2026-10-04T02:15:00", "2026-10-03T15:30:00Z");
    }

    #[test]
    fn a_time_in_the_autumn_fold_is_the_first_of_the_two() {
        check(Tz::Europe__Berlin, "2026-10-25T02:30:00", "2026-10-25T00:30:00Z");
    }

    #[test]
    fn a_start_a_few_nanoseconds_early_is_told_on_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(to_millisecond(at("2026-11-23T16:59:59.999999842Z")), at("2026-11-23T17:00:00Z"));
        assert_eq!(to_millisecond(at("2026-11-23T17:00:00.000400Z")), at("2026-11-23T17:00:00Z"));
        assert_eq!(to_millisecond(at("2026-11-23T17:00:00.000600Z")), at("2026-11-23T17:00:00.001Z"));
    }

    #[test]
    fn a_day_that_a_country_skipped_is_jumped_over() {
        check(Tz::Pacific__Apia, "2011-12-30T05:00:00", "2011-12-30T10:00:00Z");
    }
}
