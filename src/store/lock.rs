//! One process at a time owns a data folder.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};

use super::error::StoreError;

/// Name of the lock file in the data folder.
const LOCK_NAME: &str = "loa.lock";

/// Who holds a data folder, as the lock file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process number; none if the file does not say, which is so for an instant while it is being taken.
    pub pid: Option<u32>,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "process {pid}")?,
            None => f.write_str("another process")?,
        }
        match self.since {
            Some(since) => write!(f, " since {}", since.to_rfc3339_opts(SecondsFormat::Secs, true)),
            None => Ok(()),
        }
    }
}

impl Holder {
    fn read(text: &str) -> Self {
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
        Self {
            pid: value("pid").and_then(|pid| pid.parse().ok()),
            since: value("since")
                .and_then(|since| DateTime::parse_from_rfc3339(since).ok())
                .map(|since| since.with_timezone(&Utc)),
        }
    }
}

/// The right to write into a data folder; given back when dropped, and by the system when the process ends in any way.
#[derive(Debug)]
pub struct DataLock {
    file: File,
    path: PathBuf,
}

impl DataLock {
    /// Takes the folder for this process, which says that it does so since `since`.
    ///
    /// # Errors
    /// [`StoreError::InUse`] with the process that has it; a missing or unwritable folder.
    pub fn take(folder: &Path, since: DateTime<Utc>) -> Result<Self, StoreError> {
        if !folder.is_dir() {
            return Err(StoreError::FolderMissing { folder: folder.to_owned() });
        }
        let path = folder.join(LOCK_NAME);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| StoreError::FolderUnwritable { folder: folder.to_owned(), source })?;
        let failed = |doing| {
            let path = path.clone();
            move |source| StoreError::File { doing, path, source }
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                file.read_to_string(&mut text).map_err(failed("read"))?;
                return Err(StoreError::InUse { folder: folder.to_owned(), holder: Holder::read(&text) });
            }
            Err(TryLockError::Error(source)) => return Err(failed("lock")(source)),
        }
        let text = format!("pid {}\nsince {}\n", std::process::id(), since.to_rfc3339());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(failed("write"))?;
        Ok(Self { file, path })
    }

    /// The lock file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for DataLock {
    fn drop(&mut self) {
        // The file stays: removing it would let a third process lock a file of the same name that nobody else sees. A
        // failure leaves an old process number in a file that is not locked, which nobody believes.
        let _ = self.file.set_len(0);
    }
}
