//! What an option takes, as its reading says it: the console draws its fields from this, so that they cannot part.

use serde::Serialize;

/// What an option takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Form {
    /// Words.
    Text {
        /// Whether there may be none.
        may_be_empty: bool,
    },
    /// A text that means something.
    Special {
        /// What, as an error would say it.
        expected: String,
    },
    /// A whole number.
    Whole {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
        /// What is counted, in the plural; may be empty.
        unit: String,
    },
    /// A number with or without a fraction.
    Decimal {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
        /// What is measured.
        unit: String,
    },
    /// Several texts.
    Texts {
        /// At most so many.
        most: usize,
    },
    /// True or false.
    Flag,
    /// One of a few words.
    Choice {
        /// In the order in which they are offered.
        words: Vec<String>,
    },
    /// A calendar day as YYYY-MM-DD; empty is open.
    Day,
    /// A file or folder; empty is none.
    Path,
}
