//! Drafts of reports: made when a period is over, or when somebody asks; written by the clerk.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response as Answer};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock;
use crate::desk::{DraftOf, DraftRequest, PaperQuery, Request, Response};
use crate::domain::report::{Draft, DraftCause, FigureChange};
use crate::export::document::OutlineSection;
use crate::http::caller::Caller;
use crate::http::extract::{Asked, At, Body};
use crate::http::problem::Problem;
use crate::http::report::ReportOf;
use crate::http::words::instant;
use crate::http::{App, Failures};

/// Why a version of a draft was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CauseOfDraft {
    /// It was due.
    Due,
    /// A person asked for it.
    Asked,
    /// The figures changed: the log was corrected, or the ledger.
    Figures,
    /// A person wrote a section.
    Written,
}

/// A figure that is not what it was in the version before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
struct ChangedFigure {
    /// Its name: `items`, `topic.CCHC.airings`, `occurrences.missed`.
    figure: String,
    /// What it was.
    before: u64,
    /// What it is.
    after: u64,
}

/// A section of a report, for whoever writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
struct SectionRow {
    /// Its name, by which a draft keeps its prose.
    key: String,
    /// 1 is I, II; 2 is 1, 2; 3 is 2.1, 2.2.
    level: u8,
    /// Its heading; empty if it has none.
    heading: String,
    /// What stands there as long as nobody writes something else: paragraphs with their fields, `{{period}}`.
    template: Vec<String>,
    /// Whether it is written from the log, so that nobody writes it.
    from_log: bool,
    /// Its paragraphs as they will stand on paper, with the newest draft's prose.
    stands: Vec<String>,
}

/// The sections of a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Sections {
    /// In the order of the paper.
    items: Vec<SectionRow>,
}

/// A version of a draft.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct DraftRow {
    /// Its number, of all versions of all drafts.
    number: u32,
    /// The period as it is named.
    period: String,
    /// First day.
    #[schema(format = Date)]
    from: String,
    /// Last day.
    #[schema(format = Date)]
    to: String,
    /// Only this campaign.
    campaign: Option<String>,
    /// Counted from 1 within the same days and campaign.
    version: u32,
    /// When it was made.
    #[schema(format = DateTime)]
    at: String,
    /// By whom.
    by: String,
    /// The prose of the clerk: paragraphs by the name of their section.
    sections: BTreeMap<String, Vec<String>>,
    /// Hash of the last record of the log that it was counted from.
    head: Option<String>,
    /// Why it was made.
    cause: CauseOfDraft,
    /// How many figures are different from the version before.
    changes: usize,
    /// Which those are.
    changed: Vec<ChangedFigure>,
    /// Sections whose text is different from the version before.
    rewritten: Vec<String>,
}

/// Drafts.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Drafts {
    /// The newest first.
    items: Vec<DraftRow>,
}

/// What became of a draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct DraftMade {
    /// Its number.
    number: u32,
    /// Its version.
    version: u32,
    /// Whether it was made just now; false if no figure is different.
    new: bool,
}

/// A section to be written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Section {
    /// The version that the person saw; none if it does not matter.
    version: Option<u32>,
    /// Which section.
    section: String,
    /// Its paragraphs; none takes the section away.
    text: Vec<String>,
}

impl CauseOfDraft {
    const fn of(cause: DraftCause) -> Self {
        match cause {
            DraftCause::Due => Self::Due,
            DraftCause::Asked => Self::Asked,
            DraftCause::Figures => Self::Figures,
            DraftCause::Written => Self::Written,
        }
    }
}

impl ChangedFigure {
    fn of(change: &FigureChange) -> Self {
        Self { figure: change.figure.clone(), before: change.before, after: change.after }
    }
}

impl SectionRow {
    fn of(section: OutlineSection) -> Self {
        let OutlineSection { key, level, heading, template, from_log, stands } = section;
        Self { key, level, heading, template, from_log, stands }
    }
}

impl DraftRow {
    fn of(draft: &Draft, zone: Tz) -> Self {
        Self {
            number: draft.number,
            period: draft.period.text(),
            from: draft.period.from.to_string(),
            to: draft.period.to.to_string(),
            campaign: draft.campaign.clone(),
            version: draft.version,
            at: instant(draft.at, zone),
            by: draft.by.clone(),
            sections: draft.sections.clone().into_iter().collect(),
            head: draft.head.as_ref().map(|(_, hash)| hash.clone()),
            cause: CauseOfDraft::of(draft.cause),
            changes: draft.changes.len(),
            changed: draft.changes.iter().map(ChangedFigure::of).collect(),
            rewritten: draft.rewritten.clone(),
        }
    }
}

