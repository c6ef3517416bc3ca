//! Where a voice inside the mixer takes its frames from: the ring that a decoder fills, or live sound. Everything here but the
//! decoder's side of [`FeedState`] runs in the output callback.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::audio::frames::{CHANNELS, Nanos};
use crate::audio::live::Reader;

/// What a decoder thread, the mixer and the control thread tell each other about a voice without a lock.
#[derive(Debug)]
pub struct FeedState {
    /// Frames put into the ring in all; `u64::MAX` until the decoder has reached the end.
    total: AtomicU64,
    /// The decoder shall stop.
    stop: AtomicBool,
}

impl Default for FeedState {
    fn default() -> Self {
        Self { total: AtomicU64::new(u64::MAX), stop: AtomicBool::new(false) }
    }
}

impl FeedState {
    /// The decoder has put its last frame into the ring, `frames` in all. Said after the frames themselves.
    pub fn finish(&self, frames: u64) {
        self.total.store(frames, Ordering::Release);
    }

    /// Frames in all, once the decoder knows.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        Some(self.total.load(Ordering::Acquire)).filter(|&total| total != u64::MAX)
    }

    /// Nobody wants more of this voice.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Whether nobody wants more of this voice.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

/// The frames of a voice.
#[derive(Debug)]
pub struct Supply(Kind);

#[derive(Debug)]
enum Kind {
    Clip { ring: rtrb::Consumer<f32>, state: Arc<FeedState>, taken: u64 },
    Live(Reader),
}

impl Supply {
    /// What a decoder puts into a ring.
    #[must_use]
    pub const fn clip(ring: rtrb::Consumer<f32>, state: Arc<FeedState>) -> Self {
        Self(Kind::Clip { ring, state, taken: 0 })
    }

    /// What comes in live.
    #[must_use]
    pub const fn live(reader: Reader) -> Self {
        Self(Kind::Live(reader))
    }

    /// The next frame is the first to be heard, at this instant, `late` frames after the one at which it was to begin. A clip
    /// begins at its head all the same; of live sound what is late has gone by.
    pub(super) fn begin(&mut self, at: Nanos, late: u64) {
        if let Kind::Live(reader) = &mut self.0 {
            reader.begin(at, late);
        }
    }

    /// Fills as much of `target` as there is, the first frame heard at this instant; says how many frames that were.
    pub(super) fn take(&mut self, target: &mut [f32], at: Nanos) -> usize {
        let frames = self.at_hand().min(target.len() / CHANNELS);
        let target = &mut target[..frames * CHANNELS];
        let whole = frames > 0
            && match &mut self.0 {
                Kind::Clip { ring, taken, .. } => {
                    let whole = ring.pop_entire_slice(target).is_ok();
                    *taken += if whole { frames as u64 } else { 0 };
                    whole
                }
                Kind::Live(reader) => reader.take(target, at),
            };
        if whole { frames } else { 0 }
    }

    /// Frames of time go by of which nothing is heard, from this instant on. A clip keeps its place.
    pub(super) fn pass(&mut self, frames: usize, at: Nanos) {
        if let Kind::Live(reader) = &mut self.0 {
            reader.pass(frames as u64, at);
        }
    }

    /// How many of `frames` are missing now; none if the end is here or something has come meanwhile. A clip that is late
    /// keeps its place, of live sound so much has gone by.
    pub(super) fn miss(&mut self, frames: usize) -> usize {
        if self.is_over() || (self.is_told() && self.at_hand() > 0) {
            return 0;
        }
        let Kind::Live(reader) = &mut self.0 else { return frames };
        let frames = frames.min(reader.left());
        reader.skip(frames as u64);
        frames
    }

    /// Whether every frame has been taken.
    pub(super) fn is_over(&self) -> bool {
        match &self.0 {
            Kind::Clip { state, taken, .. } => state.total().is_some_and(|total| *taken >= total),
            Kind::Live(reader) => reader.left() == 0,
        }
    }

    /// The total of a clip is told after its last frame, so once it is told the ring shows everything there is.
    fn is_told(&self) -> bool {
        match &self.0 {
            Kind::Clip { state, .. } => state.total().is_some(),
            Kind::Live(_) => true,
        }
    }

    fn at_hand(&self) -> usize {
        match &self.0 {
            Kind::Clip { ring, .. } => ring.slots() / CHANNELS,
            Kind::Live(reader) => reader.at_hand(),
        }
    }
}
