//! The outputs without a sound card: their pace, their files, and the peace between broadcasts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use loa::audio::mixer::{Command, Mixer};
use loa::audio::output::device::{DeviceChoice, HostChoice};
use loa::audio::output::{Line, Output, OutputError, OutputKind, OutputSettings, Programme};
use loa::audio::pump::{Pump, Timing};
use loa::audio::supply::Supply;
use loa::audio::voice::{Cue, MixVoice};
use loa::audio::{EngineSettings, frames::Nanos};
use loa::domain::log::EndReason;
use loa::domain::slot::ZoneId;
use loa::domain::station::{Input, Start};

use crate::support::alloc::counted;
use crate::support::audio::{Listener, MemoryClip, clock, part, settings, voice, zone};

fn with_output(output: OutputSettings, clips: impl IntoIterator<Item = (u8, MemoryClip)>) -> EngineSettings {
    let mut settings = settings(clips);
    let programme = Programme { rate_hz: settings.rate_hz, clock: Arc::clone(&settings.clock) };
    settings.output = Arc::new(move || output.make(&programme));
    settings
}

fn wav_files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn samples(path: &Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(path).unwrap();
    assert_eq!((reader.spec().channels, reader.spec().sample_rate), (2, 48_000));
    reader.samples::<i16>().map(Result::unwrap).collect()
}

#[test]
fn the_null_output_keeps_the_pace_of_the_clock() {
    let mut listener = Listener::new(settings([(1, MemoryClip::noise(1, 48_000, 96_000))]));
    listener.prepare(voice(part(1), 1));
    listener.open();
    let before = Instant::now();
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    let (_, heard) = listener.ended(part(1));
    let took = before.elapsed();
    // Never early; late only by the machine.
    assert!(took >= Duration::from_millis(2_000), "{took:?}");
    let said = heard.end.unwrap() - heard.start.unwrap();
    assert!((said - TimeDelta::seconds(2)).abs() < TimeDelta::microseconds(200), "{said}");
}

#[test]
fn a_file_output_holds_every_frame_and_each_opening_has_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("phát thanh");
    let output = OutputSettings { kind: OutputKind::File(target.clone()), record: None, witness: None };
    let clip = MemoryClip::noise(3, 48_000, 24_000);
    let expected: Vec<i16> = clip.samples.iter().map(|sample| (sample * 32_768.0).round() as i16).collect();
    let mut listener = Listener::new(with_output(output, [(1, clip)]));
    for number in 1..=2 {
        listener.prepare(voice(part(number), 1));
        listener.open();
        listener.engine.arm(part(number), Start::At(listener.now().wall)).unwrap();
        listener.ended(part(number));
        if number == 1 {
            // Readable while it is being written: what a crash would leave.
            let so_far = samples(&wav_files(&target)[0]);
            assert!(so_far.len() <= 2 * 48_000);
        }
        listener.engine.close_output(zone()).unwrap();
    }
    // The engine waits for its output when it ends, but no longer than a second; on a busy machine the writer may need more.
    drop(listener);
    let files = wav_files(&target);
    assert_eq!(files.len(), 2, "{files:?}");
    let deadline = Instant::now() + Duration::from_secs(20);
    for file in files {
        let (written, first) = loop {
            let written = samples(&file);
            let first = written.iter().position(|&sample| sample != 0).map(|first| first / 2 * 2);
            match first.filter(|first| first + expected.len() <= written.len()) {
                Some(first) => break (written, first),
                None => assert!(Instant::now() < deadline, "{} stays short: {}", file.display(), written.len()),
            }
            std::thread::park_timeout(Duration::from_millis(20));
        };
        assert_eq!(written[first..first + expected.len()], expected, "{}", file.display());
        assert!(written[first + expected.len()..].iter().all(|&sample| sample == 0));
    }
}

#[test]
fn a_folder_that_cannot_be_written_loses_a_file_output() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "in the way").unwrap();
    let output = OutputSettings { kind: OutputKind::File(blocked.clone()), record: None, witness: None };
    let mut listener = Listener::new(with_output(output, []));
    listener.engine.open_output(zone()).unwrap();
    let error = listener.wait("OutputLost", |input| match input {
        Input::OutputLost { error, .. } => Some(error.clone()),
        _ => None,
    });
    assert!(error.contains(blocked.to_str().unwrap()), "{error}");
}

