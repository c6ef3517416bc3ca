//! The frames of a stream that can be entered anywhere: MP3 and AAC in ADTS.

use super::super::mp3::{FRAME_BYTES_MAX, Header};

/// The longest frame of either coding: an ADTS header has 13 bits for its length.
pub(super) const FRAME_MAX: usize = 8191;
/// A frame in the middle of others is found within so many bytes: the rest of one, two whole ones, and the head of the next.
pub(super) const SEARCH_MAX: usize = 2 * FRAME_MAX;

const _: () = assert!(FRAME_BYTES_MAX <= FRAME_MAX);

const ADTS_RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// How frames are coded. Two frames of one stream agree in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// MPEG layer 3.
    Mp3 {
        /// Hz.
        rate: u32,
    },
    /// AAC, with what an AudioSpecificConfig needs.
    Adts {
        /// Audio object type, 1 to 4; only 2 (LC) can be decoded.
        object: u8,
        /// Index of the rate.
        rate_index: u8,
        /// Channel configuration.
        channels: u8,
    },
}

/// A frame's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// How it is coded.
    pub(super) coding: Coding,
    /// Bytes in all.
    pub(super) bytes: usize,
    /// Bytes of them that stand before what the codec is given.
    pub(super) head: usize,
    /// Frames of audio in it.
    pub(super) frames: u64,
}

impl Frame {
    /// The frame that `bytes` begin with; none if they do not, or are too few to say.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let word: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
        if let Some(header) = Header::parse(word) {
            let coding = Coding::Mp3 { rate: header.sample_rate };
            return Some(Self { coding, bytes: header.bytes, head: 0, frames: header.frames() });
        }
        let [0xff, second, third, fourth, fifth, sixth, seventh] = *bytes.get(..7)? else { return None };
        if second & 0xf6 != 0xf0 {
            return None;
        }
        let rate_index = third >> 2 & 15;
        let length = usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5);
        let head = if second & 1 == 1 { 7 } else { 9 };
        // Several AAC packets in one frame are allowed and not in use.
        if usize::from(rate_index) >= ADTS_RATES.len() || length <= head || seventh & 3 != 0 {
            return None;
        }
        let channels = (third & 1) << 2 | fourth >> 6;
        let coding = Coding::Adts { object: (third >> 6) + 1, rate_index, channels };
        Some(Self { coding, bytes: length, head, frames: 1024 })
    }

    /// The first place from which a frame is followed by another: a frame alone could be chance.
    pub(super) fn find(bytes: &[u8]) -> Option<usize> {
        (0..bytes.len()).find(|&at| {
            let first = Self::parse(&bytes[at..]);
            let next = |frame: Self| bytes.get(at + frame.bytes..).and_then(Self::parse);
            first.is_some_and(|frame| next(frame).is_some_and(|next| frame.coding.alike(next.coding)))
        })
    }
}

impl Coding {
    const fn alike(self, other: Self) -> bool {
        matches!((self, other), (Self::Mp3 { .. }, Self::Mp3 { .. }) | (Self::Adts { .. }, Self::Adts { .. }))
    }

    /// `mp3` or `aac`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Mp3 { .. } => "mp3",
            Self::Adts { .. } => "aac",
        }
    }
}
