//! The configured output of a zone, and the recorder beside it, in the engine's terms.

use std::path::{Path, PathBuf};

use crate::audio::live::Tapes;
use crate::audio::output::OutputKind;
use crate::audio::output::device::{DeviceChoice, HostChoice};
use crate::audio::output::icecast::IcecastSettings;
use crate::audio::output::recorder::{RecorderSettings, RecorderState};
use crate::audio::output::rtp::RtpSettings;
use crate::config;
use crate::config::{Config, Zone};
use crate::domain::alarm::{BadRecording, Recorded};
use crate::domain::slot::ZoneId;

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
        config::OutputKind::Icecast(icecast) => OutputKind::Icecast(IcecastSettings {
            server: icecast.server.clone(),
            port: icecast.port,
            mount: icecast.mount.clone(),
            user: icecast.user.clone(),
            password_file: icecast.password_file.clone(),
            name: icecast.name.clone().unwrap_or_else(|| zone.name.clone()),
            bitrate: icecast.bitrate,
        }),
        config::OutputKind::Rtp(rtp) => OutputKind::Rtp(RtpSettings {
            address: rtp.address,
            port: rtp.port,
            ttl: rtp.ttl,
            interface: rtp.interface,
            announce: rtp.announce,
            name: rtp.name.clone().unwrap_or_else(|| zone.name.clone()),
            sdp_file: rtp.sdp_file.clone(),
        }),
    }
}

/// What records: the programme of each zone, if it is recorded, and the relays that are kept. By default nothing is.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorders {
    zones: Vec<(ZoneId, RecorderSettings)>,
    /// Of the relays.
    pub(super) tapes: Tapes,
}

impl Recorders {
    pub(super) fn new(config: &Config) -> Self {
        let recorder = |folder, zone: &Zone| {
            let settings = RecorderSettings::new(folder_of(folder, &zone.id), RecorderState::default());
            (zone.id.clone(), settings)
        };
        let folder = config.audio.programme_folder();
        let zones = folder.map(|folder| config.zones.iter().map(|zone| recorder(folder, zone)).collect());
        let tapes = Tapes::new(config.audio.record_folder.clone(), &config.relays);
        Self { zones: zones.unwrap_or_default(), tapes }
    }

    pub(super) fn of(&self, zone: &ZoneId) -> Option<RecorderSettings> {
        self.zones.iter().find(|(of, _)| of == zone).map(|(_, settings)| settings.clone())
    }

    /// Those whose recording is not what was sent out, or came.
    pub(super) fn bad(&self) -> Vec<BadRecording> {
        let zones = self.zones.iter().map(|(zone, settings)| (Recorded::Zone(zone.clone()), settings.state.fault()));
        let relays = self.tapes.faults().map(|(relay, fault)| (Recorded::Relay(relay.clone()), Some(fault)));
        zones.chain(relays).filter_map(|(of, fault)| Some(BadRecording { of, fault: fault? })).collect()
    }
}

/// Where the programme of a zone is recorded, below the folder of all recordings.
#[must_use]
pub fn folder_of(recordings: &Path, zone: &ZoneId) -> PathBuf {
    recordings.join(&zone.0)
}
