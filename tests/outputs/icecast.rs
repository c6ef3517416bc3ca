//! The Icecast output against a real Icecast 2, and against what is none.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use loa::audio::output::OutputKind;
use loa::audio::output::icecast::IcecastSettings;
use loa::domain::log::EndReason;
use loa::domain::station::Start;

use super::{OPENED, likeness, lost, on, play, refused, sweep, until};
use crate::support::audio::{Listener, MemoryClip, part, voice, zone};
use crate::support::icecast::{Icecast, PASSWORD, Patience, USUAL};

/// A server that gives a source up soon, and lets listeners hear only what comes.
fn start(folder: &Path) -> Icecast {
    Icecast::start_with(folder, Patience { source_timeout_s: 3, burst: 0 })
}

fn output(server: &Icecast, password: &str) -> OutputKind {
    to(&server.folder, server.port, password, 128)
}

/// Somebody who hears the mount from now on: the server answers first, and lets them hear some of its rounds later.
fn listen(server: &Icecast) -> Ear {
    let mut stream = until("the mount is there", || server.listen("loa.ogg"));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&heard);
    std::thread::spawn(move || {
        let mut piece = [0; 4_096];
        while let Ok(bytes @ 1..) = stream.read(&mut piece) {
            into.lock().unwrap().extend_from_slice(&piece[..bytes]);
        }
    });
    let ear = Ear(heard);
    until("the mount is heard", || (!ear.sound(&server.folder).is_empty()).then_some(()));
    ear
}

/// The bytes that a listener was given.
struct Ear(Arc<Mutex<Vec<u8>>>);

impl Ear {
    /// Decoded by another program than ours.
    fn sound(&self, folder: &Path) -> Vec<i16> {
        let file = folder.join("heard.ogg");
        std::fs::write(&file, &*self.0.lock().unwrap()).unwrap();
        let mut command = Command::new("ffmpeg");
        command.args(["-hide_banner", "-loglevel", "error", "-nostdin", "-i"]).arg(&file);
        let told = command.args(["-f", "s16le", "-ar", "48000", "-ac", "2", "-"]).output().unwrap();
        told.stdout.chunks_exact(2).map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]])).collect()
    }
}

fn to(folder: &Path, port: u16, password: &str, kilobits: u32) -> OutputKind {
    let password_file = folder.join("password");
    std::fs::write(&password_file, format!("{password}\nmore\n")).unwrap();
    OutputKind::Icecast(IcecastSettings {
        server: "127.0.0.1".to_owned(),
        port,
        mount: "/loa.ogg".to_owned(),
        user: "source".to_owned(),
        password_file,
        name: "Cụm loa\r\nX-Evil: 1".to_owned(),
        bitrate: NonZeroU32::new(kilobits * 1_000).unwrap(),
    })
}

#[test]
fn listeners_hear_the_clip_after_silence_that_is_longer_than_the_server_waits_for_a_source() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    let clip = sweep(3.0);
    let mut listener = Listener::new(on(output(&server, PASSWORD), [(1, clip.clone())]));
    listener.open();
    assert!(listener.engine.output().unwrap().contains("/loa.ogg (Ogg Vorbis, 128 kbit/s)"));
    let ear = listen(&server);
    // The server gives a source up after three seconds in which nothing comes.
    let start = listener.now().wall + chrono::TimeDelta::seconds(7);
    listener.prepare(voice(part(1), 1));
    listener.engine.arm(part(1), Start::At(start)).unwrap();
    let (reason, _) = listener.ended(part(1));
    assert_eq!(reason, EndReason::Complete);
    let (alike, at) = until("the clip is heard", || {
        let (alike, at) = likeness(&ear.sound(folder.path()), &clip);
        (alike > 0.0).then_some((alike, at))
    });
    assert!(alike > 0.98, "alike by {alike}");
    assert!(at > 4 * 48_000, "the silence before it was heard too: {at} frames");
}

