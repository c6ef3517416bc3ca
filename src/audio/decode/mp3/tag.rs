//! The Xing/Info frame that encoders put first: how many frames, and how many samples of them are not sound.

use std::io;

use super::super::bytes::Bytes;
use super::walk::Found;

/// What the first frame says about the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tag {
    /// MPEG frames that follow.
    pub(super) mpeg_frames: Option<u64>,
    /// Audio frames to drop at the head: what the encoder and the decoder put before the first sample.
    pub(super) delay: u64,
    /// Audio frames to drop at the end.
    pub(super) padding: u64,
}

/// Delay of every layer 3 decoder: the polyphase filter and the overlap.
const DECODER_DELAY: u64 = 528 + 1;
/// Head of the frame that holds a tag.
const TAG_BYTES: usize = 200;

/// Reads the tag in a frame; none if the frame is sound.
pub(super) fn read(bytes: &mut Bytes, frame: &Found) -> io::Result<Option<Tag>> {
    let tag = bytes.get(frame.at + frame.header.tag_offset(), TAG_BYTES.min(frame.header.bytes))?;
    if tag.starts_with(b"Xing") || tag.starts_with(b"Info") {
        return Ok(xing(tag));
    }
    // The other kind stands at a fixed place: 32 bytes behind the header.
    let tag = bytes.get(frame.at + 4 + 32, 26)?;
    if tag.starts_with(b"VBRI") {
        let mpeg_frames = tag.get(14..18).and_then(|count| count.try_into().ok()).map(u32::from_be_bytes);
        return Ok(Some(Tag { mpeg_frames: mpeg_frames.map(u64::from), delay: 0, padding: 0 }));
    }
    Ok(None)
}

fn xing(tag: &[u8]) -> Option<Tag> {
    let word = |at: usize| Some(u64::from(u32::from_be_bytes(tag.get(at..at + 4)?.try_into().ok()?)));
    let flags = word(4)?;
    let mut at = 8;
    let mpeg_frames = if flags & 1 == 0 { None } else { word(at) };
    for (flag, length) in [(1, 4), (2, 4), (4, 100), (8, 4)] {
        if flags & flag != 0 {
            at += length;
        }
    }
    let mut found = Tag { mpeg_frames, delay: 0, padding: 0 };
    // The extension of LAME, which ffmpeg writes too: two numbers of 12 bits, 21 bytes in.
    let known = [&b"LAME"[..], b"Lavf", b"Lavc"].iter().any(|name| tag.get(at..).is_some_and(|e| e.starts_with(name)));
    if let (true, Some(trim)) = (known, word(at + 20)) {
        found.delay = (trim >> 12 & 0xfff) + DECODER_DELAY;
        found.padding = (trim & 0xfff).saturating_sub(DECODER_DELAY);
    }
    Some(found)
}
