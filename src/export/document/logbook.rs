//! Annex II: the as-run logbook, in the columns an inspector looks for.

use chrono_tz::Tz;

use super::annex::note;
use super::build::{DocumentSource, cell};
use super::{Align, AnnexPart, Table};
use crate::domain::airing::AiringOutcome;
use crate::domain::clip::Genre;
use crate::domain::log::Kind;
use crate::domain::topic::TopicTable;
use crate::domain::words::{self, Language};
use crate::export::log::{Ending, LogRow};
use crate::export::text::{clock, day, time_of_day};

/// The most rows of the log that an annex lists: two years of a station. A longer logbook is a file, not paper.
pub const LOGBOOK_ROWS_MAX: u64 = 6_000;

pub(super) fn parts(source: &DocumentSource<'_>) -> Vec<AnnexPart> {
    let language = source.language;
    let Some(rows) = source.rows else {
        return vec![note(match language {
            Language::Vi => format!(
                "Sổ nhật ký của kỳ này dài hơn {LOGBOOK_ROWS_MAX} dòng nên không in tại đây. Sổ đầy đủ: in từng tháng bằng lệnh loa log book --period NĂM-THÁNG --format pdf --out THƯ_MỤC, hoặc xuất bảng tính của cả kỳ bằng lệnh loa log --csv."
            ),
            Language::En => format!(
                "The logbook of this period has more than {LOGBOOK_ROWS_MAX} rows and is not printed here. The whole logbook: month by month with loa log book --period YEAR-MONTH --format pdf --out FOLDER, or as a spreadsheet of the whole period with loa log --csv."
            ),
        })];
    };
    let shown = Shown { topics: source.sheet.topics, zone: source.sheet.zone, language };
    let mut table = columns(language);
    for (index, row) in rows.iter().filter(|row| !is_plain_tune(row)).enumerate() {
        table.row(cells(&shown, index + 1, row));
    }
    let tunes = note(language.pick(
        "Nhạc hiệu và nhạc kết phát đủ không ghi vào sổ này; chúng không được tính là tin bài.",
        "Signature and closing tunes that were heard whole are left out; they never count.",
    ));
    if table.rows.is_empty() {
        let text = language.pick("Trong kỳ báo cáo, nhật ký không có dòng nào.", "The log of this period has no row.");
        return vec![note(text)];
    }
    vec![tunes, AnnexPart::Table(table)]
}

/// The columns of a station's logbook.
pub(super) fn columns(language: Language) -> Table {
    Table::of([
        (language.pick("STT", "No."), 7, Align::Center),
        (language.pick("Ngày", "Date"), 16, Align::Center),
        (language.pick("Bắt đầu", "Start"), 13, Align::Center),
        (language.pick("Kết thúc", "End"), 13, Align::Center),
        (language.pick("Tên tin, bài", "Title"), 41, Align::Left),
        (language.pick("Thể loại", "Genre"), 13, Align::Left),
        (language.pick("Lĩnh vực", "Topic"), 26, Align::Left),
        (language.pick("Nguồn", "Source"), 14, Align::Left),
        (language.pick("Thời lượng", "Heard"), 13, Align::Right),
        (language.pick("Người biên tập", "Author"), 24, Align::Left),
        (language.pick("Người duyệt", "Approver"), 18, Align::Left),
        (language.pick("Kết quả", "Outcome"), 12, Align::Left),
        (language.pick("Lý do, ghi chú", "Reason, remarks"), 24, Align::Left),
        (language.pick("Người trực", "On duty"), 14, Align::Left),
    ])
}

/// How rows are put into words.
pub(super) struct Shown<'a> {
    /// Names of topics.
    pub(super) topics: &'a TopicTable,
    /// Times are local times of this zone.
    pub(super) zone: Tz,
    /// Of the words.
    pub(super) language: Language,
}

impl Shown<'_> {
    /// The name of a topic; the code itself if the table does not know it.
    fn topic<'b>(&'b self, code: &'b str) -> &'b str {
        match self.language {
            Language::Vi => self.topics.name_vi(code),
            Language::En => self.topics.get(code).map_or(code, |topic| &topic.en),
        }
    }
}

/// A tune that went as it should is no news; one that did not is.
fn is_plain_tune(row: &LogRow) -> bool {
    let tune = row.kind == Some(Kind::Ident) || row.genre == Some(Genre::Ident);
    tune && matches!(row.ending, Ending::Airing { outcome: AiringOutcome::Aired, .. }) && row.remarks.is_empty()
}

/// A row of the log in these columns.
pub(super) fn cells(shown: &Shown<'_>, number: usize, row: &LogRow) -> [String; 14] {
    let (zone, language) = (shown.zone, shown.language);
    let none = String::new;
    let counted = match (&row.ending, row.counted) {
        (Ending::Airing { outcome: AiringOutcome::Partial | AiringOutcome::NotAired, .. }, true) => {
            language.pick(", được tính", ", counted")
        }
        (Ending::Airing { outcome: AiringOutcome::Aired, .. }, false) if row.kind == Some(Kind::Own) => {
            language.pick(", không tính", ", not counted")
        }
        _ => "",
    };
    [
        number.to_string(),
        day(row.start.unwrap_or(row.planned_start), zone),
        row.start.map_or_else(none, |at| time_of_day(at, zone)),
        row.end.map_or_else(none, |at| time_of_day(at, zone)),
        cell(&row.title),
        row.sort_of_sound(language).to_owned(),
        row.topic.as_deref().map_or_else(none, |code| cell(shown.topic(code))),
        row.source.map_or_else(none, |source| words::source(source, language).to_owned()),
        if row.airing.is_some() { clock(row.heard_ms()) } else { none() },
        row.author.as_deref().map_or_else(none, cell),
        row.approver.as_deref().map_or_else(none, cell),
        format!("{}{counted}", row.ending.words(language)),
        cell(&row.remarks_in(language)),
        row.by.as_deref().map_or_else(none, cell),
    ]
}
