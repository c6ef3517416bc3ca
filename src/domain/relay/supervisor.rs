//! Which source of a relay is heard, which are kept connected, and when somebody is told.
//!
//! A stall is "no decodable sound for so long", never the state of a socket. The rules, in their order:
//!
//! 1. A source that gives nothing for the stall limit is disconnected, and connected anew after a pause that grows.
//! 2. When the source that is heard gives nothing, or nothing but silence, for its limit, the first other one that sounds
//!    right now takes its place. If none does, it stays.
//! 3. An earlier source that has sounded without a break for [`STEADY`] is gone back to.
//! 4. Sources after the one that is heard are connected as soon as that one gives cause for worry, so that they sound when
//!    they are needed, and let go when it has been well for [`CALM`].

use std::time::Duration;

use super::Limits;

/// So long without a break a source must sound before it is gone back to, and before its past failures are forgotten.
pub const STEADY: Duration = Duration::from_secs(5);
/// The longest pause inside sound that is still without a break: between two sentences.
pub const BREATH: Duration = Duration::from_secs(2);
/// A source sounds right now if it gave something within this.
pub const FRESH: Duration = Duration::from_millis(500);
/// So long without sound, or half the stall limit, and the sources that come after are connected.
pub const WORRY: Duration = Duration::from_secs(1);
/// So long without a worry, and the sources that come after are let go.
pub const CALM: Duration = Duration::from_secs(10);
/// A source that was just connected may take so long until it sounds, or the stall limit if that is longer.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// Pauses before a source is connected anew, by how often in a row it failed; the last one holds for all that follow.
pub const PAUSES: [Duration; 7] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
    Duration::from_secs(30),
];

/// What is told to the supervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A connected source has sound to give; `loud` says that it is above the threshold.
    Sound {
        /// Which source.
        source: usize,
        /// Above the threshold.
        loud: bool,
    },
    /// A source that was being connected, or was, is no longer.
    Fault {
        /// Which source.
        source: usize,
    },
}

/// Why another source is heard now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The one before gave nothing for the stall limit.
    Stalled,
    /// The one before gave nothing but silence for its limit.
    Silent,
    /// An earlier source is sound again.
    Returned,
}

/// What shall be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Connect this source.
    Connect(usize),
    /// Let this source go.
    Disconnect(usize),
    /// From now on this source is heard.
    Switch {
        /// The one before.
        from: usize,
        /// The one from now on.
        to: usize,
        /// Why.
        why: Why,
    },
    /// Nothing sounds, of no source; said once, until something does again.
    NothingSounds,
    /// Something sounds again after [`Step::NothingSounds`].
    SoundsAgain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Down { until: Duration },
    Up { since: Duration },
}

/// What is known of one source.
#[derive(Debug, Clone, Copy)]
struct State {
    link: Link,
    /// Failures in a row.
    failures: usize,
    /// Whether the last link ended by itself, so that the next one is a reconnection.
    broke: bool,
    /// Last sound, of whichever link.
    sound: Option<Duration>,
    /// Last sound above the threshold.
    loud: Option<Duration>,
    /// Beginning of the sound that has had no break since.
    unbroken: Option<Duration>,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Supervisor {
    limits: Limits,
    sources: Vec<State>,
    current: usize,
    /// When the current one was chosen: what it did before does not count.
    chosen: Duration,
    /// Last time that the current one gave cause for worry.
    worried: Option<Duration>,
    told_nothing: bool,
    reconnects: u32,
    falls: u32,
}

impl Supervisor {
    /// A chain of `sources` sources, at least one, of which none is connected yet.
    #[must_use]
    pub fn new(limits: Limits, sources: usize, now: Duration) -> Self {
        let state = State {
            link: Link::Down { until: now },
            failures: 0,
            broke: false,
            sound: None,
            loud: None,
            unbroken: None,
        };
        Self {
            limits,
            sources: vec![state; sources.max(1)],
            current: 0,
            chosen: now,
            worried: None,
            told_nothing: false,
            reconnects: 0,
            falls: 0,
        }
    }

    /// The source that is heard.
    #[must_use]
    pub const fn current(&self) -> usize {
        self.current
    }

    /// Connections made anew after one that broke or stalled.
    #[must_use]
    pub const fn reconnects(&self) -> u32 {
        self.reconnects
    }

    /// Times that a later source stepped in.
    #[must_use]
    pub const fn falls(&self) -> u32 {
        self.falls
    }

    /// Takes note. A source that is not connected, or does not exist, is passed over.
    pub fn handle(&mut self, now: Duration, heard: Heard) {
        let (Heard::Sound { source, .. } | Heard::Fault { source }) = heard;
        let Some(state) = self.sources.get_mut(source) else { return };
        if matches!(state.link, Link::Down { .. }) {
            return;
        }
        match heard {
            Heard::Fault { .. } => state.fail(now),
            Heard::Sound { loud, .. } => state.hear(now, loud),
        }
    }

    /// The next thing to do at `now`; none when all is done. To be asked until there is none, a hundred times a second.
    pub fn poll(&mut self, now: Duration) -> Option<Step> {
        let worry = self.worry(now);
        if worry {
            self.worried = Some(now);
        }
        self.give_up(now).or_else(|| self.switch(now)).or_else(|| self.tell(now)).or_else(|| self.connect(now))
    }

