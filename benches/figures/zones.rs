//! Several zones: how far apart they sound, what each costs; and how soon an emergency is heard.

use std::time::{Duration, Instant};

use crate::import::mp3;
use crate::sounding::marked;
use crate::station::{Station, second_in, wait_until};
use crate::support::pulse::{Capture, RATE_HZ, marker, wall_ns};
use crate::support::sound::{Coding, Sound};
use crate::table::{percentile, row};

/// A zone on a sink of this name, or on none.
fn zone(id: &str, sink: Option<&str>) -> String {
    let output = match sink {
        Some(sink) => format!("kind = \"device\"\nhost = \"pulseaudio\"\ndevice = \"{sink}\""),
        None => "kind = \"null\"".to_owned(),
    };
    format!("[[zone]]\nid = \"{id}\"\nname = \"{id}\"\n[zone.output]\n{output}\n")
}

/// When the rising marker is heard nearest this instant.
fn heard(capture: &Capture, near: i64) -> Option<i64> {
    let within = capture.frame_at(near - 300_000_000)..capture.frame_at(near + 1_500_000_000);
    Some(capture.wall_of(capture.find(&marker(true), within).first()?.0))
}

/// How far apart, in milliseconds, two zones heard what was due at this second.
fn apart_ms(one: &Capture, other: &Capture, second: i64) -> Option<f64> {
    let due = second * 1_000_000_000;
    Some((heard(one, due)? - heard(other, due)?).abs() as f64 / 1e6)
}

/// Two zones on sinks of 48 and 44.1 kHz, with more in the configuration.
fn two_zones(more: &str) -> Station {
    let station = Station::with(&format!("{more}{}{}", zone("dong", Some("dong")), zone("tay", Some("tay"))));
    station.server.plug("dong", RATE_HZ);
    station.server.plug("tay", 44_100);
    station
}

/// How far apart two zones are while one clip is heard in both for so many minutes: at its start, and after each minute.
pub(crate) fn zones_for_minutes(minutes: u32) {
    /// A marker comes so often.
    const PIECE_S: u32 = 10;
    let station = two_zones("[schedule]\nsession_minutes_max = 720\n");
    let mut piece = Sound::sine(RATE_HZ, 1, u64::from(PIECE_S * RATE_HZ), 300.0, -26.0);
    let marker = marker(true);
    piece.samples[..marker.len()].copy_from_slice(&marker);
    let file = station.folder().join("long.wav");
    piece.write_wav_repeated(&file, minutes * 60 / PIECE_S + 1);
    station.add(&file);
    let _daemon = station.run();
    // All the time, some 46 MB a minute: a recorder that comes or goes moves the time line of a sink.
    let (dong, tay) = (station.server.record_sink("dong"), station.server.record_sink("tay"));
    let first = second_in(20);
    station.at_in(first, &format!("{}m", minutes + 1), &[1], &["dong", "tay"]);
    wait_until(first + i64::from(minutes) * 60 + 3);
    let (dong, tay) = (dong.stop(), tay.stop());
    let looks = (0..=i64::from(minutes)).map(|minute| first + minute * 60);
    let apart: Vec<f64> = looks.filter_map(|second| apart_ms(&dong, &tay, second)).collect();
    let reached = format!(
        "median {:.3} ms, most {:.3} ms; heard at {} of {} looks",
        percentile(&apart, 0.5),
        percentile(&apart, 1.0),
        apart.len(),
        minutes + 1
    );
    let figure = format!("two zones on sinks of 48 and 44.1 kHz apart, in one clip of {minutes} min");
    row(&figure, &reached, "<= 1 ms for an hour", &format!("zones-long {minutes}"));
}

