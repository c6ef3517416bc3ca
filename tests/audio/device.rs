//! The engine on a real sound server: what the sink was given, sample by sample and instant by instant.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use loa::audio::EngineSettings;
use loa::audio::output::device::{DeviceChoice, HostChoice};
use loa::audio::output::{OutputKind, OutputSettings, Programme};
use loa::domain::log::EndReason;
use loa::domain::station::{Input, Start};

use crate::support::audio::{Listener, MemoryClip, part, settings, voice, zone};
use crate::support::pulse::{Capture, RATE_HZ, Recorder, in_private_process, marker};

/// An engine whose output is the default device of `host`.
pub(super) fn on_device(host: HostChoice, clips: impl IntoIterator<Item = (u8, MemoryClip)>) -> EngineSettings {
    let mut settings = settings(clips);
    let programme = Programme { rate_hz: settings.rate_hz, clock: Arc::clone(&settings.clock) };
    let choice = DeviceChoice { host, ..DeviceChoice::default() };
    let output = OutputSettings { kind: OutputKind::Device(choice), record: None };
    settings.output = Arc::new(move || output.make(&programme));
    settings
}

/// A clip that begins with a rising marker and ends with a falling one.
fn marked(frames: usize) -> MemoryClip {
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

fn starts_on_time(host: HostChoice, server: &crate::support::pulse::PulseServer) {
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
