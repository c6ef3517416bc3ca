//! The one delay at which the windows of an airing were found. Two clocks part slowly, so it is a line: a delay, and a drift.

use super::window::Peak;
use crate::domain::proof::Verdict;

/// The fastest that two clocks part, in parts per million: twice a poor crystal's.
const DRIFT_PPM_MAX: i64 = 200;
/// Drifts are tried so finely that the last window is met to within a frame; at most so many to each side.
const DRIFTS_MAX: i64 = 60;
/// How far from the line a window may lie, in frames.
const ASIDE_FRAMES: i64 = 2;
/// The windows, best first, through which lines are tried.
const ANCHORS_MAX: usize = 40;
/// The likeness below which a window at the right place is still no evidence.
const LIKENESS_MIN: f32 = 0.14;
/// The mean likeness that many windows together must have.
const LIKENESS_MANY: f32 = 0.18;
/// What a single one must have beyond that; two half of it, and so on.
const LIKENESS_FEW: f32 = 0.24;
/// How alike the second best place of a window may be, as a share of the best: music that repeats itself fits itself, and
/// other music of its pace, at many places.
const SECOND_MAX: f32 = 0.7;
/// The mean likeness that no other music reaches, whatever its pace.
const LIKENESS_SURE: f32 = 0.45;
/// The share of windows that must be found where nothing else comes near, in percent.
const PLAIN_PERCENT: usize = 50;
/// The share of windows that must be found for the airing to have been heard, in percent.
const HEARD_PERCENT: usize = 60;
/// The share up to which what was found is chance, in percent.
const CHANCE_PERCENT: usize = 30;

/// A window of what was sent, and the places at which it may have come back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    /// Its first frame.
    pub(super) at: i64,
    /// The best places, the best first; none if there was silence.
    pub(super) peaks: Vec<Peak>,
}

/// The best line, and how many windows lie on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    /// Windows in all.
    pub(super) windows: usize,
    /// Windows on it.
    pub(super) found: usize,
    /// Those of them that fit nowhere else.
    pub(super) plain: usize,
    /// Their mean likeness; without any, the best of all.
    pub(super) likeness: f32,
    /// The delay in the middle, in frames.
    pub(super) lag: i32,
}

impl Line {
    /// The line on which most likeness lies.
    pub(super) fn through(placed: &[Placed]) -> Self {
        let none = Self { windows: placed.len(), found: 0, plain: 0, likeness: 0.0, lag: 0 };
        let (Some(first), Some(last)) = (placed.first(), placed.last()) else { return none };
        let span = (last.at - first.at).max(1);
        let mut anchors: Vec<(i64, Peak)> =
            placed.iter().flat_map(|window| window.peaks.iter().map(|peak| (window.at, *peak))).collect();
        anchors.sort_by(|one, other| other.1.likeness.total_cmp(&one.1.likeness));
        anchors.truncate(ANCHORS_MAX);
        let best_alone = anchors.first().map_or(0.0, |anchor| anchor.1.likeness);
        let drifts = (span * DRIFT_PPM_MAX / 1_000_000).clamp(0, DRIFTS_MAX);
        let mut best = (0.0_f32, Self { likeness: best_alone, ..none });
        for (at, anchor) in anchors {
            for drift in -drifts..=drifts {
                // So many frames over the whole span.
                let expected = |window: i64| i64::from(anchor.lag) + drift * (window - at) / span;
                let (sum, found, plain) = on(placed, expected);
                if sum > best.0 {
                    let lag = i32::try_from(expected(first.at + span / 2)).unwrap_or(anchor.lag);
                    best = (sum, Self { windows: placed.len(), found, plain, likeness: sum / found as f32, lag });
                }
            }
        }
        best.1
    }

    /// What it proves. A few windows must be more alike than many, because chance has more ways to line few of them up.
    pub(super) fn verdict(&self) -> Verdict {
        if self.windows == 0 {
            return Verdict::Unsure;
        }
        let percent = self.found * 100 / self.windows;
        let needed = LIKENESS_MANY + LIKENESS_FEW / self.found.max(1) as f32;
        let plain = self.plain * 100 / self.windows >= PLAIN_PERCENT;
        if percent >= HEARD_PERCENT && self.likeness >= needed && (plain || self.likeness >= LIKENESS_SURE) {
            return Verdict::Heard;
        }
        let chance = percent <= CHANCE_PERCENT || self.likeness < needed * 0.8;
        if chance { Verdict::NotHeard } else { Verdict::Unsure }
    }
}

/// Sum of the likeness of the windows that lie on a line, how many do, and how many of them fit nowhere else.
fn on(placed: &[Placed], expected: impl Fn(i64) -> i64) -> (f32, usize, usize) {
    let mut sum = (0.0, 0, 0);
    for window in placed {
        let lag = expected(window.at);
        let near = |peak: &Peak| (i64::from(peak.lag) - lag).abs() <= ASIDE_FRAMES && peak.likeness >= LIKENESS_MIN;
        let Some(index) = window.peaks.iter().position(near) else { continue };
        let likeness = window.peaks[index].likeness;
        let second = window.peaks.get(1).map_or(0.0, |peak| peak.likeness);
        let plain = index == 0 && second <= SECOND_MAX * likeness;
        sum = (sum.0 + likeness, sum.1 + 1, sum.2 + usize::from(plain));
    }
    sum
}
