//! Packets of RTP (RFC 3550) that hold L16 (RFC 3551): twelve bytes that never vary in shape, then the samples.

use crate::audio::frames::{CHANNELS, to_pcm};

/// Frames in a packet: a millisecond.
pub const PACKET_FRAMES: usize = 48;

/// The type by which the description of the stream names its coding; one of those that have no fixed meaning.
pub const PAYLOAD_TYPE: u8 = 96;

/// Bytes before the samples.
const HEAD_BYTES: usize = 12;

/// Length of a packet.
pub(super) const PACKET_BYTES: usize = HEAD_BYTES + PACKET_FRAMES * CHANNELS * 2;

/// Version 2, nothing else.
const FIRST_BYTE: u8 = 2 << 6;

/// The packets of one opening, one after the other.
#[derive(Debug)]
pub(super) struct Stream {
    source: u32,
    sequence: u16,
    timestamp: u32,
}

impl Stream {
    /// Packets from this timestamp on, of a source and from a number that nobody can guess.
    pub(super) fn new(timestamp: u32) -> Self {
        // Without chance there is one stream all the same; the numbers only tell streams apart.
        let source = getrandom::u32().unwrap_or(0x4C6F_6100);
        Self { source, sequence: (source >> 7) as u16, timestamp }
    }

    /// The next packet is of this time: there is a hole before it.
    pub(super) const fn go_on_at(&mut self, timestamp: u32) {
        self.timestamp = timestamp;
    }

    /// Writes the next packet: [`PACKET_FRAMES`] frames.
    pub(super) fn packet(&mut self, samples: &[f32], bytes: &mut [u8; PACKET_BYTES]) {
        bytes[0] = FIRST_BYTE;
        bytes[1] = PAYLOAD_TYPE;
        bytes[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        bytes[8..12].copy_from_slice(&self.source.to_be_bytes());
        for (place, sample) in bytes[HEAD_BYTES..].chunks_exact_mut(2).zip(samples) {
            place.copy_from_slice(&to_pcm(*sample).to_be_bytes());
        }
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(PACKET_FRAMES as u32);
    }
}
