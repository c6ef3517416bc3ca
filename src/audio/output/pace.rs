//! The pace of outputs that are no device: frames are asked for at the programme rate by the monotonic clock.

use std::time::Duration;

use crate::audio::frames::{CHANNELS, frames_to_ns};
use crate::audio::output::{Line, Programme};

/// Buffers in a second.
const BUFFERS_PER_SECOND: u32 = 25;

/// When the machine stood still for longer than this, the buffers that were due are skipped, as on a real device.
const BEHIND_MAX: Duration = Duration::from_millis(500);

/// Calls `fill` for buffer after buffer, each one buffer ahead of the instant at which it is heard, until the line closes.
pub(super) fn pace(programme: &Programme, line: &Line, mut fill: impl FnMut(&mut [f32], Duration)) {
    let rate_hz = programme.rate_hz;
    let frames = (rate_hz / BUFFERS_PER_SECOND).max(1);
    let ahead = length(u64::from(frames), rate_hz);
    let mut buffer = vec![0.0; frames as usize * CHANNELS];
    let mut origin = (programme.clock)().mono + ahead;
    let mut done = 0_u64;
    loop {
        let plays_at = origin + length(done, rate_hz);
        let now = (programme.clock)().mono;
        let wait = plays_at.saturating_sub(ahead).saturating_sub(now);
        if line.closes_within(wait) {
            return;
        }
        if now.saturating_sub(plays_at) > BEHIND_MAX {
            (origin, done) = (now + ahead, 0);
            continue;
        }
        fill(&mut buffer, plays_at);
        done += u64::from(frames);
    }
}

/// How long so many frames last.
pub(super) fn length(frames: u64, rate_hz: u32) -> Duration {
    Duration::from_nanos(frames_to_ns(frames, rate_hz).unsigned_abs())
}
