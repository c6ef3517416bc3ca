//! Rows of the log as JSON. `docs/schema/log.json` describes them, and a test keeps the two in step.

use chrono_tz::Tz;
use serde::Serialize;

use super::LogRow;
use crate::domain::clip::{Genre, ItemId, Source};
use crate::domain::log::AiringId;
use crate::export::ExportError;
use crate::export::text::{rfc3339, tag};

/// One JSON document: an array of rows, indented.
///
/// # Errors
/// Never with rows that Loa made.
pub fn json(rows: &[LogRow], zone: Tz) -> Result<String, ExportError> {
    let rows = rows.iter().map(|row| Row::of(row, zone)).collect::<Result<Vec<_>, _>>()?;
    Ok(serde_json::to_string_pretty(&rows)?)
}

/// One row on one line, for a log that is followed.
///
/// # Errors
/// Never with a row that Loa made.
pub fn json_line(row: &LogRow, zone: Tz) -> Result<String, ExportError> {
    Ok(serde_json::to_string(&Row::of(row, zone)?)?)
}

#[derive(Serialize)]
struct Row<'a> {
    seq: u64,
    airing_id: Option<AiringId>,
    occurrence_id: Option<String>,
    kind: String,
    title: &'a str,
    planned_start: String,
    start: Option<String>,
    end: Option<String>,
    frames: u64,
    frames_total: u64,
    sample_rate: u32,
    fraction: f64,
    outcome: String,
    reason: Option<String>,
    detail: Option<String>,
    counted: bool,
    item: Option<ItemId>,
    genre: Option<Genre>,
    topic: Option<&'a str>,
    campaign: Option<&'a str>,
    source: Option<Source>,
    author: Option<&'a str>,
    approver: Option<&'a str>,
    by: Option<&'a str>,
    proof: Option<String>,
    corrections: u32,
    hash: &'a str,
}

impl<'a> Row<'a> {
    fn of(row: &'a LogRow, zone: Tz) -> Result<Self, ExportError> {
        Ok(Self {
            seq: row.seq,
            airing_id: row.airing,
            occurrence_id: row.occurrence.as_ref().map(ToString::to_string),
            kind: row.kind.map_or_else(|| Ok("occurrence".to_owned()), |kind| tag(&kind, ""))?,
            title: &row.title,
            planned_start: rfc3339(row.planned_start, zone),
            start: row.start.map(|at| rfc3339(at, zone)),
            end: row.end.map(|at| rfc3339(at, zone)),
            frames: row.frames,
            frames_total: row.frames_total,
            sample_rate: row.sample_rate,
            fraction: row.fraction(),
            outcome: row.ending.tag()?,
            reason: row.ending.reason_tag()?,
            detail: row.ending.detail(),
            counted: row.counted,
            item: row.item,
            genre: row.genre,
            topic: row.topic.as_deref(),
            campaign: row.campaign.as_deref(),
            source: row.source,
            author: row.author.as_deref(),
            approver: row.approver.as_deref(),
            by: row.by.as_deref(),
            proof: row.verdict.map(|verdict| tag(&verdict, "")).transpose()?,
            corrections: row.corrections,
            hash: &row.hash,
        })
    }
}
