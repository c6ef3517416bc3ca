//! Signing in, being signed in, signing out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::guard::Attempt;
use super::hashing::NOBODY;
use super::secret::Secret;
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::{Desk, Via, Who};
use crate::domain::account::{Account, SESSION_LIFE_MAX, Session, normal};
use crate::domain::time::Now;
use crate::store::{AuditEntry, folded};

/// A session is said to be used at most so often.
const TOUCHED_EVERY: TimeDelta = TimeDelta::minutes(1);
/// What is kept of what a browser calls itself, in letters.
const USER_AGENT_MAX: usize = 200;
/// What the token against forged requests is derived for (BLAKE3 in its key derivation mode).
const CSRF_CONTEXT: &str = "loa 2026-11-24 csrf token of a session";

/// A person wants to come in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Login name.
    pub name: String,
    /// Password.
    pub password: Secret,
    /// A code of the second factor, or a recovery code, if one is asked for.
    pub totp: Option<String>,
    /// What the browser calls itself. May be empty.
    pub user_agent: String,
}

/// A person who came in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the cookie `loa_session`. Shown nowhere else.
    pub secret: Secret,
    /// What the next request of this session comes with.
    pub visit: Visit,
}

/// A request of a person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Who asks, for [`Desk::handle`]. Without any role while the password must be changed.
    pub who: Who,
    /// The account as it is now.
    pub account: Account,
    /// The session.
    pub session: Session,
    csrf: String,
}

impl Visit {
    /// The token that changing requests of this session carry in `X-Loa-CSRF`.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether a token is that of this session; takes as long whatever is wrong with it.
    #[must_use]
    pub fn csrf_matches(&self, given: &str) -> bool {
        self.csrf.as_bytes().ct_eq(given.as_bytes()).into()
    }

    fn new(account: Account, session: Session, secret: &Secret, from: &str) -> Self {
        let csrf = URL_SAFE_NO_PAD.encode(blake3::derive_key(CSRF_CONTEXT, secret.reveal().as_bytes()));
        let via = Via::Console { address: from.to_owned(), account: account.id };
        let who = Who { name: account.display_name.clone(), roles: account.roles_now(), via };
        Self { who, account, session, csrf }
    }
}

impl Desk {
    /// Lets a person in, from an address, and begins a session.
    ///
    /// # Errors
    /// Code `sign_in_wrong` (name or password: which, is not said), `totp_needed` (ask for the code and send everything again),
    /// `totp_wrong`, `too_many_attempts` and `sign_in_busy` (kind [`ErrorKind::Throttled`], value `wait_s`); the store's own.
    pub async fn sign_in(&self, asked: SignIn, from: &str, now: Now) -> Result<SignedIn, DeskError> {
        let attempt = self.guard.attempt(&folded(asked.name.trim()), from, now)?;
        let account = self.store.account_named(&asked.name).await?;
        let credentials = match &account {
            Some(account) => Some(self.store.credentials(account.id).await?),
            None => None,
        };
        let hash = credentials.as_ref().map_or(NOBODY, |credentials| credentials.password.as_str()).to_owned();
        let right = self.compare(asked.password.reveal(), hash, &attempt).await?;
        let known = account.as_ref().map(|account| account.name.clone());
        let (Some(account), Some(credentials)) = (account.filter(|account| right && !account.disabled), credentials)
        else {
            self.note_failed(known, from, now).await?;
            let text = "the name or the password is wrong; an admin can set another password";
            return Err(DeskError::new(ErrorKind::NotSignedIn, text).code("sign_in_wrong"));
        };
        if let Some(secret) = &credentials.totp {
            let Some(code) = asked.totp.filter(|code| !code.trim().is_empty()) else {
                self.guard.taken_back(&attempt);
                let text = "a code of the second factor is needed; it is shown by the app on the telephone";
                return Err(DeskError::new(ErrorKind::NotSignedIn, text).code("totp_needed"));
            };
            if !self.take_factor(&account, secret, &code, from, now).await? {
                self.note_failed(known, from, now).await?;
                let text = "the code is wrong, or was used already; wait for the next one";
                return Err(DeskError::new(ErrorKind::NotSignedIn, text).code("totp_wrong"));
            }
        }
        self.guard.passed(&attempt);
        self.begin_session(account, &asked.user_agent, from, now).await
    }