/// How far apart two zones start on sinks of 48 and 44.1 kHz, over so many starts, and how soon an emergency is heard after
/// `loa emergency raise` was called, over as many.
pub(crate) fn zones(count: u32) {
    let station = two_zones("");
    station.add(&marked(station.folder(), "start", 300.0, Coding::Flac));
    let _daemon = station.run();
    let (dong, tay) = (station.server.record_sink("dong"), station.server.record_sink("tay"));
    let first = second_in(15);
    let planned: Vec<i64> = (0..i64::from(count)).map(|number| first + number * 6).collect();
    for second in &planned {
        station.at_in(*second, "2s", &[1], &["dong", "tay"]);
    }
    wait_until(first + i64::from(count) * 6);
    let (dong, tay) = (dong.stop(), tay.stop());
    let apart: Vec<f64> = planned.iter().filter_map(|second| apart_ms(&dong, &tay, *second)).collect();
    let reached = format!(
        "median {:.3} ms, most {:.3} ms; {} of {count} heard",
        percentile(&apart, 0.5),
        percentile(&apart, 1.0),
        apart.len()
    );
    row("two zones on sinks of 48 and 44.1 kHz apart", &reached, "<= 1 ms", &format!("zones {count}"));
}

/// From the start of `loa emergency raise` to the first sample heard, on an open output.
pub(crate) fn emergency(count: u32) {
    let station = Station::with(&zone("loa", Some("out")));
    // Silence for as long as it takes: what is cut must not hide what cuts it.
    let tone = Sound::sine(RATE_HZ, 2, u64::from(RATE_HZ), 300.0, -20.0);
    let silence = Sound::silence(RATE_HZ, 2, u64::from(RATE_HZ) * 600);
    station.add(&tone.then(&silence).encode(station.folder(), "long", Coding::Flac));
    station.add(&marked(station.folder(), "alarm", 300.0, Coding::Flac));
    let _daemon = station.run();
    let recorder = station.server.record();
    station.ask(&["play", "1"]);
    std::thread::sleep(Duration::from_secs(4));
    let asked: Vec<i64> = (0..count)
        .map(|number| {
            // At no particular place of the buffers.
            std::thread::sleep(Duration::from_millis(2_500 + u64::from(number) * 37 % 200));
            let asked = wall_ns();
            station.ask(&["emergency", "raise", "2"]);
            asked
        })
        .collect();
    std::thread::sleep(Duration::from_secs(2));
    let capture = recorder.stop();
    let after: Vec<f64> =
        asked.iter().filter_map(|asked| Some((heard(&capture, asked + 300_000_000)? - asked) as f64 / 1e6)).collect();
    let reached = format!(
        "median {:.0} ms, most {:.0} ms; {} of {count} heard",
        percentile(&after, 0.5),
        percentile(&after, 1.0),
        after.len()
    );
    row("from `loa emergency raise` to the sound, output open", &reached, "<= 150 ms", &format!("emergency {count}"));
}

/// CPU of the whole program for each of 1, 4 and 16 zones on the null output, all with the same clip, for so many seconds.
pub(crate) fn cost_of_zones(seconds: u32) {
    for zones in [1, 4, 16] {
        let names: Vec<String> = (1..=zones).map(|number| format!("z{number}")).collect();
        let station = Station::with(&names.iter().map(|name| zone(name, None)).collect::<String>());
        station.add(&mp3(station.folder(), "long", 12, 1));
        let daemon = station.run();
        let second = second_in(4);
        station.at_in(second, "13m", &[1], &names.iter().map(String::as_str).collect::<Vec<_>>());
        wait_until(second + 5);
        let (begun, before) = (Instant::now(), daemon.cpu_seconds());
        std::thread::sleep(Duration::from_secs(u64::from(seconds)));
        let cpu = (daemon.cpu_seconds() - before) * 60.0 / begun.elapsed().as_secs_f64();
        let reached = format!("{cpu:.2} s, {:.2} s a zone", cpu / f64::from(zones));
        let figure = format!("CPU per minute of 44.1 kHz stereo MP3 in {zones} zones, null output");
        row(&figure, &reached, "-", &format!("zone-cost {seconds}"));
    }
}
