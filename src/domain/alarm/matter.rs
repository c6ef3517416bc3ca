//! What an alarm says, as it is kept, shown and sent: words and values that every later program can read.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Alarm, BadRecording, Broadcast, Recorded, Severity};
use crate::domain::log::MissReason;
use crate::domain::queue::{First, Tied};
use crate::domain::words::{Language, miss_detail};

/// What tells two alarms of one code apart, the first of these that it names.
const IDENTITIES: [&str; 6] = ["occurrence_id", "emergency_id", "entries", "zone", "relay", "way"];

/// What the log says by itself, so that an alarm about it would say it twice.
const IN_THE_LOG: [&str; 11] = [
    "output_lost",
    "emergency",
    "muted",
    "clock_untrusted",
    "log_waiting",
    "missed",
    "not_heard",
    "return_lost",
    "relay_failed",
    "amplifier_fault",
    "leaving",
];

/// What does not come and go by itself.
const STEADY: [&str; 8] =
    ["emergency", "muted", "clock_untrusted", "missed", "nothing_to_air", "short_of", "priority_tie", "late_start"];

/// What an alarm says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// The word that it is known by.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What a sentence about it names, by name. Times are in the station's zone, lengths in milliseconds.
    pub values: BTreeMap<String, String>,
}

impl Matter {
    /// What it is about: an occurrence, an emergency, a zone, a relay; empty if there is only one of its code. With its code, this is what
    /// an alarm is known by.
    #[must_use]
    pub fn about(&self) -> &str {
        IDENTITIES.iter().find_map(|name| self.values.get(*name)).map_or("", String::as_str)
    }

    /// The same, with what people call the zone or the relay that it names: `name_of` is asked for `zone` or `relay` and its
    /// identifier, and answers none where that has no name.
    #[must_use]
    pub fn with_names(mut self, name_of: impl Fn(&str, &str) -> Option<String>) -> Self {
        for what in ["zone", "relay"] {
            let name = self.values.get(what).and_then(|id| name_of(what, id));
            self.values.extend(name.map(|name| (format!("{what}_name"), name)));
        }
        self
    }

    /// Whether the log tells of it by a record of its own.
    #[must_use]
    pub fn is_in_the_log(&self) -> bool {
        IN_THE_LOG.contains(&self.code.as_str())
    }

    /// How long it must be over before it is cleared, if that is `usual` for what comes and goes by itself. What a person or the
    /// plan says is over when it is.
    #[must_use]
    pub fn calm(&self, usual: Duration) -> Duration {
        if STEADY.contains(&self.code.as_str()) { Duration::ZERO } else { usual }
    }

    /// How long it must be so before it is raised. What is counted over a while already has waited enough.
    #[must_use]
    pub fn patience(&self) -> Duration {
        match self.code.as_str() {
            // A record that waits for a moment is no reason to call anybody.
            "log_waiting" => Duration::from_secs(5),
            _ => Duration::ZERO,
        }
    }
}

impl Alarm {
    /// What it says, times in the station's zone.
    #[must_use]
    pub fn matter(&self, zone: Tz) -> Matter {
        let values = self.values(zone).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Matter { code: self.code().to_owned(), severity: self.severity(), values }
    }

