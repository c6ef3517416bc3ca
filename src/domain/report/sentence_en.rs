//! The sentences of the report in English, for a reader who does not read Vietnamese. What is filed is the Vietnamese.

use std::collections::BTreeMap;

use super::activities::LEDGER_MARK;
use super::sentence::{Schedule, Sentences, Wording};
use super::{LengthRange, Report};
use crate::domain::document::BasisDocument;
use crate::domain::ledger::ActivityKind;
use crate::domain::topic::TopicTable;
use crate::domain::words::{Language, miss_reason};

impl Sentences {
    /// Says the counts of `report` in English, exactly and without rounding words.
    #[must_use]
    pub fn english(report: &Report, topics: &TopicTable, wording: &Wording) -> Self {
        let t2 = topic_list(report, topics, wording.topics_max);
        Self {
            t1: aired(report, &t2),
            t2,
            t3: relayed(report, topics, wording.topics_max),
            t4: total_time(report),
            t5: wording.schedule.as_ref().map_or_else(no_schedule, usual_day),
            t6: missed(report),
            t7: format!("This report covers the {}; the next covers the {}.", period(report), next(report)),
            t8: basis(wording),
            t10: activity(ActivityKind::PortalArticle, wording),
            t11: activity(ActivityKind::Conference, wording),
            t12: activity(ActivityKind::NoticeBoard, wording),
            t13: activity(ActivityKind::MobileCar, wording),
        }
    }
}

/// Documents keep their Vietnamese names: they are found under no others.
fn basis(wording: &Wording) -> String {
    if wording.basis.is_empty() {
        return "No basis document of the campaign is written down.".to_owned();
    }
    let cited: Vec<String> = wording.basis.iter().map(BasisDocument::cited).collect();
    format!("In execution of {}.", cited.join("; "))
}

fn activity(kind: ActivityKind, wording: &Wording) -> String {
    let sum = wording.activities.of(kind);
    let [one, many] = match kind {
        ActivityKind::PortalArticle => ["article on the portal", "articles on the portal"],
        ActivityKind::Conference => ["conference", "conferences"],
        ActivityKind::NoticeBoard => ["display on notice boards", "displays on notice boards"],
        ActivityKind::MobileCar => ["tour of the loudspeaker car", "tours of the loudspeaker car"],
    };
    match (sum.entries, sum.count) {
        (0, _) => format!("The activity ledger holds no {one} in the period."),
        (_, 1) => format!("The activity ledger holds 1{LEDGER_MARK} {one}."),
        (_, count) => format!("The activity ledger holds {}{LEDGER_MARK} {many}.", thousands(count)),
    }
}

fn period(report: &Report) -> String {
    spoken(report.period.name_en())
}

fn next(report: &Report) -> String {
    spoken(report.period.next().name_en())
}

/// `first half of 2023` reads on by itself; `2023` and `June 2023` are months and years.
fn spoken(name: String) -> String {
    if name.contains(" of ") || name.contains(" to ") { name } else { format!("period {name}") }
}

/// `1 item`, `1,200 items`.
fn counted(number: u64, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {what}{ending}", thousands(number))
}

fn thousands(number: u64) -> String {
    super::vietnamese::thousands(number).replace('.', ",")
}

fn aired(report: &Report, topic_list: &str) -> String {
    let within = period(report);
    if report.items == 0 {
        return format!("In the {within} the station aired no items.");
    }
    let lengths = report.lengths.map(length_clause).unwrap_or_default();
    let (items, airings) = (counted(report.items, "item"), counted(report.airings, "airing"));
    format!("In the {within} the station aired {items} in {airings}{lengths}, on {topic_list}.")
}

fn length_clause(lengths: LengthRange) -> String {
    match (lengths.min_min(), lengths.max_min()) {
        (0, 0 | 1) => " (under 1 minute long)".to_owned(),
        (0, longest) => format!(" (up to {longest} minutes long)"),
        (shortest, longest) if shortest == longest => format!(" ({shortest} minutes long)"),
        (shortest, longest) => format!(" ({shortest} to {longest} minutes long)"),
    }
}

fn relayed(report: &Report, topics: &TopicTable, most: usize) -> String {
    match (report.relays.sessions, report.relayed_items()) {
        (0, _) => "Nothing was relayed.".to_owned(),
        (sessions, 0) => format!("The station relayed {}.", counted(sessions, "broadcast")),
        (sessions, items) => {
            let about = listed(report.relayed.iter().map(|relayed| relayed.topic.as_str()), topics, most);
            let (items, sessions) = (counted(items, "item"), counted(sessions, "broadcast"));
            format!("The station relayed {items} in {sessions}, on {about}.")
        }
    }
}

fn topic_list(report: &Report, topics: &TopicTable, most: usize) -> String {
    let with_items = report.by_topic.iter().filter(|group| group.items > 0);
    listed(with_items.map(|group| group.key.as_str()), topics, most)
}

fn listed<'a>(codes: impl Iterator<Item = &'a str> + Clone, topics: &TopicTable, most: usize) -> String {
    let name = |code: &'a str| topics.get(code).map_or(code, |topic| topic.en.as_str()).to_owned();
    let named: Vec<String> = codes.clone().take(most.max(1)).map(name).collect();
    let left_off = codes.count() - named.len();
    match (named.is_empty(), left_off) {
        (true, _) => "no topic".to_owned(),
        (false, 0) => named.join("; "),
        (false, more) => format!("{}; and {}", named.join("; "), counted(more as u64, "other topic")),
    }
}

fn total_time(report: &Report) -> String {
    if report.airings == 0 {
        return "Nothing was on air in the period.".to_owned();
    }
    let minutes = (report.heard_ms + 30_000) / 60_000;
    let tenths = (report.items * 70 + report.period.days() / 2) / report.period.days();
    format!(
        "In total {} h {} min on air; on average {}.{} items a week.",
        thousands(minutes / 60),
        minutes % 60,
        tenths / 10,
        tenths % 10
    )
}

fn no_schedule() -> String {
    "There is no regular schedule.".to_owned()
}

fn usual_day(schedule: &Schedule) -> String {
    let mut starts: Vec<_> = schedule.sessions.iter().map(|session| session.start).collect();
    starts.sort();
    let lengths = schedule.sessions.iter().map(|session| session.length_min);
    let Some((shortest, longest)) = lengths.clone().min().zip(lengths.max()) else { return no_schedule() };
    let length = if shortest == longest { format!("{shortest}") } else { format!("{shortest} to {longest}") };
    let starts: Vec<String> = starts.iter().map(|start| start.format("%H:%M").to_string()).collect();
    let days = match schedule.days_per_week {
        1..=6 => format!(" on {} days a week", schedule.days_per_week),
        _ => " every day".to_owned(),
    };
    let sessions = counted(starts.len() as u64, "broadcast");
    format!("Usually {sessions}{days} (at {}), {length} minutes each.", starts.join(" and "))
}

fn missed(report: &Report) -> String {
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, reason) in report.occurrences.misses() {
        *reasons.entry(miss_reason(reason, Language::En)).or_default() += 1;
    }
    if reasons.is_empty() {
        return "No broadcast was missed.".to_owned();
    }
    let mut reasons: Vec<(&str, u64)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let said: Vec<String> = reasons.iter().map(|(reason, times)| format!("{reason}: {}", thousands(*times))).collect();
    let count = report.occurrences.missed;
    let were = if count == 1 { "was" } else { "were" };
    format!("{} {were} missed ({}).", counted(count, "broadcast"), said.join("; "))
}
