//! How a report counts and words.

use crate::domain::report::MonthRule;

use super::reader::Reader;

/// How a report counts and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// An airing counts from this share of its frames on, in percent, 1 to 100.
    pub counted_from_percent: u32,
    /// Which days make a month.
    pub month_rule: MonthRule,
    /// How a number of items is worded.
    pub rounding: Rounding,
    /// Topics named in a sentence before it says "...".
    pub topics_listed_max: usize,
}

/// How a number of items is worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// "104 tin bài".
    Exact,
    /// "trên 100 tin bài" for 104; a round number stays exact.
    Tren,
}

impl Report {
    pub(super) fn read(reader: &Reader<'_>) -> Option<Self> {
        let month_rule = reader.choice("month_rule", [("nd09", MonthRule::Nd09), ("calendar", MonthRule::Calendar)]);
        let rounding = reader.choice("rounding", [("exact", Rounding::Exact), ("tren", Rounding::Tren)]);
        let listed = reader.whole("topics_listed_max", &(1..=50_u8), "topics");
        Some(Self {
            counted_from_percent: reader.whole("counted_from_percent", &(1..=100), "percent"),
            topics_listed_max: usize::from(listed),
            month_rule: month_rule?,
            rounding: rounding?,
        })
    }
}
