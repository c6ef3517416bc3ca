//! One FLAC file of the programme.
//!
//! Its header is written first, with room for its marks, and kept true as the file grows: what is behind it is on the disk. A
//! power cut leaves a file that plays up to there.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flac_codec::encode::{FlacStreamWriter, Options};
use flac_codec::metadata::{Application, Block, Streaminfo, write_blocks};
use tracing::info;

use super::marks::{MARKS_BYTES, Mark, Marks};
use super::state::{Loudest, Progress};
use crate::audio::frames::{CHANNELS, NANOS_PER_SECOND, Nanos, to_pcm};
use crate::audio::output::recordings::{Form, MARKS_ID, fresh};

/// Frames encoded at once. All but the last block of a file have so many.
const BLOCK_FRAMES: u16 = 4_096;

/// Bits of a sample.
const BITS: u32 = 16;

/// Where the number of frames stands in the file: the last 36 bits of eight bytes in the stream's own description.
const FRAMES_AT: u64 = 18;

/// Most frames that a file can say it has.
const FRAMES_MAX: u64 = (1 << 36) - 1;

/// Room that a recording leaves on the disk to the log and the database, as the library does.
const ROOM_MIN_BYTES: u64 = 64 * 1024 * 1024;

/// Longest file.
const HOUR_NS: i64 = 3_600 * NANOS_PER_SECOND;

/// Wall time that moves by more than this against the frames has stepped; a new file tells the new time.
const STEP_NS: i64 = NANOS_PER_SECOND;

/// Order of the linear prediction. Four gets most of what eight does on speech, for half the work.
const PREDICTORS: u8 = 4;

/// Encoded bytes on their way to the file: the encoder keeps its end to itself.
#[derive(Debug, Clone, Default)]
struct Encoded(Arc<Mutex<Vec<u8>>>);

impl Write for Encoded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// See the module.
pub(super) struct Take {
    pub(super) path: PathBuf,
    file: File,
    rate_hz: u32,
    encoder: FlacStreamWriter<Encoded>,
    encoded: Encoded,
    marks: Marks,
    /// Where the marks begin in the file.
    marks_at: u64,
    /// The next full hour after its first frame.
    ends: Nanos,
    /// Frames taken in.
    frames: u64,
    /// Of which so many are encoded.
    encoded_frames: u64,
    pending: Vec<i32>,
    loudest: Option<Loudest>,
}

impl Take {
    /// A file for the frames from `at` on.
    pub(super) fn create(folder: &Path, at: Nanos, rate_hz: u32) -> Result<Self, flac_codec::Error> {
        std::fs::create_dir_all(folder)?;
        check_room(&File::open(folder)?)?;
        let (path, mut file) = fresh(folder, at.into(), Form::Flac)?;
        let mut head = Vec::with_capacity(MARKS_BYTES + 64);
        let mut marks = vec![0; MARKS_BYTES];
        let first = Mark { frame: 0, at }.to_bytes();
        marks[..first.len()].copy_from_slice(&first);
        write_blocks(&mut head, blocks(rate_hz, marks)?)?;
        if let Err(error) = file.write_all(&head).and_then(|()| file.sync_data()) {
            // A full disk: what is empty must not stay, there will be another try and another.
            let _ = std::fs::remove_file(&path);
            return Err(error.into());
        }
        info!("recording into {}", path.display());
        let encoded = Encoded::default();
        let options = Options::default().block_size(BLOCK_FRAMES).and_then(|options| {
            options.max_lpc_order(Some(PREDICTORS)).map(|options| options.fast_channel_correlation(true))
        });
        Ok(Self {
            path,
            file,
            rate_hz,
            encoder: FlacStreamWriter::new(encoded.clone(), options.unwrap_or_default()),
            encoded,
            marks: Marks::new(at, rate_hz),
            marks_at: (head.len() - MARKS_BYTES) as u64,
            ends: Nanos((at.0.div_euclid(HOUR_NS) + 1).saturating_mul(HOUR_NS)),
            frames: 0,
            encoded_frames: 0,
            pending: Vec::with_capacity(usize::from(BLOCK_FRAMES) * CHANNELS),
            loudest: None,
        })
    }

    /// Whether the frames from `at` on belong into this file.
    pub(super) fn goes_on(&self, at: Nanos) -> bool {
        let step = at.0.saturating_sub(self.marks.instant(self.frames).0).saturating_abs();
        at < self.ends && step <= STEP_NS && !self.marks.are_full() && self.frames < FRAMES_MAX
    }

