//! The audio of the library, each file under the digest of its bytes.
//!
//! `ab/abcd...` holds the audio whose digest begins with `ab`, `ab/abcd....wave` its waveform, `incoming/` what is being
//! copied. A file appears under its name only when it is whole, verified and on the disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::FlockOperation;

use crate::domain::clip::Digest;

use super::analyse::digest_of;
use super::error::ImportError;
use super::waveform::Waveform;

/// Room left free on the disk for the log and the database, which must never wait for audio.
pub const RESERVE_BYTES: u64 = 64 * 1024 * 1024;

const INCOMING: &str = "incoming";
const COPY_BYTES: usize = 256 * 1024;
/// Tries to make a file in `incoming/` that nobody else has or takes away.
const INCOMING_TRIES_MAX: u32 = 16;

/// What [`ContentStore::put`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Size of the audio.
    pub bytes: u64,
    /// Whether it was there before.
    pub known: bool,
}

/// A folder of audio, named by digest.
#[derive(Debug)]
pub struct ContentStore {
    folder: PathBuf,
}

impl ContentStore {
    /// Opens the store in `folder`, making it if need be, and removes what an interrupted import left half copied.
    ///
    /// # Errors
    /// When the folder cannot be made, read or written.
    pub fn open(folder: &Path) -> Result<Self, ImportError> {
        let store = Self { folder: folder.to_owned() };
        let incoming = store.folder.join(INCOMING);
        fs::create_dir_all(&incoming).map_err(|e| failed(&incoming, e))?;
        for entry in fs::read_dir(&incoming).map_err(|e| failed(&incoming, e))? {
            let path = entry.map_err(|e| failed(&incoming, e))?.path();
            if abandoned(&path) {
                // Gone already is as good; kept by a read-only disk is no reason not to play.
                drop(fs::remove_file(&path));
            }
        }
        Ok(store)
    }

    /// Where the audio of this digest is, or would be.
    #[must_use]
    pub fn path_of(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    fn waveform_path_of(&self, digest: &Digest) -> PathBuf {
        self.path_of(digest).with_extension("wave")
    }

    /// Whether the audio is there. Says nothing about its bytes: see [`ContentStore::verify`].
    #[must_use]
    pub fn contains(&self, digest: &Digest) -> bool {
        self.path_of(digest).is_file()
    }

    /// Copies a recording into the store, verifying on the way that its bytes have this digest. After a crash at any
    /// point the store holds it whole or not at all.
    ///
    /// # Errors
    /// When there is no room (told before anything is written, with what is needed and what is free), the source cannot
    /// be read or has other bytes by now, or writing fails.
    pub fn put(&self, source: &Path, digest: &Digest) -> Result<Stored, ImportError> {
        let unreadable = |error| ImportError::Read { path: source.to_owned(), source: error };
        let mut from = File::open(source).map_err(unreadable)?;
        let bytes = from.metadata().map_err(unreadable)?.len();
        // What is there but has been altered is replaced: importing again is the remedy for it.
        if self.verify(digest).is_ok() {
            return Ok(Stored { bytes, known: true });
        }
        self.room_for(bytes)?;
        let mut incoming = self.incoming()?;
        let copied = incoming.copy(&mut from, source)?;
        if copied != *digest {
            return Err(ImportError::Changed { path: source.to_owned() });
        }
        self.place(incoming, &self.path_of(digest))?;
        Ok(Stored { bytes, known: false })
    }

    /// Takes a file of the same disk into the store as it is, which needs no room and no copying. The caller has measured this
    /// very file and nobody writes to it. If the audio is there already, the file stays where it is.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn adopt(&self, source: &Path, digest: &Digest) -> Result<Stored, ImportError> {
        let file = File::open(source).map_err(|e| ImportError::Read { path: source.to_owned(), source: e })?;
        let bytes = file.metadata().map_err(|e| failed(source, e))?.len();
        if self.verify(digest).is_ok() {
            return Ok(Stored { bytes, known: true });
        }
        self.settle(&file, source, &self.path_of(digest))?;
        Ok(Stored { bytes, known: false })
    }

