//! Rows of the log as they lie in the table, for whoever checks the chain elsewhere.

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use super::chain::ChainHash;
use super::error::StoreError;
use super::open::Store;
use super::values::{Columns as _, micros, whole};

/// The most rows that one call hands over.
const LIMIT_MAX: u32 = 10_000;

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// Its number.
    pub seq: u64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// The very text that was hashed.
    pub body: String,
    /// Of the row before.
    pub prev: ChainHash,
    /// Of this row.
    pub hash: ChainHash,
}

impl Store {
    /// The rows after number `after` in their order, at most `limit` (and never more than 10,000) of them.
    ///
    /// # Errors
    /// The database's own.
    pub async fn raw_rows(&self, after: u64, limit: u32) -> Result<Vec<RawRow>, StoreError> {
        let doing = "read the log";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query("select seq, at, body, prev, hash from log where seq > ? order by seq limit ?")
            .bind(whole(after))
            .bind(limit.min(LIMIT_MAX))
            .fetch_all(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            Ok(RawRow {
                seq: row.number("seq")?,
                at: row.instant("at")?,
                body: row.try_get("body")?,
                prev: row.hash("prev")?,
                hash: row.hash("hash")?,
            })
        };
        rows.iter().map(read).collect::<sqlx::Result<_>>().map_err(self.failed(doing))
    }

    /// The number of the first row that was written at `from` or later; none if there is none.
    ///
    /// # Errors
    /// The database's own.
    pub async fn first_row_from(&self, from: DateTime<Utc>) -> Result<Option<u64>, StoreError> {
        let doing = "read the log";
        let mut connection = self.read(doing).await?;
        let first: Option<i64> = sqlx::query_scalar("select min(seq) from log where at >= ?")
            .bind(micros(from))
            .fetch_one(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        Ok(first.and_then(|first| u64::try_from(first).ok()))
    }
}
