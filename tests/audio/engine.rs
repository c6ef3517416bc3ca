//! The engine on the paced null output: the station's protocol from end to end.

use std::time::Duration;

use chrono::TimeDelta;
use loa::domain::log::EndReason;
use loa::domain::station::{Input, Start};

use crate::support::audio::{Listener, MemoryClip, part, settings, voice, zone};

#[test]
fn a_clip_is_prepared_starts_at_its_instant_and_is_heard_whole() {
    let mut listener = Listener::new(settings([(1, MemoryClip::noise(1, 48_000, 24_000))]));
    listener.prepare(voice(part(1), 1));
    listener.open();
    let at = listener.now().wall + TimeDelta::milliseconds(200);
    listener.engine.arm(part(1), Start::At(at)).unwrap();
    let started = listener.started(part(1));
    let off = (started - at).num_microseconds().unwrap().abs();
    assert!(off <= 250, "{off} us between the asked instant and the frame chosen for it");
    let (reason, heard) = listener.ended(part(1));
    assert_eq!((reason, heard.frames), (EndReason::Complete, 24_000));
    assert_eq!(heard.start, Some(started));
    let took = heard.end.unwrap() - started - TimeDelta::milliseconds(500);
    assert!(took.abs() < TimeDelta::microseconds(50), "{took} more than its length");
    assert!(listener.now().wall >= heard.end.unwrap(), "told before the last frame was heard");
    assert_eq!(heard.zones[0].frames, 24_000);
    assert!(heard.level.loudness_lufs.unwrap() > -20.0 && heard.level.silent_ms == 0, "{:?}", heard.level);
}

#[test]
fn a_voice_that_waits_for_its_instant_may_be_given_another_and_one_that_sounds_may_not() {
    let mut listener = Listener::new(settings([(1, MemoryClip::noise(1, 48_000, 24_000))]));
    listener.prepare(voice(part(1), 1));
    listener.open();
    let now = listener.now().wall;
    let (late, soon) = (now + TimeDelta::seconds(60), now + TimeDelta::milliseconds(300));
    listener.engine.arm(part(1), Start::At(late)).unwrap();
    listener.engine.arm(part(1), Start::At(soon)).unwrap();
    let started = listener.started(part(1));
    assert!((started - soon).abs() <= TimeDelta::microseconds(250), "{started} for {soon}");
    listener.engine.arm(part(1), Start::At(late)).unwrap();
    let (reason, heard) = listener.ended(part(1));
    assert_eq!((reason, heard.frames, heard.start), (EndReason::Complete, 24_000, Some(started)));
}

#[test]
fn two_clips_of_different_rates_join_with_nothing_between() {
    let clips = [(1, MemoryClip::noise(1, 48_000, 9_600)), (2, MemoryClip::sine(44_100, 8_820, 1_000.0, 0.5))];
    let mut listener = Listener::new(settings(clips));
    listener.prepare(voice(part(1), 1));
    listener.prepare(voice(part(2), 2));
    listener.open();
    // The follower may be armed first: it waits for the other.
    listener.engine.arm(part(2), Start::After(part(1))).unwrap();
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    let (_, first) = listener.ended(part(1));
    let (reason, second) = listener.ended(part(2));
    assert_eq!((reason, first.frames, second.frames), (EndReason::Complete, 9_600, 9_600));
    let gap = second.start.unwrap() - first.end.unwrap();
    assert!(gap.abs() < TimeDelta::microseconds(2), "{gap}");
}

#[test]
fn what_is_wrong_with_a_clip_is_said_when_it_is_prepared() {
    let clips = [(1, MemoryClip::new(48_000, 2, Vec::new())), (2, MemoryClip::new(48_000, 0, Vec::new()))];
    let mut listener = Listener::new(settings(clips));
    for (number, expected) in [(1, "holds no audio"), (2, "0 channels"), (3, "no clip 3")] {
        listener.engine.prepare(voice(part(number.into()), number)).unwrap();
        let fault = listener.wait("PrepareFailed", |input| match input {
            Input::PrepareFailed { fault, .. } => Some(fault.clone()),
            _ => None,
        });
        assert!(fault.contains(expected), "{fault}");
    }
}

#[test]
fn a_decoder_that_fails_in_the_middle_ends_the_voice_after_what_it_had() {
    let mut clip = MemoryClip::noise(1, 48_000, 48_000);
    clip.fails_at = Some(30_000);
    let mut listener = Listener::new(settings([(1, clip)]));
    listener.prepare(voice(part(1), 1));
    listener.open();
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    let (reason, heard) = listener.ended(part(1));
    assert_eq!(reason, EndReason::DecodeFailed { error: "the frame is damaged".to_owned() });
    assert_eq!(heard.frames, 30_000);
}

