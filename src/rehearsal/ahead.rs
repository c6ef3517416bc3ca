//! A rehearsal of the days ahead: the very station, from how things stand now, on paper and in memory. What it says is what
//! would sound if nobody did anything more and nothing broke.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::book::Book;
use super::shelf::TownShelf;
use super::simulate::fresh;
use super::time::VirtualTime;
use super::world::{Stuck, World};
use crate::config::Config;
use crate::domain::clip::{Clip, Digest, ItemId};
use crate::domain::log::{EndReason, Incident, Intent, Kind, Outcome, PartId, Record};
use crate::domain::plan::Schedule;
use crate::domain::queue::QueueEntry;
use crate::domain::rundown::{LeftOut, Why};
use crate::domain::slot::{OccurrenceId, SlotVersion};
use crate::domain::sound::Sound;
use crate::domain::station::{Ledger, PlanTimetable, Settings, Timetable};
use crate::domain::time::Window;

/// On paper nothing breaks in the middle, so progress is hardly ever noted.
const JOURNAL_STEP: Duration = Duration::from_secs(3_600);

/// How things stand when the rehearsal begins.
#[derive(Debug, Clone)]
pub struct Town {
    /// Every wording in force now or later.
    pub versions: Vec<SlotVersion>,
    /// Every clip there is.
    pub clips: Vec<Clip>,
    /// What waits, in order.
    pub queue: Vec<QueueEntry>,
    /// When each item was last aired; absent if never.
    pub last_aired: BTreeMap<ItemId, DateTime<Utc>>,
    /// Occurrences that are over, on air, or called off.
    pub closed: Vec<OccurrenceId>,
    /// Audio that is not there.
    pub missing: Vec<Digest>,
}

/// An element as it would sound.
#[derive(Debug, Clone, PartialEq)]
pub struct RehearsedElement {
    /// Place in the rundown, counted from 0.
    pub position: u32,
    /// What sort of sound.
    pub kind: Kind,
    /// What is heard.
    pub sound: Sound,
    /// First frame.
    pub start: DateTime<Utc>,
    /// After the last frame.
    pub end: DateTime<Utc>,
    /// How it would end.
    pub reason: EndReason,
    /// Why this one; none if the rundown does not say.
    pub why: Option<Why>,
}

/// An occurrence as it would be.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsed {
    /// Which.
    pub id: OccurrenceId,
    /// The wording of its slot.
    pub version: Arc<SlotVersion>,
    /// Planned start.
    pub start: DateTime<Utc>,
    /// The start plus the slot's longest duration.
    pub end: DateTime<Utc>,
    /// What would be heard, in order.
    pub elements: Vec<RehearsedElement>,
    /// What was asked for and would not be heard, with the reason.
    pub left_out: Vec<LeftOut>,
    /// How it would end; none if it would not be over an hour after the window.
    pub outcome: Option<Outcome>,
}

/// What the days ahead would bring.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rehearsal {
    /// The occurrences of the window, in order.
    pub occurrences: Vec<Rehearsed>,
    /// What else the log would say within it: clips found missing, say.
    pub incidents: Vec<(DateTime<Utc>, Incident)>,
}

/// Plays from `now` to the end of `window` and tells what falls into it. Takes a second or less for a month; not for the
/// event loop.
///
/// # Errors
/// The station makes no headway: a fault of the program.
pub fn rehearse(town: Town, config: &Config, now: DateTime<Utc>, window: Window) -> Result<Rehearsal, Stuck> {
    let time_zone = config.station.time_zone;
    let schedule = Schedule::new(&town.versions, &config.schedule.holidays, time_zone);
    let mut occurrences = schedule.occurrences_in(window);
    occurrences.retain(|occurrence| !town.closed.contains(&occurrence.id));
    let last_words = occurrences.iter().map(|known| known.end + known.version.slot.grace).max();
    let end = last_words.map_or(window.to, |end| end.max(window.to)) + TimeDelta::hours(1);
    let mut world = furnish(town, config, schedule, now);
    world.switch_on();
    world.run_until((end - now).to_std().unwrap_or_default())?;
    // The log keeps no rundown that came to nothing; what it left out is why.
    let mut rundowns = world.shelf.chosen.take().unwrap_or_default();
    let mut told = Told::default();
    for (at, record) in world.book.records {
        told.take(at, record, window);
    }
    let rehearsed = occurrences.into_iter().map(|occurrence| {
        let rundown = rundowns.remove(&occurrence.id);
        let mut elements = told.elements.remove(&occurrence.id).unwrap_or_default();
        for element in &mut elements {
            let planned = rundown.iter().flat_map(|rundown| &rundown.elements);
            let mut planned = planned.filter(|planned| planned.position == element.position);
            element.why = planned.next().map(|planned| planned.why.clone());
        }
        Rehearsed {
            outcome: told.outcomes.remove(&occurrence.id),
            left_out: rundown.map(|rundown| rundown.left_out).unwrap_or_default(),
            elements,
            id: occurrence.id,
            version: occurrence.version,
            start: occurrence.start,
            end: occurrence.end,
        }
    });
    Ok(Rehearsal { occurrences: rehearsed.collect(), incidents: told.incidents })
}