#[test]
fn a_missing_device_is_an_error_unless_the_null_output_was_asked_for_in_its_place() {
    let choice = DeviceChoice {
        host: HostChoice::Alsa,
        device: Some("hw:CARD=NoSuchCard,DEV=0".to_owned()),
        ..DeviceChoice::default()
    };
    let output = OutputSettings { kind: OutputKind::Device(choice.clone()), record: None, witness: None };
    let mut listener = Listener::new(with_output(output, []));
    listener.engine.open_output(zone()).unwrap();
    let error = listener.wait("OutputLost", |input| match input {
        Input::OutputLost { error, .. } => Some(error.clone()),
        _ => None,
    });
    assert!(error.contains("NoSuchCard"), "{error}");
    assert_eq!(listener.engine.output(), None);

    let choice = DeviceChoice { null_if_absent: true, ..choice };
    let output = OutputSettings { kind: OutputKind::Device(choice), record: None, witness: None };
    let mut listener = Listener::new(with_output(output, [(1, MemoryClip::noise(3, 48_000, 4_800))]));
    listener.open();
    listener.prepare(voice(part(1), 1));
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    listener.started(part(1));
    assert!(listener.engine.output().unwrap().contains("nothing is heard"), "{:?}", listener.engine.output());
}

/// Opens, plays for a while, and then does what a broken device does.
struct Broken {
    programme: Programme,
    says_so: bool,
}

impl Output for Broken {
    fn describe(&self) -> String {
        "a broken card".to_owned()
    }

    fn run(self: Box<Self>, mut pump: Pump, line: &Line) -> Result<(), OutputError> {
        line.opened(self.describe());
        let mut buffer = [0.0; 960];
        let origin = (self.programme.clock)().mono + Duration::from_millis(30);
        for number in 0..60 {
            let plays_at = origin + Duration::from_millis(10) * number;
            let wait = plays_at.saturating_sub(Duration::from_millis(30) + (self.programme.clock)().mono);
            if line.closes_within(wait) {
                return Ok(());
            }
            pump.fill(&mut buffer, Timing::Exactly(plays_at));
        }
        if self.says_so {
            return Err(OutputError::Lost { output: self.describe(), fault: "unplugged".to_owned() });
        }
        while !line.closes_within(Duration::from_secs(1)) {}
        Ok(())
    }
}

#[test]
fn a_device_that_goes_or_hangs_ends_its_voice_with_the_frames_that_were_played() {
    for says_so in [true, false] {
        let mut settings = settings([(1, MemoryClip::noise(1, 48_000, 480_000))]);
        let programme = Programme { rate_hz: settings.rate_hz, clock: Arc::clone(&settings.clock) };
        settings.output = Arc::new(move || Box::new(Broken { programme: programme.clone(), says_so }));
        let mut listener = Listener::new(settings);
        listener.prepare(voice(part(1), 1));
        listener.open();
        listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
        let (reason, heard) = listener.ended(part(1));
        let EndReason::OutputLost { error } = reason else { panic!("{reason:?}") };
        assert!(error.contains(if says_so { "unplugged" } else { "not asked for sound" }), "{error}");
        // At most the 600 ms that the card took; of those, what it had no time to play does not count.
        assert!(heard.frames > 0 && heard.frames <= 28_800, "{} frames", heard.frames);
        assert_eq!(heard.zones[0].frames, heard.frames);
        let length = heard.end.unwrap() - heard.start.unwrap();
        let expected = TimeDelta::microseconds(heard.frames as i64 * 1_000_000 / 48_000);
        assert!((length - expected).abs() < TimeDelta::milliseconds(1), "{length} for {expected}");
        listener.wait("OutputLost", |input| matches!(input, Input::OutputLost { .. }).then_some(()));
        assert_eq!(listener.engine.position(), None);
    }
}

