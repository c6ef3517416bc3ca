//! `loa simulate`: a scenario played through into a data folder of its own, marked simulated.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use tokio::runtime::Handle;
use uuid::Builder;

use super::book::Book;
use super::fault::Fault;
use super::scenario::{Scenario, ScenarioError};
use super::shelf::{TownShelf, stock};
use super::time::VirtualTime;
use super::world::{Stuck, World};
use crate::config::Config;
use crate::domain::log::{AiringId, PartId, Record};
use crate::domain::plan::Schedule;
use crate::domain::slot::{SlotVersion, ZoneId};
use crate::domain::station::{FreshAiring, Input, Ledger, PlanTimetable, RestPolicy, Settings, Timetable};
use crate::domain::time::instant_of;
use crate::store::{OpenAs, Store, StoreError};

/// Progress of virtual voices: fine enough for a power cut, coarse enough for half a year in a second.
const JOURNAL_STEP: Duration = Duration::from_secs(5);

/// Appends that wait for one transaction.
const WAITING_MAX: usize = 512;

/// Time after the last day in which what is on air may come to its end.
const LAST_WORDS: Duration = Duration::from_secs(3_600);

/// Why a rehearsal failed.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The scenario cannot be read.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The data folder cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder holds a log already.
    #[error("{folder} holds a rehearsal already; give an empty folder with --data, or delete that one")]
    Used {
        /// Which.
        folder: std::path::PathBuf,
    },
    /// The station made no headway.
    #[error(transparent)]
    Stuck(#[from] Stuck),
    /// The rehearsal's thread died.
    #[error("the rehearsal ended unexpectedly")]
    Died,
}

/// What a rehearsal came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The scenario's name.
    pub name: String,
    /// First instant.
    pub from: DateTime<Utc>,
    /// Last instant.
    pub to: DateTime<Utc>,
    /// Records written.
    pub records: u64,
    /// Stretches that sounded.
    pub sounded: u64,
    /// Requests refused, by what was said.
    pub refusals: BTreeMap<String, u32>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, from, to, records, sounded, .. } = self;
        write!(f, "rehearsed `{name}` from {from} to {to}: {sounded} stretches sounded, {records} records written")
    }
}

/// Plays a scenario through; the data folder then reads like that of a station, but for its mark.
///
/// # Errors
/// What is wrong with the scenario or the folder.
pub async fn simulate(path: &Path, data: &Path, config: &Config) -> Result<Summary, SimulateError> {
    let scenario = Scenario::read(path)?;
    let folder_missing = |_| StoreError::FolderMissing { folder: data.to_owned() };
    std::fs::create_dir_all(data).map_err(folder_missing)?;
    let store_settings =
        crate::store::Settings { zone: config.station.time_zone, counted_from: config.report.counted_from };
    let store = Store::open(data, OpenAs::Simulated, store_settings).await?;
    if store.head().await?.is_some() {
        return Err(SimulateError::Used { folder: data.to_owned() });
    }
    let (config, runtime) = (config.clone(), Handle::current());
    let played = tokio::task::spawn_blocking(move || play(&scenario, &config, &store, runtime));
    played.await.map_err(|_| SimulateError::Died)?
}

fn play(scenario: &Scenario, config: &Config, store: &Store, runtime: Handle) -> Result<Summary, SimulateError> {
    let time_zone = config.station.time_zone;
    let begin = instant_of(time_zone, scenario.from.and_time(NaiveTime::MIN));
    let end = instant_of(time_zone, (scenario.to + TimeDelta::days(1)).and_time(NaiveTime::MIN));
    let length = (end - begin).to_std().unwrap_or_default();
    let mut world = furnish(scenario, config, store, runtime, begin)?;
    for fault in &scenario.fault {
        let at = (fault.at - begin).to_std().unwrap_or_default();
        world.schedule(at, fault.what.fault());
    }
    world.switch_on();
    world.run_until(length)?;
    let rest = Input::Shutdown { rest: RestPolicy::Finish, by: "end of the rehearsal".to_owned() };
    world.schedule(length, Fault::Command(Box::new(rest)));
    world.run_until(length + LAST_WORDS)?;
    world.book.write_waiting();
    if let Some(error) = world.book.failed.take() {
        return Err(error.into());
    }
    Ok(Summary {
        name: scenario.name.clone(),
        from: begin,
        to: end,
        records: world.book.records,
        sounded: world.engines.values().map(|engine| engine.truth().len() as u64).sum(),
        refusals: world.refusals().clone(),
    })
}

