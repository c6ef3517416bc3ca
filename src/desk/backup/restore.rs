//! Putting a copy back: into an empty data folder, and only after everything in it was proved.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use super::pack::{copy, digest_of, settle};
use super::{CLIPS, FILES, FORMAT, MANIFEST_NAME, Manifest, blocking, failed};
use crate::desk::error::{DeskError, ErrorKind};
use crate::domain::clip::Digest;
use crate::domain::time::Now;
use crate::library::ContentStore;
use crate::store::{ClipFilter, DATABASE_NAME, DataLock, OpenAs, Settings, Store};

/// The longest list of a copy, in bytes.
const MANIFEST_BYTES_MAX: u64 = 1024 * 1024;

/// What was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// What the copy said of itself.
    pub manifest: Manifest,
    /// Records of the log that were followed from the first to the last.
    pub verified: u64,
    /// Clips whose audio is there again.
    pub clips: u64,
    /// Clips whose audio was neither in the copy nor beside it.
    pub clips_missing: Vec<String>,
}

/// Puts the copy at `from` into a data folder that has no database. The chain of the log is followed and every file compared
/// with its digest before anything gets its name; after a failure the folder is as it was.
///
/// # Errors
/// The folder is in use or not empty; the copy is damaged, incomplete or from a newer program.
pub async fn restore(from: &Path, folder: &Path, settings: Settings, now: Now) -> Result<Restored, DeskError> {
    fs::create_dir_all(folder).map_err(|error| failed("make", folder, &error))?;
    let _lock = DataLock::take(folder, now.wall)?;
    if folder.join(DATABASE_NAME).exists() {
        let text = format!("{} holds a station already; a copy goes into an empty data folder", folder.display());
        let hint = "move what is there away first (keep it: it may be evidence), or give another folder with --data";
        return Err(DeskError::new(ErrorKind::Conflict, text).hint(hint));
    }
    let made = tempfile::Builder::new().prefix(".loa-restore-").tempdir_in(folder);
    let made = made.map_err(|error| failed("make a folder in", folder, &error))?;
    let (source, into) = (from.to_owned(), made.path().to_owned());
    let manifest = blocking(move || Copy::open(&source)?.unpack(&into)).await?;

    // Also brings a copy of an older program up to date.
    let store = Store::open(made.path(), OpenAs::Desk, settings).await?;
    let verified = match store.verify().await? {
        Ok(verified) => verified.entries,
        Err(broken) => {
            let text = format!(
                "the log in {} is not what was written: record {}: {}",
                from.display(),
                broken.seq,
                broken.fault
            );
            return Err(DeskError::refused(text).hint("take an older copy; keep this one as evidence"));
        }
    };
    let digests: Vec<Digest> =
        store.clips(&ClipFilter::default()).await?.iter().map(|clip| clip.audio.digest).collect();
    store.close().await;

    let (source, clips) = (from.to_owned(), folder.join(CLIPS));
    let (found, clips_missing) = blocking(move || Copy::open(&source)?.clips(&clips, &digests)).await?;
    // The database last: with it the folder becomes a station's.
    for name in FILES.into_iter().rev() {
        let (file, place) = (made.path().join(name), folder.join(name));
        if file.exists() {
            fs::rename(&file, &place).map_err(|error| failed("write", &place, &error))?;
        }
    }
    settle(&folder.join(DATABASE_NAME))?;
    Ok(Restored { manifest, verified, clips: found, clips_missing })
}

/// A copy that is being read.
enum Copy {
    Folder(PathBuf),
    Zip { archive: Box<ZipArchive<File>>, path: PathBuf },
}

