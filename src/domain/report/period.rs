//! The days a report covers.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::MonthRule;
use super::vietnamese;
use crate::domain::time::{Window, instant_of};

/// Where the two ends of a period come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Nghị định 09/2019/NĐ-CP, Điều 12: closes on the 14th.
    Nd09,
    /// Whole calendar months.
    Calendar,
    /// Two days that a person gave.
    Custom,
}

impl Preset {
    /// As written in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nd09 => "nd09",
            Self::Calendar => "calendar",
            Self::Custom => "custom",
        }
    }
}

/// The days a report covers, both ends included, by the local start of each airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day, not before the first.
    pub to: NaiveDate,
    /// Where the two come from.
    pub preset: Preset,
    span: Span,
}

/// What a period is called after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    /// `count` reporting months (1, 3, 6 or 12) from month `first` of `year` on, within that year.
    Months { year: i32, first: u32, count: u32 },
    /// Two days.
    Days,
}

/// A period that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// No known form.
    #[error(
        "`{text}` is not a period, expected a year 2023, a half 2023-H1, a quarter 2023-Q2 or a month 2023-06; for other days give the first and the last day"
    )]
    Unknown {
        /// As given.
        text: String,
    },
    /// The last day lies before the first.
    #[error("the period ends on {to}, before it begins on {from}: exchange the two days")]
    EndBeforeStart {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
    /// A year out of range.
    #[error("year {year} cannot be reported on, expected {} to {}", Period::YEAR_MIN, Period::YEAR_MAX)]
    Year {
        /// The year.
        year: i32,
    },
}

impl Period {
    /// The first year a period may touch.
    pub const YEAR_MIN: i32 = 1970;
    /// The last year a period may touch.
    pub const YEAR_MAX: i32 = 2999;

