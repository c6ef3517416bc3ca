//! What the days ahead will bring if nothing is changed: every occurrence with its rundown, in order.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::choose::{Request, choose};
use super::occurrences::{Occurrence, Schedule};
use super::permitted::PermittedHours;
use crate::domain::clip::{Clip, ClipId, ItemId};
use crate::domain::queue::{First, QueueEntry};
use crate::domain::relay::RelayId;
use crate::domain::rundown::{Rundown, Why};
use crate::domain::slot::{OccurrenceId, ZoneId};
use crate::domain::time::Window;

/// Everything a forecast depends on.
pub struct ForecastRequest<'a> {
    /// The slots.
    pub schedule: &'a Schedule,
    /// From when to when.
    pub window: Window,
    /// Every clip there is.
    pub library: &'a [Clip],
    /// What waits now, in order.
    pub queue: &'a [QueueEntry],
    /// When each item was last aired.
    pub last_aired: &'a BTreeMap<ItemId, DateTime<Utc>>,
    /// Nothing may sound outside these hours.
    pub permitted: &'a PermittedHours,
    /// Longest that one occurrence may last; none is unlimited.
    pub session_length_max: Option<Duration>,
    /// Occurrences that will not air: cancelled, or over already.
    pub closed: &'a [OccurrenceId],
    /// Gain of a clip at play time, in dB.
    pub gain: &'a dyn Fn(&Clip) -> f64,
    /// The clip that stands by for an emergency: no rotation draws it.
    pub standby: Option<ClipId>,
    /// Whose item of priority goes first when nobody says so.
    pub first: First,
    /// The relays of the configuration, with whose programme each carries.
    pub relays: &'a [(RelayId, String)],
}

/// One occurrence to come and what will be heard in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// When, and of which slot.
    pub occurrence: Occurrence,
    /// Which clips, why, and what will not fit.
    pub rundown: Rundown,
    /// When everything must be over.
    pub ends_by: DateTime<Utc>,
}

/// Chooses the rundown of every occurrence in the window as if each before it had aired as chosen: queue entries are
/// used up and rotations move on.
#[must_use]
pub fn forecast(request: &ForecastRequest<'_>) -> Vec<Forecast> {
    let mut queue = request.queue.to_vec();
    let mut last_aired = request.last_aired.clone();
    let mut occurrences = request.schedule.occurrences_in(request.window);
    occurrences.retain(|occurrence| !request.closed.contains(&occurrence.id));
    let next_starts = next_starts(request, &occurrences);
    let mut forecasts = Vec::with_capacity(occurrences.len());
    for (occurrence, next_start) in occurrences.into_iter().zip(next_starts) {
        let request = Request {
            occurrence: &occurrence.id,
            slot: &occurrence.version.slot,
            start: occurrence.start,
            time_zone: request.schedule.time_zone(),
            library: request.library,
            queue: &queue,
            last_aired: &last_aired,
            bad: &[],
            permitted: request.permitted,
            session_length_max: request.session_length_max,
            next_start,
            gain: request.gain,
            standby: request.standby,
            first: request.first,
            relays: request.relays,
        };
        let rundown = choose(&request);
        let ends_by = request.ends_by();
        for element in &rundown.elements {
            if let Some(clip) = element.sound.clip() {
                last_aired.insert(clip.item, element.start);
            }
            if let Why::Queued { entry, .. } = &element.why {
                queue.retain(|waiting| waiting.id != *entry);
            }
        }
        forecasts.push(Forecast { occurrence, rundown, ends_by });
    }
    forecasts
}

/// For each occurrence, the next later start in any of its zones.
fn next_starts(request: &ForecastRequest<'_>, occurrences: &[Occurrence]) -> Vec<Option<DateTime<Utc>>> {
    // Walked backwards, each zone remembers the start last seen and the one behind it: two slots that a DST gap moves
    // onto one instant have the same successor.
    let mut seen: BTreeMap<&ZoneId, (DateTime<Utc>, Option<DateTime<Utc>>)> = BTreeMap::new();
    let mut next_starts = vec![None; occurrences.len()];
    for (index, occurrence) in occurrences.iter().enumerate().rev() {
        let start = occurrence.start;
        for zone in &occurrence.version.slot.zones {
            let next = match seen.get(zone) {
                Some((later, next)) if *later == start => *next,
                Some((later, _)) => Some(*later),
                None => first_beyond(request, start, zone),
            };
            seen.insert(zone, (start, next));
            next_starts[index] = [next_starts[index], next].into_iter().flatten().min();
        }
    }
    next_starts
}

/// The start in a zone behind the last of the window.
fn first_beyond(request: &ForecastRequest<'_>, last: DateTime<Utc>, zone: &ZoneId) -> Option<DateTime<Utc>> {
    let next = request.schedule.next_in_zones(last, std::slice::from_ref(zone))?;
    if request.closed.contains(&next.id) { first_beyond(request, next.start, zone) } else { Some(next.start) }
}
