//! The life of one airing, folded from its records: begun, heard, perhaps interrupted and resumed, over, corrected.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clip::{ClipSnapshot, frames_to_duration};
use super::log::{
    AiringId, Amendment, Correction, Delivery, End, EndReason, Intent, Kind, Level, Mention, MentionRefusal, Mentions,
    Withdrawal,
};
use super::proof::{Proof, Verdict};
use super::relay;
use super::slot::{OccurrenceId, ZoneId};
use super::sound::Sound;

/// How an airing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiringOutcome {
    /// Begun, not over.
    OnAir,
    /// Enough of it was heard to count.
    Aired,
    /// Some of it was heard, too little to count.
    Partial,
    /// None of it was heard.
    NotAired,
}

/// The least share of an element that must be heard for the airing to count. A setting; printed on the report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountedFrom(pub f64);

impl Default for CountedFrom {
    fn default() -> Self {
        Self(0.9)
    }
}

/// A stretch that is over: the frames `[from, to)` of the element were heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Heard {
    from: u64,
    to: u64,
}

/// One airing as its records tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct Airing {
    /// Which.
    pub id: AiringId,
    /// Its occurrence; none if played by hand.
    pub occurrence: Option<OccurrenceId>,
    /// Place in the rundown.
    pub position: u32,
    /// What sort of sound.
    pub kind: Kind,
    /// When it was planned.
    pub planned_start: DateTime<Utc>,
    /// When its first frame was heard.
    pub start: Option<DateTime<Utc>>,
    /// When its last frame was heard.
    pub end: Option<DateTime<Utc>>,
    /// Rate of the frame numbers, in Hz.
    pub sample_rate: u32,
    /// Frames of the whole element; of somebody who speaks, what they may at most until they have ended.
    pub frames_total: u64,
    /// Where it was to be heard.
    pub zones: Vec<ZoneId>,
    /// What was heard, as it stood then, with the corrections since.
    pub sound: Sound,
    /// What each zone was given, over all stretches.
    pub deliveries: Vec<Delivery>,
    /// What was measured on the last stretch heard.
    pub level: Level,
    /// Of a relay: what it carried, over all stretches.
    pub relay: Option<relay::Account>,
    /// How the last stretch ended; none while on air.
    pub reason: Option<EndReason>,
    /// What the return feeds say of it, in the order it was found; none where there is no return feed.
    pub proofs: Vec<Proof>,
    /// What a person said about counting, against the rule.
    pub counted_by_hand: Option<bool>,
    /// In the order they were made.
    pub corrections: Vec<Correction>,
    /// Of a relay: what persons heard inside it.
    pub mentions: Mentions,
    heard: Vec<Heard>,
    open: Option<Open>,
}

/// A relay that carried less than this carried nothing: accounts are in whole milliseconds.
const CARRIED_MIN: Duration = Duration::from_millis(100);

/// The stretch now on air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    part: u32,
    from: u64,
}

/// A record that cannot follow the ones before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IllegalRecord {
    /// A stretch began while another of the same airing was open.
    #[error("airing {airing} begins part {part} while part {open} is still open")]
    StillOpen {
        /// The airing.
        airing: AiringId,
        /// The new part.
        part: u32,
        /// The open one.
        open: u32,
    },
    /// A stretch ended that was not open.
    #[error("airing {airing} ends part {part}, which is not open")]
    NotOpen {
        /// The airing.
        airing: AiringId,
        /// The part.
        part: u32,
    },
    /// A stretch was judged that is still on air.
    #[error("airing {airing} has a proof of part {part}, which is not over")]
    NotOver {
        /// The airing.
        airing: AiringId,
        /// The part.
        part: u32,
    },
    /// What is said to be heard inside an airing, or taken back, does not fit it.
    #[error("airing {airing}: {refusal}")]
    Mention {
        /// The airing.
        airing: AiringId,
        /// How not.
        refusal: MentionRefusal,
    },
    /// A record of another airing.
    #[error("a record of airing {other} was handed to airing {airing}")]
    OtherAiring {
        /// This airing.
        airing: AiringId,
        /// The record's.
        other: AiringId,
    },
}

/// Whether whoever spoke had their say: they ended, or came to the end of their time.
const fn lets_finish(reason: &EndReason) -> bool {
    matches!(reason, EndReason::Complete | EndReason::Overrun | EndReason::Skipped { .. } | EndReason::Stopped { .. })
}

