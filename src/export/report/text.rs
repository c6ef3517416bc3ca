//! The report for a terminal or a text file, in Vietnamese.

use std::fmt::Write;

use comfy_table::{Cell, ContentArrangement, Table, presets};

use super::ReportSheet;
use crate::domain::report::vietnamese::{count, date, hours_and_minutes, thousands};
use crate::domain::report::{Apart, Group, LEDGER_MARK, MonthRule, Preset, Relayed, Report, ledger_note};
use crate::domain::words::{self, Language, genre, miss_detail, miss_reason, source, weekday};
use crate::export::ExportError;
use crate::export::screen::{Screen, finished};
use crate::export::text::{day, printable, time_of_day};

/// Counts, tables, misses, sentences, how it was counted and from which log. Wide as needed, without colour.
///
/// # Errors
/// Never with a report that Loa made.
pub fn text(sheet: &ReportSheet<'_>) -> Result<String, ExportError> {
    let mut page = String::new();
    head(&mut page, sheet)?;
    page.push_str(&counts(sheet));
    let screen = Screen { zone: sheet.zone, language: Language::Vi, colour: false, width: None };
    groupings(&mut page, sheet, &screen)?;
    planned(&mut page, sheet, &screen)?;
    activities(&mut page, sheet, &screen)?;
    sentences(&mut page, sheet)?;
    how_counted(&mut page, sheet)?;
    Ok(page)
}

fn head(page: &mut String, sheet: &ReportSheet<'_>) -> std::fmt::Result {
    let period = sheet.report.period;
    writeln!(page, "SỐ LIỆU PHÁT THANH {}", period.name_vi().to_uppercase())?;
    writeln!(page, "{}", printable(&sheet.provenance.station))?;
    let rule = match period.preset {
        Preset::Nd09 => ", kỳ chốt số liệu theo Nghị định 09/2019/NĐ-CP",
        Preset::Calendar => ", theo tháng dương lịch",
        Preset::Custom => "",
    };
    writeln!(page, "Từ ngày {} đến hết ngày {}{rule}", date(period.from), date(period.to))?;
    if let Some(campaign) = sheet.report.settings.campaign.as_deref() {
        writeln!(page, "Chỉ tính kế hoạch tuyên truyền: {}", printable(sheet.campaign(Some(campaign))))?;
    }
    if sheet.provenance.simulated {
        writeln!(page, "DỮ LIỆU MÔ PHỎNG: không phải số liệu phát sóng thật")?;
    }
    writeln!(page)
}

fn counts(sheet: &ReportSheet<'_>) -> String {
    let report = sheet.report;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
    let lengths = match report.lengths {
        Some(lengths) => format!("{} đến {} phút", lengths.min_min(), lengths.max_min()),
        None => "không có".to_owned(),
    };
    let apart = |apart: Apart| format!("{} buổi, {}", count(apart.sessions), hours_and_minutes(apart.heard_ms));
    let uncounted = report.uncounted;
    let uncounted = format!(
        "bị ngắt {}, không phát {}, đang phát {}, loại bằng tay {}",
        thousands(uncounted.partial),
        thousands(uncounted.not_aired),
        thousands(uncounted.on_air),
        thousands(uncounted.by_hand)
    );
    let figures = [
        ("Số tin bài", count(report.items)),
        ("Số lượt phát", count(report.airings)),
        ("Tổng thời lượng phát", hours_and_minutes(report.heard_ms)),
        ("Thời lượng một tin bài", lengths),
        ("Tiếp âm", apart(report.relays)),
        ("Tin, bài tiếp âm", relayed(sheet)),
        ("Phát trực tiếp", apart(report.live)),
        ("Khẩn cấp", apart(report.emergencies)),
        ("Lượt không tính", uncounted),
    ];
    for (name, figure) in figures.into_iter().filter(|(_, figure)| !figure.is_empty()) {
        table.add_row([Cell::new(name), Cell::new(figure)]);
    }
    finished(&table)
}

/// How many items persons heard inside relays, and on what; empty if nobody tagged any.
fn relayed(sheet: &ReportSheet<'_>) -> String {
    let said =
        |relayed: &Relayed| format!("{} {}", printable(sheet.topics.name_vi(&relayed.topic)), thousands(relayed.items));
    let topics: Vec<String> = sheet.report.relayed.iter().map(said).collect();
    match sheet.report.relayed_items() {
        0 => String::new(),
        items => format!("{} lượt ({})", count(items), topics.join(", ")),
    }
}

