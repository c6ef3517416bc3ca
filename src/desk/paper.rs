//! The written report: counts, texts, rows of the log and templates become documents.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::Desk;
use super::error::{DeskError, ErrorKind};
use super::log::LogQuery;
use super::report::{ReportDocument, ReportQuery};
use crate::domain::log::{Incident, Record};
use crate::domain::report::{DraftKey, SectionTexts, Sentences, Wording};
use crate::domain::time::Now;
use crate::domain::words::Language;
use crate::export::document::{Campaign, DocumentSource, LOGBOOK_ROWS_MAX, OfficialReport, OutlineSection, Typed};
use crate::export::log::LogRow;
use crate::export::templates::{BOOK_FILE, ByteFile, OwnFiles, PAGE_FILE, Templates, WORD_FILE, texts_files};
use crate::export::{self, Delimiter, ExportError, Form};

/// The largest template or font that is read, in bytes.
const TEMPLATE_BYTES_MAX: u64 = 20_000_000;
/// The most fonts of an office that are read.
const FONTS_MAX: usize = 50;

/// Which written report.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperQuery {
    /// Of which days and campaign.
    pub report: ReportQuery,
    /// In which language.
    pub language: Language,
    /// Texts that take the place of the template's, by section; none for those of the newest draft.
    pub texts: Option<SectionTexts>,
    /// Figures that a person typed in.
    pub typed: Vec<Typed>,
}

/// A written report, ready to be laid out in any form.
#[derive(Debug, Clone)]
pub struct ReportPaper {
    /// The counts.
    pub document: ReportDocument,
    /// What stands on paper.
    pub paper: OfficialReport,
    /// Its sections, for whoever writes them.
    pub outline: Vec<OutlineSection>,
    templates: Templates,
    /// The rows of the log; none if there are too many for paper.
    rows: Option<Vec<LogRow>>,
    made_at: NaiveDateTime,
}

impl Desk {
    /// Writes the report of a period.
    ///
    /// # Errors
    /// An unknown campaign; a template that will not do, with file, line and field; the store's own.
    pub async fn report_paper(&self, query: &PaperQuery, now: Now) -> Result<ReportPaper, DeskError> {
        let (mut document, wording) = self.report_worded(&query.report, now).await?;
        let told =
            |wording: &Wording| Sentences::told(&document.report, &self.config.library.topics, wording, query.language);
        let items_sentence = told(&Wording { airings: false, ..wording.clone() }).t1;
        document.sentences = told(&wording);
        let campaign = document.report.settings.campaign.clone();
        let campaign = campaign.or_else(|| document.report.sole_campaign().map(str::to_owned));
        let templates = self.templates(campaign.as_deref(), query.language)?;
        let rows = self.paper_rows(&query.report).await?;
        let incidents = self.paper_incidents(&query.report).await?;
        let texts = match &query.texts {
            Some(texts) => texts.clone(),
            None => self.drafted_texts(&query.report).await?,
        };
        let office = self.config.office.on(query.report.period.to);
        let zones: Vec<_> = self.config.zones.iter().map(|zone| (zone.id.to_string(), zone.name.clone())).collect();
        let source = DocumentSource {
            sheet: self.sheet(&document),
            language: query.language,
            station_short: office.agency.map_or(&self.config.station.short_name, |agency| &agency.station_short),
            office,
            campaign: campaign.as_deref().map(|code| self.campaign_named(code)),
            items_sentence: &items_sentence,
            template: &templates.texts,
            texts: &texts,
            typed: &query.typed,
            rows: rows.as_deref(),
            incidents: &incidents,
            zones: &zones,
        };
        let paper = OfficialReport::build(&source).map_err(|error| refused(&error.into()))?;
        let outline = OfficialReport::outline(&source).map_err(|error| refused(&error.into()))?;
        let made_at = now.wall.with_timezone(&self.store.settings().zone).naive_local();
        Ok(ReportPaper { document, paper, outline, templates, rows, made_at })
    }

    /// The figures that no log knows and for which the written report has a place: name, and what it is.
    ///
    /// # Errors
    /// A template that will not do, with file and line.
    pub fn typed_figures(
        &self,
        campaign: Option<&str>,
        language: Language,
    ) -> Result<Vec<(String, String)>, DeskError> {
        let templates = self.templates(campaign, language)?;
        Ok(templates.texts.typed().map(|(name, what)| (name.to_owned(), what.to_owned())).collect())
    }

    /// The office's own templates where it has them, else those that Loa brings.
    pub(super) fn templates(&self, campaign: Option<&str>, language: Language) -> Result<Templates, DeskError> {
        let folder = self.config.report.templates_folder.as_deref();
        let own = folder.map_or_else(|| Ok(OwnFiles::new()), |folder| own_files(folder, campaign, language))?;
        Templates::of(&own, campaign, language).map_err(|error| refused(&error))
    }

