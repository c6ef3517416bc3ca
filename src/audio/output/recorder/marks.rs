//! Which frame of a recording was heard when: marks on its way, with straight lines at the nominal rate between them.

use crate::audio::frames::{Nanos, frames_to_ns};

/// Most marks in a file: more than one for each second of its hour. A file whose marks are used up is ended, and another begun.
pub const MARKS_MAX: usize = 4_096;

/// Length of a mark in a file, in bytes.
const MARK_BYTES: usize = 16;

/// All marks of a file, in bytes.
pub const MARKS_BYTES: usize = MARKS_MAX * MARK_BYTES;

/// A line that misses by more than a quarter of a frame gets a new mark, so that an instant leads to its very frame.
const MISS_PART: i64 = 4;

/// This frame was heard at this instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Counted from the head of the file.
    pub frame: u64,
    /// When it was heard.
    pub at: Nanos,
}

/// The marks of one file, in the order of its frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    rate_hz: u32,
    marks: Vec<Mark>,
}

impl Mark {
    /// As a file holds it.
    #[must_use]
    pub fn to_bytes(self) -> [u8; MARK_BYTES] {
        let mut bytes = [0; MARK_BYTES];
        bytes[..8].copy_from_slice(&self.frame.to_be_bytes());
        bytes[8..].copy_from_slice(&self.at.0.to_be_bytes());
        bytes
    }

    /// Where the mark of this number stands among the marks of a file, in bytes.
    #[must_use]
    pub const fn place(number: usize) -> usize {
        number * MARK_BYTES
    }
}

impl Marks {
    /// Of a file that begins at `at`, with `rate_hz` frames per second.
    #[must_use]
    pub fn new(at: Nanos, rate_hz: u32) -> Self {
        Self { rate_hz, marks: vec![Mark { frame: 0, at }] }
    }

    /// Reads what a file holds; none if that is no mark at all. A place never used is all zeros.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], rate_hz: u32) -> Option<Self> {
        let mut marks: Vec<Mark> = Vec::new();
        for entry in bytes.chunks_exact(MARK_BYTES) {
            let (frame, at) = entry.split_at(8);
            let frame = u64::from_be_bytes(frame.try_into().ok()?);
            let at = Nanos(i64::from_be_bytes(at.try_into().ok()?));
            // A power cut may have left a place empty: what comes after it still counts.
            let follows = marks.last().map_or(frame == 0, |last| frame > last.frame);
            if at.0 != 0 && follows {
                marks.push(Mark { frame, at });
            }
        }
        (!marks.is_empty()).then_some(Self { rate_hz, marks })
    }

    /// Notes that `frame` is heard at `at`: the mark that this needed, with its number; none if the last one tells it.
    pub fn note(&mut self, frame: u64, at: Nanos) -> Option<(usize, Mark)> {
        let miss = at.0.saturating_sub(self.instant(frame).0).saturating_abs();
        if miss <= frames_to_ns(1, self.rate_hz) / MISS_PART {
            return None;
        }
        let mark = Mark { frame, at };
        match self.marks.last_mut().filter(|last| last.frame == frame) {
            Some(last) => *last = mark,
            None => self.marks.push(mark),
        }
        Some((self.marks.len() - 1, mark))
    }

    /// Whether there is no room for another mark.
    #[must_use]
    pub const fn are_full(&self) -> bool {
        self.marks.len() >= MARKS_MAX
    }

    /// When the first frame was heard.
    #[must_use]
    pub fn begin(&self) -> Nanos {
        self.marks.first().map_or(Nanos(0), |mark| mark.at)
    }

    /// When `frame` was heard.
    #[must_use]
    pub fn instant(&self, frame: u64) -> Nanos {
        let known = self.marks.iter().rev().find(|mark| mark.frame <= frame);
        known.map_or(Nanos(0), |mark| mark.at.plus_frames(frame - mark.frame, self.rate_hz))
    }

    /// The frame that was heard at `at`, to the nearest; the first for an instant before it. What was never recorded (between two
    /// marks that leave a hole) leads to the frame after it.
    #[must_use]
    pub fn frame(&self, at: Nanos) -> u64 {
        let half = frames_to_ns(1, self.rate_hz) / 2;
        let Some(number) = self.marks.iter().rposition(|mark| mark.at.plus_ns(-half) <= at) else { return 0 };
        let mark = self.marks[number];
        let after = u64::try_from(mark.at.frames_until(at, self.rate_hz)).unwrap_or(0);
        let end = self.marks.get(number + 1).map_or(u64::MAX, |next| next.frame);
        mark.frame.saturating_add(after).min(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 48_000;
    const FIVE: Nanos = Nanos(1_795_384_800_000_000_000);

    #[test]
    fn an_instant_leads_to_its_frame_along_a_drifting_device_and_the_marks_survive_the_file() {
        for ppm in [-80_i64, 0, 35, 300] {
            let mut marks = Marks::new(FIVE, RATE);
            let mut bytes = vec![0; MARKS_BYTES];
            bytes[..MARK_BYTES].copy_from_slice(&Mark { frame: 0, at: FIVE }.to_bytes());
            // The instant of a frame, on a device whose second is a little longer, read with a jitter of a microsecond.
            let truth = |frame: u64| {
                let nominal = frames_to_ns(frame, RATE);
                FIVE.plus_ns(nominal + nominal / 1_000_000 * ppm + (frame as i64 * 7_919) % 1_000)
            };
            for buffer in 0..90_000_u64 {
                let frame = buffer * 1_920;
                if let Some((number, mark)) = marks.note(frame, truth(frame)) {
                    assert!(number < MARKS_MAX, "{ppm} ppm need more marks than there are");
                    bytes[Mark::place(number)..][..MARK_BYTES].copy_from_slice(&mark.to_bytes());
                }
                if marks.are_full() {
                    break;
                }
            }
            let read = Marks::from_bytes(&bytes, RATE).unwrap();
            assert_eq!(read, marks);
            for buffer in (0..4_000).step_by(37) {
                let frame = buffer * 1_920;
                // The mixer reckons inside a buffer at the nominal rate, as the marks do.
                for inside in [0, 1, 959, 1_919] {
                    let at = truth(frame).plus_frames(inside, RATE);
                    assert_eq!(read.frame(at), frame + inside, "{ppm} ppm");
                }
            }
        }
    }

    #[test]
    fn a_hole_leads_to_what_comes_after_it_and_a_torn_mark_costs_only_itself() {
        let mut marks = Marks::new(FIVE, RATE);
        let after = FIVE.plus_ns(3_000_000_000);
        assert_eq!(marks.note(48_000, FIVE.plus_ns(1_000_000_000)), None);
        assert_eq!(marks.note(48_000, after), Some((1, Mark { frame: 48_000, at: after })));
        assert_eq!(marks.frame(FIVE.plus_ns(2_000_000_000)), 48_000);
        assert_eq!(marks.frame(after.plus_ns(1_000_000_000)), 96_000);
        assert_eq!(marks.frame(FIVE.plus_ns(-5)), 0);
        let mark = |frame, at| Mark { frame, at }.to_bytes();
        let bytes = [mark(0, FIVE), [0; 16], mark(96_000, after)].concat();
        assert_eq!(Marks::from_bytes(&bytes, RATE).unwrap().frame(after), 96_000);
        assert_eq!(Marks::from_bytes(&[0; 64], RATE), None);
    }
}
