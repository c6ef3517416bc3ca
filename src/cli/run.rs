//! `loa run`: the daemon.

use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

use super::context::Context;
use super::error::CliError;
use super::{Exit, Outcome};
use crate::clock;
use crate::desk::socket::{Client, Server};
use crate::desk::{Desk, ErrorKind, store_settings};
use crate::domain::station::{Input, RestPolicy};
use crate::http::Console;
use crate::station::{self, Handle, StationError};
use crate::store::{DataLock, OpenAs, Store, StoreError};

/// How long to wait for a command of a person that is at work on the data folder.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// Between two looks whether the folder is free.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Run the station: airs by schedule, listens for commands, ends on SIGTERM or Ctrl-C
#[derive(Debug, Args)]
pub(super) struct Run {}

impl Run {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let config = &context.config;
        let lock = take(&config.data.folder, &config.control.socket).await?;
        let store = Store::open(&config.data.folder, OpenAs::Station, store_settings(config)).await?;
        let server = Server::bind(&config.control.socket)?;
        let (handle, mut task) = station::start(Arc::clone(config), store.clone()).await?;
        tracing::info!(folder = %config.data.folder.display(), "{} is running", config.station.name);
        let desk = Arc::new(Desk::new(Arc::clone(config), store.clone(), Some(handle.clone())));
        if let Some(first) = desk.open_first_run().await? {
            let (code, file) = (first.code.reveal(), first.file.display());
            tracing::info!(
                "nobody can sign in to the console yet: make the admin there with the code {code} (also in {file})"
            );
        }
        let console = open_console(context, &desk);
        let ended = {
            let serving = server.serve(desk, console.as_ref().map(Console::url));
            tokio::select! {
                () = serving => Ok(()),
                ended = until_told(context, &handle, &mut task) => ended,
            }
        };
        drop(server);
        drop(console);
        store.close().await;
        drop(lock);
        ended?;
        tracing::info!("ended in good order");
        Ok(Exit::Done)
    }
}

/// The web console. A station that cannot have one goes on air all the same.
fn open_console(context: &Context, desk: &Arc<Desk>) -> Option<Console> {
    let settings = &context.config.console;
    match Console::start(settings, Arc::clone(desk)) {
        Ok(console) => {
            let console = console?;
            tracing::info!("the console is at {}", console.url());
            if !settings.is_local() && settings.tls.is_none() && settings.proxy.is_none() {
                tracing::warn!(
                    "the console can be reached from other machines without TLS: passwords can be read on the way"
                );
            }
            Some(console)
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the station runs without its console");
            None
        }
    }
}

/// The data folder, for this process alone. A command of a person is waited for, another station is not.
async fn take(folder: &Path, socket: &Path) -> Result<DataLock, CliError> {
    let began = clock::now();
    loop {
        let now = clock::now();
        match DataLock::take(folder, now.wall) {
            Ok(lock) => return Ok(lock),
            Err(error @ StoreError::InUse { .. }) => {
                let station = Client::connect(socket).await.ok().flatten();
                if let Some(station) = station {
                    let text =
                        format!("a station is running on {} already: process {}", folder.display(), station.pid());
                    return Err(CliError::of(
                        ErrorKind::NotReady,
                        format!("{text}; look at it with `loa status`, or stop that process first"),
                    ));
                }
                if now.mono >= began.mono + WAIT_MAX {
                    return Err(error.into());
                }
                clock::sleep_until(now.mono + LOOK_EVERY).await.map_err(CliError::of_system)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Waits for the station's end, and tells it to end when a signal says so: by the configured policy at the first, at once at
/// any further one, and when the longest wait is over.
async fn until_told(
    context: &Context,
    handle: &Handle,
    task: &mut JoinHandle<Result<(), StationError>>,
) -> Result<(), CliError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::of_system)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::of_system)?;
    let shutdown = &context.config.shutdown;
    let mut last_moment: Option<Duration> = None;
    loop {
        let give_up = async {
            match last_moment {
                Some(at) => clock::sleep_until(at).await,
                None => pending().await,
            }
        };
        tokio::select! {
            ended = &mut *task => {
                let ended = ended.map_err(|error| CliError::of(ErrorKind::Failed, format!("the station broke: {error}")))?;
                return ended.map_err(Into::into);
            }
            by = either(&mut terminate, &mut interrupt) => {
                let rest = if last_moment.is_none() { shutdown.rest } else { RestPolicy::Fade };
                tracing::info!(by, ?rest, "shutting down");
                tell(handle, rest, by).await;
                last_moment = Some(clock::now().mono + shutdown.finish_max);
            }
            woken = give_up => {
                woken.map_err(CliError::of_system)?;
                tracing::warn!("what is on air takes longer than `shutdown.finish_seconds_max` allows: fading it out");
                tell(handle, RestPolicy::Fade, "shutdown.finish_seconds_max").await;
                last_moment = Some(clock::now().mono + shutdown.finish_max);
            }
        }
    }
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) -> &'static str {
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}

async fn tell(handle: &Handle, rest: RestPolicy, by: &str) {
    // A station that has ended already needs not be told.
    drop(handle.tell(Input::Shutdown { rest, by: by.to_owned() }).await);
}
