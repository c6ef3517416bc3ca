//! The second factor: codes of an app on the telephone (TOTP, RFC 6238), and recovery codes for who lost it.

use serde_json::json;
use totp_rs::{Builder, Totp};

use super::secret::{Secret, as_made, random_bytes};
use super::sign_in::Visit;
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::{Desk, Via, Who, value};
use crate::domain::account::Account;
use crate::domain::time::Now;

/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code, of five bits each: 80 bits.
const RECOVERY_LETTERS: usize = 16;
/// Bytes of the secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// Who gives out the codes, as the app shows it.
const ISSUER: &str = "Loa";

/// A second factor that is yet to be confirmed with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// `otpauth://...`, to be shown as a QR code.
    pub url: Secret,
    /// The same secret in base 32, to be typed.
    pub secret: Secret,
}

/// The time step that a code of six digits belongs to, if it is one of this secret at this time (seconds since 1970), one
/// step of 30 s before and after it allowed.
#[must_use]
pub fn totp_step(secret: &[u8], code: &str, at: u64) -> Option<u64> {
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    totp(secret, "").ok()?.check(&digits, at)
}

impl Desk {
    /// Makes up a second factor for the own account. It is asked for once [`Self::confirm_totp`] saw a code of it.
    ///
    /// # Errors
    /// Code `password_wrong`, `totp_is_on`; tried too often; the store's own.
    pub async fn begin_totp(&self, visit: &Visit, password: &Secret, now: Now) -> Result<Enrolment, DeskError> {
        self.check_own_password(visit, password, now).await?;
        if visit.account.totp {
            let text = "a second factor is asked for already; end that first";
            return Err(DeskError::refused(text).code("totp_is_on"));
        }
        let secret = random_bytes::<SECRET_BYTES>()?;
        let totp = totp(&secret, &visit.account.name)?;
        let url = totp.to_url().map_err(|error| failed(&error))?;
        self.store.totp_begin(visit.account.id, &secret).await?;
        self.note(&visit.who, "account.totp_begin", &visit.account, [None, None], now).await?;
        Ok(Enrolment { url: Secret::new(url), secret: Secret::new(totp.secret().to_base32()) })
    }

    /// Puts the second factor in force, proved by a code of it. Returns the recovery codes, which are shown this once.
    ///
    /// # Errors
    /// Code `totp_wrong`, `totp_not_begun`; tried too often; the store's own.
    pub async fn confirm_totp(&self, visit: &Visit, code: &str, now: Now) -> Result<Vec<Secret>, DeskError> {
        let attempt =
            self.guard.attempt(&format!("second factor of {}", visit.account.id), &visit.session.address, now)?;
        let pending = self.store.credentials(visit.account.id).await?.totp_pending;
        let not_begun = || DeskError::refused("no second factor was begun; begin one first").code("totp_not_begun");
        let pending = pending.ok_or_else(not_begun)?;
        let Some(step) = totp_step(&pending, code, seconds(now)) else {
            let text = "the code is wrong; compare the clocks of telephone and station, then take the next one";
            return Err(DeskError::refused(text).code("totp_wrong"));
        };
        self.guard.passed(&attempt);
        let codes = (0..RECOVERY_CODES).map(|_| Secret::readable::<RECOVERY_LETTERS>());
        let codes = codes.collect::<Result<Vec<_>, _>>()?;
        let hashes: Vec<[u8; 32]> = codes.iter().map(Secret::hash).collect();
        if !self.store.totp_confirm(visit.account.id, step, &hashes).await? {
            return Err(not_begun());
        }
        let after = json!({ "totp": true, "recovery_codes": RECOVERY_CODES });
        let change = [Some(json!({ "totp": visit.account.totp })), Some(after)];
        self.note(&visit.who, "account.totp_on", &visit.account, change, now).await?;
        Ok(codes)
    }

    /// Asks for no second factor of the own account any more.
    ///
    /// # Errors
    /// Code `password_wrong`; tried too often; the store's own.
    pub async fn end_totp(&self, visit: &Visit, password: &Secret, now: Now) -> Result<Account, DeskError> {
        self.check_own_password(visit, password, now).await?;
        self.totp_ended(&visit.who, &visit.account, now).await
    }

    pub(super) async fn totp_ended(&self, who: &Who, account: &Account, now: Now) -> Result<Account, DeskError> {
        let after = self.store.totp_off(account.id).await?;
        self.note(who, "account.totp_off", &after, [value(account), value(&after)], now).await?;
        Ok(after)
    }

    /// Takes a code of the app or a recovery code; each is good once.
    pub(super) async fn take_factor(
        &self,
        account: &Account,
        secret: &[u8],
        code: &str,
        from: &str,
        now: Now,
    ) -> Result<bool, DeskError> {
        if let Some(step) = totp_step(secret, code, seconds(now)) {
            return Ok(self.store.totp_take(account.id, step).await?);
        }
        let Some(left) = self.store.recovery_take(account.id, as_made(code).hash()).await? else { return Ok(false) };
        let via = Via::Console { address: from.to_owned(), account: account.id };
        let who = Who { name: account.display_name.clone(), roles: account.roles_now(), via };
        let change = [Some(json!({ "recovery_codes": left + 1 })), Some(json!({ "recovery_codes": left }))];
        self.note(&who, "account.recovery_code", account, change, now).await?;
        Ok(true)
    }
}

fn seconds(now: Now) -> u64 {
    u64::try_from(now.wall.timestamp()).unwrap_or_default()
}

fn totp(secret: &[u8], account: &str) -> Result<Totp, DeskError> {
    let builder = Builder::new().with_secret(secret).with_account_name(account).with_issuer(Some(ISSUER));
    builder.build().map_err(|error| failed(&error))
}

fn failed(error: &totp_rs::TotpError) -> DeskError {
    DeskError::new(ErrorKind::Failed, format!("the second factor cannot be made: {error}")).code("totp_failed")
}
