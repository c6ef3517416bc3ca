//! Zones: groups of loudspeakers, each fed by one output.

use std::collections::BTreeSet;
use std::path::Path;

use crate::domain::amplifier::{CommandSwitch, Switch};
use crate::domain::plan::{VOLUME_MIN_DB, VolumeError, VolumeHours};
use crate::domain::relay::Source;
use crate::domain::slot::{SlotId, ZoneId};

use super::amplifier::{self, Amplifier};
use super::output::Output;
use super::reader::Reader;
use super::returned;

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
    /// What its amplifier is switched by, and how; none if nothing switches one.
    pub amplifier: Option<Amplifier>,
    /// Where it can be heard what its loudspeakers give back; none without a return feed.
    pub returned: Option<Source>,
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
        let command_at = reader.section("amplifier");
        let command = amplifier::command(&command_at);
        // Each is read before any is given up, so that all faults are found.
        let zones: Vec<Option<Self>> = entries.iter().map(|entry| Self::read(entry, data, &command)).collect();
        let zones: Vec<Self> = zones.into_iter().collect::<Option<_>>()?;
        let mut ids = BTreeSet::new();
        for (entry, zone) in entries.iter().zip(&zones) {
            if !ids.insert(&zone.id) {
                entry.reject("id", "an id that no other zone has", "give each zone an id of its own");
            }
        }
        for (place, zone) in zones.iter().enumerate() {
            let mut before = zones.iter().take(place);
            let clash = before.find_map(|other| zone.output.clashes_with(&other.output));
            if let Some((section, key, expected)) = clash {
                let remedy = "each zone has a programme of its own, and one place in the network takes one";
                entries[place].section("output").section(section).reject(key, expected, remedy);
            }
            let mut before = zones.iter().take(place).filter_map(|other| other.amplifier.as_ref());
            let own = zone.amplifier.as_ref();
            if let Some((section, key)) = own.and_then(|own| before.find_map(|other| own.clashes_with(other))) {
                let remedy =
                    "each zone has an amplifier of its own: one that two share would be switched off under the other";
                let expected = "one that no other zone's amplifier has";
                entries[place].section("amplifier").section(section).reject(key, expected, remedy);
            }
        }
        let by_command = |zone: &&Self| {
            zone.amplifier.as_ref().is_some_and(|amplifier| matches!(amplifier.switch, Switch::Command(_)))
        };
        if zones.iter().filter(by_command).count() > 1 && !amplifier::names_its_zone(&command) {
            let remedy = "write {zone} where the program wants to be told which amplifier, also in `confirm`";
            command_at.reject("command", "{zone} among the arguments, for it switches several zones", remedy);
        }
        Some(zones)
    }

    fn read(reader: &Reader<'_>, data: &Path, command: &CommandSwitch) -> Option<Self> {
        let id = reader.own_text("id");
        if id.parse::<SlotId>().is_err() {
            reader.reject("id", "1 to 32 of a-z, 0-9 and -", "keep the id short and plain; `name` is for people");
        }
        let amplifier = Amplifier::read(&reader.section("amplifier"), command);
        Some(Self {
            amplifier,
            id: ZoneId(id),
            name: reader.own_text("name"),
            loudness_target_lufs: reader.decimal("loudness_target_lufs", &(-36.0..=-10.0), "LUFS"),
            true_peak_cap_dbtp: reader.decimal("true_peak_cap_dbtp", &(-12.0..=0.0), "dBTP"),
            volume: read_volume(reader),
            output: Output::read(&reader.section("output"), data)?,
            returned: returned::read(&reader.section("return")),
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
