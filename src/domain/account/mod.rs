//! A person's account: what it may do ([`role`]), what it may be called and locked with ([`wording`]), how often a door may be
//! tried ([`throttle`]), how long it stays open ([`entry`]).

mod entry;
mod role;
mod throttle;
mod wording;

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use entry::{ApiToken, SESSION_IDLE_MAX, SESSION_LIFE_MAX, Session};
pub use role::{Right, Role, Roles};
pub use throttle::{FREE_OF_A_NAME, FREE_OF_AN_ADDRESS, KEYS_MAX, Throttle, WAIT_MAX};
pub use wording::{
    LOGIN_LETTERS_MAX, LOGIN_LETTERS_MIN, LoginFault, PASSWORD_LETTERS_MAX, PASSWORD_LETTERS_MIN, PasswordFault,
    check_login, check_password, normal,
};

/// The number an account keeps for ever; never given out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub u32);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a script's token; never given out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenId(pub u32);

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whom the console knows. An account is never removed, only disabled: the audit speaks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// What is typed to sign in. Unique without regard to case and diacritics.
    pub name: String,
    /// The person, as the log, the audit and an approval name them.
    pub display_name: String,
    /// Chức vụ, as an approval prints it: Phó Chủ tịch UBND. May be empty.
    pub office: String,
    /// What it may do.
    pub roles: Roles,
    /// It cannot sign in, and its tokens do nothing.
    pub disabled: bool,
    /// Its password was set by somebody else: it may do nothing before it has one of its own.
    pub must_change_password: bool,
    /// A second factor is asked for.
    pub totp: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Counted up with each change of the account; whoever changes it says which one was read.
    pub version: u32,
}

impl Account {
    /// What a person who signed in with it may do now.
    #[must_use]
    pub const fn roles_now(&self) -> Roles {
        if self.disabled || self.must_change_password { Roles::NONE } else { self.roles }
    }
}
