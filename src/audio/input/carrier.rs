//! The thread of one source: open, read, bring to the programme's rate and clock, fill a ring.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::pace::Pace;
use super::{Clock, Input, Shape, Wanted, open};
use crate::audio::frames::CHANNELS;
use crate::audio::resample_live::LiveConverter;
use crate::domain::relay::Source;

/// What a ring holds: the jitter of a network, and what a server sends at once to whoever connects.
pub const RING: Duration = Duration::from_secs(4);
/// A ring is not aimed to be fuller than this, whatever it held when it was first taken from.
const FILL_MAX: Duration = Duration::from_secs(3);
/// A full ring is looked at again after this.
const NAP: Duration = Duration::from_millis(20);

/// What the thread and whoever takes from it tell each other.
#[derive(Debug, Default)]
struct Shared {
    /// Frames that must be at hand before it is heard; zero until it is open.
    cushion: AtomicUsize,
    /// The fill that is aimed at, in frames; zero while nobody takes.
    target: AtomicUsize,
    opened: OnceLock<String>,
    fault: OnceLock<String>,
}

/// A source being carried. Dropping it lets the source go; its thread ends when it next looks up.
#[derive(Debug)]
pub struct Carrier {
    ring: rtrb::Consumer<f32>,
    shared: Arc<Shared>,
    wanted: Wanted,
    primed: bool,
    /// What was in the ring when it was last looked at.
    seen: usize,
}

impl Carrier {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's own, when it has no thread to give.
    pub fn spawn(source: Source, rate_hz: u32) -> std::io::Result<Self> {
        Self::of(rate_hz, move |wanted| open(&source, rate_hz, wanted))
    }

    /// The same for what `open` opens, on the thread.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn).
    pub fn of(
        rate_hz: u32,
        open: impl FnOnce(&Wanted) -> Result<Box<dyn Input>, String> + Send + 'static,
    ) -> std::io::Result<Self> {
        let frames = (RING.as_secs_f64() * f64::from(rate_hz)) as usize;
        let (ring, consumer) = rtrb::RingBuffer::new(frames.max(1) * CHANNELS);
        let (shared, wanted) = (Arc::new(Shared::default()), Wanted::default());
        let thread = Filler { ring, shared: Arc::clone(&shared), wanted: wanted.clone(), rate_hz };
        std::thread::Builder::new().name("loa-input".to_owned()).spawn(move || thread.run(open))?;
        Ok(Self { ring: consumer, shared, wanted, primed: false, seen: 0 })
    }

    /// What it turned out to be, once it is open.
    #[must_use]
    pub fn opened(&self) -> Option<&str> {
        self.shared.opened.get().map(String::as_str)
    }

    /// Why it ended, once it has. What is in the ring is still good.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.shared.fault.get().map(String::as_str)
    }

    /// Whether something has come since this was last asked, or so much is at hand that nothing needs to: half the cushion.
    pub fn arrives(&mut self) -> bool {
        let now = self.frames();
        let more = now > self.seen;
        self.seen = now;
        let cushion = self.shared.cushion.load(Ordering::Acquire);
        more || cushion > 0 && now > cushion / 2
    }

    /// Whether enough is at hand to be heard without a break.
    pub fn primed(&mut self) -> bool {
        let cushion = self.shared.cushion.load(Ordering::Acquire);
        let frames = self.frames();
        // What has ended does not become more.
        let enough = cushion > 0 && frames >= cushion || frames > 0 && self.fault().is_some();
        self.primed = frames > 0 && (self.primed || enough);
        self.primed
    }

    /// Lets go of what lies further back than the cushion: it is old.
    pub fn trim(&mut self) {
        let old = self.frames().saturating_sub(self.shared.cushion.load(Ordering::Acquire));
        if let Ok(chunk) = self.ring.read_chunk(old * CHANNELS) {
            chunk.commit_all();
        }
    }

    /// Whole frames at hand.
    fn frames(&self) -> usize {
        self.ring.slots() / CHANNELS
    }

    /// Takes up to the whole of `target` (interleaved stereo); says how many frames there were. None before it is primed.
    pub fn take(&mut self, target: &mut [f32]) -> usize {
        if !self.primed() {
            return 0;
        }
        let frames = self.frames();
        self.shared.target.compare_exchange(0, frames, Ordering::AcqRel, Ordering::Relaxed).ok();
        let taken = frames.min(target.len() / CHANNELS);
        let whole = self.ring.pop_entire_slice(&mut target[..taken * CHANNELS]).is_ok();
        self.seen = self.frames();
        if whole { taken } else { 0 }
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.wanted.end();
    }
}

