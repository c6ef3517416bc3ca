//! The records of the as-run log. Append-only: nothing here is ever changed, a correction is a new record.
//!
//! A record says what was meant (an [`Intent`], durable before the first sample), what was heard (an [`End`]), how a planned
//! occurrence ended (a [`Closed`]), what a person corrected, or what went wrong. [`super::airing`] folds them.

mod incident;
mod mention;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::proof::Proof;
use super::relay;
use super::rundown::Rundown;
use super::slot::{OccurrenceId, ZoneId};
use super::sound::Sound;

pub use incident::{EmergencyRaised, Incident};
pub use mention::{MENTIONS_MAX, Mention, MentionRefusal, Mentioned, Mentions, Withdrawal, place};

/// Identifies an airing: a UUIDv7, so identifiers sort by the time they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AiringId(pub Uuid);

impl fmt::Display for AiringId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AiringId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Uuid::parse_str(text).map(Self).map_err(|_| format!("`{text}` is not an airing, expected a UUID"))
    }
}

/// One uninterrupted stretch of an airing, counted from 1. A resumed airing has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartId {
    /// The airing.
    pub airing: AiringId,
    /// Counted from 1.
    pub part: u32,
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.airing, self.part)
    }
}

/// What sort of sound an airing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A clip from the library, whoever made it (the source is in the snapshot).
    Own,
    /// Another station, re-broadcast live.
    Relay,
    /// A microphone.
    Live,
    /// Khẩn cấp: outside every schedule.
    Emergency,
    /// Signature or closing tune; never counts.
    Ident,
}

/// What the station is about to let sound. Durable before the first sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// Which stretch of which airing.
    pub part: PartId,
    /// The occurrence it belongs to; none for an element played by hand.
    pub occurrence: Option<OccurrenceId>,
    /// Place in the rundown, counted from 0.
    pub position: u32,
    /// What sort of sound.
    pub kind: Kind,
    /// When the first frame was planned.
    pub planned_start: DateTime<Utc>,
    /// Rate of every frame number in this airing, in Hz: the programme rate of the station.
    pub sample_rate: u32,
    /// First frame of this stretch, counted from the head of the element; 0 unless resumed.
    pub from_frame: u64,
    /// Frames of the whole element.
    pub frames_total: u64,
    /// Where it is to be heard.
    pub zones: Vec<ZoneId>,
    /// Gain applied, in dB.
    pub gain_db: f64,
    /// The person who asked for it, if one did.
    pub by: Option<String>,
    /// What is heard.
    #[serde(flatten)]
    pub sound: Sound,
}

/// How a stretch ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum EndReason {
    /// Its last frame was heard.
    Complete,
    /// Faded out at the end of the window.
    Overrun,
    /// A person went on to the next element.
    Skipped {
        /// Who.
        by: String,
    },
    /// A person stopped the occurrence.
    Stopped {
        /// Who.
        by: String,
    },
    /// The process ended without warning; the frames are those of the journal.
    PowerLoss,
    /// The output went away.
    OutputLost {
        /// What it said.
        error: String,
    },
    /// The audio could not be decoded further.
    DecodeFailed {
        /// What was wrong.
        error: String,
    },
    /// The microphone went away.
    InputLost {
        /// What it said.
        error: String,
    },
    /// The station was told to shut down.
    Shutdown,
    /// Something of a higher tier took its place.
    Superseded {
        /// The airing that did.
        by: AiringId,
    },
    /// Its turn never came: the occurrence ended first.
    NotStarted,
}

/// What one zone was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The zone.
    pub zone: ZoneId,
    /// Frames handed to its device and played.
    pub frames: u64,
    /// Frames of silence the device got because the decoder was late.
    pub underrun_frames: u64,
}

/// What was measured on the frames as they went out.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Level {
    /// Integrated loudness in LUFS; none if everything was below the gate or too short.
    pub loudness_lufs: Option<f64>,
    /// Silence inside the stretch, in milliseconds.
    pub silent_ms: u64,
}

/// What was heard of a stretch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// Which stretch.
    pub part: PartId,
    /// When the first frame was heard; none if none was.
    pub start: Option<DateTime<Utc>>,
    /// When the last frame was heard; none if none was.
    pub end: Option<DateTime<Utc>>,
    /// Frames heard, from the intent's `from_frame` on, at the intent's rate.
    pub frames: u64,
    /// How it ended.
    #[serde(flatten)]
    pub reason: EndReason,
    /// What each zone was given.
    pub zones: Vec<Delivery>,
    /// What was measured.
    pub level: Level,
    /// Of a relay: what it carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relay: Option<relay::Account>,
}

/// Why a planned occurrence was not heard.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum MissReason {
    /// The station was not running.
    StationOff,
    /// It could not start within its grace.
    Late,
    /// No approved clip was there to be aired.
    NothingToAir,
    /// The hour is not permitted.
    NotPermitted,
    /// The output could not be opened or was lost.
    NoOutput {
        /// What it said.
        error: String,
    },
    /// Every clip of the rundown was found bad.
    BadAudio {
        /// What was wrong with the last.
        fault: String,
    },
    /// The clock could not be trusted, or stepped over it.
    Clock,
    /// Another occurrence held the zone.
    ZoneBusy {
        /// Which.
        by: OccurrenceId,
    },
    /// All its zones were muted.
    Muted {
        /// By whom.
        by: String,
    },
}

/// How an occurrence ended: exactly one of these for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Every item of its rundown was heard (counted).
    Aired,
    /// Something was heard, not everything.
    Partial,
    /// Nothing was heard.
    Missed(MissReason),
    /// A person called it off.
    Cancelled {
        /// Who.
        by: String,
    },
    /// Something of a higher tier took its place.
    Superseded {
        /// The airing that did.
        by: AiringId,
    },
}

/// An occurrence that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Which.
    pub occurrence: OccurrenceId,
    /// When it was planned to start.
    pub planned_start: DateTime<Utc>,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What a person may correct about an airing. What was measured stays; what was said about it may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum Amendment {
    /// The title.
    Title {
        /// Before.
        before: String,
        /// After.
        after: String,
    },
    /// The primary topic.
    Topic {
        /// Before.
        before: String,
        /// After.
        after: String,
    },
    /// The campaign.
    Campaign {
        /// Before.
        before: Option<String>,
        /// After.
        after: Option<String>,
    },
    /// The author.
    Author {
        /// Before.
        before: Option<String>,
        /// After.
        after: Option<String>,
    },
    /// Whether it counts, against what the rule says (the loudspeakers were known to be dead, say).
    Counted {
        /// Before.
        before: bool,
        /// After.
        after: bool,
    },
    /// A remark, with no change of a figure.
    Note {
        /// The remark.
        text: String,
    },
}

/// A correction: a new record, never a change of an old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The airing corrected.
    pub airing: AiringId,
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
    /// Before and after.
    #[serde(flatten)]
    pub amendment: Amendment,
}

/// One record of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// What was chosen for an occurrence, and why.
    Rundown(Rundown),
    /// What is about to sound.
    Intent(Intent),
    /// What was heard.
    End(End),
    /// How an occurrence ended.
    Closed(Closed),
    /// What the return feed of a zone says of what was sent there.
    Proof(Proof),
    /// What a person corrected.
    Correction(Correction),
    /// What a person heard inside a relay.
    Mention(Mention),
    /// A person took back what was said to be heard inside a relay.
    Withdrawal(Withdrawal),
    /// What went wrong, or is worth knowing.
    Incident(Incident),
}

/// A record in its place in the chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Counted from 1 without holes.
    pub seq: u64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What it says.
    #[serde(flatten)]
    pub record: Record,
}
