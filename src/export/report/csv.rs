//! The report as one table for a spreadsheet: a line for each figure, the groupings below each other.

use super::ReportSheet;
use crate::domain::ledger::ActivitySum;
use crate::domain::report::{Apart, Group, Report};
use crate::domain::words::{Language, genre, miss_detail, miss_reason, source, weekday};
use crate::export::ExportError;
use crate::export::spreadsheet::{Delimiter, Spreadsheet};
use crate::export::text::{clock, rfc3339};

/// The head of the table.
const HEADINGS: [&str; 8] = [
    "Phần",
    "Mã",
    "Tên",
    "Số tin bài",
    "Số lượt phát",
    "Thời lượng (giờ:phút:giây)",
    "Thời lượng (mili giây)",
    "Ghi chú",
];

/// One line of the table: one cell under each heading.
type Line = [String; HEADINGS.len()];

/// A table with a byte order mark, CRLF, and cells that no spreadsheet takes for a formula.
///
/// # Errors
/// Never with a report that Loa made.
pub fn csv(sheet: &ReportSheet<'_>, delimiter: Delimiter) -> Result<String, ExportError> {
    let report = sheet.report;
    let mut spreadsheet = Spreadsheet::new(delimiter);
    spreadsheet.row(&HEADINGS)?;
    let mut lines = vec![total(sheet)];
    lines.push(apart("Tiếp âm", report.relays));
    lines.extend(relayed(sheet));
    lines.extend([apart("Phát trực tiếp", report.live), apart("Khẩn cấp", report.emergencies)]);
    lines.extend(uncounted(report));
    lines.extend(
        report.by_topic.iter().map(|group| line("Lĩnh vực", &group.key, sheet.topics.name_vi(&group.key), group)),
    );
    lines.extend(report.by_campaign.iter().map(|group| {
        let code = group.key.as_deref();
        line("Kế hoạch tuyên truyền", code.unwrap_or_default(), sheet.campaign(code), group)
    }));
    lines.extend(report.by_month.iter().map(|group| {
        let (year, month) = group.key;
        line("Tháng", &format!("{year}-{month:02}"), &format!("tháng {month:02}/{year}"), group)
    }));
    lines.extend(report.by_weekday.iter().map(|group| {
        line("Thứ", &group.key.number_from_monday().to_string(), weekday(group.key, Language::Vi), group)
    }));
    lines.extend(report.by_genre.iter().map(|group| line("Thể loại", "", genre(group.key, Language::Vi), group)));
    lines.extend(report.by_source.iter().map(|group| line("Nguồn", "", source(group.key, Language::Vi), group)));
    lines.extend(planned(sheet));
    lines.extend(activities(sheet));
    lines.extend(items(sheet));
    for line in lines {
        spreadsheet.row(&line)?;
    }
    spreadsheet.finish()
}

fn total(sheet: &ReportSheet<'_>) -> Line {
    let (report, period) = (sheet.report, sheet.report.period);
    let mark = if sheet.provenance.simulated { "; DỮ LIỆU MÔ PHỎNG" } else { "" };
    [
        "Tổng số".to_owned(),
        period.text(),
        period.name_vi(),
        report.items.to_string(),
        report.airings.to_string(),
        clock(report.heard_ms),
        report.heard_ms.to_string(),
        format!("từ {} đến {}{mark}", period.from, period.to),
    ]
}

fn apart(part: &str, apart: Apart) -> Line {
    let (time, exact) = (clock(apart.heard_ms), apart.heard_ms.to_string());
    [part.into(), String::new(), "buổi".into(), String::new(), apart.sessions.to_string(), time, exact, String::new()]
}

/// Sums without items and time.
fn sum(part: &str, name: &str, airings: u64) -> Line {
    let none = String::new;
    [part.into(), none(), name.into(), none(), airings.to_string(), none(), none(), none()]
}

/// What was heard inside relays stands where airings do: it is nobody's item here.
fn relayed<'a>(sheet: &'a ReportSheet<'_>) -> impl Iterator<Item = Line> + 'a {
    sheet.report.relayed.iter().map(|relayed| {
        let mut line = sum("Tin, bài tiếp âm", sheet.topics.name_vi(&relayed.topic), relayed.items);
        line[1].clone_from(&relayed.topic);
        line
    })
}

fn uncounted(report: &Report) -> [Line; 4] {
    let uncounted = report.uncounted;
    [
        ("bị ngắt", uncounted.partial),
        ("không phát", uncounted.not_aired),
        ("đang phát", uncounted.on_air),
        ("loại bằng tay", uncounted.by_hand),
    ]
    .map(|(name, airings)| sum("Lượt không tính", name, airings))
}

fn line<K>(part: &str, code: &str, name: &str, group: &Group<K>) -> Line {
    [
        part.to_owned(),
        code.to_owned(),
        name.to_owned(),
        group.items.to_string(),
        group.airings.to_string(),
        clock(group.heard_ms),
        group.heard_ms.to_string(),
        String::new(),
    ]
}

fn planned(sheet: &ReportSheet<'_>) -> Vec<Line> {
    let occurrences = &sheet.report.occurrences;
    let sums = [
        ("theo kế hoạch", occurrences.planned),
        ("phát đủ", occurrences.aired),
        ("bị ngắt", occurrences.partial),
        ("không phát", occurrences.missed),
        ("đã hủy", occurrences.cancelled),
        ("bị thay thế", occurrences.superseded),
        ("chưa kết thúc", occurrences.open),
    ];
    let mut lines: Vec<Line> = sums.map(|(name, number)| sum("Buổi phát", name, number)).to_vec();
    lines.extend(occurrences.misses().map(|(fact, why)| {
        let mut line = sum("Buổi không phát", miss_reason(why, Language::Vi), 1);
        line[1] = fact.occurrence.to_string();
        line[7] = match miss_detail(why) {
            Some(detail) => format!("{}; {detail}", rfc3339(fact.planned_start, sheet.zone)),
            None => rfc3339(fact.planned_start, sheet.zone),
        };
        line
    }));
    lines
}

/// The count stands where airings do; the note says where it comes from.
fn activities(sheet: &ReportSheet<'_>) -> Vec<Line> {
    let line = |sum: &ActivitySum| {
        let mut line = self::sum("Sổ hoạt động", sum.kind.name_vi(), sum.count);
        line[1] = sum.kind.as_str().to_owned();
        line[7] = format!("nhập tay {}; đếm từ nguồn tin {}; có minh chứng {}", sum.by_hand, sum.from_feed, sum.proven);
        line
    };
    sheet.activities.by_kind.iter().filter(|sum| sum.entries > 0).map(line).collect()
}

fn items(sheet: &ReportSheet<'_>) -> Vec<Line> {
    let line = |line: &crate::domain::report::ItemLine| {
        [
            "Tin bài".to_owned(),
            line.item.to_string(),
            line.title.clone(),
            "1".to_owned(),
            line.airings.to_string(),
            clock(line.heard_ms),
            line.heard_ms.to_string(),
            format!("{}; dài {}", sheet.topics.name_vi(&line.topic), clock(line.length_ms)),
        ]
    };
    sheet.report.item_lines.iter().map(line).collect()
}
