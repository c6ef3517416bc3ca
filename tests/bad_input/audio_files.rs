//! Every kind of bad audio file: a clear refusal, or a repair that is told, and never a panic or a flood of memory.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use loa::audio::decode::{DecodeError, Decoder, LooksLike};
use loa::domain::intake::{DurationRule, Limits, judge};
use loa::library::{Analysis, ImportError, analyse};

use crate::support::sound::{Coding, Sound, run};

fn refused(path: &Path) -> DecodeError {
    match analyse(path, &mut |_| ControlFlow::Continue(())) {
        Err(ImportError::Decode(error)) => {
            assert!(error.to_string().contains(&path.display().to_string()), "the message names the file: {error}");
            assert!(error.to_string().contains(';'), "the message ends with a remedy: {error}");
            error
        }
        other => panic!("{} was not refused: {other:?}", path.display()),
    }
}

fn accepted(path: &Path) -> Analysis {
    analyse(path, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn written(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn what_is_not_audio_is_called_what_it_looks_like() {
    let folder = tempfile::tempdir().unwrap();
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &[0, 0, 0, 13], b"IHDR", &[7; 4000]].concat();
    let jpeg = [&b"\xff\xd8\xff\xe0\x00\x10JFIF"[..], &[0xff, 0xfb, 0x90, 0x44], &[3; 4000]].concat();
    let utf16: Vec<u8> = "Lịch phát sóng".encode_utf16().fold(vec![0xff, 0xfe], |mut all, unit| {
        all.extend(unit.to_le_bytes());
        all
    });
    let cases: [(&str, Vec<u8>, LooksLike); 11] = [
        ("text.mp3", "Kính thưa bà con nhân dân xã Lai Cách! ".repeat(300).into_bytes(), LooksLike::Text),
        ("wide.mp3", utf16, LooksLike::Text),
        ("page.mp3", b"\n<!DOCTYPE html><html><body>404 Not Found</body></html>".to_vec(), LooksLike::Html),
        ("picture.mp3", png, LooksLike::Picture("PNG")),
        ("photo.wav", jpeg, LooksLike::Picture("JPEG")),
        ("moving.flac", [&b"GIF89a"[..], &[1; 900]].concat(), LooksLike::Picture("GIF")),
        ("plan.m4a", b"%PDF-1.7 ...".to_vec(), LooksLike::Document("a PDF document")),
        (
            "plan.ogg",
            b"PK\x03\x04word/document.xml".to_vec(),
            LooksLike::Document("a zip archive or an Office document"),
        ),
        ("setup.aiff", [&b"MZ\x90\x00"[..], &[0; 900]].concat(), LooksLike::Program),
        ("blank.mp3", vec![0; 100_000], LooksLike::Zeros),
        ("byte.mp3", vec![0xff], LooksLike::Unknown),
    ];
    for (name, bytes, expected) in cases {
        let error = refused(&written(folder.path(), name, bytes));
        assert!(matches!(error, DecodeError::NotAudio { found, .. } if found == expected), "{name}: {error}");
    }
}

#[test]
fn random_bytes_are_refused_and_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let seed = 46;
    let mut random = fastrand::Rng::with_seed(seed);
    let heads: [&[u8]; 8] = [
        b"",
        b"fLaC",
        b"OggS\x00\x02",
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
        b"FORM\x7f\xff\xff\xffAIFFCOMM",
        b"\x00\x00\x00\x18ftypM4A ",
        b"caff\x00\x01\x00\x00",
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f",
    ];
    for round in 0..200 {
        let head = heads[round % heads.len()];
        let body: Vec<u8> = (0..random.usize(0..20_000)).map(|_| random.u8(..)).collect();
        let path = written(folder.path(), "noise.mp3", [head, &body].concat());
        let opened = Decoder::open(&path);
        assert!(opened.is_err() || round % heads.len() == 0, "round {round}, seed {seed}: {opened:?}");
    }
}

#[test]
fn broken_copies_of_good_files_never_panic_or_run_away() {
    let folder = tempfile::tempdir().unwrap();
    let seed = 47;
    let mut random = fastrand::Rng::with_seed(seed);
    let sound = Sound::speech(44_100, 2, 60_000, seed);
    for coding in Coding::ALL {
        let good = fs::read(sound.encode(folder.path(), "good", coding)).unwrap();
        for round in 0..40 {
            let mut bytes = good.clone();
            for _ in 0..random.usize(1..30) {
                // Mostly in the head, where every number steers a parser.
                let within = if random.bool() { bytes.len().min(600) } else { bytes.len() };
                let at = random.usize(0..within);
                bytes[at] = random.u8(..);
            }
            let what = format!("{coding:?}, round {round}, seed {seed}");
            let path = written(folder.path(), "broken", bytes);
            let Ok(mut decoder) = Decoder::open(&path) else { continue };
            let mut frames = 0;
            while let Ok(Some(block)) = decoder.next_block() {
                assert!(block.samples.iter().all(|sample| sample.is_finite()), "{what}");
                frames += block.samples.len() as u64 / u64::from(decoder.channels());
                // A header may lie about the rate or the length, but the bytes are no more than they were.
                assert!(frames < 700 * 192_000, "{what}");
            }
        }
    }
}

#[test]
fn the_unreadable_is_told_from_the_unplayable() {
    let folder = tempfile::tempdir().unwrap();
    let missing = refused(&folder.path().join("missing.mp3"));
    assert!(matches!(missing, DecodeError::Unreadable { .. }), "{missing}");
    std::os::unix::fs::symlink("nowhere", folder.path().join("link.mp3")).unwrap();
    assert!(matches!(refused(&folder.path().join("link.mp3")), DecodeError::Unreadable { .. }));
    assert!(matches!(refused(folder.path()), DecodeError::NotAFile { .. }));
    assert!(matches!(refused(Path::new("/dev/null")), DecodeError::NotAFile { .. }));
    let pipe = folder.path().join("pipe.mp3");
    run(&["mkfifo", "IN"], &pipe, &pipe);
    assert!(matches!(refused(&pipe), DecodeError::NotAFile { .. }), "a pipe does not hold up the import");
    assert!(matches!(refused(&written(folder.path(), "empty.mp3", b"")), DecodeError::Empty { .. }));
    let huge = folder.path().join("huge.wav");
    fs::File::create(&huge).unwrap().set_len(1 << 33).unwrap();
    assert!(matches!(refused(&huge), DecodeError::TooLarge { .. }));
}

#[test]
fn audio_in_other_codings_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let wav = Sound::speech(48_000, 2, 48_000, 5).encode(folder.path(), "source", Coding::Wav16);
    for (name, options, codec) in [
        ("a.opus", &["-c:a", "libopus", "-f", "ogg"][..], "Opus"),
        ("a.wma", &["-c:a", "wmav2", "-f", "asf"], "Windows Media"),
        ("a.mka", &["-c:a", "flac", "-f", "matroska"], "Matroska"),
        ("a.au", &["-c:a", "pcm_s16be", "-f", "au"], "Sun audio"),
    ] {
        let path = folder.path().join(name);
        run(&[&["ffmpeg", "-loglevel", "error", "-i", "IN"], options, &["OUT"]].concat(), &wav, &path);
        let error = refused(&path);
        assert!(matches!(error, DecodeError::NoSupportedCodec { .. }), "{name}: {error}");
        assert!(error.to_string().contains(codec), "{name}: {error}");
    }
    let video = folder.path().join("silent.mp4");
    let film = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=duration=1:size=64x64", "OUT"];
    run(&film, &wav, &video);
    assert!(matches!(refused(&video), DecodeError::NotAudio { found: LooksLike::SilentVideo, .. }));
}

