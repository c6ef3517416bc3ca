//! One airing folded from its records, as the log keeps them: the rules of `domain::airing`, and those that need the log.

use super::chain::ChainHash;
use super::error::Refused;
use crate::domain::airing::{Airing, CountedFrom};
use crate::domain::log::{AiringId, Amendment, Correction, Record};

/// An airing and the last record that made it so.
#[derive(Debug, Clone)]
pub(super) struct Folded {
    pub(super) airing: Airing,
    /// The last stretch begun.
    pub(super) part: u32,
    /// Of the last record.
    pub(super) seq: u64,
    /// Of the last record.
    pub(super) hash: ChainHash,
}

/// The airing a record is about; none for records about something else.
pub(super) fn airing_of(record: &Record) -> Option<AiringId> {
    match record {
        Record::Intent(intent) => Some(intent.part.airing),
        Record::End(end) => Some(end.part.airing),
        Record::Proof(proof) => Some(proof.part.airing),
        Record::Correction(correction) => Some(correction.airing),
        Record::Mention(mention) => Some(mention.airing),
        Record::Withdrawal(withdrawal) => Some(withdrawal.airing),
        Record::Rundown(_) | Record::Closed(_) | Record::Incident(_) => None,
    }
}

/// The occurrence a record is about, as its identifier.
pub(super) fn occurrence_of(record: &Record) -> Option<String> {
    match record {
        Record::Rundown(rundown) => Some(rundown.occurrence.to_string()),
        Record::Intent(intent) => intent.occurrence.as_ref().map(ToString::to_string),
        Record::Closed(closed) => Some(closed.occurrence.to_string()),
        Record::End(_)
        | Record::Proof(_)
        | Record::Correction(_)
        | Record::Mention(_)
        | Record::Withdrawal(_)
        | Record::Incident(_) => None,
    }
}

/// The word in the column `record`.
pub(super) const fn name_of(record: &Record) -> &'static str {
    match record {
        Record::Rundown(_) => "rundown",
        Record::Intent(_) => "intent",
        Record::End(_) => "end",
        Record::Closed(_) => "closed",
        Record::Proof(_) => "proof",
        Record::Correction(_) => "correction",
        Record::Mention(_) => "mention",
        Record::Withdrawal(_) => "withdrawal",
        Record::Incident(_) => "incident",
    }
}

impl Folded {
    /// What an airing is after one more of its records. Records about something else change nothing.
    pub(super) fn after(
        before: Option<Self>,
        record: &Record,
        seq: u64,
        hash: ChainHash,
    ) -> Result<Option<Self>, Refused> {
        let Some(id) = airing_of(record) else { return Ok(before) };
        let Some(mut folded) = before else {
            let Record::Intent(intent) = record else { return Err(Refused::NoSuchAiring(id)) };
            let airing = Airing::begin(intent);
            return Ok(Some(Self { airing, part: intent.part.part, seq, hash }));
        };
        match record {
            Record::Intent(intent) => {
                let part = intent.part.part;
                if folded.airing.open_part().is_none() && part <= folded.part {
                    return Err(Refused::PartRepeated { airing: id, part, last: folded.part });
                }
                folded.airing.resume(intent)?;
                folded.part = part;
            }
            Record::End(end) => folded.airing.end(end)?,
            Record::Proof(proof) => folded.airing.prove(proof)?,
            Record::Correction(correction) => folded.airing.correct(correction)?,
            Record::Mention(mention) => folded.airing.mention(mention)?,
            Record::Withdrawal(withdrawal) => folded.airing.withdraw(withdrawal)?,
            Record::Rundown(_) | Record::Closed(_) | Record::Incident(_) => {}
        }
        Ok(Some(Self { seq, hash, ..folded }))
    }
}

/// The amendment with what it changes as it now is.
pub(super) fn with_current(airing: &Airing, amendment: Amendment, counted_from: CountedFrom) -> Amendment {
    let clip = airing.clip();
    match amendment {
        Amendment::Title { after, .. } => Amendment::Title { before: airing.sound.title().to_owned(), after },
        Amendment::Topic { after, .. } => {
            Amendment::Topic { before: clip.map_or_else(String::new, |clip| clip.topics.primary.clone()), after }
        }
        Amendment::Campaign { after, .. } => {
            Amendment::Campaign { before: clip.and_then(|clip| clip.campaign.clone()), after }
        }
        Amendment::Author { after, .. } => {
            Amendment::Author { before: clip.and_then(|clip| clip.author.clone()), after }
        }
        Amendment::Counted { after, .. } => Amendment::Counted { before: airing.counted(counted_from), after },
        Amendment::Note { text } => Amendment::Note { text },
    }
}

/// A correction that goes into the log says truly what was before it.
pub(super) fn check_before(airing: &Airing, correction: &Correction, counted_from: CountedFrom) -> Result<(), Refused> {
    let current = with_current(airing, correction.amendment.clone(), counted_from);
    if current == correction.amendment {
        return Ok(());
    }
    Err(Refused::BeforeDiffers {
        airing: airing.id,
        expected: before_text(&correction.amendment),
        found: before_text(&current),
    })
}

fn before_text(amendment: &Amendment) -> String {
    match amendment {
        Amendment::Title { before, .. } | Amendment::Topic { before, .. } => before.clone(),
        Amendment::Campaign { before, .. } | Amendment::Author { before, .. } => {
            before.as_deref().unwrap_or("none").to_owned()
        }
        Amendment::Counted { before, .. } => before.to_string(),
        Amendment::Note { .. } => String::new(),
    }
}
