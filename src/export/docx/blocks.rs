//! The text and the annexes as the markup of a Word part.

use quick_xml::escape::escape;

use crate::export::document::{Align, Annex, AnnexPart, Block, Row, Table};

/// The styles that the generated paragraphs bear; a template must have them.
pub(super) const STYLES: [&str; 9] = [
    "LoaBody",
    "LoaHeading1",
    "LoaHeading2",
    "LoaHeading3",
    "LoaTitle",
    "LoaAnnexHeading",
    "LoaAnnexNote",
    "LoaCell",
    "LoaCellSmall",
];

/// Tables of more columns are set smaller.
const COLUMNS_MAX: usize = 8;

/// The page setup at the end of a document, which is that of the annexes.
pub(super) fn last_section(document: &str) -> Option<&str> {
    let start = document.rfind("<w:sectPr")?;
    let end = document[start..].find("</w:sectPr>")? + start + "</w:sectPr>".len();
    Some(&document[start..end])
}

/// The width of the text on pages of this setup, in twentieths of a point.
fn text_width(section: &str) -> u64 {
    let number = |name: &str| -> Option<u64> {
        let rest = section.split(&format!("{name}=\"")).nth(1)?;
        rest.split('"').next()?.parse().ok()
    };
    let width = number("w:w").unwrap_or(16_838);
    let margins = number("w:left").unwrap_or(1_134) + number("w:right").unwrap_or(1_134);
    width.saturating_sub(margins)
}

pub(super) fn body(blocks: &[Block]) -> String {
    let paragraph_of = |block: &Block| match block {
        Block::Heading { level, text } => paragraph(&format!("LoaHeading{level}"), text, ""),
        Block::Paragraph { text } => paragraph("LoaBody", text, ""),
    };
    blocks.iter().map(paragraph_of).collect()
}

/// Each on pages of its own, numbered from 1.
pub(super) fn annexes(annexes: &[Annex], section: &str) -> String {
    let width = text_width(section);
    let mut markup = String::new();
    for (index, annex) in annexes.iter().enumerate() {
        if index > 0 {
            // A section ends with the paragraph that holds its setup.
            markup.push_str("<w:p><w:pPr><w:spacing w:line=\"20\" w:lineRule=\"exact\"/>");
            markup.push_str(section);
            markup.push_str("</w:pPr></w:p>");
        }
        markup.push_str(&paragraph("LoaTitle", &annex.label, ""));
        markup.push_str(&paragraph("LoaTitle", &annex.title, ""));
        markup.push_str(&paragraph(
            "LoaTitle",
            &annex.attached,
            "<w:b w:val=\"0\"/><w:bCs w:val=\"0\"/><w:i/><w:iCs/>",
        ));
        for part in &annex.parts {
            match part {
                AnnexPart::Heading { text } => markup.push_str(&paragraph("LoaAnnexHeading", text, "")),
                AnnexPart::Note { text } => markup.push_str(&paragraph("LoaAnnexNote", text, "")),
                AnnexPart::Table(content) => table(&mut markup, content, width),
            }
        }
    }
    // Nothing may end with a table, not even a document.
    markup.push_str(&paragraph("LoaCellSmall", "", ""));
    markup
}

/// A paragraph in a style; `format` changes its letters.
fn paragraph(style: &str, text: &str, format: &str) -> String {
    let mut markup = String::with_capacity(text.len() + 120);
    push_paragraph(&mut markup, style, "", text, format);
    markup
}

fn push_paragraph(markup: &mut String, style: &str, setup: &str, text: &str, format: &str) {
    markup.push_str("<w:p><w:pPr><w:pStyle w:val=\"");
    markup.push_str(style);
    markup.push_str("\"/>");
    markup.push_str(setup);
    markup.push_str("</w:pPr><w:r>");
    if !format.is_empty() {
        markup.push_str("<w:rPr>");
        markup.push_str(format);
        markup.push_str("</w:rPr>");
    }
    markup.push_str("<w:t xml:space=\"preserve\">");
    markup.push_str(&escape(text));
    markup.push_str("</w:t></w:r></w:p>");
}

const BORDERS: [&str; 6] = ["top", "left", "bottom", "right", "insideH", "insideV"];
const BOLD: &str = "<w:b/><w:bCs/>";
const CENTERED: &str = "<w:jc w:val=\"center\"/>";

fn table(markup: &mut String, table: &Table, width: u64) {
    let shares: u64 = table.columns.iter().map(|column| u64::from(column.width)).sum::<u64>().max(1);
    let widths: Vec<u64> = table.columns.iter().map(|column| width * u64::from(column.width) / shares).collect();
    let style = if table.columns.len() > COLUMNS_MAX { "LoaCellSmall" } else { "LoaCell" };
    markup.push_str(&format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblBorders>",
        widths.iter().sum::<u64>()
    ));
    for side in BORDERS {
        markup.push_str(&format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>"));
    }
    markup.push_str("</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>");
    for width in &widths {
        markup.push_str(&format!("<w:gridCol w:w=\"{width}\"/>"));
    }
    markup.push_str("</w:tblGrid>");
    let heads: Vec<String> = table.columns.iter().map(|column| column.title.clone()).collect();
    let numbers: Vec<String> = (1..=table.columns.len()).map(|number| format!("({number})")).collect();
    for (cells, format) in [(heads, BOLD), (numbers, "<w:i/><w:iCs/>")] {
        markup.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (text, width) in cells.iter().zip(&widths) {
            cell(markup, *width, style, CENTERED, text, format);
        }
        markup.push_str("</w:tr>");
    }
    for row in &table.rows {
        push_row(markup, table, row, &widths, style);
    }
    markup.push_str("</w:tbl>");
}

fn push_row(markup: &mut String, table: &Table, row: &Row, widths: &[u64], style: &str) {
    markup.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
    for ((text, width), column) in row.cells.iter().zip(widths).zip(&table.columns) {
        let stand = match column.align {
            Align::Left => "",
            Align::Center => CENTERED,
            Align::Right => "<w:jc w:val=\"right\"/>",
        };
        cell(markup, *width, style, stand, text, if row.strong { BOLD } else { "" });
    }
    markup.push_str("</w:tr>");
}

fn cell(markup: &mut String, width: u64, style: &str, stand: &str, text: &str, format: &str) {
    markup.push_str(&format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>"
    ));
    push_paragraph(markup, style, stand, text, format);
    markup.push_str("</w:tc>");
}