#[test]
fn a_video_with_sound_gives_its_sound() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Sound::speech(44_100, 2, 88_200, 6);
    let (wav, film) = (sound.encode(folder.path(), "source", Coding::Wav16), folder.path().join("film.mp4"));
    let line = [
        "ffmpeg",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc=duration=2:size=64x64",
        "-i",
        "IN",
        "-c:a",
        "aac",
        "OUT",
    ];
    run(&line, &wav, &film);
    assert_eq!(accepted(&film).facts.frames, 88_200);
}

#[test]
fn impossible_channels_and_rates_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let wav = |channels: u16, rate: u32| {
        let block = channels * 2;
        let mut bytes = b"RIFF".to_vec();
        bytes.extend(1036u32.to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\x00\x00\x00\x01\x00");
        bytes.extend(channels.to_le_bytes());
        bytes.extend(rate.to_le_bytes());
        bytes.extend((rate * u32::from(block)).to_le_bytes());
        bytes.extend(block.to_le_bytes());
        bytes.extend(16u16.to_le_bytes());
        bytes.extend(b"data");
        bytes.extend(1000u32.to_le_bytes());
        bytes.extend([5; 1000]);
        written(folder.path(), &format!("{channels}-{rate}.wav"), bytes)
    };
    assert!(matches!(refused(&wav(0, 44_100)), DecodeError::NoChannels { .. }));
    assert!(matches!(refused(&wav(3, 44_100)), DecodeError::Channels { channels: 3, .. }));
    assert!(matches!(refused(&wav(6, 48_000)), DecodeError::Channels { channels: 6, .. }));
    assert!(matches!(refused(&wav(1, 7_999)), DecodeError::SampleRate { rate: 7_999, .. }));
    assert!(matches!(refused(&wav(2, 384_000)), DecodeError::SampleRate { rate: 384_000, .. }));
    assert_eq!(accepted(&wav(1, 8_000)).facts.sample_rate, 8_000);
    assert_eq!(accepted(&wav(2, 192_000)).facts.sample_rate, 192_000);
}

