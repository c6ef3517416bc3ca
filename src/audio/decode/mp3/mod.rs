//! MP3 files, frame by frame.
//!
//! symphonia decodes the frames, but its demultiplexer is not used: it estimates lengths from the bit rate, loses time
//! without a word where bytes are damaged, and counts frames in one way when it reads and in another when it seeks. Here
//! the whole file is walked once when it is opened (milliseconds: only headers are looked at), so that the length, the
//! place of each frame and every hole are known before the first sample, whatever the encoder wrote into its tag.

mod header;
mod tag;
mod walk;

use std::fs::File;
use std::io;

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_MP3;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::bytes::Bytes;
use super::source::{Next, Refused, Span, Unit};
pub(super) use header::{FRAME_BYTES_MAX, Header};
use walk::{Found, Step};

pub(super) use walk::{first_frame, id3_length};

/// Every so many frames the walk notes an offset: 8 bytes for 0.4 s of sound.
const NOTED_EVERY: u64 = 16;
/// Holes beyond which a file is called damaged throughout.
const HOLES_MAX: usize = 10_000;
/// Frames decoded and dropped before the one that is sought. A frame may lean on up to 511 bytes of main data in the
/// frames before it, and the smallest frame carries 11 of them; one more fills the overlap of the filter bank.
const LEAD_FRAMES: u64 = 511 / 11 + 2;

/// Damaged bytes between two frames, worth so many frames of silence.
#[derive(Debug, Clone, Copy)]
struct Hole {
    /// Index of the frame after it, counting frames found.
    before: u64,
    bytes: u64,
    mpeg_frames: u64,
}

/// The frames of one file.
pub(super) struct Mp3 {
    bytes: Bytes,
    like: Header,
    /// Offsets of every [`NOTED_EVERY`]th frame found.
    noted: Vec<u64>,
    holes: Vec<Hole>,
    found: u64,
    cut: bool,
    tag: tag::Tag,
    next: Cursor,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cursor {
    /// Where the next frame is looked for.
    at: u64,
    /// Its index among the frames found.
    index: u64,
    /// Its place in time, in MPEG frames.
    number: u64,
    /// Whether the hole before it is yet to be told.
    hole: bool,
    /// Frames before this place only prepare the decoder.
    wanted: u64,
}

impl Mp3 {
    /// Walks the file. `first` is what [`first_frame`] said.
    pub(super) fn open(file: File, first: u64) -> Result<Self, Refused> {
        let mut bytes = Bytes::new(file)?;
        let like = bytes.array(first)?.and_then(Header::parse);
        let like = like.ok_or_else(|| Refused::Fault("its first frame is gone".to_owned()))?;
        let mut mp3 = Self {
            bytes,
            like,
            noted: Vec::new(),
            holes: Vec::new(),
            found: 0,
            cut: false,
            tag: tag::Tag::default(),
            next: Cursor::default(),
        };
        mp3.walk(first)?;
        mp3.rewind();
        Ok(mp3)
    }

    fn walk(&mut self, first: u64) -> Result<(), Refused> {
        let mut at = first;
        let mut sum = 0;
        self.cut = loop {
            let frame = match walk::step(&mut self.bytes, at, &self.like)? {
                Step::End { cut } => break cut,
                Step::Frame(frame) => frame,
            };
            at = frame.at + frame.header.bytes as u64;
            if let Some(tag) = tag::read(&mut self.bytes, &frame)? {
                // A second tag belongs to a second recording glued on: sound follows, the tag itself is none.
                if self.found == 0 {
                    self.tag = tag;
                }
                continue;
            }
            if frame.skipped > 0 && self.found > 0 {
                if self.holes.len() >= HOLES_MAX {
                    return Err(Refused::Fault(format!("more than {HOLES_MAX} damaged places")));
                }
                self.holes.push(Hole { before: self.found, bytes: frame.skipped, mpeg_frames: 0 });
            }
            if self.found.is_multiple_of(NOTED_EVERY) {
                self.noted.push(frame.at);
            }
            self.found += 1;
            sum += frame.header.bytes as u64;
        };
        if self.found == 0 {
            return Err(Refused::Fault("no frame of sound in it".to_owned()));
        }
        let mean = (sum / self.found).max(1);
        for hole in &mut self.holes {
            hole.mpeg_frames = ((hole.bytes + mean / 2) / mean).max(1);
        }
        Ok(())
    }

