//! The logbook on paper (sổ nhật ký chương trình phát thanh): every row of a period, a group of pages a day, each signed.
//!
//! Unlike the annex of a report it leaves nothing out, tunes neither: an inspector counts its lines.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;

use super::build::{origin, simulated};
use super::logbook::{Shown, cells, columns};
use super::{Check, Column, Row};
use crate::domain::report::Period;
use crate::domain::time::day_of;
use crate::domain::topic::TopicTable;
use crate::domain::words::Language;
use crate::export::log::LogRow;
use crate::export::report::Provenance;

/// What a book is written from.
#[derive(Debug, Clone, Copy)]
pub struct BookSource<'a> {
    /// Which days.
    pub period: Period,
    /// Every row of these days, in the order of the log's list.
    pub rows: &'a [LogRow],
    /// Names of topics.
    pub topics: &'a TopicTable,
    /// Days and times are local ones of this zone.
    pub zone: Tz,
    /// Of all words that are not data.
    pub language: Language,
    /// In whose name; empty if the configuration names nobody for that time.
    pub agency: &'a str,
    /// The lines over the leader's signature; empty for the general word.
    pub leader: &'a [String],
    /// Where it comes from.
    pub provenance: &'a Provenance,
}

/// A book as it will stand on paper: every word of it, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogBook {
    /// The language it is written in.
    pub language: Language,
    /// Its name, in capitals.
    pub title: String,
    /// In whose name.
    pub agency: String,
    /// The station in full.
    pub station: String,
    /// Which days, in words.
    pub period: String,
    /// How many lines it has, in words.
    pub extent: String,
    /// The word before a page's number.
    pub page: String,
    /// Said at the top of every page of a rehearsal; none of a real log.
    pub simulated: Option<String>,
    /// The columns from left to right.
    pub columns: Vec<Column>,
    /// The days in order. Days without a line stand together.
    pub days: Vec<BookDay>,
    /// How the paper is compared with the log.
    pub check: Check,
}

/// A day of the book, or days that follow each other and have no line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookDay {
    /// Which day, in words.
    pub heading: String,
    /// How many lines, in words; that there is none.
    pub note: String,
    /// Its lines; none at all is said in the note.
    pub rows: Vec<Row>,
    /// Who signs, from left to right.
    pub signatures: Vec<BookSignature>,
}

/// A place for a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookSignature {
    /// Who.
    pub lines: Vec<String>,
    /// That the name is written below.
    pub hint: String,
}

impl LogBook {
    /// Writes the book.
    #[must_use]
    pub fn build(source: &BookSource<'_>) -> Self {
        let (language, count) = (source.language, source.rows.len());
        Self {
            language,
            title: language.pick("SỔ NHẬT KÝ CHƯƠNG TRÌNH PHÁT THANH", "AS-RUN LOGBOOK").to_owned(),
            agency: source.agency.to_owned(),
            station: source.provenance.station.clone(),
            period: match language {
                Language::Vi => {
                    format!("Từ ngày {} đến ngày {}", numbers(source.period.from), numbers(source.period.to))
                }
                Language::En => format!("{} to {}", numbers(source.period.from), numbers(source.period.to)),
            },
            extent: lines(count, language),
            page: language.pick("Trang", "Page").to_owned(),
            simulated: source.provenance.simulated.then(|| simulated(language).to_owned()),
            columns: columns(language).columns,
            days: days(source),
            check: origin(source.provenance, source.zone, language),
        }
    }
}

/// The days with lines, and between them those without, each day of the period once.
fn days(source: &BookSource<'_>) -> Vec<BookDay> {
    let shown = Shown { topics: source.topics, zone: source.zone, language: source.language };
    let of = |row: &LogRow| day_of(source.zone, row.start.unwrap_or(row.planned_start));
    let mut days = Vec::new();
    let mut next = source.period.from;
    let mut number = 0;
    for rows in source.rows.chunk_by(|a, b| of(a) == of(b)) {
        let Some(day) = rows.first().map(of) else { continue };
        if next < day {
            days.push(empty(source, next, day.pred_opt().unwrap_or(day)));
        }
        let row = |row: &LogRow| {
            number += 1;
            Row { strong: false, cells: cells(&shown, number, row).into() }
        };
        let rows: Vec<Row> = rows.iter().map(row).collect();
        let note = lines(rows.len(), source.language);
        days.push(BookDay { heading: heading(day, source.language), note, rows, signatures: signatures(source) });
        next = next.max(day.succ_opt().unwrap_or(day));
    }
    if next <= source.period.to {
        days.push(empty(source, next, source.period.to));
    }
    days
}

/// Days of which the log says nothing.
fn empty(source: &BookSource<'_>, from: NaiveDate, to: NaiveDate) -> BookDay {
    let language = source.language;
    let heading = if from == to {
        heading(from, language)
    } else {
        match language {
            Language::Vi => format!("Từ ngày {} đến ngày {}", numbers(from), numbers(to)),
            Language::En => format!("{} to {}", numbers(from), numbers(to)),
        }
    };
    let note = language
        .pick("Trong thời gian này, nhật ký phát sóng không có dòng nào.", "The log has no line for this time.");
    BookDay { heading, note: note.to_owned(), rows: Vec::new(), signatures: signatures(source) }
}

fn signatures(source: &BookSource<'_>) -> Vec<BookSignature> {
    let language = source.language;
    let hint = language.pick("(Ký, ghi rõ họ tên)", "(Signature and full name)");
    let on_duty = vec![language.pick("NGƯỜI TRỰC ĐÀI", "ON DUTY").to_owned()];
    let leader = match (source.leader, language) {
        (lines, Language::Vi) if !lines.is_empty() => lines.to_vec(),
        _ => vec![language.pick("LÃNH ĐẠO PHỤ TRÁCH", "FOR THE LEADERSHIP").to_owned()],
    };
    [on_duty, leader].map(|lines| BookSignature { lines, hint: hint.to_owned() }).into()
}

fn heading(day: NaiveDate, language: Language) -> String {
    format!("{} {}", language.pick("Ngày", "Day"), numbers(day))
}

fn numbers(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

fn lines(count: usize, language: Language) -> String {
    match (language, count) {
        (Language::Vi, _) => format!("{count} dòng"),
        (Language::En, 1) => "1 line".to_owned(),
        (Language::En, _) => format!("{count} lines"),
    }
}
