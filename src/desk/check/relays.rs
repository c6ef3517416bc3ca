//! Relays that are kept: does the library take what the slots carry of them, and does the recording last until it is there?

use super::Point;
use crate::clock;
use crate::desk::{Desk, DeskError};
use crate::domain::relay::{KEEP_DAYS, Relay};
use crate::domain::slot::{Element, Slot};

pub(super) async fn kept(desk: &Desk) -> Result<Vec<Point>, DeskError> {
    let config = desk.config();
    let kept: Vec<&Relay> = config.relays.iter().filter(|relay| relay.keep).collect();
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let slots: Vec<Slot> = desk.slots(clock::now()).await?.into_iter().map(|version| version.slot).collect();
    let most = config.library.clip_length_max;
    let mut points = Vec::new();
    for relay in kept {
        let longest =
            slots.iter().filter_map(|slot| Some((carried(slot, relay)?, slot))).max_by_key(|(length, _)| *length);
        points.push(match longest {
            Some((minutes, slot)) if std::time::Duration::from_secs(60 * u64::from(minutes)) > most => {
                let found = format!(
                    "relay {}: slot {} carries {minutes} min of it, the library takes at most {} min",
                    relay.id,
                    slot.id,
                    most.as_secs() / 60
                );
                let remedy = "raise `library.clip_minutes_max`, or bring shorter stretches in with `loa relay keep`";
                Point::warn("relays", found, remedy)
            }
            _ => Point::ok("relays", format!("relay {}: each session becomes a draft of the library", relay.id)),
        });
    }
    let days = config.audio.record_keep.age_max.as_secs() / 86_400;
    if days < KEEP_DAYS.unsigned_abs() {
        let found = format!("recordings are kept for {days} days: what the library cannot take in until then is gone");
        points.push(Point::warn("relays", found, format!("raise `audio.record_keep_days` to {KEEP_DAYS} or more")));
    }
    Ok(points)
}

/// The longest that a slot carries of a relay, in minutes; none if it does not.
fn carried(slot: &Slot, relay: &Relay) -> Option<u32> {
    let minutes = slot.rundown.iter().filter_map(|element| match element {
        Element::Relay { relay: of, minutes } if *of == relay.id => Some(*minutes),
        _ => None,
    });
    minutes.max()
}
