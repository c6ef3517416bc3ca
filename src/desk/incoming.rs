//! A file on its way in that is kept only as long as it is looked at.

use std::io;

use tempfile::NamedTempFile;

use super::Desk;
use super::error::{DeskError, ErrorKind};
use crate::library::{RESERVE_BYTES, free_bytes};

impl Desk {
    /// A new file in the data folder for so many bytes from elsewhere; it goes when it is dropped.
    ///
    /// # Errors
    /// There is no room for it beside what the log needs; the folder cannot be written.
    pub fn incoming_file(&self, bytes: u64) -> Result<NamedTempFile, DeskError> {
        let folder = &self.config.data.folder;
        let failed = |error: io::Error| {
            let text = format!("cannot make a file in {}; is there room, and the right to write?", folder.display());
            DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
        };
        let (needed, free) = (bytes.saturating_add(RESERVE_BYTES), free_bytes(folder).map_err(failed)?);
        if free < needed {
            let text = format!("no room in {}: {needed} bytes are needed, {free} are free", folder.display());
            return Err(DeskError::new(ErrorKind::Failed, text).hint("make room on its disk").code("disk_full"));
        }
        tempfile::Builder::new().prefix(".loa-incoming-").tempfile_in(folder).map_err(failed)
    }
}
