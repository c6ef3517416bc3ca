//! What an element of a rundown lets be heard: a clip of the library, another station, or a microphone.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clip::{ClipId, ClipSnapshot};
use super::microphone::{MicrophoneId, Programme};
use super::relay::RelayId;

/// What is heard, as the log keeps it. As JSON it is a field `clip`, `relay` or `live` of whatever it is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// A clip, as it stood then.
    Clip(ClipSnapshot),
    /// Another station (tiếp âm), for so long.
    Relay(RelaySnapshot),
    /// Somebody speaks (nói trực tiếp), for so long at most.
    Live(LiveSnapshot),
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

/// What the log keeps of somebody who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveSnapshot {
    /// Through which microphone.
    pub id: MicrophoneId,
    /// What people call it.
    pub name: String,
    /// How long it may be, in milliseconds.
    pub length_ms: u64,
    /// What becomes of the programme meanwhile.
    #[serde(flatten)]
    pub programme: Programme,
}

impl Sound {
    /// The clip; none for sound that is none.
    #[must_use]
    pub const fn clip(&self) -> Option<&ClipSnapshot> {
        match self {
            Self::Clip(clip) => Some(clip),
            Self::Relay(_) | Self::Live(_) => None,
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
            Self::Live(live) => &live.name,
        }
    }

    /// How long it plays; of a microphone, at most.
    #[must_use]
    pub fn duration(&self) -> Duration {
        match self {
            Self::Clip(clip) => clip.duration(),
            Self::Relay(relay) => Duration::from_millis(relay.length_ms),
            Self::Live(live) => Duration::from_millis(live.length_ms),
        }
    }

    /// Its length in frames, and their rate in Hz.
    #[must_use]
    pub const fn frames(&self) -> (u64, u32) {
        match self {
            Self::Clip(clip) => (clip.frames, clip.sample_rate),
            Self::Relay(relay) => (relay.length_ms, 1000),
            Self::Live(live) => (live.length_ms, 1000),
        }
    }

    /// Whether it comes in while it is heard, so that what is missed is gone.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Relay(_) | Self::Live(_))
    }

    /// Whether each of its frames belongs to an instant: what is late has gone by, and it ends when it was to end. Whoever speaks
    /// has all the time that was given, from when it can be heard.
    #[must_use]
    pub const fn is_clocked(&self) -> bool {
        matches!(self, Self::Relay(_))
    }

    /// Whether both are the same clip, the same relay, or the same microphone.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Clip(one), Self::Clip(other)) => one.item == other.item,
            (Self::Relay(one), Self::Relay(other)) => one.id == other.id,
            (Self::Live(one), Self::Live(other)) => one.id == other.id,
            _ => false,
        }
    }
}
