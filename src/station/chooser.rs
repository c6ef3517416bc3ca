//! Fetches what a rundown is chosen from, lets the plan choose, and tries each chosen clip before it is promised.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::Config;
use crate::domain::clip::{Clip, ClipId};
use crate::domain::plan::{Request, Schedule, choose};
use crate::domain::rundown::Rundown;
use crate::domain::slot::{OccurrenceId, SlotVersion};
use crate::library::{ContentStore, soundless};
use crate::store::{ClipFilter, Store, StoreError};

/// Clips found bad in one choosing before it is left at that: a library that is all bad must not be read for ever.
const BAD_MAX: usize = 64;

/// What choosing needs.
#[derive(Clone)]
pub(super) struct Chooser {
    pub(super) config: Arc<Config>,
    pub(super) store: Store,
    pub(super) content: Arc<ContentStore>,
}

impl Chooser {
    /// The elements of an occurrence; every one of them was found, opened and its first sound decoded.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub(super) async fn choose(
        &self,
        occurrence: &OccurrenceId,
        version: &SlotVersion,
        start: DateTime<Utc>,
        mut bad: Vec<(ClipId, String)>,
    ) -> Result<Rundown, StoreError> {
        let library = self.store.clips(&ClipFilter::default()).await?;
        let queue = self.store.queue_list().await?;
        let last_aired = self.store.last_aired().await?;
        let versions = self.store.slot_versions(start - TimeDelta::days(1)).await?;
        let schedule = Schedule::new(&versions, &self.config.schedule.holidays, self.config.station.time_zone);
        let next_start = schedule.next_in_zones(start, &version.slot.zones).map(|next| next.start);
        let by_id: BTreeMap<ClipId, &Clip> = library.iter().map(|clip| (clip.id, clip)).collect();
        let relays = self.config.relay_names();
        loop {
            let rundown = choose(&Request {
                occurrence,
                slot: &version.slot,
                start,
                time_zone: self.config.station.time_zone,
                library: &library,
                queue: &queue,
                last_aired: &last_aired,
                bad: &bad,
                permitted: &self.config.schedule.permitted,
                session_length_max: Some(self.config.schedule.session_max),
                next_start,
                gain: &|clip| self.gain_of(clip),
                standby: self.config.tiers.emergency_clip,
                first: self.config.tiers.first,
                relays: &relays,
            });
            let chosen: Vec<Clip> = rundown
                .elements
                .iter()
                .filter_map(|element| by_id.get(&element.sound.clip_id()?).map(|clip| (*clip).clone()))
                .collect();
            let found = self.faults(chosen).await;
            if found.is_empty() || bad.len() >= BAD_MAX {
                return Ok(rundown);
            }
            bad.extend(found);
        }
    }

    pub(super) fn gain_of(&self, clip: &Clip) -> f64 {
        self.config.gain_db_of(clip)
    }

    /// What is wrong with these clips' audio, found by opening each and decoding its first sound.
    async fn faults(&self, clips: Vec<Clip>) -> Vec<(ClipId, String)> {
        let content = Arc::clone(&self.content);
        let tried = tokio::task::spawn_blocking(move || {
            clips.iter().filter_map(|clip| Some((clip.id, soundless(&content, &clip.audio.digest)?))).collect()
        });
        // The task only ends early if it panics or the runtime does; the engine then finds what is bad by itself.
        tried.await.unwrap_or_default()
    }
}
