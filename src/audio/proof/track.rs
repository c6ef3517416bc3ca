//! One of the two sides on its time line: each frame where it belongs, whatever was lost on the way.

use std::collections::VecDeque;

use super::feature::{FRAMES_PER_SECOND, Features, Frame};
use crate::audio::frames::{NANOS_PER_SECOND, frames_to_ns};

/// Length of a frame, in nanoseconds.
const FRAME_NS: i64 = NANOS_PER_SECOND / FRAMES_PER_SECOND as i64;
/// Frames that are kept: whoever asks for an earlier one is told that nobody knows. Half a minute.
const FRAMES_MAX: usize = 30 * FRAMES_PER_SECOND as usize;
/// For so long sound is gathered before its place is fixed. It comes in lumps, and a stream first in one large one; the lump
/// that was least late tells the time.
const SETTLE_NS: i64 = 2 * NANOS_PER_SECOND;
/// The most that is gathered, in nanoseconds of sound.
const GATHERED_MAX_NS: i64 = 20 * NANOS_PER_SECOND;
/// So often it is looked whether sound comes later than it should.
const LOOK_NS: i64 = 4 * NANOS_PER_SECOND;
/// Sound that comes so much later than before was lost in part.
const GAP_NS: i64 = 300_000_000;
/// What moves by more than this is the clock.
const STEP_NS: i64 = 10 * NANOS_PER_SECOND;

/// See the module. Instants are nanoseconds of the monotonic clock.
pub(super) struct Track {
    /// None where nobody knows what there was.
    frames: VecDeque<Option<Frame>>,
    /// The number of the first that is kept.
    first: i64,
    /// The instant of frame 0.
    origin: i64,
    gathered: Gathered,
    run: Option<Run>,
}

/// Sound whose place is not fixed yet.
#[derive(Default)]
struct Gathered {
    rate_hz: u32,
    samples: Vec<f32>,
    /// When the first of it came.
    since: i64,
    /// The earliest that its first sample can have been.
    begins: i64,
}

/// Sound without a break.
struct Run {
    features: Features,
    rate_hz: u32,
    /// The instant of its first sample.
    begins: i64,
    samples: u64,
    /// By how much the latest sound was later than its place says, at the least.
    shift: i64,
    /// The same since the last look, and when that was.
    least: i64,
    looked_at: i64,
}

impl Track {
    pub(super) fn new(origin: i64) -> Self {
        Self { frames: VecDeque::new(), first: 0, origin, gathered: Gathered::default(), run: None }
    }

    /// The number of the first frame that is kept: of earlier ones nobody knows.
    pub(super) fn first(&self) -> i64 {
        self.first
    }

    /// The number of the frame after the last.
    pub(super) fn end(&self) -> i64 {
        self.first + self.frames.len() as i64
    }

    /// A frame; none if nobody knows what there was.
    pub(super) fn get(&self, index: i64) -> Option<Frame> {
        let at = usize::try_from(index - self.first).ok()?;
        self.frames.get(at).copied().flatten()
    }

    /// The number of the frame that belongs to an instant.
    pub(super) fn index_of(&self, at: i64) -> i64 {
        let shift = self.run.as_ref().map_or(0, |run| run.shift);
        (at - shift - self.origin).div_euclid(FRAME_NS)
    }

    /// Sound of one channel whose first sample came at `at`.
    pub(super) fn push(&mut self, samples: &[f32], rate_hz: u32, at: i64) {
        if self.run.as_ref().is_some_and(|run| run.rate_hz != rate_hz) {
            self.run = None;
        }
        match &mut self.run {
            Some(run) => {
                if run.late(at) {
                    self.run = None;
                    return self.gather(samples, rate_hz, at);
                }
                let frames = &mut self.frames;
                run.samples += samples.len() as u64;
                run.features.push(samples, |frame| frames.push_back(Some(frame)));
            }
            None => self.gather(samples, rate_hz, at),
        }
        self.forget();
    }

    /// Nothing came up to `until`, and what comes next has no place yet.
    pub(super) fn missing(&mut self, until: i64) {
        (self.run, self.gathered) = (None, Gathered::default());
        self.fill_to(self.index_of(until));
    }

    fn gather(&mut self, samples: &[f32], rate_hz: u32, at: i64) {
        if self.gathered.rate_hz != rate_hz {
            self.gathered = Gathered { rate_hz, samples: Vec::new(), since: at, begins: i64::MAX };
        }
        let gathered = &mut self.gathered;
        gathered.begins = gathered.begins.min(at - frames_to_ns(gathered.samples.len() as u64, rate_hz));
        gathered.samples.extend_from_slice(samples);
        let sound = frames_to_ns(gathered.samples.len() as u64, rate_hz);
        if at - gathered.since < SETTLE_NS && sound < GATHERED_MAX_NS {
            return;
        }
        let Gathered { samples, begins, .. } = std::mem::take(&mut self.gathered);
        let index = self.index_of(begins);
        self.fill_to(index);
        // What there is already stays.
        let known = (self.end() - index) * FRAME_NS;
        let skipped = (known / (NANOS_PER_SECOND / i64::from(rate_hz.max(1))).max(1)).clamp(0, samples.len() as i64);
        let begins = begins + frames_to_ns(skipped.unsigned_abs(), rate_hz);
        let samples = &samples[usize::try_from(skipped).unwrap_or_default()..];
        let mut run = Run {
            features: Features::new(rate_hz),
            rate_hz,
            begins,
            samples: samples.len() as u64,
            shift: 0,
            least: i64::MAX,
            looked_at: at,
        };
        let frames = &mut self.frames;
        run.features.push(samples, |frame| frames.push_back(Some(frame)));
        self.run = Some(run);
    }

