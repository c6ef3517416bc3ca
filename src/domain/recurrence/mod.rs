//! Cron text and the civil times it names.
//!
//! A recurrence is one or several cron lines, separated by `;` or a new line; it names the union of their times, none
//! of them twice. The form of each line decides how it is read:
//!
//! - **five fields** (minute, hour, day of month, month, day of week) mean what POSIX says: 0 and 7 are Sunday, and a
//!   day fits if its day of month *or* its day of week does when both fields are restricted, that is, when neither is
//!   `*`. The month restricts both, as in every cron in use. Steps, names and lists of ranges are understood as well.
//! - **six or seven fields** (second first, year last) mean what the `cron` crate says, which reads them here: 1 is
//!   Sunday, and the two day fields must both fit.
//!
//! A slot starts at most once a minute: a recurrence that names two seconds of one minute is refused.

mod error;
mod field;
mod pattern;
mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use cron::TimeUnitSpec;

pub use error::{FieldName, RecurrenceError};
pub use pattern::{Pattern, PatternDays, PatternError};

use field::{Dialect, Field, shown};

/// Longest text of a recurrence, in bytes.
pub const TEXT_LENGTH_MAX: usize = 1024;

/// Most cron lines in one recurrence.
pub const PARTS_MAX: usize = 16;

/// The years in which a recurrence must happen at least once: those the `cron` crate knows.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

/// Bits 1 to 31.
const EVERY_DAY: u32 = 0xffff_fffe;
/// Bits 0 to 6.
const EVERY_WEEKDAY: u32 = 0x7f;
/// Bits 1 to 12.
const EVERY_MONTH: u32 = 0x1ffe;

/// When a slot recurs, in civil time of the station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    text: String,
    parts: Vec<Part>,
}

/// One cron line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    text: String,
    second: u32,
    minutes: BTreeSet<u32>,
    hours: BTreeSet<u32>,
    days: DayRule,
    /// Every start of a day on which the line fits, ascending.
    times: Vec<NaiveTime>,
}

/// The days on which a line fits. Sets are bits: bit 1 is the first of the month, January, Monday; bit 0 is Sunday.
#[derive(Debug, Clone, PartialEq, Eq)]
struct DayRule {
    of_month: u32,
    months: u32,
    of_week: u32,
    /// Day of month or day of week; otherwise both.
    either: bool,
    /// None is every year.
    years: Option<BTreeSet<i32>>,
}

impl DayRule {
    fn fits(&self, day: NaiveDate) -> bool {
        let in_month = self.of_month & (1 << day.day()) != 0;
        let in_week = self.of_week & (1 << day.weekday().num_days_from_sunday()) != 0;
        let by_day = if self.either { in_month || in_week } else { in_month && in_week };
        by_day
            && self.months & (1 << day.month()) != 0
            && self.years.as_ref().is_none_or(|years| years.contains(&day.year()))
    }

    /// Whether any day of [`YEARS`] fits.
    fn ever_fits(&self) -> bool {
        YEARS
            .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1))
            .any(|first| first.iter_days().take_while(|day| day.year() == first.year()).any(|day| self.fits(day)))
    }
}

impl Recurrence {
    /// Reads one or several cron lines.
    ///
    /// # Errors
    /// The first thing wrong with the text, with the remedy.
    pub fn parse(text: &str) -> Result<Self, RecurrenceError> {
        if text.len() > TEXT_LENGTH_MAX {
            return Err(RecurrenceError::TooLong { length: text.len(), max: TEXT_LENGTH_MAX });
        }
        let lines: Vec<&str> = text.split([';', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            return Err(RecurrenceError::Empty);
        }
        if lines.len() > PARTS_MAX {
            return Err(RecurrenceError::TooManyParts { count: lines.len(), max: PARTS_MAX });
        }
        let parts = lines.into_iter().map(Part::parse).collect::<Result<Vec<_>, _>>()?;
        if let Some(part) = parts.iter().find(|part| part.second != parts[0].second) {
            let (text, second, before) = (shown(&part.text), part.second, parts[0].second);
            return Err(RecurrenceError::SecondsDiffer { text, second, before });
        }
        let text = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ; ");
        Ok(Self { text, parts })
    }

    /// The text, with single spaces and ` ; ` between lines.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The starts on one day, ascending, without repeats.
    #[must_use]
    pub fn times_on(&self, day: NaiveDate) -> Cow<'_, [NaiveTime]> {
        let mut fitting = self.parts.iter().filter(|part| part.days.fits(day));
        let Some(first) = fitting.next() else { return Cow::Borrowed(&[]) };
        let mut times = Cow::Borrowed(first.times.as_slice());
        for part in fitting {
            times.to_mut().extend_from_slice(&part.times);
        }
        if let Cow::Owned(times) = &mut times {
            times.sort_unstable();
            times.dedup();
        }
        times
    }

