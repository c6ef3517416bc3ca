//! The programme recorder: what was sent out is in its files to the frame, across the hour, after a power cut; and when it is not,
//! that is known.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use loa::audio::EngineSettings;
use loa::audio::output::recorder::{Recorded, RecorderSettings, RecorderState};
use loa::audio::output::recordings::{self, Excerpt, Form, Piece};
use loa::audio::output::{Line, Output, OutputError, OutputKind, OutputSettings, Programme};
use loa::audio::pump::{ClockFn, Pump, Timing};
use loa::domain::alarm::RecordingFault;
use loa::domain::station::{Heard, Start};
use loa::domain::time::{Now, to_millisecond};

use crate::support::audio::{Listener, MemoryClip, part, settings, voice, zone};

/// Longest wait for the disk.
const PATIENCE: Duration = Duration::from_secs(40);

/// An engine on the null output, recorded in `folder`; its wall clock shows `wall` now.
fn recorded(folder: &Path, wall: DateTime<Utc>, clip: MemoryClip) -> (EngineSettings, RecorderState) {
    let state = RecorderState::default();
    let record = RecorderSettings {
        check_every: Duration::from_secs(3),
        ..RecorderSettings::new(folder.to_owned(), state.clone())
    };
    let mut settings = settings([(1, clip)]);
    let origin = Instant::now();
    let clock: ClockFn = Arc::new(move || {
        let mono = origin.elapsed();
        Now { mono, wall: wall + TimeDelta::from_std(mono).unwrap() }
    });
    settings.clock = Arc::clone(&clock);
    let programme = Programme { rate_hz: settings.rate_hz, clock };
    let output = OutputSettings { kind: OutputKind::Null, record: Some(record), witness: None };
    settings.output = Arc::new(move || output.make(&programme));
    (settings, state)
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// As sixteen bits hold it.
fn pcm(clip: &MemoryClip) -> Vec<i16> {
    clip.samples.iter().map(|sample| (sample * 32_768.0).round() as i16).collect()
}

fn sound(pieces: Vec<Piece>) -> Vec<i16> {
    let mut bytes = Vec::new();
    let mut excerpt = Excerpt::new(pieces).unwrap();
    let said = excerpt.length_bytes();
    excerpt.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, said);
    hound::WavReader::new(&bytes[..]).unwrap().into_samples().map(Result::unwrap).collect()
}

