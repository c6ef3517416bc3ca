//! The station's key. It is made at its first use and stays in the data folder.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};

use crate::desk::error::{DeskError, ErrorKind};

/// Name of the secret key in the data folder.
const NAME: &str = "station.key";
/// The most bytes of the file.
const BYTES_MAX: u64 = 200;
/// Rights that others than the owner have.
const OTHERS: u32 = 0o077;

/// The key with which the station signs.
pub struct StationKey {
    secret: SigningKey,
}

impl std::fmt::Debug for StationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The secret stays where it is.
        f.debug_struct("StationKey").field("public", &self.public()).finish_non_exhaustive()
    }
}

impl StationKey {
    /// The key of a data folder, made if there is none yet.
    ///
    /// # Errors
    /// The folder cannot be written, the file is damaged or others may read it.
    pub fn open(folder: &Path) -> Result<Self, DeskError> {
        if let Some(key) = Self::read(folder)? {
            return Ok(key);
        }
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| {
            let text = "the system gives no random numbers; a key cannot be made";
            DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
        })?;
        let path = folder.join(NAME);
        let failed = |error: std::io::Error| failed("make", &path, &error);
        // Only the owner may read what `tempfile` makes. Another process may have made one meanwhile: the first one stays.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let written = writeln!(file, "{}", hex(&secret)).and_then(|()| file.as_file().sync_all());
        written.map_err(failed)?;
        match file.persist_noclobber(&path) {
            Ok(_) => {}
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error.error)),
        }
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Self::read(folder)?.ok_or_else(|| failed(std::io::ErrorKind::NotFound.into()))
    }

    /// The key of a data folder; none if none was made yet.
    ///
    /// # Errors
    /// The file is damaged or others may read it.
    pub fn read(folder: &Path) -> Result<Option<Self>, DeskError> {
        let path = folder.join(NAME);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &path, &error)),
        };
        let rights = file.metadata().map_err(|error| failed("read", &path, &error))?.permissions().mode();
        if rights & OTHERS != 0 {
            let text = format!("others than its owner may read or write the station's key {}", path.display());
            let hint = format!("take those rights away: chmod 600 {}", path.display());
            return Err(DeskError::refused(text).hint(hint));
        }
        let mut text = String::new();
        file.take(BYTES_MAX).read_to_string(&mut text).map_err(|error| failed("read", &path, &error))?;
        let secret = bytes::<32>(text.trim()).ok_or_else(|| damaged(&path))?;
        Ok(Some(Self { secret: SigningKey::from_bytes(&secret) }))
    }

    /// The public key, in hexadecimal: what an inspector keeps.
    #[must_use]
    pub fn public(&self) -> String {
        hex(&self.secret.verifying_key().to_bytes())
    }

    /// Signs, in hexadecimal.
    pub(super) fn sign(&self, message: &[u8]) -> String {
        hex(&self.secret.sign(message).to_bytes())
    }
}

/// A public key in a form short enough to compare by eye: `3f2a 91bc 77e0 1d45`.
#[must_use]
pub fn fingerprint(public: &str) -> String {
    let digits = blake3::hash(public.as_bytes()).to_hex();
    let groups: Vec<&str> = (0..4).map(|group| &digits[4 * group..4 * group + 4]).collect();
    groups.join(" ")
}

fn damaged(path: &Path) -> DeskError {
    let text = format!("the station's key {} is damaged, expected 64 hexadecimal digits", path.display());
    DeskError::new(ErrorKind::Failed, text)
        .hint("restore it from a backup; a new key (remove the file) signs no old bundles")
}

fn failed(doing: &str, path: &Path, error: &std::io::Error) -> DeskError {
    let text = format!("cannot {doing} the station's key {}", path.display());
    let hint = "use the account that the station runs under; it needs the right to write the data folder";
    DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text).hint(hint) }
}

/// In hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |text, byte| text + &format!("{byte:02x}"))
}

/// From hexadecimal; none if it is of another length or no hexadecimal.
pub(super) fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(bytes)
}
