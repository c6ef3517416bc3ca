//! Clips over HTTP: listed, changed by two people at once, decided by roles, listened to in parts.

use serde_json::{Value, json};

use super::Station;

fn edit_of(clip: &Value) -> Value {
    let mut edit = json!({});
    for field in [
        "title",
        "genre",
        "topic",
        "secondary",
        "campaign",
        "author",
        "language",
        "source",
        "valid_from",
        "valid_to",
        "script",
    ] {
        edit[field] = clip[field].clone();
    }
    edit
}

#[test]
fn the_library_is_listed_filtered_and_turned_page_by_page() {
    let station = Station::new();
    let mut admin = station.admin();
    let page = admin.get("/clips?order=title&limit=2").expect(200);
    let titles = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|clip| clip["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles(&page), ["Bộ phận một cửa", "Dịch vụ công trực tuyến"]);
    assert_eq!((page["total"].as_u64(), page["counts"]["approved"].as_u64()), (Some(3), Some(3)));
    let cursor: String = page["next"].as_str().unwrap().bytes().map(|byte| format!("%{byte:02x}")).collect();
    let last = admin.get(&format!("/clips?order=title&limit=2&cursor={cursor}")).expect(200);
    assert_eq!((titles(&last), &last["next"]), (vec!["Nhạc hiệu Đài".to_owned()], &Value::Null));
    assert_eq!(titles(&admin.get("/clips?text=DICH+vu").expect(200)), ["Dịch vụ công trực tuyến"]);
    assert_eq!(titles(&admin.get("/clips?state=draft").expect(200)), [""; 0]);
    assert_eq!(titles(&admin.get("/clips?genre=ident&never_aired=true").expect(200)), ["Nhạc hiệu Đài"]);
    admin.get("/clips?state=good").refused(422, "query_does_not_fit");
    admin.get("/clips?cursor=x").refused(422, "usage");
    station.browser().get("/clips").refused(401, "sign_in");
}

#[test]
fn the_second_of_two_editors_is_shown_what_is_there_now() {
    let station = Station::new();
    let (mut one, mut other) = (station.admin(), station.browser());
    other.sign_in("admin", super::PASSWORD);
    let read = one.get("/clips/2");
    let tag = read.headers["etag"].to_str().unwrap().to_owned();
    let clip = read.expect(200);
    assert_eq!(other.get("/clips/2").headers["etag"], tag.as_str(), "the same clip has the same tag for everybody");

    let mut mine = edit_of(&clip);
    mine["title"] = "<img src=x onerror=alert(1)> Một cửa".into();
    let saved = one.with("if-match", &tag).send("PUT", "/clips/2", Some(&mine));
    let new_tag = saved.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(saved.expect(200)["title"], mine["title"], "tags are letters like any other");

    let mut theirs = edit_of(&clip);
    theirs["author"] = "Trần Dũng".into();
    let stale = other.with("if-match", &tag).send("PUT", "/clips/2", Some(&theirs)).refused(412, "stale");
    assert_eq!((&stale["current"]["title"], &stale["current"]["author"]), (&mine["title"], &clip["author"]));
    theirs["title"] = mine["title"].clone();
    other.with("if-match", &new_tag).send("PUT", "/clips/2", Some(&theirs)).expect(200);

    let refuse = |browser: &mut super::Browser, title: &str| {
        let mut wrong = theirs.clone();
        wrong["title"] = title.into();
        browser.headers.clear();
        browser.send("PUT", "/clips/2", Some(&wrong)).expect(422)
    };
    for title in ["", &"x".repeat(10_000), "tin \u{202e}gnas", "hai\ndòng"] {
        refuse(&mut one, title);
    }
    assert_eq!(one.get("/clips/2").expect(200)["author"], "Trần Dũng");
}

#[test]
fn a_leader_sends_back_with_a_note_and_approves_and_nobody_else_does() {
    let station = Station::new();
    let mut operator = station.person("chi", "operator");
    let mut leader = station.person("an", "approver");
    let note = json!({ "note": "Đọc lại tên thôn ở phút thứ hai." });
    operator.post("/clips/2/send-back", &note).refused(403, "forbidden");
    leader.post("/clips/2/send-back", &json!({ "note": " " })).refused(422, "note_empty");
    let back = leader.post("/clips/2/send-back", &note).expect(200);
    assert_eq!((&back["approval"]["state"], &back["approval"]["note"]), (&json!("sent_back"), &note["note"]));
    assert_eq!(back["approval"]["by"], "Ông an");
    let refused = operator.post("/air/play", &json!({ "clip": 2 })).refused(409, "clip_not_approved");
    assert_eq!(refused["values"]["clip"], "2");
    leader.post("/clips/2/submit", &json!({})).refused(403, "forbidden");
    assert_eq!(operator.post("/clips/2/submit", &json!({})).expect(200)["approval"]["state"], "submitted");
    operator.post("/clips/2/approve", &json!({})).refused(403, "forbidden");
    // What was changed since the leader looked is looked at again.
    let tag = leader.get("/clips/2").headers["etag"].to_str().unwrap().to_owned();
    let mut edit = edit_of(&operator.get("/clips/2").expect(200));
    edit["title"] = "Một cửa liên thông".into();
    operator.send("PUT", "/clips/2", Some(&edit)).expect(200);
    leader.with("if-match", &tag).post("/clips/2/approve", &json!({})).refused(412, "stale");
    leader.headers.clear();
    assert_eq!(leader.post("/clips/2/approve", &json!({})).expect(200)["approval"]["by"], "Ông an");
    operator.post("/clips/2/retire", &json!({})).expect(200);
    operator.send("DELETE", "/clips/2", None).expect(204);
    operator.get("/clips/2").refused(404, "no_such_clip");
    assert_eq!(operator.get("/clips/2/history").expect(200)["items"], json!([]));
}

#[test]
fn a_recording_is_listened_to_in_parts_and_looked_at() {
    let station = Station::new();
    let mut admin = station.admin();
    let whole = admin.get("/clips/2/audio");
    assert_eq!((whole.status, &whole.headers["content-type"]), (200, &"audio/wav".parse().unwrap()));
    assert_eq!(whole.headers["x-content-type-options"], "nosniff");
    let stored = std::fs::read(station.town.path("mot-cua.wav")).unwrap();
    assert_eq!(whole.bytes, stored);
    let tag = whole.headers["etag"].to_str().unwrap().to_owned();
    let part = admin.with("range", "bytes=1000-1999").get("/clips/2/audio");
    assert_eq!((part.status, &part.bytes[..]), (206, &stored[1000..2000]));
    assert_eq!(part.headers["content-range"], format!("bytes 1000-1999/{}", stored.len()).as_str());
    assert_eq!(admin.with("if-range", "\"other\"").get("/clips/2/audio").status, 200);
    admin.headers.clear();
    assert_eq!(admin.with("range", "bytes=99999999-").get("/clips/2/audio").status, 416);
    admin.headers.clear();
    assert_eq!(admin.with("if-none-match", &tag).get("/clips/2/audio").status, 304);
    admin.headers.clear();
    let picture = admin.get("/clips/2/waveform?columns=60").expect(200);
    let high = picture["high"].as_array().unwrap();
    assert_eq!((high.len(), picture["duration_s"].as_f64()), (60, Some(6.0)));
    assert!(high.iter().all(|column| column.as_i64().unwrap() > 10), "a tone sounds everywhere");
    admin.get("/clips/99/audio").refused(404, "no_such_clip");
    assert!(admin.get("/clip-choices").expect(200)["topics"].as_array().unwrap().len() > 3);
}