    /// What plays: the whole stream less the encoder's delay and padding.
    pub(super) fn span(&self) -> Span {
        let lost: u64 = self.holes.iter().map(|hole| hole.mpeg_frames).sum();
        let walked = self.found + lost;
        let delay = self.tag.delay;
        let mpeg_frames = match self.tag.mpeg_frames {
            // More than the tag promises: recordings glued together. All of it plays, and no padding is known.
            // One more than there are: some encoders count the tag's own frame.
            Some(promised) if promised == walked + 1 && !self.cut => walked,
            Some(promised) if promised > 0 && promised >= walked => promised,
            Some(promised) if promised > 0 => {
                return Span { head: delay, frames: Some((walked * self.frames_each()).saturating_sub(delay)) };
            }
            _ => walked,
        };
        let frames = (mpeg_frames * self.frames_each()).saturating_sub(delay + self.tag.padding);
        Span { head: delay, frames: Some(frames) }
    }

    /// Whether the file ends inside a frame, and no tag says that everything is there all the same.
    pub(super) fn cut(&self) -> bool {
        self.cut && self.tag.mpeg_frames.is_none()
    }

    fn frames_each(&self) -> u64 {
        self.like.frames()
    }

    pub(super) fn codec(&self) -> AudioCodecParameters {
        let mut codec = AudioCodecParameters::new();
        codec.for_codec(CODEC_ID_MP3).with_sample_rate(self.like.sample_rate);
        codec
    }

    pub(super) fn next(&mut self) -> io::Result<Next> {
        let hole = self.holes.binary_search_by_key(&self.next.index, |hole| hole.before);
        if let (Ok(hole), true) = (hole, self.next.hole) {
            let hole = self.holes[hole];
            self.next.hole = false;
            let start = self.start_of(self.next.number);
            self.next.number += hole.mpeg_frames;
            let frames = hole.mpeg_frames * self.frames_each();
            return Ok(Next::Unit(Unit::Missing { start, frames, packets: hole.mpeg_frames }));
        }
        let Some(frame) = self.step()? else {
            return Ok(Next::End { cut: self.cut });
        };
        let data = self.bytes.get(frame.at, frame.header.bytes)?.to_vec();
        let number = self.next.number;
        self.next.index += 1;
        self.next.number += 1;
        self.next.hole = true;
        let start = self.start_of(number);
        let packet = Packet::new(0, Timestamp::new(start), Duration::new(self.frames_each()), data);
        Ok(Next::Unit(Unit::Packet { packet, start, frames: self.frames_each(), lead: number < self.next.wanted }))
    }

    fn start_of(&self, number: u64) -> i64 {
        i64::try_from(number * self.frames_each()).unwrap_or(i64::MAX)
    }

    /// The next frame that is sound, as [`Mp3::walk`] saw it.
    fn step(&mut self) -> io::Result<Option<Found>> {
        loop {
            match walk::step(&mut self.bytes, self.next.at, &self.like)? {
                Step::End { .. } => return Ok(None),
                Step::Frame(frame) => {
                    self.next.at = frame.at + frame.header.bytes as u64;
                    if tag::read(&mut self.bytes, &frame)?.is_none() {
                        return Ok(Some(frame));
                    }
                }
            }
        }
    }

    fn rewind(&mut self) {
        self.next = Cursor { at: self.noted.first().copied().unwrap_or(0), ..Cursor::default() };
    }

    /// The next packets prepare and then reach the audio frame `target`, counted with the delay.
    pub(super) fn seek(&mut self, target: u64) -> io::Result<()> {
        let wanted = target / self.frames_each();
        let (index, number, hole) = self.place(wanted.saturating_sub(LEAD_FRAMES));
        self.rewind();
        let noted = (index / NOTED_EVERY).min(self.noted.len() as u64 - 1);
        self.next.at = self.noted[noted as usize];
        for _ in noted * NOTED_EVERY..index {
            self.step()?;
        }
        self.next = Cursor { at: self.next.at, index, number, hole, wanted };
        Ok(())
    }

    /// Where a place in time is: the index among the frames found, the place where it or the hole before it begins,
    /// and whether that hole is still to come.
    fn place(&self, number: u64) -> (u64, u64, bool) {
        let mut lost = 0;
        for hole in &self.holes {
            let begins = hole.before + lost;
            if number < begins {
                break;
            }
            if number < begins + hole.mpeg_frames {
                return (hole.before, begins, true);
            }
            lost += hole.mpeg_frames;
        }
        let index = (number - lost).min(self.found);
        (index, index + lost, false)
    }
}
