//! Inputs: sound that comes in live, and the chain of them that a relay is heard from.
//!
//! [`open()`] makes an [`Input`] of what the configuration names: a stream ([`http`], [`hls`]), a capture device, a recording
//! that stands by. A [`carrier`] thread reads each, brings it to the programme's rate and clock, and fills a bounded ring. A
//! [`relay`] takes from the rings and lets [`Supervisor`](crate::domain::relay::Supervisor) say which is heard; it is one kind
//! of [live sound](crate::audio::live). [`probe`] tries a source without airing it.

pub mod carrier;
pub mod hls;
pub mod http;
pub mod icy;
pub mod pace;
pub mod playlist;
pub mod probe;
pub mod relay;
pub mod ts;

mod open;
mod shoutcast;
mod standby;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use crate::audio::pump::ClockFn;
pub use open::open;

/// Whether whoever asked for an input still wants it. Looked at between two reads, never waited for.
#[derive(Debug, Clone, Default)]
pub struct Wanted(Arc<AtomicBool>);

impl Wanted {
    /// It is not wanted any more.
    pub fn end(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it is not wanted any more.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Whose clock an input runs by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The other end's: sound comes when it comes, and is brought to our clock by stretching it a little.
    Theirs,
    /// Ours: there is always more of it, as fast as it is taken.
    Ours,
}

/// The rate and the channels of a block of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Hz, above zero.
    pub rate_hz: u32,
    /// Above zero.
    pub channels: usize,
}

/// Sound that comes in, opened.
pub trait Input {
    /// What it turned out to be, for people: `mp3`, `a line-in`.
    fn describe(&self) -> String;

    /// Whose clock it runs by.
    fn clock(&self) -> Clock;

    /// How much of it shall be at hand before it is heard: what it needs to bridge the lumps in which it comes.
    fn cushion(&self) -> Duration {
        Duration::from_millis(100)
    }

    /// Waits for the next sound and puts it into `block`, interleaved, in place of what was there. The shape may be another one
    /// each time. May leave the block empty, so that whoever asks can look whether it is still wanted.
    ///
    /// # Errors
    /// It ended or broke, in words. It is of no use any more.
    fn read(&mut self, block: &mut Vec<f32>) -> Result<Shape, String>;
}
