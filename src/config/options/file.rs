//! The files that the console writes: whole or not at all, and durable before it is said that they are saved.

use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::changes::SettingsError;
use super::{HOLIDAYS_NAME, SETTINGS_NAME};

/// What the console has saved, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version(blake3::Hash);

impl Version {
    /// Of what is saved in this folder.
    pub(super) fn of(folder: &Path) -> Result<Self, SettingsError> {
        let mut hasher = blake3::Hasher::new();
        for name in [SETTINGS_NAME, HOLIDAYS_NAME] {
            let text = read(&folder.join(name))?;
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        Ok(Self(hasher.finalize()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_hex()[..32])
    }
}

/// A file of the console; empty if it never wrote it.
pub(super) fn read(file: &Path) -> Result<String, SettingsError> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(text),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(String::new()),
        Err(source) => Err(SettingsError::File { doing: "read", file: file.to_owned(), source }),
    }
}

/// Puts a text in the place of a file. After a power cut there is the old one or the new one.
pub(super) fn write(file: &Path, text: &str) -> Result<(), SettingsError> {
    let failed = |source| SettingsError::File { doing: "write", file: file.to_owned(), source };
    let folder: PathBuf = file.parent().map(PathBuf::from).unwrap_or_default();
    let mut new = tempfile::Builder::new().prefix(".settings-").tempfile_in(&folder).map_err(failed)?;
    new.write_all(text.as_bytes()).and_then(|()| new.as_file().sync_all()).map_err(failed)?;
    // Readable by the group, which may operate the station and so runs `loa check`.
    let rights = std::os::unix::fs::PermissionsExt::from_mode(0o640);
    new.as_file().set_permissions(rights).map_err(failed)?;
    new.persist(file).map_err(|error| failed(error.error))?;
    File::open(&folder).and_then(|folder| folder.sync_all()).map_err(failed)
}
