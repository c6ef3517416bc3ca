//! What a file is, from its bytes; its name is never asked.

use std::io;

use super::bytes::Bytes;
use super::error::LooksLike;
use super::mp3;

/// Bytes of the head that are judged.
const HEAD_BYTES: usize = 4096;
/// ID3 tags in front of the sound that are stepped over; each may hold a picture of many megabytes.
const TAGS_MAX: usize = 8;

/// What the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// MPEG layer 3 frames, the first at this offset.
    Mp3 { at: u64 },
    /// A container that symphonia demultiplexes.
    Container(Container),
    /// Audio that cannot be decoded here, by its usual name.
    Unsupported(&'static str),
    /// Not audio.
    Not(LooksLike),
}

/// The containers that symphonia demultiplexes for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Flac,
    Ogg,
    Wav,
    Aiff,
    Mp4,
    Caf,
    Adts,
}

impl Container {
    /// As an operator calls it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Ogg => "ogg",
            Self::Wav => "wav",
            Self::Aiff => "aiff",
            Self::Mp4 => "m4a",
            Self::Caf => "caf",
            Self::Adts => "aac",
        }
    }
}

/// Judges the file.
pub(super) fn sniff(bytes: &mut Bytes) -> io::Result<Content> {
    let at = after_tags(bytes)?;
    let head = bytes.get(at, HEAD_BYTES)?.to_vec();
    if let Some(content) = by_magic(&head, &mut |offset, count| Ok(bytes.get(at + offset, count)?.to_vec()))? {
        return Ok(content);
    }
    if let Some(at) = mp3::first_frame(bytes, at)? {
        return Ok(Content::Mp3 { at });
    }
    Ok(Content::Not(shapeless(&head)))
}

/// The offset behind the ID3v2 tags at the head.
pub(super) fn after_tags(bytes: &mut Bytes) -> io::Result<u64> {
    let mut at = 0;
    for _ in 0..TAGS_MAX {
        match bytes.array::<10>(at)?.and_then(mp3::id3_length) {
            Some(length) if at + length < bytes.length() => at += length,
            _ => break,
        }
    }
    Ok(at)
}

pub(super) type Peek<'a> = &'a mut dyn FnMut(u64, usize) -> io::Result<Vec<u8>>;

pub(super) fn by_magic(head: &[u8], peek: Peek<'_>) -> io::Result<Option<Content>> {
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    let container = |kind| Ok(Some(Content::Container(kind)));
    if at(0, b"fLaC") {
        return container(Container::Flac);
    }
    if at(0, b"OggS") {
        return Ok(Some(ogg(head)));
    }
    if at(0, b"RIFF") {
        return Ok(Some(riff(head)));
    }
    if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) {
        return container(Container::Aiff);
    }
    if at(4, b"ftyp") {
        let picture = [&b"heic"[..], b"heix", b"mif1", b"msf1", b"avif"].iter().any(|brand| at(8, brand));
        return if picture { not(LooksLike::Picture("HEIC")) } else { container(Container::Mp4) };
    }
    if at(0, b"caff") {
        return container(Container::Caf);
    }
    // ADTS: twelve bits of sync, layer 0; the next frame must follow where this one says that it ends.
    if let [0xff, second, _, third, fourth, fifth, ..] = *head
        && second & 0xf6 == 0xf0
    {
        let length = (u64::from(third & 3) << 11) | (u64::from(fourth) << 3) | u64::from(fifth >> 5);
        let next = peek(length, 2)?;
        if length > 7 && (next.is_empty() || matches!(next[..], [0xff, byte] if byte & 0xf6 == 0xf0)) {
            return container(Container::Adts);
        }
    }
    Ok(unsupported(&at).map(Content::Unsupported).or_else(|| known(&at).map(Content::Not)))
}

fn not(found: LooksLike) -> io::Result<Option<Content>> {
    Ok(Some(Content::Not(found)))
}

/// The first page of an Ogg file begins with the name of the codec.
fn ogg(head: &[u8]) -> Content {
    let packet = head.get(26).and_then(|&segments| head.get(27 + usize::from(segments)..)).unwrap_or_default();
    if packet.starts_with(b"OpusHead") {
        Content::Unsupported("Opus")
    } else if packet.starts_with(b"Speex   ") {
        Content::Unsupported("Speex")
    } else if packet.starts_with(b"\x7fFLAC") {
        Content::Unsupported("FLAC in Ogg")
    } else {
        Content::Container(Container::Ogg)
    }
}

