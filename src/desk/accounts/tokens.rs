//! Tokens of scripts: made by a person, good for at most what that person may do.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::secret::{Secret, TOKEN_PREFIX};
use super::sign_in::{Visit, not_signed_in};
use crate::desk::error::DeskError;
use crate::desk::wording::check_line;
use crate::desk::{Desk, Via, Who, value};
use crate::domain::account::{Account, AccountId, ApiToken, Right, Roles, TokenId};
use crate::domain::time::Now;
use crate::store::StoreError;

/// A token is said to be used at most so often.
const TOUCHED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What a new token is like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenDraft {
    /// What it is for: the script's name.
    pub name: String,
    /// What it may do at most; some of its owner's roles.
    pub roles: Roles,
    /// When it ends; none if it does not.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Desk {
    /// Makes a token of the own account. Its secret is shown this once.
    ///
    /// # Errors
    /// It would have roles that its owner lacks, or none; the store's own.
    pub async fn add_own_token(
        &self,
        visit: &Visit,
        draft: TokenDraft,
        now: Now,
    ) -> Result<(ApiToken, Secret), DeskError> {
        let owner = Account { roles: visit.account.roles_now(), ..visit.account.clone() };
        self.add_token(&visit.who, &owner, draft, now).await
    }

    /// The tokens of the own account.
    ///
    /// # Errors
    /// The store's own.
    pub async fn own_tokens(&self, visit: &Visit) -> Result<Vec<ApiToken>, DeskError> {
        Ok(self.store.tokens(Some(visit.account.id)).await?)
    }

    /// Removes a token of the own account.
    ///
    /// # Errors
    /// There is no such token of this account; the store's own.
    pub async fn remove_own_token(&self, visit: &Visit, id: TokenId, now: Now) -> Result<ApiToken, DeskError> {
        if !self.own_tokens(visit).await?.iter().any(|token| token.id == id) {
            return Err(StoreError::NoSuchToken(id).into());
        }
        self.remove_token(&visit.who, id, now).await
    }

    /// The tokens of one account or of all.
    ///
    /// # Errors
    /// The right to is missing; the store's own.
    pub async fn tokens(&self, who: &Who, of: Option<AccountId>) -> Result<Vec<ApiToken>, DeskError> {
        who.check(Right::Accounts)?;
        Ok(self.store.tokens(of).await?)
    }

    /// Who comes with the token of a script (what follows `Bearer `), from an address.
    ///
    /// # Errors
    /// Code `not_signed_in`: there is no such token, it has ended, or its owner is disabled; the store's own.
    pub async fn token_bearer(&self, secret: &Secret, from: &str, now: Now) -> Result<Who, DeskError> {
        if !secret.reveal().starts_with(TOKEN_PREFIX) {
            return Err(not_signed_in());
        }
        let token = self.store.token_by_hash(secret.hash()).await?.ok_or_else(not_signed_in)?;
        let owner = self.store.account(token.account).await?.ok_or_else(not_signed_in)?;
        let roles = token.roles_now(&owner, now.wall);
        if roles.is_empty() {
            return Err(not_signed_in());
        }
        if token.used_at.is_none_or(|used| now.wall >= used + TOUCHED_EVERY)
            && let Err(error) = self.store.touch_token(token.id, now.wall).await
        {
            tracing::warn!(%error, "the use of a token could not be noted");
        }
        let via = Via::Token { address: from.to_owned(), account: owner.id, token: token.id };
        Ok(Who { name: owner.display_name, roles, via })
    }

    pub(super) async fn add_token(
        &self,
        who: &Who,
        owner: &Account,
        draft: TokenDraft,
        now: Now,
    ) -> Result<(ApiToken, Secret), DeskError> {
        check_line("name of the token", &draft.name)?;
        if draft.roles.is_empty() {
            let text = "the token has no role, so it could do nothing; give it at least one";
            return Err(DeskError::usage(text).code("token_without_role"));
        }
        if !owner.roles.holds(draft.roles) {
            let text = format!("the token would be {}, but {} is {}", draft.roles, owner.name, owner.roles);
            let error = DeskError::refused(text).hint("give it only roles that its owner has");
            return Err(error.code("token_roles").value("roles", owner.roles).value("account", &owner.name));
        }
        if draft.expires_at.is_some_and(|at| at <= now.wall) {
            let text = "the token would have ended already; give a later day";
            return Err(DeskError::usage(text).code("token_ended"));
        }
        let secret = Secret::new(format!("{TOKEN_PREFIX}{}", Secret::random()?.reveal()));
        let token = ApiToken {
            id: TokenId(0),
            account: owner.id,
            name: draft.name.trim().to_owned(),
            roles: draft.roles,
            created_at: now.wall,
            used_at: None,
            expires_at: draft.expires_at,
        };
        let token = self.store.add_token(&token, secret.hash()).await?;
        self.audit(who, "token.add", format!("token {}", token.id), [None, value(&token)], now).await?;
        Ok((token, secret))
    }

    pub(super) async fn remove_token(&self, who: &Who, id: TokenId, now: Now) -> Result<ApiToken, DeskError> {
        let token = self.store.remove_token(id).await?;
        self.audit(who, "token.rm", format!("token {id}"), [value(&token), None], now).await?;
        Ok(token)
    }
}
