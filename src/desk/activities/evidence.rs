//! Files that prove an entry: photographs, minutes, scans. Kept under the digest of their bytes, as the clips are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::config::Config;
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::wording::check_line;
use crate::desk::{Desk, Who, value};
use crate::domain::account::Right;
use crate::domain::clip::Digest;
use crate::domain::ledger::Evidence;
use crate::domain::time::Now;
use crate::library::{ContentStore, ImportError};

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
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    keep(config, path, &path.display().to_string(), &name)
}

/// The same for a file that is called `name` and shown to a person as `shown`.
fn keep(config: &Config, path: &Path, shown: &str, name: &str) -> Result<Evidence, DeskError> {
    let unreadable = |error: std::io::Error| {
        let text = format!("cannot read the evidence {shown}");
        DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
    };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() || about.len() == 0 || about.len() > EVIDENCE_BYTES_MAX {
        let found = if about.is_file() { format!("{} bytes", about.len()) } else { "no file".to_owned() };
        let text = format!("the evidence {shown} is {found}, expected a file of 1 to {EVIDENCE_BYTES_MAX} bytes");
        return Err(DeskError::usage(text).hint("a photograph or a PDF of a few pages is enough; else give a link"));
    }
    let mut hasher = blake3::Hasher::new();
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let bytes = std::io::copy(&mut file, &mut hasher).map_err(unreadable)?;
    let digest = Digest(*hasher.finalize().as_bytes());
    ContentStore::open(&folder(config))?.put(path, &digest)?;
    let name: String = name.chars().filter(|letter| !letter.is_control()).take(NAME_MAX).collect();
    Ok(Evidence::File { digest, name, bytes })
}

/// A file that proves an entry, to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    /// Where it is kept.
    pub path: PathBuf,
    /// As it was called.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

impl Desk {
    /// Keeps a file that a person sent as evidence, called `name`. An entry then names it by its digest.
    ///
    /// # Errors
    /// The right to keep the ledger is missing; the name is none; as [`keep_evidence`].
    pub async fn keep_evidence(
        &self,
        who: &Who,
        file: NamedTempFile,
        name: &str,
        now: Now,
    ) -> Result<Evidence, DeskError> {
        who.check(Right::KeepLedger)?;
        // Browsers of another system name the whole path.
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned();
        check_line("name of the evidence", &name)?;
        let config = Arc::clone(&self.config);
        let kept = tokio::task::spawn_blocking(move || keep(&config, file.path(), &format!("\"{name}\""), &name)).await;
        let kept =
            kept.map_err(|_| DeskError::new(ErrorKind::Failed, "the evidence was not kept: the program is ending"))??;
        if let Evidence::File { digest, .. } = &kept {
            self.audit(who, "evidence.keep", format!("evidence {digest}"), [None, value(&kept)], now).await?;
        }
        Ok(kept)
    }

    /// A file that is kept as evidence, as an entry names it. `digest` is that of its bytes, in hexadecimal.
    ///
    /// # Errors
    /// It is no digest, or nothing is kept under it.
    pub fn kept_evidence(&self, digest: &str, name: &str) -> Result<Evidence, DeskError> {
        let digest: Digest = digest.parse().map_err(DeskError::usage)?;
        check_kept(&self.config, &digest, name)?;
        let path = ContentStore::open(&folder(&self.config))?.path_of(&digest);
        let bytes = std::fs::metadata(&path).map(|file| file.len()).map_err(|error| gone(&digest, &error))?;
        Ok(Evidence::File { digest, name: name.to_owned(), bytes })
    }

    /// A file that any version of an entry names as evidence; its bytes are proved to be those that were given.
    ///
    /// # Errors
    /// There is no such entry, none of its versions names this file, or the file is gone or was changed.
    pub async fn evidence_file(&self, number: u32, digest: &str) -> Result<EvidenceFile, DeskError> {
        let digest: Digest = digest.parse().map_err(DeskError::usage)?;
        let versions = self.activity_history(number).await?;
        let named =
            versions.iter().rev().flat_map(|version| &version.draft.evidence).find_map(|evidence| match evidence {
                Evidence::File { digest: kept, name, bytes } if *kept == digest => Some((name.clone(), *bytes)),
                _ => None,
            });
        let Some((name, bytes)) = named else {
            let text = format!("activity {number} names no file {digest} as evidence");
            return Err(DeskError::not_found(text).hint("the entry lists its evidence with the digests of its files"));
        };
        let folder = folder(&self.config);
        let proved = tokio::task::spawn_blocking(move || {
            let store = ContentStore::open(&folder)?;
            store.verify(&digest)?;
            Ok::<_, ImportError>(store.path_of(&digest))
        });
        let path = proved.await.map_err(|error| gone(&digest, &error))?.map_err(|error| gone(&digest, &error))?;
        Ok(EvidenceFile { path, name, bytes })
    }
}

fn gone(digest: &Digest, error: &dyn std::error::Error) -> DeskError {
    let text = format!("the file {digest} that proves an entry cannot be read, or is not what was given");
    DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
        .hint("put the folder `evidence` back from a copy, or give the file again")
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
