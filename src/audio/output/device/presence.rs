//! Whether a device that was chosen by its name is still there.
//!
//! PulseAudio moves the sound of a card that is unplugged to its default card, and tells nobody: one zone would sound from the
//! loudspeakers of another. ALSA says by itself that a card is gone.

use std::time::Duration;

use cpal::HostId;
use cpal::traits::HostTrait;

use crate::audio::output::Line;

/// Between two looks: so long the sound of a card that is gone may be heard elsewhere.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// See the module.
pub(super) struct Presence {
    host: cpal::Host,
    id: cpal::DeviceId,
}

impl Presence {
    /// Of a named device of PulseAudio; none for others, and if the sound server does not answer, which the stream tells too.
    pub(super) fn of(host: HostId, device: Option<&str>) -> Option<Self> {
        let device = device.filter(|_| host == HostId::PulseAudio)?;
        Some(Self { id: cpal::DeviceId::new(host, device), host: cpal::host_from_id(host).ok()? })
    }

    /// Waits until the line closes (`Ok`), or the device goes away (`Err`, with what is known of it).
    pub(super) fn wait(&self, line: &Line) -> Result<(), String> {
        loop {
            if let Some(ended) = line.wait_within(LOOK_EVERY) {
                return ended;
            }
            if self.host.device_by_id(&self.id).is_none() {
                return Err("the sound server has it no more; was it unplugged?".to_owned());
            }
        }
    }
}
