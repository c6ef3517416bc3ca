//! The decoder against the files that encoders in use write.

use std::path::Path;

use loa::audio::decode::Decoder;

use crate::support::sound::{Coding, Sound, run};

/// Everything that a decoder hands out from here to the end.
fn rest(decoder: &mut Decoder) -> Vec<f32> {
    let mut samples = Vec::new();
    let mut expected = decoder.position();
    while let Some(block) = decoder.next_block().unwrap() {
        assert_eq!(block.frame, expected, "blocks follow each other");
        samples.extend_from_slice(block.samples);
        expected = decoder.position();
    }
    samples
}

fn decode(path: &Path) -> (Decoder, Vec<f32>) {
    let mut decoder = Decoder::open(path).unwrap();
    let samples = rest(&mut decoder);
    (decoder, samples)
}

/// The lag at which two recordings fit best, in frames, searched within `reach`.
fn lag(original: &[f32], decoded: &[f32], channels: usize, reach: i64) -> i64 {
    let frames = original.len().min(decoded.len()) / channels;
    let fit = |lag: i64| -> f64 {
        (reach..frames as i64 - reach)
            .map(|frame| {
                let there = (frame + lag) as usize * channels;
                f64::from(original[frame as usize * channels]) * f64::from(decoded[there])
            })
            .sum()
    };
    (-reach..=reach).max_by(|&one, &other| fit(one).total_cmp(&fit(other))).unwrap()
}

/// 1 for the same, 0 for unrelated sounds; 1 for two silences.
fn likeness(one: &[f32], other: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    let energy = (dot(one, one) * dot(other, other)).sqrt();
    if energy < 1e-3 { 1.0 } else { dot(one, other) / energy }
}

#[test]
fn a_recording_keeps_its_length_and_place_through_every_encoder() {
    let folder = tempfile::tempdir().unwrap();
    for (rate, channels, frames) in
        [(44_100, 2, 100_003), (48_000, 1, 77_777), (22_050, 2, 51_200), (32_000, 1, 32_768)]
    {
        let sound = Sound::speech(rate, channels, frames, 7);
        for coding in Coding::ALL {
            let low = coding == Coding::Mp3Low;
            if low && rate != 22_050 {
                continue;
            }
            let what = format!("{coding:?} at {rate} Hz, {channels} channels");
            assert_eq!(sound.frames(), frames);
            let path = sound.encode(folder.path(), "clip", coding);
            let (decoder, samples) = decode(&path);
            assert_eq!((decoder.sample_rate(), decoder.channels()), (rate, channels), "{what}");
            assert_eq!((decoder.corrupt_packets(), decoder.mended_samples()), (0, 0), "{what}");
            assert_eq!(decoder.truncation(), None, "{what}");
            if coding.keeps_length() {
                assert_eq!(decoder.frames_declared(), Some(frames), "{what}");
                assert_eq!(samples.len(), sound.samples.len(), "{what}");
                assert_eq!(lag(&sound.samples, &samples, usize::from(channels), 300), 0, "{what}");
            }
            if coding.lossless() {
                let worst = sound.samples.iter().zip(&samples).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst <= 0.5 / 32_768.0 + 1e-7, "{what}: off by {worst}");
            }
        }
    }
}

#[test]
fn every_format_says_what_it_is_whatever_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Sound::speech(44_100, 2, 20_000, 8);
    for (coding, format) in [
        (Coding::Wav16, "wav"),
        (Coding::Mp3, "mp3"),
        (Coding::Aac, "m4a/aac"),
        (Coding::Alac, "m4a/alac"),
        (Coding::Flac, "flac"),
        (Coding::Vorbis, "ogg/vorbis"),
        (Coding::Aiff, "aiff"),
    ] {
        let path = sound.encode(folder.path(), "clip", coding);
        let wrong = folder.path().join("clip.xlsx");
        std::fs::rename(&path, &wrong).unwrap();
        let (decoder, samples) = decode(&wrong);
        assert_eq!(decoder.format(), format);
        assert_eq!(samples.len(), sound.samples.len(), "{format}");
    }
}

