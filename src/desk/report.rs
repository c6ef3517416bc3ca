//! The report of a period.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDateTime};

use super::Desk;
use super::error::DeskError;
use super::overview::DayLine;
use crate::domain::plan::Occurrence;
use crate::domain::report::{Period, PlannedFact, Report, ReportSettings, Schedule, Sentences, Session, Wording};
use crate::domain::slot::OccurrenceId;
use crate::domain::time::Now;
use crate::export::report::{LogHead, Provenance, ReportSheet};

/// Days of a period that are looked at to find the usual day of the station.
const USUAL_DAYS: u64 = 28;

/// Which report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportQuery {
    /// Of which days.
    pub period: Period,
    /// Only of this campaign.
    pub campaign: Option<String>,
}

/// A report, with what its written forms need.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportDocument {
    /// The counts.
    pub report: Report,
    /// The counts in words.
    pub sentences: Sentences,
    /// Names of campaigns by code.
    pub campaigns: BTreeMap<String, String>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Desk {
    /// Counts and words the airings of a period.
    ///
    /// # Errors
    /// An unknown campaign; the store's own.
    pub async fn report(&self, query: &ReportQuery, now: Now) -> Result<ReportDocument, DeskError> {
        Ok(self.report_worded(query, now).await?.0)
    }

    /// The report and what its sentences were made with, to say them again otherwise.
    pub(super) async fn report_worded(
        &self,
        query: &ReportQuery,
        now: Now,
    ) -> Result<(ReportDocument, Wording), DeskError> {
        let period = query.period;
        let settings = ReportSettings {
            counted_from: self.store.settings().counted_from,
            campaign: query.campaign.clone(),
            month_rule: period.month_rule(),
        };
        let head = self.store.head().await?;
        let tallies = self.store.tallies(period.from, period.to, settings.month_rule).await?;
        let planned = self.lines(period.window(self.store.settings().zone)).await?;
        let planned = planned.into_iter().map(|DayLine { occurrence, start, outcome, .. }| PlannedFact {
            occurrence,
            planned_start: start,
            outcome,
        });
        let report = Report::fold(period, tallies, planned, settings);
        // A campaign that is no longer configured may still be in the log; one in neither is a slip of the pen.
        if let Some(code) = query.campaign.as_deref().filter(|_| report.items == 0) {
            self.check_campaign(code)?;
        }
        let campaigns: BTreeMap<String, String> =
            self.config.campaigns.iter().map(|campaign| (campaign.code.clone(), campaign.name.clone())).collect();
        let wording = self.wording(&report, &campaigns).await?;
        let document = ReportDocument {
            sentences: Sentences::of(&report, &self.config.library.topics, &wording),
            report,
            campaigns,
            provenance: Provenance {
                station: self.config.station.name.clone(),
                made_at: now.wall,
                program: format!("Loa {}", env!("CARGO_PKG_VERSION")),
                log_head: head.map(|(seq, hash)| LogHead { seq, hash: hash.to_string() }),
                simulated: self.store.is_simulated(),
            },
        };
        Ok((document, wording))
    }

    /// The document as the written forms take it.
    #[must_use]
    pub fn sheet<'a>(&'a self, document: &'a ReportDocument) -> ReportSheet<'a> {
        ReportSheet {
            report: &document.report,
            sentences: &document.sentences,
            topics: &self.config.library.topics,
            campaigns: &document.campaigns,
            zone: self.store.settings().zone,
            provenance: &document.provenance,
        }
    }

    async fn wording(&self, report: &Report, campaigns: &BTreeMap<String, String>) -> Result<Wording, DeskError> {
        let campaign = report.settings.campaign.as_deref().or_else(|| report.sole_campaign());
        Ok(Wording {
            station: self.config.station.short_name.clone(),
            campaign: campaign.map(|code| campaigns.get(code).map_or(code, String::as_str).to_owned()),
            quantity: self.config.report.rounding,
            topics_max: self.config.report.topics_listed_max,
            schedule: self.usual_day(report.period).await?,
            ..Wording::default()
        })
    }

    /// The broadcasts of the day that occurs most often in the last weeks of the period; none if nothing is scheduled then.
    async fn usual_day(&self, period: Period) -> Result<Option<Schedule>, DeskError> {
        let zone = self.store.settings().zone;
        let from = period.to.checked_sub_days(Days::new(USUAL_DAYS - 1)).unwrap_or(period.from);
        let Ok(weeks) = Period::custom(from, period.to) else { return Ok(None) };
        Ok(usual_day(&self.occurrences(weeks.window(zone)).await?))
    }
}

fn usual_day(occurrences: &[Occurrence]) -> Option<Schedule> {
    let mut days: BTreeMap<_, Vec<(NaiveDateTime, u64)>> = BTreeMap::new();
    for occurrence in occurrences {
        let OccurrenceId { nominal, .. } = &occurrence.id;
        let length_min = occurrence.version.slot.length_max.as_secs().div_ceil(60);
        days.entry(nominal.date()).or_default().push((*nominal, length_min));
    }
    let weekdays: BTreeSet<u32> =
        days.keys().map(|day| chrono::Datelike::weekday(day).num_days_from_monday()).collect();
    let mut patterns: BTreeMap<Vec<(chrono::NaiveTime, u64)>, usize> = BTreeMap::new();
    for sessions in days.values() {
        *patterns.entry(sessions.iter().map(|(at, length)| (at.time(), *length)).collect()).or_default() += 1;
    }
    let (usual, _) = patterns.into_iter().max_by_key(|(_, count)| *count)?;
    let sessions = usual.into_iter().map(|(start, length_min)| Session { start, length_min }).collect();
    Some(Schedule { sessions, days_per_week: u32::try_from(weekdays.len()).unwrap_or(7) })
}
