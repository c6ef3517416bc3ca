//! The station's way to the log: never blocked for long, never losing a record.
//!
//! One task owns the writing. What the database does not take goes to the spill file, and everything after it too, so that
//! the order stays; the database is tried again with growing pauses, and what was spilled goes into the chain first.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::append::{append, journal};
use super::chain::{ChainHash, Sealed};
use super::error::{Failure, Refused, StoreError};
use super::ledger::sweep;
use super::open::{Store, meta, set_meta};
use super::queue::take;
use super::spill::{Job, Kept, SPILL_REFUSED_NAME, Spill, Spilled};
use crate::domain::log::{Incident, PartId, Record};

/// Requests that wait for the writer. The caller of a further one waits; each is answered within the time a locked database
/// is waited for, and the caller is never the audio.
const REQUESTS_MAX: usize = 256;

/// The first pause before the database is tried again; doubled each time.
const RETRY_MIN: Duration = Duration::from_millis(500);
/// The longest pause.
const RETRY_MAX: Duration = Duration::from_secs(30);

/// Jobs that go into the chain in one transaction when the spill is drained.
const DRAIN_JOBS: usize = 256;

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
        let mut task = Task { store, spill, state, drained, spilled: 0, error: None, pause: RETRY_MIN, retry: None };
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
const DRAINED: &str = "spill_drained";

struct Task {
    store: Store,
    spill: Spill,
    state: watch::Sender<WriterState>,
    /// The last spilled line that is in the database.
    drained: ChainHash,
    /// Records spilled since the database was last well.
    spilled: u64,
    error: Option<String>,
    pause: Duration,
    /// When the database is tried again.
    retry: Option<Instant>,
}

