//! The station on a real sound server: what the sink was given, and what the log says of it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use loa::audio::resample::Converter;
use loa::audio::source::open_file;
use loa::domain::log::{EndReason, Incident, Record};

use super::town::{JOURNAL_STEP, Town};
use crate::support::pulse::{Capture, PulseServer, RATE_HZ, Recorder, in_private_process};
use crate::support::sound::{Coding, Sound};

const DEVICE: &str = "kind = \"device\"";

/// A silence this long ends a stretch of sound; a restart of the station takes longer.
const SILENCE: usize = RATE_HZ as usize / 100;

/// What a file sounds like at 48 kHz on the left side, by the decoder and the converter alone.
pub(super) fn reference(path: &Path) -> Vec<f32> {
    let mut source = open_file(path).unwrap();
    let mut converter = Converter::new(2, source.sample_rate(), RATE_HZ, 0).unwrap();
    let (mut block, mut out) = (Vec::new(), Vec::new());
    while source.read(&mut block).unwrap() {
        converter.push(&block, &mut out).unwrap();
        block.clear();
    }
    converter.finish(&mut out).unwrap();
    out.iter().step_by(2).copied().collect()
}

/// Lets the recording run on until it holds everything up to `at`, then ends it.
pub(super) fn stop_after(recorder: Recorder, at: DateTime<Utc>) -> Capture {
    let deadline = Instant::now() + Duration::from_secs(10);
    while Utc::now() < at + TimeDelta::milliseconds(200) && Instant::now() < deadline {
        std::thread::park_timeout(Duration::from_millis(10));
    }
    recorder.stop()
}

/// First and last frame (exclusive) of each stretch of sound.
pub(super) fn stretches(left: &[f32]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (frame, _) in left.iter().enumerate().filter(|(_, sample)| **sample != 0.0) {
        match found.last_mut() {
            Some(last) if frame < last.1 + SILENCE => last.1 = frame + 1,
            _ => found.push((frame, frame + 1)),
        }
    }
    found
}

pub(super) fn best(capture: &Capture, template: &[f32], within: std::ops::Range<usize>) -> (usize, f64) {
    let found = capture.find(template, within);
    found.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("the clip is in the recording")
}

/// Two MP3 made by lame of one sound, cut where it is loud.
pub(super) fn two_mp3(folder: &Path) -> Vec<PathBuf> {
    let sound = Sound::speech(44_100, 2, 44_100 * 6, 11);
    let cut = 2 * 140_001;
    let halves = ["a", "b"].into_iter().zip([&sound.samples[..cut], &sound.samples[cut..]]);
    halves.map(|(name, half)| Sound { samples: half.to_vec(), ..sound }.encode(folder, name, Coding::Mp3)).collect()
}

#[test]
fn a_slot_airs_at_its_second_at_its_level_and_two_mp3_join_to_the_frame() {
    let test = "station::sound::a_slot_airs_at_its_second_at_its_level_and_two_mp3_join_to_the_frame";
    in_private_process(test, |server| {
        let town = Town::new(DEVICE, "");
        let folder = tempfile::tempdir().unwrap();
        let files = two_mp3(folder.path());
        town.add(&files[0], "Một");
        town.add(&files[1], "Hai");
        let recorder = server.record();
        let at = town.slot(Duration::from_secs(4), &["clip:1", "clip:2"], &[]);
        let _station = town.start();
        town.wait("both are aired", || {
            let rows = town.loa(&["log"]);
            let aired = rows.as_array().unwrap().iter().filter(|row| row["outcome"] == "aired").count();
            (aired == 2).then_some(())
        });
        let parts = town.parts();
        let capture = stop_after(recorder, parts[1].1.end.unwrap());
        let clips: Vec<Vec<f32>> = files.iter().map(|file| reference(file)).collect();

        // At its second, and the log says the same.
        let left = capture.left();
        let first = left.iter().position(|sample| *sample != 0.0).expect("something sounds");
        let inside = 9_600;
        let template = &clips[0][inside..inside + 960];
        let (found, fit) = best(&capture, template, first..first + inside + 4_800);
        assert!(fit > 0.99, "{fit}");
        let start = found - inside;
        let heard_ns = capture.wall_of(start);
        let late_us = (heard_ns - at.timestamp_nanos_opt().unwrap()) / 1_000;
        let said_us = (heard_ns - parts[0].1.start.unwrap().timestamp_nanos_opt().unwrap()) / 1_000;
        println!("heard {late_us:+} us after the planned instant, {said_us:+} us after the instant in the log");
        assert!(late_us.abs() <= 20_000, "{late_us} us late");
        assert!(said_us.abs() <= 20_000, "the log is {said_us} us off");
        for ((intent, end), clip) in parts.iter().zip(&clips) {
            assert_eq!((&end.reason, intent.from_frame), (&EndReason::Complete, 0));
            assert_eq!((end.frames, intent.frames_total), (clip.len() as u64, clip.len() as u64));
        }

        // Its level: the gain that the log states, to a tenth of a decibel.
        let gain_db = parts[0].0.gain_db;
        let power = |samples: &[f32]| samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
        let heard_db = 10.0 * (power(&left[start + 9_600..start + 96_000]) / power(&clips[0][9_600..96_000])).log10();
        println!("the log says {gain_db:+.3} dB, heard {heard_db:+.3} dB");
        assert!((gain_db - heard_db).abs() <= 0.1, "the log says {gain_db} dB, heard {heard_db} dB");

        // The join: a tenth of a second on either side, sample by sample.
        let before = 4_800;
        let tail = &clips[0][clips[0].len() - before..];
        let near = start + clips[0].len() - before;
        let (join, _) = best(&capture, &tail[..960], near - 2_400..near + 2_400);
        let gains = parts.iter().map(|(intent, _)| 10f64.powf(intent.gain_db / 20.0) as f32);
        let mut expected: Vec<f32> = Vec::new();
        for (samples, gain) in [tail, &clips[1][..before]].into_iter().zip(gains) {
            expected.extend(samples.iter().map(|sample| sample * gain));
        }
        let differs = left[join..].iter().zip(&expected).position(|(heard, expected)| (heard - expected).abs() > 1e-4);
        assert_eq!(differs, None, "the first frame that differs; the second clip begins at {before}");
    });
}

