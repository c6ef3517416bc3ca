//! Zones in step: outputs on crystals of their own, kept on one clock.

use std::f64::consts::TAU;

use loa::audio::follow::Follower;
use loa::audio::frames::CHANNELS;
use loa::audio::timemap::TimeMap;
use proptest::prelude::*;

/// A device whose crystal is off, and which says when its buffers sound as real ones do: late by the scheduler's whim.
struct Device {
    random: fastrand::Rng,
    ns_per_frame: f64,
    origin_ns: f64,
    frames: u64,
    map: TimeMap,
    follower: Follower,
}

impl Device {
    fn new(seed: u64, rate_hz: u32, drift_ppm: f64) -> Self {
        let ns_per_frame = 1e9 / f64::from(rate_hz) * (1.0 + drift_ppm * 1e-6);
        let (map, follower) = (TimeMap::new(rate_hz), Follower::new(rate_hz));
        Self { random: fastrand::Rng::with_seed(seed), ns_per_frame, origin_ns: 3e9, frames: 0, map, follower }
    }

    /// Plays a buffer. How far what it sounds lies from the instant that the programme says, in milliseconds.
    fn play(&mut self, frames: usize, sounding: bool) -> f64 {
        let truth = self.origin_ns + self.frames as f64 * self.ns_per_frame;
        let jitter = (self.random.f64() - 0.5) * 600e3;
        let lie = if self.random.u8(..100) < 3 { (self.random.f64() - 0.7) * 25e6 } else { 0.0 };
        self.map.observe(self.frames, (truth + jitter + lie) as i64);
        self.follower.aim(self.map.plays_at(self.frames).unwrap(), self.map.drift_ppm(), sounding);
        let off_ns = self.follower.plays_at(0) as f64 - truth;
        let rate_ns = (self.follower.plays_at(1_000_000) - self.follower.plays_at(0)) as f64 / 1e6;
        let off_ms = (off_ns + self.follower.position() * rate_ns) / 1e6;
        let mut out = vec![0.0; frames * CHANNELS];
        self.follower.fill(&mut out, |programme, _, _| programme.fill(0.0));
        self.frames += frames as u64;
        off_ms
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, failure_persistence: None, ..ProptestConfig::default() })]

    /// At a hundredth of the usual rate, so that an hour takes a moment: the place is kept in fractions of a frame.
    #[test]
    fn two_crystals_stay_within_a_millisecond_of_each_other_for_an_hour(
        seed in any::<u64>(),
        drifts in (-150.0_f64..150.0, -150.0_f64..150.0),
    ) {
        let mut devices = [Device::new(seed, 480, drifts.0), Device::new(!seed, 480, drifts.1)];
        for buffer in 0..90_000_u32 {
            // The first ten seconds are silence, in which each device is learnt.
            let [one, other] = devices.each_mut().map(|device| device.play(19, buffer >= 250));
            if buffer > 250 {
                prop_assert!((one - other).abs() <= 1.0, "{} ms apart at buffer {buffer}", one - other);
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_device_that_skips_is_back_in_step_as_fast_as_nobody_hears(seed in any::<u64>(), skip_ms in -25.0_f64..25.0) {
        let mut device = Device::new(seed, 480, 80.0);
        for buffer in 0..4_000_u32 {
            if buffer == 2_000 {
                device.origin_ns += skip_ms * 1e6;
            }
            let off_ms = device.play(19, buffer >= 250);
            // Half a per cent makes up for 25 ms in five seconds; the last of it comes exponentially.
            let settled = (260..2_000).contains(&buffer) || buffer > 2_000 + 25 * 12;
            prop_assert!(!settled || off_ms.abs() <= 0.7, "{off_ms} ms off at buffer {buffer}");
        }
    }
}

/// What is left of a sine after the sine is taken out of it, in dB.
fn purity_db(heard: &[f64], turns_per_frame: f64) -> f64 {
    // Least squares of sine and cosine at the frequency at which it must come out.
    let (mut ss, mut cc, mut sc, mut sy, mut cy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (frame, sample) in heard.iter().enumerate() {
        let (sin, cos) = (TAU * turns_per_frame * frame as f64).sin_cos();
        (ss, cc, sc) = (ss + sin * sin, cc + cos * cos, sc + sin * cos);
        (sy, cy) = (sy + sin * sample, cy + cos * sample);
    }
    let det = ss * cc - sc * sc;
    let (a, b) = ((sy * cc - cy * sc) / det, (cy * ss - sy * sc) / det);
    let (mut signal, mut rest) = (0.0, 0.0);
    for (frame, sample) in heard.iter().enumerate() {
        let (sin, cos) = (TAU * turns_per_frame * frame as f64).sin_cos();
        let fit = a * sin + b * cos;
        signal += fit * fit;
        rest += (sample - fit).powi(2);
    }
    10.0 * (signal / rest).log10()
}

fn through_a_device(drift_ppm: f64, hz: f64) -> (Vec<f64>, f64) {
    let mut follower = Follower::new(48_000);
    let ns_per_frame = 1e9 / 48_000.0 * (1.0 + drift_ppm * 1e-6);
    let mut heard = Vec::new();
    let mut made = 0_u64;
    for buffer in 0..40_u64 {
        let at = 1e9 + (buffer * 960) as f64 * ns_per_frame;
        follower.aim(at as i64, drift_ppm, buffer > 0);
        let mut out = vec![0.0; 960 * CHANNELS];
        follower.fill(&mut out, |programme, first, _| {
            assert_eq!(first, made, "the programme comes without a gap");
            for (offset, frame) in programme.chunks_exact_mut(CHANNELS).enumerate() {
                let turns = hz / 48_000.0 * (first + offset as u64) as f64;
                frame.fill((0.5 * (TAU * turns).sin()) as f32);
            }
            made += (programme.len() / CHANNELS) as u64;
        });
        heard.extend(out.iter().step_by(CHANNELS).map(|sample| f64::from(*sample)));
    }
    (heard, hz / 48_000.0 * (1.0 + drift_ppm * 1e-6))
}

#[test]
fn what_is_bent_by_a_crystal_stays_as_pure_as_the_resampler() {
    for drift_ppm in [-100.0, 37.0, 150.0] {
        for hz in [1_000.0, 5_000.0, 10_000.0, 15_000.0] {
            let (heard, turns_per_frame) = through_a_device(drift_ppm, hz);
            // Past the beginning, and past the settling of the last frames of a nanosecond clock.
            let purity = purity_db(&heard[4_800..14_400], turns_per_frame);
            println!("{drift_ppm} ppm, {hz} Hz: {purity:.1} dB");
            assert!(purity >= 95.0, "{purity} dB at {hz} Hz and {drift_ppm} ppm");
        }
    }
}

#[test]
fn a_device_on_the_machine_s_own_clock_gets_every_bit_as_it_is() {
    let mut follower = Follower::new(48_000);
    let mut random = fastrand::Rng::with_seed(7);
    let mut programme: Vec<f32> = Vec::new();
    let mut heard = Vec::new();
    for buffer in 0..20_i64 {
        follower.aim(5_000_000_000 + buffer * 10_000_000, 0.0, buffer > 3);
        let mut out = vec![0.0; 480 * CHANNELS];
        follower.fill(&mut out, |next, _, _| {
            next.fill_with(|| random.f32() * 2.0 - 1.0);
            programme.extend_from_slice(next);
        });
        heard.extend(out);
    }
    assert_eq!(heard, programme[..heard.len()]);
}
