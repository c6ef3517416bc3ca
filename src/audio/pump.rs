//! The body of an output callback: clocks, time map, mixer, tee. One for each opening of an output.

use std::sync::Arc;
use std::time::Duration;

use crate::audio::frames::Nanos;
use crate::audio::mixer::Mixer;
use crate::audio::tee::Tee;
use crate::audio::timemap::{TimeMap, WallOffset};
use crate::domain::time::Now;

/// Reads both clocks together. Called in the output callback: it must neither allocate nor wait.
pub type ClockFn = Arc<dyn Fn() -> Now + Send + Sync>;

/// What an output says of the buffer that it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// The first frame will be heard so much after the callback was entered, by the device's estimate. Filtered.
    After(Duration),
    /// The first frame is heard exactly at this monotonic time: the output is its own clock.
    Exactly(Duration),
}

/// Drives the mixer from an output's callback.
pub struct Pump {
    mixer: Mixer,
    clock: ClockFn,
    map: TimeMap,
    wall: WallOffset,
    tee: Option<Tee>,
}

impl Pump {
    /// A pump for a mixer at `rate_hz`.
    #[must_use]
    pub fn new(mixer: Mixer, rate_hz: u32, clock: ClockFn) -> Self {
        Self { mixer, clock, map: TimeMap::new(rate_hz), wall: WallOffset::default(), tee: None }
    }

    /// Pushes the programme to `tee` as well. What finds no room there is missing from the recording, never from the air.
    pub fn record_to(&mut self, tee: Tee) {
        self.tee = Some(tee);
    }

    /// Fills the device's next buffer.
    pub fn fill(&mut self, out: &mut [f32], timing: Timing) {
        let now = (self.clock)();
        let mono_ns = nanos(now.mono);
        self.wall.observe(Nanos::from(now.wall), mono_ns);
        let frame = self.mixer.frames();
        let plays_at = match timing {
            Timing::Exactly(mono) => nanos(mono),
            Timing::After(latency) => {
                let said = mono_ns.saturating_add(nanos(latency));
                // A device that says zero has not begun to tell; what it says then would spoil the first second.
                if !latency.is_zero() {
                    self.map.observe(frame, said);
                }
                self.map.plays_at(frame).unwrap_or(said)
            }
        };
        let wall = self.wall.wall(plays_at).unwrap_or_default();
        self.mixer.render(out, wall);
        if let Some(tee) = &mut self.tee {
            tee.push(out, wall);
        }
    }

    /// The map of this opening.
    #[must_use]
    pub const fn map(&self) -> &TimeMap {
        &self.map
    }
}

fn nanos(of: Duration) -> i64 {
    i64::try_from(of.as_nanos()).unwrap_or(i64::MAX)
}
