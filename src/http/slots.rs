//! Slots: what recurs, and what is heard in it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Asked, At, Body};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::slot_form::{SlotForm, Trial};
use super::slot_view::{SlotView, TrialView};
use super::tag::{IfMatch, Tagged};
use super::{App, Failures};
use crate::clock;
use crate::desk::{Once, Request, Response, SlotRequest};
use crate::domain::slot::{OccurrenceId, Slot, SlotId};

/// A new slot.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewSlot {
    /// Its name in identifiers: 1 to 32 of a-z, 0-9 and -. Never changes.
    #[schema(value_type = String, example = "sang-0500")]
    id: SlotId,
    /// What it is like. What is left out is as the configuration says.
    #[serde(flatten)]
    form: SlotForm,
}

/// What becomes of one occurrence alone.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct OnceForm {
    /// Which.
    #[schema(value_type = String, example = "sang-0500@2026-11-24T05:00:00")]
    occurrence_id: OccurrenceId,
    /// Its slot's `version` as it was seen; without one the change is made whatever the version.
    #[serde(default)]
    version: Option<u32>,
    /// What becomes of it.
    #[serde(flatten)]
    #[schema(value_type = super::slot_form::OnceShape)]
    once: Once,
}

/// The slots in force, by name.
#[utoipa::path(get, path = "/slots", tag = "schedule", params(Paging), responses((status = OK, body = Page<SlotView>), Failures))]
async fn list_slots(
    State(app): State<App>,
    _caller: Caller,
    Asked(paging): Asked<Paging>,
) -> Result<Body<Page<SlotView>>, Problem> {
    let limit = paging.limit() as usize;
    let mut slots = app.desk.slots_in_force().await?;
    slots.retain(|(_, version)| paging.cursor.as_deref().is_none_or(|last| version.slot.id.as_str() > last));
    let more = slots.len() > limit;
    slots.truncate(limit);
    let clips = app.desk.clips_of_slots(slots.iter().map(|(_, version)| &version.slot)).await?;
    let zone = app.desk.config().station.time_zone;
    let items: Vec<SlotView> =
        slots.iter().map(|(number, version)| SlotView::of(*number, version, &clips, zone)).collect();
    let next = items.last().filter(|_| more).map(|last| last.id.clone());
    Ok(Body(Page { items, next }))
}

/// One slot.
#[utoipa::path(get, path = "/slots/{id}", tag = "schedule", params(("id" = String, Path, description = "Its name in identifiers")), responses((status = OK, body = SlotView), Failures))]
async fn show_slot(
    State(app): State<App>,
    _caller: Caller,
    At(id): At<SlotId>,
    headers: HeaderMap,
) -> Result<Tagged<SlotView>, Problem> {
    Ok(Tagged::new(view(&app, &id).await?, &headers))
}

/// Makes a slot.
#[utoipa::path(post, path = "/slots", tag = "schedule", request_body = NewSlot, responses((status = CREATED, body = SlotView), Failures))]
async fn add_slot(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(new): Body<NewSlot>,
) -> Result<(StatusCode, Tagged<SlotView>), Problem> {
    let id = new.id.clone();
    let change = Box::new(new.form.change()?);
    app.desk.handle(&caller.who, Request::Slot(SlotRequest::Add { id: new.id, change }), clock::now()).await?;
    Ok((StatusCode::CREATED, Tagged::new(view(&app, &id).await?, &headers)))
}

/// Changes a slot from now on; what is left out stays. What it was stays in the history.
#[utoipa::path(patch, path = "/slots/{id}", tag = "schedule", params(("id" = String, Path, description = "Its name in identifiers")), request_body = SlotForm, responses((status = OK, body = SlotView), Failures))]
async fn edit_slot(
    State(app): State<App>,
    caller: Caller,
    At(id): At<SlotId>,
    if_match: IfMatch,
    headers: HeaderMap,
    Body(form): Body<SlotForm>,
) -> Result<Tagged<SlotView>, Problem> {
    let seen = view(&app, &id).await?;
    if_match.check(&seen)?;
    let based_on = if_match.is_given().then_some(seen.version);
    let request = SlotRequest::Edit { id: id.clone(), change: Box::new(form.change()?), based_on };
    perform(&app, &caller, &id, request).await?;
    Ok(Tagged::new(view(&app, &id).await?, &headers))
}

