//! What became of a clip on air, and what is planned with it.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::clip_body::Told;
use super::extract::{Asked, At, Body};
use super::page::Paging;
use super::problem::Problem;
use super::words::instant;
use super::{App, Failures};
use crate::clock;
use crate::domain::clip::ClipId;
use crate::domain::words::Language;
use crate::export::log::LogRow;

/// A page of the airings of a clip, the latest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ClipHistory {
    /// Its airings, of all editions.
    items: Vec<ClipAiring>,
    /// Cursor of the page after it; none if this is the last.
    next: Option<String>,
    /// Airings that count, on all pages.
    counted: u64,
    /// When it was last on air so that it counted.
    #[schema(format = DateTime)]
    last_aired: Option<String>,
}

/// An airing of a clip.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ClipAiring {
    /// Which.
    airing_id: String,
    /// Its broadcast; none if played by hand.
    occurrence_id: Option<String>,
    /// What a report counts it as: clip and edition.
    item: Option<String>,
    /// The title it had then.
    title: String,
    /// When it was planned.
    #[schema(format = DateTime)]
    planned_start: String,
    /// When its first frame was heard; none if none was.
    #[schema(format = DateTime)]
    start: Option<String>,
    /// When its last frame was heard.
    #[schema(format = DateTime)]
    end: Option<String>,
    /// Time heard.
    heard_ms: u64,
    /// How it ended, in both languages.
    outcome: Told,
    /// Why, if there is more to say; in both languages.
    why: Option<Told>,
    /// Whether it counts.
    counted: bool,
    /// Who approved the clip then.
    approver: Option<String>,
    /// Corrections made since.
    corrections: u32,
}

/// What is planned with a clip, if nothing is changed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ClipAhead {
    /// The next broadcasts that air it.
    items: Vec<ClipBroadcast>,
    /// Its places in the queue, counted from 1.
    queue: Vec<usize>,
}

/// A broadcast that would air a clip.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ClipBroadcast {
    /// Which.
    occurrence_id: String,
    /// The slot's name for people.
    name: String,
    /// When the clip begins.
    #[schema(format = DateTime)]
    start: String,
}

impl ClipAiring {
    fn of(row: &LogRow, zone: chrono_tz::Tz) -> Self {
        let told = |vi: &str, en: &str| Told { vi: vi.to_owned(), en: en.to_owned() };
        let ending = &row.ending;
        Self {
            airing_id: row.airing.map(|airing| airing.to_string()).unwrap_or_default(),
            occurrence_id: row.occurrence.as_ref().map(ToString::to_string),
            item: row.item.map(|item| item.to_string()),
            title: row.title.clone(),
            planned_start: instant(row.planned_start, zone),
            start: row.start.map(|at| instant(at, zone)),
            end: row.end.map(|at| instant(at, zone)),
            heard_ms: row.heard_ms(),
            outcome: told(ending.words(Language::Vi), ending.words(Language::En)),
            why: ending.why(Language::Vi).zip(ending.why(Language::En)).map(|(vi, en)| told(vi, en)),
            counted: row.counted,
            approver: row.approver.clone(),
            corrections: row.corrections,
        }
    }
}

/// A page of the airings of a clip, the latest first. A clip that is gone keeps its history.
#[utoipa::path(get, path = "/clips/{id}/history", tag = "clips", params(("id" = u32, Path, description = "Its number"), Paging), responses((status = OK, body = ClipHistory), Failures))]
async fn clip_history(
    State(app): State<App>,
    _caller: Caller,
    At(id): At<u32>,
    Asked(paging): Asked<Paging>,
) -> Result<Body<ClipHistory>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let history = app.desk.history(ClipId(id), paging.cursor.as_deref(), paging.limit()).await?;
    Ok(Body(ClipHistory {
        items: history.items.iter().map(|row| ClipAiring::of(row, zone)).collect(),
        next: history.next,
        counted: history.counted,
        last_aired: history.last_aired.map(|at| instant(at, zone)),
    }))
}

/// What is planned with a clip, if nothing is changed.
#[utoipa::path(get, path = "/clips/{id}/ahead", tag = "clips", params(("id" = u32, Path, description = "Its number")), responses((status = OK, body = ClipAhead), Failures))]
async fn clip_ahead(State(app): State<App>, _caller: Caller, At(id): At<u32>) -> Result<Body<ClipAhead>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let upcoming = app.desk.upcoming(ClipId(id), clock::now()).await?.into_iter();
    let broadcast = |next: crate::desk::Upcoming| ClipBroadcast {
        occurrence_id: next.occurrence.to_string(),
        name: next.name,
        start: instant(next.start, zone),
    };
    let queue = app.desk.queue().await?;
    let places = (1..).zip(&queue).filter(|(_, line)| line.entry.clip == ClipId(id)).map(|(place, _)| place);
    Ok(Body(ClipAhead { items: upcoming.map(broadcast).collect(), queue: places.collect() }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(clip_history)).routes(routes!(clip_ahead))
}
