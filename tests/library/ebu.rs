//! Loudness and true peak against the signals of EBU Tech 3341, made here to its description.

use std::ops::ControlFlow;

use loa::audio::decode::DecodeError;
use loa::library::{Analysis, ImportError, analyse};

use crate::support::sound::{Coding, Sound, run};

const RATE: u32 = 48_000;

fn measure(sound: &Sound, coding: Coding) -> Analysis {
    let folder = tempfile::tempdir().unwrap();
    let path = sound.encode(folder.path(), "signal", coding);
    analyse(&path, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// Stretches of a stereo tone of 1 kHz, each with its level and its length in tenths of a second.
fn tones(stretches: &[(f64, u64)]) -> Sound {
    let tone = |&(level, tenths): &(f64, u64)| Sound::sine(RATE, 2, u64::from(RATE) * tenths / 10, 1000.0, level);
    let mut sounds = stretches.iter().map(tone);
    let first = sounds.next().unwrap();
    sounds.fold(first, |sound, next| sound.then(&next))
}

fn check_loudness(case: u32, sound: &Sound, expected_lufs: f64) {
    let found = measure(sound, Coding::Wav24).facts.loudness_lufs.unwrap();
    assert!((found - expected_lufs).abs() <= 0.1, "case {case}: {found} LUFS, expected {expected_lufs} within 0.1");
}

#[test]
fn integrated_loudness_is_that_of_the_standard() {
    check_loudness(1, &tones(&[(-23.0, 200)]), -23.0);
    check_loudness(2, &tones(&[(-33.0, 200)]), -33.0);
    check_loudness(3, &tones(&[(-36.0, 100), (-23.0, 600), (-36.0, 100)]), -23.0);
    check_loudness(4, &tones(&[(-72.0, 100), (-36.0, 100), (-23.0, 600), (-36.0, 100), (-72.0, 100)]), -23.0);
    check_loudness(5, &tones(&[(-26.0, 200), (-20.0, 201), (-26.0, 200)]), -23.0);
}

#[test]
fn surround_sound_of_case_6_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let (stereo, surround) = (folder.path().join("stereo.wav"), folder.path().join("case6.wav"));
    tones(&[(-28.0, 200)]).write_wav(&stereo);
    run(
        &["ffmpeg", "-loglevel", "error", "-i", "IN", "-af", "pan=5.0|FL=c0|FR=c1|FC=c0|BL=c0|BR=c1", "OUT"],
        &stereo,
        &surround,
    );
    let refused = analyse(&surround, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(refused, Err(ImportError::Decode(DecodeError::Channels { channels: 5, .. }))), "{refused:?}");
}

#[test]
fn loudness_is_the_same_through_a_lossy_encoder_and_at_every_rate() {
    let tone = tones(&[(-36.0, 50), (-23.0, 200)]);
    // LAME lowers its input by 0.45 dB at fixed bit rates, so variable ones are taken here.
    for coding in [Coding::Mp3Vbr, Coding::Aac, Coding::Vorbis, Coding::Flac] {
        let found = measure(&tone, coding).facts.loudness_lufs.unwrap();
        assert!((found + 23.0).abs() <= 0.15, "{coding:?}: {found} LUFS");
    }
    for rate in [8_000, 11_025, 44_100, 96_000, 192_000] {
        let found = measure(&Sound::sine(rate, 2, u64::from(rate) * 10, 1000.0, -23.0), Coding::Wav24);
        let found = found.facts.loudness_lufs.unwrap();
        assert!((found + 23.0).abs() <= 0.1, "{rate} Hz: {found} LUFS");
    }
}

#[test]
fn one_channel_measures_like_two_equal_ones() {
    let mono = measure(&Sound::sine(RATE, 1, u64::from(RATE) * 20, 1000.0, -23.0), Coding::Wav24).facts;
    let stereo = measure(&Sound::sine(RATE, 2, u64::from(RATE) * 20, 1000.0, -23.0), Coding::Wav24).facts;
    assert_eq!(mono.loudness_lufs, stereo.loudness_lufs);
    assert_eq!(mono.true_peak_dbtp, stereo.true_peak_dbtp);
}

/// A tone at a fraction of the sample rate that begins and ends softly, so that its own edges do not ring.
fn check_true_peak(case: u32, divisor: f64, degrees: f64, level: f64, expected_dbtp: f64) {
    let frames = u64::from(RATE);
    let mut sound = Sound::sine_from(RATE, 2, frames, f64::from(RATE) / divisor, 20.0 * level.log10(), degrees / 360.0);
    let ramp = 4_800;
    for (index, sample) in sound.samples.iter_mut().enumerate() {
        let frame = index as u64 / 2;
        let edge = frame.min(frames - 1 - frame).min(ramp);
        *sample *= edge as f32 / ramp as f32;
    }
    let found = measure(&sound, Coding::WavFloat).facts.true_peak_dbtp.unwrap();
    let within = expected_dbtp - 0.4..=expected_dbtp + 0.2;
    assert!(within.contains(&found), "case {case}: {found} dBTP, expected {expected_dbtp} (+0.2, -0.4)");
}

#[test]
fn true_peak_is_that_of_the_standard() {
    check_true_peak(15, 4.0, 0.0, 0.5, -6.0);
    check_true_peak(16, 4.0, 45.0, 0.5, -6.0);
    check_true_peak(17, 6.0, 60.0, 0.5, -6.0);
    check_true_peak(18, 8.0, 67.5, 0.5, -6.0);
    check_true_peak(19, 4.0, 45.0, 1.41, 3.0);
}
