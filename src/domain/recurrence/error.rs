//! What can be wrong with the text of a recurrence.

use std::fmt;

use serde::Serialize;

/// One field of a recurrence, named in errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    /// 0 to 59.
    Second,
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31.
    DayOfMonth,
    /// 1 to 12, or `jan` to `dec`.
    Month,
    /// 0 to 7 in five fields (0 and 7 are Sunday), 1 to 7 in six or seven (1 is Sunday), or `sun` to `sat`.
    DayOfWeek,
    /// 1970 to 2100.
    Year,
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
            Self::Year => "year",
        })
    }
}

/// Why a text is no recurrence. Each message names the place, the value, what is expected and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "wrong", rename_all = "snake_case")]
pub enum RecurrenceError {
    /// Nothing but spaces.
    #[error(
        "the recurrence is empty, expected five fields (minute, hour, day of month, month, day of week); \
         write for example `0 5 * * *` for 05:00 every day"
    )]
    Empty,
    /// Longer than [`super::TEXT_LENGTH_MAX`].
    #[error("the recurrence has {length} bytes, at most {max} are allowed; use ranges and steps instead of long lists")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The most there may be.
        max: usize,
    },
    /// More recurrences than [`super::PARTS_MAX`].
    #[error("the slot has {count} recurrences, at most {max} are allowed; make it two slots")]
    TooManyParts {
        /// How many there are.
        count: usize,
        /// The most there may be.
        max: usize,
    },
    /// Not five, six or seven fields.
    #[error(
        "recurrence `{text}` has {count} fields, expected 5 (minute, hour, day of month, month, day of week), or 6 or \
         7 that begin with the second and may end with the year; separate fields by one space, put `*` where any value \
         will do, and write no space inside a list"
    )]
    FieldCount {
        /// The recurrence.
        text: String,
        /// How many it has.
        count: usize,
    },
    /// One field is wrong.
    #[error("recurrence `{text}`: {field} is `{value}`, expected {expected}; {remedy}")]
    Field {
        /// The recurrence.
        text: String,
        /// Which field.
        field: FieldName,
        /// The part of it that is wrong.
        value: String,
        /// What it may be.
        expected: String,
        /// What to do.
        remedy: String,
    },
    /// No day that ever comes fits.
    #[error(
        "recurrence `{text}` never happens: no day of the calendar fits its day of month, month, day of week and year \
         together; check the length of the month (30 February, 31 April) and that the year is still to come"
    )]
    Never {
        /// The recurrence.
        text: String,
    },
    /// More than once in a minute.
    #[error(
        "recurrence `{text}` names {count} seconds of one minute, expected one: a slot starts at most once a minute; \
         write one second, usually 0"
    )]
    TooOften {
        /// The recurrence.
        text: String,
        /// How many seconds it names.
        count: usize,
    },
    /// Two recurrences of one slot start at different seconds.
    #[error(
        "recurrence `{text}` starts at second {second}, the one before it at second {before}, expected the same in all: \
         a slot starts at most once a minute; write the same second in each, usually 0"
    )]
    SecondsDiffer {
        /// The recurrence.
        text: String,
        /// Its second.
        second: u32,
        /// The second of the first recurrence.
        before: u32,
    },
    /// The `cron` crate, which has the last word on six and seven fields, refuses it.
    #[error(
        "recurrence `{text}` is not understood ({reason}), expected six or seven fields with ranges, lists and steps; \
         write it with five fields"
    )]
    NotUnderstood {
        /// The recurrence.
        text: String,
        /// What the crate said.
        reason: String,
    },
}
