//! Opening a data folder.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono_tz::Tz;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous, SqliteTransaction,
};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use super::chain::{ChainHash, genesis_of};
use super::error::{StoreError, cannot_open};
use super::mark::{self, Mark, MarkFile};
use super::{rebuild, schema};
use crate::domain::airing::CountedFrom;

/// Name of the database in the data folder.
pub const DATABASE_NAME: &str = "loa.db";

/// What the store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenAs {
    /// The daemon: durable to the disk at each commit, gives up on a locked database soon.
    Station,
    /// A command of a person with no daemon running: as durable, and more patient.
    Desk,
    /// Only looks. Never makes, migrates or rebuilds anything; works on a read-only disk.
    ReadOnly,
    /// A rehearsal: the file is marked simulated and never waits for the disk.
    Simulated,
}

/// The settings that figures of the log depend on. Those in force are kept in the file: when a writer opens it with others,
/// everything folded from the log is folded anew; a reader goes by those in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The station's time zone: decides on which day an airing was.
    pub zone: Tz,
    /// The least share that counts.
    pub counted_from: CountedFrom,
}

/// How long the station waits for a locked database before it goes on with the spill file.
const BUSY_STATION: Duration = Duration::from_millis(1_000);
/// How long everybody else waits.
const BUSY_DESK: Duration = Duration::from_millis(5_000);
/// The most connections that read at the same time; a further one waits.
const READERS_MAX: u32 = 3;
/// How long a connection that reads is kept without use, so that an idle station holds none.
const READER_IDLE: Duration = Duration::from_secs(30);
/// The longest wait for a connection of our own.
const ACQUIRE_MAX: Duration = Duration::from_secs(30);
/// Prepared statements kept by each connection.
const STATEMENTS_MAX: usize = 48;
/// Pages kept in memory by each connection, in KiB.
const CACHE_KIB: &str = "-1024";
/// The write-ahead log is cut back to this many bytes after a checkpoint.
const WAL_BYTES_MAX: &str = "4194304";

/// An open data folder. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    path: PathBuf,
    writer: Option<SqlitePool>,
    readers: SqlitePool,
    settings: Mutex<Settings>,
    simulated: bool,
    mark: Option<Mutex<MarkFile>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("path", &self.inner.path).field("settings", &self.settings()).finish()
    }
}

impl Store {
    /// Opens `loa.db` in `folder`; a writer makes it if it is not there, and brings its schema up to date.
    ///
    /// Whoever opens it for writing holds the folder's [`super::DataLock`].
    ///
    /// # Errors
    /// One [`StoreError`] for each thing an operator can do about it: folder missing or unwritable, file locked, read-only,
    /// from a newer version, damaged, simulated or not.
    pub async fn open(folder: &Path, open_as: OpenAs, settings: Settings) -> Result<Self, StoreError> {
        if !folder.is_dir() {
            return Err(StoreError::FolderMissing { folder: folder.to_owned() });
        }
        match open_as {
            OpenAs::ReadOnly => Self::open_to_read(folder).await,
            OpenAs::Station | OpenAs::Desk | OpenAs::Simulated => Self::open_to_write(folder, open_as, settings).await,
        }
    }