impl Task {
    async fn run(mut self, mut requests: mpsc::Receiver<(Job, Answer)>) {
        loop {
            let retry = self.retry;
            let due = async {
                match retry {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
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
        } else if self.retry.is_some_and(|at| at <= Instant::now()) {
            // Requests in close succession must not keep the retry from its turn.
            self.try_again().await;
            if self.spill.is_empty() {
                return Box::pin(self.take_on(job)).await;
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

    fn outage(&mut self, error: &StoreError) {
        tracing::error!(%error, "the log goes to the spill file");
        let cause = std::error::Error::source(error).map(|source| format!(": {source}"));
        self.error = Some(format!("{error}{}", cause.unwrap_or_default()));
        self.retry = Some(Instant::now() + self.pause);
        self.pause = (self.pause * 2).min(RETRY_MAX);
    }

    async fn try_again(&mut self) {
        let drained = match self.spill.on_file() {
            Ok(lines) => {
                let done = lines.iter().position(|line| line.hash == self.drained).map_or(0, |last| last + 1);
                let lines = lines.into_iter().skip(done).collect();
                self.drain_lines(lines, self.spill.in_memory()).await
            }
            Err(error) => Err(error),
        };
        match drained {
            Ok(()) => self.well(),
            Err(error) => self.outage(&error),
        }
        self.tell();
    }

    /// Everything is in the chain.
    fn well(&mut self) {
        self.spill.clear(self.drained);
        self.spilled = 0;
        self.error = None;
        self.retry = None;
        self.pause = RETRY_MIN;
    }

    fn tell(&self) {
        let in_memory = self.spill.in_memory().iter().map(|job| job.records() as u64).sum();
        self.state.send_if_modified(|state| {
            let now = WriterState { waiting: self.spilled, in_memory, error: self.error.clone() };
            let changed = *state != now;
            *state = now;
            changed
        });
    }

    /// Brings lines of the file and what waits behind them into the chain, in order; the last transaction says so itself.
    async fn drain_lines(&mut self, lines: Vec<Spilled>, memory: Vec<Job>) -> Result<(), StoreError> {
        let mut jobs: Vec<(Job, Option<ChainHash>)> =
            lines.into_iter().map(|line| (line.job, Some(line.hash))).collect();
        jobs.extend(memory.into_iter().map(|job| (job, None)));
        if let Some(told) = self.incident(&jobs) {
            jobs.push((told, None));
        }
        let mut from = 0;
        while from < jobs.len() {
            // What waits in memory has no line to be known by, so it goes in one piece with the last lines: a crash can then
            // neither lose the place nor repeat it.
            let on_file = jobs.iter().filter(|(_, hash)| hash.is_some()).count();
            let to = if from + DRAIN_JOBS >= on_file { jobs.len() } else { from + DRAIN_JOBS };
            let Some(piece) = jobs.get(from..to) else { break };
            let last = piece.iter().rev().find_map(|(_, hash)| *hash);
            let batch: Vec<Job> = piece.iter().map(|(job, _)| job.clone()).collect();
            match self.store.perform(&batch, last).await {
                Ok(()) => {}
                Err(StoreError::Refused(_)) => self.one_by_one(piece).await?,
                Err(error) => return Err(error),
            }
            self.drained = last.unwrap_or(self.drained);
            from = to;
        }
        Ok(())
    }

    /// Something in the piece is not taken for its content. Everything else is; that one goes into a file of its own.
    async fn one_by_one(&mut self, piece: &[(Job, Option<ChainHash>)]) -> Result<(), StoreError> {
        for (job, hash) in piece {
            match self.store.perform(std::slice::from_ref(job), *hash).await {
                Ok(()) => {}
                Err(StoreError::Refused(refused)) => {
                    tracing::error!(error = %refused, "the log refuses what was spilled; it is kept in {SPILL_REFUSED_NAME}");
                    set_aside(self.store.folder(), job, &refused)?;
                    self.store.perform(&[], *hash).await?;
                }
                Err(error) => return Err(error),
            }
            match hash {
                Some(hash) => self.drained = *hash,
                // Done, so the next try must not do it again.
                None => self.spill.first_is_done(),
            }
        }
        Ok(())
    }

    /// The record that says what happened, at the time of the last record spilled.
    fn incident(&self, jobs: &[(Job, Option<ChainHash>)]) -> Option<Job> {
        let at = jobs.iter().rev().find_map(|(job, _)| match job {
            Job::Append { at, .. } => Some(*at),
            Job::Journal { .. } | Job::Swept { .. } | Job::Take { .. } => None,
        })?;
        let error = self.error.clone().unwrap_or_default();
        let incident = Incident::LogSpilled { records: self.spilled, error };
        Some(Job::Append { at, records: vec![Record::Incident(incident)] })
    }
}

fn set_aside(folder: &Path, job: &Job, refused: &Refused) -> Result<(), StoreError> {
    use std::io::Write as _;
    let path = folder.join(SPILL_REFUSED_NAME);
    let line = serde_json::json!({ "refused": refused.to_string(), "job": job });
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| writeln!(file, "{line}").and_then(|()| file.sync_data()))
        .map_err(|source| StoreError::File { doing: "write", path, source })
}

impl Store {
    /// Does jobs in one transaction, and notes with them the last spilled line that they come from.
    pub(super) async fn perform(&self, jobs: &[Job], drained: Option<ChainHash>) -> Result<(), StoreError> {
        let doing = "write the log";
        let mut transaction = self.write(doing).await?;
        let mut last = None;
        for job in jobs {
            let sealed =
                self.perform_one(&mut transaction, job).await.map_err(|failure| failure.at(self.path(), doing))?;
            last = sealed.or(last);
        }
        if let Some(hash) = drained {
            set_meta(&mut transaction, DRAINED, &hash.to_string()).await.map_err(self.failed(doing))?;
        }
        transaction.commit().await.map_err(self.failed(doing))?;
        self.mark_end(last.as_slice());
        Ok(())
    }

    async fn perform_one(&self, connection: &mut SqliteConnection, job: &Job) -> Result<Option<Sealed>, Failure> {
        match job {
            Job::Append { at, records } => Ok(append(connection, self.terms(), records, *at).await?.pop()),
            Job::Journal { part, frames, start } => {
                journal(connection, *part, *frames, *start).await?;
                Ok(None)
            }
            Job::Swept { to } => {
                sweep(connection, *to).await?;
                Ok(None)
            }
            Job::Take { entry } => {
                take(connection, *entry).await?;
                Ok(None)
            }
        }
    }
}
