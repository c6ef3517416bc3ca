//! The engine on a real sound server: what the sink was given, sample by sample and instant by instant.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use loa::audio::EngineSettings;
use loa::audio::output::device::{DeviceChoice, HostChoice};
use loa::audio::output::{OutputKind, OutputSettings, Programme};
use loa::audio::resample::Converter;
use loa::audio::source::open_file;
use loa::domain::log::EndReason;
use loa::domain::station::{Input, Start};

use crate::support::audio::{Listener, MemoryClip, part, settings, voice, zone};
use crate::support::pulse::{Capture, PulseServer, RATE_HZ, Recorder, in_private_folder, in_private_process, marker};
use crate::support::sound::{Coding, Sound};

/// An engine whose output is the default device of `host`.
pub(super) fn on_device(host: HostChoice, clips: impl IntoIterator<Item = (u8, MemoryClip)>) -> EngineSettings {
    on(DeviceChoice { host, ..DeviceChoice::default() }, clips)
}

fn on(choice: DeviceChoice, clips: impl IntoIterator<Item = (u8, MemoryClip)>) -> EngineSettings {
    let mut settings = settings(clips);
    let programme = Programme { rate_hz: settings.rate_hz, clock: Arc::clone(&settings.clock) };
    let output = OutputSettings { kind: OutputKind::Device(choice), record: None, witness: None };
    settings.output = Arc::new(move || output.make(&programme));
    settings
}

/// A clip that begins with a rising marker and ends with a falling one.
pub(super) fn marked(frames: usize) -> MemoryClip {
    let mut left = vec![0.0; frames];
    left[..480].copy_from_slice(&marker(true));
    left[frames - 480..].copy_from_slice(&marker(false));
    MemoryClip::new(RATE_HZ, 1, left)
}

/// Lets the recording run on until it holds everything up to `at`, then ends it.
fn stop_after(recorder: Recorder, at: DateTime<Utc>) -> Capture {
    let deadline = Instant::now() + Duration::from_secs(10);
    while Utc::now() < at + TimeDelta::milliseconds(150) && Instant::now() < deadline {
        std::thread::park_timeout(Duration::from_millis(10));
    }
    recorder.stop()
}

fn starts_on_time(host: HostChoice, server: &PulseServer) {
    let recorder = server.record();
    let clips = (0..6).map(|number| (number, marked(12_000)));
    let mut listener = Listener::new(on_device(host, clips));
    listener.open();
    let mut asked = Vec::new();
    let mut last = Utc::now();
    for number in 0..6 {
        listener.prepare(voice(part(number), number as u8));
        // The first is asked for as soon as the output is open, the others after ever longer pauses of odd length.
        let at = listener.now().wall + TimeDelta::microseconds(150_000 + 97_313 * i64::from(number));
        listener.engine.arm(part(number), Start::At(at)).unwrap();
        let (reason, heard) = listener.ended(part(number));
        assert_eq!((reason, heard.frames), (EndReason::Complete, 12_000));
        asked.push((at, heard.start.unwrap()));
        last = heard.end.unwrap();
    }
    let capture = stop_after(recorder, last);
    let found = capture.find(&marker(true), 0..usize::MAX);
    assert_eq!(found.len(), asked.len(), "markers found: {found:?}");
    let mut late_us: Vec<i64> = found
        .iter()
        .zip(asked)
        .map(|((frame, _), (at, said))| {
            let heard_ns = capture.wall_of(*frame);
            let late_us = (heard_ns - at.timestamp_nanos_opt().unwrap()) / 1_000;
            let said_us = (heard_ns - said.timestamp_nanos_opt().unwrap()) / 1_000;
            println!("{host}: heard {late_us:+} us after the instant asked for, {said_us:+} us after the instant said");
            late_us.abs()
        })
        .collect();
    // The median: on a busy machine the sound server itself is late now and then, and its time line moves.
    late_us.sort_unstable();
    assert!(late_us[late_us.len() / 2] <= 3_000, "{late_us:?} us");
}

#[test]
fn a_clip_starts_on_its_instant_through_pulseaudio() {
    in_private_process("audio::device::a_clip_starts_on_its_instant_through_pulseaudio", |server| {
        starts_on_time(HostChoice::PulseAudio, &server);
    });
}

#[test]
fn a_clip_starts_on_its_instant_through_alsa() {
    in_private_process("audio::device::a_clip_starts_on_its_instant_through_alsa", |server| {
        starts_on_time(HostChoice::Alsa, &server);
    });
}

