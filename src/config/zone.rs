//! Zones: groups of loudspeakers, each fed by one output.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::domain::plan::{VOLUME_MIN_DB, VolumeError, VolumeHours};
use crate::domain::slot::{SlotId, ZoneId};

use super::reader::Reader;

/// A group of loudspeakers (cụm loa) fed by one output.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// Its name in the log: 1 to 32 of `a-z`, `0-9` and `-`.
    pub id: ZoneId,
    /// Its name for people.
    pub name: String,
    /// Every clip is brought to this loudness.
    pub loudness_target_lufs: f64,
    /// No gain lifts a clip's true peak above this.
    pub true_peak_cap_dbtp: f64,
    /// Hours in which it is turned down.
    pub volume: VolumeHours,
    /// What feeds it.
    pub output: Output,
}

/// What feeds a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// What it is.
    pub kind: OutputKind,
    /// Whether a missing device may be replaced by the paced null output when the station starts.
    pub null_if_absent: bool,
}

/// What an output is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputKind {
    /// A sound card.
    Device {
        /// Which sound system.
        host: Host,
        /// Which device of it; none is its default.
        device: Option<String>,
    },
    /// No sound, paced like a card.
    Null,
    /// WAV files in this folder, paced like a card.
    File {
        /// The folder.
        folder: PathBuf,
    },
}

/// A sound system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// ALSA if it has the device, else PulseAudio.
    Auto,
    /// PulseAudio, or PipeWire behind its interface.
    PulseAudio,
    /// ALSA.
    Alsa,
}

impl Zone {
    /// The most zones a station may have.
    pub const COUNT_MAX: usize = 64;

    pub(super) fn read_all(reader: &Reader<'_>, data: &Path) -> Option<Vec<Self>> {
        let entries = reader.entries("zone");
        if entries.is_empty() || entries.len() > Self::COUNT_MAX {
            let expected = format!("at least one zone and at most {}", Self::COUNT_MAX);
            reader.reject(
                "zone",
                &expected,
                "write a [[zone]] for each output; one output can feed several amplifiers",
            );
            return None;
        }
        // Each is read before any is given up, so that all faults are found.
        let zones: Vec<Option<Self>> = entries.iter().map(|entry| Self::read(entry, data)).collect();
        let zones: Vec<Self> = zones.into_iter().collect::<Option<_>>()?;
        let mut ids = BTreeSet::new();
        for (entry, zone) in entries.iter().zip(&zones) {
            if !ids.insert(&zone.id) {
                entry.reject("id", "an id that no other zone has", "give each zone an id of its own");
            }
        }
        Some(zones)
    }

    fn read(reader: &Reader<'_>, data: &Path) -> Option<Self> {
        let id = reader.own_text("id");
        if id.parse::<SlotId>().is_err() {
            reader.reject("id", "1 to 32 of a-z, 0-9 and -", "keep the id short and plain; `name` is for people");
        }
        Some(Self {
            id: ZoneId(id),
            name: reader.own_text("name"),
            loudness_target_lufs: reader.decimal("loudness_target_lufs", &(-36.0..=-10.0), "LUFS"),
            true_peak_cap_dbtp: reader.decimal("true_peak_cap_dbtp", &(-12.0..=0.0), "dBTP"),
            volume: read_volume(reader),
            output: Output::read(&reader.section("output"), data)?,
        })
    }
}

fn read_volume(reader: &Reader<'_>) -> VolumeHours {
    let text = reader.text_or_empty("volume");
    text.parse().unwrap_or_else(|error: VolumeError| {
        let expected = format!("hours with a volume of {VOLUME_MIN_DB} to 0 dB behind each");
        reader.reject("volume", &expected, &format!("{error}; separate several by commas"));
        VolumeHours::default()
    })
}

impl Output {
    fn read(reader: &Reader<'_>, data: &Path) -> Option<Self> {
        let host =
            reader.choice("host", [("auto", Host::Auto), ("pulseaudio", Host::PulseAudio), ("alsa", Host::Alsa)]);
        let device = Some(reader.text_or_empty("device")).filter(|device| !device.is_empty());
        let folder = data.join(reader.text("folder"));
        let null_if_absent = reader.choice("fallback", [("none", false), ("null", true)]);
        // 0, 1, 2 stand for the kinds, which are put together only when their parts are known to be right.
        let kind = match reader.choice("kind", [("device", 0), ("null", 1), ("file", 2)])? {
            0 => OutputKind::Device { host: host?, device },
            1 => OutputKind::Null,
            _ => OutputKind::File { folder },
        };
        Some(Self { kind, null_if_absent: null_if_absent? })
    }
}
