//! Recordings on their way in from a browser: files that grow piece by piece, and go on after a dropped connection or a
//! restart where they stopped.
//!
//! `ID.part` holds the bytes, `ID.json` what is known of them. The latter is the truth: bytes of the former beyond the count
//! that it names were never promised to anybody and are cut off before the next piece. Nothing is kept elsewhere.

mod append;
mod error;
mod upload;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use rustix::fs::FlockOperation;

pub use append::Appender;
pub use error::StagingError;
pub use upload::{NewUpload, Purpose, Told, Upload, UploadId, UploadState};

use super::content::RESERVE_BYTES;
use crate::domain::text::is_unseen;

/// Uploads that take room at the same time; a further one is refused until one is done.
pub const UPLOADS_MAX: usize = 64;
/// Bytes of all of them together, as declared.
pub const STAGED_BYTES_MAX: u64 = 20_000_000_000;
/// What became of earlier ones; beyond this the oldest is forgotten.
pub const FINISHED_MAX: usize = 200;
/// How long an upload may wait for its next piece, and an outcome for its reader.
pub const AGE_MAX: TimeDelta = TimeDelta::hours(24);
/// Longest file name kept, in characters.
const NAME_MAX: usize = 255;
/// Largest description read back, in bytes.
const SIDECAR_BYTES_MAX: u64 = 256 * 1024;

/// A folder of uploads.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
    file_bytes_max: AtomicU64,
    /// Held while deciding whether there is room for one more.
    counting: Mutex<()>,
}

impl Staging {
    /// Uploads in `folder`, which is made when the first one comes; none larger than `file_bytes_max`.
    #[must_use]
    pub fn new(folder: PathBuf, file_bytes_max: u64) -> Self {
        Self { folder, file_bytes_max: AtomicU64::new(file_bytes_max), counting: Mutex::new(()) }
    }

    /// The largest file taken, in bytes.
    #[must_use]
    pub fn file_bytes_max(&self) -> u64 {
        self.file_bytes_max.load(Ordering::Relaxed)
    }

    /// From now on none larger than this begins; what has begun goes on.
    pub fn set_file_bytes_max(&self, file_bytes_max: u64) {
        self.file_bytes_max.store(file_bytes_max, Ordering::Relaxed);
    }

    /// Makes room for a recording of a declared length.
    ///
    /// # Errors
    /// It is empty or too large, there are too many, or no room; the disk's own.
    pub fn create(&self, new: NewUpload, now: DateTime<Utc>) -> Result<Upload, StagingError> {
        if new.bytes == 0 {
            return Err(StagingError::Empty);
        }
        let most = self.file_bytes_max();
        if new.bytes > most {
            return Err(StagingError::TooLarge { bytes: new.bytes, most });
        }
        fs::create_dir_all(&self.folder).map_err(|e| failed(&self.folder, e))?;
        let _counting = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
        self.sweep_counted(now)?;
        let open: Vec<Upload> = self.list()?.into_iter().filter(Upload::takes_room).collect();
        if open.len() >= UPLOADS_MAX {
            return Err(StagingError::TooMany { most: UPLOADS_MAX });
        }
        let staged: u64 = open.iter().map(|upload| upload.bytes).sum();
        if staged.saturating_add(new.bytes) > STAGED_BYTES_MAX {
            return Err(StagingError::Full { most: STAGED_BYTES_MAX });
        }
        let promised: u64 = open.iter().map(|upload| upload.bytes - upload.received).sum();
        let needed_bytes = promised.saturating_add(new.bytes).saturating_add(RESERVE_BYTES);
        let disk = rustix::fs::statvfs(&self.folder).map_err(|e| failed(&self.folder, e.into()))?;
        let free_bytes = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free_bytes < needed_bytes {
            return Err(StagingError::DiskFull { needed_bytes, free_bytes });
        }
        let upload = Upload {
            id: UploadId::new(now),
            name: shown(&new.name),
            bytes: new.bytes,
            received: 0,
            by: new.by,
            from: new.from,
            purpose: new.purpose,
            created_at: now,
            touched_at: now,
            state: UploadState::Receiving,
        };
        let path = self.part(upload.id);
        OpenOptions::new().write(true).create_new(true).open(&path).map_err(|e| failed(&path, e))?;
        self.save(&upload)?;
        Ok(upload)
    }

    /// One upload.
    ///
    /// # Errors
    /// There is none of that number; the disk's own.
    pub fn status(&self, id: UploadId) -> Result<Upload, StagingError> {
        let path = self.sidecar(id);
        match read(&path) {
            Ok(upload) => Ok(upload),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(StagingError::Unknown { id }),
            Err(error) => Err(failed(&path, error)),
        }
    }

