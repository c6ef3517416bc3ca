//! What people should know of at once, as the API says it.

use std::collections::BTreeMap;

use axum::extract::State;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::Body;
use super::problem::Problem;
use super::words::{instant, word};
use super::{App, Failures};
use crate::clock;
use crate::domain::alarm::{self, Broadcast};
use crate::domain::log::MissReason;

/// Something that people should know of at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Alarm {
    /// error: the town hears or heard something else than was planned, or the log is not written; warning: it will come to that.
    severity: String,
    /// output_lost, clock_untrusted, log_waiting, disk_low, missed, nothing_to_air, short_of, priority_tie, recording_bad,
    /// amplifier_fault, not_heard or leaving.
    code: &'static str,
    /// What a sentence about it names, by name.
    values: BTreeMap<&'static str, String>,
}

/// Alarms, the worst first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
struct Alarms {
    /// Each.
    items: Vec<Alarm>,
}

impl Alarm {
    /// As the rule says it, times in the station's zone.
    pub(super) fn of(alarm: &alarm::Alarm, zone: Tz) -> Self {
        Self { severity: word(&alarm.severity()), code: alarm.code(), values: values(alarm, zone) }
    }
}

fn values(alarm: &alarm::Alarm, zone: Tz) -> BTreeMap<&'static str, String> {
    use alarm::Alarm as A;
    match alarm {
        A::OutputLost { zone, error } => BTreeMap::from([("zone", zone.to_string()), ("error", error.clone())]),
        A::Emergency { title, by } => BTreeMap::from([("title", title.clone()), ("by", by.clone())]),
        A::Muted { zone, by } => BTreeMap::from([("zone", zone.to_string()), ("by", by.clone())]),
        A::LogWaiting { records, error } => {
            let records = ("records", records.to_string());
            error.iter().map(|error| ("error", error.clone())).chain([records]).collect()
        }
        A::DiskLow { free_bytes, wanted_bytes } => {
            BTreeMap::from([("free_bytes", free_bytes.to_string()), ("wanted_bytes", wanted_bytes.to_string())])
        }
        A::Missed { broadcast, reason } => {
            let mut values = named(broadcast, zone);
            values.insert("reason", word(reason));
            values.extend(detail(reason).map(|detail| ("detail", detail)));
            values
        }
        A::NothingToAir { broadcast } => named(broadcast, zone),
        A::ShortOf { broadcast, planned, room } => {
            let mut values = named(broadcast, zone);
            values.insert("planned_ms", planned.as_millis().to_string());
            values.insert("room_ms", room.as_millis().to_string());
            values
        }
        A::PriorityTie { higher, own, first, until } => BTreeMap::from([
            ("higher", higher.clone()),
            ("own", own.clone()),
            ("first", word(first)),
            ("until", instant(*until, zone)),
        ]),
        A::RecordingBad { zone, fault } => {
            BTreeMap::from([("zone", zone.0.clone()), ("fault", fault.code().to_owned()), ("error", fault.to_string())])
        }
        A::AmplifierFault { zone, fault } => BTreeMap::from([("zone", zone.to_string()), ("error", fault.clone())]),
        A::NotHeard { zone, title } => BTreeMap::from([("zone", zone.to_string()), ("title", title.clone())]),
        A::ClockUntrusted | A::Leaving => BTreeMap::new(),
    }
}

fn named(broadcast: &Broadcast, zone: Tz) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("occurrence_id", broadcast.occurrence.to_string()),
        ("name", broadcast.name.clone()),
        ("start", instant(broadcast.start, zone)),
    ])
}

/// What stood in the way, in its own words.
fn detail(reason: &MissReason) -> Option<String> {
    match reason {
        MissReason::NoOutput { error } => Some(error.clone()),
        MissReason::BadAudio { fault } => Some(fault.clone()),
        MissReason::ZoneBusy { by } => Some(by.to_string()),
        MissReason::Muted { by } => Some(by.clone()),
        MissReason::StationOff
        | MissReason::Late
        | MissReason::NothingToAir
        | MissReason::NotPermitted
        | MissReason::Clock => None,
    }
}

/// What went wrong today, and what will within a day unless somebody sees to it.
///
/// What is wrong at this very moment is in `live` of the status and of the events.
#[utoipa::path(get, path = "/alarms", tag = "station", responses((status = OK, body = Alarms), Failures))]
async fn day_alarms(State(app): State<App>, _caller: Caller) -> Result<Body<Alarms>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let alarms = app.desk.day_alarms(clock::now()).await?;
    Ok(Body(Alarms { items: alarms.iter().map(|alarm| Alarm::of(alarm, zone)).collect() }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(day_alarms))
}
