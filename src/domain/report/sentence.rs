//! The sentences of the report, in the words of report 65/BC-UBND of 15/6/2023.

use std::collections::BTreeMap;

use chrono::{NaiveTime, Timelike};
use serde::Serialize;

use super::activities;
use super::topic_list::{listed, topic_list};
use super::vietnamese::{count, count_over, count_vague, hours_and_minutes, ratio};
use super::{LengthRange, Report};
use crate::domain::document::BasisDocument;
use crate::domain::ledger::ActivitySums;
use crate::domain::topic::TopicTable;
use crate::domain::words::{Language, miss_reason};

/// How exactly a sentence gives its counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quantity {
    /// The count.
    #[default]
    Exact,
    /// A round number below it: `trên 190` for 196. Tens of relays become `hàng chục`.
    Over,
}

impl Quantity {
    pub(super) fn of(self, number: u64) -> String {
        match self {
            Self::Exact => count(number),
            Self::Over => count_over(number),
        }
    }
}

/// One broadcast of the usual day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Local start.
    pub start: NaiveTime,
    /// Planned length in minutes.
    pub length_min: u64,
}

/// The usual day of the station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its broadcasts.
    pub sessions: Vec<Session>,
    /// On how many days a week, 1 to 7.
    pub days_per_week: u32,
}

/// What the sentences need to know beyond the counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// After "Đài truyền thanh": `thị trấn`.
    pub station: String,
    /// What the campaign is about: `cải cách hành chính`. None for a report on everything.
    pub campaign: Option<String>,
    /// How exactly counts are given.
    pub quantity: Quantity,
    /// Whether the main sentence also gives the number of airings.
    pub airings: bool,
    /// The most topics a list names; as many fields of one group.
    pub topics_max: usize,
    /// Whose programme is relayed: `của Đài Tiếng nói Việt Nam`.
    pub relay_source: Option<String>,
    /// What the relays were about, as a person says it; none for the topics of what was tagged inside, if anything was.
    pub relay_about: Option<String>,
    /// The usual day.
    pub schedule: Option<Schedule>,
    /// The documents that the campaign rests on.
    pub basis: Vec<BasisDocument>,
    /// What does not sound and was written down by persons.
    pub activities: ActivitySums,
}

impl Default for Wording {
    fn default() -> Self {
        Self {
            station: "thị trấn".to_owned(),
            campaign: None,
            quantity: Quantity::Exact,
            airings: true,
            topics_max: Self::TOPICS_MAX_DEFAULT,
            relay_source: None,
            relay_about: None,
            schedule: None,
            basis: Vec::new(),
            activities: ActivitySums::default(),
        }
    }
}

impl Wording {
    /// Topics named unless said otherwise: the sentence of report 65 names seven.
    pub const TOPICS_MAX_DEFAULT: usize = 8;
}

/// The sentences, by the names under which offices know the templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct Sentences {
    /// What the station aired.
    pub t1: String,
    /// On which topics: a stretch of a sentence, also part of T1.
    pub t2: String,
    /// What it relayed.
    pub t3: String,
    /// How long, and how many items a week.
    pub t4: String,
    /// The usual day.
    pub t5: String,
    /// What was planned and not heard.
    pub t6: String,
    /// The closing sentence.
    pub t7: String,
    /// The documents that the campaign rests on: the report's first lines.
    pub t8: String,
    /// Articles on the portal, of the activity ledger. (T9 is prose of the clerk and rests on no count.)
    pub t10: String,
    /// Conferences, of the activity ledger.
    pub t11: String,
    /// Notice boards, of the activity ledger.
    pub t12: String,
    /// Mobile cars, of the activity ledger.
    pub t13: String,
}

impl Sentences {
    /// Says the counts of `report` in that language.
    #[must_use]
    pub fn told(report: &Report, topics: &TopicTable, wording: &Wording, language: Language) -> Self {
        match language {
            Language::Vi => Self::of(report, topics, wording),
            Language::En => Self::english(report, topics, wording),
        }
    }

