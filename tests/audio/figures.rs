//! Figures, printed and not asserted: run by hand with `cargo test --release --test integration -- audio::figures --ignored
//! --nocapture`.

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use loa::audio::output::device::HostChoice;

use loa::audio::source::open_file;
use loa::domain::station::Start;

use crate::audio::device::on_device;
use crate::support::audio::{Listener, part, settings, voice};
use crate::support::pulse::in_private_process;
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
    minute("null", settings([]), None);
    in_private_process("audio::figures::cost_of_a_minute", |server| {
        minute("alsa", on_device(HostChoice::Alsa, []), Some(server.pid()));
        minute("pulseaudio", on_device(HostChoice::PulseAudio, []), Some(server.pid()));
    });
}
