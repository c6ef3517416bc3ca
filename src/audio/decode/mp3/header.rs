//! The four bytes at the head of an MPEG layer 3 frame.

/// Which of the three flavours; they differ in rates and frame lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio::decode) enum Version {
    One,
    Two,
    TwoAndHalf,
}

/// A frame as its header describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio::decode) struct Header {
    pub(in crate::audio::decode) version: Version,
    pub(in crate::audio::decode) sample_rate: u32,
    pub(in crate::audio::decode) mono: bool,
    /// Of the whole frame, this header included. At most 1441.
    pub(in crate::audio::decode) bytes: usize,
}

/// The longest frame: 320 kbit/s at 32 kHz, with a padding byte.
pub(in crate::audio::decode) const FRAME_BYTES_MAX: usize = 1441;

const KBITS_ONE: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KBITS_TWO: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

impl Header {
    /// Reads a header; none if these bytes are not the head of a layer 3 frame with a stated bit rate. (Streams without
    /// a stated rate exist in the standard; no encoder in use makes them.)
    pub(in crate::audio::decode) fn parse(word: [u8; 4]) -> Option<Self> {
        let [first, second, third, fourth] = word;
        if first != 0xff || second & 0xe6 != 0xe2 {
            return None;
        }
        let (version, rates, kbits) = match second >> 3 & 3 {
            3 => (Version::One, [44_100, 48_000, 32_000], KBITS_ONE),
            2 => (Version::Two, [22_050, 24_000, 16_000], KBITS_TWO),
            0 => (Version::TwoAndHalf, [11_025, 12_000, 8_000], KBITS_TWO),
            _ => return None,
        };
        let sample_rate = *rates.get(usize::from(third >> 2 & 3))?;
        let bits = kbits.get(usize::from(third >> 4)).copied().filter(|&kbits| kbits > 0)? * 1000;
        let padding = u32::from(third >> 1 & 1);
        let factor = if version == Version::One { 144 } else { 72 };
        let bytes = (factor * bits / sample_rate + padding) as usize;
        Some(Self { version, sample_rate, mono: fourth >> 6 == 3, bytes })
    }

    /// Whether both can be frames of one stream. The bit rate may change, the rest may not.
    pub(in crate::audio::decode) const fn same_stream(&self, other: &Self) -> bool {
        self.version as u8 == other.version as u8 && self.sample_rate == other.sample_rate && self.mono == other.mono
    }

    /// Audio frames that it decodes to.
    pub(in crate::audio::decode) const fn frames(&self) -> u64 {
        match self.version {
            Version::One => 1152,
            Version::Two | Version::TwoAndHalf => 576,
        }
    }

    /// Where the side information ends, counted from the header, leaving out a checksum: where a Xing tag stands.
    pub(in crate::audio::decode) const fn tag_offset(&self) -> u64 {
        match (self.version, self.mono) {
            (Version::One, false) => 4 + 32,
            (Version::One, true) | (_, false) => 4 + 17,
            (_, true) => 4 + 9,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_state_their_length() {
        let header = Header::parse([0xff, 0xfb, 0x90, 0x44]).unwrap();
        assert_eq!((header.version, header.sample_rate, header.mono, header.bytes), (Version::One, 44_100, false, 417));
        let header = Header::parse([0xff, 0xe3, 0x18, 0xc4]).unwrap();
        assert_eq!((header.version, header.sample_rate, header.bytes), (Version::TwoAndHalf, 8_000, 72));
    }

    #[test]
    fn no_header_is_longer_than_the_longest_frame() {
        let all = (0..=0xffu8).flat_map(|second| (0..=0xffu8).map(move |third| [0xff, second, third, 0]));
        let lengths: Vec<_> = all.filter_map(Header::parse).map(|header| header.bytes).collect();
        assert_eq!(lengths.iter().max(), Some(&FRAME_BYTES_MAX));
        assert_eq!(lengths.iter().min(), Some(&24));
    }
}
