//! A stretch of what was sent, looked for in what came back.

use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use super::feature::{BANDS, FRAMES_PER_SECOND, Frame};

/// Length of a window, in frames: 10 s.
pub(super) const WINDOW_FRAMES: usize = 10 * FRAMES_PER_SECOND as usize;
/// From one window to the next, in frames: 5 s.
pub(super) const STEP_FRAMES: usize = WINDOW_FRAMES / 2;
/// Frames that what came back may be too early: a second, by which a return feed may hear it before the output says that it is
/// heard.
pub(super) const EARLY_FRAMES: usize = FRAMES_PER_SECOND as usize;
/// Frames that it may be late: a stream over the network and a receiver's buffer together.
pub(super) const LATE_FRAMES: usize = 8 * FRAMES_PER_SECOND as usize;
/// Places at which it is looked for.
pub(super) const LAGS: usize = EARLY_FRAMES + LATE_FRAMES + 1;
/// What came back is looked at for so long.
pub(super) const CAPTURED_FRAMES: usize = WINDOW_FRAMES + LAGS - 1;
/// The best places that are kept of a window.
pub(super) const PEAKS: usize = 4;
/// Peaks closer than this are one, in frames.
const PEAK_APART: usize = 6;
/// The share of a band's mean that an energy must have to be heard as such: quieter moments lie below noise and echo.
const FLOOR_SHARE: f32 = 0.25;
/// Below this power there is silence: -100 dBFS. What a band has less than that is none.
const SILENT: f32 = 1e-10;
/// A frame sounds if it has more than this share of the mean power.
const SOUNDING_FROM: f32 = 0.025;
/// The share of a window's frames in which something must sound.
const SOUNDING_SHARE: f32 = 0.25;
/// How much of what all bands do together is left out: syllables of any speaker come at the same pace.
const COMMON_SHARE: f32 = 0.8;
/// Frames on either side of a moment whose mean is usual for it.
const USUAL_FRAMES: usize = FRAMES_PER_SECOND as usize / 2;
/// A band that moves less than this stands still, and is not made louder.
const STILL: f32 = 1e-3;

/// A place at which a window may have come back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Peak {
    /// In frames after it was sent; before that if negative.
    pub(super) lag: i32,
    /// How alike the two are there: 1 is the same, 0 anything else.
    pub(super) likeness: f32,
}

/// Compares windows.
pub(super) struct Comparer {
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
}

impl Comparer {
    pub(super) fn new() -> Self {
        let mut planner = FftPlanner::new();
        let size = CAPTURED_FRAMES.next_power_of_two();
        Self { forward: planner.plan_fft_forward(size), inverse: planner.plan_fft_inverse(size) }
    }

    /// Looks for a window: the best places, the best first, none if nothing came back. `None` if it is too quiet to be found
    /// anywhere.
    pub(super) fn find(&self, sent: &[Frame], captured: &[Frame]) -> Option<Vec<Peak>> {
        let window = shaped(sent)?;
        let Some(other) = shaped(captured) else { return Some(Vec::new()) };
        let size = self.forward.len();
        let mut sum = vec![Complex32::default(); size];
        let mut energies = vec![0.0_f32; captured.len()];
        for (one, two) in window.iter().zip(&other) {
            for (energy, value) in energies.iter_mut().zip(two) {
                *energy += value * value;
            }
            self.add_spectra(one, two, &mut sum);
        }
        // What is real has a spectrum whose second half mirrors the first.
        for at in 1..size / 2 {
            sum[size - at] = sum[at].conj();
        }
        self.inverse.process(&mut sum);
        let own: f32 = window.iter().flatten().map(|value| value * value).sum();
        Some(peaks(&likeness(&sum, own, &energies, size)))
    }

