//! What each kind of output costs, and the recorder beside one: the whole process on a 44.1 kHz MP3, engine and decoder included.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use loa::audio::output::icecast::IcecastSettings;
use loa::audio::output::recorder::{RecorderSettings, RecorderState};
use loa::audio::output::rtp::RtpSettings;
use loa::audio::output::{OutputKind, OutputSettings, Programme};
use loa::audio::proof::{Witness, WitnessSettings};
use loa::audio::pump::ClockFn;
use loa::audio::{Engine, EngineSettings, source};
use loa::clock;
use loa::domain::relay::Source;
use loa::domain::station::{Input, Start};

use crate::import::mp3;
use crate::support::audio::{part, settings, voice, zone};
use crate::table::row;

/// CPU seconds of this process so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}

/// CPU seconds per minute while the file plays to an output for so many seconds.
fn playing(file: &Path, kind: OutputKind, record: Option<&Path>, heard: Option<Source>, seconds: u32) -> f64 {
    let file = file.to_owned();
    let programme = Programme { rate_hz: EngineSettings::RATE_HZ, clock: Arc::new(clock::now) };
    let record = record.map(|folder| RecorderSettings::new(folder.to_owned(), RecorderState::default()));
    let witness = heard.map(|source| {
        let (zone, clock): (_, ClockFn) = (zone(), Arc::new(clock::now));
        let settings = WitnessSettings { zone, source, rate_hz: EngineSettings::RATE_HZ, clock };
        Witness::spawn(settings, drop).unwrap()
    });
    let output = OutputSettings { kind, record, witness: witness.clone() };
    let settings = EngineSettings {
        clock: Arc::new(clock::now),
        locate: Arc::new(move |_| file.clone()),
        open: Arc::new(source::open_file),
        output: Arc::new(move || output.make(&programme)),
        ..settings([])
    };
    let (sender, mut said) = tokio::sync::mpsc::channel(256);
    let engine = Engine::spawn(settings, sender).unwrap();
    engine.open_output(zone()).unwrap();
    engine.prepare(voice(part(1), 1)).unwrap();
    let (mut open, mut prepared) = (false, false);
    while !(open && prepared) {
        match said.blocking_recv().unwrap().input {
            Input::OutputOpen { .. } => open = true,
            Input::Prepared(_) => prepared = true,
            Input::OutputLost { error, .. } => panic!("{error}"),
            _ => {}
        }
    }
    engine.arm(part(1), Start::At(clock::now().wall)).unwrap();
    witness.iter().for_each(|witness| witness.begin(part(1), "a tone".to_owned(), clock::now().wall));
    std::thread::sleep(Duration::from_secs(2));
    let (begun, before) = (Instant::now(), cpu_seconds());
    std::thread::sleep(Duration::from_secs(u64::from(seconds)));
    (cpu_seconds() - before) * 60.0 / begun.elapsed().as_secs_f64()
}

/// A server that takes whatever comes.
fn sink() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        let mut bytes = [0; 65_536];
        while let Ok(1..) = stream.read(&mut bytes) {}
    });
    port
}

/// Length of the file that plays, in seconds.
const FILE_SECONDS: u32 = 12 * 60;

/// A server that sends a file as fast as it sounds: a return feed that needs no device.
fn paced(file: &Path, file_seconds: u32) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, bytes) = (listener.local_addr().unwrap().port(), std::fs::read(file).unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n").unwrap();
        let (begun, piece) = (Instant::now(), bytes.len() / (10 * file_seconds as usize));
        for (number, piece) in (1..).zip(bytes.chunks(piece)) {
            if stream.write_all(piece).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100 * number).saturating_sub(begun.elapsed()));
        }
    });
    port
}

/// Each kind for so many seconds.
pub(crate) fn outputs(seconds: u32) {
    let folder = tempfile::tempdir().unwrap();
    let file = mp3(folder.path(), "long", FILE_SECONDS / 60, 1);
    let password = folder.path().join("password");
    std::fs::write(&password, "x\n").unwrap();
    let icecast = IcecastSettings {
        server: "127.0.0.1".to_owned(),
        port: sink(),
        mount: "/loa.ogg".to_owned(),
        user: "source".to_owned(),
        password_file: password,
        name: "Loa".to_owned(),
        bitrate: NonZeroU32::new(96_000).unwrap(),
    };
    let rtp = RtpSettings {
        address: Ipv4Addr::new(239, 69, 78, 1),
        port: 5_004,
        ttl: 1,
        interface: Some(Ipv4Addr::LOCALHOST),
        announce: false,
        name: "Loa".to_owned(),
        sdp_file: None,
    };
    let recordings = folder.path().join("programme");
    let kinds = [
        ("the null output", OutputKind::Null, None),
        ("the null output, recorded as FLAC", OutputKind::Null, Some(recordings.as_path())),
        ("Icecast, Ogg Vorbis 96 kbit/s", OutputKind::Icecast(icecast), None),
        ("RTP, 1 ms packets", OutputKind::Rtp(rtp), None),
    ];
    for (name, kind, record) in kinds {
        let cpu = playing(&file, kind, record, None, seconds);
        row(&format!("CPU per minute of 44.1 kHz stereo MP3 to {name}"), &format!("{cpu:.2} s"), "-", "outputs");
    }
    let back = Source::Stream { url: format!("http://127.0.0.1:{}/", paced(&file, FILE_SECONDS)) };
    let cpu = playing(&file, OutputKind::Null, None, Some(back), seconds);
    row("CPU per minute of the same with proof of air", &format!("{cpu:.2} s"), "-", "outputs");
    let bytes = std::fs::read_dir(&recordings).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len());
    let recorded: u64 = bytes.sum();
    row(
        "room of a recorded minute",
        &format!("{:.1} MB", recorded as f64 * 60e-6 / f64::from(seconds + 2)),
        "-",
        "outputs",
    );
}
