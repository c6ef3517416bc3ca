//! The configured output of a zone in the engine's terms.

use crate::audio::output::OutputKind;
use crate::audio::output::device::{DeviceChoice, HostChoice};
use crate::config;
use crate::config::Zone;

pub(super) fn kind(zone: &Zone) -> OutputKind {
    match &zone.output.kind {
        config::OutputKind::Device { host, device } => OutputKind::Device(DeviceChoice {
            host: match host {
                config::Host::Auto => HostChoice::Auto,
                config::Host::PulseAudio => HostChoice::PulseAudio,
                config::Host::Alsa => HostChoice::Alsa,
            },
            device: device.clone(),
            buffer: DeviceChoice::BUFFER,
            null_if_absent: zone.output.null_if_absent,
        }),
        config::OutputKind::Null => OutputKind::Null,
        config::OutputKind::File { folder } => OutputKind::File(folder.clone()),
    }
}
