//! The activity ledger: what does not sound and is reported all the same.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::evidence::Proof;
use crate::clock;
use crate::desk::{ActivityChange, ActivityRequest, Change, Request, Response, parse_table};
use crate::domain::ledger::{Activity, ActivityDraft, ActivityKind, Evidence, Origin};
use crate::domain::report::Period;
use crate::http::caller::Caller;
use crate::http::extract::{Asked, At, Body};
use crate::http::problem::Problem;
use crate::http::tag::{IfMatch, Tagged};
use crate::http::words::instant;
use crate::http::{App, Failures};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum KindOfActivity {
    /// Tin bài on the portal.
    PortalArticle,
    /// Hội nghị, chuyên đề.
    Conference,
    /// Niêm yết, cổ động trực quan.
    NoticeBoard,
    /// Xe lưu động.
    MobileCar,
}

/// An entry of the activity ledger.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ActivityRow {
    /// Its number.
    number: u32,
    /// Which version, from 1 on.
    version: u32,
    /// When this version was made.
    #[schema(format = DateTime)]
    at: String,
    /// By whom.
    by: String,
    /// Why it was changed or struck out.
    why: Option<String>,
    /// Whether it is struck out.
    struck: bool,
    /// What was done.
    kind: KindOfActivity,
    /// When it was done.
    #[schema(format = Date)]
    day: String,
    /// What it was.
    title: String,
    /// How many it stands for.
    count: u32,
    /// Primary topic code.
    topic: Option<String>,
    /// Campaign code.
    campaign: Option<String>,
    /// Where.
    place: Option<String>,
    /// Links, document numbers and names of files that prove it.
    evidence: Vec<String>,
    /// The same, each with what sort it is, and files with the digest by which they are fetched.
    proofs: Vec<Proof>,
    /// Whether a person typed it; else it came from a table or a feed.
    by_hand: bool,
}

/// Entries of the activity ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Activities {
    /// In order of their days.
    items: Vec<ActivityRow>,
}

/// An entry to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewActivity {
    /// What was done.
    kind: KindOfActivity,
    /// When.
    day: NaiveDate,
    /// What it was.
    #[schema(max_length = 300)]
    title: String,
    /// How many it stands for; 1 if not given.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 100_000)]
    count: u32,
    /// Primary topic code.
    topic: Option<String>,
    /// Campaign code.
    campaign: Option<String>,
    /// Where.
    place: Option<String>,
    /// An address on the web that proves it.
    link: Option<String>,
    /// Whatever else proves it; files are sent to /activities/evidence before.
    #[serde(default)]
    #[schema(max_items = 10)]
    evidence: Vec<Proof>,
    /// Also if the same is in the ledger already.
    #[serde(default)]
    again: bool,
}

/// What changes about an entry; what is not given stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ChangedActivity {
    /// Why.
    why: String,
    /// What was done.
    kind: Option<KindOfActivity>,
    /// When.
    day: Option<NaiveDate>,
    /// What it was.
    title: Option<String>,
    /// How many it stands for.
    count: Option<u32>,
    /// Primary topic code; an empty text is none.
    topic: Option<String>,
    /// Campaign code; an empty text is none.
    campaign: Option<String>,
    /// Where; an empty text is nowhere.
    place: Option<String>,
    /// What proves it, all of it, in place of what did; files are sent to /activities/evidence before.
    #[schema(max_items = 10)]
    evidence: Option<Vec<Proof>>,
}

/// Why an entry is struck out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Struck {
    /// Why.
    why: String,
}

/// A table of entries.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Table {
    /// Its name, for what is said of it.
    name: String,
    /// The table as CSV with a heading.
    csv: String,
}

/// What became of entries handed over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct EnteredRows {
    /// The numbers of the new ones.
    pub(super) added: Vec<u32>,
    /// How many were in the ledger before.
    pub(super) known: u32,
}

/// Which entries.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// First day.
    from: Option<NaiveDate>,
    /// Last day.
    to: Option<NaiveDate>,
    /// Also those that are struck out.
    #[serde(default)]
    struck: bool,
    /// Only this kind.
    #[param(inline)]
    kind: Option<KindOfActivity>,
    /// Only of this campaign.
    campaign: Option<String>,
}

