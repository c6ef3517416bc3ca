//! The page itself, or what stands in its place.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

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

/// A head that is refused, its body a moment later, and then another request over the same line.
#[test]
fn a_line_stays_open_for_the_next_request_when_one_was_refused() {
    let station = Station::new();
    let host = station.url.strip_prefix("http://").unwrap();
    let mut line = BufReader::new(TcpStream::connect(host).unwrap());
    for path in ["/air/stop", "/nowhere", "/air/skip"] {
        let head = format!(
            "POST /api/v1{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n"
        );
        line.get_mut().write_all(head.as_bytes()).unwrap();
        // Nothing may be said yet: whoever answers now must hang up, for he cannot know where the next request begins.
        line.get_ref().set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let early = line.fill_buf().map(<[u8]>::to_vec);
        assert!(early.is_err(), "{:?}", early.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        line.get_ref().set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        line.get_mut().write_all(b"{}").unwrap();
        assert!(!closes(&mut line), "{path}");
    }
}

/// A body that does not say how long it is: whoever is refused before it came is told that he cannot ask more on that line, and
/// whoever was heard out may.
#[test]
fn a_line_that_ends_after_a_refusal_says_so() {
    let station = Station::new();
    let host = station.url.strip_prefix("http://").unwrap();
    let mut line = BufReader::new(TcpStream::connect(host).unwrap());
    line.get_ref().set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = |path: &str| {
        format!(
            "POST /api/v1{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        )
    };
    let wrong = r#"{"name":"ai","password":"đâu"}"#;
    let body = format!("{:x}\r\n{wrong}\r\n0\r\n\r\n", wrong.len());
    line.get_mut().write_all(format!("{}{body}", head("/session")).as_bytes()).unwrap();
    assert!(!closes(&mut line), "it was heard out");
    line.get_mut().write_all(head("/air/stop").as_bytes()).unwrap();
    assert!(closes(&mut line), "its body never came");
    assert_eq!(line.fill_buf().unwrap().len(), 0, "and the line is closed");
}

/// Reads an answer; whether it says that the line ends.
fn closes(line: &mut BufReader<TcpStream>) -> bool {
    let (mut length, mut closes) = (0, false);
    loop {
        let mut text = String::new();
        assert!(line.read_line(&mut text).unwrap() > 0, "the line is gone");
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            break;
        }
        closes |= text == "connection: close";
        if let Some(value) = text.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    std::io::Read::read_exact(line, &mut vec![0; length]).unwrap();
    closes
}
