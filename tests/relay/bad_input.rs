//! What a stream must not be: a page, a loop, a drip, a film. Each is a clear word, and the relay goes on with what comes next.

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use loa::audio::input::probe::{Found, probe};
use loa::domain::relay::{Source, Why};

use crate::support::audio::clock;
use crate::support::radio::{Listener, Odd, RATE_HZ, limits, longest_gap_ms, relay, tone};
use crate::support::sound::{Coding, Sound, run};

fn found(url: &str, deadline: Duration) -> Found {
    let source: Source = url.parse().unwrap();
    probe(&source, &limits(2_000), RATE_HZ, deadline, &clock())
}

fn head(stream: &mut TcpStream, kind: &str) -> std::io::Result<()> {
    write!(stream, "HTTP/1.0 200 OK\r\nContent-Type: {kind}\r\n\r\n")
}

/// A tone as MP3 at 128 kbit/s.
fn mp3(folder: &Path, rate: u32, hertz: f64, seconds: u64) -> Vec<u8> {
    let tone = Sound::sine(rate, 2, u64::from(rate) * seconds, hertz, -15.0);
    std::fs::read(tone.encode(folder, &format!("{rate}-{hertz}"), Coding::Mp3Bare)).unwrap()
}

/// Sends at about the pace of `kbit`, in lumps.
fn paced(stream: &mut TcpStream, bytes: &[u8], kbit: usize) -> std::io::Result<()> {
    for lump in bytes.chunks(kbit * 125 / 10) {
        stream.write_all(lump)?;
        std::thread::park_timeout(Duration::from_millis(100));
    }
    Ok(())
}

#[test]
fn each_kind_of_no_stream_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let film = folder.path().join("film.ts");
    run(
        &[
            "ffmpeg",
            "-hide_banner",
            "-loglevel",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            "testsrc=duration=12:size=640x360:rate=25",
            "-c:v",
            "mpeg2video",
            "-b:v",
            "4M",
            "-f",
            "mpegts",
            "OUT",
        ],
        Path::new("/dev/null"),
        &film,
    );
    let film = std::fs::read(film).unwrap();
    let server = Odd::serve(move |path, stream| match path {
        "/page" => {
            head(stream, "text/html")?;
            stream.write_all(b"<!DOCTYPE html><html><body>Nghe dai truc tuyen</body></html>")
        }
        "/page-in-disguise" => {
            head(stream, "audio/mpeg")?;
            stream.write_all("<!DOCTYPE html><html><body>Nghe đài trực tuyến</body></html>".repeat(40).as_bytes())
        }
        "/film" => {
            head(stream, "video/mp2t")?;
            stream.write_all(&film)
        }
        "/flash" => head(stream, "video/x-flv"),
        "/locked" => write!(stream, "HTTP/1.0 403 Forbidden\r\n\r\n"),
        "/noise" => {
            head(stream, "audio/mpeg")?;
            stream.write_all(&[0x55; 400_000])
        }
        "/list" => {
            head(stream, "audio/x-scpls")?;
            stream.write_all(b"[playlist]\nNumberOfEntries=0\n")
        }
        path => {
            // For ever to another place.
            write!(stream, "HTTP/1.0 302 Found\r\nLocation: {path}x\r\n\r\n")
        }
    });
    for (path, word) in [
        ("page", "web page"),
        ("page-in-disguise", "web page"),
        ("film", "video without sound"),
        ("flash", "video"),
        ("locked", "403"),
        ("noise", "no sound"),
        ("list", "without an address"),
        ("loop", "more than 5 times"),
    ] {
        let found = found(&server.url(path), Duration::from_secs(10));
        assert!(matches!(&found, Found::Fails(why) if why.contains(word)), "{path}: {found:?}");
    }
    let found = found("http://no-such-name.invalid/live", Duration::from_secs(10));
    assert!(matches!(found, Found::Fails(_)), "{found:?}");
}