const fn one() -> u32 {
    1
}

const fn read(kind: KindOfActivity) -> ActivityKind {
    match kind {
        KindOfActivity::PortalArticle => ActivityKind::PortalArticle,
        KindOfActivity::Conference => ActivityKind::Conference,
        KindOfActivity::NoticeBoard => ActivityKind::NoticeBoard,
        KindOfActivity::MobileCar => ActivityKind::MobileCar,
    }
}

const fn told(kind: ActivityKind) -> KindOfActivity {
    match kind {
        ActivityKind::PortalArticle => KindOfActivity::PortalArticle,
        ActivityKind::Conference => KindOfActivity::Conference,
        ActivityKind::NoticeBoard => KindOfActivity::NoticeBoard,
        ActivityKind::MobileCar => KindOfActivity::MobileCar,
    }
}

impl ActivityRow {
    fn of(activity: &Activity, zone: Tz) -> Self {
        let draft = &activity.draft;
        let evidence = |evidence: &Evidence| match evidence {
            Evidence::Link(link) => link.clone(),
            Evidence::Document(number) => number.to_string(),
            Evidence::File { name, .. } => name.clone(),
        };
        Self {
            number: activity.number,
            version: activity.version,
            at: instant(activity.at, zone),
            by: activity.by.clone(),
            why: activity.why.clone(),
            struck: activity.struck,
            kind: told(draft.kind),
            day: draft.day.to_string(),
            title: draft.title.clone(),
            count: draft.count,
            topic: draft.topic.clone(),
            campaign: draft.campaign.clone(),
            place: draft.place.clone(),
            evidence: draft.evidence.iter().map(evidence).collect(),
            proofs: draft.evidence.iter().map(Proof::of).collect(),
            by_hand: draft.origin == Origin::Hand,
        }
    }
}

/// The activity ledger.
#[utoipa::path(get, path = "/activities", tag = "office", params(Which), responses((status = OK, body = Activities), Failures))]
async fn listed(
    State(app): State<App>,
    _caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Body<Activities>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let days = which.from.zip(which.to);
    let period = days
        .map(|(from, to)| Period::custom(from, to))
        .transpose()
        .map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_period", error.to_string()))?;
    let mut items = app.desk.activities(period, which.struck).await?;
    items.retain(|entry| which.kind.is_none_or(|kind| entry.draft.kind == read(kind)));
    items.retain(|entry| which.campaign.is_none() || entry.draft.campaign == which.campaign);
    Ok(Body(Activities { items: items.iter().map(|activity| ActivityRow::of(activity, zone)).collect() }))
}

/// An entry of the activity ledger.
#[utoipa::path(get, path = "/activities/{number}", tag = "office", params(("number" = u32, Path, description = "Its number")), responses((status = OK, body = ActivityRow), Failures))]
async fn shown(
    State(app): State<App>,
    _caller: Caller,
    At(number): At<u32>,
    headers: HeaderMap,
) -> Result<Tagged<ActivityRow>, Problem> {
    let activity = app.desk.activity(number).await?;
    Ok(Tagged::new(ActivityRow::of(&activity, app.desk.config().station.time_zone), &headers))
}

/// Every version of an entry, the first one first.
#[utoipa::path(get, path = "/activities/{number}/versions", tag = "office", params(("number" = u32, Path, description = "Its number")), responses((status = OK, body = Activities), Failures))]
async fn versions(State(app): State<App>, _caller: Caller, At(number): At<u32>) -> Result<Body<Activities>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let versions = app.desk.activity_history(number).await?;
    Ok(Body(Activities { items: versions.iter().map(|version| ActivityRow::of(version, zone)).collect() }))
}

/// Makes an entry by hand.
#[utoipa::path(post, path = "/activities", tag = "office", request_body = NewActivity, responses((status = CREATED, body = EnteredRows), Failures))]
async fn entered(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewActivity>,
) -> Result<(StatusCode, Body<EnteredRows>), Problem> {
    let links = new.link.into_iter().map(|link| Ok(Evidence::Link(link)));
    let evidence = links.chain(new.evidence.into_iter().map(|proof| proof.read(&app)));
    let draft = ActivityDraft {
        kind: read(new.kind),
        day: new.day,
        title: new.title,
        count: new.count,
        topic: new.topic,
        campaign: new.campaign,
        place: new.place,
        evidence: evidence.collect::<Result<_, Problem>>()?,
        origin: Origin::Hand,
    };
    Ok((StatusCode::CREATED, Body(enter(&app, &caller, vec![draft], new.again).await?)))
}

