//! What people should know of at once, as the API says it.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Asked, At, Body};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::words::{instant, word};
use super::{App, Failures};
use crate::clock;
use crate::config::Config;
use crate::desk::{AlarmRequest, Request, Response};
use crate::domain::alarm::{self, Standing, sentence};

/// Something that is wrong at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Alarm {
    /// error: the town hears or heard something else than was planned, or the log is not written; warning: it will come to that.
    severity: String,
    /// Its kind: see the list of alarms, or leaving.
    code: String,
    /// What a sentence about it names, by name.
    values: BTreeMap<String, String>,
}

/// An alarm of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct ListedAlarm {
    /// Its number, counted up as alarms are raised.
    id: u64,
    /// raised; seen: it is so and somebody knows; cleared: it is over.
    state: String,
    /// error: the town hears or heard something else than was planned, or the log is not written; warning: it will come to that.
    severity: String,
    /// output_lost, silence, level_out_of_range, late_start, missed, relay_failed, nothing_to_air, short_of, priority_tie, emergency, muted,
    /// clock_untrusted, log_waiting, disk_low, recording_bad, relay_recording_bad, amplifier_fault, not_heard, return_lost or unsent.
    code: String,
    /// What a sentence about it names, by name, as it was when it was raised.
    values: BTreeMap<String, String>,
    /// Its sentence, in the language of the reports.
    text: String,
    /// When it was raised.
    #[schema(format = DateTime)]
    raised_at: String,
    /// How often it was over for a moment and came back.
    again: u32,
    /// Who has seen it; none if nobody has.
    seen_by: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    seen_at: Option<String>,
    /// When it was over; none while it is so.
    #[schema(format = DateTime)]
    cleared_at: Option<String>,
}

/// The alarms that still matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
struct ListedAlarms {
    /// What is so before what is over, the worst first, the newest first.
    items: Vec<ListedAlarm>,
}

impl Alarm {
    /// As the rule says it, times in the station's zone.
    pub(super) fn of(alarm: &alarm::Alarm, zone: Tz) -> Self {
        let matter = alarm.matter(zone);
        Self { severity: word(&matter.severity), code: matter.code, values: matter.values }
    }
}

impl ListedAlarm {
    pub(super) fn of(alarm: Standing, config: &Config) -> Self {
        let zone = config.station.time_zone;
        Self {
            id: alarm.number,
            state: alarm.state().word().to_owned(),
            severity: word(&alarm.matter.severity),
            text: sentence(&alarm.matter, config.report.language),
            code: alarm.matter.code,
            values: alarm.matter.values,
            raised_at: instant(alarm.raised, zone),
            again: alarm.again,
            seen_at: alarm.seen.as_ref().map(|seen| instant(seen.at, zone)),
            seen_by: alarm.seen.map(|seen| seen.by),
            cleared_at: alarm.cleared.map(|at| instant(at, zone)),
        }
    }
}

/// The alarms that still matter: what is wrong now, and what was and nobody has seen.
///
/// `changed` of the events tells when there is something new in it. `live.alarms` of the status is what is wrong at the very
/// moment, before it is raised and without what is only seen over a while.
#[utoipa::path(get, path = "/alarms", tag = "station", responses((status = OK, body = ListedAlarms), Failures))]
async fn alarms(State(app): State<App>, _caller: Caller) -> Result<Body<ListedAlarms>, Problem> {
    let items = app.desk.alarms().await?;
    let items = items.into_iter().map(|alarm| ListedAlarm::of(alarm, app.desk.config()));
    Ok(Body(ListedAlarms { items: items.collect() }))
}

/// Every alarm that is kept, the newest first.
#[utoipa::path(get, path = "/alarms/history", tag = "station", params(Paging), responses(
    (status = OK, body = Page<ListedAlarm>),
    Failures,
))]
async fn alarm_history(
    State(app): State<App>,
    _caller: Caller,
    Asked(paging): Asked<Paging>,
) -> Result<Body<Page<ListedAlarm>>, Problem> {
    let before = paging.cursor.as_deref().map(str::parse::<u64>).transpose().map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "query_does_not_fit", "the cursor is none that this list gave")
            .hint("ask for the first page, without a cursor")
    })?;
    let limit = paging.limit();
    // One more than asked for says whether there is a next page.
    let mut found = app.desk.alarm_history(before, limit + 1).await?;
    let more = found.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        found.pop();
    }
    let next = found.last().filter(|_| more).map(|last| last.number.to_string());
    let items = found.into_iter().map(|alarm| ListedAlarm::of(alarm, app.desk.config())).collect();
    Ok(Body(Page { items, next }))
}

/// Somebody has seen an alarm; it stays in the list until what it is about is over.
#[utoipa::path(post, path = "/alarms/{id}/seen", tag = "station", params(("id" = u64, Path, description = "Its number")),
    responses((status = OK, body = ListedAlarm), Failures))]
async fn see_alarm(State(app): State<App>, caller: Caller, At(number): At<u64>) -> Result<Body<ListedAlarm>, Problem> {
    let request = Request::Alarm(AlarmRequest::See { number });
    match app.desk.handle(&caller.who, request, clock::now()).await? {
        Response::Alarm { alarm } => Ok(Body(ListedAlarm::of(*alarm, app.desk.config()))),
        _ => Err(Problem::unexpected()),
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(alarms)).routes(routes!(alarm_history)).routes(routes!(see_alarm))
}
