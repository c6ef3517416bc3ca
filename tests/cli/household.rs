//! One data folder, one writer: who may work on it when, and what a power cut leaves.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::cli::{Town, there};

#[test]
fn a_second_station_is_told_who_runs_already() {
    let town = Town::new();
    let daemon = town.start();
    let pid = daemon.pid().to_string();
    town.loa(&["run"]).failed(3, &format!("process {pid}"));
    let status = town.json(&["status"]);
    assert_eq!(status["pid"], daemon.pid(), "the first goes on");
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn with_a_station_running_commands_go_through_its_socket() {
    let town = Town::new();
    town.furnish();
    let daemon = town.start();
    let socket = town.data().join("loa.sock");
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    town.loa(&["queue", "add", "2", "--by", "Trần Bình"]).done();
    town.loa(&["clip", "retire", "3"]).done();
    town.loa(&["clip", "add", &town.recording("moi.wav", 3.0, 700.0), "--title", "Tin mới"]).done();
    assert_eq!(town.json(&["queue", "list"])[0]["by"], "Trần Bình");
    let (code, said) = daemon.end();
    assert_eq!(code, 0);
    for asked in ["Trần Bình asks about the queue (socket, user", "asks about the clip (socket, user"] {
        assert!(said.contains(asked), "{said}");
    }
    assert!(!socket.exists(), "the socket goes with the station");
    assert_eq!(town.json(&["clip", "list"]).as_array().unwrap().len(), 4);
}

#[test]
fn a_group_that_may_write_the_folder_may_ask_the_station() {
    let town = Town::new();
    std::fs::set_permissions(town.data(), std::fs::Permissions::from_mode(0o770)).unwrap();
    let daemon = town.start();
    let socket = town.data().join("loa.sock");
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o660);
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn what_a_power_cut_leaves_is_in_nobodys_way() {
    let town = Town::new();
    town.furnish();
    let daemon = town.start();
    let mut watch = town.follow(&["status", "--watch", "--json"]);
    town.loa(&["play", "3"]).done();
    watch.until(|status| status["on_air"]["position_s"].as_f64().is_some_and(|at| at > 1.5));
    daemon.kill();
    assert!(town.data().join("loa.sock").exists(), "a power cut removes nothing");
    town.loa(&["queue", "add", "2"]).done();
    assert_eq!(town.loa(&["status", "--json"]).code, 3);

    let daemon = town.start();
    let rows = town.json(&["log"]);
    let cut = rows.as_array().unwrap().iter().find(|row| row["title"] == "Dịch vụ công trực tuyến").unwrap();
    assert_eq!(cut["reason"], "power_loss");
    assert!(cut["frames"].as_u64().unwrap() >= 48_000, "a second was heard for sure: {cut}");
    assert_eq!(daemon.end().0, 0);
    assert_eq!(town.json(&["log", "verify"])["ok"], true);
}

#[test]
fn without_a_station_nothing_can_be_asked_of_the_air() {
    let town = Town::new();
    town.furnish();
    for asked in [&["play", "2"][..], &["skip"], &["stop"], &["pause"], &["resume"], &["clock", "trust"]] {
        town.loa(asked).failed(3, "no station is running").failed(3, "hint: start it with `loa run`");
    }
    let status = town.loa(&["status", "--json"]);
    assert_eq!((status.code, &status.document()["running"]), (3, &Value::from(false)));
}

#[test]
fn the_audio_of_a_deleted_or_refused_clip_takes_no_room() {
    let town = Town::new();
    town.furnish();
    let digest = town.json(&["clip", "show", "3"])["digest"].as_str().unwrap().to_owned();
    let audio = town.data().join("clips").join(&digest[..2]).join(&digest);
    assert!(there(&audio));
    town.loa(&["clip", "rm", "3"]).done();
    assert!(!there(&audio));

    let long = town.recording("dai.wav", 90.0, 300.0);
    let limit = ["--set", "library.clip_minutes_max=1"];
    town.loa(&["clip", "add", &long, limit[0], limit[1]]).failed(1, "it lasts 2 min, at most 1 are taken");
    let stored = walk(&town.data().join("clips"));
    assert_eq!(stored, 4, "two clips, each with its waveform");
}

fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}
