//! The decoder thread of one voice: clip -> channels -> programme rate -> gain -> ring.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread::Thread;
use std::time::Duration;

use crate::audio::frames::CHANNELS;
use crate::audio::resample::Converter;
use crate::audio::source::{FrameSource, OpenFn};
use crate::audio::supply::FeedState;

/// A voice is ready when so much of it is decoded, or all. Decoding is hundreds of times faster than playing, so the ring
/// fills up behind it.
const READY: Duration = Duration::from_millis(500);

/// A full ring is looked at again after this part of its length.
const NAPS_PER_RING: u32 = 8;

/// What a decoder thread is to do.
pub struct FeedOrder {
    /// Opens the file.
    pub open: OpenFn,
    /// The file.
    pub path: PathBuf,
    /// First frame wanted, counted from the head at the programme rate.
    pub from_frame: u64,
    /// Frames that the clip had when it was imported, at its own rate; zero if nobody counted them.
    pub clip_frames: u64,
    /// Factor on every sample.
    pub gain: f32,
    /// Programme rate.
    pub rate_hz: u32,
    /// Length of the ring.
    pub ring: Duration,
}

/// A running decoder thread, seen from outside. Dropping it stops the thread.
#[derive(Debug)]
pub struct Feed {
    /// What it shares with the mixer.
    pub state: Arc<FeedState>,
    fault: Arc<OnceLock<String>>,
    thread: Thread,
}

impl Feed {
    /// Starts the thread, which calls `ready` once: when the voice may be started, or with what is wrong with the clip.
    ///
    /// # Errors
    /// The system's own, when it has no thread to give.
    pub fn spawn(
        order: FeedOrder,
        ready: impl FnOnce(Result<(), String>) + Send + 'static,
    ) -> std::io::Result<(Self, rtrb::Consumer<f32>)> {
        let frames = (order.ring.as_secs_f64() * f64::from(order.rate_hz)).ceil().max(1.0) as usize;
        let (ring, consumer) = rtrb::RingBuffer::new(frames * CHANNELS);
        let state = Arc::new(FeedState::default());
        let fault = Arc::new(OnceLock::new());
        let ready_frames = ((READY.as_secs_f64() * f64::from(order.rate_hz)) as u64).min(frames as u64);
        let filler = Filler {
            ring,
            state: Arc::clone(&state),
            written: 0,
            ready: Some(Box::new(ready)),
            ready_frames,
            nap: order.ring / NAPS_PER_RING,
        };
        let thread_fault = Arc::clone(&fault);
        let handle = std::thread::Builder::new()
            .name("loa-decode".to_owned())
            .spawn(move || filler.run(&order, &thread_fault))?;
        Ok((Self { state, fault, thread: handle.thread().clone() }, consumer))
    }

    /// What went wrong in the middle of the clip, once the frames before it are in the ring.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.fault.get().map(String::as_str)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.state.stop();
        self.thread.unpark();
    }
}

type ReadyFn = Box<dyn FnOnce(Result<(), String>) + Send>;

struct Filler {
    ring: rtrb::Producer<f32>,
    state: Arc<FeedState>,
    written: u64,
    ready: Option<ReadyFn>,
    ready_frames: u64,
    nap: Duration,
}

impl Filler {
    fn run(mut self, order: &FeedOrder, fault: &OnceLock<String>) {
        let outcome = self.decode(order);
        match (outcome, self.ready.take()) {
            (Ok(()), Some(_)) if self.state.is_stopped() => return,
            (Ok(()), Some(ready)) if self.written == 0 && order.from_frame == 0 => {
                ready(Err("it holds no audio".to_owned()));
            }
            (Ok(()), Some(ready)) => {
                self.state.finish(self.written);
                ready(Ok(()));
            }
            (Ok(()), None) => {}
            (Err(text), Some(ready)) => ready(Err(text)),
            (Err(text), None) => {
                // First visible, then the end of the frames: whoever sees the end sees the reason.
                let _ = fault.set(text);
            }
        }
        self.state.finish(self.written);
    }

    fn decode(&mut self, order: &FeedOrder) -> Result<(), String> {
        let mut source = (order.open)(&order.path)?;
        let (from_hz, channels) = (source.sample_rate(), usize::from(source.channels()));
        if from_hz == 0 || channels == 0 {
            return Err(format!("{channels} channels at {from_hz} Hz, expected at least one of each"));
        }
        let kept = channels.min(CHANNELS);
        let mut converter = if from_hz == order.rate_hz {
            None
        } else {
            let converter = Converter::new(kept, from_hz, order.rate_hz, order.from_frame);
            Some(converter.map_err(|error| error.to_string())?)
        };
        let from = converter.as_ref().map_or(order.from_frame, Converter::feed_from);
        if from > 0 {
            source.seek(from)?;
        }
        let mut read_to = from;
        let (mut block, mut narrow, mut converted, mut wide) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        loop {
            block.clear();
            let more = read(source.as_mut(), &mut block)?;
            read_to += (block.len() / channels) as u64;
            keep_channels(&block, channels, kept, &mut narrow);
            converted.clear();
            match &mut converter {
                None => converted.append(&mut narrow),
                Some(converter) => {
                    converter.push(&narrow, &mut converted).map_err(|error| error.to_string())?;
                    if !more {
                        converter.finish(&mut converted).map_err(|error| error.to_string())?;
                    }
                }
            }
            widen(&converted, kept, order.gain, &mut wide);
            if !self.push(&wide) {
                return Ok(());
            }
            if !more {
                return whole(read_to, order.clip_frames);
            }
        }
    }

    /// Moves everything into the ring, napping while that is full; false when nobody wants it any more.
    fn push(&mut self, mut samples: &[f32]) -> bool {
        while !samples.is_empty() {
            if self.state.is_stopped() || self.ring.is_abandoned() {
                return false;
            }
            let room = self.ring.slots() / CHANNELS * CHANNELS;
            let (now, later) = samples.split_at(samples.len().min(room));
            let _ = self.ring.push_partial_slice(now);
            self.written += (now.len() / CHANNELS) as u64;
            samples = later;
            if self.written >= self.ready_frames
                && let Some(ready) = self.ready.take()
            {
                ready(Ok(()));
            }
            if !samples.is_empty() {
                std::thread::park_timeout(self.nap);
            }
        }
        true
    }
}

/// A file that lost its end since it was imported plays what it has, and is not called complete.
fn whole(frames: u64, expected: u64) -> Result<(), String> {
    if frames < expected {
        return Err(format!("it ends after {frames} of {expected} frames"));
    }
    Ok(())
}

/// Reads a block; a damaged file may hold samples that are not numbers, which would poison the filter for good.
fn read(source: &mut dyn FrameSource, block: &mut Vec<f32>) -> Result<bool, String> {
    let more = source.read(block)?;
    for sample in block.iter_mut().filter(|sample| !sample.is_finite()) {
        *sample = 0.0;
    }
    Ok(more)
}

/// The first `kept` of `channels` channels: beyond stereo, front left and right.
fn keep_channels(block: &[f32], channels: usize, kept: usize, narrow: &mut Vec<f32>) {
    narrow.clear();
    narrow.extend(block.chunks_exact(channels).flat_map(|frame| &frame[..kept]));
}

/// Mono goes to both sides, at its full level; then the gain.
fn widen(frames: &[f32], kept: usize, gain: f32, wide: &mut Vec<f32>) {
    wide.clear();
    wide.extend(frames.chunks_exact(kept).flat_map(|frame| [frame[0] * gain, frame[kept - 1] * gain]));
}
