//! What changed, for whoever shows it.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

/// Notices kept for a listener that is slow; one that misses some is told so and looks at everything anew.
const NOTICES_MAX: usize = 64;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The library.
    Clips,
    /// The queue.
    Queue,
    /// Slots, and so the plan.
    Slots,
    /// The list of alarms.
    Alarms,
    /// The as-run log.
    Log,
    /// Recordings on their way into the library.
    Imports,
    /// The configuration.
    Settings,
    /// Reports and what goes into them.
    Reports,
    /// People and their rights.
    Accounts,
}

/// Tells what changed to everybody who listens. Clones tell the same listeners.
#[derive(Debug, Clone)]
pub struct Notices(broadcast::Sender<Topic>);

impl Default for Notices {
    fn default() -> Self {
        Self(broadcast::Sender::new(NOTICES_MAX))
    }
}

impl Notices {
    /// Something changed. Nobody listening is no reason to stop.
    pub fn tell(&self, topic: Topic) {
        drop(self.0.send(topic));
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Topic> {
        self.0.subscribe()
    }
}