fn furnish(town: Town, config: &Config, schedule: Schedule, now: DateTime<Utc>) -> World<MemoryBook, TownShelf> {
    let time_zone = config.station.time_zone;
    let (holidays, permitted) = (config.schedule.holidays.clone(), config.schedule.permitted.clone());
    let shelf = TownShelf {
        clips: town.clips,
        queue: town.queue,
        last_aired: town.last_aired,
        schedule,
        permitted: permitted.clone(),
        time_zone,
        session_length_max: config.schedule.session_max,
        loudness: config.programme_loudness(),
        standby: config.tiers.emergency_clip,
        first: config.tiers.first,
        relays: config.relay_names(),
        chosen: Some(BTreeMap::new()),
    };
    let settings = Settings {
        sample_rate: config.audio.sample_rate_hz,
        rundown_lead: config.station.rundown_lead,
        prepare_lead: config.station.prepare_lead,
        join_lead: config.station.join_lead,
        counted_from: config.report.counted_from,
        journal_step: JOURNAL_STEP,
        ..Settings::new(config.zone_ids(), now - TimeDelta::days(1))
    };
    // Nothing was promised before now, and what is over shall not be heard again.
    let ledger = Ledger { began: Some(now), last_at: Some(now), closed: town.closed, ..Ledger::default() };
    let versions = town.versions;
    let make_timetable = move || -> Box<dyn Timetable> {
        Box::new(PlanTimetable::new(&versions, holidays.clone(), permitted.clone(), time_zone))
    };
    let make_fresh = || fresh(Arc::new(AtomicU64::new(0)));
    let book = MemoryBook { records: Vec::new(), ledger };
    let time = VirtualTime::new(now, 0.0);
    let mut world = World::new(time, settings, book, shelf, Box::new(make_timetable), Box::new(make_fresh));
    for digest in town.missing {
        world.engines.values_mut().for_each(|engine| engine.set_bad(digest, true));
    }
    world
}

/// A log in memory, for a station that comes up once.
struct MemoryBook {
    records: Vec<(DateTime<Utc>, Record)>,
    ledger: Ledger,
}

impl Book for MemoryBook {
    fn append(&mut self, at: DateTime<Utc>, records: &[Record]) {
        self.records.extend(records.iter().map(|record| (at, record.clone())));
    }

    fn journal(&mut self, _part: PartId, _frames: u64, _start: DateTime<Utc>) {}

    fn ledger(&mut self, _now: DateTime<Utc>) -> Ledger {
        std::mem::take(&mut self.ledger)
    }
}

/// What the records say, by occurrence.
#[derive(Default)]
struct Told {
    meant: BTreeMap<PartId, Intent>,
    elements: BTreeMap<OccurrenceId, Vec<RehearsedElement>>,
    outcomes: BTreeMap<OccurrenceId, Outcome>,
    incidents: Vec<(DateTime<Utc>, Incident)>,
}

impl Told {
    fn take(&mut self, at: DateTime<Utc>, record: Record, window: Window) {
        match record {
            Record::Intent(intent) => {
                self.meant.insert(intent.part, intent);
            }
            Record::End(end) => {
                let Some(intent) = self.meant.remove(&end.part) else { return };
                let (Some(start), Some(to), Some(occurrence)) = (end.start, end.end, intent.occurrence) else { return };
                self.elements.entry(occurrence).or_default().push(RehearsedElement {
                    position: intent.position,
                    kind: intent.kind,
                    sound: intent.sound,
                    start,
                    end: to,
                    reason: end.reason,
                    why: None,
                });
            }
            Record::Closed(closed) => {
                self.outcomes.insert(closed.occurrence, closed.outcome);
            }
            Record::Incident(Incident::Started { .. })
            | Record::Correction(_)
            | Record::Mention(_)
            | Record::Withdrawal(_)
            | Record::Proof(_)
            | Record::Rundown(_) => {}
            Record::Incident(incident) if window.contains(at) => self.incidents.push((at, incident)),
            Record::Incident(_) => {}
        }
    }
}
