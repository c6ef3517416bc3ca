//! The sentences of the report in English, for readers outside the office.

use std::collections::BTreeMap;

use super::sentence::{PartOfDay, Quantity, Schedule, Sentences, Wording, divided};
use super::{Apart, LengthRange, Report};
use crate::domain::topic::TopicTable;
use crate::domain::words::{Language, miss_reason};

/// Says the counts of `report` in English. Topics stand under their English names; a campaign keeps its own.
pub(super) fn sentences(report: &Report, topics: &TopicTable, wording: &Wording) -> Sentences {
    let t2 = topic_list(report, topics, wording.topics_max);
    Sentences {
        t1: aired(report, &t2, wording),
        t2,
        t3: relayed(report.relays, wording),
        t4: total_time(report),
        t5: wording.schedule.as_ref().map_or_else(no_schedule, usual_day),
        t6: missed(report),
        t7: closing(report, wording),
    }
}

/// `1 item`, `1,200 items`.
fn counted(number: u64, one: &str) -> String {
    let text = thousands(number);
    if number == 1 { format!("{text} {one}") } else { format!("{text} {one}s") }
}

fn thousands(number: u64) -> String {
    super::vietnamese::thousands(number).replace('.', ",")
}

/// The number, or `over` a round number below it.
fn quantity(number: u64, one: &str, quantity: Quantity) -> String {
    match (quantity, super::vietnamese::round_below(number)) {
        (Quantity::Over, Some(round)) => format!("over {} {one}s", thousands(round)),
        _ => counted(number, one),
    }
}

fn within(report: &Report) -> String {
    let name = report.period.name_en();
    if name.contains(" to ") { format!("From {name}") } else { format!("In {}{name}", article(&name)) }
}

/// `the first half of 2023`, but `June 2023` and `2023`.
fn article(name: &str) -> &'static str {
    if name.starts_with(|letter: char| letter.is_ascii_lowercase()) { "the " } else { "" }
}

fn aired(report: &Report, topic_list: &str, wording: &Wording) -> String {
    let head = format!("{}, the radio station ({})", within(report), wording.station);
    let about = wording.campaign.as_ref().map(|campaign| format!(" about {campaign}")).unwrap_or_default();
    if report.items == 0 {
        return format!("{head} aired no item{about}.");
    }
    let items = quantity(report.items, "item", wording.quantity);
    let lengths = report.lengths.map(length_clause).unwrap_or_default();
    let airings = match wording.airings {
        true => format!(" in {}", quantity(report.airings, "airing", wording.quantity)),
        false => String::new(),
    };
    format!("{head} aired {items}{lengths}{airings}{about}, on these topics: {topic_list}.")
}

fn length_clause(lengths: LengthRange) -> String {
    match (lengths.min_min(), lengths.max_min()) {
        (0, 0 | 1) => " (under 1 minute long)".to_owned(),
        (0, longest) => format!(" (up to {longest} minutes long)"),
        (shortest, longest) if shortest == longest => format!(" ({shortest} minutes long)"),
        (shortest, longest) => format!(" ({shortest} to {longest} minutes long)"),
    }
}

fn topic_list(report: &Report, topics: &TopicTable, entries_max: usize) -> String {
    let entries_max = entries_max.max(1);
    let mut counted: Vec<_> = report.by_topic.iter().filter(|group| group.items > 0).collect();
    // What stands for the rest comes last; equal counts stay in the order of the table.
    counted.sort_by_key(|group| topics.get(&group.key).is_some_and(|topic| topic.rest));
    let names = counted.iter().take(entries_max).map(|group| {
        topics.get(&group.key).map_or(group.key.as_str(), |topic| topic.en.as_str())
    });
    let list = names.collect::<Vec<_>>().join("; ");
    match counted.len() {
        0 => "none".to_owned(),
        number if number > entries_max => list + "; and others",
        _ => list,
    }
}

fn relayed(relays: Apart, wording: &Wording) -> String {
    if relays.sessions == 0 {
        return "The station relayed no programme.".to_owned();
    }
    let sessions = quantity(relays.sessions, "programme", wording.quantity);
    let source = wording.relay_source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
    let about = wording.relay_about.as_ref().map(|about| format!(" about {about}")).unwrap_or_default();
    format!("The station relayed {sessions}{source}{about}.")
}

fn total_time(report: &Report) -> String {
    if report.airings == 0 {
        return "Nothing was on air in the period.".to_owned();
    }
    let minutes = (report.heard_ms + 30_000) / 60_000;
    let time = match (minutes / 60, minutes % 60) {
        (0, minutes) => counted(minutes, "minute"),
        (hours, minutes) => format!("{} and {}", counted(hours, "hour"), counted(minutes, "minute")),
    };
    let per_week = super::vietnamese::ratio(report.items * 7, report.period.days()).replace(',', "_");
    let per_week = per_week.replace('.', ",").replace('_', ".");
    format!("In all {time} were heard, {per_week} items a week on average.")
}

fn no_schedule() -> String {
    "There is no regular schedule.".to_owned()
}

fn usual_day(schedule: &Schedule) -> String {
    let lengths = schedule.sessions.iter().map(|session| session.length_min);
    let Some((shortest, longest)) = lengths.clone().min().zip(lengths.max()) else {
        return no_schedule();
    };
    let length = match shortest == longest {
        true => format!("{shortest} minutes each"),
        false => format!("{shortest} to {longest} minutes each"),
    };
    let days = match schedule.days_per_week {
        1..=6 => format!(", {} days a week", schedule.days_per_week),
        _ => String::new(),
    };
    let parts: Vec<String> = divided(schedule)
        .into_iter()
        .map(|(part, starts)| {
            let times: Vec<String> = starts.iter().map(|start| start.format("%H:%M").to_string()).collect();
            format!("{} from {}", name(part), times.join(" and "))
        })
        .collect();
    let times = counted(schedule.sessions.len() as u64, "broadcast");
    format!("{times} a day{days} ({}), {length}.", parts.join(", "))
}

const fn name(part: PartOfDay) -> &'static str {
    match part {
        PartOfDay::Morning => "morning",
        PartOfDay::Noon => "noon",
        PartOfDay::Afternoon => "afternoon",
        PartOfDay::Evening => "evening",
    }
}

fn missed(report: &Report) -> String {
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, reason) in report.occurrences.misses() {
        *reasons.entry(miss_reason(reason, Language::En)).or_default() += 1;
    }
    let mut reasons: Vec<(&str, u64)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let said: Vec<String> = match reasons.as_slice() {
        [] => return "No planned broadcast was missed.".to_owned(),
        [(only, _)] => vec![(*only).to_owned()],
        several => several.iter().map(|(reason, times)| format!("{reason}: {times}")).collect(),
    };
    let times = counted(report.occurrences.missed, "planned broadcast");
    format!("{times} could not be aired ({}).", said.join("; "))
}

fn closing(report: &Report, wording: &Wording) -> String {
    let about = wording.campaign.as_ref().map(|campaign| format!(" about {campaign}")).unwrap_or_default();
    let (name, next) = (report.period.name_en(), report.period.next().name_en());
    let (the, the_next) = (article(&name), article(&next));
    format!("This is the report on broadcasting{about} in {the}{name}, with the tasks of {the_next}{next}./.")
}
