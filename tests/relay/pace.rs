//! A ring between two clocks: it neither runs dry nor over, and the pitch stays.

use loa::audio::frames::CHANNELS;
use loa::audio::input::pace::{Pace, STRETCH_MAX};
use loa::audio::resample_live::LiveConverter;
use proptest::prelude::*;

const RATE_HZ: u32 = 48_000;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// An hour of a stream whose clock is up to 500 ppm off and whose sound comes in lumps.
    #[test]
    fn the_fill_stays_near_its_target_for_an_hour(ppm in -500_i32..=500, lump_ms in 5_u32..=400, seed in any::<u64>()) {
        let mut random = fastrand::Rng::with_seed(seed);
        let target = RATE_HZ as usize;
        let mut pace = Pace::new(RATE_HZ, target);
        let (mut fill, mut owed) = (target as f64, 0.0);
        let mut late = false;
        let theirs = 1.0 + f64::from(ppm) * 1e-6;
        let mut worst = 0.0_f64;
        for second in 0..3600 {
            for _ in 0..1000 / lump_ms {
                let frames = f64::from(RATE_HZ) * f64::from(lump_ms) / 1000.0;
                // What comes in this time of ours, a little early or late.
                owed += frames * theirs;
                let now = if !late && random.f64() < 0.1 { 0.0 } else { owed };
                late = now == 0.0;
                owed -= now;
                let stretch = pace.correct(now as usize, fill.max(0.0) as usize);
                prop_assert!((1.0 - STRETCH_MAX..=1.0 + STRETCH_MAX).contains(&stretch));
                fill += now * stretch - frames;
            }
            if second > 60 {
                worst = worst.max((fill - target as f64).abs());
            }
        }
        // Two lumps, and what the drift takes to be made up for: 500 ppm at two in a thousand a second.
        let most = f64::from(RATE_HZ) * (2.0 * f64::from(lump_ms) / 1000.0 + 0.26);
        prop_assert!(worst < most, "{worst} frames off, at most {most}");
    }
}

#[test]
fn a_tone_keeps_its_pitch_and_its_level_through_any_rate() {
    for from_hz in [8_000_u32, 22_050, 24_000, 44_100, 48_000, 96_000] {
        let mut converter = LiveConverter::new(from_hz, RATE_HZ).unwrap();
        let turn = std::f64::consts::TAU * 1_000.0 / f64::from(from_hz);
        let tone: Vec<f32> =
            (0..from_hz * 4).flat_map(|frame| [(turn * f64::from(frame)).sin() as f32 * 0.5; CHANNELS]).collect();
        let mut out = Vec::new();
        for block in tone.chunks(1_152 * CHANNELS) {
            converter.stretch(1.0).unwrap();
            converter.push(block, &mut out).unwrap();
        }
        let frames = out.len() / CHANNELS;
        assert!(frames.abs_diff(RATE_HZ as usize * 4) < 4_000, "{from_hz} Hz: {frames} frames");
        let left: Vec<f64> =
            out.chunks_exact(CHANNELS).skip(9_600).take(96_000).map(|frame| f64::from(frame[0])).collect();
        let (mut sine, mut cosine) = (0.0, 0.0);
        for (frame, sample) in left.iter().enumerate() {
            let angle = std::f64::consts::TAU * 1_000.0 * frame as f64 / f64::from(RATE_HZ);
            (sine, cosine) = (sine + sample * angle.sin(), cosine + sample * angle.cos());
        }
        let level = 2.0 * sine.hypot(cosine) / left.len() as f64;
        let power = left.iter().map(|sample| sample * sample).sum::<f64>() / left.len() as f64;
        let rest = (power - level * level / 2.0).max(1e-12);
        let clean_db = 10.0 * (level * level / 2.0 / rest).log10();
        println!("{from_hz} Hz: level {level:.4}, {clean_db:.0} dB above the rest");
        assert!((level - 0.5).abs() < 0.005, "{from_hz} Hz: {level}");
        assert!(clean_db > 80.0, "{from_hz} Hz: only {clean_db:.0} dB above the rest");
    }
}