/// The newest version of every draft.
#[utoipa::path(get, path = "/drafts", tag = "office", responses((status = OK, body = Drafts), Failures))]
async fn listed(State(app): State<App>, _caller: Caller) -> Result<Body<Drafts>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let items = app.desk.drafts().await?;
    Ok(Body(Drafts { items: items.iter().map(|draft| DraftRow::of(draft, zone)).collect() }))
}

/// Every version of one draft.
#[utoipa::path(get, path = "/drafts/versions", tag = "office", params(ReportOf), responses((status = OK, body = Drafts), Failures))]
async fn versions(
    State(app): State<App>,
    _caller: Caller,
    Asked(of): Asked<ReportOf>,
) -> Result<Body<Drafts>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let items = app.desk.draft_versions(&of.read(&app)?).await?;
    Ok(Body(Drafts { items: items.iter().map(|draft| DraftRow::of(draft, zone)).collect() }))
}

/// The figures of a version as they were counted then: the document of `loa report --json`.
#[utoipa::path(get, path = "/drafts/{number}/report", tag = "office", params(("number" = u32, Path, description = "Its number")), responses((status = OK, content_type = "application/json", body = Object), Failures))]
async fn figures(State(app): State<App>, _caller: Caller, At(number): At<u32>) -> Result<Answer, Problem> {
    let report = app.desk.draft_report(number).await?;
    Ok(([(CONTENT_TYPE, "application/json")], report).into_response())
}

/// The sections of a report in the station's language: what the template says, and what stands there now.
#[utoipa::path(get, path = "/drafts/sections", tag = "office", params(ReportOf), responses((status = OK, body = Sections), Failures))]
async fn sections(
    State(app): State<App>,
    _caller: Caller,
    Asked(of): Asked<ReportOf>,
) -> Result<Body<Sections>, Problem> {
    let (report, language) = (of.read(&app)?, app.desk.config().report.language);
    let query = PaperQuery { report, language, texts: None, typed: Vec::new() };
    let paper = app.desk.report_paper(&query, clock::now()).await?;
    Ok(Body(Sections { items: paper.outline.into_iter().map(SectionRow::of).collect() }))
}

/// Counts a period: makes the first version, or the next if a figure is different.
#[utoipa::path(post, path = "/drafts", tag = "office", params(ReportOf), responses((status = OK, body = DraftMade), Failures))]
async fn made(State(app): State<App>, caller: Caller, Asked(of): Asked<ReportOf>) -> Result<Body<DraftMade>, Problem> {
    let of = DraftOf::of(&of.read(&app)?);
    act(&app, &caller, DraftRequest::Make { of }).await
}

/// Writes one section of a draft; the figures stay as they are.
#[utoipa::path(post, path = "/drafts/section", tag = "office", params(ReportOf), request_body = Section, responses((status = OK, body = DraftMade), Failures))]
async fn written(
    State(app): State<App>,
    caller: Caller,
    Asked(of): Asked<ReportOf>,
    Body(asked): Body<Section>,
) -> Result<Body<DraftMade>, Problem> {
    let of = DraftOf::of(&of.read(&app)?);
    let Section { version, section, text } = asked;
    act(&app, &caller, DraftRequest::Write { of, version, section, text }).await
}

/// Hands the newest version of a draft over as the configuration says, now: into a folder or by mail. `new` is false: no version
/// is made.
#[utoipa::path(post, path = "/drafts/deliver", tag = "office", params(ReportOf), responses((status = OK, body = DraftMade), Failures))]
async fn delivered(
    State(app): State<App>,
    caller: Caller,
    Asked(of): Asked<ReportOf>,
) -> Result<Body<DraftMade>, Problem> {
    let of = DraftOf::of(&of.read(&app)?);
    act(&app, &caller, DraftRequest::Deliver { of }).await
}

async fn act(app: &App, caller: &Caller, request: DraftRequest) -> Result<Body<DraftMade>, Problem> {
    match app.desk.handle(&caller.who, Request::Draft(request), clock::now()).await? {
        Response::Drafted { number, version, new } => Ok(Body(DraftMade { number, version, new })),
        _ => Err(Problem::unexpected()),
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(listed, made))
        .routes(routes!(versions))
        .routes(routes!(sections))
        .routes(routes!(figures))
        .routes(routes!(written))
        .routes(routes!(delivered))
}
