//! Microphones: what a person may speak through, live (nói trực tiếp), and what becomes of the programme meanwhile.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clip::ClipId;
use super::relay::Source;

/// A microphone's short name: 1 to 32 of `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicrophoneId(pub String);

impl std::fmt::Display for MicrophoneId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the programme stops for a voice, or goes on below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// It stops.
    Pause,
    /// It goes on below the voice.
    Duck,
}

/// What becomes of the programme of a zone while somebody speaks there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "programme", rename_all = "snake_case")]
pub enum Programme {
    /// It stops, and afterwards goes on as its slot says.
    Pause,
    /// It goes on below the voice.
    Duck {
        /// Turned down by so many dB, 3 to 40.
        duck_db: u32,
    },
}

/// A microphone as the configuration describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Microphone {
    /// Its short name.
    pub id: MicrophoneId,
    /// What people call it.
    pub name: String,
    /// The capture device.
    pub device: Source,
    /// Gain on the voice, in dB, -20 to 20: a microphone is not measured as a clip is.
    pub gain_db: f64,
    /// The tune that is heard before the voice.
    pub chime: Option<ClipId>,
    /// What becomes of the programme, if nothing else is asked for.
    pub manner: Manner,
    /// By how many dB the programme is turned down below the voice, 3 to 40.
    pub duck_db: u32,
    /// Nobody speaks longer than this.
    pub longest: Duration,
}

impl Microphone {
    /// The most that `longest` may be.
    pub const LONGEST_MAX: Duration = Duration::from_secs(4 * 60 * 60);
    /// The shortest time that a person can ask for.
    pub const LONGEST_MIN: Duration = Duration::from_secs(1);

    /// What becomes of the programme when it is opened, asked for in a certain manner or not.
    #[must_use]
    pub fn programme(&self, asked: Option<Manner>) -> Programme {
        match asked.unwrap_or(self.manner) {
            Manner::Pause => Programme::Pause,
            Manner::Duck => Programme::Duck { duck_db: self.duck_db },
        }
    }
}
