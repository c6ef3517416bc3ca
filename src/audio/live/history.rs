//! The last seconds of live sound, which every zone that hears it reads at its own place.
//!
//! One thread writes, any number of callbacks read: without a lock, without waiting, without allocating. Frames are numbered
//! from the first that was written. The zone that begins first fixes which of them is heard at its first instant: the
//! newest. From then on every instant has its frame, so each other zone, whenever it begins and however far ahead its device
//! asks, takes the frame of its own instant, and all are in step.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering, fence};

use crate::audio::frames::{CHANNELS, Nanos, frames_to_ns};

/// Most frames that are written at once; the oldest ones of a history are not read, because they may be overwritten just now.
pub const PIECE_FRAMES_MAX: usize = 4_096;
/// Not yet known: no zone has begun.
const NONE: u64 = u64::MAX;
const NEVER: i64 = i64::MIN;

/// How many frames are to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Counted from when it was to begin: what is late has gone by.
    FromCue(u64),
    /// Counted from the first that is heard.
    FromFirst(u64),
}

/// See the module.
#[derive(Debug)]
pub struct History {
    /// Interleaved, as bits; frame `n` lies at `n` modulo the capacity.
    samples: Box<[AtomicU32]>,
    capacity: u64,
    rate_hz: u32,
    /// Frames that lie between the one that is heard and the newest written when the first zone begins.
    depth: u64,
    length: Length,
    /// Frames written in all.
    written: AtomicU64,
    /// Wall nanoseconds at which frame 0 is heard; [`NEVER`] before the first zone begins. Kept up by whoever reads, so that a
    /// step of the clock does not outlive the next buffer.
    epoch: AtomicI64,
    /// The first frame that was heard.
    onset: AtomicU64,
    /// The frame after the last that will be heard.
    end: AtomicU64,
    /// The frame after the last that any zone has taken or let go by.
    foremost: AtomicU64,
}

impl History {
    /// An empty one at `rate_hz` that keeps `kept` frames, of which so many are to be heard. The first zone to begin hears what
    /// was written `depth` frames ago. `kept` exceeds `depth` by what zones may differ in how far ahead their devices ask.
    #[must_use]
    pub fn new(rate_hz: u32, kept: usize, depth: u64, length: Length) -> Arc<Self> {
        let capacity = kept.max(1) + PIECE_FRAMES_MAX;
        Arc::new(Self {
            samples: (0..capacity * CHANNELS).map(|_| AtomicU32::new(0)).collect(),
            capacity: capacity as u64,
            rate_hz,
            depth,
            length,
            written: AtomicU64::new(0),
            epoch: AtomicI64::new(NEVER),
            onset: AtomicU64::new(NONE),
            end: AtomicU64::new(NONE),
            foremost: AtomicU64::new(0),
        })
    }

    /// Appends whole frames, at most [`PIECE_FRAMES_MAX`] of them; what is beyond is dropped. For one thread only.
    pub fn write(&self, frames: &[f32]) {
        let frames = &frames[..frames.len().min(PIECE_FRAMES_MAX * CHANNELS)];
        let written = self.written.load(Ordering::Relaxed);
        // A reader that sees one of the new samples also sees, behind its own fence, that the count had come so far.
        fence(Ordering::Release);
        for (number, frame) in (written..).zip(frames.chunks_exact(CHANNELS)) {
            for (place, sample) in self.place(number).iter().zip(frame) {
                place.store(sample.to_bits(), Ordering::Relaxed);
            }
        }
        self.written.store(written + (frames.len() / CHANNELS) as u64, Ordering::Release);
    }

    /// Frames written in all.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// The first frame that was heard, and the one after the last that any zone has come to; none before one began.
    #[must_use]
    pub fn heard(&self) -> Option<(u64, u64)> {
        let onset = Some(self.onset.load(Ordering::Acquire)).filter(|onset| *onset != NONE)?;
        Some((onset, self.foremost.load(Ordering::Acquire).max(onset)))
    }

    /// The frame after the last that will be heard; none before a zone began or it was [cut](Self::cut).
    #[must_use]
    pub fn end(&self) -> Option<u64> {
        Some(self.end.load(Ordering::Acquire)).filter(|end| *end != NONE)
    }

    /// Nothing more will come: what is written is all that will be heard.
    pub fn cut(&self) {
        self.end.fetch_min(self.written(), Ordering::AcqRel);
    }

    /// Frames that are written ahead.
    #[must_use]
    pub const fn depth(&self) -> u64 {
        self.depth
    }

    /// Programme rate in Hz.
    #[must_use]
    pub const fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// What one zone hears of it.
    #[must_use]
    pub fn reader(self: &Arc<Self>) -> Reader {
        Reader { history: Arc::clone(self), position: 0 }
    }

    /// Copies frames that were heard into `target` (whole frames, from this number on), and says when the first of them was heard.
    /// None if they are not there any more. For the thread that writes.
    pub fn copy(&self, number: u64, target: &mut [f32]) -> Option<Nanos> {
        if self.is_gone(number, self.written()) {
            return None;
        }
        for (number, frame) in (number..).zip(target.chunks_exact_mut(CHANNELS)) {
            for (sample, place) in frame.iter_mut().zip(self.place(number)) {
                *sample = f32::from_bits(place.load(Ordering::Relaxed));
            }
        }
        Some(Nanos(self.epoch.load(Ordering::Acquire)).plus_frames(number, self.rate_hz))
    }

