//! The amplifier or transmitter of a zone: on in time to be warm, on through what follows closely, off after the tail, and
//! never left on.
//!
//! Pure: told the monotonic time, the broadcasts that are due and what the switch answers; asked for what to do
//! ([`Amplifier::poll_effect`]) and when to look again ([`Amplifier::poll_timeout`]). Whether sound may begin is
//! [`Amplifier::is_ready`]; a switch that fails is an alarm, and never a reason to keep the programme back.

mod switch;

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use switch::{
    CommandSwitch, GpioLine, GpioSwitch, HttpConfirm, HttpSignIn, HttpSwitch, Method, Switch, power_word, shown,
};

/// How often a switch is asked before it is an alarm.
pub const TRIES_MAX: u32 = 3;
/// It is ordered on so much earlier than it would have to be: what wakes up late, or a program that is slow to start, shall not hold
/// up a start.
const MARGIN: Duration = Duration::from_secs(1);
/// The least wait before a switch that failed is tried again.
const AGAIN_MIN: Duration = Duration::from_millis(100);
/// The longest wait between two orders to switch off: it is ordered until it is done.
pub const OFF_AGAIN_MAX: Duration = Duration::from_secs(60);

/// How an amplifier is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmplifierSettings {
    /// From power to full sound.
    pub warm_up: Duration,
    /// How long it stays on after the last sound.
    pub tail: Duration,
    /// It is not switched off for a pause shorter than this, tail included.
    pub pause_min: Duration,
    /// How long the switch may take to answer.
    pub answer_within: Duration,
}

impl AmplifierSettings {
    /// From the first order until it is warm, with every try that a switch may need.
    fn patience(&self) -> Duration {
        self.answer_within * TRIES_MAX + self.again() * (TRIES_MAX - 1) + self.warm_up
    }

    /// The wait before the next try.
    fn again(&self) -> Duration {
        (self.answer_within / 4).max(AGAIN_MIN)
    }
}

/// When sound is due in its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing is due that is known of.
    None,
    /// Sound begins then.
    From(Duration),
    /// Something sounds now.
    Sounding,
}

/// When an amplifier is warm, by monotonic time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warmth {
    /// It is on, and is or will be warm then.
    At(Duration),
    /// Its switch has not answered yet; by then it has had every chance.
    By(Duration),
    /// It is off or fails: there is nothing to wait for.
    Unasked,
}

/// What the switch answers to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is done, and was seen to be.
    Done,
    /// It could not be done.
    Failed,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmplifierEffect {
    /// Switch it; [`Amplifier::answered`] hears what came of it.
    Switch {
        /// Which order this is, counted up.
        order: u64,
        /// On, or off.
        on: bool,
    },
    /// It did not switch: somebody must look.
    Raise {
        /// What it should have become.
        on: bool,
    },
    /// It switches again.
    Clear,
}

/// Why it is to be looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmplifierTimeout {
    /// It must go on, to be warm in time.
    Due,
    /// The switch has not answered.
    Answer,
    /// It is warm then.
    Warm,
    /// What it is on for begins, or is not needed any more.
    Start,
    /// Its tail is over.
    Tail,
    /// The switch is tried again.
    Again,
}

/// How an amplifier stands, for people to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerState {
    /// Not known: it has not been switched since the station came up, or its switch does not work.
    Unknown,
    /// Off.
    Off,
    /// It was ordered on and has not said yet that it is.
    SwitchingOn,
    /// On, and not warm yet.
    Warming,
    /// On and warm.
    On,
    /// It was ordered off and has not said yet that it is.
    SwitchingOff,
}

impl fmt::Display for PowerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "not known",
            Self::Off => "off",
            Self::SwitchingOn => "switching on",
            Self::Warming => "warming up",
            Self::On => "on",
            Self::SwitchingOff => "switching off",
        })
    }
}

/// What is known of the power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    /// Not known: after a start, and from an order until its switch says that it is done. It is ordered off then, as if it
    /// were on.
    Unknown,
    Off,
    /// On since then.
    On {
        since: Duration,
    },
}

/// An order that has no answer yet, or whose next try is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    None,
    Waiting { order: u64, on: bool, until: Duration, tries: u32 },
    Again { on: bool, at: Duration, tries: u32 },
}

impl Order {
    /// It, if it waits for the answer to the order of this number.
    const fn of(self, number: u64) -> Self {
        match self {
            Self::Waiting { order, .. } if order == number => self,
            Self::Waiting { .. } | Self::Again { .. } | Self::None => Self::None,
        }
    }
}