    /// Whether it passes by itself within moments: told while it lasts, not kept.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Leaving)
    }

    fn values(&self, zone: Tz) -> Vec<(&'static str, String)> {
        match self {
            Self::OutputLost { zone, error } | Self::ReturnLost { zone, error } => {
                vec![("zone", zone.to_string()), ("error", error.clone())]
            }
            Self::Emergency { emergency, title, by } => {
                vec![("emergency_id", emergency.to_string()), ("title", title.clone()), ("by", by.clone())]
            }
            Self::Muted { zone, by } => vec![("zone", zone.to_string()), ("by", by.clone())],
            Self::LogWaiting { records, error } => {
                let records = ("records", records.to_string());
                error.iter().map(|error| ("error", error.clone())).chain([records]).collect()
            }
            Self::DiskLow { free_bytes, wanted_bytes } => {
                vec![("free_bytes", free_bytes.to_string()), ("wanted_bytes", wanted_bytes.to_string())]
            }
            Self::Missed { broadcast, reason } => {
                let detail = miss_detail(reason).map(|detail| ("detail", detail));
                named(broadcast, zone).chain([("reason", reason_word(reason).to_owned())]).chain(detail).collect()
            }
            Self::NothingToAir { broadcast } => named(broadcast, zone).collect(),
            Self::ShortOf { broadcast, planned, room } => named(broadcast, zone)
                .chain([("planned_ms", milliseconds(*planned)), ("room_ms", milliseconds(*room))])
                .collect(),
            Self::PriorityTie(Tied { entries: [one, other], higher, own, first, until }) => vec![
                ("entries", format!("{one}-{other}")),
                ("higher", higher.clone()),
                ("own", own.clone()),
                ("first", first_word(*first).to_owned()),
                ("until", instant(*until, zone)),
            ],
            Self::RecordingBad(BadRecording { of, fault }) => {
                let of = match of {
                    Recorded::Zone(zone) => ("zone", zone.to_string()),
                    Recorded::Relay(relay) => ("relay", relay.to_string()),
                };
                vec![of, ("fault", fault.code().to_owned()), ("error", fault.to_string())]
            }
            Self::AmplifierFault { zone, fault } => vec![("zone", zone.to_string()), ("error", fault.clone())],
            Self::NotHeard { zone, title } => vec![("zone", zone.to_string()), ("title", title.clone())],
            Self::Silence { zone, title, lasts } => {
                vec![("zone", zone.to_string()), ("title", title.clone()), ("silent_ms", milliseconds(*lasts))]
            }
            Self::LevelOutOfRange { zone, title, loudness_lufs, bounds } => vec![
                ("zone", zone.to_string()),
                ("title", title.clone()),
                ("loudness_lufs", format!("{loudness_lufs:.1}")),
                ("lufs_min", format!("{:.1}", bounds.lufs_min)),
                ("lufs_max", format!("{:.1}", bounds.lufs_max)),
            ],
            Self::LateStart { broadcast, by, begun } => {
                named(broadcast, zone).chain([("late_ms", milliseconds(*by)), ("begun", begun.to_string())]).collect()
            }
            Self::RelayFailed { relay, name, fault } => {
                let told = |language| fault.text(language);
                vec![
                    ("relay", relay.to_string()),
                    ("name", name.clone()),
                    ("fault", told(Language::En)),
                    ("fault_vi", told(Language::Vi)),
                ]
            }
            Self::Unsent { way, error } => vec![("way", way.word().to_owned()), ("error", error.clone())],
            Self::ClockUntrusted | Self::Leaving => Vec::new(),
        }
    }
}

fn named(broadcast: &Broadcast, zone: Tz) -> impl Iterator<Item = (&'static str, String)> {
    let start = instant(broadcast.start, zone);
    [("occurrence_id", broadcast.occurrence.to_string()), ("name", broadcast.name.clone()), ("start", start)]
        .into_iter()
}

/// RFC 3339 in the station's zone.
fn instant(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// The word that it has in the settings.
const fn first_word(first: First) -> &'static str {
    match first {
        First::Higher => "higher",
        First::Own => "own",
    }
}

fn milliseconds(time: Duration) -> String {
    time.as_millis().to_string()
}

/// The word that a reason has in the log.
const fn reason_word(reason: &MissReason) -> &'static str {
    match reason {
        MissReason::StationOff => "station_off",
        MissReason::Late => "late",
        MissReason::NothingToAir => "nothing_to_air",
        MissReason::NotPermitted => "not_permitted",
        MissReason::NoOutput { .. } => "no_output",
        MissReason::BadAudio { .. } => "bad_audio",
        MissReason::Clock => "clock",
        MissReason::ZoneBusy { .. } => "zone_busy",
        MissReason::Muted { .. } => "muted",
    }
}
