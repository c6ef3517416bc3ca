//! Proof of air: whether what was sent to a zone came out of its loudspeakers.
//!
//! A return feed (line-in behind the amplifier, a microphone by a loudspeaker, an FM receiver) is compared with what was sent.
//! Both become [`Features`], frames of band energies; a [`Comparison`] takes the frames as they come, looks for each window of
//! ten seconds in what came back within a bounded delay, and says what it makes of all windows together ([`Compared`]). Ten
//! seconds that are found are no proof yet: the windows must lie on one line, at one delay that moves no faster than two clocks
//! part.
//!
//! Robust to gain, room echo, noise as loud as the programme, lossy coding and drifting clocks; what another programme
//! reaches by chance lies far below what is asked (`tests/audio/proof.rs` measures both).
//!
//! A [`Witness`] does this for a zone while the station runs: it puts both sides on one time line (`track`), captures the return
//! feed (`ear`), and knows which airing is when (`hearing`).

mod ear;
mod feature;
mod hearing;
mod line;
mod track;
mod window;
mod witness;

use std::collections::VecDeque;

pub use feature::{BANDS, FRAMES_PER_SECOND, Features, Frame, RATE_HZ_MAX, RATE_HZ_MIN};
pub use witness::{News, Witness, WitnessSettings};

use crate::domain::proof::{Doubt, Finding, SHORTEST_MS, Verdict};
use line::{Line, Placed};
use window::{CAPTURED_FRAMES, Comparer, EARLY_FRAMES, LATE_FRAMES, STEP_FRAMES, WINDOW_FRAMES};

/// The most windows of an airing: four hours. What sounds longer is judged by them.
pub const WINDOWS_MAX: usize = 2_880;
/// Frames that still belong to an airing after its end: so late it may come back.
pub const TAIL_FRAMES: usize = LATE_FRAMES;
/// How far one side may be ahead of the other, in frames, before the other is taken for absent: half a minute beyond what a
/// window needs.
const AHEAD_FRAMES_MAX: usize = CAPTURED_FRAMES + 30 * FRAMES_PER_SECOND as usize;
/// Milliseconds a frame.
const FRAME_MS: i64 = 1_000 / FRAMES_PER_SECOND as i64;

/// What is made of all windows together.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Heard or not.
    pub finding: Finding,
    /// How much louder it came back than it was sent, in dB, with whatever else was heard there; none if nothing did.
    pub level_db: Option<f32>,
    /// How alike the found windows are to what was sent: 1 is the same, below 0.2 may be chance.
    pub likeness: f32,
    /// Windows that were loud enough to be looked for, while the return feed was there.
    pub windows: usize,
    /// Those of them that were found, all at one delay.
    pub found: usize,
    /// How much was sent, in milliseconds, pauses left out.
    pub sent_ms: u64,
    /// How much of that lies in the windows that were looked for, in milliseconds.
    pub compared_ms: u64,
}

/// Compares what was sent with what came back, as both come. Its memory is bounded whatever the length: frames of some
/// fifty seconds, and four places of each window.
pub struct Comparison {
    comparer: Comparer,
    sent: Side,
    captured: Side,
    /// The frame of what was sent at which the next window begins.
    next: u64,
    placed: Vec<Placed>,
    /// Windows that nobody can look for, because the return feed was not there.
    blind: usize,
    /// Frames that were sent indeed.
    sounded: u64,
    /// Frames of what was sent that lie in windows which were looked for, and the end of the last of them.
    compared: (u64, u64),
    /// Sums of the powers of both sides, while both were there, and of how many frames.
    power: [(f64, u64); 2],
}

/// One of the two: the frames that are still needed.
#[derive(Default)]
struct Side {
    /// None where nobody knows what there was.
    frames: VecDeque<Option<Frame>>,
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

    /// `count` frames from `from` on; silence stands for what is before the first and after the last. None if something is
    /// not known.
    fn stretch(&self, from: i64, count: usize) -> Option<Vec<Frame>> {
        let at = |index: i64| usize::try_from(index - i64::try_from(self.first).unwrap_or(i64::MAX)).ok();
        let frame = |index| at(index).and_then(|at| self.frames.get(at)).copied().unwrap_or(Some(Frame::default()));
        (from..).take(count).map(frame).collect()
    }
}

impl Default for Comparison {
    fn default() -> Self {
        Self::new()
    }
}

impl Comparison {
    /// Nothing is sent yet. Both sides begin at the same moment.
    #[must_use]
    pub fn new() -> Self {
        Self {
            comparer: Comparer::new(),
            sent: Side::default(),
            captured: Side::default(),
            next: 0,
            placed: Vec::new(),
            blind: 0,
            sounded: 0,
            compared: (0, 0),
            power: [(0.0, 0); 2],
        }
    }

