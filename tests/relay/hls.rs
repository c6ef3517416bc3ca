//! HLS as ffmpeg makes it: MPEG-TS, packed audio and fMP4, live and ended, and what cannot be read.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use loa::audio::input::probe::{Found, probe};
use loa::domain::relay::Source;

use crate::support::audio::clock;
use crate::support::icecast::wait_for;
use crate::support::radio::{Listener, Odd, RATE_HZ, limits, longest_gap_ms, relay, tone};

struct Segmenter(Child);

impl Drop for Segmenter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// ffmpeg that writes a live list and its pieces of one second into `folder`.
fn segment(folder: &Path, arguments: &[&str]) -> Segmenter {
    let child = Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-re", "-f", "lavfi"])
        .args(["-i", "sine=frequency=700:sample_rate=44100", "-ac", "2"])
        .args(arguments)
        .args(["-f", "hls", "-hls_time", "1", "-hls_list_size", "6", "-hls_flags", "delete_segments", "list.m3u8"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("`ffmpeg` is installed");
    let list = folder.join("list.m3u8");
    let pieces = || std::fs::read_to_string(&list).is_ok_and(|text| text.matches("#EXTINF").count() >= 4);
    wait_for("four pieces are there", pieces);
    Segmenter(child)
}

/// Serves a folder; `/master.m3u8` leads to `/list.m3u8`.
fn serve(folder: &Path) -> Odd {
    let folder = folder.to_owned();
    Odd::serve(move |path, stream| {
        let bytes = match path {
            "/master.m3u8" => {
                b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000\nfilm.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=96000\nlist.m3u8\n".to_vec()
            }
            path => match std::fs::read(folder.join(path.trim_start_matches('/'))) {
                Ok(bytes) => bytes,
                Err(_) => return write!(stream, "HTTP/1.0 404 Not Found\r\n\r\n"),
            },
        };
        let kind = if path.ends_with("m3u8") { "application/vnd.apple.mpegurl" } else { "video/mp2t" };
        write!(stream, "HTTP/1.0 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", bytes.len())?;
        stream.write_all(&bytes)
    })
}

#[test]
fn live_pieces_of_every_kind_are_heard_without_a_gap() {
    let kinds: [(&str, &[&str]); 3] = [
        ("MPEG-TS with AAC", &["-c:a", "aac"]),
        ("MPEG-TS with MP3", &["-c:a", "libmp3lame"]),
        ("fMP4 with AAC", &["-c:a", "aac", "-hls_segment_type", "fmp4"]),
    ];
    for (name, arguments) in kinds {
        let folder = tempfile::tempdir().unwrap();
        let _segmenter = segment(folder.path(), arguments);
        let server = serve(folder.path());
        let relay = relay(&[server.url("master.m3u8")], limits(5_000));
        let listener = Listener::start_after(&relay, Duration::from_secs(6), Duration::from_secs(3));
        let (sound, account) = listener.finish();
        let gap = longest_gap_ms(&sound, 0);
        assert!(gap <= 10, "{name}: a gap of {gap} ms; {account:?}");
        let pieces = sound.chunks(4_800).filter(|piece| tone(piece, 700.0) > 0.05).count();
        assert!(pieces >= 59, "{name}: {pieces} of 60 tenths of a second");
        assert_eq!((account.reconnects, account.lost_ms), (0, 0), "{name}: {account:?}");
    }
}

#[test]
fn a_list_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n";
    write("locked.m3u8", &format!("{head}#EXT-X-KEY:METHOD=AES-128,URI=\"key\"\n#EXTINF:2,\na.ts\n"));
    write("gone.m3u8", &format!("{head}#EXTINF:2,\na.ts\n#EXTINF:2,\nb.ts\n#EXTINF:2,\nc.ts\n"));
    write("ended.m3u8", &format!("{head}#EXT-X-ENDLIST\n"));
    write("wild.m3u8", &format!("{head}#EXTINF:2,\nfile:///etc/passwd\n"));
    let server = serve(folder.path());
    for (name, word) in
        [("locked", "encrypted"), ("gone", "404"), ("ended", "ended"), ("wild", "no address of the web")]
    {
        let source: Source = server.url(&format!("{name}.m3u8")).parse().unwrap();
        let found = probe(&source, &limits(5_000), RATE_HZ, Duration::from_secs(10), &clock());
        assert!(matches!(&found, Found::Fails(why) if why.contains(word)), "{name}: {found:?}");
    }
}
