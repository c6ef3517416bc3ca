//! Decodes what never ends and cannot be gone back in: a stream that is entered somewhere in its middle.
//!
//! Like a file it is known by its bytes. Unlike a file it has no length, damage in it is passed over, and it may go over into
//! a recording of another rate at any moment: every block says its own.

mod frames;

use std::collections::VecDeque;
use std::io::{self, Read};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_FLAC, CODEC_ID_MP3, CODEC_ID_VORBIS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::container::{PROBE, TAG_BYTES_MAX};
use super::error::LooksLike;
use super::guard::guarded;
use super::sniff::{self, Content};
use super::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
use frames::{Coding, FRAME_MAX, Frame, SEARCH_MAX};

/// Bytes that are looked at before a stream is said not to be sound.
const HEAD_MAX: usize = SEARCH_MAX;
/// Fewer than these are not judged.
const HEAD_MIN: usize = 512;
/// Packets in a row that cannot be decoded before the stream is given up. At its entrance the first few may not be.
const ERRORS_MAX: u32 = 100;
/// Bytes asked for at once.
const READ_BYTES: usize = 4096;

/// Where the bytes come from.
pub type Bytes = Box<dyn Read + Send + Sync>;

/// Why a stream cannot be decoded, or not any further.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// It is something else.
    #[error("it is no sound, but {0}")]
    NotAudio(String),
    /// A kind of sound that cannot be decoded.
    #[error("its sound is {0}, which cannot be decoded here")]
    Unsupported(String),
    /// It ended.
    #[error("it ended")]
    Ended,
    /// Reading failed.
    #[error(transparent)]
    Read(io::Error),
    /// What comes is damaged throughout.
    #[error("what it sends cannot be decoded ({0})")]
    Damaged(String),
}

/// A stretch of sound.
#[derive(Debug, Clone, Copy)]
pub struct LiveBlock<'a> {
    /// Hz.
    pub rate_hz: u32,
    /// 1 or more.
    pub channels: usize,
    /// Interleaved, finite.
    pub samples: &'a [f32],
}

/// See the module.
pub struct LiveDecoder {
    source: Source,
    codec: Option<Box<dyn AudioDecoder>>,
    format: String,
    errors: u32,
    samples: Vec<f32>,
}

enum Source {
    Frames { bytes: Bytes, buffer: Vec<u8>, used: usize, coding: Option<Coding> },
    Container { reader: Box<dyn FormatReader>, track: u32 },
}

impl std::fmt::Debug for LiveDecoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveDecoder").field("format", &self.format).finish_non_exhaustive()
    }
}

impl LiveDecoder {
    /// Reads on until it is known what the stream is. Blocks as long as `bytes` does.
    ///
    /// # Errors
    /// Everything in [`LiveError`].
    pub fn open(mut bytes: Bytes) -> Result<Self, LiveError> {
        let mut head = Vec::new();
        let content = loop {
            let more = read_on(&mut bytes, &mut head)?;
            if let Some(content) = judge(&head, !more)? {
                break content;
            }
        };
        let source = match content {
            Kind::Frames { at } => {
                head.drain(..at);
                let coding = Frame::parse(&head).map(|frame| frame.coding);
                let format = coding.map_or("mp3", Coding::name).to_owned();
                let source = Source::Frames { bytes, buffer: head, used: 0, coding: None };
                return Ok(Self { source, codec: None, format, errors: 0, samples: Vec::new() });
            }
            Kind::Container => container(Box::new(Prefixed { head: head.into(), rest: bytes }))?,
        };
        let mut decoder = Self { source, codec: None, format: String::new(), errors: 0, samples: Vec::new() };
        decoder.take_track()?;
        Ok(decoder)
    }

    /// The coding: `mp3`, `aac`, `vorbis`, `flac`.
    #[must_use]
    pub fn format(&self) -> &str {
        &self.format
    }

