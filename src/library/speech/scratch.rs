//! A folder to work in that goes when it is dropped; what a power cut left goes when the next one is made.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use rustix::fs::FlockOperation;
use tempfile::TempDir;

/// What its name begins with.
const PREFIX: &str = ".loa-speech-";

/// A folder of its own. Locked for as long as somebody works in it: what nobody has locked is abandoned.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    /// A new one within `folder`, from which abandoned ones go.
    pub(super) fn within(folder: &Path) -> io::Result<Self> {
        sweep(folder)?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder)?;
        let lock = File::open(folder.path())?;
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Self { folder, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let path = entry.path();
        let abandoned = File::open(&path)
            .is_ok_and(|lock| rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok());
        if abandoned && let Err(error) = fs::remove_dir_all(&path) {
            tracing::debug!(%error, "what a text that was read aloud left behind cannot be removed");
        }
    }
    Ok(())
}
