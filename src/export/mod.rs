//! A report, a log or a plan becomes text, CSV, JSON, iCalendar. No queries, no clock.
//!
//! What to write comes in as plain structs ([`report::ReportSheet`], [`log::LogRow`], [`plan::PlanRow`]); what comes out is
//! one `String`. Times are shown in the station's zone, JSON in RFC 3339 with its offset.

pub mod log;
pub mod plan;
pub mod reconciliation;
pub mod report;
mod screen;
mod spreadsheet;
mod text;

pub use crate::domain::words;
pub(crate) use screen::STYLE as TABLE_STYLE;
pub use screen::Screen;
pub use spreadsheet::Delimiter;

/// A document that could not be written. Neither happens with data that Loa itself made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A value has no JSON form.
    #[error("cannot write this document as JSON")]
    Json(#[from] serde_json::Error),
    /// A row has no CSV form.
    #[error("cannot write this document as CSV")]
    Csv(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A calendar entry could not be formatted.
    #[error("cannot write this document as a calendar")]
    Calendar(#[from] std::fmt::Error),
}
