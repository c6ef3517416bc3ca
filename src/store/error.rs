//! What can go wrong with the database, told so that an operator knows what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::domain::account::TokenId;
use crate::domain::airing::IllegalRecord;
use crate::domain::clip::ClipId;
use crate::domain::log::AiringId;
use crate::domain::slot::{OccurrenceId, SlotId};

/// A record that the log does not take, because it contradicts the records before it or cannot be read back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It breaks the life of its airing.
    #[error(transparent)]
    Illegal(#[from] IllegalRecord),
    /// An end or a correction of an airing that never began.
    #[error("airing {0} is not in the log")]
    NoSuchAiring(AiringId),
    /// A stretch that was there before.
    #[error("airing {airing} begins part {part} after part {last}, expected a higher number")]
    PartRepeated {
        /// The airing.
        airing: AiringId,
        /// The part it begins.
        part: u32,
        /// The last one before.
        last: u32,
    },
    /// An occurrence ends only once, and nothing of it sounds after that.
    #[error("occurrence {occurrence} was closed by record {seq} and stays closed")]
    AlreadyClosed {
        /// The occurrence.
        occurrence: OccurrenceId,
        /// The record that closed it.
        seq: u64,
    },
    /// Somebody else corrected the same thing meanwhile.
    #[error(
        "the correction of airing {airing} expects `{expected}`, the log says `{found}`; look again, then correct that"
    )]
    BeforeDiffers {
        /// The airing.
        airing: AiringId,
        /// What the correction takes for granted.
        expected: String,
        /// What the log says.
        found: String,
    },
    /// A number outside what the log can hold, or a value that JSON cannot express.
    #[error("the record cannot be kept: {0}")]
    Unfit(String),
}

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder is not there.
    #[error("data folder {folder} does not exist; create it, or give another with --data")]
    FolderMissing {
        /// Which.
        folder: PathBuf,
    },
    /// The data folder holds no database yet.
    #[error("{path} does not exist; start the station or add a clip once, or give another folder with --data")]
    NoDatabase {
        /// Which.
        path: PathBuf,
    },
    /// No file can be made in the data folder.
    #[error("data folder {folder} cannot be written; give this user the right to, or give another with --data")]
    FolderUnwritable {
        /// Which.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another process of ours owns the data folder.
    #[error("data folder {folder} is in use by {holder}; stop that process first, or talk to it")]
    InUse {
        /// Which.
        folder: PathBuf,
        /// Who.
        holder: super::lock::Holder,
    },
    /// Another program holds the database.
    #[error("{path} is locked by another program (a backup, a database viewer?); close that program and try again")]
    Locked {
        /// Which.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: sqlx::Error,
    },
    /// The file or its file system is read-only, or it was opened for reading.
    #[error("{path} is read-only; give this user the right to write it, or move the data folder to a writable disk")]
    ReadOnly {
        /// Which.
        path: PathBuf,
        /// What SQLite said; none if the store was opened for reading.
        #[source]
        source: Option<sqlx::Error>,
    },
    /// A newer program wrote it.
    #[error("{path} is of schema {found}, this program knows up to {known}; use the newer program")]
    Newer {
        /// Which.
        path: PathBuf,
        /// The highest migration in it.
        found: i64,
        /// The highest this program knows.
        known: i64,
    },
    /// An older program wrote it, and it was opened for reading only.
    #[error(
        "{path} is of schema {found}, this program needs {known}; start the station once, that brings it up to date"
    )]
    Older {
        /// Which.
        path: PathBuf,
        /// The highest migration in it.
        found: i64,
        /// The highest this program knows.
        known: i64,
    },
    /// Not a database, or a broken one.
    #[error("{path} is damaged; keep a copy of it, then restore a backup or `sqlite3 {path} .recover` into a new file")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: sqlx::Error,
    },
    /// No room.
    #[error("the disk of {path} is full; make room, what was not written is kept and written then")]
    DiskFull {
        /// Which.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: sqlx::Error,
    },
    /// A rehearsal's folder where a station's is needed.
    #[error("{path} holds a simulated log; a station never goes on air with it, give another folder with --data")]
    Simulated {
        /// Which.
        path: PathBuf,
    },
    /// A station's folder where a rehearsal's is needed.
    #[error("{path} holds the log of a real station; a simulation needs a folder of its own, give another with --data")]
    NotSimulated {
        /// Which.
        path: PathBuf,
    },
    /// A value in the database that the program did not write.
    #[error("{path}: {what} cannot be read; run `loa log verify`")]
    Unreadable {
        /// Which database.
        path: PathBuf,
        /// Table and column or row.
        what: String,
        /// How it fails.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The log does not take a record.
    #[error("the log refuses a record")]
    Refused(#[from] Refused),
    /// There is no such clip.
    #[error("there is no clip {0}; `loa clip list` names them")]
    NoSuchClip(ClipId),
    /// The clip changed since it was read.
    #[error("clip {0} was changed meanwhile; read it again, then change that")]
    ClipChanged(ClipId),
    /// The very same audio is in the library.
    #[error("the same audio is already clip {clip}, \"{title}\"")]
    DuplicateAudio {
        /// Which clip.
        clip: ClipId,
        /// Its title.
        title: String,
    },
    /// Something still refers to the clip.
    #[error("clip {clip} is used by {by}; take it out there first, or retire the clip instead")]
    ClipInUse {
        /// Which clip.
        clip: ClipId,
        /// Queue entries and slots.
        by: String,
    },
    /// There is no such queue entry.
    #[error("there is no queue entry {0}; `loa queue list` names them")]
    NoSuchEntry(u32),
    /// The neighbour that an entry was to be put beside waits no more.
    #[error("queue entry {0} waits no more: it was aired or taken out meanwhile; look at the queue as it is now")]
    EntryGone(u32),
    /// The queue is full.
    #[error("the queue holds {0} entries, which is all it takes; remove some first")]
    QueueFull(u32),
    /// The activity ledger is full.
    #[error(
        "the activity ledger holds {0} entries, which is all it takes; enter sums (--count) instead of single articles"
    )]
    LedgerFull(u32),
    /// There is no such entry in the activity ledger.
    #[error("there is no activity {0}; `loa activity list` names them")]
    NoSuchActivity(u32),
    /// The entry was struck out, which is its end.
    #[error("activity {0} is struck out and stays as it is; enter it anew with `loa activity add`")]
    ActivityStruck(u32),
    /// Somebody else changed it meanwhile.
    #[error("activity {0} was changed by somebody else meanwhile; look at it again, then change it")]
    ActivityChanged(u32),
    /// Another version of the draft was made meanwhile.
    #[error("another version of this draft was made meanwhile; look at it again, then change that")]
    DraftChanged,
    /// There is no such slot in force.
    #[error("there is no slot {0}; `loa slot list` names them")]
    NoSuchSlot(SlotId),
    /// A slot changed since it was read.
    #[error("slot {0} was changed meanwhile; look at it as it is now, then change that")]
    SlotChanged(SlotId),
    /// There is no such account.
    #[error("there is no account `{0}`; `loa user list` names them")]
    NoSuchAccount(String),
    /// Another account has the name, or one that differs only in case or diacritics.
    #[error("there is an account `{0}` already; take another name")]
    NameTaken(String),
    /// The account changed since it was read.
    #[error("account `{0}` was changed meanwhile; read it again, then change that")]
    AccountChanged(String),
    /// The first admin was made already.
    #[error("there is an admin already; sign in, or ask that admin for an account")]
    AdminExists,
    /// Nobody would be left who can make accounts.
    #[error("it is the last admin who can sign in; make another one first")]
    LastAdmin,
    /// No room for a further account.
    #[error("there are {0} accounts, which is all there may be; give a disabled one to the new person")]
    AccountsFull(u32),
    /// No room for a further token.
    #[error("the account has {0} tokens, which is all it may have; remove one that is not used")]
    TokensFull(u32),
    /// There is no such token.
    #[error("there is no token {0}; `loa token list` names them")]
    NoSuchToken(TokenId),
    /// There is no such session.
    #[error("there is no session {0}; it has ended")]
    NoSuchSession(u64),
    /// Neither the database nor the spill file takes records, and memory holds all it may.
    #[error(
        "the log cannot be written and {records} records wait in memory, which is all it takes; free the database or the disk"
    )]
    SpillFull {
        /// How many wait.
        records: usize,
    },
    /// The writer's task has ended.
    #[error("the log writer has stopped; restart the station")]
    WriterGone,
    /// A file beside the database.
    #[error("cannot {doing} {path}")]
    File {
        /// As a verb.
        doing: &'static str,
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Anything else SQLite said.
    #[error("{path}: cannot {doing}")]
    Database {
        /// Which.
        path: PathBuf,
        /// As a verb.
        doing: &'static str,
        /// What it said.
        #[source]
        source: sqlx::Error,
    },
}

