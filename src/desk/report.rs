//! The report of a period.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDateTime};

use super::Desk;
use super::bundle::{StationKey, fingerprint};
use super::error::DeskError;
use super::overview::DayLine;
use crate::domain::ledger::ActivitySums;
use crate::domain::plan::Occurrence;
use crate::domain::report::{
    MonthRule, Occurrences, Period, PlannedFact, Report, ReportSettings, Schedule, Sentences, Session, Wording,
};
use crate::domain::slot::OccurrenceId;
use crate::domain::time::{Now, day_of};
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
    /// The counts in words, as they are filed.
    pub sentences: Sentences,
    /// The same in English, for the screen.
    pub sentences_en: Sentences,
    /// Planned against aired by reporting month (year, month), in order.
    pub planned_by_month: Vec<((i32, u32), Occurrences)>,
    /// Names of campaigns by code.
    pub campaigns: BTreeMap<String, String>,
    /// What the activity ledger says of the period.
    pub activities: ActivitySums,
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
        let provenance = self.provenance(period, now).await?;
        let tallies = self.store.tallies(period.from, period.to, settings.month_rule).await?;
        let planned = self.planned(period).await?;
        let planned_by_month = Occurrences::by_month(&planned, period, self.store.settings().zone);
        let report = Report::fold(period, tallies, planned, settings);
        // A campaign that is no longer configured may still be in the log; one in neither is a slip of the pen.
        if let Some(code) = query.campaign.as_deref().filter(|_| report.items == 0) {
            self.check_campaign(code)?;
        }
        let campaigns: BTreeMap<String, String> =
            self.config.campaigns.iter().map(|campaign| (campaign.code.clone(), campaign.name.clone())).collect();
        let ledger = self.store.activities(Some(period), false).await?;
        let activities = ActivitySums::fold(period, query.campaign.as_deref(), &ledger);
        let wording = Wording { activities, ..self.wording(&report, &campaigns).await? };
        let document = ReportDocument {
            sentences: Sentences::of(&report, &self.config.library.topics, &wording),
            sentences_en: Sentences::english(&report, &self.config.library.topics, &wording),
            report,
            planned_by_month,
            campaigns,
            activities: wording.activities.clone(),
            provenance,
        };
        Ok((document, wording))
    }

    /// Every planned occurrence of a period, with how it ended.
    pub(super) async fn planned(&self, period: Period) -> Result<Vec<PlannedFact>, DeskError> {
        let lines = self.lines(period.window(self.store.settings().zone)).await?;
        let fact =
            |DayLine { occurrence, start, outcome, .. }| PlannedFact { occurrence, planned_start: start, outcome };
        Ok(lines.into_iter().map(fact).collect())
    }

    /// Where a document on a period comes from. Asked before what it counts, so that no row counted lies behind the head.
    pub(super) async fn provenance(&self, period: Period, now: Now) -> Result<Provenance, DeskError> {
        let head = self.store.head().await?;
        let agency = self.config.agency_on(period.to);
        Ok(Provenance {
            station: agency.map_or(&self.config.station.name, |agency| &agency.station).clone(),
            made_at: now.wall,
            program: format!("Loa {}", env!("CARGO_PKG_VERSION")),
            log_head: head.map(|(seq, hash)| LogHead { seq, hash: hash.to_string() }),
            // A report is made all the same if the key cannot be read: whoever signs with it is told.
            key_fingerprint: StationKey::read(&self.config.data.folder)
                .ok()
                .flatten()
                .map(|key| fingerprint(&key.public())),
            simulated: self.store.is_simulated(),
        })
    }

    /// The periods that a report is asked for around today, under the decree and by the calendar, each latest first. The rule
    /// that the station reports by comes first.
    #[must_use]
    pub fn periods(&self, now: Now) -> Vec<Period> {
        let today = day_of(self.store.settings().zone, now.wall);
        let rules = match self.config.report.month_rule {
            MonthRule::Nd09 => [MonthRule::Nd09, MonthRule::Calendar],
            MonthRule::Calendar => [MonthRule::Calendar, MonthRule::Nd09],
        };
        rules.into_iter().flat_map(|rule| Period::around(today, rule)).collect()
    }

    /// The document as the written forms take it.
    #[must_use]
    pub fn sheet<'a>(&'a self, document: &'a ReportDocument) -> ReportSheet<'a> {
        ReportSheet {
            report: &document.report,
            sentences: &document.sentences,
            topics: &self.config.library.topics,
            campaigns: &document.campaigns,
            activities: &document.activities,
            zone: self.store.settings().zone,
            provenance: &document.provenance,
        }
    }

    async fn wording(&self, report: &Report, campaigns: &BTreeMap<String, String>) -> Result<Wording, DeskError> {
        let campaign = report.settings.campaign.as_deref().or_else(|| report.sole_campaign());
        let names = self.config.office.on(report.period.to);
        let basis = campaign.and_then(|code| self.config.campaign(code)).map(|campaign| &campaign.basis_documents);
        // Which of several was relayed, the log does not say.
        let relay_source = match names.relay_sources.as_slice() {
            [only] => Some(format!("của {only}")),
            _ => None,
        };
        Ok(Wording {
            station: names.agency.map_or(&self.config.station.short_name, |agency| &agency.station_short).clone(),
            relay_source,
            basis: basis.cloned().unwrap_or_default(),
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
