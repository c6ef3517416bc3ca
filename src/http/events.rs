//! What changes, as it changes: Server-Sent Events.
//!
//! One pulse looks at the station for all pages together, so that the two hundredth page costs no more than its own socket;
//! it looks at nothing while nobody listens. A page that is too slow for what it is sent misses some of it, is told so, and
//! fetches anew.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Serialize;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, broadcast};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::live::{Level, Live};
use super::problem::Problem;
use super::{App, Failures};
use crate::desk::{Counter, Desk, Topic};

/// Events kept for a page that is slow: two seconds of levels.
const EVENTS_MAX: usize = 32;
/// Between two looks while an output is open: levels move ten times a second.
const LOOK_OPEN: Duration = Duration::from_millis(100);
/// Between two looks while it is closed.
const LOOK_CLOSED: Duration = Duration::from_millis(500);
/// What is on air is told again so often even if nothing but its position moved; counted in looks of an open output.
const LIVE_EVERY: u32 = 10;
/// Looks at a closed output after which the station's time is told all the same.
const CLOCK_EVERY: u32 = 20;
/// The log is looked at once in so many looks, the first time in the first: what was written between a page's fetching of it
/// and that look is told too.
const LOG_EVERY: u32 = 5;
/// A comment after so long without an event, so that both ends notice a line that is dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// One event, written once for all pages.
#[derive(Debug, Clone)]
struct Written {
    name: &'static str,
    data: Arc<str>,
}

/// Something changed: fetch it anew.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub(super) struct Changed {
    /// What: clips, queue, slots, alarms, log, imports, settings, reports, accounts; `everything` after events were missed.
    pub(super) topic: &'static str,
}

/// Where pages listen. Clones are the same.
#[derive(Debug, Clone)]
pub(super) struct Pulse {
    events: broadcast::Sender<Written>,
    arrived: Arc<Notify>,
    seats: Arc<Semaphore>,
}

impl Pulse {
    /// A pulse for at most so many pages.
    pub(super) fn new(pages_max: usize) -> Self {
        Self {
            events: broadcast::Sender::new(EVENTS_MAX),
            arrived: Arc::default(),
            seats: Arc::new(Semaphore::new(pages_max)),
        }
    }

    /// Beats for ever.
    pub(super) async fn beat(&self, counter: &Counter) {
        let mut notices = counter.desk().notices().listen();
        let mut told = Told::default();
        loop {
            if self.events.receiver_count() == 0 {
                told = Told::default();
                self.arrived.notified().await;
                // What changed while nobody listened is known to nobody, who fetches everything at first.
                notices = counter.desk().notices().listen();
            }
            // The desk may be another than a moment ago.
            let desk = counter.desk();
            let pause = match desk.live() {
                Ok(live) => {
                    let open = live.zones.iter().any(|zone| zone.output.is_some());
                    let state = Live::of(&live, desk.config());
                    self.tell_state(&mut told, state, open);
                    if open {
                        self.send("level", &Level::of(&live));
                    }
                    if open { LOOK_OPEN } else { LOOK_CLOSED }
                }
                // Going down; the pages will notice that the line is gone.
                Err(_) => LOOK_CLOSED,
            };
            self.tell_log(&mut told, &desk).await;
            drop(desk);
            let until = tokio::time::sleep(pause);
            tokio::pin!(until);
            loop {
                tokio::select! {
                    () = &mut until => break,
                    topic = notices.recv() => match topic {
                        Ok(topic) => self.send("changed", &Changed { topic: name_of(topic) }),
                        Err(broadcast::error::RecvError::Lagged(_)) => self.send("changed", &EVERYTHING),
                        Err(broadcast::error::RecvError::Closed) => break,
                    }
                }
            }
        }
    }

    fn tell_state(&self, told: &mut Told, state: Live, open: bool) {
        let still = state.still();
        told.looks = told.looks.wrapping_add(1);
        let since = told.looks.wrapping_sub(told.state_at);
        let due = since >= if open { LIVE_EVERY } else { CLOCK_EVERY };
        if due || told.state.as_ref() != Some(&still) {
            self.send("live", &state);
            told.state = Some(still);
            told.state_at = told.looks;
        }
    }

    async fn tell_log(&self, told: &mut Told, desk: &Desk) {
        if told.log.is_some() && !told.looks.is_multiple_of(LOG_EVERY) {
            return;
        }
        match desk.store().head().await {
            Ok(head) => {
                let seq = head.map_or(0, |(seq, _)| seq);
                if told.log != Some(seq) {
                    self.send("changed", &Changed { topic: name_of(Topic::Log) });
                }
                told.log = Some(seq);
            }
            Err(error) => tracing::debug!(%error, "cannot look at the log for the pages"),
        }
    }

    fn send(&self, name: &'static str, data: &impl Serialize) {
        match serde_json::to_string(data) {
            // Nobody left to hear it is no reason to stop.
            Ok(data) => drop(self.events.send(Written { name, data: data.into() })),
            Err(error) => tracing::error!(%error, name, "an event cannot be written"),
        }
    }
}

/// After events were missed.
const EVERYTHING: Changed = Changed { topic: "everything" };

/// What was told last.
#[derive(Debug, Default)]
struct Told {
    state: Option<Live>,
    state_at: u32,
    looks: u32,
    log: Option<u64>,
}

const fn name_of(topic: Topic) -> &'static str {
    match topic {
        Topic::Clips => "clips",
        Topic::Queue => "queue",
        Topic::Slots => "slots",
        Topic::Alarms => "alarms",
        Topic::Log => "log",
        Topic::Imports => "imports",
        Topic::Settings => "settings",
        Topic::Reports => "reports",
        Topic::Accounts => "accounts",
    }
}

/// A page that listens; its seat is free again when it goes.
struct Listener {
    events: broadcast::Receiver<Written>,
    first: Option<Written>,
    _seat: OwnedSemaphorePermit,
}

/// What changes, as it changes.
///
/// Events: `live` (how the station stands, when it changes and each second on air), `level` (what goes out, ten times a second
/// while an output is open), `changed` (fetch this topic anew).
#[utoipa::path(get, path = "/events", tag = "station", responses(
    (status = OK, description = "Events, each with its name and a JSON document", content_type = "text/event-stream", body = String),
    Failures,
))]
async fn events(
    State(app): State<App>,
    _caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let seat = Arc::clone(&app.pulse.seats).try_acquire_owned().map_err(|_| {
        let status = axum::http::StatusCode::SERVICE_UNAVAILABLE;
        Problem::new(status, "too_many_pages", "too many pages follow the station already").value("wait_s", 10)
    })?;
    let receiver = app.pulse.events.subscribe();
    app.pulse.arrived.notify_one();
    // Who comes later than the first hears nothing until something changes: it is told at once how things stand.
    let live = app.desk.live()?;
    let state = Live::of(&live, app.desk.config());
    let first = serde_json::to_string(&state).ok().map(|data| Written { name: "live", data: data.into() });
    let stream = unfold(Listener { events: receiver, first, _seat: seat }, |mut listener| async move {
        let written = match listener.first.take() {
            Some(first) => first,
            None => match listener.events.recv().await {
                Ok(written) => written,
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    Written { name: "changed", data: serde_json::to_string(&EVERYTHING).ok()?.into() }
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            },
        };
        Some((Ok(Event::default().event(written.name).data(&*written.data)), listener))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}
