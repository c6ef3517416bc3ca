//! An address that takes alarms: answers as it is told, and hands over what was posted.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// Longest wait for a post.
const PATIENCE: Duration = Duration::from_secs(60);
/// Posts that wait to be looked at.
const POSTS_MAX: usize = 1_000;

/// Something that was posted.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) body: Value,
    /// Its header `idempotency-key`.
    pub(crate) key: String,
    /// What was answered.
    pub(crate) status: u16,
}

/// A server on a port of this machine. It answers until the test's process ends.
pub(crate) struct Hook {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    posts: Receiver<Post>,
}

impl Hook {
    /// On a free port, answering with 204.
    pub(crate) fn open() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// A free port on which nobody listens until [`Hook::at`] does.
    pub(crate) fn free() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    pub(crate) fn at(address: SocketAddr) -> Self {
        Self::on(TcpListener::bind(address).unwrap())
    }

    fn on(listener: TcpListener) -> Self {
        let (address, status) = (listener.local_addr().unwrap(), Arc::new(AtomicU16::new(204)));
        let (sender, posts) = sync_channel(POSTS_MAX);
        let (answers, sender) = (Arc::clone(&status), Mutex::new(sender));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Whoever posts may be gone in the middle.
                let _ = take(stream, answers.load(Ordering::SeqCst), &sender.lock().unwrap());
            }
        });
        Self { address, status, posts }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/alarms?token=secret", self.address)
    }

    /// Answers with this status from now on.
    pub(crate) fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The next post.
    #[track_caller]
    pub(crate) fn next(&self) -> Post {
        self.posts.recv_timeout(PATIENCE).expect("nothing is posted")
    }

    /// The next post that was taken of an alarm with this code in this state.
    #[track_caller]
    pub(crate) fn until(&self, code: &str, state: &str) -> Post {
        loop {
            let post = self.next();
            if post.status < 300 && post.body["code"] == code && post.body["state"] == state {
                return post;
            }
        }
    }
}

fn take(mut stream: TcpStream, status: u16, posts: &SyncSender<Post>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut length, mut key) = (0_usize, String::new());
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        let (name, value) = line.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap(),
            "idempotency-key" => value.trim().clone_into(&mut key),
            _ => {}
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = serde_json::from_slice(&body).expect("a post is JSON");
    write!(stream, "HTTP/1.1 {status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    posts.send(Post { body, key, status }).map_err(|_| std::io::ErrorKind::BrokenPipe.into())
}