/// Makes entries from a table; those that are in the ledger already are passed over.
#[utoipa::path(post, path = "/activities/import", tag = "office", request_body = Table, responses((status = OK, body = EnteredRows), Failures))]
async fn imported(
    State(app): State<App>,
    caller: Caller,
    Body(table): Body<Table>,
) -> Result<Body<EnteredRows>, Problem> {
    let drafts = parse_table(table.csv.as_bytes(), &table.name)?;
    Ok(Body(enter(&app, &caller, drafts, false).await?))
}

/// Makes a new version of an entry.
#[utoipa::path(patch, path = "/activities/{number}", tag = "office", params(("number" = u32, Path, description = "Its number")), request_body = ChangedActivity, responses((status = OK, body = ActivityRow), Failures))]
async fn edited(
    State(app): State<App>,
    caller: Caller,
    At(number): At<u32>,
    state: IfMatch,
    Body(change): Body<ChangedActivity>,
) -> Result<Body<ActivityRow>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let before = app.desk.activity(number).await?;
    state.check(&ActivityRow::of(&before, zone))?;
    let text = |given: Option<String>| match given {
        None => Change::Keep,
        Some(text) if text.trim().is_empty() => Change::Clear,
        Some(text) => Change::Set(text),
    };
    let ChangedActivity { why, kind, day, title, count, topic, campaign, place, evidence } = change;
    let evidence = evidence.map(|proofs| proofs.into_iter().map(|proof| proof.read(&app)).collect());
    let change = ActivityChange {
        kind: kind.map(read),
        day,
        title,
        count,
        topic: text(topic),
        campaign: text(campaign),
        place: text(place),
        evidence: evidence.transpose()?,
    };
    let version = Some(before.version);
    act(&app, &caller, ActivityRequest::Edit { number, version, change: Box::new(change), why }).await
}

/// Strikes an entry out: it stays to be seen and counts nothing.
#[utoipa::path(post, path = "/activities/{number}/strike", tag = "office", params(("number" = u32, Path, description = "Its number")), request_body = Struck, responses((status = OK, body = ActivityRow), Failures))]
async fn struck(
    State(app): State<App>,
    caller: Caller,
    At(number): At<u32>,
    Body(Struck { why }): Body<Struck>,
) -> Result<Body<ActivityRow>, Problem> {
    act(&app, &caller, ActivityRequest::Strike { number, why }).await
}

async fn act(app: &App, caller: &Caller, request: ActivityRequest) -> Result<Body<ActivityRow>, Problem> {
    match app.desk.handle(&caller.who, Request::Activity(request), clock::now()).await? {
        Response::Activity { activity } => Ok(Body(ActivityRow::of(&activity, app.desk.config().station.time_zone))),
        _ => Err(Problem::unexpected()),
    }
}

/// Hands entries over in portions. What is in the ledger already is passed over, unless it shall be entered `again`.
pub(super) async fn enter(
    app: &App,
    caller: &Caller,
    drafts: Vec<ActivityDraft>,
    again: bool,
) -> Result<EnteredRows, Problem> {
    let mut rows = EnteredRows { added: Vec::new(), known: 0 };
    for portion in drafts.chunks(ActivityRequest::PORTION_MAX) {
        let request = ActivityRequest::Enter { drafts: portion.to_vec(), again };
        match app.desk.handle(&caller.who, Request::Activity(request), clock::now()).await? {
            Response::Entered { added, known } => {
                rows.added.extend(added);
                rows.known += known;
            }
            _ => return Err(Problem::unexpected()),
        }
    }
    Ok(rows)
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(listed, entered))
        .routes(routes!(imported))
        .routes(routes!(shown, edited))
        .routes(routes!(versions))
        .routes(routes!(struck))
}
