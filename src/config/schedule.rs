//! When the station may sound, and the defaults of its slots.

use std::time::Duration;

use chrono::Weekday;

use crate::domain::calendar::Holidays;
use crate::domain::plan::{HoursRange, PermittedHours};
use crate::domain::slot::{Interrupted, Overrun};

use super::files;
use super::reader::Reader;

/// The shipped list of holidays.
pub(super) const SHIPPED_HOLIDAYS: &str = include_str!("../../config/holidays.toml");

/// When the station may sound, and the defaults of its slots.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Longest session, everything included.
    pub session_max: Duration,
    /// Default of a slot: a later start is a miss.
    pub grace: Duration,
    /// Default of a slot: after an interruption.
    pub interrupted: Interrupted,
    /// Default of a slot: what still sounds at its end.
    pub overrun: Overrun,
    /// When it may sound.
    pub permitted: PermittedHours,
    /// Public holidays, which a slot may leave out.
    pub holidays: Holidays,
}

/// The keys of the week, Monday first.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

impl Schedule {
    pub(super) fn read(root: &Reader<'_>) -> Option<Self> {
        let reader = root.section("schedule");
        let hours = root.section("permitted_hours");
        let interrupted = reader.choice(
            "interrupted",
            [("resume", Interrupted::Resume), ("restart", Interrupted::Restart), ("drop", Interrupted::Drop)],
        );
        let overrun = reader.choice("overrun", [("finish", Overrun::Finish), ("fade_at_end", Overrun::FadeAtEnd)]);
        let minutes = |key, range| Duration::from_secs(60 * reader.whole::<u64>(key, &range, "minutes"));
        let holidays = files::read(&reader, "holidays_file", SHIPPED_HOLIDAYS);
        Some(Self {
            session_max: minutes("session_minutes_max", 1..=720),
            grace: minutes("grace_minutes", 0..=120),
            permitted: permitted(&hours),
            interrupted: interrupted?,
            overrun: overrun?,
            holidays: holidays?,
        })
    }
}

fn ranges(reader: &Reader<'_>, day: &str) -> Vec<HoursRange> {
    let expected = "ranges such as \"05:00-06:30, 16:30-18:00\", apart from each other";
    let remedy = "\"\" is a day of silence; write neighbours as one";
    reader.parsed(day, expected, remedy, |text| HoursRange::parse_list(text).ok()).unwrap_or_default()
}

fn permitted(reader: &Reader<'_>) -> PermittedHours {
    let silent = PermittedHours::every_day(&[]);
    WEEKDAYS.into_iter().fold(silent, |hours, (day, weekday)| hours.with(weekday, ranges(reader, day)))
}
