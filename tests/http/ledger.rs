//! What the office keeps: feeds that the station fetches, files that prove an entry, bundles for an inspector, lists.

use serde_json::json;

use super::{Answer, Browser, Station};
use crate::support::cli::Town;
use crate::support::portal::{ARTICLE, Portal};

/// Sends a file.
fn bring(browser: &Browser, path: &str, media: &str, bytes: &[u8]) -> Answer {
    let request = ureq::http::Request::builder().method("POST").uri(format!("{}/api/v1{path}", browser.url));
    let request = request.header("cookie", browser.cookie.as_deref().unwrap_or_default());
    let request = request.header("x-loa-csrf", browser.csrf.as_deref().unwrap_or_default());
    // A page sends one with every command; a file needs none and is not stopped by it.
    let request = request.header("content-type", media).header("idempotency-key", "tep-1");
    Answer::of(browser.agent.run(request.body(bytes).unwrap()).unwrap())
}

#[test]
fn the_station_fetches_a_feed_for_whoever_keeps_the_ledger() {
    let (portal, town) = (Portal::open(), Town::new());
    town.furnish();
    let text = std::fs::read_to_string(town.config()).unwrap();
    let text = text.replace("[console]\n", "[console]\nfeeds_from_this_machine = true\n");
    std::fs::write(town.config(), text).unwrap();
    let station = Station::of(town);
    let mut admin = station.admin();
    let mut asked =
        json!({ "url": portal.url("rss?khoa=bi-mat"), "keywords": ["cchc", "cải cách hành chính"], "preview": true });
    let seen = admin.post("/activities/feed", &asked).expect(200);
    assert_eq!((&seen["entries"], &seen["wanted"], &seen["other"]), (&json!(3), &json!(2), &json!(1)));
    assert_eq!((&seen["added"], &seen["source"]), (&json!([]), &json!(portal.url("rss"))));
    assert!(seen["articles"].to_string().contains(ARTICLE));
    assert_eq!(admin.get("/activities").expect(200)["items"], json!([]), "looking enters nothing");

    asked["preview"] = json!(false);
    let taken = admin.post("/activities/feed", &asked).expect(200);
    assert_eq!((&taken["added"], &taken["known"], &taken["articles"]), (&json!([1, 2]), &json!(0), &json!([])));
    assert_eq!(admin.post("/activities/feed", &asked).expect(200)["known"], 2);
    let of = |kind: &str| format!("/activities?kind={kind}");
    assert_eq!(admin.get(&of("portal_article")).expect(200)["items"].as_array().unwrap().len(), 2);
    assert_eq!(admin.get(&of("conference")).expect(200)["items"], json!([]));

    for (path, code) in [("none", "feed_status"), ("fault", "feed_status"), ("loop", "feed_redirects")] {
        let problem =
            admin.post("/activities/feed", &json!({ "url": portal.url(path), "all": true })).refused(409, code);
        assert!(problem["hint"].is_string() && !problem.to_string().contains("secret"), "{problem}");
    }
    let wrong = json!({ "url": portal.url("rss"), "keywords": [], "all": false });
    admin.post("/activities/feed", &wrong).refused(422, "feed_keywords");
    let wrong = json!({ "url": "https://ban:mat-khau@laicach.gov.vn/rss", "all": true });
    admin.post("/activities/feed", &wrong).refused(422, "feed_address");
    let before = portal.asked();
    let mut viewer = station.person("xem", "viewer");
    viewer.post("/activities/feed", &asked).refused(403, "forbidden");
    assert_eq!(portal.asked(), before, "nobody without the right sends the station anywhere");
}

#[test]
fn the_console_does_not_send_the_station_to_itself() {
    let portal = Portal::open();
    let station = Station::new();
    let mut admin = station.admin();
    let asked = json!({ "url": portal.url("rss"), "all": true, "preview": true });
    admin.post("/activities/feed", &asked).refused(409, "feed_this_machine");
    assert_eq!(portal.asked(), 0);
}

