//! The station's way to the log: never blocked for long, never losing a record.
//!
//! One task owns the writing. What the database does not take goes to the spill file, and everything after it too, so that
//! the order stays; the database is tried again with growing pauses, and what was spilled goes into the chain first.

use std::pin::Pin;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Sleep, sleep};

use super::chain::ChainHash;
use super::error::StoreError;
use super::open::{Store, meta};
use super::spill::{Job, Kept, Spill};
use crate::domain::log::{PartId, Record};

/// Requests that wait for the writer. The caller of a further one waits; each is answered within the time a locked database
/// is waited for, and the caller is never the audio.
const REQUESTS_MAX: usize = 256;

/// The first pause before the database is tried again; doubled each time.
pub(super) const RETRY_MIN: Duration = Duration::from_millis(500);
/// The longest pause.
const RETRY_MAX: Duration = Duration::from_secs(30);

/// Where a record is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On the disk, in the chain.
    Database,
    /// On the disk, in the spill file; on its way into the chain.
    Spill,
    /// In memory: gone with a power cut. An alarm is due.
    MemoryOnly,
}

/// How the writer stands, for the alarm.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WriterState {
    /// Records not yet in the chain; 0 when all is well.
    pub waiting: u64,
    /// How many of them are in memory only.
    pub in_memory: u64,
    /// What the database said last; none when all is well.
    pub error: Option<String>,
}

type Answer = oneshot::Sender<Result<Durability, StoreError>>;

/// The station's handle to its log. Clones write through the same task.
#[derive(Debug, Clone)]
pub struct LogWriter {
    requests: mpsc::Sender<(Job, Answer)>,
    state: watch::Receiver<WriterState>,
}

impl LogWriter {
    /// Brings what the last run spilled into the chain, then starts the task. It ends when all handles are dropped, after
    /// one more try to drain; what is left then stays in the spill file.
    ///
    /// Call it before [`Store::ledger`]: what was spilled is part of what the station has to know.
    ///
    /// # Errors
    /// When the spill cannot be drained: a station that does not know what it aired must not go on air.
    pub async fn start(store: Store) -> Result<(Self, JoinHandle<()>), StoreError> {
        let doing = "read what was spilled";
        let drained = {
            let mut connection = store.read(doing).await?;
            let hash = meta(&mut connection, DRAINED).await.map_err(store.failed(doing))?;
            hash.and_then(|hash| hash.parse().ok()).unwrap_or(ChainHash([0; 32]))
        };
        let (spill, left) = Spill::open(store.folder(), drained)?;
        let (state, watched) = watch::channel(WriterState::default());
        let mut task = Task::new(store, spill, state, drained);
        if !left.is_empty() {
            task.spilled = left.iter().map(|line| line.job.records() as u64).sum();
            task.error = Some("the last run ended before the database took them".to_owned());
            task.drain_lines(left, Vec::new()).await?;
        }
        task.well();
        let (requests, waiting) = mpsc::channel(REQUESTS_MAX);
        let running = tokio::spawn(task.run(waiting));
        Ok((Self { requests, state: watched }, running))
    }

    /// Appends records in one transaction and says where they are safe.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when a record contradicts the log (not seen while the database is out of reach);
    /// [`StoreError::SpillFull`]; [`StoreError::WriterGone`].
    pub async fn append(&self, records: Vec<Record>, at: DateTime<Utc>) -> Result<Durability, StoreError> {
        self.ask(Job::Append { at, records }).await
    }

    /// Notes how far a stretch has come, see [`Store::journal`].
    ///
    /// # Errors
    /// As [`LogWriter::append`].
    pub async fn journal(&self, part: PartId, frames: u64, start: DateTime<Utc>) -> Result<Durability, StoreError> {
        self.ask(Job::Journal { part, frames, start }).await
    }

    /// Notes the time up to which every occurrence is closed, after the records handed over before.
    ///
    /// # Errors
    /// As [`LogWriter::append`].
    pub async fn set_swept_to(&self, to: DateTime<Utc>) -> Result<Durability, StoreError> {
        self.ask(Job::Swept { to }).await
    }

    /// Takes a queue entry that was aired, after the records handed over before.
    ///
    /// # Errors
    /// As [`LogWriter::append`].
    pub async fn take_from_queue(&self, entry: u32) -> Result<Durability, StoreError> {
        self.ask(Job::Take { entry }).await
    }

    /// How the writer stands now, and each time that changes.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<WriterState> {
        self.state.clone()
    }

    async fn ask(&self, job: Job) -> Result<Durability, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.requests.send((job, answer)).await.map_err(|_| StoreError::WriterGone)?;
        answered.await.map_err(|_| StoreError::WriterGone)?
    }
}

/// Name of the hash of the last spilled line that is in the database.
pub(super) const DRAINED: &str = "spill_drained";

pub(super) struct Task {
    pub(super) store: Store,
    pub(super) spill: Spill,
    state: watch::Sender<WriterState>,
    /// The last spilled line that is in the database.
    pub(super) drained: ChainHash,
    /// Records spilled since the database was last well.
    pub(super) spilled: u64,
    pub(super) error: Option<String>,
    pub(super) pause: Duration,
    /// When the database is tried again.
    pub(super) retry: Option<Pin<Box<Sleep>>>,
}

impl Task {
    fn new(store: Store, spill: Spill, state: watch::Sender<WriterState>, drained: ChainHash) -> Self {
        Self { store, spill, state, drained, spilled: 0, error: None, pause: RETRY_MIN, retry: None }
    }

