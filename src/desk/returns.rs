//! Return feeds: what each gives at this moment, whatever is on air.

use super::error::{DeskError, ErrorKind};
use super::relays::{PROBE_MAX, Probed, probe_sources};
use super::{Desk, Who, seats};
use crate::config::Config;
use crate::domain::account::Right;
use crate::domain::relay::{Limits, Source};
use crate::domain::slot::ZoneId;

/// The return feed of a zone.
///
/// # Errors
/// There is no such zone, or it has none.
pub fn find_return<'a>(config: &'a Config, zone: &ZoneId) -> Result<&'a Source, DeskError> {
    let known = config.zones.iter().find(|known| known.id == *zone).ok_or_else(|| {
        let names: Vec<&str> = config.zones.iter().map(|zone| zone.id.0.as_str()).collect();
        DeskError::new(ErrorKind::NotFound, format!("there is no zone `{zone}`"))
            .hint(format!("the configuration has: {}", names.join(", ")))
            .code("zone_unknown")
            .value("zone", zone)
    })?;
    known.returned.as_ref().ok_or_else(|| {
        DeskError::refused(format!("zone `{zone}` has no return feed"))
            .hint("say in [zone.return] of the configuration where its loudspeakers are heard")
            .code("no_return_feed")
            .value("zone", zone)
    })
}

/// Listens to a return feed for a moment. Plays nothing; blocks for at most about [`PROBE_MAX`].
#[must_use]
pub fn probe_return(source: &Source, rate_hz: u32) -> Option<Probed> {
    probe_sources(std::slice::from_ref(source), &Limits::default(), rate_hz).pop()
}

impl Desk {
    /// Listens to the return feed of a zone for a moment, for a person who wants to know. Plays nothing.
    ///
    /// # Errors
    /// The right is missing, there is no such zone, it has no return feed, or others are being tried.
    pub async fn probe_return(&self, who: &Who, zone: &ZoneId) -> Result<Probed, DeskError> {
        who.check(Right::Control)?;
        let source = find_return(&self.config, zone)?.clone();
        let busy = "other sources are being tried; try again when they are";
        let seat = seats::take(&self.seats.probes, busy, "probes_under_way", PROBE_MAX.as_secs())?;
        let rate_hz = self.config.audio.sample_rate_hz;
        let probed = tokio::task::spawn_blocking(move || {
            let _seat = seat;
            probe_return(&source, rate_hz)
        });
        let probed = probed.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
        probed.ok_or_else(|| DeskError::new(ErrorKind::Failed, "the return feed was not tried"))
    }
}
