//! The amplifier's rules in a world of paper: any broadcasts, any switch. It is warm when sound begins, stays on through what
//! follows closely, and is never left on.

use std::time::Duration;

use loa::domain::amplifier::{Amplifier, AmplifierEffect, AmplifierSettings, Answer, Need, OFF_AGAIN_MAX};
use proptest::prelude::*;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const SETTINGS: AmplifierSettings =
    AmplifierSettings { warm_up: seconds(8), tail: seconds(5), pause_min: seconds(120), answer_within: seconds(2) };

/// A switch: what it does with each order, in turn; then it does what it is told.
#[derive(Debug, Clone, Default)]
struct Switch {
    faults: Vec<Fault>,
    on: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It does it, and says so.
    None,
    /// It does nothing and says so.
    Refuses,
    /// It does nothing and says nothing.
    Dead,
    /// It does it and says nothing.
    Mute,
}

/// What happened, by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Power(bool),
    Order(bool),
    Raise,
    Clear,
    Sound { ready: bool },
}

/// Runs a day with these broadcasts (start and length in seconds, in order, apart from each other).
fn day(broadcasts: &[(u64, u64)], mut switch: Switch) -> Vec<(Duration, Event)> {
    let mut now = seconds(0);
    let mut amplifier = Amplifier::new(SETTINGS);
    let mut events = Vec::new();
    let mut told = None;
    for step in 0.. {
        assert!(step < 20_000, "it never comes to rest: {events:?}");
        let need =
            broadcasts.iter().find(|(start, length)| now < seconds(start + length)).map_or(Need::None, |(start, _)| {
                if now >= seconds(*start) { Need::Sounding } else { Need::From(seconds(*start)) }
            });
        if told != Some(need) {
            if need == Need::Sounding {
                events.push((now, Event::Sound { ready: amplifier.is_ready(now) }));
            }
            amplifier.needed(now, need);
            told = Some(need);
        } else {
            amplifier.look(now);
        }
        while let Some(effect) = amplifier.poll_effect() {
            match effect {
                AmplifierEffect::Raise { .. } => events.push((now, Event::Raise)),
                AmplifierEffect::Clear => events.push((now, Event::Clear)),
                AmplifierEffect::Switch { order, on } => {
                    events.push((now, Event::Order(on)));
                    let fault = if switch.faults.is_empty() { Fault::None } else { switch.faults.remove(0) };
                    if matches!(fault, Fault::None | Fault::Mute) && switch.on != on {
                        switch.on = on;
                        events.push((now, Event::Power(on)));
                    }
                    match fault {
                        Fault::None => amplifier.answered(now, order, Answer::Done),
                        Fault::Refuses => amplifier.answered(now, order, Answer::Failed),
                        Fault::Dead | Fault::Mute => {}
                    }
                }
            }
        }
        let edges = broadcasts.iter().flat_map(|(start, length)| [seconds(*start), seconds(start + length)]);
        let timeout = amplifier.poll_timeout(now).map(|(at, _)| at.max(now + Duration::from_millis(1)));
        match edges.filter(|at| *at > now).chain(timeout).min() {
            Some(next) => now = next,
            None => break,
        }
    }
    assert!(!switch.on, "left on: {events:?}");
    events
}

fn orders(events: &[(Duration, Event)]) -> Vec<(u64, bool)> {
    let order = |(at, event): &(Duration, Event)| match event {
        Event::Order(on) => Some((at.as_secs(), *on)),
        _ => None,
    };
    events.iter().filter_map(order).collect()
}

#[test]
fn it_is_on_in_time_and_off_after_the_tail() {
    let events = day(&[(600, 900)], Switch::default());
    // Off at first, because a crash may have left it on; on early enough for three tries of two seconds with half a second
    // between them, eight to warm up, and one to spare.
    assert_eq!(orders(&events), [(0, false), (584, true), (1505, false)]);
    assert!(events.contains(&(seconds(600), Event::Sound { ready: true })));
}