    /// The next moment of what was sent.
    pub fn sent(&mut self, frame: Frame) {
        add(&mut self.power[0], frame);
        self.sounded += 1;
        self.send(frame);
    }

    /// The next moment in which nothing is sent here: it goes on elsewhere, or not at all.
    pub fn paused(&mut self) {
        self.send(Frame::default());
    }

    fn send(&mut self, frame: Frame) {
        self.sent.frames.push_back(Some(frame));
        // Nothing comes from the return feed: that is no reason to wait.
        if self.sent.frames.len() > AHEAD_FRAMES_MAX && self.captured.end() < self.sent.end() {
            self.captured.frames.push_back(None);
        }
        self.advance();
    }

    /// The next moment of what came back.
    pub fn captured(&mut self, frame: Frame) {
        // What comes after the last that was sent may be anything.
        if self.captured.end() < self.sent.end() {
            add(&mut self.power[1], frame);
        }
        self.capture(Some(frame));
    }

    /// The next moment of what came back is not known: the return feed was not there.
    pub fn missed(&mut self) {
        self.capture(None);
    }

    fn capture(&mut self, frame: Option<Frame>) {
        self.captured.frames.push_back(frame);
        if self.captured.frames.len() > AHEAD_FRAMES_MAX && self.sent.end() < self.captured.end() {
            self.sent.frames.push_back(Some(Frame::default()));
        }
        self.advance();
    }

    /// Nothing more comes: what is made of it. `fault` is what the return feed said when it was not there.
    #[must_use]
    pub fn judge(mut self, fault: &str) -> Compared {
        // Both sides are placed anew now and then, by less than a second.
        let whole = self.captured.end() + u64::from(FRAMES_PER_SECOND) >= self.sent.end() + TAIL_FRAMES as u64;
        while self.next + WINDOW_FRAMES as u64 <= self.sent.end() {
            self.compare();
        }
        let line = Line::through(&self.placed);
        let [sent, captured] = self.power.map(|(sum, count)| sum / count.max(1) as f64);
        let level = (sent > 0.0 && captured > 0.0).then(|| (10.0 * (captured / sent).log10()) as f32);
        let sent_ms = self.sounded * FRAME_MS.unsigned_abs();
        let unsure = |doubt| Finding::Unsure(doubt);
        let absent = || unsure(Doubt::NotCaptured { error: fault.to_owned() });
        let finding = match line.verdict() {
            _ if sent_ms < SHORTEST_MS => unsure(Doubt::TooShort),
            // What is known of less than half of it says nothing of the rest.
            _ if self.blind > line.windows => absent(),
            _ if line.windows == 0 => unsure(Doubt::TooQuiet),
            Verdict::Heard => Finding::Heard { delay_ms: i64::from(line.lag) * FRAME_MS },
            // It may have come in what nobody heard.
            Verdict::NotHeard if self.blind > 0 || !whole => absent(),
            Verdict::NotHeard => Finding::NotHeard,
            Verdict::Unsure => unsure(Doubt::Unclear),
        };
        Compared {
            finding,
            level_db: level,
            likeness: line.likeness,
            windows: line.windows,
            found: line.found,
            sent_ms,
            compared_ms: self.compared.0 * FRAME_MS.unsigned_abs(),
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
            self.look_for(at);
        }
        self.next += STEP_FRAMES as u64;
        self.sent.forget_before(self.next);
        self.captured.forget_before(self.next.saturating_sub(EARLY_FRAMES as u64));
    }

    fn look_for(&mut self, at: i64) {
        let Some(sent) = self.sent.stretch(at, WINDOW_FRAMES) else { return };
        let there = self.captured.end() >= self.next + WINDOW_FRAMES as u64;
        let captured = self.captured.stretch(at - EARLY_FRAMES as i64, CAPTURED_FRAMES).filter(|_| there);
        let Some(captured) = captured else {
            self.blind += usize::from(window::sounds(&sent));
            return;
        };
        let Some(peaks) = self.comparer.find(&sent, &captured) else { return };
        self.placed.push(Placed { at, peaks });
        let end = self.next + WINDOW_FRAMES as u64;
        self.compared = (self.compared.0 + end - self.compared.1.max(self.next), end);
    }
}

fn add(sum: &mut (f64, u64), frame: Frame) {
    *sum = (sum.0 + f64::from(frame.power), sum.1 + 1);
}

/// One channel of several: what a dead wire does not give, the others do.
fn mono(samples: &[f32], channels: usize) -> Vec<f32> {
    let channels = channels.max(1);
    samples.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32).collect()
}
