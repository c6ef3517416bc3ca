//! The sound devices of the machine.

use super::Desk;
use super::error::{DeskError, ErrorKind};
use crate::audio::output::device;
pub use crate::audio::output::device::DeviceNames;

impl Desk {
    /// The sound devices of the machine. Asks the sound systems, which may take a second.
    ///
    /// # Errors
    /// The library that asks them broke.
    pub async fn devices(&self) -> Result<DeviceNames, DeskError> {
        let asked = tokio::task::spawn_blocking(device::devices).await;
        asked.map_err(|error| DeskError::of(ErrorKind::Failed, &error))
    }
}
