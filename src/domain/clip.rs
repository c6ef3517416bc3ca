//! A clip: one audio item of the library, what it is about, whether it may go on air.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::log::AiringId;
use super::slot::ZoneId;
use super::time::Days;

/// The number a clip keeps for ever; never given out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClipId(pub u32);

impl fmt::Display for ClipId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What counts as one item (tin bài) in a report: a clip and its edition. New audio is a new edition, hence a new item,
/// unless the operator says that it is the same one re-recorded. Written `12.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId {
    /// The clip.
    pub clip: ClipId,
    /// Counted from 1.
    pub edition: u32,
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.clip, self.edition)
    }
}

impl FromStr for ItemId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = |part: &str| part.parse::<u32>().ok();
        text.split_once('.')
            .and_then(|(clip, edition)| Some(Self { clip: ClipId(parse(clip)?), edition: parse(edition)? }))
            .ok_or_else(|| format!("`{text}` is not an item, expected CLIP.EDITION such as 12.1"))
    }
}

impl Serialize for ItemId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// BLAKE3 of the audio file's bytes, 32 bytes, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a digest, expected 64 hexadecimal digits");
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What sort of piece a clip is (thể loại).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Genre {
    /// Tin: short news.
    News,
    /// Bài: a longer piece. What most clips of a commune are.
    Article,
    /// Phóng sự: a report from the field.
    Feature,
    /// Thông báo: a notice.
    Notice,
    /// Nhạc hiệu: the signature tune. Never counts as an item.
    Ident,
    /// Anything else.
    Other,
}

/// Who made a clip. Only the town's own clips count as its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Made by the town (tự sản xuất).
    Own,
    /// Received as a file from the district.
    District,
    /// Received as a file from the province.
    Province,
    /// Received as a file from the centre.
    Central,
}

/// What a clip is about: one primary topic code, up to three secondary ones (`config/topics.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topics {
    /// The code that counts by field use.
    pub primary: String,
    /// At most [`Topics::SECONDARY_MAX`] further codes, without the primary and without repeats.
    #[serde(default)]
    pub secondary: Vec<String>,
}

impl Topics {
    /// The most secondary topics a clip may have.
    pub const SECONDARY_MAX: usize = 3;
}

/// Whether a clip may go on air.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Approval {
    /// Brought in, but nobody has handed it to a leader yet: its title may still be the name of a file. Never goes on air.
    Draft,
    /// Waits for a leader. Never goes on air.
    Submitted,
    /// A leader wants it changed first. Never goes on air.
    SentBack {
        /// Who sent it back.
        by: String,
        /// When.
        at: DateTime<Utc>,
        /// What shall be changed.
        note: String,
    },
    /// A leader has heard or read it. Holds for exactly the audio with this digest.
    Approved {
        /// The approver's name.
        by: String,
        /// The approver's office (Phó Chủ tịch ...).
        title: String,
        /// When.
        at: DateTime<Utc>,
        /// The audio that was approved.
        digest: Digest,
    },
    /// Taken out of use. Its past airings stay in the log.
    Retired {
        /// Who took it out.
        by: String,
        /// When.
        at: DateTime<Utc>,
    },
}

impl Approval {
    /// Its state in one word, as its JSON has it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::SentBack { .. } => "sent_back",
            Self::Approved { .. } => "approved",
            Self::Retired { .. } => "retired",
        }
    }

    /// What becomes of it when the clip gets new audio: what a leader said was said of the old one.
    #[must_use]
    pub fn with_new_audio(self) -> Self {
        match self {
            Self::Submitted | Self::Approved { .. } | Self::SentBack { .. } => Self::Submitted,
            Self::Draft | Self::Retired { .. } => self,
        }
    }
}

/// What the import measured on the whole decoded file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AudioFacts {
    /// Digest of the file's bytes; also its name in the content store.
    pub digest: Digest,
    /// Container and codec as found, not as named: `mp3`, `m4a/aac`, `flac` ...
    pub format: String,
    /// Frames that play: encoder delay and padding already trimmed.
    pub frames: u64,
    /// Of the file, in Hz.
    pub sample_rate: u32,
    /// 1 or 2.
    pub channels: u16,
    /// EBU R128 integrated loudness in LUFS; none when every block is below the gate.
    pub loudness_lufs: Option<f64>,
    /// True peak in dBTP (ITU-R BS.1770, four times oversampled); none for digital silence.
    pub true_peak_dbtp: Option<f64>,
    /// Silence before the first sound, in milliseconds. Never trimmed unseen.
    pub head_silence_ms: u64,
    /// Silence after the last sound, in milliseconds.
    pub tail_silence_ms: u64,
    /// The longest silence between sounds, in milliseconds.
    pub inner_silence_ms_max: u64,
    /// Samples at or beyond full scale.
    pub clipped_samples: u64,
    /// Packets in the middle that could not be decoded and were skipped.
    pub corrupt_packets: u64,
}

impl AudioFacts {
    /// Playing time.
    #[must_use]
    pub fn duration(&self) -> Duration {
        frames_to_duration(self.frames, self.sample_rate)
    }
}