/// What the log's instants lead to.
fn heard_again(folder: &Path, heard: &Heard) -> Vec<Piece> {
    let micros = |at: DateTime<Utc>| DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap();
    recordings::pieces(folder, micros(heard.start.unwrap()), micros(heard.end.unwrap())).unwrap()
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited for {what}");
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// Plays clip 1 to its end.
fn played(listener: &mut Listener) -> Heard {
    listener.prepare(voice(part(1), 1));
    listener.open();
    listener.engine.arm(part(1), Start::At(listener.now().wall + TimeDelta::milliseconds(300))).unwrap();
    listener.ended(part(1)).1
}

/// The log rounds both instants to the millisecond; the frames it has as they were.
#[test]
fn an_airing_is_found_as_long_as_it_was_although_its_instants_are_rounded() {
    let folder = tempfile::tempdir().unwrap();
    let clip = MemoryClip::noise(9, 48_000, 48_000 + 31);
    let (settings, _) = recorded(folder.path(), at("2026-11-24T05:00:00Z"), clip);
    let mut listener = Listener::new(settings);
    let heard = played(&mut listener);
    listener.engine.close_output(zone()).unwrap();
    drop(listener);
    let rounded = |off_ms: i64| {
        let end = to_millisecond(heard.end.unwrap()) + TimeDelta::milliseconds(off_ms);
        recordings::pieces(folder.path(), to_millisecond(heard.start.unwrap()), end).unwrap()
    };
    let long = |pieces: &[Piece]| pieces.iter().map(|piece| piece.frames).sum::<u64>();
    until("the file", || rounded(0).first().is_some_and(|piece| piece.of >= piece.frame + heard.frames).then_some(()));
    let mut found = rounded(0);
    assert_ne!(long(&found), heard.frames, "31 frames are no whole millisecond");
    recordings::fit(&mut found, heard.frames);
    assert_eq!(long(&found), heard.frames);
    // What is further away was not sent out, or not recorded.
    let mut short = rounded(-200);
    let before = short.clone();
    recordings::fit(&mut short, heard.frames);
    assert_eq!(short, before);
    // Nothing is made up beyond the end of a file.
    let mut last = rounded(0);
    last[0].of = last[0].frame + last[0].frames;
    recordings::fit(&mut last, heard.frames + 40);
    assert_eq!(long(&last), long(&rounded(0)));
}

#[test]
fn an_airing_over_the_full_hour_lies_in_two_files_and_is_given_back_to_the_frame() {
    let folder = tempfile::tempdir().unwrap();
    let zone_folder = folder.path().join("cụm loa");
    let clip = MemoryClip::noise(7, 48_000, 5 * 48_000 + 17);
    let (settings, state) = recorded(&zone_folder, at("2026-11-24T21:59:58Z"), clip.clone());
    let mut listener = Listener::new(settings);
    let heard = played(&mut listener);
    // While the file is still written to, all but the last seconds are there.
    let so_far = sound(heard_again(&zone_folder, &heard));
    assert!(so_far.len() > 2 * 48_000 && pcm(&clip).starts_with(&so_far), "{} samples", so_far.len());
    listener.engine.close_output(zone()).unwrap();
    drop(listener);
    let pieces = until("both files", || {
        let pieces = heard_again(&zone_folder, &heard);
        (pieces.iter().map(|piece| piece.frames).sum::<u64>() >= heard.frames).then_some(pieces)
    });
    let files: Vec<_> = recordings::list(&zone_folder).unwrap().into_iter().map(|file| file.begun).collect();
    assert_eq!((files.len(), files[1]), (2, at("2026-11-24T22:00:00Z")), "{files:?}");
    assert_eq!(pieces.len(), 2, "{pieces:?}");
    assert_eq!((pieces[1].frame, pieces[0].frames + pieces[1].frames), (0, heard.frames));
    assert_eq!(sound(pieces), pcm(&clip), "not what was sent out");
    assert_eq!(state.fault(), None);
    // What comes before and after is not of this airing, and a stretch of nothing has no pieces.
    let day = TimeDelta::days(1);
    assert_eq!(recordings::pieces(&zone_folder, heard.start.unwrap() - day, heard.end.unwrap() - day).unwrap(), []);
    assert_eq!(recordings::pieces(&zone_folder, heard.start.unwrap() + day, heard.end.unwrap() + day).unwrap(), []);
}

/// A card whose crystal is off and whose word about its latency is not to be relied on.
struct Shaky(Programme);

impl Output for Shaky {
    fn describe(&self) -> String {
        "a shaky card".to_owned()
    }

    fn run(self: Box<Self>, mut pump: Pump, line: &Line) -> Result<(), OutputError> {
        line.opened(self.describe());
        let mut random = fastrand::Rng::with_seed(11);
        let mut buffer = [0.0; 2 * 480];
        let origin = (self.0.clock)().mono;
        // 200 ppm: 480 frames take 10.002 ms.
        for number in 0_u32.. {
            let due = origin + Duration::from_nanos(10_002_000) * number;
            if line.closes_within(due.saturating_sub((self.0.clock)().mono)) {
                break;
            }
            let latency = (due + Duration::from_millis(20)).saturating_sub((self.0.clock)().mono);
            pump.fill(&mut buffer, Timing::After(latency + Duration::from_micros(random.u64(0..400))));
        }
        Ok(())
    }
}

#[test]
fn instants_of_a_device_that_drifts_and_jitters_lead_to_the_very_frames() {
    let folder = tempfile::tempdir().unwrap();
    let clip = MemoryClip::noise(8, 48_000, 6 * 48_000);
    let mut settings = settings([(1, clip.clone())]);
    let programme = Programme { rate_hz: settings.rate_hz, clock: Arc::clone(&settings.clock) };
    let record = RecorderSettings::new(folder.path().to_owned(), RecorderState::default());
    settings.output = Arc::new(move || {
        Box::new(Recorded::new(Box::new(Shaky(programme.clone())), record.clone(), programme.clone()))
    });
    let mut listener = Listener::new(settings);
    let heard = played(&mut listener);
    listener.engine.close_output(zone()).unwrap();
    drop(listener);
    let pieces = until("the file", || {
        let pieces = heard_again(folder.path(), &heard);
        (pieces.iter().map(|piece| piece.frames).sum::<u64>() + 48 >= heard.frames).then_some(pieces)
    });
    let (sound, clip) = (sound(pieces), pcm(&clip));
    // The head is exact. The end is where the device says it is by then, which has learned its crystal meanwhile.
    let common = sound.len().min(clip.len());
    assert!(common + 2 * 96 > clip.len(), "{} of {}", sound.len(), clip.len());
    assert!(sound[..common] == clip[..common], "the frames are moved");
}

#[test]
fn what_a_power_cut_leaves_is_found_decoded_and_pointed_into() {
    let folder = tempfile::tempdir().unwrap();
    let clip = MemoryClip::noise(9, 48_000, 4 * 48_000);
    let (settings, _) = recorded(&folder.path().join("ganz"), at("2026-11-24T05:10:00Z"), clip.clone());
    let mut listener = Listener::new(settings);
    let heard = played(&mut listener);
    // A copy of the file as it lies on the disk right now, and shorter ones: what a cut could leave.
    let whole = recordings::list(&folder.path().join("ganz")).unwrap().remove(0).path;
    let bytes = std::fs::read(&whole).unwrap();
    let clip = pcm(&clip);
    let mut found = 0;
    for (number, keep) in [1.0, 0.93, 0.7, 0.5, 0.25].into_iter().enumerate() {
        let torn = folder.path().join(format!("{number}"));
        std::fs::create_dir(&torn).unwrap();
        let length = (bytes.len() as f64 * keep) as usize;
        std::fs::write(torn.join(whole.file_name().unwrap()), &bytes[..length]).unwrap();
        let sound = sound(heard_again(&torn, &heard));
        let good = sound.iter().zip(&clip).take_while(|(a, b)| a == b).count();
        assert!(sound[good..].iter().all(|sample| *sample == 0), "{keep}: neither the sound nor silence after {good}");
        found = found.max(good);
        // Of the part that is there, at most a block of the encoder is lost at the torn end.
        let share = 2.0 * 4_096.0 + sound.len() as f64 * (1.0 - keep) * 1.1 + 96_000.0 * 0.4;
        assert!(good as f64 + share > sound.len() as f64, "{keep}: only {good} of {}", sound.len());
    }
    assert!(found > 96_000 * 2, "{found} samples at most");
    // Cut before the header said anything.
    let mut early = bytes.clone();
    early[21] &= 0xF0;
    early[22..26].fill(0);
    let torn = folder.path().join("early");
    std::fs::create_dir(&torn).unwrap();
    std::fs::write(torn.join(whole.file_name().unwrap()), early).unwrap();
    assert!(clip.starts_with(&sound(heard_again(&torn, &heard))[..96_000]));
}

/// Writes zeros over the newest bytes of the file.
fn spoil(file: &Path) {
    let length = std::fs::metadata(file).unwrap().len() as usize;
    let mut bytes = std::fs::read(file).unwrap();
    bytes[65_700..length].fill(0);
    std::fs::write(file, bytes).unwrap();
}

fn only_file(folder: &Path) -> Option<PathBuf> {
    recordings::list(folder).ok()?.pop().map(|file| file.path)
}

#[test]
fn a_recording_that_is_damaged_or_gone_is_noticed_and_good_again_in_its_next_file() {
    let folder = tempfile::tempdir().unwrap();
    let clip = MemoryClip::noise(10, 48_000, 40 * 48_000);
    let (settings, state) = recorded(folder.path(), at("2026-11-24T05:10:00Z"), clip);
    let mut listener = Listener::new(settings);
    listener.prepare(voice(part(1), 1));
    listener.open();
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    let file = until("the file", || only_file(folder.path()));
    until("some sound in it", || (std::fs::metadata(&file).unwrap().len() > 200_000).then_some(()));
    assert_eq!(state.fault(), None);
    let fault = until("the damage is noticed", || {
        spoil(&file);
        state.fault()
    });
    let expected = matches!(fault, RecordingFault::Damaged { .. } | RecordingFault::Silent);
    assert!(expected, "{fault:?}");
    until("it is good again", || state.fault().is_none().then_some(()));
    std::fs::remove_file(&file).unwrap();
    let fault = until("the loss is noticed", || state.fault());
    assert_eq!(fault, RecordingFault::NotGrowing);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_costs_nothing_on_air_and_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("programme");
    std::fs::write(&blocked, "in the way").unwrap();
    let (settings, state) = recorded(&blocked, at("2026-11-24T05:10:00Z"), MemoryClip::noise(3, 48_000, 24_000));
    let mut listener = Listener::new(settings);
    let heard = played(&mut listener);
    assert_eq!(heard.frames, 24_000);
    let fault = until("the fault", || state.fault());
    assert!(matches!(&fault, RecordingFault::Unwritable { error } if error.contains("programme")), "{fault:?}");
    std::fs::remove_file(&blocked).unwrap();
    until("the next try", || only_file(&blocked));
    until("it is good again", || state.fault().is_none().then_some(()));
}

#[test]
fn wav_recordings_of_earlier_versions_are_found_to_within_what_an_output_buffers() {
    let folder = tempfile::tempdir().unwrap();
    let clip = MemoryClip::noise(4, 48_000, 48_000);
    for name in ["2026-11-24T22-00-00.000Z.wav", "2026-11-24T21-00-00Z.wav"] {
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(folder.path().join(name), spec).unwrap();
        pcm(&clip).into_iter().for_each(|sample| wav.write_sample(sample).unwrap());
        wav.finalize().unwrap();
    }
    for begun in ["2026-11-24T22:00:00Z", "2026-11-24T21:00:00Z"] {
        let from = at(begun) + TimeDelta::milliseconds(250);
        let pieces = recordings::pieces(folder.path(), from, from + TimeDelta::milliseconds(500)).unwrap();
        assert_eq!(pieces.len(), 1, "{pieces:?}");
        assert_eq!(sound(pieces), pcm(&clip)[24_000..72_000]);
    }
    assert_eq!(recordings::name_of(at("2026-11-24T22:00:00.125Z"), 2, Form::Flac), "2026-11-24T22-00-00.125Z-2.flac");
    assert_eq!(recordings::begun("2026-11-24T22-00-00.125Z-2.flac"), Some(at("2026-11-24T22:00:00.125Z")));
    for odd in ["note.txt", "2026-11-24T22-00-00Z.mp3", "Z.flac", "2026-13-24T22-00-00Z.flac", ".flac"] {
        assert_eq!(recordings::begun(odd), None, "{odd}");
    }
}

#[test]
fn a_stock_decoder_plays_a_recording() {
    // Other eyes than ours: the reference decoder reads the file that is being written, marks and all.
    let folder = tempfile::tempdir().unwrap();
    let clip = MemoryClip::noise(5, 48_000, 3 * 48_000);
    let (settings, _) = recorded(folder.path(), at("2026-11-24T05:10:00Z"), clip.clone());
    let mut listener = Listener::new(settings);
    played(&mut listener);
    listener.engine.close_output(zone()).unwrap();
    drop(listener);
    let file = until("the whole file", || only_file(folder.path()));
    let decoded = until("it decodes to the end", || {
        let told = std::process::Command::new("flac").args(["-d", "-s", "-c"]).arg(&file).output().unwrap();
        let samples: Vec<i16> =
            hound::WavReader::new(&told.stdout[..]).ok()?.into_samples().map_while(Result::ok).collect();
        let from = samples.iter().position(|sample| *sample != 0)? / 2 * 2;
        (samples.len() >= from + 2 * 3 * 48_000).then(|| samples[from..from + 2 * 3 * 48_000].to_vec())
    });
    assert!(decoded == pcm(&clip));
}
