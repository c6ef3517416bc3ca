//! Figures, printed and not asserted: run by hand with `cargo test --release --test integration -- audio::figures --ignored
//! --nocapture`.

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use loa::audio::output::device::HostChoice;

use loa::audio::source::open_file;
use loa::domain::station::Start;

use crate::audio::device::{marked, on_device};
use crate::support::audio::{Listener, part, settings, voice};
use crate::support::pulse::{PulseServer, in_private_process, marker};
use crate::support::sound::{Coding, Sound};

/// CPU time of a process so far, in milliseconds, and how often it went to sleep.
fn cost(process: &str) -> (f64, u64) {
    let (mut nanoseconds, mut sleeps) = (0.0, 0);
    for task in std::fs::read_dir(format!("/proc/{process}/task")).unwrap() {
        let path = task.unwrap().path();
        let read = |name: &str| std::fs::read_to_string(path.join(name)).unwrap_or_default();
        nanoseconds += read("schedstat").split(' ').next().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        let status = read("status");
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        sleeps += line.and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or(0);
    }
    (nanoseconds / 1e6, sleeps)
}

/// Plays a minute of MP3 and says what a minute costs.
fn minute(name: &str, mut engine: loa::audio::EngineSettings, server: Option<u32>) {
    let folder = tempfile::tempdir().unwrap();
    let mp3 = Sound::speech(44_100, 2, 44_100 * 40, 5).encode(folder.path(), "clip.mp3", Coding::Mp3);
    engine.open = std::sync::Arc::new(move |_: &Path| open_file(&mp3));
    let mut listener = Listener::new(engine);
    listener.prepare(voice(part(1), 1));
    listener.open();
    listener.engine.arm(part(1), Start::At(listener.now().wall + TimeDelta::milliseconds(100))).unwrap();
    listener.started(part(1));
    let seconds = 20;
    let server_cost = || server.map_or((0.0, 0), |pid| cost(&pid.to_string()));
    // The test's own listener polls; it is one thread, measured apart.
    std::thread::sleep(Duration::from_secs(5));
    let (before, server_before) = (cost("self"), server_cost());
    std::thread::sleep(Duration::from_secs(seconds));
    let (after, server_after) = (cost("self"), server_cost());
    println!("  CPU s since the start of the process: {}", threads());
    let per_minute = 60.0 / seconds as f64 / 1e3;
    println!(
        "{name}: {:.3} CPU s per minute, {} wake-ups per second; server {:.3} CPU s per minute, {} wake-ups per second",
        (after.0 - before.0) * per_minute,
        (after.1 - before.1) / seconds,
        (server_after.0 - server_before.0) * per_minute,
        (server_after.1 - server_before.1) / seconds,
    );
}

#[test]
#[ignore = "a measurement"]
fn cost_of_a_minute() {
    if std::env::var("LOA_TEST_PULSE_FOLDER").is_err() {
        minute("null", settings([]), None);
    }
    in_private_process("audio::figures::cost_of_a_minute", |server| {
        minute("alsa", on_device(HostChoice::Alsa, []), Some(server.pid()));
        minute("pulseaudio", on_device(HostChoice::PulseAudio, []), Some(server.pid()));
    });
}

/// Every thread of this process and its CPU time.
fn threads() -> String {
    let name = |path: &Path| std::fs::read_to_string(path.join("comm")).unwrap_or_default().trim().to_owned();
    let time = |path: &Path| {
        let text = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
        text.split(' ').next().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
    };
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    tasks.map(|path| format!("{} {:.3}", name(&path), time(&path))).collect::<Vec<_>>().join(", ")
}

/// Two hundred starts at odd instants, and how far from them the marker is found on the sink.
fn starts(host: HostChoice, server: &PulseServer) {
    let recorder = server.record();
    let mut listener = Listener::new(on_device(host, [(1, marked(2_400))]));
    listener.open();
    // The server's time line settles.
    std::thread::sleep(Duration::from_secs(2));
    let mut asked = Vec::new();
    for number in 0..200 {
        listener.prepare(voice(part(number), 1));
        let at = listener.now().wall + TimeDelta::microseconds(200_000 + 7_919 * i64::from(number % 13));
        listener.engine.arm(part(number), Start::At(at)).unwrap();
        asked.push(at.timestamp_nanos_opt().unwrap());
        listener.ended(part(number));
    }
    std::thread::sleep(Duration::from_millis(300));
    let capture = recorder.stop();
    let found = capture.find(&marker(true), 0..usize::MAX);
    let mut late_us: Vec<f64> = found
        .iter()
        .map(|&(frame, _)| {
            let heard = capture.wall_of(frame);
            asked.iter().map(|at| (heard - at) as f64 / 1e3).min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap()
        })
        .collect();
    late_us.sort_by(f64::total_cmp);
    let middle = late_us[late_us.len() / 2];
    late_us.iter_mut().for_each(|late| *late = late.abs());
    late_us.sort_by(f64::total_cmp);
    let at = |part: f64| late_us[((late_us.len() - 1) as f64 * part).round() as usize];
    println!(
        "{host}: {} of 200 starts heard, error median {:.0} us, p95 {:.0}, p99 {:.0}, max {:.0}; signed median {middle:+.0}",
        late_us.len(),
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0),
    );
}

