//! The report as JSON. `docs/schema/report.json` describes it, and a test keeps the two in step.

use chrono::NaiveDate;
use serde::Serialize;

use super::ReportSheet;
use crate::domain::clip::{Genre, ItemId, Source};
use crate::domain::ledger::ActivitySum;
use crate::domain::log::MissReason;
use crate::domain::report::{Apart, Group, ItemLine, MonthRule, PlannedFact, Relayed, Report, Sentences};
use crate::domain::words::{Language, miss_detail, miss_reason, outcome, weekday};
use crate::export::ExportError;
use crate::export::text::{minutes, rfc3339, tag};

/// One JSON document, indented.
///
/// # Errors
/// Never with a report that Loa made.
pub fn json(sheet: &ReportSheet<'_>) -> Result<String, ExportError> {
    Ok(serde_json::to_string_pretty(&Document::of(sheet)?)?)
}

#[derive(Serialize)]
struct Document<'a> {
    station: &'a str,
    made_at: String,
    program: &'a str,
    simulated: bool,
    log_head: Option<Head<'a>>,
    key_fingerprint: Option<&'a str>,
    period: Span,
    settings: Settings<'a>,
    items: u64,
    airings: u64,
    minutes: f64,
    heard_ms: u64,
    duration_min_min: Option<u64>,
    duration_max_min: Option<u64>,
    relays: Sessions,
    relay_items: u64,
    relay_by_topic: Vec<Inside<'a>>,
    live: Sessions,
    emergencies: Sessions,
    uncounted: Uncounted,
    by_topic: Vec<Line<Named<'a>>>,
    by_campaign: Vec<Line<Named<'a>>>,
    by_genre: Vec<Line<OfGenre>>,
    by_month: Vec<Line<OfMonth>>,
    by_weekday: Vec<Line<OfWeekday>>,
    by_source: Vec<Line<OfSource>>,
    planned: u64,
    occurrences: Ends,
    missed: Vec<Miss>,
    deviations: Vec<Deviation>,
    item_rows: Vec<ItemRow<'a>>,
    activities: Vec<Activities>,
    sentences: &'a Sentences,
}

/// One kind of entries of the activity ledger.
#[derive(Serialize)]
struct Activities {
    kind: &'static str,
    name: &'static str,
    entries: u64,
    count: u64,
    by_hand: u64,
    from_feed: u64,
    proven: u64,
}

#[derive(Serialize)]
struct Head<'a> {
    seq: u64,
    hash: &'a str,
}

#[derive(Serialize)]
struct Span {
    from: NaiveDate,
    to: NaiveDate,
    preset: &'static str,
    text: String,
    name_vi: String,
    name_en: String,
}

#[derive(Serialize)]
struct Settings<'a> {
    counted_from: f64,
    campaign: Option<&'a str>,
    months: &'static str,
}

#[derive(Serialize)]
struct Sessions {
    sessions: u64,
    minutes: f64,
}

/// What was heard inside relays, on one topic.
#[derive(Serialize)]
struct Inside<'a> {
    code: &'a str,
    name: &'a str,
    items: u64,
}

#[derive(Serialize)]
struct Uncounted {
    partial: u64,
    not_aired: u64,
    on_air: u64,
    by_hand: u64,
}

#[derive(Serialize)]
struct Line<K> {
    #[serde(flatten)]
    key: K,
    items: u64,
    airings: u64,
    minutes: f64,
    heard_ms: u64,
}

#[derive(Serialize)]
struct Named<'a> {
    code: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct OfGenre {
    genre: Genre,
}

#[derive(Serialize)]
struct OfMonth {
    month: String,
}

#[derive(Serialize)]
struct OfWeekday {
    weekday: String,
}

#[derive(Serialize)]
struct OfSource {
    source: Source,
}

#[derive(Serialize)]
struct Ends {
    planned: u64,
    aired: u64,
    partial: u64,
    missed: u64,
    cancelled: u64,
    superseded: u64,
    open: u64,
}

#[derive(Serialize)]
struct Miss {
    occurrence_id: String,
    planned_start: String,
    reason: String,
    detail: Option<String>,
    reason_vi: &'static str,
    reason_en: &'static str,
}

#[derive(Serialize)]
struct Deviation {
    occurrence_id: String,
    planned_start: String,
    outcome: String,
    outcome_vi: &'static str,
    outcome_en: &'static str,
}

#[derive(Serialize)]
struct ItemRow<'a> {
    item: ItemId,
    title: &'a str,
    genre: Genre,
    topic: &'a str,
    campaign: Option<&'a str>,
    airings: u64,
    minutes: f64,
    duration_s: f64,
}