    async fn run(mut self, mut requests: mpsc::Receiver<(Job, Answer)>) {
        loop {
            let due = async {
                match &mut self.retry {
                    Some(pause) => pause.await,
                    None => std::future::pending().await,
                }
            };
            // Fair, so requests in close succession do not keep the retry from its turn.
            tokio::select! {
                request = requests.recv() => match request {
                    Some((job, answer)) => {
                        // A caller that no longer waits is told nothing; the job is done all the same.
                        let _ = answer.send(self.take_on(job).await);
                    }
                    None => break,
                },
                () = due => self.try_again().await,
            }
        }
        if !self.spill.is_empty() {
            self.try_again().await;
        }
    }

    async fn take_on(&mut self, job: Job) -> Result<Durability, StoreError> {
        if self.spill.is_empty() {
            match self.store.perform(std::slice::from_ref(&job), None).await {
                Ok(()) => return Ok(Durability::Database),
                Err(error) if error.is_outage() => self.outage(&error),
                Err(refused) => return Err(refused),
            }
        }
        let records = job.records() as u64;
        let kept = self.spill.push(job);
        self.spilled += if kept.is_ok() { records } else { 0 };
        self.tell();
        match kept? {
            Kept::OnFile => Ok(Durability::Spill),
            Kept::InMemory => Ok(Durability::MemoryOnly),
        }
    }

    pub(super) fn outage(&mut self, error: &StoreError) {
        tracing::error!(%error, "the log goes to the spill file");
        let cause = std::error::Error::source(error).map(|source| format!(": {source}"));
        self.error = Some(format!("{error}{}", cause.unwrap_or_default()));
        self.retry = Some(Box::pin(sleep(self.pause)));
        self.pause = (self.pause * 2).min(RETRY_MAX);
    }

    pub(super) fn tell(&self) {
        let in_memory = self.spill.in_memory().iter().map(|job| job.records() as u64).sum();
        self.state.send_if_modified(|state| {
            let now = WriterState { waiting: self.spilled, in_memory, error: self.error.clone() };
            let changed = *state != now;
            *state = now;
            changed
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::airing::CountedFrom;
    use crate::domain::log::Incident;
    use crate::store::{OpenAs, Settings};

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn job(number: usize) -> Job {
        let by = format!("{number} {}", "x".repeat(2_000));
        Job::Append { at: AT, records: vec![Record::Incident(Incident::Stopped { by })] }
    }

    async fn task(folder: &std::path::Path) -> Task {
        let settings = Settings { zone: chrono_tz::Tz::UTC, counted_from: CountedFrom(0.9) };
        let store = Store::open(folder, OpenAs::Station, settings).await.unwrap();
        let nothing = ChainHash([0; 32]);
        let (spill, _) = Spill::open(folder, nothing).unwrap();
        Task::new(store, spill, watch::channel(WriterState::default()).0, nothing)
    }

    /// What SQLite meets on a full disk: not one more page.
    async fn pages(store: &Store, more: i64) {
        let mut transaction = store.write("test").await.unwrap();
        let now: i64 = sqlx::query_scalar("pragma page_count").fetch_one(&mut *transaction).await.unwrap();
        let limit = sqlx::AssertSqlSafe(format!("pragma max_page_count = {}", now + more));
        sqlx::query(limit).execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }

    async fn told(store: &Store) -> Vec<usize> {
        let sealed = store.entries(0, 10_000).await.unwrap();
        let number = |record: &Record| match record {
            Record::Incident(Incident::Stopped { by }) => by.split(' ').next()?.parse().ok(),
            _ => None,
        };
        sealed.iter().filter_map(|sealed| number(&sealed.entry.record)).collect()
    }

    #[tokio::test]
    async fn a_full_disk_delays_the_chain_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut task = task(folder.path()).await;
        pages(&task.store, 0).await;
        let mut kept = Vec::new();
        for number in 0..40 {
            kept.push(task.take_on(job(number)).await.unwrap());
        }
        assert!(
            kept.is_sorted_by_key(|kept| *kept != Durability::Database),
            "once spilled, all that follows is: {kept:?}"
        );
        assert_eq!(kept.last(), Some(&Durability::Spill));
        let error = task.error.clone().unwrap();
        assert!(error.contains("is full; make room"), "{error}");
        let first = told(&task.store).await.len();

        // Still full: nothing is lost, nothing is told twice.
        task.try_again().await;
        task.try_again().await;
        assert_eq!(told(&task.store).await.len(), first);

        // The spill file takes no more either.
        task.spill.make_read_only();
        assert_eq!(task.take_on(job(40)).await.unwrap(), Durability::MemoryOnly);
        assert_eq!(task.state.borrow().in_memory, 1);
        task.spill.make_writable();

        pages(&task.store, 10_000).await;
        task.try_again().await;
        assert_eq!(*task.state.borrow(), WriterState::default());
        assert_eq!(told(&task.store).await, (0..=40).collect::<Vec<_>>());
        let verified = task.store.verify().await.unwrap().unwrap();
        assert_eq!(verified.entries, 42, "and one remark that it was spilled");
        assert_eq!(task.take_on(job(41)).await.unwrap(), Durability::Database);
    }

    #[tokio::test]
    async fn a_spill_larger_than_one_transaction_is_drained_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut task = task(folder.path()).await;
        pages(&task.store, 0).await;
        for number in 0..700 {
            task.take_on(job(number)).await.unwrap();
        }
        // Room for some of it, then for all.
        pages(&task.store, 300).await;
        task.try_again().await;
        let some = told(&task.store).await.len();
        assert!((1..700).contains(&some), "{some}");
        assert!(task.error.is_some());
        pages(&task.store, 10_000).await;
        task.try_again().await;
        assert_eq!(told(&task.store).await, (0..700).collect::<Vec<_>>());
        task.store.verify().await.unwrap().unwrap();
    }
}
