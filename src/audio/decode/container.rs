//! Every container but MP3, demultiplexed by symphonia.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::LazyLock;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_VORBIS};
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::units::Timestamp;
use symphonia::default::{formats, meta};

use super::atoms::{Movie, Timing};
use super::guard::guarded;
use super::sniff::Container;
use super::source::{Next, Refused, Span, Unit};

/// A picture or a tag larger than this is not kept in memory. Nothing of it is used.
pub(super) const TAG_BYTES_MAX: usize = 64 * 1024;
/// Errors in a row after which nothing more is expected of a damaged container.
const ERRORS_MAX: u32 = 16;
/// Packets read and thrown away on the way to the one that is sought, before the file is given up.
const SKIPPED_MAX: u64 = 50_000_000;
/// An Ogg page found by a seek carries the wrong time if it is the last one, so the search goes for one this long
/// before the target and reads on from there without decoding. No page in use holds more than a few seconds.
const OGG_DETOUR_S: u64 = 30;

/// MP3 is left out on purpose: see `mp3`. Only what the sniffing named is probed.
pub(super) static PROBE: LazyLock<Probe> = LazyLock::new(|| {
    let mut probe = Probe::new();
    probe.register_format::<formats::AiffReader<'_>>();
    probe.register_format::<formats::AdtsReader<'_>>();
    probe.register_format::<formats::CafReader<'_>>();
    probe.register_format::<formats::FlacReader<'_>>();
    probe.register_format::<formats::IsoMp4Reader<'_>>();
    probe.register_format::<formats::OggReader<'_>>();
    probe.register_format::<formats::WavReader<'_>>();
    probe.register_metadata::<meta::Id3v2Reader<'_>>();
    probe
});

/// One sound track of a container.
pub(super) struct Demultiplexer {
    file: File,
    end: u64,
    reader: Box<dyn FormatReader>,
    container: Container,
    track: u32,
    tracks: usize,
    codec: AudioCodecParameters,
    rate: u32,
    timing: Option<Timing>,
    /// By what symphonia says; of an MP4 it does not know.
    span: Span,
    /// Frames handed out so far, where packets do not tell their place themselves.
    counted: u64,
    ready: VecDeque<Unit>,
    errors: u32,
}

impl Demultiplexer {
    pub(super) fn open(file: File, container: Container, movie: Movie) -> Result<Self, Refused> {
        let Movie { tracks, end, .. } = movie;
        let reader = reader(&file, end)?;
        let track = reader.default_track(TrackType::Audio).ok_or_else(|| {
            let sound = tracks.iter().find(|track| track.sound);
            let coding = sound.map(|track| format!("the coding `{}`", track.coding.escape_ascii()));
            let video = container == Container::Mp4 && coding.is_none();
            if video {
                Refused::SilentVideo
            } else {
                Refused::Codec(coding.unwrap_or_else(|| "an unknown coding".into()))
            }
        })?;
        let Some(CodecParameters::Audio(codec)) = track.codec_params.clone() else {
            return Err(Refused::Codec("an unknown coding".into()));
        };
        let rate = codec.sample_rate.unwrap_or(0);
        let timing = tracks.into_iter().find(|timing| timing.id == track.id);
        let span = match container {
            Container::Ogg => {
                let head =
                    track.start_ts.get().saturating_add(i64::from(track.delay.unwrap_or(0))).max(0).cast_unsigned();
                Span { head, frames: track.num_frames.map(|end| end.saturating_sub(head)) }
            }
            Container::Adts => Span { head: 0, frames: None },
            _ => Span { head: 0, frames: track.num_frames },
        };
        let (track, tracks) = (track.id, reader.tracks().len());
        let (counted, ready, errors) = (0, VecDeque::new(), 0);
        Ok(Self { file, end, reader, container, track, tracks, codec, rate, timing, span, counted, ready, errors })
    }

    pub(super) const fn codec(&self) -> &AudioCodecParameters {
        &self.codec
    }

