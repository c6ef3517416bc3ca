//! What people should know of at once.

use serde_json::{Value, json};

use super::{Browser, Station};
use crate::support::cli::Town;

/// What the list says once it says so. It is looked at anew each time that the station tells of a change.
fn until(viewer: &mut Browser, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut events = viewer.events();
    loop {
        let alarms = viewer.get("/alarms").expect(200)["items"].clone();
        if wanted(&alarms) {
            return alarms;
        }
        events.until(|name, data| name == "changed" && data["topic"] == "alarms");
    }
}

#[test]
fn a_broadcast_that_has_nothing_to_air_is_told_until_somebody_sees_to_it() {
    let town = Town::new();
    town.furnish();
    let config = std::fs::read_to_string(town.config()).unwrap();
    std::fs::write(town.config(), format!("{config}\n[watch]\ncalm_seconds = 0\n")).unwrap();
    let station = Station::of(town);
    let mut viewer = station.person("xem", "viewer");
    assert_eq!(viewer.get("/alarms").expect(200)["items"].as_array().unwrap().len(), 0, "no slot, no alarm");
    // Hourly, so that one is always near.
    let when = ["--at", "30 * * * *", "--length", "1m", "--element", "queue:2"];
    station.town.loa(&[&["slot", "add", "hang-gio", "--name", "Hằng giờ"], &when[..]].concat()).done();
    let alarms = until(&mut viewer, |alarms| alarms[0]["code"] == "nothing_to_air");
    assert_eq!((&alarms[0]["severity"], &alarms[0]["state"]), (&json!("error"), &json!("raised")), "{alarms:#}");
    assert_eq!(alarms[0]["values"]["name"], "Hằng giờ");
    assert!(alarms[0]["text"].as_str().unwrap().contains("chưa có bài nào để phát"), "{alarms:#}");
    station.town.loa(&["queue", "add", "2"]).done();
    let alarms = until(&mut viewer, |alarms| alarms[0]["code"] == "short_of" && alarms[1]["state"] == "cleared");
    assert_eq!(alarms[0]["values"]["room_ms"], "60000", "6 seconds of a minute: {alarms:#}");
    assert_eq!((&alarms[1]["code"], &alarms[1]["seen_by"]), (&json!("nothing_to_air"), &Value::Null), "{alarms:#}");
    let status = viewer.get("/status").expect(200);
    assert_eq!(status["live"]["alarms"], json!([]), "nothing is wrong at this moment");
}

#[test]
fn an_alarm_is_seen_once_by_who_may_and_stays_in_the_history() {
    let station = Station::new();
    let (mut viewer, mut officer) = (station.person("xem", "viewer"), station.person("binh", "operator"));
    station.town.loa(&["zone", "mute", "thi-tran"]).done();
    let alarms = until(&mut viewer, |alarms| alarms[0]["code"] == "muted");
    let path = format!("/alarms/{}/seen", alarms[0]["id"]);
    let open = viewer.get("/status").expect(200)["alarms"].clone();
    assert_eq!((&open[0]["id"], &open[1]), (&alarms[0]["id"], &Value::Null), "{open}");
    viewer.post(&path, &json!({})).refused(403, "forbidden");
    let seen = officer.post(&path, &json!({})).expect(200);
    assert_eq!((&seen["state"], &seen["seen_by"]), (&json!("seen"), &json!("Ông binh")), "{seen}");
    let refused = officer.post(&path, &json!({})).refused(409, "alarm_seen");
    assert_eq!(refused["values"]["by"], "Ông binh", "{refused}");
    officer.post("/alarms/4711/seen", &json!({})).refused(404, "no_such_alarm");
    let history = viewer.get("/alarms/history?limit=1").expect(200);
    assert_eq!((&history["items"][0]["id"], &history["next"]), (&alarms[0]["id"], &Value::Null), "{history}");
    viewer.get("/alarms/history?cursor=x").refused(400, "query_does_not_fit");
    let mut admin = station.admin();
    let audit = admin.get("/audit?what=alarm").expect(200);
    assert_eq!(
        (&audit["items"][0]["who"], &audit["items"][0]["what"]),
        (&json!("Ông binh"), &json!("alarm.seen")),
        "{audit}"
    );
}
