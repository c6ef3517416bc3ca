//! Drafts of reports: made when due or asked for, counted again when the log was corrected, written by the clerk.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::error::{DeskError, ErrorKind};
use super::report::ReportQuery;
use super::{Desk, Response, Who};
use crate::domain::report::{Draft, DraftCause, DraftKey, Figures, MonthRule, Period, SectionTexts, due_reports};
use crate::domain::time::{Now, day_of};
use crate::export::report as export;

/// The most sections of a draft.
const SECTIONS_MAX: usize = 50;
/// The most paragraphs of a section.
const PARAGRAPHS_MAX: usize = 100;
/// The longest paragraph, in characters.
const PARAGRAPH_MAX: usize = 10_000;
/// The most bytes of all prose of a draft.
const PROSE_BYTES_MAX: usize = 500_000;
/// The longest name of a section.
const NAME_MAX: usize = 40;
/// Who makes a draft that nobody asked for.
const NOBODY: &str = "Loa";

/// Which draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftOf {
    /// The period as it is typed: `2023-H1`; none for two given days.
    pub period: Option<String>,
    /// Whether its months are those of the calendar.
    pub calendar: bool,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Only this campaign.
    pub campaign: Option<String>,
}

/// A person asks something about a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum DraftRequest {
    /// Counts: makes the first version, or the next if a figure is different.
    Make {
        /// Which.
        of: DraftOf,
    },
    /// Writes one section; the figures stay as they are.
    Write {
        /// Which.
        of: DraftOf,
        /// The version that the person saw; none if it does not matter.
        version: Option<u32>,
        /// Which section.
        section: String,
        /// Its paragraphs; none takes the section away.
        text: Vec<String>,
    },
    /// Hands the newest version over as the configuration says, now.
    Deliver {
        /// Which.
        of: DraftOf,
    },
}

impl DraftOf {
    /// The draft of a report.
    #[must_use]
    pub fn of(query: &ReportQuery) -> Self {
        let period = query.period;
        let calendar = period.month_rule() == MonthRule::Calendar;
        Self { period: period.named(), calendar, from: period.from, to: period.to, campaign: query.campaign.clone() }
    }

    fn query(&self) -> Result<ReportQuery, DeskError> {
        let rule = if self.calendar { MonthRule::Calendar } else { MonthRule::Nd09 };
        let period = match &self.period {
            Some(text) => Period::parse(text, rule),
            None => Period::custom(self.from, self.to),
        };
        let period = period.map_err(|error| DeskError::usage(error.to_string()))?;
        Ok(ReportQuery { period, campaign: self.campaign.clone() })
    }

    fn key(&self) -> DraftKey {
        DraftKey { from: self.from, to: self.to, campaign: self.campaign.clone() }
    }
}

impl Desk {
    pub(super) async fn handle_draft(&self, who: &Who, request: DraftRequest, now: Now) -> Result<Response, DeskError> {
        let (what, made) = match request {
            DraftRequest::Make { of } => {
                let made = self.make_draft(&of.query()?, who.name.trim(), DraftCause::Asked, now).await?;
                match made {
                    Some(draft) => ("draft.make", draft),
                    None => {
                        let draft = self.newest_draft(&of.key()).await?;
                        return Ok(Response::Drafted { number: draft.number, version: draft.version, new: false });
                    }
                }
            }
            DraftRequest::Write { of, version, section, text } => {
                ("draft.write", self.write_section(&of.key(), version, section, text, who, now).await?)
            }
            DraftRequest::Deliver { of } => {
                let draft = self.newest_draft(&of.key()).await?;
                self.deliver(&draft, now).await?;
                ("draft.deliver", draft)
            }
        };
        let subject = format!("draft {} version {}", made.period.text(), made.version);
        self.audit(who, what, subject, [None, super::value(&made.changes)], now).await?;
        Ok(Response::Drafted { number: made.number, version: made.version, new: what != "draft.deliver" })
    }

    /// Counts a period; none if there is a version already and no figure is different from its.
    pub(super) async fn make_draft(
        &self,
        query: &ReportQuery,
        by: &str,
        cause: DraftCause,
        now: Now,
    ) -> Result<Option<Draft>, DeskError> {
        let document = self.report(query, now).await?;
        let report = export::json(&self.sheet(&document)).map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
        let figures = Figures::of(&document.report, &document.activities);
        let key = DraftKey { from: query.period.from, to: query.period.to, campaign: query.campaign.clone() };
        let last = self.store.draft_versions(&key).await?.pop();
        let changes = last.as_ref().map(|last| last.figures.changes(&figures)).unwrap_or_default();
        if last.is_some() && changes.is_empty() {
            return Ok(None);
        }
        let sections = match &last {
            Some(last) => last.sections.clone(),
            // The prose of a report begins as that of the one before.
            None => self.store.draft_before(&key).await?.map(|before| before.sections).unwrap_or_default(),
        };
        let draft = Draft {
            number: 0,
            period: query.period,
            campaign: query.campaign.clone(),
            version: last.as_ref().map_or(1, |last| last.version + 1),
            at: now.wall,
            by: by.to_owned(),
            cause: if last.is_some() { DraftCause::Figures } else { cause },
            figures,
            sections,
            head: document.provenance.log_head.map(|head| (head.seq, head.hash)),
            changes,
            rewritten: Vec::new(),
        };
        Ok(Some(self.store.add_draft(draft, &report).await?))
    }

