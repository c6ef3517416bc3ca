//! Whether what is on air is about as loud as it is meant to be, over a while.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::Alarm;
use crate::domain::log::AiringId;
use crate::domain::slot::ZoneId;

/// What is quieter than this is a pause, and says nothing of how loud a speaker is. LUFS.
const PAUSE_BELOW: f64 = -50.0;
/// The most readings that are kept of a zone; the oldest go first. More than one a second over the longest window.
const READINGS_MAX: usize = 1_200;

/// How loud the programme is meant to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelBounds {
    /// Quieter than this is too quiet. LUFS.
    pub lufs_min: f64,
    /// Louder than this is too loud. LUFS.
    pub lufs_max: f64,
}

/// What sounds in a zone at one look.
#[derive(Debug, Clone, PartialEq)]
pub struct Sounding {
    /// Where.
    pub zone: ZoneId,
    /// Which airing.
    pub airing: AiringId,
    /// Its title.
    pub title: String,
    /// Loudness of the last 400 ms in LUFS; none in silence.
    pub momentary_lufs: Option<f64>,
    /// For how long it has given nothing but silence.
    pub silent: Duration,
}

/// Follows how loud each zone is.
#[derive(Debug, Clone, Default)]
pub struct LevelWatch {
    zones: BTreeMap<ZoneId, Readings>,
}

#[derive(Debug, Clone)]
struct Readings {
    airing: AiringId,
    since: Duration,
    /// When, and how loud as an energy; pauses are left out.
    loud: VecDeque<(Duration, f64)>,
}

impl LevelWatch {
    /// Takes in what sounds at monotonic time `mono`, and says where the mean of the last `window` is out of bounds. Speaks
    /// only once an airing has lasted that long, and only of its sound, not of its pauses.
    pub fn look(&mut self, mono: Duration, sounding: &[Sounding], window: Duration, bounds: LevelBounds) -> Vec<Alarm> {
        self.zones.retain(|zone, _| sounding.iter().any(|one| one.zone == *zone));
        let alarm = |one: &Sounding| {
            let readings = self.take_in(mono, one, window);
            let loudness_lufs = readings.mean(mono, window)?;
            let fits = (bounds.lufs_min..=bounds.lufs_max).contains(&loudness_lufs);
            let (zone, title) = (one.zone.clone(), one.title.clone());
            (!fits).then_some(Alarm::LevelOutOfRange { zone, title, loudness_lufs, bounds })
        };
        sounding.iter().filter_map(alarm).collect()
    }

    fn take_in(&mut self, mono: Duration, one: &Sounding, window: Duration) -> &Readings {
        let fresh = Readings { airing: one.airing, since: mono, loud: VecDeque::new() };
        let readings = self.zones.entry(one.zone.clone()).or_insert_with(|| fresh.clone());
        if readings.airing != one.airing {
            *readings = fresh;
        }
        if let Some(lufs) = one.momentary_lufs.filter(|lufs| *lufs >= PAUSE_BELOW) {
            readings.loud.push_back((mono, 10_f64.powf(lufs / 10.0)));
        }
        while readings.loud.len() > READINGS_MAX
            || readings.loud.front().is_some_and(|(at, _)| at.saturating_add(window) < mono)
        {
            readings.loud.pop_front();
        }
        readings
    }
}

impl Readings {
    fn mean(&self, mono: Duration, window: Duration) -> Option<f64> {
        if self.loud.is_empty() || mono.saturating_sub(self.since) < window {
            return None;
        }
        let energy: f64 = self.loud.iter().map(|(_, energy)| energy).sum();
        Some(10.0 * (energy / self.loud.len() as f64).log10())
    }
}
