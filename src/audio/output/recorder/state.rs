//! What the writer has done, for its guard; and what is wrong with the recording, for everybody.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{info, warn};

use crate::domain::alarm::RecordingFault;

/// What is wrong with the recording of a zone, or of a relay. Clones are of the same one.
#[derive(Debug, Clone, Default)]
pub struct RecorderState(Arc<Mutex<Option<RecordingFault>>>);

impl RecorderState {
    /// What is wrong; none while all that was sent out is on the disk, as far as was looked.
    #[must_use]
    pub fn fault(&self) -> Option<RecordingFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Nothing is recorded any more that could be wrong.
    pub(in crate::audio) fn over(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// It cannot be written.
    pub(super) fn unwritable(&self, error: String) {
        self.set(Some(RecordingFault::Unwritable { error }));
    }

    /// What was found; said in the process log when it is news.
    pub(super) fn set(&self, fault: Option<RecordingFault>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *known == fault {
            return;
        }
        match &fault {
            Some(fault) => warn!("the programme is not recorded as it should be: {fault}"),
            None => info!("the programme is recorded again"),
        }
        *known = fault;
    }
}

/// A moment that can be found again in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loudest {
    pub(super) path: PathBuf,
    /// Counted from the head of the file.
    pub(super) frame: u64,
    /// Left and right.
    pub(super) samples: [i16; 2],
}

impl Loudest {
    /// Its magnitude, 0 to 32,768.
    pub(super) fn magnitude(&self) -> u16 {
        self.samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0)
    }
}

/// How far the writer is. Clones are of the same writer.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress(Arc<Mutex<Written>>);

/// See [`Progress`].
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    /// The file being written; none between two.
    pub(super) path: Option<PathBuf>,
    /// The loudest frame on the disk since the guard looked last.
    pub(super) loudest: Option<Loudest>,
}

impl Progress {
    /// The writer writes into this file now.
    pub(super) fn writes(&self, path: Option<PathBuf>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).path = path;
    }

    /// This frame is on the disk.
    pub(super) fn offer(&self, found: Loudest) {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written.loudest.as_ref().is_none_or(|known| known.magnitude() <= found.magnitude()) {
            written.loudest = Some(found);
        }
    }

    /// What was written since the last call.
    pub(super) fn take(&self) -> Written {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Written { path: written.path.clone(), loudest: written.loudest.take() }
    }
}