fn groupings(page: &mut String, sheet: &ReportSheet<'_>, screen: &Screen) -> std::fmt::Result {
    let report = sheet.report;
    grouping(page, report, screen, "lĩnh vực", &report.by_topic, |code| {
        (code.clone(), sheet.topics.name_vi(code).into())
    })?;
    grouping(page, report, screen, "kế hoạch tuyên truyền", &report.by_campaign, |code| {
        (code.clone().unwrap_or_default(), sheet.campaign(code.as_deref()).into())
    })?;
    grouping(page, report, screen, "tháng", &report.by_month, |(year, month)| {
        (format!("{year}-{month:02}"), format!("tháng {month:02}/{year}"))
    })?;
    grouping(page, report, screen, "thứ trong tuần", &report.by_weekday, |key| {
        (key.number_from_monday().to_string(), weekday(*key, Language::Vi).into())
    })?;
    grouping(page, report, screen, "thể loại", &report.by_genre, |key| {
        (String::new(), genre(*key, Language::Vi).into())
    })?;
    if report.by_source.len() > 1 {
        writeln!(page, "\nTheo nguồn (chỉ nguồn tự sản xuất được tính vào tổng số)")?;
        page.push_str(&lines(
            screen,
            &report.by_source,
            |key| (String::new(), source(*key, Language::Vi).into()),
            None,
        ));
    }
    Ok(())
}

fn grouping<K>(
    page: &mut String,
    report: &Report,
    screen: &Screen,
    by: &str,
    groups: &[Group<K>],
    key: impl Fn(&K) -> (String, String),
) -> std::fmt::Result {
    if groups.is_empty() {
        return Ok(());
    }
    let total = Group { key: (), items: report.items, airings: report.airings, heard_ms: report.heard_ms };
    writeln!(page, "\nTheo {by}")?;
    page.push_str(&lines(screen, groups, key, Some(&total)));
    let repeated: u64 = groups.iter().map(|group| group.items).sum();
    if repeated != report.items {
        writeln!(page, "Một tin bài phát ở nhiều dòng được tính ở mỗi dòng, nên cột tin bài cộng lại lớn hơn cả kỳ.")?;
    }
    Ok(())
}

/// A table of these groups. The column of codes is left out where there are none.
fn lines<K>(
    screen: &Screen,
    groups: &[Group<K>],
    key: impl Fn(&K) -> (String, String),
    total: Option<&Group<()>>,
) -> String {
    let named: Vec<_> = groups.iter().map(|group| (key(&group.key), sums(group))).collect();
    let coded = named.iter().any(|((code, _), _)| !code.is_empty());
    let headings = ["Mã", "Tên", "Tin bài", "Lượt phát", "Thời lượng"];
    let (headings, numbers) = if coded { (&headings[..], [2, 3, 4]) } else { (&headings[1..], [1, 2, 3]) };
    let mut table = screen.table(headings, &numbers);
    let total = total.map(|total| ((String::new(), "Cả kỳ".to_owned()), sums(total)));
    for ((code, name), sums) in named.into_iter().chain(total) {
        let code = coded.then(|| Screen::cell(code));
        table.add_row(code.into_iter().chain([Screen::cell(name)]).chain(sums.map(Screen::cell)).collect::<Vec<_>>());
    }
    finished(&table)
}

fn sums<K>(group: &Group<K>) -> [String; 3] {
    [thousands(group.items), thousands(group.airings), hours_and_minutes(group.heard_ms)]
}

fn planned(page: &mut String, sheet: &ReportSheet<'_>, screen: &Screen) -> std::fmt::Result {
    let sums = &sheet.report.occurrences;
    writeln!(page, "\nKế hoạch và thực hiện")?;
    writeln!(
        page,
        "{} buổi theo kế hoạch: phát đủ {}, bị ngắt {}, không phát {}, đã hủy {}, bị thay thế {}, chưa kết thúc {}.",
        count(sums.planned),
        thousands(sums.aired),
        thousands(sums.partial),
        thousands(sums.missed),
        thousands(sums.cancelled),
        thousands(sums.superseded),
        thousands(sums.open)
    )?;
    if sums.deviations.is_empty() {
        return Ok(());
    }
    let mut table = screen.table(&["Ngày", "Giờ", "Buổi phát", "Kết quả", "Lý do"], &[]);
    for fact in &sums.deviations {
        let Some(outcome) = &fact.outcome else { continue };
        table.add_row([
            Cell::new(day(fact.planned_start, sheet.zone)),
            Cell::new(time_of_day(fact.planned_start, sheet.zone)),
            Screen::cell(fact.occurrence.slot.as_str()),
            Cell::new(words::outcome(outcome, Language::Vi)),
            Screen::cell(why(outcome)),
        ]);
    }
    page.push_str(&finished(&table));
    Ok(())
}

