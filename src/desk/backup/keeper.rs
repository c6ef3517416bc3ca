//! The copy of every day: made aside of the audio, while nothing is on air, on a thread that may wait for the disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::pack::copy;
use super::{CLIPS, blocking, failed};
use crate::clock;
use crate::config::Backup;
use crate::desk::error::DeskError;
use crate::desk::{Counter, Desk, Topic};
use crate::domain::backup::{is_due, made_at, name_of, superfluous};
use crate::domain::time::Now;
use crate::store::ClipFilter;

/// How often it is looked whether a copy is due: civil time may step, and settings change.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// After a copy that failed, the disk is left alone for so long.
const RETRY: Duration = Duration::from_secs(900);

/// How the daily copy stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackupState {
    /// When the last copy of this run was made; none if none was.
    pub made: Option<DateTime<Utc>>,
    /// Its name.
    pub name: Option<String>,
    /// Why the last try failed; none if it did not.
    pub error: Option<String>,
    /// Clips whose audio could not be copied, as it is not there.
    pub clips_missing: u64,
}

/// Makes the copy of every day.
#[derive(Debug)]
pub struct Keeper {
    counter: Arc<Counter>,
}

impl Keeper {
    /// For the station behind this counter, whose desk says what it comes to.
    #[must_use]
    pub const fn new(counter: Arc<Counter>) -> Self {
        Self { counter }
    }

    /// Looks and copies until it is dropped. A copy that fails is told in the journal and in the state, and tried again.
    pub async fn keep(self) {
        loop {
            let desk = self.counter.desk();
            let now = clock::now();
            let mut next = now.mono + LOOK_EVERY;
            match desk.daily_copy(now).await {
                Ok(None) => {}
                Ok(Some((name, clips_missing))) => {
                    tracing::info!(name, clips_missing, "the daily copy was made");
                    let state = BackupState { made: Some(now.wall), name: Some(name), error: None, clips_missing };
                    desk.backups.send_replace(state);
                    desk.notices().tell(Topic::Settings);
                }
                Err(error) => {
                    tracing::error!(%error, causes = ?error.causes, "the daily copy was not made");
                    let told =
                        error.causes.iter().fold(error.message.clone(), |text, cause| format!("{text}: {cause}"));
                    desk.backups.send_modify(|state| state.error = Some(told));
                    next = now.mono + RETRY;
                }
            }
            drop(desk);
            if let Err(error) = clock::sleep_until(next).await {
                tracing::error!(%error, "no more daily copies: the system gives no timer");
                return;
            }
        }
    }
}

impl Desk {
    /// Makes the daily copy if one is due, nothing is on air or about to be, and the clock can be believed.
    async fn daily_copy(&self, now: Now) -> Result<Option<(String, u64)>, DeskError> {
        let Backup { folder: Some(folder), at, keep, audio } = &self.config.backup else { return Ok(None) };
        let local = now.wall.with_timezone(&self.config.station.time_zone).naive_local();
        let busy = self.station.as_ref().is_some_and(|station| {
            let view = station.live().view;
            !view.on_hand.is_empty() || !view.clock_trusted
        });
        if busy || !is_due(&copies_in(folder), *at, local) {
            return Ok(None);
        }
        let name = name_of(local);
        let manifest = self.backup(&folder.join(&name), false, now).await?;
        let mut missing = manifest.clips_missing;
        if *audio {
            let digests: BTreeSet<String> = self
                .store
                .clips(&ClipFilter::default())
                .await?
                .iter()
                .map(|clip| clip.audio.digest.to_string())
                .collect();
            let (from, into) = (self.clips.clone(), folder.join(CLIPS));
            missing = blocking(move || mirror(&from, &into, &digests)).await?;
        }
        for old in superfluous(copies_in(folder), usize::from(*keep)) {
            let old = folder.join(name_of(old));
            fs::remove_file(&old).map_err(|error| failed("delete", &old, &error))?;
        }
        Ok(Some((name, missing)))
    }
}

/// When the copies in a folder were made. A folder that cannot be read has none; making one will say why.
pub(super) fn copies_in(folder: &Path) -> Vec<NaiveDateTime> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| made_at(&entry.file_name().to_string_lossy())).collect()
}

/// Copies the audio that is not there yet; how many clips have none to copy. What was copied once stays, also when its clip
/// is deleted: older copies may name it.
fn mirror(from: &Path, into: &Path, digests: &BTreeSet<String>) -> Result<u64, DeskError> {
    let mut missing = 0;
    for digest in digests {
        let source = from.join(&digest[..2]).join(digest);
        let place = into.join(&digest[..2]);
        let Ok(bytes) = fs::metadata(&source).map(|file| file.len()) else {
            missing += 1;
            continue;
        };
        let target = place.join(digest);
        if fs::metadata(&target).is_ok_and(|there| there.len() == bytes) {
            continue;
        }
        fs::create_dir_all(&place).map_err(|error| failed("make", &place, &error))?;
        let partly = place.join(format!(".{digest}"));
        copy(&source, &partly)?;
        fs::rename(&partly, &target).map_err(|error| failed("write", &target, &error))?;
    }
    Ok(missing)
}
