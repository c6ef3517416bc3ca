//! The calendar: what the slots promise in a window, what became of it, what is left out and why, and the days around it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Desk;
use super::error::{DeskError, ErrorKind};
use crate::domain::calendar::{ExceptionHit, LunarDate, lunar_of};
use crate::domain::log::Outcome;
use crate::domain::plan::{Occurrence, Schedule};
use crate::domain::slot::{OccurrenceId, Slot, ZoneId};
use crate::domain::time::{Now, Window, day_of};

/// The longest window of a calendar: two months with the days that a page shows around them.
pub const CALENDAR_DAYS_MAX: i64 = 75;

/// How an occurrence stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// To come.
    Planned,
    /// Being heard.
    OnAir,
    /// Over, and the log says how.
    Over(Outcome),
    /// Past, and the log does not say how it ended (yet): the station was off and has not come up since.
    Unaccounted,
    /// It does not air.
    LeftOut(ExceptionHit),
}

/// An occurrence in the calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarOccurrence {
    /// Which.
    pub id: OccurrenceId,
    /// The slot's name for people.
    pub name: String,
    /// Where it is heard.
    pub zones: Vec<ZoneId>,
    /// Planned start.
    pub start: DateTime<Utc>,
    /// When what is planned in it will be over; none where that is not known: it is past, or filled when its time comes.
    pub planned_end: Option<DateTime<Utc>>,
    /// The start plus the slot's longest duration.
    pub end: DateTime<Utc>,
    /// How it stands.
    pub standing: Standing,
    /// The occurrence of another slot for which it stands, moved to here.
    pub instead_of: Option<OccurrenceId>,
    /// Where the occurrence has been moved to, if its slot leaves it out for that.
    pub moved_to: Option<OccurrenceId>,
    /// Items to be heard in it; none where that is not known.
    pub items: Option<usize>,
    /// Whether anything is to be heard in it but tunes, a relay included; none where that is not known.
    pub sounds: Option<bool>,
}

/// A day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// The day.
    pub date: NaiveDate,
    /// The same day in the lunar year.
    pub lunar: LunarDate,
    /// What is celebrated; none on an ordinary day.
    pub holiday: Option<String>,
}

/// A window of the calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// By start, then by identifier; those that are left out among them.
    pub occurrences: Vec<CalendarOccurrence>,
    /// Each day that has a part in the window.
    pub days: Vec<CalendarDay>,
    /// When sound is permitted.
    pub permitted: Vec<Window>,
}

