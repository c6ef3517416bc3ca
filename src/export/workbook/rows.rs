//! The sheets of rows: items and the log.

use super::sheet::{Cell, Sheet};
use crate::domain::words::{self, Language};
use crate::export::log::LogRow;
use crate::export::report::ReportSheet;

pub(super) fn items(sheet: &ReportSheet<'_>, language: Language) -> Sheet {
    let mut items = Sheet::of(
        language.pick("Tin bài", "Items"),
        [
            language.pick("Số tin bài", "Clip"),
            language.pick("Lần ghi", "Edition"),
            language.pick("Tên tin, bài", "Title"),
            language.pick("Thể loại", "Genre"),
            language.pick("Mã lĩnh vực", "Topic code"),
            language.pick("Lĩnh vực", "Topic"),
            language.pick("Kế hoạch tuyên truyền", "Campaign"),
            language.pick("Số lượt phát", "Airings"),
            language.pick("Thời lượng đã phát", "Heard"),
            language.pick("Thời lượng tin bài", "Length"),
        ],
    );
    for line in &sheet.report.item_lines {
        items.row([
            Cell::Whole(u64::from(line.item.clip.0)),
            Cell::Whole(u64::from(line.item.edition)),
            Cell::text(line.title.as_str()),
            Cell::text(words::genre(line.genre, language)),
            Cell::text(line.topic.as_str()),
            Cell::text(sheet.topic(&line.topic, language)),
            Cell::text(line.campaign.as_deref().unwrap_or_default()),
            Cell::Whole(line.airings),
            Cell::Length(line.heard_ms),
            Cell::Length(line.length_ms),
        ]);
    }
    items
}

/// Every row of the log, tunes too: what is filtered is up to the reader.
pub(super) fn log(sheet: &ReportSheet<'_>, rows: &[LogRow], language: Language) -> Sheet {
    let mut log = Sheet::of(
        language.pick("Nhật ký", "Log"),
        [
            language.pick("STT", "No."),
            language.pick("Ngày", "Day"),
            language.pick("Giờ bắt đầu", "Start"),
            language.pick("Giờ kết thúc", "End"),
            language.pick("Tên tin, bài", "Title"),
            language.pick("Thể loại", "Genre"),
            language.pick("Mã lĩnh vực", "Topic code"),
            language.pick("Lĩnh vực", "Topic"),
            language.pick("Kế hoạch tuyên truyền", "Campaign"),
            language.pick("Nguồn", "Source"),
            language.pick("Thời lượng", "Heard"),
            language.pick("Tỷ lệ phát", "Share"),
            language.pick("Người biên tập", "Author"),
            language.pick("Người duyệt", "Approver"),
            language.pick("Kết quả", "Outcome"),
            language.pick("Lý do, ghi chú", "Reason, remarks"),
            language.pick("Người trực", "On duty"),
            language.pick("Tính lượt", "Counted"),
            language.pick("Cụm loa", "Zones"),
            language.pick("Giờ theo kế hoạch", "Planned start"),
            language.pick("Buổi phát", "Broadcast"),
            language.pick("Bản ghi số", "Record"),
            language.pick("Mã băm", "Hash"),
        ],
    );
    let local = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&sheet.zone).naive_local();
    let time =
        |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or(Cell::Empty, |at| Cell::TimeOfDay(local(at).time()));
    for (number, row) in (1..).zip(rows) {
        let told = |text: &Option<String>| Cell::text(text.as_deref().unwrap_or_default());
        let topic = row.topic.as_deref();
        let heard = row.airing.map_or(Cell::Empty, |_| Cell::Length(row.heard_ms()));
        log.row([
            Cell::Whole(number),
            Cell::Day(local(row.start.unwrap_or(row.planned_start)).date()),
            time(row.start),
            time(row.end),
            Cell::text(row.title.as_str()),
            Cell::text(row.sort_of_sound(language)),
            told(&row.topic),
            Cell::text(topic.map_or("", |code| sheet.topic(code, language))),
            told(&row.campaign),
            Cell::text(row.source.map_or("", |source| words::source(source, language))),
            heard,
            row.airing.map_or(Cell::Empty, |_| Cell::Share(row.fraction())),
            told(&row.author),
            told(&row.approver),
            Cell::text(row.ending.words(language)),
            Cell::text(row.remarks_in(language)),
            told(&row.by),
            Cell::Whole(u64::from(row.counted)),
            Cell::text(row.zones.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
            Cell::Moment(local(row.planned_start)),
            Cell::text(row.occurrence.as_ref().map(|occurrence| occurrence.slot.to_string()).unwrap_or_default()),
            Cell::Whole(row.seq),
            Cell::text(row.hash.as_str()),
        ]);
    }
    log
}
