//! The figures of a period and the sentences that say them.

use axum::extract::State;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::query::ReportOf;
use crate::clock;
use crate::desk::{Desk, ReportDocument};
use crate::domain::report::{Group, Occurrences, Period};
use crate::domain::words::{self, Language};
use crate::http::caller::Caller;
use crate::http::extract::{Asked, Body};
use crate::http::problem::Problem;
use crate::http::words::{instant, word};
use crate::http::{App, Failures};

/// A period that a report is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ReportPeriod {
    /// As it is asked for; two given days as `2023-02-01..2023-03-10`.
    text: String,
    /// nd09, calendar or custom.
    preset: &'static str,
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// In Vietnamese.
    name_vi: String,
    /// In English.
    name_en: String,
}

/// Periods to choose from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ReportPeriods {
    /// The preset that the station reports by.
    usual: &'static str,
    /// Those around today, the station's preset first, the latest of each sort first.
    periods: Vec<ReportPeriod>,
    /// Campaigns that a report can be of, by code.
    campaigns: Vec<Named>,
}

/// A code with its name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Named {
    /// Its code.
    code: String,
    /// Its name.
    name: String,
}

/// A figure. Its rows are asked for by its name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Figure {
    /// Its name for `rows`; none if it has no rows in the log.
    figure: Option<String>,
    /// What it is: items, airings, uncounted_partial, occurrences_missed ...
    name: String,
    /// How many.
    count: u64,
    /// Time heard, where it is a count of sound.
    heard_ms: Option<u64>,
}

/// One line of a grouping.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct GroupLine {
    /// The name of its airings for `rows`.
    figure: String,
    /// What the airings have in common: a code, 2023-06, mon ...; none is no campaign.
    key: Option<String>,
    /// In Vietnamese.
    name_vi: String,
    /// In English.
    name_en: String,
    /// Distinct items.
    items: u64,
    /// Counted airings.
    airings: u64,
    /// Time heard.
    heard_ms: u64,
}

/// Planned against aired in one month.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct PlannedMonth {
    /// 2023-06.
    month: String,
    /// Planned broadcasts.
    planned: u64,
    /// Wholly aired.
    aired: u64,
    /// Aired in part.
    partial: u64,
    /// Not aired.
    missed: u64,
    /// Called off.
    cancelled: u64,
    /// Given up for something of a higher tier.
    superseded: u64,
    /// Still to come, or on air.
    open: u64,
}

/// A sentence of the report.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Sentence {
    /// T1 to T7.
    name: &'static str,
    /// As it is filed.
    vi: String,
    /// The same in English.
    en: String,
}

/// The last record of the log that a report was counted from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Head {
    /// Its number.
    seq: u64,
    /// Its hash, in hexadecimal: fixes every record up to it.
    hash: String,
}

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Preview {
    /// Which days.
    period: ReportPeriod,
    /// Only of this campaign.
    campaign: Option<String>,
    /// An airing counts from this share on.
    counted_from: f64,
    /// The station in full.
    station: String,
    /// When it was counted.
    #[schema(format = DateTime)]
    made_at: String,
    /// Name and version of the program.
    program: String,
    /// Whether the log is that of a rehearsal.
    simulated: bool,
    /// The newest record; none in an empty log.
    log_head: Option<Head>,
    /// The figures, in the order of a report.
    figures: Vec<Figure>,
    /// Shortest real length among the items.
    shortest_ms: Option<u64>,
    /// Longest real length among the items.
    longest_ms: Option<u64>,
    /// By primary topic.
    by_topic: Vec<GroupLine>,
    /// By campaign.
    by_campaign: Vec<GroupLine>,
    /// By genre.
    by_genre: Vec<GroupLine>,
    /// By reporting month.
    by_month: Vec<GroupLine>,
    /// By day of the week.
    by_weekday: Vec<GroupLine>,
    /// By who made the clip.
    by_source: Vec<GroupLine>,
    /// Planned against aired.
    planned_by_month: Vec<PlannedMonth>,
    /// The sentences, in their order.
    sentences: Vec<Sentence>,
}

impl ReportPeriod {
    fn of(period: &Period) -> Self {
        Self {
            text: period.text(),
            preset: period.preset.as_str(),
            from: period.from,
            to: period.to,
            name_vi: period.name_vi(),
            name_en: period.name_en(),
        }
    }
}

