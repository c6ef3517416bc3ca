//! Relays: which there are, and whether they could be heard now.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{At, Body};
use super::problem::Problem;
use super::{App, Failures};
use crate::desk::{Found, Probed};
use crate::domain::account::Right;
use crate::domain::relay::RelayId;

/// A relay of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Relay {
    /// Its short name.
    id: String,
    /// Whose programme it carries.
    name: String,
    /// Where its sound comes from, the best first.
    sources: Vec<RelaySource>,
    /// Whether each session becomes a draft of the library.
    keep: bool,
}

/// A source of a relay.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct RelaySource {
    /// As people see it, without what may be a secret.
    source: String,
    /// stream, capture, standby.
    kind: String,
}

/// Every relay.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Relays {
    /// In the order of the configuration.
    items: Vec<Relay>,
}

/// What was found of one source.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct ProbedSource {
    /// Which.
    source: String,
    /// sounds, silent, too_little, fails.
    outcome: String,
    /// Root mean square of what was listened to, dBFS.
    level_dbfs: Option<f64>,
    /// In words, English.
    text: String,
}

impl ProbedSource {
    pub(super) fn of(probed: Probed) -> Self {
        let outcome = match &probed.found {
            Found::Sounds { .. } => "sounds",
            Found::Silent { .. } => "silent",
            Found::TooLittle { .. } => "too_little",
            Found::Fails(_) => "fails",
        };
        let (level_dbfs, text) = (probed.found.level_dbfs(), probed.found.to_string());
        Self { source: probed.source, outcome: outcome.to_owned(), level_dbfs, text }
    }
}

/// What became of a probe.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ProbedRelay {
    /// Whether any source could be heard now.
    sounds: bool,
    /// In the order of the chain.
    items: Vec<ProbedSource>,
}

/// The relays of the configuration.
#[utoipa::path(get, path = "/relays", tag = "relays", responses((status = OK, body = Relays), Failures))]
async fn relays(State(app): State<App>, caller: Caller) -> Result<Body<Relays>, Problem> {
    caller.who.check(Right::Look)?;
    let items = app.desk.config().relays.iter().map(|relay| Relay {
        id: relay.id.to_string(),
        name: relay.name.clone(),
        sources: relay
            .sources
            .iter()
            .map(|source| RelaySource { source: source.to_string(), kind: source.kind().to_owned() })
            .collect(),
        keep: relay.keep,
    });
    Ok(Body(Relays { items: items.collect() }))
}

/// Tries every source of a relay: connects, decodes, measures the level. Takes up to a quarter of a minute; nothing is aired.
#[utoipa::path(post, path = "/relays/{id}/probe", tag = "relays",
    params(("id" = String, Path, description = "Its short name")),
    responses((status = OK, body = ProbedRelay), Failures))]
async fn probe(State(app): State<App>, caller: Caller, At(id): At<String>) -> Result<Body<ProbedRelay>, Problem> {
    let probed = app.desk.probe_relay(&caller.who, &RelayId(id)).await?;
    let sounds = probed.iter().any(|probed| probed.found.is_good());
    Ok(Body(ProbedRelay { sounds, items: probed.into_iter().map(ProbedSource::of).collect() }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(relays)).routes(routes!(probe))
}
