//! What persons heard inside a relay: said and taken back over the API and from the command line, counted in the report.

use chrono::{DurationRound as _, TimeDelta, Utc};
use loa::domain::log::AiringId;
use serde_json::{Value, json};

use super::Station;
use crate::support::cli::Town;
use crate::support::records::{airing, end, intent, relay, station};

/// A station whose log has a relay of a minute (airing 1) and a clip (airing 2), heard an hour ago.
fn relayed() -> Station {
    let town = Town::new();
    town.furnish();
    let start = (Utc::now() - TimeDelta::hours(1)).duration_trunc(TimeDelta::seconds(1)).unwrap();
    let clip = intent(2, start);
    let records = [
        relay(1, start, 60_000).to_vec(),
        vec![loa::domain::log::Record::Intent(clip.clone()), loa::domain::log::Record::End(end(&clip, 48_000))],
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = station(&town.data()).await;
        store.append(&records.concat(), start + TimeDelta::minutes(2)).await.unwrap();
        store.close().await;
    });
    Station::of(town)
}

fn place(airing: AiringId) -> String {
    format!("/log/airings/{airing}/mentions")
}

#[test]
fn an_item_is_tagged_counted_withdrawn_and_counted_no_more() {
    let station = relayed();
    let mut admin = station.admin();
    let report = "/report?from=2000-01-01&to=2100-01-01";
    let figure = |document: &Value| {
        let figures = document["figures"].as_array().unwrap();
        figures.iter().find(|figure| figure["name"] == "mentions").unwrap()["count"].as_u64().unwrap()
    };
    let t3 = |document: &Value| {
        let sentences = document["sentences"].as_array().unwrap();
        sentences.iter().find(|sentence| sentence["name"] == "T3").unwrap()["vi"].as_str().unwrap().to_owned()
    };
    let before = admin.get(report).expect(200);
    assert_eq!((figure(&before), t3(&before).contains("01 buổi")), (0, true), "{before:#}");
    let relay = airing(1);
    let evidence = admin.get(&format!("/log/airings/{relay}")).expect(200);
    assert_eq!(evidence["mentions"], json!({ "lasted_ms": 60_000, "open": true, "items": [] }));

    let item = json!({ "offset_ms": 10_500, "length_ms": 20_000, "title": "Ba\u{300}i về một cửa ", "topic": "CCHC.MC", "author": "" });
    let mut viewer = station.person("xem", "viewer");
    assert_eq!(viewer.post(&place(relay), &item).refused(403, "forbidden")["values"]["right"], "correct");
    let tagged = admin.with("idempotency-key", "mot").post(&place(relay), &item).expect(201);
    assert_eq!(tagged, json!({ "item": 1, "record": 6 }));
    assert_eq!(
        admin.with("idempotency-key", "mot").post(&place(relay), &item).expect(201),
        tagged,
        "sent twice, said once"
    );
    // The same command from the command line, of the same airing by the number of one of its records.
    let told = [
        "--at",
        "00:00:40",
        "--length",
        "20s",
        "--title",
        "Thời tiết",
        "--topic",
        "KHAC",
        "--author",
        "VOV1",
        "--by",
        "Lê Chi",
    ];
    assert_eq!(station.town.json(&[&["log", "tag", "6"], &told[..]].concat()), json!({ "item": 2, "record": 7 }));

    let evidence = admin.get(&format!("/log/airings/{relay}")).expect(200);
    let items = evidence["mentions"]["items"].as_array().unwrap();
    assert_eq!(items[0]["title"], "Bài về một cửa", "composed, without blanks at its ends");
    assert_eq!((&items[0]["by"], &items[0]["author"]), (&json!("Trần Thị Bình"), &json!(null)));
    assert_eq!(
        (&items[1]["by"], &items[1]["offset_ms"], &items[1]["author"]),
        (&json!("Lê Chi"), &json!(40_000), &json!("VOV1"))
    );
    let names: Vec<_> =
        evidence["records"].as_array().unwrap().iter().map(|of| of["record"].as_str().unwrap()).collect();
    assert_eq!(names, ["intent", "end", "mention", "mention"]);
    let clip = admin.get(&format!("/log/airings/{}", airing(2))).expect(200);
    assert_eq!(clip["mentions"], json!(null));

    let counted = admin.get(report).expect(200);
    assert_eq!(figure(&counted), 2);
    assert!(
        t3(&counted).contains("đã tiếp âm 02 lượt tin, bài của Đài Tiếng nói Việt Nam tập trung tuyên truyền về việc "),
        "{}",
        t3(&counted)
    );
    let rows = admin.get(&format!("/report/rows{}&figure=mentions&limit=1", &report[7..])).expect(200);
    assert_eq!((&rows["mentions"][0]["title"], &rows["next"]), (&json!("Bài về một cửa"), &json!("1")));
    assert_eq!(rows["mentions"][0]["relay"], "Đài Tiếng nói Việt Nam");
    let rows = admin.get(&format!("/report/rows{}&figure=mentions%3DKHAC", &report[7..])).expect(200);
    assert_eq!((&rows["mentions"][0]["item"], rows["mentions"].as_array().unwrap().len()), (&json!(2), 1));
    let document = station.town.json(&["report", "--from", "2000-01-01", "--to", "2100-01-01"]);
    assert_eq!(document["relay_items"], 2);
    let listed = station.town.json(&["report", "--from", "2000-01-01", "--to", "2100-01-01", "--rows", "mentions"]);
    assert_eq!((&listed[1]["title"], &listed[1]["length_s"]), (&json!("Thời tiết"), &json!(20.0)));

    let taken = format!("{}/1/withdrawal", place(relay));
    let why = json!({ "why": "Nghe nhầm buổi" });
    assert_eq!(viewer.post(&taken, &why).refused(403, "forbidden")["values"]["right"], "correct");
    admin.with("idempotency-key", "hai");
    assert_eq!(admin.post(&taken, &why).expect(201), json!({ "item": 1, "record": 8 }));
    admin.with("idempotency-key", "ba");
    assert_eq!(admin.post(&taken, &why).refused(409, "mention_withdrawn")["values"]["by"], "Trần Thị Bình");
    let shown = station.town.loa(&["log", "show", "6"]).done().out;
    assert!(shown.contains("1. at 0:00:10 for 0:00:20: Bài về một cửa (CCHC.MC), heard by Trần Thị Bình; withdrawn by Trần Thị Bình: Nghe"), "{shown}");
    let untag = ["log", "untag", &relay.to_string(), "2", "--why", "Đài báo lại", "--by", "Lê Chi"];
    assert_eq!(station.town.json(&untag), json!({ "item": 2, "record": 9 }));
    let after = admin.get(report).expect(200);
    assert_eq!((figure(&after), t3(&after)), (0, t3(&before)));
    let trail = admin.get("/audit").expect(200);
    let done: Vec<&str> = trail["items"].as_array().unwrap().iter().map(|row| row["what"].as_str().unwrap()).collect();
    assert_eq!(
        done.iter().filter(|what| what.starts_with("log.")).copied().collect::<Vec<_>>(),
        ["log.untag", "log.untag", "log.tag", "log.tag"]
    );
    station.town.loa(&["log", "verify"]).done();
}

