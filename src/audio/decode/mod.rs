//! One decoder for every audio file: what the import measures is what the station plays, frame for frame.
//!
//! Files are known by their bytes, never by their names. Encoder delay and padding are trimmed, so a recording that went
//! through MP3 or AAC has the length it had before. Seeking is exact to the frame. Damage in the middle becomes silence of
//! the same length, so that time does not slip, and is counted; an end before the declared end is told.

mod atoms;
mod bytes;
mod container;
mod error;
mod guard;
pub mod live;
mod mp3;
mod output;
mod refusal;
mod sniff;
mod source;

use std::path::{Path, PathBuf};

use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::packet::Packet;

use bytes::Bytes;
use container::Demultiplexer;
use guard::guarded;
use mp3::Mp3;
use refusal::Refusal;
use sniff::Content;
use source::{Next, Source, Span, Unit};

pub use error::{DecodeError, LooksLike};
pub use output::{Block, Truncation};

/// The most channels that are played.
pub const CHANNELS_MAX: u16 = 2;
/// The lowest sample rate, in Hz.
pub const SAMPLE_RATE_MIN: u32 = 8_000;
/// The highest sample rate, in Hz.
pub const SAMPLE_RATE_MAX: u32 = 192_000;
/// The largest file: what a WAV header can state, more than six hours of CD quality.
pub const FILE_BYTES_MAX: u64 = u32::MAX as u64;
/// The most silence put in the place of damage, over the whole file; beyond it the file is taken to end.
pub const LOST_SECONDS_MAX: u64 = 600;

/// Frames of silence in a block.
const SILENCE_FRAMES: u64 = 4096;
/// Packets tried at the head before a file is called damaged from the start.
const FIRST_PACKETS_MAX: u32 = 64;
/// A jump shorter than this between packets is a rounding of the encoder, not a loss.
const JUMP_FRAMES_MIN: i64 = 64;

/// Decodes one file from its head, or from any frame on.
pub struct Decoder {
    path: PathBuf,
    format: String,
    sample_rate: u32,
    channels: u16,
    span: Span,
    source: Source,
    parameters: AudioCodecParameters,
    codec: Box<dyn AudioDecoder>,
    samples: Vec<f32>,
    /// The next frame to hand out, counted from the head of the clip.
    next_frame: u64,
    /// Where the next packet is expected, in the frames of the stream; unknown after a seek.
    place: Option<i64>,
    /// Frames of silence still to be handed out.
    silence: u64,
    /// Frames of silence handed out in the place of damage.
    lost: u64,
    waiting: Option<Unit>,
    corrupt_packets: u64,
    mended_samples: u64,
    end: Option<End>,
}

#[derive(Debug, Clone, Copy)]
struct End {
    cut: bool,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder")
            .field("path", &self.path)
            .field("format", &self.format)
            .field("sample_rate", &self.sample_rate)
            .field("channels", &self.channels)
            .field("span", &self.span)
            .field("next_frame", &self.next_frame)
            .finish_non_exhaustive()
    }
}

impl Decoder {
    /// Opens a file and decodes its first packet, so that an open decoder is known to work.
    ///
    /// # Errors
    /// Everything in [`DecodeError`].
    pub fn open(path: &Path) -> Result<Self, DecodeError> {
        let refusal = Refusal { path };
        let file = refusal.file()?;
        let mut bytes = Bytes::new(file.try_clone().map_err(|e| refusal.io(e))?).map_err(|e| refusal.io(e))?;
        let content = sniff::sniff(&mut bytes).map_err(|e| refusal.io(e))?;
        let (source, kind) = match content {
            Content::Not(found) => return Err(DecodeError::NotAudio { path: path.to_owned(), found }),
            Content::Unsupported(codec) => return Err(refusal.codec(codec)),
            Content::Mp3 { at } => {
                let mp3 = Mp3::open(file, at).map_err(|e| refusal.of(e, "mp3"))?;
                (Source::Mp3(Box::new(mp3)), "mp3")
            }
            Content::Container(container) => {
                let movie = refusal.container(&mut bytes, container)?;
                let opened = Demultiplexer::open(file, container, movie);
                let opened = opened.map_err(|e| refusal.of(e, container.name()))?;
                (Source::Container(Box::new(opened)), container.name())
            }
        };
        Self::start(&refusal, source, kind)
    }

