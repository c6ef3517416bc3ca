//! What the database refuses for a while, kept in a file of lines.
//!
//! Each line is `PREV HASH JOB\n`: two hashes in hexadecimal and a job as JSON, `HASH = BLAKE3(PREV || JOB)`, `PREV` the hash
//! of the line before. A line torn by a power cut does not fit and ends the file; so does what is left of an older spill
//! behind a newer one. The hash of the last line that reached the database is kept there, in the same transaction, so no
//! line goes into the chain twice however often draining is interrupted.
//!
//! Room for some 200 records is written ahead, so that a full disk does not refuse the file as well.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::chain::ChainHash;
use super::error::StoreError;
use crate::domain::log::{PartId, Record};

/// Name of the spill file in the data folder.
pub const SPILL_NAME: &str = "spill.jsonl";

/// Name of the file that takes what the log refused for its content when the spill was drained: never lost, to be looked at.
pub const SPILL_REFUSED_NAME: &str = "spill.refused.jsonl";

/// Bytes written ahead.
const ROOM_BYTES: u64 = 256 * 1024;

/// The largest spill file that is read back: some 60,000 records, months of a station without its database.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The most records that wait in memory because the spill file takes none either; further ones are refused.
const MEMORY_RECORDS_MAX: usize = 4_096;

/// What the station asks of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub(super) enum Job {
    /// Append records.
    Append { at: DateTime<Utc>, records: Vec<Record> },
    /// Note the progress of a stretch.
    Journal { part: PartId, frames: u64, start: DateTime<Utc> },
    /// Note the sweep.
    Swept { to: DateTime<Utc> },
    /// A queue entry was aired.
    Take { entry: u32 },
}

impl Job {
    pub(super) fn records(&self) -> usize {
        match self {
            Self::Append { records, .. } => records.len(),
            Self::Journal { .. } | Self::Swept { .. } | Self::Take { .. } => 0,
        }
    }
}

/// A job on file, and the hash of its line.
#[derive(Debug, Clone)]
pub(super) struct Spilled {
    pub(super) job: Job,
    pub(super) hash: ChainHash,
}

/// The spill file and what waits in memory behind it.
#[derive(Debug)]
pub(super) struct Spill {
    path: PathBuf,
    file: File,
    /// Hash of the last line, on which the next rests.
    last: ChainHash,
    /// Length of the lines that are good.
    bytes: u64,
    lines: u64,
    memory: VecDeque<Job>,
    memory_records: usize,
}

/// Where a job was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    OnFile,
    InMemory,
}

