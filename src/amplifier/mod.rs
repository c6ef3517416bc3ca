//! Switches of amplifiers: a program, a line of the machine, a relay in the network. Each zone's runs on a thread of its own, so that
//! one that hangs holds up neither the station nor another.
//!
//! [`guard`] is a second process that switches everything off when the station dies.

mod command;
mod gpio;
pub mod guard;
mod hand;
mod http;
mod line;

use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::amplifier::{Switch, TRIES_MAX};
use crate::domain::slot::ZoneId;

pub use hand::SwitchFault;
pub use line::{Answered, Switches};

use hand::Hand;

/// Between two tries of a switch that refused.
const AGAIN: Duration = Duration::from_millis(200);

/// The amplifier of a zone, as whoever switches it knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// Of which zone.
    pub zone: ZoneId,
    /// What switches it.
    pub switch: Switch,
    /// How long the switch may take.
    pub answer_within: Duration,
}

/// Switches all of them off, at the same time, and says of each what came of it. Blocks for at most about three times the longest
/// that one may take.
#[must_use]
pub fn switch_off(charges: &[Charge]) -> Vec<(ZoneId, Result<(), SwitchFault>)> {
    each(charges, |charge, hand| {
        let mut tried = hand.turn(false, charge.answer_within);
        for _ in 1..TRIES_MAX {
            if tried.is_ok() {
                break;
            }
            thread::park_timeout(AGAIN);
            tried = hand.turn(false, charge.answer_within);
        }
        tried
    })
}

/// Looks, at the same time, whether each of them could be switched, and whether its power is on; none where that cannot be read
/// back. Switches nothing.
#[must_use]
pub fn look(charges: &[Charge]) -> Vec<(ZoneId, Result<Option<bool>, SwitchFault>)> {
    each(charges, |charge, hand| hand.look(charge.answer_within))
}

/// Does something with the switch of each, on threads of their own.
fn each<T: Send>(
    charges: &[Charge],
    work: impl Fn(&Charge, &mut Hand) -> Result<T, SwitchFault> + Sync,
) -> Vec<(ZoneId, Result<T, SwitchFault>)> {
    thread::scope(|scope| {
        let work = &work;
        let threads = charges.iter().map(|charge| {
            let own = move || work(charge, &mut Hand::new(charge.zone.clone(), charge.switch.clone()));
            (charge.zone.clone(), thread::Builder::new().name("loa-amplifier".to_owned()).spawn_scoped(scope, own))
        });
        // All of them begin before the first is waited for.
        let threads: Vec<_> = threads.collect();
        let broke = || Err(SwitchFault::of("the system gives no thread to switch it with"));
        let joined = |thread: std::io::Result<thread::ScopedJoinHandle<'_, _>>| {
            thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(broke)
        };
        threads.into_iter().map(|(zone, thread)| (zone, joined(thread))).collect()
    })
}