// The primary result codes of SQLite (https://www.sqlite.org/rescode.html); the upper bits say more and are not needed.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const NOTADB: i32 = 26;

/// SQLite's primary result code, if the error came from it.
pub(super) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let sqlx::Error::Database(cause) = error else { return None };
    let extended: i32 = cause.code()?.parse().ok()?;
    Some(extended & 0xff)
}

/// Whether the file could not be opened at all, as happens to a reader on a read-only disk.
pub(super) fn cannot_open(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(CANTOPEN | READONLY))
}

impl StoreError {
    /// Sorts an error of the database by what the operator has to do.
    pub(super) fn of(path: &Path, doing: &'static str, source: sqlx::Error) -> Self {
        let path = path.to_owned();
        match primary_code(&source) {
            Some(BUSY | LOCKED) => Self::Locked { path, source },
            Some(READONLY) => Self::ReadOnly { path, source: Some(source) },
            Some(CORRUPT | NOTADB) => Self::Damaged { path, source },
            Some(FULL) => Self::DiskFull { path, source },
            _ => match source {
                sqlx::Error::ColumnDecode { index, source } => {
                    Self::Unreadable { path, what: format!("column {index}"), source }
                }
                sqlx::Error::Decode(source) => Self::Unreadable { path, what: "a value".to_owned(), source },
                source => Self::Database { path, doing, source },
            },
        }
    }

