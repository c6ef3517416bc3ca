//! One piece of an upload on its way to the disk.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Staging, StagingError, Taken, Upload, UploadState, failed};

/// Bytes after which what has come is made safe, so that a power cut costs no more.
const SAFE_EVERY_BYTES: u64 = 8 * 1024 * 1024;

/// Takes the bytes of a piece. Dropped unfinished (the connection is gone), what has come so far is kept.
#[derive(Debug)]
pub struct Appender {
    staging: Arc<Staging>,
    file: Taken,
    /// `received` in it is what is safe.
    upload: Upload,
    /// Bytes written, safe or not.
    written: u64,
    settled: bool,
}

impl Appender {
    pub(super) fn new(staging: Arc<Staging>, mut file: Taken, upload: Upload) -> Result<Self, StagingError> {
        let path = staging.part(upload.id);
        file.seek(SeekFrom::Start(upload.received)).map_err(|e| failed(&path, e))?;
        let written = upload.received;
        Ok(Self { staging, file, upload, written, settled: false })
    }

    /// Bytes that may still come.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.upload.bytes - self.written
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    /// [`StagingError::TooMuch`], with nothing of these bytes written, when more come than were declared; the disk's own.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StagingError> {
        if bytes.len() as u64 > self.left() {
            return Err(StagingError::TooMuch { declared: self.upload.bytes });
        }
        let path = self.staging.part(self.upload.id);
        if let Err(error) = self.file.write_all(bytes) {
            // How much of it came down is not known; what was safe before still is.
            self.settled = true;
            return Err(failed(&path, error));
        }
        self.written += bytes.len() as u64;
        if self.written - self.upload.received >= SAFE_EVERY_BYTES { self.settle() } else { Ok(()) }
    }

    /// The piece is over: what came is safe when this returns.
    ///
    /// # Errors
    /// The disk's own.
    pub fn finish(mut self, now: DateTime<Utc>) -> Result<Upload, StagingError> {
        self.upload.touched_at = now;
        if self.written == self.upload.bytes {
            self.upload.state = UploadState::Complete;
        }
        let settled = self.settle();
        self.settled = true;
        settled?;
        Ok(self.upload.clone())
    }

    fn settle(&mut self) -> Result<(), StagingError> {
        let path = self.staging.part(self.upload.id);
        self.file.sync_data().map_err(|e| failed(&path, e))?;
        self.upload.received = self.written;
        self.staging.save(&self.upload)
    }
}

impl Drop for Appender {
    fn drop(&mut self) {
        if !self.settled && self.written > self.upload.received {
            if self.written == self.upload.bytes {
                self.upload.state = UploadState::Complete;
            }
            // Not made safe, it is sent again.
            drop(self.settle());
        }
    }
}
