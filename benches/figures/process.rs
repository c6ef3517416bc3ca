//! What the running daemon costs.

use std::time::{Duration, Instant};

use crate::import::mp3;
use crate::station::{Daemon, Station, second_in, wait_until};
use crate::table::{milliseconds, row};

/// CPU seconds per minute and the most memory seen, over so many seconds.
fn watch(daemon: &Daemon, seconds: u32) -> (f64, f64, f64) {
    let (begun, before) = (Instant::now(), daemon.cpu_seconds());
    let mut memory = (0.0f64, 0.0f64);
    for _ in 0..seconds {
        std::thread::sleep(Duration::from_secs(1));
        let now = daemon.memory();
        memory = (memory.0.max(now.0), memory.1.max(now.1));
    }
    ((daemon.cpu_seconds() - before) * 60.0 / begun.elapsed().as_secs_f64(), memory.0, memory.1)
}

/// Cold start, then idle with the output closed, then playing a 12-minute MP3, each watched for so many seconds.
pub(crate) fn cost(seconds: u32) {
    let station = Station::new();
    station.add(&mp3(station.folder(), "long", 12, 1));
    let daemon = station.run();
    row("cold start to ready, empty log", &milliseconds(daemon.ready), "<= 300 ms", "cost");
    std::thread::sleep(Duration::from_secs(3));
    let (cpu, rss, pss) = watch(&daemon, seconds);
    row("CPU idle, output closed", &format!("{:.3} % of a core", cpu / 0.6), "<= 0.02 %", "cost");
    row("memory idle, output closed", &format!("{rss:.1} MB RSS, {pss:.1} MB PSS"), "<= 30 MB RSS", "cost");
    let second = second_in(4);
    station.at(second, "13m", &[1]);
    wait_until(second + 5);
    let (cpu, rss, pss) = watch(&daemon, seconds);
    row("CPU per minute of 44.1 kHz stereo MP3 aired", &format!("{cpu:.3} s"), "<= 0.25 s", "cost");
    row("memory playing", &format!("{rss:.1} MB RSS, {pss:.1} MB PSS"), "<= 40 MB RSS", "cost");
}
