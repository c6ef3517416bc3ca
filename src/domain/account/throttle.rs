//! How often a door may be tried: the first failures cost nothing, each further one doubles the wait.
//!
//! An attempt is counted when it begins, not when it has failed, so that many at the same time are no way around. One that
//! is turned away counts nothing and lengthens nothing.

use std::collections::BTreeMap;
use std::time::Duration;

/// Failures of one name that cost nothing.
pub const FREE_OF_A_NAME: u32 = 5;
/// Failures from one address that cost nothing: a whole office may sit behind one.
pub const FREE_OF_AN_ADDRESS: u32 = 20;
/// The first wait.
const WAIT_MIN: Duration = Duration::from_secs(1);
/// The longest wait.
pub const WAIT_MAX: Duration = Duration::from_secs(15 * 60);
/// Failures are forgotten when nothing was tried for so long.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60 * 60);
/// The most names or addresses that are remembered; the one tried longest ago is forgotten for a further one.
pub const KEYS_MAX: usize = 10_000;

/// Remembers who failed how often. Told the monotonic time.
#[derive(Debug, Clone)]
pub struct Throttle {
    free: u32,
    tried: BTreeMap<String, Tried>,
}

#[derive(Debug, Clone, Copy)]
struct Tried {
    failures: u32,
    last: Duration,
}

impl Throttle {
    /// One that lets so many failures go by.
    #[must_use]
    pub const fn new(free: u32) -> Self {
        Self { free, tried: BTreeMap::new() }
    }

    /// Begins an attempt, which counts as failed until [`Self::passed`] or [`Self::taken_back`].
    ///
    /// # Errors
    /// How long to wait until the next one is let through.
    pub fn attempt(&mut self, key: &str, now: Duration) -> Result<(), Duration> {
        if let Some(left) = self.wait(key, now) {
            return Err(left);
        }
        let failures = self.known(key, now).map_or(0, |tried| tried.failures);
        if self.tried.len() >= KEYS_MAX && !self.tried.contains_key(key) {
            self.forget_oldest();
        }
        self.tried.insert(key.to_owned(), Tried { failures: failures.saturating_add(1), last: now });
        Ok(())
    }

    /// How long this key still has to wait; none if it may try.
    #[must_use]
    pub fn wait(&self, key: &str, now: Duration) -> Option<Duration> {
        let tried = self.known(key, now)?;
        let until = tried.last + pause(tried.failures, self.free);
        until.checked_sub(now).filter(|left| !left.is_zero())
    }

    /// The attempt was right: all failures of this key are forgotten.
    pub fn passed(&mut self, key: &str) {
        self.tried.remove(key);
    }

    /// The attempt was no failure, and says nothing of those before.
    pub fn taken_back(&mut self, key: &str) {
        if let Some(tried) = self.tried.get_mut(key) {
            tried.failures = tried.failures.saturating_sub(1);
        }
    }

    /// How many keys are remembered; at most [`KEYS_MAX`].
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.tried.len()
    }

    fn known(&self, key: &str, now: Duration) -> Option<Tried> {
        self.tried.get(key).copied().filter(|tried| now < tried.last + FORGOTTEN_AFTER)
    }

    fn forget_oldest(&mut self) {
        let oldest = self.tried.iter().min_by_key(|(_, tried)| tried.last).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest {
            self.tried.remove(&oldest);
        }
    }
}

/// The wait after so many failures of which some are free: 1 s, 2 s, 4 s ... [`WAIT_MAX`].
fn pause(failures: u32, free: u32) -> Duration {
    match failures.checked_sub(free) {
        None | Some(0) => Duration::ZERO,
        Some(over) => {
            let doubled = 2_u32.checked_pow(over - 1).and_then(|times| WAIT_MIN.checked_mul(times));
            doubled.map_or(WAIT_MAX, |wait| wait.min(WAIT_MAX))
        }
    }
}