#[test]
fn every_rate_from_8_to_192_khz_in_mono_and_stereo_comes_in() {
    let folder = tempfile::tempdir().unwrap();
    for (rate, channels) in [(8_000, 1), (11_025, 1), (16_000, 2), (24_000, 1), (88_200, 2), (96_000, 2), (192_000, 2)]
    {
        for coding in [Coding::Wav24, Coding::Flac, Coding::Alac, Coding::Vorbis, Coding::Mp3Ffmpeg, Coding::AacPlain] {
            let (mp3, aac) = (coding == Coding::Mp3Ffmpeg, coding == Coding::AacPlain);
            if (mp3 && rate > 48_000) || (aac && rate > 96_000) || (mp3 && rate == 8_000) {
                continue; // The coding has no such rate, or not at this bit rate.
            }
            let facts =
                accepted(&Sound::speech(rate, channels, u64::from(rate), 1).encode(folder.path(), "rate", coding))
                    .facts;
            let found = (facts.sample_rate, facts.channels, facts.frames);
            assert_eq!(found, (rate, channels, u64::from(rate)), "{coding:?} at {rate} Hz");
        }
    }
}

#[test]
fn a_cut_off_file_is_told_with_how_much_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Sound::speech(44_100, 2, 441_000, 11);
    let limits = Limits { duration_min: None, duration_max: None, target_lufs: -16.0, peak_cap_dbtp: -1.0 };
    for coding in [Coding::Mp3, Coding::Mp3Vbr, Coding::Mp3Bare, Coding::Wav16, Coding::Flac, Coding::Vorbis] {
        let whole = fs::read(sound.encode(folder.path(), "whole", coding)).unwrap();
        let path = written(folder.path(), "cut", &whole[..whole.len() * 6 / 10 + 1]);
        let analysis = accepted(&path);
        let cut = analysis.defects.truncated.unwrap_or_else(|| panic!("{coding:?} passes for whole"));
        let share = cut.found.as_secs_f64() / 10.0;
        assert!((0.4..0.75).contains(&share), "{coding:?}: {share}");
        // Without its tag an MP3 does not say how long it was; an Ogg file says so only on its last page, which is gone.
        let silent = matches!(coding, Coding::Mp3Bare | Coding::Vorbis);
        assert_eq!(cut.declared, (!silent).then_some(Duration::from_secs(10)), "{coding:?}");
        let verdict = judge(&analysis.facts, analysis.defects, &limits, DurationRule::Warn, None);
        assert!(!verdict.accepted());
        assert!(verdict.refusals[0].english().starts_with("cut off"), "{:?}", verdict.refusals);
    }
    let whole = fs::read(sound.encode(folder.path(), "whole", Coding::Aiff)).unwrap();
    let error = refused(&written(folder.path(), "cut.aiff", &whole[..whole.len() / 2]));
    assert!(matches!(&error, DecodeError::Damaged { fault, .. } if fault.contains("too early")), "{error}");
    // ffmpeg writes the table of contents of an M4A last, or first when asked to.
    let whole = fs::read(sound.encode(folder.path(), "whole", Coding::Aac)).unwrap();
    let error = refused(&written(folder.path(), "cut.m4a", &whole[..whole.len() / 2]));
    assert!(matches!(&error, DecodeError::Damaged { fault, .. } if fault.contains("moov")), "{error}");
    let (wav, fast) = (sound.encode(folder.path(), "source", Coding::Wav16), folder.path().join("fast.m4a"));
    run(&["ffmpeg", "-loglevel", "error", "-i", "IN", "-c:a", "aac", "-movflags", "+faststart", "OUT"], &wav, &fast);
    let whole = fs::read(&fast).unwrap();
    let cut = accepted(&written(folder.path(), "cut.m4a", &whole[..whole.len() * 6 / 10])).defects.truncated.unwrap();
    assert_eq!(cut.declared, Some(Duration::from_secs(10)));
    assert!((4.0..7.5).contains(&cut.found.as_secs_f64()), "{cut:?}");
}

