//! The tunes before the microphones: is each there, and may it be heard?

use super::Point;
use crate::clock;
use crate::desk::{Desk, DeskError};
use crate::domain::time::day_of;

pub(super) async fn microphones(desk: &Desk) -> Result<Vec<Point>, DeskError> {
    let today = day_of(desk.config.station.time_zone, clock::now().wall);
    let mut points = Vec::new();
    for microphone in &desk.config.microphones {
        let Some(chime) = microphone.chime else { continue };
        let fault = match desk.store.clip(chime).await? {
            None => Some("is not in the library"),
            Some(clip) if clip.may_air(today).is_err() => Some("may not be heard today"),
            Some(_) => None,
        };
        points.push(match fault {
            None => Point::ok("microphone", format!("{}: its tune is there", microphone.name)),
            Some(fault) => {
                let found =
                    format!("{}: its tune, clip {chime}, {fault}; the voice is heard without it", microphone.name);
                Point::warn("microphone", found, "approve it, or set `microphone.chime` to another clip")
            }
        });
    }
    Ok(points)
}
