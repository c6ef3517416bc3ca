//! What an admin does with the accounts of others.

use serde_json::json;

use super::secret::Secret;
use super::{AccountChange, AccountDraft, AccountRequest, checked_person, own};
use crate::desk::error::DeskError;
use crate::desk::{Desk, Response, Who, value};
use crate::domain::account::{Account, AccountId, Roles};
use crate::domain::time::Now;
use crate::store::StoreError;

/// Letters of a password that is made up, of five bits each: read out over the telephone, typed once.
const MADE_UP_LETTERS: usize = 16;

impl Desk {
    pub(in crate::desk) async fn handle_account(
        &self,
        who: &Who,
        request: AccountRequest,
        now: Now,
    ) -> Result<Response, DeskError> {
        match request {
            AccountRequest::Add { draft } => self.add_account(who, draft, now).await,
            AccountRequest::Edit { account, change, version } => {
                self.edit_account(who, &account, change, version, now).await
            }
            AccountRequest::Disable { account } => self.set_disabled(who, &account, true, now).await,
            AccountRequest::Enable { account } => self.set_disabled(who, &account, false, now).await,
            AccountRequest::ResetPassword { account, password, lasting } => {
                self.reset_password(who, &account, password, lasting, now).await
            }
            AccountRequest::TotpOff { account } => {
                let account = self.find_account(&account).await?;
                Ok(account_response(self.totp_ended(who, &account, now).await?, None))
            }
            AccountRequest::EndSessions { account } => {
                let account = self.find_account(&account).await?;
                let ended = self.store.end_sessions(account.id, None).await?;
                let before = json!({ "sessions_ended": ended });
                self.note(who, "session.end", &account, [Some(before), None], now).await?;
                Ok(Response::SessionsEnded { ended })
            }
            AccountRequest::EndSession { session } => {
                let ended = self.store.end_session(session).await?;
                self.audit(who, "session.end", format!("session {session}"), [value(&ended), None], now).await?;
                Ok(Response::SessionsEnded { ended: 1 })
            }
            AccountRequest::AddToken { account, draft } => {
                let owner = self.find_account(&account).await?;
                let (token, secret) = self.add_token(who, &owner, draft, now).await?;
                Ok(Response::Token { token: Box::new(token), secret: Some(secret) })
            }
            AccountRequest::RemoveToken { token } => {
                let token = self.remove_token(who, token, now).await?;
                Ok(Response::Token { token: Box::new(token), secret: None })
            }
        }
    }

    async fn add_account(&self, who: &Who, draft: AccountDraft, now: Now) -> Result<Response, DeskError> {
        let name = own::checked_login(&draft.name)?;
        let (display_name, office) = checked_person(draft.display_name.as_deref().unwrap_or(&name), &draft.office)?;
        check_roles(draft.roles)?;
        let (hash, made_up) = self.first_password(&name, draft.password).await?;
        let account = Account {
            id: AccountId(0),
            name,
            display_name,
            office,
            roles: draft.roles,
            disabled: false,
            must_change_password: !draft.lasting,
            totp: false,
            created_at: now.wall,
            version: 1,
        };
        let account = self.store.add_account(&account, &hash, false).await?;
        self.note(who, "account.add", &account, [None, value(&account)], now).await?;
        self.settle_first_run().await?;
        Ok(account_response(account, made_up))
    }

    async fn edit_account(
        &self,
        who: &Who,
        account: &str,
        change: AccountChange,
        version: Option<u32>,
        now: Now,
    ) -> Result<Response, DeskError> {
        let before = self.find_account(account).await?;
        if version.is_some_and(|version| version != before.version) {
            return Err(StoreError::AccountChanged(before.name).into());
        }
        let display_name = change.display_name.as_ref().unwrap_or(&before.display_name);
        let (display_name, office) = checked_person(display_name, change.office.as_ref().unwrap_or(&before.office))?;
        let roles = change.roles.unwrap_or(before.roles);
        check_roles(roles)?;
        let after = Account { display_name, office, roles, ..before.clone() };
        self.save_account(who, "account.edit", &before, &after, now).await
    }

    async fn set_disabled(&self, who: &Who, account: &str, disabled: bool, now: Now) -> Result<Response, DeskError> {
        let before = self.find_account(account).await?;
        let after = Account { disabled, ..before.clone() };
        let what = if disabled { "account.disable" } else { "account.enable" };
        let response = self.save_account(who, what, &before, &after, now).await?;
        if disabled {
            self.store.end_sessions(before.id, None).await?;
        }
        Ok(response)
    }

    async fn save_account(
        &self,
        who: &Who,
        what: &str,
        before: &Account,
        after: &Account,
        now: Now,
    ) -> Result<Response, DeskError> {
        if before == after {
            return Ok(account_response(after.clone(), None));
        }
        let after = self.store.save_account(after).await?;
        self.note_change(who, what, [before, &after], now).await?;
        self.settle_first_run().await?;
        Ok(account_response(after, None))
    }

    async fn reset_password(
        &self,
        who: &Who,
        account: &str,
        password: Option<Secret>,
        lasting: bool,
        now: Now,
    ) -> Result<Response, DeskError> {
        let before = self.find_account(account).await?;
        let (hash, made_up) = self.first_password(&before.name, password).await?;
        let after = self.store.set_password(before.id, &hash, !lasting).await?;
        self.store.end_sessions(before.id, None).await?;
        self.note_change(who, "account.reset_password", [&before, &after], now).await?;
        Ok(account_response(after, made_up))
    }

    /// The hash of a password that was given or is made up; the latter is shown once.
    async fn first_password(&self, name: &str, given: Option<Secret>) -> Result<(String, Option<Secret>), DeskError> {
        let (password, made_up) = match given {
            Some(given) => (own::checked_password(&given, name)?, None),
            None => {
                let made_up = Secret::readable::<MADE_UP_LETTERS>()?;
                (made_up.reveal().to_owned(), Some(made_up))
            }
        };
        Ok((self.guard.hasher.hash(password).await?, made_up))
    }

    /// An admin may have been made on another way than the console's first page.
    async fn settle_first_run(&self) -> Result<(), DeskError> {
        if !self.needs_first_admin().await? {
            self.close_first_run();
        }
        Ok(())
    }
}

fn account_response(account: Account, password: Option<Secret>) -> Response {
    Response::Account { account: Box::new(account), password }
}

fn check_roles(roles: Roles) -> Result<(), DeskError> {
    if roles.is_empty() {
        let text = "the account has no role, so it could do nothing; give it at least one of viewer, operator, approver, admin";
        return Err(DeskError::usage(text).code("account_without_role"));
    }
    Ok(())
}
