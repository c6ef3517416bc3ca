//! Reading the log itself.

use sqlx::sqlite::SqliteRow;

use super::append::body;
use super::chain::{ChainHash, Sealed};
use super::error::{Failure, StoreError};
use super::open::Store;
use super::values::{Columns as _, micros, whole};
use crate::domain::log::{Closed, Entry, Record};
use crate::domain::time::Window;

/// The most rows that one call hands over; ask again from the last one on.
const LIMIT_MAX: u32 = 10_000;

pub(super) fn sealed(row: &SqliteRow) -> Result<Sealed, Failure> {
    let entry = Entry { seq: row.number("seq")?, at: row.instant("at")?, record: body(row)? };
    Ok(Sealed { entry, hash: row.hash("hash")? })
}

impl Store {
    /// The records after number `after` in their order, at most `limit` (and never more than 10,000) of them.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read.
    pub async fn entries(&self, after: u64, limit: u32) -> Result<Vec<Sealed>, StoreError> {
        let doing = "read the log";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query("select seq, at, body, hash from log where seq > ? order by seq limit ?")
            .bind(whole(after))
            .bind(limit.min(LIMIT_MAX))
            .fetch_all(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        rows.iter().map(sealed).collect::<Result<_, _>>().map_err(|failure| failure.at(self.path(), doing))
    }

    /// The newest row's number and hash; none in an empty log. What a report prints of the chain.
    ///
    /// # Errors
    /// The database's own.
    pub async fn head(&self) -> Result<Option<(u64, ChainHash)>, StoreError> {
        let doing = "read the log";
        let mut connection = self.read(doing).await?;
        let newest = super::append::newest(&mut connection, self.genesis()).await.map_err(self.failed(doing))?;
        Ok((newest.seq > 0).then_some((newest.seq, newest.hash)))
    }

    /// What went wrong, or was worth knowing, and was written in `window`. In the order of the log.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read.
    pub async fn incidents(&self, window: Window) -> Result<Vec<Sealed>, StoreError> {
        let doing = "read the incidents";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query(
            "select seq, at, body, hash from log where record = 'incident' and at >= ? and at < ? order by seq",
        )
        .bind(micros(window.from))
        .bind(micros(window.to))
        .fetch_all(&mut *connection)
        .await
        .map_err(self.failed(doing))?;
        rows.iter().map(sealed).collect::<Result<_, _>>().map_err(|failure| failure.at(self.path(), doing))
    }

    /// How the occurrences ended that were planned to start in `window`, by planned start, each with its record's number.
    ///
    /// # Errors
    /// The database's own, and records that cannot be read.
    pub async fn closed(&self, window: Window) -> Result<Vec<(Closed, u64)>, StoreError> {
        let doing = "read how occurrences ended";
        let mut connection = self.read(doing).await?;
        let rows = sqlx::query(
            "select l.seq, l.at, l.body, l.hash from occurrence o join log l on l.seq = o.closed_seq \
             where o.planned_start >= ? and o.planned_start < ? order by o.planned_start, o.id",
        )
        .bind(micros(window.from))
        .bind(micros(window.to))
        .fetch_all(&mut *connection)
        .await
        .map_err(self.failed(doing))?;
        let mut closed = Vec::with_capacity(rows.len());
        for row in &rows {
            let sealed = sealed(row).map_err(|failure| failure.at(self.path(), doing))?;
            if let Record::Closed(ending) = sealed.entry.record {
                closed.push((ending, sealed.entry.seq));
            }
        }
        Ok(closed)
    }
}
