//! Recordings over HTTP, as tus clients send them and as hostile ones do.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Answer, Browser, Station};

/// Longest wait for a recording to be measured.
const PATIENCE: Duration = Duration::from_secs(60);

fn tus(browser: &Browser, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", browser.url));
    let mut all = vec![("tus-resumable", "1.0.0"), ("cookie", browser.cookie.as_deref().unwrap())];
    all.push(("x-loa-csrf", browser.csrf.as_deref().unwrap()));
    for (name, value) in all.iter().filter(|(name, _)| !headers.iter().any(|(other, _)| other == name)) {
        request = request.header(*name, *value);
    }
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        request = request.header(*name, *value);
    }
    Answer::of(browser.agent.run(request.body(body).unwrap()).unwrap())
}

fn announce(browser: &Browser, name: &str, bytes: u64) -> String {
    let metadata = format!("filename {}", STANDARD.encode(name));
    let length = bytes.to_string();
    let made =
        tus(browser, "POST", "/api/v1/uploads", &[("upload-length", &length), ("upload-metadata", &metadata)], b"");
    assert_eq!(made.status, 201);
    made.headers["location"].to_str().unwrap().to_owned()
}

fn piece(browser: &Browser, upload: &str, offset: usize, bytes: &[u8]) -> Answer {
    let offset = offset.to_string();
    let headers = [("upload-offset", offset.as_str()), ("content-type", "application/offset+octet-stream")];
    tus(browser, "PATCH", upload, &headers, bytes)
}

fn offset(browser: &Browser, upload: &str) -> usize {
    let head = tus(browser, "HEAD", upload, &[], b"");
    assert_eq!(head.status, 200);
    head.headers["upload-offset"].to_str().unwrap().parse().unwrap()
}

/// What became of an upload.
fn outcome(browser: &mut Browser, upload: &str) -> Value {
    let path = upload.strip_prefix("/api/v1").unwrap();
    let deadline = Instant::now() + PATIENCE;
    let mut events = browser.events();
    loop {
        let line = browser.get(path).expect(200);
        if line["state"] == "imported" || line["state"] == "refused" {
            return line;
        }
        assert!(Instant::now() < deadline, "{line:#}");
        events.until(|name, data| name == "live" || data["topic"] == "imports");
    }
}

#[test]
fn a_recording_sent_in_pieces_over_lines_that_break_becomes_a_draft() {
    let station = Station::new();
    let mut admin = station.admin();
    let file = station.town.recording("Phát động thi đua.wav", 5.0, 523.0);
    let content = std::fs::read(&file).unwrap();
    let upload = announce(&admin, "Phát động thi đua.wav", content.len() as u64);
    let first = piece(&admin, &upload, 0, &content[..50_000]);
    assert_eq!((first.status, &first.headers["upload-offset"]), (204, &"50000".parse().unwrap()));
    assert!(first.headers["upload-expires"].to_str().unwrap().ends_with(" GMT"));

    piece(&admin, &upload, 50_001, b"x").refused(409, "upload_offset");
    // A line that breaks in the middle of a piece, told to be longer than what comes.
    let address = admin.url.strip_prefix("http://").unwrap();
    let mut line = TcpStream::connect(address).unwrap();
    let head = format!(
        "PATCH {upload} HTTP/1.1\r\nhost: {address}\r\ncookie: {}\r\nx-loa-csrf: {}\r\ntus-resumable: 1.0.0\r\n\
         upload-offset: 50000\r\ncontent-type: application/offset+octet-stream\r\ncontent-length: 60000\r\n\r\n",
        admin.cookie.as_deref().unwrap(),
        admin.csrf.as_deref().unwrap()
    );
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(&content[50_000..80_000]).unwrap();
    drop(line);
    let mut events = admin.events();
    while offset(&admin, &upload) == 50_000 {
        events.until(|name, data| name == "live" || data["topic"] == "imports");
    }
    // What came of it is kept, and gone on from as soon as the broken line is let go of.
    let deadline = Instant::now() + PATIENCE;
    loop {
        let at = offset(&admin, &upload);
        assert!((50_001..=80_000).contains(&at), "{at}");
        let rest = piece(&admin, &upload, at, &content[at..]);
        if rest.status == 204 {
            break;
        }
        assert!(matches!(rest.status, 409 | 423) && Instant::now() < deadline, "{} at {at}", rest.status);
        std::thread::yield_now();
    }
    let done = outcome(&mut admin, &upload);
    assert_eq!((&done["state"], &done["name"]), (&json!("imported"), &json!("Phát động thi đua.wav")));
    let clip = admin.get(&format!("/clips/{}", done["clip"])).expect(200);
    assert_eq!((&clip["title"], &clip["approval"]["state"]), (&json!("Phát động thi đua"), &json!("draft")));
    assert_eq!(clip["audio"]["digest"], blake3::hash(&content).to_hex().as_str());
    assert!(clip["findings"][0]["vi"].as_str().unwrap().contains("ngắn hơn mức 10 phút"), "{clip:#}");
    piece(&admin, &upload, content.len(), b"").refused(409, "upload_complete");

    // The same bytes for another clip: refused, and the first is named.
    let again = announce(&admin, "khác.wav", content.len() as u64);
    assert_eq!(piece(&admin, &again, 0, &content).status, 204);
    let refused = outcome(&mut admin, &again);
    assert_eq!((&refused["state"], &refused["clip"]), (&json!("refused"), &done["clip"]));
    assert_eq!(tus(&admin, "DELETE", &again, &[], b"").status, 204);
    assert_eq!(admin.get("/uploads").expect(200)["items"].as_array().unwrap().len(), 1);
}

