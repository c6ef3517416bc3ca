//! Bringing what was spilled into the chain.

use std::path::Path;

use sqlx::SqliteConnection;

use super::append::{append, journal};
use super::chain::{ChainHash, Sealed};
use super::error::{Failure, Refused, StoreError};
use super::ledger::sweep;
use super::open::{Store, set_meta};
use super::queue::take;
use super::spill::{Job, SPILL_REFUSED_NAME, Spilled};
use super::writer::{DRAINED, RETRY_MIN, Task};
use crate::domain::log::{Incident, Record};

/// Jobs that go into the chain in one transaction.
const DRAIN_JOBS: usize = 256;

impl Task {
    /// Tries the database again: everything that waits goes in, or as much as it takes.
    pub(super) async fn try_again(&mut self) {
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
    pub(super) fn well(&mut self) {
        self.spill.clear(self.drained);
        self.spilled = 0;
        self.error = None;
        self.retry = None;
        self.pause = RETRY_MIN;
    }

    /// Brings lines of the file and what waits behind them into the chain, in order; the last transaction says so itself.
    pub(super) async fn drain_lines(&mut self, lines: Vec<Spilled>, memory: Vec<Job>) -> Result<(), StoreError> {
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
