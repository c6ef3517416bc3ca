//! Speaking through a microphone, asked over the API; the sound itself is tested with a sound server (tests/station/live.rs).

use serde_json::json;

use super::Station;

#[test]
fn microphones_are_listed_and_who_may_only_look_opens_none() {
    let station = Station::new();
    let mut viewer = station.person("xem", "viewer");
    let listed = viewer.get("/microphones").expect(200);
    let microphone = &listed["items"][0];
    assert_eq!((&microphone["id"], &microphone["programme"]), (&json!("phong-may"), &json!("pause")), "{listed:#}");
    assert_eq!((&microphone["chime"], &microphone["longest_s"]), (&json!(null), &json!(900)), "{listed:#}");
    assert_eq!(viewer.get("/status").expect(200)["live"]["speaking"], json!([]));
    for path in ["/air/live", "/air/live/end"] {
        let problem = viewer.post(path, &json!({ "microphone": "phong-may" })).refused(403, "forbidden");
        assert_eq!(problem["values"]["right"], "control");
    }
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let station = Station::new();
    let mut operator = station.person("binh", "operator");
    let problem = operator.post("/air/live", &json!({ "microphone": "hội trường" })).refused(404, "no_such_microphone");
    assert_eq!(problem["values"]["microphone"], "hội trường");
    let long = json!({ "microphone": "phong-may", "longest_s": 901 });
    let problem = operator.post("/air/live", &long).refused(422, "live_longest");
    assert_eq!(problem["values"]["max_s"], "900");
    let manner = json!({ "microphone": "phong-may", "programme": "stop" });
    operator.post("/air/live", &manner).refused(422, "body_does_not_fit");
    let zones = json!({ "microphone": "phong-may", "zones": ["bac"] });
    operator.post("/air/live", &zones).refused(422, "zone_unknown");
    operator.post("/air/live/end", &json!({})).refused(409, "nobody_speaks");
}

/// The machine of the tests has no capture device.
#[test]
fn a_microphone_that_cannot_be_opened_leaves_the_programme_alone() {
    let station = Station::new();
    let mut operator = station.person("binh", "operator");
    let mut events = operator.events();
    operator.post("/air/play", &json!({ "clip": 2 })).expect(204);
    events.until(|name, data| name == "live" && data["on_air"].is_object());
    operator.post("/air/live", &json!({ "microphone": "phong-may", "longest_s": 60 })).expect(204);
    let live = events.until(|name, data| name == "live" && data["speaking"] == json!([]));
    assert_eq!(live["on_air"]["title"], "Bộ phận một cửa", "{live:#}");
    operator.post("/air/stop", &json!({})).expect(204);
    operator.latest_airing(&mut events);
    let log = station.town.json(&["log"]);
    assert_eq!(log.as_array().unwrap().len(), 1, "neither the voice nor its tune was heard: {log:#}");
    let mut admin = station.admin();
    let trail = admin.get("/audit").expect(200);
    let acts = trail["items"].as_array().unwrap().iter();
    let opened: Vec<_> = acts.filter(|row| row["what"] == "air.live").collect();
    assert_eq!((opened.len(), &opened[0]["subject"]), (1, &json!("microphone phong-may")), "{trail:#}");
}
