//! The rules by which a source is heard, against sources that come and go at random.

use std::time::Duration;

use loa::domain::relay::{Heard, Limits, PAUSES, STEADY, Step, Supervisor, Why};

const TICK: Duration = Duration::from_millis(10);
/// From connecting to the first sound.
const DELAY: Duration = Duration::from_millis(300);

fn limits(stall: Duration, silence: Duration) -> Limits {
    Limits { stall, silence_dbfs: -50.0, silence }
}

/// What a source really does from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Sounds,
    Silent,
    /// Takes connections and sends nothing.
    Stalls,
    /// Takes no connection, and breaks those it has.
    Dead,
}

/// A supervisor among sources of which the last always sounds.
struct World {
    supervisor: Supervisor,
    limits: Limits,
    now: Duration,
    truths: Vec<Truth>,
    since: Vec<Duration>,
    linked: Vec<Option<Duration>>,
    connects: Vec<u32>,
    /// Last sound that was heard, and last sound above the threshold.
    heard: Duration,
    loud: Duration,
    told: Vec<(Duration, Step)>,
}

impl World {
    fn new(limits: Limits, sources: usize) -> Self {
        let now = Duration::from_secs(1000);
        Self {
            supervisor: Supervisor::new(limits, sources, now),
            limits,
            now,
            truths: vec![Truth::Sounds; sources],
            since: vec![now; sources],
            linked: vec![None; sources],
            connects: vec![0; sources],
            heard: now,
            loud: now,
            told: Vec::new(),
        }
    }

    fn turn(&mut self, source: usize, truth: Truth) {
        if self.truths[source] != truth {
            (self.truths[source], self.since[source]) = (truth, self.now);
        }
    }

    fn tick(&mut self) {
        self.now += TICK;
        for source in 0..self.truths.len() {
            let Some(since) = self.linked[source] else { continue };
            match self.truths[source] {
                Truth::Dead => {
                    self.linked[source] = None;
                    self.supervisor.handle(self.now, Heard::Fault { source });
                }
                Truth::Sounds | Truth::Silent if self.now - since >= DELAY => {
                    let loud = self.truths[source] == Truth::Sounds;
                    self.supervisor.handle(self.now, Heard::Sound { source, loud });
                    if source == self.supervisor.current() {
                        self.heard = self.now;
                        self.loud = if loud { self.now } else { self.loud };
                    }
                }
                _ => {}
            }
        }
        let mut steps = 0;
        while let Some(step) = self.supervisor.poll(self.now) {
            steps += 1;
            assert!(steps < 50, "it never rests: {step:?}");
            match step {
                Step::Connect(source) => {
                    assert!(self.linked[source].is_none(), "{source} is connected twice");
                    self.linked[source] = Some(self.now);
                    self.connects[source] += 1;
                }
                Step::Disconnect(source) => {
                    assert!(self.linked[source].take().is_some(), "{source} is not connected");
                }
                Step::Switch { from, to, .. } => {
                    assert_ne!(from, to);
                    assert!(self.linked[to].is_some(), "{to} is heard without a connection");
                    // What is switched to has its cushion to give.
                    (self.heard, self.loud) = (self.now, self.now);
                }
                Step::NothingSounds | Step::SoundsAgain => {}
            }
            self.told.push((self.now, step));
        }
    }

    fn run(&mut self, length: Duration) {
        let end = self.now + length;
        while self.now < end {
            self.tick();
        }
    }

    fn switches(&self) -> Vec<(Duration, usize, usize, Why)> {
        let switch = |(at, step): &(Duration, Step)| match *step {
            Step::Switch { from, to, why } => Some((*at, from, to, why)),
            _ => None,
        };
        self.told.iter().filter_map(switch).collect()
    }
}

/// The promise: with one source that always sounds, nobody waits longer than the limit and a tenth of a second for sound.
#[test]
fn silence_never_lasts_longer_than_the_limit_and_a_tenth_of_a_second() {
    let truths = [Truth::Sounds, Truth::Sounds, Truth::Silent, Truth::Stalls, Truth::Dead];
    for seed in 0..400 {
        let mut random = fastrand::Rng::with_seed(seed);
        let stall = Duration::from_millis(random.u64(1_000..8_000));
        let silence = Duration::from_millis(random.u64(2_000..20_000));
        let sources = random.usize(2..=4);
        let mut world = World::new(limits(stall, silence), sources);
        let end = world.now + Duration::from_secs(300);
        while world.now < end {
            if random.u32(0..400) == 0 {
                world.turn(random.usize(0..sources - 1), truths[random.usize(0..truths.len())]);
            }
            world.tick();
            let margin = Duration::from_millis(100);
            let (gap, quiet) = (world.now - world.heard, world.now - world.loud);
            assert!(gap <= world.limits.stall + margin, "seed {seed}: {gap:?} without sound, limit {stall:?}");
            let most = world.limits.silence + world.limits.stall + margin;
            assert!(quiet <= most, "seed {seed}: {quiet:?} of silence, limits {stall:?} and {silence:?}");
        }
    }
}

