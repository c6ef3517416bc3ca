//! Band-limited conversion of sound without an end, whose ratio moves a little while it runs.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Adjustable as _, Async, FixedAsync, Resampler as _, SincInterpolationParameters, SincInterpolationType,
    WindowFunction,
};

use crate::audio::frames::CHANNELS;
use crate::audio::resample::ResampleError;

/// Frames in that are converted at once: 5 ms of a stream.
const BLOCK_FRAMES: usize = 256;
/// Length of the filter, in frames. Level to 20 kHz at 48 kHz; a live relay asks for no more.
const FILTER_FRAMES: usize = 128;
/// How far the ratio may be moved, as a factor.
const MOVED_MAX: f64 = 1.01;

/// Converts stereo from one rate to another, and a little more or less than that.
pub struct LiveConverter {
    inner: Async<f32>,
    waiting: Vec<f32>,
    scratch: Vec<f32>,
}

impl LiveConverter {
    /// A converter between two rates, both above zero.
    ///
    /// # Errors
    /// Rates that cannot be converted.
    pub fn new(from_hz: u32, to_hz: u32) -> Result<Self, ResampleError> {
        let parameters = SincInterpolationParameters::new(FILTER_FRAMES, WindowFunction::BlackmanHarris2)
            .oversampling_factor(256)
            .interpolation(SincInterpolationType::Cubic);
        let ratio = f64::from(to_hz) / f64::from(from_hz.max(1));
        let made = Async::new_sinc(ratio, MOVED_MAX, &parameters, BLOCK_FRAMES, CHANNELS, FixedAsync::Input);
        let inner = made.map_err(|source| ResampleError::Rates { from_hz, to_hz, source })?;
        let scratch = vec![0.0; inner.output_frames_max() * CHANNELS];
        Ok(Self { inner, waiting: Vec::new(), scratch })
    }

    /// From now on `by` times as many frames come out; held within what can be done.
    ///
    /// # Errors
    /// The converter's own; there is none in good order.
    pub fn stretch(&mut self, by: f64) -> Result<(), ResampleError> {
        let by = by.clamp(1.0 / MOVED_MAX, MOVED_MAX);
        self.inner.set_resample_ratio_relative(by, true).map_err(ResampleError::Block)
    }

    /// Takes the next frames (stereo, whole frames) and appends what comes out to `out`.
    ///
    /// # Errors
    /// The converter's own; there is none in good order.
    pub fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) -> Result<(), ResampleError> {
        self.waiting.extend_from_slice(frames);
        let mut used = 0;
        loop {
            let block = self.inner.input_frames_next();
            let end = used + block * CHANNELS;
            if end > self.waiting.len() {
                break;
            }
            let room = self.scratch.len() / CHANNELS;
            let input = InterleavedSlice::new(&self.waiting[used..end], CHANNELS, block);
            let input = input.map_err(ResampleError::BlockSize)?;
            let output = InterleavedSlice::new_mut(&mut self.scratch, CHANNELS, room);
            let mut output = output.map_err(ResampleError::BlockSize)?;
            let (_, made) = self.inner.process_into_buffer(&input, &mut output, None).map_err(ResampleError::Block)?;
            out.extend_from_slice(&self.scratch[..made * CHANNELS]);
            used = end;
        }
        self.waiting.drain(..used);
        Ok(())
    }
}
