//! The mixer: the whole of what happens in an output callback, as a plain value that a test can drive by hand.
//!
//! It reads rings, adds, ramps, counts and measures the peak. It never allocates, locks, logs or waits: commands come and
//! reports go through bounded lock-free rings, and a voice that is over travels back to the control thread to be dropped.

use crate::audio::frames::{CHANNELS, Nanos};
use crate::audio::ramp::Ramp;
use crate::audio::voice::{Cue, MixVoice, Stage, Stretch, VoiceTally};
use crate::domain::log::PartId;

/// Most voices in the mixer at once. One sounds, one waits to join it, one fades under an emergency; the rest is reserve.
pub const VOICES_MAX: usize = 8;

/// Most commands on their way to the mixer. Full: the control thread keeps the command and tries again.
pub const COMMANDS_MAX: usize = 64;

/// Most reports on their way back. Full: the mixer keeps the report and tries again with the next buffer.
pub const REPORTS_MAX: usize = 64;

/// Most states on their way back. Full: the newest is dropped; a later one says the same and more.
pub const STATES_MAX: usize = 128;

/// What the mixer is asked.
#[derive(Debug)]
pub enum Command {
    /// Take this voice in; it carries its cue.
    Start(Box<MixVoice>),
    /// Another cue for a voice that has not started.
    Cue {
        /// Which.
        part: PartId,
        /// When instead.
        cue: Cue,
    },
    /// End a voice with a ramp of this many frames.
    Fade {
        /// Which.
        part: PartId,
        /// Length of the ramp.
        ramp_frames: u32,
    },
    /// Hold a voice, or let it go on.
    Hold {
        /// Which.
        part: PartId,
        /// Whether to hold.
        held: bool,
    },
    /// Turn the voices that duck down or up, with a ramp of this many frames.
    Duck {
        /// Factor on every sample.
        gain: f32,
        /// Length of the ramp.
        ramp_frames: u32,
    },
    /// Turn everything down or up, with a ramp of this many frames.
    Volume {
        /// Factor on every sample.
        gain: f32,
        /// Length of the ramp.
        ramp_frames: u32,
    },
}

/// Factors on what a mixer gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gains {
    /// On everything.
    pub volume: f32,
    /// On the voices that duck.
    pub duck: f32,
}

/// What the mixer says, each once.
#[derive(Debug)]
pub enum Report {
    /// The first frame of a voice was handed to the device and is heard at this instant.
    Started {
        /// Which.
        part: PartId,
        /// Number of that frame, counted from the opening of the output.
        frame: u64,
        /// When it is heard.
        at: Nanos,
    },
    /// A voice is over; its tally is final.
    Over(Box<MixVoice>),
    /// There was no room for this voice ([`VOICES_MAX`]).
    Refused(Box<MixVoice>),
}

/// Where everything stands after a buffer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// Frames handed to the device since it was opened.
    pub frames: u64,
    /// When the next frame will be heard.
    pub next_plays_at: Nanos,
    /// Largest magnitude in the buffer, 1.0 is full scale.
    pub peak: f32,
    /// Every voice in the mixer.
    pub voices: [Option<(PartId, VoiceTally)>; VOICES_MAX],
}

/// The ends of the rings that the control thread holds.
#[derive(Debug)]
pub struct Desk {
    /// To the mixer.
    pub commands: rtrb::Producer<Command>,
    /// From the mixer; none is lost.
    pub reports: rtrb::Consumer<Report>,
    /// From the mixer; the newest counts.
    pub states: rtrb::Consumer<State>,
}

/// Mixes the voices of one output.
#[derive(Debug)]
pub struct Mixer {
    rate_hz: u32,
    ramp_frames: u32,
    voices: [Option<Box<MixVoice>>; VOICES_MAX],
    /// A voice for which there was no room, until it could be sent back.
    refused: Option<Box<MixVoice>>,
    /// Started voices are reported once; by place in `voices`.
    announced: [bool; VOICES_MAX],
    frames: u64,
    volume: Ramp,
    duck: Ramp,
    commands: rtrb::Consumer<Command>,
    reports: rtrb::Producer<Report>,
    states: rtrb::Producer<State>,
}

