//! Annex I: the totals, each grouping with its sum, planned against aired.

use std::collections::BTreeMap;

use super::annex::{heading, note};
use super::build::{DocumentSource, cell};
use super::{Align, AnnexPart, Table};
use crate::domain::log::Outcome;
use crate::domain::proof::Verdict;
use crate::domain::report::vietnamese::{hours_and_minutes, month, thousands};
use crate::domain::report::{Apart, Group};
use crate::domain::text::VietnameseOrder;
use crate::domain::words::{self, Language, miss_reason};
use crate::export::log::LogRow;

pub(super) fn parts(source: &DocumentSource<'_>) -> Vec<AnnexPart> {
    let (report, sheet, language) = (source.sheet.report, &source.sheet, source.language);
    let mut parts = vec![heading(language.pick("1. Số liệu chung", "1. Figures")), AnnexPart::Table(figures(source))];
    if report.airings == 0 {
        parts.push(note(
            language.pick("Trong kỳ báo cáo không có lượt phát nào được tính.", "No airing counts in this period."),
        ));
    }
    let topic = |code: &String| sheet.topic(code, language).to_owned();
    parts.push(heading(language.pick("2. Theo lĩnh vực", "2. By topic")));
    // Most items first; topics of as many stand as in a dictionary, for a reader who looks for one by name.
    let order = VietnameseOrder::new();
    let mut by_topic = report.by_topic.clone();
    by_topic.sort_by(|one, other| {
        other.items.cmp(&one.items).then_with(|| order.compare(&topic(&one.key), &topic(&other.key)))
    });
    parts.push(groups(source, &by_topic, language.pick("Lĩnh vực", "Topic"), topic));
    parts.push(heading(language.pick("3. Theo tháng", "3. By month")));
    parts.push(groups(source, &report.by_month, language.pick("Tháng", "Month"), |(year, number)| match language {
        Language::Vi => format!("Tháng {}/{year}", month(*number)),
        Language::En => format!("{year}-{number:02}"),
    }));
    parts.push(heading(language.pick("4. Theo nguồn tin bài", "4. By source")));
    parts.push(groups(source, &report.by_source, language.pick("Nguồn", "Source"), |of| {
        words::source(*of, language).to_owned()
    }));
    parts.push(heading(language.pick("5. Theo cụm loa", "5. By group of loudspeakers")));
    parts.extend(zones(source));
    parts.push(heading(language.pick("6. Kế hoạch và thực hiện", "6. Planned and aired")));
    parts.push(AnnexPart::Table(planned(source)));
    if !source.typed.is_empty() {
        parts
            .push(heading(language.pick("7. Số liệu nhập tay (không từ nhật ký phát)", "7. Figures typed in by hand")));
        parts.push(AnnexPart::Table(typed(source)));
    }
    parts
}

fn figures(source: &DocumentSource<'_>) -> Table {
    let (report, language) = (source.sheet.report, source.language);
    let mut table = Table::of([
        (language.pick("Chỉ tiêu", "Figure"), 60, Align::Left),
        (language.pick("Số liệu", "Value"), 40, Align::Right),
    ]);
    let lengths = report.lengths.map_or_else(
        || language.pick("không có", "none").to_owned(),
        |lengths| match language {
            Language::Vi => format!("{} đến {} phút", lengths.min_min(), lengths.max_min()),
            Language::En => format!("{} to {} minutes", lengths.min_min(), lengths.max_min()),
        },
    );
    let apart = |apart: Apart| match language {
        Language::Vi => format!("{} buổi, {}", thousands(apart.sessions), hours_and_minutes(apart.heard_ms)),
        Language::En => format!("{} sessions, {}", apart.sessions, time(apart.heard_ms, language)),
    };
    let relayed = match report.relayed_items() {
        0 => String::new(),
        items => number(items, language),
    };
    let uncounted = report.uncounted;
    let uncounted = uncounted.partial + uncounted.not_aired + uncounted.on_air + uncounted.by_hand;
    let lines = [
        (language.pick("Số tin bài tự sản xuất đã phát", "Items of the station's own"), number(report.items, language)),
        (language.pick("Số lượt phát được tính", "Counted airings"), number(report.airings, language)),
        (language.pick("Tổng thời lượng phát", "Time heard"), time(report.heard_ms, language)),
        (language.pick("Thời lượng một tin bài", "Length of an item"), lengths),
        (language.pick("Tiếp âm", "Relays"), apart(report.relays)),
        (language.pick("Lượt tin, bài tiếp âm", "Items heard inside relays"), relayed),
        (language.pick("Phát trực tiếp", "Live"), apart(report.live)),
        (language.pick("Thông báo khẩn cấp", "Emergencies"), apart(report.emergencies)),
        (
            language.pick("Lượt không tính (bị ngắt, không phát, loại bằng tay)", "Airings not counted"),
            number(uncounted, language),
        ),
    ];
    // Only where somebody tagged what they heard.
    for (name, value) in lines.into_iter().chain(proven(source)).filter(|(_, value)| !value.is_empty()) {
        table.row([name.to_owned(), value]);
    }
    table
}

