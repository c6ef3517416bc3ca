//! The mark beside the database: number and hash of the newest row, so that losing the newest rows does not go unseen.
//!
//! Written in place after each commit, without waiting for the disk: after a power cut it may lag behind the log, which is
//! fine, and it never runs ahead of it. A mark that names a row which the log lacks, or another hash, is left as it is for
//! [`super::Store::verify`] to report, and no later append covers it up.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::chain::ChainHash;
use super::error::StoreError;

/// Name of the mark in the data folder.
pub const MARK_NAME: &str = "loa.head";

/// The newest row that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) seq: u64,
    pub(super) hash: ChainHash,
}

impl Mark {
    /// 20 digits, a space, 64 digits, a line end: always the same length, within one sector.
    pub(super) fn line(self) -> String {
        format!("{:020} {}\n", self.seq, self.hash)
    }

    fn parse(text: &str) -> Option<Self> {
        let (seq, hash) = text.trim_end().split_once(' ')?;
        Some(Self { seq: seq.parse().ok()?, hash: hash.parse().ok()? })
    }
}

/// Reads the mark of a data folder; none if there is none or it was torn by a power cut in its very first write.
pub(super) fn read(folder: &Path) -> Option<Mark> {
    let text = std::fs::read_to_string(folder.join(MARK_NAME)).ok()?;
    Mark::parse(&text)
}

/// The mark as the writer of the log keeps it.
#[derive(Debug)]
pub(super) struct MarkFile {
    file: File,
    path: PathBuf,
    written: u64,
}

impl MarkFile {
    /// Opens or makes the mark of a folder.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(MARK_NAME);
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map(|file| Self { file, path: path.clone(), written: 0 })
            .map_err(|source| StoreError::File { doing: "open", path, source })
    }

    /// Moves the mark forward. A failure is reported and changes nothing else: the record is in the chain.
    pub(super) fn advance(&mut self, mark: Mark) {
        if mark.seq <= self.written {
            return;
        }
        match self.file.write_all_at(mark.line().as_bytes(), 0) {
            Ok(()) => self.written = mark.seq,
            Err(error) => {
                tracing::warn!(path = %self.path.display(), %error, "the mark of the log's end was not written")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_and_half_a_mark_is_none() {
        let mark = Mark { seq: 42, hash: ChainHash([0xab; 32]) };
        assert_eq!(Mark::parse(&mark.line()), Some(mark));
        assert_eq!(mark.line().len(), 86);
        assert_eq!(Mark::parse(&mark.line()[..40]), None);
        assert_eq!(Mark::parse(""), None);
    }
}
