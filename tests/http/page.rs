//! The page itself, or what stands in its place.

use super::Station;

#[test]
fn every_answer_forbids_the_browser_to_ask_anybody_else() {
    let station = Station::new();
    let mut browser = station.browser();
    for path in ["//", "//library", "/status", "//no-such-file.js"] {
        let answer = browser.get(path);
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
    }
    assert_eq!(browser.get("//no-such-file.js").status, 404);
    let home = browser.get("//");
    assert!(home.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(String::from_utf8(home.bytes).unwrap().contains("<title>"));
    assert_eq!(browser.send("POST", "//", None).status, 405);
}