#[test]
fn a_seek_lands_on_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    let seed = 20_261_123;
    let mut random = fastrand::Rng::with_seed(seed);
    // Longer than the detour of a seek in Ogg, so that the seek of the container is really used.
    let sound = Sound::speech(22_050, 2, 22_050 * 60 + 123, seed);
    for coding in Coding::ALL {
        let path = sound.encode(folder.path(), "clip", coding);
        let (_, linear) = decode(&path);
        let mut decoder = Decoder::open(&path).unwrap();
        let frames = linear.len() as u64 / 2;
        let edges = [0, 1, 1151, 1152, frames - 2, frames - 1];
        for frame in edges.into_iter().chain((0..50).map(|_| random.u64(0..frames))) {
            decoder.seek(frame).unwrap();
            let block = decoder.next_block().unwrap().unwrap_or_else(|| panic!("{coding:?}: nothing at {frame}"));
            assert_eq!(block.frame, frame);
            let from = frame as usize * 2;
            let mut heard = block.samples.to_vec();
            while heard.len() < 6000
                && let Some(block) = decoder.next_block().unwrap()
            {
                heard.extend_from_slice(block.samples);
            }
            let there = &linear[from..(from + heard.len()).min(linear.len())];
            assert_eq!(heard.len(), there.len(), "{coding:?} from {frame} of {frames}, seed {seed}");
            if coding == Coding::Aac {
                // Noise that the decoder is asked to make up is not the same from place to place; the rest is.
                assert!(likeness(&heard, there) > 0.9, "{coding:?} from {frame} of {frames}, seed {seed}");
            } else {
                let worst = heard.iter().zip(there).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst <= 0.0, "{coding:?} from {frame} of {frames}: off by {worst}, seed {seed}");
            }
        }
        decoder.seek(frames).unwrap();
        assert_eq!(decoder.next_block().unwrap(), None, "{coding:?}: nothing follows the end");
        decoder.seek(0).unwrap();
        assert_eq!(rest(&mut decoder), linear, "{coding:?}: from the head again, all of it");
    }
}

#[test]
fn a_sweep_comes_out_where_it_went_in() {
    // Speech has pauses in which a shift would not show; a sweep is different everywhere.
    let folder = tempfile::tempdir().unwrap();
    let sound = Sound::chirp(44_100, 1, 60_000);
    for coding in [Coding::Mp3, Coding::Mp3Ffmpeg, Coding::Aac, Coding::Vorbis] {
        let (_, samples) = decode(&sound.encode(folder.path(), "sweep", coding));
        assert_eq!(lag(&sound.samples, &samples, 1, 40), 0, "{coding:?}");
        assert!(likeness(&sound.samples, &samples) > 0.9, "{coding:?}");
    }
}

#[test]
fn files_written_to_a_pipe_and_rarer_containers_play_whole() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Sound::noise(44_100, 2, 100_003, 0.3, 4);
    let wav = sound.encode(folder.path(), "source", Coding::Wav16);
    let convert = |name: &str, line: &[&str], declared: Option<u64>, format: &str| {
        let path = folder.path().join(name);
        run(line, &wav, &path);
        let (decoder, samples) = decode(&path);
        assert_eq!((decoder.format(), decoder.frames_declared()), (format, declared), "{name}");
        assert_eq!((decoder.truncation(), decoder.corrupt_packets()), (None, 0), "{name}");
        samples.len() as u64 / 2
    };
    // A pipe cannot go back to fill in the length.
    let piped = ["sh", "-c", "ffmpeg -loglevel error -i \"$1\" -f wav - > \"$2\"", "sh", "IN", "OUT"];
    assert_eq!(convert("piped.wav", &piped, None, "wav"), 100_003);
    let piped = ["sh", "-c", "ffmpeg -loglevel error -i \"$1\" -f flac - > \"$2\"", "sh", "IN", "OUT"];
    assert_eq!(convert("piped.flac", &piped, None, "flac"), 100_003);
    let caf = ["ffmpeg", "-loglevel", "error", "-i", "IN", "-c:a", "pcm_s16le", "OUT"];
    assert_eq!(convert("plain.caf", &caf, Some(100_003), "caf/pcm"), 100_003);
    // A bare AAC stream says nothing of its length or its delay.
    let adts = ["ffmpeg", "-loglevel", "error", "-i", "IN", "-c:a", "aac", "OUT"];
    let frames = convert("bare.aac", &adts, None, "aac");
    assert!((100_003..100_003 + 3 * 1024).contains(&frames), "{frames}");
    // Sound in a QuickTime file, in small pieces, the table of contents first or in fragments.
    let mov = ["ffmpeg", "-loglevel", "error", "-i", "IN", "-c:a", "aac", "-f", "mov", "OUT"];
    assert_eq!(convert("sound.mov", &mov, Some(100_003), "m4a/aac"), 100_003);
}

#[test]
fn a_decoder_can_be_handed_to_another_thread() {
    fn goes_anywhere<T: Send + 'static>() {}
    goes_anywhere::<Decoder>();
}
