//! The logbook of a period (sổ nhật ký chương trình phát thanh), as an inspector signs it.

use chrono::NaiveDateTime;

use super::Desk;
use super::error::{DeskError, ErrorKind};
use super::log::LogQuery;
use super::paper::refused;
use crate::domain::report::Period;
use crate::domain::time::Now;
use crate::domain::words::Language;
use crate::export::document::{BookSource, LogBook};
use crate::export::templates::Templates;
use crate::export::{self, Form};

/// The most rows of a book: a busy station's quarter. A longer period is printed in parts.
const BOOK_ROWS_MAX: u64 = 10_000;

/// A logbook, ready to be laid out in any form.
#[derive(Debug, Clone)]
pub struct Logbook {
    /// What stands on paper.
    pub book: LogBook,
    templates: Templates,
    made_at: NaiveDateTime,
}

impl Desk {
    /// Everything that the printed logbook of a period says.
    ///
    /// # Errors
    /// More rows than [`BOOK_ROWS_MAX`]; a template that cannot be read; the store's own.
    pub async fn logbook(&self, period: Period, language: Language, now: Now) -> Result<Logbook, DeskError> {
        let provenance = self.provenance(period, now).await?;
        // Counted first: a book that will be refused shall not fill the memory.
        let tallies = self.store.tallies(period.from, period.to, period.month_rule()).await?;
        within(tallies.iter().map(|tally| tally.airings).sum())?;
        let rows = self.log(LogQuery { from: Some(period.from), to: Some(period.to), not_heard: false }).await?;
        within(rows.len() as u64)?;
        let templates = self.templates(None, language)?;
        let agency = self.config.agency_on(period.to);
        let zone = self.store.settings().zone;
        let book = LogBook::build(&BookSource {
            period,
            rows: &rows,
            topics: &self.config.library.topics,
            zone,
            language,
            agency: agency.map_or("", |agency| &agency.name),
            leader: agency.map_or(&[], |agency| &agency.signer),
            provenance: &provenance,
        });
        Ok(Logbook { book, templates, made_at: now.wall.with_timezone(&zone).naive_local() })
    }

    /// Lays a logbook out as PDF, HTML or plain text. Setting takes a while, so a thread beside the station's does it.
    ///
    /// # Errors
    /// A form that a book does not have; a template that will not do, with file and line.
    pub async fn logbook_as(&self, logbook: &Logbook, form: Form) -> Result<Vec<u8>, DeskError> {
        match form {
            Form::Txt => Ok(export::book_plain(&logbook.book).into_bytes()),
            Form::Html => export::book_html(&logbook.book).map(String::into_bytes).map_err(|error| refused(&error)),
            Form::Pdf => {
                let Logbook { book, templates, made_at } = logbook.clone();
                let set = tokio::task::spawn_blocking(move || export::book_pdf(&book, &templates, made_at)).await;
                let stopped = |_| DeskError::new(ErrorKind::Failed, "the logbook was not set: the program is ending");
                set.map_err(stopped)?.map_err(|error| refused(&error))
            }
            Form::Docx | Form::Xlsx | Form::Csv | Form::Json => {
                let text = format!("a logbook has no form {}, expected one of pdf, html, txt", form.extension());
                let told = DeskError::new(ErrorKind::Usage, text).code("no_such_form");
                Err(told.hint("`loa log --csv` and `loa log --json` write its rows"))
            }
        }
    }
}

fn within(rows: u64) -> Result<(), DeskError> {
    if rows <= BOOK_ROWS_MAX {
        return Ok(());
    }
    let text = format!("the log of this period has {rows} rows, expected at most {BOOK_ROWS_MAX} in one book");
    Err(DeskError::refused(text).code("book_too_long").hint("choose a shorter period, such as a month"))
}
