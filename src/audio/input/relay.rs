//! The sound of a relay: takes from every source that is connected, and lets one be heard.
//!
//! Where no source has anything it gives silence, so the voice has all its frames whatever the sources do.

use std::time::Duration;

use super::carrier::Carrier;
use crate::audio::frames::CHANNELS;
use crate::audio::live::{LiveSource, Piece};
use crate::audio::pump::ClockFn;
use crate::audio::ramp::Ramp;
use crate::domain::relay::{Account, Carried, Heard, Relay, Standing, Step, Supervisor, Tally, Trouble, Why};

/// What is written ahead of the loudspeaker.
pub const DEPTH: Duration = Duration::from_millis(400);
/// From one source to another.
const FADE: Duration = Duration::from_millis(20);

/// What is to be relayed.
#[derive(Clone)]
pub struct RelayOrder {
    /// Whom.
    pub relay: Relay,
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
    /// Whether it ends what [`RelayEvent::trouble`] told: the first source is heard again, or one sounds where none did.
    #[must_use]
    pub const fn is_back(&self) -> bool {
        matches!(self, Self::Switched { to: 0, why: Why::Returned, .. } | Self::SoundsAgain)
    }

    /// What of it goes into the log of incidents: that another source had to step in, and that none sounds.
    #[must_use]
    pub fn trouble(&self, relay: &Relay) -> Option<Trouble> {
        let name = |source: &usize| relay.sources.get(*source).map_or_else(String::new, ToString::to_string);
        match self {
            Self::Switched { from, to, why: why @ (Why::Stalled | Why::Silent) } => {
                Some(Trouble::SteppedIn { from: name(from), to: name(to), silent: *why == Why::Silent })
            }
            Self::NothingSounds => Some(Trouble::NothingSounds),
            Self::Switched { why: Why::Returned, .. }
            | Self::Connected { .. }
            | Self::Fault { .. }
            | Self::SoundsAgain => None,
        }
    }
}

/// Hears what happens to a relay. Must not block.
pub type TellFn = Box<dyn Fn(RelayEvent) + Send>;

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

/// The sound of a relay. See the module.
pub struct RelaySource {
    order: RelayOrder,
    tell: TellFn,
    supervisor: Supervisor,
    slots: Vec<Slot>,
    names: Vec<(String, bool)>,
    /// The gain of the source that is heard, and of the one before while it fades.
    rising: Ramp,
    leaving: Option<(usize, Ramp)>,
    /// Whether nobody has said yet that nothing sounds.
    sounding: bool,
    /// What one source gave of the piece at hand.
    scratch: Vec<f32>,
}

impl RelaySource {
    /// A relay that has no source connected yet; `tell` hears everything that happens.
    #[must_use]
    pub fn new(order: RelayOrder, tell: TellFn) -> Self {
        let sources = &order.relay.sources;
        let names: Vec<_> = sources.iter().map(|source| (source.to_string(), source.carries())).collect();
        let supervisor = Supervisor::new(order.relay.limits, sources.len(), (order.clock)().mono);
        let slots = sources.iter().map(|_| Slot::default()).collect();
        let rising = Ramp::steady(0.0);
        Self { order, tell, supervisor, slots, names, rising, leaving: None, sounding: true, scratch: Vec::new() }
    }

    /// Tells the supervisor, and whoever listens, what has become of the sources.
    fn hear(&mut self, now: Duration) {
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
            Step::NothingSounds => {
                self.sounding = false;
                (self.tell)(RelayEvent::NothingSounds);
            }
            Step::SoundsAgain => {
                self.sounding = true;
                (self.tell)(RelayEvent::SoundsAgain);
            }
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
}

impl LiveSource for RelaySource {
    fn look(&mut self) {
        let now = (self.order.clock)().mono;
        self.hear(now);
        while let Some(step) = self.supervisor.poll(now) {
            self.act(step);
        }
    }

    fn sounds(&mut self) -> bool {
        self.slots.iter_mut().any(|slot| slot.carrier.as_mut().is_some_and(Carrier::primed))
    }

    /// Of every source so much is taken, of one it is heard.
    fn write(&mut self, block: &mut [f32]) -> Piece {
        let current = self.supervisor.current();
        let below = self.order.relay.limits.silence_below();
        block.fill(0.0);
        self.scratch.resize(block.len(), 0.0);
        let mut heard = (0, false);
        for (source, slot) in self.slots.iter_mut().enumerate() {
            let Some(carrier) = &mut slot.carrier else { continue };
            let taken = carrier.take(&mut self.scratch);
            if taken == 0 {
                continue;
            }
            let sound = &self.scratch[..taken * CHANNELS];
            slot.loud = root_mean_square(sound) >= below;
            if source == current {
                heard = (taken, slot.loud);
                add(block, sound, &mut self.rising);
            } else if let Some((_, ramp)) = self.leaving.as_mut().filter(|(leaving, _)| *leaving == source) {
                add(block, sound, ramp);
            }
        }
        if self.leaving.is_some_and(|(_, ramp)| ramp.remaining() == 0) {
            self.leaving = None;
        }
        let (frames, loud) = heard;
        if frames > 0 && self.rising == Ramp::steady(0.0) {
            // The very first sound.
            self.rising = Ramp::steady(1.0);
        }
        block.iter_mut().for_each(|sample| *sample *= self.order.gain);
        Piece { what: Carried::Sound { source: current, silent: !loud }, frames }
    }

    fn sources(&self) -> usize {
        self.names.len()
    }

    fn account(&self, tally: &Tally) -> Account {
        let (reconnects, falls) = (self.supervisor.reconnects(), self.supervisor.falls());
        tally.account(&self.names, self.order.rate_hz, reconnects, falls)
    }

    fn standing(&self, account: &Account) -> Option<Standing> {
        let place = self.supervisor.current();
        let (source, _) = self.names.get(place)?;
        Some(Standing { source: source.clone(), place, sounds: self.sounding, account: account.clone() })
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