    /// Rule 1.
    fn give_up(&mut self, now: Duration) -> Option<Step> {
        let stall = self.limits.stall;
        let source = self.sources.iter().position(|state| match (state.link, state.sound) {
            (Link::Down { .. }, _) => false,
            (Link::Up { since }, Some(sound)) if sound >= since => now.saturating_sub(sound) >= stall,
            (Link::Up { since }, _) => now.saturating_sub(since) >= stall.max(PATIENCE),
        })?;
        self.sources[source].fail(now);
        Some(Step::Disconnect(source))
    }

    /// Rules 2 and 3.
    fn switch(&mut self, now: Duration) -> Option<Step> {
        let (to, why) = match self.fault(now) {
            Some(why) => {
                let fit = |source: &usize| *source != self.current && self.sources[*source].sounds(now);
                (0..self.sources.len()).find(fit).map(|to| (to, why))?
            }
            None => {
                let steady = |source: &usize| self.sources[*source].is_steady(now);
                (0..self.current).find(steady).map(|to| (to, Why::Returned))?
            }
        };
        let from = std::mem::replace(&mut self.current, to);
        // Whatever it gives from now on must prove itself anew.
        self.sources[from].unbroken = None;
        self.chosen = now;
        self.worried = None;
        self.falls += u32::from(to > from);
        Some(Step::Switch { from, to, why })
    }

    /// What is wrong with the source that is heard.
    fn fault(&self, now: Duration) -> Option<Why> {
        let state = &self.sources[self.current];
        if self.since(now, state.sound) >= self.limits.stall {
            return Some(Why::Stalled);
        }
        // Nothing at all is not silence: whether it is a stall will show.
        let flows = self.since(now, state.sound) <= FRESH;
        (flows && self.since(now, state.loud) >= self.limits.silence).then_some(Why::Silent)
    }

    /// How long ago `last` was, or the choice of the current source if that is later.
    fn since(&self, now: Duration, last: Option<Duration>) -> Duration {
        now.saturating_sub(last.unwrap_or_default().max(self.chosen))
    }

    fn worry(&self, now: Duration) -> bool {
        let state = &self.sources[self.current];
        self.since(now, state.sound) >= WORRY.min(self.limits.stall / 2)
            || self.since(now, state.loud) >= self.limits.silence / 2
    }

    /// Tells once that nothing sounds, and once that something does again.
    fn tell(&mut self, now: Duration) -> Option<Step> {
        let nothing = self.fault(now).is_some();
        if nothing == self.told_nothing {
            return None;
        }
        let sounds = self.sources[self.current].sounds(now);
        // Between the two lies neither: a source just chosen that has not sounded yet.
        if !nothing && !sounds {
            return None;
        }
        self.told_nothing = nothing;
        Some(if nothing { Step::NothingSounds } else { Step::SoundsAgain })
    }

    /// Rule 4, and the earlier sources, which are always wanted.
    fn connect(&mut self, now: Duration) -> Option<Step> {
        let worried = self.worried.is_some_and(|at| now.saturating_sub(at) < CALM);
        for source in 0..self.sources.len() {
            let wanted = source <= self.current || worried;
            let state = &mut self.sources[source];
            match state.link {
                Link::Down { until } if wanted && until <= now => {
                    *state = State { link: Link::Up { since: now }, unbroken: None, ..*state };
                    self.reconnects += u32::from(std::mem::take(&mut state.broke));
                    return Some(Step::Connect(source));
                }
                Link::Up { .. } if !wanted => {
                    *state = State { link: Link::Down { until: now }, unbroken: None, ..*state };
                    return Some(Step::Disconnect(source));
                }
                _ => {}
            }
        }
        None
    }
}

impl State {
    fn fail(&mut self, now: Duration) {
        let pause = PAUSES[self.failures.min(PAUSES.len() - 1)];
        self.failures = (self.failures + 1).min(PAUSES.len());
        self.link = Link::Down { until: now + pause };
        self.broke = true;
        self.unbroken = None;
    }

    fn hear(&mut self, now: Duration, loud: bool) {
        self.sound = Some(now);
        if !loud {
            return;
        }
        if self.loud.is_none_or(|last| now.saturating_sub(last) > BREATH) {
            self.unbroken = None;
        }
        self.loud = Some(now);
        self.unbroken.get_or_insert(now);
        if self.is_steady(now) {
            self.failures = 0;
        }
    }

    const fn is_up(&self) -> bool {
        matches!(self.link, Link::Up { .. })
    }

    /// Whether there is something to hear right now.
    fn sounds(&self, now: Duration) -> bool {
        let within = |last: Option<Duration>, limit| last.is_some_and(|last| now.saturating_sub(last) <= limit);
        self.is_up() && within(self.sound, FRESH) && within(self.loud, BREATH)
    }

    fn is_steady(&self, now: Duration) -> bool {
        self.sounds(now) && self.unbroken.is_some_and(|since| now.saturating_sub(since) >= STEADY)
    }
}