    /// What plays, once the rate is known from what was decoded: an MP4 header has only 16 bits for it.
    pub(super) fn span(&mut self, rate: u32) -> Span {
        self.rate = rate;
        match &self.timing {
            Some(timing) => timing.span(rate, self.codec.codec == CODEC_ID_AAC),
            None => self.span,
        }
    }

    /// The container, and the coding in it where there is a choice.
    pub(super) fn format(&self) -> String {
        let coding = match self.codec.codec {
            CODEC_ID_AAC => "aac",
            CODEC_ID_ALAC => "alac",
            CODEC_ID_FLAC => "flac",
            CODEC_ID_VORBIS => "vorbis",
            _ => "pcm",
        };
        match self.container {
            Container::Mp4 | Container::Ogg | Container::Caf => format!("{}/{coding}", self.container.name()),
            Container::Flac | Container::Wav | Container::Aiff | Container::Adts => self.container.name().to_owned(),
        }
    }

    /// FLAC frames and Ogg pages carry their own place in time; in the others it is a mere count.
    pub(super) const fn shows_holes(&self) -> bool {
        matches!(self.container, Container::Flac | Container::Ogg)
    }

    pub(super) fn next(&mut self) -> io::Result<Next> {
        if let Some(unit) = self.ready.pop_front() {
            return Ok(Next::Unit(unit));
        }
        loop {
            let packet = match guarded(|| self.reader.next_packet()) {
                Ok(Ok(Some(packet))) => packet,
                Ok(Ok(None)) => return Ok(Next::End { cut: false }),
                Ok(Err(Error::IoError(error))) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    // An Ogg stream has a last page and this was not it. Of the others only the declared length can
                    // tell, and where they declare none (written to a pipe) this is how they end.
                    return Ok(Next::End { cut: self.container == Container::Ogg });
                }
                Ok(Err(Error::IoError(error))) => return Err(error),
                Ok(Err(Error::ResetRequired)) => return Ok(Next::Changes("a second recording begins".to_owned())),
                Ok(Err(_)) if self.errors < ERRORS_MAX => {
                    self.errors += 1;
                    continue;
                }
                Ok(Err(_)) | Err(_) => return Ok(Next::End { cut: true }),
            };
            if packet.track_id != self.track {
                continue;
            }
            self.errors = 0;
            let frames = self.frames_of(packet.block_dur().get());
            let start = self.place(packet.pts.get());
            self.counted = start.saturating_add_unsigned(frames).max(0).cast_unsigned();
            return Ok(Next::Unit(Unit::Packet { packet, start, frames, lead: false }));
        }
    }

    /// The length of a packet in frames, from its length in ticks.
    fn frames_of(&self, ticks: u64) -> u64 {
        match &self.timing {
            Some(_) if self.codec.codec == CODEC_ID_AAC => 1024,
            Some(timing) => timing.frames_of(ticks, self.rate),
            None => ticks,
        }
    }

    /// The place of a packet in frames, from its time in ticks.
    fn place(&self, ticks: i64) -> i64 {
        let Some(timing) = &self.timing else { return ticks };
        let aac = self.codec.codec == CODEC_ID_AAC;
        let frame = timing.frame_at(ticks.max(0).cast_unsigned(), self.rate, aac).unwrap_or(self.counted);
        i64::try_from(frame).unwrap_or(i64::MAX)
    }

    /// Packets decoded and dropped before the one that is sought: those whose second half is folded into it.
    const fn leads(&self) -> usize {
        match self.container {
            Container::Ogg | Container::Mp4 | Container::Adts | Container::Caf => 2,
            Container::Flac | Container::Wav | Container::Aiff => 0,
        }
    }

    /// The next pieces prepare and then reach the frame `target`, counted with the delay.
    ///
    /// The container is opened anew: symphonia's FLAC reader keeps the frame number it saw last and, after a step back
    /// that happens to land on a frame, takes every earlier frame for damage.
    pub(super) fn seek(&mut self, target: u64) -> io::Result<()> {
        self.restart()?;
        if let Some(tick) = self.detour(target) {
            let to = SeekTo::Timestamp { ts: Timestamp::new(tick), track_id: self.track };
            let found = guarded(|| self.reader.seek(SeekMode::Accurate, to));
            // Where the seek fails (a damaged page, a table without this time) reading from the head still gets there.
            if !matches!(found, Ok(Ok(_))) {
                self.restart()?;
            }
        }
        let leads = self.leads();
        let mut before = VecDeque::new();
        for _ in 0..SKIPPED_MAX {
            let Next::Unit(unit) = self.next()? else { break };
            let Unit::Packet { packet, start, frames, .. } = unit else { continue };
            if start.saturating_add_unsigned(frames) > i64::try_from(target).unwrap_or(i64::MAX) {
                before.push_back(Unit::Packet { packet, start, frames, lead: false });
                break;
            }
            if leads > 0 {
                before.push_back(Unit::Packet { packet, start, frames, lead: true });
            }
            if before.len() > leads {
                before.pop_front();
            }
        }
        self.ready = before;
        Ok(())
    }

    /// Where symphonia is sent to reach `target`, in ticks of the track; none to read from the head.
    fn detour(&self, target: u64) -> Option<i64> {
        let back = |frames: u64| target.checked_sub(frames).and_then(|frame| i64::try_from(frame).ok());
        match self.container {
            // With several streams in one file its search for a page can go on for ever.
            Container::Ogg if self.tracks > 1 => None,
            Container::Ogg => back(OGG_DETOUR_S * u64::from(self.rate)),
            Container::Mp4 => {
                let from = target.checked_sub(4 * 1024)?;
                let tick = self.timing.as_ref()?.tick_at(from, self.rate, self.codec.codec == CODEC_ID_AAC)?;
                i64::try_from(tick).ok()
            }
            Container::Caf if matches!(self.codec.codec, CODEC_ID_AAC | CODEC_ID_ALAC) => None,
            Container::Adts => None,
            Container::Flac | Container::Wav | Container::Aiff | Container::Caf => back(0),
        }
    }

    fn restart(&mut self) -> io::Result<()> {
        self.reader = reader(&self.file, self.end).map_err(|refused| match refused {
            Refused::Io(error) => error,
            _ => io::Error::new(io::ErrorKind::InvalidData, "the file changed while it was open"),
        })?;
        self.ready.clear();
        (self.counted, self.errors) = (0, 0);
        Ok(())
    }
}

