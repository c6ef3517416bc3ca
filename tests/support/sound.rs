//! Test sounds, and files of them in every format that a station is given.

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Interleaved samples, full scale at 1.0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sound {
    /// In Hz.
    pub(crate) rate: u32,
    /// 1 or 2.
    pub(crate) channels: u16,
    /// Interleaved.
    pub(crate) samples: Vec<f32>,
}

impl Sound {
    /// The same function of the frame number on every channel.
    pub(crate) fn of(rate: u32, channels: u16, frames: u64, mut wave: impl FnMut(u64) -> f64) -> Self {
        let samples = (0..frames).flat_map(|frame| std::iter::repeat_n(wave(frame) as f32, usize::from(channels)));
        let samples = samples.collect();
        Self { rate, channels, samples }
    }

    pub(crate) fn silence(rate: u32, channels: u16, frames: u64) -> Self {
        Self::of(rate, channels, frames, |_| 0.0)
    }

    /// `level_dbfs` is that of the peaks.
    pub(crate) fn sine(rate: u32, channels: u16, frames: u64, hertz: f64, level_dbfs: f64) -> Self {
        Self::sine_from(rate, channels, frames, hertz, level_dbfs, 0.0)
    }

    /// With the phase of the first frame, in turns.
    pub(crate) fn sine_from(rate: u32, channels: u16, frames: u64, hertz: f64, level_dbfs: f64, turns: f64) -> Self {
        let level = 10f64.powf(level_dbfs / 20.0);
        Self::of(rate, channels, frames, |frame| level * (TAU * (frame as f64 * hertz / f64::from(rate) + turns)).sin())
    }

    /// A sweep over the band, so that no two places sound the same.
    pub(crate) fn chirp(rate: u32, channels: u16, frames: u64) -> Self {
        let (from, to) = (100.0, f64::from(rate) * 0.35);
        let seconds = frames as f64 / f64::from(rate);
        Self::of(rate, channels, frames, |frame| {
            let at = frame as f64 / f64::from(rate);
            0.5 * (TAU * (from * at + (to - from) * at * at / (2.0 * seconds))).sin()
        })
    }

    /// White noise, different on each channel.
    pub(crate) fn noise(rate: u32, channels: u16, frames: u64, level: f32, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let samples = (0..frames * u64::from(channels)).map(|_| level * (2.0 * random.f32() - 1.0)).collect();
        Self { rate, channels, samples }
    }

    /// Something like speech: bursts of filtered noise and tones with pauses, different on each channel.
    pub(crate) fn speech(rate: u32, channels: u16, frames: u64, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut low = vec![0f32; usize::from(channels)];
        let mut samples = Vec::with_capacity((frames * u64::from(channels)) as usize);
        let (mut left, mut loud, mut hertz) = (0u64, 0.0f32, 200.0f64);
        for frame in 0..frames {
            if left == 0 {
                left = u64::from(rate) / 20 + random.u64(0..u64::from(rate) / 4);
                loud = if random.u8(0..4) == 0 { 0.0 } else { 0.1 + 0.3 * random.f32() };
                hertz = 120.0 + 400.0 * random.f64();
            }
            left -= 1;
            let tone = (TAU * hertz * frame as f64 / f64::from(rate)).sin() as f32;
            for low in &mut low {
                *low = 0.8 * *low + 0.2 * (2.0 * random.f32() - 1.0);
                samples.push(loud * (0.6 * tone + 0.8 * *low));
            }
        }
        Self { rate, channels, samples }
    }

    pub(crate) fn frames(&self) -> u64 {
        self.samples.len() as u64 / u64::from(self.channels)
    }

    /// One after the other.
    pub(crate) fn then(mut self, next: &Self) -> Self {
        assert_eq!((self.rate, self.channels), (next.rate, next.channels));
        self.samples.extend_from_slice(&next.samples);
        self
    }

