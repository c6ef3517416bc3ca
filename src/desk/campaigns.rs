//! How the campaigns stand against their plans.

use super::Desk;
use super::error::DeskError;
use crate::config::Campaign;
use crate::domain::campaign::{Aired, Progress, progress, span};
use crate::domain::report::{Period, Report, ReportSettings};
use crate::domain::time::{Now, day_of};

/// A campaign with how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignStanding {
    /// Its code.
    pub code: String,
    /// As a sentence names it.
    pub name: String,
    /// How far it has come.
    pub progress: Progress,
}

impl CampaignStanding {
    /// What a person is reminded of, in one line; none if it is not behind.
    #[must_use]
    pub fn reminder(&self) -> Option<String> {
        let progress = &self.progress;
        if !progress.is_behind() {
            return None;
        }
        let mut lacks = Vec::new();
        for (goal, unit) in [(progress.items, "items"), (progress.minutes, "minutes")] {
            if let Some(goal) = goal.filter(|goal| goal.is_behind()) {
                lacks.push(format!(
                    "{} of {} {unit} due by now ({} at this pace by {}, the plan asks for {})",
                    goal.done, goal.due, goal.forecast, progress.span.to, goal.target
                ));
            }
        }
        if !progress.topics_missing.is_empty() {
            lacks.push(format!("topics never aired: {}", progress.topics_missing.join(", ")));
        }
        Some(format!("campaign {} is behind: {}", self.code, lacks.join("; ")))
    }
}

impl Desk {
    /// Each campaign whose plan asks for something, with how far it has come, in the order of the configuration.
    ///
    /// # Errors
    /// The store's own.
    pub async fn campaign_standings(&self, now: Now) -> Result<Vec<CampaignStanding>, DeskError> {
        let mut standings = Vec::new();
        for campaign in self.config.campaigns.iter().filter(|campaign| !campaign.targets.is_empty()) {
            if let Some(progress) = self.campaign_progress(campaign, now).await? {
                standings.push(CampaignStanding { code: campaign.code.clone(), name: campaign.name.clone(), progress });
            }
        }
        Ok(standings)
    }

    /// None if the days of the campaign lie outside the years that reports know.
    async fn campaign_progress(&self, campaign: &Campaign, now: Now) -> Result<Option<Progress>, DeskError> {
        let today = day_of(self.config.station.time_zone, now.wall);
        let month_rule = self.config.report.month_rule;
        let Some(span) = span(campaign.days, month_rule, today) else { return Ok(None) };
        let aired = match Period::custom(span.from, today.min(span.to)) {
            // It has not begun.
            Err(_) => Aired::default(),
            Ok(period) => {
                let tallies = self.store.tallies(period.from, period.to, month_rule).await?;
                let settings = ReportSettings {
                    counted_from: self.store.settings().counted_from,
                    campaign: Some(campaign.code.clone()),
                    month_rule,
                };
                Aired::of(&Report::fold(period, tallies, [], settings))
            }
        };
        Ok(Some(progress(span, &campaign.targets, month_rule, &aired, today)))
    }
}
