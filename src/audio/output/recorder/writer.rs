//! The writer thread: takes what was sent out, and begins a file on each full hour.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::RecorderSettings;
use super::state::Progress;
use super::take::Take;
use crate::audio::frames::{CHANNELS, Nanos};
use crate::audio::output::Programme;
use crate::audio::tee::Tap;

/// Between two visits. What was sent out is on the disk a visit and a block later.
const VISIT: Duration = Duration::from_millis(1_000);

/// After a file that could not be written, the disk is left alone for so long.
const RETRY: Duration = Duration::from_secs(10);

/// See the module.
pub(super) struct Writer {
    settings: RecorderSettings,
    progress: Progress,
    tap: Tap,
    programme: Programme,
    take: Option<Take>,
    /// Until this monotonic time the disk is left alone.
    resting: Duration,
}

impl Writer {
    pub(super) fn new(settings: &RecorderSettings, progress: Progress, tap: Tap, programme: Programme) -> Self {
        Self { settings: settings.clone(), progress, tap, programme, take: None, resting: Duration::ZERO }
    }

    /// Until `over` is set and everything is written.
    pub(super) fn run(mut self, over: &AtomicBool) {
        let mut buffer = Vec::new();
        loop {
            // Read before the ring is emptied: nothing is pushed after it was set.
            let last = over.load(Ordering::Acquire);
            while let Some(at) = self.tap.next(&mut buffer) {
                self.tried(|writer| writer.write(&buffer, at));
            }
            self.tried(Self::settle);
            if last {
                break;
            }
            std::thread::park_timeout(VISIT);
        }
        self.tried(Self::finish);
        self.progress.writes(None);
    }

    /// Does a step unless the disk rests; a failure ends the file, and is told.
    fn tried(&mut self, step: impl FnOnce(&mut Self) -> Result<(), flac_codec::Error>) {
        let now = (self.programme.clock)().mono;
        if now < self.resting {
            return;
        }
        if let Err(error) = step(self) {
            let place = self.take.take().map_or_else(|| self.settings.folder.clone(), |take| take.path);
            self.settings.state.unwritable(format!("{}: {error}", place.display()));
            self.progress.writes(None);
            self.resting = now + RETRY;
        }
    }

    fn write(&mut self, samples: &[f32], mut at: Nanos) -> Result<(), flac_codec::Error> {
        let rate_hz = self.programme.rate_hz;
        let mut rest = samples;
        while !rest.is_empty() {
            if self.take.as_ref().is_some_and(|take| !take.goes_on(at)) {
                self.finish()?;
            }
            let take = match &mut self.take {
                Some(take) => take,
                none => {
                    let take = none.insert(Take::create(&self.settings.folder, at, rate_hz)?);
                    self.progress.writes(Some(take.path.clone()));
                    take
                }
            };
            let (now, later) = rest.split_at(rest.len().min(take.room(at).max(1) * CHANNELS));
            take.write(now, at)?;
            at = at.plus_frames((now.len() / CHANNELS) as u64, rate_hz);
            rest = later;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), flac_codec::Error> {
        self.take.as_mut().map_or(Ok(()), |take| take.settle(&self.progress))
    }

    fn finish(&mut self) -> Result<(), flac_codec::Error> {
        self.take.take().map_or(Ok(()), |take| take.finish(&self.progress))
    }
}
