//! What a person does with the own account.

use serde_json::json;

use super::secret::Secret;
use super::sign_in::Visit;
use crate::desk::Desk;
use crate::desk::error::DeskError;
use crate::domain::account::{
    Account, LOGIN_LETTERS_MAX, LOGIN_LETTERS_MIN, LoginFault, PASSWORD_LETTERS_MAX, PASSWORD_LETTERS_MIN,
    PasswordFault, Session, check_login, check_password,
};
use crate::domain::time::Now;
use crate::store::{StoreError, folded};

impl Desk {
    /// Gives the own account another password. The old one is needed; every other session of the account ends.
    ///
    /// # Errors
    /// Code `password_wrong`, or why the new one cannot be; tried too often; the store's own.
    pub async fn change_password(
        &self,
        visit: &Visit,
        old: &Secret,
        new: &Secret,
        now: Now,
    ) -> Result<Account, DeskError> {
        let password = checked_password(new, &visit.account.name)?;
        self.check_own_password(visit, old, now).await?;
        if old == new {
            let text = "the new password is the old one; take another";
            return Err(DeskError::refused(text).code("password_unchanged"));
        }
        let hash = self.guard.hasher.hash(password).await?;
        let account = self.store.set_password(visit.account.id, &hash, false).await?;
        let ended = self.store.end_sessions(account.id, Some(visit.session.id)).await?;
        let after = json!({ "must_change_password": false, "sessions_ended": ended });
        let before = json!({ "must_change_password": visit.account.must_change_password });
        self.note(&visit.who, "account.password", &account, [Some(before), Some(after)], now).await?;
        Ok(account)
    }

    /// The sessions of the own account, the one used last first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn own_sessions(&self, visit: &Visit, now: Now) -> Result<Vec<Session>, DeskError> {
        self.live_sessions(Some(visit.account.id), now).await
    }

    /// Ends one session of the own account, or all others than this.
    ///
    /// # Errors
    /// There is no such session of this account; the store's own.
    pub async fn end_own_sessions(&self, visit: &Visit, which: Option<u64>, now: Now) -> Result<u64, DeskError> {
        let ended = match which {
            Some(id) => {
                let own = self.store.sessions(Some(visit.account.id)).await?;
                if !own.iter().any(|session| session.id == id) {
                    return Err(StoreError::NoSuchSession(id).into());
                }
                self.store.end_session(id).await?;
                1
            }
            None => self.store.end_sessions(visit.account.id, Some(visit.session.id)).await?,
        };
        let before = json!({ "session": which, "sessions_ended": ended });
        self.note(&visit.who, "session.end", &visit.account, [Some(before), None], now).await?;
        Ok(ended)
    }

    /// Whoever sits before an open session proves to be its owner.
    pub(super) async fn check_own_password(&self, visit: &Visit, given: &Secret, now: Now) -> Result<(), DeskError> {
        let attempt = self.guard.attempt(&folded(&visit.account.name), &visit.session.address, now)?;
        let hash = self.store.credentials(visit.account.id).await?.password;
        if self.compare(given.reveal(), hash, &attempt).await? {
            self.guard.passed(&attempt);
            return Ok(());
        }
        self.note_failed(Some(visit.account.name.clone()), &visit.session.address, now).await?;
        Err(DeskError::refused("the password is wrong; type the one you signed in with").code("password_wrong"))
    }
}

/// A login name in its normal form.
pub(super) fn checked_login(name: &str) -> Result<String, DeskError> {
    check_login(name).map_err(|fault| {
        let told = DeskError::usage(fault.to_string());
        match fault {
            LoginFault::Length => told
                .code("login_length")
                .value("letters_min", LOGIN_LETTERS_MIN)
                .value("letters_max", LOGIN_LETTERS_MAX),
            LoginFault::Letters => told.code("login_letters"),
        }
    })
}

/// A password in its normal form.
pub(super) fn checked_password(password: &Secret, login: &str) -> Result<String, DeskError> {
    check_password(password.reveal(), login).map_err(|fault| {
        let told = DeskError::usage(fault.to_string());
        match fault {
            PasswordFault::Short => told.code("password_short").value("letters_min", PASSWORD_LETTERS_MIN),
            PasswordFault::Long => told.code("password_long").value("letters_max", PASSWORD_LETTERS_MAX),
            PasswordFault::Name => told.code("password_is_name"),
            PasswordFault::Common => told.code("password_common"),
        }
    })
}
