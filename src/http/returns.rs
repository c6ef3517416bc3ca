//! Return feeds: what each gives at this moment.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{At, Body};
use super::problem::Problem;
use super::relays::ProbedSource;
use super::{App, Failures};
use crate::domain::slot::ZoneId;

/// Listens for a moment to the return feed of a zone, and says how loud it is. Takes up to a quarter of a minute; plays nothing.
#[utoipa::path(post, path = "/zones/{zone}/return/probe", tag = "station",
    params(("zone" = String, Path, description = "Name of the zone")),
    responses((status = OK, body = ProbedSource), Failures))]
async fn probe_return(
    State(app): State<App>,
    caller: Caller,
    At(zone): At<String>,
) -> Result<Body<ProbedSource>, Problem> {
    let probed = app.desk.probe_return(&caller.who, &ZoneId(zone)).await?;
    Ok(Body(ProbedSource::of(probed)))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(probe_return))
}
