//! What an element of a rundown lets be heard: a clip of the library, or another station.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clip::{ClipId, ClipSnapshot};
use super::relay::RelayId;

/// What is heard, as the log keeps it. As JSON it is a field `clip` or a field `relay` of whatever it is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// A clip, as it stood then.
    Clip(ClipSnapshot),
    /// Another station (tiếp âm), for so long.
    Relay(RelaySnapshot),
}

/// What the log keeps of a relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelaySnapshot {
    /// Which.
    pub id: RelayId,
    /// Whose programme.
    pub name: String,
    /// How long it was to be, in milliseconds.
    pub length_ms: u64,
}

impl Sound {
    /// The clip; none for sound that is none.
    #[must_use]
    pub const fn clip(&self) -> Option<&ClipSnapshot> {
        match self {
            Self::Clip(clip) => Some(clip),
            Self::Relay(_) => None,
        }
    }

    /// The number of the clip; none for sound that is none.
    #[must_use]
    pub fn clip_id(&self) -> Option<ClipId> {
        self.clip().map(|clip| clip.item.clip)
    }

    /// What it is called, for people.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Clip(clip) => &clip.title,
            Self::Relay(relay) => &relay.name,
        }
    }

    /// How long it plays.
    #[must_use]
    pub fn duration(&self) -> Duration {
        match self {
            Self::Clip(clip) => clip.duration(),
            Self::Relay(relay) => Duration::from_millis(relay.length_ms),
        }
    }

    /// Its length in frames, and their rate in Hz.
    #[must_use]
    pub const fn frames(&self) -> (u64, u32) {
        match self {
            Self::Clip(clip) => (clip.frames, clip.sample_rate),
            Self::Relay(relay) => (relay.length_ms, 1000),
        }
    }

    /// Whether it comes in while it is heard, so that what is missed is gone.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Relay(_))
    }

    /// Whether both are the same clip, or the same relay.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Clip(one), Self::Clip(other)) => one.item == other.item,
            (Self::Relay(one), Self::Relay(other)) => one.id == other.id,
            _ => false,
        }
    }
}
