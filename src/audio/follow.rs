//! Keeps an output on the machine's clock although its crystal is not: zones within earshot of each other must not echo.
//!
//! The programme is counted in frames of the monotonic clock, the same for every zone. Each output plays it at its own rate:
//! between two device frames lies a little more or less than one frame of the programme, and what sounds between the frames
//! is interpolated (windowed sinc, J. O. Smith, *Digital Audio Resampling*). The step follows the device's measured drift, and
//! what is still missing is made up for by at most half a per cent, which nobody hears in speech. At a step of exactly one the
//! programme passes through untouched, bit for bit.

use std::f64::consts::PI;

use wide::f32x4;

use crate::audio::frames::{CHANNELS, NANOS_PER_SECOND};

/// Frames of the programme that one frame of the output is made from.
const TAPS: usize = 64;
/// The same in vectors of four: they are multiplied for every frame of every zone, and the compiler does not do several at once
/// by itself, as that changes the order in which they are added.
const TAP_VECTORS: usize = TAPS / 4;
const HALF: usize = TAPS / 2;
/// Places between two frames at which the filter is known; between them it is interpolated, which costs -115 dB at 15 kHz.
const PHASES: usize = 512;
/// Of the Kaiser window: what lies beyond the filter's band is 100 dB down.
const KAISER_BETA: f64 = 10.06;
/// Output frames that are made at once.
const PIECE: usize = 256;
/// Programme frames that a piece needs at the most.
const HELD: usize = PIECE + PIECE / 64 + TAPS + 4;
/// The step is at most so far from one.
const STEP_OFF_MAX: f64 = 0.005;
/// What is missing is made up for within about this time.
const SETTLE_SECONDS: f64 = 1.0;

/// Reads the programme at the pace of one output. Allocates only when it is made.
#[derive(Debug)]
pub struct Follower {
    rate_hz: f64,
    /// The filter at each phase, one more than [`PHASES`], [`TAPS`] values each.
    filter: Vec<f32x4>,
    /// Programme frames, interleaved; the first is number `first`.
    held: Vec<f32>,
    held_frames: usize,
    /// May lie before the programme's beginning, which is silence.
    first: i64,
    /// Place in the programme of the next output frame.
    at: f64,
    step: f64,
    /// Monotonic nanoseconds at which frame 0 of the programme sounds, if it is followed; none before the first buffer.
    origin_ns: Option<f64>,
}

