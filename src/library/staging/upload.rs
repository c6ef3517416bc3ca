//! What is known of an upload.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

use crate::domain::clip::ClipId;
use crate::domain::intake::Finding;

/// Names an upload; not to be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UploadId(Uuid);

impl UploadId {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        // Before 1970 there is nothing to sort by; a clock that says so is not trusted anyway.
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        Self(Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos())))
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for UploadId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// What an upload is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Purpose {
    /// It becomes a new clip, as a draft.
    Draft,
    /// It becomes the audio of a clip that is there.
    Replace {
        /// Which.
        clip: ClipId,
        /// The version of the clip that the person saw; none if whatever it is by then is meant.
        version: Option<String>,
        /// Whether it is the same piece re-recorded.
        same_item: bool,
    },
}

/// What is said of a recording before its bytes come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// The name of the file, for a first title and for showing.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Who brings it.
    pub by: String,
    /// By which way, for the audit.
    pub from: String,
    /// What for.
    pub purpose: Purpose,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Tiếng Việt.
    pub vi: String,
    /// English.
    pub en: String,
}

impl From<&Finding> for Told {
    fn from(finding: &Finding) -> Self {
        Self { vi: finding.vietnamese(), en: finding.english() }
    }
}

/// How an upload stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum UploadState {
    /// Bytes are missing.
    Receiving,
    /// All bytes are here; it waits to be measured, or is.
    Complete,
    /// It is in the library.
    Imported {
        /// The clip that it became, or whose audio it is.
        clip: ClipId,
        /// What its owner should know.
        warnings: Vec<Told>,
    },
    /// It is not taken in.
    Refused {
        /// Why.
        reasons: Vec<Told>,
        /// The clip that has this recording already.
        existing: Option<ClipId>,
    },
}

/// An upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Which.
    pub id: UploadId,
    /// The name of the file, as it is shown.
    pub name: String,
    /// Declared length.
    pub bytes: u64,
    /// Bytes that are safely here; the next piece begins there.
    pub received: u64,
    /// Who brings it.
    pub by: String,
    /// By which way, for the audit.
    pub from: String,
    /// What for.
    pub purpose: Purpose,
    /// When it was announced.
    pub created_at: DateTime<Utc>,
    /// When something last happened to it.
    pub touched_at: DateTime<Utc>,
    /// How it stands.
    pub state: UploadState,
}

impl Upload {
    /// Whether its bytes are on the disk or will be.
    #[must_use]
    pub const fn takes_room(&self) -> bool {
        !self.is_finished()
    }

    /// Whether it is known what became of it.
    #[must_use]
    pub const fn is_finished(&self) -> bool {
        matches!(self.state, UploadState::Imported { .. } | UploadState::Refused { .. })
    }
}
