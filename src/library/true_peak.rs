//! True peak: the highest point of the wave between the samples.
//!
//! Oversampling the whole of a clip costs more than decoding it. But an interpolation filter can raise a stretch of
//! samples by no more than the sum of its coefficients' magnitudes, so a stretch that is quiet enough cannot hold the peak
//! and is passed over. What is left is measured by `ebur128`, with the filter's memory filled from the samples before, so
//! the result is the very same number as without passing over anything; a test compares the two.

use std::f64::consts::PI;

use ebur128::{EbuR128, Error, Mode};

/// Frames judged at once.
const STRETCH_FRAMES: usize = 128;
/// Coefficients of the interpolation filter, over all its phases (BS.1770, as `ebur128` has it).
const TAPS: usize = 48;
/// Frames that the filter remembers, at the most: all taps over two phases.
const MEMORY_FRAMES: usize = TAPS / 2;

/// Finds the true peak of samples as they come.
#[derive(Debug)]
pub(super) struct TruePeak {
    meter: EbuR128,
    channels: usize,
    /// The most that the filter can raise a sample, as a factor.
    rise_max: f64,
    /// The last [`MEMORY_FRAMES`] frames, oldest first.
    memory: Vec<f32>,
    /// Whether the filter has seen them.
    current: bool,
    peak: f64,
}

impl TruePeak {
    pub(super) fn new(rate: u32, channels: u16) -> Result<Self, Error> {
        let meter = EbuR128::new(u32::from(channels), rate, Mode::TRUE_PEAK)?;
        let channels = usize::from(channels);
        // Four phases below 96 kHz, two below 192 kHz, none from there on.
        let rise_max = if rate < 96_000 { rise_max(4) } else { rise_max(2) };
        Ok(Self { meter, channels, rise_max, memory: vec![0.0; MEMORY_FRAMES * channels], current: true, peak: 0.0 })
    }

    pub(super) fn add(&mut self, samples: &[f32]) -> Result<(), Error> {
        for stretch in samples.chunks(STRETCH_FRAMES * self.channels) {
            let highest = highest(stretch).max(highest(&self.memory));
            if f64::from(highest) * self.rise_max > self.peak {
                if !self.current {
                    self.meter.seed_frames_f32(&self.memory)?;
                }
                self.measure(stretch)?;
                self.current = true;
            } else {
                self.current = false;
            }
            self.remember(stretch);
        }
        Ok(())
    }

    fn measure(&mut self, samples: &[f32]) -> Result<(), Error> {
        self.meter.add_frames_f32(samples)?;
        for channel in 0..self.channels {
            self.peak = self.peak.max(self.meter.true_peak(channel as u32)?);
        }
        Ok(())
    }

    fn remember(&mut self, stretch: &[f32]) {
        let kept = self.memory.len().saturating_sub(stretch.len());
        self.memory.drain(..self.memory.len() - kept);
        let new = stretch.len().min(MEMORY_FRAMES * self.channels);
        self.memory.extend_from_slice(&stretch[stretch.len() - new..]);
    }

    /// In dBTP; none if every sample is zero.
    pub(super) fn finish(mut self) -> Result<Option<f64>, Error> {
        // The filter still holds half its length of the wave.
        self.add(&vec![0.0; MEMORY_FRAMES * self.channels])?;
        Ok((self.peak > 0.0).then(|| 20.0 * self.peak.log10()))
    }
}

/// The sum of the magnitudes of the largest phase of a Hann-windowed sinc of [`TAPS`] taps, and a little for rounding.
fn rise_max(phases: usize) -> f64 {
    let tap = |index: usize| {
        let window = 0.5 * (1.0 - (2.0 * PI * index as f64 / TAPS as f64).cos());
        let at = (index as f64 - TAPS as f64 / 2.0) * PI / phases as f64;
        if at == 0.0 { window } else { window * at.sin() / at }
    };
    let sum = |phase: usize| (phase..TAPS).step_by(phases).map(|index| tap(index).abs()).sum::<f64>();
    (0..phases).map(sum).fold(1.0, f64::max) * 1.001
}

/// The largest magnitude.
fn highest(samples: &[f32]) -> f32 {
    let mut lanes = [0f32; 8];
    let chunks = samples.chunks_exact(8);
    for (lane, sample) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane = sample.abs();
    }
    for chunk in chunks {
        for (lane, sample) in lanes.iter_mut().zip(chunk) {
            let size = sample.abs();
            *lane = if size > *lane { size } else { *lane };
        }
    }
    lanes.into_iter().fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(samples: &[f32], rate: u32, channels: u32) -> f64 {
        let mut meter = EbuR128::new(channels, rate, Mode::TRUE_PEAK).unwrap();
        meter.add_frames_f32(samples).unwrap();
        meter.add_frames_f32(&vec![0.0; MEMORY_FRAMES * channels as usize]).unwrap();
        (0..channels).map(|channel| meter.true_peak(channel).unwrap()).fold(0.0, f64::max)
    }

    #[test]
    fn passing_over_quiet_stretches_changes_nothing() {
        let seed = 3341;
        let mut random = fastrand::Rng::with_seed(seed);
        for (rate, channels) in [(8_000, 1), (44_100, 2), (48_000, 1), (96_000, 2), (192_000, 2)] {
            for _ in 0..20 {
                let (mut level, mut samples) = (0.0, Vec::new());
                for index in 0..20_000 {
                    if index % 500 == 0 {
                        level = random.f32().powi(3);
                    }
                    samples.push(level * (2.0 * random.f32() - 1.0));
                }
                let mut peak = TruePeak::new(rate, channels).unwrap();
                for piece in samples.chunks(1152) {
                    peak.add(piece).unwrap();
                }
                let expected = 20.0 * plain(&samples, rate, u32::from(channels)).log10();
                assert_eq!(peak.finish().unwrap(), Some(expected), "{rate} Hz, {channels} channels, seed {seed}");
            }
        }
    }

    #[test]
    fn no_wave_rises_above_the_bound() {
        // The worst wave for a phase: full scale with the signs of its coefficients.
        for (rate, phases) in [(44_100, 4), (96_000, 2)] {
            let mut worst = 0.0f64;
            for phase in 0..phases {
                let sign = |index: usize| {
                    let at = (index as f64 - TAPS as f64 / 2.0) * PI / phases as f64;
                    if at == 0.0 || at.sin() / at >= 0.0 { 1.0f32 } else { -1.0 }
                };
                let mut wave: Vec<_> = (phase..TAPS).step_by(phases).map(sign).collect();
                wave.reverse();
                worst = worst.max(plain(&wave, rate, 1));
            }
            let bound = rise_max(phases);
            assert!(worst <= bound && worst > bound * 0.99, "{worst} against {bound} at {rate} Hz");
        }
    }
}
