//! A report, a log or a plan becomes text, CSV, JSON, iCalendar. No queries, no clock.
//!
//! What to write comes in as plain structs ([`report::ReportSheet`], [`log::LogRow`], [`plan::PlanRow`]); what comes out is
//! one `String`. Times are shown in the station's zone, JSON in RFC 3339 with its offset.

pub mod document;
mod docx;
mod form;
mod html;
pub mod log;
mod pdf;
mod plain;
pub mod plan;
mod qr;
pub mod reconciliation;
pub mod report;
mod screen;
mod spreadsheet;
pub mod templates;
mod text;
mod workbook;

pub use self::document::TemplateError;
pub use self::docx::docx;
pub use self::form::Form;
pub use self::html::{book_html, html};
pub use self::pdf::{book_pdf, pdf};
pub use self::plain::{book_plain, plain};
pub use self::workbook::workbook;
pub use crate::domain::words;
pub(crate) use screen::STYLE as TABLE_STYLE;
pub use screen::Screen;
pub use spreadsheet::Delimiter;

/// A document that could not be written. With the templates that Loa brings none of these happens.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A value has no JSON form.
    #[error("cannot write this document as JSON")]
    Json(#[from] serde_json::Error),
    /// A row has no CSV form.
    #[error("cannot write this document as CSV")]
    Csv(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A text template or the Word template will not do.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The page template will not do.
    #[error("{file} line {line}: {message}; compare it with the one that `loa report --templates DIR` writes")]
    Page {
        /// The file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What Typst says.
        message: String,
    },
    /// The code that confirms a paper could not be drawn.
    #[error("cannot draw the code: {0}")]
    Code(String),
    /// A Word file or a workbook could not be packed.
    #[error("cannot pack this document: {0}")]
    Pack(String),
    /// A calendar entry could not be formatted.
    #[error("cannot write this document as a calendar")]
    Calendar(#[from] std::fmt::Error),
}
