//! The two ways in: a session of a person who signed in, a token of a script.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Account, AccountId, Roles, TokenId};

/// A session that was not used for so long has ended.
pub const SESSION_IDLE_MAX: TimeDelta = TimeDelta::hours(12);
/// A session ends after so long, however much it is used.
pub const SESSION_LIFE_MAX: TimeDelta = TimeDelta::days(7);

/// A person who signed in, in one browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its number; says nothing of its secret.
    pub id: u64,
    /// Whose.
    pub account: AccountId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// The address that it was last used from.
    pub address: String,
    /// What the browser calls itself. May be empty.
    pub user_agent: String,
}

impl Session {
    /// Whether it is still good.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at && now < self.seen_at + SESSION_IDLE_MAX
    }
}

/// What a script shows instead of signing in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Its number; says nothing of its secret.
    pub id: TokenId,
    /// Whose: nothing can be done with it that this account may not do.
    pub account: AccountId,
    /// What it is for.
    pub name: String,
    /// What it may do at most.
    pub roles: Roles,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub used_at: Option<DateTime<Utc>>,
    /// When it ends; none if it does not.
    pub expires_at: Option<DateTime<Utc>>,
}

impl ApiToken {
    /// What may be done with it now: nothing if it has ended or its owner may not come in.
    #[must_use]
    pub fn roles_now(&self, owner: &Account, now: DateTime<Utc>) -> Roles {
        let ended = self.expires_at.is_some_and(|at| at <= now);
        if ended || owner.disabled { Roles::NONE } else { self.roles.and(owner.roles) }
    }
}
