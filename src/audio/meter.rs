//! What a voice sounded like on its way out. Runs in the control thread, behind a ring: it may be late, never in the way.

use std::time::Duration;

use crate::audio::frames::CHANNELS;
use crate::domain::log::Level;

/// A hundredth of a second whose every sample is below this is silence: -60 dBFS.
const SILENCE_BELOW: f32 = 0.001;

/// Windows of silence in a second.
const WINDOWS_PER_SECOND: usize = 100;

/// Meters one voice.
pub struct Meter {
    loudness: Option<ebur128::EbuR128>,
    silence: Silence,
    tap: rtrb::Consumer<f32>,
    rate_hz: u32,
}

impl Meter {
    /// A meter behind `tap`. A rate that EBU R128 is not defined for is metered for silence only.
    #[must_use]
    pub fn new(rate_hz: u32, tap: rtrb::Consumer<f32>) -> Self {
        let mode = ebur128::Mode::I | ebur128::Mode::M;
        let loudness = ebur128::EbuR128::new(CHANNELS as u32, rate_hz, mode).ok();
        let window = (rate_hz as usize / WINDOWS_PER_SECOND).max(1) * CHANNELS;
        Self { loudness, silence: Silence { window, left: window, peak: 0.0, samples: 0, run: 0 }, tap, rate_hz }
    }

    /// Measures what has come since the last time.
    pub fn drain(&mut self) {
        let waiting = self.tap.slots() / CHANNELS * CHANNELS;
        let Ok(chunk) = self.tap.read_chunk(waiting) else { return };
        let (first, second) = chunk.as_slices();
        // The ring holds whole frames and has room for a whole number of them, so a frame never lies across its seam.
        for part in [first, second] {
            if let Some(loudness) = &mut self.loudness {
                // Fails only on half a frame.
                let _ = loudness.add_frames_f32(part);
            }
            self.silence.push(part);
        }
        chunk.commit_all();
    }

    /// Loudness of the last 400 ms in LUFS; none when silent.
    #[must_use]
    pub fn momentary_lufs(&self) -> Option<f64> {
        self.loudness.as_ref()?.loudness_momentary().ok().filter(|lufs| lufs.is_finite())
    }

    /// For how long it has given nothing but silence by now, of what came out of it.
    #[must_use]
    pub fn silent_for(&self) -> Duration {
        let frames = self.silence.run / CHANNELS as u64;
        Duration::from_millis(frames * 1000 / u64::from(self.rate_hz.max(1)))
    }

    /// What was measured in all. `underrun_frames` of silence were in between.
    #[must_use]
    pub fn finish(mut self, underrun_frames: u64) -> Level {
        self.drain();
        self.silence.close();
        let loudness_lufs =
            self.loudness.and_then(|meter| meter.loudness_global().ok()).filter(|lufs| lufs.is_finite());
        let silent_frames = self.silence.samples / CHANNELS as u64 + underrun_frames;
        Level { loudness_lufs, silent_ms: silent_frames * 1000 / u64::from(self.rate_hz.max(1)) }
    }
}

/// Adds up the windows in which nothing was to be heard.
struct Silence {
    window: usize,
    left: usize,
    peak: f32,
    samples: u64,
    /// Of these, those since something was heard last.
    run: u64,
}

impl Silence {
    fn push(&mut self, mut samples: &[f32]) {
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(self.left));
            self.peak = now.iter().fold(self.peak, |peak, sample| peak.max(sample.abs()));
            self.left -= now.len();
            if self.left == 0 {
                self.close();
            }
            samples = later;
        }
    }

    fn close(&mut self) {
        if self.peak < SILENCE_BELOW {
            self.samples += (self.window - self.left) as u64;
            self.run += (self.window - self.left) as u64;
        } else {
            self.run = 0;
        }
        (self.left, self.peak) = (self.window, 0.0);
    }
}
