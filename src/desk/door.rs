//! Where a request is performed: by the station that runs on the data folder, else here.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::error::{DeskError, ErrorKind};
use super::socket::Client;
use super::{Desk, Request, Response, Who};
use crate::clock;
use crate::config::Config;
use crate::store::{DataLock, OpenAs, Settings, Store, StoreError};

/// How long a request waits for another command that works on the data folder, or for a station that is coming up.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// Between two looks whether the folder is free.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The way to whoever performs requests on a data folder: there is exactly one at a time.
#[derive(Debug)]
pub enum Door {
    /// A station runs on it and does it.
    Station(Client),
    /// Nobody does; it is done here, and the folder is ours meanwhile.
    Folder {
        /// Does it.
        desk: Box<Desk>,
        /// Keeps everybody else out.
        lock: DataLock,
    },
}

impl Door {
    /// Finds out who performs requests on the data folder of this configuration. Waits a few seconds for another command that
    /// is at work there.
    ///
    /// # Errors
    /// The folder stays taken by a process that does not listen; the store's own.
    pub async fn open(config: &Arc<Config>) -> Result<Self, DeskError> {
        let began = clock::now();
        loop {
            if let Some(client) = Client::connect(&config.control.socket).await? {
                return Ok(Self::Station(client));
            }
            let now = clock::now();
            match DataLock::take(&config.data.folder, now.wall) {
                Ok(lock) => {
                    let store = Store::open(&config.data.folder, OpenAs::Desk, store_settings(config)).await?;
                    return Ok(Self::Folder { desk: Box::new(Desk::new(Arc::clone(config), store, None)), lock });
                }
                Err(StoreError::InUse { .. }) if now.mono < began.mono + WAIT_MAX => {
                    let woken = clock::sleep_until(now.mono + LOOK_EVERY).await;
                    woken.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The running station, and nobody else.
    ///
    /// # Errors
    /// None runs, or it does not answer.
    pub async fn station(config: &Config) -> Result<Client, DeskError> {
        let client = Client::connect(&config.control.socket).await?;
        client.ok_or_else(|| DeskError::not_running(&config.data.folder))
    }

    /// Has a request performed.
    ///
    /// # Errors
    /// Why not.
    pub async fn ask(&mut self, who: &Who, request: Request) -> Result<Response, DeskError> {
        match self {
            Self::Station(client) => client.ask(&who.name, request).await,
            Self::Folder { desk, .. } => desk.handle(who, request, clock::now()).await,
        }
    }

    /// Leaves the folder in good order.
    pub async fn close(self) {
        if let Self::Folder { desk, lock } = self {
            desk.store().close().await;
            drop(lock);
        }
    }
}

impl Desk {
    /// A desk that only looks, whoever works on the folder.
    ///
    /// # Errors
    /// There is nothing to look at, or it cannot be read.
    pub async fn looking(config: &Arc<Config>) -> Result<Self, DeskError> {
        let store = Store::open(&config.data.folder, OpenAs::ReadOnly, store_settings(config)).await?;
        Ok(Self::new(Arc::clone(config), store, None))
    }

    /// Whether a folder holds nothing yet: everything is empty then, which is no error for who only looks.
    #[must_use]
    pub fn is_untouched(folder: &Path) -> bool {
        folder.is_dir() && !folder.join(crate::store::DATABASE_NAME).exists()
    }
}

/// The settings of the store that the configuration says.
#[must_use]
pub const fn store_settings(config: &Config) -> Settings {
    Settings { zone: config.station.time_zone, counted_from: config.report.counted_from }
}
