//! A portal on a free port of this machine: answers well, badly, slowly or for ever, as its address says.

use std::io::{BufRead as _, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The end of the article that every good feed of it has.
pub(crate) const ARTICLE: &str = "tin-cchc-1";

/// A portal. It answers until the test's process ends.
pub(crate) struct Portal {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Portal {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                counted.fetch_add(1, Ordering::Relaxed);
                // Whoever asked may hang up in the middle, which is what some of these answers are for.
                std::thread::spawn(move || drop(answer(stream)));
            }
        });
        Self { address, asked }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// How many connections there were.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// A feed with two articles on administrative reform and one on sport.
pub(crate) fn feed() -> String {
    let item = |title: &str, end: &str| {
        let link = format!("https://laicach.gov.vn/{end}");
        format!(
            "<item><title>{title}</title><link>{link}</link><pubDate>Mon, 06 Mar 2023 08:00:00 +0700</pubDate></item>"
        )
    };
    let items =
        [item("Kế hoạch CCHC", ARTICLE), item("Cải cách hành chính", "tin-cchc-2"), item("Bóng đá", "the-thao")];
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Cổng</title>{}</channel></rss>",
        items.concat()
    )
}

/// Packed by gzip without packing: one stored block.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(bytes);
    let crc = bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    });
    packed.extend((!crc).to_le_bytes());
    packed.extend(u32::from(length).to_le_bytes());
    packed
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = first.split_whitespace().nth(1).unwrap_or_default();
    let path = path.trim_start_matches('/').split('?').next().unwrap_or_default();
    let mut whole = |head: &str, body: &[u8]| {
        write!(stream, "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
        stream.write_all(body)
    };
    match path {
        "rss" => whole("200 OK\r\nContent-Type: application/rss+xml", feed().as_bytes()),
        "gzip" => whole("200 OK\r\nContent-Encoding: gzip", &gzip(feed().as_bytes())),
        "packed" => whole("200 OK\r\nContent-Type: application/gzip", &gzip(feed().as_bytes())),
        "damaged" => whole("200 OK\r\nContent-Encoding: gzip", b"\x1f\x8b\x08nothing of the kind"),
        "brotli" => whole("200 OK\r\nContent-Encoding: br", b"\x0b\x02\x80hello\x03"),
        "html" => whole("200 OK", b"<!doctype html><html><body>Trang ch\xe1\xbb\xa7</body></html>"),
        "empty" => whole("200 OK", b""),
        "fault" => whole("500 Internal Server Error", b"<html>secret of the portal</html>"),
        "sign-in" => whole("401 Unauthorized", b""),
        "loop" => whole("302 Found\r\nLocation: /loop", b""),
        "to-file" => whole("302 Found\r\nLocation: file:///etc/passwd", b""),
        "cut" => write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n<rss>"),
        "no-http" => stream.write_all(b"220 mail.laicach.gov.vn ESMTP\r\n"),
        // What hangs up on them is the bound of whoever asks.
        "silent" => reader.read_line(&mut line).map(drop),
        "drip" | "endless" => {
            write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<rss>")?;
            let (piece, pause) = if path == "drip" { (vec![b' '], 20) } else { (vec![b' '; 1 << 20], 0) };
            loop {
                stream.write_all(&piece)?;
                std::thread::sleep(Duration::from_millis(pause));
            }
        }
        _ => match path.strip_prefix("hop/").and_then(|left| left.parse::<u32>().ok()) {
            Some(0) => whole("302 Found\r\nLocation: /rss", b""),
            Some(left) => whole(&format!("301 Moved\r\nLocation: /hop/{}", left - 1), b""),
            None => whole("404 Not Found", b"<html>no such page</html>"),
        },
    }
}
