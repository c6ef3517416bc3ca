//! From the configuration to the parts: settings of the state machine, the engine, the timetable.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::{NoContext, Timestamp, Uuid};

use crate::amplifier::Charge;
use crate::audio::engine::OutputFn;
use crate::audio::live::LiveHub;
use crate::audio::output::{OutputSettings, Programme};
use crate::audio::proof::Witness;
use crate::audio::{EngineSettings, source};
use crate::clock;
use crate::config::{Amplifier, Config, Zone};
use crate::domain::airing::CountedFrom;
use crate::domain::clip::Digest;
use crate::domain::log::AiringId;
use crate::domain::slot::{SlotVersion, ZoneId};
use crate::domain::station::{FreshAiring, PlanTimetable, Settings, Timetable};
use crate::library::ContentStore;

use super::outputs::{self, Recorders};

/// Where the clips' audio lies.
#[must_use]
pub fn clips_folder(config: &Config) -> PathBuf {
    config.data.folder.join("clips")
}

/// The settings of the state machine.
pub(super) fn settings(config: &Config) -> Settings {
    Settings {
        sample_rate: config.audio.sample_rate_hz,
        rundown_lead: config.station.rundown_lead,
        prepare_lead: config.station.prepare_lead,
        join_lead: config.station.join_lead,
        journal_step: config.log.journal_step,
        clock_step_tolerance: config.clock.step_tolerance,
        counted_from: counted_from(config),
        reopen_wait_max: config.audio.reopen_max,
        amplifiers: amplifiers(config).map(|(zone, amplifier)| (zone.clone(), amplifier.settings)).collect(),
        ..Settings::new(config.zone_ids(), clock::not_before())
    }
}

/// What switches amplifiers, in the order of the zones.
#[must_use]
pub fn charges(config: &Config) -> Vec<Charge> {
    let charge = |(zone, amplifier): (&ZoneId, &Amplifier)| Charge {
        zone: zone.clone(),
        switch: amplifier.switch.clone(),
        answer_within: amplifier.settings.answer_within,
    };
    amplifiers(config).map(charge).collect()
}

fn amplifiers(config: &Config) -> impl Iterator<Item = (&ZoneId, &Amplifier)> {
    config.zones.iter().filter_map(|zone| Some((&zone.id, zone.amplifier.as_ref()?)))
}

/// The least share that counts.
pub(super) const fn counted_from(config: &Config) -> CountedFrom {
    config.report.counted_from
}

/// The rules of time, over these slots.
pub(super) fn timetable(config: &Config, versions: &[SlotVersion]) -> Box<dyn Timetable> {
    let permitted = config.schedule.permitted.clone();
    let volumes = config.zones.iter().map(|zone| (zone.id.clone(), zone.volume.clone())).collect();
    let holidays = config.schedule.holidays.clone();
    Box::new(PlanTimetable::new(versions, holidays, permitted, config.station.time_zone).with_volumes(volumes))
}

/// Makes the identifiers of airings: a UUIDv7 of the station's own time.
pub(super) fn fresh_airing() -> FreshAiring {
    Box::new(|now| {
        let (seconds, nanos) = unix(now.wall);
        AiringId(Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, nanos)))
    })
}

fn unix(at: DateTime<Utc>) -> (u64, u32) {
    // Before 1970 there is nothing to sort by; a clock that says so is not trusted anyway.
    (u64::try_from(at.timestamp()).unwrap_or(0), at.timestamp_subsec_nanos())
}

/// The engine of a zone.
pub(super) fn engine(
    config: &Config,
    zone: &Zone,
    content: &Arc<ContentStore>,
    recorders: &Recorders,
    witness: Option<Witness>,
    live: &LiveHub,
) -> EngineSettings {
    let rate_hz = config.audio.sample_rate_hz;
    let programme = Programme { rate_hz, clock: Arc::new(clock::now) };
    let output = OutputSettings { kind: outputs::kind(zone), record: recorders.of(&zone.id), witness };
    let make: OutputFn = Arc::new(move || output.make(&programme));
    let content = Arc::clone(content);
    EngineSettings {
        zone: zone.id.clone(),
        rate_hz,
        ring: config.audio.ring,
        ramp: EngineSettings::RAMP,
        progress: config.log.journal_step,
        stall: EngineSettings::STALL,
        locate: Arc::new(move |digest: &Digest| content.path_of(digest)),
        open: Arc::new(source::open_file),
        relays: config.relays.clone().into(),
        tapes: recorders.tapes.clone(),
        microphones: config.microphones.clone().into(),
        live: live.clone(),
        clock: Arc::new(clock::now),
        trim_db: zone.loudness_target_lufs - config.programme_loudness().target_lufs,
        in_step: config.zones.len() > 1,
        output: make,
    }
}
