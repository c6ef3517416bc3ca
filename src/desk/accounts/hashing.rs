//! Passwords: Argon2id, a few at a time, never on the thread that turns the station.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::secret::random_bytes;
use crate::desk::error::{DeskError, ErrorKind};

/// Memory of one hash, in KiB; with [`PASSES`] and [`LANES`] what OWASP asks of Argon2id at least.
const MEMORY_KIB: u32 = 19 * 1_024;
/// Passes over it.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Bytes of salt.
const SALT_BYTES: usize = 16;

/// The most hashes at the same time: 38 MiB, which a Raspberry Pi has beside the station.
pub const HASHES_MAX: usize = 2;
/// The most that wait; a further one is turned away.
pub const HASHES_WAITING_MAX: usize = 16;

/// The hash of no password, of the same cost: an unknown name takes as long to refuse as a wrong password.
pub(super) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Makes and compares hashes of passwords.
#[derive(Debug)]
pub(super) struct Hasher {
    working: Arc<Semaphore>,
    here: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        let here = Arc::new(Semaphore::new(HASHES_MAX + HASHES_WAITING_MAX));
        Self { working: Arc::new(Semaphore::new(HASHES_MAX)), here }
    }
}

impl Hasher {
    /// The PHC string of a password with a salt of its own.
    pub(super) async fn hash(&self, password: String) -> Result<String, DeskError> {
        let salt = random_bytes::<SALT_BYTES>()?;
        let hash = move || argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string());
        self.aside(hash).await?.map_err(|error| failed(&error))
    }

    /// Whether a password is that of a PHC string, which may be of other parameters than ours.
    pub(super) async fn verify(&self, password: String, hash: String) -> Result<bool, DeskError> {
        let verify = move || argon2().map(|argon2| argon2.verify_password(password.as_bytes(), hash.as_str()));
        match self.aside(verify).await?.map_err(|error| failed(&error))? {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, DeskError> {
        let (here, working) = self.permits().await?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Kept until the memory is free again, even if nobody waits for the result any more.
            drop((here, working));
            done
        });
        done.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error).code("hashing_failed"))
    }

    async fn permits(&self) -> Result<(OwnedSemaphorePermit, OwnedSemaphorePermit), DeskError> {
        let busy = || {
            let text = "too many people sign in at the same moment; try again in a few seconds";
            DeskError::new(ErrorKind::Throttled, text).code("sign_in_busy").value("wait_s", 5)
        };
        let here = Arc::clone(&self.here).try_acquire_owned().map_err(|_| busy())?;
        // Never closed, so this only waits.
        let working = Arc::clone(&self.working).acquire_owned().await.map_err(|_| busy())?;
        Ok((here, working))
    }
}

fn argon2() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(error: &argon2::password_hash::Error) -> DeskError {
    let text = format!("the password cannot be checked: {error}");
    DeskError::new(ErrorKind::Failed, text).code("hashing_failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_costs_what_every_other_does_and_fits_nothing() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let hasher = Hasher::default();
            let hash = hasher.hash("bốn từ không liên quan".to_owned()).await.unwrap();
            let parameters = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(parameters(&hash), parameters(NOBODY));
            assert!(hasher.verify("bốn từ không liên quan".to_owned(), hash.clone()).await.unwrap());
            assert!(!hasher.verify("bốn từ không liên quaN".to_owned(), hash).await.unwrap());
            assert!(!hasher.verify(String::new(), NOBODY.to_owned()).await.unwrap());
        });
    }

    #[test]
    fn only_so_many_wait_for_a_hash_and_the_next_is_turned_away() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let hasher = Arc::new(Hasher::default());
            let at_work = [hasher.permits().await.unwrap(), hasher.permits().await.unwrap()];
            assert_eq!(at_work.len(), HASHES_MAX);
            let wait = |_| {
                let hasher = Arc::clone(&hasher);
                tokio::spawn(async move { hasher.permits().await.map(drop) })
            };
            let waiting: Vec<_> = (0..HASHES_WAITING_MAX).map(wait).collect();
            while hasher.here.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            let error = hasher.permits().await.unwrap_err();
            assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Throttled, Some("sign_in_busy")));
            drop(at_work);
            for waited in waiting {
                waited.await.unwrap().unwrap();
            }
            drop(hasher.permits().await.unwrap());
        });
    }
}
