//! Programmes that are made up: people who read, and tunes.

#![allow(unreachable_pub, reason = "one crate of tests; its helpers are for all of it")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Rate of what is made here, in Hz.
pub const RATE: u32 = 8_000;
/// Syllables of an office, from which texts are drawn.
const SYLLABLES: &str = "thông báo thị trấn ủy ban nhân dân cải cách hành chính thủ tục bà con xã hội chuyển đổi số dịch vụ công trực \
    tuyến hồ sơ tiếp nhận kết quả thực hiện kế hoạch tuyên truyền đài thanh sáng chiều tối ngày mai cây lúa mùa màng nước \
    sạch vệ sinh môi trường đường làng ngõ xóm trường học trẻ em người già y tế tiêm phòng giấy phép đất đai thuế phí lệ";
/// People who read.
pub const VOICES: [&str; 6] = ["vi", "vi-vn-x-central", "vi-vn-x-south", "vi+f2", "vi+m3", "vi+f4"];

/// Words in a row that make no sense, but sound as if they did.
pub fn text(seed: u64, syllables: usize) -> String {
    let list: Vec<&str> = SYLLABLES.split_whitespace().collect();
    let mut random = fastrand::Rng::with_seed(seed);
    let word = |at: usize| if at % 11 == 10 { ". " } else { " " };
    (0..syllables).map(|at| format!("{}{}", list[random.usize(..list.len())], word(at))).collect()
}

/// A person who reads; `seconds` of it.
pub fn speech(seed: u64, voice: &str, seconds: usize) -> Vec<f32> {
    let spoken = Command::new("espeak-ng")
        .args(["-v", voice, "-s", "150", "--stdout", &text(seed, seconds * 5)])
        .stdin(Stdio::null())
        .output()
        .expect("espeak-ng speaks");
    let mut sound = through(&["-f", "wav", "-i", "-"], &spoken.stdout);
    assert!(sound.len() >= seconds * RATE as usize, "{} samples", sound.len());
    sound.truncate(seconds * RATE as usize);
    sound
}

/// Sound through ffmpeg, to mono samples of the rate.
pub fn through(from: &[&str], bytes: &[u8]) -> Vec<f32> {
    let rate = RATE.to_string();
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error"])
        .args(from)
        .args(["-f", "f32le", "-ac", "1", "-ar", &rate, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("ffmpeg starts");
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    output.stdout.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

/// A tune of plucked notes: five scales' worth of phrases that come back, as a signature tune has.
pub fn tune(seed: u64, seconds: usize) -> Vec<f32> {
    let mut random = fastrand::Rng::with_seed(seed ^ 0x5eed);
    let pace = [0.25, 0.3, 0.5][random.usize(..3)];
    let ground = 220.0 * 2_f64.powf(random.f64());
    let phrase: Vec<usize> = (0..16).map(|_| random.usize(..8)).collect();
    let scale = [0.0, 2.0, 4.0, 7.0, 9.0, 12.0, 14.0, 16.0];
    let mut sound = Vec::with_capacity(seconds * RATE as usize);
    for at in 0.. {
        let note = if random.f64() < 0.6 { phrase[at % 16] } else { random.usize(..8) };
        let step = std::f64::consts::TAU * ground * 2_f64.powf(scale[note] / 12.0) / f64::from(RATE);
        for frame in 0..(pace * f64::from(RATE)) as usize {
            let time = frame as f64;
            let fading = 0.2 * (-3.0 * time / f64::from(RATE)).exp();
            let voices: f64 = (1..=4).map(|over| (step * time * f64::from(over)).sin() / f64::from(over)).sum();
            sound.push((fading * voices) as f32);
            if sound.len() == seconds * RATE as usize {
                return sound;
            }
        }
    }
    sound
}

/// A person who reads into a file, as [`speech`], at 48 kHz.
pub fn speech_file(file: &Path, seed: u64, voice: &str, seconds: usize) {
    let raw: Vec<u8> = speech(seed, voice, seconds).iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let rate = RATE.to_string();
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "f32le", "-ac", "1", "-ar", &rate, "-i", "-", "-ar", "48000"])
        .arg(file)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&raw).unwrap();
    assert!(child.wait().unwrap().success());
}
