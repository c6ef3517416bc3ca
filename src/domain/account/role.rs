//! Roles, and the one table of what each may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a person is at the station. One person may be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks, and changes nothing.
    Viewer,
    /// The officer who runs the station day by day.
    Operator,
    /// The leader who answers for what is aired.
    Approver,
    /// Whoever keeps the program: accounts, settings.
    Admin,
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See clips, plan, log, reports, what is on air.
    Look,
    /// Import clips, change and retire them.
    EditClips,
    /// Let a clip go on air.
    Approve,
    /// Change when what is broadcast.
    EditSlots,
    /// Change what waits.
    EditQueue,
    /// Play, skip, stop, pause, resume, cancel.
    Control,
    /// Break into whatever is on air, at any hour.
    Emergency,
    /// Vouch for the wall clock.
    TrustClock,
    /// Correct what the log says.
    Correct,
    /// Keep the activity ledger and the drafts of reports.
    KeepLedger,
    /// Change the configuration.
    Settings,
    /// Make and change accounts.
    Accounts,
    /// Read who did what.
    ReadAudit,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Operator, Self::Approver, Self::Admin];

    /// Whether it may do this. Only a leader approves: an admin who is one has both roles.
    #[must_use]
    pub const fn may(self, right: Right) -> bool {
        use Right::{
            Approve, Control, Correct, EditClips, EditQueue, EditSlots, Emergency, KeepLedger, Look, TrustClock,
        };
        match self {
            Self::Viewer => matches!(right, Look),
            Self::Operator => matches!(
                right,
                Look | EditClips | EditSlots | EditQueue | Control | Emergency | Correct | KeepLedger | TrustClock
            ),
            // Who answers for the broadcast may stop it, and correct what is said about it.
            Self::Approver => matches!(right, Look | Approve | Control | Emergency | Correct),
            Self::Admin => !matches!(right, Approve),
        }
    }

    /// Its word in the API and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|role| role.word() == text);
        found.ok_or_else(|| format!("`{text}` is no role, expected viewer, operator, approver or admin"))
    }
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Look,
        Self::EditClips,
        Self::Approve,
        Self::EditSlots,
        Self::EditQueue,
        Self::Control,
        Self::Emergency,
        Self::TrustClock,
        Self::Correct,
        Self::KeepLedger,
        Self::Settings,
        Self::Accounts,
        Self::ReadAudit,
    ];

    /// What is done with it, as the end of a sentence: "nobody of these may ...".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Look => "look at the station",
            Self::EditClips => "change clips",
            Self::Approve => "approve clips",
            Self::EditSlots => "change slots",
            Self::EditQueue => "change the queue",
            Self::Control => "control what is on air",
            Self::Emergency => "start an emergency broadcast",
            Self::TrustClock => "vouch for the clock",
            Self::Correct => "correct the log",
            Self::KeepLedger => "keep the ledger and drafts of reports",
            Self::Settings => "change the settings",
            Self::Accounts => "change accounts",
            Self::ReadAudit => "read the audit",
        }
    }

    /// Its word in the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::EditClips => "edit_clips",
            Self::Approve => "approve",
            Self::EditSlots => "edit_slots",
            Self::EditQueue => "edit_queue",
            Self::Control => "control",
            Self::Emergency => "emergency",
            Self::TrustClock => "trust_clock",
            Self::Correct => "correct",
            Self::KeepLedger => "keep_ledger",
            Self::Settings => "settings",
            Self::Accounts => "accounts",
            Self::ReadAudit => "read_audit",
        }
    }
}

/// A set of roles; in JSON a list of words.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Role>", into = "Vec<Role>")]
pub struct Roles(u8);

impl Roles {
    /// None: may do nothing.
    pub const NONE: Self = Self(0);
    /// Every role: whoever owns the machine's data folder.
    pub const ALL: Self = Self(0b1111);

    /// Just one.
    #[must_use]
    pub const fn only(role: Role) -> Self {
        Self(role.bit())
    }

    /// With one more.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// Those that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether a role is in it.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether all of the other's roles are in it.
    #[must_use]
    pub const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, from the least to the most.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// Whether any of the roles may do this.
    #[must_use]
    pub fn may(self, right: Right) -> bool {
        self.iter().any(|role| role.may(right))
    }

    /// Everything that the roles may do, for a page that shows only what can be used.
    #[must_use]
    pub fn rights(self) -> Vec<Right> {
        Right::ALL.into_iter().filter(|right| self.may(*right)).collect()
    }
}

impl From<Vec<Role>> for Roles {
    fn from(roles: Vec<Role>) -> Self {
        roles.into_iter().collect()
    }
}

impl From<Roles> for Vec<Role> {
    fn from(roles: Roles) -> Self {
        roles.iter().collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Role::word).collect();
        f.write_str(&words.join(", "))
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roles({self})")
    }
}