    /// The next stretch of sound. Blocks as long as the bytes do.
    ///
    /// # Errors
    /// The stream ended, broke, or sends nothing that can be decoded. It is of no use any more.
    pub fn next_block(&mut self) -> Result<LiveBlock<'_>, LiveError> {
        loop {
            let packet = self.next_packet()?;
            let Some(codec) = &mut self.codec else { return Err(LiveError::Damaged("no coding".to_owned())) };
            let samples = &mut self.samples;
            let decoded = guarded(|| {
                let sound = codec.decode(&packet).ok()?;
                let spec = (sound.spec().rate(), sound.spec().channels().count());
                sound.copy_to_vec_interleaved(samples);
                Some(spec)
            });
            match decoded {
                Ok(Some((rate_hz, channels)))
                    if (SAMPLE_RATE_MIN..=SAMPLE_RATE_MAX).contains(&rate_hz) && channels > 0 =>
                {
                    self.errors = 0;
                    if self.samples.is_empty() {
                        continue;
                    }
                    for sample in self.samples.iter_mut().filter(|sample| !sample.is_finite()) {
                        *sample = 0.0;
                    }
                    return Ok(LiveBlock { rate_hz, channels, samples: &self.samples });
                }
                Err(fault) => return Err(LiveError::Damaged(fault)),
                Ok(_) => self.count_error("none of its packets is sound")?,
            }
        }
    }

    fn count_error(&mut self, fault: &str) -> Result<(), LiveError> {
        self.errors += 1;
        if self.errors > ERRORS_MAX { Err(LiveError::Damaged(fault.to_owned())) } else { Ok(()) }
    }

    fn next_packet(&mut self) -> Result<Packet, LiveError> {
        if matches!(self.source, Source::Frames { .. }) { self.next_frame() } else { self.next_of_container() }
    }

    fn next_of_container(&mut self) -> Result<Packet, LiveError> {
        loop {
            let Source::Container { reader, track } = &mut self.source else { return Err(LiveError::Ended) };
            match guarded(|| reader.next_packet()) {
                Ok(Ok(Some(packet))) if packet.track_id == *track => return Ok(packet),
                Ok(Ok(Some(_))) => {}
                Ok(Ok(None)) => return Err(LiveError::Ended),
                // Another recording begins, as on many stations with every title.
                Ok(Err(Error::ResetRequired)) => self.take_track()?,
                Ok(Err(Error::IoError(error))) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Err(LiveError::Ended);
                }
                Ok(Err(Error::IoError(error))) => return Err(LiveError::Read(error)),
                Ok(Err(error)) => self.count_error(&error.to_string())?,
                Err(fault) => return Err(LiveError::Damaged(fault)),
            }
        }
    }

    /// Takes the sound track that the container now has.
    fn take_track(&mut self) -> Result<(), LiveError> {
        let Source::Container { reader, track } = &mut self.source else { return Ok(()) };
        let found = reader.default_track(TrackType::Audio);
        let Some((id, Some(CodecParameters::Audio(codec)))) = found.map(|found| (found.id, found.codec_params.clone()))
        else {
            return Err(LiveError::Unsupported("of an unknown coding".to_owned()));
        };
        *track = id;
        self.format = match codec.codec {
            CODEC_ID_AAC => "aac",
            CODEC_ID_FLAC => "flac",
            CODEC_ID_MP3 => "mp3",
            CODEC_ID_VORBIS => "vorbis",
            _ => "pcm",
        }
        .to_owned();
        self.codec = Some(codec_of(&codec)?);
        Ok(())
    }

    /// The next frame of a stream without a container. Garbage between two is passed over, within bounds.
    fn next_frame(&mut self) -> Result<Packet, LiveError> {
        let Source::Frames { bytes, buffer, used, coding } = &mut self.source else { return Err(LiveError::Ended) };
        let mut passed = 0;
        let frame = loop {
            let rest = &buffer[*used..];
            match Frame::parse(rest) {
                Some(frame) if rest.len() >= frame.bytes => break frame,
                // Too few bytes to say, or not all of it there yet.
                Some(_) => {}
                None if rest.len() < FRAME_MAX.min(7) => {}
                None => {
                    let step = Frame::find(&rest[1..]).map(|at| at + 1);
                    let step = step.unwrap_or_else(|| rest.len().saturating_sub(FRAME_MAX)).max(1);
                    *used += step;
                    passed += step;
                    if passed > 4 * SEARCH_MAX {
                        return Err(LiveError::Damaged("no frames any more".to_owned()));
                    }
                    if buffer.len() - *used > FRAME_MAX {
                        continue;
                    }
                }
            }
            buffer.drain(..std::mem::take(used));
            if !read_on(bytes, buffer)? {
                return Err(LiveError::Ended);
            }
        };
        let data = &buffer[*used + frame.head..*used + frame.bytes];
        let packet = Packet::new(0, Timestamp::new(0), Duration::new(frame.frames), data);
        *used += frame.bytes;
        if *coding != Some(frame.coding) || self.codec.is_none() {
            *coding = Some(frame.coding);
            self.codec = Some(codec_of(&parameters(frame.coding)?)?);
        }
        Ok(packet)
    }
}

