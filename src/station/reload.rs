//! Starting the station again with other settings: the way to whoever can do it, and how far that has come.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

/// Requests to start again that wait to be looked at; a further one waits.
const ASKED_MAX: usize = 8;
/// How long a person waits for it to be done before they are told that it will be: longer than it takes with the air free.
const DONE_MAX: Duration = Duration::from_secs(2);

/// Somebody wants the station to start again with the settings as they are now.
#[derive(Debug)]
pub struct ReloadAsk {
    /// Who.
    pub by: String,
    /// Whether it will be done; if not, everything that is wrong with the settings, a message each.
    pub answer: oneshot::Sender<Result<(), Vec<String>>>,
}

/// A restart that waits for the air to be free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Who asked for it.
    pub by: String,
    /// Since when it waits.
    pub since: DateTime<Utc>,
}

/// A restart that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Who asked for it.
    pub by: String,
    /// When the station was back.
    pub at: DateTime<Utc>,
    /// How long it was away, in milliseconds.
    pub took_ms: u64,
    /// Why the settings before it hold again; none when all went well.
    pub error: Option<String>,
}

/// How far the settings have come into effect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReloadState {
    /// What waits for the air to be free; none if every saved setting holds.
    pub pending: Option<Pending>,
    /// The last restart of this process; none if there was none.
    pub last: Option<Applied>,
}

/// Asks for a restart, and says how far it has come. Clones ask the same.
#[derive(Debug, Clone)]
pub struct Reloader {
    asks: mpsc::Sender<ReloadAsk>,
    state: watch::Receiver<ReloadState>,
}

impl Reloader {
    /// One, with the ends that whoever restarts the station holds.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<ReloadAsk>, watch::Sender<ReloadState>) {
        let (asks, asked) = mpsc::channel(ASKED_MAX);
        let (state, watched) = watch::channel(ReloadState::default());
        (Self { asks, state: watched }, asked, state)
    }

    /// How far the settings have come into effect.
    #[must_use]
    pub fn state(&self) -> ReloadState {
        self.state.borrow().clone()
    }

    /// Each time that changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<ReloadState> {
        self.state.clone()
    }

    /// Asks for a restart and waits a moment for it; what waits for a broadcast to end is pending in the answer.
    ///
    /// # Errors
    /// Everything that is wrong with the settings: those before go on. Nothing at all when the station is ending.
    pub async fn ask(&self, by: &str) -> Result<ReloadState, Vec<String>> {
        let (answer, answered) = oneshot::channel();
        let ending = |_| Vec::new();
        self.asks.send(ReloadAsk { by: by.to_owned(), answer }).await.map_err(|_| Vec::new())?;
        answered.await.map_err(ending)??;
        let mut state = self.state.clone();
        // Whatever it says by then is the answer.
        drop(timeout(DONE_MAX, state.wait_for(|state| state.pending.is_none())).await);
        Ok(self.state())
    }
}
