//! When the station may sound, and the defaults of its slots.

use std::time::Duration;

use crate::domain::calendar::Holidays;
use crate::domain::slot::{Interrupted, Overrun};

use super::files;
use super::reader::Reader;

/// The shipped list of holidays.
const SHIPPED_HOLIDAYS: &str = include_str!("../../config/holidays.toml");

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
    /// Permitted hours from Monday to Sunday: spans of minutes of the day, first inside, last outside; in order, apart.
    pub permitted_minutes: [Vec<(u32, u32)>; 7],
    /// Public holidays, which a slot may leave out.
    pub holidays: Holidays,
}

/// The keys of the week, Monday first.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

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
            permitted_minutes: WEEKDAYS.map(|day| spans(&hours, day)),
            interrupted: interrupted?,
            overrun: overrun?,
            holidays: holidays?,
        })
    }
}

fn spans(reader: &Reader<'_>, day: &str) -> Vec<(u32, u32)> {
    let expected = "spans such as \"05:00-06:30, 16:30-18:00\", in order, none over midnight";
    let text = reader.parsed(day, expected, "\"\" is a day of silence; split a span at 24:00", |text| {
        let texts = text.split(',').map(str::trim).filter(|span| !span.is_empty());
        let spans: Option<Vec<(u32, u32)>> = texts.map(span).collect();
        spans.filter(|spans| spans.windows(2).all(|pair| pair[0].1 <= pair[1].0))
    });
    text.unwrap_or_default()
}

fn span(text: &str) -> Option<(u32, u32)> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (minute(from.trim())?, minute(to.trim())?);
    (from < to).then_some((from, to))
}

fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| (part.len() == 2).then(|| part.parse::<u32>().ok()).flatten();
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    (minute < 60 && 60 * hour + minute <= 24 * 60).then_some(60 * hour + minute)
}