    /// Says the counts of `report` in Vietnamese.
    #[must_use]
    pub fn of(report: &Report, topics: &TopicTable, wording: &Wording) -> Self {
        let t2 = topic_list(report, topics, wording.topics_max);
        Self {
            t1: aired(report, &t2, wording),
            t2,
            t3: relayed(report, topics, wording),
            t4: total_time(report),
            t5: wording.schedule.as_ref().map_or_else(no_schedule, usual_day),
            t6: missed(report),
            t7: closing(report, wording),
            t8: activities::basis(wording),
            t10: activities::portal(&report.period.within_vi(), wording),
            t11: activities::conferences(wording),
            t12: activities::notice_boards(wording),
            t13: activities::mobile_cars(wording),
        }
    }

    /// Each with its name, in order.
    #[must_use]
    pub fn named(&self) -> [(&'static str, &str); 12] {
        [
            ("T1", &self.t1),
            ("T2", &self.t2),
            ("T3", &self.t3),
            ("T4", &self.t4),
            ("T5", &self.t5),
            ("T6", &self.t6),
            ("T7", &self.t7),
            ("T8", &self.t8),
            ("T10", &self.t10),
            ("T11", &self.t11),
            ("T12", &self.t12),
            ("T13", &self.t13),
        ]
    }
}

fn aired(report: &Report, topic_list: &str, wording: &Wording) -> String {
    let within = report.period.within_vi();
    let head = format!("Trong {within}, Đài truyền thanh {}", wording.station);
    let about = wording.campaign.as_ref().map(|campaign| format!(" tuyên truyền về {campaign}"));
    if report.items == 0 {
        return format!("{head} không phát tin bài nào{}.", about.unwrap_or_default());
    }
    let items = wording.quantity.of(report.items);
    let airings = match wording.airings {
        true => format!(", với {} lượt phát", wording.quantity.of(report.airings)),
        false => String::new(),
    };
    let lengths = report.lengths.map(length_clause).unwrap_or_default();
    let content = match about {
        Some(about) => format!("{about}, với nội dung {topic_list}"),
        None => format!(", nội dung {topic_list}"),
    };
    ended(format!("{head} đã phát {items} tin bài{airings}{lengths}{content}"))
}

/// A full stop, unless the sentence trails off already.
fn ended(sentence: String) -> String {
    if sentence.ends_with("...") { sentence } else { sentence + "." }
}

/// ` (thời lượng từ 10 đến 15 phút)`.
fn length_clause(lengths: LengthRange) -> String {
    match (lengths.min_min(), lengths.max_min()) {
        (0, 0 | 1) => " (thời lượng dưới 1 phút)".to_owned(),
        (0, longest) => format!(" (thời lượng đến {longest} phút)"),
        (shortest, longest) if shortest == longest => format!(" (thời lượng {shortest} phút)"),
        (shortest, longest) => format!(" (thời lượng từ {shortest} đến {longest} phút)"),
    }
}

/// In items where persons tagged what they heard, else in sessions: the office says `lượt tin, bài` and means the former.
fn relayed(report: &Report, topics: &TopicTable, wording: &Wording) -> String {
    let (sessions, items) = (report.relays.sessions, report.relayed_items());
    if sessions == 0 {
        return format!("Đài truyền thanh {} không tiếp âm buổi nào.", wording.station);
    }
    let (number, unit) = if items > 0 { (items, "lượt tin, bài") } else { (sessions, "buổi") };
    let number = match wording.quantity {
        Quantity::Exact => count(number),
        Quantity::Over => count_vague(number),
    };
    let mut sentence = format!("Đài truyền thanh {} đã tiếp âm {number} {unit}", wording.station);
    if let Some(source) = &wording.relay_source {
        sentence = format!("{sentence} {source}");
    }
    let tagged = report.relayed.iter().map(|relayed| (relayed.topic.as_str(), relayed.items));
    if let Some(about) = wording.relay_about.clone().or_else(|| listed(tagged, topics, wording.topics_max)) {
        sentence = format!("{sentence} tập trung tuyên truyền về {about}");
    }
    ended(sentence)
}

fn total_time(report: &Report) -> String {
    if report.airings == 0 {
        return "Không có thời lượng phát trong kỳ báo cáo.".to_owned();
    }
    let per_week = ratio(report.items * 7, report.period.days());
    format!("Tổng thời lượng phát {}, bình quân {per_week} tin bài/tuần.", hours_and_minutes(report.heard_ms))
}

fn no_schedule() -> String {
    "Không có lịch phát định kỳ.".to_owned()
}

fn usual_day(schedule: &Schedule) -> String {
    let lengths = schedule.sessions.iter().map(|session| session.length_min);
    let Some((shortest, longest)) = lengths.clone().min().zip(lengths.max()) else {
        return no_schedule();
    };
    let length = match shortest == longest {
        true => format!("mỗi lần {shortest} phút"),
        false => format!("mỗi lần từ {shortest} đến {longest} phút"),
    };
    let days = match schedule.days_per_week {
        1..=6 => format!(", {} ngày/tuần", count(u64::from(schedule.days_per_week))),
        _ => String::new(),
    };
    let parts: Vec<String> =
        divided(schedule).into_iter().map(|(part, starts)| format!("{} từ {}", part.vi(), times(&starts))).collect();
    format!("Phát {} lần/ngày{days} ({}), {length}.", count(schedule.sessions.len() as u64), parts.join(", "))
}

/// The starts of the usual day by the part of the day they fall in, in order.
fn divided(schedule: &Schedule) -> BTreeMap<PartOfDay, Vec<NaiveTime>> {
    let mut starts: BTreeMap<PartOfDay, Vec<NaiveTime>> = BTreeMap::new();
    for session in &schedule.sessions {
        starts.entry(PartOfDay::of(session.start)).or_default().push(session.start);
    }
    starts.values_mut().for_each(|starts| starts.sort());
    starts
}

/// `05:00`, `05:00, 05:30 và 06:30`.
fn times(starts: &[NaiveTime]) -> String {
    Language::Vi.list(&starts.iter().map(|start| start.format("%H:%M").to_string()).collect::<Vec<_>>())
}

/// As people divide the day when they speak of broadcasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PartOfDay {
    Morning,
    Noon,
    Afternoon,
    Evening,
}

