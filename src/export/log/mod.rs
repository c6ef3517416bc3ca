//! Rows of the as-run log in each of their forms.

mod csv;
mod json;
mod table;

use chrono::{DateTime, Utc};

pub use self::csv::csv;
pub use self::json::{json, json_line};
pub use self::table::table;
use super::ExportError;
use super::text::{milliseconds, tag};
use crate::domain::airing::{Airing, AiringOutcome, CountedFrom};
use crate::domain::clip::{Genre, ItemId, Source, frames_to_duration};
use crate::domain::log::{AiringId, Amendment, Closed, Correction, EndReason, Kind, Outcome};
use crate::domain::proof::Verdict;
use crate::domain::slot::{OccurrenceId, ZoneId};
use crate::domain::words::{self, Language};

/// One row of the log as it is shown: an airing, or an occurrence of which nothing was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRow {
    /// Number of the record that it rests on last.
    pub seq: u64,
    /// Hash of that record, in hexadecimal.
    pub hash: String,
    /// Which airing; none for an occurrence of which nothing was heard.
    pub airing: Option<AiringId>,
    /// Its occurrence; none if played by hand.
    pub occurrence: Option<OccurrenceId>,
    /// What sort of sound; none for an occurrence of which nothing was heard.
    pub kind: Option<Kind>,
    /// What a report counts it as; none for sound that is no clip.
    pub item: Option<ItemId>,
    /// The title with its corrections, or the slot's name.
    pub title: String,
    /// Thể loại.
    pub genre: Option<Genre>,
    /// Primary topic code.
    pub topic: Option<String>,
    /// Campaign code.
    pub campaign: Option<String>,
    /// Who made it.
    pub source: Option<Source>,
    /// Người biên tập.
    pub author: Option<String>,
    /// Người duyệt.
    pub approver: Option<String>,
    /// When it was planned.
    pub planned_start: DateTime<Utc>,
    /// When the first frame was heard.
    pub start: Option<DateTime<Utc>>,
    /// When the last frame was heard.
    pub end: Option<DateTime<Utc>>,
    /// Distinct frames heard.
    pub frames: u64,
    /// Frames of the whole element.
    pub frames_total: u64,
    /// Rate of the frame numbers, in Hz; 0 for an occurrence of which nothing was heard.
    pub sample_rate: u32,
    /// How it ended.
    pub ending: Ending,
    /// Whether it counts.
    pub counted: bool,
    /// Where it was to be heard; none for an occurrence of which nothing was heard.
    pub zones: Vec<ZoneId>,
    /// The person who asked for it, if one did.
    pub by: Option<String>,
    /// What the return feeds say of it; none where there is no return feed.
    pub verdict: Option<Verdict>,
    /// How many corrections were made.
    pub corrections: u32,
    /// What the corrections say, as far as they are at hand; they go into the remarks of the logbook.
    pub remarks: Vec<Correction>,
}

/// How a row ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// An airing.
    Airing {
        /// How it stands.
        outcome: AiringOutcome,
        /// How its last stretch ended; none while on air.
        reason: Option<EndReason>,
    },
    /// An occurrence.
    Occurrence(Outcome),
}

impl LogRow {
    /// The row of an airing. `seq` and `hash` are those of its last record, `by` the person its intent names.
    #[must_use]
    pub fn airing(seq: u64, hash: String, airing: &Airing, by: Option<String>, from: CountedFrom) -> Self {
        let whole = airing.clip();
        let clip = whole.filter(|_| !matches!(airing.kind, Kind::Relay | Kind::Live));
        Self {
            seq,
            hash,
            airing: Some(airing.id),
            occurrence: airing.occurrence.clone(),
            kind: Some(airing.kind),
            item: clip.map(|clip| clip.item),
            title: airing.sound.title().to_owned(),
            genre: clip.map(|clip| clip.genre),
            topic: clip.map(|clip| clip.topics.primary.clone()),
            campaign: whole.and_then(|clip| clip.campaign.clone()),
            source: clip.map(|clip| clip.source),
            author: whole.and_then(|clip| clip.author.clone()),
            approver: whole.and_then(|clip| clip.approver.clone()),
            planned_start: airing.planned_start,
            start: airing.start,
            end: airing.end,
            frames: airing.frames_heard(),
            frames_total: airing.frames_total,
            sample_rate: airing.sample_rate,
            ending: Ending::Airing { outcome: airing.outcome(from), reason: airing.reason.clone() },
            counted: airing.counted(from),
            zones: airing.zones.clone(),
            by,
            verdict: airing.verdict(),
            corrections: u32::try_from(airing.corrections.len()).unwrap_or(u32::MAX),
            remarks: airing.corrections.clone(),
        }
    }