impl Desk {
    /// The calendar of a window of at most [`CALENDAR_DAYS_MAX`] days.
    ///
    /// # Errors
    /// The window is longer, or ends before it begins; the store's own.
    pub async fn calendar(&self, window: Window, now: Now) -> Result<Calendar, DeskError> {
        check_window(window, CALENDAR_DAYS_MAX)?;
        let versions = self.store.slot_versions(window.from).await?;
        let closed = self.store.closed(window).await?;
        let ahead = Window { from: window.from.max(now.wall), to: window.to };
        let plan = if ahead.from < ahead.to { self.plan(ahead).await? } else { Vec::new() };
        let on_air = self.station.as_ref().and_then(|station| station.live().view.on_air().cloned());
        let config = Arc::clone(&self.config);
        let made = tokio::task::spawn_blocking(move || {
            let (holidays, zone) = (&config.schedule.holidays, config.station.time_zone);
            let schedule = Schedule::new(&versions, holidays, zone);
            let moved = |id: &OccurrenceId| {
                let in_force = versions.iter().filter(|version| version.until.is_none());
                let alone = in_force.map(|version| &version.slot).find(|slot| slot.instead_of.as_ref() == Some(id));
                alone.and_then(|slot| moved_to(slot, &schedule, window))
            };
            let left_out = schedule.skipped_in(window).into_iter().map(|skipped| CalendarOccurrence {
                moved_to: moved(&skipped.id),
                standing: Standing::LeftOut(skipped.why),
                ..planned(&skipped.version.slot, skipped.id, skipped.start)
            });
            let mut occurrences: Vec<CalendarOccurrence> = left_out.collect();
            for Occurrence { id, version, start, .. } in schedule.occurrences_in(window) {
                let standing = if start > now.wall { Standing::Planned } else { Standing::Unaccounted };
                occurrences.push(CalendarOccurrence { standing, ..planned(&version.slot, id, start) });
            }
            let first = day_of(zone, window.from);
            let last = day_of(zone, window.to - TimeDelta::nanoseconds(1));
            let day = |date: NaiveDate| CalendarDay {
                date,
                lunar: lunar_of(date),
                holiday: holidays.name_of(date).map(str::to_owned),
            };
            Calendar {
                occurrences,
                days: first.iter_days().take_while(|date| *date <= last).map(day).collect(),
                permitted: config.schedule.permitted.stretches_in(zone, window),
            }
        });
        let mut calendar = made.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
        for row in plan {
            let of_row = |known: &&mut CalendarOccurrence| known.id == row.rundown.occurrence;
            if let Some(known) = calendar.occurrences.iter_mut().find(of_row) {
                known.planned_end = Some(row.end).filter(|_| !row.rundown.elements.is_empty());
                known.items = Some(row.rundown.items());
                known.sounds = Some(row.rundown.has_items());
            }
        }
        for (closed, _) in closed {
            let over = Standing::Over(closed.outcome);
            match calendar.occurrences.iter_mut().find(|known| known.id == closed.occurrence) {
                Some(known) => known.standing = over,
                // Of a slot that was edited or removed since.
                None => calendar.occurrences.push(CalendarOccurrence {
                    name: closed.occurrence.slot.to_string(),
                    standing: over,
                    ..unknown(closed.occurrence, closed.planned_start)
                }),
            }
        }
        let sounding = on_air.and_then(|on_air| on_air.occurrence);
        if let Some(known) = calendar.occurrences.iter_mut().find(|known| Some(&known.id) == sounding.as_ref()) {
            known.standing = Standing::OnAir;
        }
        calendar.occurrences.sort_by(|a, b| a.start.cmp(&b.start).then_with(|| a.id.cmp(&b.id)));
        Ok(calendar)
    }
}

/// The occurrence of a slot that has only one, wherever it is.
fn moved_to(slot: &Slot, schedule: &Schedule, window: Window) -> Option<OccurrenceId> {
    let reach = TimeDelta::days(CALENDAR_DAYS_MAX);
    let wide = Window { from: window.from - reach, to: window.to + reach };
    schedule.occurrences_in(wide).into_iter().map(|occurrence| occurrence.id).find(|id| id.slot == slot.id)
}

fn planned(slot: &Slot, id: OccurrenceId, start: DateTime<Utc>) -> CalendarOccurrence {
    CalendarOccurrence {
        name: slot.name.clone(),
        zones: slot.zones.clone(),
        end: start + slot.length_max,
        instead_of: slot.instead_of.clone(),
        ..unknown(id, start)
    }
}

const fn unknown(id: OccurrenceId, start: DateTime<Utc>) -> CalendarOccurrence {
    CalendarOccurrence {
        id,
        name: String::new(),
        zones: Vec::new(),
        start,
        planned_end: None,
        end: start,
        standing: Standing::Planned,
        instead_of: None,
        moved_to: None,
        items: None,
        sounds: None,
    }
}

/// A window of 1 ns to `days` days.
pub(super) fn check_window(window: Window, days: i64) -> Result<(), DeskError> {
    let most = Duration::from_secs(u64::try_from(days).unwrap_or_default() * 86_400 + 86_400);
    if window.from >= window.to {
        return Err(DeskError::usage("the window ends before it begins; swap its ends").code("window_inverted"));
    }
    // A day more, for the hours that clocks are set by.
    if window.length() >= most {
        let text = format!("the window is longer than {days} days; ask for less at once");
        return Err(DeskError::usage(text).code("window_too_long").value("days", days));
    }
    Ok(())
}
