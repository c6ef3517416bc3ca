//! Adding to the log: the chain and everything folded from it, in one transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{Row as _, SqliteConnection};

use super::canonical::canonical;
use super::chain::{ChainHash, Sealed, link};
use super::error::{Failure, Refused, StoreError};
use super::fold::{Folded, airing_of, check_before, name_of, occurrence_of};
use super::mark::Mark;
use super::open::{Settings, Store};
use super::projection::{OccurrenceNote, ROWS_MAX, Subjects, put_airings, put_occurrence};
use super::rebuild::fold_one;
use super::row::AiringRow;
use super::values::{Columns as _, micros, to_the_micro, whole};
use crate::domain::airing::Airing;
use crate::domain::log::{AiringId, Entry, PartId, Record};

impl Store {
    /// Appends records, all or none, and returns when they are on the disk.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when a record contradicts the log; the database's own. Nothing was written then.
    pub async fn append(&self, records: &[Record], at: DateTime<Utc>) -> Result<Vec<Sealed>, StoreError> {
        self.append_all([(at, records)]).await
    }

    /// Appends what was written at several times, all or none, in one transaction: for a rehearsal, whose half-year would
    /// else wait for thousands of them.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn append_all<'a>(
        &self,
        batches: impl IntoIterator<Item = (DateTime<Utc>, &'a [Record])>,
    ) -> Result<Vec<Sealed>, StoreError> {
        let doing = "append to the log";
        let mut transaction = self.write(doing).await?;
        let mut sealed = Vec::new();
        for (at, records) in batches {
            let more = append(&mut transaction, self.terms(), records, at).await;
            sealed.extend(more.map_err(|failure| failure.at(self.path(), doing))?);
        }
        transaction.commit().await.map_err(self.failed(doing))?;
        self.mark_end(&sealed);
        Ok(sealed)
    }

    /// Notes durably how far a stretch has come, in place of what was noted of it before: `frames` heard from its first one
    /// on, which was heard at `start`. The end of the stretch removes the note.
    ///
    /// # Errors
    /// The database's own.
    pub async fn journal(&self, part: PartId, frames: u64, start: DateTime<Utc>) -> Result<(), StoreError> {
        let doing = "note the progress of an airing";
        let mut transaction = self.write(doing).await?;
        journal(&mut transaction, part, frames, start).await.map_err(self.failed(doing))?;
        transaction.commit().await.map_err(self.failed(doing))
    }

    /// Appends a record that is made of what the log says of its airing, within the same transaction: nobody comes in between.
    pub(super) async fn append_about(
        &self,
        id: AiringId,
        record: impl FnOnce(&Airing) -> Record,
        at: DateTime<Utc>,
        doing: &'static str,
    ) -> Result<Sealed, StoreError> {
        let mut transaction = self.write(doing).await?;
        let appended = async {
            let folded = fold_one(&mut transaction, id).await?.ok_or(Failure::from(Refused::NoSuchAiring(id)))?;
            let mut sealed = append(&mut transaction, self.terms(), &[record(&folded.airing)], at).await?;
            sealed.pop().ok_or(Failure::Database(sqlx::Error::RowNotFound))
        };
        let sealed = appended.await.map_err(|failure| failure.at(self.path(), doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        self.mark_end(std::slice::from_ref(&sealed));
        Ok(sealed)
    }

    pub(super) fn terms(&self) -> Terms {
        Terms { settings: self.settings(), genesis: self.genesis() }
    }

    pub(super) fn mark_end(&self, sealed: &[Sealed]) {
        if let Some(last) = sealed.last() {
            self.advance_mark(Mark { seq: last.entry.seq, hash: last.hash });
        }
    }
}

/// What an append goes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) settings: Settings,
    pub(super) genesis: ChainHash,
}

/// The number and hash of the newest row; 0 and the genesis in an empty log.
pub(super) async fn newest(connection: &mut SqliteConnection, genesis: ChainHash) -> sqlx::Result<Mark> {
    let row = sqlx::query("select seq, hash from log order by seq desc limit 1").fetch_optional(connection).await?;
    row.map_or(Ok(Mark { seq: 0, hash: genesis }), |row| Ok(Mark { seq: row.number("seq")?, hash: row.hash("hash")? }))
}

/// Appends within a transaction that the caller commits.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    terms: Terms,
    records: &[Record],
    at: DateTime<Utc>,
) -> Result<Vec<Sealed>, Failure> {
    let at = to_the_micro(at);
    let first = newest(connection, terms.genesis).await?;
    let mut last = first;
    let mut touched: BTreeMap<AiringId, Folded> = BTreeMap::new();
    let mut sealed = Vec::with_capacity(records.len());
    for record in records {
        let body = canonical(record)?;
        let seq = last.seq + 1;
        let hash = link(last.hash, seq, at, &body);
        fold_in(connection, terms, &mut touched, record, Mark { seq, hash }).await?;
        insert(connection, record, at, &body, last, hash).await?;
        if let Some(note) = OccurrenceNote::of(record) {
            has_closed(connection, &note, record).await?;
            put_occurrence(connection, &note, seq, terms.settings).await?;
        }
        if let Record::End(end) = record {
            forget(connection, end.part).await?;
        }
        last = Mark { seq, hash };
        sealed.push(Sealed { entry: Entry { seq, at, record: record.clone() }, hash });
    }
    let rows: Vec<_> = touched.values().map(|folded| AiringRow::of(folded, terms.settings)).collect();
    let mut subjects = Subjects::default();
    for rows in rows.chunks(ROWS_MAX) {
        put_airings(connection, &mut subjects, rows).await?;
    }
    move_head(connection, first, last).await?;
    Ok(sealed)
}

