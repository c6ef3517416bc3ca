//! Steps from frame to frame of an MP3 file, over tags and over damage.

use std::io;

use super::super::bytes::Bytes;
use super::header::{FRAME_BYTES_MAX, Header};

/// How far into the file the first frame is looked for, behind the tags.
const FIRST_FRAME_BYTES_MAX: u64 = 1024 * 1024;
/// Frames that must follow each other before a stretch of bytes is believed to be MP3.
const CHAIN_FRAMES: usize = 4;

/// A frame found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) at: u64,
    pub(super) header: Header,
    /// Bytes before it that belong to no frame and no tag: damage.
    pub(super) skipped: u64,
}

/// What comes next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Frame(Found),
    /// No further frame. `cut` when the file ends inside one.
    End {
        cut: bool,
    },
}

/// The whole length of an ID3v2 tag that begins with these ten bytes.
pub(in super::super) fn id3_length(head: [u8; 10]) -> Option<u64> {
    let sizes = [head[6], head[7], head[8], head[9]];
    let tag = head.starts_with(b"ID3") && head[3] < 0xff && sizes.iter().all(|&size| size < 0x80);
    let body = sizes.iter().fold(0, |sum, &size| sum << 7 | u64::from(size));
    let footer = if head[5] & 0x10 == 0 { 0 } else { 10 };
    tag.then_some(10 + body + footer)
}

/// The offset behind the tags that stand at `at`: ID3v2, APE, and ID3v1 at the very end.
fn after_tags(bytes: &mut Bytes, mut at: u64) -> io::Result<u64> {
    loop {
        let length = match bytes.get(at, 32)? {
            head if head.starts_with(b"TAG") => Some(128),
            head if head.starts_with(b"APETAGEX") && head.len() == 32 => {
                let size = u32::from_le_bytes([head[12], head[13], head[14], head[15]]);
                let header_here = head[23] & 0x20 != 0;
                Some(u64::from(size) + if header_here { 32 } else { 0 })
            }
            head => head.first_chunk().copied().and_then(id3_length),
        };
        match length {
            Some(length) if length > 0 && at < bytes.length() => at += length,
            _ => return Ok(at),
        }
    }
}

fn header_at(bytes: &mut Bytes, at: u64) -> io::Result<Option<Header>> {
    Ok(bytes.array(at)?.and_then(Header::parse))
}

/// Where the first frame stands, looking from `from` on: one that is followed by others of the same stream, up to
/// [`CHAIN_FRAMES`] or exactly to the end of the file.
pub(in super::super) fn first_frame(bytes: &mut Bytes, from: u64) -> io::Result<Option<u64>> {
    let end = bytes.length().min(from.saturating_add(FIRST_FRAME_BYTES_MAX));
    let mut at = from;
    while let Some(candidate) = next_sync(bytes, at, end)? {
        if let Some(first) = header_at(bytes, candidate)?
            && chained(bytes, candidate, &first)?
        {
            return Ok(Some(candidate));
        }
        at = candidate + 1;
    }
    Ok(None)
}

fn chained(bytes: &mut Bytes, at: u64, first: &Header) -> io::Result<bool> {
    let mut next = at + first.bytes as u64;
    for count in 1..CHAIN_FRAMES {
        if after_tags(bytes, next)? >= bytes.length() {
            // A very short recording, or one cut after a few frames: then at least two must have been in order, or
            // the one be exactly the whole file.
            return Ok(count > 1 || next <= bytes.length());
        }
        match header_at(bytes, next)? {
            Some(header) if header.same_stream(first) => next += header.bytes as u64,
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// The next offset in `[at, end)` that may be a sync word.
fn next_sync(bytes: &mut Bytes, mut at: u64, end: u64) -> io::Result<Option<u64>> {
    const STRIDE: usize = 4096;
    while at < end {
        let window = bytes.get(at, STRIDE)?;
        if window.len() < 4 {
            return Ok(None);
        }
        let sync = |pair: &[u8]| pair[0] == 0xff && pair[1] & 0xe6 == 0xe2;
        match window.windows(2).position(sync) {
            Some(offset) => return Ok((at + (offset as u64) < end).then_some(at + offset as u64)),
            None => at += window.len() as u64 - 1,
        }
    }
    Ok(None)
}

/// The frame at `at` or, if there is none, the next one of the same stream as `like`.
pub(super) fn step(bytes: &mut Bytes, at: u64, like: &Header) -> io::Result<Step> {
    let at = after_tags(bytes, at)?;
    let length = bytes.length();
    let mut cut = false;
    if let Some(header) = header_at(bytes, at)?.filter(|header| header.same_stream(like)) {
        if at + header.bytes as u64 <= length {
            return Ok(Step::Frame(Found { at, header, skipped: 0 }));
        }
        cut = true;
    }
    // Lost. A candidate must be followed by another frame, by a tag or by the end of the file.
    let mut from = at + 1;
    while let Some(candidate) = next_sync(bytes, from, length)? {
        if let Some(header) = header_at(bytes, candidate)?.filter(|header| header.same_stream(like)) {
            let next = candidate + header.bytes as u64;
            let followed = next == length
                || (next < length
                    && (header_at(bytes, next)?.is_some_and(|other| other.same_stream(like))
                        || after_tags(bytes, next)? > next));
            if followed {
                return Ok(Step::Frame(Found { at: candidate, header, skipped: candidate - at }));
            }
        }
        from = candidate + 1;
    }
    // A stretch shorter than a frame at the end is what a cut leaves; encoders end on a whole frame.
    let rest = length.saturating_sub(at);
    Ok(Step::End { cut: cut && rest < FRAME_BYTES_MAX as u64 })
}
