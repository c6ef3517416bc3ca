//! Proof of air: whether what was sent to a zone came out of its loudspeakers.
//!
//! A return feed (line-in behind the amplifier, a microphone by a loudspeaker, an FM receiver) is compared with what was sent.
//! Both become [`Features`], frames of band energies; a [`Proof`] takes the frames as they come, looks for each window of ten
//! seconds in what came back within a bounded delay, and says what it makes of all windows together ([`Verdict`]). Ten seconds
//! that are found are no proof yet: the windows must lie on one line, at one delay that moves no faster than two clocks part.
//!
//! Robust to gain, room echo, noise as loud as the programme, lossy coding and drifting clocks; what another programme
//! reaches by chance lies far below what is asked (`tests/audio/proof.rs` measures both).

mod feature;
mod line;
mod window;

use std::collections::VecDeque;

pub use feature::{BANDS, FRAMES_PER_SECOND, Features, Frame, RATE_HZ_MAX, RATE_HZ_MIN};

use line::{Line, Placed};
use window::{CAPTURED_FRAMES, Comparer, EARLY_FRAMES, STEP_FRAMES, WINDOW_FRAMES};

/// The most windows of an airing: four hours. What sounds longer is judged by them.
pub const WINDOWS_MAX: usize = 2_880;
/// How far one side may be ahead of the other, in frames, before the other is taken for silent: half a minute beyond what a
/// window needs.
const AHEAD_FRAMES_MAX: usize = CAPTURED_FRAMES + 30 * FRAMES_PER_SECOND as usize;
/// Milliseconds a frame.
const FRAME_MS: i64 = 1_000 / FRAMES_PER_SECOND as i64;

/// What the return feed proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The programme came back.
    Yes,
    /// It did not.
    No,
    /// Some of it may have, or it was too short or too quiet to tell.
    Unsure,
}

/// What is made of all windows together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Heard or not.
    pub heard: Heard,
    /// How much later than it was sent it came back, in milliseconds, to within 20; none unless heard.
    pub delay_ms: Option<i64>,
    /// Level of what came back, in dBFS; none if nothing did.
    pub level_dbfs: Option<f32>,
    /// How alike the found windows are to what was sent: 1 is the same, below 0.2 may be chance.
    pub likeness: f32,
    /// Windows that were loud enough to be looked for.
    pub windows: usize,
    /// Those of them that were found, all at one delay.
    pub found: usize,
}

/// Compares what was sent with what came back, as both come. Its memory is bounded whatever the length: frames of some
/// fifty seconds, and four places of each window.
pub struct Proof {
    comparer: Comparer,
    sent: Side,
    captured: Side,
    /// The frame of what was sent at which the next window begins.
    next: u64,
    placed: Vec<Placed>,
    /// Sum of the powers of what came back, and of how many frames.
    power: (f64, u64),
}

/// One of the two: the frames that are still needed.
#[derive(Default)]
struct Side {
    frames: VecDeque<Frame>,
    /// The number of the first.
    first: u64,
}

impl Side {
    fn end(&self) -> u64 {
        self.first + self.frames.len() as u64
    }

    fn forget_before(&mut self, frame: u64) {
        let past = usize::try_from(frame.saturating_sub(self.first)).unwrap_or(usize::MAX).min(self.frames.len());
        self.frames.drain(..past);
        self.first += past as u64;
    }

    /// `count` frames from `from` on; silence stands for what is not there.
    fn stretch(&self, from: i64, count: usize) -> Vec<Frame> {
        let at = |index: i64| usize::try_from(index - i64::try_from(self.first).unwrap_or(i64::MAX)).ok();
        let frame = |index| at(index).and_then(|at| self.frames.get(at)).copied().unwrap_or_default();
        (from..).take(count).map(frame).collect()
    }
}

impl Default for Proof {
    fn default() -> Self {
        Self::new()
    }
}

impl Proof {
    /// Nothing is sent yet. Both sides begin at the same moment.
    #[must_use]
    pub fn new() -> Self {
        let (sent, captured) = (Side::default(), Side::default());
        Self { comparer: Comparer::new(), sent, captured, next: 0, placed: Vec::new(), power: (0.0, 0) }
    }

    /// The next moment of what was sent.
    pub fn sent(&mut self, frame: Frame) {
        self.sent.frames.push_back(frame);
        // Nothing comes from the return feed: that is silence, not a reason to wait.
        if self.sent.frames.len() > AHEAD_FRAMES_MAX && self.captured.end() < self.sent.end() {
            self.captured.frames.push_back(Frame::default());
        }
        self.advance();
    }

    /// The next moment of what came back.
    pub fn captured(&mut self, frame: Frame) {
        self.power.0 += f64::from(frame.power);
        self.power.1 += 1;
        self.captured.frames.push_back(frame);
        if self.captured.frames.len() > AHEAD_FRAMES_MAX && self.sent.end() < self.captured.end() {
            self.sent.frames.push_back(Frame::default());
        }
        self.advance();
    }

    /// Nothing more comes: what is made of it.
    #[must_use]
    pub fn verdict(mut self) -> Verdict {
        while self.next + WINDOW_FRAMES as u64 <= self.sent.end() {
            self.compare();
        }
        let line = Line::through(&self.placed);
        let level = self.power.0 / self.power.1.max(1) as f64;
        let heard = line.heard();
        Verdict {
            heard,
            delay_ms: (heard == Heard::Yes).then(|| i64::from(line.lag) * FRAME_MS),
            level_dbfs: (level > 0.0).then(|| (10.0 * level.log10()) as f32),
            likeness: line.likeness,
            windows: line.windows,
            found: line.found,
        }
    }

    fn advance(&mut self) {
        let late = (CAPTURED_FRAMES - EARLY_FRAMES) as u64;
        while self.next + WINDOW_FRAMES as u64 <= self.sent.end() && self.next + late <= self.captured.end() {
            self.compare();
        }
    }

    fn compare(&mut self) {
        let at = i64::try_from(self.next).unwrap_or(i64::MAX);
        if self.placed.len() < WINDOWS_MAX {
            let sent = self.sent.stretch(at, WINDOW_FRAMES);
            let captured = self.captured.stretch(at - EARLY_FRAMES as i64, CAPTURED_FRAMES);
            let found = self.comparer.find(&sent, &captured);
            self.placed.extend(found.map(|peaks| Placed { at, peaks }));
        }
        self.next += STEP_FRAMES as u64;
        self.sent.forget_before(self.next);
        self.captured.forget_before(self.next.saturating_sub(EARLY_FRAMES as u64));
    }
}