/// What a file sounds like at 48 kHz, by the decoder and the converter alone.
fn reference(path: &Path) -> Vec<f32> {
    let mut source = open_file(path).unwrap();
    let mut converter = Converter::new(2, source.sample_rate(), RATE_HZ, 0).unwrap();
    let (mut block, mut out) = (Vec::new(), Vec::new());
    while source.read(&mut block).unwrap() {
        converter.push(&block, &mut out).unwrap();
        block.clear();
    }
    converter.finish(&mut out).unwrap();
    out
}

/// Plays the clips one after the other, joined, with this gain; gives the recording and where its first sample is found.
fn play_joined(paths: &[PathBuf], gain_db: f64, fade: bool) -> (Vec<f32>, Vec<f32>, u64) {
    let server = PulseServer::start(paths[0].parent().unwrap());
    let recorder = server.record();
    // Samples are compared here, not instants: a busy machine shall not run the device dry.
    let mut engine = on(DeviceChoice { buffer: Duration::from_millis(250), ..DeviceChoice::default() }, []);
    engine.progress = Duration::from_millis(100);
    let files = paths.to_vec();
    engine.open = Arc::new(move |path| open_file(&files[path.to_str().unwrap().parse::<usize>().unwrap()]));
    let mut listener = Listener::new(engine);
    listener.open();
    for number in 0..paths.len() as u32 {
        let mut voice = voice(part(number), number as u8);
        voice.gain_db = gain_db;
        listener.prepare(voice);
        let start = match number.checked_sub(1) {
            Some(before) => Start::After(part(before)),
            None => Start::At(listener.now().wall + TimeDelta::milliseconds(1_000)),
        };
        listener.engine.arm(part(number), start).unwrap();
    }
    if fade {
        listener.wait("some of it", |input| match input {
            Input::Progress { frames, .. } if *frames > 4_800 => Some(()),
            _ => None,
        });
        listener.engine.fade(part(0), Duration::from_millis(500), EndReason::Shutdown).unwrap();
    }
    let mut frames = 0;
    let mut last = Utc::now();
    for number in 0..paths.len() as u32 {
        let (_, heard) = listener.ended(part(number));
        frames += heard.frames;
        last = heard.end.unwrap();
    }
    let capture = stop_after(recorder, last);
    let expected: Vec<f32> = paths.iter().flat_map(|path| reference(path)).collect();
    let template: Vec<f32> = expected.iter().step_by(2).skip(4_800).take(2_400).copied().collect();
    let found = capture.find(&template, 0..usize::MAX);
    let best = found.iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("the clip is in the recording");
    assert!(best.1 > 0.999, "{found:?}");
    (capture.samples[2 * (best.0 - 4_800)..].to_vec(), expected, frames)
}

/// Two MP3 made by lame of one sound, cut where it is loud.
fn two_mp3(folder: &Path) -> Vec<PathBuf> {
    let sound = Sound::speech(44_100, 2, 44_100 * 3, 11);
    let cut = 2 * 70_001;
    ["a.mp3", "b.mp3"]
        .into_iter()
        .zip([&sound.samples[..cut], &sound.samples[cut..]])
        .map(|(name, half)| {
            let half = Sound { rate: sound.rate, channels: sound.channels, samples: half.to_vec() };
            half.encode(folder, name, Coding::Mp3)
        })
        .collect()
}

fn worst(heard: &[f32], expected: &[f32], factor: f32) -> f32 {
    heard.iter().zip(expected).map(|(heard, expected)| (heard - expected * factor).abs()).fold(0.0, f32::max)
}

#[test]
fn two_mp3_join_on_the_sink_without_a_frame_lost_or_doubled() {
    in_private_folder("audio::device::two_mp3_join_on_the_sink_without_a_frame_lost_or_doubled", |folder| {
        let (heard, expected, frames) = play_joined(&two_mp3(folder), 0.0, false);
        // 132,300 frames at 44.1 kHz in two clips, each rounded to whole frames at 48 kHz.
        assert_eq!((expected.len() / 2) as u64, frames);
        assert!(frames.abs_diff(144_000) <= 1, "{frames} frames");
        let differs = heard.iter().zip(&expected).position(|(heard, expected)| (heard - expected).abs() > 1e-6);
        assert_eq!(differs.map(|sample| sample / 2), None, "the first frame that differs, of {frames}");
        assert!(heard[expected.len()..].iter().all(|&sample| sample == 0.0), "something sounds after the end");
    });
}

