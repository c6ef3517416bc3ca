//! Airings become the counts of the official report.
//!
//! [`Period`] says which days, [`Report::fold`] counts, [`Sentences`] says the counts as the office writes them.
//! `docs/report-figures.md` explains each figure.

mod activities;
mod changes;
mod draft;
mod fold;
mod item;
mod occurrences;
mod period;
mod reconciliation;
mod sentence;
mod sentence_en;
mod tally;
mod topic_list;
pub mod vietnamese;

pub use activities::{LEDGER_MARK, ledger_note};
pub use changes::{FigureChange, Figures};
pub use draft::{Draft, DraftCause, DraftKey, DraftRule, Due, Every, SectionTexts, due_reports};
pub use fold::{Apart, Group, ItemLine, LengthRange, Relayed, Report, ReportSettings, Uncounted};
pub use occurrences::{Occurrences, PlannedFact};
pub use period::{Period, PeriodError, Preset};
pub use reconciliation::{EndState, ReasonSum, Reconciliation, StateSums};
pub use sentence::{Quantity, Schedule, Sentences, Session, Wording};
pub use tally::{MonthRule, Tally};
pub use topic_list::topic_list;
