//! The report as PDF, set by Typst from the office's template.
//!
//! Typst sees a world of its own: the template, the report as JSON, the code as a drawing, the fonts. It reads no file of the
//! machine, asks no clock and fetches nothing. What it remembers between two runs is forgotten after each, so a daemon that
//! made a report is as small as before.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDateTime, Timelike};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt, comemo};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};

use super::document::{AnnexPart, LogBook, OfficialReport, Row};
use super::templates::{Templates, TextFile};
use super::{ExportError, TemplateError, qr};

/// The longest word that every column of words takes, in letters. No Vietnamese word comes near it.
const WORD_MAX: usize = 24;
/// A longer one may be broken after so many letters, and so many again.
const PIECE: usize = 6;

/// Sets the report in type. `made_at` is the local time that the file's properties tell.
///
/// # Errors
/// What is wrong in the template: file, line and name. A font that is not there.
pub fn pdf(report: &OfficialReport, templates: &Templates, made_at: NaiveDateTime) -> Result<Vec<u8>, ExportError> {
    typeset(
        &templates.page,
        "report",
        &serde_json::to_vec(&breakable_report(report))?,
        &report.check.command,
        templates,
        made_at,
    )
}

/// Sets a logbook in type.
///
/// # Errors
/// What is wrong in the template: file, line and name. A font that is not there.
pub fn book_pdf(book: &LogBook, templates: &Templates, made_at: NaiveDateTime) -> Result<Vec<u8>, ExportError> {
    typeset(
        &templates.book,
        "book",
        &serde_json::to_vec(&breakable_book(book))?,
        &book.check.command,
        templates,
        made_at,
    )
}

/// One document: its page, its words as NAME.json, what its code says (empty for no code).
fn typeset(
    page: &TextFile,
    name: &str,
    words: &[u8],
    command: &str,
    templates: &Templates,
    made_at: NaiveDateTime,
) -> Result<Vec<u8>, ExportError> {
    let world = Paper::new(page, name, words, command, templates)?;
    let set = set(&world, command, made_at);
    // The next document has other words; what was remembered of this one would only take room.
    comemo::evict(0);
    set
}

fn set(world: &Paper, command: &str, made_at: NaiveDateTime) -> Result<Vec<u8>, ExportError> {
    let compiled = typst::compile::<PagedDocument>(world);
    let document = compiled.output.map_err(|errors| world.told(errors.first()))?;
    // A font that is missing would silently be another one.
    if let Some(missing) = compiled.warnings.iter().find(|warning| warning.message.contains("unknown font family")) {
        return Err(world.told(Some(missing)));
    }
    let options = PdfOptions {
        creator: Smart::Custom(Some("Loa".to_owned())),
        ident: Smart::Custom(command.to_owned()),
        timestamp: timestamp(made_at),
        // For who has the paper read aloud.
        tagged: true,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| world.told(errors.first()))
}

fn timestamp(at: NaiveDateTime) -> Option<Timestamp> {
    let part = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
    let [month, day] = [part(at.month()), part(at.day())];
    let [hour, minute, second] = [part(at.hour()), part(at.minute()), part(at.second())];
    Datetime::from_ymd_hms(at.year(), month, day, hour, minute, second).map(Timestamp::new_utc)
}

/// Everything Typst may look at.
struct Paper {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    source: Source,
    /// Name of the template, for messages.
    name: String,
    files: BTreeMap<String, Bytes>,
}

impl Paper {
    fn new(
        page: &TextFile,
        name: &str,
        words: &[u8],
        command: &str,
        templates: &Templates,
    ) -> Result<Self, ExportError> {
        let main = id(&format!("{name}.typ"))?;
        let fonts: Vec<Font> =
            templates.fonts.iter().flat_map(|font| Font::iter(Bytes::new(font.bytes.clone()))).collect();
        let mut files = BTreeMap::new();
        files.insert(format!("{name}.json"), Bytes::new(words.to_vec()));
        if !command.is_empty() {
            files.insert("check.svg".to_owned(), Bytes::from_string(qr::svg(command)?));
        }
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main,
            source: Source::new(main, page.text.clone()),
            name: page.file.clone(),
            files,
        })
    }

    /// What went wrong, with its line in the template.
    fn told(&self, diagnostic: Option<&SourceDiagnostic>) -> ExportError {
        let Some(diagnostic) = diagnostic else {
            return ExportError::Page { file: self.name.clone(), line: 1, message: "it cannot be set".to_owned() };
        };
        let range = self.range(diagnostic.span);
        let line = range.and_then(|range| self.source.lines().byte_to_line(range.start)).map_or(1, |line| line + 1);
        let hints = diagnostic.hints.iter().map(|hint| format!("; {}", hint.v));
        let message = diagnostic.message.to_string() + &hints.collect::<String>();
        ExportError::Page { file: self.name.clone(), line, message }
    }
}

/// The same report, in whose cells a long word may be broken.
fn breakable_report(report: &OfficialReport) -> OfficialReport {
    let mut report = report.clone();
    for part in report.annexes.iter_mut().flat_map(|annex| &mut annex.parts) {
        if let AnnexPart::Table(table) = part {
            break_long_words(&mut table.rows);
        }
    }
    report
}

/// The same book, likewise.
fn breakable_book(book: &LogBook) -> LogBook {
    let mut book = book.clone();
    for day in &mut book.days {
        break_long_words(&mut day.rows);
    }
    book
}

/// Word breaks a long word by itself; Typst would set it across the other columns and over the edge of the page.
fn break_long_words(rows: &mut [Row]) {
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        if cell.split_whitespace().any(|word| word.chars().count() > WORD_MAX) {
            *cell = broken(cell);
        }
    }
}

/// With places to break in the long words.
fn broken(text: &str) -> String {
    let mut broken = String::with_capacity(2 * text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let long = word.chars().count() > WORD_MAX;
        for (index, letter) in word.chars().enumerate() {
            if long && index > 0 && index % PIECE == 0 {
                broken.push('\u{200b}');
            }
            broken.push(letter);
        }
    }
    broken
}

fn id(name: &str) -> Result<FileId, ExportError> {
    let path = VirtualPath::new(name)
        .map_err(|_| TemplateError::Unfit { file: name.to_owned(), what: "its name is no path".to_owned() })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main { Ok(self.source.clone()) } else { Err(not_found(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(id.get().vpath().get_without_slash()).cloned().ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}
