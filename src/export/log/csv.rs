//! The logbook (sổ nhật ký) for a spreadsheet: the columns an inspector looks for, then what a machine needs.

use chrono_tz::Tz;

use super::LogRow;
use crate::domain::topic::TopicTable;
use crate::domain::words::{self, Language};
use crate::export::ExportError;
use crate::export::spreadsheet::{Delimiter, Spreadsheet};
use crate::export::text::{clock, day, rfc3339, time_of_day};

/// The head of the table. The first fourteen are those of the printed logbook.
const HEADINGS: [&str; 20] = [
    "STT",
    "Ngày",
    "Giờ bắt đầu",
    "Giờ kết thúc",
    "Tên tin, bài",
    "Thể loại",
    "Lĩnh vực",
    "Nguồn",
    "Thời lượng",
    "Người biên tập",
    "Người duyệt",
    "Kết quả",
    "Lý do, ghi chú",
    "Người trực",
    "Tính lượt",
    "Tỷ lệ phát",
    "Giờ theo kế hoạch",
    "Buổi phát",
    "Mã lượt phát",
    "Mã băm",
];

/// A table with a byte order mark, CRLF, and cells that no spreadsheet takes for a formula. Rows keep their order.
///
/// # Errors
/// Never with rows that Loa made.
pub fn csv(rows: &[LogRow], topics: &TopicTable, zone: Tz, delimiter: Delimiter) -> Result<String, ExportError> {
    let mut spreadsheet = Spreadsheet::new(delimiter);
    spreadsheet.row(&HEADINGS)?;
    for (index, row) in rows.iter().enumerate() {
        spreadsheet.row(&cells(index + 1, row, topics, zone))?;
    }
    spreadsheet.finish()
}

fn cells(number: usize, row: &LogRow, topics: &TopicTable, zone: Tz) -> [String; HEADINGS.len()] {
    let none = String::new;
    [
        number.to_string(),
        day(row.start.unwrap_or(row.planned_start), zone),
        row.start.map_or_else(none, |at| time_of_day(at, zone)),
        row.end.map_or_else(none, |at| time_of_day(at, zone)),
        row.title.clone(),
        row.sort_of_sound(Language::Vi).to_owned(),
        row.topic.as_deref().map_or_else(none, |code| topics.name_vi(code).to_owned()),
        row.source.map_or_else(none, |source| words::source(source, Language::Vi).to_owned()),
        clock(row.heard_ms()),
        row.author.clone().unwrap_or_default(),
        row.approver.clone().unwrap_or_default(),
        row.ending.words(Language::Vi).to_owned(),
        row.remarks_in(Language::Vi),
        row.by.clone().unwrap_or_default(),
        if row.counted { "có" } else { "không" }.to_owned(),
        share(row.fraction()),
        rfc3339(row.planned_start, zone),
        row.occurrence.as_ref().map_or_else(none, ToString::to_string),
        row.airing.map_or_else(none, |airing| airing.to_string()),
        row.hash.clone(),
    ]
}

/// `99,9%`, rounded down, so that 100% means all of it.
pub(super) fn share(fraction: f64) -> String {
    let tenths = (fraction * 1_000.0).floor() as u64;
    if tenths.is_multiple_of(10) { format!("{}%", tenths / 10) } else { format!("{},{}%", tenths / 10, tenths % 10) }
}
