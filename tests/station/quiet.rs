//! The station on the paced null output, its programme recorded: what needs no sound server.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use loa::domain::log::{End, EndReason, Incident, Intent, Record};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::town::Town;
use crate::support::sound::Sound;

const NULL: &str = "kind = \"null\"";

fn clip(seconds: u64, seed: u64) -> Sound {
    Sound::noise(48_000, 1, seconds * 48_000, 0.2, seed)
}

fn last(town: &Town) -> Record {
    town.records().pop().unwrap()
}

#[test]
fn told_to_end_it_fades_out_closes_the_log_and_tells_systemd() {
    let town = Town::new(NULL, "[shutdown]\nrest = \"fade\"");
    town.add_sound(&clip(30, 1), "Một");
    let path = town.data().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let hear = |what: &str| {
        let mut word = [0; 256];
        for _ in 0..200 {
            let length = socket.recv(&mut word).unwrap_or_else(|error| panic!("{what} never came: {error}"));
            if std::str::from_utf8(&word[..length]).unwrap().lines().any(|line| line == what) {
                return;
            }
        }
        panic!("{what} never came");
    };
    let station = town.start_with(&[("NOTIFY_SOCKET", path.to_str().unwrap()), ("WATCHDOG_USEC", "400000")]);
    hear("READY=1");
    hear("WATCHDOG=1");
    hear("WATCHDOG=1");
    town.loa(&["play", "1"]);
    town.wait_on_air(1.0);
    station.terminate();
    hear("STOPPING=1");
    assert_eq!(station.ended().code(), Some(0));
    let [(intent, end)] = &town.parts()[..] else { panic!("one part: {:?}", town.records()) };
    assert_eq!(end.reason, EndReason::Shutdown);
    assert!(end.frames >= 48_000 && end.frames < intent.frames_total, "{} frames", end.frames);
    assert!(matches!(last(&town), Record::Incident(Incident::Stopped { .. })), "{:?}", last(&town));
    town.verify();
}

#[test]
fn told_to_end_it_finishes_what_is_on_air() {
    let town = Town::new(NULL, "[shutdown]\nrest = \"finish\"");
    town.add_sound(&clip(4, 2), "Một");
    let station = town.start();
    town.loa(&["play", "1"]);
    town.wait_on_air(0.2);
    station.terminate();
    assert_eq!(station.ended().code(), Some(0));
    let [(_, end)] = &town.parts()[..] else { panic!("one part: {:?}", town.records()) };
    assert_eq!((&end.reason, end.frames), (&EndReason::Complete, 4 * 48_000));
    assert!(matches!(last(&town), Record::Incident(Incident::Stopped { .. })), "{:?}", last(&town));
    town.verify();
}

