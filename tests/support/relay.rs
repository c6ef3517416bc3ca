//! A relay of a home network on a free port of this machine: it is switched and asked over HTTP, and can hang.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};

/// See the module. It answers until the test's process ends.
pub(crate) struct Relay {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    on: bool,
    hangs: bool,
    changes: Vec<(DateTime<Utc>, bool)>,
}

impl Relay {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, state) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(State::default())));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&shared);
                // Whoever asked may hang up in the middle.
                std::thread::spawn(move || drop(answer(stream, &state)));
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it takes connections and says nothing; or answers again.
    pub(crate) fn hang(&self, hangs: bool) {
        self.state.lock().unwrap().hangs = hangs;
    }

    /// When it was switched, and to what; an order that changed nothing is left out.
    pub(crate) fn changes(&self) -> Vec<(DateTime<Utc>, bool)> {
        self.state.lock().unwrap().changes.clone()
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    if state.lock().unwrap().hangs {
        // Until whoever asked has had enough.
        return reader.read_line(&mut line).map(drop);
    }
    let (status, more, body) = match path.as_str() {
        "/page" => ("200 OK", "", "<html>Đăng nhập</html>".to_owned()),
        "/missing" => ("404 Not Found", "", String::new()),
        "/secret" => ("401 Unauthorized", "WWW-Authenticate: Basic realm=\"relay\"\r\n", String::new()),
        "/elsewhere" => ("302 Found", "Location: http://127.0.0.1:1/\r\n", String::new()),
        "/drip" => return drip(stream),
        path => {
            let mut state = state.lock().unwrap();
            let on = path.strip_suffix("turn=on").map(|_| true).or(path.strip_suffix("turn=off").map(|_| false));
            if let Some(on) = on.filter(|on| *on != state.on) {
                state.on = on;
                state.changes.push((Utc::now(), on));
            }
            ("200 OK", "Content-Type: application/json\r\n", format!("{{\"ison\":{},\"source\":\"http\"}}", state.on))
        }
    };
    write!(stream, "HTTP/1.1 {status}\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

/// A byte every tenth of a second.
fn drip(mut stream: TcpStream) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")?;
    for _ in 0..10_000 {
        stream.write_all(b".")?;
        std::thread::park_timeout(Duration::from_millis(100));
    }
    Ok(())
}