struct Filler {
    ring: rtrb::Producer<f32>,
    shared: Arc<Shared>,
    wanted: Wanted,
    rate_hz: u32,
}

impl Filler {
    fn run(mut self, open: impl FnOnce(&Wanted) -> Result<Box<dyn Input>, String>) {
        let fault = match open(&self.wanted) {
            Ok(mut input) => {
                let cushion = (input.cushion().as_secs_f64() * f64::from(self.rate_hz)) as usize;
                self.shared.cushion.store(cushion.max(1), Ordering::Release);
                let _ = self.shared.opened.set(input.describe());
                self.carry(input.as_mut())
            }
            Err(fault) => fault,
        };
        let _ = self.shared.fault.set(fault);
    }

    /// Reads until it is not wanted any more or ends; says why.
    fn carry(&mut self, input: &mut dyn Input) -> String {
        let mut stretcher = Stretcher { rate_hz: self.rate_hz, clock: input.clock(), shape: None, pace: None };
        let (mut block, mut stereo, mut out) = (Vec::new(), Vec::new(), Vec::new());
        while !self.wanted.ended() {
            let shape = match input.read(&mut block) {
                Ok(shape) => shape,
                Err(fault) => return fault,
            };
            two_channels(&block, shape.channels.max(1), &mut stereo);
            out.clear();
            let (fill, target) = (self.fill(), self.shared.target.load(Ordering::Acquire));
            if let Err(fault) = stretcher.convert(shape, fill, target, &stereo, &mut out) {
                return fault;
            }
            self.push(&out);
        }
        "it is not wanted any more".to_owned()
    }

    fn fill(&self) -> usize {
        (self.ring.buffer().capacity() - self.ring.slots()) / CHANNELS
    }

    /// Moves everything into the ring, napping while that is full.
    fn push(&mut self, mut samples: &[f32]) {
        while !samples.is_empty() && !self.wanted.ended() {
            let room = self.ring.slots() / CHANNELS * CHANNELS;
            let (now, later) = samples.split_at(samples.len().min(room));
            let _ = self.ring.push_partial_slice(now);
            samples = later;
            if !samples.is_empty() {
                std::thread::park_timeout(NAP);
            }
        }
    }
}

/// Mono to both sides; of more than two channels the first two.
fn two_channels(block: &[f32], channels: usize, stereo: &mut Vec<f32>) {
    stereo.clear();
    let right = usize::from(channels > 1);
    stereo.extend(block.chunks_exact(channels).flat_map(|frame| [frame[0], frame[right]]));
}

/// Brings sound to the programme's rate, and to its clock where that is another.
struct Stretcher {
    rate_hz: u32,
    clock: Clock,
    shape: Option<(Shape, Option<LiveConverter>)>,
    pace: Option<Pace>,
}

impl Stretcher {
    fn convert(
        &mut self,
        shape: Shape,
        fill: usize,
        target: usize,
        stereo: &[f32],
        out: &mut Vec<f32>,
    ) -> Result<(), String> {
        if self.shape.as_ref().is_none_or(|(known, _)| *known != shape) {
            let needed = self.clock == Clock::Theirs || shape.rate_hz != self.rate_hz;
            let made = needed.then(|| LiveConverter::new(shape.rate_hz, self.rate_hz)).transpose();
            self.shape = Some((shape, made.map_err(|error| error.to_string())?));
        }
        let Some((_, Some(converter))) = &mut self.shape else {
            out.extend_from_slice(stereo);
            return Ok(());
        };
        if self.clock == Clock::Theirs && target > 0 {
            let rate_hz = self.rate_hz;
            let most = (FILL_MAX.as_secs_f64() * f64::from(rate_hz)) as usize;
            let pace = self.pace.get_or_insert_with(|| Pace::new(rate_hz, target.min(most)));
            let frames = stereo.len() / CHANNELS * rate_hz as usize / shape.rate_hz.max(1) as usize;
            converter.stretch(pace.correct(frames, fill)).map_err(|error| error.to_string())?;
        }
        converter.push(stereo, out).map_err(|error| error.to_string())
    }
}
