//! Airings become the counts of the official report.
//!
//! [`Period`] says which days, [`Report::fold`] counts, [`Sentences`] says the counts as the office writes them.
//! `docs/report-figures.md` explains each figure.

mod english;
mod fold;
mod item;
mod occurrences;
mod period;
mod sentence;
mod tally;
mod topic_list;
pub mod vietnamese;

pub use fold::{Apart, Group, ItemLine, LengthRange, Report, ReportSettings, Uncounted};
pub use occurrences::{Occurrences, PlannedFact};
pub use period::{Period, PeriodError, Preset};
pub use sentence::{Quantity, Schedule, Sentences, Session, Wording};
pub use tally::{MonthRule, Tally};
pub use topic_list::topic_list;
