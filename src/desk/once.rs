//! Commands that carry a key, so that one sent twice is done once.

use super::Desk;
use super::error::{DeskError, ErrorKind};
use crate::domain::time::Now;
use crate::store::Answered;

/// What was answered to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenAnswer {
    /// The status of the answer.
    pub status: u16,
    /// The answer itself.
    pub body: String,
}

impl Desk {
    /// What was answered to this key of this account or token in the last 24 hours. `fingerprint` is a hash of what is asked.
    ///
    /// # Errors
    /// Code `idempotency_key_reused`: something else was asked with that key; the store's own.
    pub async fn answer_to(
        &self,
        scope: &str,
        key: &str,
        fingerprint: [u8; 32],
        now: Now,
    ) -> Result<Option<GivenAnswer>, DeskError> {
        let Some(answered) = self.store.recall(scope, key, now.wall).await? else { return Ok(None) };
        if answered.fingerprint != fingerprint {
            let text = "the key of this command belongs to another one; make up a new key for each command";
            return Err(DeskError::new(ErrorKind::Refused, text).code("idempotency_key_reused"));
        }
        Ok(Some(GivenAnswer { status: answered.status, body: answered.body }))
    }

    /// Remembers what was answered to this key. The first answer stays.
    ///
    /// # Errors
    /// The store's own.
    pub async fn remember_answer(
        &self,
        scope: &str,
        key: &str,
        fingerprint: [u8; 32],
        given: GivenAnswer,
        now: Now,
    ) -> Result<(), DeskError> {
        let GivenAnswer { status, body } = given;
        let answered = Answered { fingerprint, status, body, at: now.wall };
        Ok(self.store.remember(scope, key, &answered).await?)
    }
}
