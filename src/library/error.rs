//! What can go wrong on the way into the library.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::audio::decode::DecodeError;
use crate::domain::clip::Digest;

use super::analyse::LENGTH_MAX;

/// Why a recording did not get into the library, or is no good in it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be played.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Longer than anything a station plays; measuring it was broken off.
    #[error("`{}` is longer than {} hours; cut it into programmes", path.display(), LENGTH_MAX.as_secs() / 3600)]
    TooLong {
        /// Which file.
        path: PathBuf,
        /// How much of it was decoded.
        decoded: Duration,
    },
    /// It was written to while it was read.
    #[error("`{}` changed while it was being read; import it again once it is completely copied", path.display())]
    Changed {
        /// Which file.
        path: PathBuf,
    },
    /// Reading the source failed.
    #[error("cannot read `{}`; check that its disk is still plugged in", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no room for it.
    #[error("no room in `{}`: {needed_bytes} bytes are needed, {free_bytes} are free; free some space or name a data folder on another disk", folder.display())]
    DiskFull {
        /// The store.
        folder: PathBuf,
        /// Bytes needed, the reserve included.
        needed_bytes: u64,
        /// Bytes free.
        free_bytes: u64,
    },
    /// Writing into the store failed.
    #[error("cannot write `{}`; check the rights and the disk of the data folder", path.display())]
    Write {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The store has no such audio.
    #[error("the library has no audio {digest}; import the recording again")]
    Missing {
        /// Which.
        digest: Digest,
    },
    /// The audio in the store is not what its name says: the disk or a person changed it.
    #[error("the audio {digest} in the library has changed (it is now {found}); import the recording again")]
    Altered {
        /// Which.
        digest: Digest,
        /// What it is now.
        found: Digest,
    },
    /// The audio in the store ends too early although its bytes are the ones that came in.
    #[error("the audio {digest} in the library is cut off; import the recording again")]
    CutOff {
        /// Which.
        digest: Digest,
    },
    /// The waveform beside the audio cannot be understood.
    #[error("`{}` is not a waveform; it is made anew when the recording is imported again", path.display())]
    Waveform {
        /// Which file.
        path: PathBuf,
    },
    /// More files than one import takes.
    #[error("there are more than {most} files under `{}`; import fewer at a time", path.display())]
    TooManyFiles {
        /// What was named.
        path: PathBuf,
        /// The bound.
        most: usize,
    },
    /// A worker could not be started or died.
    #[error("cannot start a worker for the import; close other programs and try again")]
    Worker {
        /// What the system said.
        source: io::Error,
    },
    /// The caller said stop.
    #[error("the import was stopped")]
    Stopped,
}