impl Mixer {
    /// An empty mixer at `rate_hz`, with ramps of `ramp_frames` on hold and on a start in the middle of a clip.
    #[must_use]
    pub fn new(rate_hz: u32, ramp_frames: u32) -> (Self, Desk) {
        let (command_sender, commands) = rtrb::RingBuffer::new(COMMANDS_MAX);
        let (reports, report_receiver) = rtrb::RingBuffer::new(REPORTS_MAX);
        let (states, state_receiver) = rtrb::RingBuffer::new(STATES_MAX);
        let mixer = Self {
            rate_hz,
            ramp_frames,
            voices: Default::default(),
            refused: None,
            announced: [false; VOICES_MAX],
            frames: 0,
            volume: Ramp::steady(1.0),
            duck: Ramp::steady(1.0),
            commands,
            reports,
            states,
        };
        (mixer, Desk { commands: command_sender, reports: report_receiver, states: state_receiver })
    }

    /// The same, turned down or up from the beginning by these factors.
    #[must_use]
    pub const fn with_gains(mut self, gains: Gains) -> Self {
        self.volume = Ramp::steady(gains.volume);
        self.duck = Ramp::steady(gains.duck);
        self
    }

    /// Whether a voice is between its first and its last frame, and not held.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        let sounds = |voice: &MixVoice| matches!(voice.stage, Stage::Sounding | Stage::Holding | Stage::Fading);
        self.voices.iter().flatten().any(|voice| sounds(voice))
    }

    /// Frames handed to the device so far.
    #[must_use]
    pub const fn frames(&self) -> u64 {
        self.frames
    }

    /// Fills `out` (interleaved, whole frames), whose first frame is heard at `first_frame_plays_at`.
    pub fn render(&mut self, out: &mut [f32], first_frame_plays_at: Nanos) {
        self.take_commands();
        out.fill(0.0);
        let mut mixed = [false; VOICES_MAX];
        // What ducks first, so that it can be turned down before the others are added to it.
        for ducks in [true, false] {
            while let Some((index, offset)) = self.next_ready(&mixed, ducks, out.len() / CHANNELS, first_frame_plays_at)
            {
                mixed[index] = true;
                self.mix(index, offset, out, first_frame_plays_at);
            }
            if ducks {
                turn(out, &mut self.duck);
            }
        }
        let unheard = self.voices.iter_mut().zip(mixed).filter(|(_, mixed)| !mixed);
        let frames = out.len() / CHANNELS;
        unheard.filter_map(|(voice, _)| voice.as_mut()).for_each(|voice| voice.pass(frames, first_frame_plays_at));
        turn(out, &mut self.volume);
        let mut peak = 0.0_f32;
        for sample in out.iter_mut() {
            *sample = sample.clamp(-1.0, 1.0);
            peak = peak.max(sample.abs());
        }
        let frames = (out.len() / CHANNELS) as u64;
        self.frames += frames;
        self.report();
        let voices = std::array::from_fn(|index| self.voices[index].as_ref().map(|voice| (voice.part, voice.tally)));
        let next_plays_at = first_frame_plays_at.plus_frames(frames, self.rate_hz);
        // Full means that the control thread is late; it will read a newer state.
        let _ = self.states.push(State { frames: self.frames, next_plays_at, peak, voices });
    }

    fn take_commands(&mut self) {
        // A refused voice must have left before another could be refused.
        while self.refused.is_none() {
            let Ok(command) = self.commands.pop() else { return };
            match command {
                Command::Start(voice) => match self.voices.iter().position(Option::is_none) {
                    Some(index) => {
                        self.announced[index] = false;
                        self.voices[index] = Some(voice);
                    }
                    None => self.refused = Some(voice),
                },
                Command::Cue { part, cue } => {
                    if let Some(Stage::Waiting(waits_for)) = self.voice(part).map(|voice| &mut voice.stage) {
                        *waits_for = cue;
                    }
                }
                Command::Fade { part, ramp_frames } => {
                    let frames = self.frames;
                    if let Some(voice) = self.voice(part) {
                        voice.fade(ramp_frames, frames);
                    }
                }
                Command::Hold { part, held } => {
                    let ramp_frames = self.ramp_frames;
                    if let Some(voice) = self.voice(part) {
                        voice.hold(held, ramp_frames);
                    }
                }
                Command::Duck { gain, ramp_frames } => self.duck = self.duck.towards(gain, ramp_frames),
                Command::Volume { gain, ramp_frames } => self.volume = self.volume.towards(gain, ramp_frames),
            }
        }
    }

    fn voice(&mut self, part: PartId) -> Option<&mut MixVoice> {
        self.voices.iter_mut().flatten().map(|voice| &mut **voice).find(|voice| voice.part == part)
    }

    /// A voice (one that ducks, or one that does not) not yet mixed into this buffer whose place in it is known, and that place.
    /// A voice that joins another waits until that one has been mixed, so that the join can fall into the middle of the buffer.
    fn next_ready(
        &self,
        mixed: &[bool; VOICES_MAX],
        ducks: bool,
        frames: usize,
        plays_at: Nanos,
    ) -> Option<(usize, usize)> {
        self.voices.iter().enumerate().filter(|&(index, _)| !mixed[index]).find_map(|(index, voice)| {
            let voice = voice.as_ref().filter(|voice| voice.ducks == ducks)?;
            let offset = match voice.stage {
                Stage::Waiting(Cue::At(at)) => {
                    usize::try_from(plays_at.frames_until(at, self.rate_hz).max(0)).unwrap_or(usize::MAX)
                }
                Stage::Waiting(Cue::After(part)) => self.offset_after(part)?,
                Stage::Sounding | Stage::Holding | Stage::Fading => 0,
                Stage::Held | Stage::Over { .. } => return None,
            };
            (offset < frames).then_some((index, offset))
        })
    }

    /// The first frame of this buffer that `part` leaves free; none while it goes on. If it ended on the buffer's last
    /// frame, that is the length of the buffer, and the next buffer answers zero.
    fn offset_after(&self, part: PartId) -> Option<usize> {
        let Some(voice) = self.voices.iter().flatten().find(|voice| voice.part == part) else { return Some(0) };
        match voice.stage {
            Stage::Over { at_frame } => usize::try_from(at_frame.saturating_sub(self.frames)).ok(),
            Stage::Waiting(_) | Stage::Sounding | Stage::Holding | Stage::Held | Stage::Fading => None,
        }
    }

    fn mix(&mut self, index: usize, offset: usize, out: &mut [f32], plays_at: Nanos) {
        let Some(voice) = self.voices[index].as_mut() else { return };
        if matches!(voice.stage, Stage::Waiting(_)) {
            voice.begin(plays_at.plus_frames(offset as u64, self.rate_hz), self.rate_hz, self.ramp_frames);
        }
        voice.mix(&mut Stretch {
            out: &mut out[offset * CHANNELS..],
            first_frame: self.frames + offset as u64,
            plays_at: plays_at.plus_frames(offset as u64, self.rate_hz),
            rate_hz: self.rate_hz,
        });
    }

    /// Says what happened. What finds no room in the ring is said after the next buffer.
    fn report(&mut self) {
        if let Some(voice) = self.refused.take()
            && let Err(rtrb::PushError::Full(Report::Refused(voice))) = self.reports.push(Report::Refused(voice))
        {
            self.refused = Some(voice);
        }
        for (slot, announced) in self.voices.iter_mut().zip(&mut self.announced) {
            let Some(voice) = slot else { continue };
            if let (false, Some((frame, at))) = (*announced, voice.tally.first) {
                *announced = self.reports.push(Report::Started { part: voice.part, frame, at }).is_ok();
            }
            let told = *announced || voice.tally.first.is_none();
            if told
                && matches!(voice.stage, Stage::Over { .. })
                && let Some(voice) = slot.take()
                && let Err(rtrb::PushError::Full(Report::Over(voice))) = self.reports.push(Report::Over(voice))
            {
                *slot = Some(voice);
            }
        }
    }
}

/// Turns a buffer down or up.
fn turn(out: &mut [f32], ramp: &mut Ramp) {
    if !ramp.is_steady_at(1.0) {
        for frame in out.chunks_exact_mut(CHANNELS) {
            let gain = ramp.next_gain();
            frame.iter_mut().for_each(|sample| *sample *= gain);
        }
    }
}
