//! Everything that is measured on a clip, in one pass over its samples.

use ebur128::{Channel, EbuR128, Error, Mode};

use super::true_peak::TruePeak;
use super::waveform::{Drawing, Waveform};

/// A window whose mean level on its loudest channel is below this is silent. The noise of a quiet room recorded well is
/// 10 dB above it, a digital pause far below.
pub const SILENCE_DBFS: f64 = -60.0;
/// Length of a window of the silence measurement.
pub const SILENCE_WINDOW_MS: u32 = 10;
/// A sample from here on counts as clipped: the highest that 16 bits can say.
pub const CLIPPED_FROM: f32 = 32_767.0 / 32_768.0;

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measured {
    pub(super) frames: u64,
    pub(super) loudness_lufs: Option<f64>,
    pub(super) true_peak_dbtp: Option<f64>,
    pub(super) head_silence_ms: u64,
    pub(super) tail_silence_ms: u64,
    pub(super) inner_silence_ms_max: u64,
    pub(super) clipped_samples: u64,
    pub(super) waveform: Waveform,
}

/// Takes samples as they come.
#[derive(Debug)]
pub(super) struct Meter {
    channels: usize,
    rate: u32,
    frames: u64,
    loudness: EbuR128,
    true_peak: TruePeak,
    silence: Silence,
    drawing: Drawing,
    clipped_samples: u64,
}

impl Meter {
    /// A mono clip is measured as it is heard: on both loudspeakers of a stereo zone. So the same speech measures alike
    /// whether it came as one channel or as two equal ones, and is not played 3 dB louder in one case.
    pub(super) fn new(rate: u32, channels: u16) -> Result<Self, Error> {
        let mut loudness = EbuR128::new(u32::from(channels), rate, Mode::I)?;
        if channels == 1 {
            loudness.set_channel(0, Channel::DualMono)?;
        }
        Ok(Self {
            channels: usize::from(channels),
            rate,
            frames: 0,
            loudness,
            true_peak: TruePeak::new(rate, channels)?,
            silence: Silence::new(rate),
            drawing: Drawing::new(rate),
            clipped_samples: 0,
        })
    }

    pub(super) fn add(&mut self, samples: &[f32]) -> Result<(), Error> {
        self.frames += (samples.len() / self.channels) as u64;
        self.loudness.add_frames_f32(samples)?;
        self.true_peak.add(samples)?;
        self.silence.add(samples, self.channels);
        self.drawing.add(samples, self.channels);
        self.clipped_samples += samples.iter().map(|sample| u64::from(sample.abs() >= CLIPPED_FROM)).sum::<u64>();
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Measured, Error> {
        let loudness = self.loudness.loudness_global()?;
        let ms = |frames: u64| frames * 1000 / u64::from(self.rate);
        let (head, tail, inner) = self.silence.finish();
        Ok(Measured {
            frames: self.frames,
            // Minus infinity says that every block is below the gate.
            loudness_lufs: loudness.is_finite().then_some(loudness),
            true_peak_dbtp: self.true_peak.finish()?,
            head_silence_ms: ms(head),
            tail_silence_ms: ms(tail),
            inner_silence_ms_max: ms(inner),
            clipped_samples: self.clipped_samples,
            waveform: self.drawing.finish(),
        })
    }
}

/// Finds the silence at the head, at the end, and the longest between.
#[derive(Debug)]
struct Silence {
    window_frames: u64,
    /// Frames in the window so far, and the sum of squares of each channel.
    in_window: u64,
    sums: [f64; 2],
    frames: u64,
    /// Frames of silence since the last sound.
    running: u64,
    head: Option<u64>,
    inner: u64,
}

impl Silence {
    fn new(rate: u32) -> Self {
        let window_frames = u64::from((rate * SILENCE_WINDOW_MS / 1000).max(1));
        Self { window_frames, in_window: 0, sums: [0.0; 2], frames: 0, running: 0, head: None, inner: 0 }
    }

    fn add(&mut self, mut samples: &[f32], channels: usize) {
        while !samples.is_empty() {
            let left = (self.window_frames - self.in_window) as usize * channels;
            let (now, later) = samples.split_at(left.min(samples.len()));
            self.in_window += (now.len() / channels) as u64;
            let sums = squares(now, channels);
            self.sums = [self.sums[0] + sums[0], self.sums[1] + sums[1]];
            if self.in_window == self.window_frames {
                self.close();
            }
            samples = later;
        }
    }

    fn close(&mut self) {
        let threshold = 10f64.powf(SILENCE_DBFS / 10.0) * self.in_window as f64;
        let silent = self.sums.iter().all(|&sum| sum < threshold);
        self.frames += self.in_window;
        if silent {
            self.running += self.in_window;
        } else {
            match self.head {
                None => self.head = Some(self.running),
                Some(_) => self.inner = self.inner.max(self.running),
            }
            self.running = 0;
        }
        (self.in_window, self.sums) = (0, [0.0; 2]);
    }

    /// Frames at the head, at the end, and of the longest between. A clip without any sound is all head.
    fn finish(mut self) -> (u64, u64, u64) {
        if self.in_window > 0 {
            self.close();
        }
        match self.head {
            None => (self.frames, 0, 0),
            Some(head) => (head, self.running, self.inner),
        }
    }
}

/// Sums of squares of the even and the odd samples: the two channels of stereo; of mono, both into the first.
fn squares(samples: &[f32], channels: usize) -> [f64; 2] {
    // A window is at most 1920 frames, so single precision loses nothing that the threshold could notice.
    let mut lanes = [0f32; 8];
    let chunks = samples.chunks_exact(8);
    for (lane, sample) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane = sample * sample;
    }
    for chunk in chunks {
        for (lane, sample) in lanes.iter_mut().zip(chunk) {
            *lane += sample * sample;
        }
    }
    let sum = |first: usize| lanes.iter().skip(first).step_by(2).map(|&lane| f64::from(lane)).sum::<f64>();
    if channels == 2 { [sum(0), sum(1)] } else { [sum(0) + sum(1), 0.0] }
}
