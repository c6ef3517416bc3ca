//! Which frame of an output is heard when: a robust straight line through what the device says, and where wall time lies
//! against it.

use crate::audio::frames::{NANOS_PER_SECOND, Nanos, frames_to_ns};

/// Observations that become one point of the line, by their median: up to this many may be as wrong as they like, less half.
const BUCKET_MAX: usize = 15;

/// Points that the line goes through. With 40 ms buffers they span 19 seconds.
const POINTS_MAX: usize = 32;

/// Points before the line may be anything but level. A shorter run says more about jitter than about the crystal.
const POINTS_FOR_DRIFT: usize = 8;

/// A sound card's crystal is within 0.01 %; more than this is not drift.
const DRIFT_MAX: f64 = 500e-6;

/// A point further from the line than this many median deviations is left out.
const OUTLIER_DEVIATIONS: f64 = 4.0;

/// An observation further from the line than this did not come from jitter of the line we have.
const STEP_NS: i64 = 1_500_000;

/// So many of the last [`RECENT_MAX`] observations off the line, and agreeing, mean that the device skipped or stopped.
const STEP_COUNT: usize = 8;

/// Among so many observations a step is looked for: the others may be as wrong as they like, and wherever they fall.
const RECENT_MAX: usize = 15;

/// Frame number to monotonic time, for one opening of one device.
///
/// The device's own statements jitter, come late and are sometimes wrong by a whole buffer. So each bucket of them gives its
/// median, and a least-squares line through the buckets' medians, outliers left out, says when a frame is heard. The device's
/// drift against the monotonic clock is the slope. Fixed size, no allocation: it lives in the output callback.
#[derive(Debug, Clone)]
pub struct TimeMap {
    rate_hz: u32,
    /// First observation: residuals are counted from here, so that they stay small.
    origin: Option<(u64, i64)>,
    bucket: [i64; BUCKET_MAX],
    bucket_len: usize,
    bucket_frame: u64,
    points: [(u64, i64); POINTS_MAX],
    points_len: usize,
    /// The last observations, oldest first, since the map began or stepped.
    recent: [(u64, i64); RECENT_MAX],
    recent_len: usize,
    line: Line,
    steps: u32,
}

/// residual(frame) = level + slope * (frame - centre), in nanoseconds.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    centre: f64,
    level: f64,
    slope: f64,
}

impl Line {
    fn at(&self, frame: u64) -> f64 {
        self.level + self.slope * (frame as f64 - self.centre)
    }
}

impl TimeMap {
    /// A map that knows nothing yet of a device that runs at about `rate_hz`.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        Self {
            rate_hz,
            origin: None,
            bucket: [0; BUCKET_MAX],
            bucket_len: 0,
            bucket_frame: 0,
            points: [(0, 0); POINTS_MAX],
            points_len: 0,
            recent: [(0, 0); RECENT_MAX],
            recent_len: 0,
            line: Line::default(),
            steps: 0,
        }
    }

    /// The device says that `frame` is heard at `mono_ns` (monotonic time). Frames must not go backwards.
    pub fn observe(&mut self, frame: u64, mono_ns: i64) {
        let (origin_frame, origin_ns) = *self.origin.get_or_insert((frame, mono_ns));
        let nominal = origin_ns.saturating_add(frames_to_ns(frame.saturating_sub(origin_frame), self.rate_hz));
        let residual = mono_ns.saturating_sub(nominal);
        if self.recent_len == RECENT_MAX {
            self.recent.copy_within(1.., 0);
            self.recent_len -= 1;
        }
        self.recent[self.recent_len] = (frame, residual);
        self.recent_len += 1;
        let known = self.points_len > 0 || self.bucket_len >= STEP_COUNT;
        if known && self.is_stray(frame, residual) {
            self.stray(residual);
        } else {
            self.take(frame, residual);
        }
    }

    fn is_stray(&self, frame: u64, residual: i64) -> bool {
        (residual as f64 - self.line.at(frame)).abs() > STEP_NS as f64
    }

    /// When `frame` is heard, in monotonic nanoseconds; none before the first observation.
    #[must_use]
    pub fn plays_at(&self, frame: u64) -> Option<i64> {
        let (origin_frame, origin_ns) = self.origin?;
        let nominal = if frame >= origin_frame {
            origin_ns.saturating_add(frames_to_ns(frame - origin_frame, self.rate_hz))
        } else {
            origin_ns.saturating_sub(frames_to_ns(origin_frame - frame, self.rate_hz))
        };
        Some(nominal.saturating_add(self.line.at(frame).round() as i64))
    }

    /// How much slower (positive) or faster the device runs than it says, in parts per million of the monotonic clock.
    #[must_use]
    pub fn drift_ppm(&self) -> f64 {
        self.line.slope * f64::from(self.rate_hz) / NANOS_PER_SECOND as f64 * 1e6
    }

    /// How often the device skipped or stopped and the map began anew.
    #[must_use]
    pub const fn steps(&self) -> u32 {
        self.steps
    }

    fn take(&mut self, frame: u64, residual: i64) {
        if self.bucket_len == 0 {
            self.bucket_frame = frame;
        }
        self.bucket[self.bucket_len] = residual;
        self.bucket_len += 1;
        if self.bucket_len == BUCKET_MAX {
            let point = (u64::midpoint(self.bucket_frame, frame), median(self.bucket));
            self.push_point(point);
            self.bucket_len = 0;
            self.fit();
        } else if self.points_len == 0 {
            // The first half second: the median of what there is.
            let mut known = self.bucket;
            known[..self.bucket_len].sort_unstable();
            self.line = Line { centre: frame as f64, level: known[self.bucket_len / 2] as f64, slope: 0.0 };
        }
    }

    fn push_point(&mut self, point: (u64, i64)) {
        if self.points_len == POINTS_MAX {
            self.points.copy_within(1.., 0);
            self.points_len -= 1;
        }
        self.points[self.points_len] = point;
        self.points_len += 1;
    }

    fn fit(&mut self) {
        let slope_max = DRIFT_MAX * NANOS_PER_SECOND as f64 / f64::from(self.rate_hz);
        let all = fit(&self.points[..self.points_len], slope_max, None);
        let mut deviations = [0_i64; POINTS_MAX];
        for (deviation, &(frame, residual)) in deviations.iter_mut().zip(&self.points[..self.points_len]) {
            *deviation = (residual as f64 - all.at(frame)).abs() as i64;
        }
        let deviations = &mut deviations[..self.points_len];
        deviations.sort_unstable();
        // A device without any jitter must not have every second point thrown out: a microsecond is always allowed.
        let limit = (deviations[deviations.len() / 2] as f64).mul_add(OUTLIER_DEVIATIONS, 1_000.0);
        self.line = fit(&self.points[..self.points_len], slope_max, Some((all, limit)));
    }

    /// An observation off the line is noise, or the device's new truth if enough of the last ones say the same.
    fn stray(&mut self, residual: i64) {
        let mut agreeing = [(0, 0); RECENT_MAX];
        let mut count = 0;
        for &(frame, other) in &self.recent[..self.recent_len] {
            if (residual - other).abs() <= STEP_NS && self.is_stray(frame, other) {
                agreeing[count] = (frame, other);
                count += 1;
            }
        }
        if count < STEP_COUNT {
            return;
        }
        let first = agreeing[0].0;
        let agreeing = &mut agreeing[..count];
        agreeing.sort_unstable_by_key(|&(_, residual)| residual);
        let truth = agreeing[count / 2].1;
        // Only the offset moved; the crystal is the same one. What was learned of it is kept by moving the old points along.
        let moved = truth - self.line.at(first).round() as i64;
        for (_, point) in &mut self.points[..self.points_len] {
            *point += moved;
        }
        self.line.level += moved as f64;
        (self.bucket_len, self.recent_len) = (0, 0);
        self.steps += 1;
        if self.points_len == 0 {
            self.push_point((first, truth));
            self.fit();
        }
    }
}

