//! A past relay brought into the library over the API, with what is refused on the way; the sound itself is compared in tests/station/keep.rs.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Browser, Station};
use crate::support::cli::Town;
use crate::support::sound::Sound;

/// A station that records what goes out, and has relayed a recording that stands by for a few seconds, after a tune.
fn relayed() -> (Station, Browser, [Value; 2]) {
    let town = Town::new();
    town.furnish();
    town.configure(
        "\n[audio]\nrecord_programme = true\n[[relay]]\nid = \"tinh\"\nname = \"Đài tỉnh\"\nsources = [\"file:standby.wav\"]\nkeep_source = \"province\"\n",
    );
    Sound::sine(48_000, 2, 48_000 * 20, 900.0, -20.0).write_wav(&town.data().join("standby.wav"));
    let at = (Utc::now() + TimeDelta::seconds(9)).with_timezone(&chrono_tz::Asia::Ho_Chi_Minh);
    let cron = at.format("%S %M %H %d %m * %Y").to_string();
    let elements = ["--element", "ident:1", "--element", "relay:tinh,1"];
    let slot =
        [&["slot", "add", "tiep-am", "--name", "Tiếp âm", "--at", &cron, "--length", "12s"], &elements[..]].concat();
    town.loa(&slot).done();
    let station = Station::of(town);
    let mut admin = station.admin();
    let mut events = admin.events();
    let row = |admin: &mut Browser, kind: &str| {
        let rows = admin.get("/log").expect(200);
        rows["items"].as_array().unwrap().iter().find(|row| row["kind"] == kind && row["outcome"] != "on_air").cloned()
    };
    let relay = loop {
        if let Some(relay) = row(&mut admin, "relay") {
            break relay;
        }
        events.until(|name, data| name == "changed" && data["topic"] == "log");
    };
    let ident = row(&mut admin, "ident").unwrap();
    (station, admin, [ident, relay])
}

#[test]
fn a_stretch_of_a_past_relay_becomes_a_draft_and_what_cannot_is_refused_by_name() {
    let (station, mut admin, [ident, relay]) = relayed();
    let path = |row: &Value, more: &str| format!("/log/airings/{}{more}", row["airing_id"].as_str().unwrap());
    let mut operator = station.person("binh", "operator");
    assert_eq!(operator.get(&path(&ident, "")).expect(200)["keepable"], false);
    assert_eq!(operator.get(&path(&relay, "")).expect(200)["keepable"], true);
    assert_eq!(operator.get("/relays").expect(200)["items"][0]["keep"], false);

    let keep = path(&relay, "/keep");
    let problem = operator.post(&path(&ident, "/keep"), &json!({})).refused(409, "not_a_relay");
    assert_eq!(problem["values"]["title"], ident["title"]);
    let problem = operator.post(&keep, &json!({ "from_ms": 60_000 })).refused(409, "relay_stretch_beyond");
    assert_eq!(problem["values"]["from_s"], "60");
    operator.post(&keep, &json!({ "length_ms": 0 })).refused(422, "relay_stretch_empty");
    assert_eq!(operator.post(&keep, &json!({ "topic": "KHONG-CO" })).status, 422);
    operator.post(&keep, &json!({ "zone": "cho" })).refused(422, "body_does_not_fit");
    operator.post("/log/airings/1000000/keep", &json!({})).refused(404, "no_such_airing");
    let mut viewer = station.person("xem", "viewer");
    let problem = viewer.post(&keep, &json!({})).refused(403, "forbidden");
    assert_eq!(problem["values"]["right"], "edit_clips");

    let asked = json!({ "from_ms": 2_000, "length_ms": 3_000, "title": "Thời sự tỉnh", "topic": "CCHC" });
    let clip = operator.post(&keep, &asked).expect(201);
    assert_eq!((&clip["title"], &clip["topic"]), (&json!("Thời sự tỉnh"), &json!("CCHC")), "{clip:#}");
    assert_eq!((&clip["source"], &clip["approval"]["state"]), (&json!("province"), &json!("draft")), "{clip:#}");
    let origin = json!({ "airing_id": relay["airing_id"], "from_ms": 2_000, "length_ms": 3_000, "zone": "thi-tran" });
    assert_eq!(clip["origin"], origin, "{clip:#}");
    assert!((clip["duration_s"].as_f64().unwrap() - 3.0).abs() < 0.001, "{clip:#}");
    // The same again is the same sound, which is in the library already.
    operator.post(&keep, &asked).refused(409, "refused");
    let read = operator.get(&format!("/clips/{}", clip["id"])).expect(200);
    assert_eq!(read["origin"], origin, "{read:#}");
    let trail = admin.get("/audit").expect(200);
    let acts: Vec<_> = trail["items"].as_array().unwrap().iter().filter(|row| row["what"] == "relay.keep").collect();
    assert_eq!((acts.len(), &acts[0]["subject"]), (1, &json!(format!("clip {}", clip["id"]))), "{trail:#}");
}
