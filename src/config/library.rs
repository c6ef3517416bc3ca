//! What clips the library takes.

use std::time::Duration;

use crate::domain::topic::TopicTable;

use super::files;
use super::reader::Reader;

/// The shipped list of topics.
const SHIPPED_TOPICS: &str = include_str!("../../config/topics.toml");

/// What clips the library takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    /// How long an item of no campaign shall be.
    pub item_minutes: Minutes,
    /// What happens to a clip that is not.
    pub duration_rule: DurationRule,
    /// Longest audio taken at all.
    pub clip_length_max: Duration,
    /// Largest file taken at all, in bytes.
    pub file_bytes_max: u64,
    /// What a clip may be about.
    pub topics: TopicTable,
}

/// What happens to a clip of a length outside its campaign's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationRule {
    /// It is taken, and said to be so at import, in the plan and in the report.
    Warn,
    /// It is not taken.
    Refuse,
}

/// A range of lengths in minutes, both ends included; never inverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minutes {
    /// Shortest.
    pub min: u32,
    /// Longest.
    pub max: u32,
}

impl Minutes {
    /// Whether a clip of this length fits. Both bounds are compared with the exact length, as the report does.
    #[must_use]
    pub fn contain(&self, length: Duration) -> bool {
        let minutes = |minutes: u32| Duration::from_secs(60 * u64::from(minutes));
        (minutes(self.min)..=minutes(self.max)).contains(&length)
    }

    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let min = reader.whole("item_minutes_min", &(0..=720), "minutes");
        let max = reader.whole("item_minutes_max", &(0..=720), "minutes");
        if max < min {
            reader.reject("item_minutes_max", &format!("at least item_minutes_min, {min}"), "swap the two");
        }
        Self { min, max }
    }
}

impl Library {
    pub(super) fn read(reader: &Reader<'_>) -> Option<Self> {
        let rule = reader.choice("duration_rule", [("warn", DurationRule::Warn), ("refuse", DurationRule::Refuse)]);
        let minutes = reader.whole("clip_minutes_max", &(1..=720_u64), "minutes");
        let topics = files::read(reader, "topics_file", SHIPPED_TOPICS);
        Some(Self {
            item_minutes: Minutes::read(reader),
            clip_length_max: Duration::from_secs(60 * minutes),
            file_bytes_max: reader.whole("file_megabytes_max", &(1..=100_000_u64), "megabytes") * 1_000_000,
            duration_rule: rule?,
            topics: topics?,
        })
    }
}
