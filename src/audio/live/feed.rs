//! The thread of one live voice: asks its source for frames, always, and keeps the account of those that were heard.
//!
//! It writes no further than the depth of the history ahead of the foremost zone, and by the machine's clock while none has
//! begun. Where the source has nothing it writes silence. So the voice ends on its frame whatever the source does, and what
//! it carried is known to the frame.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use super::history::{History, Length, PIECE_FRAMES_MAX, Reader};
use super::tape::Tape;
use super::{LiveSource, Piece};
use crate::audio::frames::{CHANNELS, ns_to_frames};
use crate::audio::output::recorder::RecorderSettings;
use crate::audio::pump::ClockFn;
use crate::domain::relay::{Account, Carried, Standing, Tally};

/// So often it is looked what there is to do.
pub const TICK: Duration = Duration::from_millis(10);
/// A relay is ready as soon as something sounds, or after this: it must begin on time even if nothing does.
pub const READY_MAX: Duration = Duration::from_secs(1);
/// By so much zones may differ in how far ahead their devices ask, and the writer in how late it is.
const KEPT_BESIDE: Duration = Duration::from_secs(4);
/// Pieces that are written, in a second.
const PIECES_PER_SECOND: usize = 100;

/// How a live voice is to be made.
#[derive(Clone)]
pub struct LiveOrder {
    /// How long, in frames at the programme rate.
    pub length: Length,
    /// Programme rate.
    pub rate_hz: u32,
    /// What is written ahead of the zone that asks the furthest ahead: some buffers of its device, and a thread that is late
    /// now and then. The sound is heard so much later than it came.
    pub depth: Duration,
    /// It may begin as soon as something sounds, or after this; if not even then, none.
    pub ready_max: Option<Duration>,
    /// How what is heard of it is recorded, as it comes; none if it is not.
    pub record: Option<RecorderSettings>,
    /// The clock.
    pub clock: ClockFn,
}

/// Told when the voice may begin, or when it is known that it never may, and why. It never waits, or the other zones would
/// with it: it answers whether it took the word, and is told again in a moment if it did not.
pub type ReadyFn = Box<dyn FnMut(Result<(), String>) -> bool + Send>;

/// A live voice, of which each zone takes a [`Reader`]. Dropping it ends the thread and lets the source go.
#[derive(Debug)]
pub struct LiveFeed {
    history: Arc<History>,
    shared: Arc<Shared>,
    thread: Thread,
}

#[derive(Debug)]
struct Shared {
    stop: AtomicBool,
    account: Mutex<(Account, Option<Standing>)>,
    fault: OnceLock<String>,
    waiting: Mutex<Waiting>,
}

/// Who is to be told that the voice may begin: one for each zone.
enum Waiting {
    For(Vec<ReadyFn>),
    Nobody,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::For(_) => "For",
            Self::Nobody => "Nobody",
        })
    }
}

impl LiveFeed {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's own, when it has no thread to give.
    pub fn spawn(source: Box<dyn LiveSource>, order: &LiveOrder) -> std::io::Result<Self> {
        let frames = |of: Duration| (of.as_secs_f64() * f64::from(order.rate_hz)) as usize;
        let depth = frames(order.depth).max(1);
        let kept = depth + frames(KEPT_BESIDE);
        let history = History::new(order.rate_hz, kept, depth as u64, order.length);
        let shared = Arc::new(Shared {
            stop: AtomicBool::new(false),
            account: Mutex::default(),
            fault: OnceLock::new(),
            waiting: Mutex::new(Waiting::For(Vec::new())),
        });
        let writer = Writer {
            tally: Tally::new(source.sources()),
            source,
            ready_max: order.ready_max,
            clock: Arc::clone(&order.clock),
            history: Arc::clone(&history),
            shared: Arc::clone(&shared),
            tape: order.record.as_ref().map(|settings| Tape::new(settings, order)),
            idle: Duration::ZERO,
            runs: VecDeque::new(),
            folded: 0,
            untold: Vec::new(),
        };
        let handle = std::thread::Builder::new().name("loa-live".to_owned()).spawn(move || writer.run())?;
        Ok(Self { history, shared, thread: handle.thread().clone() })
    }