    async fn open_to_write(folder: &Path, open_as: OpenAs, settings: Settings) -> Result<Self, StoreError> {
        tempfile::tempfile_in(folder)
            .map_err(|source| StoreError::FolderUnwritable { folder: folder.to_owned(), source })?;
        let path = folder.join(DATABASE_NAME);
        let failed = |error| StoreError::of(&path, "open", error);
        let options = options(&path, open_as)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("journal_size_limit", WAL_BYTES_MAX)
            .synchronous(if open_as == OpenAs::Simulated { SqliteSynchronous::Off } else { SqliteSynchronous::Full });
        let writer = pool(1).idle_timeout(None).connect_with(options.clone()).await.map_err(failed)?;
        let mut connection = writer.acquire().await.map_err(failed)?;
        schema::migrate(&path, &mut connection).await?;
        drop(connection);

        let mut transaction = writer.begin_with("begin immediate").await.map_err(failed)?;
        let simulated = agree(&path, &mut transaction, open_as).await?;
        settle(&path, &mut transaction, settings).await?;
        transaction.commit().await.map_err(failed)?;

        let mark = if simulated { None } else { open_mark(folder, &path, &writer).await? };
        let readers = pool(READERS_MAX).connect_lazy_with(options.read_only(true).create_if_missing(false));
        let inner = Inner {
            folder: folder.to_owned(),
            path,
            writer: Some(writer),
            readers,
            settings: Mutex::new(settings),
            simulated,
            mark,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    async fn open_to_read(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(DATABASE_NAME);
        if !path.exists() {
            return Err(StoreError::NoDatabase { path });
        }
        let failed = |error| StoreError::of(&path, "open", error);
        let options = options(&path, OpenAs::ReadOnly).read_only(true);
        let (readers, version) = match first_look(options.clone()).await {
            // On a read-only disk a reader cannot make the shared memory it needs. Nobody else can write there either, so
            // the file may be read as it is, unless a crash left part of it in the write-ahead log.
            Err(error) if cannot_open(&error) && !has_rows_waiting(&path) => {
                first_look(options.immutable(true)).await.map_err(failed)?
            }
            looked => looked.map_err(failed)?,
        };
        if version > schema::NEWEST {
            return Err(StoreError::Newer { path, found: version, known: schema::NEWEST });
        }
        if version < schema::NEWEST {
            return Err(StoreError::Older { path, found: version, known: schema::NEWEST });
        }
        let mut connection = readers.acquire().await.map_err(failed)?;
        let simulated = meta(&mut connection, "simulated").await.map_err(failed)?.as_deref() == Some("yes");
        let settings = stored_settings(&mut connection)
            .await
            .map_err(failed)?
            .ok_or_else(|| StoreError::NoDatabase { path: path.clone() })?;
        drop(connection);
        let inner = Inner {
            folder: folder.to_owned(),
            path,
            writer: None,
            readers,
            settings: Mutex::new(settings),
            simulated,
            mark: None,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// The settings that the figures of this store rest on.
    #[must_use]
    pub fn settings(&self) -> Settings {
        *self.inner.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Figures rest on these settings from now on: if they are others, everything folded from the log is folded anew.
    ///
    /// # Errors
    /// The database's own; the settings are as they were then.
    pub async fn resettle(&self, settings: Settings) -> Result<(), StoreError> {
        if self.settings() == settings {
            return Ok(());
        }
        let doing = "fold the log anew";
        let mut transaction = self.write(doing).await?;
        settle(&self.inner.path, &mut transaction, settings).await?;
        transaction.commit().await.map_err(self.failed(doing))?;
        *self.inner.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings;
        Ok(())
    }

    /// Whether it holds a rehearsal's log.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.inner.simulated
    }

    /// Ends all connections; the write-ahead log goes into the database file. Dropping the store does so too, later.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        if let Some(writer) = &self.inner.writer {
            writer.close().await;
        }
    }

    /// Whether every page of the file is sound. Reads it all: on demand only.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with what is wrong first.
    pub async fn quick_check(&self) -> Result<(), StoreError> {
        let verdict: String = sqlx::query_scalar("pragma quick_check(1)")
            .fetch_one(&self.inner.readers)
            .await
            .map_err(self.failed("check the file"))?;
        if verdict == "ok" {
            Ok(())
        } else {
            Err(StoreError::Damaged { path: self.inner.path.clone(), source: sqlx::Error::Protocol(verdict) })
        }
    }

    pub(super) fn genesis(&self) -> ChainHash {
        genesis_of(self.inner.simulated)
    }

    /// A transaction that writes, and has the right to from its beginning.
    pub(super) async fn write(&self, doing: &'static str) -> Result<SqliteTransaction<'static>, StoreError> {
        let Some(writer) = &self.inner.writer else {
            return Err(StoreError::ReadOnly { path: self.inner.path.clone(), source: None });
        };
        writer.begin_with("begin immediate").await.map_err(self.failed(doing))
    }

    /// Everything read in it is of one moment.
    pub(super) async fn read(&self, doing: &'static str) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.inner.readers.begin().await.map_err(self.failed(doing))
    }

    /// A connection that reads, outside of any transaction.
    pub(super) async fn reader(&self, doing: &'static str) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.inner.readers.acquire().await.map_err(self.failed(doing))
    }

    pub(super) fn failed(&self, doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError + Copy + '_ {
        move |error| StoreError::of(&self.inner.path, doing, error)
    }

    pub(super) fn advance_mark(&self, mark: Mark) {
        if let Some(file) = &self.inner.mark {
            // A poisoned lock means that a write to the file panicked; the file is as usable as before.
            file.lock().unwrap_or_else(PoisonError::into_inner).advance(mark);
        }
    }
}

fn options(path: &Path, open_as: OpenAs) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(if open_as == OpenAs::Station { BUSY_STATION } else { BUSY_DESK })
        .statement_cache_capacity(STATEMENTS_MAX)
        .pragma("cache_size", CACHE_KIB)
        .pragma("temp_store", "memory")
        .thread_name(|number| format!("loa-sqlite-{number}"))
}

fn pool(connections_max: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections_max)
        .idle_timeout(READER_IDLE)
        .max_lifetime(None)
        .acquire_timeout(ACQUIRE_MAX)
        .test_before_acquire(false)
}

async fn first_look(options: SqliteConnectOptions) -> sqlx::Result<(SqlitePool, i64)> {
    let readers = pool(READERS_MAX).connect_with(options).await?;
    let version = schema::version(&mut *readers.acquire().await?).await?;
    Ok((readers, version))
}

fn has_rows_waiting(path: &Path) -> bool {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    std::fs::metadata(wal).is_ok_and(|wal| wal.len() > 0)
}

/// A rehearsal's file and a station's never mix; a new file becomes what it is opened as.
async fn agree(path: &Path, connection: &mut SqliteConnection, open_as: OpenAs) -> Result<bool, StoreError> {
    let failed = |error| StoreError::of(path, "open", error);
    let simulated = match meta(connection, "simulated").await.map_err(failed)? {
        Some(simulated) => simulated == "yes",
        None => {
            let simulated = open_as == OpenAs::Simulated;
            set_meta(connection, "simulated", if simulated { "yes" } else { "no" }).await.map_err(failed)?;
            simulated
        }
    };
    match open_as {
        OpenAs::Station if simulated => Err(StoreError::Simulated { path: path.to_owned() }),
        OpenAs::Simulated if !simulated => Err(StoreError::NotSimulated { path: path.to_owned() }),
        OpenAs::Station | OpenAs::Simulated | OpenAs::Desk | OpenAs::ReadOnly => Ok(simulated),
    }
}

/// Keeps the settings; folds everything anew if they are not those it was folded with.
async fn settle(path: &Path, connection: &mut SqliteConnection, settings: Settings) -> Result<(), StoreError> {
    let failed = |error| StoreError::of(path, "open", error);
    let stored = stored_settings(connection).await.map_err(failed)?;
    if stored == Some(settings) {
        return Ok(());
    }
    set_meta(connection, "zone", settings.zone.name()).await.map_err(failed)?;
    set_meta(connection, "counted_from", &settings.counted_from.0.to_string()).await.map_err(failed)?;
    if stored.is_some() {
        rebuild::rebuild(connection, settings).await.map_err(|error| error.at(path, "fold the log anew"))?;
    }
    Ok(())
}

async fn stored_settings(connection: &mut SqliteConnection) -> sqlx::Result<Option<Settings>> {
    let zone = meta(connection, "zone").await?;
    let counted_from = meta(connection, "counted_from").await?;
    Ok(zone.zip(counted_from).and_then(|(zone, counted_from)| {
        Some(Settings { zone: zone.parse().ok()?, counted_from: CountedFrom(counted_from.parse().ok()?) })
    }))
}

async fn open_mark(folder: &Path, path: &Path, writer: &SqlitePool) -> Result<Option<Mutex<MarkFile>>, StoreError> {
    if let Some(mark) = mark::read(folder) {
        let hash: Option<Vec<u8>> = sqlx::query_scalar("select hash from log where seq = ?")
            .bind(super::values::whole(mark.seq))
            .fetch_optional(writer)
            .await
            .map_err(|error| StoreError::of(path, "read the log", error))?;
        if hash.as_deref() != Some(&mark.hash.0) {
            tracing::error!(seq = mark.seq, "the log lacks its newest rows: `loa log verify` says more");
            return Ok(None);
        }
    }
    MarkFile::open(folder).map(|file| Some(Mutex::new(file)))
}

/// A value that holds for the whole file.
pub(super) async fn meta(connection: &mut SqliteConnection, name: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("select value from meta where name = ?").bind(name).fetch_optional(connection).await
}

/// Sets a value that holds for the whole file.
pub(super) async fn set_meta(connection: &mut SqliteConnection, name: &str, value: &str) -> sqlx::Result<()> {
    sqlx::query("insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(connection)
        .await
        .map(drop)
}
