//! The as-run log as it is shown, and what a person may correct in it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::error::{DeskError, ErrorKind};
use super::wording::check_line;
use super::{Desk, Response, Who, value};
use crate::domain::log::{AiringId, Amendment, Closed, Correction, Outcome, Record};
use crate::domain::slot::SlotId;
use crate::domain::time::{Days, Now};
use crate::export::log::LogRow;
use crate::store::{AiringEvidence, AiringRow, LogFilter, Sealed};

/// Records read at once while following the log; the next look takes the rest.
const FOLLOW_MAX: u32 = 1_000;

/// Which part of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogQuery {
    /// First local day.
    pub from: Option<NaiveDate>,
    /// Last local day.
    pub to: Option<NaiveDate>,
    /// Only airings that the loudspeakers of a zone did not give back.
    pub not_heard: bool,
}

/// What a person corrects about one airing. Each becomes a record of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Corrections {
    /// Which: its identifier, or the number of one of its records.
    pub airing: String,
    /// Why.
    pub why: String,
    /// The title is this.
    pub title: Option<String>,
    /// The primary topic is this.
    pub topic: Option<String>,
    /// The campaign is this; an empty text is none.
    pub campaign: Option<String>,
    /// The author is this; an empty text is none.
    pub author: Option<String>,
    /// It counts, or it does not, whatever the rule says.
    pub counted: Option<bool>,
    /// A remark.
    pub note: Option<String>,
}

impl Desk {
    pub(super) async fn correct(&self, who: &Who, asked: Corrections, now: Now) -> Result<Response, DeskError> {
        check_line("reason (--why)", &asked.why)?;
        let airing = self.find_airing(&asked.airing).await?;
        let amendments = self.amendments(&asked)?;
        if amendments.is_empty() {
            let hint = "give at least one of --title, --topic, --campaign, --author, --counted, --note";
            return Err(DeskError::usage("nothing is corrected").hint(hint));
        }
        let (by, why) = (who.name.trim().to_owned(), asked.why.trim().to_owned());
        let mut records = Vec::with_capacity(amendments.len());
        for amendment in amendments {
            let correction = Correction { airing, by: by.clone(), why: why.clone(), amendment };
            records.push(self.store.correct(correction, now.wall).await?.entry.seq);
        }
        self.audit(who, "log.correct", format!("airing {airing}"), [None, value(&asked)], now).await?;
        Ok(Response::Corrected { records })
    }

    /// The store fills in what was before.
    fn amendments(&self, asked: &Corrections) -> Result<Vec<Amendment>, DeskError> {
        let mut amendments = Vec::new();
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(title) = &asked.title {
            check_line("title", title)?;
            amendments.push(Amendment::Title { before: String::new(), after: title.trim().to_owned() });
        }
        if let Some(topic) = &asked.topic {
            self.check_topic(topic)?;
            amendments.push(Amendment::Topic { before: String::new(), after: topic.clone() });
        }
        if let Some(campaign) = asked.campaign.as_deref().map(filled) {
            campaign.iter().try_for_each(|code| self.check_campaign(code))?;
            amendments.push(Amendment::Campaign { before: None, after: campaign });
        }
        if let Some(author) = asked.author.as_deref().map(filled) {
            author.iter().try_for_each(|author| check_line("author", author))?;
            amendments.push(Amendment::Author { before: None, after: author });
        }
        if let Some(after) = asked.counted {
            amendments.push(Amendment::Counted { before: !after, after });
        }
        if let Some(text) = &asked.note {
            check_line("note", text)?;
            amendments.push(Amendment::Note { text: text.trim().to_owned() });
        }
        Ok(amendments)
    }

    /// The rows of some days in the order in which they began or were planned to: airings, and occurrences of which nothing was
    /// heard.
    ///
    /// # Errors
    /// The store's own.
    pub async fn log(&self, query: LogQuery) -> Result<Vec<LogRow>, DeskError> {
        let days = Days { from: query.from, to: query.to };
        self.log_rows_of(&LogFilter { days, not_heard: query.not_heard, ..LogFilter::default() }).await
    }

