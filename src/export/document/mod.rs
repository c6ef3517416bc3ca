//! The official report as one model that Word, PDF, HTML and plain text are written from.
//!
//! [`OfficialReport::build`] takes the counts ([`ReportSheet`](crate::export::report::ReportSheet)), the office's texts ([`TextTemplate`]) and the rows of the log,
//! and says everything that will stand on the paper. The writers beside this folder only lay it out: none of them counts,
//! words or decides anything. Its layout is that of Nghị định 30/2020/NĐ-CP, Phụ lục I.

mod annex;
mod book;
mod build;
mod fields;
mod incidents;
mod logbook;
mod outline;
mod template;
mod totals;

use serde::Serialize;

pub use self::book::{BookDay, BookSource, LogBook};
pub use self::build::{Campaign, DocumentSource, Typed};
pub use self::fields::{FIELDS, Fields};
pub use self::logbook::LOGBOOK_ROWS_MAX;
pub use self::outline::OutlineSection;
pub use self::template::{TemplateError, TextTemplate};
use crate::domain::words::Language;

/// A report as it will stand on paper: every word of it, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfficialReport {
    /// The language it is written in.
    pub language: Language,
    /// Its name for the properties of a file.
    pub title: String,
    /// Who issues it, for the properties of a file.
    pub author: String,
    /// Said at the top of every page of a rehearsal; none of a real log.
    pub simulated: Option<String>,
    /// What stands above the text.
    pub heading: Heading,
    /// Căn cứ, one paragraph each.
    pub basis: Vec<String>,
    /// The sentence that leads to the text.
    pub opening: Vec<String>,
    /// The text.
    pub body: Vec<Block>,
    /// The last sentence, ended by "./.".
    pub closing: String,
    /// Nơi nhận.
    pub recipients: Recipients,
    /// The block of whoever signs.
    pub signature: Signature,
    /// Phụ lục.
    pub annexes: Vec<Annex>,
    /// How the paper is compared with the log.
    pub check: Check,
}

/// What stands above the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// The agency above the issuing one, in capitals; empty if it is not named.
    pub superior: String,
    /// The issuing agency in capitals, a line each.
    pub agency: Vec<String>,
    /// Quốc hiệu.
    pub state: String,
    /// Tiêu ngữ.
    pub motto: String,
    /// Số, ký hiệu; the number is left to the clerk.
    pub number: String,
    /// Địa danh, thời gian; the day is left to the clerk.
    pub place_date: String,
    /// Tên loại: BÁO CÁO.
    pub kind: String,
    /// Trích yếu, a line each.
    pub about: Vec<String>,
}

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 for I, II; 2 for 1, 2; 3 for 2.1, 2.2.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        text: String,
    },
}

/// Who gets the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recipients {
    /// "Nơi nhận:".
    pub title: String,
    /// A line each, with its dash and its end mark.
    pub lines: Vec<String>,
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH / PHÓ CHỦ TỊCH.
    pub lines: Vec<String>,
    /// The person's name; empty if it is left to the clerk.
    pub name: String,
}

/// An annex. Its pages are numbered by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annex {
    /// "Phụ lục I".
    pub label: String,
    /// Its name in capitals.
    pub title: String,
    /// "(Kèm theo Báo cáo số ...)".
    pub attached: String,
    /// What it holds, in order.
    pub parts: Vec<AnnexPart>,
}

/// A piece of an annex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum AnnexPart {
    /// A heading.
    Heading {
        /// Its words.
        text: String,
    },
    /// A sentence.
    Note {
        /// Its words.
        text: String,
    },
    /// A table.
    Table(Table),
}

/// A table; each row has one cell for each column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The columns from left to right.
    pub columns: Vec<Column>,
    /// The rows from top to bottom.
    pub rows: Vec<Row>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// What stands above it.
    pub title: String,
    /// Its share of the width of the table, against those of the others.
    pub width: u32,
    /// How its cells stand.
    pub align: Align,
}

/// How the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Words.
    Left,
    /// Serial numbers, days and hours.
    Center,
    /// Numbers.
    Right,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// A total, in bold.
    pub strong: bool,
    /// Its cells.
    pub cells: Vec<String>,
}

/// How the paper is compared with the log. It stands at the foot of every page of the annexes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// How an airing is counted, which days, from which record.
    pub lines: Vec<String>,
    /// What the QR code says: the command that confirms the paper; empty if the log is empty.
    pub command: String,
}

impl Table {
    /// An empty table of these columns: words, share of the width, how they stand.
    fn of<const N: usize>(columns: [(&str, u32, Align); N]) -> Self {
        let column = |(title, width, align): (&str, u32, Align)| Column { title: title.to_owned(), width, align };
        Self { columns: columns.into_iter().map(column).collect(), rows: Vec::new() }
    }

    fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(Row { strong: false, cells: cells.into() });
    }

    fn total<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(Row { strong: true, cells: cells.into() });
    }
}
