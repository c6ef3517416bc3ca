//! What can go wrong with an upload.

use std::io;
use std::path::PathBuf;

use super::UploadId;

/// Why an upload, or a piece of it, was not taken.
#[derive(Debug, thiserror::Error)]
pub enum StagingError {
    /// A file of no bytes.
    #[error("the file is empty (0 bytes); copy it again from where it came")]
    Empty,
    /// More than the configuration allows.
    #[error(
        "the file has {bytes} bytes, at most {most} are taken; convert it to MP3 or AAC, or raise `library.file_megabytes_max`"
    )]
    TooLarge {
        /// Declared.
        bytes: u64,
        /// Allowed.
        most: u64,
    },
    /// Too many at the same time.
    #[error("{most} uploads are under way, which is all that are taken; wait until one is done, or abandon one")]
    TooMany {
        /// The bound.
        most: usize,
    },
    /// Too much at the same time.
    #[error(
        "uploads of {most} bytes are under way, which is all that are taken; wait until one is done, or abandon one"
    )]
    Full {
        /// The bound.
        most: u64,
    },
    /// No room.
    #[error("the disk has no room: {needed_bytes} bytes are needed, {free_bytes} are free; free some space")]
    DiskFull {
        /// Needed, reserve and other uploads included.
        needed_bytes: u64,
        /// Free.
        free_bytes: u64,
    },
    /// Not there, or no longer.
    #[error("there is no upload {id}; it was abandoned or waited for more than a day, so begin it again")]
    Unknown {
        /// Which.
        id: UploadId,
    },
    /// Another connection writes it, or it is being measured.
    #[error("upload {id} is being written to; try again in a moment")]
    Busy {
        /// Which.
        id: UploadId,
    },
    /// Nothing is missing.
    #[error("upload {id} is complete; nothing more can be added")]
    Complete {
        /// Which.
        id: UploadId,
    },
    /// Another byte is next.
    #[error("the next byte is number {expected}, not {given}; ask where the upload stands and go on there")]
    WrongOffset {
        /// Wanted.
        expected: u64,
        /// Sent.
        given: u64,
    },
    /// More bytes than declared.
    #[error("more bytes came than the {declared} that were declared; begin the upload again with its true length")]
    TooMuch {
        /// Declared.
        declared: u64,
    },
    /// The disk refuses.
    #[error("cannot write `{}`; check the rights and the disk of the data folder", path.display())]
    Disk {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
