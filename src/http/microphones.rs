//! Microphones: which there are, and speaking through them.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::air::{tell, zone_ids};
use super::caller::Caller;
use super::extract::Body;
use super::problem::Problem;
use super::words::word;
use super::{App, Failures};
use crate::desk::AirRequest;
use crate::domain::account::Right;
use crate::domain::microphone::{Manner, MicrophoneId};

/// A microphone of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Microphone {
    /// Its short name.
    id: String,
    /// What people call it.
    name: String,
    /// The capture device.
    device: String,
    /// What becomes of the programme if nothing else is asked for: pause or duck.
    programme: String,
    /// By how many dB the programme is turned down below the voice.
    duck_db: u32,
    /// The clip that is heard before the voice; none if there is none.
    chime: Option<u32>,
    /// Nobody speaks longer, in seconds.
    longest_s: u64,
}

/// Every microphone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Microphones {
    /// In the order of the configuration.
    items: Vec<Microphone>,
}

/// A microphone to be opened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct GoLive {
    /// Its short name.
    microphone: String,
    /// In these zones; everywhere if left out or empty.
    #[serde(default)]
    zones: Vec<String>,
    /// How long at most, in seconds; as long as the microphone allows if left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 14_400)]
    longest_s: Option<u64>,
    /// What becomes of the programme: pause or duck; what the microphone's settings say if left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    programme: Option<Manner>,
}

/// A microphone to be closed.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
struct EndLive {
    /// Its short name; every one that is open if left out.
    microphone: Option<String>,
}

/// The microphones of the configuration.
#[utoipa::path(get, path = "/microphones", tag = "station", responses((status = OK, body = Microphones), Failures))]
async fn microphones(State(app): State<App>, caller: Caller) -> Result<Body<Microphones>, Problem> {
    caller.who.check(Right::Look)?;
    let items = app.desk.config().microphones.iter().map(|microphone| Microphone {
        id: microphone.id.to_string(),
        name: microphone.name.clone(),
        device: microphone.device.to_string(),
        programme: word(&microphone.manner),
        duck_db: microphone.duck_db,
        chime: microphone.chime.map(|clip| clip.0),
        longest_s: microphone.longest.as_secs(),
    });
    Ok(Body(Microphones { items: items.collect() }))
}

/// Opens a microphone: somebody is going to speak. It is heard after its tune, as `speaking` of the status says.
#[utoipa::path(post, path = "/air/live", tag = "station", request_body = GoLive, responses((status = NO_CONTENT, description = "It is being opened"), Failures))]
async fn go_live(State(app): State<App>, caller: Caller, Body(live): Body<GoLive>) -> Result<StatusCode, Problem> {
    let request = AirRequest::GoLive {
        microphone: MicrophoneId(live.microphone),
        zones: zone_ids(live.zones),
        longest: live.longest_s.map(Duration::from_secs),
        programme: live.programme,
    };
    tell(&app, &caller, request).await
}

/// Closes a microphone.
#[utoipa::path(post, path = "/air/live/end", tag = "station", request_body = EndLive, responses((status = NO_CONTENT, description = "It is closed"), Failures))]
async fn end_live(State(app): State<App>, caller: Caller, Body(end): Body<EndLive>) -> Result<StatusCode, Problem> {
    tell(&app, &caller, AirRequest::EndLive { microphone: end.microphone.map(MicrophoneId) }).await
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(microphones)).routes(routes!(go_live)).routes(routes!(end_live))
}
