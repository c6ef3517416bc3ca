//! Texts read aloud over HTTP: how they will be read, how that sounds, as a clip; done once however often it is sent.

use serde_json::json;

use super::Station;

#[test]
fn a_text_is_looked_at_heard_and_made_a_clip() {
    let station = Station::new();
    let mut operator = station.person("chi", "operator");
    let mut leader = station.person("an", "approver");
    let text = "UBND thông báo: 7h30 ngày 15/6/2023, họp tại VNPT.";
    let reading = operator.post("/speech/reading", &json!({ "text": text })).expect(200);
    let words = "ủy ban nhân dân thông báo: bảy giờ ba mươi phút ngày mười lăm tháng sáu năm hai nghìn không trăm hai mươi \
                 ba, họp tại vê nờ pê tê.";
    assert_eq!((&reading["text"], &reading["unknown"]), (&json!(words), &json!(["VNPT"])));
    assert_eq!((&reading["characters"], &reading["characters_max"]), (&json!(text.chars().count()), &json!(20_000)));

    let heard = operator.post("/speech/audio", &json!({ "text": text.repeat(100), "voice": "vi-vn-x-south" }));
    assert_eq!((heard.status, &heard.headers["content-type"]), (200, &"audio/wav".parse().unwrap()));
    assert_eq!(&heard.bytes[..4], b"RIFF");
    assert!((100_000..20_000_000).contains(&heard.bytes.len()), "{} bytes: the beginning", heard.bytes.len());

    let new = json!({ "text": text, "title": "Thông báo họp", "genre": "notice", "topic": "CCHC" });
    let answer = operator.with("idempotency-key", "noi-1").post("/clips/speech", &new);
    let tag = answer.headers["etag"].to_str().unwrap().to_owned();
    let clip = answer.expect(201);
    assert_eq!((&clip["approval"]["state"], &clip["source"]), (&json!("submitted"), &json!("own")));
    assert_eq!((&clip["script"], &clip["language"]), (&json!(text), &json!("vi")));
    let again = operator.post("/clips/speech", &new);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.expect(201)["id"], clip["id"]);
    operator.headers.clear();
    operator.post("/clips/speech", &new).refused(409, "refused");
    let path = format!("/clips/{}/approve", clip["id"]);
    assert_eq!(leader.with("if-match", &tag).post(&path, &json!({})).expect(200)["approval"]["by"], "Ông an");
}

#[test]
fn what_is_wrong_with_a_text_has_a_name() {
    let station = Station::new();
    let mut operator = station.person("chi", "operator");
    let mut leader = station.person("an", "approver");
    let asked = |text: &str| json!({ "text": text });
    operator.post("/speech/reading", &asked("  ** ")).refused(422, "speech_empty");
    let long = operator.post("/speech/reading", &asked(&"a".repeat(100_000))).refused(422, "speech_too_long");
    assert_eq!((&long["values"]["characters"], &long["values"]["characters_max"]), (&json!("100000"), &json!("20000")));
    operator.post("/speech/audio", &asked("a\u{0}b")).refused(422, "usage");
    let voice = json!({ "text": "Xin chào", "voice": "-w/tmp/x" });
    operator.post("/speech/audio", &voice).refused(422, "speech_voice");
    operator.post("/speech/audio", &json!({ "text": "Bonjour", "language": "fr" })).refused(422, "speech_no_voice");
    let none = operator.post("/speech/audio", &json!({ "text": "Xin chào", "voice": "nobody-speaks-so" }));
    assert_eq!(none.refused(500, "speech_failed")["values"]["program"], "espeak-ng");
    leader.post("/speech/audio", &asked("Xin chào")).refused(403, "forbidden");
    let new = json!({ "text": "Xin chào", "title": "", "genre": "notice" });
    operator.post("/clips/speech", &new).refused(422, "usage");
    station.browser().post("/speech/reading", &asked("Xin chào")).refused(401, "sign_in");
    let locked = json!({ "set": { "speech.command": ["/bin/sh"] } });
    let mut admin = station.admin();
    let answer = admin.send("PATCH", "/settings", Some(&locked));
    assert!((400..500).contains(&answer.status), "which program runs is not the console's to say: {}", answer.status);
}
