//! One airing as lists and reports read it.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc, Weekday};
use serde::Serialize;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::chain::ChainHash;
use super::fold::Folded;
use super::open::Settings;
use super::values::{Columns as _, to_the_micro};
use crate::domain::airing::AiringOutcome;
use crate::domain::clip::{ClipId, Genre, ItemId, Source};
use crate::domain::log::{AiringId, EndReason, Kind};
use crate::domain::proof::Verdict;
use crate::domain::report::MonthRule;
use crate::domain::slot::OccurrenceId;
use crate::domain::time::day_of;

/// One airing, with the corrections made since. Times are kept to the microsecond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AiringRow {
    /// Which.
    pub id: AiringId,
    /// Its occurrence; none if played by hand.
    pub occurrence: Option<OccurrenceId>,
    /// Place in the rundown, counted from 0.
    pub position: u32,
    /// What sort of sound.
    pub kind: Kind,
    /// What a report counts it as; none for sound that is no clip (relay, live).
    pub item: Option<ItemId>,
    /// Title.
    pub title: String,
    /// Thể loại.
    pub genre: Genre,
    /// Primary topic code.
    pub topic: String,
    /// Campaign code.
    pub campaign: Option<String>,
    /// Who made it.
    pub source: Source,
    /// When it was planned.
    pub planned_start: DateTime<Utc>,
    /// When its first frame was heard.
    pub start: Option<DateTime<Utc>>,
    /// When its last frame was heard.
    pub end: Option<DateTime<Utc>>,
    /// Distinct frames heard, over all stretches.
    pub frames_heard: u64,
    /// Frames of the whole element.
    pub frames_total: u64,
    /// Rate of both, in Hz.
    pub sample_rate: u32,
    /// How it stands.
    pub outcome: AiringOutcome,
    /// How its last stretch ended; none while on air.
    pub reason: Option<EndReason>,
    /// Whether it counts.
    pub counted: bool,
    /// Time heard, in milliseconds, rounded down; of a relay, time carried.
    pub heard_ms: u64,
    /// Real length of the clip, in milliseconds, rounded down.
    pub length_ms: u64,
    /// Local day of the start (of the planned start if nothing was heard).
    pub day: NaiveDate,
    /// What the return feeds say of it; none where there is no return feed.
    pub proof: Option<Verdict>,
    /// Of a relay: how many items of each topic persons heard inside it, without those that were withdrawn.
    pub mentions: BTreeMap<String, u64>,
    /// How many corrections were made.
    pub corrections: u32,
    /// Number of its last record.
    pub seq: u64,
    /// Hash of its last record.
    pub hash: ChainHash,
}

impl AiringRow {
    pub(super) fn of(folded: &Folded, settings: Settings) -> Self {
        let Folded { airing, part: _, seq, hash } = folded;
        let clip = airing.clip();
        let is_clip = !matches!(airing.kind, Kind::Relay | Kind::Live);
        Self {
            id: airing.id,
            occurrence: airing.occurrence.clone(),
            position: airing.position,
            kind: airing.kind,
            item: clip.filter(|_| is_clip).map(|clip| clip.item),
            title: airing.sound.title().to_owned(),
            genre: clip.map_or(Genre::Other, |clip| clip.genre),
            topic: clip.map_or_else(String::new, |clip| clip.topics.primary.clone()),
            campaign: clip.and_then(|clip| clip.campaign.clone()),
            // What another station says is not the town's own.
            source: clip.map_or(Source::District, |clip| clip.source),
            planned_start: to_the_micro(airing.planned_start),
            start: airing.start.map(to_the_micro),
            end: airing.end.map(to_the_micro),
            frames_heard: airing.frames_heard(),
            frames_total: airing.frames_total,
            sample_rate: airing.sample_rate,
            outcome: airing.outcome(settings.counted_from),
            reason: airing.reason.clone(),
            counted: airing.counted(settings.counted_from),
            heard_ms: milliseconds(airing.time_carried()),
            length_ms: milliseconds(airing.sound.duration()),
            day: day_of(settings.zone, airing.start.unwrap_or(airing.planned_start)),
            proof: airing.verdict(),
            mentions: airing.mentions.by_topic(),
            corrections: u32::try_from(airing.corrections.len()).unwrap_or(u32::MAX),
            seq: *seq,
            hash: *hash,
        }
    }

