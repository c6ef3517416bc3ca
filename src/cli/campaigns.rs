//! `loa campaigns`

use std::collections::BTreeMap;

use chrono::NaiveDate;
use clap::Args;
use serde_json::{Value, json};

use super::context::Context;
use super::error::CliError;
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::clock;
use crate::config::Campaign;
use crate::desk::{CampaignStanding, Desk};
use crate::domain::campaign::{Goal, Progress, Stage};

/// List the campaigns (kế hoạch tuyên truyền) and how far each has come
#[derive(Debug, Args)]
pub(super) struct Campaigns {}

impl Campaigns {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let standings: BTreeMap<String, CampaignStanding> =
            standings(context).await?.into_iter().map(|standing| (standing.code.clone(), standing)).collect();
        let campaigns = &context.config.campaigns;
        if context.json {
            let listed = campaigns.iter().map(|campaign| view(campaign, standings.get(&campaign.code)));
            context.document(&listed.collect::<Vec<_>>())?;
            return Ok(Exit::Done);
        }
        let day = |day: Option<NaiveDate>| day.map_or_else(|| "open".to_owned(), |day| day.to_string());
        let headings = ["Code", "Name", "From", "To", "Minutes", "Items", "Heard", "Topics", "Basis"];
        let mut shown = table(context.style, &headings, &[]);
        for campaign in campaigns {
            let progress = standings.get(&campaign.code).map(|standing| &standing.progress);
            let goal = |goal: Option<Goal>| goal.map_or_else(String::new, goal_words);
            row(
                &mut shown,
                [
                    campaign.code.clone(),
                    campaign.name.clone(),
                    day(campaign.days.from),
                    day(campaign.days.to),
                    format!("{} to {}", campaign.item_minutes.min, campaign.item_minutes.max),
                    goal(progress.and_then(|progress| progress.items)),
                    goal(progress.and_then(|progress| progress.minutes)),
                    progress.map(topics).unwrap_or_default(),
                    campaign.basis_line(),
                ],
            );
        }
        context.print(&text(&shown))?;
        for reminder in standings.values().filter_map(CampaignStanding::reminder) {
            context.warn(&reminder);
        }
        Ok(Exit::Done)
    }
}

/// Nothing in a folder that holds nothing yet.
async fn standings(context: &Context) -> Result<Vec<CampaignStanding>, CliError> {
    let asked = context.config.campaigns.iter().any(|campaign| !campaign.targets.is_empty());
    let folder = &context.config.data.folder;
    if !asked || !folder.is_dir() || Desk::is_untouched(folder) {
        return Ok(Vec::new());
    }
    Ok(context.look().await?.campaign_standings(clock::now()).await?)
}

/// `12 of 20 due, 240 asked, 146 at this pace`.
fn goal_words(goal: Goal) -> String {
    let behind = if goal.is_behind() { ", BEHIND" } else { "" };
    format!("{} of {} due, {} asked, {} at this pace{behind}", goal.done, goal.due, goal.target, goal.forecast)
}

fn topics(progress: &Progress) -> String {
    match progress.topics_asked {
        0 => String::new(),
        asked => format!("{} of {asked}", asked - progress.topics_missing.len()),
    }
}

fn view(campaign: &Campaign, standing: Option<&CampaignStanding>) -> Value {
    let documents = campaign.basis_documents.iter().map(|document| {
        json!({
            "kind": document.kind, "number": document.number, "date": document.date, "issuer": document.issuer,
            "subject": document.subject, "cited": document.cited(),
        })
    });
    json!({
        "code": campaign.code, "name": campaign.name, "basis": campaign.basis_line(),
        "basis_documents": documents.collect::<Vec<_>>(), "from": campaign.days.from, "to": campaign.days.to,
        "item_minutes_min": campaign.item_minutes.min, "item_minutes_max": campaign.item_minutes.max,
        "targets": {
            "items_per_month": campaign.targets.items_per_month,
            "minutes_per_month": campaign.targets.minutes_per_month, "topics_to_cover": campaign.targets.topics,
        },
        "progress": standing.map(|standing| progress(&standing.progress)),
        "reminder": standing.and_then(CampaignStanding::reminder),
    })
}

fn progress(progress: &Progress) -> Value {
    let goal = |goal: Goal| {
        json!({
            "target": goal.target, "done": goal.done, "due": goal.due, "forecast": goal.forecast,
            "behind": goal.is_behind(),
        })
    };
    let stage = match progress.stage {
        Stage::Ahead => "ahead",
        Stage::Running => "running",
        Stage::Over => "over",
    };
    json!({
        "from": progress.span.from, "to": progress.span.to, "stage": stage, "behind": progress.is_behind(),
        "items": progress.items.map(goal), "minutes": progress.minutes.map(goal),
        "topics_missing": progress.topics_missing,
    })
}