impl Airing {
    /// An airing begins with its first intent.
    #[must_use]
    pub fn begin(intent: &Intent) -> Self {
        Self {
            id: intent.part.airing,
            occurrence: intent.occurrence.clone(),
            position: intent.position,
            kind: intent.kind,
            planned_start: intent.planned_start,
            start: None,
            end: None,
            sample_rate: intent.sample_rate,
            frames_total: intent.frames_total,
            zones: intent.zones.clone(),
            sound: intent.sound.clone(),
            deliveries: Vec::new(),
            level: Level::default(),
            relay: None,
            reason: None,
            proofs: Vec::new(),
            counted_by_hand: None,
            corrections: Vec::new(),
            mentions: Mentions::default(),
            heard: Vec::new(),
            open: Some(Open { part: intent.part.part, from: intent.from_frame }),
        }
    }

    /// Goes on after an interruption.
    ///
    /// # Errors
    /// When a stretch is still open, or the intent is another airing's.
    pub fn resume(&mut self, intent: &Intent) -> Result<(), IllegalRecord> {
        self.own(intent.part.airing)?;
        if let Some(open) = self.open {
            return Err(IllegalRecord::StillOpen { airing: self.id, part: intent.part.part, open: open.part });
        }
        self.open = Some(Open { part: intent.part.part, from: intent.from_frame });
        self.reason = None;
        Ok(())
    }

    /// A stretch is over.
    ///
    /// # Errors
    /// When that stretch is not open, or the record is another airing's.
    pub fn end(&mut self, end: &End) -> Result<(), IllegalRecord> {
        self.own(end.part.airing)?;
        let open = match self.open {
            Some(open) if open.part == end.part.part => open,
            _ => {
                return Err(IllegalRecord::NotOpen { airing: self.id, part: end.part.part });
            }
        };
        self.open = None;
        self.start = self.start.or(end.start);
        self.end = end.end.or(self.end);
        self.reason = Some(end.reason.clone());
        if end.frames > 0 {
            self.level = end.level;
            self.heard.push(Heard { from: open.from, to: open.from + end.frames });
        }
        // What somebody says has no length of its own: it was whole when they were let finish.
        if self.kind == Kind::Live && lets_finish(&end.reason) {
            self.frames_total = self.reached();
        }
        if let Some(account) = &end.relay {
            self.relay.get_or_insert_default().add(account);
        }
        for delivery in &end.zones {
            match self.deliveries.iter_mut().find(|known| known.zone == delivery.zone) {
                Some(known) => {
                    known.frames += delivery.frames;
                    known.underrun_frames += delivery.underrun_frames;
                }
                None => self.deliveries.push(delivery.clone()),
            }
        }
        Ok(())
    }

    /// The return feed of a zone said something about a stretch that is over.
    ///
    /// # Errors
    /// When that stretch is on air, or the record is another airing's.
    pub fn prove(&mut self, proof: &Proof) -> Result<(), IllegalRecord> {
        self.own(proof.part.airing)?;
        if self.open_part().is_some_and(|open| open <= proof.part.part) {
            return Err(IllegalRecord::NotOver { airing: self.id, part: proof.part.part });
        }
        self.proofs.push(proof.clone());
        Ok(())
    }

