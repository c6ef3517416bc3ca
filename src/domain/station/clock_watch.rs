//! Whether wall time can be believed.
//!
//! A station that was without power may come up in 1970, or in 2040. What is known: time passed since the last record of
//! the log, and since the program was built. Steps are found by comparing wall with monotonic time between two readings.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::time::Now;

/// A jump further ahead than this after the last record needs a person or the time service to vouch for it.
const LEAP_MAX: TimeDelta = TimeDelta::days(400);

/// What a reading of the clocks revealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// Wall time moved against monotonic time: from where it should have been to where it is.
    Stepped { from: DateTime<Utc>, to: DateTime<Utc> },
    /// Wall time became implausible.
    Distrusted { not_before: DateTime<Utc> },
    /// Wall time became plausible again.
    Trusted,
}

/// Follows both clocks.
#[derive(Debug, Clone)]
pub(super) struct ClockWatch {
    last: Now,
    /// The latest wall time that is known to have passed.
    latest: DateTime<Utc>,
    trusted: bool,
    tolerance: TimeDelta,
}

impl ClockWatch {
    /// Begins with the first reading; `not_before` is the time of the last record or the build date.
    pub(super) fn new(now: Now, not_before: DateTime<Utc>, tolerance: Duration) -> Self {
        let tolerance = TimeDelta::from_std(tolerance).unwrap_or(TimeDelta::seconds(2));
        let mut watch = Self { last: now, latest: not_before, trusted: false, tolerance };
        watch.trusted = watch.plausible(now.wall);
        watch.keep(now);
        watch
    }

    pub(super) const fn trusted(&self) -> bool {
        self.trusted
    }

    pub(super) const fn not_before(&self) -> DateTime<Utc> {
        self.latest
    }

    /// Takes in a reading. At most two findings: a step, and what it does to trust.
    pub(super) fn observe(&mut self, now: Now) -> Vec<Finding> {
        let passed = TimeDelta::from_std(now.mono.saturating_sub(self.last.mono)).unwrap_or(TimeDelta::MAX);
        let expected = self.last.wall.checked_add_signed(passed).unwrap_or(now.wall);
        let mut findings = Vec::new();
        if (now.wall - expected).abs() > self.tolerance {
            findings.push(Finding::Stepped { from: expected, to: now.wall });
        }
        let plausible = self.plausible(now.wall);
        if self.trusted && !plausible {
            findings.push(Finding::Distrusted { not_before: self.latest });
        } else if !self.trusted && plausible {
            findings.push(Finding::Trusted);
        }
        self.trusted = plausible;
        self.keep(now);
        findings
    }

    /// A person or the time service vouches for the reading. True if it was not trusted before.
    pub(super) fn vouch(&mut self, now: Now) -> bool {
        let news = !self.trusted;
        self.trusted = true;
        self.latest = now.wall;
        self.last = now;
        news
    }

    fn plausible(&self, wall: DateTime<Utc>) -> bool {
        self.latest - self.tolerance <= wall && wall <= self.latest + LEAP_MAX
    }

    fn keep(&mut self, now: Now) {
        self.last = now;
        if self.trusted {
            self.latest = self.latest.max(now.wall);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: &str, mono_s: u64) -> Now {
        Now { wall: wall.parse().unwrap(), mono: Duration::from_secs(mono_s) }
    }

    fn watch() -> ClockWatch {
        ClockWatch::new(at("2026-11-23T05:00:00Z", 0), "2026-11-22T00:00:00Z".parse().unwrap(), Duration::from_secs(2))
    }

    #[test]
    fn a_clock_that_runs_on_is_trusted() {
        let mut watch = watch();
        assert!(watch.trusted());
        assert_eq!(watch.observe(at("2026-11-23T05:01:00Z", 60)), []);
        assert_eq!(watch.observe(at("2026-11-23T05:02:01Z", 120)), []);
    }

    #[test]
    fn a_clock_in_1970_is_not_until_it_catches_up() {
        let mut watch = ClockWatch::new(
            at("1970-01-01T00:00:05Z", 0),
            "2026-11-22T00:00:00Z".parse().unwrap(),
            Duration::from_secs(2),
        );
        assert!(!watch.trusted());
        let findings = watch.observe(at("2026-11-23T05:00:00Z", 60));
        assert!(matches!(findings[..], [Finding::Stepped { .. }, Finding::Trusted]), "{findings:?}");
    }

    #[test]
    fn a_step_back_is_distrusted_until_the_time_known_to_have_passed() {
        let mut watch = watch();
        let findings = watch.observe(at("2026-11-23T04:00:00Z", 1));
        assert!(matches!(findings[..], [Finding::Stepped { .. }, Finding::Distrusted { .. }]), "{findings:?}");
        assert_eq!(watch.observe(at("2026-11-23T04:30:00Z", 1801)), []);
        assert!(!watch.trusted());
        assert_eq!(watch.observe(at("2026-11-23T05:00:00Z", 3601)), [Finding::Trusted]);
    }

    #[test]
    fn a_step_back_that_a_person_vouches_for_is_trusted_at_once() {
        let mut watch = watch();
        watch.observe(at("2026-11-23T04:00:00Z", 1));
        assert!(watch.vouch(at("2026-11-23T04:00:01Z", 2)));
        assert_eq!(watch.observe(at("2026-11-23T04:00:02Z", 3)), []);
    }

    #[test]
    fn a_leap_of_years_ahead_is_not_believed() {
        let mut watch = watch();
        watch.observe(at("2040-01-01T00:00:00Z", 1));
        assert!(!watch.trusted());
    }
}
