//! The copy that is made every day.

use std::path::{Path, PathBuf};

use chrono::NaiveTime;

use super::reader::Reader;

/// The copy that is made every day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where the copies go; none makes none.
    pub folder: Option<PathBuf>,
    /// At which local time of day.
    pub at: NaiveTime,
    /// How many of the newest copies are kept, 1 to 366.
    pub keep: u16,
    /// Whether the clips' audio is kept beside them.
    pub audio: bool,
}

impl Backup {
    pub(super) fn read(reader: &Reader<'_>, data: &Path) -> Option<Self> {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
        let folder = reader.path("folder");
        // Within the data folder a copy would go down with what it is a copy of.
        if folder.as_ref().is_some_and(|folder| folder.starts_with(data)) {
            let remedy = "name a folder on another disk, such as /media/usb/loa; \"\" makes no copies";
            reader.reject("folder", "a folder outside the data folder", remedy);
        }
        let at = reader.parsed("at", "a time of day as HH:MM", "for example 01:30", time);
        let (keep, audio) = (reader.whole("keep", &(1..=366), "copies"), reader.flag("audio"));
        Some(Self { folder, at: at?, keep, audio })
    }
}
