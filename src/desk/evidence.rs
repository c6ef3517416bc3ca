//! What one row of the log rests on, so that it can be believed or doubted.

use chrono::{DateTime, Utc};

use super::Desk;
use super::error::DeskError;
use super::recordings::Recording;
use crate::domain::log::Correction;
use crate::domain::slot::OccurrenceId;
use crate::export::log::LogRow;
use crate::store::{AiringEvidence, ChainHash, Sealed};

/// A record in its place in the chain, with the hashes on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The record and its hash.
    pub sealed: Sealed,
    /// The hash before it; none before the first record of the log.
    pub before: Option<ChainHash>,
    /// The hash after it; none after the newest.
    pub after: Option<ChainHash>,
}

/// One airing, and everything that it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceSheet {
    /// As the log shows it.
    pub row: LogRow,
    /// Its records, its rundown, its deliveries and level.
    pub evidence: AiringEvidence,
    /// Every record it rests on, in the order of the log.
    pub links: Vec<Link>,
    /// What was said about it later, with who and why.
    pub corrections: Vec<(DateTime<Utc>, Correction)>,
    /// Whether it can be heard again.
    pub recording: Recording,
    /// Whether it can be brought into the library: a relay that is over, of which there is a recording.
    pub keepable: bool,
}

impl Desk {
    /// One airing and everything that it rests on, with its neighbours in the chain and the recording of that moment.
    ///
    /// # Errors
    /// The log does not know it; the store's own.
    pub async fn evidence_sheet(&self, text: &str) -> Result<EvidenceSheet, DeskError> {
        let evidence = self.evidence(text).await?;
        let row = self.told(std::slice::from_ref(&evidence.row)).await?.into_iter().next();
        let row = row.ok_or_else(|| DeskError::not_found(format!("there is no airing `{text}` in the log")))?;
        let mut records: Vec<Sealed> =
            evidence.rundown.iter().chain(&evidence.records).chain(&evidence.closed).cloned().collect();
        records.sort_by_key(|sealed| sealed.entry.seq);
        let mut links = Vec::with_capacity(records.len());
        for sealed in records {
            links.push(self.link(sealed).await?);
        }
        let corrections = links.iter().filter_map(|link| match &link.sealed.entry.record {
            crate::domain::log::Record::Correction(correction) => Some((link.sealed.entry.at, correction.clone())),
            _ => None,
        });
        let corrections = corrections.collect();
        let recording = self.recording(&evidence).await?;
        let keepable = Self::relay_is_keepable(&evidence, &recording);
        Ok(EvidenceSheet { row, evidence, links, corrections, recording, keepable })
    }

    /// How an occurrence ended, with its place in the chain.
    ///
    /// # Errors
    /// The log does not say; the store's own.
    pub async fn ending_sheet(&self, occurrence: &OccurrenceId) -> Result<(LogRow, Vec<Link>), DeskError> {
        let unknown = || DeskError::not_found(format!("the log does not say how {occurrence} ended"));
        let (rundown, closed) = self.store.around_occurrence(occurrence).await?;
        let closed = closed.ok_or_else(unknown)?;
        let crate::domain::log::Record::Closed(ending) = &closed.entry.record else { return Err(unknown()) };
        let rows = self.closed_rows(vec![(ending.clone(), closed.entry.seq)]).await?;
        let row = rows.into_iter().next().ok_or_else(unknown)?;
        let mut links = Vec::new();
        for sealed in rundown.into_iter().chain([closed]) {
            links.push(self.link(sealed).await?);
        }
        Ok((row, links))
    }

    async fn link(&self, sealed: Sealed) -> Result<Link, DeskError> {
        let seq = sealed.entry.seq;
        let around = self.store.entries(seq.saturating_sub(2), 3).await?;
        let hash = |seq: u64| around.iter().find(|other| other.entry.seq == seq).map(|other| other.hash);
        Ok(Link { before: hash(seq.saturating_sub(1)), after: hash(seq + 1), sealed })
    }
}