    fn place(&self, number: u64) -> &[AtomicU32] {
        let first = (number % self.capacity) as usize * CHANNELS;
        &self.samples[first..first + CHANNELS]
    }

    /// Whether a frame may have been overwritten, with so many written.
    const fn is_gone(&self, number: u64, written: u64) -> bool {
        number + self.capacity < written + PIECE_FRAMES_MAX as u64
    }

    /// The frame that is heard at an instant. The first to ask fixes it, and where the end lies: it begins `late` frames after
    /// its cue.
    fn begin(&self, at: Nanos, late: u64) -> u64 {
        let newest = self.written().saturating_sub(self.depth);
        let epoch = at.plus_ns(-frames_to_ns(newest, self.rate_hz)).0;
        match self.epoch.compare_exchange(NEVER, epoch, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => {
                let length = match self.length {
                    Length::FromCue(frames) => frames.saturating_sub(late),
                    Length::FromFirst(frames) => frames,
                };
                self.end.fetch_min(newest + length, Ordering::AcqRel);
                self.foremost.fetch_max(newest, Ordering::AcqRel);
                self.onset.store(newest, Ordering::Release);
                newest
            }
            Err(_) => self.settled(self.frame_at(at)),
        }
    }

    /// The frame to begin with where the instant asks for this one.
    fn settled(&self, number: u64) -> u64 {
        let (onset, foremost) = (self.onset.load(Ordering::Acquire), self.foremost.load(Ordering::Acquire));
        if onset == NONE {
            // The zone that fixed the beginning a moment ago has not written all of it down yet.
            return number;
        }
        if number.abs_diff(onset) <= 1 {
            // Zones that begin together each placed the instant on the nearest of their own frames; none loses one for that.
            onset
        } else if number.abs_diff(foremost) < self.capacity {
            number
        } else {
            // The clock has stepped and nobody has read since; the foremost is nearest to what is right.
            foremost
        }
    }

    /// The frame of an instant, once a zone has begun.
    fn frame_at(&self, at: Nanos) -> u64 {
        let epoch = Nanos(self.epoch.load(Ordering::Acquire));
        u64::try_from(epoch.frames_until(at, self.rate_hz)).unwrap_or(0)
    }

    /// A frame is heard at this instant, as the clock is now.
    fn keep_epoch(&self, number: u64, at: Nanos) {
        self.epoch.store(at.plus_ns(-frames_to_ns(number, self.rate_hz)).0, Ordering::Release);
    }
}

/// What one zone hears of a [`History`]. All of it runs in an output callback.
#[derive(Debug)]
pub struct Reader {
    history: Arc<History>,
    /// The next frame.
    position: u64,
}

impl Reader {
    /// The next frame is heard at this instant, `late` frames after the one at which the sound was to begin.
    pub fn begin(&mut self, at: Nanos, late: u64) {
        self.position = self.history.begin(at, late);
    }

    /// Frames that can be taken now.
    #[must_use]
    pub fn at_hand(&self) -> usize {
        let written = self.history.written();
        if self.history.is_gone(self.position, written) {
            return 0;
        }
        let end = self.history.end.load(Ordering::Acquire);
        usize::try_from(written.min(end).saturating_sub(self.position)).unwrap_or(usize::MAX)
    }

    /// Frames until the end.
    #[must_use]
    pub fn left(&self) -> usize {
        let end = self.history.end.load(Ordering::Acquire);
        usize::try_from(end.saturating_sub(self.position)).unwrap_or(usize::MAX)
    }

    /// Fills `target` (whole frames, no more than are [at hand](Self::at_hand)), the first of which is heard at this instant.
    /// False if they were gone in the end; then nothing was taken.
    pub fn take(&mut self, target: &mut [f32], at: Nanos) -> bool {
        for (number, frame) in (self.position..).zip(target.chunks_exact_mut(CHANNELS)) {
            for (sample, place) in frame.iter_mut().zip(self.history.place(number)) {
                *sample = f32::from_bits(place.load(Ordering::Relaxed));
            }
        }
        fence(Ordering::Acquire);
        if self.history.is_gone(self.position, self.history.written.load(Ordering::Relaxed)) {
            return false;
        }
        self.history.keep_epoch(self.position, at);
        self.skip((target.len() / CHANNELS) as u64);
        true
    }

    /// So many frames go by unheard, the first of which would be heard at this instant.
    pub fn pass(&mut self, frames: u64, at: Nanos) {
        // While nothing of it sounds a device runs by its own clock, so the place is set right; a step of the clock moves it not.
        let expected = self.history.frame_at(at);
        if expected.abs_diff(self.position) < u64::from(self.history.rate_hz) {
            self.position = expected;
        }
        self.history.keep_epoch(self.position, at);
        self.skip(frames);
    }

    /// So many frames are not to be heard any more.
    pub fn skip(&mut self, frames: u64) {
        let end = self.history.end.load(Ordering::Acquire);
        self.position = self.position.saturating_add(frames).min(end);
        self.history.foremost.fetch_max(self.position, Ordering::AcqRel);
    }
}
