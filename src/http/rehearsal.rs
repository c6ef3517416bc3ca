//! The days ahead, rehearsed on paper.

use axum::extract::State;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::calendar::DaysAsked;
use super::caller::Caller;
use super::extract::{Asked, Body};
use super::problem::Problem;
use super::words::{instant, word};
use super::{App, Failures};
use crate::clock;
use crate::desk::{Rehearsed, RehearsedElement};
use crate::domain::log::{Incident, Outcome};
use crate::domain::rundown::LeftOut;

/// What the days ahead would bring.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct RehearsalView {
    /// When it was rehearsed: from how things stood then.
    #[schema(format = DateTime)]
    at: String,
    /// In order.
    occurrences: Vec<RehearsedView>,
    /// What else the log would say.
    incidents: Vec<IncidentView>,
}

/// An occurrence as it would be.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct RehearsedView {
    /// Which.
    occurrence_id: String,
    /// The slot's name for people.
    name: String,
    /// Where it would be heard.
    zones: Vec<String>,
    /// Planned start.
    #[schema(format = DateTime)]
    start: String,
    /// The start plus the slot's longest duration.
    #[schema(format = DateTime)]
    end: String,
    /// What would be heard.
    elements: Vec<SoundView>,
    /// What was asked for and would not be heard.
    left_out: Vec<LeftOutView>,
    /// aired, partial, missed, cancelled or superseded; none if it would still be on air.
    outcome: Option<String>,
    /// Why it would be missed.
    reason: Option<String>,
}

/// An element as it would sound.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct SoundView {
    /// own, relay, emergency or ident.
    kind: String,
    /// Number of its clip; none for a relay.
    clip: Option<u32>,
    /// Its title.
    title: String,
    /// First frame.
    #[schema(format = DateTime)]
    start: String,
    /// After the last frame.
    #[schema(format = DateTime)]
    end: String,
    /// complete, overrun, decode_failed ...
    ended: String,
    /// Why it was chosen: `why` says fixed, queued, rotation, instead_of or by_hand, with what belongs to it.
    #[schema(value_type = Option<Object>)]
    why: Option<Value>,
}

/// Something asked for and not heard.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct LeftOutView {
    /// Number of its clip.
    clip: u32,
    /// Its title, empty if unknown.
    title: String,
    /// Why: `why` says does_not_fit, unfit, unknown, repeated or bad, with what belongs to it.
    #[schema(value_type = Object)]
    why: Value,
}

/// What else would be written down.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct IncidentView {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What, as the log says it.
    #[schema(value_type = Object)]
    incident: Value,
}

impl LeftOutView {
    pub(super) fn of(left: &LeftOut) -> Self {
        Self { clip: left.clip.0, title: left.title.clone(), why: serde_json::to_value(&left.why).unwrap_or_default() }
    }
}

impl RehearsedView {
    fn of(known: &Rehearsed, zone: Tz) -> Self {
        let slot = &known.version.slot;
        Self {
            occurrence_id: known.id.to_string(),
            name: slot.name.clone(),
            zones: slot.zones.iter().map(ToString::to_string).collect(),
            start: instant(known.start, zone),
            end: instant(known.end, zone),
            elements: known.elements.iter().map(|element| SoundView::of(element, zone)).collect(),
            left_out: known.left_out.iter().map(LeftOutView::of).collect(),
            outcome: known.outcome.as_ref().map(word),
            reason: match &known.outcome {
                Some(Outcome::Missed(reason)) => Some(word(reason)),
                _ => None,
            },
        }
    }
}

impl SoundView {
    fn of(element: &RehearsedElement, zone: Tz) -> Self {
        Self {
            kind: word(&element.kind),
            clip: element.sound.clip_id().map(|clip| clip.0),
            title: element.sound.title().to_owned(),
            start: instant(element.start, zone),
            end: instant(element.end, zone),
            ended: word(&element.reason),
            why: element.why.as_ref().and_then(|why| serde_json::to_value(why).ok()),
        }
    }
}

/// What would sound on days to come if nobody did anything more, to the second. At most 31 days ahead.
#[utoipa::path(get, path = "/rehearsal", tag = "schedule", params(DaysAsked), responses((status = OK, body = RehearsalView), Failures))]
async fn rehearse(
    State(app): State<App>,
    _caller: Caller,
    Asked(days): Asked<DaysAsked>,
) -> Result<Body<RehearsalView>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let now = clock::now();
    let rehearsal = app.desk.rehearse(days.window(zone), now).await?;
    let incident = |(at, incident): &(DateTime<Utc>, Incident)| IncidentView {
        at: instant(*at, zone),
        incident: serde_json::to_value(incident).unwrap_or_default(),
    };
    Ok(Body(RehearsalView {
        at: instant(now.wall, zone),
        occurrences: rehearsal.occurrences.iter().map(|known| RehearsedView::of(known, zone)).collect(),
        incidents: rehearsal.incidents.iter().map(incident).collect(),
    }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(rehearse))
}
