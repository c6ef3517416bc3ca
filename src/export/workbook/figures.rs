//! The sheets of figures.

use super::sheet::{Cell, Sheet};
use crate::domain::log::Outcome;
use crate::domain::report::Group;
use crate::domain::words::{self, Language, miss_detail, miss_reason};
use crate::export::report::ReportSheet;

pub(super) fn title(report: &ReportSheet<'_>, language: Language) -> String {
    let period = report.report.period;
    match language {
        Language::Vi => format!("Số liệu phát thanh {}", period.name_vi()),
        Language::En => format!("Broadcasting figures, {}", period.name_en()),
    }
}

/// One line a figure, and where it comes from.
pub(super) fn summary(sheet: &ReportSheet<'_>, language: Language) -> Sheet {
    let (report, provenance) = (sheet.report, sheet.provenance);
    let mut summary = Sheet::of(
        language.pick("Tổng hợp", "Summary"),
        [
            language.pick("Chỉ tiêu", "Figure"),
            language.pick("Số", "Number"),
            language.pick("Thời lượng", "Time"),
            language.pick("Ngày giờ", "Day and time"),
            language.pick("Ghi chú", "Remark"),
        ],
    );
    let mut add = |name: (&'static str, &'static str), [number, time, at]: [Cell; 3], remark: String| {
        summary.row([Cell::text(language.pick(name.0, name.1)), number, time, at, Cell::text(remark)]);
    };
    let whole = |number: u64| [Cell::Whole(number), Cell::Empty, Cell::Empty];
    let none = || [Cell::Empty, Cell::Empty, Cell::Empty];
    let day = |day| [Cell::Empty, Cell::Empty, Cell::Day(day)];
    add(("Đài", "Station"), none(), provenance.station.clone());
    add(("Kỳ báo cáo", "Period"), none(), report.period.text());
    add(("Ngày đầu", "First day"), day(report.period.from), String::new());
    add(("Ngày cuối", "Last day"), day(report.period.to), String::new());
    if let Some(code) = report.settings.campaign.as_deref() {
        let name = sheet.campaigns.get(code).map_or(code, String::as_str);
        add(("Chỉ tính kế hoạch tuyên truyền", "Only of this campaign"), none(), name.to_owned());
    }
    add(("Số tin bài", "Items"), whole(report.items), String::new());
    let heard = |number: u64, ms: u64| [Cell::Whole(number), Cell::Length(ms), Cell::Empty];
    add(("Số lượt phát được tính", "Counted airings"), heard(report.airings, report.heard_ms), String::new());
    if let Some(lengths) = report.lengths {
        let length = |ms| [Cell::Empty, Cell::Length(ms), Cell::Empty];
        add(("Tin bài ngắn nhất", "Shortest item"), length(lengths.shortest_ms), String::new());
        add(("Tin bài dài nhất", "Longest item"), length(lengths.longest_ms), String::new());
    }
    add(("Tiếp âm", "Relays"), heard(report.relays.sessions, report.relays.heard_ms), String::new());
    for relayed in &report.relayed {
        let topic = sheet.topic(&relayed.topic, language).to_owned();
        add(("Tin, bài tiếp âm", "Items heard inside relays"), whole(relayed.items), topic);
    }
    add(("Phát trực tiếp", "Live"), heard(report.live.sessions, report.live.heard_ms), String::new());
    add(("Khẩn cấp", "Emergencies"), heard(report.emergencies.sessions, report.emergencies.heard_ms), String::new());
    let uncounted = report.uncounted;
    add(("Lượt bị ngắt", "Airings cut short"), whole(uncounted.partial), String::new());
    add(("Lượt không phát", "Airings not heard"), whole(uncounted.not_aired), String::new());
    add(("Lượt đang phát", "Airings still on air"), whole(uncounted.on_air), String::new());
    add(("Lượt loại bằng tay", "Airings struck out by hand"), whole(uncounted.by_hand), String::new());
    let share = [Cell::Share(report.settings.counted_from.0), Cell::Empty, Cell::Empty];
    add(("Được tính khi phát từ", "Counted from"), share, String::new());
    let made = provenance.made_at.with_timezone(&sheet.zone).naive_local();
    add(("Thời điểm lập", "Made"), [Cell::Empty, Cell::Empty, Cell::Moment(made)], provenance.program.clone());
    if let Some(head) = &provenance.log_head {
        add(("Nhật ký đến bản ghi số", "Log up to record"), whole(head.seq), head.hash.clone());
    }
    if provenance.simulated {
        let mark = ("DỮ LIỆU MÔ PHỎNG", "SIMULATED DATA");
        add(mark, none(), String::new());
    }
    summary
}