    /// Of frames from `at` on, how many this file still takes.
    pub(super) fn room(&self, at: Nanos) -> usize {
        // The first frame of the next file is the first that is not heard before the hour.
        let before = i128::from(self.ends.0.saturating_sub(at.0)) * i128::from(self.rate_hz);
        let second = i128::from(NANOS_PER_SECOND);
        usize::try_from((before + second - 1).div_euclid(second)).unwrap_or(0)
    }

    /// Takes in frames whose first is heard at `at`.
    pub(super) fn write(&mut self, samples: &[f32], at: Nanos) -> Result<(), flac_codec::Error> {
        if let Some((number, mark)) = self.marks.note(self.frames, at) {
            self.file.write_all_at(&mark.to_bytes(), self.marks_at + Mark::place(number) as u64)?;
        }
        for frame in samples.chunks_exact(CHANNELS) {
            let frame = [to_pcm(frame[0]), to_pcm(frame[1])];
            self.listen(frame);
            self.pending.extend(frame.map(i32::from));
            self.frames += 1;
            if self.pending.len() == usize::from(BLOCK_FRAMES) * CHANNELS {
                self.encode()?;
            }
        }
        Ok(())
    }

    /// Brings everything encoded so far onto the disk, and then says so in the header.
    pub(super) fn settle(&mut self, progress: &Progress) -> Result<(), flac_codec::Error> {
        let encoded = std::mem::take(&mut *self.encoded.0.lock().unwrap_or_else(PoisonError::into_inner));
        if encoded.is_empty() {
            return Ok(());
        }
        check_room(&self.file)?;
        self.file.write_all(&encoded)?;
        self.file.sync_data()?;
        let described = u64::from(self.rate_hz) << 44
            | (CHANNELS as u64 - 1) << 41
            | u64::from(BITS - 1) << 36
            | self.encoded_frames.min(FRAMES_MAX);
        self.file.write_all_at(&described.to_be_bytes(), FRAMES_AT)?;
        if let Some(loudest) = self.loudest.take_if(|loudest| loudest.frame < self.encoded_frames) {
            progress.offer(loudest);
        }
        Ok(())
    }

    /// Ends the file whole.
    pub(super) fn finish(mut self, progress: &Progress) -> Result<(), flac_codec::Error> {
        self.encode()?;
        self.settle(progress)?;
        Ok(self.file.sync_all()?)
    }

    fn encode(&mut self) -> Result<(), flac_codec::Error> {
        if !self.pending.is_empty() {
            self.encoder.write(self.rate_hz, CHANNELS as u8, BITS, &self.pending)?;
            self.encoded_frames = self.frames;
            self.pending.clear();
        }
        Ok(())
    }

    fn listen(&mut self, samples: [i16; 2]) {
        let magnitude = samples[0].unsigned_abs().max(samples[1].unsigned_abs());
        if self.loudest.as_ref().is_none_or(|known| magnitude > known.magnitude()) {
            self.loudest = Some(Loudest { path: self.path.clone(), frame: self.frames, samples });
        }
    }
}

/// Whether there is room on the disk of this file or folder beside what the log needs.
fn check_room(on: &File) -> io::Result<()> {
    let disk = rustix::fs::fstatvfs(on)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < ROOM_MIN_BYTES {
        let text = format!("{free} bytes are free, {ROOM_MIN_BYTES} are left to the log");
        return Err(io::Error::new(io::ErrorKind::StorageFull, text));
    }
    Ok(())
}

/// What stands at the head of a file.
fn blocks(rate_hz: u32, marks: Vec<u8>) -> Result<[Block; 2], flac_codec::Error> {
    let channels = u8::try_from(CHANNELS).ok().and_then(std::num::NonZero::new);
    let described = Streaminfo {
        minimum_block_size: BLOCK_FRAMES,
        maximum_block_size: BLOCK_FRAMES,
        minimum_frame_size: None,
        maximum_frame_size: None,
        sample_rate: rate_hz,
        channels: channels.ok_or(flac_codec::Error::ExcessiveChannels)?,
        bits_per_sample: BITS.try_into().map_err(|_| flac_codec::Error::NonSubsetBitsPerSample)?,
        total_samples: None,
        md5: None,
    };
    Ok([described.into(), Application { id: MARKS_ID, data: marks }.into()])
}
