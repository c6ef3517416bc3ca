//! `loa run`: the daemon.

mod rounds;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::context::Context;
use super::error::CliError;
use super::{Exit, Outcome};
use crate::amplifier::guard::Guard;
use crate::clock;
use crate::desk::socket::{Client, Server};
use crate::desk::{Counter, Desk, ErrorKind, Keeper, store_settings};
use crate::domain::alarm::Way;
use crate::http::Console;
use crate::station::{self, Reloader};
use crate::store::{DataLock, OpenAs, Store, StoreError};

use rounds::Rounds;

/// How long to wait for a command of a person that is at work on the data folder.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// The file of the data folder by which guards of amplifiers know of each other.
const GUARD_LOCK: &str = "amplifier.guard";
/// Between two looks whether the folder is free.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Run the station: airs by schedule, listens for commands, ends on SIGTERM or Ctrl-C, reads its settings anew on SIGHUP
#[derive(Debug, Args)]
pub(super) struct Run {}

impl Run {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let config = &context.config;
        let lock = take(&config.data.folder, &config.control.socket).await?;
        let store = Store::open(&config.data.folder, OpenAs::Station, store_settings(config)).await?;
        let server = Server::bind(&config.control.socket)?;
        let guard = Guard::new(config.data.folder.join(GUARD_LOCK));
        let (handle, run) = station::start(Arc::clone(config), store.clone(), &guard).await?;
        tracing::info!(folder = %config.data.folder.display(), "{} is running", config.station.name);
        let (reloader, asks, state) = Reloader::new();
        let desk = Desk::new(Arc::clone(config), store.clone(), Some(handle.clone())).with_reloader(reloader);
        if let Some(first) = desk.open_first_run().await? {
            let (code, file) = (first.code.reveal(), first.file.display());
            tracing::info!(
                "nobody can sign in to the console yet: make the admin there with the code {code} (also in {file})"
            );
        }
        let counter = Arc::new(Counter::new(desk));
        // The station airs all the same; whoever uploads is told.
        if let Err(error) = counter.desk().resume_uploads(clock::now()).await {
            tracing::warn!(%error, "cannot go on with the uploads of before");
        }
        let console = open_console(context, &counter);
        let rounds = Rounds {
            config: Arc::clone(config),
            store: store.clone(),
            guard: guard.clone(),
            handle,
            counter: Arc::clone(&counter),
            state,
            next: None,
        };
        let ended = {
            let keeper = Keeper::new(Arc::clone(&counter));
            let [upkeep, watch, relays] = [&counter, &counter, &counter].map(Arc::clone);
            let serving = server.serve(counter, console.as_ref().map(Console::url));
            tokio::select! {
                () = serving => Ok(()),
                () = keeping(keeper) => Ok(()),
                broken = upkeep.look_after() => broken.map_err(CliError::of_system),
                broken = relays.keep_relays() => broken.map_err(CliError::of_system),
                broken = watch.watch() => broken.map_err(CliError::of_system),
                broken = watch.send_alarms(Way::Command) => broken.map_err(CliError::of_system),
                broken = watch.send_alarms(Way::Webhook) => broken.map_err(CliError::of_system),
                ended = rounds.turn(run, asks) => ended,
            }
        };
        drop(server);
        drop(console);
        store.close().await;
        drop(lock);
        ended?;
        // The task ends early only with the whole process.
        drop(tokio::task::spawn_blocking(move || guard.end()).await);
        tracing::info!("ended in good order");
        Ok(Exit::Done)
    }
}

/// The web console. A station that cannot have one goes on air all the same.
fn open_console(context: &Context, counter: &Arc<Counter>) -> Option<Console> {
    let settings = &context.config.console;
    match Console::start(settings, Arc::clone(counter)) {
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

/// Daily copies for as long as the station runs; that they end is no reason for the station to.
async fn keeping(keeper: Keeper) {
    keeper.keep().await;
    std::future::pending().await
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
