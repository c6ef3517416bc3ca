//! What a person may do with slots.

mod once;
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use once::Once;
pub use trial::{SlotTrial, TRIAL_STARTS_MAX, TrialOf};

use super::error::{DeskError, ErrorKind};
use super::{Change, Desk, Response, Who, value};
use crate::config::Config;
use crate::domain::clip::{Clip, ClipId};
use crate::domain::plan::{SlotProblem, Surroundings, validate_slot};
use crate::domain::relay::RelayId;
use crate::domain::slot::{
    Element, Exception, Interrupted, OccurrenceId, Overrun, RotationOf, Slot, SlotId, SlotVersion, ZoneId,
};
use crate::domain::time::{Days, Now};
use crate::store::Expected;

/// A person asks something about a slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum SlotRequest {
    /// A new slot; what the change does not set is as the configuration says.
    Add {
        /// Its name in identifiers.
        id: SlotId,
        /// What it is like.
        change: Box<SlotChange>,
    },
    /// Another wording of a slot, from now on.
    Edit {
        /// Which.
        id: SlotId,
        /// What changes.
        change: Box<SlotChange>,
        /// The number of the version that the person saw; none if they did not look.
        #[serde(default)]
        based_on: Option<u32>,
    },
    /// It airs no more from now on.
    Remove {
        /// Which.
        id: SlotId,
        /// The number of the version that the person saw; none if they did not look.
        #[serde(default)]
        based_on: Option<u32>,
    },
    /// Something about one occurrence alone.
    Once {
        /// Which.
        occurrence: OccurrenceId,
        /// What becomes of it.
        once: Once,
        /// The number of the version of its slot that the person saw; none if they did not look.
        #[serde(default)]
        based_on: Option<u32>,
    },
}

/// What changes about a slot.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SlotChange {
    /// Its name for people.
    pub name: Option<String>,
    /// Cron text.
    pub recurrence: Option<String>,
    /// All its zones.
    pub zones: Option<Vec<ZoneId>>,
    /// All its elements, in order.
    pub rundown: Option<Vec<ElementDraft>>,
    /// Longest duration of an occurrence.
    pub length_max: Option<Duration>,
    /// A later start is a miss.
    pub grace: Option<Duration>,
    /// What still sounds at its end.
    pub overrun: Option<Overrun>,
    /// After an interruption.
    pub interrupted: Option<Interrupted>,
    /// First day on which it airs.
    pub valid_from: Change<NaiveDate>,
    /// Last day on which it airs.
    pub valid_to: Change<NaiveDate>,
    /// All days on which it does not air.
    pub exceptions: Option<Vec<Exception>>,
}

/// An element as a person names it: clips by number, title or digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ElementDraft {
    /// The signature tune.
    Ident {
        /// Which clip.
        clip: String,
    },
    /// Always the same clip.
    Clip {
        /// Which clip.
        clip: String,
    },
    /// The first clips waiting in the queue.
    Queue {
        /// At most so many.
        count: u32,
    },
    /// The clips aired longest ago.
    Rotation {
        /// Which of them.
        of: RotationOf,
        /// At most so many.
        count: u32,
    },
    /// Another station, live.
    Relay {
        /// Which relay of the configuration.
        relay: RelayId,
        /// For so long.
        minutes: u32,
    },
    /// The closing tune.
    Closing {
        /// Which clip.
        clip: String,
    },
}

impl Desk {
    pub(super) async fn handle_slot(&self, who: &Who, request: SlotRequest, now: Now) -> Result<Response, DeskError> {
        let response = match request {
            SlotRequest::Add { id, change } => self.add_slot(who, id, *change, now).await?,
            SlotRequest::Edit { id, change, based_on } => self.edit_slot(who, &id, *change, based_on, now).await?,
            SlotRequest::Remove { id, based_on } => {
                let slot = self.store.remove_slot(&id, seen(based_on), now.wall).await?;
                self.audit(who, "slot.rm", format!("slot {id}"), [value(&slot), None], now).await?;
                Response::SlotRemoved { slot: Box::new(slot) }
            }
            SlotRequest::Once { occurrence, once, based_on } => {
                self.change_once(who, &occurrence, once, based_on, now).await?
            }
        };
        if let Some(station) = &self.station {
            station.slots_changed().await?;
        }
        Ok(response)
    }