fn parameters(coding: Coding) -> Result<AudioCodecParameters, LiveError> {
    let mut codec = AudioCodecParameters::new();
    match coding {
        Coding::Mp3 { rate } => {
            codec.for_codec(CODEC_ID_MP3).with_sample_rate(rate);
        }
        Coding::Adts { object, .. } if object != 2 => {
            return Err(LiveError::Unsupported("AAC of a kind other than LC".to_owned()));
        }
        Coding::Adts { object, rate_index, channels } => {
            // An AudioSpecificConfig: five bits of the object, four of the rate, four of the channels.
            let word = u16::from(object) << 11 | u16::from(rate_index) << 7 | u16::from(channels) << 3;
            codec.for_codec(CODEC_ID_AAC).with_extra_data(Box::new(word.to_be_bytes()));
        }
    }
    Ok(codec)
}

fn codec_of(parameters: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, LiveError> {
    let options = AudioDecoderOptions::default().gapless(false);
    match guarded(|| symphonia::default::get_codecs().make_audio_decoder(parameters, &options)) {
        Ok(Ok(codec)) => Ok(codec),
        Ok(Err(error)) => Err(LiveError::Unsupported(format!("of an unusual kind ({error})"))),
        Err(fault) => Err(LiveError::Damaged(fault)),
    }
}

enum Kind {
    Frames { at: usize },
    Container,
}

/// What the head of a stream is; none when more must be seen of it.
fn judge(head: &[u8], ended: bool) -> Result<Option<Kind>, LiveError> {
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    if head.len() < HEAD_MIN && !ended {
        return Ok(None);
    }
    if head.is_empty() {
        return Err(LiveError::Ended);
    }
    // A media segment without its head (`moof`, `sidx`) is left to the search below, which finds nothing in it.
    if at(0, b"OggS") || at(0, b"fLaC") || at(4, b"ftyp") || at(4, b"styp") {
        return match sniff::by_magic(head, &mut |_, _| Ok(Vec::new())).map_err(LiveError::Read)? {
            Some(Content::Unsupported(what)) => Err(LiveError::Unsupported(what.to_owned())),
            _ => Ok(Some(Kind::Container)),
        };
    }
    if let Some(at) = Frame::find(head) {
        return Ok(Some(Kind::Frames { at }));
    }
    let found = sniff::shapeless(head);
    let text = matches!(found, LooksLike::Html | LooksLike::Text);
    if !text && head.len() < HEAD_MAX && !ended {
        return Ok(None);
    }
    match sniff::by_magic(head, &mut |_, _| Ok(Vec::new())).map_err(LiveError::Read)? {
        Some(Content::Unsupported(what)) => Err(LiveError::Unsupported(what.to_owned())),
        Some(Content::Not(found)) => Err(LiveError::NotAudio(found.to_string())),
        _ => Err(LiveError::NotAudio(found.to_string())),
    }
}

fn container(bytes: Bytes) -> Result<Source, LiveError> {
    let stream = MediaSourceStream::new(Box::new(ReadOnlySource::new(bytes)), MediaSourceStreamOptions::default());
    let limit = Limit::Maximum(TAG_BYTES_MAX);
    let tags = MetadataOptions::default().limit_tag_bytes(limit).limit_visual_bytes(limit);
    match guarded(|| PROBE.probe(&Hint::new(), stream, FormatOptions::default(), tags)) {
        Ok(Ok(reader)) => Ok(Source::Container { reader, track: 0 }),
        Ok(Err(Error::IoError(error))) if error.kind() == io::ErrorKind::UnexpectedEof => Err(LiveError::Ended),
        Ok(Err(Error::IoError(error))) => Err(LiveError::Read(error)),
        Ok(Err(Error::Unsupported(what))) => Err(LiveError::Unsupported(format!("of an unusual kind ({what})"))),
        Ok(Err(error)) => Err(LiveError::Damaged(error.to_string())),
        Err(fault) => Err(LiveError::Damaged(fault)),
    }
}

/// Appends what comes next; false at the end.
fn read_on(bytes: &mut Bytes, buffer: &mut Vec<u8>) -> Result<bool, LiveError> {
    let have = buffer.len();
    buffer.resize(have + READ_BYTES, 0);
    let read = loop {
        match bytes.read(&mut buffer[have..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    buffer.truncate(have + read.as_ref().map_or(0, |read| *read));
    read.map(|read| read > 0).map_err(LiveError::Read)
}

/// Bytes that were read already, and then the rest.
struct Prefixed {
    head: VecDeque<u8>,
    rest: Bytes,
}

impl Read for Prefixed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.head.is_empty() { self.rest.read(buffer) } else { self.head.read(buffer) }
    }
}
