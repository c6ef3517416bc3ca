//! The status as JSON.

use serde_json::{Value, json};

use super::Overview;
use crate::cli::alarm::document;
use crate::cli::context::Context;
use crate::cli::live::voice;
use crate::desk::{Ahead, DayLine};
use crate::domain::station::{OnAir, OnHand, OutputState, RaisedView, Upcoming};
use crate::station::LiveZone;

pub(super) fn json(overview: &Overview, context: &Context) -> Value {
    let today: Vec<Value> = overview.today.iter().map(|line| day(line, context)).collect();
    let ahead: Vec<Value> = overview.ahead.iter().map(|ahead| next(ahead, context)).collect();
    let now = context.rfc3339(overview.now.wall);
    let open = overview.alarms.iter().filter(|alarm| alarm.is_open());
    let alarms: Vec<Value> = open.map(|alarm| document(alarm, context)).collect();
    let Some(running) = &overview.running else {
        return json!({
            "running": false, "now": now, "on_air": null, "today": today, "next": ahead,
            "alarms": alarms, "reminders": overview.reminders,
        });
    };
    let live = &running.live;
    json!({
        "running": true,
        "pid": running.pid,
        "version": running.version,
        "console": running.console,
        "now": now,
        "on_air": live.view.on_air().map(|on_air| sounding(on_air, context)),
        "occurrence_id": live.view.occurrence(),
        "upcoming": live.view.on_hand.first().map(elements).unwrap_or_default(),
        "on_hand": live.view.on_hand.iter().map(|hand| on_hand(hand, context)).collect::<Vec<_>>(),
        "emergencies": live.view.emergencies.iter().map(|raised| emergency(raised, context)).collect::<Vec<_>>(),
        "speaking": live.view.speaking.iter().map(|speaking| voice(speaking, context)).collect::<Vec<_>>(),
        "next": ahead,
        "today": today,
        "output": live.worst_zone().map(|zone| output(&zone.state.output, zone.output.as_deref())),
        "zones": live.zones.iter().map(zone).collect::<Vec<_>>(),
        "level": live.level,
        "recording": live.recording,
        "recordings_bad": live.recordings_bad,
        "clock_trusted": live.view.clock_trusted,
        "leaving": live.view.leaving,
        "starts_again": live.view.starts_again,
        "log": live.log,
        "alarms": alarms,
        "reminders": overview.reminders,
    })
}

fn sounding(on_air: &OnAir, context: &Context) -> Value {
    let left_ms = on_air.length_ms.saturating_sub(on_air.position_ms);
    json!({
        "airing_id": on_air.airing,
        "occurrence_id": on_air.occurrence,
        "kind": on_air.kind,
        "title": on_air.title,
        "start": context.rfc3339(on_air.start),
        "position_s": on_air.position_ms as f64 / 1_000.0,
        "length_s": on_air.length_ms as f64 / 1_000.0,
        "left_s": left_ms as f64 / 1_000.0,
        "paused": on_air.paused,
        "relay": on_air.relay,
    })
}

fn on_hand(on_hand: &OnHand, context: &Context) -> Value {
    json!({
        "zones": on_hand.zones,
        "away": on_hand.away,
        "emergency": on_hand.emergency,
        "occurrence_id": on_hand.occurrence,
        "on_air": on_hand.on_air.as_ref().map(|on_air| sounding(on_air, context)),
        "upcoming": elements(on_hand),
    })
}

fn emergency(raised: &RaisedView, context: &Context) -> Value {
    json!({
        "emergency_id": raised.emergency,
        "title": raised.title,
        "by": raised.by,
        "zones": raised.zones,
        "sounded": raised.sounded,
        "times": raised.times,
        "next": raised.next.map(|next| context.rfc3339(next)),
    })
}

fn zone(zone: &LiveZone) -> Value {
    json!({
        "id": zone.state.zone,
        "output": output(&zone.state.output, zone.output.as_deref()),
        "level": zone.level,
        "volume_db": zone.state.volume_db,
        "muted_by": zone.state.muted_by,
        "amplifier": zone.state.amplifier,
        "unheard": zone.state.unheard,
        "return_lost": zone.state.return_lost,
    })
}

fn elements(on_hand: &OnHand) -> Vec<Value> {
    on_hand.upcoming.iter().map(upcoming).collect()
}

fn upcoming(upcoming: &Upcoming) -> Value {
    json!({ "role": upcoming.role, "title": upcoming.title, "length_s": upcoming.length_ms as f64 / 1_000.0 })
}

fn next(ahead: &Ahead, context: &Context) -> Value {
    json!({ "occurrence_id": ahead.occurrence, "name": ahead.name, "start": context.rfc3339(ahead.start) })
}

fn day(line: &DayLine, context: &Context) -> Value {
    let mut value = json!({
        "occurrence_id": line.occurrence, "name": line.name, "start": context.rfc3339(line.start),
        "end": context.rfc3339(line.end), "outcome": null,
    });
    // The words of the log: outcome, and by the outcome a reason or a person.
    if let (Some(value), Some(Ok(Value::Object(outcome)))) =
        (value.as_object_mut(), line.outcome.as_ref().map(serde_json::to_value))
    {
        value.extend(outcome);
    }
    value
}

fn output(state: &OutputState, what: Option<&str>) -> Value {
    let (state, error) = match state {
        OutputState::Closed => ("closed", None),
        OutputState::Open => ("open", None),
        OutputState::Lost { error } => ("lost", Some(error)),
    };
    json!({ "state": state, "what": what, "error": error })
}
