//! The holidays file: named days on which a slot may stay silent.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::lunar::{LunarDate, lunar_of, tet};

/// The days of the holidays file (`config/holidays.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holidays {
    /// In the order of the file.
    #[serde(default, rename = "holiday")]
    pub list: Vec<Holiday>,
}

/// A named day, or several in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "HolidayText", into = "HolidayText")]
pub struct Holiday {
    /// As spoken of in the plan.
    pub name: String,
    /// Which days.
    pub when: HolidayWhen,
}

/// Which days a holiday takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayWhen {
    /// The same date of every year.
    Solar {
        /// 1 to 31.
        day: u32,
        /// 1 to 12.
        month: u32,
    },
    /// The same date of every lunar year, never in a leap month.
    Lunar {
        /// 1 to 30.
        day: u32,
        /// 1 to 12.
        month: u32,
    },
    /// Mùng Một Tết with days before and after.
    Tet {
        /// At most [`TET_DAYS_MAX`].
        days_before: u32,
        /// At most [`TET_DAYS_MAX`].
        days_after: u32,
    },
    /// Once: from one day to another, both included.
    Once {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
}

/// Most days before or after Tết that a holiday or an exception may name.
pub const TET_DAYS_MAX: u32 = 60;

impl Holidays {
    /// Whether `day` is a holiday.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.on(&DayFacts::of(day)).is_some()
    }

    /// The holiday on `day`, the first of the file if there are several.
    #[must_use]
    pub fn name_of(&self, day: NaiveDate) -> Option<&str> {
        self.on(&DayFacts::of(day)).map(|holiday| holiday.name.as_str())
    }

    /// The holiday on a day.
    pub(crate) fn on(&self, day: &DayFacts) -> Option<&Holiday> {
        self.list.iter().find(|holiday| match holiday.when {
            HolidayWhen::Solar { day: of_month, month } => day.date.month() == month && day.date.day() == of_month,
            HolidayWhen::Lunar { day: of_month, month } => day.is_lunar(month, of_month),
            HolidayWhen::Tet { days_before, days_after } => day.is_near_tet(days_before, days_after),
            HolidayWhen::Once { from, to } => (from..=to).contains(&day.date),
        })
    }
}

/// A day with what is worked out about it once, however many slots ask.
#[derive(Debug)]
pub(crate) struct DayFacts {
    pub(crate) date: NaiveDate,
    lunar: std::cell::OnceCell<LunarDate>,
    /// Days from Mùng Một Tết of the solar year to this day.
    since_tet: std::cell::OnceCell<i64>,
}

impl DayFacts {
    pub(crate) const fn of(date: NaiveDate) -> Self {
        Self { date, lunar: std::cell::OnceCell::new(), since_tet: std::cell::OnceCell::new() }
    }

    pub(crate) fn is_lunar(&self, month: u32, day: u32) -> bool {
        let lunar = self.lunar.get_or_init(|| lunar_of(self.date));
        !lunar.leap && lunar.month == month && lunar.day == day
    }

    /// Tết falls between 20 January and 21 February, and no span reaches further than [`TET_DAYS_MAX`] days from it,
    /// except back into the year before.
    pub(crate) fn is_near_tet(&self, days_before: u32, days_after: u32) -> bool {
        if (5..=10).contains(&self.date.month()) {
            return false;
        }
        let since = *self.since_tet.get_or_init(|| {
            let year = self.date.year() + i32::from(self.date.month() > 10);
            (self.date - tet(year)).num_days()
        });
        let (before, after) = (i64::from(days_before.min(TET_DAYS_MAX)), i64::from(days_after.min(TET_DAYS_MAX)));
        (-before..=after).contains(&since)
    }
}

/// A holiday as the file writes it: a name and exactly one of `solar`, `lunar`, `tet`, `date` or `from` with `to`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayText {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    solar: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lunar: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tet: Option<TetText>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TetText {
    days_before: u32,
    days_after: u32,
}

