//! A rundown: the elements of one occurrence in order, with the reason each was chosen.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clip::{ClipId, Unfit};
use super::queue::Precedence;
use super::slot::OccurrenceId;
use super::sound::Sound;

/// The part an element plays in its occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Signature tune; never counts.
    Ident,
    /// An item; counts.
    Item,
    /// Another station; counts apart.
    Relay,
    /// Somebody speaks; counts apart.
    Live,
    /// Closing tune; never counts.
    Closing,
}

/// Why an element is in the rundown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// The template names it.
    Fixed,
    /// It waited in the queue.
    Queued {
        /// The entry.
        entry: u32,
        /// Who queued it.
        by: String,
        /// It goes first, and why where it does; none for a normal entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        priority: Option<Precedence>,
    },
    /// Of the clips the rotation draws from, it was aired longest ago.
    Rotation {
        /// When last; none if never.
        last_aired: Option<DateTime<Utc>>,
        /// How many clips it was chosen from.
        of: u32,
    },
    /// It stands in for a clip found bad.
    InsteadOf {
        /// That clip.
        clip: ClipId,
        /// What was wrong with it.
        fault: String,
    },
    /// An operator asked for it by hand.
    ByHand {
        /// Who.
        by: String,
    },
}

/// One element of a rundown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// Counted from 0 within the occurrence.
    pub position: u32,
    /// The part it plays.
    pub role: Role,
    /// What is heard.
    #[serde(flatten)]
    pub sound: Sound,
    /// Planned first frame.
    pub start: DateTime<Utc>,
    /// Gain applied at play time, in dB: brings the clip to the zone's loudness under the true-peak cap.
    pub gain_db: f64,
    /// Why this one.
    pub why: Why,
}

impl Planned {
    /// Planned end: start and real length.
    #[must_use]
    pub fn end(&self) -> DateTime<Utc> {
        self.start + self.sound.duration()
    }
}

/// Why something that the template or the queue asked for is not in the rundown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum LeftOutWhy {
    /// It would end later than the slot, the session cap or the permitted hours allow.
    DoesNotFit {
        /// By so much, in milliseconds.
        over_ms: u64,
    },
    /// It may not air on this day.
    Unfit {
        /// Why.
        unfit: Unfit,
    },
    /// The library has no such clip.
    Unknown,
    /// It is in this rundown already: no item is heard twice in one occurrence.
    Repeated,
    /// Its audio was found bad.
    Bad {
        /// What was wrong.
        fault: String,
    },
}

/// Something asked for and not in the rundown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Which clip.
    pub clip: ClipId,
    /// Its title, empty if unknown.
    pub title: String,
    /// Why.
    #[serde(flatten)]
    pub why: LeftOutWhy,
}

/// The ordered elements of one occurrence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rundown {
    /// Which occurrence.
    pub occurrence: OccurrenceId,
    /// In the order of airing, each starting where the one before ends.
    pub elements: Vec<Planned>,
    /// What was asked for and is not there.
    pub left_out: Vec<LeftOut>,
}

impl Rundown {
    /// The sum of the real lengths.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.elements.iter().map(|element| element.sound.duration()).sum()
    }

    /// How many elements count.
    #[must_use]
    pub fn items(&self) -> usize {
        self.elements.iter().filter(|element| element.role == Role::Item).count()
    }

    /// Whether anything would be heard but tunes.
    #[must_use]
    pub fn has_items(&self) -> bool {
        self.elements.iter().any(|element| matches!(element.role, Role::Item | Role::Relay))
    }
}