    async fn write_section(
        &self,
        key: &DraftKey,
        version: Option<u32>,
        section: String,
        text: Vec<String>,
        who: &Who,
        now: Now,
    ) -> Result<Draft, DeskError> {
        let last = self.newest_draft(key).await?;
        if version.is_some_and(|version| version != last.version) {
            return Err(crate::store::StoreError::DraftChanged.into());
        }
        let mut sections = last.sections.clone();
        match text.is_empty() {
            true => drop(sections.remove(&section)),
            false => drop(sections.insert(section.clone(), text)),
        }
        check_sections(&sections)?;
        if sections == last.sections {
            return Err(DeskError::usage(format!("section {section} says that already")).hint("give another text"));
        }
        let report = self.store.draft_report(last.number).await?.unwrap_or_default();
        let draft = Draft {
            version: last.version + 1,
            at: now.wall,
            by: who.name.trim().to_owned(),
            cause: DraftCause::Written,
            sections,
            changes: Vec::new(),
            rewritten: vec![section],
            ..last
        };
        Ok(self.store.add_draft(draft, &report).await?)
    }

    /// The newest version of each draft, the latest period first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn drafts(&self) -> Result<Vec<Draft>, DeskError> {
        Ok(self.store.drafts().await?)
    }

    /// Every version of the draft of a report, the first one first.
    ///
    /// # Errors
    /// There is none; the store's own.
    pub async fn draft_versions(&self, query: &ReportQuery) -> Result<Vec<Draft>, DeskError> {
        let versions = self.store.draft_versions(&DraftOf::of(query).key()).await?;
        if versions.is_empty() { Err(no_draft(query.period)) } else { Ok(versions) }
    }

    /// The whole report of a version as JSON, as it was counted then.
    ///
    /// # Errors
    /// There is no such version; the store's own.
    pub async fn draft_report(&self, number: u32) -> Result<String, DeskError> {
        let report = self.store.draft_report(number).await?;
        report.ok_or_else(|| DeskError::not_found(format!("there is no draft {number}; `loa draft list` names them")))
    }

    async fn newest_draft(&self, key: &DraftKey) -> Result<Draft, DeskError> {
        let newest = self.store.draft_versions(key).await?.pop();
        newest.ok_or_else(|| {
            let text = format!("there is no draft of the days {} to {}", key.from, key.to);
            DeskError::not_found(text).hint("make it with `loa draft make`; check --campaign too")
        })
    }

    /// Makes the drafts that are due, counts again those that are watched, and hands over what is new.
    pub(super) async fn drafts_due(&self, now: Now) -> Result<(), DeskError> {
        let rule = &self.config.drafts.rule;
        if rule.every.is_none() {
            return Ok(());
        }
        let today = day_of(self.config.station.time_zone, now.wall);
        let known: BTreeSet<DraftKey> = self.store.draft_keys().await?;
        for due in due_reports(today, rule, &known) {
            let query = ReportQuery { period: due.period, campaign: due.campaign.clone() };
            if let Some(draft) = self.make_draft(&query, NOBODY, DraftCause::Due, now).await? {
                let (period, version) = (draft.period.text(), draft.version);
                tracing::info!(period, version, changes = draft.changes.len(), "a draft of the report waits");
            }
            let newest = self.store.draft_versions(&DraftOf::of(&query).key()).await?.pop();
            if let Some(draft) = newest.filter(|draft| draft.cause != DraftCause::Written) {
                self.deliver_in_time(&draft, now).await?;
            }
        }
        Ok(())
    }
}

fn no_draft(period: Period) -> DeskError {
    DeskError::not_found(format!("there is no draft of {}", period.text())).hint("make it with `loa draft make`")
}

fn check_sections(sections: &SectionTexts) -> Result<(), DeskError> {
    if sections.len() > SECTIONS_MAX {
        return Err(DeskError::usage(format!("{} sections, at most {SECTIONS_MAX}; join some", sections.len())));
    }
    let mut bytes = 0;
    for (name, paragraphs) in sections {
        let fits =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '_' | '.' | '-');
        if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(fits) {
            let text = format!("`{name}` is no name of a section, expected 1 to {NAME_MAX} of a-z, 0-9, '_', '.', '-'");
            return Err(DeskError::usage(text).hint("for example ii.2.3"));
        }
        if paragraphs.len() > PARAGRAPHS_MAX {
            let text =
                format!("section {name} has {} paragraphs, at most {PARAGRAPHS_MAX}; join some", paragraphs.len());
            return Err(DeskError::usage(text));
        }
        for paragraph in paragraphs {
            bytes += paragraph.len();
            let long = paragraph.chars().count() > PARAGRAPH_MAX;
            if paragraph.trim().is_empty() || long || paragraph.chars().any(char::is_control) {
                let text = format!(
                    "a paragraph of section {name} is empty, longer than {PARAGRAPH_MAX} letters or has control \
                                    characters; write plain text, a paragraph a line"
                );
                return Err(DeskError::usage(text));
            }
        }
    }
    if bytes > PROSE_BYTES_MAX {
        return Err(DeskError::usage(format!("the prose has {bytes} bytes, at most {PROSE_BYTES_MAX}; shorten it")));
    }
    Ok(())
}
