//! The console's API against the real program: one file a resource, as in `src/http`.

mod air;
mod alarms;
mod clips;
mod document;
mod events;
mod keep;
mod ledger;
mod live;
mod log;
mod mention;
mod page;
mod parity;
mod report;
mod schedule;
mod settings;
mod speech;
mod tls;
mod uploads;

use std::io::{BufRead as _, BufReader, Write as _};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::support::cli::{Daemon, Town};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// A password that the rules take.
pub(super) const PASSWORD: &str = "loa phường tôi 2026";

/// A station with its console.
pub(super) struct Station {
    pub(super) town: Town,
    pub(super) daemon: Daemon,
    pub(super) url: String,
}

impl Station {
    /// A furnished town on air, with nobody signed in.
    pub(super) fn new() -> Self {
        let town = Town::new();
        town.furnish();
        Self::of(town)
    }

    /// Starts the station of this town.
    pub(super) fn of(town: Town) -> Self {
        let daemon = town.start();
        let url = town.json(&["status"])["console"].as_str().expect("it has a console").to_owned();
        Self { town, daemon, url }
    }

    /// A browser that nobody has signed in with.
    pub(super) fn browser(&self) -> Browser {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
        Browser { agent: config.into(), url: self.url.clone(), cookie: None, csrf: None, headers: Vec::new() }
    }

    /// The admin of the first run.
    pub(super) fn admin(&self) -> Browser {
        let mut browser = self.browser();
        let code = std::fs::read_to_string(self.town.data().join("first-run-code")).unwrap();
        let first =
            json!({ "code": code.trim(), "name": "admin", "display_name": "Trần Thị Bình", "password": PASSWORD });
        browser.post("/first-run", &first).expect(201);
        browser.sign_in("admin", PASSWORD);
        browser
    }

    /// A person with these roles, signed in.
    pub(super) fn person(&self, name: &str, roles: &str) -> Browser {
        let display = format!("Ông {name}");
        let arguments = ["user", "add", name, "--role", roles, "--name", &display, "--password-stdin", "--lasting"];
        let mut child = self.town.command(&arguments).stdin(std::process::Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut browser = self.browser();
        browser.sign_in(name, PASSWORD);
        browser
    }
}

/// Something that speaks HTTP with the console.
pub(super) struct Browser {
    pub(super) agent: Agent,
    pub(super) url: String,
    pub(super) cookie: Option<String>,
    pub(super) csrf: Option<String>,
    /// Sent with every request.
    pub(super) headers: Vec<(String, String)>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: ureq::http::HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Browser {
    pub(super) fn sign_in(&mut self, name: &str, password: &str) {
        let answer = self.post("/session", &json!({ "name": name, "password": password }));
        let cookie = answer.headers.get("set-cookie").expect("a cookie").to_str().unwrap().to_owned();
        let said = answer.expect(200);
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        self.csrf = Some(said["csrf"].as_str().unwrap().to_owned());
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    pub(super) fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body))
    }

    /// A request; `path` below `/api/v1` unless it begins with two slashes.
    pub(super) fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let address = match path.strip_prefix("//") {
            Some(path) => format!("{}/{path}", self.url),
            None => format!("{}/api/v1{path}", self.url),
        };
        let mut request = ureq::http::Request::builder().method(method).uri(address);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-loa-csrf", csrf);
        }
        let response = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body.to_string());
                self.agent.run(request.unwrap())
            }
            None => self.agent.run(request.body(()).unwrap()),
        };
        Answer::of(response.unwrap())
    }

    /// With this header on the next requests.
    pub(super) fn with(&mut self, name: &str, value: &str) -> &mut Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The latest airing once the log says how it ended: fetched anew whenever the station says that the log changed, as a
    /// page does.
    pub(super) fn latest_airing(&mut self, events: &mut Events) -> Value {
        loop {
            let row = self.get("/log?limit=1").expect(200)["items"][0].clone();
            if row.is_object() && row["outcome"] != "on_air" {
                return row;
            }
            events.until(|name, data| name == "changed" && data["topic"] == "log");
        }
    }

    /// Follows the station live.
    pub(super) fn events(&self) -> Events {
        let request = ureq::http::Request::builder().uri(format!("{}/api/v1/events", self.url));
        let request = request.header("cookie", self.cookie.as_deref().unwrap_or_default());
        let response = self.agent.run(request.body(()).unwrap()).unwrap();
        assert_eq!(response.status().as_u16(), 200);
        Events { lines: BufReader::new(response.into_body().into_reader()) }
    }
}

impl Answer {
    pub(super) fn of(response: Response<Body>) -> Self {
        let (head, mut body) = response.into_parts();
        Self { status: head.status.as_u16(), headers: head.headers, bytes: body.read_to_vec().unwrap() }
    }

    /// It has this status; its document.
    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        assert_eq!(self.status, status, "{text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// It is a problem of this status and code.
    #[track_caller]
    pub(super) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem:#}");
        problem
    }
}

/// Events as they come.
pub(super) struct Events {
    lines: BufReader<ureq::BodyReader<'static>>,
}

impl Events {
    /// The next event: its name and its document.
    pub(super) fn next(&mut self) -> (String, Value) {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "the line is gone");
            if let Some(event) = line.trim_end().strip_prefix("event: ") {
                name = event.to_owned();
            } else if let Some(data) = line.trim_end().strip_prefix("data: ") {
                return (name, serde_json::from_str(data).unwrap());
            }
        }
    }

    /// The first event from now on that is wanted.
    #[track_caller]
    pub(super) fn until(&mut self, wanted: impl Fn(&str, &Value) -> bool) -> Value {
        loop {
            let (name, data) = self.next();
            if wanted(&name, &data) {
                return data;
            }
        }
    }
}
