//! Copies of a station: database, settings, and the clips' audio if wanted. Made from what a moment held, without ever being
//! in the way of whoever writes; put back only after it was proved that everything is in it.
//!
//! A copy is a folder, or one `.zip` of the same files. Its `backup.json` says what belongs to it, with sizes and digests.

mod keeper;
mod pack;
mod restore;
mod taken;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

pub use keeper::{BackupState, Keeper};
pub use restore::{Restored, restore};
pub use taken::{CopyToTake, DailyCopies};

use super::error::{DeskError, ErrorKind};
use super::{Desk, Who};
use crate::config::SETTINGS_NAME;
use crate::domain::time::Now;
use crate::store::{ClipFilter, DATABASE_NAME, MARK_NAME};

/// Name of the list in a copy.
const MANIFEST_NAME: &str = "backup.json";
/// The form of copies that this program writes and reads.
const FORMAT: u32 = 1;
/// The station's own file as it was, to look at; it is never read again by itself.
const STATION_FILE: &str = "station.toml";
/// The holidays that the console keeps.
const HOLIDAYS_FILE: &str = "holidays.toml";
/// The files of a copy besides clips. Those that a station does not have are not in its copy.
const FILES: [&str; 5] = [DATABASE_NAME, MARK_NAME, SETTINGS_NAME, HOLIDAYS_FILE, STATION_FILE];
/// The folder of the clips' audio within a copy.
const CLIPS: &str = "clips";

/// What a copy holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the copy.
    pub format: u32,
    /// Version of the program that made it.
    pub loa: String,
    /// When.
    pub made: DateTime<Utc>,
    /// Of which station.
    pub station: String,
    /// Records of the log.
    pub records: u64,
    /// The hash of the newest; none in an empty log.
    pub head: Option<String>,
    /// The files besides clips, by name.
    pub files: BTreeMap<String, FileEntry>,
    /// Clips whose audio is in it.
    pub clips: u64,
    /// Clips of the library whose audio was not there to be copied.
    pub clips_missing: u64,
}

/// A file of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 over all of it.
    pub digest: String,
}

impl Desk {
    /// Makes a copy of everything at `to`, which is not there yet: a `.zip`, or else a folder. It appears under its name only
    /// when it is whole and on the disk.
    ///
    /// # Errors
    /// There is something at `to`; the disk is full; the database's own.
    pub async fn backup(&self, to: &Path, clips: bool, now: Now) -> Result<Manifest, DeskError> {
        if to.exists() {
            let text = format!("{} is there already; name a file or folder that is not", to.display());
            return Err(DeskError::new(ErrorKind::Conflict, text));
        }
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let made = tempfile::Builder::new().prefix(".loa-backup-").tempdir_in(parent);
        let made = made.map_err(|error| failed("make a folder in", parent, &error))?;
        let copied = self.store.copy_into(made.path()).await?;
        let mut wanted: Vec<PathBuf> = Vec::new();
        let mut clips_missing = 0;
        if clips {
            for clip in self.store.clips(&ClipFilter::default()).await? {
                let name = clip.audio.digest.to_string();
                let path = PathBuf::from(&name[..2]).join(&name);
                if self.clips.join(&path).is_file() { wanted.push(path) } else { clips_missing += 1 }
            }
        }
        let manifest = Manifest {
            format: FORMAT,
            loa: env!("CARGO_PKG_VERSION").to_owned(),
            made: now.wall,
            station: self.config.station.name.clone(),
            records: copied.records,
            head: copied.head.map(|head| head.to_string()),
            files: BTreeMap::new(),
            clips: wanted.len() as u64,
            clips_missing,
        };
        let job = pack::Job {
            made,
            to: to.to_owned(),
            data: self.config.data.folder.clone(),
            station_file: self.config.file.clone(),
            clips_from: self.clips.clone(),
            clips: wanted,
            manifest,
        };
        blocking(move || job.perform()).await
    }

    /// The same, asked for by a person and written down.
    ///
    /// # Errors
    /// As [`Desk::backup`].
    pub async fn backup_for(&self, who: &Who, to: &Path, clips: bool, now: Now) -> Result<Manifest, DeskError> {
        let manifest = self.backup(to, clips, now).await?;
        let after = serde_json::json!({ "records": manifest.records, "head": manifest.head, "clips": manifest.clips });
        self.audit(who, "backup.make", "station".to_owned(), [None, Some(after)], now).await?;
        Ok(manifest)
    }
}

/// On a thread that may wait for the disk.
async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, DeskError> + Send + 'static,
) -> Result<T, DeskError> {
    let done = tokio::task::spawn_blocking(job).await;
    done.map_err(|error| DeskError::new(ErrorKind::Failed, format!("the copying broke: {error}")))?
}

fn failed(doing: &str, path: &Path, error: &dyn std::fmt::Display) -> DeskError {
    let text = format!("cannot {doing} {}; is there room, and the right to write?", path.display());
    DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
}

/// The folder in which something is being made, until it is put in its place.
type Made = TempDir;
