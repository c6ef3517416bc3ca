//! Reads one field of a recurrence, and says exactly what is wrong with it.

use std::collections::BTreeSet;

use super::error::{FieldName, RecurrenceError};

/// Whose rules a field follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Five fields: Sunday is 0 and 7; steps only after `*` or a range.
    Posix,
    /// Six or seven fields, as the `cron` crate means them: Sunday is 1; `5/10` runs to the end; `?` is `*`.
    Crate,
}

/// The values one field may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    name: FieldName,
    min: u32,
    max: u32,
    names: &'static [&'static str],
    /// The value of the first name.
    names_from: u32,
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTHS_FULL: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAYS_FULL: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// Longest piece of the operator's text that an error repeats, in characters.
const SHOWN_LENGTH_MAX: usize = 60;

impl Field {
    /// The fields of a recurrence with `count` fields, in order; none unless `count` is 5, 6 or 7.
    pub(super) fn of(count: usize) -> Option<(Dialect, Vec<Self>)> {
        let dialect = if count == 5 { Dialect::Posix } else { Dialect::Crate };
        let plain = |name, min, max| Self { name, min, max, names: &[], names_from: 0 };
        let (day_min, day_names_from) = if dialect == Dialect::Posix { (0, 0) } else { (1, 1) };
        let all = [
            plain(FieldName::Second, 0, 59),
            plain(FieldName::Minute, 0, 59),
            plain(FieldName::Hour, 0, 23),
            plain(FieldName::DayOfMonth, 1, 31),
            Self { name: FieldName::Month, min: 1, max: 12, names: MONTHS, names_from: 1 },
            Self { name: FieldName::DayOfWeek, min: day_min, max: 7, names: DAYS, names_from: day_names_from },
            plain(FieldName::Year, 1970, 2100),
        ];
        match count {
            5 => Some((dialect, all[1..6].to_vec())),
            6 | 7 => Some((dialect, all[..count].to_vec())),
            _ => None,
        }
    }

    /// The values that `value` names. POSIX Sundays are 0, never 7.
    pub(super) fn read(self, dialect: Dialect, text: &str, value: &str) -> Result<BTreeSet<u32>, RecurrenceError> {
        let mut values = BTreeSet::new();
        for item in value.split(',') {
            self.read_item(dialect, item, &mut values).map_err(|(value, remedy)| RecurrenceError::Field {
                text: shown(text),
                field: self.name,
                value: shown(&value),
                expected: self.expected(),
                remedy,
            })?;
        }
        if self.sunday_is_seven(dialect) && values.remove(&7) {
            values.insert(0);
        }
        Ok(values)
    }

