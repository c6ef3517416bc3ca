//! The rate converter, measured: purity, level, time, length, and that a start in the middle changes nothing.

use loa::audio::resample::Converter;
use proptest::prelude::*;

/// Converts a whole clip, fed in blocks of `block` frames, from `from_frame` on.
fn convert(samples: &[f32], channels: usize, from_hz: u32, to_hz: u32, from_frame: u64, block: usize) -> Vec<f32> {
    let mut converter = Converter::new(channels, from_hz, to_hz, from_frame).unwrap();
    let feed_from = (usize::try_from(converter.feed_from()).unwrap() * channels).min(samples.len());
    let mut out = Vec::new();
    for block in samples[feed_from..].chunks(block * channels) {
        converter.push(block, &mut out).unwrap();
    }
    converter.finish(&mut out).unwrap();
    out
}

fn sine(rate_hz: u32, frames: usize, frequency_hz: f64, amplitude: f64) -> Vec<f32> {
    let step = std::f64::consts::TAU * frequency_hz / f64::from(rate_hz);
    (0..frames).map(|frame| (amplitude * (step * frame as f64).sin()) as f32).collect()
}

/// Amplitude of the sine of this frequency, its phase against frame 0, and the power of everything else, by least squares.
fn analyse(samples: &[f32], first: usize, rate_hz: u32, frequency_hz: f64) -> (f64, f64, f64) {
    let step = std::f64::consts::TAU * frequency_hz / f64::from(rate_hz);
    let (mut ss, mut cc, mut sc, mut xs, mut xc) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (index, &sample) in samples.iter().enumerate() {
        let (sin, cos) = (step * (first + index) as f64).sin_cos();
        ss += sin * sin;
        cc += cos * cos;
        sc += sin * cos;
        xs += f64::from(sample) * sin;
        xc += f64::from(sample) * cos;
    }
    let determinant = ss * cc - sc * sc;
    let (a, b) = ((xs * cc - xc * sc) / determinant, (xc * ss - xs * sc) / determinant);
    let rest = samples.iter().enumerate().map(|(index, &sample)| {
        let (sin, cos) = (step * (first + index) as f64).sin_cos();
        (f64::from(sample) - a * sin - b * cos).powi(2)
    });
    (a.hypot(b), b.atan2(a), rest.sum::<f64>() / samples.len() as f64)
}

#[test]
fn a_sine_keeps_its_purity_its_level_and_its_place() {
    println!("from 44100 to 48000 Hz, sine of -6 dBFS:");
    for frequency_hz in [100.0, 1_000.0, 5_000.0, 10_000.0, 15_000.0, 18_000.0] {
        let out = convert(&sine(44_100, 132_300, frequency_hz, 0.5), 1, 44_100, 48_000, 0, 1_152);
        let (first, inner) = (12_000, &out[12_000..132_000]);
        let (amplitude, phase, rest) = analyse(inner, first, 48_000, frequency_hz);
        let sinad_db = 10.0 * (amplitude * amplitude / 2.0 / rest).log10();
        let level_db = 20.0 * (amplitude / 0.5).log10();
        let late_us = -phase / (std::f64::consts::TAU * frequency_hz) * 1e6;
        println!("{frequency_hz:>8} Hz: SINAD {sinad_db:.1} dB, level {level_db:+.4} dB, late {late_us:+.4} us");
        assert!(sinad_db >= 100.0, "{sinad_db} dB at {frequency_hz} Hz");
        assert!(level_db.abs() <= 0.1, "{level_db} dB at {frequency_hz} Hz");
        assert!(late_us.abs() < 0.05, "{late_us} us at {frequency_hz} Hz");
    }
}

#[test]
fn what_lies_above_half_the_programme_rate_does_not_fold_back() {
    for (from_hz, frequency_hz) in [(96_000, 30_000.0), (96_000, 40_000.0), (192_000, 60_000.0), (88_200, 26_000.0)] {
        let out = convert(&sine(from_hz, from_hz as usize, frequency_hz, 0.5), 1, from_hz, 48_000, 0, 4_096);
        let inner = &out[12_000..36_000];
        let power = inner.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / inner.len() as f64;
        let left_db = 10.0 * (power / 0.125).max(1e-30).log10();
        println!("{frequency_hz} Hz at {from_hz} Hz: {left_db:.1} dB left");
        assert!(left_db < -100.0, "{left_db} dB of {frequency_hz} Hz at {from_hz} Hz");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    /// Exactly `round(frames * to / from)` come out, and what comes out from any frame on is bit for bit the same as if one
    /// had come by there.
    #[test]
    fn lengths_are_exact_and_a_start_in_the_middle_changes_no_bit(
        from_hz in prop::sample::select(vec![8_000_u32, 11_025, 16_000, 22_050, 32_000, 44_100, 88_200, 96_000, 192_000, 47_999]),
        to_hz in prop::sample::select(vec![48_000_u32, 44_100]),
        channels in 1_usize..=2,
        frames in 0_usize..30_000,
        start in 0.0_f64..1.1,
        blocks in prop::sample::select(vec![(1_152_usize, 4_096_usize), (1, 1_000), (417, 417)]),
        seed in any::<u64>(),
    ) {
        prop_assume!(from_hz != to_hz);
        let mut random = fastrand::Rng::with_seed(seed);
        let samples: Vec<f32> = (0..frames * channels).map(|_| random.f32() - 0.5).collect();
        let whole = convert(&samples, channels, from_hz, to_hz, 0, blocks.0);
        let expected = (frames as f64 * f64::from(to_hz) / f64::from(from_hz)).round() as usize;
        prop_assert_eq!(whole.len() / channels, expected);
        let from_frame = (expected as f64 * start) as usize;
        let rest = convert(&samples, channels, from_hz, to_hz, from_frame as u64, blocks.1);
        let tail = &whole[(from_frame * channels).min(whole.len())..];
        prop_assert!(rest == tail, "{} frames from frame {} on, expected {}", rest.len(), from_frame, tail.len());
    }
}
