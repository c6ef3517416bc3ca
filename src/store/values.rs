//! Between the types of the domain and the columns of a table.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::chain::ChainHash;
use crate::domain::log::AiringId;

/// The column of an instant: microseconds since 1970, rounded down.
pub(super) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// The instant as a column keeps it.
pub(super) fn to_the_micro(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros(at)).unwrap_or(at)
}

/// Days from 0001-01-01 (day 1 of the common era) to 1970-01-01.
const DAYS_TO_1970: i32 = 719_163;

/// The column of a day: days since 1970-01-01.
pub(super) fn day_number(day: NaiveDate) -> i64 {
    use chrono::Datelike as _;
    i64::from(day.num_days_from_ce() - DAYS_TO_1970)
}

/// The column of a whole number. Numbers of records are checked when they are written, so nothing is ever cut off.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The column of a plain enumeration: the word its JSON uses.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        // Only enumerations without fields are handed in, and those are strings in JSON.
        other => format!("{other:?}"),
    }
}

/// Reads columns, naming the one that cannot be read.
pub(super) trait Columns {
    /// A whole number.
    fn number(&self, column: &str) -> sqlx::Result<u64>;
    /// A whole number that fits 32 bits.
    fn small(&self, column: &str) -> sqlx::Result<u32>;
    /// An instant.
    fn instant(&self, column: &str) -> sqlx::Result<DateTime<Utc>>;
    /// An instant that may be absent.
    fn instant_option(&self, column: &str) -> sqlx::Result<Option<DateTime<Utc>>>;
    /// A day.
    fn day(&self, column: &str) -> sqlx::Result<NaiveDate>;
    /// A plain enumeration.
    fn word<T: DeserializeOwned>(&self, column: &str) -> sqlx::Result<T>;
    /// Anything that reads itself from text.
    fn parsed<T: FromStr<Err: Display>>(&self, column: &str) -> sqlx::Result<T>;
    /// JSON.
    fn json<T: DeserializeOwned>(&self, column: &str) -> sqlx::Result<T>;
    /// A row's hash.
    fn hash(&self, column: &str) -> sqlx::Result<ChainHash>;
    /// An airing.
    fn airing(&self, column: &str) -> sqlx::Result<AiringId>;
}

fn unreadable(column: &str, why: impl Display) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: why.to_string().into() }
}

fn moment(column: &str, micros: i64) -> sqlx::Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| unreadable(column, format!("{micros} microseconds since 1970 is no instant")))
}

impl Columns for SqliteRow {
    fn number(&self, column: &str) -> sqlx::Result<u64> {
        u64::try_from(self.try_get::<i64, _>(column)?).map_err(|error| unreadable(column, error))
    }

    fn small(&self, column: &str) -> sqlx::Result<u32> {
        u32::try_from(self.try_get::<i64, _>(column)?).map_err(|error| unreadable(column, error))
    }

    fn instant(&self, column: &str) -> sqlx::Result<DateTime<Utc>> {
        moment(column, self.try_get(column)?)
    }

    fn instant_option(&self, column: &str) -> sqlx::Result<Option<DateTime<Utc>>> {
        self.try_get::<Option<i64>, _>(column)?.map(|micros| moment(column, micros)).transpose()
    }

    fn day(&self, column: &str) -> sqlx::Result<NaiveDate> {
        let days: i64 = self.try_get(column)?;
        i32::try_from(days)
            .ok()
            .and_then(|days| NaiveDate::from_num_days_from_ce_opt(days.checked_add(DAYS_TO_1970)?))
            .ok_or_else(|| unreadable(column, format!("{days} days since 1970 is no day")))
    }

    fn word<T: DeserializeOwned>(&self, column: &str) -> sqlx::Result<T> {
        let word: &str = self.try_get(column)?;
        let reader: StrDeserializer<'_, WordError> = word.into_deserializer();
        T::deserialize(reader).map_err(|error| unreadable(column, error))
    }

    fn parsed<T: FromStr<Err: Display>>(&self, column: &str) -> sqlx::Result<T> {
        self.try_get::<&str, _>(column)?.parse().map_err(|error| unreadable(column, error))
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> sqlx::Result<T> {
        serde_json::from_str(self.try_get(column)?).map_err(|error| unreadable(column, error))
    }

    fn hash(&self, column: &str) -> sqlx::Result<ChainHash> {
        let bytes: &[u8] = self.try_get(column)?;
        bytes.try_into().map(ChainHash).map_err(|error| unreadable(column, error))
    }

    fn airing(&self, column: &str) -> sqlx::Result<AiringId> {
        let bytes: &[u8] = self.try_get(column)?;
        Uuid::from_slice(bytes).map(AiringId).map_err(|error| unreadable(column, error))
    }
}
