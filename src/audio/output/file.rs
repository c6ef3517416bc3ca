//! The file output: the programme as WAV files, paced like a card. A ring and a writer thread, so that a slow disk makes no pause.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, Utc};
use hound::{SampleFormat, WavSpec, WavWriter};
use tracing::{info, warn};

use crate::audio::frames::{CHANNELS, to_pcm};
use crate::audio::output::pace::pace;
use crate::audio::output::recordings::{Form, fresh};
use crate::audio::output::{FaultSender, Line, Output, OutputError, Programme};
use crate::audio::pump::{Pump, Timing};
use crate::audio::tee::{Tap, tee};

/// What the disk may be late by.
const RING_SECONDS: usize = 10;

/// Between two visits of the writer. After each, the file's header fits its length, so a crash leaves a file that plays.
const VISIT: Duration = Duration::from_millis(500);

/// A file is closed and a new one begun after so many frames: half of what a WAV header can state.
const FRAMES_PER_FILE: u32 = u32::MAX / 2 / (CHANNELS as u32 * 2);

/// Writes a WAV file for each opening in a folder, named by its start in UTC; lost when it cannot be written.
pub(super) struct Files {
    folder: PathBuf,
    programme: Programme,
}

impl Files {
    /// Files in `folder`.
    #[must_use]
    pub(super) const fn new(folder: PathBuf, programme: Programme) -> Self {
        Self { folder, programme }
    }

    /// Makes the file and starts its writer.
    fn begin(&self, pump: &mut Pump, line: &Line) -> Result<Writing, String> {
        let rate_hz = self.programme.rate_hz;
        let at = (self.programme.clock)().wall;
        let take = Take::create(&self.folder, at, rate_hz).map_err(|error| error.to_string())?;
        let (tee, tap) = tee(RING_SECONDS * rate_hz as usize);
        let over = Arc::new(AtomicBool::new(false));
        let programme = self.programme.clone();
        let writer = Writer { take, tap, over: Arc::clone(&over), programme, lost: line.fault_sender() };
        let thread = std::thread::Builder::new().name("loa-file".to_owned()).spawn(move || writer.run());
        let thread = thread.map_err(|error| error.to_string())?;
        pump.copy_to(tee);
        Ok(Writing { over, thread })
    }
}

impl Output for Files {
    fn describe(&self) -> String {
        format!("WAV files in {}", self.folder.display())
    }

    fn run(self: Box<Self>, mut pump: Pump, line: &Line) -> Result<(), OutputError> {
        let output = self.describe();
        let writing = match self.begin(&mut pump, line) {
            Ok(writing) => writing,
            Err(fault) => return Err(OutputError::Open { output, fault }),
        };
        line.opened(output.clone());
        pace(&self.programme, line, |buffer, plays_at| pump.fill(buffer, Timing::Exactly(plays_at)));
        writing.end().map_err(|fault| OutputError::Lost { output, fault })
    }
}

/// A running writer.
struct Writing {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), String>>,
}

impl Writing {
    /// Waits until everything is written and the file is whole.
    fn end(self) -> Result<(), String> {
        self.over.store(true, Ordering::Release);
        self.thread.thread().unpark();
        self.thread.join().unwrap_or_else(|_| Err("its writer failed".to_owned()))
    }
}

/// One file.
struct Take {
    folder: PathBuf,
    path: PathBuf,
    rate_hz: u32,
    wav: WavWriter<BufWriter<File>>,
}

impl Take {
    fn create(folder: &Path, at: DateTime<Utc>, rate_hz: u32) -> Result<Self, hound::Error> {
        std::fs::create_dir_all(folder)?;
        let (path, file) = fresh(folder, at, Form::Wav)?;
        let spec = WavSpec {
            channels: CHANNELS as u16,
            sample_rate: rate_hz,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut wav = WavWriter::new(BufWriter::new(file), spec)?;
        wav.flush()?;
        info!("writing into {}", path.display());
        Ok(Self { folder: folder.to_owned(), path, rate_hz, wav })
    }

    /// Appends what has come; goes on in a new file when this one is full.
    fn write(&mut self, tap: &mut Tap, buffer: &mut Vec<f32>, at: DateTime<Utc>) -> Result<(), hound::Error> {
        while tap.next(buffer).is_some() {
            for &sample in &*buffer {
                self.wav.write_sample(to_pcm(sample))?;
            }
        }
        self.wav.flush()?;
        if self.wav.duration() >= FRAMES_PER_FILE {
            *self = Self::create(&self.folder, at, self.rate_hz)?;
        }
        Ok(())
    }
}

/// The writer thread.
struct Writer {
    take: Take,
    tap: Tap,
    over: Arc<AtomicBool>,
    programme: Programme,
    /// Whom to tell when nothing can be written any more.
    lost: FaultSender,
}

impl Writer {
    fn run(mut self) -> Result<(), String> {
        let path = self.take.path.clone();
        let result = self.write().map_err(|error| error.to_string());
        if let Err(fault) = &result {
            warn!("writing of {} ended: {fault}", path.display());
            self.lost.send(fault.clone());
        }
        result
    }

    fn write(&mut self) -> Result<(), hound::Error> {
        let mut buffer = Vec::new();
        loop {
            // Read before the ring is emptied: nothing is pushed after it was set.
            let over = self.over.load(Ordering::Acquire);
            self.take.write(&mut self.tap, &mut buffer, (self.programme.clock)().wall)?;
            if over {
                return Ok(());
            }
            std::thread::park_timeout(VISIT);
        }
    }
}
