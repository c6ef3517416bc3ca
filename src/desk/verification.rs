//! Verifying the log while people wait and watch: one at a time, beside the station, with a result that is kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::error::DeskError;
use super::{Desk, Who};
use crate::clock;
use crate::domain::account::Right;
use crate::domain::time::Now;
use crate::store::{AuditEntry, Broken, StoreError, Verified, VerifyProgress};

/// The word of the audit under which results are kept.
const VERIFIED: &str = "log.verify";

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Everything fits.
    Whole {
        /// How many records.
        entries: u64,
        /// Hash of the newest, in hexadecimal.
        head: String,
        /// Whether the file beside the database vouches for the newest rows.
        marked: bool,
    },
    /// A record does not fit.
    Broken {
        /// The first one.
        seq: u64,
        /// Why, in words.
        fault: String,
    },
    /// It could not be read to the end.
    Failed {
        /// What went wrong.
        error: String,
    },
    /// A person stopped it.
    Cancelled,
}

/// The last verification that came to an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastVerification {
    /// When it began.
    pub began: DateTime<Utc>,
    /// When it ended.
    pub ended: DateTime<Utc>,
    /// Who asked for it.
    pub by: String,
    /// What it found.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// A verification under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningVerification {
    /// When it began.
    pub began: DateTime<Utc>,
    /// Who asked for it.
    pub by: String,
    /// Records and listed airings there are to check.
    pub total: u64,
    /// Records and listed airings that were found good so far.
    pub checked: u64,
}

/// How it stands with verifying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationState {
    /// The one under way.
    pub running: Option<RunningVerification>,
    /// The last that came to an end.
    pub last: Option<LastVerification>,
}

/// The verification of one desk: at most one runs.
#[derive(Debug, Default)]
pub(super) struct Verification {
    state: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    running: Option<Running>,
    last: Option<LastVerification>,
}

#[derive(Debug, Clone)]
struct Running {
    began: DateTime<Utc>,
    by: String,
    from_where: String,
    progress: Arc<VerifyProgress>,
    cancel: Arc<Notify>,
}

impl Verification {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A poisoned lock means that a holder panicked between two assignments; both states are whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// Begins to verify the log, on a thread of its own. While one is under way, that one goes on.
    ///
    /// # Errors
    /// No name; the store's own.
    pub async fn begin_verification(&self, who: &Who, now: Now) -> Result<VerificationState, DeskError> {
        self.check_person(who)?;
        who.check(Right::Look)?;
        {
            let mut inner = self.verification.lock();
            if inner.running.is_none() {
                let running = Running {
                    began: now.wall,
                    by: who.name.trim().to_owned(),
                    from_where: who.via.to_string(),
                    progress: Arc::default(),
                    cancel: Arc::default(),
                };
                inner.running = Some(running.clone());
                let (store, verification) = (self.store.clone(), Arc::clone(&self.verification));
                let runtime = tokio::runtime::Handle::current();
                tokio::task::spawn_blocking(move || runtime.block_on(verify(store, verification, running)));
            }
        }
        self.verification_state().await
    }

    /// How far it is, and what the last one found; after a restart the last that is in the audit.
    ///
    /// # Errors
    /// The store's own.
    pub async fn verification_state(&self) -> Result<VerificationState, DeskError> {
        let (running, last) = {
            let inner = self.verification.lock();
            let running = inner.running.as_ref().map(|running| {
                let (checked, total) = running.progress.now();
                RunningVerification { began: running.began, by: running.by.clone(), total, checked }
            });
            (running, inner.last.clone())
        };
        let last = match last {
            Some(last) => Some(last),
            None => self
                .store
                .last_audit(VERIFIED)
                .await?
                .and_then(|row| row.entry.after.and_then(|after| serde_json::from_value(after).ok())),
        };
        Ok(VerificationState { running, last })
    }

    /// Stops the verification under way; nothing if there is none.
    ///
    /// # Errors
    /// The person may not.
    pub fn cancel_verification(&self, who: &Who) -> Result<(), DeskError> {
        who.check(Right::Look)?;
        if let Some(running) = &self.verification.lock().running {
            running.cancel.notify_one();
        }
        Ok(())
    }
}

async fn verify(store: crate::store::Store, verification: Arc<Verification>, running: Running) {
    let verdict = tokio::select! {
        found = store.verify_watched(&running.progress) => verdict(found),
        () = running.cancel.notified() => Verdict::Cancelled,
    };
    let last = LastVerification { began: running.began, ended: clock::now().wall, by: running.by, verdict };
    let entry = AuditEntry {
        who: last.by.clone(),
        what: VERIFIED.to_owned(),
        subject: "log".to_owned(),
        before: None,
        after: serde_json::to_value(&last).ok(),
        from_where: Some(running.from_where),
    };
    // A desk that only looks keeps the result in memory alone.
    if let Err(error) = store.audit(&entry, last.ended).await
        && !matches!(error, StoreError::ReadOnly { .. })
    {
        tracing::warn!("the result of verifying the log is not in the audit: {error}");
    }
    let mut inner = verification.lock();
    inner.running = None;
    inner.last = Some(last);
}

fn verdict(found: Result<Result<Verified, Broken>, StoreError>) -> Verdict {
    match found {
        Ok(Ok(verified)) => {
            Verdict::Whole { entries: verified.entries, head: verified.head.to_string(), marked: verified.marked }
        }
        Ok(Err(broken)) => Verdict::Broken { seq: broken.seq, fault: broken.fault.to_string() },
        Err(error) => Verdict::Failed { error: error.to_string() },
    }
}