/// Why an entry of the holidays file is not a holiday.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolidayError {
    /// No days, or days said in two ways.
    #[error(
        "holiday `{name}` says {count} times when it is, expected once; give it exactly one of solar = \"30/4\", \
         lunar = \"10/3\", tet = {{ days_before = 1, days_after = 3 }}, date = \"2026-09-01\", or from with to"
    )]
    When {
        /// The holiday.
        name: String,
        /// How many times.
        count: usize,
    },
    /// A value that is no such day.
    #[error("holiday `{name}`: {key} is `{value}`, expected {expected}")]
    Value {
        /// The holiday.
        name: String,
        /// Which key of it.
        key: &'static str,
        /// What it says.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
}

impl TryFrom<HolidayText> for Holiday {
    type Error = HolidayError;

    fn try_from(text: HolidayText) -> Result<Self, HolidayError> {
        let HolidayText { name, solar, lunar, date, from, to, tet } = text;
        let wrong = |key, value: &str, expected| HolidayError::Value {
            name: name.clone(),
            key,
            value: value.to_owned(),
            expected,
        };
        let said = [solar.is_some(), lunar.is_some(), date.is_some(), from.is_some() || to.is_some(), tet.is_some()];
        let when = match (&solar, &lunar, &date, (&from, &to), tet) {
            (Some(solar), None, None, (None, None), None) => day_and_month(solar)
                .filter(|(day, month)| NaiveDate::from_ymd_opt(2000, *month, *day).is_some())
                .map(|(day, month)| HolidayWhen::Solar { day, month })
                .ok_or_else(|| wrong("solar", solar, "day/month such as 30/4"))?,
            (None, Some(lunar), None, (None, None), None) => day_and_month(lunar)
                .filter(|(day, month)| (1..=30).contains(day) && (1..=12).contains(month))
                .map(|(day, month)| HolidayWhen::Lunar { day, month })
                .ok_or_else(|| wrong("lunar", lunar, "day/month of the lunar year such as 10/3, day 1 to 30"))?,
            (None, None, Some(date), (None, None), None) => date
                .parse()
                .map(|day| HolidayWhen::Once { from: day, to: day })
                .map_err(|_| wrong("date", date, "year-month-day such as 2026-09-01"))?,
            (None, None, None, (Some(from), Some(to)), None) => {
                let day = |key, value: &str| {
                    value.parse().map_err(|_| wrong(key, value, "year-month-day such as 2026-09-01"))
                };
                let (first, last): (NaiveDate, NaiveDate) = (day("from", from)?, day("to", to)?);
                if first > last {
                    return Err(wrong("to", to, "a day not before `from`"));
                }
                HolidayWhen::Once { from: first, to: last }
            }
            (None, None, None, (None, None), Some(tet)) => {
                if tet.days_before.max(tet.days_after) > TET_DAYS_MAX {
                    let value = tet.days_before.max(tet.days_after).to_string();
                    return Err(wrong("tet", &value, "at most 60 days before and after"));
                }
                HolidayWhen::Tet { days_before: tet.days_before, days_after: tet.days_after }
            }
            _ => return Err(HolidayError::When { name, count: said.iter().filter(|said| **said).count() }),
        };
        Ok(Self { name, when })
    }
}

impl From<Holiday> for HolidayText {
    fn from(holiday: Holiday) -> Self {
        let text = Self { name: holiday.name, ..Self::default() };
        match holiday.when {
            HolidayWhen::Solar { day, month } => Self { solar: Some(format!("{day}/{month}")), ..text },
            HolidayWhen::Lunar { day, month } => Self { lunar: Some(format!("{day}/{month}")), ..text },
            HolidayWhen::Tet { days_before, days_after } => {
                Self { tet: Some(TetText { days_before, days_after }), ..text }
            }
            HolidayWhen::Once { from, to } => Self { from: Some(from.to_string()), to: Some(to.to_string()), ..text },
        }
    }
}

impl fmt::Display for HolidayWhen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Solar { day, month } => write!(f, "{day}/{month}"),
            Self::Lunar { day, month } => write!(f, "{day}/{month} âm lịch"),
            Self::Tet { days_before, days_after } => write!(f, "Tết -{days_before} +{days_after}"),
            Self::Once { from, to } if from == to => write!(f, "{from}"),
            Self::Once { from, to } => write!(f, "{from} .. {to}"),
        }
    }
}

/// `30/4`, as Vietnamese dates are written.
fn day_and_month(text: &str) -> Option<(u32, u32)> {
    let (day, month) = text.split_once('/')?;
    Some((day.trim().parse().ok()?, month.trim().parse().ok()?))
}
