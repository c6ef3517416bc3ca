//! Relays: which there are, and whether they could be heard now.

use std::sync::Arc;
use std::time::Duration;

use super::error::{DeskError, ErrorKind};
use super::{Desk, Who, seats};
use crate::audio::input::ClockFn;
pub use crate::audio::input::probe::Found;
use crate::audio::input::probe::probe_all;
use crate::clock;
use crate::config::Config;
use crate::domain::account::Right;
use crate::domain::relay::{Limits, Relay, RelayId, Source};

/// The longest that a probe takes: a stream that does not sound within it would not be ready when it is needed.
pub const PROBE_MAX: Duration = Duration::from_secs(15);

/// What became of a probe of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Probed {
    /// Which, as people see it.
    pub source: String,
    /// What was found.
    pub found: Found,
}

/// Tries every source of a relay at the same time. Blocks for at most about [`PROBE_MAX`].
#[must_use]
pub fn probe_sources(sources: &[Source], limits: &Limits, rate_hz: u32) -> Vec<Probed> {
    let reading: ClockFn = Arc::new(clock::now);
    let found = probe_all(sources, limits, rate_hz, PROBE_MAX, &reading);
    found.into_iter().map(|(source, found)| Probed { source, found }).collect()
}

/// The relay with this id.
///
/// # Errors
/// There is none.
pub fn find_relay<'a>(config: &'a Config, id: &RelayId) -> Result<&'a Relay, DeskError> {
    let known: Vec<&str> = config.relays.iter().map(|relay| relay.id.0.as_str()).collect();
    let hint = format!("the configuration has: {}", known.join(", "));
    config.relay(id).ok_or_else(|| {
        let text = format!("there is no relay `{id}`");
        DeskError::new(ErrorKind::NotFound, text).hint(hint).code("no_such_relay").value("relay", id)
    })
}

impl Desk {
    /// Tries every source of a relay, for a person who wants to know. Nothing of it is aired.
    ///
    /// # Errors
    /// The right is missing, there is no such relay, or others are being tried.
    pub async fn probe_relay(&self, who: &Who, id: &RelayId) -> Result<Vec<Probed>, DeskError> {
        who.check(Right::Control)?;
        let relay = find_relay(&self.config, id)?.clone();
        let busy = "other relays are being tried; try again when they are";
        let seat = seats::take(&self.seats.probes, busy, "probes_under_way", PROBE_MAX.as_secs())?;
        let rate_hz = self.config.audio.sample_rate_hz;
        let probed = tokio::task::spawn_blocking(move || {
            let _seat = seat;
            probe_sources(&relay.sources, &relay.limits, rate_hz)
        });
        probed.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))
    }
}