    /// Reads a row of [`SELECT`].
    pub(super) fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        let clip: Option<u32> = row.try_get("clip")?;
        let edition: Option<u32> = row.try_get("edition")?;
        let occurrence: Option<&str> = row.try_get("occurrence")?;
        let reason: Option<&str> = row.try_get("reason")?;
        let proof: Option<&str> = row.try_get("proof")?;
        let mentions: Option<&str> = row.try_get("mentions")?;
        Ok(Self {
            id: row.airing("id")?,
            occurrence: if occurrence.is_some() { Some(row.parsed("occurrence")?) } else { None },
            position: row.small("position")?,
            kind: row.word("kind")?,
            item: clip.zip(edition).map(|(clip, edition)| ItemId { clip: ClipId(clip), edition }),
            title: row.try_get("title")?,
            genre: row.word("genre")?,
            topic: row.try_get("topic")?,
            campaign: row.try_get("campaign")?,
            source: row.word("source")?,
            planned_start: row.instant("planned_start")?,
            start: row.instant_option("start")?,
            end: row.instant_option("ended")?,
            frames_heard: row.number("frames_heard")?,
            frames_total: row.number("frames_total")?,
            sample_rate: row.small("sample_rate")?,
            outcome: row.word("outcome")?,
            reason: if reason.is_some() { Some(row.json("reason")?) } else { None },
            counted: row.try_get("counted")?,
            heard_ms: row.number("heard_ms")?,
            length_ms: row.number("length_ms")?,
            day: row.day("day")?,
            proof: if proof.is_some() { Some(row.word("proof")?) } else { None },
            mentions: if mentions.is_some() { row.json("mentions")? } else { BTreeMap::new() },
            corrections: row.small("corrections")?,
            seq: row.number("seq")?,
            hash: row.hash("hash")?,
        })
    }

    /// Share of the element that was heard, 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        if self.frames_total == 0 { 0.0 } else { self.frames_heard as f64 / self.frames_total as f64 }
    }

    /// When it began: the real start, the planned one if nothing was heard.
    #[must_use]
    pub fn began(&self) -> DateTime<Utc> {
        self.start.unwrap_or(self.planned_start)
    }

    /// Day of the week of its local day.
    #[must_use]
    pub fn weekday(&self) -> Weekday {
        self.day.weekday()
    }

    /// Year and month (1 to 12) that it is reported in.
    #[must_use]
    pub fn month(&self, rule: MonthRule) -> (i32, u32) {
        month_of_half(half_of(self.day), rule)
    }
}

/// What every query for whole rows selects.
pub(super) const SELECT: &str = "select a.id, a.occurrence, a.position, s.kind, a.clip, a.edition, s.title, s.genre, s.topic, \
     s.campaign, s.source, a.planned_start, a.start, a.ended, a.frames_heard, a.frames_total, a.sample_rate, a.outcome, \
     a.reason, a.counted, a.heard_ms, a.length_ms, a.day, a.proof, a.mentions, a.corrections, a.seq, a.hash, a.began, a.half, a.weekday from \
     airing a join subject s on s.number = a.subject";

fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The half-month of a day, counted so that the second half of one month is followed by the first of the next: both month
/// rules make a month of two neighbours.
pub(super) fn half_of(day: NaiveDate) -> i64 {
    let month = 12 * i64::from(day.year()) + i64::from(day.month0());
    2 * month + i64::from(day.day() >= 15)
}

/// Year and month that a half-month is reported in.
pub(super) fn month_of_half(half: i64, rule: MonthRule) -> (i32, u32) {
    let month = match rule {
        // From the 15th of the month before to the 14th.
        MonthRule::Nd09 => (half + 1).div_euclid(2),
        MonthRule::Calendar => half.div_euclid(2),
    };
    // Both are in range for every day that chrono knows.
    (month.div_euclid(12) as i32, month.rem_euclid(12) as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_of_either_rule_is_two_halves() {
        let check = |day: &str, nd09: (i32, u32), calendar: (i32, u32)| {
            let half = half_of(day.parse().unwrap());
            assert_eq!(month_of_half(half, MonthRule::Nd09), nd09, "{day}");
            assert_eq!(month_of_half(half, MonthRule::Calendar), calendar, "{day}");
        };
        check("2022-12-14", (2022, 12), (2022, 12));
        check("2022-12-15", (2023, 1), (2022, 12));
        check("2023-01-01", (2023, 1), (2023, 1));
        check("2023-01-14", (2023, 1), (2023, 1));
        check("2023-01-15", (2023, 2), (2023, 1));
        check("2023-06-14", (2023, 6), (2023, 6));
        check("2023-06-15", (2023, 7), (2023, 6));
        check("0000-01-01", (0, 1), (0, 1));
    }
}
