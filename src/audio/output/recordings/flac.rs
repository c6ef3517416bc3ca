//! The sound of a stretch of recordings, as one FLAC file.

use std::fs::File;
use std::io::{self, BufWriter, Read as _};

use flac_codec::encode::{FlacSampleWriter, Options};

use super::Excerpt;
use super::excerpt::{FRAME_BYTES, HEAD_BYTES};
use crate::audio::frames::CHANNELS;

/// Bits of a sample.
const BITS: u32 = 16;

/// Frames taken at once.
const BLOCK_FRAMES: u64 = 4_096;

impl Excerpt {
    /// Writes it into an empty file. The same stretch gives the same bytes each time.
    ///
    /// # Errors
    /// It has no sound; the file cannot be written.
    pub fn write_flac(mut self, into: &File) -> io::Result<()> {
        let (frames, rate_hz) = (self.frames(), self.rate_hz());
        let total = Some(frames * CHANNELS as u64);
        let options = Options::default();
        let writer = FlacSampleWriter::new(BufWriter::new(into), options, rate_hz, BITS, CHANNELS as u8, total);
        let mut writer = writer.map_err(io::Error::other)?;
        self.read_exact(&mut [0; HEAD_BYTES as usize])?;
        let mut left = frames;
        while left > 0 {
            let taken = left.min(BLOCK_FRAMES);
            let mut bytes = vec![0; (taken * FRAME_BYTES) as usize];
            self.read_exact(&mut bytes)?;
            let samples: Vec<i32> =
                bytes.chunks_exact(2).map(|sample| i32::from(i16::from_le_bytes([sample[0], sample[1]]))).collect();
            writer.write(&samples).map_err(io::Error::other)?;
            left -= taken;
        }
        writer.finalize().map_err(io::Error::other)
    }
}
