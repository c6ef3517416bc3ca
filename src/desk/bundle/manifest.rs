//! What a bundle says of itself, and what is signed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::store::{ChainHash, canonical_json};

/// The word that names the format.
pub(super) const FORMAT: &str = "loa-bundle";
/// Its version.
pub(super) const VERSION: u32 = 1;
/// The manifest in the bundle.
pub(super) const MANIFEST: &str = "manifest.json";
/// Its signature.
pub(super) const SIGNATURE: &str = "manifest.sig";
/// The rows of the log.
pub(super) const RECORDS: &str = "records.jsonl";
/// The recordings that there were.
pub(super) const RECORDINGS: &str = "recordings.jsonl";
/// The report.
pub(super) const REPORT: &str = "report.json";
/// Planned against aired.
pub(super) const RECONCILIATION: &str = "reconciliation.json";
/// The activity ledger.
pub(super) const LEDGER: &str = "ledger.jsonl";

/// The parts, in the order in which they are written and checked.
pub(super) const PARTS: [&str; 5] = [RECORDS, RECORDINGS, REPORT, RECONCILIATION, LEDGER];

/// In front of what is signed, so that no signature made for something else fits.
const CONTEXT: &[u8] = b"loa bundle v1\n";

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) version: u32,
    pub(super) station: String,
    pub(super) program: String,
    pub(super) made_at: DateTime<Utc>,
    pub(super) simulated: bool,
    pub(super) period: String,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    /// Number of the first row of the log in it; none if it holds none.
    pub(super) first_seq: Option<u64>,
    /// The last row of the log then; none if the log was empty.
    pub(super) head: Option<Head>,
    /// In hexadecimal.
    pub(super) public_key: String,
    pub(super) parts: Vec<Part>,
}

/// The last row of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: ChainHash,
}

/// A part of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// In hexadecimal.
    pub(super) blake3: String,
}

/// A row of the log as a bundle holds it. `body` is the very text that was hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) seq: u64,
    pub(super) at: DateTime<Utc>,
    pub(super) body: String,
    pub(super) prev: ChainHash,
    pub(super) hash: ChainHash,
}

/// A recording as a bundle lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recording {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// Of its bytes, in hexadecimal; none if they were not read.
    pub(super) blake3: Option<String>,
}

/// The text of a manifest: its one spelling.
pub(super) fn text(manifest: &Manifest) -> serde_json::Result<String> {
    Ok(canonical_json(&serde_json::to_value(manifest)?))
}

/// What is signed.
pub(super) fn signed(text: &[u8]) -> Vec<u8> {
    [CONTEXT, text].concat()
}
