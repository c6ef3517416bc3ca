//! The log: its rows, what each rests on, corrections, whether it is whole.

use serde_json::{Value, json};

use super::{Browser, Station};
use crate::support::cli::Town;

/// A station that records what goes out, and has played clip 2 for a while.
fn played() -> (Station, Browser, Value) {
    let town = Town::new();
    town.furnish();
    let config = std::fs::read_to_string(town.config()).unwrap();
    std::fs::write(town.config(), config + "\n[audio]\nrecord_programme = true\n").unwrap();
    let station = Station::of(town);
    let mut admin = station.admin();
    let mut events = admin.events();
    admin.post("/air/play", &json!({ "clip": 2 })).expect(204);
    events.until(|name, data| name == "level" && data["position_ms"].as_u64().is_some_and(|at| at > 2_000));
    admin.post("/air/stop", &json!({})).expect(204);
    let row = admin.latest_airing(&mut events);
    (station, admin, row)
}

#[test]
fn a_row_shows_what_it_rests_on_can_be_heard_again_and_is_corrected_by_a_new_record() {
    let (station, mut admin, row) = played();
    assert_eq!((&row["title"], &row["outcome"]), (&json!("Bộ phận một cửa"), &json!("partial")));
    assert_eq!((&row["reason"], &row["detail"]), (&json!("stopped"), &json!("Trần Thị Bình")));
    assert_eq!(row["reason_vi"], "người trực dừng phát");
    let id = row["airing_id"].as_str().unwrap();

    let answer = admin.get(&format!("/log/airings/{id}"));
    let tag = answer.headers["etag"].to_str().unwrap().to_owned();
    let evidence = answer.expect(200);
    let records = evidence["records"].as_array().unwrap();
    let names: Vec<&str> = records.iter().map(|record| record["record"].as_str().unwrap()).collect();
    assert_eq!(names, ["intent", "end"]);
    assert_eq!(records[1]["before"], records[0]["hash"]);
    assert_eq!(records[1]["hash"], row["hash"]);
    assert!(evidence["heard"]["frames"].as_u64() < evidence["heard"]["frames_total"].as_u64());
    assert_eq!(evidence["heard"]["zones"][0]["zone"], "thi-tran");

    // Two seconds at least were heard; the recording of a second of it is a second of sound that is no silence.
    assert_eq!(evidence["recording"]["state"], "found", "{evidence:#}");
    let recorded = &evidence["recording"]["zones"][0];
    assert_eq!(recorded["zone"], "thi-tran");
    assert!(recorded["pieces"][0]["file"].as_str().unwrap().ends_with(".flac"), "{recorded}");
    let sound = admin.get(&format!("/log/airings/{id}/recording?from_ms=500&length_ms=1000"));
    assert_eq!((sound.status, sound.headers["content-type"].to_str().unwrap()), (200, "audio/wav"));
    let samples: Vec<i16> =
        hound::WavReader::new(&sound.bytes[..]).unwrap().into_samples().map(Result::unwrap).collect();
    assert_eq!(samples.len(), 2 * 48_000);
    assert!(samples.iter().any(|sample| sample.unsigned_abs() > 1_000));

    // The whole of it, over the API and from the command line, is the same sound and as long as the log says.
    let whole = admin.get(&format!("/log/airings/{id}/recording?zone=thi-tran")).bytes;
    let frames = evidence["heard"]["frames"].as_u64().unwrap();
    assert_eq!(whole.len() as u64, 44 + 4 * frames, "{evidence:#}");
    let file = station.town.path("nghe-lai.wav");
    let out = file.to_str().unwrap();
    station.town.json(&["log", "listen", id, "--out", out]);
    assert!(std::fs::read(&file).unwrap() == whole);
    let elsewhere = admin.get(&format!("/log/airings/{id}/recording?zone=thon-3"));
    assert_eq!(elsewhere.refused(404, "zone_not_served")["values"]["zone"], "thon-3");

    let asked = json!({ "why": "gõ nhầm", "title": "Bộ phận Một cửa", "counted": true });
    let address = format!("/log/airings/{id}/corrections");
    let mut viewer = station.person("xem", "viewer");
    assert_eq!(viewer.post(&address, &asked).refused(403, "forbidden")["values"]["right"], "correct");
    admin.with("if-match", &tag);
    assert_eq!(admin.post(&address, &asked).expect(201)["records"].as_array().unwrap().len(), 2);
    let stale = admin.post(&address, &asked).refused(412, "stale");
    assert_eq!(stale["current"]["title"], "Bộ phận Một cửa");
    let corrected = admin.get(&format!("/log/airings/{id}")).expect(200);
    let said = &corrected["corrections"][0];
    assert_eq!((&said["before"], &said["after"]), (&json!("Bộ phận một cửa"), &json!("Bộ phận Một cửa")));
    assert_eq!((&said["by"], &said["why"]), (&json!("Trần Thị Bình"), &json!("gõ nhầm")));
    assert_eq!(corrected["row"]["counted"], true);
    let found = admin.get("/log?text=MOT+CUA&corrected=true&counted=true").expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(admin.get("/log?text=khong+co").expect(200), json!({ "items": [], "next": null }));
}

