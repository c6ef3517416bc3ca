//! What people should know of at once.

use super::Station;

#[test]
fn a_broadcast_that_has_nothing_to_air_is_told_until_somebody_sees_to_it() {
    let station = Station::new();
    let mut viewer = station.person("xem", "viewer");
    assert_eq!(viewer.get("/alarms").expect(200)["items"].as_array().unwrap().len(), 0, "no slot, no alarm");
    // Hourly, so that one is always near.
    let when = ["--at", "30 * * * *", "--length", "1m", "--element", "queue:2"];
    station.town.loa(&[&["slot", "add", "hang-gio", "--name", "Hằng giờ"], &when[..]].concat()).done();
    let alarms = viewer.get("/alarms").expect(200);
    assert_eq!(alarms["items"][0]["code"], "nothing_to_air", "{alarms:#}");
    assert_eq!(alarms["items"][0]["severity"], "error");
    assert_eq!(alarms["items"][0]["values"]["name"], "Hằng giờ");
    station.town.loa(&["queue", "add", "2"]).done();
    let alarms = viewer.get("/alarms").expect(200);
    assert_eq!(alarms["items"][0]["code"], "short_of", "6 seconds of a minute: {alarms:#}");
    assert_eq!(alarms["items"][0]["values"]["room_ms"], "60000");
    let status = viewer.get("/status").expect(200);
    assert_eq!(status["live"]["alarms"], serde_json::json!([]), "nothing is wrong at this moment");
}
