//! Alarms are sent out in their order, each at least once, whatever happens to whoever takes them and to the station.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::station::{town, watch};
use crate::support::cli::Town;
use crate::support::hook::{Hook, Post};
use crate::support::icecast::wait_for;

fn mute(town: &Town, muted: bool) {
    town.loa(&["zone", if muted { "mute" } else { "unmute" }, "thi-tran"]).done();
}

/// Until the list of alarms says so.
fn until_listed(town: &Town, what: &str, wanted: impl Fn(&Value) -> bool) {
    wait_for(what, || town.json(&["alarm", "list", "--all"]).as_array().unwrap().iter().any(&wanted));
}

#[test]
fn a_hook_that_is_down_then_broken_then_up_gets_every_alarm_in_order_also_when_the_station_is_killed() {
    let address = Hook::free();
    let town = Town::new();
    town.furnish();
    watch(&town, &format!("webhook = \"http://{address}/alarms?token=secret\"\ncalm_seconds = 0"));
    let daemon = town.start();
    mute(&town, true);
    until_listed(&town, "the mute is an alarm", |alarm| alarm["code"] == "muted");
    mute(&town, false);
    until_listed(&town, "it is over", |alarm| alarm["code"] == "muted" && alarm["state"] == "cleared");
    until_listed(&town, "that nobody takes it is an alarm", |alarm| alarm["code"] == "unsent");
    daemon.kill();

    let hook = Hook::at(address);
    hook.answer(500);
    let daemon = town.start();
    let first = hook.next();
    assert_eq!((&first.body["code"], &first.body["state"]), (&json!("muted"), &json!("raised")), "the oldest first");
    let second = hook.next();
    assert_eq!((&second.key, second.status), (&first.key, 500), "before it is taken nothing else is sent");
    mute(&town, true);
    hook.answer(204);
    let mut taken: Vec<Post> = Vec::new();
    while taken.iter().filter(|post| post.body["code"] == "muted").count() < 3 {
        taken.extend(Some(hook.next()).filter(|post| post.status == 204));
    }
    let muted = taken.iter().filter(|post| post.body["code"] == "muted");
    let told: Vec<(u64, &str)> =
        muted.map(|post| (post.body["alarm"].as_u64().unwrap(), post.body["state"].as_str().unwrap())).collect();
    assert_eq!((told[0].1, told[1].1, told[2].1), ("raised", "cleared", "raised"), "{told:?}");
    assert!(told[0].0 == told[1].0 && told[1].0 < told[2].0, "{told:?}");
    let keys: BTreeSet<&str> = taken.iter().map(|post| post.key.as_str()).collect();
    assert_eq!(keys.len(), taken.len(), "what was taken is not sent again, and each has a key of its own");
    assert!(taken.iter().all(|post| post.body["id"] == post.key.as_str()));
    until_listed(&town, "that it is sent again ends the alarm", |alarm| {
        alarm["code"] == "unsent" && alarm["state"] == "cleared"
    });
    let (code, said) = daemon.end();
    assert_eq!(code, 0);
    assert!(!said.contains("secret"), "the address is a secret: {said}");
    let listed = town.json(&["alarm", "list", "--all"]).to_string();
    assert!(!listed.contains("secret"), "{listed}");
}

/// What is wrong with one message is no reason to keep the others back: not for longer than it takes to be sure.
#[test]
fn a_message_that_the_hook_refuses_for_itself_holds_up_the_others_for_a_moment_only() {
    let hook = Hook::open();
    hook.answer(422);
    let town = Town::new();
    town.furnish();
    watch(&town, &format!("webhook = \"{}\"\ncalm_seconds = 0", hook.url()));
    let daemon = town.start();
    mute(&town, true);
    let first = hook.next();
    assert_eq!((&first.body["code"], &first.body["state"]), (&json!("muted"), &json!("raised")));
    for _ in 1..5 {
        assert_eq!(hook.next().key, first.key, "it is tried again before what came later");
    }
    hook.answer(204);
    mute(&town, false);
    let next = hook.until("muted", "cleared");
    assert_ne!(next.key, first.key);
    let (code, said) = daemon.end();
    assert!(code == 0 && said.contains("an alarm goes unsent"), "{said}");
}

/// A script at this path.
fn script(town: &Town, name: &str, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = town.path(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

fn lines(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn a_command_gets_the_sentence_and_the_document() {
    let town = Town::new();
    town.furnish();
    let got = town.path("got");
    let program = script(
        &town,
        "tell",
        &format!("cat >> {0}; echo >> {0}; printf '%s|%s|%s\\n' \"$1\" \"$2\" \"$3\" >> {0}", got.display()),
    );
    watch(&town, &format!("command = [\"{program}\", \"{{state}}\", \"{{code}}\", \"{{text}}\"]\ncalm_seconds = 0"));
    let daemon = town.start();
    mute(&town, true);
    wait_for("the command ran", || lines(&got).len() == 2);
    mute(&town, false);
    wait_for("it ran again", || lines(&got).len() == 4);
    let got = lines(&got);
    let text = "“Cụm loa thị trấn” đang bị tắt tiếng bởi Trần Thị Bình; chỉ nghe được bài khẩn cấp.";
    assert_eq!(got[1], format!("raised|muted|{text}"));
    assert_eq!(got[3], format!("cleared|muted|{text}"));
    let document: Value = serde_json::from_str(&got[0]).unwrap();
    assert_eq!((&document["text"], &document["state"]), (&json!(text), &json!("raised")));
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn a_command_that_hangs_is_ended_with_all_it_started_and_holds_up_neither_the_station_nor_the_hook() {
    let hook = Hook::open();
    let town = town(&hook, "calm_seconds = 0");
    let pids = town.path("pids");
    let program = script(&town, "hang", &format!("sleep 600 & echo $! >> {0}; echo $$ >> {0}; wait", pids.display()));
    let config = std::fs::read_to_string(town.config()).unwrap();
    std::fs::write(town.config(), format!("{config}command = [\"{program}\"]\ntimeout_seconds = 1\n")).unwrap();
    let daemon = town.start();
    mute(&town, true);
    hook.until("muted", "raised");
    let unsent = hook.until("unsent", "raised").body;
    assert_eq!(unsent["values"]["way"], "command");
    let error = unsent["values"]["error"].as_str().unwrap();
    assert!(error.contains("did not end within 1 s"), "{error}");
    town.loa(&["play", "2"]).failed(1, "muted");
    assert_eq!(daemon.end().0, 0);
    let alive = |pid: &String| Path::new("/proc").join(pid).exists();
    let begun = lines(&pids);
    assert!(begun.len() >= 6, "{begun:?}");
    // The last one may have been at work when the station ended.
    let older = &begun[..begun.len() - 2];
    assert!(!older.iter().any(alive), "still there: {older:?}");
}
