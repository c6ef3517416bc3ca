//! The thread of a relay: takes from every source that is connected, lets one be heard, and ends by the clock.
//!
//! It fills the ring of the voice as a decoder does, but no further than [`DEPTH`] ahead, and always: where no source has
//! anything it writes silence. So the voice ends on its frame whatever the sources do, and what it carried is known to the frame.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use super::carrier::Carrier;
use crate::audio::frames::CHANNELS;
use crate::audio::pump::ClockFn;
use crate::audio::ramp::Ramp;
use crate::audio::voice::FeedState;
use crate::domain::relay::{Account, Carried, Heard, Relay, Step, Supervisor, Tally, Why};

/// What is written ahead of the loudspeaker: some buffers of a card, and a thread that is late now and then.
pub const DEPTH: Duration = Duration::from_millis(400);
/// So often it is looked what there is to do.
pub const TICK: Duration = Duration::from_millis(10);
/// A voice is ready as soon as something sounds, or after this: it must begin on time even if nothing does.
pub const READY_MAX: Duration = Duration::from_secs(1);
/// From one source to another.
const FADE: Duration = Duration::from_millis(20);
/// Pieces of which loudness is judged, in a second.
const PIECES_PER_SECOND: usize = 100;

/// What a relay thread is to do.
#[derive(Clone)]
pub struct RelayOrder {
    /// Of what.
    pub relay: Relay,
    /// How long, in frames at the programme rate, from its first one heard.
    pub frames: u64,
    /// Factor on every sample.
    pub gain: f32,
    /// Programme rate.
    pub rate_hz: u32,
    /// The clock.
    pub clock: ClockFn,
}

/// What happened to a relay, for the log of incidents. Sources by their place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayEvent {
    /// A source is open; what it turned out to be.
    Connected {
        /// Which.
        source: usize,
        /// Such as `mp3`.
        what: String,
    },
    /// A source cannot be opened, or broke.
    Fault {
        /// Which.
        source: usize,
        /// Why.
        fault: String,
    },
    /// Another source is heard.
    Switched {
        /// The one before.
        from: usize,
        /// The one from now on.
        to: usize,
        /// Why.
        why: Why,
    },
    /// No source sounds.
    NothingSounds,
    /// One does again.
    SoundsAgain,
}

impl RelayEvent {
    /// Whether it ends what [`RelayEvent::fault`] told: the first source is heard again, or one sounds where none did.
    #[must_use]
    pub const fn is_back(&self) -> bool {
        matches!(self, Self::Switched { to: 0, why: Why::Returned, .. } | Self::SoundsAgain)
    }

    /// What of it goes into the log of incidents, in words: that another source had to step in, and that none sounds.
    #[must_use]
    pub fn fault(&self, relay: &Relay) -> Option<String> {
        let name = |source: &usize| relay.sources.get(*source).map_or_else(String::new, ToString::to_string);
        match self {
            Self::Switched { from, to, why: Why::Stalled } => {
                Some(format!("{} gives no sound; {} takes its place", name(from), name(to)))
            }
            Self::Switched { from, to, why: Why::Silent } => {
                Some(format!("{} gives nothing but silence; {} takes its place", name(from), name(to)))
            }
            Self::NothingSounds => Some("no source sounds".to_owned()),
            Self::Switched { why: Why::Returned, .. }
            | Self::Connected { .. }
            | Self::Fault { .. }
            | Self::SoundsAgain => None,
        }
    }
}

/// Hears what happens to a relay. Must not block.
pub type TellFn = Box<dyn Fn(RelayEvent) + Send>;

/// A running relay, seen from outside. Dropping it ends it and lets every source go.
#[derive(Debug)]
pub struct RelayFeed {
    /// What it shares with the mixer.
    pub state: Arc<FeedState>,
    account: Arc<Mutex<Account>>,
    thread: Thread,
}

impl RelayFeed {
    /// Starts the thread, which calls `ready` once, when the voice may be started, and `tell` with everything that happens.
    ///
    /// # Errors
    /// The system's own, when it has no thread to give.
    pub fn spawn(
        order: RelayOrder,
        ready: impl FnOnce() + Send + 'static,
        tell: TellFn,
    ) -> std::io::Result<(Self, rtrb::Consumer<f32>)> {
        let depth = ((DEPTH.as_secs_f64() * f64::from(order.rate_hz)) as usize).max(1);
        let (ring, consumer) = rtrb::RingBuffer::new(depth * CHANNELS);
        let state = Arc::new(FeedState::default());
        let account = Arc::new(Mutex::new(Account::default()));
        let filler = Filler::new(order, ring, Arc::clone(&state), Arc::clone(&account), tell);
        let handle =
            std::thread::Builder::new().name("loa-relay".to_owned()).spawn(move || filler.run(Box::new(ready)))?;
        Ok((Self { state, account, thread: handle.thread().clone() }, consumer))
    }

