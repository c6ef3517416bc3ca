//! Copies as the console shows them, and one that a browser takes away.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::sync::OwnedSemaphorePermit;

use super::keeper::{BackupState, copies_in};
use super::{blocking, failed};
use crate::desk::error::DeskError;
use crate::desk::{Desk, Who, seats};
use crate::domain::backup::name_of;
use crate::domain::time::Now;

/// The daily copies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DailyCopies {
    /// How the last try went.
    pub last: BackupState,
    /// Name and size of each that is there, the newest first.
    pub copies: Vec<(String, u64)>,
}

/// A copy, or a bundle, made to be taken away; deleted when it is dropped.
#[derive(Debug)]
pub struct CopyToTake {
    path: PathBuf,
    name: String,
    _folder: TempDir,
    _seat: OwnedSemaphorePermit,
}

impl CopyToTake {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is called when it is taken away.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Desk {
    /// How the daily copies stand.
    ///
    /// # Errors
    /// The system's own.
    pub async fn daily_copies(&self) -> Result<DailyCopies, DeskError> {
        let last = self.backups.borrow().clone();
        let Some(folder) = self.config.backup.folder.clone() else {
            return Ok(DailyCopies { last, copies: Vec::new() });
        };
        let copies = blocking(move || {
            let mut made = copies_in(&folder);
            made.sort_unstable_by(|a, b| b.cmp(a));
            let sized = made.into_iter().map(|made| {
                let name = name_of(made);
                let bytes = std::fs::metadata(folder.join(&name)).map_or(0, |file| file.len());
                (name, bytes)
            });
            Ok(sized.collect())
        });
        Ok(DailyCopies { last, copies: copies.await? })
    }

    /// Makes a copy for a person to take away. One at a time: each needs as much room on the disk as the records and clips do.
    ///
    /// # Errors
    /// Another is being taken; the disk is full; the database's own.
    pub async fn copy_to_take(&self, who: &Who, clips: bool, now: Now) -> Result<CopyToTake, DeskError> {
        let copy =
            self.place_for_copy(name_of(now.wall.with_timezone(&self.config.station.time_zone).naive_local()))?;
        self.backup_for(who, &copy.path, clips, now).await?;
        Ok(copy)
    }

    /// A place for a file of this name, made to be taken away. One at a time.
    pub(in crate::desk) fn place_for_copy(&self, name: String) -> Result<CopyToTake, DeskError> {
        let busy = "somebody is taking a copy already; try again when that is done";
        let seat = seats::take(&self.seats.copies, busy, "copy_under_way", 30)?;
        let data = &self.config.data.folder;
        let folder = tempfile::Builder::new().prefix(".loa-copy-").tempdir_in(data);
        let folder = folder.map_err(|error| failed("make a folder in", data, &error))?;
        Ok(CopyToTake { path: folder.path().join(&name), name, _folder: folder, _seat: seat })
    }
}