    /// The last start of a recurrence that names years, if it comes before `at`; none while there is one to come.
    #[must_use]
    pub fn over_before(&self, at: NaiveDateTime) -> Option<NaiveDateTime> {
        let years: Option<Vec<_>> = self.parts.iter().map(|part| part.days.years.as_ref()).collect();
        let last = years?.into_iter().flatten().max().copied()?;
        let days = NaiveDate::from_ymd_opt(last, 12, 31)?.iter_days().rev();
        let (lately, first) = (at.date(), NaiveDate::from_ymd_opt(*YEARS.start(), 1, 1)?);
        let last = days.take_while(|day| *day >= first).find_map(|day| {
            let time = self.times_on(day).last().copied()?;
            Some(day.and_time(time))
        })?;
        (last.date() <= lately && last < at).then_some(last)
    }

    /// The starts from `from` (inside) to `to` (outside), ascending, without repeats. Takes a few nanoseconds per day
    /// and per start.
    pub fn nominal_times(&self, from: NaiveDateTime, to: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> + '_ {
        from.date()
            .iter_days()
            .take_while(move |day| *day <= to.date())
            .flat_map(|day| NominalDay { day, times: self.times_on(day), next: 0 })
            .skip_while(move |at| *at < from)
            .take_while(move |at| *at < to)
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Recurrence {
    type Err = RecurrenceError;

    fn from_str(text: &str) -> Result<Self, RecurrenceError> {
        Self::parse(text)
    }
}

/// The starts of one day.
struct NominalDay<'a> {
    day: NaiveDate,
    times: Cow<'a, [NaiveTime]>,
    next: usize,
}

impl Iterator for NominalDay<'_> {
    type Item = NaiveDateTime;

    fn next(&mut self) -> Option<NaiveDateTime> {
        let time = *self.times.get(self.next)?;
        self.next += 1;
        Some(self.day.and_time(time))
    }
}

impl Part {
    fn parse(line: &str) -> Result<Self, RecurrenceError> {
        let values: Vec<&str> = line.split_whitespace().collect();
        let text = values.join(" ");
        let Some((dialect, fields)) = Field::of(values.len()) else {
            return Err(RecurrenceError::FieldCount { text: shown(&text), count: values.len() });
        };
        let sets = fields
            .iter()
            .zip(&values)
            .map(|(field, value)| field.read(dialect, &text, value))
            .collect::<Result<Vec<_>, _>>()?;
        let part = match (dialect, &sets[..]) {
            (Dialect::Posix, [minutes, hours, of_month, months, of_week]) => {
                let days = DayRule {
                    of_month: bits(of_month),
                    months: bits(months),
                    of_week: bits(of_week),
                    either: values[2] != "*" && values[4] != "*",
                    years: None,
                };
                Self::new(&text, 0, minutes.clone(), hours.clone(), days)
            }
            _ => Self::parse_by_crate(&text)?,
        };
        if part.days.ever_fits() { Ok(part) } else { Err(RecurrenceError::Never { text: shown(&text) }) }
    }

    /// Six or seven fields: the crate itself says what they mean.
    fn parse_by_crate(text: &str) -> Result<Self, RecurrenceError> {
        let schedule = cron::Schedule::from_str(text).map_err(|error| RecurrenceError::NotUnderstood {
            text: shown(text),
            reason: error.to_string().lines().collect::<Vec<_>>().join(" "),
        })?;
        let seconds: Vec<u32> = schedule.seconds().iter().collect();
        let [second] = seconds[..] else {
            return Err(RecurrenceError::TooOften { text: shown(text), count: seconds.len() });
        };
        let years = schedule.years();
        let days = DayRule {
            of_month: bits(&schedule.days_of_month().iter().collect()),
            months: bits(&schedule.months().iter().collect()),
            // The crate counts Sunday as 1.
            of_week: bits(&schedule.days_of_week().iter().map(|day| day - 1).collect()),
            either: false,
            years: if years.is_all() {
                None
            } else {
                Some(years.iter().filter_map(|year| year.try_into().ok()).collect())
            },
        };
        Ok(Self::new(text, second, schedule.minutes().iter().collect(), schedule.hours().iter().collect(), days))
    }

    fn new(text: &str, second: u32, minutes: BTreeSet<u32>, hours: BTreeSet<u32>, days: DayRule) -> Self {
        let times = hours
            .iter()
            .flat_map(|hour| minutes.iter().filter_map(|minute| NaiveTime::from_hms_opt(*hour, *minute, second)))
            .collect();
        Self { text: text.to_owned(), second, minutes, hours, days, times }
    }
}

/// A set of values below 32 as bits.
fn bits(values: &BTreeSet<u32>) -> u32 {
    values.iter().fold(0, |bits, value| bits | 1 << value)
}
