//! What was recorded: which file holds a moment, and a stretch of it to listen to.
//!
//! Files are named by the millisecond in which their output was opened ([`super::record`]), so a moment is found to within what an
//! output buffers.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use hound::{WavReader, WavWriter};

/// The longest stretch that is cut out at once.
pub const EXCERPT_MAX: Duration = Duration::from_secs(60);

/// Names looked at in a folder of recordings; what lies beyond is not found.
const FILES_MAX: usize = 100_000;

/// A place in a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedAt {
    /// The file.
    pub path: PathBuf,
    /// From the beginning of the file.
    pub offset: Duration,
    /// What the file still holds from there on.
    pub left: Duration,
}

/// Where the programme of `at` was recorded in `folder`; none if no file there holds it.
///
/// # Errors
/// The folder cannot be read.
pub fn find(folder: &Path, at: DateTime<Utc>) -> io::Result<Option<RecordedAt>> {
    let mut files: Vec<(DateTime<Utc>, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(folder)?.take(FILES_MAX) {
        let path = entry?.path();
        let start = path.file_name().and_then(|name| begun(name.to_str()?));
        files.extend(start.filter(|start| *start <= at).map(|start| (start, path)));
    }
    files.sort();
    // The latest that had begun, or one before it if that one was closed again at once.
    for (start, path) in files.into_iter().rev().take(3) {
        let Ok(offset) = (at - start).to_std() else { continue };
        let Ok(length) = length_of(&path) else { continue };
        if let Some(left) = length.checked_sub(offset).filter(|left| !left.is_zero()) {
            return Ok(Some(RecordedAt { path, offset, left }));
        }
    }
    Ok(None)
}

/// A stretch of a recording as a WAV file of its own; at most [`EXCERPT_MAX`], less if the recording ends.
///
/// # Errors
/// The file cannot be read.
pub fn excerpt(at: &RecordedAt, length: Duration) -> Result<Vec<u8>, hound::Error> {
    let mut reader = WavReader::open(&at.path)?;
    let spec = reader.spec();
    let frames = |time: Duration| (time.as_secs_f64() * f64::from(spec.sample_rate)) as u32;
    reader.seek(frames(at.offset))?;
    let samples = frames(length.min(EXCERPT_MAX)) as usize * usize::from(spec.channels);
    let mut bytes = Vec::with_capacity(44 + samples * 2);
    let mut writer = WavWriter::new(io::Cursor::new(&mut bytes), spec)?;
    for sample in reader.samples::<i16>().take(samples) {
        writer.write_sample(sample?)?;
    }
    writer.finalize()?;
    Ok(bytes)
}

/// The name of the `number`th recording (from 1) begun in this millisecond: `2026-11-24T22-00-00.125Z.wav`, then `…Z-2.wav`.
#[must_use]
pub fn name_of(begun: DateTime<Utc>, number: u32) -> String {
    let begun = begun.format("%Y-%m-%dT%H-%M-%S%.3fZ");
    if number == 1 { format!("{begun}.wav") } else { format!("{begun}-{number}.wav") }
}

/// When a recording of this name was begun; none if it is not the name of one. Names to the second are understood too.
#[must_use]
pub fn begun(name: &str) -> Option<DateTime<Utc>> {
    let (time, _) = name.strip_suffix(".wav")?.split_once('Z')?;
    NaiveDateTime::parse_from_str(time, "%Y-%m-%dT%H-%M-%S%.f").ok().map(|begun| begun.and_utc())
}

fn length_of(path: &Path) -> Result<Duration, hound::Error> {
    let reader = WavReader::open(path)?;
    let rate = u64::from(reader.spec().sample_rate).max(1);
    let frames = u64::from(reader.duration());
    let length = TimeDelta::microseconds(i64::try_from(frames * 1_000_000 / rate).unwrap_or(i64::MAX));
    Ok(length.to_std().unwrap_or_default())
}
