//! A slot tried without being saved: what would be said of it, and when it would air. Asked again and again while a person
//! drags it about.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Once, SlotChange, checked};
use crate::desk::Desk;
use crate::desk::error::{DeskError, ErrorKind};
use crate::domain::plan::{Occurrence, Schedule, SlotProblem};
use crate::domain::recurrence::{Pattern, Recurrence};
use crate::domain::slot::{OccurrenceId, Slot, SlotId, SlotVersion};
use crate::domain::time::Now;
use crate::domain::words::Language;

/// The most starts that a trial names.
pub const TRIAL_STARTS_MAX: usize = 20;

/// What is tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "try", rename_all = "snake_case")]
pub enum TrialOf {
    /// A slot, new or in force, with a change.
    Slot {
        /// Its name; none for a new one.
        id: Option<SlotId>,
        /// What changes.
        change: Box<SlotChange>,
    },
    /// One occurrence apart from the others.
    Once {
        /// Which.
        occurrence: OccurrenceId,
        /// What would become of it.
        once: Once,
    },
}

/// What would be said if it were saved.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotTrial {
    /// The slot as it would be.
    pub slot: Slot,
    /// Everything that keeps it from being saved; empty when it can be.
    pub problems: Vec<SlotProblem>,
    /// Its next starts, at most as many as were asked for.
    pub next: Vec<DateTime<Utc>>,
    /// Its recurrence as a form asks for it, if it fits.
    pub pattern: Option<Pattern>,
    /// Its recurrence in Vietnamese and in English; the cron text where words fail.
    pub words: [String; 2],
    /// How long an occurrence may last at the most.
    pub length_max: Duration,
}

/// The name of a slot that has none yet.
const UNNAMED: &str = "moi";

impl Desk {
    /// Tries a change without saving it. `starts` is the number of coming starts to name.
    ///
    /// # Errors
    /// What it is about does not exist; the store's own. What is wrong with the slot is in the answer.
    pub async fn try_slot(&self, of: TrialOf, starts: usize, now: Now) -> Result<SlotTrial, DeskError> {
        let versions = self.store.slot_versions(now.wall).await?;
        let (slot, problems) = match of {
            TrialOf::Slot { id, change } => {
                let known = id.as_ref().is_some_and(|id| in_force(&versions, id));
                let before = match id {
                    Some(id) if known => self.slot_in(&versions, &id)?,
                    Some(id) => self.fresh_slot(id),
                    None => self.fresh_slot(unnamed(&versions)?),
                };
                let slot = self.changed(before, *change).await?;
                let library = self.clips_named(&versions, &slot).await?;
                let problems = checked(Arc::clone(&self.config), slot.clone(), versions, library, now.wall).await?;
                (slot, problems)
            }
            TrialOf::Once { occurrence, once } => {
                let draft = self.once_draft(&versions, &occurrence, once, now)?;
                let problems = self.once_problems(&draft, versions, now).await?;
                let slot = draft.alone.or(draft.series.map(|(_, after)| after));
                (slot.ok_or_else(|| DeskError::new(ErrorKind::Failed, "nothing was to be tried"))?, problems)
            }
        };
        let recurrence = Recurrence::parse(&slot.recurrence).ok();
        let words = |language| recurrence.as_ref().map_or_else(String::new, |known| known.describe(language));
        Ok(SlotTrial {
            words: [words(Language::Vi), words(Language::En)],
            pattern: recurrence.as_ref().and_then(Recurrence::pattern),
            next: self.next_starts(&slot, starts.min(TRIAL_STARTS_MAX), now),
            length_max: slot.length_max,
            slot,
            problems,
        })
    }

    /// When a slot worded so would start next.
    fn next_starts(&self, slot: &Slot, count: usize, now: Now) -> Vec<DateTime<Utc>> {
        let version = SlotVersion { slot: slot.clone(), from: now.wall, until: None };
        let schedule = Schedule::new(&[version], &self.config.schedule.holidays, self.config.station.time_zone);
        let first = schedule.next_after(now.wall);
        let next = |before: &Occurrence| schedule.next_after(before.start);
        std::iter::successors(first, next).take(count).map(|occurrence| occurrence.start).collect()
    }
}

fn in_force(versions: &[SlotVersion], id: &SlotId) -> bool {
    versions.iter().any(|version| version.until.is_none() && version.slot.id == *id)
}

/// A name that no slot has.
fn unnamed(versions: &[SlotVersion]) -> Result<SlotId, DeskError> {
    let names = std::iter::once(UNNAMED.to_owned()).chain((2..=999).map(|number| format!("{UNNAMED}-{number}")));
    let taken = |name: &String| versions.iter().any(|version| version.slot.id.as_str() == name);
    let free = names.into_iter().find(|name| !taken(name)).unwrap_or_else(|| UNNAMED.to_owned());
    free.parse().map_err(DeskError::usage)
}