/// The amplifier of a zone.
#[derive(Debug, Clone)]
pub struct Amplifier {
    settings: AmplifierSettings,
    need: Need,
    power: Power,
    order: Order,
    /// Orders given so far.
    orders: u64,
    /// When it was first asked to become what it is asked to be now.
    asked_at: Duration,
    /// When sound was last heard; none if nothing that was heard keeps it on any more.
    quiet_since: Option<Duration>,
    /// What somebody was told that it cannot be switched to; none while it works.
    raised: Option<bool>,
    effects: VecDeque<AmplifierEffect>,
}

impl Amplifier {
    /// After a start nobody knows whether a crash has left it on: it is ordered off, unless it is needed.
    #[must_use]
    pub const fn new(settings: AmplifierSettings) -> Self {
        let (need, power, order) = (Need::None, Power::Unknown, Order::None);
        let effects = VecDeque::new();
        let asked_at = Duration::ZERO;
        Self { settings, need, power, order, orders: 0, asked_at, quiet_since: None, raised: None, effects }
    }

    /// What is due now. Told whenever it changes.
    pub fn needed(&mut self, now: Duration, need: Need) {
        if self.need == Need::Sounding && need != Need::Sounding {
            self.quiet_since = Some(now);
        }
        self.need = need;
        self.look(now);
    }

    /// Nothing that was heard keeps it on any longer: it goes off at once, unless it is needed.
    pub fn end_tail(&mut self, now: Duration) {
        self.quiet_since = None;
        self.look(now);
    }

    /// What came of an order. One that nobody waits for any more was given up: its answer says nothing of the one after it.
    pub fn answered(&mut self, now: Duration, order: u64, answer: Answer) {
        let Order::Waiting { on, tries, .. } = self.order.of(order) else { return };
        match answer {
            Answer::Done => {
                self.order = Order::None;
                self.power = if on { Power::On { since: now } } else { Power::Off };
                if self.raised.take().is_some() {
                    self.effects.push_back(AmplifierEffect::Clear);
                }
            }
            Answer::Failed => self.failed(now, on, tries),
        }
        self.look(now);
    }

    /// It is looked at again: a deadline of [`Amplifier::poll_timeout`] has come.
    pub fn look(&mut self, now: Duration) {
        if let Order::Waiting { on, until, tries, .. } = self.order
            && until <= now
        {
            self.failed(now, on, tries);
        }
        let wanted = self.is_wanted(now);
        match self.order {
            // The other way round is asked at once; what was asked is given up.
            Order::Waiting { on, .. } | Order::Again { on, .. } if on != wanted => self.ask(now, wanted, 1),
            Order::Again { on, at, tries } if at <= now => self.ask(now, on, tries + 1),
            Order::Waiting { .. } | Order::Again { .. } => {}
            Order::None => match (wanted, self.power) {
                (true, Power::Off | Power::Unknown) | (false, Power::On { .. } | Power::Unknown) => {
                    self.ask(now, wanted, 1);
                }
                (true, Power::On { .. }) | (false, Power::Off) => {}
            },
        }
    }

    /// What is to be done next.
    pub fn poll_effect(&mut self) -> Option<AmplifierEffect> {
        self.effects.pop_front()
    }

    /// When it is to be looked at again, and why; never if only something new can change anything.
    #[must_use]
    pub fn poll_timeout(&self, now: Duration) -> Option<(Duration, AmplifierTimeout)> {
        let order = match self.order {
            Order::Waiting { until, .. } => Some((until, AmplifierTimeout::Answer)),
            Order::Again { at, .. } => Some((at, AmplifierTimeout::Again)),
            Order::None => None,
        };
        let turn = match (self.is_wanted(now), self.need) {
            (false, Need::From(start)) => Some((self.on_at(start), AmplifierTimeout::Due)),
            (true, Need::None) => self.off_at().map(|at| (at, AmplifierTimeout::Tail)),
            (true, Need::From(start)) if self.on_at(start) > now && !self.is_bridged(start) => {
                self.off_at().map(|at| (at, AmplifierTimeout::Tail))
            }
            (true, need) => {
                let warm = self.warm_at().map(|at| (at, AmplifierTimeout::Warm));
                let start = match need {
                    Need::From(start) => Some((start, AmplifierTimeout::Start)),
                    Need::None | Need::Sounding => None,
                };
                warm.into_iter().chain(start).filter(|(at, _)| *at > now).min_by_key(|(at, _)| *at)
            }
            (false, _) => None,
        };
        order.into_iter().chain(turn).min_by_key(|(at, _)| *at)
    }