    /// Adds the first half of the spectrum of how two bands go together. Both are real, so one transform does for the two.
    fn add_spectra(&self, one: &[f32], two: &[f32], sum: &mut [Complex32]) {
        let size = self.forward.len();
        let mut both = vec![Complex32::default(); size];
        for (to, value) in both.iter_mut().zip(one) {
            to.re = *value;
        }
        for (to, value) in both.iter_mut().zip(two) {
            to.im = *value;
        }
        self.forward.process(&mut both);
        for at in 0..=size / 2 {
            let (a, b) = (both[at], both[(size - at) % size]);
            // conj(one) * two, with one = (a + conj b) / 2 and two = (a - conj b) / 2i.
            let (one_re, one_im) = (a.re + b.re, a.im - b.im);
            let (two_re, two_im) = (a.im + b.im, b.re - a.re);
            sum[at].re += 0.25 * (one_re * two_re + one_im * two_im);
            sum[at].im += 0.25 * (one_re * two_im - one_im * two_re);
        }
    }
}

/// The likeness at each place.
fn likeness(sum: &[Complex32], own: f32, energies: &[f32], size: usize) -> Vec<f32> {
    let mut under: f32 = energies.iter().take(WINDOW_FRAMES).sum();
    let leaving = energies.iter();
    let coming = energies.iter().skip(WINDOW_FRAMES).chain(std::iter::once(&0.0));
    let mut likeness = Vec::with_capacity(LAGS);
    for ((value, gone), new) in sum.iter().take(LAGS).zip(leaving).zip(coming) {
        let scale = (own * under.max(0.0)).sqrt();
        likeness.push(if scale > f32::EPSILON { value.re / size as f32 / scale } else { 0.0 });
        under += new - gone;
    }
    likeness
}

fn peaks(likeness: &[f32]) -> Vec<Peak> {
    let mut order: Vec<usize> = (0..likeness.len()).collect();
    order.sort_by(|one, other| likeness[*other].total_cmp(&likeness[*one]));
    let mut peaks: Vec<Peak> = Vec::with_capacity(PEAKS);
    for at in order {
        let lag = at as i32 - EARLY_FRAMES as i32;
        if peaks.iter().all(|peak| (peak.lag - lag).unsigned_abs() as usize >= PEAK_APART) {
            peaks.push(Peak { lag, likeness: likeness[at] });
            if peaks.len() == PEAKS {
                break;
            }
        }
    }
    peaks
}

/// Whether there is enough to be found.
pub(super) fn sounds(frames: &[Frame]) -> bool {
    let count = frames.len() as f32;
    let power = frames.iter().map(|frame| frame.power).sum::<f32>() / count;
    let sounding = frames.iter().filter(|frame| frame.power > SOUNDING_FROM * power).count() as f32 / count;
    power >= SILENT && sounding >= SOUNDING_SHARE
}

/// The movement of each band, without what they have in common. None if there is silence.
fn shaped(frames: &[Frame]) -> Option<Vec<Vec<f32>>> {
    if !sounds(frames) {
        return None;
    }
    let count = frames.len() as f32;
    let mut bands: Vec<Vec<f32>> =
        (0..BANDS).map(|band| frames.iter().map(|frame| frame.bands[band]).collect()).collect();
    let mut levels = vec![0.0_f32; frames.len()];
    for band in &mut bands {
        let mean = band.iter().sum::<f32>() / count + SILENT / 10.0;
        for (value, level) in band.iter_mut().zip(&mut levels) {
            *value = (*value / mean + FLOOR_SHARE).ln();
            *level += COMMON_SHARE * *value / BANDS as f32;
        }
    }
    for band in &mut bands {
        for (value, level) in band.iter_mut().zip(&levels) {
            *value -= level;
        }
        whiten(band);
    }
    Some(bands)
}

/// A band without what is usual for the second around each moment, at the power of all others.
fn whiten(band: &mut [f32]) {
    let mut sums = Vec::with_capacity(band.len() + 1);
    let mut sum = 0.0_f64;
    sums.push(sum);
    for value in band.iter() {
        sum += f64::from(*value);
        sums.push(sum);
    }
    let (mut power, last) = (0.0_f32, band.len());
    for (at, value) in band.iter_mut().enumerate() {
        let (from, to) = (at.saturating_sub(USUAL_FRAMES), (at + USUAL_FRAMES + 1).min(last));
        *value -= ((sums[to] - sums[from]) / (to - from) as f64) as f32;
        power += *value * *value;
    }
    let scale = 1.0 / (power / last as f32).sqrt().max(STILL);
    band.iter_mut().for_each(|value| *value *= scale);
}