fn riff(head: &[u8]) -> Content {
    match head.get(8..12) {
        Some(b"WAVE") => Content::Container(Container::Wav),
        Some(b"WEBP") => Content::Not(LooksLike::Picture("WebP")),
        Some(b"AVI ") => Content::Unsupported("an AVI film"),
        _ => Content::Not(LooksLike::Unknown),
    }
}

fn unsupported(at: &dyn Fn(usize, &[u8]) -> bool) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 14] = [
        (b"RF64", "WAV of more than 4 GB (RF64)"),
        (b"BW64", "WAV of more than 4 GB (BW64)"),
        (b"riff\x2e\x91\xcf\x11", "Wave64"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media (WMA)"),
        (b"#!AMR", "AMR, a telephone recording"),
        (b"MThd", "MIDI, notes without sound"),
        (b"\x1a\x45\xdf\xa3", "Matroska or WebM"),
        (b"MAC ", "Monkey's Audio"),
        (b"wvpk", "WavPack"),
        (b"MPCK", "Musepack"),
        (b"FLV\x01", "Flash video"),
        (b"DSD ", "DSD"),
        (b"\x00\x00\x01\xba", "an MPEG film"),
        (b".snd", "Sun audio (AU)"),
    ];
    KINDS.iter().find(|(magic, _)| at(0, magic)).map(|(_, name)| *name)
}

fn known(at: &dyn Fn(usize, &[u8]) -> bool) -> Option<LooksLike> {
    const KINDS: [(&[u8], LooksLike); 13] = [
        (b"\x89PNG", LooksLike::Picture("PNG")),
        (b"\xff\xd8\xff", LooksLike::Picture("JPEG")),
        (b"GIF8", LooksLike::Picture("GIF")),
        (b"BM", LooksLike::Picture("BMP")),
        (b"II*\x00", LooksLike::Picture("TIFF")),
        (b"%PDF", LooksLike::Document("a PDF document")),
        (b"PK\x03\x04", LooksLike::Document("a zip archive or an Office document")),
        (b"\xd0\xcf\x11\xe0", LooksLike::Document("an old Office document")),
        (b"Rar!", LooksLike::Document("a RAR archive")),
        (b"7z\xbc\xaf", LooksLike::Document("a 7-Zip archive")),
        (b"\x1f\x8b", LooksLike::Document("a gzip archive")),
        (b"MZ", LooksLike::Program),
        (b"\x7fELF", LooksLike::Program),
    ];
    KINDS.iter().find(|(magic, _)| at(0, magic)).map(|(_, found)| *found)
}

/// A file without a magic number.
pub(super) fn shapeless(head: &[u8]) -> LooksLike {
    if head.iter().all(|&byte| byte == 0) {
        return LooksLike::Zeros;
    }
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let readable = match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        // The head may be cut in the middle of a character.
        Err(error) if head.len() == HEAD_BYTES && head.len() - error.valid_up_to() < 4 => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    match readable {
        Some(text) if !text.chars().any(|letter| letter.is_control() && !letter.is_whitespace()) => {
            let start = text.trim_start_matches('\u{feff}').trim_start().to_lowercase();
            let html = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| start.starts_with(tag));
            if html { LooksLike::Html } else { LooksLike::Text }
        }
        _ if wide => LooksLike::Text,
        _ => LooksLike::Unknown,
    }
}

/// The channels that a header declares, where a wrong figure would only show as a puzzle further on.
pub(super) fn channels(bytes: &mut Bytes, container: Container) -> io::Result<Option<u16>> {
    const CHUNKS_MAX: usize = 64;
    let (name, offset, big_endian) = match container {
        Container::Wav => (b"fmt ", 2, false),
        Container::Aiff => (b"COMM", 0, true),
        Container::Flac | Container::Ogg | Container::Mp4 | Container::Caf | Container::Adts => return Ok(None),
    };
    let mut at = after_tags(bytes)? + 12;
    for _ in 0..CHUNKS_MAX {
        let Some(head) = bytes.array::<8>(at)? else { break };
        let size = [head[4], head[5], head[6], head[7]];
        let size = u64::from(if big_endian { u32::from_be_bytes(size) } else { u32::from_le_bytes(size) });
        if head[..4] == *name {
            let count = bytes.array::<2>(at + 8 + offset)?;
            return Ok(
                count.map(|count| if big_endian { u16::from_be_bytes(count) } else { u16::from_le_bytes(count) })
            );
        }
        at += 8 + size + size % 2;
    }
    Ok(None)
}
