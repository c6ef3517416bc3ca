//! How a report counts and words.

use std::path::PathBuf;

use crate::domain::airing::CountedFrom;
use crate::domain::report::{MonthRule, Quantity};
use crate::domain::words::Language;

use super::reader::Reader;

/// How a report counts and words.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// An airing counts from this share of its frames on.
    pub counted_from: CountedFrom,
    /// Which days make a month.
    pub month_rule: MonthRule,
    /// How a number of items is worded.
    pub rounding: Quantity,
    /// Topics named in a sentence before it says "...".
    pub topics_listed_max: usize,
    /// The language of the written report.
    pub language: Language,
    /// The folder of the office's own templates; none for those that Loa brings.
    pub templates_folder: Option<PathBuf>,
}

impl Report {
    pub(super) fn read(reader: &Reader<'_>) -> Option<Self> {
        let month_rule = reader.choice("month_rule", [("nd09", MonthRule::Nd09), ("calendar", MonthRule::Calendar)]);
        let rounding = reader.choice("rounding", [("exact", Quantity::Exact), ("tren", Quantity::Over)]);
        let listed = reader.whole("topics_listed_max", &(1..=50_u8), "topics");
        let percent = reader.whole("counted_from_percent", &(1..=100_u8), "percent");
        let language = reader.choice("language", [("vi", Language::Vi), ("en", Language::En)]);
        let templates_folder = reader.path("templates_folder");
        if templates_folder.as_ref().is_some_and(|folder| !folder.is_dir()) {
            let remedy = "make it with `loa report --templates DIR`, or leave it \"\" for the shipped templates";
            reader.reject("templates_folder", "a folder that is there", remedy);
        }
        Some(Self {
            counted_from: CountedFrom(f64::from(percent) / 100.0),
            topics_listed_max: usize::from(listed),
            month_rule: month_rule?,
            rounding: rounding?,
            language: language?,
            templates_folder,
        })
    }
}
