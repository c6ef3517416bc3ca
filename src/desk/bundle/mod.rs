//! A sealed bundle for an inspector: the log of a period, the index of its recordings, its report and its ledger in one file,
//! signed by the station, so that another machine can check it without the station.
//!
//! A ZIP holds `manifest.json` (canonical JSON: what the bundle is and the BLAKE3 of each part), `manifest.sig` (the station's
//! Ed25519 signature over it) and the parts. `records.jsonl` holds the rows of the log from the first of the period to the
//! head at that time, each with the hash before it and its own: a correction made later is in it, and no row can be left out.

mod key;
mod make;
mod manifest;
mod taken;
mod verify;

pub use key::{StationKey, fingerprint};
pub use make::{BundleMade, BundleOptions};
pub use taken::BUNDLE_BYTES_MAX;
pub use verify::{BundleVerified, verify_bundle};
