//! What takes long, or much room, is done a few at a time; whoever comes while all seats are taken is told when to come again.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::{DeskError, ErrorKind};

/// Copies and bundles made at the same time: each needs as much room on the disk as the records do.
const COPIES_MAX: usize = 1;
/// Feeds that the station fetches at the same time.
const FEEDS_MAX: usize = 2;
/// Bundles of other stations checked at the same time.
const BUNDLES_MAX: usize = 1;
/// Relays tried at the same time: each opens all of its sources.
const PROBES_MAX: usize = 2;
/// Looks over the whole station at the same time: each opens every approved clip.
const CHECKS_MAX: usize = 1;
/// Texts spoken at the same time.
const SPEECHES_MAX: usize = 1;
/// Stretches of relays taken into the library at the same time.
const TAKES_MAX: usize = 1;

/// The seats of a station.
#[derive(Debug)]
pub(super) struct Seats {
    pub(super) copies: Arc<Semaphore>,
    pub(super) feeds: Arc<Semaphore>,
    pub(super) bundles: Arc<Semaphore>,
    pub(super) checks: Arc<Semaphore>,
    pub(super) speeches: Arc<Semaphore>,
    pub(super) probes: Arc<Semaphore>,
    pub(super) takes: Arc<Semaphore>,
}

impl Default for Seats {
    fn default() -> Self {
        let seats = |most| Arc::new(Semaphore::new(most));
        Self {
            copies: seats(COPIES_MAX),
            feeds: seats(FEEDS_MAX),
            bundles: seats(BUNDLES_MAX),
            checks: seats(CHECKS_MAX),
            speeches: seats(SPEECHES_MAX),
            probes: seats(PROBES_MAX),
            takes: seats(TAKES_MAX),
        }
    }
}

/// Takes a seat until the permit is dropped.
///
/// # Errors
/// All are taken: `told` in words, `code` for programs, `wait_s` until it is worth another try.
pub(super) fn take(
    seats: &Arc<Semaphore>,
    told: &str,
    code: &str,
    wait_s: u64,
) -> Result<OwnedSemaphorePermit, DeskError> {
    let taken = Arc::clone(seats).try_acquire_owned();
    taken.map_err(|_| DeskError::new(ErrorKind::Throttled, told).code(code).value("wait_s", wait_s))
}