    /// Writes a WAV of 16 bits; what is beyond full scale is clipped.
    pub(crate) fn write_wav(&self, path: &Path) {
        let mut writer = self.writer(path, 16, hound::SampleFormat::Int);
        for sample in &self.samples {
            writer.write_sample((sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16).unwrap();
        }
        writer.finalize().unwrap();
    }

    pub(crate) fn write_wav_24(&self, path: &Path) {
        let mut writer = self.writer(path, 24, hound::SampleFormat::Int);
        for sample in &self.samples {
            let whole = (f64::from(*sample) * 8_388_608.0).round().clamp(-8_388_608.0, 8_388_607.0);
            writer.write_sample(whole as i32).unwrap();
        }
        writer.finalize().unwrap();
    }

    /// Writes a WAV of floats, with whatever is in them.
    pub(crate) fn write_wav_float(&self, path: &Path) {
        let mut writer = self.writer(path, 32, hound::SampleFormat::Float);
        for sample in &self.samples {
            writer.write_sample(*sample).unwrap();
        }
        writer.finalize().unwrap();
    }

    /// Writes a WAV that is this sound over and over, without ever holding more than one of it.
    pub(crate) fn write_wav_repeated(&self, path: &Path, times: u32) {
        let mut writer = self.writer(path, 16, hound::SampleFormat::Int);
        for _ in 0..times {
            for sample in &self.samples {
                writer.write_sample((sample * 32_767.0) as i16).unwrap();
            }
        }
        writer.finalize().unwrap();
    }

    fn writer(&self, path: &Path, bits_per_sample: u16, sample_format: hound::SampleFormat) -> Writer {
        let (channels, sample_rate) = (self.channels, self.rate);
        hound::WavWriter::create(path, hound::WavSpec { channels, sample_rate, bits_per_sample, sample_format })
            .unwrap()
    }

    /// Writes the sound as `name` in `folder`, in this coding.
    pub(crate) fn encode(&self, folder: &Path, name: &str, coding: Coding) -> PathBuf {
        let path = folder.join(format!("{name}.{}", coding.extension()));
        match coding {
            Coding::Wav16 => self.write_wav(&path),
            Coding::Wav24 => self.write_wav_24(&path),
            Coding::WavFloat => self.write_wav_float(&path),
            coding => {
                let wav = folder.join(format!("{name}-{}.source.wav", coding.extension()));
                self.write_wav(&wav);
                coding.convert(&wav, &path);
                std::fs::remove_file(wav).unwrap();
            }
        }
        path
    }
}

type Writer = hound::WavWriter<std::io::BufWriter<std::fs::File>>;

/// What a station is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Wav16,
    Wav24,
    WavFloat,
    /// LAME, 128 kbit/s.
    Mp3,
    /// LAME, variable bit rate.
    Mp3Vbr,
    /// LAME, 32 kbit/s: every frame leans on many before it, and none is large enough for the tag.
    Mp3Low,
    /// LAME without its tag: nothing says how long it is.
    Mp3Bare,
    /// LAME behind ffmpeg, which writes a tag of its own.
    Mp3Ffmpeg,
    Aac,
    /// AAC without made-up noise, so that it decodes to the same samples from wherever one starts.
    AacPlain,
    Alac,
    Flac,
    Vorbis,
    /// oggenc at its lowest quality: pages of many seconds.
    VorbisLow,
    Aiff,
}

impl Coding {
    pub(crate) const ALL: [Self; 15] = [
        Self::Wav16,
        Self::Wav24,
        Self::WavFloat,
        Self::Mp3,
        Self::Mp3Vbr,
        Self::Mp3Low,
        Self::Mp3Bare,
        Self::Mp3Ffmpeg,
        Self::Aac,
        Self::AacPlain,
        Self::Alac,
        Self::Flac,
        Self::Vorbis,
        Self::VorbisLow,
        Self::Aiff,
    ];

    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Wav16 | Self::Wav24 | Self::WavFloat => "wav",
            Self::Mp3 | Self::Mp3Vbr | Self::Mp3Low | Self::Mp3Bare | Self::Mp3Ffmpeg => "mp3",
            Self::Aac | Self::AacPlain | Self::Alac => "m4a",
            Self::Flac => "flac",
            Self::Vorbis | Self::VorbisLow => "ogg",
            Self::Aiff => "aiff",
        }
    }

    /// Whether a file of it says, one way or another, how many frames it had before.
    pub(crate) const fn keeps_length(self) -> bool {
        !matches!(self, Self::Mp3Bare | Self::Mp3Low)
    }

    pub(crate) const fn lossless(self) -> bool {
        matches!(self, Self::Wav16 | Self::Wav24 | Self::WavFloat | Self::Alac | Self::Flac | Self::Aiff)
    }

    /// Converts a WAV.
    pub(crate) fn convert(self, wav: &Path, to: &Path) {
        let ffmpeg = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-bitexact", "-i", "IN"];
        let with = |rest: &[&'static str]| [&ffmpeg[..], rest, &["OUT"]].concat();
        let line = match self {
            Self::Mp3 => vec!["lame", "--quiet", "-b", "128", "IN", "OUT"],
            Self::Mp3Vbr => vec!["lame", "--quiet", "-V", "4", "IN", "OUT"],
            Self::Mp3Low => vec!["lame", "--quiet", "-b", "32", "--resample", "22.05", "IN", "OUT"],
            Self::Mp3Bare => vec!["lame", "--quiet", "-b", "128", "-t", "IN", "OUT"],
            Self::Mp3Ffmpeg => with(&["-c:a", "libmp3lame", "-b:a", "96k"]),
            Self::Aac => with(&["-c:a", "aac", "-b:a", "96k"]),
            Self::AacPlain => with(&["-c:a", "aac", "-aac_pns", "0", "-b:a", "128k"]),
            Self::Alac => with(&["-c:a", "alac"]),
            Self::Flac => vec!["flac", "--silent", "-f", "-o", "OUT", "IN"],
            Self::Vorbis => vec!["oggenc", "-Q", "-q", "4", "-o", "OUT", "IN"],
            Self::VorbisLow => vec!["oggenc", "-Q", "-q", "-1", "-o", "OUT", "IN"],
            Self::Aiff => with(&["-c:a", "pcm_s16be"]),
            Self::Wav16 | Self::Wav24 | Self::WavFloat => panic!("a WAV is written, not converted"),
        };
        run(&line, wav, to);
    }
}

/// Runs a command line in which `IN` and `OUT` stand for files.
pub(crate) fn run(line: &[&str], input: &Path, output: &Path) {
    let mut command = Command::new(line[0]);
    for word in &line[1..] {
        match *word {
            "IN" => command.arg(input),
            "OUT" => command.arg(output),
            word => command.arg(word),
        };
    }
    let done = command.output().unwrap_or_else(|error| panic!("cannot run {}: {error}", line[0]));
    assert!(done.status.success(), "{line:?}: {}", String::from_utf8_lossy(&done.stderr));
}
