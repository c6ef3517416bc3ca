//! What the import measures, on sounds whose answer is known.

use std::ops::ControlFlow;
use std::path::Path;

use loa::library::{Analysis, COLUMNS_PER_SECOND, ImportError, analyse};

use crate::support::sound::{Coding, Sound};

fn measure(path: &Path) -> Analysis {
    analyse(path, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn near(found: u64, expected: u64, within: u64, what: &str) {
    assert!(found.abs_diff(expected) <= within, "{what}: {found}, expected {expected} within {within}");
}

#[test]
fn silence_is_found_at_the_head_inside_and_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    for (rate, channels) in [(44_100, 2), (8_000, 1), (11_025, 2), (48_000, 1)] {
        let ms = |ms: u64| u64::from(rate) * ms / 1000;
        let tone = |length: u64| Sound::sine(rate, channels, ms(length), 440.0, -20.0);
        let pause = |length: u64| Sound::silence(rate, channels, ms(length));
        let sound = pause(1_500).then(&tone(2_000)).then(&pause(700)).then(&tone(1_000)).then(&pause(2_300));
        let sound = sound.then(&tone(800)).then(&pause(3_700));
        for coding in [Coding::Wav16, Coding::Flac, Coding::Mp3, Coding::AacPlain, Coding::Vorbis] {
            if rate == 8_000 && coding == Coding::Mp3 {
                continue; // 128 kbit/s does not exist at this rate.
            }
            let facts = measure(&sound.encode(folder.path(), "pauses", coding)).facts;
            let what = format!("{coding:?} at {rate} Hz");
            // A lossy encoder smears an edge over part of its block, and a block is long at low rates.
            let smear = if coding.lossless() { 10 } else { 10 + 2_048_000 / u64::from(rate) };
            near(facts.head_silence_ms, 1_500, smear, &what);
            near(facts.tail_silence_ms, 3_700, smear, &what);
            near(facts.inner_silence_ms_max, 2_300, 2 * smear, &what);
        }
    }
}

#[test]
fn a_sound_on_one_channel_alone_is_no_silence() {
    let folder = tempfile::tempdir().unwrap();
    for side in 0..2 {
        let mut sound = Sound::sine(44_100, 2, 88_200, 440.0, -40.0);
        sound.samples.iter_mut().skip(side).step_by(2).for_each(|sample| *sample = 0.0);
        let facts = measure(&sound.encode(folder.path(), "side", Coding::Wav16)).facts;
        assert_eq!((facts.head_silence_ms, facts.tail_silence_ms, facts.inner_silence_ms_max), (0, 0, 0));
    }
}

#[test]
fn all_silence_has_no_loudness_and_no_peak_and_is_all_head() {
    let folder = tempfile::tempdir().unwrap();
    let facts = measure(&Sound::silence(44_100, 2, 441_000).encode(folder.path(), "silence", Coding::Wav16)).facts;
    assert_eq!((facts.loudness_lufs, facts.true_peak_dbtp), (None, None));
    assert_eq!((facts.head_silence_ms, facts.tail_silence_ms, facts.inner_silence_ms_max), (10_000, 0, 0));
}

#[test]
fn clipped_samples_are_counted_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut sound = Sound::sine(44_100, 2, 44_100, 440.0, -6.0);
    for (index, value) in [(10, 1.0), (11, -1.0), (500, 1.7), (501, -2.0), (88_199, 1.0)] {
        sound.samples[index] = value;
    }
    for coding in [Coding::WavFloat, Coding::Wav16, Coding::Flac] {
        let facts = measure(&sound.encode(folder.path(), "clipped", coding)).facts;
        assert_eq!(facts.clipped_samples, 5, "{coding:?}");
    }
}

#[test]
fn the_waveform_follows_the_sound() {
    let folder = tempfile::tempdir().unwrap();
    let rate = 44_100;
    let quiet = Sound::sine(rate, 2, u64::from(rate), 1000.0, -20.0);
    let sound = Sound::sine(rate, 2, u64::from(rate), 1000.0, 0.0).then(&quiet).then(&Sound::silence(rate, 2, 30));
    let waveform = measure(&sound.encode(folder.path(), "wave", Coding::Wav16)).waveform;
    let seconds = |from: u32, to: u32| {
        &waveform.columns[(from * COLUMNS_PER_SECOND) as usize..(to * COLUMNS_PER_SECOND) as usize]
    };
    assert!(seconds(0, 1).iter().all(|column| (column.low, column.high) == (-127, 127)));
    assert!(seconds(1, 2).iter().all(|column| (column.low, column.high) == (-13, 13)));
    assert_eq!(waveform.columns.len(), 2 * COLUMNS_PER_SECOND as usize + 1, "the rest of the clip has a column too");
}

#[test]
fn the_digest_is_that_of_the_bytes_and_progress_can_stop_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = Sound::speech(44_100, 1, 44_100 * 45, 3).encode(folder.path(), "speech", Coding::Mp3);
    let mut told = Vec::new();
    let analysis = analyse(&path, &mut |share| {
        told.push(share);
        ControlFlow::Continue(())
    })
    .unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(analysis.facts.digest.0, *blake3::hash(&bytes).as_bytes());
    assert_eq!(analysis.bytes, bytes.len() as u64);
    assert_eq!(told.len(), 4, "every ten seconds of sound");
    assert!(told.is_sorted() && told.iter().all(|share| (0.0..=1.0).contains(share)));
    let stopped = analyse(&path, &mut |_| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(ImportError::Stopped)));
}