/// The town of the scenario on its first day, saved in the store, with the station still off.
fn furnish(
    scenario: &Scenario,
    config: &Config,
    store: &Store,
    runtime: Handle,
    begin: DateTime<Utc>,
) -> Result<World<StoreBook, TownShelf>, SimulateError> {
    let time_zone = config.station.time_zone;
    let (clips, queue) = stock(scenario, time_zone, &config.station.name);
    let versions = versions(scenario, &config.zone_ids(), begin);
    runtime.block_on(async {
        for clip in &clips {
            store.add_clip(clip.clone()).await?;
        }
        for version in &versions {
            store.save_slot(&version.slot, begin).await?;
        }
        Ok::<(), StoreError>(())
    })?;
    let (holidays, permitted) = (config.schedule.holidays.clone(), config.schedule.permitted.clone());
    let shelf = TownShelf {
        clips,
        queue,
        last_aired: BTreeMap::new(),
        schedule: Schedule::new(&versions, &holidays, time_zone),
        permitted: permitted.clone(),
        time_zone,
        session_length_max: config.schedule.session_max,
        loudness: config.programme_loudness(),
        standby: config.tiers.emergency_clip,
        first: config.tiers.first,
        relays: config.relay_names(),
        chosen: None,
    };
    let settings = Settings {
        sample_rate: config.audio.sample_rate_hz,
        counted_from: config.report.counted_from,
        journal_step: JOURNAL_STEP,
        ..Settings::new(config.zone_ids(), begin - TimeDelta::days(1))
    };
    let make_timetable = move || -> Box<dyn Timetable> {
        Box::new(PlanTimetable::new(&versions, holidays.clone(), permitted.clone(), time_zone))
    };
    let counter = Arc::new(AtomicU64::new(scenario.seed));
    let time = VirtualTime::new(begin, scenario.drift_ppm);
    let book = StoreBook {
        store: store.clone(),
        runtime,
        waiting: Vec::new(),
        journal: BTreeMap::new(),
        records: 0,
        failed: None,
    };
    let make_fresh = move || fresh(Arc::clone(&counter));
    Ok(World::new(time, settings, book, shelf, Box::new(make_timetable), Box::new(make_fresh)))
}

fn versions(scenario: &Scenario, zones: &[ZoneId], from: DateTime<Utc>) -> Vec<SlotVersion> {
    let version = |slot: &super::scenario::ScenarioSlot| SlotVersion { slot: slot.slot(zones), from, until: None };
    scenario.slot.iter().map(version).collect()
}

/// Identifiers that the same scenario makes anew: UUIDv7 of virtual time with a counter for what is random in them.
pub(super) fn fresh(counter: Arc<AtomicU64>) -> FreshAiring {
    Box::new(move |now| {
        let number = counter.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&number.to_be_bytes());
        let millis = u64::try_from(now.wall.timestamp_millis()).unwrap_or(0);
        AiringId(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    })
}

/// The log of a rehearsal in a real store. Records wait until there are enough for a transaction, the journal until a power
/// cut asks for it: nobody can lose what exists only here.
struct StoreBook {
    store: Store,
    runtime: Handle,
    waiting: Vec<(DateTime<Utc>, Vec<Record>)>,
    journal: BTreeMap<PartId, (u64, DateTime<Utc>)>,
    records: u64,
    failed: Option<StoreError>,
}

impl StoreBook {
    fn write_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let batches = waiting.iter().map(|(at, records)| (*at, records.as_slice()));
        let written = self.runtime.block_on(self.store.append_all(batches)).map(drop);
        self.keep(written);
    }

    fn keep(&mut self, written: Result<(), StoreError>) {
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }
}

impl Book for StoreBook {
    fn append(&mut self, at: DateTime<Utc>, records: &[Record]) {
        for record in records {
            if let Record::End(end) = record {
                self.journal.remove(&end.part);
            }
        }
        self.records += records.len() as u64;
        self.waiting.push((at, records.to_vec()));
        if self.waiting.len() >= WAITING_MAX {
            self.write_waiting();
        }
    }

    fn journal(&mut self, part: PartId, frames: u64, start: DateTime<Utc>) {
        self.journal.insert(part, (frames, start));
    }

    fn ledger(&mut self, _now: DateTime<Utc>) -> Ledger {
        self.write_waiting();
        for (part, (frames, start)) in std::mem::take(&mut self.journal) {
            let written = self.runtime.block_on(self.store.journal(part, frames, start));
            self.keep(written);
        }
        match self.runtime.block_on(self.store.ledger()) {
            Ok(ledger) => ledger,
            Err(error) => {
                self.failed.get_or_insert(error);
                Ledger::default()
            }
        }
    }
}