/// One byte, and for a minute nothing: the relay is heard from what stands by, in time.
#[test]
fn a_stream_that_drips_is_a_stall() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("standby.wav");
    Sound::sine(RATE_HZ, 2, u64::from(RATE_HZ), 2_700.0, -20.0).write_wav(&path);
    let server = Odd::serve(|_, stream| {
        head(stream, "audio/mpeg")?;
        loop {
            stream.write_all(&[0xff])?;
            std::thread::park_timeout(Duration::from_mins(1));
        }
    });
    let url = server.url("drip");
    let chain = [url.clone(), format!("file:{}", path.display())];
    let mut listener = Listener::start(&relay(&chain, limits(2_000)), Duration::from_secs(6));
    listener.until_switched(1, Why::Stalled);
    let (sound, _) = listener.finish();
    let gap = longest_gap_ms(&sound, 0);
    assert!(gap <= 2_100, "{gap} ms without sound");
    let found = found(&url, Duration::from_secs(3));
    assert!(matches!(&found, Found::Fails(why) if why.contains("no sound within 3 s")), "{found:?}");
}

#[test]
fn a_rate_that_changes_in_the_middle_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (mp3(folder.path(), 44_100, 600.0, 5), mp3(folder.path(), 48_000, 1_500.0, 5));
    let server = Odd::serve(move |_, stream| {
        head(stream, "audio/mpeg")?;
        paced(stream, &first, 256)?;
        paced(stream, &second, 256)?;
        std::thread::park_timeout(Duration::from_secs(20));
        Ok(())
    });
    let listener = Listener::start(&relay(&[server.url("live")], limits(5_000)), Duration::from_secs(9));
    let (sound, account) = listener.finish();
    let heard = |hertz: f64| sound.chunks(4_800).filter(|piece| tone(piece, hertz) > 0.1).count();
    assert!(heard(600.0) >= 40 && heard(1_500.0) >= 20, "{} and {} tenths of a second", heard(600.0), heard(1_500.0));
    assert_eq!(account.reconnects, 0, "{account:?}");
}

/// Titles between the sound, the greeting of old Shoutcast servers, lists that lead there, and a way round.
#[test]
fn the_ways_of_old_servers_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Arc::new(mp3(folder.path(), 44_100, 600.0, 8));
    let bytes = Arc::clone(&sound);
    let server = Odd::serve(move |path, stream| {
        match path {
            "/old" => {
                write!(stream, "ICY 200 OK\r\nicy-name:Xa\r\nContent-Type: audio/mpeg\r\nicy-metaint:1000\r\n\r\n")?
            }
            "/moved" => return write!(stream, "HTTP/1.1 301 Moved\r\nLocation: /old\r\nContent-Length: 0\r\n\r\n"),
            "/list.pls" => {
                head(stream, "audio/x-scpls")?;
                let host = stream.local_addr()?;
                return write!(stream, "[playlist]\nNumberOfEntries=1\nFile1=http://{host}/moved\nTitle1=x\n");
            }
            _ => return write!(stream, "HTTP/1.0 404 Not Found\r\n\r\n"),
        }
        let title = b"StreamTitle='Ban tin sang';";
        for piece in bytes.chunks(1_000) {
            stream.write_all(piece)?;
            let mut tag = vec![2];
            tag.extend(title);
            tag.resize(33, 0);
            if piece.len() == 1_000 {
                stream.write_all(&tag)?;
            }
        }
        std::thread::park_timeout(Duration::from_secs(20));
        Ok(())
    });
    for path in ["old", "moved", "list.pls"] {
        let listener = Listener::start(&relay(&[server.url(path)], limits(5_000)), Duration::from_secs(5));
        let (heard, account) = listener.finish();
        let pieces = heard.chunks(4_800).skip(12).take(30);
        let clean = pieces.map(|piece| tone(piece, 600.0)).filter(|level| (level - 0.178).abs() < 0.01).count();
        assert_eq!(clean, 30, "{path}: the titles are heard ({account:?})");
    }
}
