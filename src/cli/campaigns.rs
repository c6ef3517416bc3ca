//! `loa campaigns`

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::context::Context;
use super::table::{row, table, text};
use super::{Exit, Outcome};

/// List the campaigns of the configuration (kế hoạch tuyên truyền)
#[derive(Debug, Args)]
pub(super) struct Campaigns {}

impl Campaigns {
    pub(super) fn perform(self, context: &Context) -> Outcome {
        let campaigns = &context.config.campaigns;
        if context.json {
            let listed = campaigns.iter().map(|campaign| {
                json!({
                    "code": campaign.code, "name": campaign.name, "basis": campaign.basis, "from": campaign.days.from,
                    "to": campaign.days.to, "item_minutes_min": campaign.item_minutes.min,
                    "item_minutes_max": campaign.item_minutes.max,
                })
            });
            context.document(&listed.collect::<Vec<_>>())?;
            return Ok(Exit::Done);
        }
        let day = |day: Option<NaiveDate>| day.map_or_else(|| "open".to_owned(), |day| day.to_string());
        let mut shown = table(context.style, &["Code", "Name", "From", "To", "Minutes", "Basis"], &[]);
        for campaign in campaigns {
            row(
                &mut shown,
                [
                    campaign.code.clone(),
                    campaign.name.clone(),
                    day(campaign.days.from),
                    day(campaign.days.to),
                    format!("{} to {}", campaign.item_minutes.min, campaign.item_minutes.max),
                    campaign.basis.clone(),
                ],
            );
        }
        context.print(&text(&shown))?;
        Ok(Exit::Done)
    }
}