#[test]
fn the_first_source_is_heard_again_once_it_has_sounded_for_a_while_and_never_before() {
    let truths = [Truth::Sounds, Truth::Silent, Truth::Stalls, Truth::Dead];
    for seed in 0..300 {
        let mut random = fastrand::Rng::with_seed(seed);
        let limits = limits(Duration::from_secs(5), Duration::from_secs(10));
        let mut world = World::new(limits, 3);
        for _ in 0..random.u32(1..40) {
            world.turn(random.usize(0..2), truths[random.usize(0..truths.len())]);
            world.run(Duration::from_millis(random.u64(10..20_000)));
        }
        for (at, from, to, why) in world.switches() {
            assert_eq!(why == Why::Returned, to < from && why == Why::Returned, "seed {seed}: {at:?}");
        }
        let switches = world.switches();
        for pair in switches.windows(2) {
            let [(fell, left, ..), (back, _, to, why)] = [pair[0], pair[1]];
            if why == Why::Returned && to == left {
                assert!(back - fell >= STEADY, "seed {seed}: went back after {:?}", back - fell);
            }
        }
        // From here on the first is well: it is heard at the latest after the longest pause, a stalled link, and a while.
        world.turn(0, Truth::Sounds);
        world.run(PAUSES[PAUSES.len() - 1] + DELAY + STEADY + Duration::from_millis(5_200));
        assert_eq!(world.supervisor.current(), 0, "seed {seed}");
    }
}

#[test]
fn a_dead_source_is_asked_ever_less_often() {
    let mut world = World::new(limits(Duration::from_secs(5), Duration::from_secs(10)), 2);
    world.turn(0, Truth::Dead);
    world.run(Duration::from_secs(3_600));
    let most = u32::try_from(PAUSES.len()).unwrap() + 3_600 / 30 + 1;
    assert!((100..=most).contains(&world.connects[0]), "{} connections in an hour", world.connects[0]);
    assert_eq!(world.supervisor.reconnects(), world.connects[0] - 1);
    assert_eq!(world.supervisor.falls(), 1);
}

#[test]
fn a_source_that_is_well_keeps_no_other_connected() {
    let mut world = World::new(limits(Duration::from_secs(5), Duration::from_secs(10)), 3);
    world.run(Duration::from_secs(600));
    assert_eq!(world.connects, [1, 0, 0]);
    world.turn(0, Truth::Stalls);
    world.run(Duration::from_secs(3));
    assert_eq!(world.connects, [1, 1, 1], "those after it are ready before they are needed");
    world.turn(0, Truth::Sounds);
    world.run(Duration::from_secs(30));
    assert_eq!((world.linked[1], world.linked[2]), (None, None), "and let go when the worry is over");
    assert_eq!(world.switches(), []);
}

#[test]
fn nothing_is_told_once_and_so_is_that_it_is_over() {
    let mut world = World::new(limits(Duration::from_secs(5), Duration::from_secs(10)), 2);
    world.turn(0, Truth::Dead);
    world.turn(1, Truth::Dead);
    world.run(Duration::from_secs(60));
    let count = |world: &World, what| world.told.iter().filter(|(_, step)| *step == what).count();
    assert_eq!((count(&world, Step::NothingSounds), count(&world, Step::SoundsAgain)), (1, 0));
    world.turn(1, Truth::Sounds);
    world.run(Duration::from_secs(40));
    assert_eq!((count(&world, Step::NothingSounds), count(&world, Step::SoundsAgain)), (1, 1));
    assert_eq!(world.supervisor.current(), 1);
}

/// Ten pauses of a speaker in a minute are no break, and a programme that is quiet for a while is not silent.
#[test]
fn pauses_between_sentences_are_no_silence() {
    for seed in 0..50 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut world = World::new(limits(Duration::from_secs(5), Duration::from_secs(10)), 2);
        for _ in 0..100 {
            world.turn(0, Truth::Sounds);
            world.run(Duration::from_millis(random.u64(500..6_000)));
            world.turn(0, Truth::Silent);
            world.run(Duration::from_millis(random.u64(100..9_000)));
        }
        assert_eq!(world.switches(), [], "seed {seed}");
    }
}