#[test]
fn the_log_is_leafed_through_laid_out_by_days_and_taken_away_as_a_file() {
    let (station, mut admin, row) = played();
    let mut events = admin.events();
    admin.post("/air/play", &json!({ "clip": 3 })).expect(204);
    events.until(|name, data| name == "live" && data["on_air"].is_object());
    admin.post("/air/stop", &json!({})).expect(204);
    assert_ne!(admin.latest_airing(&mut events)["id"], row["id"]);

    let first = admin.get("/log?limit=1&order=earliest").expect(200);
    assert_eq!(first["items"][0]["id"], row["id"]);
    let next = first["next"].as_str().unwrap();
    let second = admin.get(&format!("/log?limit=1&order=earliest&cursor={next}")).expect(200);
    assert_eq!((&second["items"][0]["clip"], &second["next"]), (&json!(3), &Value::Null));
    admin.get("/log?cursor=nowhere").refused(422, "wrong_cursor");
    admin.get("/log?outcome=perhaps").refused(400, "query_does_not_fit");

    let day = &row["start"].as_str().unwrap()[..10];
    let days = admin.get(&format!("/log/days?from={day}")).expect(200);
    assert_eq!(days["days"][0]["day"], day);
    assert!(!days["days"][0]["by_hand"].as_array().unwrap().is_empty());
    admin.get("/log/days?from=2026-01-01&to=2026-06-01").refused(422, "too_many_days");

    let csv = admin.get("/log/export?format=csv");
    assert!(csv.headers["content-disposition"].to_str().unwrap().contains(".csv"));
    let csv = String::from_utf8(csv.bytes).unwrap();
    assert!(csv.contains("Bộ phận một cửa;") && csv.lines().count() == 3, "{csv}");
    let book = admin.get(&format!("/log/book?from={day}&to={day}"));
    assert!(book.bytes.starts_with(b"%PDF-") && book.headers["content-type"] == "application/pdf");
    let book = admin.get(&format!("/log/book?from={day}&to={day}&format=txt&language=en"));
    let book = String::from_utf8(book.bytes).unwrap();
    assert_eq!(book.matches("Bộ phận một cửa").count(), 1, "{book}");
    admin.get(&format!("/log/book?from={day}&to={day}&format=docx")).refused(400, "query_does_not_fit");
    admin.get("/log/book").refused(422, "no_period");
    let json = admin.get("/log/export?format=json").expect(200);
    assert_eq!(json, station.town.json(&["log"]));
}

#[test]
fn verifying_is_watched_and_what_it_found_is_remembered() {
    let (station, mut admin, _) = played();
    assert_eq!(admin.get("/log/verification").expect(200), json!({ "running": null, "last": null }));
    admin.post("/log/verification", &json!({})).expect(202);
    let last = loop {
        let state = admin.get("/log/verification").expect(200);
        if !state["last"].is_null() {
            break state["last"].clone();
        }
        let running = &state["running"];
        assert!(running["checked"].as_u64() <= running["total"].as_u64(), "{state:#}");
    };
    assert_eq!(
        (&last["verdict"], &last["marked"], &last["by"]),
        (&json!("whole"), &json!(true), &json!("Trần Thị Bình"))
    );
    assert_eq!(last["head"], admin.get("/report?from=2026-01-01&to=2026-12-31").expect(200)["log_head"]["hash"]);
    admin.send("DELETE", "/log/verification", None).expect(204);

    let Station { town, daemon, .. } = station;
    daemon.end();
    let again = Station::of(town);
    let mut browser = again.browser();
    browser.sign_in("admin", super::PASSWORD);
    assert_eq!(browser.get("/log/verification").expect(200)["last"], last);
}
