//! Whether the log is the log that was written.
//!
//! Two passes, both in bounded memory and of one moment: along the chain, then over everything folded from it.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::canonical;
use super::chain::{ChainHash, Sealed, link};
use super::entries::sealed;
use super::error::{Failure, StoreError};
use super::fold::{airing_of, name_of, occurrence_of};
use super::mark::{self, Mark};
use super::open::{Settings, Store};
use super::rebuild::{Folds, PAGE};
use super::row::{AiringRow, SELECT};
use super::values::{Columns as _, day_number, whole};
use crate::domain::log::AiringId;

/// A log in which everything fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How many records.
    pub entries: u64,
    /// Hash of the newest; the genesis in an empty log.
    pub head: ChainHash,
    /// When the first was written.
    pub from: Option<DateTime<Utc>>,
    /// When the newest was written.
    pub to: Option<DateTime<Utc>>,
    /// Whether the file beside the database vouches for the newest rows. False for a simulated log, which has none.
    pub marked: bool,
}

/// The first record that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("record {seq} does not fit: {fault}")]
pub struct Broken {
    /// Its number.
    pub seq: u64,
    /// Why.
    pub fault: Fault,
}

/// Why a record does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// There is none of this number, but later ones.
    #[error("it is missing")]
    Missing,
    /// It does not follow the one before.
    #[error("it does not follow the record before it")]
    PrevDiffers,
    /// Number, time or body were changed, or the hash was.
    #[error("its hash is not that of its content")]
    HashDiffers,
    /// Its body is no record.
    #[error("its body cannot be read: {error}")]
    Unreadable {
        /// Why not.
        error: String,
    },
    /// A column says something else than the body.
    #[error("its column `{column}` differs from its body")]
    ColumnDiffers {
        /// Which.
        column: String,
    },
    /// It contradicts the records before it.
    #[error("it contradicts the records before it: {error}")]
    Contradicts {
        /// How.
        error: String,
    },
    /// The newest rows are gone, this one first.
    #[error("it is missing, and so is everything up to record {marked}, which was in the log")]
    TailMissing {
        /// The newest record that was ever seen.
        marked: u64,
    },
    /// The mark of the newest row names another row, or was not moved along.
    #[error("the mark of the log's end does not name it")]
    MarkDiffers,
    /// What lists and reports read of this airing is not what its records say.
    #[error("the list of airings differs from the log at airing {airing}; `loa log verify --rebuild` folds it anew")]
    ListDiffers {
        /// Which airing.
        airing: AiringId,
    },
    /// What is listed of this occurrence is not what its records say.
    #[error("the list of occurrences differs from the log at {occurrence}; `loa log verify --rebuild` folds it anew")]
    OccurrenceDiffers {
        /// Which.
        occurrence: String,
    },
}

/// How far a verification is. Told from its thread, read from any other.
#[derive(Debug, Default)]
pub struct VerifyProgress {
    checked: AtomicU64,
    total: AtomicU64,
}

