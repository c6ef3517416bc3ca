//! New settings come into effect within the running process, between broadcasts; bad ones leave it as it is.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::cli::{Daemon, Town, at, soon};

fn hang_up(daemon: &Daemon) {
    daemon.signal(Signal::HUP);
}

#[test]
fn with_the_air_free_a_saved_setting_holds_at_once_in_the_same_process() {
    let town = Town::new();
    town.furnish();
    let daemon = town.start();
    let saved = town.json(&["settings", "set", "shutdown.rest=finish", "zone.0.name=Cụm loa chợ"]);
    let reload = &saved["reload"];
    assert_eq!(reload["pending"], Value::Null, "{saved}");
    assert_eq!((&reload["last"]["error"], &reload["last"]["by"]), (&Value::Null, &json!("Trần Thị Bình")));
    let took = reload["last"]["took_ms"].as_u64().unwrap();
    assert!(took < 1_000, "away for {took} ms on a machine that runs other tests too");
    assert_eq!(town.json(&["status"])["pid"], daemon.pid(), "the same process");

    // Whoever speaks to it goes on doing so, and a broadcast airs under the new settings.
    let start = soon(13);
    town.loa(&["slot", "add", "thu", "--at", &at(start), "--element", "clip:2"]).done();
    let again = town.json(&["reload"]);
    assert_eq!(again["reload"]["last"], reload["last"], "nothing is different: nothing was started again");
    let mut watch = town.follow(&["status", "--watch", "--json"]);
    watch.until(|status| status["on_air"]["title"] == "Bộ phận một cửa");
    town.loa(&["settings", "set", "report.topics_listed_max=5"]).done();
    let status = watch.until(|status| status["on_air"].is_null());
    assert_eq!(status["running"], true);
    watch.until(|status| status["starts_again"] == false);
    let rows = town.json(&["log"]);
    let aired: Vec<&Value> = rows.as_array().unwrap().iter().filter(|row| row["outcome"] == "aired").collect();
    assert_eq!(aired.len(), 1, "{rows}");
    assert_eq!(aired[0]["reason"], "complete", "nothing was cut for the settings: {rows}");
    assert_eq!(daemon.end().0, 0);
    assert_eq!(town.json(&["log", "verify"])["ok"], true);
}

#[test]
fn while_something_is_on_air_the_change_waits_for_its_end() {
    let town = Town::new();
    town.furnish();
    let daemon = town.start();
    let mut watch = town.follow(&["status", "--watch", "--json"]);
    town.loa(&["play", "2"]).done();
    watch.until(|status| status["on_air"]["position_s"].as_f64().is_some_and(|at| at > 0.2));
    let saved = town.json(&["settings", "set", "audio.ring_seconds=6"]);
    assert_eq!(saved["reload"]["pending"]["by"], "Trần Thị Bình", "{saved}");
    let status = watch.until(|status| status["starts_again"] == true);
    assert_eq!(status["on_air"]["title"], "Bộ phận một cửa", "it goes on: {status}");
    watch.until(|status| status["on_air"].is_null() && status["starts_again"] == false);
    let rows = town.json(&["log"]);
    let row = rows.as_array().unwrap().iter().find(|row| row["title"] == "Bộ phận một cửa").unwrap();
    assert_eq!((&row["outcome"], &row["reason"]), (&json!("aired"), &json!("complete")), "{row}");
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn settings_that_will_not_do_are_told_and_the_station_goes_on_with_those_it_had() {
    let town = Town::new();
    town.furnish();
    let daemon = town.start();
    let text = std::fs::read_to_string(town.config()).unwrap();
    let good = town.path("good.toml");
    std::fs::write(&good, &text).unwrap();
    let good = good.to_str().unwrap();
    std::fs::write(town.config(), format!("{text}\n[audio]\nsample_rate_hz = 46000\n")).unwrap();
    town.loa(&["reload"]).failed(2, "`audio.sample_rate_hz` is 46000");
    town.loa(&["--config", good, "reload"]).failed(1, "`audio.sample_rate_hz` is 46000");
    hang_up(&daemon);
    town.loa(&["--config", good, "play", "2"]).done();
    let bad = ["--config", good, "settings", "set", "audio.sample_rate_hz=46000"];
    town.loa(&bad).failed(2, "`audio.sample_rate_hz` is 46000");
    town.loa(&["--config", good, "stop"]).done();
    let (code, said) = daemon.end();
    assert_eq!(code, 0);
    assert!(said.contains("goes on with those it had") && said.contains("46000"), "{said}");
}

#[test]
fn what_only_a_new_process_can_take_up_is_refused_by_name() {
    let town = Town::new();
    let daemon = town.start();
    let good = std::fs::read_to_string(town.config()).unwrap();
    std::fs::write(town.config(), format!("{good}\n[control]\nsocket = \"other.sock\"\n")).unwrap();
    hang_up(&daemon);
    let mut watch = town.follow(&["status", "--watch", "--json", "--set", "control.socket=loa.sock"]);
    watch.until(|status| status["running"] == true);
    let (code, said) = daemon.end();
    assert_eq!(code, 0);
    assert!(said.contains("`control.socket` is another now"), "{said}");
}

#[test]
fn without_a_station_settings_are_saved_for_its_next_start() {
    let town = Town::new();
    let saved = town.json(&["settings", "set", "station.short_name=xã"]);
    assert_eq!(saved["reload"], Value::Null);
    let listed = town.json(&["settings", "list", "--changed"]);
    let name = listed.as_array().unwrap().iter().find(|option| option["key"] == "station.short_name").unwrap();
    assert_eq!((&name["value"], &name["layer"]), (&json!("xã"), &json!("console")));
    town.loa(&["reload"]).failed(3, "no station is running");
    town.loa(&["settings", "reset", "station.short_name"]).done();
    let listed = town.json(&["settings", "list"]);
    let name = listed.as_array().unwrap().iter().find(|option| option["key"] == "station.short_name").unwrap();
    assert_eq!(name["layer"], "default");
}

/// Whoever ends the station twice (Ctrl-C and a supervisor, an impatient person) must not find it still there.
#[test]
fn told_to_end_twice_within_an_instant_it_ends() {
    let town = Town::new();
    for pause_ms in [0, 1, 3, 10, 25, 50] {
        let mut daemon = town.start();
        daemon.signal(Signal::INT);
        std::thread::park_timeout(Duration::from_millis(pause_ms));
        daemon.signal(Signal::TERM);
        assert_eq!(daemon.ended_within(Duration::from_secs(30)), Some(0), "{pause_ms} ms between the two");
    }
}

#[test]
fn settings_that_change_again_and_again_while_it_starts_again_leave_it_running_with_the_last() {
    let town = Town::new();
    town.furnish();
    let mut daemon = town.start();
    let text = std::fs::read_to_string(town.config()).unwrap();
    for round in 0..60 {
        std::fs::write(town.config(), format!("{text}\n[audio]\nring_seconds = {}\n", 2 + round % 7)).unwrap();
        hang_up(&daemon);
        std::thread::park_timeout(Duration::from_millis(round % 13));
    }
    let mut watch = town.follow(&["status", "--watch", "--json"]);
    watch.until(|status| status["running"] == true && status["starts_again"] == false);
    town.loa(&["play", "2"]).done();
    watch.until(|status| status["on_air"]["title"] == "Bộ phận một cửa");
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.ended_within(Duration::from_secs(30)), Some(0));
}