impl Follower {
    /// One for a programme at `rate_hz`.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        Self {
            rate_hz: f64::from(rate_hz.max(1)),
            filter: filter(),
            held: vec![0.0; HELD * CHANNELS],
            held_frames: HALF - 1,
            first: 1 - HALF as i64,
            at: 0.0,
            step: 1.0,
            origin_ns: None,
        }
    }

    /// The next output buffer begins to sound at `plays_at_ns` (monotonic), on a device that is `drift_ppm` slower than it
    /// says. With nothing `sounding` the programme is simply counted anew from here.
    pub fn aim(&mut self, plays_at_ns: i64, drift_ppm: f64, sounding: bool) {
        let here_ns = self.at * NANOS_PER_SECOND as f64 / self.rate_hz;
        let now_ns = plays_at_ns as f64;
        let origin = *self.origin_ns.get_or_insert(now_ns - here_ns);
        if !sounding {
            self.origin_ns = Some(now_ns - here_ns);
        }
        let behind_frames =
            if sounding { (now_ns - origin - here_ns) * self.rate_hz / NANOS_PER_SECOND as f64 } else { 0.0 };
        let catch_up = behind_frames / (SETTLE_SECONDS * self.rate_hz);
        self.step = 1.0 + (drift_ppm * 1e-6 + catch_up).clamp(-STEP_OFF_MAX, STEP_OFF_MAX);
        if self.is_exact(drift_ppm, behind_frames) {
            self.step = 1.0;
        }
    }

    /// A device that is its own clock is not touched.
    fn is_exact(&self, drift_ppm: f64, behind_frames: f64) -> bool {
        drift_ppm == 0.0 && behind_frames.abs() < 0.01 && self.at.fract() == 0.0
    }

    /// The place in the programme that the next output frame sounds, in frames.
    #[must_use]
    pub const fn position(&self) -> f64 {
        self.at
    }

    /// When a frame of the programme sounds, in monotonic nanoseconds.
    #[must_use]
    pub fn plays_at(&self, frame: u64) -> i64 {
        let origin = self.origin_ns.unwrap_or_default();
        (origin + frame as f64 * NANOS_PER_SECOND as f64 / self.rate_hz) as i64
    }

    /// Fills an output buffer. `programme` is handed stretches of the programme to fill, without a gap, each with the number of
    /// its first frame.
    pub fn fill(&mut self, out: &mut [f32], mut programme: impl FnMut(&mut [f32], u64, &Self)) {
        for piece in out.chunks_mut(PIECE * CHANNELS) {
            self.fetch(piece.len() / CHANNELS, &mut programme);
            for frame in piece.chunks_exact_mut(CHANNELS) {
                self.interpolate(frame);
                self.at += self.step;
            }
        }
    }

    /// Brings in the programme up to what `frames` further output frames need, and lets go of what is over.
    fn fetch(&mut self, frames: usize, programme: &mut impl FnMut(&mut [f32], u64, &Self)) {
        let from = self.at.floor() as i64 + 1 - HALF as i64;
        let gone = usize::try_from(from - self.first).unwrap_or(0).min(self.held_frames);
        self.held.copy_within(gone * CHANNELS..self.held_frames * CHANNELS, 0);
        self.held_frames -= gone;
        self.first += gone as i64;
        let to = (self.at + self.step * frames as f64).floor() as i64 + 1 + HALF as i64;
        let wanted = usize::try_from(to - self.first).unwrap_or(0).min(HELD);
        if wanted > self.held_frames {
            // Moved out for the call, so that the one who fills it can ask when its frames sound.
            let mut held = std::mem::take(&mut self.held);
            let number = u64::try_from(self.first + self.held_frames as i64).unwrap_or(0);
            programme(&mut held[self.held_frames * CHANNELS..wanted * CHANNELS], number, self);
            self.held = held;
            self.held_frames = wanted;
        }
    }

    fn interpolate(&self, frame: &mut [f32]) {
        let whole = self.at.floor();
        let place = (self.at - whole) * PHASES as f64;
        let phase = (place as usize).min(PHASES - 1);
        let between = (place - phase as f64) as f32;
        let start = usize::try_from(whole as i64 + 1 - HALF as i64 - self.first).unwrap_or(0);
        let (left, right) = (self.at_phase(phase), self.at_phase(phase + 1));
        let (heard, _) = self.held[start * CHANNELS..(start + TAPS) * CHANNELS].as_chunks::<{ 4 * CHANNELS }>();
        let between = f32x4::splat(between);
        // Each holds left, right, left, right of two frames.
        let (mut early, mut late) = (f32x4::ZERO, f32x4::ZERO);
        for ((frames, left), right) in heard.iter().zip(left).zip(right) {
            let weights = (*right - *left) * between + *left;
            let [a, b, c, d, e, f, g, h] = *frames;
            early += weights.unpack_lo(weights) * f32x4::new([a, b, c, d]);
            late += weights.unpack_hi(weights) * f32x4::new([e, f, g, h]);
        }
        let [left, right, left_too, right_too] = (early + late).to_array();
        frame.copy_from_slice(&[left + left_too, right + right_too]);
    }

    /// The filter at a phase.
    fn at_phase(&self, phase: usize) -> &[f32x4] {
        &self.filter[phase * TAP_VECTORS..][..TAP_VECTORS]
    }
}

/// A Kaiser-windowed sinc over the whole band, at every phase. Phase 0 is one and zeros.
fn filter() -> Vec<f32x4> {
    let mut filter: Vec<f32> = Vec::with_capacity((PHASES + 1) * TAPS);
    for phase in 0..=PHASES {
        for tap in 0..TAPS {
            let x = tap as f64 - (HALF - 1) as f64 - phase as f64 / PHASES as f64;
            let sinc = if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
            let edge = (x / HALF as f64).abs().min(1.0);
            let window = bessel_i0(KAISER_BETA * (1.0 - edge * edge).sqrt()) / bessel_i0(KAISER_BETA);
            // The sine of a multiple of pi is not quite zero in floating point.
            filter.push(if x.fract() == 0.0 && x != 0.0 { 0.0 } else { (sinc * window) as f32 });
        }
    }
    let (vectors, _) = filter.as_chunks();
    vectors.iter().copied().map(f32x4::new).collect()
}

/// The modified Bessel function of order zero, by its series.
fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut term, mut sum, mut k) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= quarter / (k * k);
        sum += term;
        k += 1.0;
    }
    sum
}