    /// What another zone hears of it.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.history.reader()
    }

    /// Why it ended before its time, once it has.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.shared.fault.get().map(String::as_str)
    }

    /// Whether the voice may begin, if that is known already. Else `ready` is called on the feed's thread once it is: never on
    /// this one, which may be the one that has to hear it.
    pub fn when_ready(&self, ready: ReadyFn) -> Option<Result<(), String>> {
        let mut waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *waiting {
            Waiting::For(list) => {
                list.push(ready);
                None
            }
            Waiting::Nobody => Some(self.shared.verdict()),
        }
    }

    /// What it carried so far, of what was heard in any zone.
    #[must_use]
    pub fn account(&self) -> Account {
        self.shared.account.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// How it stands; none before anything of it was heard, or if there is nothing to be told.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.shared.account.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

impl Shared {
    /// Whether the voice may begin.
    fn verdict(&self) -> Result<(), String> {
        self.fault.get().map_or(Ok(()), |fault| Err(fault.clone()))
    }
}

impl Drop for LiveFeed {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

struct Writer {
    source: Box<dyn LiveSource>,
    ready_max: Option<Duration>,
    clock: ClockFn,
    history: Arc<History>,
    shared: Arc<Shared>,
    tape: Option<Tape>,
    /// Time for which nobody has heard it.
    idle: Duration,
    /// What was written, of those frames that were not accounted for yet.
    runs: VecDeque<(Carried, u64)>,
    /// Frames accounted for, or passed over because they were before the beginning.
    folded: u64,
    tally: Tally,
    /// Who has not taken the word that the voice may begin yet.
    untold: Vec<ReadyFn>,
}

impl Writer {
    fn run(mut self) {
        let began = (self.clock)().mono;
        let mut before = began;
        while !self.shared.stop.load(Ordering::Acquire) {
            let now = (self.clock)().mono;
            // A machine that was asleep does not make up for it.
            self.idle += now.saturating_sub(before).min(KEPT_BESIDE);
            before = now;
            self.source.look();
            if let Some(fault) = self.source.fault() {
                self.fail(fault);
            }
            // Before anything new takes the place of what was heard.
            self.record();
            self.fill();
            self.fold();
            if self.source.sounds() || self.ready_max.is_some_and(|max| now.saturating_sub(began) >= max) {
                self.tell_ready();
            }
            self.tell_again();
            if self.history.end().zip(self.history.heard()).is_some_and(|(end, (_, heard))| heard >= end) {
                break;
            }
            std::thread::park_timeout(TICK);
        }
        self.fold();
        self.record();
        if let Some(tape) = self.tape {
            tape.end();
        }
    }

    fn record(&mut self) {
        if let Some(tape) = &mut self.tape {
            tape.take(&self.history);
        }
    }

    /// Nothing more will come: what is written is heard to its end, and whoever waits is told.
    fn fail(&mut self, fault: String) {
        if self.shared.fault.set(fault).is_ok() {
            self.history.cut();
            self.tell_ready();
        }
    }

    fn tell_ready(&mut self) {
        let mut waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Waiting::For(list) = std::mem::replace(&mut *waiting, Waiting::Nobody) {
            self.untold.extend(list);
        }
    }

    fn tell_again(&mut self) {
        if !self.untold.is_empty() {
            let verdict = self.shared.verdict();
            self.untold.retain_mut(|ready| !ready(verdict.clone()));
        }
    }

    /// Writes up to where the foremost zone will soon be, and no further than the end.
    fn fill(&mut self) {
        let rate_hz = self.history.rate_hz();
        let piece = (rate_hz as usize / PIECES_PER_SECOND).clamp(1, PIECE_FRAMES_MAX);
        loop {
            let idle = ns_to_frames(i64::try_from(self.idle.as_nanos()).unwrap_or(i64::MAX), rate_hz);
            let heard = self.history.heard().map(|(_, foremost)| foremost);
            let written = self.history.written();
            let wanted = heard.unwrap_or(idle) + self.history.depth();
            let left = self.history.end().map_or(u64::MAX, |end| end.saturating_sub(written));
            let frames = piece.min(usize::try_from(left).unwrap_or(usize::MAX));
            if frames == 0 || wanted < written + frames as u64 {
                return;
            }
            // What a zone has gone past already comes too late to be heard.
            self.write(frames, heard.is_some_and(|heard| written + frames as u64 <= heard));
        }
    }

    fn write(&mut self, frames: usize, late: bool) {
        let mut block = [0.0; PIECE_FRAMES_MAX * CHANNELS];
        let block = &mut block[..frames * CHANNELS];
        let Piece { what, frames: taken } = self.source.write(block);
        let taken = if late { 0 } else { taken.min(frames) };
        self.note(what, taken as u64);
        self.note(Carried::Lost, (frames - taken) as u64);
        self.history.write(block);
    }

    fn note(&mut self, what: Carried, frames: u64) {
        match self.runs.back_mut() {
            _ if frames == 0 => {}
            Some((last, count)) if *last == what => *count += frames,
            _ => self.runs.push_back((what, frames)),
        }
    }

    /// Accounts for what was heard since the first zone began.
    fn fold(&mut self) {
        let Some((onset, foremost)) = self.history.heard() else { return self.forget_unheard() };
        while let Some((what, frames)) = self.runs.front_mut() {
            // What was written before the beginning was heard by nobody.
            let unheard = onset.saturating_sub(self.folded);
            let now = if unheard > 0 { unheard } else { foremost.saturating_sub(self.folded) }.min(*frames);
            if now == 0 {
                break;
            }
            if unheard == 0 {
                self.tally.add(*what, now);
            }
            self.folded += now;
            *frames -= now;
            if *frames == 0 {
                self.runs.pop_front();
            }
        }
        let account = self.source.account(&self.tally);
        let standing = self.source.standing(&account);
        *self.shared.account.lock().unwrap_or_else(PoisonError::into_inner) = (account, standing);
    }

    /// Nobody will hear what lies further back than the first zone may begin.
    fn forget_unheard(&mut self) {
        let keep_from = self.history.written().saturating_sub(2 * self.history.depth());
        while let Some((_, frames)) = self.runs.front()
            && self.folded + frames <= keep_from
        {
            self.folded += frames;
            self.runs.pop_front();
        }
    }
}