    /// What it carried so far, of what was taken out of the ring since it began to sound.
    #[must_use]
    pub fn account(&self) -> Account {
        self.account.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for RelayFeed {
    fn drop(&mut self) {
        self.state.stop();
        self.thread.unpark();
    }
}

/// One source: what is heard of it, and what takes its place as soon as it sounds.
#[derive(Default)]
struct Slot {
    carrier: Option<Carrier>,
    /// The connection made anew, while the last sound of the old one still plays.
    next: Option<Carrier>,
    loud: bool,
    told_open: bool,
    told_fault: bool,
}

struct Filler {
    order: RelayOrder,
    ring: rtrb::Producer<f32>,
    state: Arc<FeedState>,
    account: Arc<Mutex<Account>>,
    tell: TellFn,
    supervisor: Supervisor,
    slots: Vec<Slot>,
    names: Vec<(String, bool)>,
    /// The gain of the source that is heard, and of the one before while it fades.
    rising: Ramp,
    leaving: Option<(usize, Ramp)>,
    /// Frames put into the ring.
    written: u64,
    /// What they were, of those that were not accounted for yet.
    runs: VecDeque<(Carried, u64)>,
    /// Frames accounted for, or passed over because they were before the beginning.
    folded: u64,
    tally: Tally,
}

impl Filler {
    fn new(
        order: RelayOrder,
        ring: rtrb::Producer<f32>,
        state: Arc<FeedState>,
        account: Arc<Mutex<Account>>,
        tell: TellFn,
    ) -> Self {
        let sources = &order.relay.sources;
        let names: Vec<_> = sources.iter().map(|source| (source.to_string(), source.carries())).collect();
        let supervisor = Supervisor::new(order.relay.limits, sources.len(), (order.clock)().mono);
        let slots = sources.iter().map(|_| Slot::default()).collect();
        let tally = Tally::new(sources.len());
        Self {
            order,
            ring,
            state,
            account,
            tell,
            supervisor,
            slots,
            names,
            rising: Ramp::steady(0.0),
            leaving: None,
            written: 0,
            runs: VecDeque::new(),
            folded: 0,
            tally,
        }
    }

    fn run(mut self, ready: Box<dyn FnOnce() + Send>) {
        let began = (self.order.clock)().mono;
        let mut ready = Some(ready);
        while !self.state.is_stopped() && !self.ring.is_abandoned() {
            let now = (self.order.clock)().mono;
            self.look(now);
            while let Some(step) = self.supervisor.poll(now) {
                self.act(step);
            }
            self.fill();
            self.fold();
            let sounds = self.slots.iter_mut().any(|slot| slot.carrier.as_mut().is_some_and(Carrier::primed));
            if (sounds || now.saturating_sub(began) >= READY_MAX)
                && let Some(ready) = ready.take()
            {
                ready();
            }
            if self.state.total().is_some_and(|total| self.state.taken() >= total) {
                break;
            }
            std::thread::park_timeout(TICK);
        }
        self.fold();
        self.state.finish(self.written);
    }

    /// Tells the supervisor, and whoever listens, what has become of the sources.
    fn look(&mut self, now: Duration) {
        for (source, slot) in self.slots.iter_mut().enumerate() {
            if slot.next.as_mut().is_some_and(Carrier::primed) {
                slot.carrier = slot.next.take();
            }
            let Some(link) = slot.next.as_mut().or(slot.carrier.as_mut()) else { continue };
            if let Some(what) = link.opened().filter(|_| !slot.told_open) {
                slot.told_open = true;
                (self.tell)(RelayEvent::Connected { source, what: what.to_owned() });
            }
            if link.arrives() && link.primed() {
                self.supervisor.handle(now, Heard::Sound { source, loud: slot.loud });
            }
            if let Some(fault) = link.fault().filter(|_| !slot.told_fault) {
                slot.told_fault = true;
                (self.tell)(RelayEvent::Fault { source, fault: fault.to_owned() });
                self.supervisor.handle(now, Heard::Fault { source });
            }
        }
    }

    fn act(&mut self, step: Step) {
        match step {
            Step::Connect(source) => self.connect(source),
            Step::Disconnect(source) => {
                if let Some(slot) = self.slots.get_mut(source) {
                    *slot = Slot::default();
                }
            }
            Step::Switch { from, to, why } => {
                let fade = (FADE.as_secs_f64() * f64::from(self.order.rate_hz)) as u32;
                self.leaving = Some((from, self.rising.towards(0.0, fade)));
                self.rising = Ramp::steady(0.0).towards(1.0, fade);
                (self.tell)(RelayEvent::Switched { from, to, why });
            }
            Step::NothingSounds => (self.tell)(RelayEvent::NothingSounds),
            Step::SoundsAgain => (self.tell)(RelayEvent::SoundsAgain),
        }
    }

    fn connect(&mut self, source: usize) {
        let (Some(slot), Some(what)) = (self.slots.get_mut(source), self.order.relay.sources.get(source)) else {
            return;
        };
        (slot.told_open, slot.told_fault) = (false, false);
        match Carrier::spawn(what.clone(), self.order.rate_hz) {
            Ok(carrier) if slot.carrier.is_none() => slot.carrier = Some(carrier),
            Ok(carrier) => slot.next = Some(carrier),
            Err(error) => {
                slot.told_fault = true;
                (self.tell)(RelayEvent::Fault { source, fault: format!("the system gives no thread for it: {error}") });
                self.supervisor.handle((self.order.clock)().mono, Heard::Fault { source });
            }
        }
    }

    /// Fills the ring, up to the last frame of the relay.
    fn fill(&mut self) {
        let piece = (self.order.rate_hz as usize / PIECES_PER_SECOND).max(1);
        loop {
            let left = self.end().map_or(u64::MAX, |end| end.saturating_sub(self.written));
            if left == 0 {
                self.state.finish(self.written);
                return;
            }
            let frames = piece.min(usize::try_from(left).unwrap_or(usize::MAX));
            if self.ring.slots() / CHANNELS < frames {
                return;
            }
            self.write(frames);
        }
    }

    /// The number of frames to be written in all; none before it began to sound.
    fn end(&self) -> Option<u64> {
        let begun = self.state.begun()?;
        Some((begun + self.order.frames).saturating_sub(self.state.missed()))
    }

    /// Writes one piece: of every source so much is taken, of one it is heard.
    fn write(&mut self, frames: usize) {
        let current = self.supervisor.current();
        let below = self.order.relay.limits.silence_below();
        let (mut mixed, mut sound) = (vec![0.0; frames * CHANNELS], vec![0.0; frames * CHANNELS]);
        let mut heard = (0, false);
        for (source, slot) in self.slots.iter_mut().enumerate() {
            let Some(carrier) = &mut slot.carrier else { continue };
            let taken = carrier.take(&mut sound);
            if taken == 0 {
                continue;
            }
            let sound = &sound[..taken * CHANNELS];
            slot.loud = root_mean_square(sound) >= below;
            if source == current {
                heard = (taken, slot.loud);
                add(&mut mixed, sound, &mut self.rising);
            } else if let Some((_, ramp)) = self.leaving.as_mut().filter(|(leaving, _)| *leaving == source) {
                add(&mut mixed, sound, ramp);
            }
        }
        if self.leaving.is_some_and(|(_, ramp)| ramp.remaining() == 0) {
            self.leaving = None;
        }
        let (taken, loud) = heard;
        if taken > 0 && self.rising == Ramp::steady(0.0) {
            // The very first sound.
            self.rising = Ramp::steady(1.0);
        }
        self.note(Carried::Sound { source: current, silent: !loud }, taken as u64);
        self.note(Carried::Lost, (frames - taken) as u64);
        mixed.iter_mut().for_each(|sample| *sample *= self.order.gain);
        // There is room: it was asked before.
        let _ = self.ring.push_entire_slice(&mixed);
        self.written += frames as u64;
    }

    fn note(&mut self, what: Carried, frames: u64) {
        match self.runs.back_mut() {
            _ if frames == 0 => {}
            Some((last, count)) if *last == what => *count += frames,
            _ => self.runs.push_back((what, frames)),
        }
    }

    /// Accounts for what was taken out of the ring since it began to sound.
    fn fold(&mut self) {
        let begun = self.state.begun().unwrap_or(u64::MAX);
        let taken = self.state.taken();
        while let Some((what, frames)) = self.runs.front_mut() {
            // What was written before the beginning was heard by nobody.
            let unheard = begun.min(taken).saturating_sub(self.folded);
            let now = if unheard > 0 { unheard } else { taken.saturating_sub(self.folded) }.min(*frames);
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
        let (reconnects, falls) = (self.supervisor.reconnects(), self.supervisor.falls());
        let account = self.tally.account(&self.names, self.order.rate_hz, reconnects, falls);
        *self.account.lock().unwrap_or_else(PoisonError::into_inner) = account;
    }
}

fn add(mixed: &mut [f32], sound: &[f32], ramp: &mut Ramp) {
    for (target, frame) in mixed.chunks_exact_mut(CHANNELS).zip(sound.chunks_exact(CHANNELS)) {
        let gain = ramp.next_gain();
        target.iter_mut().zip(frame).for_each(|(sum, sample)| *sum += sample * gain);
    }
}

fn root_mean_square(sound: &[f32]) -> f32 {
    (sound.iter().map(|sample| sample * sample).sum::<f32>() / sound.len().max(1) as f32).sqrt()
}
