//! What is on air: how it stands, and what a person asks of it.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alarms::ListedAlarm;
use super::caller::Caller;
use super::extract::{Asked, At, Body};
use super::live::Live;
use super::problem::Problem;
use super::words::{instant, word};
use super::{App, Failures};
use crate::clock;
use crate::desk::{AirRequest, DayLine, EmergencySound, Request, SpeechText};
use crate::domain::alarm::Standing;
use crate::domain::log::{MissReason, Outcome};
use crate::domain::slot::{OccurrenceId, ZoneId};

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
    /// The alarms of the list that are open, the worst first, each with since when.
    alarms: Vec<ListedAlarm>,
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
    /// At once and everywhere, whatever is on air and whatever the hour (khẩn cấp).
    #[serde(default)]
    emergency: bool,
    /// In these zones; everywhere if left out or empty. Not for an emergency, see `/air/emergency`.
    #[serde(default)]
    zones: Vec<String>,
}

/// An emergency to be raised.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Raise {
    /// Number of the clip; without it and without a text the clip that stands by is heard.
    clip: Option<u32>,
    /// A text that is read aloud instead; it becomes a clip of the library that waits for approval.
    text: Option<String>,
    /// In these zones; everywhere if left out or empty.
    #[serde(default)]
    zones: Vec<String>,
    /// How often it is heard.
    #[serde(default = "once")]
    #[schema(minimum = 1, maximum = 1000)]
    times: u32,
    /// From one beginning to the next, in seconds; one follows the other if that is over sooner.
    #[serde(default)]
    #[schema(maximum = 86_400)]
    every_s: u64,
}

const fn once() -> u32 {
    1
}

/// Where, while several things are on air.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
struct Zones {
    /// Names of zones; all if left out or empty.
    zones: Vec<String>,
}

/// A zone to be muted or heard again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Mute {
    /// Whether it is muted for everything but emergencies.
    muted: bool,
}

/// An amplifier to be switched.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Power {
    /// On for at most half an hour, or off unless something is to be heard.
    on: bool,
}

/// In which zone, while several things are on air.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct InZone {
    /// Name of a zone; needed only while several things are on air.
    zone: Option<String>,
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
    let open = app.desk.alarms().await?.into_iter().filter(Standing::is_open);
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
        live: Live::of(&app.desk.live()?, config),
        alarms: open.map(|alarm| ListedAlarm::of(alarm, config)).collect(),
        today,
        next: next.collect(),
    }))
}

/// Plays a clip by hand.
#[utoipa::path(post, path = "/air/play", tag = "station", request_body = Play, responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn play(State(app): State<App>, caller: Caller, Body(play): Body<Play>) -> Result<StatusCode, Problem> {
    let clip = play.clip.to_string();
    let request = if play.emergency {
        AirRequest::Raise { sound: EmergencySound::Clip(clip), zones: Vec::new(), times: 1, every: Duration::ZERO }
    } else {
        AirRequest::Play { clip, zones: zone_ids(play.zones) }
    };
    tell(&app, &caller, request).await
}

/// Raises an emergency (khẩn cấp): it is heard at once, whatever is on air and whatever the hour.
#[utoipa::path(post, path = "/air/emergency", tag = "station", request_body = Raise, responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn raise(State(app): State<App>, caller: Caller, Body(raise): Body<Raise>) -> Result<StatusCode, Problem> {
    let Raise { clip, text, zones, times, every_s } = raise;
    let sound = match (clip, text) {
        (Some(_), Some(_)) => {
            let detail = "an emergency is a clip or a text, not both: leave one of them out";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "body_does_not_fit", detail));
        }
        (Some(clip), None) => EmergencySound::Clip(clip.to_string()),
        (None, Some(text)) => EmergencySound::Text(SpeechText { text, language: None, voice: None }),
        (None, None) => EmergencySound::Standby,
    };
    let (zones, every) = (zone_ids(zones), Duration::from_secs(every_s));
    tell(&app, &caller, AirRequest::Raise { sound, zones, times, every }).await
}

/// Ends emergencies.
#[utoipa::path(post, path = "/air/emergency/end", tag = "station", request_body = Zones, responses((status = NO_CONTENT, description = "They are over"), Failures))]
async fn end_emergency(
    State(app): State<App>,
    caller: Caller,
    Body(zones): Body<Zones>,
) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::EndEmergency { zones: zone_ids(zones.zones) }).await
}

/// Mutes a zone for everything but emergencies, or lets everything be heard in it again.
#[utoipa::path(post, path = "/zones/{zone}/mute", tag = "station", params(("zone" = String, Path, description = "Name of the zone")), request_body = Mute, responses((status = NO_CONTENT, description = "It is so"), Failures))]
async fn mute(
    State(app): State<App>,
    caller: Caller,
    At(zone): At<String>,
    Body(mute): Body<Mute>,
) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Mute { zone: ZoneId(zone), muted: mute.muted }).await
}

/// Switches the amplifier of a zone on for a while, or off unless something is to be heard there.
#[utoipa::path(post, path = "/zones/{zone}/amplifier", tag = "station", params(("zone" = String, Path, description = "Name of the zone")), request_body = Power, responses((status = NO_CONTENT, description = "It is ordered"), Failures))]
async fn switch(
    State(app): State<App>,
    caller: Caller,
    At(zone): At<String>,
    Body(power): Body<Power>,
) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Switch { zones: vec![ZoneId(zone)], on: power.on }).await
}

pub(super) fn zone_ids(names: Vec<String>) -> Vec<ZoneId> {
    names.into_iter().map(ZoneId).collect()
}

/// Goes on to the next element.
#[utoipa::path(post, path = "/air/skip", tag = "station", params(InZone), responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn skip(State(app): State<App>, caller: Caller, Asked(place): Asked<InZone>) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Skip { zone: place.zone.map(ZoneId) }).await
}

/// Stops what is on air, and the rest of its broadcast.
#[utoipa::path(post, path = "/air/stop", tag = "station", params(InZone), responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn stop(State(app): State<App>, caller: Caller, Asked(place): Asked<InZone>) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Stop { zone: place.zone.map(ZoneId) }).await
}

/// Holds what is on air.
#[utoipa::path(post, path = "/air/pause", tag = "station", params(InZone), responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn pause(State(app): State<App>, caller: Caller, Asked(place): Asked<InZone>) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Pause { zone: place.zone.map(ZoneId) }).await
}

/// Goes on with what is held.
#[utoipa::path(post, path = "/air/resume", tag = "station", params(InZone), responses((status = NO_CONTENT, description = "The station does it"), Failures))]
async fn resume(State(app): State<App>, caller: Caller, Asked(place): Asked<InZone>) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::Resume { zone: place.zone.map(ZoneId) }).await
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

pub(super) async fn tell(app: &App, caller: &Caller, request: AirRequest) -> Result<StatusCode, Problem> {
    app.desk.handle(&caller.who, Request::Air(request), clock::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(play))
        .routes(routes!(raise))
        .routes(routes!(end_emergency))
        .routes(routes!(mute))
        .routes(routes!(switch))
        .routes(routes!(skip))
        .routes(routes!(stop))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(cancel))
        .routes(routes!(trust_clock))
}
