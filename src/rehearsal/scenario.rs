//! A scenario: a period, slots, what the operator puts on the shelf and when, and what goes wrong.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;

use super::fault::Fault;
use crate::domain::clip::{ClipId, Genre, Source, Topics};
use crate::domain::microphone::{MicrophoneId, Programme};
use crate::domain::slot::{Element, Exception, Interrupted, Overrun, Slot, SlotId, ZoneId};
use crate::domain::sound::LiveSnapshot;
use crate::domain::station::{Input, RestPolicy};
use crate::domain::time::Days;

/// Longest period that is rehearsed.
const DAYS_MAX: i64 = 3_660;
/// Most clips that a scenario may make.
const CLIPS_MAX: u32 = 100_000;

/// Why a scenario cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file is not there, or not readable.
    #[error("cannot read scenario {path}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Not the TOML of a scenario.
    #[error("{path} is not a scenario: {message}")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// Place, value and expectation.
        message: String,
    },
    /// A value that cannot be.
    #[error("{path}: {key} is {value}, expected {expected}")]
    Value {
        /// Which file.
        path: PathBuf,
        /// Which key.
        key: &'static str,
        /// Its value.
        value: String,
        /// What may stand there.
        expected: &'static str,
    },
}

/// What is rehearsed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows.
    pub name: String,
    /// Seed of everything that is drawn by lot.
    pub seed: u64,
    /// First day, local.
    pub from: NaiveDate,
    /// Last day, local.
    pub to: NaiveDate,
    /// By how many millionths the wall clock runs fast.
    #[serde(default)]
    pub drift_ppm: f64,
    /// The slots, in force from the first day on.
    pub slot: Vec<ScenarioSlot>,
    /// The clips, made before the first day or released one by one.
    pub clips: Vec<ScenarioClips>,
    /// What goes wrong.
    #[serde(default)]
    pub fault: Vec<ScenarioFault>,
}

/// A slot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioSlot {
    /// Its name in identifiers.
    pub id: SlotId,
    /// Its name for people.
    pub name: String,
    /// Cron text.
    pub recurrence: String,
    /// What is heard, in order.
    pub rundown: Vec<Element>,
    /// Longest duration, in minutes.
    pub length_minutes_max: u64,
    /// Grace, in minutes.
    pub grace_minutes: u64,
    /// What is still sounding at the end.
    #[serde(default)]
    pub overrun: Overrun,
    /// After an interruption.
    #[serde(default)]
    pub interrupted: Interrupted,
    /// Days on which it does not air.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
    /// Where it is heard; everywhere if not given.
    #[serde(default)]
    pub zones: Vec<ZoneId>,
}

impl ScenarioSlot {
    /// As the operator would have saved it, in a station of these zones.
    #[must_use]
    pub fn slot(&self, zones: &[ZoneId]) -> Slot {
        Slot {
            id: self.id.clone(),
            name: self.name.clone(),
            recurrence: self.recurrence.clone(),
            zones: if self.zones.is_empty() { zones.to_vec() } else { self.zones.clone() },
            rundown: self.rundown.clone(),
            length_max: Duration::from_secs(60 * self.length_minutes_max),
            grace: Duration::from_secs(60 * self.grace_minutes),
            overrun: self.overrun,
            interrupted: self.interrupted,
            valid: Days::ALL,
            exceptions: self.exceptions.clone(),
            instead_of: None,
        }
    }
}

/// Clips of one sort. Numbers are given in the order of the file, from 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioClips {
    /// How many.
    pub count: u32,
    /// Titles, taken in turn; `{n}` is the number within this sort.
    pub titles: Vec<String>,
    /// Thể loại.
    pub genre: Genre,
    /// Who made them.
    pub source: Source,
    /// Campaign code.
    #[serde(default)]
    pub campaign: Option<String>,
    /// Primary topics, taken in turn, beside the titles.
    pub topics: Vec<String>,
    /// Shortest length, in seconds.
    pub seconds_min: f64,
    /// Longest length, in seconds.
    pub seconds_max: f64,
    /// If given: each clip is queued so many times, from the first to the second number by lot. The clips are released
    /// evenly over the period, and queued for one day after the other.
    #[serde(default)]
    pub queued: Option<(u32, u32)>,
}

impl ScenarioClips {
    /// What the `n`-th clip of this sort is about, and its title; counted from 0.
    #[must_use]
    pub fn nth(&self, n: u32) -> (String, Topics) {
        let in_turn = |texts: &[String]| texts.get(n as usize % texts.len().max(1)).cloned().unwrap_or_default();
        let title = in_turn(&self.titles).replace("{n}", &(n + 1).to_string());
        (title, Topics { primary: in_turn(&self.topics), secondary: Vec::new() })
    }
}

