//! What every part of the air chain counts in: frames of the programme, and instants at which they are heard.

use chrono::{DateTime, Utc};

/// Channels of the programme: left and right, interleaved.
pub const CHANNELS: usize = 2;

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// An instant of wall time, in nanoseconds since 1970-01-01T00:00:00Z. What the real-time path reckons with: a plain number,
/// from 1677 to 2262.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Nanos(pub i64);

impl Nanos {
    /// The instant `by_ns` later (earlier when negative), held at the ends of the range.
    #[must_use]
    pub const fn plus_ns(self, by_ns: i64) -> Self {
        Self(self.0.saturating_add(by_ns))
    }

    /// The instant `frames` frames later at `rate_hz`.
    #[must_use]
    pub fn plus_frames(self, frames: u64, rate_hz: u32) -> Self {
        self.plus_ns(frames_to_ns(frames, rate_hz))
    }

    /// Frames at `rate_hz` from `self` to `later`, to the nearest; negative when `later` is earlier.
    #[must_use]
    pub fn frames_until(self, later: Self, rate_hz: u32) -> i64 {
        let product = i128::from(later.0.saturating_sub(self.0)) * i128::from(rate_hz);
        let second = i128::from(NANOS_PER_SECOND);
        i64::try_from((product + second / 2).div_euclid(second)).unwrap_or(i64::MAX)
    }
}

impl From<DateTime<Utc>> for Nanos {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_nanos_opt().unwrap_or(if at.timestamp() < 0 { i64::MIN } else { i64::MAX }))
    }
}

impl From<Nanos> for DateTime<Utc> {
    fn from(at: Nanos) -> Self {
        Self::from_timestamp_nanos(at.0)
    }
}

/// The length of `frames` frames at `rate_hz`, in nanoseconds, held at the end of the range.
#[must_use]
pub fn frames_to_ns(frames: u64, rate_hz: u32) -> i64 {
    let nanos = u128::from(frames) * u128::from(NANOS_PER_SECOND.unsigned_abs()) / u128::from(rate_hz.max(1));
    i64::try_from(nanos).unwrap_or(i64::MAX)
}

/// The whole frames in `nanos` nanoseconds at `rate_hz`, zero when negative.
#[must_use]
pub fn ns_to_frames(nanos: i64, rate_hz: u32) -> u64 {
    let frames =
        u128::from(nanos.max(0).unsigned_abs()) * u128::from(rate_hz) / u128::from(NANOS_PER_SECOND.unsigned_abs());
    u64::try_from(frames).unwrap_or(u64::MAX)
}

/// The factor that a gain in dB stands for. 0 dB is exactly 1.
#[must_use]
pub fn gain_factor(gain_db: f64) -> f32 {
    if gain_db == 0.0 { 1.0 } else { 10_f64.powf(gain_db / 20.0) as f32 }
}

/// A sample as sixteen bits hold it. What came from sixteen bits comes back as it was; what exceeds full scale is held at it.
#[must_use]
pub fn to_pcm(sample: f32) -> i16 {
    (sample * 32_768.0).round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_between_two_frames_belongs_to_the_nearer() {
        let zero = Nanos(0);
        for frame in 0..480_i64 {
            let at = frame * NANOS_PER_SECOND / 48_000;
            for (offset_ns, expected) in [(0, frame), (10_000, frame), (11_000, frame + 1), (-10_000, frame)] {
                assert_eq!(zero.frames_until(Nanos(at + offset_ns), 48_000), expected, "{frame} {offset_ns}");
            }
        }
        assert_eq!(Nanos(1_000_000).frames_until(zero, 48_000), -48);
    }

    #[test]
    fn wall_time_survives_the_way_there_and_back() {
        let at = DateTime::<Utc>::from_timestamp_nanos(1_795_384_800_123_456_789);
        assert_eq!((Nanos::from(at).0, DateTime::<Utc>::from(Nanos::from(at))), (1_795_384_800_123_456_789, at));
    }

    #[test]
    fn gain_in_decibels_is_a_factor_of_amplitude() {
        assert_eq!(gain_factor(0.0), 1.0);
        assert!((gain_factor(-6.0) - 0.501_187).abs() < 1e-6);
        assert!((gain_factor(20.0) - 10.0).abs() < 1e-5);
    }
}
