//! Tallies, reports and rows to test with, and a reader of the JSON Schemas that Loa publishes.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use serde_json::Value;

use loa::domain::airing::AiringOutcome;
use loa::domain::clip::{ClipId, Genre, ItemId, Source};
use loa::domain::log::{Kind, Outcome};
use loa::domain::report::{
    MonthRule, Period, PlannedFact, Report, ReportSettings, Schedule, Sentences, Session, Tally, Wording,
};
use loa::domain::topic::TopicTable;
use loa::export::report::{LogHead, Provenance, ReportSheet};

pub(crate) const ZONE: Tz = Tz::Asia__Ho_Chi_Minh;

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The topics that Loa ships.
pub(crate) fn topics() -> TopicTable {
    toml::from_str(include_str!("../../config/topics.toml")).unwrap()
}

pub(crate) fn first_half() -> Period {
    Period::parse("2023-H1", MonthRule::Nd09).unwrap()
}

/// One counted airing of twelve minutes of clip `clip`, in January 2023.
pub(crate) fn airing(clip: u32) -> Tally {
    Tally {
        kind: Kind::Own,
        item: Some(ItemId { clip: ClipId(clip), edition: 1 }),
        title: format!("Tin bài {clip}"),
        genre: Genre::Article,
        topic: "CCHC.KQ".to_owned(),
        campaign: Some("CCHC-2023".to_owned()),
        source: Source::Own,
        year: 2023,
        month: 1,
        weekday: Weekday::Mon,
        counted: true,
        outcome: AiringOutcome::Aired,
        airings: 1,
        heard_ms: 720_000,
        length_ms: 720_000,
        mentions: BTreeMap::new(),
    }
}

/// An occurrence of the morning slot, on a day of January 2023.
pub(crate) fn planned(day_of_month: u32, outcome: Option<Outcome>) -> PlannedFact {
    let local = NaiveDate::from_ymd_opt(2023, 1, day_of_month).unwrap().and_hms_opt(5, 0, 0).unwrap();
    PlannedFact {
        occurrence: format!("sang-0500@{}", local.format("%Y-%m-%dT%H:%M:%S")).parse().unwrap(),
        planned_start: loa::domain::time::instant_of(ZONE, local),
        outcome,
    }
}

pub(crate) fn fold(tallies: Vec<Tally>) -> Report {
    Report::fold(first_half(), tallies, [], ReportSettings::default())
}

pub(crate) fn wording() -> Wording {
    let session = |hour| Session { start: chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap(), length_min: 30 };
    Wording {
        campaign: Some("cải cách hành chính".to_owned()),
        schedule: Some(Schedule { sessions: vec![session(5), session(17)], days_per_week: 7 }),
        ..Wording::default()
    }
}

/// Hands the sheet of a report to `test`.
pub(crate) fn with_sheet<T>(report: &Report, test: impl FnOnce(&ReportSheet<'_>) -> T) -> T {
    let topics = topics();
    let provenance = Provenance {
        station: "Đài truyền thanh thị trấn Lai Cách".to_owned(),
        made_at: instant("2023-06-15T01:30:00Z"),
        program: "Loa 0.1.0".to_owned(),
        log_head: Some(LogHead { seq: 812, hash: "ab".repeat(32) }),
        key_fingerprint: None,
        simulated: false,
    };
    test(&ReportSheet {
        report,
        sentences: &Sentences::of(report, &topics, &wording()),
        topics: &topics,
        campaigns: &BTreeMap::from([("CCHC-2023".to_owned(), "Tuyên truyền CCHC năm 2023".to_owned())]),
        activities: &loa::domain::ledger::ActivitySums::default(),
        zone: ZONE,
        provenance: &provenance,
    })
}

/// Panics unless `value` is what `schema` describes, with exactly its keys. Knows the keywords that our schemas use and
/// refuses others, so that no rule stands there unread; patterns are left to the reader.
pub(crate) fn conforms(schema: &Value, value: &Value, at: &str) {
    const PROSE: [&str; 4] = ["$schema", "title", "description", "pattern"];
    for (keyword, rule) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "type" => assert!(
                types(rule).contains(&kind_of(value)) || integer_as_number(rule, value),
                "{at}: {value} is no {rule}"
            ),
            "enum" => assert!(rule.as_array().unwrap().contains(value), "{at}: {value} is none of {rule}"),
            "format" => {
                assert_eq!(rule, "date-time");
                assert!(value.as_str().is_none_or(|text| DateTime::parse_from_rfc3339(text).is_ok()), "{at}: {value}");
            }
            "minimum" => assert!(value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()), "{at}: {value}"),
            "maximum" => assert!(value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()), "{at}: {value}"),
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    let known = rule.get(key).unwrap_or_else(|| panic!("{at}.{key}: not in the schema"));
                    conforms(known, inner, &format!("{at}.{key}"));
                }
            }
            "required" => {
                for key in rule.as_array().unwrap() {
                    let key = key.as_str().unwrap();
                    assert!(value.is_null() || value.get(key).is_some(), "{at}.{key}: missing");
                }
            }
            "additionalProperties" => assert_eq!(rule, false, "{at}: our objects are closed"),
            "items" => {
                for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                    conforms(rule, inner, &format!("{at}[{index}]"));
                }
            }
            other => assert!(PROSE.contains(&other), "{at}: unknown keyword {other}"),
        }
    }
}

fn types(rule: &Value) -> Vec<&str> {
    match rule {
        Value::Array(several) => several.iter().map(|one| one.as_str().unwrap()).collect(),
        one => vec![one.as_str().unwrap()],
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn integer_as_number(rule: &Value, value: &Value) -> bool {
    types(rule).contains(&"number") && value.is_number()
}
