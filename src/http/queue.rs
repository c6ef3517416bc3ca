//! The queue: what waits, what becomes of it, and its order.

use axum::extract::State;
use axum::http::StatusCode;
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{At, Body};
use super::problem::Problem;
use super::rehearsal::LeftOutView;
use super::slot_view::whole_ms;
use super::words::{instant, word};
use super::{App, Failures};
use crate::clock;
use crate::desk::{Beside, EntryFit, QueueFit, QueueLine, QueueRequest, Request, Response, SlotFit, Waiting};
use crate::domain::queue::{First, Tier};
use crate::domain::rundown::{Planned, Why};
use crate::domain::slot::SlotId;

/// The queue, and how it fits.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct QueueView {
    /// Every entry, in the order of the queue.
    items: Vec<EntryView>,
    /// Every slot that takes from it, by its next start.
    slots: Vec<SlotFitView>,
    /// Items of priority of both sides that somebody is to put in order; none if there are none.
    tie: Option<TieView>,
}

/// Items of priority of a higher station and of the town that want the same place. Giving one of them its place (`place`) says which
/// goes first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct TieView {
    /// Entries with clips of higher stations.
    higher: Vec<u32>,
    /// Entries with own clips.
    own: Vec<u32>,
    /// higher or own: who goes first if nobody says so.
    #[schema(value_type = String)]
    first: First,
    /// Until then somebody is asked.
    #[schema(format = DateTime)]
    until: String,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct EntryView {
    /// Its number.
    entry: u32,
    /// Only for this slot; none is for the next that asks.
    slot: Option<String>,
    /// normal, or priority: first in the next programme.
    #[schema(value_type = String)]
    tier: Tier,
    /// Who said where it stands among what goes first; none if nobody has.
    ordered_by: Option<String>,
    /// Number of its clip.
    clip: u32,
    /// own, district, province or central: who made the clip; none if there is no such clip.
    source: Option<String>,
    /// The clip's title, empty if there is none.
    title: String,
    /// The clip's length; none if there is no such clip.
    length_ms: Option<u64>,
    /// submitted, approved or retired; none if there is no such clip.
    approval: Option<String>,
    /// Who queued it.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// airs, on_air, no_slot, too_long, unfit, unknown, or later: not within 14 days.
    becomes: String,
    /// The occurrence in which it airs, or is on air.
    occurrence_id: Option<String>,
    /// When it airs.
    #[schema(format = DateTime)]
    start: Option<String>,
    /// By so much it is too long.
    over_ms: Option<u64>,
    /// Why its clip may not air: a word (not_approved, audio_changed, retired), or `outside_validity` with the days on which it may.
    #[schema(value_type = Option<Value>)]
    unfit: Option<Value>,
}

/// A slot that takes from the queue.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct SlotFitView {
    /// Which.
    slot: String,
    /// Its name for people.
    name: String,
    /// How many entries it takes in one occurrence.
    count: u32,
    /// Its next occurrences, at most 14.
    occurrences: Vec<FitView>,
}

/// An occurrence to come, filled.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct FitView {
    /// Which.
    occurrence_id: String,
    /// Planned start.
    #[schema(format = DateTime)]
    start: String,
    /// When everything must be over.
    #[schema(format = DateTime)]
    ends_by: String,
    /// What is heard, in order.
    elements: Vec<FitElement>,
    /// What was asked for and is not heard.
    left_out: Vec<LeftOutView>,
    /// Time with nothing in it.
    free_ms: u64,
    /// So many more entries it would take if there were time for them.
    places_left: u32,
}

/// An element of such an occurrence.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct FitElement {
    /// Number of its clip; none for a relay.
    clip: Option<u32>,
    /// Its title.
    title: String,
    /// ident, item or closing.
    role: String,
    /// Its length.
    length_ms: u64,
    /// The entry that it is, if it comes from the queue.
    entry: Option<u32>,
}

