//! Where things are kept and how the process behaves: data, control, audio, log, clock, shutdown.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::retention::Retention;
use crate::domain::station::RestPolicy;

use super::reader::Reader;

/// Where everything is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// Database, clips, recordings.
    pub folder: PathBuf,
    /// Less free space than this is a warning, in bytes.
    pub free_bytes_min: u64,
}

impl Data {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        reader.text("folder");
        Self {
            folder: reader.path("folder").unwrap_or_default(),
            free_bytes_min: reader.whole("free_megabytes_min", &(10..=1_000_000_u64), "megabytes") * 1_000_000,
        }
    }
}

/// How the command line reaches the daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// A Unix socket.
    pub socket: PathBuf,
}

impl Control {
    /// The longest path that a Unix socket can have, in bytes; a limit of the kernel.
    pub const SOCKET_BYTES_MAX: usize = 107;

    pub(super) fn read(reader: &Reader<'_>, data: &Path) -> Self {
        let socket = data.join(reader.text("socket"));
        if socket.as_os_str().len() > Self::SOCKET_BYTES_MAX {
            let (bytes, most) = (socket.as_os_str().len(), Self::SOCKET_BYTES_MAX);
            let expected = format!("at most {most} bytes with the data folder in front, not {bytes}");
            reader.reject("socket", &expected, "give a short absolute path, such as /run/loa/loa.sock");
        }
        Self { socket }
    }
}

/// The mix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audio {
    /// Programme rate: 44100 or 48000 Hz.
    pub sample_rate_hz: u32,
    /// So much is decoded ahead.
    pub ring: Duration,
    /// Longest wait between two attempts to reopen an output.
    pub reopen_max: Duration,
    /// Where recordings lie: of the programme in a folder for each zone, of a relay that is kept in one for each airing.
    pub record_folder: PathBuf,
    /// Whether the programme is recorded.
    pub record_programme: bool,
    /// How long the recordings are kept.
    pub record_keep: Retention,
}

impl Audio {
    pub(super) fn read(reader: &Reader<'_>, data: &Path) -> Self {
        let sample_rate_hz = reader.whole("sample_rate_hz", &(44_100..=48_000), "Hz");
        if !matches!(sample_rate_hz, 44_100 | 48_000) {
            reader.reject("sample_rate_hz", "44100 or 48000", "48000 is what sound cards run at");
        }
        Self {
            sample_rate_hz,
            ring: Duration::from_secs(reader.whole("ring_seconds", &(1..=30), "seconds")),
            reopen_max: Duration::from_secs(reader.whole("reopen_seconds_max", &(1..=300), "seconds")),
            record_folder: data.join(reader.text("record_folder")),
            record_programme: reader.flag("record_programme"),
            record_keep: Retention {
                age_max: Duration::from_secs(reader.whole("record_keep_days", &(1..=3_660_u64), "days") * 86_400),
                bytes_max: reader.whole("record_keep_gigabytes", &(1..=100_000_u64), "gigabytes") * 1_000_000_000,
            },
        }
    }
}

impl Audio {
    /// Where the programme is recorded; none if it is not.
    #[must_use]
    pub fn programme_folder(&self) -> Option<&Path> {
        self.record_programme.then_some(&*self.record_folder)
    }
}

/// The as-run log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// How often the place in a sounding element is written down.
    pub journal_step: Duration,
}

impl Log {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let step = reader.whole("journal_step_ms", &(100..=60_000), "milliseconds");
        Self { journal_step: Duration::from_millis(step) }
    }
}

/// What is a step of the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Wall time that moves by more than this against monotonic time has stepped.
    pub step_tolerance: Duration,
}

impl Clock {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let tolerance = reader.whole("step_tolerance_ms", &(50..=60_000), "milliseconds");
        Self { step_tolerance: Duration::from_millis(tolerance) }
    }
}

/// How the daemon ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shutdown {
    /// What becomes of sound on air.
    pub rest: RestPolicy,
    /// With [`RestPolicy::Finish`], the longest wait.
    pub finish_max: Duration,
}

impl Shutdown {
    pub(super) fn read(reader: &Reader<'_>) -> Option<Self> {
        let rest = reader.choice("rest", [("fade", RestPolicy::Fade), ("finish", RestPolicy::Finish)]);
        let seconds = reader.whole("finish_seconds_max", &(1..=3600), "seconds");
        Some(Self { finish_max: Duration::from_secs(seconds), rest: rest? })
    }
}