#[test]
fn gain_on_the_sink_is_right_to_a_tenth_of_a_decibel() {
    in_private_folder("audio::device::gain_on_the_sink_is_right_to_a_tenth_of_a_decibel", |folder| {
        let (heard, expected, _) = play_joined(&two_mp3(folder), -7.5, false);
        let power = |samples: &[f32]| samples.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>();
        let gain_db = 10.0 * (power(&heard[..expected.len()]) / power(&expected)).log10();
        println!("asked for -7.5 dB, heard {gain_db:.4} dB");
        assert!((gain_db + 7.5).abs() <= 0.1, "{gain_db} dB");
    });
}

#[test]
fn a_fade_on_the_sink_has_its_length_and_its_shape() {
    in_private_folder("audio::device::a_fade_on_the_sink_has_its_length_and_its_shape", |folder| {
        let (heard, expected, frames) = play_joined(&two_mp3(folder)[..1], 0.0, true);
        let frames = usize::try_from(frames).unwrap();
        let ramp = 24_000;
        assert!(frames > ramp + 4_800 && 2 * frames <= expected.len(), "{frames} frames");
        let start = frames - ramp;
        assert!(worst(&heard[..2 * start], &expected[..2 * start], 1.0) < 1e-6, "before the ramp");
        for frame in 0..ramp {
            let gain = 0.5 + 0.5 * (std::f64::consts::PI * (frame as f64 + 0.5) / ramp as f64).cos();
            let at = 2 * (start + frame);
            let difference = (f64::from(heard[at]) - f64::from(expected[at]) * gain).abs();
            assert!(difference < 1e-5, "frame {frame} of the ramp is off by {difference}");
        }
        assert!(heard[2 * frames..].iter().all(|&sample| sample == 0.0), "something sounds after the ramp");
    });
}

#[test]
fn an_output_is_opened_and_closed_again_and_again() {
    in_private_process("audio::device::an_output_is_opened_and_closed_again_and_again", |_server| {
        let mut listener = Listener::new(on_device(HostChoice::Auto, [(1, MemoryClip::noise(7, 48_000, 9_600))]));
        for number in 0..12 {
            listener.prepare(voice(part(number), 1));
            listener.open();
            listener.engine.arm(part(number), Start::At(listener.now().wall)).unwrap();
            let (reason, heard) = listener.ended(part(number));
            assert_eq!((reason, heard.frames), (EndReason::Complete, 9_600), "opening {number}");
            listener.engine.close_output(zone()).unwrap();
        }
    });
}

#[test]
fn a_killed_server_ends_the_voice_with_what_was_heard_and_the_output_can_be_opened_again() {
    let test = "audio::device::a_killed_server_ends_the_voice_with_what_was_heard_and_the_output_can_be_opened_again";
    in_private_process(test, |mut server| {
        let mut listener = Listener::new(on_device(HostChoice::Auto, [(1, MemoryClip::noise(7, 48_000, 480_000))]));
        listener.prepare(voice(part(1), 1));
        listener.open();
        listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
        let started = listener.started(part(1));
        listener.wait("two seconds of it", |input| match input {
            Input::Progress { frames, .. } if *frames >= 72_000 => Some(()),
            _ => None,
        });
        server.kill();
        let killed = Utc::now();
        let (reason, heard) = listener.ended(part(1));
        assert!(matches!(reason, EndReason::OutputLost { .. }), "{reason:?}");
        let played_ms = (killed - started).num_milliseconds();
        let heard_ms = i64::try_from(heard.frames / 48).unwrap();
        // The killing itself took place within the first of these, the loss was seen within the second.
        assert!(heard_ms >= played_ms - 250 && heard_ms <= played_ms + 250, "heard {heard_ms} of {played_ms} ms");
        listener.wait("OutputLost", |input| matches!(input, Input::OutputLost { .. }).then_some(()));

        listener.engine.open_output(zone()).unwrap();
        listener.wait("OutputLost", |input| matches!(input, Input::OutputLost { .. }).then_some(()));
        server.restart();
        listener.open();
        let mut rest = voice(part(2), 1);
        rest.from_frame = heard.frames;
        listener.prepare(rest);
        listener.engine.arm(part(2), Start::At(listener.now().wall)).unwrap();
        listener.started(part(2));
        listener.engine.fade(part(2), Duration::from_millis(200), EndReason::Shutdown).unwrap();
        assert_eq!(listener.ended(part(2)).0, EndReason::Shutdown);
    });
}
