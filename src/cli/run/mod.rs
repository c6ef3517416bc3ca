//! `loa run`: the daemon.

mod rounds;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::context::Context;
use super::error::CliError;
use super::{Exit, Outcome};
use crate::clock;
use crate::desk::socket::{Client, Server};
use crate::desk::{Counter, Desk, ErrorKind, Keeper, store_settings};
use crate::station::{self, Reloader};
use crate::store::{DataLock, OpenAs, Store, StoreError};

use rounds::Rounds;

/// How long to wait for a command of a person that is at work on the data folder.
const WAIT_MAX: Duration = Duration::from_secs(5);
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
        let (handle, run) = station::start(Arc::clone(config), store.clone()).await?;
        tracing::info!(folder = %config.data.folder.display(), "{} is running", config.station.name);
        let (reloader, asks, state) = Reloader::new();
        let desk = Desk::new(Arc::clone(config), store.clone(), Some(handle.clone())).with_reloader(reloader.clone());
        let counter = Arc::new(Counter::new(desk));
        let rounds = Rounds {
            config: Arc::clone(config),
            store: store.clone(),
            handle,
            counter: Arc::clone(&counter),
            reloader,
            state,
            next: None,
        };
        let ended = {
            let (keeper, _state) = Keeper::new(Arc::clone(&counter));
            let serving = server.serve(counter);
            tokio::select! {
                () = serving => Ok(()),
                () = keeping(keeper) => Ok(()),
                ended = rounds.turn(run, asks) => ended,
            }
        };
        drop(server);
        store.close().await;
        drop(lock);
        ended?;
        tracing::info!("ended in good order");
        Ok(Exit::Done)
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
