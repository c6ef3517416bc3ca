//! The throttle, on simulated time.

use std::collections::BTreeMap;
use std::time::Duration;

use loa::domain::account::{KEYS_MAX, Throttle, WAIT_MAX};

const FREE: u32 = 5;
const SECOND: Duration = Duration::from_secs(1);

#[test]
fn the_waits_double_from_a_second_to_a_quarter_of_an_hour() {
    let mut throttle = Throttle::new(FREE);
    let mut now = Duration::from_secs(1_000);
    let mut waits = Vec::new();
    for _ in 0..FREE + 13 {
        throttle.attempt("binh", now).unwrap();
        let wait = throttle.wait("binh", now).unwrap_or_default();
        if !wait.is_zero() {
            assert_eq!(throttle.attempt("binh", now + wait - Duration::from_millis(1)), Err(Duration::from_millis(1)));
        }
        waits.push(wait.as_secs());
        now += wait;
    }
    assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    assert_eq!(throttle.wait("hoa", now), None, "others do not wait");
    throttle.attempt("binh", now).unwrap();
    throttle.passed("binh");
    assert_eq!(throttle.wait("binh", now), None, "who came in starts afresh");
}

/// However somebody hammers on a door, in any order of names and pauses: between two attempts on a name that were let through,
/// the wait that the failures so far call for has gone by.
#[test]
fn no_pattern_of_attempts_gets_more_through_than_the_waits_allow() {
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut throttle = Throttle::new(FREE);
        let mut now = Duration::ZERO;
        let mut through: BTreeMap<u8, Vec<Duration>> = BTreeMap::new();
        for _ in 0..2_000 {
            let pause_ms_max = if random.u8(0..20) == 0 { 400_000 } else { 2_000 };
            now += Duration::from_millis(random.u64(0..pause_ms_max));
            let name = random.u8(0..3);
            if throttle.attempt(&name.to_string(), now).is_ok() {
                through.entry(name).or_default().push(now);
            }
        }
        for times in through.values() {
            let mut series = 0_u32;
            for pair in times.windows(2) {
                series += 1;
                let between = pair[1] - pair[0];
                if between >= Duration::from_secs(3_600) {
                    series = 0;
                } else if series > FREE {
                    let wait = SECOND.saturating_mul(2_u32.saturating_pow(series - FREE - 1)).min(WAIT_MAX);
                    assert!(
                        between >= wait,
                        "seed {seed}: attempt {series} came {between:?} after the last, not {wait:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn it_remembers_only_so_many_and_forgets_the_oldest() {
    let mut throttle = Throttle::new(0);
    for key in 0..KEYS_MAX + 10 {
        throttle.attempt(&key.to_string(), Duration::from_millis(key as u64)).unwrap();
        assert!(throttle.remembered() <= KEYS_MAX);
    }
    let now = Duration::from_millis(KEYS_MAX as u64);
    assert_eq!(throttle.wait("0", now.min(SECOND / 2)), None, "the oldest is forgotten");
    assert!(throttle.wait(&(KEYS_MAX + 9).to_string(), now).is_some(), "the newest is not");
}