impl VerifyProgress {
    /// Records and listed airings found good so far, and how many there are; 0 of 0 before it knows.
    #[must_use]
    pub fn now(&self) -> (u64, u64) {
        (self.checked.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    async fn expect(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let total: i64 = sqlx::query_scalar(
            "select (select coalesce(max(seq), 0) from log) + (select coalesce(max(number), 0) from airing)",
        )
        .fetch_one(connection)
        .await?;
        self.total.store(total.unsigned_abs(), Ordering::Relaxed);
        Ok(())
    }

    fn add(&self, rows: usize) {
        self.checked.fetch_add(rows as u64, Ordering::Relaxed);
    }
}

/// How a pass ends early.
enum Stop {
    Broken(Broken),
    Failed(Failure),
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

fn broken(seq: u64, fault: Fault) -> Stop {
    Stop::Broken(Broken { seq, fault })
}

impl Store {
    /// Follows the whole chain, checks its end against both marks, and compares everything folded from it.
    ///
    /// # Errors
    /// The outer one when the database fails, the inner one names the first record that does not fit.
    pub async fn verify(&self) -> Result<Result<Verified, Broken>, StoreError> {
        self.verify_watched(&VerifyProgress::default()).await
    }

    /// The same, saying in `progress` how far it is. Dropping the future ends it.
    ///
    /// # Errors
    /// As [`Store::verify`].
    pub async fn verify_watched(&self, progress: &VerifyProgress) -> Result<Result<Verified, Broken>, StoreError> {
        let doing = "verify the log";
        // The mark first: it may only lag behind what is read later, never run ahead of it.
        let mark = if self.is_simulated() { None } else { mark::read(self.folder()) };
        let mut connection = self.read(doing).await?;
        match verify(&mut connection, self.genesis(), mark, self.settings(), progress).await {
            Ok(verified) => Ok(Ok(verified)),
            Err(Stop::Broken(broken)) => Ok(Err(broken)),
            Err(Stop::Failed(failure)) => Err(failure.at(self.path(), doing)),
        }
    }

    /// The record that a printed hash names, given in full or by its first hexadecimal digits, 12 at least; none if no record
    /// of the log has it. Whether that record is genuine is for [`Store::verify`] to say.
    ///
    /// # Errors
    /// The database's own.
    pub async fn find_hash(&self, digits: &str) -> Result<Option<Sealed>, StoreError> {
        let doing = "look up a hash";
        let Some((low, high)) = hash_range(digits) else { return Ok(None) };
        let mut connection = self.read(doing).await?;
        let row = sqlx::query("select seq, at, body, hash from log where hash between ? and ? order by seq limit 1")
            .bind(low)
            .bind(high)
            .fetch_optional(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        row.map(|row| sealed(&row)).transpose().map_err(|failure| failure.at(self.path(), doing))
    }
}

/// The fewest digits that name a hash.
const DIGITS_MIN: usize = 12;

fn hash_range(digits: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    if !(DIGITS_MIN..=64).contains(&digits.len()) {
        return None;
    }
    let padded = |with: &str| -> Option<Vec<u8>> {
        let text = format!("{digits}{}", with.repeat(64 - digits.len()));
        text.parse::<ChainHash>().ok().map(|hash| hash.0.to_vec())
    };
    padded("0").zip(padded("f"))
}

async fn verify(
    connection: &mut SqliteConnection,
    genesis: ChainHash,
    mark: Option<Mark>,
    settings: Settings,
    progress: &VerifyProgress,
) -> Result<Verified, Stop> {
    progress.expect(connection).await?;
    let mut chain = Chain { end: Mark { seq: 0, hash: genesis }, from: None, to: None, mark, marked: false };
    loop {
        let page = sqlx::query(
            "select seq, at, record, airing, occurrence, body, prev, hash from log where seq > ? order by seq limit ?",
        )
        .bind(whole(chain.end.seq))
        .bind(PAGE)
        .fetch_all(&mut *connection)
        .await?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            chain.follow(row)?;
        }
        progress.add(page.len());
    }
    chain.check_end(connection).await?;
    airings(connection, settings, chain.end.seq, progress).await?;
    occurrences(connection).await?;
    Ok(Verified { entries: chain.end.seq, head: chain.end.hash, from: chain.from, to: chain.to, marked: chain.marked })
}

struct Chain {
    end: Mark,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    mark: Option<Mark>,
    /// Whether the row that the mark names was met.
    marked: bool,
}

impl Chain {
    fn follow(&mut self, row: &SqliteRow) -> Result<(), Stop> {
        let expected = self.end.seq + 1;
        if row.number("seq")? != expected {
            return Err(broken(expected, Fault::Missing));
        }
        let unreadable = |error: sqlx::Error| broken(expected, Fault::Unreadable { error: error.to_string() });
        let prev = row.hash("prev").map_err(unreadable)?;
        let hash = row.hash("hash").map_err(unreadable)?;
        let at = row.instant("at").map_err(unreadable)?;
        let body: &str = row.try_get("body").map_err(unreadable)?;
        if prev != self.end.hash {
            return Err(broken(expected, Fault::PrevDiffers));
        }
        if hash != link(prev, expected, at, body) {
            return Err(broken(expected, Fault::HashDiffers));
        }
        let record =
            canonical::read(body).map_err(|error| broken(expected, Fault::Unreadable { error: error.to_string() }))?;
        let columns = [
            ("record", row.try_get::<Option<&str>, _>("record").map_err(unreadable)? == Some(name_of(&record))),
            (
                "airing",
                row.try_get::<Option<&[u8]>, _>("airing").map_err(unreadable)?
                    == airing_of(&record).as_ref().map(|id| &id.0.as_bytes()[..]),
            ),
            (
                "occurrence",
                row.try_get::<Option<&str>, _>("occurrence").map_err(unreadable)? == occurrence_of(&record).as_deref(),
            ),
        ];
        if let Some((column, _)) = columns.iter().find(|(_, agrees)| !agrees) {
            return Err(broken(expected, Fault::ColumnDiffers { column: (*column).to_owned() }));
        }
        if let Some(mark) = self.mark.filter(|mark| mark.seq == expected) {
            if mark.hash != hash {
                return Err(broken(expected, Fault::MarkDiffers));
            }
            self.marked = true;
        }
        self.from = self.from.or(Some(at));
        self.to = Some(at);
        self.end = Mark { seq: expected, hash };
        Ok(())
    }

    async fn check_end(&self, connection: &mut SqliteConnection) -> Result<(), Stop> {
        let end = self.end;
        if let Some(mark) = self.mark.filter(|mark| mark.seq > end.seq) {
            return Err(broken(end.seq + 1, Fault::TailMissing { marked: mark.seq }));
        }
        let row = sqlx::query("select seq, hash from head").fetch_optional(connection).await?;
        let head = match row {
            Some(row) => Some(Mark { seq: row.number("seq")?, hash: row.hash("hash")? }),
            None => None,
        };
        match head {
            Some(head) if head.seq > end.seq => Err(broken(end.seq + 1, Fault::TailMissing { marked: head.seq })),
            Some(head) if head == end => Ok(()),
            None if end.seq == 0 => Ok(()),
            Some(_) | None => Err(broken(end.seq, Fault::MarkDiffers)),
        }
    }
}

/// Compares the list of airings with the log. Both are read in the order of the identifiers, side by side.
async fn airings(
    connection: &mut SqliteConnection,
    settings: Settings,
    newest: u64,
    progress: &VerifyProgress,
) -> Result<(), Stop> {
    let mut folds = Folds::default();
    let mut listed = Listed::default();
    loop {
        let folded = folds.next(connection).await.map_err(|(seq, failure)| match failure {
            Failure::Refused(refused) => broken(seq, Fault::Contradicts { error: refused.to_string() }),
            failure @ Failure::Database(_) => Stop::Failed(failure),
        })?;
        let row = listed.next(connection, newest).await?;
        match (folded, row) {
            (None, None) => return Ok(()),
            (None, Some(row)) => return Err(broken(row.seq, Fault::ListDiffers { airing: row.id })),
            (Some(folded), row) => {
                if row.as_ref() != Some(&AiringRow::of(&folded, settings)) {
                    return Err(broken(folded.seq, Fault::ListDiffers { airing: folded.airing.id }));
                }
                progress.add(1);
            }
        }
    }
}

/// The list of airings in the order of their identifiers, a page at a time.
#[derive(Default)]
struct Listed {
    page: std::collections::VecDeque<SqliteRow>,
    last: Option<AiringId>,
}

impl Listed {
    async fn next(&mut self, connection: &mut SqliteConnection, newest: u64) -> Result<Option<AiringRow>, Stop> {
        if self.page.is_empty() {
            let from = self.last.map_or_else(Vec::new, |id| id.0.as_bytes().to_vec());
            let page = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where a.id > ? order by a.id limit ?")))
                .bind(from)
                .bind(PAGE)
                .fetch_all(connection)
                .await?;
            self.page = page.into();
        }
        let Some(row) = self.page.pop_front() else { return Ok(None) };
        let id = row.airing("id")?;
        self.last = Some(id);
        let differs = || broken(newest, Fault::ListDiffers { airing: id });
        let airing = AiringRow::read(&row).map_err(|_| differs())?;
        // These columns repeat others for the indexes; a report reads them.
        let derived = row.try_get::<i64, _>("began").is_ok_and(|began| began == super::values::micros(airing.began()))
            && row.try_get::<i64, _>("half").is_ok_and(|half| half == super::row::half_of(airing.day))
            && row.try_get::<u32, _>("weekday").is_ok_and(|day| day == airing.weekday().num_days_from_monday())
            && row.try_get::<i64, _>("day").is_ok_and(|day| day == day_number(airing.day));
        if derived { Ok(Some(airing)) } else { Err(broken(airing.seq, Fault::ListDiffers { airing: id })) }
    }
}

/// Compares the list of occurrences with the columns of the log, which the first pass has compared with its bodies.
async fn occurrences(connection: &mut SqliteConnection) -> Result<(), Stop> {
    let row = sqlx::query(
        "with told as (select occurrence as id, max(case record when 'rundown' then seq end) as rundown_seq, \
           min(case record when 'closed' then seq end) as closed_seq, max(seq) as seq from log \
           where occurrence is not null group by occurrence) \
         select coalesce(t.id, o.id) as id, coalesce(t.seq, o.closed_seq, o.rundown_seq, 0) as seq \
         from told t full join occurrence o on o.id = t.id \
         where t.id is null or o.id is null or t.rundown_seq is not o.rundown_seq or t.closed_seq is not o.closed_seq \
         order by 2 limit 1",
    )
    .fetch_optional(connection)
    .await?;
    match row {
        None => Ok(()),
        Some(row) => Err(broken(row.number("seq")?, Fault::OccurrenceDiffers { occurrence: row.try_get("id")? })),
    }
}
