//! The plan as JSON. `docs/schema/plan.json` describes it, and a test keeps the two in step.

use chrono_tz::Tz;
use serde::Serialize;

use super::{PlanRow, left_out, why};
use crate::domain::clip::ClipId;
use crate::domain::rundown::{LeftOut, Planned, Role};
use crate::domain::slot::ZoneId;
use crate::domain::words::Language;
use crate::export::ExportError;
use crate::export::text::{milliseconds, rfc3339, tag};

/// One JSON document: an array of occurrences, indented.
///
/// # Errors
/// Never with rows that Loa made.
pub fn json(rows: &[PlanRow], zone: Tz) -> Result<String, ExportError> {
    let rows = rows.iter().map(|row| Occurrence::of(row, zone)).collect::<Result<Vec<_>, _>>()?;
    Ok(serde_json::to_string_pretty(&rows)?)
}

#[derive(Serialize)]
struct Occurrence<'a> {
    occurrence_id: String,
    slot: &'a str,
    name: &'a str,
    zones: &'a [ZoneId],
    start: String,
    end: String,
    elements: Vec<Element<'a>>,
    left_out: Vec<Missing<'a>>,
}

#[derive(Serialize)]
struct Element<'a> {
    position: u32,
    role: Role,
    clip: Option<ClipId>,
    title: &'a str,
    start: String,
    duration_s: f64,
    gain_db: f64,
    why: String,
    why_text: String,
}

#[derive(Serialize)]
struct Missing<'a> {
    clip: ClipId,
    title: &'a str,
    why: String,
    why_text: String,
}

impl<'a> Occurrence<'a> {
    fn of(row: &'a PlanRow, zone: Tz) -> Result<Self, ExportError> {
        Ok(Self {
            occurrence_id: row.rundown.occurrence.to_string(),
            slot: row.rundown.occurrence.slot.as_str(),
            name: &row.name,
            zones: &row.zones,
            start: rfc3339(row.start, zone),
            end: rfc3339(row.end, zone),
            elements: row.rundown.elements.iter().map(|planned| element(planned, zone)).collect::<Result<_, _>>()?,
            left_out: row.rundown.left_out.iter().map(missing).collect::<Result<_, _>>()?,
        })
    }
}

fn element(planned: &Planned, zone: Tz) -> Result<Element<'_>, ExportError> {
    Ok(Element {
        position: planned.position,
        role: planned.role,
        clip: planned.sound.clip_id(),
        title: planned.sound.title(),
        start: rfc3339(planned.start, zone),
        duration_s: milliseconds(planned.sound.duration()) as f64 / 1_000.0,
        gain_db: planned.gain_db,
        why: tag(&planned.why, "why")?,
        why_text: why(&planned.why, zone, Language::En),
    })
}

fn missing(missing: &LeftOut) -> Result<Missing<'_>, ExportError> {
    Ok(Missing {
        clip: missing.clip,
        title: &missing.title,
        why: tag(&missing.why, "why")?,
        why_text: left_out(&missing.why, Language::En),
    })
}
