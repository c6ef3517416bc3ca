//! Captures a return feed, and opens it again when it goes away. In a thread of its own: a sound server that hangs, or a stream
//! that says nothing for minutes, holds up nobody.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::mono;
use crate::audio::frames::frames_to_ns;
use crate::audio::input::{ClockFn, Input, Wanted, open};
use crate::domain::relay::Source;

/// Words on their way; what finds no room is lost, and known as lost by the time that passed. A minute of the smallest pieces.
const WORDS_MAX: usize = 4_096;
/// From one try to the next: doubled each time, up to this.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(10)];
/// Between two looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(100);
/// A return feed that gives nothing for so long is opened anew.
const STALL: Duration = Duration::from_secs(5);

/// What the return feed says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    /// Sound of one channel whose first sample came at `at`, in nanoseconds of the monotonic clock.
    Sound { samples: Vec<f32>, rate_hz: u32, at: i64 },
    /// It could not be opened, or went away.
    Lost(String),
}

/// An ear at a return feed. Dropping it lets the feed go; its thread ends when it next looks up.
pub(super) struct Ear {
    words: Receiver<Word>,
    wanted: Wanted,
}

impl Ear {
    /// Starts the thread.
    pub(super) fn listen(source: Source, rate_hz: u32, clock: ClockFn) -> std::io::Result<Self> {
        let (tell, words) = sync_channel(WORDS_MAX);
        let wanted = Wanted::default();
        let listener = Listener { source, rate_hz, clock, tell, wanted: wanted.clone() };
        std::thread::Builder::new().name("loa-return".to_owned()).spawn(move || listener.run())?;
        Ok(Self { words, wanted })
    }

    /// The next that it says; none if it says nothing now.
    pub(super) fn next(&self) -> Option<Word> {
        self.words.try_recv().ok()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.wanted.end();
    }
}

struct Listener {
    source: Source,
    rate_hz: u32,
    clock: ClockFn,
    tell: SyncSender<Word>,
    wanted: Wanted,
}

impl Listener {
    fn run(self) {
        let mut pause = PAUSES[0];
        while !self.wanted.ended() {
            let opened = (self.clock)().mono;
            let fault = match open(&self.source, self.rate_hz, &self.wanted) {
                Ok(mut input) => self.carry(input.as_mut()),
                Err(fault) => fault,
            };
            if self.wanted.ended() {
                return;
            }
            // No room means that it was said already.
            let _ = self.tell.try_send(Word::Lost(fault));
            // What held for a while is tried again soon.
            if (self.clock)().mono.saturating_sub(opened) > PAUSES[1] {
                pause = PAUSES[0];
            }
            let until = (self.clock)().mono + pause;
            while !self.wanted.ended() && (self.clock)().mono < until {
                std::thread::park_timeout(LOOK);
            }
            pause = (2 * pause).min(PAUSES[1]);
        }
    }

    /// Reads until it is not wanted any more or ends; says why.
    fn carry(&self, input: &mut dyn Input) -> String {
        let mut block = Vec::new();
        let mut sounded = (self.clock)().mono;
        while !self.wanted.ended() {
            let shape = match input.read(&mut block) {
                Ok(shape) => shape,
                Err(fault) => return fault,
            };
            let now = (self.clock)().mono;
            if block.is_empty() {
                if now.saturating_sub(sounded) > STALL {
                    return format!("{} gives no sound for {} s", input.describe(), STALL.as_secs());
                }
                continue;
            }
            sounded = now;
            let samples = mono(&block, shape.channels);
            let length = frames_to_ns(samples.len() as u64, shape.rate_hz);
            let at = i64::try_from(now.as_nanos()).unwrap_or(i64::MAX).saturating_sub(length);
            let _ = self.tell.try_send(Word::Sound { samples, rate_hz: shape.rate_hz, at });
        }
        "it is not wanted any more".to_owned()
    }
}
