//! The report for Word and LibreOffice: the office's own Word file with named fields, filled in.
//!
//! A field is text such as `{{period}}` anywhere in the file, in whatever format the office gives it. One that holds several
//! lines (`{{recipients}}`) repeats its paragraph. `{{body}}` and `{{annexes}}`, each alone in a paragraph, become the text
//! and the tables, in the styles of the file whose names begin with `Loa`. The image whose description is `loa-check`
//! becomes the code that confirms the paper. Everything else stays as the office made it.

mod blocks;
mod fill;
mod package;

use super::document::OfficialReport;
use super::templates::ByteFile;
use super::{ExportError, TemplateError, qr};
use fill::{Filling, Value};
use package::Package;

/// Fills the Word template.
///
/// # Errors
/// A file that is no Word file; a field that does not exist, with its paragraph; a style that is missing.
pub fn docx(report: &OfficialReport, template: &ByteFile) -> Result<Vec<u8>, ExportError> {
    let mut package = Package::read(template)?;
    let styles = package.text(STYLES).unwrap_or_default().to_owned();
    if let Some(style) = blocks::STYLES.iter().find(|style| !styles.contains(&format!("w:styleId=\"{style}\""))) {
        let what = format!(
            "its style `{style}` is missing; keep the styles whose names begin with Loa, as `loa report --templates DIR` writes them"
        );
        return Err(TemplateError::Unfit { file: template.file.clone(), what }.into());
    }
    let document = package.text(DOCUMENT).unwrap_or_default().to_owned();
    let section = blocks::last_section(&document).ok_or_else(|| TemplateError::Unfit {
        file: template.file.clone(),
        what: "it has no page setup at its end; save it with Word or LibreOffice as .docx".to_owned(),
    })?;
    let filling = filling(report, section);
    for name in package.names().into_iter().filter(|name| holds_fields(name)) {
        let Some(text) = package.text(&name) else { continue };
        let file = match name == DOCUMENT {
            true => template.file.clone(),
            false => format!("{} ({name})", template.file),
        };
        let filled = fill::fill(&file, text, &filling)?;
        package.put(&name, filled.into_bytes());
    }
    if !report.check.command.is_empty() {
        let code = qr::png(&report.check.command)?;
        for name in package.images_described("loa-check") {
            package.put(&name, code.clone());
        }
    }
    package.write()
}

/// The compiled-in template.
///
/// # Errors
/// Never: its parts are what Loa itself brings.
pub(super) fn shipped() -> Result<Vec<u8>, ExportError> {
    let mut package = Package::shipped();
    // Replaced in every report; a picture must be there all the same, or Word calls the file damaged.
    package.put("word/media/check.png", qr::png("loa log verify --head")?);
    package.write()
}

const DOCUMENT: &str = "word/document.xml";
const STYLES: &str = "word/styles.xml";

fn holds_fields(part: &str) -> bool {
    let of_word = part
        .strip_prefix("word/")
        .filter(|name| ["document", "header", "footer", "footnotes"].iter().any(|start| name.starts_with(start)));
    part == "docProps/core.xml" || of_word.is_some_and(|name| name.ends_with(".xml") && !name.contains('/'))
}

fn filling(report: &OfficialReport, section: &str) -> Filling {
    let heading = &report.heading;
    let line = |text: &str| Value::Line(text.to_owned());
    let optional =
        |text: &str| Value::Lines(Some(text.to_owned()).filter(|text| !text.is_empty()).into_iter().collect());
    Filling::of([
        ("title", line(&report.title)),
        ("author", line(&report.author)),
        ("simulated", optional(report.simulated.as_deref().unwrap_or_default())),
        ("superior", optional(&heading.superior)),
        ("agency", Value::Lines(heading.agency.clone())),
        ("state", line(&heading.state)),
        ("motto", line(&heading.motto)),
        ("number", line(&heading.number)),
        ("place_date", line(&heading.place_date)),
        ("kind", line(&heading.kind)),
        ("about", Value::Lines(heading.about.clone())),
        ("basis", Value::Lines(report.basis.clone())),
        ("opening", Value::Lines(report.opening.clone())),
        ("body", Value::Blocks(blocks::body(&report.body))),
        ("closing", line(&report.closing)),
        ("recipients_title", line(&report.recipients.title)),
        ("recipients", Value::Lines(report.recipients.lines.clone())),
        ("signature", Value::Lines(report.signature.lines.clone())),
        ("signer", line(&report.signature.name)),
        ("annexes", Value::Blocks(blocks::annexes(&report.annexes, section))),
        ("check", Value::Lines(report.check.lines.clone())),
    ])
}