impl Preview {
    fn of(document: &ReportDocument, desk: &Desk, zone: Tz) -> Self {
        let report = &document.report;
        let topics = &desk.config().library.topics;
        let provenance = &document.provenance;
        let both = |vi: &str, en: &str| [vi.to_owned(), en.to_owned()];
        let sentences = document.sentences.named().into_iter().zip(document.sentences_en.named());
        Self {
            period: ReportPeriod::of(&report.period),
            campaign: report.settings.campaign.clone(),
            counted_from: report.settings.counted_from.0,
            station: provenance.station.clone(),
            made_at: instant(provenance.made_at, zone),
            program: provenance.program.clone(),
            simulated: provenance.simulated,
            log_head: provenance.log_head.as_ref().map(|head| Head { seq: head.seq, hash: head.hash.clone() }),
            figures: figures(document),
            shortest_ms: report.lengths.map(|lengths| lengths.shortest_ms),
            longest_ms: report.lengths.map(|lengths| lengths.longest_ms),
            by_topic: lines("topic", &report.by_topic, |code| {
                let name = topics.get(code).map_or(code.as_str(), |topic| &topic.en);
                (Some(code.clone()), both(topics.name_vi(code), name))
            }),
            by_campaign: lines("campaign", &report.by_campaign, |code| {
                let name = |code: &String| document.campaigns.get(code).unwrap_or(code).clone();
                let named = code.as_ref().map(|code| [name(code), name(code)]);
                let none = both("không thuộc kế hoạch nào", "no campaign");
                (code.clone(), named.unwrap_or(none))
            }),
            by_genre: lines("genre", &report.by_genre, |genre| {
                let name = |language| words::genre(*genre, language).to_owned();
                (Some(word(genre)), [name(Language::Vi), name(Language::En)])
            }),
            by_month: lines("month", &report.by_month, |month| {
                let key = month_text(*month);
                (Some(key.clone()), [key.clone(), key])
            }),
            by_weekday: lines("weekday", &report.by_weekday, |day| {
                let name = |language| words::weekday(*day, language).to_owned();
                (Some(day.to_string().to_lowercase()), [name(Language::Vi), name(Language::En)])
            }),
            by_source: lines("source", &report.by_source, |source| {
                let name = |language| words::source(*source, language).to_owned();
                (Some(word(source)), [name(Language::Vi), name(Language::En)])
            }),
            planned_by_month: document.planned_by_month.iter().map(PlannedMonth::of).collect(),
            sentences: sentences
                .map(|((name, vi), (_, en))| Sentence { name, vi: vi.to_owned(), en: en.to_owned() })
                .collect(),
        }
    }
}

impl PlannedMonth {
    fn of((month, ends): &((i32, u32), Occurrences)) -> Self {
        Self {
            month: month_text(*month),
            planned: ends.planned,
            aired: ends.aired,
            partial: ends.partial,
            missed: ends.missed,
            cancelled: ends.cancelled,
            superseded: ends.superseded,
            open: ends.open,
        }
    }
}

fn month_text((year, month): (i32, u32)) -> String {
    format!("{year}-{month:02}")
}

fn figures(document: &ReportDocument) -> Vec<Figure> {
    let report = &document.report;
    let figure = |name: &str, count, heard_ms| Figure {
        figure: Some(name.replacen('_', "=", usize::from(name.contains('_')))),
        name: name.to_owned(),
        count,
        heard_ms,
    };
    let apart = |name, apart: crate::domain::report::Apart| figure(name, apart.sessions, Some(apart.heard_ms));
    let (uncounted, ends) = (&report.uncounted, &report.occurrences);
    let bare = |name: &str, count| Figure { figure: None, ..figure(name, count, None) };
    vec![
        figure("items", report.items, None),
        figure("airings", report.airings, Some(report.heard_ms)),
        apart("relays", report.relays),
        figure("mentions", report.relayed_items(), None),
        apart("live", report.live),
        apart("emergencies", report.emergencies),
        figure("uncounted_partial", uncounted.partial, None),
        figure("uncounted_not_aired", uncounted.not_aired, None),
        figure("uncounted_on_air", uncounted.on_air, None),
        figure("uncounted_aired", uncounted.by_hand, None),
        bare("planned", ends.planned),
        figure("occurrences_aired", ends.aired, None),
        figure("occurrences_partial", ends.partial, None),
        figure("occurrences_missed", ends.missed, None),
        figure("occurrences_cancelled", ends.cancelled, None),
        figure("occurrences_superseded", ends.superseded, None),
        bare("open", ends.open),
    ]
}

fn lines<K>(figure: &str, groups: &[Group<K>], named: impl Fn(&K) -> (Option<String>, [String; 2])) -> Vec<GroupLine> {
    let line = |group: &Group<K>| {
        let (key, [name_vi, name_en]) = named(&group.key);
        GroupLine {
            figure: format!("{figure}={}", key.as_deref().unwrap_or_default()),
            key,
            name_vi,
            name_en,
            items: group.items,
            airings: group.airings,
            heard_ms: group.heard_ms,
        }
    };
    groups.iter().map(line).collect()
}

/// The periods that a report is asked for around today.
#[utoipa::path(get, path = "/report/periods", tag = "reports", responses((status = OK, body = ReportPeriods), Failures))]
async fn report_periods(State(app): State<App>, _caller: Caller) -> Result<Body<ReportPeriods>, Problem> {
    let periods = app.desk.periods(clock::now());
    let campaigns = app.desk.config().campaigns.iter();
    let campaigns = campaigns.map(|campaign| Named { code: campaign.code.clone(), name: campaign.name.clone() });
    Ok(Body(ReportPeriods {
        usual: periods.first().map_or("nd09", |period| period.preset.as_str()),
        periods: periods.iter().map(ReportPeriod::of).collect(),
        campaigns: campaigns.collect(),
    }))
}

/// The figures of a period, and the sentences that say them.
#[utoipa::path(get, path = "/report", tag = "reports", params(ReportOf), responses((status = OK, body = Preview), Failures))]
async fn report_preview(
    State(app): State<App>,
    _caller: Caller,
    Asked(of): Asked<ReportOf>,
) -> Result<Body<Preview>, Problem> {
    let document = app.desk.report(&of.read(&app)?, clock::now()).await?;
    Ok(Body(Preview::of(&document, &app.desk, app.desk.store().settings().zone)))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(report_periods)).routes(routes!(report_preview))
}
