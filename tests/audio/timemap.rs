//! The time map under what devices say: jitter, drift, wrong statements, skips, and a wall clock that steps.

use loa::audio::frames::Nanos;
use loa::audio::timemap::{TimeMap, WallOffset};
use proptest::prelude::*;

const RATE_HZ: u32 = 48_000;
const BUFFER: u64 = 480;

/// A device with a crystal of its own.
struct Device {
    random: fastrand::Rng,
    origin_ns: f64,
    ns_per_frame: f64,
    jitter_ns: f64,
    lies_percent: u8,
}

impl Device {
    fn truth(&self, frame: u64) -> f64 {
        self.origin_ns + frame as f64 * self.ns_per_frame
    }

    /// What it says: late by the scheduler's whim, now and then wrong by a buffer or more.
    fn says(&mut self, frame: u64) -> i64 {
        let jitter = (self.random.f64() - 0.5) * 2.0 * self.jitter_ns;
        let lie = if self.random.u8(0..100) < self.lies_percent { (self.random.f64() - 0.7) * 25e6 } else { 0.0 };
        (self.truth(frame) + jitter + lie) as i64
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_map_finds_the_truth_through_jitter_drift_and_lies(
        seed in any::<u64>(),
        drift_ppm in -200.0_f64..200.0,
        jitter_us in 0.0_f64..400.0,
        lies_percent in 0_u8..=15,
    ) {
        let ns_per_frame = 1e9 / f64::from(RATE_HZ) * (1.0 + drift_ppm * 1e-6);
        let random = fastrand::Rng::with_seed(seed);
        let mut device = Device { random, origin_ns: 5e9, ns_per_frame, jitter_ns: jitter_us * 1e3, lies_percent };
        let mut map = TimeMap::new(RATE_HZ);
        for buffer in 0..3_000_u64 {
            let frame = buffer * BUFFER;
            map.observe(frame, device.says(frame));
            // After a quarter of a second to within the jitter and the drift of a second, after five seconds far closer.
            let bound_us = match buffer {
                ..25 => continue,
                25..500 => jitter_us.mul_add(1.0, 30.0) + 1.3 * drift_ppm.abs(),
                _ => jitter_us.mul_add(0.6, 15.0),
            };
            let off_us = (map.plays_at(frame).unwrap() as f64 - device.truth(frame)).abs() / 1e3;
            prop_assert!(off_us <= bound_us, "{off_us} us off at buffer {buffer}, allowed {bound_us}");
        }
        prop_assert_eq!(map.steps(), 0);
        let found_ppm = map.drift_ppm();
        prop_assert!((found_ppm - drift_ppm).abs() <= jitter_us.mul_add(0.15, 1.0), "{found_ppm} for {drift_ppm} ppm");
    }

    #[test]
    fn a_device_that_skips_is_followed_within_a_tenth_of_a_second(
        seed in any::<u64>(),
        skip_ms in prop::sample::select(vec![-20.0_f64, -5.0, 4.0, 10.0, 85.0, 3_000.0]),
        drift_ppm in -100.0_f64..100.0,
        lies_percent in 0_u8..=15,
    ) {
        let ns_per_frame = 1e9 / f64::from(RATE_HZ) * (1.0 + drift_ppm * 1e-6);
        let random = fastrand::Rng::with_seed(seed);
        let mut device = Device { random, origin_ns: 0.0, ns_per_frame, jitter_ns: 200e3, lies_percent };
        let mut map = TimeMap::new(RATE_HZ);
        for buffer in 0..1_500_u64 {
            if buffer == 1_000 {
                device.origin_ns += skip_ms * 1e6;
            }
            let frame = buffer * BUFFER;
            map.observe(frame, device.says(frame));
            let off_us = (map.plays_at(frame).unwrap() as f64 - device.truth(frame)).abs() / 1e3;
            if (500..1_000).contains(&buffer) || buffer >= 1_030 {
                prop_assert!(off_us <= 300.0, "{off_us} us off at buffer {buffer}");
            }
        }
        prop_assert_eq!(map.steps(), 1);
    }
}

#[test]
fn an_exact_device_is_mapped_exactly_from_the_first_buffer() {
    let mut map = TimeMap::new(RATE_HZ);
    assert_eq!(map.plays_at(0), None);
    for buffer in 0..2_000_u64 {
        let at = 1_000_000_000 + i64::try_from(buffer * 10_000_000).unwrap();
        map.observe(buffer * BUFFER, at);
        assert!((map.plays_at(buffer * BUFFER).unwrap() - at).abs() <= 1, "buffer {buffer}");
    }
}

#[test]
fn one_torn_reading_of_the_clocks_is_not_a_step_and_a_step_is_taken_over() {
    let mut offset = WallOffset::default();
    let hour = 3_600_000_000_000;
    let mut mono = 0;
    let mut read = |offset: &mut WallOffset, ahead: i64| {
        mono += 10_000_000;
        offset.observe(Nanos(mono + ahead), mono);
        offset.wall(mono).unwrap().0 - mono
    };
    assert_eq!(read(&mut offset, 5_000), 5_000);
    assert_eq!(read(&mut offset, 5_000 + 3_000_000), 5_000, "one reading torn by the scheduler");
    assert_eq!(read(&mut offset, 5_000), 5_000);
    for _ in 0..2 {
        assert_eq!(read(&mut offset, -hour), 5_000);
    }
    assert_eq!(read(&mut offset, -hour), -hour);
    // A clock being slewed is followed.
    let mut ahead = -hour;
    for _ in 0..1_000 {
        ahead += 5_000;
        read(&mut offset, ahead);
    }
    assert!((read(&mut offset, ahead) - ahead).abs() < 50_000);
}