fn reader(file: &File, end: u64) -> Result<Box<dyn FormatReader>, Refused> {
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(0))?;
    let length = file.metadata()?.len().max(end);
    let stream = MediaSourceStream::new(Box::new(Promised { file, length }), MediaSourceStreamOptions::default());
    let limit = Limit::Maximum(TAG_BYTES_MAX);
    let tags = MetadataOptions::default().limit_tag_bytes(limit).limit_visual_bytes(limit);
    let probed = guarded(|| PROBE.probe(&Hint::new(), stream, FormatOptions::default(), tags));
    match probed.map_err(Refused::Fault)? {
        Ok(reader) => Ok(reader),
        Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => Err(Refused::Io(error)),
        Err(Error::IoError(_)) => Err(Refused::Fault("it ends too early, as after an interrupted copy".to_owned())),
        Err(Error::Unsupported(what)) => Err(Refused::Codec(format!("of an unusual kind ({what})"))),
        Err(error) => Err(Refused::Fault(error.to_string())),
    }
}

/// A file as long as it promises to be. symphonia passes over a box that ends behind the end of the file, and with it over
/// all the sound that is there; told this length it reads up to the cut, and there meets the end.
struct Promised {
    file: File,
    length: u64,
}

impl Read for Promised {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for Promised {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::End(back) => self.file.seek(SeekFrom::Start(self.length.saturating_add_signed(back))),
            to => self.file.seek(to),
        }
    }
}

impl MediaSource for Promised {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}