    /// The row of an occurrence that was closed without an airing: missed, cancelled, superseded. `name` is the slot's.
    #[must_use]
    pub fn closed(seq: u64, hash: String, closed: &Closed, name: &str) -> Self {
        Self {
            seq,
            hash,
            airing: None,
            occurrence: Some(closed.occurrence.clone()),
            kind: None,
            item: None,
            title: name.to_owned(),
            genre: None,
            topic: None,
            campaign: None,
            source: None,
            author: None,
            approver: None,
            planned_start: closed.planned_start,
            start: None,
            end: None,
            frames: 0,
            frames_total: 0,
            sample_rate: 0,
            ending: Ending::Occurrence(closed.outcome.clone()),
            counted: false,
            zones: Vec::new(),
            by: None,
            verdict: None,
            corrections: 0,
            remarks: Vec::new(),
        }
    }

    /// Share of the element that was heard, 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        if self.frames_total == 0 { 0.0 } else { self.frames as f64 / self.frames_total as f64 }
    }

    /// Time heard, in milliseconds.
    #[must_use]
    pub fn heard_ms(&self) -> u64 {
        milliseconds(frames_to_duration(self.frames, self.sample_rate))
    }

    /// Reason, what the return feeds say, and corrections in words, joined by `; `.
    pub(super) fn remarks_in(&self, language: Language) -> String {
        let explained = std::iter::once(self.ending.explained(language)).filter(|text| !text.is_empty());
        let proof = self.verdict.map(|verdict| {
            format!("{}: {}", language.pick("nghe lại", "proof of air"), words::verdict(verdict, language))
        });
        let remarks = self.remarks.iter().map(|correction| remark(correction, language));
        explained.chain(proof).chain(remarks).collect::<Vec<_>>().join("; ")
    }

    /// Thể loại of a clip; what sort of sound for everything else.
    pub(super) const fn sort_of_sound(&self, language: Language) -> &'static str {
        match (self.kind, self.genre) {
            (Some(Kind::Own), Some(genre)) => words::genre(genre, language),
            (Some(kind), _) => words::kind(kind, language),
            (None, _) => language.pick("buổi phát", "broadcast"),
        }
    }
}

/// `title: A -> B (by: why)`.
pub(super) fn remark(correction: &Correction, language: Language) -> String {
    let none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let changed = |vi, en, before: String, after: String| format!("{}: {before} -> {after}", language.pick(vi, en));
    let change = match &correction.amendment {
        Amendment::Title { before, after } => changed("tên", "title", before.clone(), after.clone()),
        Amendment::Topic { before, after } => changed("lĩnh vực", "topic", before.clone(), after.clone()),
        Amendment::Campaign { before, after } => changed("kế hoạch", "campaign", none(before), none(after)),
        Amendment::Author { before, after } => changed("biên tập", "author", none(before), none(after)),
        Amendment::Counted { after: true, .. } => language.pick("được tính", "counted").to_owned(),
        Amendment::Counted { after: false, .. } => language.pick("không tính", "not counted").to_owned(),
        Amendment::Note { text } => text.clone(),
    };
    format!("{change} ({}: {})", correction.by, correction.why)
}

impl Ending {
    /// As the log names it: `aired`, `partial`, `missed`.
    fn tag(&self) -> Result<String, ExportError> {
        match self {
            Self::Airing { outcome, .. } => tag(outcome, ""),
            Self::Occurrence(outcome) => tag(outcome, "outcome"),
        }
    }

    /// As the log names it: `complete`, `power_loss`, `station_off`.
    fn reason_tag(&self) -> Result<Option<String>, ExportError> {
        match self {
            Self::Airing { reason, .. } => reason.as_ref().map(|reason| tag(reason, "reason")).transpose(),
            Self::Occurrence(Outcome::Missed(reason)) => tag(reason, "reason").map(Some),
            Self::Occurrence(_) => Ok(None),
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(&self, language: Language) -> &'static str {
        match self {
            Self::Airing { outcome, .. } => words::airing_outcome(*outcome, language),
            Self::Occurrence(outcome) => words::outcome(outcome, language),
        }
    }

    /// Why, in words; none when there is nothing to explain.
    #[must_use]
    pub fn why(&self, language: Language) -> Option<&'static str> {
        match self {
            Self::Airing { reason: None | Some(EndReason::Complete), .. } => None,
            Self::Airing { reason: Some(reason), .. } => Some(words::end_reason(reason, language)),
            Self::Occurrence(Outcome::Missed(reason)) => Some(words::miss_reason(reason, language)),
            Self::Occurrence(_) => None,
        }
    }

    /// The person, error, airing or occurrence that the reason names.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Airing { reason, .. } => reason.as_ref().and_then(words::end_detail),
            Self::Occurrence(Outcome::Missed(reason)) => words::miss_detail(reason),
            Self::Occurrence(Outcome::Cancelled { by }) => Some(by.clone()),
            Self::Occurrence(Outcome::Superseded { by }) => Some(by.to_string()),
            Self::Occurrence(Outcome::Aired | Outcome::Partial) => None,
        }
    }

    /// Reason and detail in one phrase; empty when there is nothing to explain.
    fn explained(&self, language: Language) -> String {
        match (self.why(language), self.detail()) {
            (Some(why), Some(detail)) => format!("{why}: {detail}"),
            (Some(text), None) => text.to_owned(),
            (None, detail) => detail.unwrap_or_default(),
        }
    }
}
