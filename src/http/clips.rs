//! The clips of the library: leafed through, looked at, changed, on their way to a leader.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::clip_body::{Approval, Clip};
use super::extract::{Asked, At, Body};
use super::page::Paging;
use super::problem::Problem;
use super::tag::{IfMatch, Tagged};
use super::words::instant;
use super::{App, Failures};
use crate::clock;
use crate::desk::{
    Approver, Change, ClipChange, ClipFilter, ClipRequest, ErrorKind, Request, Response, ShelfOrder, ShelfQuery,
    version_of,
};
use crate::domain::clip::{self, Genre, Source};

/// Which clips, and in which order.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Words of title or author, in any order, with or without diacritics.
    text: Option<String>,
    /// draft, submitted, sent_back, approved or retired; without it all but retired ones, `all` for all.
    state: Option<String>,
    /// Primary topic code, with the codes under it.
    topic: Option<String>,
    /// Campaign code.
    campaign: Option<String>,
    /// news, article, feature, notice, ident or other.
    #[param(value_type = Option<String>)]
    genre: Option<Genre>,
    /// own, district, province or central.
    #[param(value_type = Option<String>)]
    source: Option<Source>,
    /// BCP 47 tag.
    language: Option<String>,
    /// Only clips that never had an airing that counts.
    #[serde(default)]
    never_aired: bool,
    /// newest (usual), title (as in a Vietnamese dictionary), or last_aired (the longest silent first).
    order: Option<String>,
    /// Rows of the page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before; the first page without.
    cursor: Option<String>,
}

/// A page of the library.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ClipPage {
    /// Its rows.
    items: Vec<ClipRow>,
    /// Cursor of the page after it; none if this is the last.
    next: Option<String>,
    /// Clips on all pages.
    total: u64,
    /// Clips in each state that fit everything else that was asked for.
    counts: ClipCounts,
}

/// Clips in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
struct ClipCounts {
    /// Not handed in yet.
    draft: u64,
    /// Wait for a leader.
    submitted: u64,
    /// Wait for their editor.
    sent_back: u64,
    /// May go on air.
    approved: u64,
    /// Out of use.
    retired: u64,
}

/// A clip in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ClipRow {
    /// Its number.
    id: u32,
    /// As spoken of in the log and the report.
    title: String,
    /// Thể loại.
    #[schema(value_type = String)]
    genre: Genre,
    /// Primary topic code.
    topic: String,
    /// Campaign code.
    campaign: Option<String>,
    /// Người biên tập.
    author: Option<String>,
    /// Who made it.
    #[schema(value_type = String)]
    source: Source,
    /// Whether it may go on air.
    approval: Approval,
    /// When it came into the library.
    #[schema(format = DateTime)]
    added_at: String,
    /// Playing time in seconds.
    duration_s: f64,
    /// How many things there are to say of its sound.
    findings: usize,
    /// When it was last on air so that it counted.
    #[schema(format = DateTime)]
    last_aired: Option<String>,
    /// How often it was.
    airings: u64,
}

/// Everything that a person says of a clip. What is null is empty.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClipEdit {
    /// As spoken of in the log and the report.
    title: String,
    /// Thể loại.
    #[schema(value_type = String)]
    genre: Genre,
    /// Primary topic code.
    topic: String,
    /// Further topic codes, at most three.
    #[serde(default)]
    secondary: Vec<String>,
    /// Campaign code.
    campaign: Option<String>,
    /// Người biên tập.
    author: Option<String>,
    /// BCP 47 tag.
    language: String,
    /// Who made it.
    #[schema(value_type = String)]
    source: Source,
    /// First day on which it may air.
    valid_from: Option<NaiveDate>,
    /// Last day on which it may air.
    valid_to: Option<NaiveDate>,
    /// The text that is read.
    script: Option<String>,
}

/// Why a clip goes back.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendBack {
    /// What shall be changed.
    note: String,
}