    fn start(refusal: &Refusal<'_>, source: Source, kind: &'static str) -> Result<Self, DecodeError> {
        let (format, parameters) = match &source {
            Source::Mp3(mp3) => ("mp3".to_owned(), mp3.codec()),
            Source::Container(container) => (container.format(), container.codec().clone()),
        };
        let codec = refusal.decoder(&parameters, kind)?;
        let mut decoder = Self {
            path: refusal.path.to_owned(),
            format,
            sample_rate: 0,
            channels: 0,
            span: Span { head: 0, frames: None },
            source,
            parameters,
            codec,
            samples: Vec::new(),
            next_frame: 0,
            place: Some(0),
            silence: 0,
            lost: 0,
            waiting: None,
            corrupt_packets: 0,
            mended_samples: 0,
            end: None,
        };
        decoder.look(kind)?;
        decoder.span = match &mut decoder.source {
            Source::Mp3(mp3) => mp3.span(),
            Source::Container(container) => container.span(decoder.sample_rate),
        };
        decoder.seek(0)?;
        (decoder.corrupt_packets, decoder.mended_samples) = (0, 0);
        Ok(decoder)
    }

    /// Decodes up to the first good packet, to learn rate and channels from what is really there.
    fn look(&mut self, kind: &'static str) -> Result<(), DecodeError> {
        let refusal = |fault: &str| DecodeError::Damaged { path: self.path.clone(), format: kind, fault: fault.into() };
        for _ in 0..FIRST_PACKETS_MAX {
            let next = self.source.next().map_err(|e| Refusal { path: &self.path }.io(e))?;
            let packet = match next {
                Next::End { .. } => return Err(refusal("there is no sound in it")),
                Next::Changes(fault) => return Err(refusal(&fault)),
                Next::Unit(Unit::Missing { .. }) => continue,
                Next::Unit(Unit::Packet { packet, .. }) => packet,
            };
            let spec = match guarded(|| self.codec.decode(&packet).ok().map(|sound| sound.spec().clone())) {
                Ok(Some(spec)) => spec,
                Ok(None) => continue,
                Err(fault) => return Err(refusal(&fault)),
            };
            let channels = spec.channels().count();
            self.sample_rate = spec.rate();
            self.channels = u16::try_from(channels).unwrap_or(u16::MAX);
            if !(SAMPLE_RATE_MIN..=SAMPLE_RATE_MAX).contains(&self.sample_rate) {
                return Err(DecodeError::SampleRate { path: self.path.clone(), rate: self.sample_rate });
            }
            return match self.channels {
                0 => Err(DecodeError::NoChannels { path: self.path.clone() }),
                1..=CHANNELS_MAX => Ok(()),
                _ => Err(DecodeError::Channels { path: self.path.clone(), channels }),
            };
        }
        Err(refusal("none of its first packets can be decoded"))
    }

    /// Container and coding as found: `mp3`, `m4a/aac`, `m4a/alac`, `flac`, `ogg/vorbis`, `wav`, `aiff`, `caf/...`, `aac`.
    #[must_use]
    pub fn format(&self) -> &str {
        &self.format
    }

    /// In Hz, [`SAMPLE_RATE_MIN`] to [`SAMPLE_RATE_MAX`].
    #[must_use]
    pub const fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// 1 or 2.
    #[must_use]
    pub const fn channels(&self) -> u16 {
        self.channels
    }

    /// Frames that play by what the file says, delay and padding trimmed; none if it does not say. A truncated file has
    /// fewer.
    #[must_use]
    pub const fn frames_declared(&self) -> Option<u64> {
        self.span.frames
    }

