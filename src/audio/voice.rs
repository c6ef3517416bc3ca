//! A voice inside the mixer: its frames, where it stands, and what it was given. Everything here runs in the output callback.

use crate::audio::frames::{CHANNELS, Nanos, ns_to_frames};
use crate::audio::ramp::Ramp;
use crate::audio::supply::Supply;
use crate::domain::log::PartId;

/// Most frames that a voice moves at once; bounds the scratch space on the callback's stack.
const PIECE_FRAMES: usize = 256;

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
    supply: Supply,
    tap: rtrb::Producer<f32>,
    resumed: bool,
    cut: bool,
    /// What it was given so far.
    pub tally: VoiceTally,
}

/// What a voice was given: counted in the callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VoiceTally {
    /// Frames handed to the device.
    pub frames: u64,
    /// Frames of silence the device got because there was nothing at hand.
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
    pub fn new(part: PartId, cue: Cue, resumed: bool, supply: Supply, tap: rtrb::Producer<f32>) -> Self {
        let tally = VoiceTally::default();
        let stage = Stage::Waiting(cue);
        Self { part, stage, ramp: Ramp::steady(1.0), supply, tap, resumed, cut: false, tally }
    }

    /// Which stretch of which airing.
    #[must_use]
    pub const fn part(&self) -> PartId {
        self.part
    }

    /// Starts to sound, with a frame that is heard at this instant.
    pub(super) fn begin(&mut self, at: Nanos, rate_hz: u32, ramp_frames: u32) {
        let late = match self.stage {
            Stage::Waiting(Cue::At(cue)) => ns_to_frames(at.0.saturating_sub(cue.0), rate_hz),
            _ => 0,
        };
        self.stage = Stage::Sounding;
        self.supply.begin(at, late);
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
                Stage::Held => return self.supply.pass(stretch.frames() - offset, stretch.instant(offset)),
                Stage::Waiting(_) | Stage::Over { .. } => return,
            };
            let taken = self.take(stretch, offset, room);
            offset += taken;
            if taken == 0 {
                offset += self.bridge(stretch, offset, room);
            }
        }
        self.settle(stretch.first_frame + offset as u64);
    }

    /// A buffer goes by of which it gets nothing: of live sound that is held so much has gone.
    pub(super) fn pass(&mut self, frames: usize, at: Nanos) {
        if self.stage == Stage::Held {
            self.supply.pass(frames, at);
        }
    }

    /// Moves up to `room` frames into the stretch; says how many there were.
    fn take(&mut self, stretch: &mut Stretch<'_>, offset: usize, room: usize) -> usize {
        let mut piece = [0.0; PIECE_FRAMES * CHANNELS];
        let frames = self.supply.take(&mut piece[..room.min(PIECE_FRAMES) * CHANNELS], stretch.instant(offset));
        if frames == 0 {
            return 0;
        }
        let piece = &mut piece[..frames * CHANNELS];
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
        self.tally.first.get_or_insert((stretch.first_frame + offset as u64, stretch.instant(offset)));
        self.tally.end = Some((stretch.first_frame + end as u64, stretch.instant(end)));
        frames
    }

    /// Nothing was at hand: the voice is over, or its decoder is late and the device gets silence. Says how many frames went
    /// by.
    fn bridge(&mut self, stretch: &Stretch<'_>, offset: usize, room: usize) -> usize {
        if self.supply.is_over() {
            self.stage = Stage::Over { at_frame: stretch.first_frame + offset as u64 };
            return 0;
        }
        let missing = self.supply.miss(room);
        for _ in 0..missing {
            self.ramp.next_gain();
        }
        self.tally.underrun_frames += missing as u64;
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

    /// Whether it has come to the end of its sound.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.supply.is_over()
    }
}
