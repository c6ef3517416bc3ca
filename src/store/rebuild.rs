//! Folding the whole log anew.

use std::collections::VecDeque;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::append::has_closed;
use super::canonical;
use super::chain::ChainHash;
use super::error::{Failure, StoreError};
use super::fold::Folded;
use super::open::{Settings, Store};
use super::projection::{OccurrenceNote, ROWS_MAX, Subjects, put_airings, put_occurrence};
use super::row::AiringRow;
use super::values::{Columns as _, whole};
use crate::domain::log::AiringId;

/// Rows of the log read at a time: bounds the memory of every pass over it.
pub(super) const PAGE: i64 = 1_000;

impl Store {
    /// Throws away everything folded from the log and folds it again.
    ///
    /// # Errors
    /// When the database fails, or a record of the log cannot be read (then nothing was changed).
    pub async fn rebuild_projection(&self) -> Result<(), StoreError> {
        let doing = "fold the log anew";
        let mut transaction = self.write(doing).await?;
        rebuild(&mut transaction, self.settings()).await.map_err(|error| error.at(self.path(), doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }
}

pub(super) async fn rebuild(connection: &mut SqliteConnection, settings: Settings) -> Result<(), Failure> {
    for table in ["delete from airing", "delete from subject", "delete from occurrence"] {
        sqlx::query(table).execute(&mut *connection).await?;
    }
    let mut subjects = Subjects::default();
    let mut folds = Folds::default();
    let mut rows = Vec::with_capacity(ROWS_MAX);
    while let Some(folded) = folds.next(connection).await.map_err(|(_, failure)| failure)? {
        rows.push(AiringRow::of(&folded, settings));
        if rows.len() == ROWS_MAX {
            put_airings(connection, &mut subjects, &rows).await?;
            rows.clear();
        }
    }
    put_airings(connection, &mut subjects, &rows).await?;
    rebuild_occurrences(connection, settings).await
}

async fn rebuild_occurrences(connection: &mut SqliteConnection, settings: Settings) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let page =
            sqlx::query("select seq, body from log where seq > ? and occurrence is not null order by seq limit ?")
                .bind(whole(after))
                .bind(PAGE)
                .fetch_all(&mut *connection)
                .await?;
        if page.is_empty() {
            return Ok(());
        }
        for row in page {
            after = row.number("seq")?;
            let record = canonical::read(row.try_get("body")?)?;
            if let Some(note) = OccurrenceNote::of(&record) {
                has_closed(connection, &note, &record).await?;
                put_occurrence(connection, &note, after, settings).await?;
            }
        }
    }
}

/// All airings of the log one after the other in the order of their identifiers, each folded from its records, in bounded
/// memory.
#[derive(Debug, Default)]
pub(super) struct Folds {
    rows: VecDeque<SqliteRow>,
    /// The last row read; none before the first.
    last: Option<(AiringId, u64)>,
    /// The airing whose records are being read.
    open: Option<Folded>,
    done: bool,
}

impl Folds {
    /// The next airing; none after the last. An error names the record that does not fit.
    pub(super) async fn next(&mut self, connection: &mut SqliteConnection) -> Result<Option<Folded>, (u64, Failure)> {
        loop {
            if self.rows.is_empty() && !self.done {
                self.fill(connection).await.map_err(|error| (0, error.into()))?;
            }
            let Some(row) = self.rows.front() else { return Ok(self.open.take()) };
            let at_row = |error: sqlx::Error| (0, Failure::from(error));
            let airing = row.airing("airing").map_err(at_row)?;
            if self.open.as_ref().is_some_and(|open| open.airing.id != airing) {
                return Ok(self.open.take());
            }
            let seq = row.number("seq").map_err(at_row)?;
            let folded = one_more(self.open.take(), row, seq).map_err(|failure| (seq, failure))?;
            self.open = folded;
            self.rows.pop_front();
        }
    }

    async fn fill(&mut self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let columns = "select airing, seq, hash, body from log indexed by log_airing where airing is not null";
        let rows = match self.last {
            None => sqlx::query(sqlx::AssertSqlSafe(format!("{columns} order by airing, seq limit ?"))),
            Some((airing, seq)) => sqlx::query(sqlx::AssertSqlSafe(format!(
                "{columns} and (airing, seq) > (?, ?) order by airing, seq limit ?"
            )))
            .bind(airing.0.as_bytes().to_vec())
            .bind(whole(seq)),
        };
        let rows = rows.bind(PAGE).fetch_all(connection).await?;
        match rows.last() {
            Some(row) => self.last = Some((row.airing("airing")?, row.number("seq")?)),
            None => self.done = true,
        }
        self.rows = rows.into();
        Ok(())
    }
}

fn one_more(before: Option<Folded>, row: &SqliteRow, seq: u64) -> Result<Option<Folded>, Failure> {
    let hash: ChainHash = row.hash("hash")?;
    let record = canonical::read(row.try_get("body")?)?;
    Ok(Folded::after(before, &record, seq, hash)?)
}

/// One airing folded from its records; none if it has none.
pub(super) async fn fold_one(connection: &mut SqliteConnection, airing: AiringId) -> Result<Option<Folded>, Failure> {
    let rows = sqlx::query("select seq, hash, body from log where airing = ? order by seq")
        .bind(airing.0.as_bytes().to_vec())
        .fetch_all(connection)
        .await?;
    let mut folded = None;
    for row in rows {
        let seq = row.number("seq")?;
        folded = one_more(folded, &row, seq)?;
    }
    Ok(folded)
}