#[test]
fn a_second_station_on_the_same_folder_is_refused_and_names_the_first() {
    let town = Town::new(NULL, "");
    let station = town.start();
    let (code, said) = town.refused(&["run"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains(&station.pid().to_string()), "{said}");
    assert_eq!(town.status()["pid"], station.pid(), "the first goes on");
}

#[test]
fn a_locked_database_does_not_touch_the_sound_and_the_rows_come_later() {
    let town = Town::new(NULL, "");
    let sound = clip(8, 3);
    town.add_sound(&sound, "Một");
    let station = town.start();
    town.loa(&["play", "1"]);
    town.wait_on_air(0.5);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let path = town.data().join(loa::store::DATABASE_NAME);
    let mut thief = runtime.block_on(SqliteConnectOptions::new().filename(path).connect()).unwrap();
    runtime.block_on(sqlx::raw_sql("begin immediate").execute(&mut thief)).unwrap();
    town.wait("the clip is over", || town.status()["on_air"].is_null().then_some(()));
    town.wait("the station says that its log waits", || {
        town.status()["log"]["spilled"].as_u64().filter(|waiting| *waiting > 0)
    });
    assert!(town.parts().is_empty(), "nobody can have written: {:?}", town.records());
    runtime.block_on(sqlx::raw_sql("rollback").execute(&mut thief)).unwrap();
    runtime.block_on(thief.close()).unwrap();
    let row = town.wait_row("aired");
    assert_eq!((row["frames"].as_u64(), row["reason"].as_str()), (Some(sound.frames()), Some("complete")), "{row}");
    assert!(town.incident(|incident| matches!(incident, Incident::LogSpilled { .. })));
    station.terminate();
    assert_eq!(station.ended().code(), Some(0));
    town.verify();
    // What went out, sample by sample: the clip without a gap. Noise is silent for no two frames.
    let zone = std::fs::read_dir(town.data().join("programme")).unwrap().next().unwrap().unwrap().path();
    let programme = std::fs::read_dir(zone).unwrap().next().unwrap().unwrap().path();
    let mut decoder = loa::audio::decode::Decoder::open(&programme).unwrap();
    let mut left: Vec<i16> = Vec::new();
    while let Some(block) = decoder.next_block().unwrap() {
        left.extend(block.samples.iter().step_by(2).map(|sample| loa::audio::frames::to_pcm(*sample)));
    }
    let from = left.iter().position(|sample| *sample != 0).unwrap();
    let to = left.iter().rposition(|sample| *sample != 0).unwrap();
    let frames = usize::try_from(sound.frames()).unwrap();
    assert!((to - from).abs_diff(frames) < 100, "{} frames from the first to the last", to - from);
    let quiet = left[from..to].chunk_by(|a, b| *a == 0 && *b == 0).map(<[i16]>::len).max().unwrap();
    assert!(quiet < 16, "a gap of {quiet} frames");
}

#[test]
fn a_clip_whose_file_is_gone_gives_way_to_the_next_of_the_rotation() {
    let town = Town::new(NULL, "");
    town.add_sound(&clip(2, 4), "Một");
    let mut files = Vec::new();
    let mut folders = vec![town.data().join("clips")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert!(!files.is_empty(), "the first clip has its file");
    town.add_sound(&clip(2, 5), "Hai");
    files.iter().for_each(|file| std::fs::remove_file(file).unwrap());
    let at = town.slot(Duration::from_secs(4), &["rotation:1"], &[]);
    let station = town.start();
    let row = town.wait_row("aired");
    assert_eq!(row["title"], "Hai", "{row}");
    let start: chrono::DateTime<chrono::Utc> = row["start"].as_str().unwrap().parse().unwrap();
    assert!((start - at).num_milliseconds().abs() <= 50, "{row}");
    assert!(town.incident(|incident| matches!(incident, Incident::ClipBad { title, .. } if title == "Một")));
    drop(station);
}

/// A slot of two clips, the power cut in the first one; every part that the log tells of, once the rows have these outcomes.
fn cut_in_the_first(policy: &str, outcomes: &[&str]) -> Vec<(Intent, End)> {
    let town = Town::new(NULL, "");
    town.add_sound(&clip(5, 6), "Một");
    town.add_sound(&clip(2, 7), "Hai");
    town.slot(Duration::from_secs(3), &["clip:1", "clip:2"], &["--interrupted", policy]);
    let station = town.start();
    town.wait_on_air(1.5);
    station.kill();
    let _station = town.start();
    town.wait(&format!("the rows say {outcomes:?}"), || {
        let rows = town.loa(&["log"]);
        let said: Vec<&str> = rows.as_array().unwrap().iter().filter_map(|row| row["outcome"].as_str()).collect();
        (said == outcomes).then_some(())
    });
    town.verify();
    town.parts()
}

#[test]
fn after_a_power_cut_restart_plays_the_clip_again_from_its_head() {
    let parts = cut_in_the_first("restart", &["partial", "aired", "aired"]);
    let [(first, cut), (again, whole), (next, _)] = &parts[..] else { panic!("three parts: {parts:#?}") };
    assert!(cut.reason == EndReason::PowerLoss && cut.frames >= 48_000, "{cut:?}");
    assert_eq!(
        (again.sound.clip().unwrap().item, again.from_frame),
        (first.sound.clip().unwrap().item, 0),
        "the same clip, from its head"
    );
    assert_ne!(again.part.airing, first.part.airing, "an airing of its own");
    assert_eq!((&whole.reason, whole.frames), (&EndReason::Complete, first.frames_total));
    assert_eq!(next.sound.clip().unwrap().title, "Hai");
}

#[test]
fn after_a_power_cut_drop_goes_on_with_the_next_clip() {
    let parts = cut_in_the_first("drop", &["partial", "aired"]);
    let [(_, cut), (next, whole)] = &parts[..] else { panic!("two parts: {parts:#?}") };
    assert!(cut.reason == EndReason::PowerLoss && cut.frames >= 48_000, "{cut:?}");
    assert_eq!((next.sound.clip().unwrap().title.as_str(), &whole.reason), ("Hai", &EndReason::Complete));
}
