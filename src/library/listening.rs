//! A recording for the ears of somebody at a browser.
//!
//! Most come as they are stored. What browsers do not play (AIFF, ALAC, CAF) is decoded while it is listened to and handed over
//! as WAV, from any byte on, so that a player can jump in it.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::ImportError;
use crate::audio::decode::Decoder;
use crate::domain::clip::AudioFacts;

/// A WAV header of 16-bit samples.
const HEADER_BYTES: usize = 44;
/// Bytes of a sample.
const SAMPLE_BYTES: u64 = 2;

/// How a recording reaches a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listening {
    /// The file as it is stored, of this media type.
    Stored(&'static str),
    /// Decoded to WAV on the way.
    Decoded,
}

impl Listening {
    /// For a format as the import names it. Ogg Vorbis is decoded too: Safari plays none.
    #[must_use]
    pub fn of(format: &str) -> Self {
        match format {
            "mp3" => Self::Stored("audio/mpeg"),
            "m4a/aac" => Self::Stored("audio/mp4"),
            "aac" => Self::Stored("audio/aac"),
            "flac" => Self::Stored("audio/flac"),
            "wav" => Self::Stored("audio/wav"),
            _ => Self::Decoded,
        }
    }
}

/// A recording as a WAV file that is nowhere written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WavView {
    path: PathBuf,
    rate: u32,
    channels: u16,
    frames: u64,
}

impl WavView {
    /// The recording at `path`, of which this was measured.
    #[must_use]
    pub fn new(path: &Path, facts: &AudioFacts) -> Self {
        Self { path: path.to_owned(), rate: facts.sample_rate, channels: facts.channels, frames: facts.frames }
    }

    /// Length of the whole in bytes. Never more than a WAV header can say: the import takes at most hours.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        HEADER_BYTES as u64 + self.sound_bytes()
    }

    fn sound_bytes(&self) -> u64 {
        let most = u64::from(u32::MAX) - 64;
        (self.frames.saturating_mul(self.frame_bytes())).min(most - most % self.frame_bytes())
    }

    const fn frame_bytes(&self) -> u64 {
        SAMPLE_BYTES * self.channels as u64
    }

    /// The bytes from `from` on. Holds no more than a packet of sound at a time.
    ///
    /// # Errors
    /// When the recording cannot be read.
    pub fn read_from(&self, from: u64) -> Result<WavReader, ImportError> {
        let mut decoder = Decoder::open(&self.path)?;
        let into = from.saturating_sub(HEADER_BYTES as u64);
        let (frame, odd) = (into / self.frame_bytes(), into % self.frame_bytes());
        if frame > 0 {
            decoder.seek(frame)?;
        }
        let header = self.header();
        let mut waiting = header.get(usize::try_from(from).unwrap_or(usize::MAX)..).unwrap_or_default().to_vec();
        waiting.reverse();
        let left = self.bytes().saturating_sub(from);
        Ok(WavReader { decoder, waiting, skip: odd as usize, left })
    }

    fn header(&self) -> Vec<u8> {
        let (sound, rate) = (self.sound_bytes() as u32, self.rate);
        let mut header = Vec::with_capacity(HEADER_BYTES);
        header.extend(b"RIFF");
        header.extend((sound + HEADER_BYTES as u32 - 8).to_le_bytes());
        header.extend(b"WAVEfmt ");
        header.extend(16u32.to_le_bytes());
        header.extend(1u16.to_le_bytes());
        header.extend(self.channels.to_le_bytes());
        header.extend(rate.to_le_bytes());
        header.extend((rate * self.frame_bytes() as u32).to_le_bytes());
        header.extend((self.frame_bytes() as u16).to_le_bytes());
        header.extend(16u16.to_le_bytes());
        header.extend(b"data");
        header.extend(sound.to_le_bytes());
        header
    }
}

/// Reads a [`WavView`]. What a damaged recording lacks at its end is silence, so that the length holds.
pub struct WavReader {
    decoder: Decoder,
    /// The next bytes, the last of them first.
    waiting: Vec<u8>,
    /// Bytes of the first frame that were not asked for.
    skip: usize,
    left: u64,
}

impl std::fmt::Debug for WavReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WavReader").field("left", &self.left).finish_non_exhaustive()
    }
}

impl WavReader {
    fn refill(&mut self) -> io::Result<()> {
        match self.decoder.next_block().map_err(io::Error::other)? {
            Some(block) => {
                let sample = |sample: &f32| (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
                self.waiting = block.samples.iter().flat_map(|value| sample(value).to_le_bytes()).collect();
            }
            None => {
                let silence = self.left.saturating_add(self.skip as u64).min(64 * 1024);
                self.waiting = vec![0; silence as usize];
            }
        }
        let skip = self.skip.min(self.waiting.len());
        self.skip -= skip;
        self.waiting.drain(..skip);
        self.waiting.reverse();
        Ok(())
    }
}

impl Read for WavReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let mut filled = 0;
        while filled < most {
            match self.waiting.pop() {
                Some(byte) => {
                    buffer[filled] = byte;
                    filled += 1;
                }
                None => self.refill()?,
            }
        }
        self.left -= filled as u64;
        Ok(filled)
    }
}
