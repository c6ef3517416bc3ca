//! The process is killed while it writes: what it was told to be safe is there, in order, once.
//!
//! The child is this test binary, started again for one test that does nothing otherwise. SIGKILL shows what the system keeps of
//! a process that ends anywhere; that the disk itself keeps it (`synchronous = full`) only a power cut could show.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use loa::store::{Durability, LogWriter};
use sqlx::Connection as _;

use super::past_the_store;
use crate::support::records::{history, station};

const FOLDER: &str = "LOA_TEST_CRASH_FOLDER";
const SEED: u64 = 1_945;
const AIRINGS: u64 = 4_000;

/// What the child does: goes on with the history where the log ends, through the writer, and tells each acknowledgement.
#[tokio::test]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = station(Path::new(&folder)).await;
    let (writer, _task) = LogWriter::start(store.clone()).await.unwrap();
    let mut random = fastrand::Rng::new();
    let history = history(SEED, AIRINGS);
    let mut from = told(&store).await;
    while from < history.len() {
        let to = (from + random.usize(1..=4)).min(history.len());
        let records = history[from..to].iter().map(|(_, record)| record.clone()).collect();
        let kept = writer.append(records, history[from].0).await.unwrap();
        assert_ne!(kept, Durability::MemoryOnly);
        println!("\nsafe {to}");
        from = to;
    }
}

/// How much of the history is in the log, the log's own remarks aside.
async fn told(store: &loa::store::Store) -> usize {
    let mut count = 0;
    let mut after = 0;
    while let page @ [.., last] = &store.entries(after, 1_000).await.unwrap()[..] {
        after = last.entry.seq;
        count += page.iter().filter(|sealed| !is_remark(&sealed.entry.record)).count();
    }
    count
}

fn is_remark(record: &loa::domain::log::Record) -> bool {
    matches!(record, loa::domain::log::Record::Incident(loa::domain::log::Incident::LogSpilled { .. }))
}

fn start(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::crash::child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A child that writes, and what it acknowledges.
struct Writing {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    safe: usize,
}

impl Writing {
    fn start(folder: &Path) -> Self {
        let mut child = start(folder);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, safe: 0 }
    }

    /// Waits for the next acknowledgement; false after the last.
    fn next(&mut self) -> bool {
        let safe = self.lines.by_ref().map_while(Result::ok).find_map(|line| number(&line));
        self.safe = safe.unwrap_or(self.safe);
        safe.is_some()
    }

    /// Kills it some microseconds later, somewhere inside a commit: no particular moment is waited for. Returns the last
    /// acknowledgement it gave.
    fn kill(mut self, micros: u64) -> usize {
        std::thread::sleep(Duration::from_micros(micros));
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        while self.next() {}
        self.safe
    }
}

fn number(line: &str) -> Option<usize> {
    line.strip_prefix("safe ").map(|number| number.parse().unwrap())
}

#[tokio::test]
async fn every_acknowledged_record_survives_a_kill_and_nothing_is_told_twice() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir().unwrap();
    let history = history(SEED, AIRINGS);
    let mut before = 0;
    for round in 0..12 {
        let mut child = Writing::start(folder.path());
        assert!(child.next(), "round {round}: the child wrote nothing");
        // In every third round another program holds the database, so that what is killed is the spill.
        let mut other = past_the_store(folder.path()).await;
        if round % 3 == 2 {
            sqlx::query("begin immediate").execute(&mut other).await.unwrap();
        }
        for _ in 0..random.usize(1..40) {
            child.next();
        }
        let acknowledged = child.kill(random.u64(0..3_000));
        other.close().await.unwrap();

        let store = station(folder.path()).await;
        let (writer, task) = LogWriter::start(store.clone()).await.unwrap();
        store.verify().await.unwrap().unwrap();
        let kept = told(&store).await;
        assert!(kept >= acknowledged.max(before), "round {round}: {kept} kept, {acknowledged} acknowledged");
        let entries = store.entries(0, 10_000).await.unwrap();
        let records = entries.iter().map(|sealed| &sealed.entry.record).filter(|record| !is_remark(record));
        assert!(records.eq(history[..kept].iter().map(|(_, record)| record)), "round {round}");
        before = kept;
        drop(writer);
        task.await.unwrap();
        store.close().await;
    }
    assert!(before > 0);
}
