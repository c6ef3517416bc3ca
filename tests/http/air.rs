//! How the station stands, and what is asked of it.

use serde_json::json;

use super::Station;

#[test]
fn a_clip_played_by_hand_is_seen_skipped_and_found_in_the_log() {
    let station = Station::new();
    let mut operator = station.person("binh", "operator");
    let mut events = operator.events();

    operator.post("/air/play", &json!({ "clip": 2 })).expect(204);
    let live = events.until(|name, data| name == "live" && data["on_air"].is_object());
    assert_eq!(live["on_air"]["title"], "Bộ phận một cửa");
    let level = events.until(|name, data| name == "level" && data["peak_dbfs"].is_number());
    assert!(level["peak_dbfs"].as_f64().unwrap() < 0.0);
    let status = operator.get("/status").expect(200);
    assert_eq!(status["live"]["on_air"]["kind"], "own");

    operator.post("/air/stop", &json!({})).expect(204);
    events.until(|name, data| name == "live" && data["on_air"].is_null());
    operator.latest_airing(&mut events);
    let log = station.town.json(&["log"]);
    assert_eq!((&log[0]["title"], &log[0]["by"]), (&json!("Bộ phận một cửa"), &json!("Ông binh")));
}

#[test]
fn who_only_looks_can_stop_nothing_and_nonsense_is_refused_by_name() {
    let station = Station::new();
    let mut viewer = station.person("xem", "viewer");
    viewer.get("/status").expect(200);
    let problem = viewer.post("/air/stop", &json!({})).refused(403, "forbidden");
    assert_eq!(problem["values"]["right"], "control");

    let mut operator = station.person("binh", "operator");
    operator.post("/air/play", &json!({ "clip": 99 })).expect(404);
    operator.post("/air/play", &json!({ "clip": "ba" })).refused(422, "body_does_not_fit");
    operator.send("POST", "/air/play", None).refused(415, "body_is_no_json");
    operator.post("/air/cancel", &json!({ "occurrence_id": "x" })).refused(422, "body_does_not_fit");
}

#[test]
fn a_command_sent_twice_with_one_key_is_done_once() {
    let station = Station::new();
    let mut operator = station.admin();
    let mut events = operator.events();
    operator.with("idempotency-key", "a1");
    operator.post("/air/play", &json!({ "clip": 2 })).expect(204);
    let again = operator.post("/air/play", &json!({ "clip": 2 }));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    again.expect(204);
    operator.post("/air/play", &json!({ "clip": 3 })).refused(409, "idempotency_key_reused");
    // What is stopped before it sounds leaves no airing.
    events.until(|name, data| name == "live" && data["on_air"].is_object());
    operator.with("idempotency-key", "a2").post("/air/stop", &json!({})).expect(204);
    operator.latest_airing(&mut events);
    let log = station.town.json(&["log"]);
    assert_eq!(log.as_array().unwrap().len(), 1, "{log:#}");
}

#[test]
fn a_change_without_the_word_of_the_session_or_from_another_site_is_refused() {
    let station = Station::new();
    let mut admin = station.admin();
    let csrf = admin.csrf.take();
    admin.post("/air/stop", &json!({})).refused(403, "csrf");
    admin.csrf = csrf;
    admin.with("origin", "http://loa.example");
    admin.post("/air/stop", &json!({})).refused(403, "other_site");
    let own = station.url.clone();
    admin.with("origin", &own).get("/status").expect(200);
}