    /// What records after number `after` made of the log: the rows that changed, as they are now, and the number to go on from.
    ///
    /// # Errors
    /// The store's own.
    pub async fn log_after(&self, after: u64) -> Result<(u64, Vec<LogRow>), DeskError> {
        let records = self.store.entries(after, FOLLOW_MAX).await?;
        let reached = records.last().map_or(after, |sealed| sealed.entry.seq);
        let mut airings: BTreeSet<AiringId> = BTreeSet::new();
        let mut closed = Vec::new();
        for Sealed { entry, .. } in records {
            match entry.record {
                Record::Intent(intent) => drop(airings.insert(intent.part.airing)),
                Record::End(end) => drop(airings.insert(end.part.airing)),
                Record::Proof(proof) => drop(airings.insert(proof.part.airing)),
                Record::Correction(correction) => drop(airings.insert(correction.airing)),
                Record::Mention(mention) => drop(airings.insert(mention.airing)),
                Record::Withdrawal(withdrawal) => drop(airings.insert(withdrawal.airing)),
                Record::Closed(ending) if is_silent(&ending) => closed.push((ending, entry.seq)),
                Record::Closed(_) | Record::Rundown(_) | Record::Incident(_) => {}
            }
        }
        let mut found = Vec::with_capacity(airings.len());
        for id in airings {
            found.extend(self.store.airing(id).await?.map(|evidence| evidence.row));
        }
        let mut rows = self.told(&found).await?;
        rows.extend(self.closed_rows(closed).await?);
        rows.sort_by_key(|row| row.seq);
        Ok((reached, rows))
    }

    /// One airing and everything it rests on.
    ///
    /// # Errors
    /// The log does not know it; the store's own.
    pub async fn evidence(&self, text: &str) -> Result<AiringEvidence, DeskError> {
        let id = self.find_airing(text).await?;
        let unknown = || DeskError::not_found(format!("there is no airing {id} in the log"));
        self.store.airing(id).await?.ok_or_else(unknown)
    }

    /// Airings with what only their records say: author, approver, who asked, corrections.
    pub(super) async fn told(&self, airings: &[AiringRow]) -> Result<Vec<LogRow>, DeskError> {
        let ids: Vec<AiringId> = airings.iter().map(|row| row.id).collect();
        let told = self.store.airings_told(&ids).await?;
        let by_id: BTreeMap<AiringId, _> = told.iter().map(|(airing, by)| (airing.id, (airing, by))).collect();
        let counted_from = self.store.settings().counted_from;
        let row = |row: &AiringRow| {
            let (airing, by) = by_id.get(&row.id)?;
            Some(LogRow::airing(row.seq, row.hash.to_string(), airing, (*by).clone(), counted_from))
        };
        Ok(airings.iter().filter_map(row).collect())
    }

    /// Occurrences of which nothing was heard.
    pub(super) async fn closed_rows(&self, closed: Vec<(Closed, u64)>) -> Result<Vec<LogRow>, DeskError> {
        let Some(first) = closed.iter().map(|(closed, _)| closed.planned_start).min() else { return Ok(Vec::new()) };
        let mut names: BTreeMap<SlotId, String> = BTreeMap::new();
        for version in self.store.slot_versions(first).await? {
            names.insert(version.slot.id, version.slot.name);
        }
        let mut rows = Vec::with_capacity(closed.len());
        for (closed, seq) in closed {
            let sealed = self.store.entries(seq - 1, 1).await?.into_iter().next();
            let hash = sealed.map(|sealed| sealed.hash.to_string()).unwrap_or_default();
            let slot = &closed.occurrence.slot;
            let name = names.get(slot).map_or(slot.as_str(), String::as_str);
            rows.push(LogRow::closed(seq, hash, &closed, name));
        }
        Ok(rows)
    }

    /// Follows the whole chain. Then, if a hash was printed or noted elsewhere, whether the log still has that record.
    ///
    /// # Errors
    /// The first record that does not fit; a hash that the log does not have; the store's own.
    pub async fn verify(&self, head: Option<&str>) -> Result<(crate::store::Verified, Option<Sealed>), DeskError> {
        let verified = self.store.verify().await?.map_err(|broken| {
            DeskError::of(ErrorKind::Failed, &broken)
                .hint("keep a copy of the data folder as it is, and compare with a backup or a printed report")
        })?;
        let Some(digits) = head else { return Ok((verified, None)) };
        let found = self.store.find_hash(&digits.trim().to_ascii_lowercase()).await?;
        let found = found.ok_or_else(|| {
            DeskError::new(ErrorKind::Failed, format!("no record of the log has the hash {digits}")).hint(
                "the hash has 12 to 64 digits; if it is copied rightly, this log is not the one it was taken from",
            )
        })?;
        Ok((verified, Some(found)))
    }
}

/// Whether nothing of it was heard.
const fn is_silent(closed: &Closed) -> bool {
    match closed.outcome {
        Outcome::Missed(_) | Outcome::Cancelled { .. } | Outcome::Superseded { .. } => true,
        Outcome::Aired | Outcome::Partial => false,
    }
}
