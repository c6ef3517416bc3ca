//! Which devices there are, by the names that the configuration calls them.

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{DeviceDescription, HostId};

use super::{HostChoice, hosts};
use crate::domain::relay::{Host, Source};

/// The devices of the machine, in the order of the sound systems.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceNames {
    /// Those that an output can name.
    pub outputs: Vec<DeviceName>,
    /// Those that can be captured from: line-ins, microphones, and what an output plays.
    pub captures: Vec<CaptureName>,
}

/// A device that an output can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceName {
    /// `pulseaudio` or `alsa`.
    pub host: String,
    /// What the configuration calls it.
    pub device: String,
    /// What people call it.
    pub description: String,
    /// Whether it is the default of its sound system.
    pub is_default: bool,
}

/// A device that can be captured from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureName {
    /// What a relay, a microphone or a return feed calls it: written out, it goes into the configuration as it is.
    pub source: Source,
    /// What people call it.
    pub description: String,
    /// Whether it is the default of its sound system.
    pub is_default: bool,
}

/// Every device that the sound systems know. Asks them, which may take a second.
#[must_use]
pub fn devices() -> DeviceNames {
    let mut names = DeviceNames::default();
    for id in hosts(HostChoice::Auto) {
        let Ok(host) = cpal::host_from_id(id) else { continue };
        let id_of = |device: Option<cpal::Device>| device.and_then(|device| device.id().ok());
        let [plays, captures] = [id_of(host.default_output_device()), id_of(host.default_input_device())];
        let Ok(devices) = host.devices() else { continue };
        for device in devices {
            // Asked of the description: opening every device in turn would disturb those that play.
            let (Ok(own), Ok(description)) = (device.id(), device.description()) else { continue };
            if description.supports_output() {
                names.outputs.push(DeviceName {
                    host: own.host().to_string().to_lowercase(),
                    device: own.id().to_owned(),
                    description: description.name().to_owned(),
                    is_default: plays.as_ref() == Some(&own),
                });
            }
            let is_default = captures.as_ref() == Some(&own);
            names.captures.extend(capture(id, own.id(), &description, is_default));
        }
    }
    names
}

/// None of what cannot be captured from.
fn capture(host: HostId, device: &str, description: &DeviceDescription, is_default: bool) -> Option<CaptureName> {
    let host = if host == HostId::PulseAudio { Host::PulseAudio } else { Host::Alsa };
    description.supports_input().then(|| CaptureName {
        source: Source::Capture { host, device: Some(device.to_owned()) },
        description: description.name().to_owned(),
        is_default,
    })
}
