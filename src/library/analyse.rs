//! One pass over a recording: is it whole, how long, how loud, where silent, and what are its bytes.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use crate::audio::decode::{DecodeError, Decoder, Truncation};
use crate::domain::clip::{AudioFacts, Digest, duration_to_frames, frames_to_duration};
use crate::domain::intake::{Defects, Truncated};

use super::error::ImportError;
use super::meter::{Measured, Meter};
use super::waveform::Waveform;

/// Longest recording that is measured to its end. A programme lasts minutes; beyond this a file is broken or hostile.
pub const LENGTH_MAX: Duration = Duration::from_secs(12 * 3600);

/// Bytes read at once for the digest.
const READ_BYTES: usize = 256 * 1024;
/// Seconds of sound between two words to the caller.
const PROGRESS_SECONDS: u64 = 10;

/// What is known of a recording after one pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// What the library keeps.
    pub facts: AudioFacts,
    /// What the decoder met on the way.
    pub defects: Defects,
    /// Its picture.
    pub waveform: Waveform,
    /// Size of the file.
    pub bytes: u64,
}

/// How far an analysis is: 0 to 1.
pub type Progress<'a> = &'a mut dyn FnMut(f64) -> ControlFlow<()>;

/// Measures a whole recording through the very decoder that will play it.
///
/// `progress` is told the share done now and then, and may stop the work.
///
/// # Errors
/// When the file cannot be played, is longer than [`LENGTH_MAX`], changes meanwhile, or `progress` says stop.
pub fn analyse(path: &Path, progress: Progress<'_>) -> Result<Analysis, ImportError> {
    let before = stamp(path)?;
    // First the decoder: it knows what is wrong with a file, and says so better than a failed read.
    let mut decoder = Decoder::open(path)?;
    let digest = digest_of(path)?;
    let measured = measure(path, &mut decoder, progress)?;
    if stamp(path)? != before {
        return Err(ImportError::Changed { path: path.to_owned() });
    }
    let rate = decoder.sample_rate();
    let facts = AudioFacts {
        digest,
        format: decoder.format().to_owned(),
        frames: measured.frames,
        sample_rate: rate,
        channels: decoder.channels(),
        loudness_lufs: measured.loudness_lufs,
        true_peak_dbtp: measured.true_peak_dbtp,
        head_silence_ms: measured.head_silence_ms,
        tail_silence_ms: measured.tail_silence_ms,
        inner_silence_ms_max: measured.inner_silence_ms_max,
        clipped_samples: measured.clipped_samples,
        corrupt_packets: decoder.corrupt_packets(),
    };
    let truncated = decoder.truncation().map(|truncation| truncated(truncation, rate));
    let defects = Defects { truncated, mended_samples: decoder.mended_samples() };
    Ok(Analysis { facts, defects, waveform: measured.waveform, bytes: before.bytes })
}

fn truncated(truncation: Truncation, rate: u32) -> Truncated {
    Truncated {
        declared: truncation.declared.map(|frames| frames_to_duration(frames, rate)),
        found: frames_to_duration(truncation.decoded, rate),
    }
}

fn measure(path: &Path, decoder: &mut Decoder, progress: Progress<'_>) -> Result<Measured, ImportError> {
    let rate = decoder.sample_rate();
    // Rate and channels are in the range that the decoder lets pass; the meter takes all of it.
    let refused = |error: ebur128::Error| ImportError::Read { path: path.to_owned(), source: io::Error::other(error) };
    let mut meter = Meter::new(rate, decoder.channels()).map_err(refused)?;
    let total = decoder.frames_declared().unwrap_or(0).max(1);
    let most = duration_to_frames(LENGTH_MAX, rate);
    let step = PROGRESS_SECONDS * u64::from(rate);
    let mut told = 0;
    while let Some(block) = decoder.next_block()? {
        let done = block.frame;
        meter.add(block.samples).map_err(refused)?;
        if done > most {
            return Err(ImportError::TooLong { path: path.to_owned(), decoded: frames_to_duration(done, rate) });
        }
        if done >= told + step {
            told = done;
            if progress((done as f64 / total as f64).min(1.0)).is_break() {
                return Err(ImportError::Stopped);
            }
        }
    }
    meter.finish().map_err(refused)
}

/// The digest of a file's bytes.
///
/// # Errors
/// When reading fails.
pub(super) fn digest_of(path: &Path) -> Result<Digest, ImportError> {
    let unreadable = |source| ImportError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Digest(*hasher.finalize().as_bytes())),
            Ok(read) => hasher.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(error)),
        };
    }
}

/// What tells that a file was written to.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    inode: u64,
    modified: (i64, i64),
}

fn stamp(path: &Path) -> Result<Stamp, ImportError> {
    let of =
        |file: Metadata| Stamp { bytes: file.len(), inode: file.ino(), modified: (file.mtime(), file.mtime_nsec()) };
    let unreadable = |source| DecodeError::Unreadable { path: path.to_owned(), source };
    Ok(std::fs::metadata(path).map(of).map_err(unreadable)?)
}