#[test]
fn lies_and_nonsense_are_refused_with_the_statuses_of_the_protocol() {
    let station = Station::new();
    let mut admin = station.admin();
    let spoken = tus(&admin, "OPTIONS", "/api/v1/uploads", &[], b"");
    assert_eq!((spoken.status, &spoken.headers["tus-version"]), (204, &"1.0.0".parse().unwrap()));
    let post = |headers: &[(&str, &str)]| tus(&admin, "POST", "/api/v1/uploads", headers, b"");
    post(&[("upload-length", "5000000000")]).refused(413, "upload_too_large");
    post(&[("upload-length", "0")]).refused(422, "upload_empty");
    post(&[("upload-length", "-1")]).refused(400, "header_does_not_fit");
    post(&[("upload-length", "10"), ("upload-metadata", "filename !!")]).refused(400, "header_does_not_fit");
    post(&[("upload-length", "10"), ("tus-resumable", "0.2.0")]).refused(412, "tus_version");
    post(&[("upload-length", "10"), ("x-loa-csrf", "")]).refused(403, "csrf");

    let upload = announce(&admin, "../../../etc/cron.d/x.mp3", 10);
    piece(&admin, &upload, 0, b"more than ten bytes").refused(413, "upload_too_much");
    assert_eq!(offset(&admin, &upload), 0);
    tus(&admin, "PATCH", &upload, &[("upload-offset", "0"), ("content-type", "audio/mpeg")], b"x")
        .refused(415, "header_does_not_fit");
    let page = b"<!DOCTYPE html><html><script>alert(1)</script></html>";
    let html = announce(&admin, "ban-tin.mp3", page.len() as u64);
    assert_eq!(piece(&admin, &html, 0, page).status, 204);
    let refused = outcome(&mut admin, &html);
    assert!(refused["told"][0]["vi"].as_str().unwrap().contains("trang web (HTML)"), "{refused:#}");
    piece(&admin, "/api/v1/uploads/0123", 0, b"x").refused(404, "no_such_upload");

    let viewer = station.person("xem", "viewer");
    tus(&viewer, "POST", "/api/v1/uploads", &[("upload-length", "10")], b"").refused(403, "forbidden");
    piece(&viewer, &upload, 0, b"x").refused(403, "forbidden");
    tus(&viewer, "DELETE", &upload, &[], b"").refused(403, "forbidden");
}

#[test]
fn new_audio_for_a_clip_waits_for_the_leader_and_a_stale_one_is_refused() {
    let station = Station::new();
    let mut admin = station.admin();
    let content = std::fs::read(station.town.recording("moi.wav", 4.0, 700.0)).unwrap();
    let tag = admin.get("/clips/2").headers["etag"].to_str().unwrap().to_owned();
    let metadata = format!(
        "filename {},clip {},same_item {}",
        STANDARD.encode("moi.wav"),
        STANDARD.encode("2"),
        STANDARD.encode("true")
    );
    let length = content.len().to_string();
    let headers = |tag: &str| {
        tus(
            &admin,
            "POST",
            "/api/v1/uploads",
            &[("upload-length", &length), ("upload-metadata", &metadata), ("if-match", tag)],
            b"",
        )
    };
    headers("\"0123\"").refused(412, "stale");
    let made = headers(&tag);
    assert_eq!(made.status, 201);
    let upload = made.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(piece(&admin, &upload, 0, &content).status, 204);
    assert_eq!(outcome(&mut admin, &upload)["state"], "imported");
    let clip = admin.get("/clips/2").expect(200);
    assert_eq!((&clip["item"], &clip["approval"]["state"]), (&json!("2.1"), &json!("submitted")));
    assert_eq!(admin.get("/clips/2/audio").bytes, content);
}