    /// One item of a list: `*`, a value, a range, each perhaps with a step. An error is the bad piece and the remedy.
    fn read_item(self, dialect: Dialect, item: &str, values: &mut BTreeSet<u32>) -> Result<(), (String, String)> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(self.read_step(item, step)?)),
            None => (item, None),
        };
        let (from, to) = self.read_range(dialect, item, range, step)?;
        values.extend((from..=to).step_by(step.unwrap_or(1)));
        Ok(())
    }

    fn read_step(self, item: &str, step: &str) -> Result<usize, (String, String)> {
        let remedy = format!("a step is a whole number from 1 to {}, for example `*/2` for every second one", self.max);
        match step.parse::<u32>() {
            Ok(value) if step.bytes().all(|byte| byte.is_ascii_digit()) && (1..=self.max).contains(&value) => {
                usize::try_from(value).map_err(|_| (item.to_owned(), remedy))
            }
            _ => Err((item.to_owned(), remedy)),
        }
    }

    fn read_range(
        self,
        dialect: Dialect,
        item: &str,
        range: &str,
        step: Option<usize>,
    ) -> Result<(u32, u32), (String, String)> {
        // A step over every POSIX day of the week must not count Sunday at both ends.
        let last = if self.sunday_is_seven(dialect) { 6 } else { self.max };
        if range == "*" {
            return Ok((self.min, last));
        }
        if range == "?"
            && dialect == Dialect::Crate
            && matches!(self.name, FieldName::DayOfMonth | FieldName::DayOfWeek)
        {
            return Ok((self.min, last));
        }
        let Some((from, to)) = range.split_once('-') else {
            let value = self.read_value(range)?;
            return match (step, dialect) {
                (None, _) => Ok((value, value)),
                (Some(_), Dialect::Crate) => Ok((value, last)),
                (Some(step), Dialect::Posix) => {
                    Err((item.to_owned(), format!("say where it ends: `{range}-{last}/{step}`")))
                }
            };
        };
        let (from_value, mut to_value) = (self.read_value(from)?, self.read_value(to)?);
        if self.sunday_is_seven(dialect) && to_value == 0 && from_value > 0 && !to.starts_with('0') {
            to_value = 7;
        }
        if from_value > to_value {
            let remedy =
                format!("a range runs upwards; write it as two, `{from_value}-{last},{}-{to_value}`", self.min);
            return Err((range.to_owned(), remedy));
        }
        Ok((from_value, to_value))
    }

    fn read_value(self, value: &str) -> Result<u32, (String, String)> {
        let wrong = |remedy: String| (value.to_owned(), remedy);
        if value.is_empty() {
            return Err(wrong("put a value before and after each comma, dash and slash".to_owned()));
        }
        if value.bytes().all(|byte| byte.is_ascii_digit()) {
            return match value.parse::<u32>() {
                Ok(number) if (self.min..=self.max).contains(&number) => Ok(number),
                _ => Err(wrong(self.out_of_range().to_owned())),
            };
        }
        let lower = value.to_ascii_lowercase();
        let full = if self.name == FieldName::Month { MONTHS_FULL } else { DAYS_FULL };
        let name = |names: &[&str]| (0u32..).zip(names).find(|(_, name)| **name == lower).map(|(index, _)| index);
        let also = match lower.as_str() {
            "tues" => Some(2),
            "thurs" => Some(4),
            _ => None,
        };
        let index = if self.names.is_empty() {
            None
        } else {
            name(self.names).or_else(|| name(full)).or(if self.name == FieldName::DayOfWeek { also } else { None })
        };
        index.map(|index| index + self.names_from).ok_or_else(|| wrong(self.not_a_value(value)))
    }

    fn sunday_is_seven(self, dialect: Dialect) -> bool {
        self.name == FieldName::DayOfWeek && dialect == Dialect::Posix
    }

    fn expected(self) -> String {
        match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => format!("{} to {} or {first} to {last}", self.min, self.max),
            _ => format!("{} to {}", self.min, self.max),
        }
    }

    const fn out_of_range(self) -> &'static str {
        match self.name {
            FieldName::Second => "the full minute is second 0",
            FieldName::Minute => "the full hour is minute 0 of the next hour",
            FieldName::Hour => "midnight is hour 0 of the next day",
            FieldName::DayOfMonth => {
                "the first day of a month is 1; leave the months that are too short to the calendar"
            }
            FieldName::Month => "January is 1, December is 12",
            FieldName::DayOfWeek if self.min == 0 => "Sunday is 0 or 7, Monday is 1",
            FieldName::DayOfWeek => {
                "with six or seven fields Sunday is 1 and Saturday 7; names such as `sun` cannot be mistaken"
            }
            FieldName::Year => "leave the year out if the slot goes on for ever",
        }
    }

    fn not_a_value(self, value: &str) -> String {
        if value.chars().any(|c| c.is_numeric() && !c.is_ascii()) {
            "type it with the digits 0 to 9 of a plain keyboard".to_owned()
        } else if value.contains('?') {
            "write `*` where any value will do".to_owned()
        } else if value.starts_with('*') {
            "`*` stands alone or before a step, as in `*/2`".to_owned()
        } else if self.names.is_empty() {
            "write a number, a range such as `1-5`, a list such as `1,3` or `*`".to_owned()
        } else {
            format!("write a number, an English name such as `{}`, a range, a list or `*`", self.names[1])
        }
    }
}

/// The operator's text as an error repeats it: shortened, without characters that would break the line.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String =
        text.chars().take(SHOWN_LENGTH_MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(SHOWN_LENGTH_MAX).is_some() {
        shown.push('…');
    }
    shown
}
