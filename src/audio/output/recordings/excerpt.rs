//! The sound of a stretch of recordings, as one WAV file that is made while it is read.

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};
use std::time::Duration;

use hound::{SampleFormat, WavSpec, WavWriter};

use super::Piece;
use crate::audio::decode::Decoder;
use crate::audio::frames::{CHANNELS, to_pcm};
use crate::domain::clip::frames_to_duration;

/// Bytes of a frame.
pub(super) const FRAME_BYTES: u64 = 2 * CHANNELS as u64;

/// What stands before the sound.
pub(super) const HEAD_BYTES: u64 = 44;

/// Most bytes of sound that the head of a WAV file can state.
const BYTES_MAX: u64 = u32::MAX as u64 - 36;

/// Reads as a WAV file of sixteen bits. Frames that a damaged file does not give back are silent, so that time does not slip.
pub struct Excerpt {
    pieces: VecDeque<Piece>,
    /// Frames of the first piece that are still to come.
    left: u64,
    decoder: Option<Decoder>,
    bytes: Vec<u8>,
    taken: usize,
    frames: u64,
    rate_hz: u32,
}

impl Excerpt {
    /// Of these pieces, one after the other; those that would exceed what a WAV file holds (six hours) are left out, and so are
    /// those of another rate than the first.
    ///
    /// # Errors
    /// The head of the file cannot be made.
    pub fn new(pieces: Vec<Piece>) -> io::Result<Self> {
        let rate_hz = pieces.first().map_or(48_000, |piece| piece.rate_hz);
        let mut room = BYTES_MAX / FRAME_BYTES;
        let mut kept = VecDeque::new();
        for mut piece in pieces.into_iter().filter(|piece| piece.rate_hz == rate_hz) {
            piece.frames = piece.frames.min(room);
            room -= piece.frames;
            kept.push_back(piece);
        }
        let frames = kept.iter().map(|piece| piece.frames).sum();
        let bytes = head(rate_hz, frames)?;
        let left = kept.front().map_or(0, |piece| piece.frames);
        Ok(Self { pieces: kept, left, decoder: None, bytes, taken: 0, frames, rate_hz })
    }

    /// Of the whole file, in bytes.
    #[must_use]
    pub const fn length_bytes(&self) -> u64 {
        HEAD_BYTES + self.frames * FRAME_BYTES
    }

    /// How long its sound lasts.
    #[must_use]
    pub fn lasts(&self) -> Duration {
        frames_to_duration(self.frames, self.rate_hz)
    }

    /// How many frames it has.
    pub(super) const fn frames(&self) -> u64 {
        self.frames
    }

    /// Frames per second.
    pub(super) const fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Decodes on; nothing is left when there is nothing more.
    fn decode(&mut self) {
        (self.taken, self.bytes) = (0, Vec::new());
        while self.left == 0 {
            self.decoder = None;
            self.pieces.pop_front();
            let Some(next) = self.pieces.front() else { return };
            self.left = next.frames;
        }
        let Some(piece) = self.pieces.front() else { return };
        let rate_hz = piece.rate_hz;
        if self.decoder.is_none() {
            let at = piece.frame + (piece.frames - self.left);
            let opened = Decoder::open(&piece.path).and_then(|mut decoder| decoder.seek(at).map(|()| decoder));
            self.decoder = opened.ok();
        }
        let block = self.decoder.as_mut().and_then(|decoder| {
            let channels = usize::from(decoder.channels());
            let block = decoder.next_block().ok().flatten()?;
            (channels == CHANNELS).then_some(block.samples)
        });
        match block {
            Some(samples) => {
                let frames = self.left.min((samples.len() / CHANNELS) as u64);
                let samples = &samples[..frames as usize * CHANNELS];
                self.bytes = samples.iter().flat_map(|sample| to_pcm(*sample).to_le_bytes()).collect();
                self.left -= frames;
            }
            None => {
                // A second at a time; what can be read after it is read at its own time again.
                let frames = self.left.min(u64::from(rate_hz));
                self.bytes = vec![0; (frames * FRAME_BYTES) as usize];
                self.left -= frames;
                self.decoder = None;
            }
        }
    }
}

impl Read for Excerpt {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.bytes.len() {
            self.decode();
        }
        let rest = &self.bytes[self.taken..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.taken += length;
        Ok(length)
    }
}

/// The head of a WAV file of so many frames.
fn head(rate_hz: u32, frames: u64) -> io::Result<Vec<u8>> {
    let spec = WavSpec {
        channels: CHANNELS as u16,
        sample_rate: rate_hz,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut bytes = Vec::new();
    let empty = WavWriter::new(Cursor::new(&mut bytes), spec).and_then(WavWriter::finalize);
    empty.map_err(io::Error::other)?;
    // The two lengths that depend on the frames: of all that follows the first eight bytes, and of the sound at the end.
    let sound = u32::try_from(frames * FRAME_BYTES).unwrap_or(u32::MAX);
    let whole = sound.saturating_add(bytes.len() as u32 - 8);
    let at = bytes.len() - 4;
    bytes[4..8].copy_from_slice(&whole.to_le_bytes());
    bytes[at..].copy_from_slice(&sound.to_le_bytes());
    Ok(bytes)
}
