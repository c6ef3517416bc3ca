//! What is on air: how it stands, and what a person asks of it.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::Body;
use super::live::Live;
use super::problem::Problem;
use super::words::{instant, word};
use super::{App, Failures};
use crate::clock;
use crate::desk::{AirRequest, DayLine, Request};
use crate::domain::log::{MissReason, Outcome};
use crate::domain::slot::OccurrenceId;

/// Occurrences to come that are named.
const AHEAD_MAX: usize = 12;

/// How the station stands, with its day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Status {
    /// Version of the program.
    version: &'static str,
    /// The station's name.
    station: String,
    /// IANA name of its time zone.
    time_zone: String,
    /// How it stands now.
    live: Live,
    /// The broadcasts of today.
    today: Vec<DayRow>,
    /// The next broadcasts.
    next: Vec<NextRow>,
}

/// A broadcast of today.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct DayRow {
    /// Which.
    pub(super) occurrence_id: String,
    /// The slot's name for people.
    pub(super) name: String,
    /// Planned start.
    #[schema(format = DateTime)]
    pub(super) start: String,
    /// The start plus the slot's longest duration.
    #[schema(format = DateTime)]
    pub(super) end: String,
    /// aired, partial, missed, cancelled or superseded; none while it is to come or on air.
    pub(super) outcome: Option<String>,
    /// Why it was missed, for a miss.
    pub(super) reason: Option<String>,
    /// Who called it off, or what took its place.
    pub(super) by: Option<String>,
}

/// A broadcast to come.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct NextRow {
    /// Which.
    occurrence_id: String,
    /// The slot's name for people.
    name: String,
    /// Planned start.
    #[schema(format = DateTime)]
    start: String,
}

/// A clip to play by hand.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Play {
    /// Number of the clip.
    clip: u32,
    /// At once, whatever is on air and whatever the hour (khẩn cấp).
    #[serde(default)]
    emergency: bool,
}

/// A broadcast to call off.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Cancel {
    /// Which.
    #[schema(value_type = String, example = "sang-0500@2026-11-24T05:00:00")]
    occurrence_id: OccurrenceId,
}

impl DayRow {
    pub(super) fn of(line: &DayLine, zone: chrono_tz::Tz) -> Self {
        let (reason, by) = match &line.outcome {
            Some(Outcome::Missed(reason)) => (Some(miss(reason)), None),
            Some(Outcome::Cancelled { by }) => (None, Some(by.clone())),
            Some(Outcome::Superseded { by }) => (None, Some(by.to_string())),
            Some(Outcome::Aired | Outcome::Partial) | None => (None, None),
        };
        Self {
            occurrence_id: line.occurrence.to_string(),
            name: line.name.clone(),
            start: instant(line.start, zone),
            end: instant(line.end, zone),
            outcome: line.outcome.as_ref().map(word),
            reason,
            by,
        }
    }
}

fn miss(reason: &MissReason) -> String {
    word(reason)
}

/// How the station stands, with its day.
#[utoipa::path(get, path = "/status", tag = "station", responses((status = OK, body = Status), Failures))]
async fn status(State(app): State<App>, _caller: Caller) -> Result<Body<Status>, Problem> {
    let config = app.desk.config();
    let zone = config.station.time_zone;
    let now = clock::now();
    let today = app.desk.today(now).await?.iter().map(|line| DayRow::of(line, zone)).collect();
    let next = app.desk.ahead(now, AHEAD_MAX).await?.into_iter();
    let next = next.map(|ahead| NextRow {
        occurrence_id: ahead.occurrence.to_string(),
        name: ahead.name,
        start: instant(ahead.start, zone),
    });
    Ok(Body(Status {
        version: env!("CARGO_PKG_VERSION"),
        station: config.station.name.clone(),
        time_zone: zone.name().to_owned(),
        live: Live::of(&app.desk.live()?, zone),
        today,
        next: next.collect(),
    }))
}

/// Plays a clip by hand.
#[utoipa::path(post, path = "/air/play", tag = "station", request_body = Play, responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn play(State(app): State<App>, caller: Caller, Body(play): Body<Play>) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Play { clip: play.clip.to_string(), emergency: play.emergency }).await
}

/// Goes on to the next element.
#[utoipa::path(post, path = "/air/skip", tag = "station", responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn skip(State(app): State<App>, caller: Caller) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Skip).await
}

/// Stops what is on air, and the rest of its broadcast.
#[utoipa::path(post, path = "/air/stop", tag = "station", responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn stop(State(app): State<App>, caller: Caller) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Stop).await
}

/// Holds what is on air.
#[utoipa::path(post, path = "/air/pause", tag = "station", responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn pause(State(app): State<App>, caller: Caller) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Pause).await
}

/// Goes on with what is held.
#[utoipa::path(post, path = "/air/resume", tag = "station", responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn resume(State(app): State<App>, caller: Caller) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Resume).await
}

/// Calls off a broadcast that is still to come.
#[utoipa::path(post, path = "/air/cancel", tag = "station", request_body = Cancel, responses((status = NO_CONTENT, description = "It will not air"), Failures))]
async fn cancel(State(app): State<App>, caller: Caller, Body(cancel): Body<Cancel>) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Cancel { occurrence: cancel.occurrence_id }).await
}

/// Vouches for the clock of the machine: broadcasts by schedule go on.
#[utoipa::path(post, path = "/clock/trust", tag = "station", responses((status = NO_CONTENT, description = "The clock is trusted"), Failures))]
async fn trust_clock(State(app): State<App>, caller: Caller) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::TrustClock).await
}

async fn tell(app: &App, caller: &Caller, request: AirRequest) -> Result<StatusCode, Problem> {
    app.desk.handle(&caller.who, Request::Air(request), clock::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(play))
        .routes(routes!(skip))
        .routes(routes!(stop))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(cancel))
        .routes(routes!(trust_clock))
}
