//! How campaigns stand against their plans, and what was planned against what was aired.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock;
use crate::desk::CampaignStanding;
use crate::export::reconciliation;
use crate::http::caller::Caller;
use crate::http::extract::{Asked, Body};
use crate::http::problem::Problem;
use crate::http::report::ReportOf;
use crate::http::{App, Failures};

/// How far a campaign has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StandingRow {
    /// Its code.
    code: String,
    /// As a sentence names it.
    name: String,
    /// Whether it is behind its plan.
    behind: bool,
    /// Items, if the plan asks for them.
    items: Option<GoalRow>,
    /// Minutes, if the plan asks for them.
    minutes: Option<GoalRow>,
    /// Topics to cover that never aired.
    topics_missing: Vec<String>,
}

/// One thing that a plan asks for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
struct GoalRow {
    /// In all.
    target: u64,
    /// So far.
    done: u64,
    /// By now.
    due: u64,
    /// At the end, at this pace.
    forecast: u64,
}

/// Campaigns whose plan asks for something.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Standings {
    /// In the order of the configuration.
    items: Vec<StandingRow>,
}

impl StandingRow {
    fn of(standing: CampaignStanding) -> Self {
        let CampaignStanding { code, name, progress } = standing;
        let behind = progress.is_behind();
        let [items, minutes] = [progress.items, progress.minutes].map(|goal| {
            goal.map(|goal| GoalRow { target: goal.target, done: goal.done, due: goal.due, forecast: goal.forecast })
        });
        Self { code, name, behind, items, minutes, topics_missing: progress.topics_missing }
    }
}

/// How far each campaign has come.
#[utoipa::path(get, path = "/campaigns/standing", tag = "office", responses((status = OK, body = Standings), Failures))]
async fn standing(State(app): State<App>, _caller: Caller) -> Result<Body<Standings>, Problem> {
    let standings = app.desk.campaign_standings(clock::now()).await?;
    Ok(Body(Standings { items: standings.into_iter().map(StandingRow::of).collect() }))
}

/// Every planned broadcast of a period in one of five end states: the document of `loa report --reconcile --json`.
#[utoipa::path(get, path = "/report/reconciliation", tag = "reports", params(ReportOf), responses((status = OK, content_type = "application/json", body = Object), Failures))]
async fn reconciled(State(app): State<App>, _caller: Caller, Asked(of): Asked<ReportOf>) -> Result<Response, Problem> {
    let document = app.desk.reconciliation(of.read(&app)?.period, clock::now()).await?;
    let text = reconciliation::json(&app.desk.reconciliation_sheet(&document))
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", error.to_string()))?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(standing)).routes(routes!(reconciled))
}
