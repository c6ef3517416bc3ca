//! A bundle that a browser takes away, and one that it brings to be checked.

use std::sync::Arc;

use serde_json::json;
use tempfile::NamedTempFile;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::make::BundleOptions;
use super::verify::{BundleVerified, verify_called};
use super::{StationKey, fingerprint};
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::{CopyToTake, Desk, Who, seats};
use crate::domain::account::Right;
use crate::domain::time::Now;

/// The largest bundle that a browser may bring, in bytes: the records of some years. What is larger is checked with
/// `loa bundle verify`.
pub const BUNDLE_BYTES_MAX: u64 = 200_000_000;

impl Desk {
    /// Makes a bundle of a period for a person to take away, on a thread that may wait for the disk. One at a time.
    ///
    /// # Errors
    /// The right to keep the ledger is missing; another file is being taken; as [`Desk::bundle`].
    pub async fn bundle_to_take(
        self: Arc<Self>,
        who: &Who,
        options: BundleOptions,
        now: Now,
    ) -> Result<CopyToTake, DeskError> {
        who.check(Right::KeepLedger)?;
        let period = options.period;
        let copy = self.place_for_copy(format!("loa-{}.zip", period.file_part()))?;
        let (desk, path, runtime) = (Arc::clone(&self), copy.path().to_owned(), Handle::current());
        let made = spawn_blocking(move || runtime.block_on(desk.bundle(&options, &path, now))).await;
        let made = made.map_err(|error| ended("made", &error))??;
        let after = json!({ "records": made.records, "head": made.head, "bytes": made.bytes });
        self.audit(who, "bundle.make", period.text(), [None, Some(after)], now).await?;
        Ok(copy)
    }

    /// Checks a bundle that a person brought. One at a time.
    ///
    /// # Errors
    /// The right to look is missing; another is being checked; the first thing in it that does not fit.
    pub async fn bundle_brought(
        &self,
        who: &Who,
        file: NamedTempFile,
        key: Option<String>,
    ) -> Result<BundleVerified, DeskError> {
        who.check(Right::Look)?;
        let busy = "another bundle is being checked; try again when that is done";
        let seat = seats::take(&self.seats.bundles, busy, "bundle_under_way", 5)?;
        let checked = spawn_blocking(move || {
            let _seat = seat;
            verify_called(file.path(), "the bundle", key.as_deref()).map_err(|error| error.code("bundle_does_not_fit"))
        });
        checked.await.map_err(|error| ended("checked", &error))?
    }

    /// The station's public key and its fingerprint; the key is made at its first use.
    ///
    /// # Errors
    /// The right to look is missing; as [`StationKey::open`].
    pub async fn public_key(&self, who: &Who) -> Result<(String, String), DeskError> {
        who.check(Right::Look)?;
        let folder = self.config.data.folder.clone();
        let key = spawn_blocking(move || StationKey::open(&folder)).await;
        let public = key.map_err(|error| ended("shown", &error))??.public();
        let print = fingerprint(&public);
        Ok((public, print))
    }
}

fn ended(doing: &str, error: &tokio::task::JoinError) -> DeskError {
    let text = format!("it was not {doing}: the program is ending");
    DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
}
