//! The days ahead, rehearsed on paper from how things stand now.

use std::sync::Arc;

use chrono::TimeDelta;

use super::Desk;
use super::calendar::check_window;
use super::error::{DeskError, ErrorKind};
use crate::domain::clip::{Approval, Digest};
use crate::domain::rundown::Why;
use crate::domain::slot::OccurrenceId;
use crate::domain::time::{Now, Window};
use crate::library::ContentStore;
pub use crate::rehearsal::{Rehearsal, Rehearsed, RehearsedElement};
use crate::rehearsal::{Town, rehearse};
use crate::store::ClipFilter;

/// How far ahead a rehearsal goes at the most.
pub const REHEARSAL_DAYS_MAX: i64 = 31;

impl Desk {
    /// What would sound in a window that lies ahead, if nobody did anything more: the station itself is let run on paper.
    ///
    /// # Errors
    /// The window is past, or reaches further than [`REHEARSAL_DAYS_MAX`] days ahead; the store's own.
    pub async fn rehearse(&self, window: Window, now: Now) -> Result<Rehearsal, DeskError> {
        let window = Window { from: window.from.max(now.wall), to: window.to };
        if window.from >= window.to {
            let text = "only days to come can be rehearsed; look at the log for those that are past";
            return Err(DeskError::usage(text).code("window_past"));
        }
        check_window(Window { from: now.wall, to: window.to }, REHEARSAL_DAYS_MAX)?;
        let town = self.town(Window { from: now.wall, to: window.to }).await?;
        let (config, content) = (Arc::clone(&self.config), ContentStore::open(&self.clips)?);
        let rehearsed = tokio::task::spawn_blocking(move || {
            let town = Town { missing: missing(&town, &content), ..town };
            rehearse(town, &config, now.wall, window)
        });
        let rehearsed = rehearsed.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
        rehearsed.map_err(|stuck| DeskError::of(ErrorKind::Failed, &stuck))
    }

    /// How things stand, with what is on air taken as heard.
    async fn town(&self, ahead: Window) -> Result<Town, DeskError> {
        let mut queue = self.store.queue_list().await?;
        let mut last_aired = self.store.last_aired().await?;
        let lately = Window { from: ahead.from - TimeDelta::days(1), to: ahead.to };
        let closed = self.store.closed(lately).await?;
        let mut closed: Vec<OccurrenceId> = closed.into_iter().map(|(closed, _)| closed.occurrence).collect();
        for rundown in self.store.ledger().await?.rundowns {
            let begun = rundown.elements.first().is_some_and(|first| first.start <= ahead.from);
            if !begun {
                continue;
            }
            for element in &rundown.elements {
                if let Some(clip) = element.sound.clip() {
                    last_aired.insert(clip.item, element.start);
                }
                if let Why::Queued { entry, .. } = &element.why {
                    queue.retain(|waiting| waiting.id != *entry);
                }
            }
            closed.push(rundown.occurrence);
        }
        Ok(Town {
            versions: self.store.slot_versions(ahead.from).await?,
            clips: self.store.clips(&ClipFilter::default()).await?,
            queue,
            last_aired,
            closed,
            missing: Vec::new(),
        })
    }
}

/// Approved audio that is no longer in the data folder.
fn missing(town: &Town, content: &ContentStore) -> Vec<Digest> {
    let approved = town.clips.iter().filter(|clip| matches!(clip.approval, Approval::Approved { .. }));
    approved.map(|clip| clip.audio.digest).filter(|digest| !content.contains(digest)).collect()
}