    async fn add_slot(&self, who: &Who, id: SlotId, change: SlotChange, now: Now) -> Result<Response, DeskError> {
        let versions = self.store.slot_versions(now.wall).await?;
        if versions.iter().any(|version| version.until.is_none() && version.slot.id == id) {
            let hint = format!("change it with `loa slot edit {id}`, or choose another name");
            let error = DeskError::new(ErrorKind::Conflict, format!("slot {id} exists already")).hint(hint);
            return Err(error.code("slot_exists").value("slot", id));
        }
        if change.recurrence.is_none() {
            return Err(DeskError::usage("the slot has no times")
                .hint("give them as cron text, for example --at \"0 5 * * *\" for each day at 05:00")
                .code("slot_without_times"));
        }
        let slot = self.changed(self.fresh_slot(id), change).await?;
        self.save_slot(who, None, slot, Expected::Absent, versions, now).await
    }

    /// A slot as the configuration would have it, with no times and nothing in it.
    fn fresh_slot(&self, id: SlotId) -> Slot {
        let schedule = &self.config.schedule;
        Slot {
            name: id.to_string(),
            id,
            recurrence: String::new(),
            zones: self.config.zones.iter().map(|zone| zone.id.clone()).collect(),
            rundown: Vec::new(),
            length_max: schedule.session_max,
            grace: schedule.grace,
            overrun: schedule.overrun,
            interrupted: schedule.interrupted,
            valid: Days::ALL,
            exceptions: Vec::new(),
            instead_of: None,
        }
    }

    async fn edit_slot(
        &self,
        who: &Who,
        id: &SlotId,
        change: SlotChange,
        based_on: Option<u32>,
        now: Now,
    ) -> Result<Response, DeskError> {
        let versions = self.store.slot_versions(now.wall).await?;
        let before = self.slot_in(&versions, id)?;
        let slot = self.changed(before.clone(), change).await?;
        self.save_slot(who, Some(before), slot, seen(based_on), versions, now).await
    }

    async fn save_slot(
        &self,
        who: &Who,
        before: Option<Slot>,
        slot: Slot,
        expected: Expected,
        others: Vec<SlotVersion>,
        now: Now,
    ) -> Result<Response, DeskError> {
        let library = self.clips_named(&others, &slot).await?;
        refused(checked(Arc::clone(&self.config), slot.clone(), others, library, now.wall).await?)?;
        let numbers = self.store.save_slots(&[(&slot, expected)], None, now.wall).await?;
        let what = if before.is_some() { "slot.edit" } else { "slot.add" };
        let change = [before.as_ref().and_then(value), value(&slot)];
        self.audit(who, what, format!("slot {}", slot.id), change, now).await?;
        Ok(Response::Slot { slot: Box::new(slot), version: numbers.first().copied().unwrap_or_default() })
    }

    async fn changed(&self, slot: Slot, change: SlotChange) -> Result<Slot, DeskError> {
        let mut slot = slot;
        slot.name = change.name.unwrap_or(slot.name);
        slot.recurrence = change.recurrence.unwrap_or(slot.recurrence);
        slot.zones = change.zones.unwrap_or(slot.zones);
        slot.length_max = change.length_max.unwrap_or(slot.length_max);
        slot.grace = change.grace.unwrap_or(slot.grace);
        slot.overrun = change.overrun.unwrap_or(slot.overrun);
        slot.interrupted = change.interrupted.unwrap_or(slot.interrupted);
        slot.exceptions = change.exceptions.unwrap_or(slot.exceptions);
        change.valid_from.apply(&mut slot.valid.from);
        change.valid_to.apply(&mut slot.valid.to);
        if let Some(drafts) = change.rundown {
            slot.rundown.clear();
            for draft in drafts {
                slot.rundown.push(self.element(draft).await?);
            }
        }
        Ok(slot)
    }

    async fn element(&self, draft: ElementDraft) -> Result<Element, DeskError> {
        Ok(match draft {
            ElementDraft::Ident { clip } => Element::Ident { clip: self.find_clip(&clip).await?.id },
            ElementDraft::Clip { clip } => Element::Clip { clip: self.find_clip(&clip).await?.id },
            ElementDraft::Closing { clip } => Element::Closing { clip: self.find_clip(&clip).await?.id },
            ElementDraft::Queue { count } => Element::Queue { count },
            ElementDraft::Relay { relay, minutes } => Element::Relay { relay, minutes },
            ElementDraft::Rotation { of, count } => Element::Rotation { of, count },
        })
    }

    /// The slots in force at `now`, by name.
    ///
    /// # Errors
    /// The store's own.
    pub async fn slots(&self, now: Now) -> Result<Vec<SlotVersion>, DeskError> {
        let versions = self.store.slot_versions(now.wall).await?;
        Ok(versions.into_iter().filter(|version| version.until.is_none()).collect())
    }

