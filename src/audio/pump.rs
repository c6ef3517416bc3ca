//! The body of an output callback: clocks, time map, mixer, tee. One for each opening of an output.

use std::sync::Arc;
use std::time::Duration;

use crate::audio::follow::Follower;
use crate::audio::frames::{CHANNELS, Nanos};
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
    /// There if the output is to keep the machine's time: zones that sound together.
    follower: Option<Follower>,
    /// Frames that the device was given.
    device_frames: u64,
    /// The recorder's and the witness's, where there are such.
    tees: Vec<Tee>,
}

impl Pump {
    /// A pump for a mixer at `rate_hz`.
    #[must_use]
    pub fn new(mixer: Mixer, rate_hz: u32, clock: ClockFn) -> Self {
        Self {
            mixer,
            clock,
            map: TimeMap::new(rate_hz),
            wall: WallOffset::default(),
            follower: None,
            device_frames: 0,
            tees: Vec::new(),
        }
    }

    /// The same, kept in step with the machine's clock whatever the device's own clock does.
    #[must_use]
    pub fn in_step(self, rate_hz: u32) -> Self {
        Self { follower: Some(Follower::new(rate_hz)), ..self }
    }

    /// Pushes the programme to `tee` as well. What finds no room there is missing from the recording, never from the air. Before
    /// the output opens: it allocates.
    pub fn copy_to(&mut self, tee: Tee) {
        self.tees.push(tee);
    }

    /// Fills the device's next buffer.
    pub fn fill(&mut self, out: &mut [f32], timing: Timing) {
        let now = (self.clock)();
        let mono_ns = nanos(now.mono);
        self.wall.observe(Nanos::from(now.wall), mono_ns);
        let frame = self.device_frames;
        self.device_frames += (out.len() / CHANNELS) as u64;
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
        let Self { mixer, wall, follower, tees, map, .. } = self;
        match follower {
            None => render(mixer, tees, out, wall.wall(plays_at).unwrap_or_default()),
            Some(follower) => {
                follower.aim(plays_at, map.drift_ppm(), mixer.is_sounding());
                follower.fill(out, |programme, first, follower| {
                    render(mixer, tees, programme, wall.wall(follower.plays_at(first)).unwrap_or_default());
                });
            }
        }
    }

    /// The map of this opening.
    #[must_use]
    pub const fn map(&self) -> &TimeMap {
        &self.map
    }
}

/// The programme's next frames, and their copies.
fn render(mixer: &mut Mixer, tees: &mut [Tee], out: &mut [f32], plays_at: Nanos) {
    mixer.render(out, plays_at);
    for tee in tees {
        tee.push(out, plays_at);
    }
}

fn nanos(of: Duration) -> i64 {
    i64::try_from(of.as_nanos()).unwrap_or(i64::MAX)
}
