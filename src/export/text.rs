//! Small pieces of text that several formats share.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::ExportError;

/// RFC 3339 with the zone's offset, with as many decimals of the second as there are.
pub(super) fn rfc3339(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// `23/11/2026`, both numbers padded: for columns, where the eye wants them under each other.
pub(super) fn day(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%d/%m/%Y").to_string()
}

/// `05:00:00`, local.
pub(super) fn time_of_day(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M:%S").to_string()
}

/// `h:mm:ss`, rounded to the nearest second. Spreadsheets read it as a time.
pub(super) fn clock(time_ms: u64) -> String {
    let seconds = (time_ms + 500) / 1_000;
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Whole milliseconds, rounded down.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Minutes to three decimals, so that the lines of a table add up to its total but for rounding in the third.
pub(super) fn minutes(time_ms: u64) -> f64 {
    (time_ms as f64 / 60.0).round() / 1_000.0
}

/// Without control characters: a title from a foreign file shall not move the cursor or begin a new line of the document.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        Cow::Owned(text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The name that serde gives a variant, from the field that holds the tag: `power_loss`.
pub(super) fn tag(value: &impl Serialize, field: &str) -> Result<String, ExportError> {
    let value = serde_json::to_value(value)?;
    let name = value.get(field).unwrap_or(&value).as_str().unwrap_or_default();
    Ok(name.to_owned())
}
