//! The daemon's socket against those who do not speak its language.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use loa::desk::socket::{CONNECTIONS_MAX, MESSAGE_BYTES_MAX, PROTOCOL};
use serde_json::{Value, json};

use crate::support::cli::Town;

struct Caller {
    from: BufReader<UnixStream>,
}

impl Caller {
    fn of(town: &Town) -> Self {
        let stream = UnixStream::connect(town.data().join("loa.sock")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self { from: BufReader::new(stream) }
    }

    /// The next line; none when the station has hung up.
    fn hear(&mut self) -> Option<Value> {
        let mut line = String::new();
        // Hung up on with unread bytes, the kernel says "reset" instead of an end.
        let read = self.from.read_line(&mut line).unwrap_or(0);
        (read > 0).then(|| serde_json::from_str(&line).unwrap())
    }

    fn say(&mut self, bytes: &[u8]) {
        // A station that has hung up already need not take it.
        drop(self.from.get_mut().write_all(bytes));
    }

    fn ask(&mut self, protocol: u32, request: &Value) -> Value {
        let ask = json!({ "protocol": protocol, "by": "Bình", "request": request });
        self.say(format!("{ask}\n").as_bytes());
        self.hear().unwrap()
    }
}

#[test]
fn nonsense_is_answered_and_the_station_goes_on() {
    let town = Town::new();
    let daemon = town.start();
    let live = json!({ "about": "live" });

    let mut caller = Caller::of(&town);
    let hello = caller.hear().unwrap();
    assert_eq!((&hello["protocol"], &hello["pid"]), (&json!(PROTOCOL), &json!(daemon.pid())));
    assert!(caller.ask(PROTOCOL, &live)["done"]["live"].is_object());
    let answer = caller.ask(PROTOCOL + 1, &live);
    assert_eq!(answer["error"]["kind"], "not_ready", "{answer}");
    assert!(caller.ask(PROTOCOL, &live)["done"]["live"].is_object(), "the connection lives on");

    let mut caller = Caller::of(&town);
    caller.hear().unwrap();
    caller.say("không phải JSON\n".as_bytes());
    assert_eq!(caller.hear().unwrap()["error"]["kind"], "usage");
    assert_eq!(caller.hear(), None, "who talks nonsense is hung up on");

    let mut caller = Caller::of(&town);
    caller.hear().unwrap();
    caller.say(&vec![b'x'; MESSAGE_BYTES_MAX + 2]);
    let answer = caller.hear();
    assert!(answer.is_none_or(|answer| answer["error"]["kind"] == "usage"), "an endless message is given up");

    let mut caller = Caller::of(&town);
    caller.hear().unwrap();
    let ask = json!({ "protocol": PROTOCOL, "by": " ", "request": { "about": "air", "ask": { "do": "skip" } } });
    caller.say(format!("{ask}\n").as_bytes());
    assert_eq!(caller.hear().unwrap()["error"]["kind"], "usage", "everybody has a name");

    assert_eq!(town.json(&["status"])["running"], true);
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn one_caller_too_many_is_turned_away_and_comes_in_later() {
    let town = Town::new();
    let daemon = town.start();
    let mut callers: Vec<Caller> = (0..CONNECTIONS_MAX).map(|_| Caller::of(&town)).collect();
    let greeted = callers.iter_mut().filter_map(Caller::hear).count();
    assert!(greeted >= CONNECTIONS_MAX - 1, "{greeted} of {CONNECTIONS_MAX}: only the test's own watcher may hold one");
    let mut late: Vec<Caller> = (0..2).map(|_| Caller::of(&town)).collect();
    assert!(late.iter_mut().any(|caller| caller.hear().is_none()), "there is a bound");
    drop(callers);
    // The station notices those who left before it takes the next one.
    let mut watch = town.follow(&["status", "--watch", "--json"]);
    watch.until(|status| status["running"] == true);
    assert_eq!(daemon.end().0, 0);
}
