//! The configured output of a zone, and the recorder beside it, in the engine's terms.

use std::path::{Path, PathBuf};

use crate::audio::output::OutputKind;
use crate::audio::output::device::{DeviceChoice, HostChoice};
use crate::audio::output::icecast::IcecastSettings;
use crate::audio::output::recorder::{RecorderSettings, RecorderState};
use crate::audio::output::rtp::RtpSettings;
use crate::config;
use crate::config::{Config, Zone};
use crate::domain::alarm::BadRecording;
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

/// The recorders of all zones, one each; none if the programme is not recorded.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorders(Vec<(ZoneId, RecorderSettings)>);

impl Recorders {
    pub(super) fn new(config: &Config) -> Self {
        let Some(folder) = config.audio.programme_folder() else { return Self::default() };
        let recorder = |zone: &Zone| RecorderSettings::new(folder_of(folder, &zone.id), RecorderState::default());
        Self(config.zones.iter().map(|zone| (zone.id.clone(), recorder(zone))).collect())
    }

    pub(super) fn of(&self, zone: &ZoneId) -> Option<RecorderSettings> {
        self.0.iter().find(|(of, _)| of == zone).map(|(_, settings)| settings.clone())
    }

    /// Those whose recording is not what was sent out.
    pub(super) fn bad(&self) -> Vec<BadRecording> {
        let bad = self
            .0
            .iter()
            .filter_map(|(zone, settings)| Some(BadRecording { zone: zone.clone(), fault: settings.state.fault()? }));
        bad.collect()
    }
}

/// Where the programme of a zone is recorded, below the folder of all recordings.
#[must_use]
pub fn folder_of(recordings: &Path, zone: &ZoneId) -> PathBuf {
    recordings.join(&zone.0)
}
