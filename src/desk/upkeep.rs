//! What a running station sees to beside the sound: reports are drafted when they are due, campaigns that fall behind are
//! spoken of, and old recordings of the programme are let go.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Counter, Desk};
use crate::clock;
use crate::domain::time::{Now, day_of};

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(900);
/// After the start, so that coming up is not held up.
const FIRST_AFTER: Duration = Duration::from_secs(5);

impl Counter {
    /// Looks after it, by the settings of the desk that serves, until it is dropped. What goes wrong is told and tried again at the next look; the sound goes on.
    ///
    /// # Errors
    /// The system has no timer.
    pub async fn look_after(&self) -> std::io::Result<()> {
        let mut told = BTreeMap::new();
        let mut next = clock::now().mono + FIRST_AFTER;
        loop {
            clock::sleep_until(next).await?;
            let now = clock::now();
            next = now.mono + LOOK_EVERY;
            let desk = self.desk();
            desk.remind(now, &mut told).await;
            desk.let_recordings_go(now).await;
            if let Err(error) = desk.drafts_due(now).await {
                tracing::warn!(%error, "a report that is due could not be drafted");
            }
        }
    }
}

impl Desk {
    /// Tells of each campaign that is behind, once a day.
    async fn remind(&self, now: Now, told: &mut BTreeMap<String, chrono::NaiveDate>) {
        let today = day_of(self.config.station.time_zone, now.wall);
        match self.campaign_standings(now).await {
            Ok(standings) => {
                for standing in standings {
                    let Some(reminder) = standing.reminder() else { continue };
                    if told.insert(standing.code, today) != Some(today) {
                        tracing::warn!("{reminder}");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "cannot see how the campaigns stand"),
        }
    }
}