#[test]
fn what_cannot_have_been_heard_is_refused_with_the_remedy() {
    let station = relayed();
    let mut admin = station.admin();
    let mut refused = |airing: u64, change: Value, status: u16, code: &str| {
        let mut item = json!({ "offset_ms": 0, "title": "Tin", "topic": "CCHC" });
        item.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        admin.post(&place(self::airing(airing)), &item).refused(status, code)
    };
    refused(2, json!({}), 409, "mention_no_relay");
    refused(3, json!({}), 409, "log_refuses");
    let beyond = refused(1, json!({ "offset_ms": 50_000, "length_ms": 10_001 }), 422, "mention_beyond");
    assert_eq!(beyond["values"], json!({ "to": "0:01:00", "heard": "0:01:00" }));
    assert_eq!(beyond["hint"], "give a place within it");
    refused(1, json!({ "offset_ms": 60_000 }), 422, "mention_beyond");
    refused(1, json!({ "length_ms": 0 }), 422, "mention_no_length");
    assert!(refused(1, json!({ "topic": "KHONG-CO" }), 422, "usage")["detail"].as_str().unwrap().contains("KHONG-CO"));
    refused(1, json!({ "title": " " }), 422, "usage");
    refused(1, json!({ "title": "ă".repeat(301) }), 422, "usage");
    refused(1, json!({ "author": "\u{202e}" }), 422, "usage");
    refused(1, json!({ "offset_ms": -1 }), 422, "body_does_not_fit");
    let relay = place(airing(1));
    admin.post(&format!("{relay}/1/withdrawal"), &json!({ "why": "x" })).refused(404, "no_such_mention");
    admin
        .post("/log/airings/99999/mentions", &json!({ "offset_ms": 0, "title": "Tin", "topic": "CCHC" }))
        .refused(404, "no_such_airing");

    let by = ["--title", "Tin", "--topic", "CCHC"];
    let tag = |at: &str| station.town.loa(&[&["log", "tag", "1", "--at", at], &by[..]].concat());
    tag("1:01").failed(2, "the item reaches to 0:01:01 and the airing was heard for 0:01:00");
    for wrong in ["", "5", "1:60", "a:00", "1:2:3:4", "1:00.", "1:00.1234", "99999999999:00"] {
        tag(wrong).failed(2, "expected a place such as 3:10, 00:03:10 or 1:02:03.5");
    }
    tag("0:30.25").done();
    let shown = station.town.json(&["log", "show", "1"]);
    assert_eq!(shown["mentions"][0]["offset_ms"], 30_250, "{shown:#}");
    station.town.loa(&["log", "untag", "1", "1", "--why", " "]).failed(2, "the reason (--why) is empty");
    station.town.loa(&["log", "verify"]).done();
}
