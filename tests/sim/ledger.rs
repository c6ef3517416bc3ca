//! The ledger that the store reads by its indexes is the one that the model reads the slow and obvious way, at every power
//! cut of many weeks.

use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, Utc};
use loa::domain::log::{PartId, Record};
use loa::domain::station::Ledger;
use loa::rehearsal::Book;
use loa::store::Store;
use tokio::runtime::Runtime;

use super::book::MemoryBook;
use super::weeks::{rehearse, town_with};
use crate::support::records::simulated;

/// A log in memory and one in a database, written alike.
struct BothBooks {
    model: MemoryBook,
    store: Store,
    runtime: Runtime,
    compared: u32,
    _folder: tempfile::TempDir,
}

impl BothBooks {
    fn new(model: MemoryBook) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let store = runtime.block_on(simulated(folder.path()));
        Self { model, store, runtime, compared: 0, _folder: folder }
    }
}

impl Book for BothBooks {
    fn append(&mut self, at: DateTime<Utc>, records: &[Record]) {
        let at = stored(at);
        self.model.append(at, records);
        self.runtime.block_on(self.store.append(records, at)).unwrap();
    }

    fn journal(&mut self, part: PartId, frames: u64, start: DateTime<Utc>) {
        let start = stored(start);
        self.model.journal(part, frames, start);
        self.runtime.block_on(self.store.journal(part, frames, start)).unwrap();
    }

    fn commit_takes(&mut self) -> Duration {
        self.model.commit_takes()
    }

    fn ledger(&mut self, now: DateTime<Utc>) -> Ledger {
        let mut model = self.model.ledger(now);
        let mut store = self.runtime.block_on(self.store.ledger()).unwrap();
        for ledger in [&mut model, &mut store] {
            in_order(ledger);
        }
        let differs = first_difference(&format!("{store:#?}"), &format!("{model:#?}"));
        assert!(store == model, "at {now} the store and the model differ: {differs}");
        self.compared += 1;
        store
    }
}

/// The store keeps instants to the microsecond.
fn stored(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// Neither promises an order of what it lists.
fn in_order(ledger: &mut Ledger) {
    ledger.closed.sort();
    ledger.rundowns.sort_by(|a, b| a.occurrence.cmp(&b.occurrence));
    ledger.open.sort_by_key(|left| left.intent.part);
    for left in &mut ledger.open {
        left.earlier.sort_by_key(|(intent, _)| intent.part);
    }
    ledger.ended.sort_by_key(|(intent, _)| intent.part);
}

fn first_difference(store: &str, model: &str) -> String {
    let line = store.lines().zip(model.lines()).position(|(store, model)| store != model).unwrap_or(0);
    let near = |text: &str| text.lines().skip(line.saturating_sub(8)).take(12).collect::<Vec<_>>().join("\n");
    format!("the store says\n{}\nthe model says\n{}", near(store), near(model))
}

#[test]
fn the_ledger_of_the_store_is_that_of_the_model_at_every_power_cut() {
    let mut compared = 0;
    for seed in 0..20 {
        println!("seed {seed}");
        let (mut world, versions, zone, mut random) = town_with(seed, BothBooks::new);
        rehearse(&mut world, &versions, zone, &mut random).unwrap_or_else(|stuck| panic!("seed {seed}: {stuck}"));
        let now = world.time.now().wall;
        world.book.ledger(now);
        compared += world.book.compared;
    }
    assert!(compared > 60, "only {compared} ledgers were compared");
}