fn why(outcome: &crate::domain::log::Outcome) -> String {
    use crate::domain::log::Outcome;
    match outcome {
        Outcome::Aired | Outcome::Partial => String::new(),
        Outcome::Missed(reason) => match miss_detail(reason) {
            Some(detail) => format!("{}: {detail}", miss_reason(reason, Language::Vi)),
            None => miss_reason(reason, Language::Vi).to_owned(),
        },
        Outcome::Cancelled { by } => format!("người hủy: {by}"),
        Outcome::Superseded { by } => format!("lượt phát {by}"),
    }
}

/// What persons wrote down, apart from what the log knows.
fn activities(page: &mut String, sheet: &ReportSheet<'_>, screen: &Screen) -> std::fmt::Result {
    if sheet.activities.is_empty() {
        return Ok(());
    }
    writeln!(page, "\nHoạt động không qua loa {LEDGER_MARK}")?;
    let headings = ["Hình thức", "Số lượng", "Nhập tay", "Đếm từ nguồn tin", "Có minh chứng"];
    let mut table = screen.table(&headings, &[1, 2, 3, 4]);
    for sum in sheet.activities.by_kind.iter().filter(|sum| sum.entries > 0) {
        let count = format!("{} {}", thousands(sum.count), sum.kind.unit_vi());
        let numbers = [sum.by_hand, sum.from_feed, sum.proven].map(thousands);
        table.add_row([sum.kind.name_vi().to_owned(), count].into_iter().chain(numbers).map(Screen::cell));
    }
    page.push_str(&finished(&table));
    Ok(())
}

fn sentences(page: &mut String, sheet: &ReportSheet<'_>) -> std::fmt::Result {
    writeln!(page, "\nCâu cho báo cáo")?;
    for (name, sentence) in sheet.sentences.named() {
        writeln!(page, "{name}  {}", printable(sentence))?;
    }
    match ledger_note(sheet.activities) {
        Some(note) => writeln!(page, "{note}"),
        None => Ok(()),
    }
}

fn how_counted(page: &mut String, sheet: &ReportSheet<'_>) -> std::fmt::Result {
    let (report, provenance) = (sheet.report, sheet.provenance);
    let share = (report.settings.counted_from.0 * 1_000.0).round() / 10.0;
    let share = share.to_string().replace('.', ",");
    let months = match report.settings.month_rule {
        MonthRule::Nd09 => "từ ngày 15 tháng trước đến ngày 14",
        MonthRule::Calendar => "tháng dương lịch",
    };
    writeln!(page, "\nCách tính")?;
    writeln!(page, "- Tin bài: nội dung tự sản xuất, khác nhau, có ít nhất một lượt phát được tính trong kỳ.")?;
    writeln!(
        page,
        "- Lượt phát được tính khi ít nhất {share}% thời lượng đã phát ra loa; phát lại thêm lượt, không thêm tin bài."
    )?;
    writeln!(
        page,
        "- Tiếp âm, phát trực tiếp, khẩn cấp và nội dung của đài cấp trên tính riêng; nhạc hiệu không tính."
    )?;
    writeln!(
        page,
        "- Một lượt phát trên nhiều cụm loa là một lượt. Lượt phát thuộc kỳ theo giờ bắt đầu; tháng: {months}."
    )?;
    let made = format!("{} {}", time_of_day(provenance.made_at, sheet.zone), day(provenance.made_at, sheet.zone));
    match &provenance.log_head {
        Some(head) => writeln!(page, "- Nguồn: nhật ký phát sóng đến dòng {}, mã băm {}.", head.seq, head.hash)?,
        None => writeln!(page, "- Nguồn: nhật ký phát sóng chưa có dòng nào.")?,
    }
    if let Some(fingerprint) = &provenance.key_fingerprint {
        writeln!(page, "- Khóa công khai của đài (dấu vân): {fingerprint}.")?;
    }
    writeln!(page, "- Lập lúc {made} bằng {}.", printable(&provenance.program))
}
