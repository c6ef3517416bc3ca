//! One row of the log.

use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::log::{Amendment, Correction, Outcome};
use crate::domain::words::Language;
use crate::export::log::{Ending, LogRow};
use crate::http::words::{instant, word};

/// One row of the log: an airing, or a broadcast of which nothing was heard.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::http) struct LogItem {
    /// What tells it from the others: the airing's identifier, else the broadcast's.
    id: String,
    /// Number of the record that it rests on last.
    seq: u64,
    /// Hash of that record, in hexadecimal.
    hash: String,
    /// Which airing; none for a broadcast of which nothing was heard.
    airing_id: Option<String>,
    /// Its broadcast; none if played by hand.
    occurrence_id: Option<String>,
    /// own, relay, live, emergency or ident; occurrence for a broadcast of which nothing was heard.
    kind: String,
    /// The title with its corrections, or the slot's name.
    title: String,
    /// When it was planned.
    #[schema(format = DateTime)]
    planned_start: String,
    /// When the first frame was heard.
    #[schema(format = DateTime)]
    start: Option<String>,
    /// When the last frame was heard.
    #[schema(format = DateTime)]
    end: Option<String>,
    /// Time heard.
    heard_ms: u64,
    /// Share of the element that was heard, 0 to 1.
    fraction: f64,
    /// aired, partial, not_aired, on_air, missed, cancelled or superseded.
    outcome: String,
    /// Why, as the log names it.
    reason: Option<String>,
    /// Why, in Vietnamese.
    reason_vi: Option<&'static str>,
    /// Why, in English.
    reason_en: Option<&'static str>,
    /// The person, error, airing or broadcast that the reason names.
    detail: Option<String>,
    /// Whether it counts in a report.
    counted: bool,
    /// Number of the clip; none for sound that is no clip.
    clip: Option<u32>,
    /// Edition of the clip's audio.
    edition: Option<u32>,
    /// news, article, feature, notice, ident or other.
    genre: Option<String>,
    /// Primary topic code.
    topic: Option<String>,
    /// Campaign code.
    campaign: Option<String>,
    /// own, district, province or central.
    source: Option<String>,
    /// Who edited it.
    author: Option<String>,
    /// Who approved it.
    approver: Option<String>,
    /// The person who asked for it, if one did.
    by: Option<String>,
    /// heard, not_heard or unsure: whether the loudspeakers gave it back; none where there is no return feed.
    proof: Option<String>,
    /// How many corrections were made.
    corrections: u32,
}

/// What a person said about a row later.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Remark {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    by: String,
    /// Why.
    why: String,
    /// title, topic, campaign, author, counted or note.
    field: &'static str,
    /// As it was; none where there was nothing.
    before: Option<String>,
    /// As it is since; none where nothing is any more.
    after: Option<String>,
}

impl LogItem {
    pub(in crate::http) fn of(row: &LogRow, zone: Tz) -> Self {
        let airing_id = row.airing.map(|airing| airing.to_string());
        let occurrence_id = row.occurrence.as_ref().map(ToString::to_string);
        let (outcome, reason) = match &row.ending {
            Ending::Airing { outcome, reason } => (word(outcome), reason.as_ref().map(word)),
            Ending::Occurrence(outcome @ Outcome::Missed(reason)) => (word(outcome), Some(word(reason))),
            Ending::Occurrence(outcome) => (word(outcome), None),
        };
        Self {
            id: airing_id.clone().or_else(|| occurrence_id.clone()).unwrap_or_default(),
            seq: row.seq,
            hash: row.hash.clone(),
            airing_id,
            occurrence_id,
            kind: row.kind.map_or_else(|| "occurrence".to_owned(), |kind| word(&kind)),
            title: row.title.clone(),
            planned_start: instant(row.planned_start, zone),
            start: row.start.map(|at| instant(at, zone)),
            end: row.end.map(|at| instant(at, zone)),
            heard_ms: row.heard_ms(),
            fraction: row.fraction(),
            outcome,
            reason,
            reason_vi: row.ending.why(Language::Vi),
            reason_en: row.ending.why(Language::En),
            detail: row.ending.detail(),
            counted: row.counted,
            clip: row.item.map(|item| item.clip.0),
            edition: row.item.map(|item| item.edition),
            genre: row.genre.map(|genre| word(&genre)),
            topic: row.topic.clone(),
            campaign: row.campaign.clone(),
            source: row.source.map(|source| word(&source)),
            author: row.author.clone(),
            approver: row.approver.clone(),
            by: row.by.clone(),
            proof: row.verdict.map(|verdict| word(&verdict)),
            corrections: row.corrections,
        }
    }
}

impl Remark {
    pub(super) fn of(at: String, correction: &Correction) -> Self {
        let some = |text: &str| Some(text.to_owned());
        let (field, before, after) = match &correction.amendment {
            Amendment::Title { before, after } => ("title", some(before), some(after)),
            Amendment::Topic { before, after } => ("topic", some(before), some(after)),
            Amendment::Campaign { before, after } => ("campaign", before.clone(), after.clone()),
            Amendment::Author { before, after } => ("author", before.clone(), after.clone()),
            Amendment::Counted { before, after } => ("counted", Some(before.to_string()), Some(after.to_string())),
            Amendment::Note { text } => ("note", None, some(text)),
        };
        Self { at, by: correction.by.clone(), why: correction.why.clone(), field, before, after }
    }
}