impl<'a> Document<'a> {
    fn of(sheet: &ReportSheet<'a>) -> Result<Self, ExportError> {
        let (report, provenance) = (sheet.report, sheet.provenance);
        Ok(Self {
            station: &provenance.station,
            made_at: rfc3339(provenance.made_at, sheet.zone),
            program: &provenance.program,
            simulated: provenance.simulated,
            log_head: provenance.log_head.as_ref().map(|head| Head { seq: head.seq, hash: &head.hash }),
            key_fingerprint: provenance.key_fingerprint.as_deref(),
            period: span(report),
            settings: settings(report),
            items: report.items,
            airings: report.airings,
            minutes: minutes(report.heard_ms),
            heard_ms: report.heard_ms,
            duration_min_min: report.lengths.map(|lengths| lengths.min_min()),
            duration_max_min: report.lengths.map(|lengths| lengths.max_min()),
            relays: sessions(report.relays),
            relay_items: report.relayed_items(),
            relay_by_topic: report.relayed.iter().map(|relayed| inside(sheet, relayed)).collect(),
            live: sessions(report.live),
            emergencies: sessions(report.emergencies),
            uncounted: uncounted(report),
            by_topic: lines(&report.by_topic, |code| Named { code: Some(code), name: sheet.topics.name_vi(code) }),
            by_campaign: lines(&report.by_campaign, |code| campaign(sheet, code.as_deref())),
            by_genre: lines(&report.by_genre, |genre| OfGenre { genre: *genre }),
            by_month: lines(&report.by_month, |(year, month)| OfMonth { month: format!("{year}-{month:02}") }),
            by_weekday: lines(&report.by_weekday, |day| OfWeekday {
                weekday: weekday(*day, Language::En).to_lowercase(),
            }),
            by_source: lines(&report.by_source, |source| OfSource { source: *source }),
            planned: report.occurrences.planned,
            occurrences: ends(report),
            missed: report.occurrences.misses().map(|(fact, why)| miss(sheet, fact, why)).collect::<Result<_, _>>()?,
            deviations: report
                .occurrences
                .deviations
                .iter()
                .filter_map(|fact| deviation(sheet, fact).transpose())
                .collect::<Result<_, _>>()?,
            item_rows: report.item_lines.iter().map(item_row).collect(),
            activities: sheet.activities.by_kind.iter().map(activities).collect(),
            sentences: sheet.sentences,
        })
    }
}

fn activities(sum: &ActivitySum) -> Activities {
    Activities {
        kind: sum.kind.as_str(),
        name: sum.kind.name_vi(),
        entries: sum.entries,
        count: sum.count,
        by_hand: sum.by_hand,
        from_feed: sum.from_feed,
        proven: sum.proven,
    }
}

fn campaign<'a>(sheet: &ReportSheet<'a>, code: Option<&'a str>) -> Named<'a> {
    let campaigns = sheet.campaigns;
    let name = code.map_or("", |code| campaigns.get(code).map_or(code, String::as_str));
    Named { code, name }
}

fn span(report: &Report) -> Span {
    let period = report.period;
    Span {
        from: period.from,
        to: period.to,
        preset: period.preset.as_str(),
        text: period.text(),
        name_vi: period.name_vi(),
        name_en: period.name_en(),
    }
}

fn settings(report: &Report) -> Settings<'_> {
    Settings {
        counted_from: report.settings.counted_from.0,
        campaign: report.settings.campaign.as_deref(),
        months: match report.settings.month_rule {
            MonthRule::Nd09 => "nd09",
            MonthRule::Calendar => "calendar",
        },
    }
}

fn sessions(apart: Apart) -> Sessions {
    Sessions { sessions: apart.sessions, minutes: minutes(apart.heard_ms) }
}

fn inside<'a>(sheet: &ReportSheet<'a>, relayed: &'a Relayed) -> Inside<'a> {
    Inside { code: &relayed.topic, name: sheet.topics.name_vi(&relayed.topic), items: relayed.items }
}

const fn uncounted(report: &Report) -> Uncounted {
    let uncounted = report.uncounted;
    Uncounted {
        partial: uncounted.partial,
        not_aired: uncounted.not_aired,
        on_air: uncounted.on_air,
        by_hand: uncounted.by_hand,
    }
}

fn lines<'a, K, J>(groups: &'a [Group<K>], key: impl Fn(&'a K) -> J) -> Vec<Line<J>> {
    let line = |group: &'a Group<K>| Line {
        key: key(&group.key),
        items: group.items,
        airings: group.airings,
        minutes: minutes(group.heard_ms),
        heard_ms: group.heard_ms,
    };
    groups.iter().map(line).collect()
}

const fn ends(report: &Report) -> Ends {
    let occurrences = &report.occurrences;
    Ends {
        planned: occurrences.planned,
        aired: occurrences.aired,
        partial: occurrences.partial,
        missed: occurrences.missed,
        cancelled: occurrences.cancelled,
        superseded: occurrences.superseded,
        open: occurrences.open,
    }
}

fn miss(sheet: &ReportSheet<'_>, fact: &PlannedFact, why: &MissReason) -> Result<Miss, ExportError> {
    Ok(Miss {
        occurrence_id: fact.occurrence.to_string(),
        planned_start: rfc3339(fact.planned_start, sheet.zone),
        reason: tag(why, "reason")?,
        detail: miss_detail(why),
        reason_vi: miss_reason(why, Language::Vi),
        reason_en: miss_reason(why, Language::En),
    })
}

fn deviation(sheet: &ReportSheet<'_>, fact: &PlannedFact) -> Result<Option<Deviation>, ExportError> {
    let Some(end) = &fact.outcome else { return Ok(None) };
    Ok(Some(Deviation {
        occurrence_id: fact.occurrence.to_string(),
        planned_start: rfc3339(fact.planned_start, sheet.zone),
        outcome: tag(end, "outcome")?,
        outcome_vi: outcome(end, Language::Vi),
        outcome_en: outcome(end, Language::En),
    }))
}

fn item_row(line: &ItemLine) -> ItemRow<'_> {
    ItemRow {
        item: line.item,
        title: &line.title,
        genre: line.genre,
        topic: &line.topic,
        campaign: line.campaign.as_deref(),
        airings: line.airings,
        minutes: minutes(line.heard_ms),
        duration_s: line.length_ms as f64 / 1_000.0,
    }
}
