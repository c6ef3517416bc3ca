//! What was recorded: which files hold a stretch of time, and its sound, to listen to.
//!
//! Files lie in a folder for each zone and are named by the instant of their first frame ([`super::recorder`]). Those of earlier
//! versions are WAV, lie above the zones' folders and are named by the opening of their output: in them a moment is found to
//! within what an output buffers.

mod excerpt;
mod flac;

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use flac_codec::metadata::{Application, Block, Streaminfo, read_blocks};

use super::recorder::marks::Marks;
use crate::audio::decode::Decoder;
use crate::audio::frames::Nanos;
use crate::domain::log::AiringId;

pub use excerpt::Excerpt;

/// By this name the marks of a recording are known among the blocks of a FLAC file: "Loa" and a space.
pub(super) const MARKS_ID: u32 = u32::from_be_bytes(*b"Loa ");

/// By this the folder of an airing is known among those of zones.
const AIRING_PREFIX: &str = "relay.";

/// Names looked at in a folder of recordings; what lies beyond is not found.
const FILES_MAX: usize = 100_000;

/// Files before a moment that are looked into: the latest that had begun, or one before it if that one was closed at once.
const BEFORE_MAX: usize = 3;

/// Most files of one millisecond, before a recording is given up.
const NAMES_MAX: u32 = 100;

/// A file of the programme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recording {
    /// When it was begun, as its name says it: to the millisecond.
    pub begun: DateTime<Utc>,
    /// Where.
    pub path: PathBuf,
}

/// How a recording is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The programme since it is recorded by zones.
    Flac,
    /// The programme before, and the file output.
    Wav,
}

impl Form {
    const fn ending(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Wav => "wav",
        }
    }
}

/// A stretch of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The file.
    pub path: PathBuf,
    /// Its first frame, counted from the head of the file.
    pub frame: u64,
    /// How many.
    pub frames: u64,
    /// Those that the file has, from its head to its end.
    pub of: u64,
    /// Frames per second.
    pub rate_hz: u32,
}

/// Where a relay is recorded as it comes: a folder for each airing below that of all recordings, by a name that no zone can have.
#[must_use]
pub fn folder_of_airing(recordings: &Path, airing: AiringId) -> PathBuf {
    recordings.join(format!("{AIRING_PREFIX}{airing}"))
}

/// The airing that is recorded in a folder of this name; none if it is another one's.
#[must_use]
pub fn airing_in(folder: &str) -> Option<AiringId> {
    folder.strip_prefix(AIRING_PREFIX)?.parse().ok()
}

/// Every recording in `folder`, the earliest first; none if there is no such folder.
///
/// # Errors
/// The folder cannot be read.
pub fn list(folder: &Path) -> io::Result<Vec<Recording>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries.take(FILES_MAX) {
        let path = entry?.path();
        let begun = path.file_name().and_then(|name| begun(name.to_str()?));
        found.extend(begun.map(|begun| Recording { begun, path }));
    }
    found.sort();
    Ok(found)
}

/// Where what was heard from `from` until `to` was recorded in `folder`: in order, and without what was not recorded. An
/// instant leads to its very frame in files that carry marks.
///
/// # Errors
/// The folder cannot be read.
pub fn pieces(folder: &Path, from: DateTime<Utc>, to: DateTime<Utc>) -> io::Result<Vec<Piece>> {
    let files = list(folder)?;
    // A name says less than the frame: it leaves out what is below the millisecond.
    let begun = files.partition_point(|file| file.begun <= from + TimeDelta::milliseconds(1));
    let over = files.partition_point(|file| file.begun < to);
    let candidates = files.get(begun.saturating_sub(BEFORE_MAX)..over.max(begun)).unwrap_or_default();
    // A file that cannot be read holds nothing; the guard of the recorder tells of it.
    Ok(candidates.iter().filter_map(|file| Head::of(file)?.piece(file, from, to)).collect())
}