/// The time that `frames` take at `rate` Hz, to the nanosecond, rounded down. Zero at rate 0.
#[must_use]
pub fn frames_to_duration(frames: u64, rate: u32) -> Duration {
    if rate == 0 {
        return Duration::ZERO;
    }
    let rate = u64::from(rate);
    // The remainder is below 2^32, so the product stays below 2^62 and the quotient below one second.
    Duration::from_secs(frames / rate) + Duration::from_nanos((frames % rate) * 1_000_000_000 / rate)
}

/// The whole frames that fit into `time` at `rate` Hz.
#[must_use]
pub fn duration_to_frames(time: Duration, rate: u32) -> u64 {
    time.as_secs() * u64::from(rate) + u64::from(time.subsec_nanos()) * u64::from(rate) / 1_000_000_000
}

/// A clip of the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// Its number.
    pub id: ClipId,
    /// Counted from 1; see [`ItemId`].
    pub edition: u32,
    /// As spoken of in the log and the report.
    pub title: String,
    /// Thể loại.
    pub genre: Genre,
    /// Lĩnh vực.
    pub topics: Topics,
    /// Code of the campaign it belongs to.
    pub campaign: Option<String>,
    /// Người biên tập.
    pub author: Option<String>,
    /// BCP 47 tag; `vi` unless said otherwise.
    pub language: String,
    /// Who made it.
    pub source: Source,
    /// Days on which it may air.
    pub valid: Days,
    /// The text that is read.
    pub script: Option<String>,
    /// What was measured.
    pub audio: AudioFacts,
    /// Whether it may go on air.
    pub approval: Approval,
    /// When it came into the library.
    pub added_at: DateTime<Utc>,
    /// What its first audio was taken out of; none of a recording that somebody brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A stretch of an airing of which the station had kept the sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Which.
    pub airing: AiringId,
    /// Its beginning, in milliseconds after the start of the airing.
    pub from_ms: u64,
    /// How long, in milliseconds.
    pub length_ms: u64,
    /// As it was sent to this zone; none if as it came from the other station.
    pub zone: Option<ZoneId>,
}

impl Clip {
    /// What a report counts it as.
    #[must_use]
    pub const fn item(&self) -> ItemId {
        ItemId { clip: self.id, edition: self.edition }
    }

    /// Whether it may air on `day`: approved for exactly this audio, and valid.
    ///
    /// # Errors
    /// Why not.
    pub fn may_air(&self, day: NaiveDate) -> Result<(), Unfit> {
        match &self.approval {
            Approval::Draft | Approval::Submitted | Approval::SentBack { .. } => return Err(Unfit::NotApproved),
            Approval::Retired { .. } => return Err(Unfit::Retired),
            Approval::Approved { digest, .. } if *digest != self.audio.digest => {
                return Err(Unfit::AudioChanged);
            }
            Approval::Approved { .. } => {}
        }
        if self.valid.contains(day) { Ok(()) } else { Err(Unfit::OutsideValidity(self.valid)) }
    }

    /// The clip with new audio. It is a new edition, hence a new item, unless `same_item` says that it is the same piece
    /// re-recorded. An approval does not hold for it: it waits for a leader again.
    #[must_use]
    pub fn with_audio(self, audio: AudioFacts, same_item: bool) -> Self {
        let edition = if same_item { self.edition } else { self.edition.saturating_add(1) };
        Self { edition, audio, approval: self.approval.with_new_audio(), ..self }
    }

    /// The copy that goes into the log, so that no later edit of the library can change history.
    #[must_use]
    pub fn snapshot(&self) -> ClipSnapshot {
        ClipSnapshot {
            item: self.item(),
            title: self.title.clone(),
            genre: self.genre,
            topics: self.topics.clone(),
            campaign: self.campaign.clone(),
            author: self.author.clone(),
            approver: match &self.approval {
                Approval::Approved { by, .. } => Some(by.clone()),
                Approval::Draft | Approval::Submitted | Approval::SentBack { .. } | Approval::Retired { .. } => None,
            },
            source: self.source,
            digest: self.audio.digest,
            frames: self.audio.frames,
            sample_rate: self.audio.sample_rate,
        }
    }
}

/// Why a clip may not air on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// No leader has approved it yet.
    NotApproved,
    /// Its audio is not the audio that was approved.
    AudioChanged,
    /// Taken out of use.
    Retired,
    /// Not valid on that day.
    OutsideValidity(Days),
}

/// What the log keeps of a clip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipSnapshot {
    /// What a report counts it as.
    pub item: ItemId,
    /// At the time of airing.
    pub title: String,
    /// Thể loại.
    pub genre: Genre,
    /// Lĩnh vực.
    pub topics: Topics,
    /// Campaign code.
    pub campaign: Option<String>,
    /// Người biên tập.
    pub author: Option<String>,
    /// Người duyệt.
    pub approver: Option<String>,
    /// Who made it.
    pub source: Source,
    /// Of the audio file.
    pub digest: Digest,
    /// Of the whole clip, at its own rate.
    pub frames: u64,
    /// Of the clip, in Hz.
    pub sample_rate: u32,
}

impl ClipSnapshot {
    /// Playing time of the whole clip.
    #[must_use]
    pub fn duration(&self) -> Duration {
        frames_to_duration(self.frames, self.sample_rate)
    }
}