    /// Whether sound may begin: it is on and warm. Where it does not say so in time, the programme begins all the same.
    #[must_use]
    pub fn is_ready(&self, now: Duration) -> bool {
        self.warm_at().is_some_and(|at| at <= now)
    }

    /// When it is warm. What begins by itself waits for it and no longer; not at all where the switch is known to fail.
    #[must_use]
    pub fn warmth(&self) -> Warmth {
        match (self.warm_at(), self.order) {
            (Some(at), _) => Warmth::At(at),
            (None, Order::Waiting { on: true, .. } | Order::Again { on: true, .. }) if self.raised != Some(true) => {
                Warmth::By(self.asked_at + self.settings.patience())
            }
            (None, Order::Waiting { .. } | Order::Again { .. } | Order::None) => Warmth::Unasked,
        }
    }

    /// How long before a start it is ordered on: early enough that the switch may take its time, with every try.
    #[must_use]
    pub fn lead(&self) -> Duration {
        self.settings.patience() + MARGIN
    }

    /// Whether it is off, or somebody has been told that it cannot be switched off.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        match self.order {
            Order::Waiting { on, .. } | Order::Again { on, .. } => !on && self.raised == Some(false),
            Order::None => self.power == Power::Off,
        }
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self, now: Duration) -> PowerState {
        match (self.order, self.power) {
            (Order::Waiting { on: true, .. } | Order::Again { on: true, .. }, _) => PowerState::SwitchingOn,
            (Order::Waiting { on: false, .. } | Order::Again { on: false, .. }, _) => PowerState::SwitchingOff,
            (Order::None, Power::Unknown) => PowerState::Unknown,
            (Order::None, Power::Off) => PowerState::Off,
            (Order::None, Power::On { .. }) if self.is_ready(now) => PowerState::On,
            (Order::None, Power::On { .. }) => PowerState::Warming,
        }
    }

    fn warm_at(&self) -> Option<Duration> {
        match self.power {
            Power::On { since } => Some(since + self.settings.warm_up),
            Power::Off | Power::Unknown => None,
        }
    }

    fn on_at(&self, start: Duration) -> Duration {
        start.saturating_sub(self.lead())
    }

    fn off_at(&self) -> Option<Duration> {
        self.quiet_since.map(|since| since + self.settings.tail)
    }

    /// Whether it shall be on. Through a short pause it stays on, but is not put on for one.
    fn is_wanted(&self, now: Duration) -> bool {
        match self.need {
            Need::Sounding => true,
            Need::None => self.is_kept(now),
            Need::From(start) => self.on_at(start) <= now || self.is_bridged(start) || self.is_kept(now),
        }
    }

    /// Whether it is on, and so little lies between the last sound and the next that it stays so.
    fn is_bridged(&self, start: Duration) -> bool {
        let short = |since: Duration| start.saturating_sub(since) < self.settings.pause_min;
        matches!(self.power, Power::On { .. }) && self.quiet_since.is_some_and(short)
    }

    /// Whether the tail of what sounded keeps it on.
    fn is_kept(&self, now: Duration) -> bool {
        matches!(self.power, Power::On { .. }) && self.off_at().is_some_and(|at| now < at)
    }

    fn ask(&mut self, now: Duration, on: bool, tries: u32) {
        if tries == 1 {
            self.asked_at = now;
        }
        self.orders += 1;
        let order = self.orders;
        self.order = Order::Waiting { order, on, until: now + self.settings.answer_within, tries };
        self.power = Power::Unknown;
        self.effects.push_back(AmplifierEffect::Switch { order, on });
    }

    fn failed(&mut self, now: Duration, on: bool, tries: u32) {
        if tries >= TRIES_MAX && self.raised.replace(on) != Some(on) {
            self.effects.push_back(AmplifierEffect::Raise { on });
        }
        // What may be on is put off some day, however long it takes; what does not go on is tried as long as it is wanted.
        let wait = self.settings.answer_within * (1 << tries.min(6));
        let again = if tries < TRIES_MAX { self.settings.again() } else { wait.min(OFF_AGAIN_MAX) };
        self.order = Order::Again { on, at: now + again, tries };
    }
}