/// How many counted airings of own items the loudspeakers gave back; none where no return feed says anything.
fn proven<'a>(source: &DocumentSource<'a>) -> Option<(&'a str, String)> {
    let language = source.language;
    let campaign = source.sheet.report.settings.campaign.as_deref();
    let rows = source.rows?.iter().filter(|row| counts(row, campaign));
    let verdicts: Vec<Verdict> = rows.filter_map(|row| row.verdict).collect();
    let of = |verdict| number(verdicts.iter().filter(|found| **found == verdict).count() as u64, language);
    let (heard, not_heard, unsure) = (of(Verdict::Heard), of(Verdict::NotHeard), of(Verdict::Unsure));
    let value = match language {
        Language::Vi => format!("{heard} có, {not_heard} không, {unsure} chưa rõ"),
        Language::En => format!("{heard} heard, {not_heard} not heard, {unsure} unsure"),
    };
    let name =
        language.pick("Lượt phát có tín hiệu nghe lại từ loa", "Airings with a return feed from the loudspeakers");
    (!verdicts.is_empty()).then_some((name, value))
}

fn groups<K>(source: &DocumentSource<'_>, groups: &[Group<K>], title: &str, name: impl Fn(&K) -> String) -> AnnexPart {
    let language = source.language;
    let mut table = Table::of([
        (language.pick("STT", "No."), 8, Align::Center),
        (title, 44, Align::Left),
        (language.pick("Số tin bài", "Items"), 14, Align::Right),
        (language.pick("Số lượt phát", "Airings"), 14, Align::Right),
        (language.pick("Thời lượng", "Time"), 20, Align::Right),
    ]);
    for (index, group) in groups.iter().enumerate() {
        let [items, airings, heard] = sums(group, language);
        table.row([(index + 1).to_string(), cell(&name(&group.key)), items, airings, heard]);
    }
    let sum = |of: fn(&Group<K>) -> u64| groups.iter().map(of).sum::<u64>();
    let report = source.sheet.report;
    let airings = sum(|group| group.airings);
    // Where an item is counted in each line it was aired in, the lines hold more items than the period.
    let items = if airings == report.airings { report.items } else { sum(|group| group.items) };
    let total = Group { key: (), items, airings, heard_ms: sum(|group| group.heard_ms) };
    let name = match airings == report.airings {
        true => language.pick("Cả kỳ", "Whole period"),
        // What other stations sent is no part of the period's figures.
        false => language.pick("Cộng", "Sum"),
    };
    let [items, airings, heard] = sums(&total, language);
    table.total([String::new(), name.to_owned(), items, airings, heard]);
    AnnexPart::Table(table)
}

fn sums<K>(group: &Group<K>, language: Language) -> [String; 3] {
    [number(group.items, language), number(group.airings, language), time(group.heard_ms, language)]
}

