//! The running daemon: one event loop that drives [`crate::domain::station::Station`] and performs its effects.
//!
//! [`daemon`] turns; [`scribe`] writes the log in order beside it, so that a slow disk never holds up a start; [`chooser`]
//! fetches what a rundown is chosen from, and tries each clip before it is promised.

mod chooser;
mod daemon;
mod foresight;
mod handle;
mod outputs;
mod probe;
mod proving;
mod reload;
mod scribe;
mod wiring;

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle};

use crate::amplifier::guard::Guard;
use crate::audio::EngineError;
use crate::config::Config;
use crate::domain::station::{Input, RestPolicy};
use crate::library::ImportError;
use crate::store::{Store, StoreError};

pub use handle::{Handle, HandleError, LiveLevel, LiveView, LiveZone, LogState};
pub use outputs::folder_of as recording_folder;
pub use probe::try_output;
pub use reload::{Applied, Pending, ReloadAsk, ReloadState, Reloader};
pub use wiring::{charges, clips_folder};

/// Why the station cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum StationError {
    /// The log or the library could not be read or written.
    #[error("the station cannot reach its records")]
    Store(#[from] StoreError),
    /// The clips' audio cannot be reached.
    #[error("the station cannot reach its clips")]
    Clips(#[from] ImportError),
    /// The engine did not answer.
    #[error("the sound engine failed")]
    Engine(#[from] EngineError),
    /// The system has no timer.
    #[error("the system gives no timer; without one no start can be on time")]
    Timer(#[source] std::io::Error),
    /// Amplifiers could not be switched.
    #[error("the system gives no thread to switch the amplifiers with")]
    Amplifiers(#[source] std::io::Error),
    /// The system has no thread for the witness of a zone.
    #[error("the system gives no thread to hear the return feed of a zone")]
    Witness(#[source] std::io::Error),
    /// A part of the station ended that never should.
    #[error("{part} ended unexpectedly; the supervisor (systemd) starts the station again")]
    PartEnded {
        /// Which.
        part: &'static str,
    },
}

/// What people ask, on its way to whichever run of the station comes next.
#[derive(Debug)]
pub struct Asked(mpsc::Receiver<handle::Request>);

/// A run of the station.
#[derive(Debug)]
pub struct Run {
    task: JoinHandle<Result<Asked, StationError>>,
    inputs: mpsc::Sender<Input>,
}

impl Run {
    fn of(daemon: daemon::Daemon, asked: Asked) -> Self {
        let inputs = daemon.inputs();
        Self { task: tokio::spawn(daemon.run(asked)), inputs }
    }

    /// Waits until it was told to end and everything is written, or for what went wrong. Safe to wait for anew after it was
    /// broken off, but not once it has answered.
    ///
    /// # Errors
    /// The task panicked; within, what made the station unable to go on.
    pub async fn ended(&mut self) -> Result<Result<Asked, StationError>, JoinError> {
        (&mut self.task).await
    }

    /// Tells this run, and no other, to end. One that has ended already needs not be told, and nobody waits for its word.
    pub async fn end(&self, rest: RestPolicy, by: &str) {
        drop(self.inputs.send(Input::Shutdown { rest, by: by.to_owned() }).await);
    }
}

/// Brings the station up: what the last run spilled goes into the log, the ledger is read, the engine waits with its output
/// closed. `guard` watches over its amplifiers, for this run and those after it.
///
/// # Errors
/// When the log cannot be read: a station that does not know what it aired must not go on air.
pub async fn start(config: Arc<Config>, store: Store, guard: &Guard) -> Result<(Handle, Run), StationError> {
    let daemon = daemon::Daemon::new(config, store, guard).await?;
    let (handle, asked) = Handle::of(daemon.view(), daemon.parts());
    Ok((handle, Run::of(daemon, asked)))
}

/// Brings the station up again within its process, after its last run has ended: the same as [`start`], but whoever holds a
/// handle goes on with it, and what was asked meanwhile is answered by the new run.
///
/// # Errors
/// As [`start`]. What was asked is given back, for another try.
pub async fn start_again(
    config: Arc<Config>,
    store: Store,
    guard: &Guard,
    handle: &Handle,
    asked: Asked,
) -> Result<Run, (StationError, Asked)> {
    match daemon::Daemon::new(config, store, guard).await {
        Ok(daemon) => {
            handle.takes_over(&daemon.view(), daemon.parts());
            let daemon = daemon.shown_in(handle);
            Ok(Run::of(daemon, asked))
        }
        Err(error) => Err((error, asked)),
    }
}

/// Tells systemd, if it started us, that the process is about to end.
pub fn tell_stopping() {
    daemon::notify(sd_notify::NotifyState::Stopping);
}
