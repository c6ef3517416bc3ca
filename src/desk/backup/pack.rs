//! The files of a copy, put together into a folder or a `.zip`.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{CLIPS, FILES, FileEntry, MANIFEST_NAME, Made, Manifest, STATION_FILE, failed};
use crate::desk::error::{DeskError, ErrorKind};
use crate::store::{DATABASE_NAME, MARK_NAME};

/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// Everything that packing needs; no database any more.
pub(super) struct Job {
    /// Holds the copied database.
    pub(super) made: Made,
    pub(super) to: PathBuf,
    pub(super) data: PathBuf,
    pub(super) station_file: Option<PathBuf>,
    pub(super) clips_from: PathBuf,
    /// Below the clips' folder.
    pub(super) clips: Vec<PathBuf>,
    pub(super) manifest: Manifest,
}

impl Job {
    pub(super) fn perform(mut self) -> Result<Manifest, DeskError> {
        let folder = self.made.path().to_owned();
        for name in FILES {
            let from = match name {
                STATION_FILE => self.station_file.clone(),
                // Those of the copied moment are there, or that moment had none.
                DATABASE_NAME | MARK_NAME => None,
                _ => Some(self.data.join(name)),
            };
            let into = folder.join(name);
            if let Some(from) = from.filter(|from| !into.exists() && from.is_file()) {
                copy(&from, &into)?;
            }
            if into.exists() {
                let (bytes, digest) = digest_of(&into)?;
                self.manifest.files.insert(name.to_owned(), FileEntry { bytes, digest });
            }
        }
        let text = serde_json::to_string_pretty(&self.manifest);
        let text = text.map_err(|error| DeskError::new(ErrorKind::Failed, error.to_string()))?;
        let list = folder.join(MANIFEST_NAME);
        fs::write(&list, text).map_err(|error| failed("write", &list, &error))?;
        if self.to.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip")) {
            self.zip(&folder)?;
        } else {
            self.folder(&folder)?;
        }
        Ok(self.manifest)
    }

    fn folder(&self, folder: &Path) -> Result<(), DeskError> {
        for clip in &self.clips {
            let into = folder.join(CLIPS).join(clip);
            if let Some(parent) = into.parent() {
                fs::create_dir_all(parent).map_err(|error| failed("make", parent, &error))?;
            }
            copy(&self.clips_from.join(clip), &into)?;
        }
        fs::rename(folder, &self.to).map_err(|error| failed("make", &self.to, &error))?;
        settle(&self.to)
    }

    fn zip(&self, folder: &Path) -> Result<(), DeskError> {
        let wrong = |error: &dyn std::fmt::Display| failed("write", &self.to, error);
        let parent = self.to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file =
            tempfile::Builder::new().prefix(".loa-backup-").tempfile_in(parent).map_err(|error| wrong(&error))?;
        let mut writer = ZipWriter::new(file);
        let packed = SimpleFileOptions::default().large_file(true).compression_method(CompressionMethod::Deflated);
        let stored = packed.compression_method(CompressionMethod::Stored);
        let named = |name: &str| (name.to_owned(), folder.join(name), packed);
        let files = [MANIFEST_NAME].into_iter().chain(FILES).filter(|name| folder.join(name).exists()).map(named);
        // Audio does not get smaller.
        let clips =
            self.clips.iter().map(|clip| (format!("{CLIPS}/{}", clip.display()), self.clips_from.join(clip), stored));
        for (name, from, options) in files.chain(clips) {
            writer.start_file(name, options).map_err(|error| wrong(&error))?;
            let mut file = File::open(&from).map_err(|error| failed("read", &from, &error))?;
            io::copy(&mut file, &mut writer).map_err(|error| wrong(&error))?;
        }
        let file = writer.finish().map_err(|error| wrong(&error))?;
        file.as_file().sync_all().map_err(|error| wrong(&error))?;
        file.persist_noclobber(&self.to).map_err(|error| wrong(&error.error))?;
        settle(&self.to)
    }
}

/// Copies a file and waits until it is on the disk.
pub(super) fn copy(from: &Path, into: &Path) -> Result<(), DeskError> {
    let mut source = File::open(from).map_err(|error| failed("read", from, &error))?;
    let mut file = File::create(into).map_err(|error| failed("write", into, &error))?;
    io::copy(&mut source, &mut file).and_then(|_| file.sync_all()).map_err(|error| failed("write", into, &error))
}

/// Size and digest of a file.
pub(super) fn digest_of(path: &Path) -> Result<(u64, String), DeskError> {
    let wrong = |error: io::Error| failed("read", path, &error);
    let mut file = File::open(path).map_err(wrong)?;
    let (mut hasher, mut piece, mut bytes) = (blake3::Hasher::new(), vec![0; PIECE], 0);
    loop {
        let read = file.read(&mut piece).map_err(wrong)?;
        if read == 0 {
            return Ok((bytes, hasher.finalize().to_hex().to_string()));
        }
        bytes += read as u64;
        hasher.write_all(&piece[..read]).map_err(wrong)?;
    }
}

/// What was given its name keeps it after a power cut.
pub(super) fn settle(path: &Path) -> Result<(), DeskError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(|error| failed("settle", parent, &error))
}