/// Something that goes wrong, at an instant.
#[derive(Debug, Clone, Deserialize)]
pub struct ScenarioFault {
    /// When: RFC 3339.
    pub at: DateTime<Utc>,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What can go wrong.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// The power goes.
    PowerCut {
        /// For so long.
        lasts_seconds: u64,
        /// What the clock says when it returns; the right time if not given.
        #[serde(default)]
        clock_reads: Option<DateTime<Utc>>,
    },
    /// The device goes.
    OutputLost {
        /// Of which zone; all if not given.
        #[serde(default)]
        zone: Option<ZoneId>,
        /// For so long.
        lasts_seconds: u64,
    },
    /// The clock steps.
    ClockStep {
        /// Forward is positive.
        by_seconds: i64,
    },
    /// The clock is set right.
    ClockRight,
    /// A clip's file is missing.
    MissingFile {
        /// Which.
        clip: ClipId,
    },
    /// It is there again.
    FileBack {
        /// Which.
        clip: ClipId,
    },
    /// An emergency.
    Emergency {
        /// With which clip.
        clip: ClipId,
        /// By whom.
        by: String,
        /// Where; everywhere if not given.
        #[serde(default)]
        zones: Vec<ZoneId>,
        /// How often; once if not given.
        #[serde(default)]
        times: Option<u32>,
        /// From one beginning to the next.
        #[serde(default)]
        every_seconds: u64,
    },
    /// Somebody speaks.
    Live {
        /// Through which microphone.
        microphone: MicrophoneId,
        /// For so long.
        lasts_seconds: u64,
        /// By whom it is opened.
        by: String,
        /// Where; everywhere if not given.
        #[serde(default)]
        zones: Vec<ZoneId>,
        /// The programme goes on below, turned down by so many dB; it stops if not given.
        #[serde(default)]
        duck_db: Option<u32>,
    },
    /// A person goes on to the next element.
    Skip {
        /// Who.
        by: String,
    },
    /// A person stops the occurrence.
    Stop {
        /// Who.
        by: String,
    },
    /// The station is restarted in good order.
    Restart {
        /// Down for so long.
        lasts_seconds: u64,
    },
}

impl What {
    /// As the world knows it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self.clone() {
            Self::PowerCut { lasts_seconds, clock_reads } => {
                Fault::PowerCut { lasts: Duration::from_secs(lasts_seconds), clock_reads }
            }
            Self::OutputLost { zone, lasts_seconds } => {
                Fault::OutputLost { zone, lasts: Duration::from_secs(lasts_seconds) }
            }
            Self::ClockStep { by_seconds } => {
                Fault::ClockStep { by: TimeDelta::try_seconds(by_seconds).unwrap_or_default() }
            }
            Self::ClockRight => Fault::ClockRight,
            Self::MissingFile { clip } => Fault::ClipGone(clip),
            Self::FileBack { clip } => Fault::ClipBack(clip),
            Self::Emergency { clip, by, zones, times, every_seconds } => {
                let (times, every) = (times.unwrap_or(1), Duration::from_secs(every_seconds));
                Fault::Emergency { clip, by, zones, times, every }
            }
            Self::Live { microphone, lasts_seconds, by, zones, duck_db } => {
                let programme = duck_db.map_or(Programme::Pause, |duck_db| Programme::Duck { duck_db });
                let length_ms = lasts_seconds.saturating_mul(1000);
                let live = LiveSnapshot { name: microphone.to_string(), id: microphone, length_ms, programme };
                Fault::Command(Box::new(Input::GoLive { live, gain_db: 0.0, chime: None, zones, by }))
            }
            Self::Skip { by } => Fault::Command(Box::new(Input::Skip { zone: None, by })),
            Self::Stop { by } => Fault::Command(Box::new(Input::Stop { zone: None, by })),
            Self::Restart { lasts_seconds } => {
                Fault::Restart { lasts: Duration::from_secs(lasts_seconds), rest: RestPolicy::Fade }
            }
        }
    }
}

impl Scenario {
    /// Reads and checks a scenario.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(path: &Path) -> Result<Self, ScenarioError> {
        let unreadable = |source| ScenarioError::Unreadable { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let malformed =
            |error: toml::de::Error| ScenarioError::Malformed { path: path.to_owned(), message: error.to_string() };
        let scenario: Self = toml::from_str(&text).map_err(malformed)?;
        scenario.check(path)?;
        Ok(scenario)
    }

    fn check(&self, path: &Path) -> Result<(), ScenarioError> {
        let wrong = |key, value: String, expected| ScenarioError::Value { path: path.to_owned(), key, value, expected };
        if self.to < self.from || (self.to - self.from).num_days() > DAYS_MAX {
            return Err(wrong("to", self.to.to_string(), "a day not before `from` and at most ten years after it"));
        }
        let count = self.clips.iter().map(|clips| u64::from(clips.count)).sum::<u64>();
        if count > u64::from(CLIPS_MAX) {
            return Err(wrong("clips.count", count.to_string(), "at most 100000 clips in all"));
        }
        for clips in &self.clips {
            let lengths = format!("{} to {} seconds", clips.seconds_min, clips.seconds_max);
            if !(clips.seconds_min > 0.0 && clips.seconds_min <= clips.seconds_max && clips.seconds_max < 86_400.0) {
                return Err(wrong("clips.seconds_min", lengths, "more than 0, at most seconds_max, below a day"));
            }
            if clips.titles.is_empty() || clips.topics.is_empty() {
                return Err(wrong("clips.titles", "empty".to_owned(), "at least one title and one topic"));
            }
            if let Some((least, most)) = clips.queued.filter(|(least, most)| least > most || *most > 1_000) {
                return Err(wrong("clips.queued", format!("[{least}, {most}]"), "[least, most], at most 1000"));
            }
        }
        Ok(())
    }
}
