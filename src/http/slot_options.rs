//! What a form about slots offers to choose from.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::Body;
use super::problem::Problem;
use super::slot_view::Words;
use super::words::{instant, word};
use super::{App, Failures};
use crate::clock;

/// What there is to choose from, and what a slot is like if nobody chooses.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct SlotOptions {
    /// The station's time.
    #[schema(format = DateTime)]
    now: String,
    /// The zones of the station.
    zones: Vec<SlotChoice>,
    /// The topics of the topics file.
    topics: Vec<SlotChoice>,
    /// The campaigns of the configuration.
    campaigns: Vec<SlotChoice>,
    /// The relays of the configuration.
    relays: Vec<SlotChoice>,
    /// The longest that an occurrence may last.
    session_max_s: u64,
    /// Grace of a slot that says nothing else.
    grace_s: u64,
    /// What still sounds at its end, if it says nothing else.
    overrun: String,
    /// After an interruption, if it says nothing else.
    interrupted: String,
}

/// Something with a code and a name for people.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct SlotChoice {
    /// In identifiers.
    code: String,
    /// For people.
    name: Words,
}

/// What a form about slots offers to choose from.
#[utoipa::path(get, path = "/slot-options", tag = "schedule", responses((status = OK, body = SlotOptions), Failures))]
async fn slot_options(State(app): State<App>, _caller: Caller) -> Result<Body<SlotOptions>, Problem> {
    let config = app.desk.config();
    let named = |code: &str, vi: &str, en: &str| SlotChoice {
        code: code.to_owned(),
        name: Words { vi: vi.to_owned(), en: en.to_owned() },
    };
    let schedule = &config.schedule;
    Ok(Body(SlotOptions {
        now: instant(clock::now().wall, config.station.time_zone),
        zones: config.zones.iter().map(|zone| named(&zone.id.0, &zone.name, &zone.name)).collect(),
        topics: config.library.topics.topics().iter().map(|topic| named(&topic.code, &topic.vi, &topic.en)).collect(),
        campaigns: config
            .campaigns
            .iter()
            .map(|campaign| named(&campaign.code, &campaign.name, &campaign.name))
            .collect(),
        relays: config.relays.iter().map(|relay| named(&relay.id.0, &relay.name, &relay.name)).collect(),
        session_max_s: schedule.session_max.as_secs(),
        grace_s: schedule.grace.as_secs(),
        overrun: word(&schedule.overrun),
        interrupted: word(&schedule.interrupted),
    }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(slot_options))
}