#[test]
fn a_fade_ends_with_the_reason_asked_and_the_frames_heard() {
    let mut listener = Listener::new(settings([(1, MemoryClip::noise(1, 48_000, 480_000))]));
    listener.prepare(voice(part(1), 1));
    listener.open();
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    let started = listener.started(part(1));
    let reason = EndReason::Skipped { by: "Lan".to_owned() };
    listener.engine.fade(part(1), Duration::from_millis(200), reason.clone()).unwrap();
    let (ended, heard) = listener.ended(part(1));
    assert_eq!(ended, reason);
    assert!(heard.frames >= 9_600 && heard.frames < 480_000, "{} frames", heard.frames);
    let took = heard.end.unwrap() - started;
    let expected = TimeDelta::nanoseconds((heard.frames as i64 * 1_000_000_000) / 48_000);
    assert!((took - expected).abs() < TimeDelta::microseconds(50), "{took} for {} frames", heard.frames);
}

#[test]
fn a_voice_that_never_started_is_dropped_without_a_frame() {
    let clip = MemoryClip::noise(1, 48_000, 48_000);
    let mut listener = Listener::new(settings([(1, clip.clone()), (2, clip.clone()), (3, clip)]));
    listener.prepare(voice(part(1), 1));
    listener.engine.discard(part(1)).unwrap();
    let (reason, heard) = listener.ended(part(1));
    assert_eq!((reason, heard.frames, heard.start), (EndReason::NotStarted, 0, None));
    // Armed for later, in the mixer already.
    listener.open();
    listener.prepare(voice(part(2), 2));
    let later = listener.now().wall + TimeDelta::seconds(60);
    listener.engine.arm(part(2), Start::At(later)).unwrap();
    listener.engine.discard(part(2)).unwrap();
    let (reason, heard) = listener.ended(part(2));
    assert_eq!((reason, heard.frames, heard.start), (EndReason::NotStarted, 0, None));
    // Told to start with the output closed.
    listener.engine.close_output(zone()).unwrap();
    listener.prepare(voice(part(3), 3));
    listener.engine.arm(part(3), Start::At(later)).unwrap();
    let (reason, _) = listener.ended(part(3));
    assert!(matches!(reason, EndReason::OutputLost { .. }), "{reason:?}");
}

#[test]
fn progress_comes_on_its_own_and_when_asked_and_never_goes_back() {
    let mut settings = settings([(1, MemoryClip::noise(1, 48_000, 96_000))]);
    settings.progress = Duration::from_millis(300);
    let mut listener = Listener::new(settings);
    listener.prepare(voice(part(1), 1));
    listener.open();
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    listener.started(part(1));
    listener.engine.ask_progress().unwrap();
    listener.ended(part(1));
    let frames: Vec<u64> = listener
        .said()
        .iter()
        .filter_map(|input| match input {
            Input::Progress { frames, .. } => Some(*frames),
            _ => None,
        })
        .collect();
    assert!(frames.len() >= 4, "{frames:?}");
    assert!(frames.is_sorted() && *frames.last().unwrap() <= 96_000, "{frames:?}");
    assert!(frames[0] < 14_400, "the one asked for came at {} frames", frames[0]);
}

#[test]
fn a_held_voice_is_silent_for_as_long_as_it_is_held_and_then_goes_on() {
    let mut listener = Listener::new(settings([(1, MemoryClip::noise(1, 48_000, 48_000))]));
    listener.prepare(voice(part(1), 1));
    listener.open();
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    listener.started(part(1));
    listener.engine.hold(part(1), true).unwrap();
    let held = std::time::Instant::now();
    std::thread::park_timeout(Duration::from_millis(500));
    let held_ms = i64::try_from(held.elapsed().as_millis()).unwrap();
    listener.engine.hold(part(1), false).unwrap();
    let (reason, heard) = listener.ended(part(1));
    assert_eq!((reason, heard.frames, heard.zones[0].underrun_frames), (EndReason::Complete, 48_000, 0));
    let silent_ms = (heard.end.unwrap() - heard.start.unwrap()).num_milliseconds() - 1_000;
    // Both commands wait for the next buffer, so the silence is off by a buffer or two, and by what the machine is late.
    assert!(silent_ms >= held_ms - 150, "silent for {silent_ms} ms, held for {held_ms}");
}

#[test]
fn what_is_asked_for_another_zone_is_refused() {
    let mut listener = Listener::new(settings([]));
    listener.engine.open_output(loa::domain::slot::ZoneId("elsewhere".to_owned())).unwrap();
    let error = listener.wait("OutputLost", |input| match input {
        Input::OutputLost { error, .. } => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error, format!("this engine plays for zone {}", zone()));
}
