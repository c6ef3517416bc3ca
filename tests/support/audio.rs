//! Clips made in memory, a clock, and an engine with someone who listens to what it says.
#![allow(unreachable_pub, reason = "one crate of tests; its helpers are for all of it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use loa::audio::live::{LiveHub, Tapes};
use loa::audio::output::null::Null;
use loa::audio::output::{Output, Programme};
use loa::audio::pump::ClockFn;
use loa::audio::source::{FrameSource, OpenFn};
use loa::audio::{Engine, EngineHandle, EngineSettings, Said};
use loa::domain::clip::{ClipId, ClipSnapshot, Digest, Genre, ItemId, Source, Topics};
use loa::domain::log::{AiringId, EndReason, PartId};
use loa::domain::slot::ZoneId;
use loa::domain::sound::Sound;
use loa::domain::station::{Heard, Input, Voice};
use loa::domain::time::Now;
use tokio::sync::mpsc::{Receiver, channel, error::TryRecvError};
use uuid::Uuid;

/// Both clocks, read together.
pub fn clock() -> ClockFn {
    let origin = Instant::now();
    Arc::new(move || Now { mono: origin.elapsed(), wall: SystemTime::now().into() })
}

/// A part with a number that a failing test can show.
pub fn part(number: u32) -> PartId {
    PartId { airing: AiringId(Uuid::from_u128(u128::from(number))), part: 1 }
}

/// Names a clip after a number; `file` finds the path again.
pub fn digest(number: u8) -> Digest {
    Digest([number; 32])
}

/// A voice over clip `number`, from its head, at its own level.
pub fn voice(of: PartId, number: u8) -> Voice {
    let clip = ClipSnapshot {
        item: ItemId { clip: ClipId(u32::from(number)), edition: 1 },
        title: format!("Clip {number}"),
        genre: Genre::Article,
        topics: Topics { primary: "CCHC".to_owned(), secondary: Vec::new() },
        campaign: None,
        author: None,
        approver: None,
        source: Source::Own,
        digest: digest(number),
        frames: 0,
        sample_rate: 48_000,
    };
    Voice {
        part: of,
        sound: Sound::Clip(clip),
        frames_total: u64::MAX,
        from_frame: 0,
        gain_db: 0.0,
        zones: vec![zone()],
        ducks: true,
    }
}

/// A clip in memory.
#[derive(Clone)]
pub struct MemoryClip {
    pub rate_hz: u32,
    pub channels: u16,
    pub samples: Arc<Vec<f32>>,
    /// After so many frames the decoder fails.
    pub fails_at: Option<usize>,
}

impl MemoryClip {
    pub fn new(rate_hz: u32, channels: u16, samples: Vec<f32>) -> Self {
        Self { rate_hz, channels, samples: Arc::new(samples), fails_at: None }
    }

    /// A mono sine.
    pub fn sine(rate_hz: u32, frames: usize, frequency_hz: f64, amplitude: f64) -> Self {
        let step = std::f64::consts::TAU * frequency_hz / f64::from(rate_hz);
        Self::new(rate_hz, 1, (0..frames).map(|frame| (amplitude * (step * frame as f64).sin()) as f32).collect())
    }

    /// White noise, stereo: every frame tells its place.
    pub fn noise(seed: u64, rate_hz: u32, frames: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        Self::new(rate_hz, 2, (0..2 * frames).map(|_| random.f32() - 0.5).collect())
    }
}

/// Reads a clip in memory in blocks of odd sizes.
pub struct MemorySource {
    clip: MemoryClip,
    at: usize,
    block: usize,
}

impl MemorySource {
    pub fn new(clip: MemoryClip) -> Self {
        Self { clip, at: 0, block: 0 }
    }
}

impl FrameSource for MemorySource {
    fn sample_rate(&self) -> u32 {
        self.clip.rate_hz
    }

    fn channels(&self) -> u16 {
        self.clip.channels
    }

    fn seek(&mut self, frame: u64) -> Result<(), String> {
        self.at = usize::try_from(frame).unwrap().min(self.clip.samples.len() / usize::from(self.clip.channels));
        Ok(())
    }

    fn read(&mut self, block: &mut Vec<f32>) -> Result<bool, String> {
        if self.clip.fails_at.is_some_and(|fails_at| self.at >= fails_at) {
            return Err("the frame is damaged".to_owned());
        }
        let channels = usize::from(self.clip.channels);
        self.block = [1152, 1, 4096, 417, 1024][(self.block + 1) % 5];
        let limit = self.clip.fails_at.unwrap_or(usize::MAX).min(self.clip.samples.len() / channels);
        let end = limit.min(self.at + self.block);
        block.extend_from_slice(&self.clip.samples[self.at * channels..end * channels]);
        let more = end > self.at;
        self.at = end;
        Ok(more)
    }
}