#[test]
#[ignore = "a measurement"]
fn error_of_a_start() {
    in_private_process("audio::figures::error_of_a_start", |server| {
        starts(HostChoice::Alsa, &server);
        starts(HostChoice::PulseAudio, &server);
    });
}

/// From a command at an odd moment, with nothing prepared, to the marker on the sink, the output being open.
fn at_once(host: HostChoice, server: &PulseServer) {
    let recorder = server.record();
    let mut listener = Listener::new(on_device(host, [(1, marked(2_400))]));
    listener.open();
    std::thread::sleep(Duration::from_secs(2));
    let mut asked = Vec::new();
    for number in 0..40 {
        std::thread::sleep(Duration::from_millis(100 + 7 * u64::from(number % 13)));
        let now = listener.now().wall;
        asked.push(now.timestamp_nanos_opt().unwrap());
        listener.prepare(voice(part(number), 1));
        listener.engine.arm(part(number), Start::At(now)).unwrap();
        listener.ended(part(number));
    }
    std::thread::sleep(Duration::from_millis(300));
    let capture = recorder.stop();
    let found = capture.find(&marker(true), 0..usize::MAX);
    let mut late_ms: Vec<f64> =
        found.iter().zip(asked).map(|(&(frame, _), asked)| (capture.wall_of(frame) - asked) as f64 / 1e6).collect();
    late_ms.sort_by(f64::total_cmp);
    let last = late_ms.len() - 1;
    println!("{host}: {} commands, to sound median {:.0} ms, max {:.0}", last + 1, late_ms[last / 2], late_ms[last]);
}

#[test]
#[ignore = "a measurement"]
fn command_to_sound() {
    in_private_process("audio::figures::command_to_sound", |server| {
        at_once(HostChoice::Alsa, &server);
        at_once(HostChoice::PulseAudio, &server);
    });
}

/// What each stage of a voice costs for a minute of sound, in a single thread.
#[test]
#[ignore = "a measurement"]
fn cost_of_the_stages() {
    let folder = tempfile::tempdir().unwrap();
    let mp3 = Sound::speech(44_100, 2, 44_100 * 60, 5).encode(folder.path(), "clip.mp3", Coding::Mp3);
    let timed = |name: &str, work: &mut dyn FnMut()| {
        let before = std::time::Instant::now();
        work();
        println!("{name}: {:.4} s for a minute", before.elapsed().as_secs_f64());
    };
    let mut decoded = Vec::new();
    timed("decode", &mut || {
        let mut source = open_file(&mp3).unwrap();
        while source.read(&mut decoded).unwrap() {}
    });
    let mut converted = Vec::new();
    timed("convert", &mut || {
        let mut converter = loa::audio::resample::Converter::new(2, 44_100, 48_000, 0).unwrap();
        decoded.chunks(2_304).for_each(|block| converter.push(block, &mut converted).unwrap());
        converter.finish(&mut converted).unwrap();
    });
    let (mut producer, consumer) = rtrb::RingBuffer::new(96_000);
    let mut meter = loa::audio::meter::Meter::new(48_000, consumer);
    timed("meter", &mut || {
        for block in converted.chunks(3_840) {
            producer.push_entire_slice(block).unwrap();
            meter.drain();
        }
    });
    let mut ebur = ebur128::EbuR128::new(2, 48_000, ebur128::Mode::I | ebur128::Mode::M).unwrap();
    timed("of it ebur128", &mut || converted.chunks(3_840).for_each(|block| ebur.add_frames_f32(block).unwrap()));
    timed("momentary", &mut || (0..300).for_each(|_| assert!(ebur.loudness_momentary().is_ok())));
    timed("global", &mut || assert!(ebur.loudness_global().is_ok()));
}
