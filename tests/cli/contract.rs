//! What scripts rely on: exit codes, one document on standard output, errors as JSON, times with the offset.

use std::process::Stdio;

use serde_json::Value;

use crate::support::cli::{Town, moment, there};

/// Every command that only looks, on a furnished folder without a station.
const LOOKS: [&[&str]; 16] = [
    &["clip", "list"],
    &["clip", "show", "2"],
    &["slot", "list"],
    &["slot", "show", "sang"],
    &["queue", "list"],
    &["plan", "--from", "2027-01-04", "--to", "2027-01-05"],
    &["log"],
    &["log", "verify"],
    &["report", "--period", "2027-H1"],
    &["report", "--period", "2027-H1", "--rows", "items"],
    &["topics"],
    &["campaigns"],
    &["devices"],
    &["clip", "scan"],
    &["user", "list"],
    &["token", "list"],
];

fn furnished() -> Town {
    let town = Town::new();
    town.furnish();
    town.loa(&["slot", "add", "sang", "--at", "0 5 * * *", "--element", "ident:1", "--element", "rotation:2"]).done();
    town.loa(&["queue", "add", "2"]).done();
    town
}

#[test]
fn with_json_standard_output_is_one_document() {
    let town = furnished();
    for look in LOOKS {
        let mut arguments = look.to_vec();
        arguments.push("--json");
        let ran = town.loa(&arguments).done();
        let document = ran.document();
        assert!(document.is_array() || document.is_object(), "{look:?}: {document}");
        assert!(ran.err.is_empty(), "{look:?}: {}", ran.err);
    }
}

#[test]
fn times_carry_the_offset_of_the_station() {
    let town = furnished();
    let plan = town.json(&["plan", "--from", "2027-01-04", "--to", "2027-01-04"]);
    assert_eq!(plan[0]["start"], "2027-01-04T05:00:00+07:00");
    assert_eq!(plan[0]["occurrence_id"], "sang@2027-01-04T05:00:00");
    for key in ["slot", "end", "elements"] {
        assert!(!plan[0][key].is_null(), "{key}");
    }
    let added = town.json(&["clip", "show", "2"])["added_at"].clone();
    assert!(added.as_str().unwrap().ends_with("+07:00"), "{added}");
    moment(&added);
}

#[test]
fn the_report_has_the_keys_that_scripts_read() {
    let town = furnished();
    let report = town.json(&["report", "--period", "2023-H1"]);
    let period = ["2022-12-15", "2023-06-14", "nd09"];
    assert_eq!([&report["period"]["from"], &report["period"]["to"], &report["period"]["preset"]], period);
    for key in ["items", "airings", "relays", "minutes", "by_topic", "planned", "missed", "sentences"] {
        assert!(!report[key].is_null(), "{key} in {report}");
    }
    for key in ["duration_min_min", "duration_max_min"] {
        assert!(report.get(key).is_some(), "{key} in {report}");
    }
    for key in ["T1", "T2", "T4", "T5"] {
        assert!(report["sentences"][key].is_string(), "{key}");
    }
    let calendar = town.json(&["report", "--period", "2023-H1", "--calendar", "calendar"]);
    assert_eq!(calendar["period"]["from"], "2023-01-01");
}

#[test]
fn errors_are_json_as_well_and_say_what_kind_they_are() {
    let town = furnished();
    let check = |arguments: &[&str], code: i32, kind: &str| {
        let mut all = vec!["--json"];
        all.extend(arguments);
        let ran = town.loa(&all);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{arguments:?}: {ran:?}");
        let error: Value = serde_json::from_str(&ran.err).unwrap_or_else(|error| panic!("{error} in {ran:?}"));
        assert_eq!(error["error"]["kind"], kind, "{arguments:?}");
        assert!(!error["error"]["message"].as_str().unwrap().is_empty());
    };
    check(&["clip", "show", "99"], 1, "not_found");
    check(&["skip"], 3, "not_ready");
    check(&["nonsense"], 2, "usage");
    check(&["plan", "--to", "never"], 2, "usage");
    check(&["--set", "audio.ring_seconds=900", "clip", "list"], 2, "usage");
    check(&["slot", "add", "sang", "--at", "0 5 * * *"], 1, "conflict");
    check(&["slot", "add", "trua", "--at", "10 5 * * *", "--element", "rotation:1"], 1, "refused");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let town = furnished();
    let mut child = town.command(&["topics"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn nothing_is_coloured_when_nobody_looks() {
    let town = furnished();
    for look in LOOKS {
        let out = town.loa(look).done().out;
        assert!(!out.contains('\u{1b}'), "{look:?}: {out}");
    }
}

#[test]
fn the_plan_is_a_calendar_and_a_clip_comes_out_as_it_went_in() {
    let town = furnished();
    let calendar = town.loa(&["plan", "--ics", "--from", "2027-01-04", "--to", "2027-01-10"]).done().out;
    assert!(calendar.starts_with("BEGIN:VCALENDAR"), "{calendar}");
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 7);

    let out = town.path("lay-ra.wav");
    town.loa(&["clip", "export", "2", out.to_str().unwrap()]).done();
    assert!(there(&out));
    assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(town.path("mot-cua.wav")).unwrap());
    town.loa(&["clip", "export", "2", out.to_str().unwrap()]).failed(1, "is there already");
}

#[test]
fn check_says_what_is_missing_and_ends_with_three() {
    let town = Town::new();
    let ran = town.loa(&["check", "--json"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    let document = ran.document();
    assert_eq!(document["ready"], false);
    let points = document["points"].as_array().unwrap();
    let state = |what: &str| points.iter().find(|point| point["what"] == what).map(|point| point["state"].clone());
    assert_eq!(state("library"), Some(Value::from("fail")));
    assert_eq!(state("data folder"), Some(Value::from("ok")));

    let town = furnished();
    town.configure("[tiers]\nemergency_clip = 3\n");
    let document = town.json(&["check"]);
    assert_eq!(document["ready"], true, "{document:#}");
    let bad = town.loa(&["check", "--set", "station.time_zone=Moon/Tycho", "--set", "audio.ring_seconds=0"]);
    assert_eq!(bad.code, 3);
    assert!(
        bad.out.contains("station.time_zone") && bad.out.contains("audio.ring_seconds"),
        "all at once: {}",
        bad.out
    );

    // Without a clip that stands by and can be heard no station is ready.
    let none = town.loa(&["check", "--set", "tiers.emergency_clip=0"]);
    assert_eq!(none.code, 3, "{none:?}");
    assert!(none.out.contains("no clip stands by for an emergency"), "{}", none.out);
    let unknown = town.loa(&["check", "--set", "tiers.emergency_clip=99"]);
    assert!(unknown.code == 3 && unknown.out.contains("there is no clip `99`"), "{}", unknown.out);

    let hours = ["--set", "permitted_hours.monday=\"\""];
    let closed = town.loa(&["check", hours[0], hours[1]]);
    assert_eq!(closed.code, 3, "{closed:?}");
    assert!(closed.out.contains("slot sang cannot keep its word any more"), "{}", closed.out);
}
