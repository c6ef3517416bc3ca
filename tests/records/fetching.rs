//! Feeds from their address: what a portal can do wrong is told with what to do, and bounded; what it does right is entered.

use std::time::Duration;

use loa::desk::{DeskError, Fetching, feed_source, fetch_feed, parse_feed};
use serde_json::json;

use super::feeds::query;
use crate::support::cli::Town;
use crate::support::portal::{ARTICLE, Portal, feed};

/// Short, so that a test of a bound need not wait for it.
const HOW: Fetching =
    Fetching { connect: Duration::from_secs(2), whole: Duration::from_millis(1_500), this_machine: true };

fn refused(address: &str) -> DeskError {
    let fetched = fetch_feed(address, HOW).and_then(|bytes| parse_feed(&bytes, &feed_source(address), &query(&[])));
    fetched.expect_err(address)
}

#[test]
fn a_feed_comes_plain_packed_and_by_five_redirects() {
    let portal = Portal::open();
    for path in ["rss", "gzip", "hop/4", "rss?khoa=bi-mat"] {
        let bytes = fetch_feed(&portal.url(path), HOW).unwrap_or_else(|error| panic!("{path}: {error:?}"));
        assert_eq!(String::from_utf8(bytes).unwrap(), feed(), "{path}");
    }
    assert_eq!(refused(&portal.url("hop/5")).code.as_deref(), Some("feed_redirects"));
}

#[test]
fn whatever_a_portal_does_wrong_is_told_with_its_place_and_its_remedy() {
    let portal = Portal::open();
    let cases = [
        ("html", "is a web page (HTML)", "RSS"),
        ("empty", "is empty", "browser"),
        ("packed", "is packed (gzip)", "gunzip"),
        ("damaged", "cannot be unpacked", "give the file"),
        ("brotli", "is sent packed as `br`, expected plain or gzip", "give the file"),
        ("none", "answers with the status 404 in place of a feed, expected 200", "moved its feed"),
        ("fault", "answers with the status 500", "try again later"),
        ("sign-in", "answers with the status 401", "everybody can open"),
        ("loop", "more than 5 times", "at which it ends"),
        // No file of this machine: what is no address of the web is looked for at the portal itself.
        ("to-file", "answers with the status 404", "moved its feed"),
        ("cut", "cannot be fetched", "browser"),
        ("no-http", "cannot be fetched", "browser"),
        ("silent", "did not come whole within 1 s", "try again later"),
        ("drip", "did not come whole within 1 s", "try again later"),
        ("endless", "more than 10000000 bytes", "chuyên mục"),
    ];
    for (path, said, remedy) in cases {
        let error = refused(&portal.url(path));
        assert!(error.message.starts_with(&portal.url(path)), "the place is not in {error:?}");
        assert!(error.message.contains(said), "{said} is not in {error:?}");
        assert!(error.hint.as_deref().is_some_and(|hint| hint.contains(remedy)), "{remedy} is not in {error:?}");
        assert!(!format!("{error:?}").contains("secret of the portal"), "{error:?}");
    }
}

#[test]
fn what_is_no_address_is_not_asked_and_nobody_there_is_told() {
    for (address, said) in [
        ("ftp://laicach.gov.vn/rss", "expected one with http:// or https://"),
        ("file:///etc/passwd", "is no address"),
        ("http://", "is no address"),
        ("http:///rss", "is no address"),
        ("https://laicach gov.vn/rss", "is no address"),
        ("https://ban:mat-khau@laicach.gov.vn/rss", "holds a name and a password"),
    ] {
        let error = refused(address);
        assert!(error.message.contains(said), "{said} is not in {error:?}");
        assert!(!format!("{error:?}").contains("mat-khau"), "{error:?}");
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = refused(&format!("http://127.0.0.1:{port}/rss?khoa=bi-mat"));
    assert_eq!(error.code.as_deref(), Some("feed_unreachable"));
    assert!(!format!("{error:?}").contains("bi-mat"), "{error:?}");
}

#[test]
fn a_guarded_fetch_never_reaches_this_machine_not_even_by_a_name() {
    let portal = Portal::open();
    let guarded = Fetching { this_machine: false, ..HOW };
    let port = portal.url("").split(':').nth(2).unwrap().trim_end_matches('/').to_owned();
    for host in ["127.0.0.1", "127.1.2.3", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254"] {
        let error = fetch_feed(&format!("http://{host}:{port}/rss"), guarded).unwrap_err();
        assert_eq!(error.code.as_deref(), Some("feed_this_machine"), "{host}: {error:?}");
    }
    assert_eq!(portal.asked(), 0);
}

#[test]
fn the_command_line_fetches_and_hands_over_to_a_running_station() {
    let (portal, town) = (Portal::open(), Town::new());
    town.furnish();
    let daemon = town.start();
    let address = portal.url("rss?khoa=bi-mat");
    let arguments = ["activity", "feed", &address, "--keyword", "cchc", "--keyword", "cải cách hành chính"];
    let first = town.json(&arguments);
    assert_eq!((&first["added"], &first["known"], &first["other"]), (&json!(2), &json!(0), &json!(1)));
    assert_eq!(first["source"], portal.url("rss"), "a key in the address is not written down");
    let again = town.json(&arguments);
    assert_eq!((&again["added"], &again["known"]), (&json!(0), &json!(2)));
    let listed = town.json(&["activity", "list"]);
    assert!(listed.to_string().contains(ARTICLE) && !listed.to_string().contains("bi-mat"), "{listed:#}");
    town.loa(&["activity", "feed", &portal.url("none"), "--all"]).failed(1, "404");
    let (code, said) = daemon.end();
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("bi-mat"), "{said}");
}
