//! Band-limited conversion to the programme rate, exact to the frame.
//!
//! `n` frames in become `round(n * out / in)` frames out, the first of them at the very instant of the first one in, and a
//! conversion that begins in the middle gives the same frames, bit for bit, as one that came by there.

use rubato::audioadapter_buffers::{self, direct::InterleavedSlice};
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

/// Frames of the slower side that one transform takes. Longer blocks make the filter steeper: with 1,024 it is level to
/// 0.1 dB up to 97 % of the way to half the slower rate, and begins some 12 ms before the frame it is asked for.
const BLOCK_FRAMES_MIN: usize = 1024;

/// Why there can be no conversion between two rates.
#[derive(Debug, thiserror::Error)]
pub enum ResampleError {
    /// The pair of rates is not possible.
    #[error("cannot convert {from_hz} Hz to {to_hz} Hz, expected rates above zero")]
    Rates {
        /// Of the clip.
        from_hz: u32,
        /// Of the programme.
        to_hz: u32,
        /// What the converter says.
        #[source]
        source: rubato::ResamplerConstructionError,
    },
    /// The converter refused a block.
    #[error("the rate converter failed")]
    Block(#[source] rubato::ResampleError),
    /// The block handed to the converter was not of the size it asks for.
    #[error("the rate converter got a block of the wrong size")]
    BlockSize(#[source] audioadapter_buffers::SizeError),
}

/// Converts one clip, from any frame on, to the programme rate.
pub struct Converter {
    channels: usize,
    from_hz: u64,
    to_hz: u64,
    inner: Fft<f32>,
    block_in: usize,
    block_out: usize,
    /// Frames in, counted from the head of the clip, that were taken so far.
    taken: u64,
    /// Frames out, counted from the head of the clip, of which the first has not left yet. Negative: before the head.
    cursor: i64,
    /// First frame out that is wanted.
    from_frame: u64,
    waiting: Vec<f32>,
    scratch: Vec<f32>,
}

impl Converter {
    /// A converter of `channels` channels whose first frame out shall be `from_frame`, counted from the head of the clip at
    /// `to_hz`. It must be fed from frame [`Converter::feed_from`] on.
    ///
    /// # Errors
    /// Rates that cannot be converted.
    pub fn new(channels: usize, from_hz: u32, to_hz: u32, from_frame: u64) -> Result<Self, ResampleError> {
        let rates = |source| ResampleError::Rates { from_hz, to_hz, source };
        let (small_in, small_out) = smallest_block(from_hz, to_hz);
        // Even, so that the filter's centre falls on a frame on both sides and the delay is whole.
        let times = BLOCK_FRAMES_MIN.div_ceil(small_in.min(small_out).max(1)).next_multiple_of(2);
        let chunk = small_in * times;
        let inner = Fft::new_custom(
            from_hz as usize,
            to_hz as usize,
            chunk,
            1,
            channels,
            WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .map_err(rates)?;
        let (block_in, block_out) = (inner.fft_size_in(), inner.fft_size_out());
        let delay = inner.output_delay() as u64;
        // Block k of the output rests on blocks k and k - 1 of the input.
        let first_block = ((from_frame + delay) / block_out as u64).saturating_sub(1);
        let scratch = vec![0.0; block_out * channels];
        Ok(Self {
            channels,
            from_hz: u64::from(from_hz),
            to_hz: u64::from(to_hz),
            inner,
            block_in,
            block_out,
            taken: first_block * block_in as u64,
            cursor: i64::try_from(first_block * block_out as u64).unwrap_or(i64::MAX) - delay as i64,
            from_frame,
            waiting: Vec::with_capacity(2 * block_in * channels),
            scratch,
        })
    }

    /// The frame of the clip, at its own rate, from which it must be fed.
    #[must_use]
    pub const fn feed_from(&self) -> u64 {
        self.taken
    }

    /// Takes the next frames (interleaved, whole frames) and appends what comes out to `out`.
    ///
    /// # Errors
    /// The converter's own; there is none in good order.
    pub fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) -> Result<(), ResampleError> {
        self.waiting.extend_from_slice(frames);
        let block = self.block_in * self.channels;
        let mut used = 0;
        while self.waiting.len() - used >= block {
            self.convert(used..used + block, self.block_in, u64::MAX, out)?;
            used += block;
        }
        self.waiting.drain(..used);
        Ok(())
    }

    /// The clip is over: appends what is still inside, up to the exact number of frames.
    ///
    /// # Errors
    /// The converter's own; there is none in good order.
    pub fn finish(&mut self, out: &mut Vec<f32>) -> Result<(), ResampleError> {
        let rest = self.waiting.len() / self.channels;
        let frames_in = self.taken + rest as u64;
        let total = (frames_in * self.to_hz + self.from_hz / 2) / self.from_hz;
        self.waiting.resize(self.block_in * self.channels, 0.0);
        let mut held = rest;
        while self.cursor < i64::try_from(total).unwrap_or(i64::MAX) {
            self.convert(0..self.block_in * self.channels, held, total, out)?;
            self.waiting.fill(0.0);
            held = 0;
        }
        self.waiting.clear();
        Ok(())
    }

    fn convert(
        &mut self,
        range: std::ops::Range<usize>,
        held: usize,
        total: u64,
        out: &mut Vec<f32>,
    ) -> Result<(), ResampleError> {
        let input = InterleavedSlice::new(&self.waiting[range], self.channels, self.block_in)
            .map_err(ResampleError::BlockSize)?;
        let mut output = InterleavedSlice::new_mut(&mut self.scratch, self.channels, self.block_out)
            .map_err(ResampleError::BlockSize)?;
        let (_, written) = self.inner.process_into_buffer(&input, &mut output, None).map_err(ResampleError::Block)?;
        self.taken += held as u64;
        let first = self.cursor;
        self.cursor += written as i64;
        let wanted_from = (self.from_frame as i64 - first).clamp(0, written as i64) as usize;
        let wanted_to =
            (i64::try_from(total).unwrap_or(i64::MAX).saturating_sub(first)).clamp(0, written as i64) as usize;
        if wanted_from < wanted_to {
            out.extend_from_slice(&self.scratch[wanted_from * self.channels..wanted_to * self.channels]);
        }
        Ok(())
    }
}

/// The fewest frames in and out that stand in the exact ratio of the rates.
fn smallest_block(from_hz: u32, to_hz: u32) -> (usize, usize) {
    let (mut a, mut b) = (from_hz, to_hz);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let divisor = a.max(1);
    ((from_hz / divisor) as usize, (to_hz / divisor) as usize)
}