#[test]
fn a_file_proves_an_entry_and_comes_back_to_be_saved() {
    let station = Station::new();
    let mut admin = station.admin();
    let page = b"<script>alert(1)</script>";
    let name = "/activities/evidence?name=bi%C3%AAn%20b%E1%BA%A3n.html";
    let proof = bring(&admin, name, "application/octet-stream", page).expect(201);
    assert_eq!(
        (&proof["kind"], &proof["text"], &proof["bytes"]),
        (&json!("file"), &json!("biên bản.html"), &json!(25))
    );
    assert_eq!(proof["digest"], blake3::hash(page).to_string());
    assert_eq!(bring(&admin, name, "application/octet-stream", page).expect(201), proof, "sent again it is the same");

    let document = json!({ "kind": "document", "text": "05/KH-UBND" });
    let new = json!({ "kind": "conference", "day": "2023-03-06", "title": "Hội nghị", "evidence": [proof, document] });
    admin.post("/activities", &new).expect(201);
    let row = admin.get("/activities/1").expect(200);
    assert_eq!(row["evidence"], json!(["biên bản.html", "05/KH-UBND"]));
    assert_eq!((&row["proofs"][0], &row["proofs"][1]["kind"]), (&proof, &json!("document")));

    let address = format!("/activities/1/evidence/{}", proof["digest"].as_str().unwrap());
    let file = admin.get(&address);
    assert_eq!((file.status, file.bytes.as_slice()), (200, page.as_slice()));
    let header = |name: &str| file.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/octet-stream", "never as the page that it is");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-disposition").starts_with("attachment; "), "{}", header("content-disposition"));
    assert!(header("content-security-policy").contains("sandbox"));

    // A correction that takes the file away leaves it to be seen: the version that named it stays.
    let change = json!({ "why": "nhầm tệp", "topic": "CCHC", "evidence": [] });
    let after = admin.send("PATCH", "/activities/1", Some(&change)).expect(200);
    assert_eq!((&after["proofs"], &after["topic"]), (&json!([]), &json!("CCHC")));
    assert_eq!(admin.get("/activities/1/versions").expect(200)["items"].as_array().unwrap().len(), 2);
    assert_eq!(admin.get(&address).status, 200);

    admin.get(&address.replace("/1/", "/2/")).refused(404, "no_such_activity");
    admin.get(&format!("/activities/1/evidence/{}", "0".repeat(64))).refused(404, "not_found");
    let unknown = json!({ "kind": "file", "text": "x.pdf", "digest": "0".repeat(64) });
    let new = json!({ "kind": "conference", "day": "2023-03-06", "title": "Khác", "evidence": [unknown] });
    admin.post("/activities", &new).refused(409, "refused");
    bring(&admin, "/activities/evidence?name=", "application/octet-stream", page).refused(422, "usage");
    bring(&admin, "/activities/evidence?name=x", "application/octet-stream", b"").refused(422, "usage");
    let viewer = station.person("xem", "viewer");
    bring(&viewer, "/activities/evidence?name=x", "application/octet-stream", page).refused(403, "forbidden");
    assert_eq!(admin.get("/audit?what=evidence.keep").status, 200);
    // What was being received is gone again.
    let left = std::fs::read_dir(station.town.data()).unwrap().flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(".loa-incoming-")).count();
    assert_eq!(left, 0);
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_kept() {
    let station = Station::new();
    let admin = station.admin();
    let large = vec![7; 20_000_001];
    bring(&admin, "/activities/evidence?name=x", "application/octet-stream", &large).refused(413, "body_too_large");
    assert!(!station.town.data().join("evidence").exists());
}