fn groups<K>(
    name: &str,
    key: &str,
    language: Language,
    groups: &[Group<K>],
    named: impl Fn(&K) -> (String, String),
) -> Sheet {
    let mut sheet = Sheet::of(
        name,
        [
            language.pick("Mã", "Code"),
            key,
            language.pick("Số tin bài", "Items"),
            language.pick("Số lượt phát", "Airings"),
            language.pick("Thời lượng", "Time"),
        ],
    );
    sheet.columns[1].names = true;
    sheet.columns[2].charted = true;
    sheet.columns[3].charted = true;
    for group in groups {
        let (code, name) = named(&group.key);
        let figures = [Cell::Whole(group.items), Cell::Whole(group.airings), Cell::Length(group.heard_ms)];
        let [items, airings, heard] = figures;
        sheet.row([Cell::text(code), Cell::text(name), items, airings, heard]);
    }
    sheet
}

pub(super) fn by_topic(sheet: &ReportSheet<'_>, language: Language) -> Sheet {
    let name = language.pick("Lĩnh vực", "Topics");
    groups(name, language.pick("Lĩnh vực", "Topic"), language, &sheet.report.by_topic, |code| {
        (code.clone(), sheet.topic(code, language).to_owned())
    })
}

pub(super) fn by_month(sheet: &ReportSheet<'_>, language: Language) -> Sheet {
    let name = language.pick("Tháng", "Months");
    groups(name, language.pick("Tháng", "Month"), language, &sheet.report.by_month, |(year, month)| {
        (format!("{year}-{month:02}"), format!("{month:02}/{year}"))
    })
}

pub(super) fn by_source(sheet: &ReportSheet<'_>, language: Language) -> Sheet {
    let name = language.pick("Nguồn", "Sources");
    groups(name, language.pick("Nguồn", "Source"), language, &sheet.report.by_source, |of| {
        (words::source(*of, Language::En).to_owned(), words::source(*of, language).to_owned())
    })
}

pub(super) fn by_genre(sheet: &ReportSheet<'_>, language: Language) -> Sheet {
    let name = language.pick("Thể loại", "Genres");
    groups(name, language.pick("Thể loại", "Genre"), language, &sheet.report.by_genre, |of| {
        (words::genre(*of, Language::En).to_owned(), words::genre(*of, language).to_owned())
    })
}

pub(super) fn by_campaign(sheet: &ReportSheet<'_>, language: Language) -> Sheet {
    let name = language.pick("Kế hoạch tuyên truyền", "Campaigns");
    groups(
        name,
        language.pick("Kế hoạch tuyên truyền", "Campaign"),
        language,
        &sheet.report.by_campaign,
        |code| {
            let named = |code: &String| sheet.campaigns.get(code).unwrap_or(code).clone();
            let none = || language.pick("không thuộc kế hoạch nào", "no campaign").to_owned();
            (code.clone().unwrap_or_default(), code.as_ref().map_or_else(none, named))
        },
    )
}

pub(super) fn by_weekday(sheet: &ReportSheet<'_>, language: Language) -> Sheet {
    let name = language.pick("Thứ", "Weekdays");
    groups(name, language.pick("Thứ trong tuần", "Weekday"), language, &sheet.report.by_weekday, |day| {
        (day.to_string(), words::weekday(*day, language).to_owned())
    })
}

/// Each planned broadcast that did not go as planned; the sums are on top.
pub(super) fn planned(sheet: &ReportSheet<'_>, language: Language) -> Sheet {
    let occurrences = &sheet.report.occurrences;
    let mut planned = Sheet::of(
        language.pick("Kế hoạch và thực hiện", "Planned and aired"),
        [
            language.pick("Kết quả", "Outcome"),
            language.pick("Số buổi", "Broadcasts"),
            language.pick("Giờ theo kế hoạch", "Planned start"),
            language.pick("Buổi phát", "Broadcast"),
            language.pick("Lý do", "Reason"),
        ],
    );
    // Only what went as planned is summed; each of the others has a line, so the column adds up to what was planned.
    for (name, number) in
        [(language.pick("đủ", "aired"), occurrences.aired), (language.pick("chưa kết thúc", "open"), occurrences.open)]
    {
        planned.row([Cell::text(name), Cell::Whole(number), Cell::Empty, Cell::Empty, Cell::Empty]);
    }
    for fact in &occurrences.deviations {
        let Some(outcome) = &fact.outcome else { continue };
        let why = match outcome {
            Outcome::Missed(reason) => match miss_detail(reason) {
                Some(detail) => format!("{}: {detail}", miss_reason(reason, language)),
                None => miss_reason(reason, language).to_owned(),
            },
            Outcome::Cancelled { by } => by.clone(),
            Outcome::Aired | Outcome::Partial | Outcome::Superseded { .. } => String::new(),
        };
        planned.row([
            Cell::text(words::outcome(outcome, language)),
            Cell::Whole(1),
            Cell::Moment(fact.planned_start.with_timezone(&sheet.zone).naive_local()),
            Cell::text(fact.occurrence.slot.as_str()),
            Cell::text(why),
        ]);
    }
    planned
}
