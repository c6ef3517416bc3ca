//! What the office works by: topics, and campaigns with their plans.

use std::collections::BTreeMap;

use axum::extract::State;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::standing::{GoalRow, StageOfCampaign};
use crate::clock;
use crate::config::Campaign;
use crate::desk::CampaignStanding;
use crate::domain::campaign::Progress;
use crate::domain::document::BasisDocument;
use crate::http::caller::Caller;
use crate::http::extract::Body;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::http::{App, Failures};

/// What a clip may be about.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct TopicRow {
    /// Its code.
    code: String,
    /// In Vietnamese.
    vi: String,
    /// In English.
    en: String,
}

/// A campaign (kế hoạch tuyên truyền).
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CampaignRow {
    /// Its code.
    code: String,
    /// As a sentence names it.
    name: String,
    /// What it rests on, in a line.
    basis: String,
    /// The documents it rests on.
    basis_documents: Vec<BasisRow>,
    /// First day; none if it is open.
    from: Option<NaiveDate>,
    /// Last day; none if it is open.
    to: Option<NaiveDate>,
    /// Shortest item that it asks for, in minutes.
    item_minutes_min: u32,
    /// Longest item that it asks for, in minutes.
    item_minutes_max: u32,
    /// What its plan asks for.
    targets: TargetsRow,
    /// How far it has come; none if its plan asks for nothing.
    progress: Option<ProgressRow>,
    /// What a person is reminded of; none if it is not behind.
    reminder: Option<String>,
}

/// A document that a campaign rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct BasisRow {
    /// Tên loại.
    kind: String,
    /// Số, ký hiệu.
    number: String,
    /// The day it bears.
    date: NaiveDate,
    /// Who issued it.
    issuer: String,
    /// What it is about.
    subject: String,
    /// As a report cites it.
    cited: String,
}

/// What a plan asks for.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct TargetsRow {
    /// Items a month; 0 if it names no number.
    items_per_month: u32,
    /// Minutes a month; 0 if it names no number.
    minutes_per_month: u32,
    /// Topics to cover.
    topics_to_cover: Vec<String>,
}

/// How far a campaign has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ProgressRow {
    /// First day that is measured.
    from: NaiveDate,
    /// Last day that is measured.
    to: NaiveDate,
    /// Where it stands in time.
    stage: StageOfCampaign,
    /// Whether it is behind its plan.
    behind: bool,
    /// Items, if the plan asks for them.
    items: Option<GoalRow>,
    /// Minutes, if the plan asks for them.
    minutes: Option<GoalRow>,
    /// Topics to cover that never aired.
    topics_missing: Vec<String>,
}

impl BasisRow {
    fn of(document: &BasisDocument) -> Self {
        Self {
            kind: document.kind.clone(),
            number: document.number.to_string(),
            date: document.date,
            issuer: document.issuer.clone(),
            subject: document.subject.clone(),
            cited: document.cited(),
        }
    }
}

impl ProgressRow {
    fn of(progress: &Progress) -> Self {
        Self {
            from: progress.span.from,
            to: progress.span.to,
            stage: StageOfCampaign::of(progress.stage),
            behind: progress.is_behind(),
            items: progress.items.map(GoalRow::of),
            minutes: progress.minutes.map(GoalRow::of),
            topics_missing: progress.topics_missing.clone(),
        }
    }
}

impl CampaignRow {
    fn of(campaign: &Campaign, standing: Option<&CampaignStanding>) -> Self {
        let targets = &campaign.targets;
        Self {
            code: campaign.code.clone(),
            name: campaign.name.clone(),
            basis: campaign.basis_line(),
            basis_documents: campaign.basis_documents.iter().map(BasisRow::of).collect(),
            from: campaign.days.from,
            to: campaign.days.to,
            item_minutes_min: campaign.item_minutes.min,
            item_minutes_max: campaign.item_minutes.max,
            targets: TargetsRow {
                items_per_month: targets.items_per_month,
                minutes_per_month: targets.minutes_per_month,
                topics_to_cover: targets.topics.clone(),
            },
            progress: standing.map(|standing| ProgressRow::of(&standing.progress)),
            reminder: standing.and_then(CampaignStanding::reminder),
        }
    }
}

/// What a clip may be about (lĩnh vực), in the order of the topics file.
#[utoipa::path(get, path = "/topics", tag = "office", responses((status = OK, body = Page<TopicRow>), Failures))]
async fn topics(State(app): State<App>, _caller: Caller) -> Result<Body<Page<TopicRow>>, Problem> {
    let topics = app.desk.config().library.topics.topics().iter();
    let rows = topics.map(|topic| TopicRow { code: topic.code.clone(), vi: topic.vi.clone(), en: topic.en.clone() });
    Ok(Body(Page { items: rows.collect(), next: None }))
}

/// Every campaign with its basis and its plan, and how far it has come; in the order of the configuration.
#[utoipa::path(get, path = "/campaigns", tag = "office", responses((status = OK, body = Page<CampaignRow>), Failures))]
async fn campaigns(State(app): State<App>, _caller: Caller) -> Result<Body<Page<CampaignRow>>, Problem> {
    let standings = app.desk.campaign_standings(clock::now()).await?;
    let standings: BTreeMap<&str, _> = standings.iter().map(|standing| (standing.code.as_str(), standing)).collect();
    let campaigns = app.desk.config().campaigns.iter();
    let rows = campaigns.map(|campaign| CampaignRow::of(campaign, standings.get(campaign.code.as_str()).copied()));
    Ok(Body(Page { items: rows.collect(), next: None }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(topics)).routes(routes!(campaigns))
}