#[test]
fn a_bundle_is_made_taken_away_and_checked() {
    let station = Station::new();
    let mut admin = station.admin();
    let bundle = admin.get("/bundle?period=2023-H1");
    assert_eq!((bundle.status, bundle.headers["content-type"].to_str().unwrap()), (200, "application/zip"));
    assert!(bundle.headers["content-disposition"].to_str().unwrap().contains("loa-2023-H1.zip"));
    let key = admin.get("/bundle/key").expect(200);
    let path = format!("/bundle/verify?key={}", key["public_key"].as_str().unwrap());
    let verified = bring(&admin, &path, "application/octet-stream", &bundle.bytes).expect(200);
    assert_eq!(
        (&verified["ok"], &verified["key_given"], &verified["period"]),
        (&json!(true), &json!(true), &json!("2023-H1"))
    );
    assert_eq!(verified["fingerprint"], key["fingerprint"]);
    let file = station.town.path("so.zip");
    std::fs::write(&file, &bundle.bytes).unwrap();
    let told = station.town.json(&["bundle", "verify", file.to_str().unwrap()]);
    assert_eq!((&told["records"], &told["head"]), (&verified["records"], &verified["head"]));

    let mut changed = bundle.bytes.clone();
    let quarter = changed.len() / 4;
    changed[quarter..3 * quarter].iter_mut().for_each(|byte| *byte ^= 1);
    let problem =
        bring(&admin, "/bundle/verify", "application/octet-stream", &changed).refused(409, "bundle_does_not_fit");
    assert!(!problem.to_string().contains(".loa-incoming"), "{problem}");
    bring(&admin, "/bundle/verify", "application/octet-stream", b"no zip").refused(409, "bundle_does_not_fit");
    admin.get("/bundle").refused(422, "no_period");
    let mut viewer = station.person("xem", "viewer");
    viewer.get("/bundle?period=2023-H1").refused(403, "forbidden");
    bring(&viewer, "/bundle/verify", "application/octet-stream", &bundle.bytes).expect(200);
    let left = std::fs::read_dir(station.town.data()).unwrap().flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(".loa-incoming-")).count();
    assert_eq!(left, 0);
}

#[test]
fn lists_and_findings_are_those_of_the_command_line() {
    let station = Station::new();
    let mut admin = station.admin();
    assert_eq!(admin.get("/topics").expect(200)["items"], station.town.json(&["topics"]));
    let campaigns = admin.get("/campaigns").expect(200)["items"].clone();
    assert!(!campaigns.as_array().unwrap().is_empty());
    assert_eq!(campaigns, station.town.json(&["campaigns"]));

    let found = admin.get("/check").expect(200);
    let ran = station.town.loa(&["--json", "check"]).document();
    let states = |document: &serde_json::Value| {
        let points = document["points"].as_array().unwrap().clone();
        points.into_iter().map(|point| (point["what"].clone(), point["state"].clone())).collect::<Vec<_>>()
    };
    assert_eq!((&found["ready"], states(&found)), (&ran["ready"], states(&ran)));
    let station_point = found["points"].as_array().unwrap().iter().find(|point| point["what"] == "station").unwrap();
    assert!(station_point["found"].as_str().unwrap().contains(&station.daemon.pid().to_string()));
}

#[test]
fn a_draft_is_handed_over_as_the_configuration_says() {
    let town = Town::new();
    town.furnish();
    let folder = town.path("nop");
    let text = std::fs::read_to_string(town.config()).unwrap();
    let text = text + &format!("\n[drafts]\ndeliver = \"folder\"\nfolder = \"{}\"\n", folder.display());
    std::fs::write(town.config(), text).unwrap();
    let station = Station::of(town);
    let mut admin = station.admin();
    let of = "period=2023-H1";
    admin.post(&format!("/drafts/deliver?{of}"), &json!({})).refused(404, "not_found");
    admin.post(&format!("/drafts?{of}"), &json!({})).expect(200);
    let made = admin.post(&format!("/drafts/deliver?{of}"), &json!({})).expect(200);
    assert_eq!((&made["version"], &made["new"]), (&json!(1), &json!(false)));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 4, "figures, letter, and the report for Word and to print");
    let mut viewer = station.person("xem", "viewer");
    viewer.post(&format!("/drafts/deliver?{of}"), &json!({})).refused(403, "forbidden");
}

#[test]
fn figures_that_no_log_knows_go_into_the_written_report() {
    let station = Station::new();
    let mut admin = station.admin();
    let known = admin.get("/report/typed?language=vi").expect(200)["items"].clone();
    let name = known[0]["name"].as_str().expect("the shipped template has places for some").to_owned();
    let with = |typed: &str| format!("/report/download?period=2023-H1&format=txt&language=vi{typed}");
    let file = admin.get(&with(&format!("&typed={name}%3D4321")));
    assert_eq!(file.status, 200);
    assert!(String::from_utf8(file.bytes).unwrap().contains("4321"), "{name}");
    let without = String::from_utf8(admin.get(&with("")).bytes).unwrap();
    assert!(!without.contains("4321"));
    admin.get(&with("&typed=joy%3D1")).refused(409, "refused");
    admin.get(&with("&typed=joy")).refused(422, "typed_figure");
    admin.get("/report/download?period=2023-H1&format=csv&typed=a%3D1").refused(422, "typed_figure");
}
