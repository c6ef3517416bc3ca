//! The guard of a recording: does the file grow while something is sent out, and is the loudest moment of late really in it?
//!
//! It has a thread of its own, because a disk that hangs hangs the writer. What it finds is news within two looks.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::RecorderSettings;
use super::state::{Loudest, Progress, RecorderState};
use crate::audio::decode::Decoder;
use crate::audio::frames::{CHANNELS, to_pcm};
use crate::audio::tee::TeeCount;
use crate::domain::alarm::RecordingFault;

/// What is quieter than this is not looked for: -60 dB of full scale, 1 to 32,768.
const QUIET: u16 = 33;

/// Read back below this part of what it was, a moment is silent rather than damaged.
const SILENT_PART: u16 = 16;

/// See the module.
pub(super) struct Guard {
    state: RecorderState,
    progress: Progress,
    count: TeeCount,
    rate_hz: u32,
    every: Duration,
    seen: Seen,
}

/// What the last look saw.
#[derive(Debug, Default)]
struct Seen {
    offered: u64,
    lost: u64,
    file: Option<(PathBuf, u64)>,
}

impl Guard {
    pub(super) fn new(settings: &RecorderSettings, progress: Progress, count: TeeCount, rate_hz: u32) -> Self {
        let (state, every) = (settings.state.clone(), settings.check_every);
        Self { state, progress, count, rate_hz, every, seen: Seen::default() }
    }

    /// Until `over` is set.
    pub(super) fn run(mut self, over: &AtomicBool) {
        loop {
            std::thread::park_timeout(self.every);
            // Woken for nothing, it looks once more often: that does no harm.
            if over.load(Ordering::Acquire) {
                return;
            }
            self.look();
        }
    }

    fn look(&mut self) {
        let (offered, lost) = (self.count.offered(), self.count.lost());
        let written = self.progress.take();
        let file = written.path.and_then(|path| Some((std::fs::metadata(&path).ok()?.len(), path)));
        let file = file.map(|(bytes, path)| (path, bytes));
        let sent = offered.saturating_sub(self.seen.offered);
        let missing = lost.saturating_sub(self.seen.lost);
        let grew = match (&self.seen.file, &file) {
            (Some((before, bytes)), Some((path, now))) => before != path || now > bytes,
            (_, Some(_)) => true,
            (_, None) => false,
        };
        // A second of sound is more than what the encoder may hold back.
        let fault = if missing > 0 {
            Some(RecordingFault::Lost { milliseconds: missing * 1_000 / u64::from(self.rate_hz.max(1)) })
        } else if sent > u64::from(self.rate_hz) && !grew {
            Some(RecordingFault::NotGrowing)
        } else {
            written.loudest.as_ref().filter(|loudest| loudest.magnitude() >= QUIET).and_then(found_wrong)
        };
        self.seen = Seen { offered, lost, file };
        // What could not be written was told by the writer, who tells more; it is over when a file grows again.
        if fault != Some(RecordingFault::NotGrowing)
            || !matches!(self.state.fault(), Some(RecordingFault::Unwritable { .. }))
        {
            self.state.set(fault);
        }
    }
}

/// What is wrong with a moment as the file gives it back; none if it is what was sent out.
fn found_wrong(loudest: &Loudest) -> Option<RecordingFault> {
    match read_back(loudest) {
        Ok(samples) if samples == loudest.samples => None,
        Ok(samples) => {
            let read = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
            let path = loudest.path.display();
            Some(if read < loudest.magnitude() / SILENT_PART {
                RecordingFault::Silent
            } else {
                RecordingFault::Damaged { error: format!("{path}: frame {} is not what was sent out", loudest.frame) }
            })
        }
        Err(error) => Some(RecordingFault::Damaged { error }),
    }
}

fn read_back(loudest: &Loudest) -> Result<[i16; 2], String> {
    let mut decoder = Decoder::open(&loudest.path).map_err(|error| error.to_string())?;
    decoder.seek(loudest.frame).map_err(|error| error.to_string())?;
    let block = decoder.next_block().map_err(|error| error.to_string())?;
    match block.map(|block| block.samples) {
        Some(samples) if samples.len() >= CHANNELS => Ok([to_pcm(samples[0]), to_pcm(samples[1])]),
        _ => Err(format!("{}: it ends before frame {}", loudest.path.display(), loudest.frame)),
    }
}