async fn fold_in(
    connection: &mut SqliteConnection,
    terms: Terms,
    touched: &mut BTreeMap<AiringId, Folded>,
    record: &Record,
    place: Mark,
) -> Result<(), Failure> {
    let Some(id) = airing_of(record) else { return Ok(()) };
    let before = match touched.remove(&id) {
        Some(folded) => Some(folded),
        None => fold_one(connection, id).await?,
    };
    if let (Record::Correction(correction), Some(folded)) = (record, &before) {
        check_before(&folded.airing, correction, terms.settings.counted_from)?;
    }
    if let Some(folded) = Folded::after(before, record, place.seq, place.hash)? {
        touched.insert(id, folded);
    }
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    record: &Record,
    at: DateTime<Utc>,
    body: &str,
    last: Mark,
    hash: ChainHash,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into log (seq, at, record, airing, occurrence, body, prev, hash) values (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(whole(last.seq + 1))
    .bind(micros(at))
    .bind(name_of(record))
    .bind(airing_of(record).map(|id| id.0.as_bytes().to_vec()))
    .bind(occurrence_of(record))
    .bind(body)
    .bind(last.hash.0.to_vec())
    .bind(hash.0.to_vec())
    .execute(connection)
    .await
    .map(drop)
}

/// An occurrence ends once, and nothing of it begins to sound after that. What was on air when it was closed may still end.
pub(super) async fn has_closed(
    connection: &mut SqliteConnection,
    note: &OccurrenceNote<'_>,
    record: &Record,
) -> Result<(), Failure> {
    if !matches!(record, Record::Closed(_) | Record::Intent(_)) {
        return Ok(());
    }
    let closed: Option<i64> =
        sqlx::query_scalar("select closed_seq from occurrence where id = ? and closed_seq is not null")
            .bind(note.occurrence().to_string())
            .fetch_optional(connection)
            .await?;
    match closed.and_then(|seq| u64::try_from(seq).ok()) {
        None => Ok(()),
        Some(seq) => Err(Refused::AlreadyClosed { occurrence: note.occurrence().clone(), seq }.into()),
    }
}

/// Moves the mark in the database. If it did not fit the log before, it stays where it is, so that no append covers up that
/// the newest rows were taken away.
async fn move_head(connection: &mut SqliteConnection, from: Mark, to: Mark) -> sqlx::Result<()> {
    let statement = if from.seq == 0 {
        "insert into head (one, seq, hash) values (1, ?, ?) on conflict (one) do nothing"
    } else {
        "update head set seq = ?, hash = ? where seq = ? and hash = ?"
    };
    let query = sqlx::query(statement).bind(whole(to.seq)).bind(to.hash.0.to_vec());
    let query = if from.seq == 0 { query } else { query.bind(whole(from.seq)).bind(from.hash.0.to_vec()) };
    query.execute(connection).await.map(drop)
}

pub(super) async fn journal(
    connection: &mut SqliteConnection,
    part: PartId,
    frames: u64,
    start: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("insert or replace into journal (airing, part, frames, start) values (?, ?, ?, ?)")
        .bind(part.airing.0.as_bytes().to_vec())
        .bind(part.part)
        .bind(whole(frames))
        .bind(micros(start))
        .execute(connection)
        .await
        .map(drop)
}

async fn forget(connection: &mut SqliteConnection, part: PartId) -> sqlx::Result<()> {
    sqlx::query("delete from journal where airing = ? and part = ?")
        .bind(part.airing.0.as_bytes().to_vec())
        .bind(part.part)
        .execute(connection)
        .await
        .map(drop)
}

/// The last note on a stretch.
pub(super) async fn journal_of(
    connection: &mut SqliteConnection,
    part: PartId,
) -> sqlx::Result<Option<(u64, DateTime<Utc>)>> {
    let row = sqlx::query("select frames, start from journal where airing = ? and part = ?")
        .bind(part.airing.0.as_bytes().to_vec())
        .bind(part.part)
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((row.number("frames")?, row.instant("start")?))).transpose()
}

/// Reads the body of a row of the log.
pub(super) fn body(row: &sqlx::sqlite::SqliteRow) -> Result<Record, Failure> {
    Ok(super::canonical::read(row.try_get("body")?)?)
}