impl Spill {
    /// Opens the spill file of a folder; lines up to and with `drained` are in the database.
    pub(super) fn open(folder: &Path, drained: ChainHash) -> Result<(Self, Vec<Spilled>), StoreError> {
        let path = folder.join(SPILL_NAME);
        let failed = |doing: &'static str| {
            let path = path.clone();
            move |source| StoreError::File { doing, path, source }
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed("open"))?;
        let mut bytes = Vec::new();
        (&mut file).take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(failed("read"))?;
        let (lines, good) = read_lines(&bytes);
        let length = bytes.len() as u64;
        let spill = Self {
            last: lines.last().map_or(drained, |line| line.hash),
            bytes: good,
            lines: lines.len() as u64,
            memory: VecDeque::new(),
            memory_records: 0,
            path: path.clone(),
            file,
        };
        if length < ROOM_BYTES {
            // Without room ahead the file still works as long as the disk has some.
            if let Err(error) = spill.make_room(length) {
                tracing::warn!(path = %path.display(), %error, "no room could be set aside for a spill");
            }
        }
        let done = lines.iter().position(|line| line.hash == drained).map_or(0, |last| last + 1);
        Ok((spill, lines.into_iter().skip(done).collect()))
    }

    fn make_room(&self, from: u64) -> io::Result<()> {
        let zeros = vec![0; usize::try_from(ROOM_BYTES - from).unwrap_or_default()];
        self.file.write_all_at(&zeros, from)?;
        self.file.sync_all()
    }

    /// Keeps a job, on file if that takes it.
    pub(super) fn push(&mut self, job: Job) -> Result<Kept, StoreError> {
        while let Some(waiting) = self.memory.front() {
            if write_line(&self.file, self.bytes, self.last, waiting).map(|line| self.advance(line)).is_err() {
                return self.remember(job);
            }
            if let Some(written) = self.memory.pop_front() {
                self.memory_records -= written.records();
            }
        }
        match write_line(&self.file, self.bytes, self.last, &job) {
            Ok(line) => {
                self.advance(line);
                Ok(Kept::OnFile)
            }
            Err(error) => {
                tracing::error!(path = %self.path.display(), %error, "the spill file takes nothing, the log is in memory only");
                self.remember(job)
            }
        }
    }

    fn advance(&mut self, (hash, length): (ChainHash, u64)) {
        self.last = hash;
        self.bytes += length;
        self.lines += 1;
    }

    fn remember(&mut self, job: Job) -> Result<Kept, StoreError> {
        match &job {
            // The last note of a stretch says all that the ones before it said.
            Job::Journal { part, .. } => {
                self.memory.retain(|known| !matches!(known, Job::Journal { part: known, .. } if known == part));
            }
            Job::Swept { .. } => self.memory.retain(|known| !matches!(known, Job::Swept { .. })),
            Job::Append { .. } | Job::Take { .. } => {}
        }
        if self.memory_records + job.records() > MEMORY_RECORDS_MAX || self.memory.len() >= MEMORY_RECORDS_MAX {
            return Err(StoreError::SpillFull { records: self.memory_records });
        }
        self.memory_records += job.records();
        self.memory.push_back(job);
        Ok(Kept::InMemory)
    }

    /// From now on the file takes nothing, as on a disk that went read-only.
    #[cfg(test)]
    pub(super) fn make_read_only(&mut self) {
        self.file = File::open(&self.path).unwrap();
    }

    /// And takes everything again.
    #[cfg(test)]
    pub(super) fn make_writable(&mut self) {
        self.file = OpenOptions::new().read(true).write(true).open(&self.path).unwrap();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines == 0 && self.memory.is_empty()
    }

    /// The jobs on file, read back from it.
    pub(super) fn on_file(&self) -> Result<Vec<Spilled>, StoreError> {
        let mut bytes = vec![0; usize::try_from(self.bytes).unwrap_or(usize::MAX)];
        self.file.read_exact_at(&mut bytes, 0).map_err(|source| StoreError::File {
            doing: "read",
            path: self.path.clone(),
            source,
        })?;
        Ok(read_lines(&bytes).0)
    }

    /// The jobs in memory, which come after those on file.
    pub(super) fn in_memory(&self) -> Vec<Job> {
        self.memory.iter().cloned().collect()
    }

    /// The first job in memory is in the database.
    pub(super) fn first_is_done(&mut self) {
        if let Some(done) = self.memory.pop_front() {
            self.memory_records -= done.records();
        }
    }

    /// Everything is in the database, the last line on file as `drained`.
    pub(super) fn clear(&mut self, drained: ChainHash) {
        self.memory.clear();
        self.memory_records = 0;
        self.last = drained;
        self.bytes = 0;
        self.lines = 0;
        // The lines are known by their hashes to be done; this only spares the next opening from reading them.
        let emptied = self
            .file
            .set_len(ROOM_BYTES)
            .and_then(|()| self.file.write_all_at(&[0; 4_096], 0))
            .and_then(|()| self.file.sync_data());
        if let Err(error) = emptied {
            tracing::warn!(path = %self.path.display(), %error, "the spill file was not emptied; it will be skipped");
        }
    }
}

fn line_hash(prev: ChainHash, job: &str) -> ChainHash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&prev.0);
    hasher.update(job.as_bytes());
    ChainHash(*hasher.finalize().as_bytes())
}

/// Writes one line at `offset`, safe on the disk when it returns.
fn write_line(file: &File, offset: u64, prev: ChainHash, job: &Job) -> io::Result<(ChainHash, u64)> {
    let job = serde_json::to_string(job)?;
    let hash = line_hash(prev, &job);
    let line = format!("{prev} {hash} {job}\n");
    file.write_all_at(line.as_bytes(), offset)?;
    file.sync_data()?;
    Ok((hash, line.len() as u64))
}