/// A clip for the queue.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewEntry {
    /// Number of the clip.
    clip: u32,
    /// Only for this slot; none is for the next that asks.
    #[schema(value_type = Option<String>)]
    slot: Option<SlotId>,
    /// normal, or priority: first in the next programme.
    #[serde(default)]
    #[schema(value_type = String)]
    tier: Tier,
}

/// What changes about an entry; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct EntryChange {
    /// Its place.
    #[serde(default)]
    place: Option<Place>,
    /// Whose it is: a slot's, or (null) the next that asks.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    slot: Option<Option<SlotId>>,
    /// normal, or priority: first in the next programme.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tier: Option<Tier>,
}

/// A place in the queue, said by who is next to it: `"first"`, `"last"`, `{"before": 7}`, `{"after": 7}`.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Before this entry.
    Before(u32),
    /// After this entry.
    After(u32),
}

/// Tells `null` from nothing at all.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<SlotId>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl Place {
    const fn beside(self) -> Beside {
        match self {
            Self::First => Beside::First,
            Self::Last => Beside::Last,
            Self::Before(entry) => Beside::Before(entry),
            Self::After(entry) => Beside::After(entry),
        }
    }
}

/// An entry after a change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Queued {
    /// Its number.
    entry: u32,
    /// Number of its clip.
    clip: u32,
    /// The clip's title.
    title: String,
    /// Whose it is.
    slot: Option<String>,
    /// What would keep it from being aired, in English.
    warnings: Vec<String>,
}

impl EntryView {
    fn of((line, waiting): (QueueLine, Waiting), zone: Tz) -> Self {
        let QueueLine { entry, clip } = line;
        let mut view = Self {
            entry: entry.id,
            slot: entry.slot.map(|slot| slot.to_string()),
            tier: entry.tier,
            ordered_by: entry.ordered_by,
            clip: entry.clip.0,
            source: clip.as_ref().map(|clip| word(&clip.source)),
            title: clip.as_ref().map(|clip| clip.title.clone()).unwrap_or_default(),
            length_ms: clip.as_ref().map(|clip| whole_ms(clip.audio.duration())),
            approval: clip.as_ref().map(|clip| word(&clip.approval)),
            by: entry.by,
            at: instant(entry.at, zone),
            becomes: String::new(),
            occurrence_id: None,
            start: None,
            over_ms: None,
            unfit: None,
        };
        let becomes = match waiting {
            Waiting::Airs { occurrence, start } => {
                view.occurrence_id = Some(occurrence.to_string());
                view.start = Some(instant(start, zone));
                "airs"
            }
            Waiting::OnAir { occurrence, start } => {
                view.occurrence_id = Some(occurrence.to_string());
                view.start = Some(instant(start, zone));
                "on_air"
            }
            Waiting::NoSlot => "no_slot",
            Waiting::TooLong { over } => {
                view.over_ms = Some(whole_ms(over));
                "too_long"
            }
            Waiting::Unfit { unfit } => {
                view.unfit = serde_json::to_value(unfit).ok();
                "unfit"
            }
            Waiting::Unknown => "unknown",
            Waiting::Later => "later",
        };
        view.becomes = becomes.to_owned();
        view
    }
}

impl SlotFitView {
    fn of(fit: SlotFit, zone: Tz) -> Self {
        Self {
            slot: fit.slot.to_string(),
            name: fit.name,
            count: fit.count,
            occurrences: fit.occurrences.into_iter().map(|fit| FitView::of(fit, zone)).collect(),
        }
    }
}

impl FitView {
    fn of(fit: EntryFit, zone: Tz) -> Self {
        let element = |planned: &Planned| FitElement {
            clip: planned.sound.clip_id().map(|clip| clip.0),
            title: planned.sound.title().to_owned(),
            role: word(&planned.role),
            length_ms: whole_ms(planned.sound.duration()),
            entry: match &planned.why {
                Why::Queued { entry, .. } => Some(*entry),
                _ => None,
            },
        };
        Self {
            occurrence_id: fit.occurrence.to_string(),
            start: instant(fit.start, zone),
            ends_by: instant(fit.ends_by, zone),
            elements: fit.elements.iter().map(element).collect(),
            left_out: fit.left_out.iter().map(LeftOutView::of).collect(),
            free_ms: whole_ms(fit.free),
            places_left: fit.places_left,
        }
    }
}