/// Makes what was found of a stretch exactly `frames` long, if that is less than a millisecond away. The log knows when a stretch
/// began and ended to the millisecond, so that [`pieces`] may miss its end by some frames; how many were sent out it knows exactly.
/// What is further away is no rounding: a part was not recorded, or a zone took no part for a while. Nothing is made up that no file
/// holds.
pub fn fit(pieces: &mut [Piece], frames: u64) {
    let found: u64 = pieces.iter().map(|piece| piece.frames).sum();
    let Some(last) = pieces.last_mut() else { return };
    if found.abs_diff(frames) > u64::from(last.rate_hz / 1_000) {
        return;
    }
    let held = last.of.saturating_sub(last.frame);
    last.frames = (last.frames + frames).saturating_sub(found).min(held);
}

/// What a file says of itself.
struct Head {
    marks: Marks,
    frames: u64,
    rate_hz: u32,
}

impl Head {
    fn of(file: &Recording) -> Option<Self> {
        let begun = Nanos::from(file.begun);
        let named = |rate_hz| Marks::new(begun, rate_hz);
        if file.path.extension().is_some_and(|ending| ending == Form::Wav.ending()) {
            let decoder = Decoder::open(&file.path).ok()?;
            let rate_hz = decoder.sample_rate();
            return Some(Self { marks: named(rate_hz), frames: decoder.frames_declared()?, rate_hz });
        }
        let (mut described, mut marks): (Option<Streaminfo>, Option<Vec<u8>>) = (None, None);
        for block in read_blocks(BufReader::new(File::open(&file.path).ok()?)) {
            match block.ok()? {
                Block::Streaminfo(found) => described = Some(found),
                Block::Application(Application { id: MARKS_ID, data }) => marks = Some(data),
                _ => {}
            }
        }
        let described = described?;
        let rate_hz = described.sample_rate;
        let marks = marks.and_then(|bytes| Marks::from_bytes(&bytes, rate_hz)).unwrap_or_else(|| named(rate_hz));
        let frames = match described.total_samples {
            Some(frames) => frames.get(),
            // Cut off before it could say anything: a few seconds at most.
            None => counted(&file.path)?,
        };
        Some(Self { marks, frames, rate_hz })
    }

    fn piece(&self, file: &Recording, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Piece> {
        let place = |at: DateTime<Utc>| self.marks.frame(at.into()).min(self.frames);
        let (frame, end) = (place(from), place(to));
        let frames = end.checked_sub(frame).filter(|frames| *frames > 0)?;
        Some(Piece { path: file.path.clone(), frame, frames, of: self.frames, rate_hz: self.rate_hz })
    }
}

/// Frames that a file really has.
fn counted(path: &Path) -> Option<u64> {
    let mut decoder = Decoder::open(path).ok()?;
    while let Ok(Some(_)) = decoder.next_block() {}
    Some(decoder.position())
}

/// The name of the `number`th recording (from 1) begun in this millisecond: `2026-11-24T22-00-00.125Z.flac`, then
/// `…Z-2.flac`.
#[must_use]
pub fn name_of(begun: DateTime<Utc>, number: u32, form: Form) -> String {
    let (begun, ending) = (begun.format("%Y-%m-%dT%H-%M-%S%.3fZ"), form.ending());
    if number == 1 { format!("{begun}.{ending}") } else { format!("{begun}-{number}.{ending}") }
}

/// When a recording of this name was begun; none if it is not the name of one. Names to the second are understood too.
#[must_use]
pub fn begun(name: &str) -> Option<DateTime<Utc>> {
    let stem = [Form::Flac, Form::Wav].iter().find_map(|form| name.strip_suffix(form.ending())?.strip_suffix('.'))?;
    let (time, _) = stem.split_once('Z')?;
    NaiveDateTime::parse_from_str(time, "%Y-%m-%dT%H-%M-%S%.f").ok().map(|begun| begun.and_utc())
}

/// A file that was not there before.
pub(super) fn fresh(folder: &Path, at: DateTime<Utc>, form: Form) -> io::Result<(PathBuf, File)> {
    for number in 1.. {
        let path = folder.join(name_of(at, number, form));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < NAMES_MAX => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