#[test]
fn killed_again_and_again_the_log_agrees_with_the_recording_to_the_journal_step() {
    let test = "station::sound::killed_again_and_again_the_log_agrees_with_the_recording_to_the_journal_step";
    in_private_process(test, |server| {
        let town = Town::new(DEVICE, "");
        let sound = Sound::noise(48_000, 1, 20 * 48_000, 0.2, 7);
        town.add_sound(&sound, "Một");
        let recorder = server.record();
        town.slot(Duration::from_secs(3), &["clip:1"], &["--interrupted", "resume"]);
        let seed = fastrand::u64(..);
        println!("seed {seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        let mut heard = 0.0;
        for _ in 0..3 {
            let station = town.start();
            heard = town.wait_on_air(heard + 1.0 + 2.5 * random.f64());
            station.kill();
        }
        let station = town.start();
        let row = town.wait_row("aired");
        assert_eq!(row["frames"].as_u64(), Some(sound.frames()), "the union of its parts counts once: {row}");
        drop(station);
        let parts = town.parts();
        assert_eq!(parts.len(), 4, "{parts:#?}");
        let capture = stop_after(recorder, parts[3].1.end.unwrap());
        town.verify();

        let left = capture.left();
        let heard = stretches(&left);
        assert_eq!(heard.len(), parts.len(), "stretches of sound: {heard:?}");
        let step = JOURNAL_STEP.as_secs_f64() * f64::from(RATE_HZ);
        let mut upto = 0;
        for (number, ((intent, end), (from, to))) in parts.iter().zip(&heard).enumerate() {
            assert_eq!(intent.part.airing, parts[0].0.part.airing, "one airing");
            assert_eq!(intent.from_frame, upto, "part {number} goes on where the log says that the one before ended");
            upto = intent.from_frame + end.frames;
            // The recording goes on at that very frame, past the ramp.
            let skip = 2_400;
            let begin = usize::try_from(intent.from_frame).unwrap() + skip;
            let (found, fit) = best(&capture, &sound.samples[begin..begin + 960], *from..*from + 3 * skip);
            assert!(fit > 0.99 && found.abs_diff(*from + skip) <= 2, "part {number} is off: {found} for {from}, {fit}");
            let forgot = (to - from) as f64 - end.frames as f64;
            println!("part {number}: heard {} frames, the log says {}, {:?}", to - from, end.frames, end.reason);
            if number < 3 {
                assert_eq!(end.reason, EndReason::PowerLoss);
                // A tenth of a second: what the sink holds when the station dies, and how long a word takes to the disk.
                let slack = 0.1 * f64::from(RATE_HZ);
                assert!(
                    -slack <= forgot && forgot <= step + 2.0 * slack,
                    "part {number}: the log is {forgot} frames off"
                );
            } else {
                assert_eq!(end.reason, EndReason::Complete);
            }
        }
    });
}

#[test]
fn a_sound_server_that_dies_is_an_incident_and_the_clip_goes_on_when_it_is_back() {
    let test = "station::sound::a_sound_server_that_dies_is_an_incident_and_the_clip_goes_on_when_it_is_back";
    in_private_process(test, |mut server: PulseServer| {
        let town = Town::new(DEVICE, "");
        let sound = Sound::noise(48_000, 1, 8 * 48_000, 0.2, 8);
        town.add_sound(&sound, "Một");
        town.slot(Duration::from_secs(3), &["clip:1"], &["--interrupted", "resume"]);
        let _station = town.start();
        town.wait_on_air(2.0);
        server.kill();
        town.wait("the loss is in the log", || {
            town.incident(|incident| matches!(incident, Incident::OutputLost { .. })).then_some(())
        });
        assert_eq!(town.status()["output"]["state"], "lost");
        server.restart();
        let row = town.wait_row("aired");
        assert_eq!(row["frames"].as_u64(), Some(sound.frames()), "{row}");
        assert!(town.incident(|incident| matches!(incident, Incident::OutputBack { .. })));
        let parts = town.parts();
        let [(first, lost), (second, whole)] = &parts[..] else { panic!("two parts: {parts:#?}") };
        assert!(matches!(lost.reason, EndReason::OutputLost { .. }), "{:?}", lost.reason);
        assert_eq!((first.part.airing, lost.frames), (second.part.airing, second.from_frame));
        assert_eq!(whole.reason, EndReason::Complete);
        let closed = town.records().into_iter().filter(|record| matches!(record, Record::Closed(_))).count();
        assert!(closed <= 1);
        town.verify();
    });
}