/// The queue, with what becomes of every entry in the coming 14 days, and how it fills the slots.
#[utoipa::path(get, path = "/queue", tag = "schedule", responses((status = OK, body = QueueView), Failures))]
async fn show_queue(State(app): State<App>, _caller: Caller) -> Result<Body<QueueView>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let QueueFit { entries, slots } = app.desk.queue_fit(clock::now()).await?;
    Ok(Body(QueueView {
        items: entries.into_iter().map(|entry| EntryView::of(entry, zone)).collect(),
        slots: slots.into_iter().map(|fit| SlotFitView::of(fit, zone)).collect(),
        tie: app.desk.priority_tie(clock::now()).await?.map(|(tie, tied)| TieView {
            higher: tie.higher,
            own: tie.own,
            first: tied.first,
            until: instant(tied.until, zone),
        }),
    }))
}

/// Puts a clip at the end of the queue.
#[utoipa::path(post, path = "/queue", tag = "schedule", request_body = NewEntry, responses((status = CREATED, body = Queued), Failures))]
async fn add_to_queue(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewEntry>,
) -> Result<(StatusCode, Body<Queued>), Problem> {
    let request = QueueRequest::Add { clip: new.clip.to_string(), slot: new.slot, tier: new.tier };
    Ok((StatusCode::CREATED, perform(&app, &caller, request).await?))
}

/// Moves an entry beside another, gives it to a slot, or says how urgent it is. A neighbour that waits no more is a conflict: nothing moves.
#[utoipa::path(patch, path = "/queue/{entry}", tag = "schedule", params(("entry" = u32, Path, description = "Its number")), request_body = EntryChange, responses((status = OK, body = Queued), Failures))]
async fn change_entry(
    State(app): State<App>,
    caller: Caller,
    At(entry): At<u32>,
    Body(change): Body<EntryChange>,
) -> Result<Body<Queued>, Problem> {
    let bind = change.slot.map(|slot| QueueRequest::Bind { entry, slot });
    let place = change.place.map(|place| QueueRequest::Place { entry, beside: place.beside() });
    let mut changed = None;
    let rank = change.tier.map(|tier| QueueRequest::Rank { entry, tier });
    for request in [rank, bind, place].into_iter().flatten() {
        changed = Some(perform(&app, &caller, request).await?);
    }
    changed.ok_or_else(|| {
        let detail = "nothing is to change: give `place`, `slot` or `tier`";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "body_does_not_fit", detail)
    })
}

/// Takes an entry out.
#[utoipa::path(delete, path = "/queue/{entry}", tag = "schedule", params(("entry" = u32, Path, description = "Its number")), responses((status = NO_CONTENT, description = "It waits no more"), Failures))]
async fn remove_entry(State(app): State<App>, caller: Caller, At(entry): At<u32>) -> Result<StatusCode, Problem> {
    let request = Request::Queue(QueueRequest::Remove { entry });
    app.desk.handle(&caller.who, request, clock::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn perform(app: &App, caller: &Caller, request: QueueRequest) -> Result<Body<Queued>, Problem> {
    match app.desk.handle(&caller.who, Request::Queue(request), clock::now()).await? {
        Response::Queued { entry, title, notes } => Ok(Body(Queued {
            entry: entry.id,
            clip: entry.clip.0,
            title,
            slot: entry.slot.map(|slot| slot.to_string()),
            warnings: notes,
        })),
        _ => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", "the desk answered something else")),
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_queue, add_to_queue)).routes(routes!(change_entry, remove_entry))
}