    /// The frame that the next block begins with.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.next_frame
    }

    /// Packets so far that could not be decoded; silence stands in their place.
    #[must_use]
    pub const fn corrupt_packets(&self) -> u64 {
        self.corrupt_packets
    }

    /// Samples so far that were NaN or infinite; zeros stand in their place.
    #[must_use]
    pub const fn mended_samples(&self) -> u64 {
        self.mended_samples
    }

    /// After the last block: whether the file ended too early.
    #[must_use]
    pub fn truncation(&self) -> Option<Truncation> {
        let end = self.end?;
        let declared = self.span.frames.filter(|&frames| self.next_frame < frames);
        (declared.is_some() || end.cut).then_some(Truncation { declared, decoded: self.next_frame })
    }

    /// The next block begins exactly with this frame. Past the end there is none.
    ///
    /// The one thing a seek cannot give back is the noise that some AAC encoders ask the decoder to make up: it is noise
    /// again, of the same strength, but not the same one.
    ///
    /// # Errors
    /// When reading fails.
    pub fn seek(&mut self, frame: u64) -> Result<(), DecodeError> {
        (self.end, self.silence, self.waiting, self.lost) = (None, 0, None, 0);
        self.next_frame = frame;
        let target = self.span.head.saturating_add(frame);
        self.source.seek(target).map_err(|e| Refusal { path: &self.path }.io(e))?;
        // At the head a FLAC or WAV file has its first frame at 0, and if it has not, that frame is lost.
        self.place = (frame == 0 && self.span.head == 0 && self.format == "flac").then_some(0);
        // A new one instead of a reset: symphonia's AAC decoder keeps its noise generator over a reset, and from the head a
        // clip shall always be the same samples.
        self.codec = Refusal { path: &self.path }.decoder(&self.parameters, "audio")?;
        Ok(())
    }

    /// The next stretch of sound; none at the end.
    ///
    /// # Errors
    /// When reading fails, or when the file goes over into another recording.
    pub fn next_block(&mut self) -> Result<Option<Block<'_>>, DecodeError> {
        loop {
            if self.end.is_some() {
                return Ok(None);
            }
            if self.span.frames.is_some_and(|frames| self.next_frame >= frames) {
                self.end = Some(End { cut: self.source.cut() });
                continue;
            }
            let filled = if self.silence > 0 { Some(self.fill_silence()) } else { self.fill_sound()? };
            if let Some((place, frames)) = filled
                && let Some((skip, take)) = self.playing(place, frames)
            {
                let channels = usize::from(self.channels);
                let frame = self.next_frame;
                self.next_frame += take;
                let from = skip as usize * channels;
                return Ok(Some(Block { frame, samples: &self.samples[from..from + take as usize * channels] }));
            }
        }
    }

    /// What of `[place, place + frames)` plays: frames to skip and frames to take.
    fn playing(&self, place: i64, frames: u64) -> Option<(u64, u64)> {
        let wanted = i128::from(self.span.head) + i128::from(self.next_frame);
        let end = self.span.frames.map_or(i128::MAX, |frames| i128::from(self.span.head) + i128::from(frames));
        let (place, frames) = (i128::from(place), i128::from(frames));
        let from = wanted.max(place);
        let to = (place + frames).min(end);
        (from < to).then_some(((from - place) as u64, (to - from) as u64))
    }

    fn fill_silence(&mut self) -> (i64, u64) {
        let frames = self.silence.min(SILENCE_FRAMES);
        let place = self.place.unwrap_or(0);
        self.samples.clear();
        self.samples.resize(frames as usize * usize::from(self.channels), 0.0);
        self.silence -= frames;
        self.place = Some(place.saturating_add_unsigned(frames));
        (place, frames)
    }

    /// Fills the buffer from the next packet: where it stands and how many frames. None if there was nothing in it.
    fn fill_sound(&mut self) -> Result<Option<(i64, u64)>, DecodeError> {
        let next = match self.waiting.take() {
            Some(unit) => Next::Unit(unit),
            None => self.source.next().map_err(|e| Refusal { path: &self.path }.io(e))?,
        };
        match next {
            Next::End { cut } => self.end = Some(End { cut }),
            Next::Changes(fault) => return Err(self.changes(fault)),
            Next::Unit(Unit::Missing { start, frames, packets }) => {
                self.corrupt_packets += packets;
                self.codec.reset();
                self.place = Some(start);
                self.lose(frames);
            }
            Next::Unit(Unit::Packet { packet, lead: true, .. }) => {
                // What it decodes to is dropped, and so is any complaint: its own beginning was not read.
                guarded(|| self.codec.decode(&packet).is_ok()).map_err(|fault| self.broken(fault))?;
                self.place = None;
            }
            Next::Unit(Unit::Packet { packet, start, frames, lead: false }) => {
                let place = self.place.unwrap_or_else(|| start.min(self.wanted()));
                let jump = start.saturating_sub(place);
                if self.source.shows_holes() && jump >= JUMP_FRAMES_MIN {
                    self.corrupt_packets += 1;
                    self.place = Some(place);
                    self.waiting = Some(Unit::Packet { packet, start, frames, lead: false });
                    self.lose(jump.unsigned_abs());
                    return Ok(None);
                }
                let place = if self.place.is_none() { start } else { place };
                let decoded = self.decode(&packet, frames)?;
                self.place = Some(place.saturating_add_unsigned(decoded));
                return Ok(Some((place, decoded)));
            }
        }
        Ok(None)
    }

    /// The frame of the stream that is handed out next.
    fn wanted(&self) -> i64 {
        i64::try_from(self.span.head.saturating_add(self.next_frame)).unwrap_or(i64::MAX)
    }

    /// Silence takes the place of what is lost, up to a bound.
    fn lose(&mut self, frames: u64) {
        self.lost = self.lost.saturating_add(frames);
        if self.lost > LOST_SECONDS_MAX * u64::from(self.sample_rate) {
            self.end = Some(End { cut: true });
        } else {
            self.silence = frames;
        }
    }

    /// Decodes a packet into the buffer; silence of its length if it cannot be. Returns the frames.
    fn decode(&mut self, packet: &Packet, frames: u64) -> Result<u64, DecodeError> {
        let decoded = guarded(|| {
            let sound = self.codec.decode(packet).ok()?;
            let (rate, channels) = (sound.spec().rate(), sound.spec().channels().count());
            sound.copy_to_vec_interleaved(&mut self.samples);
            Some((rate, channels))
        });
        let channels = usize::from(self.channels);
        match decoded.map_err(|fault| self.broken(fault))? {
            Some((rate, count)) if rate == self.sample_rate && count == channels => {
                self.mend();
                Ok((self.samples.len() / channels) as u64)
            }
            Some((rate, count)) => Err(self.changes(format!("{rate} Hz and {count} channels begin"))),
            None => {
                self.corrupt_packets += 1;
                let frames = frames.min(u64::from(u16::MAX));
                self.samples.clear();
                self.samples.resize(frames as usize * channels, 0.0);
                Ok(frames)
            }
        }
    }

    fn mend(&mut self) {
        // Nearly every block is clean. Looking at all of it without a branch is what a processor does fastest.
        if !self.samples.iter().fold(false, |odd, sample| odd | !sample.is_finite()) {
            return;
        }
        for sample in &mut self.samples {
            if !sample.is_finite() {
                *sample = 0.0;
                self.mended_samples += 1;
            }
        }
    }

    fn changes(&self, fault: String) -> DecodeError {
        DecodeError::Changes { path: self.path.clone(), frame: self.next_frame, fault }
    }

    fn broken(&self, fault: String) -> DecodeError {
        DecodeError::Damaged { path: self.path.clone(), format: "audio", fault }
    }
}