impl PartOfDay {
    fn of(time: NaiveTime) -> Self {
        match time.hour() {
            0..11 => Self::Morning,
            11..13 => Self::Noon,
            13..18 => Self::Afternoon,
            _ => Self::Evening,
        }
    }

    const fn vi(self) -> &'static str {
        match self {
            Self::Morning => "sáng",
            Self::Noon => "trưa",
            Self::Afternoon => "chiều",
            Self::Evening => "tối",
        }
    }
}

/// Says `buổi` where the template said `lượt`: what is missed is an occurrence, and a lượt is an airing.
fn missed(report: &Report) -> String {
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, reason) in report.occurrences.misses() {
        *reasons.entry(miss_reason(reason, Language::Vi)).or_default() += 1;
    }
    let mut reasons: Vec<(&str, u64)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let said: Vec<String> = match reasons.as_slice() {
        [] => return "Không có buổi nào không phát được.".to_owned(),
        [(only, _)] => vec![(*only).to_owned()],
        several => several.iter().map(|(reason, times)| format!("{reason} {} buổi", count(*times))).collect(),
    };
    format!("Có {} buổi không phát được (nguyên nhân: {}).", count(report.occurrences.missed), said.join("; "))
}

fn closing(report: &Report, wording: &Wording) -> String {
    let campaign = wording.campaign.as_ref().map(|campaign| format!(" {campaign}")).unwrap_or_default();
    let (name, next) = (report.period.name_vi(), report.period.next().name_vi());
    format!("Trên đây là Báo cáo kết quả tuyên truyền{campaign} {name}; phương hướng, nhiệm vụ trọng tâm {next}./.")
}