fn median<const N: usize>(mut values: [i64; N]) -> i64 {
    values.sort_unstable();
    values[N / 2]
}

/// Least squares through the points that lie within `limit` of the given line, or through all.
fn fit(points: &[(u64, i64)], slope_max: f64, within: Option<(Line, f64)>) -> Line {
    let chosen = || {
        points.iter().map(|&(frame, residual)| (frame, residual as f64)).filter(move |&(frame, residual)| {
            within.is_none_or(|(line, limit)| (residual - line.at(frame)).abs() <= limit)
        })
    };
    let count = chosen().count().max(1) as f64;
    let centre = chosen().map(|(frame, _)| frame as f64).sum::<f64>() / count;
    let level = chosen().map(|(_, residual)| residual).sum::<f64>() / count;
    let spread = chosen().map(|(frame, _)| (frame as f64 - centre).powi(2)).sum::<f64>();
    let lean = chosen().map(|(frame, residual)| (frame as f64 - centre) * (residual - level)).sum::<f64>();
    let slope = if points.len() >= POINTS_FOR_DRIFT && spread > 0.0 { lean / spread } else { 0.0 };
    Line { centre, level, slope: slope.clamp(-slope_max, slope_max) }
}

/// Readings in a row that must agree before a wall step is believed: one reading may have been torn by the scheduler.
const WALL_STEP_COUNT: u32 = 3;

/// A difference smaller than this is the clocks being read one after the other, or being slewed.
const WALL_STEP_NS: i64 = 200_000;

/// Where wall time lies against monotonic time. Small differences are followed slowly, a step is taken over at once after
/// three readings that agree.
#[derive(Debug, Clone, Default)]
pub struct WallOffset {
    offset_ns: Option<i64>,
    candidate_ns: i64,
    candidate_count: u32,
}

impl WallOffset {
    /// Both clocks, read together.
    pub fn observe(&mut self, wall: Nanos, mono_ns: i64) {
        let read = wall.0.saturating_sub(mono_ns);
        let Some(offset) = self.offset_ns else {
            self.offset_ns = Some(read);
            return;
        };
        if (read - offset).abs() <= WALL_STEP_NS {
            self.offset_ns = Some(offset + (read - offset) / 8);
            self.candidate_count = 0;
            return;
        }
        self.candidate_count =
            if (read - self.candidate_ns).abs() <= WALL_STEP_NS { self.candidate_count + 1 } else { 1 };
        self.candidate_ns = read;
        if self.candidate_count >= WALL_STEP_COUNT {
            self.offset_ns = Some(read);
            self.candidate_count = 0;
        }
    }

    /// The wall time at `mono_ns`; none before the first reading.
    #[must_use]
    pub fn wall(&self, mono_ns: i64) -> Option<Nanos> {
        self.offset_ns.map(|offset| Nanos(mono_ns).plus_ns(offset))
    }
}
