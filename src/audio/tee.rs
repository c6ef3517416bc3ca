//! Hands the programme on beside the air, each buffer with the instant at which it is heard.
//!
//! The output's callback pushes and never waits: what finds no room is missing at the other end and counted, never late on air.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::audio::frames::{CHANNELS, Nanos};

/// Most buffers on their way: ten seconds of the shortest that an output asks for.
const BUFFERS_MAX: usize = 10_000;

/// A buffer on its way.
#[derive(Debug, Clone, Copy)]
struct Buffer {
    samples: usize,
    plays_at: Nanos,
}

/// What both ends count.
#[derive(Debug, Default)]
struct Counts {
    offered: AtomicU64,
    lost: AtomicU64,
}

/// The callback's end.
#[derive(Debug)]
pub struct Tee {
    samples: rtrb::Producer<f32>,
    buffers: rtrb::Producer<Buffer>,
    counts: Arc<Counts>,
}

/// The other end.
#[derive(Debug)]
pub struct Tap {
    samples: rtrb::Consumer<f32>,
    buffers: rtrb::Consumer<Buffer>,
    counts: Arc<Counts>,
}

/// How much went through a [`Tee`]. Clones read the same.
#[derive(Debug, Clone)]
pub struct TeeCount(Arc<Counts>);

impl TeeCount {
    /// Frames offered so far, those that found no room among them.
    #[must_use]
    pub fn offered(&self) -> u64 {
        self.0.offered.load(Ordering::Relaxed)
    }

    /// Frames that found no room.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }
}

/// Both ends of a line that holds `frames` frames.
#[must_use]
pub fn tee(frames: usize) -> (Tee, Tap) {
    let (into, samples) = rtrb::RingBuffer::new(frames * CHANNELS);
    let (announce, buffers) = rtrb::RingBuffer::new(BUFFERS_MAX);
    let counts = Arc::new(Counts::default());
    (Tee { samples: into, buffers: announce, counts: Arc::clone(&counts) }, Tap { samples, buffers, counts })
}

impl Tee {
    /// Hands a buffer on whose first frame is heard at `plays_at`: all of it, or none of it if there is no room.
    pub fn push(&mut self, buffer: &[f32], plays_at: Nanos) {
        let frames = (buffer.len() / CHANNELS) as u64;
        self.counts.offered.fetch_add(frames, Ordering::Relaxed);
        if self.samples.slots() < buffer.len() || self.buffers.slots() == 0 {
            self.counts.lost.fetch_add(frames, Ordering::Relaxed);
            return;
        }
        // The samples first: a buffer that was announced is there.
        let _ = self.samples.push_entire_slice(buffer);
        let _ = self.buffers.push(Buffer { samples: buffer.len(), plays_at });
    }
}

impl Tap {
    /// Takes the next buffer into `buffer`, and says when its first frame is heard; none when all was taken.
    pub fn next(&mut self, buffer: &mut Vec<f32>) -> Option<Nanos> {
        let Buffer { samples, plays_at } = self.buffers.pop().ok()?;
        buffer.clear();
        if let Ok(chunk) = self.samples.read_chunk(samples) {
            let (first, second) = chunk.as_slices();
            buffer.extend_from_slice(first);
            buffer.extend_from_slice(second);
            chunk.commit_all();
        }
        Some(plays_at)
    }

    /// Whether the callback's end is gone: what is on its way is the last.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.buffers.is_abandoned()
    }

    /// How much goes through.
    #[must_use]
    pub fn count(&self) -> TeeCount {
        TeeCount(Arc::clone(&self.counts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_arrives_whole_with_its_instant_or_is_counted_as_lost() {
        let (mut tee, mut tap) = tee(100);
        let buffer = |value: f32| [value; 2 * 40];
        for (number, at) in [(1.0, 10), (2.0, 20), (3.0, 30)] {
            tee.push(&buffer(number), Nanos(at));
        }
        let mut taken = Vec::new();
        assert_eq!(tap.next(&mut taken), Some(Nanos(10)));
        assert_eq!(taken, buffer(1.0));
        tee.push(&buffer(4.0), Nanos(40));
        assert_eq!(tap.next(&mut taken), Some(Nanos(20)));
        assert_eq!(tap.next(&mut taken), Some(Nanos(40)), "the third found no room");
        assert_eq!(taken, buffer(4.0));
        assert_eq!(tap.next(&mut taken), None);
        assert_eq!((tap.count().offered(), tap.count().lost()), (160, 40));
    }
}
