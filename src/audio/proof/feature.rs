//! What two recordings of the same programme have in common, whatever lies between them: how the energy of a few bands moves.

use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// Bands looked at.
pub const BANDS: usize = 20;
/// Their ends, in Hz: what a horn loudspeaker gives back, and a telephone line or an FM receiver lets through.
const LOWEST_HZ: f32 = 200.0;
const HIGHEST_HZ: f32 = 3_600.0;
/// Frames a second.
pub const FRAMES_PER_SECOND: u32 = 50;
/// How long a frame looks, in seconds.
const FRAME_SECONDS: f64 = 0.064;
/// The lowest rate of samples that reaches the highest band, in Hz.
pub const RATE_HZ_MIN: u32 = 8_000;
/// The highest rate that is taken, in Hz.
pub const RATE_HZ_MAX: u32 = 192_000;

/// One moment of a recording: what is compared, and how loud it is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Frame {
    /// The energies of the bands.
    pub bands: [f32; BANDS],
    /// Mean square of the samples; 1 is full scale.
    pub power: f32,
}

/// Turns samples into frames as they come, wherever they come from: at the tap of what is sent, in the thread that captures.
/// Only frames go on from there, so that a long session is never kept as sound. Holds less than a tenth of a second of sound.
pub struct Features {
    fft: Arc<dyn Fft<f32>>,
    window: Vec<f32>,
    /// First bin of each band, and the one after the last.
    edges: [usize; BANDS + 1],
    rate_hz: u32,
    /// Samples that a later frame still needs.
    waiting: Vec<f32>,
    /// The sample of the whole stream that `waiting` begins with.
    first: u64,
    /// Frames made.
    made: u64,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl Features {
    /// For samples at this rate, which is brought into the range that is taken.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        let rate_hz = rate_hz.clamp(RATE_HZ_MIN, RATE_HZ_MAX);
        let length = (f64::from(rate_hz) * FRAME_SECONDS) as usize;
        let fft = FftPlanner::new().plan_fft_forward(length);
        let step = std::f32::consts::TAU / length as f32;
        let scratch = vec![Complex32::default(); fft.get_inplace_scratch_len()];
        Self {
            window: (0..length).map(|at| 0.5 - 0.5 * (step * at as f32).cos()).collect(),
            edges: edges(rate_hz, length),
            rate_hz,
            waiting: Vec::with_capacity(2 * length),
            first: 0,
            made: 0,
            spectrum: vec![Complex32::default(); length],
            scratch,
            fft,
        }
    }

    /// Takes samples of one channel; gives each frame that is complete with them.
    pub fn push(&mut self, samples: &[f32], mut give: impl FnMut(Frame)) {
        let length = self.window.len();
        for piece in samples.chunks(length) {
            self.waiting.extend_from_slice(piece);
            loop {
                // Counted from the start, so that a rate which is no multiple of the frames drifts by nothing.
                let start = self.made * u64::from(self.rate_hz) / u64::from(FRAMES_PER_SECOND);
                let at = usize::try_from(start.saturating_sub(self.first)).unwrap_or(usize::MAX);
                if at.saturating_add(length) > self.waiting.len() {
                    let done = at.min(self.waiting.len());
                    self.waiting.drain(..done);
                    self.first += done as u64;
                    break;
                }
                give(self.frame(at));
                self.made += 1;
            }
        }
    }

    fn frame(&mut self, at: usize) -> Frame {
        let samples = &self.waiting[at..at + self.window.len()];
        let mut power = 0.0;
        for ((to, sample), weight) in self.spectrum.iter_mut().zip(samples).zip(&self.window) {
            // A broken driver may hand over anything; what is no number says nothing.
            let sample = if sample.is_finite() { sample.clamp(-8.0, 8.0) } else { 0.0 };
            power += sample * sample;
            *to = Complex32::new(sample * weight, 0.0);
        }
        self.fft.process_with_scratch(&mut self.spectrum, &mut self.scratch);
        let scale = 1.0 / self.window.len() as f32;
        let bands = std::array::from_fn(|band| {
            let bins = &self.spectrum[self.edges[band]..self.edges[band + 1]];
            bins.iter().map(Complex32::norm_sqr).sum::<f32>() * scale * scale
        });
        Frame { bands, power: power * scale }
    }
}

/// Bands of equal width to the ear (mel), each of one bin or more.
fn edges(rate_hz: u32, length: usize) -> [usize; BANDS + 1] {
    let mel = |hz: f32| 1_127.0 * (1.0 + hz / 700.0).ln();
    let hz = |mel: f32| 700.0 * ((mel / 1_127.0).exp() - 1.0);
    let (low, high) = (mel(LOWEST_HZ), mel(HIGHEST_HZ));
    let mut edges = [0; BANDS + 1];
    for (index, edge) in edges.iter_mut().enumerate() {
        let place = hz(low + (high - low) * index as f32 / BANDS as f32);
        *edge = (place * length as f32 / rate_hz as f32).round() as usize;
    }
    for index in 1..edges.len() {
        edges[index] = edges[index].max(edges[index - 1] + 1);
    }
    edges
}
