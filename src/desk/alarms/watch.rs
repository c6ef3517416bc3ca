//! Looks at the station each second, and tells the list of alarms what is wrong.

use std::time::Duration;

use tokio::sync::broadcast::Receiver;

use crate::clock::{self, Alarm as Timer};
use crate::config::Config;
use crate::desk::error::DeskError;
use crate::desk::{Counter, Desk, Notices, Topic};
use crate::domain::alarm::{
    ALARMS_MAX, Alarm, AlarmList, Change, LevelBounds, LevelWatch, Matter, Sounding, Way, at_once, late_starts,
    sentence,
};
use crate::domain::log::Incident;
use crate::domain::slot::OccurrenceId;
use crate::domain::time::Now;
use crate::station::LiveView;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The day is looked at anew after so long, and when something was changed or a broadcast is over.
const DAY_EVERY: Duration = Duration::from_secs(60);

/// What is remembered from one look to the next, beside the list.
struct Watcher {
    levels: LevelWatch,
    day: Vec<Alarm>,
    day_due: Duration,
    due: Vec<OccurrenceId>,
    changed: Receiver<Topic>,
    /// What the station did not take yet, for the log; at most as many as there are alarms, the oldest go.
    untold: Vec<Incident>,
}

impl Watcher {
    fn new(notices: &Notices) -> Self {
        Self {
            levels: LevelWatch::default(),
            day: Vec::new(),
            day_due: Duration::ZERO,
            due: Vec::new(),
            changed: notices.listen(),
            untold: Vec::new(),
        }
    }

    /// Whether the day may be another than at the last look at it.
    fn day_is_due(&mut self, live: &LiveView, mono: Duration) -> bool {
        use tokio::sync::broadcast::error::TryRecvError::{Closed, Empty};
        let mut changed = false;
        loop {
            match self.changed.try_recv() {
                // What this list itself tells is no news to it.
                Ok(topic) => changed |= topic != Topic::Alarms,
                Err(Empty | Closed) => break,
                Err(_) => changed = true,
            }
        }
        let due: Vec<OccurrenceId> = live.view.due.iter().map(|due| due.broadcast.occurrence.clone()).collect();
        let over = self.due.iter().any(|before| !due.contains(before));
        self.due = due;
        changed || over || mono >= self.day_due
    }
}

impl Counter {
    /// Watches over the station, by the settings of the desk that serves, until it is dropped. What goes wrong is told and tried
    /// again at the next look; the sound goes on.
    ///
    /// # Errors
    /// The system has no timer.
    pub async fn watch(&self) -> std::io::Result<()> {
        let mut timer = Timer::new()?;
        let mut watcher = Watcher::new(self.desk().notices());
        loop {
            let now = clock::now();
            let desk = self.desk();
            if let Err(error) = desk.look(&mut watcher, now).await {
                tracing::warn!(%error, "cannot look for alarms");
            }
            drop(desk);
            timer.sleep_until(now.mono + LOOK_EVERY).await?;
        }
    }
}

impl Desk {
    async fn look(&self, watcher: &mut Watcher, now: Now) -> Result<(), DeskError> {
        self.take_up_alarms().await?;
        // Between two runs there is nothing to look at.
        let Ok(live) = self.live() else { return Ok(()) };
        if watcher.day_is_due(&live, now.mono) {
            watcher.day_due = now.mono + DAY_EVERY;
            match self.day_alarms(now).await {
                Ok(day) => watcher.day = day,
                // What is wrong at this moment is no less so.
                Err(error) => tracing::warn!(%error, "cannot look what is wrong with the day"),
            }
        }
        let wrong = self.wrong(watcher, &live, now);
        let changes = match &mut self.alarms.held().list {
            Some(list) => list.look(now, &wrong, self.config.watch.calm),
            None => Vec::new(),
        };
        self.took_place(&changes, now);
        for change in &changes {
            tell(change, &self.config);
        }
        self.write_down(watcher, &changes);
        if !changes.is_empty() {
            self.notices.tell(Topic::Alarms);
        }
        self.save_alarms().await
    }

    /// The list as the last run of the station left it.
    async fn take_up_alarms(&self) -> Result<(), DeskError> {
        if self.alarms.held().list.is_some() {
            return Ok(());
        }
        let standing = self.store.alarms_that_matter().await?;
        let last = self.store.last_alarm().await?;
        self.alarms.held().list.get_or_insert_with(|| AlarmList::left(standing, last));
        Ok(())
    }

