//! The daily copy of a station's records: when one is due, how it is named, which old ones go.

use chrono::{Days, NaiveDateTime, NaiveTime};

/// What the name of a copy says, in the station's time.
const NAME_FORMAT: &str = "loa-%Y%m%d-%H%M%S.zip";

/// The name of a copy that was made at this local time.
#[must_use]
pub fn name_of(made: NaiveDateTime) -> String {
    made.format(NAME_FORMAT).to_string()
}

/// When a copy of this name was made; none if it is no copy.
#[must_use]
pub fn made_at(name: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(name, NAME_FORMAT).ok()
}

/// Whether a copy is due at the local time `now`: none was made since the last time of day `at`. One from the future counts
/// for nothing: it was made under a wrong clock.
#[must_use]
pub fn is_due(copies: &[NaiveDateTime], at: NaiveTime, now: NaiveDateTime) -> bool {
    let today = now.date().and_time(at);
    let last = if today <= now { Some(today) } else { today.checked_sub_days(Days::new(1)) };
    last.is_some_and(|last| !copies.iter().any(|made| (last..=now).contains(made)))
}

/// Those copies that are not among the newest `keep`, oldest first.
#[must_use]
pub fn superfluous(mut copies: Vec<NaiveDateTime>, keep: usize) -> Vec<NaiveDateTime> {
    copies.sort_unstable();
    copies.truncate(copies.len().saturating_sub(keep.max(1)));
    copies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_copy_is_due_once_a_day_and_a_missed_one_at_the_next_look() {
        let at = NaiveTime::from_hms_opt(1, 30, 0).unwrap();
        let due = |copies: &[&str], now: &str| {
            is_due(&copies.iter().map(|copy| time(copy)).collect::<Vec<_>>(), at, time(now))
        };
        assert!(due(&[], "2026-11-24T12:00:00"), "the first is made at once");
        assert!(!due(&["2026-11-24T01:30:00"], "2026-11-24T23:59:59"));
        assert!(!due(&["2026-11-24T01:30:00"], "2026-11-25T01:29:59"));
        assert!(due(&["2026-11-24T01:30:00"], "2026-11-25T01:30:00"));
        assert!(due(&["2026-11-22T01:30:00"], "2026-11-24T00:10:00"), "the machine was off in the night");
        assert!(due(&["2041-01-01T00:00:00"], "2026-11-24T02:00:00"), "made under a wrong clock");
    }

    #[test]
    fn the_newest_copies_stay_and_one_always_does() {
        let copies = || ["2026-11-24T01:30:00", "2026-11-22T01:30:00", "2026-11-23T01:30:00"].map(time).to_vec();
        assert_eq!(superfluous(copies(), 2), [time("2026-11-22T01:30:00")]);
        assert_eq!(superfluous(copies(), 9), []);
        assert_eq!(superfluous(copies(), 0).len(), 2);
    }

    #[test]
    fn a_name_says_when_the_copy_was_made() {
        let made = time("2026-11-24T01:30:05");
        assert_eq!(name_of(made), "loa-20261124-013005.zip");
        assert_eq!(made_at(&name_of(made)), Some(made));
        assert_eq!(made_at("photos.zip"), None);
    }
}
