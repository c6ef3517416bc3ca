//! Airings become the counts of the official report.

mod tally;

pub use tally::{MonthRule, Tally};