    /// Everything that is wrong, the worst first.
    fn wrong(&self, watcher: &mut Watcher, live: &LiveView, now: Now) -> Vec<Matter> {
        let watch = &self.config.watch;
        let sounding = sounding(live);
        let silent = sounding.iter().filter(|one| one.silent > watch.silence).map(|one| Alarm::Silence {
            zone: one.zone.clone(),
            title: one.title.clone(),
            lasts: one.silent,
        });
        let mut wrong: Vec<Alarm> = silent.collect();
        wrong.extend(watcher.levels.look(now.mono, &sounding, watch.level_window, bounds(&self.config)));
        wrong.extend(late_starts(&live.view, now.wall, watch.late));
        wrong.extend(at_once(&live.view, live.log.spilled, live.log.error.as_deref(), &live.recordings_bad));
        let failing = self.alarms.held().failing.clone();
        let unsent = failing.into_iter().filter(|(way, _)| watch.uses(*way));
        wrong.extend(unsent.map(|(way, error): (Way, String)| Alarm::Unsent { way, error }));
        wrong.extend(watcher.day.iter().cloned());
        wrong.retain(|alarm| !alarm.is_passing());
        wrong.sort_by_key(Alarm::severity);
        let matter =
            |alarm: &Alarm| alarm.matter(self.config.station.time_zone).with_names(|what, id| self.name(what, id));
        wrong.iter().map(matter).collect()
    }

    /// What people call a zone or a relay.
    fn name(&self, what: &str, id: &str) -> Option<String> {
        let Config { zones, relays, .. } = &*self.config;
        match what {
            "zone" => zones.iter().find(|zone| zone.id.0 == id).map(|zone| zone.name.clone()),
            _ => relays.iter().find(|relay| relay.id.0 == id).map(|relay| relay.name.clone()),
        }
    }

    /// What the log does not say by itself goes into it.
    fn write_down(&self, watcher: &mut Watcher, changes: &[Change]) {
        watcher.untold.extend(changes.iter().filter_map(incident));
        let more = watcher.untold.len().saturating_sub(ALARMS_MAX);
        watcher.untold.drain(..more);
        let Ok(station) = self.station() else { return };
        while let Some(incident) = watcher.untold.first().cloned() {
            if station.note(incident).is_err() {
                break;
            }
            watcher.untold.remove(0);
        }
    }
}

/// What sounds, zone by zone. What is held gives no sound and is no silence.
fn sounding(live: &LiveView) -> Vec<Sounding> {
    let mut sounding = Vec::new();
    for on_hand in &live.view.on_hand {
        let Some(on_air) = on_hand.on_air.as_ref().filter(|on_air| !on_air.paused) else { continue };
        for zone in live.zones.iter().filter(|zone| on_hand.zones.contains(&zone.state.zone)) {
            sounding.push(Sounding {
                zone: zone.state.zone.clone(),
                airing: on_air.airing,
                title: on_air.title.clone(),
                momentary_lufs: zone.level.momentary_lufs,
                silent: Duration::from_millis(zone.level.silent_ms),
            });
        }
    }
    sounding
}

/// The programme is brought to one loudness; zones that are to be quieter turn it down behind the meters.
fn bounds(config: &Config) -> LevelBounds {
    let target = config.programme_loudness().target_lufs;
    LevelBounds { lufs_min: target - config.watch.quiet_lu.units(), lufs_max: target + config.watch.loud_lu.units() }
}

fn incident(change: &Change) -> Option<Incident> {
    let standing = change.standing();
    let (alarm, matter) = (standing.number, standing.matter.clone());
    if matter.is_in_the_log() {
        return None;
    }
    match change {
        Change::Raised(_) => Some(Incident::AlarmRaised { alarm, matter }),
        Change::Cleared(_) => Some(Incident::AlarmCleared { alarm, matter, raised: standing.raised }),
        Change::Back(_) => None,
    }
}

fn tell(change: &Change, config: &Config) {
    let standing = change.standing();
    let (alarm, text) = (standing.number, sentence(&standing.matter, config.report.language));
    match change {
        Change::Raised(_) => tracing::warn!(alarm, "alarm: {text}"),
        Change::Back(_) => tracing::info!(alarm, again = standing.again, "alarm again: {text}"),
        Change::Cleared(_) => tracing::info!(alarm, again = standing.again, "alarm over: {text}"),
    }
}
