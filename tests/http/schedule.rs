//! Slots, calendar, rehearsal and queue over HTTP.

use serde_json::json;

use super::Station;

/// A slot far from those of the furnished town, tomorrow and ever after.
fn slot(id: &str, hour: u32) -> serde_json::Value {
    json!({
        "id": id, "name": "Bản tin thử", "length_max_s": 600,
        "pattern": { "every": "week", "weekdays": [1, 2, 3, 4, 5, 6, 7], "times": [format!("{hour:02}:00:00")] },
        "rundown": [{ "kind": "queue", "count": 2 }],
    })
}

#[test]
fn two_people_on_one_slot_the_second_sees_the_difference() {
    let station = Station::new();
    let mut admin = station.admin();
    let made = admin.post("/slots", &slot("thu", 3)).expect(201);
    assert_eq!(made["words"]["vi"], "hằng ngày, 03:00");
    assert_eq!(made["pattern"]["times"], json!(["03:00:00"]));
    admin.post("/slots", &slot("thu", 3)).refused(409, "slot_exists");

    let seen = admin.get("/slots/thu");
    let tag = seen.headers["etag"].to_str().unwrap().to_owned();
    let mut first = station.person("binh", "operator");
    first.with("if-match", &tag);
    let saved = first.send("PATCH", "/slots/thu", Some(&json!({ "length_max_s": 900 }))).expect(200);
    assert_eq!(saved["length_max_s"], 900);
    let mut second = station.person("cuc", "operator");
    second.with("if-match", &tag);
    let stale = second.send("PATCH", "/slots/thu", Some(&json!({ "name": "Tên khác" }))).refused(412, "stale");
    assert_eq!((&stale["current"]["length_max_s"], &stale["current"]["name"]), (&json!(900), &json!("Bản tin thử")));
    second.send("DELETE", "/slots/thu", None).refused(412, "stale");

    let mut viewer = station.person("xem", "viewer");
    viewer.get("/slots").expect(200);
    viewer.send("PATCH", "/slots/thu", Some(&json!({ "name": "x" }))).refused(403, "forbidden");
}

#[test]
fn a_trial_tells_codes_and_values_and_one_occurrence_moves_alone() {
    let station = Station::new();
    let mut admin = station.admin();
    admin.post("/slots", &slot("thu", 3)).expect(201);
    let trial = json!({ "change": { "recurrence": "5 3 * * *", "length_max_s": 600, "rundown": [{ "kind": "queue", "count": 1 }] } });
    let said = admin.post("/slot-trials", &trial).expect(200);
    assert_eq!(said["problems"][0]["code"], "overlap");
    assert_eq!(said["problems"][0]["values"]["overlap_ms"], 300_000);
    admin
        .post(
            "/slot-trials",
            &json!({ "change": { "pattern": { "every": "week", "weekdays": [], "times": ["05:00:00"] } } }),
        )
        .refused(422, "pattern_without_days");

    let now = admin.get("/slot-options").expect(200)["now"].as_str().unwrap().to_owned();
    let today: chrono::NaiveDate = now[..10].parse().unwrap();
    let day = today + chrono::TimeDelta::days(2);
    let occurrence = format!("thu@{day}T03:00:00");
    let once =
        json!({ "occurrence_id": occurrence, "once": "move", "to": format!("{day}T04:00:00"), "length_max_s": 300 });
    let alone = admin.post("/occurrences", &once).expect(200);
    assert_eq!((&alone["instead_of"], &alone["length_max_s"]), (&json!(occurrence), &json!(300)));
    let calendar = admin.get(&format!("/calendar?from={day}&to={day}")).expect(200);
    let state = |time: &str| {
        let of = |known: &&serde_json::Value| {
            known["start"].as_str().unwrap().contains(time) && known["slot"].as_str().unwrap().starts_with("thu")
        };
        calendar["occurrences"].as_array().unwrap().iter().find(of).unwrap()["state"].clone()
    };
    assert_eq!((state("T03:00:00"), state("T04:00:00")), (json!("left_out"), json!("planned")));
    assert_eq!(calendar["days"].as_array().unwrap().len(), 1);
    admin.post("/occurrences", &once).refused(409, "occurrence_not_planned");
    admin.post("/occurrences", &json!({ "occurrence_id": occurrence, "once": "restore" })).expect(200);
    admin.get("/slots/nope").refused(404, "not_found");
    admin.get("/calendar?from=2026-01-01&to=2027-01-01").refused(422, "window_too_long");
}

#[test]
fn the_queue_is_ordered_by_neighbours_and_rehearsed() {
    let station = Station::new();
    let mut admin = station.admin();
    admin.post("/slots", &slot("thu", 3)).expect(201);
    for clip in [2, 3] {
        admin.post("/queue", &json!({ "clip": clip })).expect(201);
    }
    let entries = |admin: &mut super::Browser| -> Vec<u64> {
        let queue = admin.get("/queue").expect(200);
        queue["items"].as_array().unwrap().iter().map(|item| item["entry"].as_u64().unwrap()).collect()
    };
    let before = entries(&mut admin);
    let (first, last) = (before[0], *before.last().unwrap());
    let place = json!({ "place": { "before": first } });
    admin.send("PATCH", &format!("/queue/{last}"), Some(&place)).expect(200);
    assert_eq!(entries(&mut admin)[..2], [last, first]);
    admin.send("PATCH", &format!("/queue/{last}"), Some(&json!({ "slot": "thu", "place": "last" }))).expect(200);
    assert_eq!(entries(&mut admin).last(), Some(&last));
    admin.send("DELETE", &format!("/queue/{first}"), None).expect(204);
    admin.send("PATCH", &format!("/queue/{last}"), Some(&place)).refused(409, "queue_entry_gone");
    admin.send("PATCH", &format!("/queue/{last}"), Some(&json!({}))).refused(422, "body_does_not_fit");

    let queue = admin.get("/queue").expect(200);
    let entry = queue["items"].as_array().unwrap().iter().find(|item| item["entry"] == last).unwrap();
    assert_eq!((&entry["becomes"], &entry["slot"]), (&json!("airs"), &json!("thu")));
    let day = entry["start"].as_str().unwrap()[..10].to_owned();
    let rehearsal = admin.get(&format!("/rehearsal?from={day}&to={day}")).expect(200);
    let heard =
        rehearsal["occurrences"].as_array().unwrap().iter().find(|one| one["occurrence_id"] == entry["occurrence_id"]);
    assert_eq!(heard.unwrap()["elements"][0]["why"]["why"], "queued");
}