    /// Whether a password is that of a hash. If it could not be compared, the attempt was none.
    pub(super) async fn compare(&self, password: &str, hash: String, attempt: &Attempt) -> Result<bool, DeskError> {
        let compared = self.guard.hasher.verify(normal(password), hash).await;
        compared.inspect_err(|_| self.guard.taken_back(attempt))
    }

    pub(super) async fn begin_session(
        &self,
        account: Account,
        user_agent: &str,
        from: &str,
        now: Now,
    ) -> Result<SignedIn, DeskError> {
        let secret = Secret::random()?;
        let user_agent = user_agent.chars().filter(|letter| !letter.is_control()).take(USER_AGENT_MAX).collect();
        let session = Session {
            id: 0,
            account: account.id,
            created_at: now.wall,
            seen_at: now.wall,
            expires_at: now.wall + SESSION_LIFE_MAX,
            address: from.to_owned(),
            user_agent,
        };
        let session = self.store.add_session(&session, secret.hash()).await?;
        let visit = Visit::new(account, session, &secret, from);
        let after = json!({ "session": visit.session.id, "user_agent": visit.session.user_agent });
        self.note(&visit.who, "account.sign_in", &visit.account, [None, Some(after)], now).await?;
        Ok(SignedIn { secret, visit })
    }

    /// Who comes with the secret of a cookie, from an address.
    ///
    /// # Errors
    /// Code `not_signed_in`: there is no such session, it has ended, or its account is disabled; the store's own.
    pub async fn visit(&self, secret: &Secret, from: &str, now: Now) -> Result<Visit, DeskError> {
        let session = self.store.session_by_hash(secret.hash()).await?;
        let mut session = session.filter(|session| session.is_live(now.wall)).ok_or_else(not_signed_in)?;
        let account = self.store.account(session.account).await?;
        let account = account.filter(|account| !account.disabled).ok_or_else(not_signed_in)?;
        if now.wall >= session.seen_at + TOUCHED_EVERY {
            match self.store.touch_session(session.id, from, now.wall).await {
                Ok(()) => (session.seen_at, session.address) = (now.wall, from.to_owned()),
                // A locked database is no reason to send anybody away; the session only ends earlier.
                Err(error) => tracing::warn!(%error, "the use of a session could not be noted"),
            }
        }
        Ok(Visit::new(account, session, secret, from))
    }

    /// Ends the session of a visit.
    ///
    /// # Errors
    /// It has ended already; the store's own.
    pub async fn sign_out(&self, visit: &Visit, now: Now) -> Result<(), DeskError> {
        let ended = self.store.end_session(visit.session.id).await?;
        self.note(&visit.who, "account.sign_out", &visit.account, [Some(json!({ "session": ended.id })), None], now)
            .await
    }

    /// A failed attempt is in the audit, too, without what was typed: people type passwords into the wrong field. The throttle
    /// bounds how many there can be.
    pub(super) async fn note_failed(&self, account: Option<String>, from: &str, now: Now) -> Result<(), DeskError> {
        let subject = account.map_or_else(|| "no account".to_owned(), |name| format!("account {name}"));
        tracing::warn!("a sign-in failed: {subject}, from {from}");
        let entry = AuditEntry {
            who: "unknown".to_owned(),
            what: "account.sign_in_failed".to_owned(),
            subject,
            before: None,
            after: None,
            from_where: Some(format!("console, {from}")),
        };
        self.store.audit(&entry, now.wall).await?;
        Ok(())
    }
}

pub(super) fn not_signed_in() -> DeskError {
    DeskError::new(ErrorKind::NotSignedIn, "nobody is signed in here, or not any more; sign in").code("not_signed_in")
}
