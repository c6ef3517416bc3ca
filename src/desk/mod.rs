//! What a person may ask, each told who asks: checked, decided by the rules of [`crate::domain`], written through the store
//! with a row in the audit, and told to the running station.
//!
//! The command line and, later, HTTP are two faces of the desk. What *changes* something is a [`Request`], which has the same
//! meaning whether it is performed here or by the daemon at the other end of its socket ([`Door`] chooses): one writer in
//! either case. What only *looks* is a method of [`Desk`] on a store opened for reading. It needs nobody's leave, is never
//! in the daemon's way, and works while the station is broken, which is when it is needed most.

mod air;
mod change;
mod clips;
mod door;
mod error;
mod find;
mod limits;
mod log;

mod overview;
mod paper;
mod plan;
mod queue;
mod report;
mod rows;
mod slots;
pub mod socket;
mod wording;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use air::AirRequest;
pub use change::Change;
pub use clips::{Approver, ClipChange, ClipDraft, ClipRequest};
pub use door::{Door, store_settings};
pub use error::{DeskError, ErrorKind};
pub use limits::{gain_db_of, limits_of};
pub use log::{Corrections, LogQuery};
pub use overview::{Ahead, DayLine};
pub use paper::{PaperQuery, ReportPaper};
pub use queue::{QueueLine, QueueRequest};
pub use report::{ReportDocument, ReportQuery};
pub use rows::{FIGURES, Figure, FigureRows};
pub use slots::{ElementDraft, SlotChange, SlotRequest};

use crate::config::Config;
use crate::domain::clip::Clip;
use crate::domain::intake::Finding;
use crate::domain::slot::{QueueEntry, Slot};
use crate::domain::time::Now;
use crate::station::{Handle, LiveView, clips_folder};
use crate::store::{AuditEntry, Store};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The person's name, as it goes into the audit and the log.
    pub name: String,
    /// By which way.
    pub via: Via,
}

/// By which way a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// From the command line, performed in its own process.
    CommandLine,
    /// Over the daemon's socket, from a process of this user.
    Socket {
        /// User number, as the kernel says it.
        user: u32,
    },
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("on the command line"),
            Self::Socket { user } => write!(f, "over the socket, user {user}"),
        }
    }
}

/// Something that changes how things are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "about", content = "ask", rename_all = "snake_case")]
pub enum Request {
    /// A clip of the library.
    Clip(ClipRequest),
    /// A slot.
    Slot(SlotRequest),
    /// The queue.
    Queue(QueueRequest),
    /// What is on air.
    Air(AirRequest),
    /// Something that the log says.
    Correct(Corrections),
    /// How the running station stands. Changes nothing, but only the station knows.
    Live,
}

/// What became of a [`Request`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "done", rename_all = "snake_case")]
pub enum Response {
    /// A clip as it is now.
    Clip {
        /// The clip.
        clip: Box<Clip>,
        /// What its owner should know.
        warnings: Vec<Finding>,
    },
    /// A clip that is no longer there, as it was.
    ClipRemoved {
        /// The clip.
        clip: Box<Clip>,
    },
    /// A slot as it is now.
    Slot {
        /// The slot.
        slot: Box<Slot>,
    },
    /// A slot that airs no more, as it was.
    SlotRemoved {
        /// The slot.
        slot: Box<Slot>,
    },
    /// A queue entry as it is now.
    Queued {
        /// The entry.
        entry: QueueEntry,
        /// Its clip's title.
        title: String,
        /// What the person who queued it should know.
        notes: Vec<String>,
    },
    /// A queue entry that waits no more, as it was.
    QueueRemoved {
        /// The entry.
        entry: QueueEntry,
    },
    /// The station does it.
    Told,
    /// The numbers of the records that were added to the log.
    Corrected {
        /// In the order of the corrections.
        records: Vec<u64>,
    },
    /// How the running station stands.
    Live {
        /// How.
        live: Box<LiveView>,
    },
}

/// The longest name of a person, in characters.
const NAME_MAX: usize = 100;

/// Performs what is asked on one data folder.
#[derive(Debug)]
pub struct Desk {
    config: Arc<Config>,
    store: Store,
    clips: PathBuf,
    station: Option<Handle>,
}

impl Desk {
    /// A desk over this store; `station` is the one that runs on it, if one does in this process.
    #[must_use]
    pub fn new(config: Arc<Config>, store: Store, station: Option<Handle>) -> Self {
        let clips = clips_folder(&config);
        Self { config, store, clips, station }
    }

    /// Performs a request.
    ///
    /// # Errors
    /// Why not, in words for the person who asked. Then nothing was changed.
    pub async fn handle(&self, who: &Who, request: Request, now: Now) -> Result<Response, DeskError> {
        self.check_person(who)?;
        // Somebody who watches the status asks this five times a second.
        if !matches!(request, Request::Live) {
            tracing::info!("{} asks about the {} ({})", who.name.trim(), request.about(), who.via);
        }
        match request {
            Request::Clip(request) => self.handle_clip(who, request, now).await,
            Request::Slot(request) => self.handle_slot(who, request, now).await,
            Request::Queue(request) => self.handle_queue(who, request, now).await,
            Request::Air(request) => self.handle_air(who, request, now).await,
            Request::Correct(corrections) => self.correct(who, corrections, now).await,
            Request::Live => Ok(Response::Live { live: Box::new(self.station()?.live()) }),
        }
    }

    /// The configuration that it works by.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The store that it works on.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    fn check_person(&self, who: &Who) -> Result<(), DeskError> {
        let name = who.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            let hint = "give the name of the person who asks with --by";
            return Err(DeskError::usage(format!("`{name}` is not a name of 1 to {NAME_MAX} letters")).hint(hint));
        }
        Ok(())
    }

    fn station(&self) -> Result<&Handle, DeskError> {
        self.station.as_ref().ok_or_else(|| DeskError::not_running(&self.config.data.folder))
    }

    /// Writes down who did what. The change itself is made already; that it cannot be told of any more is an error all the same.
    async fn audit(
        &self,
        who: &Who,
        what: &str,
        subject: String,
        [before, after]: [Option<Value>; 2],
        now: Now,
    ) -> Result<(), DeskError> {
        let entry = AuditEntry { who: who.name.trim().to_owned(), what: what.to_owned(), subject, before, after };
        self.store.audit(&entry, now.wall).await?;
        Ok(())
    }
}

impl Request {
    const fn about(&self) -> &'static str {
        match self {
            Self::Clip(_) => "clip",
            Self::Slot(_) => "slot",
            Self::Queue(_) => "queue",
            Self::Air(_) => "air",
            Self::Correct(_) => "log",
            Self::Live => "live",
        }
    }
}

/// A value as the audit keeps it; nothing that Loa saves lacks a JSON form.
fn value(of: &impl Serialize) -> Option<Value> {
    serde_json::to_value(of).ok()
}
