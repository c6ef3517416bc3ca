//! What the days ahead will bring.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Desk;
use super::error::{DeskError, ErrorKind};
use crate::domain::clip::{Clip, Source};
use crate::domain::plan::{Forecast, ForecastRequest, LENGTH_MAX, Schedule, forecast};
use crate::domain::rundown::{Planned, Why};
use crate::domain::slot::OccurrenceId;
use crate::domain::time::{Window, instant_of};
use crate::export::plan::PlanRow;
use crate::store::ClipFilter;

impl Desk {
    /// Every occurrence of the window that is not over or called off, with what will be heard in it if nothing is changed.
    ///
    /// # Errors
    /// The store's own.
    pub async fn plan(&self, window: Window) -> Result<Vec<PlanRow>, DeskError> {
        Ok(self.forecast(window).await?.into_iter().map(row).collect())
    }

    /// Every occurrence of the window that is not over or called off, with its rundown and the time there is.
    pub(super) async fn forecast(&self, window: Window) -> Result<Vec<Forecast>, DeskError> {
        let versions = self.store.slot_versions(window.from).await?;
        let library = self.store.clips(&ClipFilter::default()).await?;
        let mut queue = self.store.queue_list().await?;
        let taken = self.taken(window.from).await?;
        queue.retain(|entry| !taken.contains_key(&entry.id));
        let last_aired = self.store.last_aired().await?;
        let closed: Vec<OccurrenceId> =
            self.store.closed(window).await?.into_iter().map(|(closed, _)| closed.occurrence).collect();
        let config = Arc::clone(&self.config);
        let forecasts = tokio::task::spawn_blocking(move || {
            let schedule = Schedule::new(&versions, &config.schedule.holidays, config.station.time_zone);
            let gain = |clip: &Clip| config.gain_db_of(clip);
            forecast(&ForecastRequest {
                schedule: &schedule,
                window,
                library: &library,
                queue: &queue,
                last_aired: &last_aired,
                permitted: &config.schedule.permitted,
                session_length_max: Some(config.schedule.session_max),
                closed: &closed,
                gain: &gain,
                standby: config.tiers.emergency_clip,
                first: config.tiers.first,
                relays: &config.relay_names(),
            })
        });
        forecasts.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))
    }

    /// Entries of the queue that broadcasts which began before this instant and are not over have taken, with the broadcast and
    /// when the entry was to be heard in it.
    ///
    /// # Errors
    /// The store's own.
    pub(super) async fn taken(
        &self,
        before: DateTime<Utc>,
    ) -> Result<BTreeMap<u32, (OccurrenceId, DateTime<Utc>)>, DeskError> {
        let longest = TimeDelta::from_std(LENGTH_MAX).unwrap_or(TimeDelta::MAX);
        let since = before.checked_sub_signed(longest).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let zone = self.config.station.time_zone;
        let mut taken = BTreeMap::new();
        for rundown in self.store.open_rundowns(since).await? {
            if instant_of(zone, rundown.occurrence.nominal) >= before {
                continue;
            }
            for element in &rundown.elements {
                if let Why::Queued { entry, .. } = &element.why {
                    taken.insert(*entry, (rundown.occurrence.clone(), element.start));
                }
            }
        }
        Ok(taken)
    }

    /// What a person should know about planned clips that are not as long as their campaign asks: one sentence each.
    #[must_use]
    pub fn off_length(&self, rows: &[PlanRow]) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        let clips = rows.iter().flat_map(|row| &row.rundown.elements).filter_map(|element| element.sound.clip());
        // What a higher station made has the length that it has.
        for clip in clips.filter(|clip| clip.source == Source::Own) {
            let (limits, _) = super::limits_of(&self.config, clip.genre, clip.campaign.as_deref());
            let length = clip.duration();
            let fits = limits.duration_min.is_none_or(|min| min <= length)
                && limits.duration_max.is_none_or(|max| length <= max);
            let minutes = self.config.item_minutes(clip.campaign.as_deref());
            let text = format!(
                "clip {} \"{}\" lasts {} min {} s, outside {} to {} min",
                clip.item.clip,
                clip.title,
                length.as_secs() / 60,
                length.as_secs() % 60,
                minutes.min,
                minutes.max
            );
            if !fits && !said.contains(&text) {
                said.push(text);
            }
        }
        said
    }
}

fn row(forecast: Forecast) -> PlanRow {
    let Forecast { occurrence, rundown, .. } = forecast;
    let slot = &occurrence.version.slot;
    PlanRow {
        name: slot.name.clone(),
        zones: slot.zones.clone(),
        start: occurrence.start,
        end: rundown.elements.last().map_or(occurrence.end, Planned::end),
        rundown,
    }
}
