//! The report as plain text: for a mail, or a machine without anything else.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Row};

use super::document::{Align, Annex, AnnexPart, Block, Column, LogBook, OfficialReport, Row as BookRow};
use super::screen::{STYLE, finished};

/// Columns of a page of text.
const WIDTH: usize = 100;
/// Columns of the tables of the annexes, which are wider as they are on paper.
const TABLE_WIDTH: u16 = 180;

/// The whole report, lines of at most 100 columns, tables of 180.
#[must_use]
pub fn plain(report: &OfficialReport) -> String {
    let mut page = String::new();
    heading(&mut page, report);
    for line in report.basis.iter().chain(&report.opening) {
        paragraph(&mut page, line);
    }
    for block in &report.body {
        match block {
            Block::Heading { text, .. } => line(&mut page, text),
            Block::Paragraph { text } => paragraph(&mut page, text),
        }
        page.push('\n');
    }
    paragraph(&mut page, &report.closing);
    page.push('\n');
    line(&mut page, &report.recipients.title);
    report.recipients.lines.iter().for_each(|text| line(&mut page, text));
    page.push('\n');
    let signature = report.signature.lines.iter().chain([&report.signature.name]);
    signature.for_each(|text| line(&mut page, &format!("{:>width$}{text}", "", width = WIDTH / 2)));
    for annex in &report.annexes {
        push_annex(&mut page, annex);
    }
    page.push('\n');
    report.check.lines.iter().for_each(|text| paragraph(&mut page, text));
    page
}

/// The whole logbook, tables of 180 columns.
#[must_use]
pub fn book_plain(book: &LogBook) -> String {
    let mut page = String::new();
    let head = book.simulated.iter().chain([&book.agency, &book.station, &book.title, &book.period, &book.extent]);
    head.filter(|text| !text.is_empty()).for_each(|text| line(&mut page, text));
    for day in &book.days {
        page.push('\n');
        line(&mut page, &format!("{} ({})", day.heading, day.note));
        if !day.rows.is_empty() {
            page.push_str(&drawn(&book.columns, &day.rows));
        }
        for signature in &day.signatures {
            line(&mut page, &format!("{} {}: ____________________", signature.lines.join(" "), signature.hint));
        }
    }
    page.push('\n');
    book.check.lines.iter().for_each(|text| paragraph(&mut page, text));
    page
}

fn line(page: &mut String, text: &str) {
    page.push_str(text.trim_end());
    page.push('\n');
}

fn heading(page: &mut String, report: &OfficialReport) {
    let heading = &report.heading;
    if let Some(mark) = &report.simulated {
        line(page, mark);
    }
    let left = Some(&heading.superior).filter(|text| !text.is_empty()).into_iter().chain(&heading.agency);
    let left: Vec<&str> = left.map(String::as_str).chain(["", heading.number.as_str()]).collect();
    let mut right = vec![heading.state.as_str(), heading.motto.as_str()];
    right.resize(left.len().max(3) - 1, "");
    right.push(&heading.place_date);
    let rows = left.len().max(right.len());
    for row in 0..rows {
        let cell = |column: &[&str]| column.get(row).copied().unwrap_or_default().replace('\u{a0}', " ");
        line(page, &format!("{:<40}{}", cell(&left), cell(&right)));
    }
    page.push('\n');
    for text in [&heading.kind].into_iter().chain(&heading.about) {
        line(page, &format!("{text:^WIDTH$}"));
    }
    page.push('\n');
}

/// Broken between words.
fn paragraph(page: &mut String, text: &str) {
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            page.push('\n');
            column = 0;
        } else if column > 0 {
            page.push(' ');
            column += 1;
        }
        page.push_str(word);
        column += length;
    }
    page.push('\n');
}

fn push_annex(page: &mut String, annex: &Annex) {
    page.push('\n');
    for text in [&annex.label, &annex.title] {
        line(page, &format!("{text:^WIDTH$}"));
    }
    line(page, &format!("{:^WIDTH$}", annex.attached.replace('\u{a0}', " ")));
    for part in &annex.parts {
        page.push('\n');
        match part {
            AnnexPart::Heading { text } | AnnexPart::Note { text } => paragraph(page, text),
            AnnexPart::Table(table) => page.push_str(&drawn(&table.columns, &table.rows)),
        }
    }
}

fn drawn(columns: &[Column], rows: &[BookRow]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(STYLE).force_no_tty();
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(TABLE_WIDTH);
    table.set_header(Row::from(columns.iter().map(|column| Cell::new(&column.title)).collect::<Vec<_>>()));
    for (number, column) in columns.iter().enumerate() {
        if let (Align::Right, Some(drawn)) = (column.align, table.column_mut(number)) {
            drawn.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in rows {
        table.add_row(row.cells.iter().map(Cell::new).collect::<Vec<_>>());
    }
    finished(&table)
}