#[test]
fn damage_in_the_middle_becomes_silence_of_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Sound::sine(44_100, 2, 441_000, 440.0, -12.0);
    for coding in [Coding::Mp3, Coding::Mp3Bare, Coding::Flac] {
        let mut bytes = fs::read(sound.encode(folder.path(), "whole", coding)).unwrap();
        let (from, length) = (bytes.len() / 2, bytes.len() / 50);
        bytes[from..from + length].fill(0);
        let path = written(folder.path(), "damaged", &bytes);
        let analysis = accepted(&path);
        assert!(analysis.facts.corrupt_packets > 0, "{coding:?}");
        assert_eq!(analysis.defects.truncated, None, "{coding:?}");
        let off = analysis.facts.frames.abs_diff(441_000);
        let allowed = if coding == Coding::Mp3Bare { 1152 * 3 } else { 0 };
        assert!(off <= allowed, "{coding:?}: time slips by {off} frames");
        // 2 % of the bytes are 0.2 s of the sound, and a frame or two at each edge.
        let silence = analysis.facts.inner_silence_ms_max;
        assert!((100..=500).contains(&silence), "{coding:?}: {silence} ms of silence");
        // What is behind the damage is where it was.
        let mut decoder = Decoder::open(&path).unwrap();
        let mut whole = Decoder::open(&folder.path().join(format!("whole.{}", coding.extension()))).unwrap();
        for decoder in [&mut decoder, &mut whole] {
            decoder.seek(400_000).unwrap();
        }
        let (one, other) = (decoder.next_block().unwrap().unwrap(), whole.next_block().unwrap().unwrap());
        if coding == Coding::Mp3Bare {
            // Nothing says how many frames are lost: right to a frame.
            continue;
        }
        assert_eq!(one, other, "{coding:?}");
    }
}