    /// All uploads, the oldest first. What cannot be read is left out.
    ///
    /// # Errors
    /// The disk's own.
    pub fn list(&self) -> Result<Vec<Upload>, StagingError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder, error)),
        };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let sidecars = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
        let mut uploads: Vec<Upload> = sidecars.filter_map(|path| read(&path).ok()).collect();
        uploads.sort_by_key(|upload| (upload.created_at, upload.id));
        Ok(uploads)
    }

    /// Begins to take a piece that starts at byte `offset`. Nobody else can until it is finished or dropped.
    ///
    /// # Errors
    /// Unknown, complete, being written by somebody else, or another byte is next; the disk's own.
    pub fn append(self: &Arc<Self>, id: UploadId, offset: u64, now: DateTime<Utc>) -> Result<Appender, StagingError> {
        let path = self.part(id);
        let unopened = |error: io::Error| match error.kind() {
            // What was taken in has left its bytes to the library.
            ErrorKind::NotFound => self.status(id).err().unwrap_or(StagingError::Complete { id }),
            _ => failed(&path, error),
        };
        let file = OpenOptions::new().write(true).open(&path).map_err(unopened)?;
        let file = Taken::lock(file).ok_or(StagingError::Busy { id })?;
        let mut upload = self.status(id)?;
        if upload.state != UploadState::Receiving {
            return Err(StagingError::Complete { id });
        }
        // A disk that lost what it had promised is believed, too.
        let there = file.metadata().map_err(|e| failed(&path, e))?.len();
        upload.received = upload.received.min(there);
        if offset != upload.received {
            return Err(StagingError::WrongOffset { expected: upload.received, given: offset });
        }
        file.set_len(offset).map_err(|e| failed(&path, e))?;
        upload.touched_at = now;
        Appender::new(Arc::clone(self), file, upload)
    }

    /// Where the bytes of an upload are, for whoever measures them.
    #[must_use]
    pub fn part(&self, id: UploadId) -> PathBuf {
        self.folder.join(format!("{id}.part"))
    }

    /// Writes down what became of an upload. Its bytes go: they are in the library, or nobody wants them.
    ///
    /// # Errors
    /// It is unknown; the disk's own.
    pub fn conclude(&self, id: UploadId, state: UploadState, now: DateTime<Utc>) -> Result<Upload, StagingError> {
        let upload = Upload { state, touched_at: now, ..self.status(id)? };
        self.save(&upload)?;
        remove(&self.part(id))?;
        Ok(upload)
    }

    /// Forgets an upload, whatever became of it.
    ///
    /// # Errors
    /// Unknown, or being written or measured; the disk's own.
    pub fn abandon(&self, id: UploadId) -> Result<Upload, StagingError> {
        let upload = self.status(id)?;
        let file = File::open(self.part(id)).ok();
        let _taken = file.map(|file| Taken::lock(file).ok_or(StagingError::Busy { id })).transpose()?;
        self.forget(id)?;
        Ok(upload)
    }

    /// Removes what nobody came back for, and the oldest outcomes beyond the bound.
    ///
    /// # Errors
    /// The disk's own.
    pub fn sweep(&self, now: DateTime<Utc>) -> Result<(), StagingError> {
        // Who looks which there are while one is being made would take its bytes for nobody's.
        let _counting = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
        self.sweep_counted(now)
    }

    fn sweep_counted(&self, now: DateTime<Utc>) -> Result<(), StagingError> {
        let uploads = self.list()?;
        let finished = uploads.iter().filter(|upload| upload.is_finished()).count();
        let mut beyond = finished.saturating_sub(FINISHED_MAX);
        for upload in &uploads {
            let old = now - upload.touched_at > AGE_MAX && upload.state != UploadState::Complete;
            let crowded = upload.is_finished() && beyond > 0;
            if old || crowded {
                beyond -= usize::from(crowded);
                match self.abandon(upload.id) {
                    Ok(_) | Err(StagingError::Busy { .. } | StagingError::Unknown { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        self.sweep_orphans(&uploads)
    }

    /// Bytes without a description: a crash between making the two. Only this process makes them, under the lock that is held here
    /// since before `known` was read.
    fn sweep_orphans(&self, known: &[Upload]) -> Result<(), StagingError> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(()) };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let part = path.extension().is_some_and(|ending| ending == "part");
            let id = path.file_stem().and_then(|stem| stem.to_str()?.parse::<UploadId>().ok());
            if part && id.is_none_or(|id| !known.iter().any(|upload| upload.id == id)) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    fn forget(&self, id: UploadId) -> Result<(), StagingError> {
        remove(&self.sidecar(id))?;
        remove(&self.part(id))
    }

    fn sidecar(&self, id: UploadId) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    /// Replaces the description of an upload; after a crash it is the old one or the new one.
    fn save(&self, upload: &Upload) -> Result<(), StagingError> {
        let path = self.sidecar(upload.id);
        let new = path.with_extension("new");
        let written = serde_json::to_vec(upload).map_err(io::Error::from).and_then(|bytes| {
            let mut file = File::create(&new)?;
            io::Write::write_all(&mut file, &bytes)?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            File::open(&self.folder)?.sync_all()
        });
        written.map_err(|error| failed(&path, error))
    }
}

/// A file that nobody else may write meanwhile. Let go by name when dropped: closing it would not do, for a process that is
/// being started at that very moment holds a copy of every open file until it has begun.
#[derive(Debug)]
struct Taken(File);

impl Taken {
    /// None if somebody else has it.
    fn lock(file: File) -> Option<Self> {
        rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).ok()?;
        Some(Self(file))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        // Fails only if it was not locked.
        let _ = rustix::fs::flock(&self.0, FlockOperation::Unlock);
    }
}

impl std::ops::Deref for Taken {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0
    }
}

impl std::ops::DerefMut for Taken {
    fn deref_mut(&mut self) -> &mut File {
        &mut self.0
    }
}

fn read(path: &Path) -> io::Result<Upload> {
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(file, SIDECAR_BYTES_MAX), &mut bytes)?;
    serde_json::from_slice(&bytes).map_err(io::Error::from)
}

fn remove(path: &Path) -> Result<(), StagingError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(path, error)),
        _ => Ok(()),
    }
}

/// A file's name as it is shown: what cannot be seen or would break a line is left out. It never becomes a path.
fn shown(name: &str) -> String {
    let seen = name.chars().filter(|letter| !letter.is_control() && !is_unseen(*letter));
    seen.take(NAME_MAX).collect()
}

pub(super) fn failed(path: &Path, source: io::Error) -> StagingError {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StagingError::DiskFull { needed_bytes: 0, free_bytes: 0 },
        _ => StagingError::Disk { path: path.to_owned(), source },
    }
}
