//! Settings, devices, copies, people, tokens and the audit, as the console asks for them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{PASSWORD, Station};

fn option<'a>(settings: &'a Value, key: &str) -> &'a Value {
    let options = settings["options"].as_array().unwrap();
    options.iter().find(|option| option["key"] == key).unwrap_or_else(|| panic!("no option {key}"))
}

#[test]
fn settings_are_described_tried_out_saved_and_come_into_effect() {
    let station = Station::new();
    let mut admin = station.admin();
    let read = admin.get("/settings");
    let tag = read.headers["etag"].to_str().unwrap().to_owned();
    let settings = read.expect(200);
    let ring = option(&settings, "audio.ring_seconds");
    assert_eq!(
        ring["form"],
        json!({ "kind": "whole", "min": 1.0, "max": 30.0, "unit": "seconds", "words": [], "may_be_empty": false, "expected": null })
    );
    assert_eq!(
        (&ring["layer"], &ring["locked"], &ring["restart"]),
        (&json!("default"), &json!(false), &json!("station"))
    );
    assert_eq!(option(&settings, "data.folder")["locked"], true, "the flag of the command line holds it");

    let bad = json!({ "changes": { "audio.ring_seconds": 99, "permitted_hours.monday": "5-6" } });
    let faults = admin.post("/settings/check", &bad).expect(200)["faults"].clone();
    let keys: Vec<&Value> = faults.as_array().unwrap().iter().map(|fault| &fault["key"]).collect();
    assert!(
        keys.contains(&&json!("audio.ring_seconds")) && keys.contains(&&json!("permitted_hours.monday")),
        "{faults}"
    );
    admin.send("PATCH", "/settings", Some(&bad)).expect(422);

    let good = json!({ "changes": { "audio.ring_seconds": 6, "station.name": "Đài truyền thanh xã Cẩm Đoài" } });
    assert_eq!(admin.post("/settings/check", &good).expect(200)["faults"], json!([]));
    let mut events = admin.events();
    let saved = admin.with("if-match", &tag).send("PATCH", "/settings", Some(&good)).expect(200);
    assert_eq!(option(&saved, "audio.ring_seconds")["layer"], "console");
    assert_eq!((&saved["reload"]["pending"], &saved["reload"]["last_error"]), (&json!(false), &Value::Null), "{saved}");
    events.until(|name, data| name == "changed" && data["topic"] == "settings");
    assert_eq!(
        admin.get("/status").expect(200)["station"],
        "Đài truyền thanh xã Cẩm Đoài",
        "whoever is served next knows"
    );
    events.until(|name, _| name == "live");

    let stale = admin.send("PATCH", "/settings", Some(&json!({ "changes": { "audio.ring_seconds": 8 } })));
    let problem = stale.refused(412, "stale");
    assert_eq!(option(&problem["current"], "audio.ring_seconds")["value"], 6);
    admin.headers.clear();

    let trail = admin.get("/audit?what=settings&limit=1").expect(200);
    let row = &trail["items"][0];
    assert_eq!((&row["what"], &row["who"]), (&json!("settings.save"), &json!("Trần Thị Bình")));
    assert_eq!((&row["before"]["audio.ring_seconds"], &row["after"]["audio.ring_seconds"]), (&json!(4), &json!(6)));
    assert!(row["from_where"].as_str().unwrap().starts_with("console, "), "{row}");
    assert_eq!(station.daemon.end().0, 0);
}

#[test]
fn while_something_sounds_the_page_sees_that_settings_wait() {
    let station = Station::new();
    let mut admin = station.admin();
    let mut events = admin.events();
    admin.post("/air/play", &json!({ "clip": 2, "emergency": false })).expect(204);
    events.until(|name, data| name == "live" && data["on_air"]["position_ms"].as_u64().is_some_and(|at| at > 0));
    let saved = admin.send("PATCH", "/settings", Some(&json!({ "changes": { "report.topics_listed_max": 5 } })));
    let saved = saved.expect(200);
    assert_eq!((&saved["reload"]["pending"], &saved["reload"]["pending_by"]), (&json!(true), &json!("Trần Thị Bình")));
    let live = events.until(|name, data| name == "live" && data["starts_again"] == true);
    assert!(live["on_air"].is_object(), "{live}");
    events.until(|name, data| name == "live" && data["on_air"].is_null() && data["starts_again"] == false);
    let mut applied = Value::Null;
    for _ in 0..100 {
        applied = admin.get("/settings").expect(200)["reload"].clone();
        if applied["pending"] == false {
            break;
        }
        events.next();
    }
    assert_eq!((&applied["pending"], &applied["last_error"]), (&json!(false), &Value::Null), "{applied}");
    let log = station.town.json(&["log"]);
    assert_eq!(log[0]["reason"], "complete", "{log}");
    assert_eq!(station.daemon.end().0, 0);
}

#[test]
fn only_an_admin_sees_or_changes_settings_people_and_copies() {
    let station = Station::new();
    let mut admin = station.admin();
    let mut operator = station.person("hoa", "operator");
    for path in ["/settings", "/devices", "/backup", "/backup/copy", "/users", "/tokens", "/audit"] {
        operator.get(path).refused(403, "forbidden");
        station.browser().get(path).refused(401, "sign_in");
    }
    operator.send("PATCH", "/settings", Some(&json!({ "changes": {} }))).refused(403, "forbidden");
    operator.post("/settings/reload", &json!({})).refused(403, "forbidden");
    let devices = admin.get("/devices").expect(200);
    assert!(devices["items"].is_array() && devices["captures"].is_array(), "{devices}");
    assert_eq!(station.daemon.end().0, 0);
}

