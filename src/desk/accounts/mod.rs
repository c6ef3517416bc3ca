//! Accounts: who comes in, and with what.
//!
//! What an *admin* asks is an [`AccountRequest`], like every other change. What concerns the person who asks alone (signing in
//! and out, the own password, the own second factor, the own tokens) are methods of [`Desk`] that take a [`Visit`], which only
//! [`Desk::sign_in`], [`Desk::claim`] and [`Desk::visit`] give out. A script gets its [`Who`] from [`Desk::token_bearer`].
//!
//! Everything done here is in the audit, and no secret is: not in the audit, not in the program's log, and in the database
//! only as a hash (Argon2id for passwords, BLAKE3 for what the machine chose itself); the one exception is the secret of a
//! second factor, which codes are made from.

mod admin;
mod factor;
mod first_run;
mod guard;
mod hashing;
mod own;
mod secret;
mod sign_in;
mod tokens;

use serde::{Deserialize, Serialize};

pub use factor::{Enrolment, RECOVERY_CODES, totp_step};
pub use first_run::{Claim, FIRST_RUN_NAME, FirstRun};
pub use hashing::{HASHES_MAX, HASHES_WAITING_MAX};
pub use secret::Secret;
pub use sign_in::{SignIn, SignedIn, Visit};
pub use tokens::TokenDraft;

pub(super) use guard::Guard;

use super::error::DeskError;
use super::wording::check_line;
use super::{Approver, Desk, Via, Who, value};
use crate::domain::account::{Account, AccountId, Right, Roles, Session, TokenId};
use crate::domain::time::Now;

/// An admin asks something about accounts. `account` is what that person typed: a login name or a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum AccountRequest {
    /// A new account.
    Add {
        /// What it is like.
        draft: AccountDraft,
    },
    /// Another name, office or roles.
    Edit {
        /// Which.
        account: String,
        /// What changes.
        change: AccountChange,
        /// The version that was read; none changes whichever there is.
        version: Option<u32>,
    },
    /// It may not come in any more: its sessions end, its tokens do nothing.
    Disable {
        /// Which.
        account: String,
    },
    /// It may come in again.
    Enable {
        /// Which.
        account: String,
    },
    /// Gives it another password; its sessions end.
    ResetPassword {
        /// Which.
        account: String,
        /// Which; one is made up if none is given.
        password: Option<Secret>,
        /// Whether it stays; else another must be chosen at the next sign-in.
        lasting: bool,
    },
    /// Asks for no second factor any more, for who lost it.
    TotpOff {
        /// Which.
        account: String,
    },
    /// Ends every session of an account.
    EndSessions {
        /// Which.
        account: String,
    },
    /// Ends one session.
    EndSession {
        /// Its number.
        session: u64,
    },
    /// A new token for a script.
    AddToken {
        /// Whose.
        account: String,
        /// What it is like.
        draft: TokenDraft,
    },
    /// Removes a token.
    RemoveToken {
        /// Which.
        token: TokenId,
    },
}

/// What a new account is like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDraft {
    /// What is typed to sign in.
    pub name: String,
    /// The person; the login name if none.
    pub display_name: Option<String>,
    /// Chức vụ. May be empty.
    pub office: String,
    /// What it may do.
    pub roles: Roles,
    /// The first password; one is made up if none is given.
    pub password: Option<Secret>,
    /// Whether that password stays; else another must be chosen at the first sign-in.
    pub lasting: bool,
}

/// What changes about an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountChange {
    /// The person.
    pub display_name: Option<String>,
    /// Chức vụ.
    pub office: Option<String>,
    /// All its roles.
    pub roles: Option<Roles>,
}

impl Desk {
    /// Every account, by name.
    ///
    /// # Errors
    /// The right to is missing; the store's own.
    pub async fn accounts(&self, who: &Who) -> Result<Vec<Account>, DeskError> {
        who.check(Right::Accounts)?;
        Ok(self.store.accounts().await?)
    }

    /// The account that a text means: its number or its login name. Letters count, case and diacritics do not.
    ///
    /// # Errors
    /// There is none; the store's own.
    pub async fn find_account(&self, text: &str) -> Result<Account, DeskError> {
        let text = text.trim();
        let found = match text.parse::<u32>() {
            Ok(number) => self.store.account(AccountId(number)).await?,
            Err(_) => self.store.account_named(text).await?,
        };
        found.ok_or_else(|| crate::store::StoreError::NoSuchAccount(text.to_owned()).into())
    }

    /// Who is signed in, of one account or of all, the session used last first.
    ///
    /// # Errors
    /// The right to is missing; the store's own.
    pub async fn sessions(&self, who: &Who, of: Option<AccountId>, now: Now) -> Result<Vec<Session>, DeskError> {
        who.check(Right::Accounts)?;
        self.live_sessions(of, now).await
    }

    /// Who signed in approves in the own name and office; on the machine itself, whoever is named.
    pub(super) async fn approving(&self, who: &Who, named: Approver) -> Result<Approver, DeskError> {
        match &who.via {
            Via::CommandLine | Via::Socket { .. } | Via::Station | Via::Upload { .. } => Ok(named),
            Via::Console { account, .. } | Via::Token { account, .. } => {
                let Account { display_name, office, .. } = self.find_account(&account.to_string()).await?;
                Ok(Approver { name: display_name, office })
            }
        }
    }

    async fn live_sessions(&self, of: Option<AccountId>, now: Now) -> Result<Vec<Session>, DeskError> {
        let sessions = self.store.sessions(of).await?;
        Ok(sessions.into_iter().filter(|session| session.is_live(now.wall)).collect())
    }

    async fn note(
        &self,
        who: &Who,
        what: &str,
        of: &Account,
        [before, after]: [Option<serde_json::Value>; 2],
        now: Now,
    ) -> Result<(), DeskError> {
        self.audit(who, what, format!("account {}", of.name), [before, after], now).await
    }

    async fn note_change(
        &self,
        who: &Who,
        what: &str,
        [before, after]: [&Account; 2],
        now: Now,
    ) -> Result<(), DeskError> {
        self.note(who, what, after, [value(before), value(after)], now).await
    }
}

/// The person and the office of an account, without blanks around them.
fn checked_person(name: &str, office: &str) -> Result<(String, String), DeskError> {
    let (name, office) = (name.trim(), office.trim());
    check_line("name", name)?;
    if name.chars().count() > super::NAME_MAX {
        let text = format!("the name has more than {} letters; shorten it", super::NAME_MAX);
        return Err(DeskError::usage(text).code("name_too_long").value("letters_max", super::NAME_MAX));
    }
    if !office.is_empty() {
        check_line("office", office)?;
    }
    Ok((name.to_owned(), office.to_owned()))
}
