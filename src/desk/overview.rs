//! The day at a glance: what was planned, what became of it, what comes next.

use std::collections::HashMap;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::Desk;
use super::error::DeskError;
use crate::domain::log::Outcome;
use crate::domain::plan::{Occurrence, Schedule};
use crate::domain::slot::OccurrenceId;
use crate::domain::time::{Now, Window, day_of, instant_of};

/// An occurrence of today.
#[derive(Debug, Clone, PartialEq)]
pub struct DayLine {
    /// Which.
    pub occurrence: OccurrenceId,
    /// The slot's name for people.
    pub name: String,
    /// Planned start.
    pub start: DateTime<Utc>,
    /// The start plus the slot's longest duration.
    pub end: DateTime<Utc>,
    /// How it ended; none while it is to come or on air.
    pub outcome: Option<Outcome>,
}

/// An occurrence to come.
#[derive(Debug, Clone, PartialEq)]
pub struct Ahead {
    /// Which.
    pub occurrence: OccurrenceId,
    /// The slot's name for people.
    pub name: String,
    /// Planned start.
    pub start: DateTime<Utc>,
}

/// How far ahead the next occurrences are looked for.
const AHEAD: TimeDelta = TimeDelta::days(8);

impl Desk {
    /// The occurrences of the local day on which `now` falls, with how they ended, in order.
    ///
    /// # Errors
    /// The store's own.
    pub async fn today(&self, now: Now) -> Result<Vec<DayLine>, DeskError> {
        let zone = self.config.station.time_zone;
        let day = day_of(zone, now.wall);
        let midnight = |day: chrono::NaiveDate| instant_of(zone, day.and_time(NaiveTime::MIN));
        let window = Window { from: midnight(day), to: midnight(day.succ_opt().unwrap_or(day)) };
        self.lines(window).await
    }

    /// The occurrences that start in `window` with how they ended, in order.
    ///
    /// # Errors
    /// The store's own.
    pub(super) async fn lines(&self, window: Window) -> Result<Vec<DayLine>, DeskError> {
        let planned = self.occurrences(window).await?;
        let mut lines: Vec<DayLine> = planned
            .into_iter()
            .map(|occurrence| DayLine {
                name: occurrence.version.slot.name.clone(),
                occurrence: occurrence.id,
                start: occurrence.start,
                end: occurrence.end,
                outcome: None,
            })
            .collect();
        let at: HashMap<OccurrenceId, usize> =
            (0..).zip(&lines).map(|(index, line)| (line.occurrence.clone(), index)).collect();
        for (closed, _) in self.store.closed(window).await? {
            match at.get(&closed.occurrence).and_then(|index| lines.get_mut(*index)) {
                Some(line) => line.outcome = Some(closed.outcome),
                // Of a slot that was edited or removed since.
                None => lines.push(DayLine {
                    name: closed.occurrence.slot.to_string(),
                    occurrence: closed.occurrence,
                    start: closed.planned_start,
                    end: closed.planned_start,
                    outcome: Some(closed.outcome),
                }),
            }
        }
        lines.sort_by(|a, b| a.start.cmp(&b.start).then_with(|| a.occurrence.cmp(&b.occurrence)));
        Ok(lines)
    }

    /// The next occurrences of the days ahead, at most `count`.
    ///
    /// # Errors
    /// The store's own.
    pub async fn ahead(&self, now: Now, count: usize) -> Result<Vec<Ahead>, DeskError> {
        let window = Window { from: now.wall, to: now.wall + AHEAD };
        let ahead = self.lines(window).await?.into_iter().filter(|line| line.outcome.is_none());
        let line = |line: DayLine| Ahead { occurrence: line.occurrence, name: line.name, start: line.start };
        Ok(ahead.take(count).map(line).collect())
    }

    /// What the slots promise in a window, whatever became of it.
    pub(super) async fn occurrences(&self, window: Window) -> Result<Vec<Occurrence>, DeskError> {
        let versions = self.store.slot_versions(window.from).await?;
        let schedule = Schedule::new(&versions, &self.config.schedule.holidays, self.config.station.time_zone);
        Ok(schedule.occurrences_in(window))
    }
}