/// Ends a slot: it airs no more from now on.
#[utoipa::path(delete, path = "/slots/{id}", tag = "schedule", params(("id" = String, Path, description = "Its name in identifiers")), responses((status = NO_CONTENT, description = "It airs no more"), Failures))]
async fn remove_slot(
    State(app): State<App>,
    caller: Caller,
    At(id): At<SlotId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let seen = view(&app, &id).await?;
    if_match.check(&seen)?;
    let based_on = if_match.is_given().then_some(seen.version);
    perform(&app, &caller, &id, SlotRequest::Remove { id: id.clone(), based_on }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tries a change without saving it: what would be said, and when it would air. Made to be asked while a slot is dragged.
#[utoipa::path(post, path = "/slot-trials", tag = "schedule", request_body = Trial, responses((status = OK, body = TrialView), Failures))]
async fn try_slot(
    State(app): State<App>,
    _caller: Caller,
    Body(trial): Body<Trial>,
) -> Result<Body<TrialView>, Problem> {
    let starts = trial.starts();
    let tried = app.desk.try_slot(trial.of()?, starts, clock::now()).await?;
    let clips = app.desk.clips_of_slots([&tried.slot]).await?;
    Ok(Body(TrialView::of(&tried, &clips, app.desk.config().station.time_zone)))
}

/// Moves, copies, leaves out or puts back one occurrence, apart from the others of its slot. Answers with the slot that changed:
/// the one of the single occurrence if it has its own.
#[utoipa::path(post, path = "/occurrences", tag = "schedule", request_body = OnceForm, responses((status = OK, body = SlotView), (status = NO_CONTENT, description = "The slot of a single occurrence is gone"), Failures))]
async fn change_occurrence(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<OnceForm>,
) -> Result<axum::response::Response, Problem> {
    use axum::response::IntoResponse as _;
    let slot = form.occurrence_id.slot.clone();
    let request = SlotRequest::Once { occurrence: form.occurrence_id, once: form.once, based_on: form.version };
    Ok(match perform(&app, &caller, &slot, request).await? {
        Some(changed) => Body(view(&app, &changed.id).await?).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// Asks the desk; a slot that changed under the person's hands is told as it is now.
async fn perform(app: &App, caller: &Caller, id: &SlotId, request: SlotRequest) -> Result<Option<Slot>, Problem> {
    match app.desk.handle(&caller.who, Request::Slot(request), clock::now()).await {
        Ok(Response::Slot { slot, .. }) => Ok(Some(*slot)),
        Ok(_) => Ok(None),
        Err(error) if error.code.as_deref() == Some("slot_changed") => Err(Problem::stale(&view(app, id).await?)),
        Err(error) => Err(error.into()),
    }
}

async fn view(app: &App, id: &SlotId) -> Result<SlotView, Problem> {
    let slots = app.desk.slots_in_force().await?;
    let Some((number, version)) = slots.iter().find(|(_, version)| version.slot.id == *id) else {
        // The desk words it.
        return Err(app.desk.slot(id, clock::now()).await.map_or_else(Problem::from, |_| Problem::no_such_address()));
    };
    let clips = app.desk.clips_of_slots([&version.slot]).await?;
    Ok(SlotView::of(*number, version, &clips, app.desk.config().station.time_zone))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_slots, add_slot))
        .routes(routes!(try_slot))
        .routes(routes!(show_slot, edit_slot, remove_slot))
        .routes(routes!(change_occurrence))
}
