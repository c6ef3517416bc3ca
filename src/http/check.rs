//! Could this station go on air now?

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::Body;
use super::problem::Problem;
use super::words::word;
use super::{App, Failures};
use crate::desk::CheckState;

/// What was found when the station was looked over.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Check {
    /// Whether it could go on air: nothing failed.
    ready: bool,
    /// What was looked at, in order.
    points: Vec<CheckPoint>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CheckPoint {
    /// What: configuration, data folder, disk, station, database, clock, output, log, library, slots, plan, campaigns.
    what: &'static str,
    /// ok, warn (it can go on air, but somebody should look at it) or fail.
    state: String,
    /// What was found; several lines if several things were.
    found: String,
    /// What to do about it.
    remedy: Option<String>,
}

/// Looks the running station over, as `loa check`: opens every approved clip, so it may take some seconds.
#[utoipa::path(get, path = "/check", tag = "station", responses((status = OK, body = Check), Failures))]
async fn check(State(app): State<App>, caller: Caller) -> Result<Body<Check>, Problem> {
    let points = app.desk.check(&caller.who).await?;
    let ready = points.iter().all(|point| point.state != CheckState::Fail);
    let points = points.into_iter().map(|point| CheckPoint {
        what: point.what,
        state: word(&point.state),
        found: point.found,
        remedy: point.remedy,
    });
    Ok(Body(Check { ready, points: points.collect() }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(check))
}
