//! Records the programme beside an output: a ring and a writer thread, so that a slow disk costs the recording, never the air.

use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, Utc};
use hound::{SampleFormat, WavSpec, WavWriter};
use tracing::{info, warn};

use crate::audio::frames::CHANNELS;
use crate::audio::output::{FaultSender, Line, Output, OutputError, Programme, recordings};
use crate::audio::pump::Pump;

/// What the disk may be late by.
const RING_SECONDS: usize = 10;

/// Between two visits of the writer. After each, the file's header fits its length, so a crash leaves a file that plays.
const VISIT: Duration = Duration::from_millis(500);

/// A file is closed and a new one begun after so many frames: half of what a WAV header can state.
const FRAMES_PER_FILE: u32 = u32::MAX / 2 / (CHANNELS as u32 * 2);

/// Most files of one moment, before a recording is given up.
const NAMES_MAX: u32 = 100;

/// An output whose programme is recorded in a folder, a file for each opening, named by its start in UTC.
pub struct Recorded {
    output: Box<dyn Output>,
    folder: PathBuf,
    programme: Programme,
    /// The file is the output: without it nothing goes out.
    essential: bool,
}

impl Recorded {
    /// Records what `output` is given. A recording that fails is said in the process log; the output goes on.
    #[must_use]
    pub fn new(output: Box<dyn Output>, folder: PathBuf, programme: Programme) -> Self {
        Self { output, folder, programme, essential: false }
    }

    /// The file is the output, and lost when it cannot be written; `pace` only asks for the frames.
    #[must_use]
    pub fn only(pace: Box<dyn Output>, folder: PathBuf, programme: Programme) -> Self {
        Self { output: pace, folder, programme, essential: true }
    }

    /// Makes the file and starts its writer.
    fn begin(&self, pump: &mut Pump, line: &Line) -> Result<Recording, String> {
        let rate_hz = self.programme.rate_hz;
        let at = (self.programme.clock)().wall;
        let take = Take::create(&self.folder, at, rate_hz).map_err(|error| error.to_string())?;
        let (tee, ring) = rtrb::RingBuffer::new(RING_SECONDS * rate_hz as usize * CHANNELS);
        let over = Arc::new(AtomicBool::new(false));
        let lost = self.essential.then(|| line.fault_sender());
        let writer = Writer { take, ring, over: Arc::clone(&over), programme: self.programme.clone(), lost };
        let thread = std::thread::Builder::new().name("loa-record".to_owned()).spawn(move || writer.run());
        let thread = thread.map_err(|error| error.to_string())?;
        pump.record_to(tee);
        Ok(Recording { over, thread })
    }
}

impl Output for Recorded {
    fn describe(&self) -> String {
        if self.essential {
            return format!("WAV files in {}", self.folder.display());
        }
        format!("{}, recorded in {}", self.output.describe(), self.folder.display())
    }

    fn run(self: Box<Self>, mut pump: Pump, line: &Line) -> Result<(), OutputError> {
        let output = self.describe();
        let essential = self.essential;
        let recording = match self.begin(&mut pump, line) {
            Ok(recording) => Some(recording),
            Err(fault) if essential => return Err(OutputError::Open { output, fault }),
            Err(fault) => {
                warn!("cannot record in {}: {fault}", self.folder.display());
                None
            }
        };
        let result = self.output.run(pump, line);
        match recording.map(Recording::end) {
            Some(Err(fault)) if essential => Err(OutputError::Lost { output, fault }),
            _ => result,
        }
    }
}

/// A running writer.
struct Recording {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), String>>,
}

impl Recording {
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
        let (path, file) = fresh(folder, at)?;
        let spec = WavSpec {
            channels: CHANNELS as u16,
            sample_rate: rate_hz,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let mut wav = WavWriter::new(BufWriter::new(file), spec)?;
        wav.flush()?;
        info!("recording into {}", path.display());
        Ok(Self { folder: folder.to_owned(), path, rate_hz, wav })
    }

    /// Appends what is in the ring; goes on in a new file when this one is full.
    fn write(&mut self, ring: &mut rtrb::Consumer<f32>, at: DateTime<Utc>) -> Result<(), hound::Error> {
        let waiting = ring.slots() / CHANNELS * CHANNELS;
        let Ok(chunk) = ring.read_chunk(waiting) else { return Ok(()) };
        let (first, second) = chunk.as_slices();
        for &sample in first.iter().chain(second) {
            self.wav.write_sample((sample * 32_768.0).round() as i16)?;
        }
        chunk.commit_all();
        self.wav.flush()?;
        if self.wav.duration() >= FRAMES_PER_FILE {
            *self = Self::create(&self.folder, at, self.rate_hz)?;
        }
        Ok(())
    }
}

/// A file that was not there before.
fn fresh(folder: &Path, at: DateTime<Utc>) -> std::io::Result<(PathBuf, File)> {
    for number in 1.. {
        let path = folder.join(recordings::name_of(at, number));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < NAMES_MAX => {}
            Err(error) => return Err(error),
        }
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}

/// The writer thread.
struct Writer {
    take: Take,
    ring: rtrb::Consumer<f32>,
    over: Arc<AtomicBool>,
    programme: Programme,
    /// Whom to tell when nothing can be written any more.
    lost: Option<FaultSender>,
}

impl Writer {
    fn run(mut self) -> Result<(), String> {
        let path = self.take.path.clone();
        let result = self.write().map_err(|error| error.to_string());
        if let Err(fault) = &result {
            warn!("recording of {} ended: {fault}", path.display());
            if let Some(lost) = self.lost {
                lost.send(fault.clone());
            }
        }
        result
    }

    fn write(&mut self) -> Result<(), hound::Error> {
        loop {
            // Read before the ring is emptied: nothing is pushed after it was set.
            let over = self.over.load(Ordering::Acquire);
            self.take.write(&mut self.ring, (self.programme.clock)().wall)?;
            if over {
                return Ok(());
            }
            std::thread::park_timeout(VISIT);
        }
    }
}