    /// A new file for about so many bytes, to be written and then [settled](Self::settle_incoming). Else it goes when it is dropped, or,
    /// after a crash, when a store is opened next.
    ///
    /// # Errors
    /// When there is no room, or the disk refuses.
    pub fn begin(&self, bytes: u64) -> Result<Incoming<'_>, ImportError> {
        self.room_for(bytes)?;
        self.incoming()
    }

    /// Keeps what was written as the audio of this digest, which the caller has measured on it. Audio that is there already stays.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn settle_incoming(&self, incoming: Incoming<'_>, digest: &Digest) -> Result<(), ImportError> {
        if self.verify(digest).is_ok() {
            return Ok(());
        }
        self.place(incoming, &self.path_of(digest))
    }

    /// Keeps the waveform beside the audio, in place of any other.
    ///
    /// # Errors
    /// When writing fails.
    pub fn put_waveform(&self, digest: &Digest, waveform: &Waveform) -> Result<(), ImportError> {
        let bytes = waveform.to_bytes();
        self.room_for(bytes.len() as u64)?;
        let mut incoming = self.incoming()?;
        incoming.file.write_all(&bytes).map_err(|e| self.unwritten(&incoming.path, bytes.len() as u64, e))?;
        self.place(incoming, &self.waveform_path_of(digest))
    }

    /// The waveform beside the audio.
    ///
    /// # Errors
    /// When there is none, it cannot be read, or it is none.
    pub fn waveform(&self, digest: &Digest) -> Result<Waveform, ImportError> {
        let path = self.waveform_path_of(digest);
        match fs::read(&path) {
            Ok(bytes) => Waveform::from_bytes(&bytes).ok_or(ImportError::Waveform { path }),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(ImportError::Missing { digest: *digest }),
            Err(source) => Err(ImportError::Read { path, source }),
        }
    }

    /// Removes the audio and its waveform; what is not there needs no removing.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn remove(&self, digest: &Digest) -> Result<(), ImportError> {
        for path in [self.waveform_path_of(digest), self.path_of(digest)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&path, error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads the audio again and compares its bytes with its name.
    ///
    /// # Errors
    /// When it is missing, cannot be read, or has changed.
    pub fn verify(&self, digest: &Digest) -> Result<(), ImportError> {
        if !self.contains(digest) {
            return Err(ImportError::Missing { digest: *digest });
        }
        let found = digest_of(&self.path_of(digest))?;
        if found == *digest { Ok(()) } else { Err(ImportError::Altered { digest: *digest, found }) }
    }

    fn room_for(&self, bytes: u64) -> Result<(), ImportError> {
        let needed_bytes = bytes.saturating_add(RESERVE_BYTES);
        let free_bytes = self.free_bytes()?;
        if free_bytes < needed_bytes {
            return Err(ImportError::DiskFull { folder: self.folder.clone(), needed_bytes, free_bytes });
        }
        Ok(())
    }

    fn free_bytes(&self) -> Result<u64, ImportError> {
        free_bytes(&self.folder).map_err(|error| failed(&self.folder, error))
    }

    /// A new file in `incoming/`, locked for as long as it is open: what nobody has locked is abandoned.
    fn incoming(&self) -> Result<Incoming<'_>, ImportError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let mut last = io::Error::from(ErrorKind::AlreadyExists);
        let folder = self.folder.join(INCOMING);
        for _ in 0..INCOMING_TRIES_MAX {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{}-{number}", std::process::id()));
            let file = match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    last = error;
                    continue;
                }
                Err(error) => return Err(failed(&path, error)),
            };
            let locked = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok();
            // Between making and locking it a store that opens may have taken it for abandoned.
            if locked && file.metadata().is_ok_and(|file| file.nlink() > 0) {
                return Ok(Incoming { store: self, path, file, placed: false });
            }
        }
        Err(failed(&folder, last))
    }

    /// Gives a finished file its name. Its bytes reach the disk before the name does, and the name before this returns.
    fn place(&self, mut incoming: Incoming<'_>, path: &Path) -> Result<(), ImportError> {
        self.settle(&incoming.file, &incoming.path, path)?;
        incoming.placed = true;
        Ok(())
    }

    fn settle(&self, file: &File, from: &Path, path: &Path) -> Result<(), ImportError> {
        let folder = path.parent().unwrap_or(&self.folder);
        file.sync_all().map_err(|e| failed(from, e))?;
        let new = match fs::create_dir(folder) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            Err(error) => return Err(failed(folder, error)),
        };
        fs::rename(from, path).map_err(|e| failed(path, e))?;
        sync_folder(folder)?;
        if new { sync_folder(&self.folder) } else { Ok(()) }
    }

    /// A failed write, which on a full disk is told as that.
    fn unwritten(&self, path: &Path, bytes: u64, error: io::Error) -> ImportError {
        let full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge);
        if !full {
            return failed(path, error);
        }
        let free_bytes = self.free_bytes().unwrap_or(0);
        let needed_bytes = bytes.saturating_add(RESERVE_BYTES);
        ImportError::DiskFull { folder: self.folder.clone(), needed_bytes, free_bytes }
    }
}

/// A file on its way in. Dropped without having been given its name, it goes.
#[derive(Debug)]
pub struct Incoming<'a> {
    store: &'a ContentStore,
    path: PathBuf,
    file: File,
    placed: bool,
}

impl Incoming<'_> {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// To be written.
    #[must_use]
    pub const fn file(&self) -> &File {
        &self.file
    }

    fn copy(&mut self, from: &mut File, source: &Path) -> Result<Digest, ImportError> {
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; COPY_BYTES];
        let bytes = from.metadata().map_or(0, |file| file.len());
        loop {
            let read = match from.read(&mut buffer) {
                Ok(0) => return Ok(Digest(*hasher.finalize().as_bytes())),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(ImportError::Read { path: source.to_owned(), source: error }),
            };
            hasher.update(&buffer[..read]);
            self.file.write_all(&buffer[..read]).map_err(|e| self.store.unwritten(&self.path, bytes, e))?;
        }
    }
}

impl Drop for Incoming<'_> {
    fn drop(&mut self) {
        if !self.placed {
            // What stays behind is removed when the store is opened next.
            drop(fs::remove_file(&self.path));
        }
    }
}

/// Whether nobody is copying into this file any more: whoever does holds its lock.
fn abandoned(path: &Path) -> bool {
    let Ok(file) = OpenOptions::new().write(true).open(path) else { return false };
    rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

fn sync_folder(folder: &Path) -> Result<(), ImportError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| failed(folder, e))
}

fn failed(path: &Path, source: io::Error) -> ImportError {
    ImportError::Write { path: path.to_owned(), source }
}

/// Bytes that are free for this user on the disk of a folder.
///
/// # Errors
/// It is not there, or not to be asked.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}
