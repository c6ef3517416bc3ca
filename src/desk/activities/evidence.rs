//! Files that prove an entry: photographs, minutes, scans. Kept under the digest of their bytes, as the clips are.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::desk::error::{DeskError, ErrorKind};
use crate::domain::clip::Digest;
use crate::domain::ledger::Evidence;
use crate::library::ContentStore;

/// The largest file taken as evidence, in bytes: a scan of a few pages, a photograph.
pub const EVIDENCE_BYTES_MAX: u64 = 20_000_000;

/// Folder of the evidence in the data folder.
const FOLDER: &str = "evidence";
/// The longest name of a file that is kept, in characters; what is longer is cut.
const NAME_MAX: usize = 200;

fn folder(config: &Config) -> PathBuf {
    config.data.folder.join(FOLDER)
}

/// Copies a file into the data folder, where it stays whatever becomes of the one it came from.
///
/// # Errors
/// It cannot be read, is empty or too large, or there is no room.
pub fn keep_evidence(config: &Config, path: &Path) -> Result<Evidence, DeskError> {
    let unreadable = |error: std::io::Error| {
        let text = format!("cannot read the evidence {}", path.display());
        DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
    };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() || about.len() == 0 || about.len() > EVIDENCE_BYTES_MAX {
        let found = if about.is_file() { format!("{} bytes", about.len()) } else { "no file".to_owned() };
        let text =
            format!("the evidence {} is {found}, expected a file of 1 to {EVIDENCE_BYTES_MAX} bytes", path.display());
        return Err(DeskError::usage(text).hint("a photograph or a PDF of a few pages is enough; else give a link"));
    }
    let mut hasher = blake3::Hasher::new();
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let bytes = std::io::copy(&mut file, &mut hasher).map_err(unreadable)?;
    let digest = Digest(*hasher.finalize().as_bytes());
    ContentStore::open(&folder(config))?.put(path, &digest)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name: String = name.chars().filter(|letter| !letter.is_control()).take(NAME_MAX).collect();
    Ok(Evidence::File { digest, name, bytes })
}

/// Whether the file is there.
pub(super) fn check_kept(config: &Config, digest: &Digest, name: &str) -> Result<(), DeskError> {
    let folder = folder(config);
    if folder.is_dir() && ContentStore::open(&folder)?.contains(digest) {
        return Ok(());
    }
    let text = format!("the evidence \"{name}\" ({digest}) is not in {}", folder.display());
    Err(DeskError::refused(text).hint("give the file again with --evidence"))
}
