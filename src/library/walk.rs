//! Which files an operator means by a list of files and folders.

use std::collections::HashSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::error::ImportError;

/// The most files of one import.
pub const FILES_MAX: usize = 100_000;
/// Folders inside folders.
const DEPTH_MAX: usize = 64;

/// A file to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    /// Named by the operator, not found in a folder: what is wrong with it is an error, not a thing to pass over.
    pub(super) named: bool,
}

/// Why something in a folder was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// Its name begins with a dot: what a system puts there for itself.
    Hidden,
    /// A device, a pipe, a socket.
    Special,
    /// A folder that was walked already, by another way: a link in a circle.
    Seen,
    /// Too deep.
    TooDeep,
    /// Cannot be read, or a link to nothing.
    Unreadable,
    /// Not audio.
    NotAudio,
}

impl std::fmt::Display for Skip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Hidden => "hidden",
            Self::Special => "not a file",
            Self::Seen => "a link to a folder already searched",
            Self::TooDeep => "too many folders inside each other",
            Self::Unreadable => "cannot be read",
            Self::NotAudio => "not audio",
        })
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: Vec<Candidate>,
    pub(super) skipped: Vec<(PathBuf, Skip)>,
}

/// Files as named, and those in the folders named, each folder in the order of its names. A file met twice comes once.
pub(super) fn walk(paths: &[PathBuf]) -> Result<Found, ImportError> {
    let mut walk = Walk::default();
    for path in paths {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => walk.folder(path, 0)?,
            // Named and unreadable: the analysis says best what is wrong.
            metadata => walk.file(path, metadata.ok(), true)?,
        }
    }
    Ok(walk.found)
}

#[derive(Default)]
struct Walk {
    found: Found,
    /// Folders and files met, by device and number.
    seen: HashSet<(u64, u64)>,
}

impl Walk {
    fn file(&mut self, path: &Path, metadata: Option<fs::Metadata>, named: bool) -> Result<(), ImportError> {
        if let Some(metadata) = &metadata
            && !self.seen.insert((metadata.dev(), metadata.ino()))
        {
            return Ok(());
        }
        if self.found.files.len() >= FILES_MAX {
            return Err(ImportError::TooManyFiles { path: path.to_owned(), most: FILES_MAX });
        }
        let bytes = metadata.map_or(0, |metadata| metadata.len());
        self.found.files.push(Candidate { path: path.to_owned(), bytes, named });
        Ok(())
    }

    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), ImportError> {
        let paths = match self.entries(folder, depth) {
            Ok(paths) => paths,
            Err(why) => {
                self.skip(folder, why);
                return Ok(());
            }
        };
        for path in paths {
            let hidden = path.file_name().is_some_and(|name| name.as_bytes().starts_with(b"."));
            match fs::metadata(&path) {
                _ if hidden => self.skip(&path, Skip::Hidden),
                Ok(metadata) if metadata.is_dir() => self.folder(&path, depth + 1)?,
                Ok(metadata) if metadata.is_file() => self.file(&path, Some(metadata), false)?,
                Ok(_) => self.skip(&path, Skip::Special),
                Err(_) => self.skip(&path, Skip::Unreadable),
            }
        }
        Ok(())
    }

    /// What is in a folder, by name.
    fn entries(&mut self, folder: &Path, depth: usize) -> Result<Vec<PathBuf>, Skip> {
        if depth > DEPTH_MAX {
            return Err(Skip::TooDeep);
        }
        let metadata = fs::metadata(folder).map_err(|_| Skip::Unreadable)?;
        if !self.seen.insert((metadata.dev(), metadata.ino())) {
            return Err(Skip::Seen);
        }
        let entries = fs::read_dir(folder).map_err(|_| Skip::Unreadable)?;
        let mut paths: Vec<_> = entries.take(FILES_MAX + 1).filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        Ok(paths)
    }

    fn skip(&mut self, path: &Path, why: Skip) {
        self.found.skipped.push((path.to_owned(), why));
    }
}
