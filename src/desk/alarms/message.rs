//! What is sent of an alarm: a JSON document that says all of it, in the words of the API, with its sentence.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use crate::config::Config;
use crate::domain::alarm::{Standing, State, Way, sentence};
use crate::domain::time::Now;
use crate::store::Message;

/// An alarm that became `state`, for one way.
pub(super) fn message(standing: &Standing, state: State, way: Way, config: &Config, now: Now) -> Message {
    let Standing { number, matter, raised, again, seen, cleared } = standing;
    // The same for every try, another for every state of every alarm, also after the data folder was begun anew.
    let id = format!("{}-{number}-{}-{}", raised.timestamp_micros(), state.word(), way.word());
    let instant =
        |at: DateTime<Utc>| at.with_timezone(&config.station.time_zone).to_rfc3339_opts(SecondsFormat::AutoSi, false);
    let body = json!({
        "id": id,
        "station": config.station.name,
        "alarm": number,
        "code": matter.code,
        "severity": matter.severity,
        "state": state,
        "text": sentence(matter, config.report.language),
        "values": matter.values,
        "raised_at": instant(*raised),
        "again": again,
        "seen_by": seen.as_ref().map(|seen| &seen.by),
        "seen_at": seen.as_ref().map(|seen| instant(seen.at)),
        "cleared_at": cleared.map(instant),
    });
    let (number, alarm) = (0, *number);
    Message { number, id, way, alarm, state, body: body.to_string(), made: now.wall, tries: 0 }
}