    /// What the return feeds say of it together; none without any.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        Verdict::of_all(self.proofs.iter().map(|proof| proof.finding.verdict()))
    }

    /// A person corrected something.
    ///
    /// # Errors
    /// When the correction is another airing's.
    pub fn correct(&mut self, correction: &Correction) -> Result<(), IllegalRecord> {
        self.own(correction.airing)?;
        match (&correction.amendment, &mut self.sound) {
            (Amendment::Title { after, .. }, Sound::Clip(clip)) => clip.title.clone_from(after),
            (Amendment::Title { after, .. }, Sound::Relay(relay)) => relay.name.clone_from(after),
            (Amendment::Title { after, .. }, Sound::Live(live)) => live.name.clone_from(after),
            (Amendment::Topic { after, .. }, Sound::Clip(clip)) => clip.topics.primary.clone_from(after),
            (Amendment::Campaign { after, .. }, Sound::Clip(clip)) => clip.campaign.clone_from(after),
            (Amendment::Author { after, .. }, Sound::Clip(clip)) => clip.author.clone_from(after),
            (Amendment::Counted { after, .. }, _) => self.counted_by_hand = Some(*after),
            // Of a relay or a voice there is no topic, campaign or author to be corrected; the record stays, and changes nothing.
            _ => {}
        }
        self.corrections.push(correction.clone());
        Ok(())
    }

    /// A person heard an item inside it.
    ///
    /// # Errors
    /// When it does not fit into the airing, or the record is another airing's.
    pub fn mention(&mut self, mention: &Mention) -> Result<(), IllegalRecord> {
        self.own(mention.airing)?;
        let fits = self.has_room(mention.offset_ms, mention.length_ms);
        let added = fits.and_then(|()| self.mentions.add(mention));
        added.map_err(|refusal| IllegalRecord::Mention { airing: self.id, refusal })
    }

    /// A person took back an item.
    ///
    /// # Errors
    /// When there is none such that stands, or the record is another airing's.
    pub fn withdraw(&mut self, withdrawal: &Withdrawal) -> Result<(), IllegalRecord> {
        self.own(withdrawal.airing)?;
        let withdrawn = self.mentions.withdraw(withdrawal);
        withdrawn.map_err(|refusal| IllegalRecord::Mention { airing: self.id, refusal })
    }

    /// Whether an item may be said to be heard at that place: both in milliseconds, from the first frame heard.
    fn has_room(&self, offset_ms: u64, length_ms: Option<u64>) -> Result<(), MentionRefusal> {
        if self.kind != Kind::Relay {
            return Err(MentionRefusal::NoRelay);
        }
        if self.open.is_some() {
            return Err(MentionRefusal::OnAir);
        }
        if length_ms == Some(0) {
            return Err(MentionRefusal::NoLength);
        }
        let (heard_ms, to_ms) = (self.lasted_ms(), offset_ms.saturating_add(length_ms.unwrap_or(0)));
        if offset_ms >= heard_ms || to_ms > heard_ms {
            return Err(MentionRefusal::Beyond { to_ms, heard_ms });
        }
        Ok(())
    }

    /// From its first frame heard to its last, with what came between its stretches, in milliseconds: as long as its recording.
    #[must_use]
    pub fn lasted_ms(&self) -> u64 {
        let lasted = self.start.zip(self.end).map(|(start, end)| (end - start).num_milliseconds());
        lasted.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0)
    }

    /// The clip that was heard; none for sound that is none.
    #[must_use]
    pub const fn clip(&self) -> Option<&ClipSnapshot> {
        self.sound.clip()
    }

    const fn own(&self, other: AiringId) -> Result<(), IllegalRecord> {
        if self.id.0.as_u128() == other.0.as_u128() {
            Ok(())
        } else {
            Err(IllegalRecord::OtherAiring { airing: self.id, other })
        }
    }

    /// The part now open, counted from 1; none when the airing is over for now.
    #[must_use]
    pub fn open_part(&self) -> Option<u32> {
        self.open.map(|open| open.part)
    }

    /// Distinct frames heard: the union of the stretches, so what was repeated after a resume counts once.
    #[must_use]
    pub fn frames_heard(&self) -> u64 {
        let mut stretches = self.heard.clone();
        stretches.sort_by_key(|heard| heard.from);
        let mut reached = 0;
        let mut sum = 0;
        for heard in stretches {
            let to = heard.to.min(self.frames_total);
            sum += to.saturating_sub(heard.from.max(reached));
            reached = reached.max(to);
        }
        sum
    }

    /// The frame after the furthest one heard: where a resume goes on.
    #[must_use]
    pub fn reached(&self) -> u64 {
        self.heard.iter().map(|heard| heard.to.min(self.frames_total)).max().unwrap_or(0)
    }

    /// Share of the element that was heard, 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        if self.frames_total == 0 { 0.0 } else { self.frames_heard() as f64 / self.frames_total as f64 }
    }

    /// Time that was heard.
    #[must_use]
    pub fn time_heard(&self) -> Duration {
        frames_to_duration(self.frames_heard(), self.sample_rate)
    }

    /// The same, of a relay only the other station: without what stood in for it and what was lost. A stretch that the power cut
    /// short left no account; what was heard of it counts.
    #[must_use]
    pub fn time_carried(&self) -> Duration {
        let missing_ms = self.relay.as_ref().map_or(0, |account| account.standby_ms + account.lost_ms);
        self.time_heard().saturating_sub(Duration::from_millis(missing_ms))
    }

    /// Whether it counts as an airing. Idents never do, nor does a relay that carried nothing.
    #[must_use]
    pub fn counted(&self, from: CountedFrom) -> bool {
        let carried = self.relay.is_none() || self.time_carried() >= CARRIED_MIN;
        let by_rule = self.open.is_none() && self.frames_heard() > 0 && carried && self.fraction() >= from.0;
        self.kind != Kind::Ident && self.counted_by_hand.unwrap_or(by_rule)
    }

    /// How it stands.
    #[must_use]
    pub fn outcome(&self, from: CountedFrom) -> AiringOutcome {
        if self.open.is_some() {
            AiringOutcome::OnAir
        } else if self.frames_heard() == 0 {
            AiringOutcome::NotAired
        } else if self.fraction() >= from.0 {
            AiringOutcome::Aired
        } else {
            AiringOutcome::Partial
        }
    }
}