/// Opens clips by number: what `digest` names.
pub fn open_from(clips: BTreeMap<u8, MemoryClip>) -> OpenFn {
    Arc::new(move |path: &Path| {
        let number: u8 = path.to_str().unwrap().parse().unwrap();
        let clip = clips.get(&number).ok_or_else(|| format!("no clip {number}"))?;
        Ok(Box::new(MemorySource::new(clip.clone())) as Box<dyn FrameSource>)
    })
}

/// An engine at 48 kHz on the null output, with clips in memory.
pub fn settings(clips: impl IntoIterator<Item = (u8, MemoryClip)>) -> EngineSettings {
    let clock = clock();
    let programme = Programme { rate_hz: EngineSettings::RATE_HZ, clock: Arc::clone(&clock) };
    EngineSettings {
        trim_db: 0.0,
        in_step: false,
        relays: Arc::new([]),
        tapes: Tapes::default(),
        microphones: Arc::new([]),
        live: LiveHub::default(),
        zone: zone(),
        rate_hz: EngineSettings::RATE_HZ,
        ring: EngineSettings::RING,
        ramp: EngineSettings::RAMP,
        progress: EngineSettings::PROGRESS,
        stall: EngineSettings::STALL,
        locate: Arc::new(|digest| PathBuf::from(digest.0[0].to_string())),
        open: open_from(clips.into_iter().collect()),
        clock,
        output: Arc::new(move || Box::new(Null::new(programme.clone())) as Box<dyn Output>),
    }
}

/// The zone of every test.
pub fn zone() -> ZoneId {
    ZoneId("thi-tran".to_owned())
}

/// A running engine and everything it has said.
pub struct Listener {
    pub engine: EngineHandle,
    pub clock: ClockFn,
    events: Mutex<Receiver<Said>>,
    said: Vec<Input>,
}

impl Listener {
    /// Longest wait for anything; a loaded machine is given time, a hung engine is found.
    const PATIENCE: Duration = Duration::from_secs(20);

    pub fn new(settings: EngineSettings) -> Self {
        let (sender, events) = channel(256);
        let clock = Arc::clone(&settings.clock);
        let engine = Engine::spawn(settings, sender).unwrap();
        Self { engine, clock, events: Mutex::new(events), said: Vec::new() }
    }

    /// Everything said so far, in order.
    pub fn said(&self) -> &[Input] {
        &self.said
    }

    /// The next input for which `pick` has an answer, from those not yet said.
    pub fn wait<T>(&mut self, what: &str, mut pick: impl FnMut(&Input) -> Option<T>) -> T {
        let deadline = Instant::now() + Self::PATIENCE;
        loop {
            let next = self.events.get_mut().unwrap().try_recv();
            match next {
                Ok(Said { input, .. }) => {
                    let picked = pick(&input);
                    self.said.push(input);
                    if let Some(picked) = picked {
                        return picked;
                    }
                }
                Err(TryRecvError::Empty) if Instant::now() < deadline => {
                    std::thread::park_timeout(Duration::from_millis(2));
                }
                Err(error) => panic!("waited for {what}: {error}; said so far: {:#?}", self.said),
            }
        }
    }

    /// Opens the output and waits until it is open.
    pub fn open(&mut self) {
        self.engine.open_output(zone()).unwrap();
        self.wait("OutputOpen", |input| matches!(input, Input::OutputOpen { .. }).then_some(()));
    }

    /// Prepares a voice and waits until it is.
    pub fn prepare(&mut self, voice: Voice) {
        let part = voice.part;
        self.engine.prepare(voice).unwrap();
        self.wait("Prepared", |input| (*input == Input::Prepared(part)).then_some(()));
    }

    /// Waits for the end of a voice.
    pub fn ended(&mut self, part: PartId) -> (EndReason, Heard) {
        self.wait("Ended", |input| match input {
            Input::Ended { part: ended, reason, heard } if *ended == part => Some((reason.clone(), heard.clone())),
            _ => None,
        })
    }

    /// Waits for the start of a voice.
    pub fn started(&mut self, part: PartId) -> chrono::DateTime<chrono::Utc> {
        self.wait("Started", |input| match input {
            Input::Started { part: started, at } if *started == part => Some(*at),
            _ => None,
        })
    }

    pub fn now(&self) -> Now {
        (self.clock)()
    }
}
