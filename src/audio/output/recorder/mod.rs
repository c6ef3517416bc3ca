//! The recorder: what a zone sends out, beside its output, or what a relay carries, beside its feed; as FLAC files of at most an hour.
//!
//! Whoever has the sound hands each buffer on with its instant and never waits ([`crate::audio::tee`]); a writer thread encodes
//! and writes; a guard reads back what was written, so that a recording that is none is known within a minute. Each file
//! carries its own clock ([`marks`]): an instant of the log leads to its very frame. What goes wrong here costs the
//! recording, never the air.

mod guard;
pub mod marks;
mod state;
mod take;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing::warn;

pub use state::RecorderState;

use crate::audio::output::{Line, Output, OutputError, Programme};
use crate::audio::pump::Pump;
use crate::audio::tee::{Tee, tee};
use guard::Guard;
use state::Progress;
use writer::Writer;

/// What the disk may be late by.
const RING_SECONDS: usize = 10;

/// How something is recorded.
#[derive(Debug, Clone)]
pub struct RecorderSettings {
    /// Where the files lie; made when it is not there.
    pub folder: PathBuf,
    /// What is wrong with the recording, for whoever looks.
    pub state: RecorderState,
    /// Between two looks of the guard.
    pub check_every: Duration,
}

impl RecorderSettings {
    /// So often a recording is read back: what is wrong is known after two looks at most, within a minute.
    pub const CHECK_EVERY: Duration = Duration::from_secs(15);

    /// In `folder`, checked as often as it should be.
    #[must_use]
    pub const fn new(folder: PathBuf, state: RecorderState) -> Self {
        Self { folder, state, check_every: Self::CHECK_EVERY }
    }
}

/// An output whose programme is recorded. A recording that fails is said in the process log and in the state, and begun anew; the
/// output goes on.
pub struct Recorded {
    output: Box<dyn Output>,
    settings: RecorderSettings,
    programme: Programme,
}

impl Recorded {
    /// Records what `output` is given.
    #[must_use]
    pub fn new(output: Box<dyn Output>, settings: RecorderSettings, programme: Programme) -> Self {
        Self { output, settings, programme }
    }
}

impl Output for Recorded {
    fn describe(&self) -> String {
        format!("{}, recorded in {}", self.output.describe(), self.settings.folder.display())
    }

    fn run(self: Box<Self>, mut pump: Pump, line: &Line) -> Result<(), OutputError> {
        let recording = Recording::begin(&self.settings, &self.programme).map(|(recording, tee)| {
            pump.copy_to(tee);
            recording
        });
        let result = self.output.run(pump, line);
        if let Some(recording) = recording {
            recording.end();
        }
        result
    }
}

/// A running writer with its guard.
pub(in crate::audio) struct Recording {
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Recording {
    /// Starts the writer and its guard; what is to be recorded goes into the tee. None if the system has no threads for it, which is
    /// said in the process log and in the state.
    pub(in crate::audio) fn begin(settings: &RecorderSettings, programme: &Programme) -> Option<(Self, Tee)> {
        let begun = Self::spawn(settings, programme);
        let begun = begun.inspect_err(|error| {
            warn!("cannot record in {}: {error}", settings.folder.display());
            settings.state.unwritable(error.to_string());
        });
        begun.ok()
    }

    fn spawn(settings: &RecorderSettings, programme: &Programme) -> std::io::Result<(Self, Tee)> {
        let (tee, tap) = tee(RING_SECONDS * programme.rate_hz as usize);
        let over = Arc::new(AtomicBool::new(false));
        let progress = Progress::default();
        let guard = Guard::new(settings, progress.clone(), tap.count(), programme.rate_hz);
        let writer = Writer::new(settings, progress, tap, programme.clone());
        let spawn = |name: &str| std::thread::Builder::new().name(name.to_owned());
        let ends = [Arc::clone(&over), Arc::clone(&over)];
        let [writer_ends, guard_ends] = ends;
        let threads = vec![
            spawn("loa-record").spawn(move || writer.run(&writer_ends))?,
            spawn("loa-guard").spawn(move || guard.run(&guard_ends))?,
        ];
        Ok((Self { over, threads }, tee))
    }

    /// Waits until everything is written and the file is whole.
    pub(in crate::audio) fn end(self) {
        self.over.store(true, Ordering::Release);
        for thread in self.threads {
            thread.thread().unpark();
            if thread.join().is_err() {
                warn!("a thread of the recorder failed");
            }
        }
    }
}