#[test]
fn what_follows_closely_finds_it_on() {
    let events = day(&[(600, 300), (950, 300), (1_400, 100)], Switch::default());
    assert_eq!(orders(&events), [(0, false), (584, true), (1255, false), (1384, true), (1505, false)]);
}

#[test]
fn what_begins_at_once_switches_it_on_at_once() {
    let events = day(&[(0, 60)], Switch::default());
    assert_eq!(orders(&events), [(0, true), (65, false)]);
    assert!(events.contains(&(seconds(0), Event::Sound { ready: false })), "it begins cold rather than late");
}

#[test]
fn a_switch_that_is_dead_is_an_alarm_and_is_tried_until_it_is_done() {
    // The first order is the one after the start; then it dies for six orders.
    let mut faults = vec![Fault::None];
    faults.extend([Fault::Dead; 6]);
    let events = day(&[(600, 900)], Switch { faults, on: false });
    let raised: Vec<_> = events.iter().filter(|(_, event)| matches!(event, Event::Raise | Event::Clear)).collect();
    assert!(matches!(raised[..], [(_, Event::Raise), (_, Event::Clear)]), "one alarm, cleared once: {raised:?}");
    assert!(raised[0].0 <= seconds(600), "somebody knows before the broadcast: {raised:?}");
    // Left on by a crash, and the switch refuses for a while.
    let events = day(&[], Switch { faults: vec![Fault::Refuses; 9], on: true });
    let off = events.iter().find(|(_, event)| *event == Event::Power(false)).expect("it is off in the end");
    assert!(off.0 < OFF_AGAIN_MAX * 10, "{events:?}");
    assert_eq!(events.iter().filter(|(_, event)| *event == Event::Raise).count(), 1);
}

fn broadcasts() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((1..400_u64, 1..300_u64), 0..8).prop_map(|gaps| {
        let mut end = 0;
        let lay = |(gap, length): (u64, u64)| {
            let start = end + gap;
            end = start + length;
            (start, length)
        };
        gaps.into_iter().map(lay).collect()
    })
}

fn switches() -> impl Strategy<Value = Switch> {
    let fault =
        prop_oneof![4 => Just(Fault::None), 1 => Just(Fault::Refuses), 1 => Just(Fault::Dead), 1 => Just(Fault::Mute)];
    (prop::collection::vec(fault, 0..30), any::<bool>()).prop_map(|(faults, on)| Switch { faults, on })
}

proptest! {
    #[test]
    fn whatever_the_switch_does_it_ends_off(broadcasts in broadcasts(), switch in switches()) {
        let events = day(&broadcasts, switch.clone());
        let mut alarms = events.iter().filter(|(_, event)| matches!(event, Event::Raise | Event::Clear));
        prop_assert!(alarms.next_back().is_none_or(|(_, event)| *event == Event::Clear), "every alarm ends: {:?}", events);
        // One order for each fault that was met, two for each broadcast, one at the start; and those turned round meanwhile.
        let most = switch.faults.len() + 4 * broadcasts.len() + 4;
        prop_assert!(orders(&events).len() <= most, "it does not chatter: {:?}", events);
    }

    #[test]
    fn with_a_good_switch_sound_that_is_known_of_finds_it_warm(broadcasts in broadcasts()) {
        let events = day(&broadcasts, Switch::default());
        for (at, event) in &events {
            if let Event::Sound { ready } = event {
                prop_assert!(*ready || *at < seconds(16), "cold at {:?}: {:?}", at, events);
            }
        }
        for pair in broadcasts.windows(2) {
            let (end, next) = (pair[0].0 + pair[0].1, pair[1].0);
            let cycled = orders(&events).iter().any(|(at, on)| !on && (end..=next).contains(at));
            prop_assert_eq!(cycled, next - end >= 120, "a pause of {} s: {:?}", next - end, events);
        }
    }
}