#[test]
fn position_and_level_can_be_read_while_it_sounds() {
    let clip = MemoryClip::sine(48_000, 96_000, 1_000.0, 0.5);
    let mut listener = Listener::new(settings([(1, clip)]));
    assert_eq!((listener.engine.position(), listener.engine.level().peak), (None, 0.0));
    listener.prepare(voice(part(1), 1));
    listener.open();
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    listener.wait("its start", |input| matches!(input, Input::Started { .. }).then_some(()));
    let asked = listener.engine.level();
    assert_eq!(asked.momentary_lufs, None, "measured only once somebody has asked");
    listener.wait("a second of it", |input| match input {
        Input::Progress { frames, .. } if *frames >= 40_000 => Some(()),
        _ => None,
    });
    let position = listener.engine.position().unwrap();
    assert!(position.part == part(1) && position.frames >= 38_000, "{position:?}");
    let level = listener.engine.level();
    assert!((level.peak - 0.5).abs() < 0.01, "{level:?}");
    // A 1 kHz sine of -6 dBFS on both channels is -6.0 LUFS by the definition of the scale (0 dBFS: -0.0 with +3 for two).
    assert!((level.momentary_lufs.unwrap() + 6.0).abs() < 0.2, "{level:?}");
    let (_, heard) = listener.ended(part(1));
    assert!((heard.level.loudness_lufs.unwrap() + 6.0).abs() < 0.2, "{:?}", heard.level);
}

#[test]
fn silence_inside_a_voice_is_measured() {
    let mut samples = MemoryClip::noise(1, 48_000, 96_000).samples.to_vec();
    samples[2 * 24_000..2 * 60_000].fill(0.0);
    let mut listener = Listener::new(settings([(1, MemoryClip::new(48_000, 2, samples))]));
    listener.prepare(voice(part(1), 1));
    listener.open();
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    let (_, heard) = listener.ended(part(1));
    assert_eq!(heard.level.silent_ms, 750);
}

#[test]
fn the_whole_callback_allocates_nothing() {
    let (mixer, mut desk) = Mixer::new(48_000, 960);
    let mut pump = Pump::new(mixer, 48_000, clock());
    let (mut producer, ring) = rtrb::RingBuffer::new(96_000);
    producer.push_entire_slice(&[0.25; 48_000]).unwrap();
    let (tap, _tapped) = rtrb::RingBuffer::new(96_000);
    let (tee, _recorded) = loa::audio::tee::tee(48_000);
    pump.copy_to(tee);
    let voice = MixVoice::new(part(1), Cue::At(Nanos(0)), true, Supply::clip(ring, Arc::default()), tap);
    desk.commands.push(Command::Start(Box::new(voice))).unwrap();
    let mut out = [0.0; 960];
    // Long enough for the map to fit lines, and with a jump for it to follow.
    let allocations: u32 = (0..400_u64)
        .map(|buffer| {
            let latency = Duration::from_millis(if buffer < 200 { 20 } else { 45 });
            counted(|| pump.fill(&mut out, Timing::After(latency)))
        })
        .sum();
    assert_eq!(allocations, 0);
}

#[test]
fn between_broadcasts_no_thread_of_the_engine_wakes_up() {
    let mut settings = settings([(1, MemoryClip::noise(1, 48_000, 4_800))]);
    settings.zone = ZoneId("im-lang".to_owned());
    let mut listener = Listener::new(settings);
    listener.engine.open_output(ZoneId("im-lang".to_owned())).unwrap();
    listener.wait("OutputOpen", |input| matches!(input, Input::OutputOpen { .. }).then_some(()));
    listener.prepare(voice(part(1), 1));
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    listener.ended(part(1));
    listener.engine.close_output(ZoneId("im-lang".to_owned())).unwrap();
    let wake_ups = || {
        std::fs::read_dir("/proc/self/task").unwrap().find_map(|task| {
            let status = std::fs::read_to_string(task.ok()?.path().join("status")).ok()?;
            status.contains("Name:\tloa-im-lang").then_some(())?;
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
            line.trim().parse::<u64>().ok()
        })
    };
    // It has closed when it stays asleep for a while; then it must stay so for much longer.
    let mut before = wake_ups();
    for _ in 0..100 {
        std::thread::park_timeout(Duration::from_millis(100));
        let now = wake_ups();
        if now == before {
            break;
        }
        before = now;
    }
    std::thread::park_timeout(Duration::from_secs(1));
    assert!(before.is_some() && wake_ups() == before, "{before:?}, then {:?}", wake_ups());
}
