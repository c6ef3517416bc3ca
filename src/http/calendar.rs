//! The calendar: what the slots promise, what became of it, and the days around it.

use axum::extract::State;
use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Asked, Body};
use super::problem::Problem;
use super::slot_form::ExceptionShape;
use super::words::{instant, word};
use super::{App, Failures};
use crate::clock;
use crate::desk::{CalendarOccurrence, Standing};
use crate::domain::calendar::ExceptionHit;
use crate::domain::log::Outcome;
use crate::domain::slot::Exception;
use crate::domain::time::{Window, instant_of};

/// Which days.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DaysAsked {
    /// First day, local.
    from: NaiveDate,
    /// Last day, local, included.
    to: NaiveDate,
}

impl DaysAsked {
    /// From the first midnight to the one after the last day.
    pub(super) fn window(self, zone: Tz) -> Window {
        let midnight = |day: NaiveDate| instant_of(zone, day.and_time(NaiveTime::MIN));
        Window { from: midnight(self.from), to: midnight(self.to.succ_opt().unwrap_or(self.to)) }
    }
}

/// Some days of the calendar.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct CalendarView {
    /// By start; those that are left out among them.
    occurrences: Vec<OccurrenceView>,
    /// Each day.
    days: Vec<DayView>,
    /// When sound is permitted.
    permitted: Vec<StretchView>,
}

/// An occurrence in the calendar.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct OccurrenceView {
    /// Which.
    occurrence_id: String,
    /// Its slot.
    slot: String,
    /// The slot's name for people.
    name: String,
    /// Where it is heard.
    zones: Vec<String>,
    /// Planned start.
    #[schema(format = DateTime)]
    start: String,
    /// When what is planned in it will be over; none where that is not known.
    #[schema(format = DateTime)]
    planned_end: Option<String>,
    /// The start plus the slot's longest duration.
    #[schema(format = DateTime)]
    end: String,
    /// planned, on_air, aired, partial, missed, cancelled, superseded, left_out, or unaccounted: past, and not in the log yet.
    state: String,
    /// Why it was missed.
    reason: Option<String>,
    /// Who called it off, or what took its place.
    by: Option<String>,
    /// The exception that leaves it out.
    #[schema(value_type = Option<ExceptionShape>)]
    exception: Option<Exception>,
    /// The holiday that leaves it out.
    holiday: Option<String>,
    /// Items to be heard in it; none where that is not known.
    items: Option<usize>,
    /// Whether anything is to be heard in it but tunes, a relay included; none where that is not known.
    sounds: Option<bool>,
    /// The occurrence for which it stands, moved to here.
    instead_of: Option<String>,
    /// Where it was moved to.
    moved_to: Option<String>,
}

/// A day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct DayView {
    /// The day.
    date: NaiveDate,
    /// The same day in the lunar year.
    lunar: LunarView,
    /// What is celebrated.
    holiday: Option<String>,
}

/// A day of the lunar year.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct LunarView {
    /// 1 to 30.
    day: u32,
    /// 1 to 12.
    month: u32,
    /// The solar year in which it began.
    year: i32,
    /// Whether the month is the second of its number (nhuận).
    leap: bool,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct StretchView {
    /// Its first instant.
    #[schema(format = DateTime)]
    from: String,
    /// The first instant after it.
    #[schema(format = DateTime)]
    to: String,
}

impl OccurrenceView {
    fn of(known: CalendarOccurrence, zone: Tz) -> Self {
        let (mut reason, mut by, mut exception, mut holiday) = (None, None, None, None);
        let state = match known.standing {
            Standing::Planned => "planned".to_owned(),
            Standing::OnAir => "on_air".to_owned(),
            Standing::Unaccounted => "unaccounted".to_owned(),
            Standing::Over(outcome) => {
                match &outcome {
                    Outcome::Missed(why) => reason = Some(word(why)),
                    Outcome::Cancelled { by: who } => by = Some(who.clone()),
                    Outcome::Superseded { by: airing } => by = Some(airing.to_string()),
                    Outcome::Aired | Outcome::Partial => {}
                }
                word(&outcome)
            }
            Standing::LeftOut(hit) => {
                if let ExceptionHit::Exception { exception: which, holiday: name } = hit {
                    (exception, holiday) = (Some(which), name);
                }
                "left_out".to_owned()
            }
        };
        Self {
            slot: known.id.slot.to_string(),
            occurrence_id: known.id.to_string(),
            name: known.name,
            zones: known.zones.iter().map(ToString::to_string).collect(),
            start: instant(known.start, zone),
            planned_end: known.planned_end.map(|end| instant(end, zone)),
            end: instant(known.end, zone),
            state,
            reason,
            by,
            exception,
            holiday,
            items: known.items,
            sounds: known.sounds,
            instead_of: known.instead_of.map(|id| id.to_string()),
            moved_to: known.moved_to.map(|id| id.to_string()),
        }
    }
}

/// What airs on some days, what became of it, what is left out and why; with permitted hours, holidays and the lunar year. At
/// most 75 days.
#[utoipa::path(get, path = "/calendar", tag = "schedule", params(DaysAsked), responses((status = OK, body = CalendarView), Failures))]
async fn calendar(
    State(app): State<App>,
    _caller: Caller,
    Asked(days): Asked<DaysAsked>,
) -> Result<Body<CalendarView>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let calendar = app.desk.calendar(days.window(zone), clock::now()).await?;
    let day = |day: crate::desk::CalendarDay| DayView {
        date: day.date,
        lunar: LunarView { day: day.lunar.day, month: day.lunar.month, year: day.lunar.year, leap: day.lunar.leap },
        holiday: day.holiday,
    };
    let stretch = |window: Window| StretchView { from: instant(window.from, zone), to: instant(window.to, zone) };
    Ok(Body(CalendarView {
        occurrences: calendar.occurrences.into_iter().map(|known| OccurrenceView::of(known, zone)).collect(),
        days: calendar.days.into_iter().map(day).collect(),
        permitted: calendar.permitted.into_iter().map(stretch).collect(),
    }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(calendar))
}