/// The lines that fit one after the other, and their length.
fn read_lines(bytes: &[u8]) -> (Vec<Spilled>, u64) {
    let mut lines: Vec<Spilled> = Vec::new();
    let mut good = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some(spilled) = read_line(line, lines.last().map(|line| line.hash)) else { break };
        good += line.len() as u64;
        lines.push(spilled);
    }
    (lines, good)
}

fn read_line(line: &[u8], before: Option<ChainHash>) -> Option<Spilled> {
    let line = str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (prev, rest) = line.split_once(' ')?;
    let (hash, text) = rest.split_once(' ')?;
    let prev: ChainHash = prev.parse().ok()?;
    let hash: ChainHash = hash.parse().ok()?;
    let follows = before.is_none_or(|before| before == prev);
    if !follows || line_hash(prev, text) != hash {
        return None;
    }
    Some(Spilled { job: serde_json::from_str(text).ok()?, hash })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(entry: u32) -> Job {
        Job::Take { entry }
    }

    fn entries(lines: &[Spilled]) -> Vec<u32> {
        lines.iter().filter_map(|line| if let Job::Take { entry } = line.job { Some(entry) } else { None }).collect()
    }

    const NOTHING: ChainHash = ChainHash([0; 32]);

    #[test]
    fn a_file_cut_at_any_byte_keeps_its_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        let (mut spill, _) = Spill::open(folder.path(), NOTHING).unwrap();
        for entry in 1..=4 {
            assert_eq!(spill.push(job(entry)).unwrap(), Kept::OnFile);
        }
        let length = usize::try_from(spill.bytes).unwrap();
        let bytes = std::fs::read(&spill.path).unwrap()[..length].to_vec();
        for cut in 0..=length {
            let whole = bytes[..cut].iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(read_lines(&bytes[..cut]).0.len(), whole, "cut at {cut}");
            // The rest of the sector holds what was there before.
            let mut zeros = bytes.clone();
            zeros[cut..].fill(0);
            assert_eq!(read_lines(&zeros).0.len(), whole, "zeros from {cut}");
        }
    }

    #[test]
    fn lines_that_are_in_the_database_are_skipped_and_a_new_spill_hides_an_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let (mut spill, _) = Spill::open(folder.path(), NOTHING).unwrap();
        for entry in 1..=4 {
            spill.push(job(entry)).unwrap();
        }
        let lines = spill.on_file().unwrap();
        let (_, left) = Spill::open(folder.path(), lines[1].hash).unwrap();
        assert_eq!(entries(&left), [3, 4]);
        let old = std::fs::read(&spill.path).unwrap();
        spill.clear(lines[3].hash);
        let (_, left) = Spill::open(folder.path(), lines[3].hash).unwrap();
        assert!(left.is_empty());

        // Emptying did not reach the disk, and a new line of the same length was written over the first old one.
        std::fs::write(&spill.path, old).unwrap();
        spill.push(job(5)).unwrap();
        let (_, left) = Spill::open(folder.path(), lines[3].hash).unwrap();
        assert_eq!(entries(&left), [5]);
    }

    #[test]
    fn memory_takes_what_the_file_does_not_until_it_is_full_and_goes_first_when_it_does() {
        let folder = tempfile::tempdir().unwrap();
        let (mut spill, _) = Spill::open(folder.path(), NOTHING).unwrap();
        spill.push(job(1)).unwrap();
        spill.make_read_only();
        for entry in 2..2 + MEMORY_RECORDS_MAX as u32 {
            assert_eq!(spill.push(job(entry)).unwrap(), Kept::InMemory);
        }
        assert!(matches!(spill.push(job(0)), Err(StoreError::SpillFull { .. })));
        spill.memory.truncate(2);
        spill.make_writable();
        assert_eq!(spill.push(job(9)).unwrap(), Kept::OnFile);
        assert_eq!(entries(&spill.on_file().unwrap()), [1, 2, 3, 9]);
    }
}
