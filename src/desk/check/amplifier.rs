//! The amplifiers: whether each could be switched, without switching it.

use super::Point;
use crate::amplifier::look;
use crate::config::Config;
use crate::domain::amplifier::power_word;
use crate::station::{LiveZone, charges};

const REMEDY: &str =
    "see `[zone.amplifier]` in config/loa.toml; `loa amplifier on` and `off` try it while the station runs";

/// The amplifiers of a station that does not run.
pub(super) async fn amplifiers(config: &Config) -> Vec<Point> {
    let charges = charges(config);
    let kinds: Vec<_> = charges.iter().map(|charge| charge.switch.to_string()).collect();
    // The task only ends early if it panics or the runtime does.
    let looked = tokio::task::spawn_blocking(move || look(&charges)).await.unwrap_or_default();
    let point = |((zone, looked), what): ((_, Result<Option<bool>, _>), String)| match looked {
        Ok(Some(true)) => {
            let remedy = "`loa amplifier off` switches it off; the station does so too when it comes up";
            Point::warn("amplifier", format!("{zone}: {what}: on, although no station runs"), remedy)
        }
        Ok(Some(false)) => Point::ok("amplifier", format!("{zone}: {what}: {}", power_word(false))),
        Ok(None) => Point::ok("amplifier", format!("{zone}: {what}: not read back, its word is taken")),
        Err(fault) => Point::fail("amplifier", format!("{zone}: {fault}"), REMEDY),
    };
    looked.into_iter().zip(kinds).map(point).collect()
}

/// What the running station says of an amplifier, which is in its hands; none if the zone has none.
pub(super) fn of_station(zone: &LiveZone) -> Option<Point> {
    let (zone, amplifier) = (&zone.state.zone, zone.state.amplifier.as_ref()?);
    Some(match &amplifier.fault {
        Some(fault) => Point::fail("amplifier", format!("{zone}: {fault}"), REMEDY),
        None => Point::ok("amplifier", format!("{zone}: in the hands of the running station, {}", amplifier.power)),
    })
}