impl Wanted {
    fn query(self) -> Result<ShelfQuery, Problem> {
        let no = |what: &str, value: &str| {
            let detail = format!("`{value}` is no {what} of the library");
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "query_does_not_fit", detail))
        };
        let (approval, in_use) = match self.state.as_deref() {
            None => (None, true),
            Some("all") => (None, false),
            Some("draft") => (Some("draft"), false),
            Some("submitted") => (Some("submitted"), false),
            Some("sent_back") => (Some("sent_back"), false),
            Some("approved") => (Some("approved"), false),
            Some("retired") => (Some("retired"), false),
            Some(other) => return no("state", other),
        };
        let order = match self.order.as_deref() {
            None | Some("newest") => ShelfOrder::Newest,
            Some("title") => ShelfOrder::Title,
            Some("last_aired") => ShelfOrder::LastAired,
            Some(other) => return no("order", other),
        };
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let filter = ClipFilter {
            text: given(self.text),
            topic: given(self.topic),
            campaign: given(self.campaign),
            genre: self.genre,
            source: self.source,
            approval,
            language: given(self.language),
            never_aired: self.never_aired,
            in_use,
            ..ClipFilter::default()
        };
        let paging = Paging { limit: self.limit, cursor: self.cursor };
        Ok(ShelfQuery { filter, order, limit: paging.limit(), after: paging.cursor })
    }
}

impl ClipEdit {
    fn change(self) -> ClipChange {
        ClipChange {
            title: Some(self.title),
            genre: Some(self.genre),
            topic: Some(self.topic),
            secondary: Some(self.secondary),
            campaign: set(text(self.campaign)),
            author: set(text(self.author)),
            language: Some(self.language),
            source: Some(self.source),
            valid_from: set(self.valid_from),
            valid_to: set(self.valid_to),
            script: set(text(self.script)),
        }
    }
}

/// A form sends an empty field where nothing is said.
fn text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn set<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Clear, Change::Set)
}

/// A page of the library.
#[utoipa::path(get, path = "/clips", tag = "clips", params(Wanted), responses((status = OK, body = ClipPage), Failures))]
async fn list_clips(
    State(app): State<App>,
    _caller: Caller,
    Asked(wanted): Asked<Wanted>,
) -> Result<Body<ClipPage>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let shelf = app.desk.shelf(wanted.query()?).await?;
    let row = |line: crate::desk::ShelfLine| ClipRow {
        id: line.clip.id.0,
        approval: Approval::of(&line.clip.approval, zone),
        added_at: instant(line.clip.added_at, zone),
        duration_s: line.clip.audio.duration().as_millis() as f64 / 1_000.0,
        findings: app.desk.findings(&line.clip).len(),
        title: line.clip.title,
        genre: line.clip.genre,
        topic: line.clip.topics.primary,
        campaign: line.clip.campaign,
        author: line.clip.author,
        source: line.clip.source,
        last_aired: line.last_aired.map(|at| instant(at, zone)),
        airings: line.airings,
    };
    let counts = shelf.counts;
    Ok(Body(ClipPage {
        items: shelf.items.into_iter().map(row).collect(),
        next: shelf.next,
        total: shelf.total,
        counts: ClipCounts {
            draft: counts.draft,
            submitted: counts.submitted,
            sent_back: counts.sent_back,
            approved: counts.approved,
            retired: counts.retired,
        },
    }))
}

/// A clip, with what is to be said of its sound.
#[utoipa::path(get, path = "/clips/{id}", tag = "clips", params(("id" = u32, Path, description = "Its number")), responses((status = OK, body = Clip), Failures))]
async fn read_clip(
    State(app): State<App>,
    _caller: Caller,
    At(id): At<u32>,
    headers: HeaderMap,
) -> Result<Tagged<Clip>, Problem> {
    let clip = found(&app, id).await?;
    Ok(Tagged::new(Clip::of(&app.desk, &clip), &headers))
}

/// Changes what is said of a clip.
#[utoipa::path(put, path = "/clips/{id}", tag = "clips", params(("id" = u32, Path, description = "Its number")), request_body = ClipEdit, responses((status = OK, body = Clip), Failures))]
async fn edit_clip(
    State(app): State<App>,
    caller: Caller,
    At(id): At<u32>,
    seen: IfMatch,
    headers: HeaderMap,
    Body(edit): Body<ClipEdit>,
) -> Result<Tagged<Clip>, Problem> {
    let change = Box::new(edit.change());
    step(&app, &caller, id, &seen, &headers, |clip| ClipRequest::Edit { clip, change }).await
}

/// Hands a draft, or a clip that was sent back, to a leader.
#[utoipa::path(post, path = "/clips/{id}/submit", tag = "clips", params(("id" = u32, Path, description = "Its number")), responses((status = OK, body = Clip), Failures))]
async fn submit_clip(
    State(app): State<App>,
    caller: Caller,
    At(id): At<u32>,
    seen: IfMatch,
    headers: HeaderMap,
) -> Result<Tagged<Clip>, Problem> {
    step(&app, &caller, id, &seen, &headers, |clip| ClipRequest::HandIn { clip }).await
}

