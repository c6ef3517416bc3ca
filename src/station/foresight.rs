//! Tries the relays of coming occurrences ten minutes and one minute ahead, and tells the station of those that fail.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc::Sender;

use crate::audio::input::probe::{Found, probe_all};
use crate::audio::pump::ClockFn;
use crate::clock::{self, Alarm};
use crate::config::Config;
use crate::domain::log::Incident;
use crate::domain::plan::Schedule;
use crate::domain::relay::{Ahead, FailedSource, LEADS, Planned, Relay, Trouble};
use crate::domain::slot::Element;
use crate::domain::station::Input;
use crate::domain::time::Window;
use crate::store::{Store, StoreError};

/// The longest that a relay may take to sound when it is tried.
const PROBE_MAX: Duration = Duration::from_secs(15);
/// So often the plan is looked at when nothing is to be tried: a slot may have been saved meanwhile. Less than the shortest of
/// [`LEADS`], so that a slot that is saved before its last trial has it.
const LOOK: Duration = Duration::from_secs(30);
const _: () = assert!((LOOK.as_secs() as i64) < LEADS[LEADS.len() - 1].num_seconds());
/// So far ahead occurrences are looked for: more than the longest lead and a look.
const HORIZON: TimeDelta = TimeDelta::minutes(16);

/// Until the station ends.
pub(super) async fn foresee(config: Arc<Config>, store: Store, answers: Sender<Input>) {
    let mut alarm = match Alarm::new() {
        Ok(alarm) => alarm,
        Err(error) => return tracing::error!(%error, "relays are not tried ahead: no timer"),
    };
    let mut ahead = Ahead::default();
    while !answers.is_closed() {
        let now = clock::now();
        let planned = match planned(&config, &store, now.wall).await {
            Ok(planned) => planned,
            Err(error) => {
                tracing::warn!(%error, "the plan cannot be read to try its relays");
                Vec::new()
            }
        };
        for due in ahead.due(now.wall, &planned) {
            let Some(relay) = config.relay(&due.relay).cloned() else { continue };
            if let Some(fault) = fault_of(&config, relay.clone(), due.start).await {
                tracing::warn!(relay = %relay.id, %fault, "a relay fails ahead of its time");
                let incident = Incident::RelayFault { relay: relay.id, name: relay.name, fault };
                drop(answers.send(Input::Noted(incident)).await);
            }
        }
        let wall = clock::now().wall;
        let wait = Ahead::next(wall, &planned).and_then(|at| (at - wall).to_std().ok());
        let until = clock::now().mono + wait.map_or(LOOK, |wait| wait.min(LOOK));
        if alarm.sleep_until(until).await.is_err() {
            return;
        }
    }
}

/// The relays that coming occurrences ask for.
async fn planned(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<Vec<Planned>, StoreError> {
    let versions = store.slot_versions(now).await?;
    let relays = |element: &Element| matches!(element, Element::Relay { .. });
    if !versions.iter().any(|version| version.slot.rundown.iter().any(relays)) {
        return Ok(Vec::new());
    }
    let window = Window { from: now, to: now + HORIZON };
    let closed = store.closed(window).await?;
    let schedule = Schedule::new(&versions, &config.schedule.holidays, config.station.time_zone);
    let mut planned = Vec::new();
    for occurrence in schedule.occurrences_in(window) {
        if closed.iter().any(|(closed, _)| closed.occurrence == occurrence.id) {
            continue;
        }
        for element in &occurrence.version.slot.rundown {
            if let Element::Relay { relay, .. } = element {
                let (occurrence, relay) = (occurrence.clone(), relay.clone());
                planned.push(Planned { occurrence: occurrence.id, relay, start: occurrence.start });
            }
        }
    }
    Ok(planned)
}

/// What is wrong with a relay's sources; none if all could be heard now.
async fn fault_of(config: &Config, relay: Relay, start: DateTime<Utc>) -> Option<Trouble> {
    let rate_hz = config.audio.sample_rate_hz;
    let clock: ClockFn = Arc::new(clock::now);
    let tried =
        tokio::task::spawn_blocking(move || probe_all(&relay.sources, &relay.limits, rate_hz, PROBE_MAX, &clock));
    let found: Vec<(String, Found)> = tried.await.ok()?;
    let all = found.len();
    let failed = |(source, found): (String, Found)| Some(FailedSource { source, fault: found.fault()? });
    let sources: Vec<FailedSource> = found.into_iter().filter_map(failed).collect();
    let start = start.with_timezone(&config.station.time_zone).fixed_offset();
    (!sources.is_empty()).then_some(Trouble::TriedAhead { start, heard: sources.len() < all, sources })
}
