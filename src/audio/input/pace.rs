//! Keeps a ring filled evenly although the other end's clock is not ours: by how much its sound is stretched.

/// The most that sound is stretched or pressed. Three in a thousand is a twentieth of a semitone, which nobody hears; clocks
/// of sound cards differ by a tenth of that.
pub const STRETCH_MAX: f64 = 0.003;
/// The stretch for each second by which the ring is fuller or emptier than it shall be.
const STRETCH_PER_SECOND: f64 = 0.002;
/// Seconds over which the fill is averaged: sound comes in lumps.
const AVERAGE_SECONDS: f64 = 8.0;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    rate_hz: f64,
    target: f64,
    average: f64,
}

impl Pace {
    /// For a ring at `rate_hz` that shall hold `target` frames.
    #[must_use]
    pub fn new(rate_hz: u32, target: usize) -> Self {
        Self { rate_hz: f64::from(rate_hz.max(1)), target: target as f64, average: target as f64 }
    }

    /// `frames` more were put into the ring, which now holds `fill`: how many frames out there shall be for one in, near 1.
    pub fn correct(&mut self, frames: usize, fill: usize) -> f64 {
        let part = (frames as f64 / (self.rate_hz * AVERAGE_SECONDS)).min(1.0);
        self.average += (fill as f64 - self.average) * part;
        let missing_s = (self.target - self.average) / self.rate_hz;
        1.0 + (missing_s * STRETCH_PER_SECOND).clamp(-STRETCH_MAX, STRETCH_MAX)
    }
}
