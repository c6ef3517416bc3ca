//! The grain of a report: airings alike in everything a report asks about, counted together.
//!
//! A report is a fold over tallies. A database may hand over one per airing or one per group; the fold cannot tell, because
//! every figure is a sum or a set of items.

use std::collections::BTreeMap;

use chrono::Weekday;

use crate::domain::airing::AiringOutcome;
use crate::domain::clip::{Genre, ItemId, Source};
use crate::domain::log::Kind;

/// Which days make a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MonthRule {
    /// Nghị định 09/2019/NĐ-CP, Điều 12: the 15th of the month before to the 14th.
    #[default]
    Nd09,
    /// The first to the last.
    Calendar,
}

/// Airings alike in kind, item, place in the calendar and outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// What sort of sound.
    pub kind: Kind,
    /// What it counts as; none for sound that is no clip (relay, live).
    pub item: Option<ItemId>,
    /// The item's title as last logged.
    pub title: String,
    /// Thể loại.
    pub genre: Genre,
    /// Primary topic code.
    pub topic: String,
    /// Campaign code.
    pub campaign: Option<String>,
    /// Who made it.
    pub source: Source,
    /// Year of the reporting month of the local start (the planned start if it never sounded).
    pub year: i32,
    /// Reporting month, 1 to 12.
    pub month: u32,
    /// Day of the week of the local start.
    pub weekday: Weekday,
    /// Whether these airings count.
    pub counted: bool,
    /// How they ended.
    pub outcome: AiringOutcome,
    /// How many.
    pub airings: u64,
    /// Time heard, summed, in milliseconds.
    pub heard_ms: u64,
    /// Real length of the item's audio, in milliseconds; the longest if the tally mixes several.
    pub length_ms: u64,
    /// Items that persons heard inside these airings, by topic code; none but of relays.
    pub mentions: BTreeMap<String, u64>,
}

impl Tally {
    /// Whether these airings are sessions of sound that is counted apart: they count, or were cut short. Some of them was heard
    /// either way.
    #[must_use]
    pub fn is_session(&self) -> bool {
        self.counted || self.outcome == AiringOutcome::Partial
    }
}