impl Copy {
    fn open(path: &Path) -> Result<Self, DeskError> {
        if path.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        let file = File::open(path).map_err(|error| failed("read", path, &error))?;
        let archive = ZipArchive::new(file).map_err(|error| damaged(path, &error.to_string()))?;
        Ok(Self::Zip { archive: Box::new(archive), path: path.to_owned() })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Folder(path) | Self::Zip { path, .. } => path,
        }
    }

    /// Takes the files besides clips out, each compared with what the list says of it.
    fn unpack(mut self, into: &Path) -> Result<Manifest, DeskError> {
        let from = self.path().to_owned();
        let list = into.join(MANIFEST_NAME);
        if !self.take(MANIFEST_NAME, &list, MANIFEST_BYTES_MAX)? {
            return Err(damaged(&from, "there is no backup.json in it"));
        }
        let text = fs::read_to_string(&list).map_err(|error| failed("read", &list, &error))?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| damaged(&from, &error.to_string()))?;
        if manifest.format > FORMAT {
            let text =
                format!("{} was made by Loa {}; restore it with that or a newer program", from.display(), manifest.loa);
            return Err(DeskError::refused(text));
        }
        if !manifest.files.contains_key(DATABASE_NAME) {
            return Err(damaged(&from, "there is no database in it"));
        }
        for (name, entry) in &manifest.files {
            // Nothing but what a copy holds can get out of it, whatever its list names.
            let Some(name) = FILES.into_iter().find(|known| known == name) else {
                return Err(damaged(&from, &format!("it names `{name}`, which belongs to no copy")));
            };
            let file = into.join(name);
            if !self.take(name, &file, entry.bytes)? {
                return Err(damaged(&from, &format!("`{name}` is missing")));
            }
            let (bytes, digest) = digest_of(&file)?;
            if (bytes, &digest) != (entry.bytes, &entry.digest) {
                return Err(damaged(&from, &format!("`{name}` is not what was written")));
            }
        }
        Ok(manifest)
    }

    /// Puts the audio of these clips into a store of content; what is not in the copy is looked for in a folder beside it.
    fn clips(mut self, into: &Path, digests: &[Digest]) -> Result<(u64, Vec<String>), DeskError> {
        let content = ContentStore::open(into)?;
        let beside = self.path().parent().map(|parent| parent.join(CLIPS)).unwrap_or_default();
        let room = tempfile::tempdir_in(into).map_err(|error| failed("make a folder in", into, &error))?;
        let (mut found, mut missing) = (0, Vec::new());
        for digest in digests {
            let name = digest.to_string();
            let below = format!("{}/{name}", &name[..2]);
            let taken = room.path().join("clip");
            let source =
                if self.take(&format!("{CLIPS}/{below}"), &taken, u64::MAX)? { taken } else { beside.join(&below) };
            // The content store proves the digest as it copies.
            if source.is_file() && content.put(&source, digest).is_ok() { found += 1 } else { missing.push(name) }
        }
        Ok((found, missing))
    }

    /// Copies an entry out, at most so many bytes of it; false if there is none.
    fn take(&mut self, name: &str, into: &Path, bytes_max: u64) -> Result<bool, DeskError> {
        match self {
            Self::Folder(folder) => {
                let file = folder.join(name);
                if !file.is_file() {
                    return Ok(false);
                }
                copy(&file, into).map(|()| true)
            }
            Self::Zip { archive, path } => {
                let entry = match archive.by_name(name) {
                    Ok(entry) => entry,
                    Err(zip::result::ZipError::FileNotFound) => return Ok(false),
                    Err(error) => return Err(damaged(path, &error.to_string())),
                };
                let mut file = File::create(into).map_err(|error| failed("write", into, &error))?;
                // One byte more than allowed shows in its size, and is refused with it.
                let copied = io::copy(&mut entry.take(bytes_max.saturating_add(1)), &mut file);
                copied.map_err(|error| damaged(path, &error.to_string()))?;
                Ok(true)
            }
        }
    }
}

fn damaged(path: &Path, why: &str) -> DeskError {
    let text = format!("{} is no whole copy of a station", path.display());
    DeskError { causes: vec![why.to_owned()], ..DeskError::refused(text).hint("take another copy") }
}