#[test]
fn the_holidays_of_a_year_are_shown_before_they_are_saved() {
    let station = Station::new();
    let mut admin = station.admin();
    let year = admin.post("/settings/holidays", &json!({ "year": 2027 })).expect(200);
    assert_eq!(year["tet"], "2027-02-06");
    let day = year["days"].as_array().unwrap().iter().find(|day| day["day"] == "2027-02-06").unwrap();
    assert_eq!(
        (&day["lunar_day"], &day["lunar_month"], &day["name"]),
        (&json!(1), &json!(1), &json!("Tết Nguyên đán"))
    );
    let list = json!([{ "name": "Nghỉ bù", "date": "2027-05-03" }]);
    let year = admin.post("/settings/holidays", &json!({ "year": 2027, "holidays": list })).expect(200);
    assert_eq!(year["days"].as_array().unwrap().len(), 1, "{year}");
    admin.post("/settings/holidays", &json!({ "year": 2027, "holidays": [{ "name": "Sai" }] })).expect(422);
    assert_eq!(station.daemon.end().0, 0);
}

#[test]
fn a_copy_is_taken_away_and_can_be_put_back() {
    let station = Station::new();
    let mut admin = station.admin();
    let answer = admin.get("/backup/copy?clips=true");
    assert_eq!((answer.status, answer.headers["content-type"].to_str().unwrap()), (200, "application/zip"));
    let zip = station.town.path("taken.zip");
    std::fs::write(&zip, &answer.bytes).unwrap();
    // The last byte is here a moment before the station lets go of its file.
    let left = || {
        let entries = std::fs::read_dir(station.town.data()).unwrap().map(|entry| entry.unwrap().file_name());
        entries.filter(|name| name.to_string_lossy().starts_with(".loa-copy")).count()
    };
    let deadline = Instant::now() + Duration::from_secs(10);
    while left() > 0 {
        assert!(Instant::now() < deadline, "it is deleted when it was sent");
        std::thread::yield_now();
    }
    let into = station.town.path("new");
    let restored = station.town.json(&["--data", into.to_str().unwrap(), "restore", zip.to_str().unwrap()]);
    assert_eq!(restored["clips"], 3, "{restored}");
    assert_eq!(admin.get("/audit?what=backup.make").expect(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(station.daemon.end().0, 0);
}

#[test]
fn people_and_tokens_are_made_changed_and_sent_away() {
    let station = Station::new();
    let mut admin = station.admin();
    let new =
        json!({ "name": "lan", "display_name": "Lê Thị Lan", "office": "Công chức VH-XH", "roles": ["operator"] });
    let made = admin.post("/users", &new).expect(201);
    let (id, password) = (made["account"]["id"].clone(), made["password"].as_str().unwrap().to_owned());
    admin.post("/users", &json!({ "name": "x", "roles": ["chief"] })).refused(422, "no_such_role");
    let mut lan = station.browser();
    lan.sign_in("lan", &password);
    lan.post("/air/skip", &json!({})).expect(403);
    lan.post("/account/password", &json!({ "old": password, "new": PASSWORD })).expect(204);

    let path = format!("/users/{id}");
    let read = admin.get(&path);
    let tag = read.headers["etag"].to_str().unwrap().to_owned();
    let change = json!({ "roles": ["operator", "approver"], "office": "Phó Chủ tịch UBND" });
    let changed = admin.with("if-match", &tag).send("PATCH", &path, Some(&change)).expect(200);
    assert_eq!(changed["roles"], json!(["operator", "approver"]));
    admin.send("PATCH", &path, Some(&json!({ "office": "khác" }))).refused(412, "stale");
    admin.headers.clear();

    let token = json!({ "account": "lan", "name": "bảng LED", "roles": ["operator"], "expires_at": null });
    let token = admin.post("/tokens", &token).expect(201);
    let secret = token["secret"].as_str().unwrap();
    let mut script = station.browser();
    script.with("authorization", &format!("Bearer {secret}")).get("/status").expect(200);
    assert_eq!(admin.get("/tokens?account=lan").expect(200)["items"].as_array().unwrap().len(), 1);
    admin.send("DELETE", &format!("/tokens/{}", token["token"]["id"]), None).expect(204);
    script.get("/status").expect(401);

    admin.send("PATCH", &path, Some(&json!({ "disabled": true }))).expect(200);
    lan.get("/status").refused(401, "sign_in");
    let trail = admin.get("/audit?what=account&limit=2").expect(200);
    assert_eq!(trail["items"].as_array().unwrap().len(), 2);
    let next = trail["next"].as_str().unwrap();
    let more = admin.get(&format!("/audit?what=account&cursor={next}")).expect(200);
    let (first, then) = (&trail["items"][1]["number"], &more["items"][0]["number"]);
    assert!(first.as_u64() > then.as_u64(), "the newest first: {first} {then}");
    assert!(!trail.to_string().contains(&password), "no secret is in the audit");
    assert_eq!(station.daemon.end().0, 0);
}
