//! What may be asked, and what becomes of it.

use serde::{Deserialize, Serialize};

use super::accounts::{AccountRequest, Secret};
use super::activities::ActivityRequest;
use super::air::AirRequest;
use super::alarms::AlarmRequest;
use super::clips::ClipRequest;
use super::drafts::DraftRequest;
use super::log::Corrections;
use super::mentions::MentionRequest;
use super::notices::Topic;
use super::queue::QueueRequest;
use super::settings::SettingsRequest;
use super::slots::SlotRequest;
use crate::domain::account::{Account, ApiToken, Right};
use crate::domain::alarm::Standing;
use crate::domain::clip::Clip;
use crate::domain::intake::Finding;
use crate::domain::ledger::Activity;
use crate::domain::queue::QueueEntry;
use crate::domain::slot::Slot;
use crate::station::{LiveView, ReloadState};

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
    /// The activity ledger.
    Activity(ActivityRequest),
    /// A draft of a report.
    Draft(DraftRequest),
    /// What is on air.
    Air(AirRequest),
    /// An alarm of the list.
    Alarm(AlarmRequest),
    /// Something that the log says.
    Correct(Corrections),
    /// An item heard inside a relay.
    Mention(MentionRequest),
    /// The settings.
    Settings(SettingsRequest),
    /// Accounts, sessions, tokens.
    Account(AccountRequest),
    /// How the running station stands. Changes nothing, but only the station knows.
    Live,
    /// The alarms that still matter. Changes nothing, but the station knows them also while they cannot be saved.
    Alarms,
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
        /// The number of the version now in force.
        #[serde(default)]
        version: u32,
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
    /// An entry of the activity ledger as it is now.
    Activity {
        /// The entry.
        activity: Box<Activity>,
    },
    /// Entries were put into the activity ledger.
    Entered {
        /// The numbers of the new ones.
        added: Vec<u32>,
        /// How many were in it before.
        known: u32,
    },
    /// A version of a draft.
    Drafted {
        /// Its number, of all versions of all drafts.
        number: u32,
        /// Its version.
        version: u32,
        /// Whether it was made just now.
        new: bool,
    },
    /// An alarm as it is now.
    Alarm {
        /// The alarm.
        alarm: Box<Standing>,
    },
    /// The alarms that still matter.
    Alarms {
        /// What is so before what is over, the worst first, the newest first.
        alarms: Vec<Standing>,
    },
    /// The station does it.
    Told,
    /// The numbers of the records that were added to the log.
    Corrected {
        /// In the order of the corrections.
        records: Vec<u64>,
    },
    /// An item heard inside a relay was tagged, or withdrawn.
    Mentioned {
        /// Its number within the airing.
        item: u32,
        /// The number of the record that was added to the log.
        record: u64,
    },
    /// The settings as they are saved now.
    Settings {
        /// Of what is saved now.
        version: String,
        /// How far they have come into effect; none while no station runs.
        reload: Option<ReloadState>,
    },
    /// An account as it is now.
    Account {
        /// The account.
        account: Box<Account>,
        /// The password that was made up for it, shown this once.
        password: Option<Secret>,
    },
    /// Sessions that have ended.
    SessionsEnded {
        /// How many.
        ended: u64,
    },
    /// A token as it is, or was before it was removed.
    Token {
        /// The token.
        token: Box<ApiToken>,
        /// What the script shows, told this once.
        secret: Option<Secret>,
    },
    /// How the running station stands.
    Live {
        /// How.
        live: Box<LiveView>,
    },
}

impl Request {
    /// What it changes; none if the station itself shows it.
    pub(super) const fn changes(&self) -> Option<Topic> {
        match self {
            Self::Clip(_) => Some(Topic::Clips),
            Self::Slot(_) => Some(Topic::Slots),
            Self::Queue(_) => Some(Topic::Queue),
            Self::Alarm(_) => Some(Topic::Alarms),
            Self::Correct(_) | Self::Mention(_) => Some(Topic::Log),
            Self::Account(_) => Some(Topic::Accounts),
            Self::Activity(_) | Self::Draft(_) => Some(Topic::Reports),
            Self::Settings(_) => Some(Topic::Settings),
            Self::Air(_) | Self::Live | Self::Alarms => None,
        }
    }

    /// The rights that it takes, all of them.
    #[must_use]
    pub fn rights(&self) -> &'static [Right] {
        match self {
            Self::Clip(request) => request.rights(),
            Self::Slot(_) => &[Right::EditSlots],
            Self::Queue(_) => &[Right::EditQueue],
            Self::Air(request) => request.rights(),
            Self::Alarm(_) => &[Right::Control],
            Self::Correct(_) | Self::Mention(_) => &[Right::Correct],
            Self::Account(_) => &[Right::Accounts],
            Self::Activity(_) | Self::Draft(_) => &[Right::KeepLedger],
            Self::Settings(_) => &[Right::Settings],
            Self::Live | Self::Alarms => &[Right::Look],
        }
    }

    /// Whether it only looks: nothing is written down of that.
    pub(super) const fn looks(&self) -> bool {
        matches!(self, Self::Live | Self::Alarms)
    }

    pub(super) const fn about(&self) -> &'static str {
        match self {
            Self::Clip(_) => "clip",
            Self::Slot(_) => "slot",
            Self::Queue(_) => "queue",
            Self::Activity(_) => "activity ledger",
            Self::Draft(_) => "drafts",
            Self::Air(_) => "air",
            Self::Alarm(_) | Self::Alarms => "alarms",
            Self::Correct(_) | Self::Mention(_) => "log",
            Self::Settings(_) => "settings",
            Self::Account(_) => "accounts",
            Self::Live => "live",
        }
    }
}