#[test]
fn seeking_in_a_damaged_file_is_as_exact_as_in_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let seed = 48;
    let mut random = fastrand::Rng::with_seed(seed);
    let sound = Sound::speech(22_050, 1, 22_050 * 20, seed);
    for coding in [Coding::Mp3, Coding::Mp3Vbr, Coding::Mp3Low, Coding::Flac] {
        let mut bytes = fs::read(sound.encode(folder.path(), "whole", coding)).unwrap();
        for _ in 0..5 {
            let from = random.usize(bytes.len() / 10..bytes.len() * 9 / 10);
            let length = random.usize(1..3000).min(bytes.len() - from);
            bytes[from..from + length].fill(0);
        }
        let path = written(folder.path(), "damaged", &bytes);
        let mut decoder = Decoder::open(&path).unwrap();
        let mut linear = Vec::new();
        while let Some(block) = decoder.next_block().unwrap() {
            assert_eq!(block.frame, linear.len() as u64, "{coding:?}: no jump in time");
            linear.extend_from_slice(block.samples);
        }
        assert!(decoder.corrupt_packets() > 0, "{coding:?}");
        for _ in 0..50 {
            let frame = random.usize(0..linear.len());
            decoder.seek(frame as u64).unwrap();
            let mut heard = Vec::new();
            while heard.len() < 5000
                && let Some(block) = decoder.next_block().unwrap()
            {
                heard.extend_from_slice(block.samples);
            }
            let there = &linear[frame..(frame + heard.len()).min(linear.len())];
            assert_eq!(heard.len(), there.len(), "{coding:?} from {frame}, seed {seed}");
            assert!(heard == there, "{coding:?} from {frame} of {}, seed {seed}", linear.len());
        }
    }
}

#[test]
fn numbers_that_are_none_become_zeros_and_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut sound = Sound::sine(44_100, 2, 44_100, 440.0, -12.0);
    for (index, value) in [(100, f32::NAN), (101, f32::INFINITY), (5_000, f32::NEG_INFINITY), (88_199, f32::NAN)] {
        sound.samples[index] = value;
    }
    sound.samples[200] = 3.5;
    let path = sound.encode(folder.path(), "odd", Coding::WavFloat);
    let analysis = accepted(&path);
    assert_eq!(analysis.defects.mended_samples, 4);
    assert_eq!(analysis.facts.clipped_samples, 1);
    let peak = analysis.facts.true_peak_dbtp.unwrap();
    assert!((10.8..12.0).contains(&peak), "{peak}: 3.5 times full scale is 10.9 dB above it");
    assert!(analysis.facts.loudness_lufs.unwrap().is_finite());
    let mut decoder = Decoder::open(&path).unwrap();
    let first = decoder.next_block().unwrap().unwrap();
    assert_eq!((first.samples[100], first.samples[101], first.samples[200]), (0.0, 0.0, 3.5));
}

#[test]
fn a_file_of_one_sample_is_a_file_of_one_sample() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Sound { rate: 44_100, channels: 1, samples: vec![0.5] };
    for coding in
        [Coding::Wav16, Coding::WavFloat, Coding::Flac, Coding::Alac, Coding::Aiff, Coding::Mp3, Coding::Vorbis]
    {
        let path = sound.encode(folder.path(), "one", coding);
        let facts = accepted(&path).facts;
        assert_eq!(facts.frames, 1, "{coding:?}");
        assert_eq!(facts.loudness_lufs, None, "{coding:?}");
        let mut decoder = Decoder::open(&path).unwrap();
        decoder.seek(0).unwrap();
        assert_eq!(decoder.next_block().unwrap().unwrap().samples.len(), 1, "{coding:?}");
        decoder.seek(1).unwrap();
        assert_eq!(decoder.next_block().unwrap(), None, "{coding:?}");
    }
    let none = Sound { rate: 44_100, channels: 1, samples: Vec::new() };
    let error = refused(&none.encode(folder.path(), "none", Coding::Wav16));
    assert!(matches!(error, DecodeError::Damaged { .. }), "{error}");
}

/// Set in the child process of the test below.
const LONG: &str = "LOA_TEST_LONG";
/// What the child may have held in memory at any moment.
const LONG_KIB_MAX: u64 = 64 * 1024;

