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
use crate::config::Campaign;
use crate::desk::CampaignStanding;
use crate::domain::campaign::{Goal, Stage};
use crate::domain::document::BasisDocument;
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
    /// First day of what is measured.
    #[schema(format = Date)]
    from: String,
    /// Last day of what is measured.
    #[schema(format = Date)]
    to: String,
    /// Where it stands in time.
    stage: StageOfCampaign,
    /// Whether it is behind its plan.
    behind: bool,
    /// Items, if the plan asks for them.
    items: Option<GoalRow>,
    /// Minutes, if the plan asks for them.
    minutes: Option<GoalRow>,
    /// How many topics the plan asks for.
    topics_asked: usize,
    /// Those of them that never aired.
    topics_missing: Vec<String>,
    /// What it rests on: words of the office's own, else its documents as a report cites them.
    basis: Vec<String>,
}

/// Where a campaign stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StageOfCampaign {
    /// It has not begun.
    Ahead,
    /// It runs.
    Running,
    /// It is over.
    Over,
}

/// A campaign whose plan asks for no number, so that there is nothing to measure it by.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct UnmeasuredRow {
    /// Its code.
    code: String,
    /// As a sentence names it.
    name: String,
    /// First day; none if it is open.
    #[schema(format = Date)]
    from: Option<String>,
    /// Last day; none if it is open.
    #[schema(format = Date)]
    to: Option<String>,
    /// What it rests on.
    basis: Vec<String>,
}

/// One thing that a plan asks for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(super) struct GoalRow {
    /// In all.
    target: u64,
    /// So far.
    done: u64,
    /// By now.
    due: u64,
    /// At the end, at this pace.
    forecast: u64,
    /// Whether less was done than is due.
    behind: bool,
}

impl GoalRow {
    pub(super) fn of(goal: Goal) -> Self {
        let Goal { target, done, due, forecast } = goal;
        Self { target, done, due, forecast, behind: goal.is_behind() }
    }
}

impl StageOfCampaign {
    pub(super) const fn of(stage: Stage) -> Self {
        match stage {
            Stage::Ahead => Self::Ahead,
            Stage::Running => Self::Running,
            Stage::Over => Self::Over,
        }
    }
}

/// How the campaigns stand.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Standings {
    /// Those whose plan asks for something, in the order of the configuration.
    items: Vec<StandingRow>,
    /// The others.
    unmeasured: Vec<UnmeasuredRow>,
}

impl StandingRow {
    fn of(standing: CampaignStanding, campaign: Option<&Campaign>) -> Self {
        let CampaignStanding { code, name, progress } = standing;
        let behind = progress.is_behind();
        let [items, minutes] = [progress.items, progress.minutes].map(|goal| goal.map(GoalRow::of));
        Self {
            from: progress.span.from.to_string(),
            to: progress.span.to.to_string(),
            stage: StageOfCampaign::of(progress.stage),
            topics_asked: progress.topics_asked,
            topics_missing: progress.topics_missing,
            basis: campaign.map(basis).unwrap_or_default(),
            code,
            name,
            behind,
            items,
            minutes,
        }
    }
}

impl UnmeasuredRow {
    fn of(campaign: &Campaign) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
        Self {
            code: campaign.code.clone(),
            name: campaign.name.clone(),
            from: day(campaign.days.from),
            to: day(campaign.days.to),
            basis: basis(campaign),
        }
    }
}

/// A line for each thing that a campaign rests on.
fn basis(campaign: &Campaign) -> Vec<String> {
    match campaign.basis.is_empty() {
        true => campaign.basis_documents.iter().map(BasisDocument::cited).collect(),
        false => vec![campaign.basis.clone()],
    }
}

/// How far each campaign has come.
#[utoipa::path(get, path = "/campaigns/standing", tag = "office", responses((status = OK, body = Standings), Failures))]
async fn standing(State(app): State<App>, _caller: Caller) -> Result<Body<Standings>, Problem> {
    let standings = app.desk.campaign_standings(clock::now()).await?;
    let campaigns = &app.desk.config().campaigns;
    let unmeasured = campaigns.iter().filter(|campaign| !standings.iter().any(|row| row.code == campaign.code));
    let unmeasured = unmeasured.map(UnmeasuredRow::of).collect();
    let items = standings.into_iter().map(|standing| {
        let campaign = campaigns.iter().find(|campaign| campaign.code == standing.code);
        StandingRow::of(standing, campaign)
    });
    Ok(Body(Standings { items: items.collect(), unmeasured }))
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
