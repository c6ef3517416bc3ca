//! A microphone as live sound: somebody speaks, and hears the loudspeakers, so nothing is kept longer than it must be.

use std::time::Duration;

use super::carrier::Carrier;
use crate::audio::frames::CHANNELS;
use crate::audio::live::{LiveSource, Piece};
use crate::audio::output::device::capture::Capture;
use crate::audio::pump::ClockFn;
use crate::domain::relay::{Account, Carried, Source, Standing, Tally};

/// What is written ahead of the loudspeaker: what a device takes at once, and a thread that is late now and then.
pub const DEPTH: Duration = Duration::from_millis(80);
/// A microphone that gives no sound for so long after it was opened, or in the middle, is dead.
const SILENT_MAX: Duration = Duration::from_secs(4);

/// The sound of a microphone. See the module.
pub struct MicrophoneSource {
    carrier: Carrier,
    gain: f32,
    clock: ClockFn,
    /// When something came last.
    came_at: Duration,
    /// Whether something was taken.
    begun: bool,
}

impl MicrophoneSource {
    /// Begins to open a capture device; `gain` is a factor on every sample.
    ///
    /// # Errors
    /// The system's own, when it has no thread to give.
    pub fn open(device: &Source, gain: f32, rate_hz: u32, clock: ClockFn) -> std::io::Result<Self> {
        let device = device.clone();
        let carrier = Carrier::of(rate_hz, move |_| match &device {
            Source::Capture { host, device } => Ok(Box::new(Capture::open_prompt(*host, device.as_deref(), rate_hz)?)),
            other => Err(format!("{other} is no capture device")),
        })?;
        let came_at = clock().mono;
        Ok(Self { carrier, gain, clock, came_at, begun: false })
    }
}

impl LiveSource for MicrophoneSource {
    fn look(&mut self) {
        if self.carrier.arrives() {
            self.came_at = (self.clock)().mono;
        }
    }

    fn sounds(&mut self) -> bool {
        self.carrier.primed()
    }

    fn write(&mut self, block: &mut [f32]) -> Piece {
        if !self.begun && self.carrier.primed() {
            self.begun = true;
            self.carrier.trim();
        }
        let taken = self.carrier.take(block);
        let (sound, rest) = block.split_at_mut(taken * CHANNELS);
        sound.iter_mut().for_each(|sample| *sample *= self.gain);
        rest.fill(0.0);
        Piece { what: Carried::Sound { source: 0, silent: false }, frames: taken }
    }

    fn fault(&mut self) -> Option<String> {
        let silent = (self.clock)().mono.saturating_sub(self.came_at) >= SILENT_MAX;
        let dead = || silent.then(|| format!("no sound came for {} s", SILENT_MAX.as_secs()));
        self.carrier.fault().map(str::to_owned).or_else(dead)
    }

    fn sources(&self) -> usize {
        1
    }

    fn account(&self, _tally: &Tally) -> Account {
        Account::default()
    }

    fn standing(&self, _account: &Account) -> Option<Standing> {
        None
    }
}
