//! What people should know of at once.

use chrono::TimeDelta;

use crate::desk::error::DeskError;
use crate::desk::{DayLine, Desk};
use crate::domain::alarm::{Alarm, Broadcast, DayFacts, NextFacts, of_day};
use crate::domain::log::{MissReason, Outcome};
use crate::domain::plan::Forecast;
use crate::domain::time::{Now, Window};
use crate::library::free_bytes;

/// A broadcast that is nearer than this is looked at: the officer's last chance to see to it is the evening before.
const NEAR: TimeDelta = TimeDelta::hours(24);

impl Desk {
    /// What went wrong on the local day of `now`, and what will within a day unless somebody sees to it; the worst first.
    /// What is wrong at this moment the running station tells by itself.
    ///
    /// # Errors
    /// The store's own.
    pub async fn day_alarms(&self, now: Now) -> Result<Vec<Alarm>, DeskError> {
        let missed = self.today(now).await?.into_iter().filter_map(missed).collect();
        let ahead = self.forecast(Window { from: now.wall, to: now.wall + NEAR }).await?;
        let next = ahead.into_iter().next().map(next_facts);
        let tie = self.priority_tie(now).await?.map(|(_, tied)| tied);
        Ok(of_day(DayFacts { disk: self.disk(), missed, tie, next }))
    }

    /// Bytes that are free, and how many are wanted.
    fn disk(&self) -> Option<(u64, u64)> {
        let data = &self.config.data;
        let free = free_bytes(&data.folder).inspect_err(
            |error| tracing::warn!(%error, folder = %data.folder.display(), "the room on its disk cannot be told"),
        );
        Some((free.ok()?, data.free_bytes_min))
    }
}

fn missed(line: DayLine) -> Option<(Broadcast, MissReason)> {
    let DayLine { occurrence, name, start, outcome, .. } = line;
    match outcome {
        Some(Outcome::Missed(reason)) => Some((Broadcast { occurrence, name, start }, reason)),
        Some(Outcome::Aired | Outcome::Partial | Outcome::Cancelled { .. } | Outcome::Superseded { .. }) | None => None,
    }
}

fn next_facts(forecast: Forecast) -> NextFacts {
    let Forecast { occurrence, rundown, .. } = forecast;
    let room = (occurrence.end - occurrence.start).to_std().unwrap_or_default();
    NextFacts {
        sounds: rundown.has_items(),
        items: rundown.items(),
        wanted: occurrence.version.slot.items_wanted(),
        planned: rundown.length(),
        room,
        broadcast: Broadcast {
            name: occurrence.version.slot.name.clone(),
            occurrence: occurrence.id,
            start: occurrence.start,
        },
    }
}