    /// A year, half, quarter or month: `2023`, `2023-H1`, `2023-Q2`, `2023-06`. Capital or small letters.
    ///
    /// # Errors
    /// When the text has another form or the year is out of range.
    pub fn parse(text: &str, rule: MonthRule) -> Result<Self, PeriodError> {
        let unknown = || PeriodError::Unknown { text: text.to_owned() };
        let (year, part) = match text.trim().split_once('-') {
            Some((year, part)) => (year, Some(part)),
            None => (text.trim(), None),
        };
        if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unknown());
        }
        let year = year.parse::<i32>().map_err(|_| unknown())?;
        let (first, count) = match part {
            None => (1, 12),
            Some(part) => months_of(part).ok_or_else(unknown)?,
        };
        if (Self::YEAR_MIN..=Self::YEAR_MAX).contains(&year) {
            Ok(Self::months_from(year, first, count, rule))
        } else {
            Err(PeriodError::Year { year })
        }
    }

    /// The days from `from` to `to`, both included.
    ///
    /// # Errors
    /// When the end lies before the start or a year is out of range.
    pub fn custom(from: NaiveDate, to: NaiveDate) -> Result<Self, PeriodError> {
        if to < from {
            return Err(PeriodError::EndBeforeStart { from, to });
        }
        for year in [from.year(), to.year()] {
            if !(Self::YEAR_MIN..=Self::YEAR_MAX).contains(&year) {
                return Err(PeriodError::Year { year });
            }
        }
        Ok(Self { from, to, preset: Preset::Custom, span: Span::Days })
    }

    /// One reporting month, as (year, month); none if there is no such month to report on.
    #[must_use]
    pub fn of_month((year, month): (i32, u32), rule: MonthRule) -> Option<Self> {
        let known = (Self::YEAR_MIN..=Self::YEAR_MAX).contains(&year) && (1..=12).contains(&month);
        known.then(|| Self::months_from(year, month, 1, rule))
    }

    /// The periods that a report is asked for around a day: of the years, halves, quarters and months the current one and
    /// those before it, the latest first.
    #[must_use]
    pub fn around(day: NaiveDate, rule: MonthRule) -> Vec<Self> {
        let (year, month) = rule.month_of(day);
        let back = |count: u32, times: i32| {
            let current = 12 * year + (month as i32 - 1) / count as i32 * count as i32;
            (0..=times).map(move |time| current - time * count as i32).filter_map(move |first| {
                let (year, month) = (first.div_euclid(12), first.rem_euclid(12) as u32 + 1);
                let known = (Self::YEAR_MIN..=Self::YEAR_MAX).contains(&year);
                known.then(|| Self::months_from(year, month, count, rule))
            })
        };
        back(6, 2).chain(back(3, 3)).chain(back(1, 5)).chain(back(12, 1)).collect()
    }

    fn months_from(year: i32, first: u32, count: u32, rule: MonthRule) -> Self {
        let (next_year, next_month) = month_after(year, first, count);
        let (from, to, preset) = match rule {
            MonthRule::Nd09 => {
                let (year_before, month_before) = if first == 1 { (year - 1, 12) } else { (year, first - 1) };
                (day(year_before, month_before, 15), day(year, first + count - 1, 14), Preset::Nd09)
            }
            MonthRule::Calendar => (day(year, first, 1), day_before(day(next_year, next_month, 1)), Preset::Calendar),
        };
        Self { from, to, preset, span: Span::Months { year, first, count } }
    }

    /// The period of the same kind that follows; for two given days the same number of days.
    #[must_use]
    pub fn next(&self) -> Self {
        match self.span {
            Span::Months { year, first, count } => {
                let (year, first) = month_after(year, first, count);
                Self::months_from(year, first, count, self.month_rule())
            }
            Span::Days => {
                let from = day_after(self.to);
                let to = self.to.checked_add_days(Days::new(self.days())).unwrap_or(NaiveDate::MAX);
                Self { from, to, ..*self }
            }
        }
    }

    /// How its months are told apart: by the preset; two given days follow the decree.
    #[must_use]
    pub const fn month_rule(&self) -> MonthRule {
        match self.preset {
            Preset::Nd09 | Preset::Custom => MonthRule::Nd09,
            Preset::Calendar => MonthRule::Calendar,
        }
    }

    /// Number of days; at least 1.
    #[must_use]
    pub fn days(&self) -> u64 {
        (self.to - self.from).num_days().unsigned_abs() + 1
    }

    /// Whether `day` lies inside.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Its instants in `zone`: from the first midnight to the midnight after the last day.
    #[must_use]
    pub fn window(&self, zone: Tz) -> Window {
        let midnight = |day: NaiveDate| instant_of(zone, day.and_time(NaiveTime::MIN));
        Window { from: midnight(self.from), to: midnight(day_after(self.to)) }
    }

    /// The reporting months it touches, as (year, month), in order.
    #[must_use]
    pub fn months(&self, rule: MonthRule) -> Vec<(i32, u32)> {
        let last = rule.month_of(self.to);
        let first = rule.month_of(self.from);
        std::iter::successors(Some(first), |&(year, month)| Some(month_after(year, month, 1)))
            .take_while(|month| *month <= last)
            .collect()
    }

    /// As typed: `2023-H1`; `2023-02-01..2023-03-10` for two given days.
    #[must_use]
    pub fn text(&self) -> String {
        match self.span {
            Span::Months { year, first, count } => match count {
                12 => format!("{year}"),
                6 => format!("{year}-H{}", first / 6 + 1),
                3 => format!("{year}-Q{}", first / 3 + 1),
                _ => format!("{year}-{first:02}"),
            },
            Span::Days => format!("{}..{}", self.from, self.to),
        }
    }

    /// As a part of the name of a file: `2023-H1`, `2023-02-01_2023-03-10`.
    #[must_use]
    pub fn file_part(&self) -> String {
        self.text().replace("..", "_")
    }

    /// As typed, if it has a name: none for two given days.
    #[must_use]
    pub fn named(&self) -> Option<String> {
        (self.span != Span::Days).then(|| self.text())
    }

    /// In Vietnamese: `6 tháng đầu năm 2023`, `quý II năm 2023`, `từ ngày 01/02/2023 đến ngày 10/3/2023`.
    #[must_use]
    pub fn name_vi(&self) -> String {
        match self.span {
            Span::Months { year, first, count } => match count {
                12 => format!("năm {year}"),
                6 => format!("6 tháng {} năm {year}", if first == 1 { "đầu" } else { "cuối" }),
                3 => format!("quý {} năm {year}", ["I", "II", "III", "IV"][(first as usize / 3) % 4]),
                _ => format!("tháng {} năm {year}", vietnamese::month(first)),
            },
            Span::Days if self.from == self.to => format!("ngày {}", vietnamese::date(self.from)),
            Span::Days => {
                format!("từ ngày {} đến ngày {}", vietnamese::date(self.from), vietnamese::date(self.to))
            }
        }
    }

    /// After "Trong" in a Vietnamese sentence: the name, with `thời gian` in front of two given days.
    #[must_use]
    pub fn within_vi(&self) -> String {
        let name = self.name_vi();
        if self.span == Span::Days && self.from != self.to { format!("thời gian {name}") } else { name }
    }

    /// In English: `first half of 2023`, `second quarter of 2023`, `June 2023`, `1 February 2023 to 10 March 2023`.
    #[must_use]
    pub fn name_en(&self) -> String {
        let ordinal = |index: u32| ["first", "second", "third", "fourth"][index as usize % 4];
        let spoken = |day: NaiveDate| day.format("%-d %B %Y").to_string();
        match self.span {
            Span::Months { year, first, count } => match count {
                12 => format!("{year}"),
                6 => format!("{} half of {year}", ordinal(first / 6)),
                3 => format!("{} quarter of {year}", ordinal(first / 3)),
                _ => day(year, first, 1).format("%B %Y").to_string(),
            },
            Span::Days if self.from == self.to => spoken(self.from),
            Span::Days => format!("{} to {}", spoken(self.from), spoken(self.to)),
        }
    }
}

impl MonthRule {
    /// The reporting month of a day, as (year, month): under the decree the 15th begins the next month.
    #[must_use]
    pub fn month_of(self, day: NaiveDate) -> (i32, u32) {
        match self {
            Self::Nd09 if day.day() >= 15 => month_after(day.year(), day.month(), 1),
            Self::Nd09 | Self::Calendar => (day.year(), day.month()),
        }
    }
}

/// What follows the year: its first month and the number of months.
fn months_of(part: &str) -> Option<(u32, u32)> {
    let (kind, number) = match part.as_bytes() {
        [kind @ (b'H' | b'h' | b'Q' | b'q'), digit @ b'1'..=b'4'] => (kind.to_ascii_uppercase(), digit - b'0'),
        [tens @ b'0'..=b'1', ones @ b'0'..=b'9'] => (b'M', (tens - b'0') * 10 + (ones - b'0')),
        _ => return None,
    };
    let number = u32::from(number);
    match (kind, number) {
        (b'H', 1..=2) => Some((number * 6 - 5, 6)),
        (b'Q', 1..=4) => Some((number * 3 - 2, 3)),
        (b'M', 1..=12) => Some((number, 1)),
        _ => None,
    }
}

/// `count` months after a month.
const fn month_after(year: i32, month: u32, count: u32) -> (i32, u32) {
    let index = month - 1 + count;
    (year + (index / 12) as i32, index % 12 + 1)
}

/// Only ever the 1st, 14th or 15th of a month between the years 1969 and 3000 (and a few after), which all exist.
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MAX)
}

fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(NaiveDate::MIN)
}

fn day_after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(NaiveDate::MAX)
}
