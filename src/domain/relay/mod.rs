//! Relays (tiếp âm): another station's programme, live, out of a chain of sources of which the first that sounds is heard.
//!
//! [`Supervisor`] decides which one that is, told the time and what each source gives; [`Account`] is what is left to the log.

mod account;
mod ahead;
mod keep;
mod source;
mod supervisor;
mod trouble;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clip;

pub use account::{Account, Carried, Part, Standing, Tally};
pub use ahead::{Ahead, LEADS, Planned};
pub use keep::{CARRIED_MIN, Fate, KEEP_DAYS, Session, WRITTEN_AFTER, title_of};
pub use source::{Host, Source, SourceError, shown};
pub use supervisor::{BREATH, CALM, FRESH, Heard, PATIENCE, PAUSES, STEADY, Step, Supervisor, WORRY, Why};
pub use trouble::{FailedSource, SourceFault, Trouble};

/// A relay's short name: 1 to 32 of `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RelayId(pub String);

impl std::fmt::Display for RelayId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A relay as the configuration describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Relay {
    /// Its short name.
    pub id: RelayId,
    /// Whose programme it carries, as people and reports name it.
    pub name: String,
    /// Where its sound comes from, the best first; at least one, at most [`Relay::SOURCES_MAX`].
    pub sources: Vec<Source>,
    /// When a source is taken for dead or silent.
    pub limits: Limits,
    /// Whether each session that carried sound becomes a draft of the library.
    pub keep: bool,
    /// Who made what it carries, for clips that are made of it.
    pub made_by: clip::Source,
}

impl Relay {
    /// The most sources of one relay.
    pub const SOURCES_MAX: usize = 6;
}

/// When a source is taken for dead or silent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// So long without decodable sound is a stall. 1 to 60 s.
    pub stall: Duration,
    /// Sound below this is silence. dBFS, -90 to -20.
    pub silence_dbfs: f64,
    /// So long below it, and the source is taken for silent. 2 to 600 s.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { stall: Duration::from_secs(5), silence_dbfs: -50.0, silence: Duration::from_secs(15) }
    }
}

impl Limits {
    /// The root mean square below which sound is silence, as a factor of full scale.
    #[must_use]
    pub fn silence_below(&self) -> f32 {
        10_f64.powf(self.silence_dbfs / 20.0) as f32
    }
}
