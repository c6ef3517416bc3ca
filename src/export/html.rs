//! The report as one HTML page that needs nothing else: no script, no font and no picture from anywhere.

use quick_xml::escape::escape;

use super::document::{Align, Annex, AnnexPart, Block, Check, Column, LogBook, OfficialReport, Row};
use super::{ExportError, qr};

const LOOK: &str = include_str!("../../config/report/report.css");
/// Tables of more columns are set smaller.
const COLUMNS_MAX: usize = 8;

/// The whole report.
///
/// # Errors
/// A code that cannot be drawn: never with a report that Loa made.
pub fn html(report: &OfficialReport) -> Result<String, ExportError> {
    let language = report.language.pick("vi", "en");
    let mut page = begun(language, &report.title);
    if let Some(mark) = &report.simulated {
        element(&mut page, "p", "simulated", mark);
    }
    page.push_str("<main>\n");
    heading(&mut page, report);
    report.basis.iter().for_each(|text| element(&mut page, "p", "basis", text));
    report.opening.iter().for_each(|text| element(&mut page, "p", "", text));
    for block in &report.body {
        match block {
            Block::Heading { level, text } => element(&mut page, &format!("h{}", level + 1), "", text),
            Block::Paragraph { text } => element(&mut page, "p", "", text),
        }
    }
    element(&mut page, "p", "", &report.closing);
    signing(&mut page, report);
    report.annexes.iter().for_each(|annex| push_annex(&mut page, annex));
    check(&mut page, &report.check)?;
    page.push_str("</main>\n</body>\n</html>\n");
    Ok(page)
}

/// The whole logbook.
///
/// # Errors
/// A code that cannot be drawn: never with a book that Loa made.
pub fn book_html(book: &LogBook) -> Result<String, ExportError> {
    let language = book.language.pick("vi", "en");
    let mut page = begun(language, &book.title);
    if let Some(mark) = &book.simulated {
        element(&mut page, "p", "simulated", mark);
    }
    page.push_str("<main class=\"book\">\n<div class=\"annex-head\">\n");
    [&book.agency, &book.station]
        .into_iter()
        .filter(|text| !text.is_empty())
        .for_each(|text| element(&mut page, "p", "", text));
    page.push_str(&format!("<h1>{}</h1>\n", escape(&book.title)));
    [&book.period, &book.extent].into_iter().for_each(|text| element(&mut page, "p", "attached", text));
    page.push_str("</div>\n");
    for day in &book.days {
        page.push_str("<section class=\"annex day\">\n");
        element(&mut page, "h3", "", &day.heading);
        element(&mut page, "p", "note", &day.note);
        if !day.rows.is_empty() {
            rows(&mut page, &book.columns, &day.rows);
        }
        page.push_str("<div class=\"signing\">\n");
        for signature in &day.signatures {
            page.push_str("<div class=\"signature\">\n");
            signature.lines.iter().for_each(|text| element(&mut page, "p", "", text));
            element(&mut page, "p", "attached", &signature.hint);
            page.push_str("</div>\n");
        }
        page.push_str("</div>\n</section>\n");
    }
    check(&mut page, &book.check)?;
    page.push_str("</main>\n</body>\n</html>\n");
    Ok(page)
}

/// The head of a page and the beginning of its body.
fn begun(language: &str, title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{LOOK}</style>\n</head>\n<body>\n",
        escape(title)
    )
}

fn element(page: &mut String, name: &str, class: &str, text: &str) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    page.push_str(&format!("<{name}{class}>{}</{name}>\n", escape(text)));
}

fn heading(page: &mut String, report: &OfficialReport) {
    let heading = &report.heading;
    page.push_str("<header>\n<div>\n");
    if !heading.superior.is_empty() {
        element(page, "p", "", &heading.superior);
    }
    page.push_str("<div class=\"agency\">\n");
    heading.agency.iter().for_each(|text| element(page, "p", "", text));
    page.push_str("</div>\n</div>\n<div>\n");
    element(page, "p", "state", &heading.state);
    page.push_str(&format!("<p class=\"motto\"><span>{}</span></p>\n</div>\n", escape(&heading.motto)));
    element(page, "p", "number", &heading.number);
    element(page, "p", "place-date", &heading.place_date);
    page.push_str("</header>\n<div class=\"about\">\n");
    page.push_str(&format!("<h1>{}</h1>\n", escape(&heading.kind)));
    heading.about.iter().for_each(|text| element(page, "p", "", text));
    page.push_str("</div>\n");
}

fn signing(page: &mut String, report: &OfficialReport) {
    page.push_str("<div class=\"signing\">\n<div class=\"recipients\">\n");
    element(page, "p", "recipients-title", &report.recipients.title);
    report.recipients.lines.iter().for_each(|text| element(page, "p", "", text));
    page.push_str("</div>\n<div class=\"signature\">\n");
    report.signature.lines.iter().for_each(|text| element(page, "p", "", text));
    element(page, "p", "signer", &report.signature.name);
    page.push_str("</div>\n</div>\n");
}

fn push_annex(page: &mut String, annex: &Annex) {
    page.push_str("<section class=\"annex\">\n<div class=\"annex-head\">\n");
    element(page, "p", "", &annex.label);
    element(page, "p", "", &annex.title);
    element(page, "p", "attached", &annex.attached);
    page.push_str("</div>\n");
    for part in &annex.parts {
        match part {
            AnnexPart::Heading { text } => element(page, "h3", "", text),
            AnnexPart::Note { text } => element(page, "p", "note", text),
            AnnexPart::Table(content) => rows(page, &content.columns, &content.rows),
        }
    }
    page.push_str("</section>\n");
}

fn rows(page: &mut String, columns: &[Column], rows: &[Row]) {
    let wide = if columns.len() > COLUMNS_MAX { " class=\"wide\"" } else { "" };
    page.push_str(&format!("<div class=\"scroll\" tabindex=\"0\">\n<table{wide}>\n<thead>\n<tr>"));
    for column in columns {
        page.push_str(&format!("<th scope=\"col\">{}</th>", escape(&column.title)));
    }
    page.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in rows {
        page.push_str(if row.strong { "<tr class=\"strong\">" } else { "<tr>" });
        for (text, column) in row.cells.iter().zip(columns) {
            let class = match column.align {
                Align::Left => "",
                Align::Center => " class=\"center\"",
                Align::Right => " class=\"right\"",
            };
            page.push_str(&format!("<td{class}>{}</td>", escape(text)));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
}

fn check(page: &mut String, check: &Check) -> Result<(), ExportError> {
    page.push_str("<div class=\"check\">\n<div>\n");
    check.lines.iter().for_each(|text| element(page, "p", "", text));
    page.push_str("</div>\n");
    if !check.command.is_empty() {
        let drawing = qr::svg(&check.command)?;
        page.push_str(drawing.split_once("?>").map_or(drawing.as_str(), |(_, drawing)| drawing));
    }
    page.push_str("\n</div>\n");
    Ok(())
}
