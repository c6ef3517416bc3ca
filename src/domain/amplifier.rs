//! The amplifier or transmitter of a zone: on in time to be warm, on through what follows closely, off after the tail, and
//! never left on.
//!
//! Pure: told the monotonic time, the broadcasts that are due and what the switch answers; asked for what to do
//! ([`Amplifier::poll_effect`]) and when to look again ([`Amplifier::poll_timeout`]). Whether sound may begin is
//! [`Amplifier::is_ready`]; a switch that fails is an alarm, and never a reason to keep the programme back.

use std::collections::VecDeque;
use std::time::Duration;

/// How often a switch is asked before it is an alarm.
pub const TRIES_MAX: u32 = 3;
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
    /// Its tail is over.
    Tail,
    /// The switch is tried again.
    Again,
}

/// What is known of the power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    /// Not known: after a start, or after a switch that failed to put it off.
    Unknown,
    Off,
    /// On since then. Taken for on, so that it is switched off again, also when the switch did not say so.
    On {
        since: Duration,
    },
}

/// An order that has no answer yet, or whose next try is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    None,
    Waiting { on: bool, until: Duration, tries: u32 },
    Again { on: bool, at: Duration, tries: u32 },
}

/// The amplifier of a zone.
#[derive(Debug, Clone)]
pub struct Amplifier {
    settings: AmplifierSettings,
    need: Need,
    power: Power,
    order: Order,
    /// When sound was last heard or due.
    quiet_since: Duration,
    raised: bool,
    effects: VecDeque<AmplifierEffect>,
}

impl Amplifier {
    /// After a start nobody knows whether a crash has left it on: it is ordered off, unless it is needed.
    #[must_use]
    pub fn new(settings: AmplifierSettings, now: Duration) -> Self {
        let quiet_since = now.saturating_sub(settings.tail);
        let (need, power, order) = (Need::None, Power::Unknown, Order::None);
        Self { settings, need, power, order, quiet_since, raised: false, effects: VecDeque::new() }
    }

    /// What is due now. Told whenever it changes.
    pub fn needed(&mut self, now: Duration, need: Need) {
        if self.need == Need::Sounding && need != Need::Sounding {
            self.quiet_since = now;
        }
        self.need = need;
        self.look(now);
    }

    /// What came of the order that has no answer yet; an answer that nobody waits for is of an order given up, and says nothing.
    pub fn answered(&mut self, now: Duration, answer: Answer) {
        let Order::Waiting { on, tries, .. } = self.order else { return };
        match answer {
            Answer::Done => {
                self.order = Order::None;
                self.power = if on { Power::On { since: now } } else { Power::Off };
                if std::mem::take(&mut self.raised) {
                    self.effects.push_back(AmplifierEffect::Clear);
                }
            }
            Answer::Failed => self.failed(now, on, tries),
        }
        self.look(now);
    }

    /// It is looked at again: a deadline of [`Amplifier::poll_timeout`] has come.
    pub fn look(&mut self, now: Duration) {
        if let Order::Waiting { on, until, tries } = self.order
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
            (true, Need::None) => Some((self.off_at(), AmplifierTimeout::Tail)),
            (true, Need::From(start)) if self.on_at(start) > now && !self.is_bridged(start) => {
                Some((self.off_at(), AmplifierTimeout::Tail))
            }
            (true, _) => self.warm_at().filter(|at| *at > now).map(|at| (at, AmplifierTimeout::Warm)),
            (false, _) => None,
        };
        order.into_iter().chain(turn).min_by_key(|(at, _)| *at)
    }

    /// Whether sound may begin: it is on and warm. Where it does not say so in time, the programme begins all the same.
    #[must_use]
    pub fn is_ready(&self, now: Duration) -> bool {
        self.warm_at().is_some_and(|at| at <= now)
    }

    fn warm_at(&self) -> Option<Duration> {
        match self.power {
            Power::On { since } => Some(since + self.settings.warm_up),
            Power::Off | Power::Unknown => None,
        }
    }

    /// Early enough that the switch may take its time, with every try.
    fn on_at(&self, start: Duration) -> Duration {
        start.saturating_sub(self.settings.warm_up + self.settings.answer_within * TRIES_MAX)
    }

    fn off_at(&self) -> Duration {
        self.quiet_since + self.settings.tail
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
        let pause = start.saturating_sub(self.quiet_since);
        matches!(self.power, Power::On { .. }) && pause < self.settings.pause_min
    }

    /// Whether the tail of what sounded keeps it on.
    fn is_kept(&self, now: Duration) -> bool {
        matches!(self.power, Power::On { .. }) && now < self.off_at()
    }

    fn ask(&mut self, now: Duration, on: bool, tries: u32) {
        self.order = Order::Waiting { on, until: now + self.settings.answer_within, tries };
        if on && !matches!(self.power, Power::On { .. }) {
            self.power = Power::Unknown;
        }
        self.effects.push_back(AmplifierEffect::Switch { on });
    }

    fn failed(&mut self, now: Duration, on: bool, tries: u32) {
        if tries >= TRIES_MAX && !std::mem::replace(&mut self.raised, true) {
            self.effects.push_back(AmplifierEffect::Raise { on });
        }
        // What may be on is put off some day, however long it takes; what does not go on is tried as long as it is wanted.
        let wait = self.settings.answer_within * (1 << tries.min(6));
        let again = if tries < TRIES_MAX { self.settings.answer_within / 4 } else { wait.min(OFF_AGAIN_MAX) };
        self.order = Order::Again { on, at: now + again.max(Duration::from_millis(100)), tries };
    }
}
