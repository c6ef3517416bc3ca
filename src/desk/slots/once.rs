//! What a person may do with one occurrence of a slot, apart from the others: move it, leave it out, repeat it elsewhere, put
//! it back.
//!
//! The series gets an exception for that one time, and where it is to air at another time it gets a slot of its own for that
//! single day with the same rundown. Both are saved together, so an occurrence can neither get lost nor air twice.

use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{checked, refused, seen};
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::{Desk, Response, Who, value};
use crate::domain::plan::{Schedule, SlotProblem};
use crate::domain::recurrence::{Pattern, PatternDays, Recurrence};
use crate::domain::slot::{Exception, OccurrenceId, Slot, SlotId, SlotVersion};
use crate::domain::time::{Days, Now, Window, instant_of};
use crate::store::Expected;

/// What becomes of one occurrence alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "once", rename_all = "snake_case")]
pub enum Once {
    /// It airs at another time, or with another longest duration.
    Move {
        /// When, local, to the minute.
        to: NaiveDateTime,
        /// Its longest duration in seconds; none is as its slot's.
        #[serde(default)]
        length_max_s: Option<u64>,
    },
    /// The same is heard once more at another time.
    Copy {
        /// When, local, to the minute.
        to: NaiveDateTime,
    },
    /// It does not air. Nobody expects it any more, so it is not a miss.
    Skip,
    /// What was moved or left out airs again as its slot says.
    Restore,
}

/// The slots as they shall be: at most the series and the single one.
#[derive(Debug)]
pub(super) struct OnceDraft {
    /// The series as it was, and as it shall be; none if it stays as it is.
    pub(super) series: Option<(Slot, Slot)>,
    /// The slot of the single occurrence.
    pub(super) alone: Option<Slot>,
    /// The slot of a single occurrence that airs no more.
    pub(super) removed: Option<SlotId>,
}

/// Letters of the series' name that the name of a single occurrence begins with.
const STEM_LENGTH_MAX: usize = 18;

impl Desk {
    pub(super) async fn change_once(
        &self,
        who: &Who,
        occurrence: &OccurrenceId,
        once: Once,
        based_on: Option<u32>,
        now: Now,
    ) -> Result<Response, DeskError> {
        let versions = self.store.slot_versions(now.wall).await?;
        let draft = self.once_draft(&versions, occurrence, once, now)?;
        refused(self.once_problems(&draft, versions.clone(), now).await?)?;
        let mut saved: Vec<(&Slot, Expected)> = Vec::new();
        saved.extend(draft.series.iter().map(|(_, after)| (after, seen(based_on))));
        saved.extend(draft.alone.iter().map(|alone| (alone, Expected::Absent)));
        let numbers = self.store.save_slots(&saved, draft.removed.as_ref(), now.wall).await?;
        let response = match (saved.last(), numbers.last()) {
            (Some((slot, _)), Some(version)) => Response::Slot { slot: Box::new((*slot).clone()), version: *version },
            _ => Response::SlotRemoved { slot: Box::new(self.slot_in(&versions, &occurrence.slot)?) },
        };
        let before = draft.series.as_ref().and_then(|(before, _)| value(before));
        self.audit(who, "slot.once", occurrence.to_string(), [before, value(&once)], now).await?;
        Ok(response)
    }

    /// The slots as they would be.
    pub(super) fn once_draft(
        &self,
        versions: &[SlotVersion],
        occurrence: &OccurrenceId,
        once: Once,
        now: Now,
    ) -> Result<OnceDraft, DeskError> {
        let series = self.slot_in(versions, &occurrence.slot)?;
        let exception = Exception::Once { at: occurrence.nominal };
        if once == Once::Restore {
            return restored(versions, series, occurrence);
        }
        if !matches!(once, Once::Copy { .. }) {
            self.check_planned(versions, occurrence, now)?;
        }
        let mut shorter = series.clone();
        // What was left out long ago is kept in the version that was in force then.
        let lately = now.wall.with_timezone(&self.config.station.time_zone).naive_local() - TimeDelta::days(2);
        shorter.exceptions.retain(|known| !matches!(known, Exception::Once { at } if *at < lately));
        shorter.exceptions.push(exception);
        Ok(match once {
            Once::Skip if is_single(&series) => OnceDraft { series: None, alone: None, removed: Some(series.id) },
            Once::Skip => OnceDraft { series: Some((series, shorter)), alone: None, removed: None },
            Once::Copy { to } => {
                let alone = Slot { instead_of: None, ..alone(versions, &series, to)? };
                OnceDraft { series: None, alone: Some(alone), removed: None }
            }
            // A slot of one single day is simply moved itself.
            Once::Move { to, length_max_s } if is_single(&series) => {
                let recurrence = text_of(to)?;
                let length_max = length_max_s.map_or(series.length_max, Duration::from_secs);
                let moved = Slot { recurrence, length_max, ..series.clone() };
                OnceDraft { series: Some((series, moved)), alone: None, removed: None }
            }
            Once::Move { to, length_max_s } => {
                let alone = Slot {
                    instead_of: Some(occurrence.clone()),
                    length_max: length_max_s.map_or(series.length_max, Duration::from_secs),
                    ..alone(versions, &series, to)?
                };
                OnceDraft { series: Some((series, shorter)), alone: Some(alone), removed: None }
            }
            Once::Restore => return Err(DeskError::usage("there is nothing to put back")),
        })
    }