#[test]
fn a_server_that_dies_in_the_middle_loses_the_output_and_takes_it_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    // Listeners hear only what comes, and a machine that stands still for seconds is not given up.
    let mut server = Icecast::start_with(folder.path(), Patience { burst: 0, ..USUAL });
    let clip = sweep(3.0);
    let mut listener = Listener::new(on(
        output(&server, PASSWORD),
        [(1, clip.clone()), (2, MemoryClip::noise(1, 48_000, 48_000 * 60))],
    ));
    listener.open();
    listener.prepare(voice(part(9), 2));
    listener.engine.arm(part(9), Start::At(listener.now().wall)).unwrap();
    listener.started(part(9));
    server.kill();
    let (reason, heard) = listener.ended(part(9));
    assert!(matches!(&reason, EndReason::OutputLost { error } if error.contains("127.0.0.1")), "{reason:?}");
    assert!(heard.frames < 48_000 * 30, "{} frames", heard.frames);
    lost(&mut listener);
    // The station asks again and again; here once too early.
    listener.engine.open_output(zone()).unwrap();
    let error = lost(&mut listener);
    assert!(error.contains("nobody answers"), "{error}");
    server.restart();
    until("the output is taken again", || {
        listener.engine.open_output(zone()).unwrap();
        (lost(&mut listener) == OPENED).then_some(())
    });
    // A machine that stood still for half a second has skipped something, as a real device does; it is played again then.
    let mut alike = (1..=3).map(|number| {
        let ear = listen(&server);
        play(&mut listener, number);
        until("the clip is heard", || Some(likeness(&ear.sound(folder.path()), &clip).0).filter(|alike| *alike > 0.0))
    });
    let tried: Vec<f64> = alike.by_ref().take_while(|alike| *alike < 0.98).collect();
    assert!(tried.len() < 3, "alike by {tried:.3?}");
}

#[test]
fn a_wrong_password_a_taken_mount_and_a_missing_file_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    let error = refused(output(&server, "mật khẩu sai"));
    assert!(error.contains("does not take the password of `source` in"), "{error}");
    let mut first = Listener::new(on(output(&server, PASSWORD), []));
    first.open();
    let error = refused(output(&server, PASSWORD));
    assert!(error.contains("the mount /loa.ogg is taken by another source"), "{error}");
    drop(first);
    let OutputKind::Icecast(mut settings) = output(&server, PASSWORD) else { unreachable!() };
    settings.password_file = folder.path().join("không có");
    let error = refused(OutputKind::Icecast(settings));
    assert!(error.contains("cannot read the password in"), "{error}");
}

/// Something on a free port that says this to whoever asks, and then keeps the line open.
fn stranger(says: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = stream;
            drop(stream.write_all(says.as_bytes()));
            kept.push(stream);
        }
    });
    port
}

#[test]
fn what_is_no_icecast_is_told_as_that() {
    let folder = tempfile::tempdir().unwrap();
    for (says, expected) in [
        ("220 thư điện tử sẵn sàng\r\n\r\n", "no Icecast: it said \"220 thư"),
        ("HTTP/1.1 405 Method Not Allowed\r\n\r\n", "405 Method Not Allowed\" to a source; is it an Icecast?"),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "it refuses the source: HTTP/1.1 403 Forbidden"),
        ("", "no answer within 3 s; is it an Icecast?"),
    ] {
        let error = refused(to(folder.path(), stranger(says), PASSWORD, 96));
        assert!(error.contains(expected), "{says}: {error}");
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = refused(to(folder.path(), closed, PASSWORD, 96));
    assert!(error.contains("nobody answers at 127.0.0.1"), "{error}");
}

#[test]
fn a_line_that_takes_nothing_any_more_is_lost_within_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let listener = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    // Inherited by what it accepts: nearly nothing waits at the other end.
    listener.set_recv_buffer_size(4_096).unwrap();
    listener.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    listener.listen(1).unwrap();
    let listener = TcpListener::from(listener);
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        std::thread::park_timeout(Duration::from_secs(60));
    });
    let clip = MemoryClip::noise(1, 48_000, 48_000 * 60);
    let mut engine = Listener::new(on(to(folder.path(), port, PASSWORD, 320), [(1, clip)]));
    engine.open();
    engine.prepare(voice(part(1), 1));
    engine.engine.arm(part(1), Start::At(engine.now().wall)).unwrap();
    let begun = Instant::now();
    let (reason, _) = engine.ended(part(1));
    assert!(matches!(&reason, EndReason::OutputLost { .. }), "{reason:?}");
    println!("lost after {:?}: {reason:?}", begun.elapsed());
}
