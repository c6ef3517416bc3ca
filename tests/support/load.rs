//! Load on the console: pages that follow the station live, and recordings that come in, over real lines.

#![allow(unreachable_pub, reason = "one crate of tests; its helpers are for all of it")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;

use super::sound::Sound;

/// Lines over which recordings come in at the same time.
const SENDERS: u32 = 2;
/// Rate and frames of one recording: a second of speech band, for its number counts here and not its length.
const RECORDING: (u32, u64) = (16_000, 16_000);

/// What is being done to a station until it is dropped or ended.
pub struct Load {
    /// Dropped with it, at which the pages go.
    pages: Option<oneshot::Sender<()>>,
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    heard: Arc<AtomicU64>,
    seated: Arc<AtomicU32>,
    sent: Arc<AtomicU32>,
}

impl Load {
    /// `pages` follow the station, and `recordings` are sent to it, each another one. `address` is host and port.
    pub fn start(address: &str, token: &str, pages: u32, recordings: u32) -> Self {
        let (stay, gone) = oneshot::channel();
        let mut load = Self {
            pages: Some(stay),
            over: Arc::default(),
            threads: Vec::new(),
            heard: Arc::default(),
            seated: Arc::default(),
            sent: Arc::default(),
        };
        let (heard, seated) = (Arc::clone(&load.heard), Arc::clone(&load.seated));
        let (host, bearer) = (address.to_owned(), token.to_owned());
        load.threads.push(std::thread::spawn(move || follow(&host, &bearer, pages, gone, &heard, &seated)));
        let next = Arc::new(AtomicU32::new(0));
        for _ in 0..SENDERS {
            let (over, sent, next) = (Arc::clone(&load.over), Arc::clone(&load.sent), Arc::clone(&next));
            let (host, bearer) = (address.to_owned(), token.to_owned());
            load.threads.push(std::thread::spawn(move || {
                let folder = tempfile::tempdir().unwrap();
                while !over.load(Ordering::Acquire) {
                    let number = next.fetch_add(1, Ordering::AcqRel);
                    if number >= recordings {
                        return;
                    }
                    send(&host, &bearer, number, &folder.path().join("one.wav"), &over);
                    sent.fetch_add(1, Ordering::AcqRel);
                }
            }));
        }
        load
    }

    /// Pages that are being served now.
    pub fn seated(&self) -> u32 {
        self.seated.load(Ordering::Acquire)
    }

    /// Levels that all pages together have been told so far.
    pub fn levels_heard(&self) -> u64 {
        self.heard.load(Ordering::Acquire)
    }

    /// Recordings that were taken so far.
    pub fn sent(&self) -> u32 {
        self.sent.load(Ordering::Acquire)
    }

    /// Ends it; what failed meanwhile fails here.
    pub fn end(mut self) {
        self.over.store(true, Ordering::Release);
        drop(self.pages.take());
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
    }
}

/// Reads what the station tells so many pages until they are `gone`, and counts the levels.
fn follow(
    address: &str,
    token: &str,
    pages: u32,
    gone: oneshot::Receiver<()>,
    heard: &Arc<AtomicU64>,
    seated: &Arc<AtomicU32>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for _ in 0..pages {
            let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
            let head =
                format!("GET /api/v1/events HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n");
            line.write_all(head.as_bytes()).await.unwrap();
            let (heard, seated) = (Arc::clone(heard), Arc::clone(seated));
            tokio::spawn(async move {
                let (mut piece, mut first) = ([0; 4_096], true);
                while let Ok(bytes @ 1..) = line.read(&mut piece).await {
                    let text = String::from_utf8_lossy(&piece[..bytes]);
                    if first {
                        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
                        seated.fetch_add(1, Ordering::AcqRel);
                        first = false;
                    }
                    heard.fetch_add(text.matches("event: level").count() as u64, Ordering::AcqRel);
                }
                seated.fetch_sub(1, Ordering::AcqRel);
            });
        }
        // Nothing is sent: the other end is dropped.
        drop(gone.await);
    });
}

/// Sends a recording of its own by the upload protocol; waits its turn while the station is full.
fn send(address: &str, token: &str, number: u32, file: &Path, over: &AtomicBool) {
    let (rate, frames) = RECORDING;
    Sound::noise(rate, 1, frames, 0.2, u64::from(number) + 1).write_wav(file);
    let content = std::fs::read(file).unwrap();
    let name = STANDARD.encode(format!("Bản tin {number}.wav"));
    let announced = format!("upload-length: {}\r\nupload-metadata: filename {name}\r\n", content.len());
    let upload = loop {
        let said = ask(address, token, "POST /api/v1/uploads", &announced, b"");
        if let Some(place) = said.lines().find_map(|line| line.strip_prefix("location: ")) {
            break place.trim().to_owned();
        }
        assert!(said.contains("uploads_full"), "{said}");
        if over.load(Ordering::Acquire) {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(20));
    };
    let headers = "upload-offset: 0\r\ncontent-type: application/offset+octet-stream\r\n";
    let said = ask(address, token, &format!("PATCH {upload}"), headers, &content);
    assert!(said.starts_with("HTTP/1.1 204"), "{said}");
}

/// One request over a line of its own; head and body of the answer.
fn ask(address: &str, token: &str, what: &str, headers: &str, body: &[u8]) -> String {
    let mut line = TcpStream::connect(address).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!(
        "{what} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ntus-resumable: 1.0.0\r\n{headers}\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(body).unwrap();
    let mut said = String::new();
    line.read_to_string(&mut said).unwrap();
    said
}