    /// What keeps the slots from keeping their word.
    pub(super) async fn once_problems(
        &self,
        draft: &OnceDraft,
        versions: Vec<SlotVersion>,
        now: Now,
    ) -> Result<Vec<SlotProblem>, DeskError> {
        let mut others = versions;
        others.retain(|version| draft.removed.as_ref() != Some(&version.slot.id));
        if let Some((_, after)) = &draft.series {
            let of_series = others.iter_mut().filter(|version| version.until.is_none() && version.slot.id == after.id);
            of_series.for_each(|version| version.slot = after.clone());
        }
        let slot = match draft {
            OnceDraft { alone: Some(alone), .. } => alone,
            OnceDraft { series: Some((_, after)), .. } => after,
            OnceDraft { .. } => return Ok(Vec::new()),
        };
        let library = self.clips_named(&others, slot).await?;
        checked(Arc::clone(&self.config), slot.clone(), others, library, now.wall).await
    }

    /// Only what is still to come can be moved or left out.
    fn check_planned(&self, versions: &[SlotVersion], id: &OccurrenceId, now: Now) -> Result<(), DeskError> {
        let zone = self.config.station.time_zone;
        let start = instant_of(zone, id.nominal);
        let schedule = Schedule::new(versions, &self.config.schedule.holidays, zone);
        let window = Window { from: start, to: start + TimeDelta::seconds(1) };
        if !schedule.occurrences_in(window).iter().any(|occurrence| occurrence.id == *id) {
            let text = format!("{id} is not planned");
            let error = DeskError::new(ErrorKind::Conflict, text).hint("look at the calendar as it is now");
            return Err(error.code("occurrence_not_planned").value("occurrence", id));
        }
        if start <= now.wall {
            let text = format!("{id} has begun already");
            let error = DeskError::refused(text).hint("change one that is still to come, or all of its slot");
            return Err(error.code("occurrence_begun").value("occurrence", id));
        }
        Ok(())
    }
}

/// The series without the exception, and without the slot that stood for the occurrence.
fn restored(versions: &[SlotVersion], series: Slot, occurrence: &OccurrenceId) -> Result<OnceDraft, DeskError> {
    let mut whole = series.clone();
    whole.exceptions.retain(|known| *known != Exception::Once { at: occurrence.nominal });
    if whole.exceptions.len() == series.exceptions.len() {
        let text = format!("{occurrence} was neither moved nor left out");
        let error = DeskError::new(ErrorKind::Conflict, text).hint("look at the calendar as it is now");
        return Err(error.code("occurrence_not_moved").value("occurrence", occurrence));
    }
    let in_force = versions.iter().filter(|version| version.until.is_none());
    let standing = in_force.map(|version| &version.slot).find(|slot| slot.instead_of.as_ref() == Some(occurrence));
    Ok(OnceDraft { series: Some((series, whole)), alone: None, removed: standing.map(|slot| slot.id.clone()) })
}

/// The same rundown, once, at another time.
fn alone(versions: &[SlotVersion], series: &Slot, to: NaiveDateTime) -> Result<Slot, DeskError> {
    Ok(Slot {
        id: free_id(versions, &series.id, to)?,
        recurrence: text_of(to)?,
        valid: Days::ALL,
        // Somebody chose the day: no exception of the series shall silence it.
        exceptions: Vec::new(),
        ..series.clone()
    })
}

fn text_of(to: NaiveDateTime) -> Result<String, DeskError> {
    let recurrence = Pattern::once(to.date(), to.time()).recurrence();
    recurrence.map(|recurrence| recurrence.to_string()).map_err(|error| DeskError::usage(error.to_string()))
}

/// Whether the slot airs on one single day at one time.
fn is_single(slot: &Slot) -> bool {
    let pattern = Recurrence::parse(&slot.recurrence).ok().and_then(|recurrence| recurrence.pattern());
    pattern.is_some_and(|Pattern { days, times }| {
        times.len() == 1 && matches!(days, PatternDays::Dates { dates } if dates.len() == 1)
    })
}

/// `sang-0500-1124-0600`, with a number behind it if there is one of that name.
fn free_id(versions: &[SlotVersion], series: &SlotId, to: NaiveDateTime) -> Result<SlotId, DeskError> {
    let stem: String = series.as_str().chars().take(STEM_LENGTH_MAX).collect();
    let name = format!("{}-{}", stem.trim_end_matches('-'), to.format("%m%d-%H%M"));
    let names = std::iter::once(name.clone()).chain((2..=99).map(|number| format!("{name}-{number}")));
    let taken = |name: &String| versions.iter().any(|version| version.slot.id.as_str() == name);
    let free = names.into_iter().find(|name| !taken(name)).unwrap_or(name);
    free.parse().map_err(DeskError::usage)
}
