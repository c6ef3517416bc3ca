//! A clock that is told how to go wrong: drift, steps, a battery that is dead.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::time::Now;

/// Monotonic time is what passes; wall time is what the machine believes.
#[derive(Debug, Clone)]
pub struct VirtualTime {
    mono: Duration,
    wall_anchor: DateTime<Utc>,
    mono_anchor: Duration,
    drift_ppm: f64,
}

impl VirtualTime {
    /// Begins at `wall`; the wall clock runs fast by `drift_ppm` millionths.
    #[must_use]
    pub const fn new(wall: DateTime<Utc>, drift_ppm: f64) -> Self {
        Self { mono: Duration::ZERO, wall_anchor: wall, mono_anchor: Duration::ZERO, drift_ppm }
    }

    /// Both clocks now.
    #[must_use]
    pub fn now(&self) -> Now {
        Now { wall: self.wall_at(self.mono), mono: self.mono }
    }

    /// What the wall clock says at monotonic time `mono`, if nothing steps meanwhile.
    #[must_use]
    pub fn wall_at(&self, mono: Duration) -> DateTime<Utc> {
        let passed = nanoseconds(mono) - nanoseconds(self.mono_anchor);
        self.wall_anchor + TimeDelta::nanoseconds(passed + (passed as f64 * self.drift_ppm * 1e-6) as i64)
    }

    /// The monotonic time at which the wall clock will say `wall`; now if it has said so already.
    #[must_use]
    pub fn mono_at(&self, wall: DateTime<Utc>) -> Duration {
        let ahead = (wall - self.wall_anchor).num_nanoseconds().unwrap_or(i64::MAX);
        let ahead = (ahead as f64 / (1.0 + self.drift_ppm * 1e-6)) as i64;
        let at = nanoseconds(self.mono_anchor).saturating_add(ahead);
        Duration::from_nanos(u64::try_from(at).unwrap_or(0)).max(self.mono)
    }

    /// Goes on to `mono`; never back.
    pub fn advance_to(&mut self, mono: Duration) {
        self.mono = self.mono.max(mono);
    }

    /// The wall clock is set to `wall`.
    pub fn set_wall(&mut self, wall: DateTime<Utc>) {
        self.wall_anchor = wall;
        self.mono_anchor = self.mono;
    }

    /// The wall clock steps by `by`.
    pub fn step(&mut self, by: TimeDelta) {
        self.set_wall(self.now().wall + by);
    }
}

fn nanoseconds(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}
