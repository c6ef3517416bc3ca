//! What stands at the door: how often it may be tried, how many hashes are made at a time, the code of the first run.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::hashing::Hasher;
use super::secret::Secret;
use crate::desk::error::{DeskError, ErrorKind};
use crate::domain::account::{FREE_OF_A_NAME, FREE_OF_AN_ADDRESS, Throttle};
use crate::domain::time::Now;

/// The longest name or address that attempts are counted by, in letters: longer ones count as one.
const KEY_LETTERS_MAX: usize = 64;

/// Stands at the door.
#[derive(Debug)]
pub(in crate::desk) struct Guard {
    tries: Mutex<Tries>,
    pub(super) hasher: Hasher,
    first_run: Mutex<Option<Secret>>,
}

#[derive(Debug)]
struct Tries {
    names: Throttle,
    addresses: Throttle,
}

/// An attempt that was let through. It counts as failed until it is said to be something else.
#[derive(Debug)]
pub(super) struct Attempt {
    name: String,
    address: String,
}

impl Default for Guard {
    fn default() -> Self {
        let (names, addresses) = (Throttle::new(FREE_OF_A_NAME), Throttle::new(FREE_OF_AN_ADDRESS));
        Self { tries: Mutex::new(Tries { names, addresses }), hasher: Hasher::default(), first_run: Mutex::new(None) }
    }
}

impl Guard {
    /// Begins an attempt on a name from an address.
    pub(super) fn attempt(&self, name: &str, address: &str, now: Now) -> Result<Attempt, DeskError> {
        let short = |text: &str| text.chars().take(KEY_LETTERS_MAX).collect::<String>();
        let attempt = Attempt { name: short(name), address: short(&place(address)) };
        let mut tries = locked(&self.tries);
        if let Some(left) = tries.addresses.wait(&attempt.address, now.mono) {
            return Err(throttled(left));
        }
        tries.names.attempt(&attempt.name, now.mono).map_err(throttled)?;
        tries.addresses.attempt(&attempt.address, now.mono).map_err(throttled)?;
        Ok(attempt)
    }

    /// It was right. The name starts afresh; the address does not, or one's own account would cover trying others'.
    pub(super) fn passed(&self, attempt: &Attempt) {
        let mut tries = locked(&self.tries);
        tries.names.passed(&attempt.name);
        tries.addresses.taken_back(&attempt.address);
    }

    /// It was not yet an attempt.
    pub(super) fn taken_back(&self, attempt: &Attempt) {
        let mut tries = locked(&self.tries);
        tries.names.taken_back(&attempt.name);
        tries.addresses.taken_back(&attempt.address);
    }

    /// The code that makes the first admin, while there is none.
    pub(super) fn first_run(&self) -> MutexGuard<'_, Option<Secret>> {
        locked(&self.first_run)
    }
}

/// What attempts from an address are counted by: of an IPv6 address the network, as every machine has the whole of its 64 bits.
fn place(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done under these locks can panic half-way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn throttled(left: Duration) -> DeskError {
    let seconds = left.as_secs().max(1);
    let text = format!("too many attempts failed; try again in {seconds} s");
    DeskError::new(ErrorKind::Throttled, text).code("too_many_attempts").value("wait_s", seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_with_many_addresses_is_one_place() {
        assert_eq!(place("2001:db8:1:2:aaaa::1"), place("2001:db8:1:2:bbbb::9"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
        assert_eq!(place("::ffff:192.168.1.20"), "192.168.1.20");
        assert_ne!(place("192.168.1.20"), place("192.168.1.21"));
    }
}