    /// Lays a written report out in one form. Word and PDF take a while, so a thread beside the station's does it.
    ///
    /// # Errors
    /// A template that will not do, with file, line and field.
    pub async fn paper_as(&self, paper: &ReportPaper, form: Form) -> Result<Vec<u8>, DeskError> {
        let text = |text: Result<String, ExportError>| text.map(String::into_bytes).map_err(|error| refused(&error));
        match form {
            Form::Txt => Ok(export::plain(&paper.paper).into_bytes()),
            Form::Csv => text(export::report::csv(&self.sheet(&paper.document), Delimiter::Comma)),
            Form::Json => text(export::report::json(&self.sheet(&paper.document))),
            Form::Html => text(export::html(&paper.paper)),
            Form::Xlsx => {
                let rows = paper.rows.as_deref();
                export::workbook(&self.sheet(&paper.document), rows, paper.paper.language)
                    .map_err(|error| refused(&error))
            }
            Form::Docx | Form::Pdf => {
                let (official, templates, made_at) = (paper.paper.clone(), paper.templates.clone(), paper.made_at);
                let set = move || match form {
                    Form::Docx => export::docx(&official, &templates.word),
                    _ => export::pdf(&official, &templates, made_at),
                };
                let set = tokio::task::spawn_blocking(set).await;
                let stopped = |_| DeskError::new(ErrorKind::Failed, "the report was not set: the program is ending");
                set.map_err(stopped)?.map_err(|error| refused(&error))
            }
        }
    }

    /// The rows of the period; none if there are more than paper takes.
    async fn paper_rows(&self, query: &ReportQuery) -> Result<Option<Vec<LogRow>>, DeskError> {
        let (from, to) = (query.period.from, query.period.to);
        let tallies = self.store.tallies(from, to, query.period.month_rule()).await?;
        if tallies.iter().map(|tally| tally.airings).sum::<u64>() > LOGBOOK_ROWS_MAX {
            return Ok(None);
        }
        self.log(LogQuery { from: Some(from), to: Some(to), not_heard: false }).await.map(Some)
    }

    /// The prose of the newest draft of this report, or of the one before it.
    async fn drafted_texts(&self, query: &ReportQuery) -> Result<SectionTexts, DeskError> {
        let key = DraftKey { from: query.period.from, to: query.period.to, campaign: query.campaign.clone() };
        let draft = match self.store.draft_versions(&key).await?.pop() {
            Some(draft) => Some(draft),
            None => self.store.draft_before(&key).await?,
        };
        Ok(draft.map(|draft| draft.sections).unwrap_or_default())
    }

    async fn paper_incidents(&self, query: &ReportQuery) -> Result<Vec<(DateTime<Utc>, Incident)>, DeskError> {
        let window = query.period.window(self.store.settings().zone);
        let incident = |sealed: crate::store::Sealed| match sealed.entry.record {
            Record::Incident(incident) => Some((sealed.entry.at, incident)),
            _ => None,
        };
        Ok(self.store.incidents(window).await?.into_iter().filter_map(incident).collect())
    }

    fn campaign_named(&self, code: &str) -> Campaign {
        let campaign = self.config.campaign(code);
        Campaign {
            name: campaign.map_or_else(|| code.to_owned(), |campaign| campaign.name.clone()),
            basis: campaign.map_or_else(String::new, crate::config::Campaign::basis_line),
        }
    }
}

/// A template will not do: the office can set it right.
pub(super) fn refused(error: &ExportError) -> DeskError {
    DeskError::of(ErrorKind::Refused, error)
}

/// The office's files that a report needs, as far as they are there.
fn own_files(folder: &Path, campaign: Option<&str>, language: Language) -> Result<OwnFiles, DeskError> {
    let mut files = BTreeMap::new();
    let texts = texts_files(campaign, language);
    for name in texts.iter().map(String::as_str).chain([PAGE_FILE, BOOK_FILE, WORD_FILE]) {
        if let Some(file) = own_file(folder, name)? {
            files.insert(name.to_owned(), file);
        }
    }
    let Ok(fonts) = std::fs::read_dir(folder.join("fonts")) else { return Ok(files) };
    let is_font = |name: &str| [".ttf", ".otf", ".ttc"].iter().any(|end| name.to_lowercase().ends_with(end));
    let names = fonts.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    for name in names.filter(|name| is_font(name)).take(FONTS_MAX) {
        let name = format!("fonts/{name}");
        if let Some(file) = own_file(folder, &name)? {
            files.insert(name, file);
        }
    }
    Ok(files)
}

/// One of the office's files; none if it is not there.
fn own_file(folder: &Path, name: &str) -> Result<Option<ByteFile>, DeskError> {
    let path = folder.join(name);
    let failed = |error: std::io::Error| {
        let told = DeskError::new(ErrorKind::Failed, format!("cannot read {}", path.display()));
        DeskError { causes: vec![error.to_string()], ..told }
    };
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
        Ok(found) if found.len() > TEMPLATE_BYTES_MAX => {
            let text = format!("{} has {} bytes, expected at most {TEMPLATE_BYTES_MAX}", path.display(), found.len());
            return Err(DeskError::refused(text).hint("take large pictures out of it"));
        }
        Ok(_) => {}
    }
    let bytes = std::fs::read(&path).map_err(failed)?;
    Ok(Some(ByteFile { file: path.display().to_string(), bytes }))
}
