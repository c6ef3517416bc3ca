//! A voice inside the mixer: its ring, where it stands, and what it was given. Everything here runs in the output callback.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::audio::frames::{CHANNELS, Nanos};
use crate::audio::ramp::Ramp;
use crate::domain::log::PartId;

/// Most frames that a voice moves at once; bounds the scratch space on the callback's stack.
const PIECE_FRAMES: usize = 256;

/// What the decoder thread, the mixer and the control thread tell each other about a voice without a lock.
#[derive(Debug)]
pub struct FeedState {
    /// Frames put into the ring in all; `u64::MAX` until the decoder has reached the end.
    total: AtomicU64,
    /// The decoder shall stop.
    stop: AtomicBool,
    /// Frames taken out of the ring in all.
    taken: AtomicU64,
    /// Frames that had been taken when the voice began to sound; `u64::MAX` until then.
    begun: AtomicU64,
    /// Frames of time that went by since it began while the ring was empty.
    missed: AtomicU64,
}

impl Default for FeedState {
    fn default() -> Self {
        Self {
            total: AtomicU64::new(u64::MAX),
            stop: AtomicBool::new(false),
            taken: AtomicU64::new(0),
            begun: AtomicU64::new(u64::MAX),
            missed: AtomicU64::new(0),
        }
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

    /// So many more frames were taken out of the ring. Said by the mixer alone.
    pub fn take(&self, frames: u64) {
        self.taken.fetch_add(frames, Ordering::Release);
    }

    /// The voice begins to sound with the next frame that is taken. Said by the mixer alone, once.
    pub fn begin(&self) {
        self.begun.store(self.taken.load(Ordering::Relaxed), Ordering::Release);
    }

    /// So many more frames of time went by while the ring was empty. Said by the mixer alone, after [`FeedState::begin`].
    pub fn miss(&self, frames: u64) {
        self.missed.fetch_add(frames, Ordering::Release);
    }

    /// Frames taken out of the ring in all.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Acquire)
    }

    /// Frames that had been taken when the voice began to sound; none before.
    #[must_use]
    pub fn begun(&self) -> Option<u64> {
        Some(self.begun.load(Ordering::Acquire)).filter(|&taken| taken != u64::MAX)
    }

    /// Frames of time that went by since it began while the ring was empty.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Acquire)
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

/// When the mixer shall let a voice begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    /// With the frame that is heard nearest this instant; at once if that has passed.
    At(Nanos),
    /// With the frame after the last of that voice; at once if it is no longer in the mixer.
    After(PartId),
}

/// Where a voice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting(Cue),
    Sounding,
    /// On its way to silence, to be kept there.
    Holding,
    Held,
    /// On its way to silence, for good.
    Fading,
    /// Over, at this frame of the output.
    Over {
        at_frame: u64,
    },
}

/// What the mixer knows of a voice. Made by the control thread, moved into the mixer and back, so that neither making nor
/// dropping it happens in the callback.
#[derive(Debug)]
pub struct MixVoice {
    pub(super) part: PartId,
    pub(super) stage: Stage,
    pub(super) ramp: Ramp,
    ring: rtrb::Consumer<f32>,
    feed: Arc<FeedState>,
    tap: rtrb::Producer<f32>,
    resumed: bool,
    /// Live: what it has while it waits or is held goes by unheard, at the pace of the output.
    passes: bool,
    cut: bool,
    /// Frames taken from the ring, heard or not.
    taken: u64,
    /// What it was given so far.
    pub tally: VoiceTally,
}

/// What a voice was given: counted in the callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VoiceTally {
    /// Frames taken from the ring and handed to the device.
    pub frames: u64,
    /// Frames of silence the device got because the ring was empty.
    pub underrun_frames: u64,
    /// Frames that the meter did not get because it was late.
    pub unmetered_frames: u64,
    /// Output frame and instant of its first frame; none before.
    pub first: Option<(u64, Nanos)>,
    /// Output frame after its last frame so far, and that frame's instant.
    pub end: Option<(u64, Nanos)>,
}

/// A stretch of an output buffer that a voice is mixed into.
pub(super) struct Stretch<'a> {
    /// Interleaved; its first frame is `first_frame` of the output.
    pub out: &'a mut [f32],
    /// Number of the first frame, counted from the opening of the output.
    pub first_frame: u64,
    /// When the first frame is heard.
    pub plays_at: Nanos,
    /// Programme rate.
    pub rate_hz: u32,
}

impl Stretch<'_> {
    fn frames(&self) -> usize {
        self.out.len() / CHANNELS
    }

    fn instant(&self, offset: usize) -> Nanos {
        self.plays_at.plus_frames(offset as u64, self.rate_hz)
    }
}

impl MixVoice {
    /// A voice that waits for its cue. `resumed` says that it begins in the middle of its clip, hence with a ramp.
    #[must_use]
    pub fn new(
        part: PartId,
        cue: Cue,
        resumed: bool,
        ring: rtrb::Consumer<f32>,
        feed: Arc<FeedState>,
        tap: rtrb::Producer<f32>,
    ) -> Self {
        let tally = VoiceTally::default();
        Self {
            part,
            stage: Stage::Waiting(cue),
            ramp: Ramp::steady(1.0),
            ring,
            feed,
            tap,
            resumed,
            passes: false,
            cut: false,
            taken: 0,
            tally,
        }
    }

    /// The same, of sound that is live if `live`: what it has while it waits or is held goes by unheard.
    #[must_use]
    pub fn passing(self, live: bool) -> Self {
        Self { passes: live, ..self }
    }

    /// Which stretch of which airing.
    #[must_use]
    pub const fn part(&self) -> PartId {
        self.part
    }