#[test]
fn three_hours_are_measured_in_little_memory_and_found_too_long() {
    let Some(folder) = std::env::var_os(LONG).map(PathBuf::from) else {
        // In a process of its own, whose memory is nobody else's.
        let folder = tempfile::tempdir().unwrap();
        let this = "bad_input::audio_files::three_hours_are_measured_in_little_memory_and_found_too_long";
        let mut child = Command::new(std::env::current_exe().unwrap());
        let done = child.args([this, "--exact", "--nocapture"]).env(LONG, folder.path()).output().unwrap();
        assert!(
            done.status.success(),
            "{}{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        );
        assert!(folder.path().join("child-was-here").exists(), "the child ran this very test");
        return;
    };
    let rate = 8_000;
    let (wav, flac) = (folder.join("long.wav"), folder.join("long.flac"));
    let minute =
        Sound::sine(rate, 1, u64::from(rate) * 20, 440.0, -20.0).then(&Sound::silence(rate, 1, u64::from(rate) * 40));
    minute.write_wav_repeated(&wav, 180);
    Coding::Flac.convert(&wav, &flac);
    for path in [wav, flac] {
        let analysis = accepted(&path);
        assert_eq!(analysis.facts.frames, 3 * 3600 * u64::from(rate));
        assert_eq!((analysis.facts.tail_silence_ms, analysis.facts.inner_silence_ms_max), (40_000, 40_000));
        let most = Some(Duration::from_secs(900));
        let limits = Limits { duration_min: None, duration_max: most, target_lufs: -16.0, peak_cap_dbtp: -1.0 };
        let verdict = judge(&analysis.facts, analysis.defects, &limits, DurationRule::Refuse, None);
        assert_eq!(verdict.refusals[0].english(), "3 h: longer than the 15 min the campaign asks");
    }
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak_kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak_kib < LONG_KIB_MAX, "{peak_kib} KiB");
    fs::write(folder.join("child-was-here"), b"").unwrap();
}

#[test]
fn tags_with_large_pictures_are_stepped_over() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Sound::speech(44_100, 2, 88_200, 12);
    let picture: Vec<u8> = (0..3_000_000u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut tag = b"ID3\x04\x00\x00".to_vec();
    let length = picture.len() + 10 + 24;
    tag.extend((0..4).rev().map(|part| (length >> (7 * part) & 0x7f) as u8));
    tag.extend(b"APIC");
    let length = picture.len() + 24;
    tag.extend((0..4).rev().map(|part| (length >> (7 * part) & 0x7f) as u8));
    tag.extend(b"\x00\x00\x00image/jpeg\x00\x03front cover\x00");
    tag.truncate(10 + 10 + 24);
    tag.extend(&picture);
    for coding in [Coding::Mp3, Coding::Mp3Vbr, Coding::Flac] {
        let bare = fs::read(sound.encode(folder.path(), "bare", coding)).unwrap();
        // Two tags in front, as some editors leave, and an old one behind.
        let old = if coding == Coding::Flac { Vec::new() } else { [&b"TAG"[..], &[b' '; 125]].concat() };
        let tagged = [&tag[..], &tag, &bare, &old].concat();
        let analysis = accepted(&written(folder.path(), "tagged.mp3", tagged));
        assert_eq!((analysis.facts.frames, analysis.facts.corrupt_packets), (88_200, 0), "{coding:?}");
        assert_eq!(analysis.defects.truncated, None, "{coding:?}");
    }
}

#[test]
fn recordings_glued_together_play_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (Sound::speech(44_100, 2, 88_200, 13), Sound::speech(44_100, 2, 44_100, 14));
    let one = fs::read(one.encode(folder.path(), "one", Coding::Mp3)).unwrap();
    let other = fs::read(other.encode(folder.path(), "other", Coding::Mp3)).unwrap();
    let analysis = accepted(&written(folder.path(), "glued.mp3", [&one[..], &other].concat()));
    assert_eq!(analysis.defects.truncated, None);
    // Both, with the padding between them that cannot be known to be none.
    assert!((132_300..132_300 + 4 * 1152).contains(&analysis.facts.frames), "{}", analysis.facts.frames);
    assert!(analysis.facts.corrupt_packets <= 1);
}
