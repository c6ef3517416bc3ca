//! A recurrence as a form asks for it: on which days, at which times. Cron text is made of it, and read back where it fits.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

use super::{EVERY_DAY, EVERY_MONTH, EVERY_WEEKDAY, PARTS_MAX, Part, Recurrence, RecurrenceError};

/// Most times of a day in a pattern.
const TIMES_MAX: usize = 48;
/// Most single days in a pattern.
const DATES_MAX: usize = 16;

/// When a slot recurs, as a person says it without cron.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// On which days.
    #[serde(flatten)]
    pub days: PatternDays,
    /// At which times of each such day; whole minutes, at least one.
    pub times: BTreeSet<NaiveTime>,
}

/// The days of a [`Pattern`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum PatternDays {
    /// Days of the week; all seven is every day.
    Week {
        /// 1 is Monday, 7 is Sunday; at least one.
        weekdays: BTreeSet<u32>,
    },
    /// Days of each month. A month that is too short has none.
    Month {
        /// 1 to 31; at least one.
        days: BTreeSet<u32>,
    },
    /// Single days.
    Dates {
        /// At least one, in the years 1970 to 2100.
        dates: BTreeSet<NaiveDate>,
    },
}

/// Why a pattern is no recurrence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// No day, or no time.
    #[error("no {what} is chosen, expected at least one; choose it")]
    Nothing {
        /// `day` or `time`.
        what: &'static str,
    },
    /// More than a slot may have.
    #[error("{count} {what} are chosen, at most {max} fit into one slot; make it two slots")]
    TooMany {
        /// `times`, `dates` or `different minutes`.
        what: &'static str,
        /// How many.
        count: usize,
        /// The most there may be.
        max: usize,
    },
    /// A number that is no such day.
    #[error("{value} is no {what}, expected {expected}; correct it")]
    Day {
        /// `day of the week`, `day of the month` or `date`.
        what: &'static str,
        /// What was given.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// Not on a minute.
    #[error("{time} is not a whole minute; a slot starts on a minute")]
    Second {
        /// The time.
        time: NaiveTime,
    },
    /// What the text came to.
    #[error(transparent)]
    Recurrence(#[from] RecurrenceError),
}

impl Pattern {
    /// One occurrence on one day.
    #[must_use]
    pub fn once(date: NaiveDate, time: NaiveTime) -> Self {
        Self { days: PatternDays::Dates { dates: BTreeSet::from([date]) }, times: BTreeSet::from([time]) }
    }

    /// The recurrence that means the same.
    ///
    /// # Errors
    /// What is missing, wrong or too much.
    pub fn recurrence(&self) -> Result<Recurrence, PatternError> {
        self.check()?;
        let times = self.minutes_and_hours();
        let lines: Vec<String> = match &self.days {
            PatternDays::Week { weekdays } => {
                // POSIX Sundays are 0; a run that ends on Sunday reads better with 7.
                let days = if weekdays.len() == 7 { "*".to_owned() } else { ranges(weekdays) };
                times.iter().map(|(minutes, hours)| format!("{minutes} {hours} * * {days}")).collect()
            }
            PatternDays::Month { days } => {
                // Thirty-one days named are every day, and said so.
                let days = if days.len() == 31 { "*".to_owned() } else { ranges(days) };
                times.iter().map(|(minutes, hours)| format!("{minutes} {hours} {days} * *")).collect()
            }
            PatternDays::Dates { dates } => by_month(dates)
                .iter()
                .flat_map(|((year, month), days)| {
                    let line = |(minutes, hours)| format!("0 {minutes} {hours} {} {month} * {year}", ranges(days));
                    times.iter().map(|(minutes, hours)| line((minutes, hours))).collect::<Vec<_>>()
                })
                .collect(),
        };
        if lines.len() > PARTS_MAX {
            return Err(PatternError::TooMany { what: "different minutes", count: lines.len(), max: PARTS_MAX });
        }
        Ok(Recurrence::parse(&lines.join(" ; "))?)
    }

    fn check(&self) -> Result<(), PatternError> {
        if self.times.is_empty() {
            return Err(PatternError::Nothing { what: "time" });
        }
        if self.times.len() > TIMES_MAX {
            return Err(PatternError::TooMany { what: "times", count: self.times.len(), max: TIMES_MAX });
        }
        if let Some(time) = self.times.iter().find(|time| time.second() != 0 || time.nanosecond() != 0) {
            return Err(PatternError::Second { time: *time });
        }
        let (empty, wrong) = match &self.days {
            PatternDays::Week { weekdays } => (
                weekdays.is_empty(),
                day_outside(weekdays, 7).map(|value| ("day of the week", value, "1 (Monday) to 7 (Sunday)")),
            ),
            PatternDays::Month { days } => {
                (days.is_empty(), day_outside(days, 31).map(|value| ("day of the month", value, "1 to 31")))
            }
            PatternDays::Dates { dates } => {
                if dates.len() > DATES_MAX {
                    return Err(PatternError::TooMany { what: "dates", count: dates.len(), max: DATES_MAX });
                }
                let wrong = dates.iter().find(|date| !super::YEARS.contains(&date.year()));
                (dates.is_empty(), wrong.map(|date| ("date", date.to_string(), "a day of the years 1970 to 2100")))
            }
        };
        if empty {
            return Err(PatternError::Nothing { what: "day" });
        }
        match wrong {
            Some((what, value, expected)) => Err(PatternError::Day { what, value, expected }),
            None => Ok(()),
        }
    }

    /// The two cron fields of each line: minutes that have the same hours share one.
    fn minutes_and_hours(&self) -> Vec<(String, String)> {
        let mut hours_of: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for time in &self.times {
            hours_of.entry(time.minute()).or_default().insert(time.hour());
        }
        let mut minutes_of: BTreeMap<BTreeSet<u32>, BTreeSet<u32>> = BTreeMap::new();
        for (minute, hours) in hours_of {
            minutes_of.entry(hours).or_default().insert(minute);
        }
        minutes_of.iter().map(|(hours, minutes)| (ranges(minutes), ranges(hours))).collect()
    }
}

impl Recurrence {
    /// The pattern that means the same; none where a form has no place for it (months, years, a day of the month or of the
    /// week, seconds, different times on different days).
    #[must_use]
    pub fn pattern(&self) -> Option<Pattern> {
        let mut days_of: BTreeMap<BTreeSet<NaiveTime>, Vec<&Part>> = BTreeMap::new();
        for (key, parts) in self.by_days() {
            let times: BTreeSet<NaiveTime> = parts.iter().flat_map(|part| part.times.iter().copied()).collect();
            days_of.entry(times).or_default().push(key);
        }
        let (times, parts) = match days_of.len() {
            1 => days_of.into_iter().next()?,
            _ => return None,
        };
        if times.is_empty() || times.len() > TIMES_MAX || times.iter().any(|time| time.second() != 0) {
            return None;
        }
        let days = match parts.as_slice() {
            [one] if one.days.years.is_none() => recurring(one)?,
            parts => PatternDays::Dates {
                dates: parts
                    .iter()
                    .map(|part| dates(part))
                    .collect::<Option<Vec<_>>>()?
                    .into_iter()
                    .flatten()
                    .collect(),
            },
        };
        let pattern = Pattern { days, times };
        pattern.check().is_ok().then_some(pattern)
    }

    /// The parts by the days on which they fit: one part for the days, with all that fit on the same.
    fn by_days(&self) -> Vec<(&Part, Vec<&Part>)> {
        let mut groups: Vec<(&Part, Vec<&Part>)> = Vec::new();
        for part in &self.parts {
            match groups.iter_mut().find(|(key, _)| key.days == part.days) {
                Some((_, parts)) => parts.push(part),
                None => groups.push((part, vec![part])),
            }
        }
        groups
    }
}

/// Days of the week or of the month, if that is all the rule says.
fn recurring(part: &Part) -> Option<PatternDays> {
    let rule = &part.days;
    if rule.months != EVERY_MONTH {
        return None;
    }
    let (any_day, any_weekday) = (rule.of_month == EVERY_DAY, rule.of_week == EVERY_WEEKDAY);
    if rule.either && (any_day || any_weekday) {
        return Some(PatternDays::Week { weekdays: (1..=7).collect() });
    }
    if any_day {
        let weekdays = (1..=7).filter(|place| rule.of_week & (1 << (place % 7)) != 0).collect();
        return Some(PatternDays::Week { weekdays });
    }
    any_weekday.then(|| PatternDays::Month { days: (1..=31).filter(|day| rule.of_month & (1 << day) != 0).collect() })
}

/// The dates of a rule that names years, if they are few.
fn dates(part: &Part) -> Option<Vec<NaiveDate>> {
    let years = part.days.years.as_ref().filter(|years| years.len() <= DATES_MAX)?;
    let mut dates = Vec::new();
    for first in years.iter().filter_map(|year| NaiveDate::from_ymd_opt(*year, 1, 1)) {
        dates.extend(first.iter_days().take_while(|day| day.year() == first.year()).filter(|day| part.days.fits(*day)));
        if dates.len() > DATES_MAX {
            return None;
        }
    }
    Some(dates)
}

fn day_outside(days: &BTreeSet<u32>, max: u32) -> Option<String> {
    days.iter().find(|day| !(1..=max).contains(*day)).map(ToString::to_string)
}

fn by_month(dates: &BTreeSet<NaiveDate>) -> BTreeMap<(i32, u32), BTreeSet<u32>> {
    let mut months: BTreeMap<(i32, u32), BTreeSet<u32>> = BTreeMap::new();
    for date in dates {
        months.entry((date.year(), date.month())).or_default().insert(date.day());
    }
    months
}

/// `1-5,7`: runs of three or more as a range.
fn ranges(values: &BTreeSet<u32>) -> String {
    let values: Vec<u32> = values.iter().copied().collect();
    let runs = values.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [first, _, .., last] => format!("{first}-{last}"),
        few => few.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    });
    runs.collect::<Vec<_>>().join(",")
}