    /// Whether the database could not take what was asked although nothing was wrong with it, so that trying again later may
    /// succeed. What was refused for its content is no outage.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Locked { .. }
                | Self::ReadOnly { .. }
                | Self::Damaged { .. }
                | Self::DiskFull { .. }
                | Self::Database { .. }
                | Self::Unreadable { .. }
                | Self::File { .. }
        )
    }
}

/// What ends a transaction: the database, or the content.
#[derive(Debug)]
pub(super) enum Failure {
    /// The database.
    Database(sqlx::Error),
    /// The content.
    Refused(Refused),
}

impl Failure {
    pub(super) fn at(self, path: &Path, doing: &'static str) -> StoreError {
        match self {
            Self::Database(error) => StoreError::of(path, doing, error),
            Self::Refused(refused) => StoreError::Refused(refused),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{ConnectOptions as _, SqliteConnection};

    use super::*;

    /// A read-only file cannot be had where tests run as root; SQLite says the very same of a connection that may only read.
    #[tokio::test]
    async fn a_read_only_file_is_told_from_a_full_disk() {
        let options = sqlx::sqlite::SqliteConnectOptions::new().in_memory(true);
        let mut connection: SqliteConnection = options.connect().await.unwrap();
        let mut told = async |statements: &'static str| {
            let error = sqlx::raw_sql(statements).execute(&mut connection).await.unwrap_err();
            StoreError::of(Path::new("loa.db"), "write", error)
        };
        let full = told("pragma max_page_count = 2; create table a (b); create table c (d);").await;
        assert!(matches!(full, StoreError::DiskFull { .. }), "{full:?}");
        let read_only = told("pragma query_only = on; create table c (d);").await;
        assert!(matches!(read_only, StoreError::ReadOnly { .. }), "{read_only:?}");
        let wrong = told("select 1 from nothing").await;
        assert!(matches!(wrong, StoreError::Database { .. }), "{wrong:?}");
        assert!(full.is_outage() && read_only.is_outage() && wrong.is_outage());
    }
}