/// Counted airings of own items by the groups of loudspeakers they were sent to.
fn zones(source: &DocumentSource<'_>) -> Vec<AnnexPart> {
    let language = source.language;
    let Some(rows) = source.rows else {
        return vec![note(language.pick(
            "Kỳ báo cáo có quá nhiều lượt phát để liệt kê theo cụm loa trên giấy.",
            "The period holds too many airings to be listed by group of loudspeakers on paper.",
        ))];
    };
    let campaign = source.sheet.report.settings.campaign.as_deref();
    let mut sums: BTreeMap<&str, (u64, u64)> = source.zones.iter().map(|(id, _)| (id.as_str(), (0, 0))).collect();
    for row in rows.iter().filter(|row| counts(row, campaign)) {
        for zone in &row.zones {
            let (airings, heard_ms) = sums.entry(zone.0.as_str()).or_default();
            *airings += 1;
            *heard_ms += row.heard_ms();
        }
    }
    let mut table = Table::of([
        (language.pick("STT", "No."), 8, Align::Center),
        (language.pick("Cụm loa", "Group"), 58, Align::Left),
        (language.pick("Số lượt phát", "Airings"), 14, Align::Right),
        (language.pick("Thời lượng", "Time"), 20, Align::Right),
    ]);
    let name = |id| source.zones.iter().find(|(known, _)| known == id).map_or(id, |(_, name)| name.as_str());
    let mut named: Vec<_> = sums.into_iter().map(|(id, sums)| (name(id), sums)).collect();
    let order = VietnameseOrder::new();
    named.sort_by(|(one, _), (other, _)| order.compare(one, other));
    for (index, (name, (airings, heard_ms))) in named.into_iter().enumerate() {
        table.row([(index + 1).to_string(), cell(name), number(airings, language), time(heard_ms, language)]);
    }
    let remark = language.pick(
        "Một lượt phát trên nhiều cụm loa được ghi ở từng cụm, nhưng chỉ là một lượt của kỳ báo cáo.",
        "An airing on several groups stands under each of them, and yet is one airing of the period.",
    );
    vec![AnnexPart::Table(table), note(remark)]
}

/// Whether the report counts this row among the airings of own items.
fn counts(row: &LogRow, campaign: Option<&str>) -> bool {
    use crate::domain::clip::{Genre, Source};
    use crate::domain::log::Kind;
    row.counted
        && row.kind == Some(Kind::Own)
        && row.source == Some(Source::Own)
        && row.genre != Some(Genre::Ident)
        && (campaign.is_none() || row.campaign.as_deref() == campaign)
}

fn planned(source: &DocumentSource<'_>) -> Table {
    let (occurrences, language) = (&source.sheet.report.occurrences, source.language);
    let mut table = Table::of([
        (language.pick("Nội dung", "Outcome"), 50, Align::Left),
        (language.pick("Số buổi", "Broadcasts"), 15, Align::Right),
        (language.pick("Nguyên nhân", "Reasons"), 35, Align::Left),
    ]);
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for fact in &occurrences.deviations {
        if let Some(Outcome::Missed(reason)) = &fact.outcome {
            *reasons.entry(miss_reason(reason, language)).or_default() += 1;
        }
    }
    let reasons: Vec<String> =
        reasons.iter().map(|(reason, times)| format!("{reason}: {}", number(*times, language))).collect();
    let lines = [
        (language.pick("Phát đủ", "Aired"), occurrences.aired, String::new()),
        (language.pick("Bị ngắt", "Partial"), occurrences.partial, String::new()),
        (language.pick("Không phát", "Missed"), occurrences.missed, reasons.join("; ")),
        (language.pick("Đã hủy", "Cancelled"), occurrences.cancelled, String::new()),
        (language.pick("Bị thay thế", "Superseded"), occurrences.superseded, String::new()),
        (language.pick("Chưa kết thúc", "Open"), occurrences.open, String::new()),
    ];
    for (name, times, why) in lines {
        table.row([name.to_owned(), number(times, language), why]);
    }
    let name = language.pick("Theo kế hoạch", "Planned").to_owned();
    table.total([name, number(occurrences.planned, language), String::new()]);
    table
}

fn typed(source: &DocumentSource<'_>) -> Table {
    let language = source.language;
    let mut table = Table::of([
        (language.pick("Chỉ tiêu", "Figure"), 60, Align::Left),
        (language.pick("Số liệu", "Value"), 15, Align::Right),
        (language.pick("Người nhập", "Typed in by"), 25, Align::Left),
    ]);
    for typed in source.typed {
        let what = source.template.typed().find(|(name, _)| *name == typed.name).map_or("", |(_, what)| what);
        let by =
            typed.by.clone().unwrap_or_else(|| language.pick("người lập báo cáo", "maker of the report").to_owned());
        table.row([cell(what), cell(&typed.value), cell(&by)]);
    }
    table
}

/// A number with the separator of the language.
pub(super) fn number(number: u64, language: Language) -> String {
    match language {
        Language::Vi => thousands(number),
        Language::En => thousands(number).replace('.', ","),
    }
}

/// Hours and minutes in the language.
pub(super) fn time(time_ms: u64, language: Language) -> String {
    match language {
        Language::Vi => hours_and_minutes(time_ms),
        Language::En => hours_and_minutes(time_ms).replace('.', ",").replace("giờ", "h").replace("phút", "min"),
    }
}