    fn fill_to(&mut self, index: i64) {
        let missing = index - self.end();
        if missing > FRAMES_MAX as i64 {
            self.frames.clear();
            self.first = index;
            return;
        }
        self.frames.extend((0..missing).map(|_| None));
        self.forget();
    }

    fn forget(&mut self) {
        let past = self.frames.len().saturating_sub(FRAMES_MAX);
        self.frames.drain(..past);
        self.first += past as i64;
    }
}

impl Run {
    /// Whether sound comes so late that some of it must have been lost.
    fn late(&mut self, at: i64) -> bool {
        let late = at - self.begins - frames_to_ns(self.samples, self.rate_hz);
        self.least = self.least.min(late);
        if at - self.looked_at < LOOK_NS {
            return false;
        }
        let moved = self.least - self.shift;
        self.looked_at = at;
        (self.shift, self.least) = (self.least, i64::MAX);
        (GAP_NS..STEP_NS).contains(&moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 8_000;
    /// A tenth of a second.
    const PIECE: usize = 800;
    const PIECE_NS: i64 = 100_000_000;

    fn loud(track: &Track, seconds: f64) -> Option<bool> {
        let index = track.index_of((seconds * 1e9) as i64);
        track.get(index).map(|frame| frame.power > 0.01)
    }

    /// Twenty seconds in pieces, of which the sixth and the sixteenth second sound, lumped and from a clock that is 200 ppm slow.
    fn heard(lost: std::ops::Range<i64>) -> Track {
        let mut track = Track::new(0);
        for piece in (0..200_i64).filter(|piece| !lost.contains(piece)) {
            let level = if (50..60).contains(&(piece % 100)) { 0.5 } else { 0.0 };
            let samples: Vec<f32> = (0..PIECE).map(|at| level * (at as f32 * 0.5).sin()).collect();
            let jitter = (piece * 7_919) % 120 * 1_000_000;
            track.push(&samples, RATE, piece * PIECE_NS + piece * PIECE_NS / 5_000 + jitter);
        }
        track
    }

    #[test]
    fn a_frame_is_found_where_it_was_heard_whatever_lumps_it_came_in() {
        for lost in [0..0, 0..20, 20..35] {
            let track = heard(lost.clone());
            // Where some was lost, a few seconds pass until that is known.
            let from = if lost.contains(&20) { 10.0 } else { 0.0 };
            for (second, expected) in
                [(4.8, false), (5.2, true), (5.8, true), (6.2, false)].map(|(at, loud)| (at + from, loud))
            {
                assert_eq!(loud(&track, second), Some(expected), "{second} s, without {lost:?}");
            }
        }
    }

    #[test]
    fn what_was_lost_is_known_as_that_and_what_comes_after_it_is_in_its_place() {
        let mut track = heard(200..200);
        track.missing(24 * NANOS_PER_SECOND);
        assert_eq!(loud(&track, 22.0), None);
        for piece in 240..270_i64 {
            track.push(&[0.5; PIECE], RATE, piece * PIECE_NS);
        }
        assert_eq!((loud(&track, 23.9), loud(&track, 24.5)), (None, Some(true)));
        assert_eq!(loud(&track, 100.0), None, "nobody knows the future");
    }

    #[test]
    fn what_a_server_sends_at_once_to_whoever_connects_is_older_than_the_moment() {
        let mut track = Track::new(0);
        // Four seconds at once, the last of them loud, then piece by piece as it sounds: quiet.
        for piece in 0..40_i64 {
            let level = if piece >= 30 { 0.5 } else { 0.0 };
            track.push(&[level; PIECE], RATE, 10 * NANOS_PER_SECOND);
        }
        for piece in 0..40_i64 {
            track.push(&[0.0; PIECE], RATE, 10 * NANOS_PER_SECOND + piece * PIECE_NS);
        }
        let known = [8.5, 9.5, 10.5].map(|second| loud(&track, second));
        assert_eq!(known, [Some(false), Some(true), Some(false)]);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut track = heard(200..200);
        track.missing(3_600 * NANOS_PER_SECOND);
        assert!(track.frames.len() <= FRAMES_MAX);
        assert_eq!(track.end(), track.index_of(3_600 * NANOS_PER_SECOND));
    }
}