/// Lets a clip go on air, in the name and with the office of who asks.
#[utoipa::path(post, path = "/clips/{id}/approve", tag = "clips", params(("id" = u32, Path, description = "Its number")), responses((status = OK, body = Clip), Failures))]
async fn approve_clip(
    State(app): State<App>,
    caller: Caller,
    At(id): At<u32>,
    seen: IfMatch,
    headers: HeaderMap,
) -> Result<Tagged<Clip>, Problem> {
    // The desk puts the office of the account to it.
    let approver = Approver { name: caller.who.name.clone(), office: String::new() };
    step(&app, &caller, id, &seen, &headers, |clip| ClipRequest::Approve { clip, approver }).await
}

/// Sends a clip back to its editor, with what shall be changed.
#[utoipa::path(post, path = "/clips/{id}/send-back", tag = "clips", params(("id" = u32, Path, description = "Its number")), request_body = SendBack, responses((status = OK, body = Clip), Failures))]
async fn send_back_clip(
    State(app): State<App>,
    caller: Caller,
    At(id): At<u32>,
    seen: IfMatch,
    headers: HeaderMap,
    Body(SendBack { note }): Body<SendBack>,
) -> Result<Tagged<Clip>, Problem> {
    step(&app, &caller, id, &seen, &headers, |clip| ClipRequest::SendBack { clip, note }).await
}

/// Takes a clip out of use; its airings stay in the log.
#[utoipa::path(post, path = "/clips/{id}/retire", tag = "clips", params(("id" = u32, Path, description = "Its number")), responses((status = OK, body = Clip), Failures))]
async fn retire_clip(
    State(app): State<App>,
    caller: Caller,
    At(id): At<u32>,
    seen: IfMatch,
    headers: HeaderMap,
) -> Result<Tagged<Clip>, Problem> {
    step(&app, &caller, id, &seen, &headers, |clip| ClipRequest::Retire { clip }).await
}

/// Takes a clip out of the library for good; its airings stay in the log.
#[utoipa::path(delete, path = "/clips/{id}", tag = "clips", params(("id" = u32, Path, description = "Its number")), responses((status = NO_CONTENT, description = "It is gone"), Failures))]
async fn remove_clip(
    State(app): State<App>,
    caller: Caller,
    At(id): At<u32>,
    seen: IfMatch,
) -> Result<StatusCode, Problem> {
    perform(&app, &caller, id, &seen, |clip| ClipRequest::Remove { clip }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The clip of this number.
pub(super) async fn found(app: &App, id: u32) -> Result<clip::Clip, Problem> {
    Ok(app.desk.clip(clip::ClipId(id)).await?)
}

async fn step(
    app: &App,
    caller: &Caller,
    id: u32,
    seen: &IfMatch,
    headers: &HeaderMap,
    request: impl FnOnce(String) -> ClipRequest,
) -> Result<Tagged<Clip>, Problem> {
    perform(app, caller, id, seen, request).await?;
    Ok(Tagged::new(Clip::of(&app.desk, &found(app, id).await?), headers))
}

/// Asks it of the clip as it was compared with what the person saw, so that nothing comes between the two.
async fn perform(
    app: &App,
    caller: &Caller,
    id: u32,
    seen: &IfMatch,
    request: impl FnOnce(String) -> ClipRequest,
) -> Result<(), Problem> {
    let now = found(app, id).await?;
    seen.check(&Clip::of(&app.desk, &now))?;
    let request = Box::new(request(id.to_string()));
    let request = ClipRequest::IfUnchanged { version: version_of(&now), request };
    match app.desk.handle(&caller.who, Request::Clip(request), clock::now()).await {
        Ok(Response::Clip { .. } | Response::ClipRemoved { .. }) => Ok(()),
        Ok(_) => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", "the desk answered something else")),
        Err(error) if error.kind == ErrorKind::Conflict => {
            Err(Problem::stale(&Clip::of(&app.desk, &found(app, id).await?)))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_clips))
        .routes(routes!(read_clip, edit_clip, remove_clip))
        .routes(routes!(submit_clip))
        .routes(routes!(approve_clip))
        .routes(routes!(send_back_clip))
        .routes(routes!(retire_clip))
}
