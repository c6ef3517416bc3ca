//! The queue as each slot sees it: which entries its next occurrences will take, how much time is left in them, and what will
//! not fit.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::error::DeskError;
use super::{Desk, QueueLine};
use crate::domain::clip::{Clip, Unfit};
use crate::domain::plan::Forecast;
use crate::domain::rundown::{LeftOut, Planned, Why};
use crate::domain::slot::{Element, OccurrenceId, Slot, SlotId};
use crate::domain::time::{Now, Window, day_of};

/// How far ahead is looked, in days.
pub const FIT_DAYS: i64 = 14;
/// The most occurrences that are told of one slot.
pub const FIT_OCCURRENCES_MAX: usize = 14;

/// An occurrence to come, filled.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryFit {
    /// Which.
    pub occurrence: OccurrenceId,
    /// Planned start.
    pub start: DateTime<Utc>,
    /// When everything must be over.
    pub ends_by: DateTime<Utc>,
    /// What is heard, in order, of the queue or not.
    pub elements: Vec<Planned>,
    /// What was asked for and is not heard, with the reason.
    pub left_out: Vec<LeftOut>,
    /// Time with nothing in it.
    pub free: Duration,
    /// So many more entries it would take if there were time for them.
    pub places_left: u32,
}

/// A slot that takes from the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotFit {
    /// Which.
    pub slot: SlotId,
    /// Its name for people.
    pub name: String,
    /// How many entries it takes in one occurrence.
    pub count: u32,
    /// Its next occurrences.
    pub occurrences: Vec<EntryFit>,
}

/// What becomes of an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Waiting {
    /// It will be heard.
    Airs {
        /// In which occurrence.
        occurrence: OccurrenceId,
        /// When.
        start: DateTime<Utc>,
    },
    /// It is being heard, or will be within a broadcast that has begun.
    OnAir {
        /// In which occurrence.
        occurrence: OccurrenceId,
        /// When it was to be heard.
        start: DateTime<Utc>,
    },
    /// No slot in force takes from the queue, or the one that it is bound to does not.
    NoSlot,
    /// It is longer than any slot that would take it may last, by so much.
    TooLong {
        /// By so much.
        over: Duration,
    },
    /// Its clip may not air.
    Unfit {
        /// Why.
        unfit: Unfit,
    },
    /// The library has no such clip.
    Unknown,
    /// There is no room for it within [`FIT_DAYS`] days: others come first.
    Later,
}

/// The queue with what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueFit {
    /// Every entry in the order of the queue, with what becomes of it.
    pub entries: Vec<(QueueLine, Waiting)>,
    /// Every slot that takes from the queue, by its next start.
    pub slots: Vec<SlotFit>,
}

impl Desk {
    /// The queue and what becomes of it in the coming [`FIT_DAYS`] days if nothing is changed.
    ///
    /// # Errors
    /// The store's own.
    pub async fn queue_fit(&self, now: Now) -> Result<QueueFit, DeskError> {
        let lines = self.queue().await?;
        let slots: Vec<Slot> = self.slots(now).await?.into_iter().map(|version| version.slot).collect();
        let window = Window { from: now.wall, to: now.wall + TimeDelta::days(FIT_DAYS) };
        let forecasts = self.forecast(window).await?;
        let taken = self.taken(now.wall).await?.into_iter();
        let mut airs: BTreeMap<u32, Waiting> =
            taken.map(|(entry, (occurrence, start))| (entry, Waiting::OnAir { occurrence, start })).collect();
        for forecast in &forecasts {
            for element in &forecast.rundown.elements {
                if let Why::Queued { entry, .. } = &element.why {
                    let occurrence = forecast.occurrence.id.clone();
                    airs.insert(*entry, Waiting::Airs { occurrence, start: element.start });
                }
            }
        }
        let today = day_of(self.config.station.time_zone, now.wall);
        let entries = lines.into_iter().map(|line| {
            let waiting = airs.remove(&line.entry.id);
            let waiting = waiting.unwrap_or_else(|| match &line.clip {
                None => Waiting::Unknown,
                Some(clip) => clip.may_air(today).map_or_else(
                    |unfit| Waiting::Unfit { unfit },
                    |()| not_aired(clip, slots.iter().filter(|slot| takes(slot, &line))),
                ),
            });
            (line, waiting)
        });
        let entries = entries.collect();
        let mut of_slots: Vec<SlotFit> = Vec::new();
        for forecast in forecasts {
            let slot = &forecast.occurrence.version.slot;
            if !slot.uses_queue() {
                continue;
            }
            let known = of_slots.iter().position(|known| known.slot == slot.id);
            let index = known.unwrap_or_else(|| {
                of_slots.push(SlotFit {
                    slot: slot.id.clone(),
                    name: slot.name.clone(),
                    count: queue_count(slot),
                    occurrences: Vec::new(),
                });
                of_slots.len() - 1
            });
            if of_slots[index].occurrences.len() < FIT_OCCURRENCES_MAX {
                of_slots[index].occurrences.push(entry_fit(forecast));
            }
        }
        Ok(QueueFit { entries, slots: of_slots })
    }
}

fn takes(slot: &Slot, line: &QueueLine) -> bool {
    slot.uses_queue() && slot.takes_entries_of(line.entry.slot.as_ref())
}

/// Why an entry that may air is in no occurrence.
fn not_aired<'a>(clip: &Clip, slots: impl Iterator<Item = &'a Slot>) -> Waiting {
    let Some(longest) = slots.map(|slot| slot.length_max).max() else { return Waiting::NoSlot };
    match clip.audio.duration().checked_sub(longest) {
        Some(over) if !over.is_zero() => Waiting::TooLong { over },
        _ => Waiting::Later,
    }
}

fn queue_count(slot: &Slot) -> u32 {
    let counts = slot.rundown.iter().filter_map(|element| match element {
        Element::Queue { count } => Some(*count),
        _ => None,
    });
    counts.fold(0, u32::saturating_add)
}

fn entry_fit(forecast: Forecast) -> EntryFit {
    let Forecast { occurrence, rundown, ends_by, .. } = forecast;
    let time = (ends_by - occurrence.start).to_std().unwrap_or_default();
    let queued = rundown.elements.iter().filter(|element| matches!(element.why, Why::Queued { .. })).count();
    let queued = u32::try_from(queued).unwrap_or(u32::MAX);
    EntryFit {
        free: time.saturating_sub(rundown.length()),
        places_left: queue_count(&occurrence.version.slot).saturating_sub(queued),
        occurrence: occurrence.id,
        start: occurrence.start,
        ends_by,
        elements: rundown.elements,
        left_out: rundown.left_out,
    }
}
