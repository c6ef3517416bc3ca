//! A thread for the switch of each zone. Of orders that wait only the last one counts: what was wanted before is wanted no more.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::guard::Guard;
use super::hand::Hand;
use super::{Charge, SwitchFault};
use crate::domain::slot::ZoneId;

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Of which zone.
    pub zone: ZoneId,
    /// Its number.
    pub order: u64,
    /// Why it was not done; none if it was.
    pub fault: Option<SwitchFault>,
}

/// The switches of all zones. Dropped, it waits until the last order of each is done.
#[derive(Debug)]
pub struct Switches {
    lines: BTreeMap<ZoneId, Arc<Line>>,
    threads: Vec<JoinHandle<()>>,
}

/// The way to one switch.
#[derive(Debug, Default)]
struct Line {
    waiting: Mutex<Waiting>,
    woken: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    order: Option<(u64, bool)>,
    ended: bool,
}

impl Switches {
    /// Starts a thread for each. None of them is touched before the guard of an earlier station has let go of them. `hear` hears
    /// what became of orders, on the thread of their switch; it may block that thread and no other.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        charges: Vec<Charge>,
        guard: &Guard,
        hear: impl Fn(Answered) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let hear: Arc<dyn Fn(Answered) + Send + Sync> = Arc::new(hear);
        let mut switches = Self { lines: BTreeMap::new(), threads: Vec::new() };
        for charge in charges {
            let line = Arc::new(Line::default());
            switches.lines.insert(charge.zone.clone(), Arc::clone(&line));
            let (guard, hear) = (guard.clone(), Arc::clone(&hear));
            let body = move || {
                guard.wait_until_ready();
                serve(charge, &line, &*hear);
            };
            switches.threads.push(thread::Builder::new().name("loa-amplifier".to_owned()).spawn(body)?);
        }
        Ok(switches)
    }

    /// Has the amplifier of a zone switched; at once, or when what its switch is doing is done. Never waits.
    pub fn switch(&self, zone: &ZoneId, order: u64, on: bool) {
        if let Some(line) = self.lines.get(zone) {
            line.waiting().order = Some((order, on));
            line.woken.notify_one();
        }
    }
}

impl Drop for Switches {
    fn drop(&mut self) {
        for line in self.lines.values() {
            line.waiting().ended = true;
            line.woken.notify_one();
        }
        for thread in self.threads.drain(..) {
            // One that panicked has said so.
            drop(thread.join());
        }
    }
}

impl Line {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next order; none when there will be no more.
    fn next(&self) -> Option<(u64, bool)> {
        let idle = |waiting: &mut Waiting| waiting.order.is_none() && !waiting.ended;
        let waiting = self.woken.wait_while(self.waiting(), idle);
        waiting.unwrap_or_else(PoisonError::into_inner).order.take()
    }
}

/// Carries out orders until there are no more.
fn serve(charge: Charge, line: &Line, hear: &dyn Fn(Answered)) {
    let Charge { zone, switch, answer_within } = charge;
    let mut hand = Hand::new(zone.clone(), switch);
    while let Some((order, on)) = line.next() {
        let fault = hand.turn(on, answer_within).err();
        match &fault {
            Some(fault) => tracing::warn!(%zone, on, "the amplifier was not switched: {fault}"),
            None => tracing::info!(%zone, on, "the amplifier was switched"),
        }
        hear(Answered { zone: zone.clone(), order, fault });
    }
}
