//! What is heard, and when: measured on the recorded monitor of a sound server that is paced like a card.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::station::{Station, second_in, wait_until};
use crate::support::load::Load;
use crate::support::pulse::{RATE_HZ, marker, wall_ns};
use crate::support::sound::{Coding, Sound};
use crate::table::{percentile, row};

/// Frames of the clips that are searched for: half a second.
const CLIP_FRAMES: u64 = 24_000;
/// From one start to the next; long enough for the output to be closed and opened in between.
const PERIOD_SECONDS: i64 = 6;

/// A quiet tone between a rising marker as its first samples and a falling one as its last.
pub(crate) fn marked(folder: &Path, name: &str, hertz: f64, coding: Coding) -> PathBuf {
    let mut sound = Sound::sine(RATE_HZ, 2, CLIP_FRAMES, hertz, -26.0);
    let length = sound.samples.len();
    for (frame, sample) in marker(true).into_iter().enumerate() {
        sound.samples[2 * frame..2 * frame + 2].fill(sample);
    }
    let falling = marker(false);
    let first = length - 2 * falling.len();
    for (frame, sample) in falling.into_iter().enumerate() {
        sound.samples[first + 2 * frame..first + 2 * frame + 2].fill(sample);
    }
    sound.encode(folder, name, coding)
}

/// How late the first sample of an MP3 sounds after its planned instant, over so many starts.
pub(crate) fn starts(count: u32) {
    let station = Station::new();
    station.add(&marked(station.folder(), "start", 300.0, Coding::Mp3));
    let _daemon = station.run();
    let reached = errors_of_starts(&station, count);
    let command = format!("start {count}");
    row(
        "start error, planned instant to first sample heard, MP3",
        &reached,
        "median <= 0.7 ms, p99 <= 1.5 ms",
        &command,
    );
}

/// The same while 200 pages follow the station and recordings come in and are measured all the time.
pub(crate) fn starts_under_load(count: u32) {
    let station = Station::new();
    station.add(&marked(station.folder(), "start", 300.0, Coding::Mp3));
    let token = station.token();
    let _daemon = station.run();
    let load = Load::start(&station.console(), &token, 200, u32::MAX);
    let reached = errors_of_starts(&station, count);
    let reached = format!("{reached}; {} pages, {} recordings taken", load.seated(), load.sent());
    load.end();
    row("the same with 200 pages and recordings coming in", &reached, "p99 <= 3 ms", &format!("load {count}"));
}

fn errors_of_starts(station: &Station, count: u32) -> String {
    let recorder = station.server.record();
    // Planned in advance, as a station does; one slot a start.
    let first = second_in(15 + i64::from(count) / 10);
    let planned: Vec<i64> = (0..i64::from(count)).map(|number| first + number * PERIOD_SECONDS).collect();
    for second in &planned {
        station.at(*second, "2s", &[1]);
    }
    wait_until(first + i64::from(count) * PERIOD_SECONDS);
    let capture = recorder.stop();
    let rising = marker(true);
    let errors: Vec<f64> = planned
        .iter()
        .filter_map(|second| {
            let due = second * 1_000_000_000;
            let within = capture.frame_at(due - 300_000_000)..capture.frame_at(due + 1_500_000_000);
            let heard = capture.find(&rising, within).first()?.0;
            Some((capture.wall_of(heard) - due) as f64 / 1e6)
        })
        .collect();
    let late: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
    format!(
        "median {:.2} ms, p99 {:.2} ms (signed {:.2} to {:.2}); {} of {count} heard",
        percentile(&late, 0.5),
        percentile(&late, 0.99),
        percentile(&errors, 0.0),
        percentile(&errors, 1.0),
        errors.len()
    )
}

/// Frames lost or doubled where two clips meet, for pairs of formats, so many times each.
pub(crate) fn joins(times: u32) {
    let station = Station::new();
    let folder = station.folder().to_owned();
    for (number, coding) in [Coding::Mp3, Coding::Flac].into_iter().cycle().take(4).enumerate() {
        station.add(&marked(&folder, &format!("join-{number}"), 300.0 + 50.0 * number as f64, coding));
    }
    let pairs = [("mp3 to mp3", [1, 3]), ("flac to flac", [2, 4]), ("mp3 to flac", [1, 2]), ("flac to mp3", [2, 1])];
    let _daemon = station.run();
    let recorder = station.server.record();
    let first = second_in(15);
    let mut planned = Vec::new();
    for (name, pair) in pairs {
        for _ in 0..times {
            let second = first + planned.len() as i64 * PERIOD_SECONDS;
            station.at(second, "3s", &pair);
            planned.push((name, second));
        }
    }
    wait_until(first + planned.len() as i64 * PERIOD_SECONDS);
    let capture = recorder.stop();
    let rising = marker(true);
    for (name, _) in pairs {
        let mut errors = Vec::new();
        for (_, second) in planned.iter().filter(|planned| planned.0 == name) {
            let due = second * 1_000_000_000;
            let within = capture.frame_at(due - 300_000_000)..capture.frame_at(due + 2_500_000_000);
            match capture.find(&rising, within)[..] {
                [(one, _), (two, _)] => errors.push(format!("{}", two as i64 - one as i64 - CLIP_FRAMES as i64)),
                ref found => errors.push(format!("{} markers heard", found.len())),
            }
        }
        row(&format!("join {name}, frames"), &errors.join(", "), "0", "join");
    }
}

/// A tone plays, the daemon is killed and started again at once: how long until it sounds again.
pub(crate) fn kill(times: u32) {
    let mut silences = Vec::new();
    for _ in 0..times {
        let station = Station::new();
        let tone = Sound::sine(44_100, 2, 44_100 * 60, 440.0, -12.0);
        station.add(&tone.encode(station.folder(), "tone", Coding::Mp3));
        let mut daemon = station.run();
        let recorder = station.server.record();
        let second = second_in(4);
        station.at(second, "2m", &[1]);
        wait_until(second + 5);
        let killed = wall_ns();
        daemon.kill();
        let _next = station.spawn();
        std::thread::sleep(Duration::from_secs(3));
        let capture = recorder.stop();
        let (from, left) = (capture.frame_at(killed), capture.left());
        // In pieces of 2 ms: the tone is there, or it is not.
        let loud: Vec<bool> =
            left[from..].chunks(96).map(|piece| piece.iter().any(|sample| sample.abs() > 0.01)).collect();
        let silent = loud.windows(5).position(|pieces| !pieces.contains(&true));
        let again = silent.and_then(|silent| loud[silent..].iter().position(|loud| *loud).map(|after| silent + after));
        silences.push(match again {
            Some(piece) => format!("{} ms", (capture.wall_of(from + piece * 96) - killed) / 1_000_000),
            None if silent.is_none() => "never silent for 10 ms".to_owned(),
            None => "not within 3 s".to_owned(),
        });
    }
    row("kill -9 and immediate start, to sound again", &silences.join(", "), "<= 120 ms", "kill");
}
