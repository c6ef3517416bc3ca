//! What can be read of a running engine at any moment.

use std::time::Duration;

use crate::domain::log::PartId;

/// The voice on air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Which stretch of which airing.
    pub part: PartId,
    /// Frames heard from the voice's `from_frame` on, at the programme rate.
    pub frames: u64,
}

/// What goes out now.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LiveLevel {
    /// Largest magnitude of late, 1.0 is full scale; falls back by 20 dB in a second.
    pub peak: f32,
    /// Loudness of the last 400 ms in LUFS; none in silence.
    pub momentary_lufs: Option<f64>,
    /// For how long the voice on air has given nothing but silence: below -60 dBFS.
    pub silent: Duration,
    /// Frames that the meters did not get because they were late, since the engine was started.
    pub unmetered_frames: u64,
}

/// Both, together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Snapshot {
    pub position: Option<Position>,
    pub level: LiveLevel,
}

/// Shared between the control thread and the handles; the callback never sees it.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub snapshot: Snapshot,
    pub output: Option<String>,
    /// Somebody read the level since the control thread last looked.
    pub level_read: bool,
}