    /// The slots in force with the numbers of their versions, by name.
    ///
    /// # Errors
    /// The store's own.
    pub async fn slots_in_force(&self) -> Result<Vec<(u32, SlotVersion)>, DeskError> {
        Ok(self.store.slots_in_force().await?)
    }

    /// One slot in force.
    ///
    /// # Errors
    /// There is none of this name; the store's own.
    pub async fn slot(&self, id: &SlotId, now: Now) -> Result<Slot, DeskError> {
        self.slot_in(&self.store.slot_versions(now.wall).await?, id)
    }

    /// The slots in force that could not be saved today: the configuration or another slot has changed since. Each with what is
    /// wrong. A slot whose days are all past has kept its word.
    ///
    /// # Errors
    /// The store's own.
    pub async fn slot_faults(&self, now: Now) -> Result<Vec<(SlotId, Vec<String>)>, DeskError> {
        let versions = self.store.slot_versions(now.wall).await?;
        let mut faults = Vec::new();
        for version in versions.iter().filter(|version| version.until.is_none()) {
            let (config, slot) = (Arc::clone(&self.config), version.slot.clone());
            let library = self.clips_named(&versions, &slot).await?;
            let problems = checked(config, slot, versions.clone(), library, now.wall).await?;
            if !problems.is_empty() && !problems.iter().any(SlotProblem::is_over) {
                faults.push((version.slot.id.clone(), problems.iter().map(ToString::to_string).collect()));
            }
        }
        Ok(faults)
    }

    /// The clips that the rundowns of these slots name, by number.
    ///
    /// # Errors
    /// The store's own.
    pub async fn clips_of_slots<'a>(
        &self,
        slots: impl IntoIterator<Item = &'a Slot> + Send,
    ) -> Result<BTreeMap<ClipId, Clip>, DeskError> {
        let slots = slots.into_iter();
        let named: BTreeSet<ClipId> = slots.flat_map(|slot| &slot.rundown).filter_map(Element::clip).collect();
        let clips = self.store.clips_of(&named).await?;
        Ok(clips.into_iter().map(|clip| (clip.id, clip)).collect())
    }

    /// The clips that any of these rundowns names.
    async fn clips_named(&self, versions: &[SlotVersion], slot: &Slot) -> Result<Vec<Clip>, DeskError> {
        let slots = versions.iter().map(|version| &version.slot).chain(std::iter::once(slot));
        Ok(self.clips_of_slots(slots).await?.into_values().collect())
    }

    fn slot_in(&self, versions: &[SlotVersion], id: &SlotId) -> Result<Slot, DeskError> {
        let found = versions.iter().find(|version| version.until.is_none() && version.slot.id == *id);
        found
            .map(|version| version.slot.clone())
            .ok_or_else(|| DeskError::not_found(format!("there is no slot {id}")).hint("`loa slot list` names them"))
    }
}

/// What a person saw who named a version, or did not.
fn seen(based_on: Option<u32>) -> Expected {
    based_on.map_or(Expected::Any, Expected::Version)
}

/// Nothing, if nothing is wrong.
fn refused(problems: Vec<SlotProblem>) -> Result<(), DeskError> {
    if problems.is_empty() {
        return Ok(());
    }
    let problems = problems.iter().map(SlotProblem::to_string).collect();
    Err(DeskError::refused("the slot cannot be saved").problems(problems).code("slot_refused"))
}

/// What keeps the slot from keeping its word. A year is looked at, beside the event loop.
async fn checked(
    config: Arc<Config>,
    slot: Slot,
    others: Vec<SlotVersion>,
    library: Vec<Clip>,
    from: DateTime<Utc>,
) -> Result<Vec<SlotProblem>, DeskError> {
    let checked = tokio::task::spawn_blocking(move || {
        let zones: Vec<ZoneId> = config.zones.iter().map(|zone| zone.id.clone()).collect();
        let topics: Vec<String> = config.library.topics.topics().iter().map(|topic| topic.code.clone()).collect();
        let campaigns: Vec<String> = config.campaigns.iter().map(|campaign| campaign.code.clone()).collect();
        let relays: Vec<RelayId> = config.relays.iter().map(|relay| relay.id.clone()).collect();
        let around = Surroundings {
            others: &others,
            holidays: &config.schedule.holidays,
            time_zone: config.station.time_zone,
            from,
            library: &library,
            zones: &zones,
            topics: &topics,
            campaigns: &campaigns,
            relays: &relays,
            permitted: &config.schedule.permitted,
            session_length_max: Some(config.schedule.session_max),
        };
        validate_slot(&slot, &around).err().unwrap_or_default()
    });
    checked.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))
}
