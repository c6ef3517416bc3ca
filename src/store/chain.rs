//! The chain: every row of the log is bound to the one before it.
//!
//! `hash = BLAKE3(prev || seq || at || body)`: `prev` the 32 bytes of the hash before, `seq` and `at` (microseconds since
//! 1970-01-01T00:00:00Z) as 8 bytes each, most significant first, `body` the bytes of the canonical form. The first row's
//! `prev` is a genesis that differs between a station and a rehearsal, so a simulated log cannot be passed off as a real
//! one by changing its mark.
//!
//! What the chain proves and what it does not: changing, removing or inserting any row leaves a row that does not fit.
//! Removing the newest rows is seen by two marks (the row in `head` and the file `loa.head`). One who rewrites the whole
//! chain and both marks leaves no trace in the folder; only a hash kept elsewhere, such as the one printed on each report,
//! shows it (`loa log verify HASH`).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::log::Entry;

/// A row's place in the chain: 32 bytes, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainHash(pub [u8; 32]);

/// What the first row of a real station's log follows: BLAKE3 of `loa as-run log of a station`.
pub const GENESIS_STATION: &str = "loa as-run log of a station";

/// What the first row of a simulated log follows: BLAKE3 of `loa as-run log of a simulation`.
pub const GENESIS_SIMULATED: &str = "loa as-run log of a simulation";

/// The hash before the first row.
#[must_use]
pub fn genesis_of(simulated: bool) -> ChainHash {
    let text = if simulated { GENESIS_SIMULATED } else { GENESIS_STATION };
    ChainHash(*blake3::hash(text.as_bytes()).as_bytes())
}

/// The hash of a row.
#[must_use]
pub fn link(prev: ChainHash, seq: u64, at: DateTime<Utc>, body: &str) -> ChainHash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&prev.0);
    hasher.update(&seq.to_be_bytes());
    hasher.update(&at.timestamp_micros().to_be_bytes());
    hasher.update(body.as_bytes());
    ChainHash(*hasher.finalize().as_bytes())
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHash({self})")
    }
}

impl FromStr for ChainHash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Both are 32 bytes in hexadecimal; only the word for it differs.
        let digest: crate::domain::clip::Digest =
            text.parse().map_err(|_| format!("`{text}` is not a hash, expected 64 hexadecimal digits"))?;
        Ok(Self(digest.0))
    }
}

impl Serialize for ChainHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChainHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A record in its place, with the hash that holds it there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sealed {
    /// The record, its number and its time. The time is kept to the microsecond.
    #[serde(flatten)]
    pub entry: Entry,
    /// Of this row.
    pub hash: ChainHash,
}