    /// Starts to sound at the head of `stretch`.
    pub(super) fn begin(&mut self, ramp_frames: u32) {
        self.stage = Stage::Sounding;
        self.feed.begin();
        if self.resumed {
            self.ramp = Ramp::steady(0.0).towards(1.0, ramp_frames);
        }
    }

    /// Ends with a ramp; at once if nothing of it sounds.
    pub(super) fn fade(&mut self, ramp_frames: u32, now_frame: u64) {
        self.cut |= !matches!(self.stage, Stage::Over { .. });
        match self.stage {
            Stage::Waiting(_) | Stage::Held => self.stage = Stage::Over { at_frame: now_frame },
            Stage::Sounding | Stage::Holding if ramp_frames == 0 => self.stage = Stage::Over { at_frame: now_frame },
            Stage::Sounding | Stage::Holding => {
                self.ramp = self.ramp.towards(0.0, ramp_frames);
                self.stage = Stage::Fading;
            }
            Stage::Fading | Stage::Over { .. } => {}
        }
    }

    /// Goes silent and keeps its place, or goes on.
    pub(super) fn hold(&mut self, held: bool, ramp_frames: u32) {
        match (held, self.stage) {
            (true, Stage::Sounding) => {
                self.ramp = self.ramp.towards(0.0, ramp_frames);
                self.stage = Stage::Holding;
            }
            (false, Stage::Holding | Stage::Held) => {
                self.ramp = self.ramp.towards(1.0, ramp_frames);
                self.stage = Stage::Sounding;
            }
            _ => {}
        }
    }

    /// Adds itself to the stretch, until that is full or the voice is silent for good or held.
    pub(super) fn mix(&mut self, stretch: &mut Stretch<'_>) {
        let mut offset = 0;
        while offset < stretch.frames() {
            self.settle(stretch.first_frame + offset as u64);
            let room = match self.stage {
                Stage::Sounding => stretch.frames() - offset,
                // Not beyond the ramp: what comes after it must stay in the ring.
                Stage::Holding | Stage::Fading => (stretch.frames() - offset).min(self.ramp.remaining() as usize),
                Stage::Waiting(_) | Stage::Held | Stage::Over { .. } => return,
            };
            let taken = self.take(stretch, offset, room);
            offset += taken;
            if taken == 0 {
                offset += self.bridge(stretch, offset, room);
            }
        }
        self.settle(stretch.first_frame + offset as u64);
    }

    /// Time goes by of which nothing is heard: a live voice lets so much of its sound go.
    pub(super) fn pass(&mut self, frames: usize) {
        if !self.passes || !matches!(self.stage, Stage::Waiting(_) | Stage::Held) {
            return;
        }
        let frames = frames.min(self.ring.slots() / CHANNELS);
        if let Ok(chunk) = self.ring.read_chunk(frames * CHANNELS) {
            chunk.commit_all();
            self.taken += frames as u64;
            self.feed.take(frames as u64);
        }
    }

    /// Moves up to `room` frames from the ring into the stretch; says how many there were.
    fn take(&mut self, stretch: &mut Stretch<'_>, offset: usize, room: usize) -> usize {
        let frames = room.min(self.ring.slots() / CHANNELS).min(PIECE_FRAMES);
        let mut piece = [0.0; PIECE_FRAMES * CHANNELS];
        let piece = &mut piece[..frames * CHANNELS];
        if frames == 0 || self.ring.pop_entire_slice(piece).is_err() {
            return 0;
        }
        if self.ramp != Ramp::steady(1.0) {
            for samples in piece.chunks_exact_mut(CHANNELS) {
                let gain = self.ramp.next_gain();
                samples.iter_mut().for_each(|sample| *sample *= gain);
            }
        }
        let end = offset + frames;
        let target = &mut stretch.out[offset * CHANNELS..end * CHANNELS];
        target.iter_mut().zip(piece.iter()).for_each(|(sum, sample)| *sum += sample);
        if self.tap.push_entire_slice(piece).is_err() {
            self.tally.unmetered_frames += frames as u64;
        }
        self.tally.frames += frames as u64;
        self.taken += frames as u64;
        self.feed.take(frames as u64);
        self.tally.first.get_or_insert((stretch.first_frame + offset as u64, stretch.instant(offset)));
        self.tally.end = Some((stretch.first_frame + end as u64, stretch.instant(end)));
        frames
    }

    /// The ring was empty: the voice is over, or the decoder is late and the device gets silence, with the place kept.
    /// Says how many frames went by.
    fn bridge(&mut self, stretch: &Stretch<'_>, offset: usize, missing: usize) -> usize {
        if let Some(total) = self.feed.total() {
            // The total is told after the last frame, so with the total known the ring shows everything there is.
            if self.taken >= total {
                self.stage = Stage::Over { at_frame: stretch.first_frame + offset as u64 };
                return 0;
            }
            if self.ring.slots() >= CHANNELS {
                return 0;
            }
        }
        for _ in 0..missing {
            self.ramp.next_gain();
        }
        self.tally.underrun_frames += missing as u64;
        self.feed.miss(missing as u64);
        missing
    }

    /// A ramp to silence that is through becomes what it was for.
    fn settle(&mut self, at_frame: u64) {
        if self.ramp.remaining() > 0 {
            return;
        }
        match self.stage {
            Stage::Holding => self.stage = Stage::Held,
            Stage::Fading => self.stage = Stage::Over { at_frame },
            Stage::Waiting(_) | Stage::Sounding | Stage::Held | Stage::Over { .. } => {}
        }
    }

    /// Whether it was told to end before it did.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// Whether it has ended with every frame that the decoder had.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.feed.total().is_some_and(|total| self.taken >= total)
    }
}
