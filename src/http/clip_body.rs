//! A clip as the API says it.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::words::instant;
use crate::desk::{self, Desk};
use crate::domain::clip::{self, Genre, Source};
use crate::domain::intake::Finding;

/// A clip. Its ETag changes with everything that is said here.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Clip {
    /// Its number.
    id: u32,
    /// What a report counts it as: number and edition.
    item: String,
    /// As spoken of in the log and the report.
    title: String,
    /// Thể loại.
    #[schema(value_type = String)]
    genre: Genre,
    /// Primary topic code.
    topic: String,
    /// Further topic codes.
    secondary: Vec<String>,
    /// Campaign code.
    campaign: Option<String>,
    /// Người biên tập.
    author: Option<String>,
    /// BCP 47 tag.
    language: String,
    /// Who made it.
    #[schema(value_type = String)]
    source: Source,
    /// First day on which it may air.
    valid_from: Option<NaiveDate>,
    /// Last day on which it may air.
    valid_to: Option<NaiveDate>,
    /// The text that is read.
    script: Option<String>,
    /// Whether it may go on air.
    approval: Approval,
    /// When it came into the library.
    #[schema(format = DateTime)]
    added_at: String,
    /// What its first audio was taken out of; none of a recording that somebody brought.
    origin: Option<OriginOf>,
    /// Playing time in seconds.
    duration_s: f64,
    /// What was measured on its sound.
    audio: Audio,
    /// What is to be said of it.
    findings: Vec<Told>,
}

/// A stretch of a past airing of a relay.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct OriginOf {
    /// Which airing.
    airing_id: String,
    /// Its beginning, after the start of the airing.
    from_ms: u64,
    /// How long.
    length_ms: u64,
    /// As it was sent to this zone; none if as it came from the other station.
    zone: Option<String>,
}

impl OriginOf {
    fn of(origin: &clip::Origin) -> Self {
        Self {
            airing_id: origin.airing.to_string(),
            from_ms: origin.from_ms,
            length_ms: origin.length_ms,
            zone: origin.zone.as_ref().map(ToString::to_string),
        }
    }
}

/// Whether a clip may go on air.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Approval {
    /// draft, submitted, sent_back, approved or retired.
    state: &'static str,
    /// Who decided so; none while nobody has.
    by: Option<String>,
    /// The office of who approved.
    title: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    at: Option<String>,
    /// Why it was sent back.
    note: Option<String>,
}

/// What was measured on the whole decoded file.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Audio {
    /// BLAKE3 of the file's bytes.
    digest: String,
    /// Container and codec as found.
    format: String,
    /// Frames that play.
    frames: u64,
    /// In Hz.
    sample_rate: u32,
    /// 1 or 2.
    channels: u16,
    /// EBU R128 integrated loudness; none in silence.
    loudness_lufs: Option<f64>,
    /// True peak; none in digital silence.
    true_peak_dbtp: Option<f64>,
    /// Silence before the first sound.
    head_silence_ms: u64,
    /// Silence after the last sound.
    tail_silence_ms: u64,
    /// The longest silence between sounds.
    inner_silence_ms_max: u64,
    /// Samples at full scale.
    clipped_samples: u64,
    /// Packets that could not be decoded.
    corrupt_packets: u64,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Told {
    /// Tiếng Việt.
    pub(super) vi: String,
    /// English.
    pub(super) en: String,
}

impl Told {
    fn of(finding: &Finding) -> Self {
        Self { vi: finding.vietnamese(), en: finding.english() }
    }
}

impl From<desk::Told> for Told {
    fn from(told: desk::Told) -> Self {
        Self { vi: told.vi, en: told.en }
    }
}

impl Clip {
    /// As the library has it; read with its script.
    pub(super) fn of(desk: &Desk, clip: &clip::Clip) -> Self {
        let zone = desk.config().station.time_zone;
        Self {
            id: clip.id.0,
            item: clip.item().to_string(),
            title: clip.title.clone(),
            genre: clip.genre,
            topic: clip.topics.primary.clone(),
            secondary: clip.topics.secondary.clone(),
            campaign: clip.campaign.clone(),
            author: clip.author.clone(),
            language: clip.language.clone(),
            source: clip.source,
            valid_from: clip.valid.from,
            valid_to: clip.valid.to,
            script: clip.script.clone(),
            approval: Approval::of(&clip.approval, zone),
            added_at: instant(clip.added_at, zone),
            origin: clip.origin.as_ref().map(OriginOf::of),
            duration_s: clip.audio.duration().as_millis() as f64 / 1_000.0,
            audio: Audio::of(&clip.audio),
            findings: desk.findings(clip).iter().map(Told::of).collect(),
        }
    }
}

impl Approval {
    /// With the times of the station's zone.
    pub(super) fn of(approval: &clip::Approval, zone: Tz) -> Self {
        let state = approval.word();
        let none = Self { state, by: None, title: None, at: None, note: None };
        match approval {
            clip::Approval::Draft | clip::Approval::Submitted => none,
            clip::Approval::SentBack { by, at, note } => {
                Self { by: Some(by.clone()), at: Some(instant(*at, zone)), note: Some(note.clone()), ..none }
            }
            clip::Approval::Approved { by, title, at, .. } => {
                Self { by: Some(by.clone()), title: Some(title.clone()), at: Some(instant(*at, zone)), ..none }
            }
            clip::Approval::Retired { by, at } => Self { by: Some(by.clone()), at: Some(instant(*at, zone)), ..none },
        }
    }
}

impl Audio {
    fn of(audio: &clip::AudioFacts) -> Self {
        Self {
            digest: audio.digest.to_string(),
            format: audio.format.clone(),
            frames: audio.frames,
            sample_rate: audio.sample_rate,
            channels: audio.channels,
            loudness_lufs: audio.loudness_lufs,
            true_peak_dbtp: audio.true_peak_dbtp,
            head_silence_ms: audio.head_silence_ms,
            tail_silence_ms: audio.tail_silence_ms,
            inner_silence_ms_max: audio.inner_silence_ms_max,
            clipped_samples: audio.clipped_samples,
            corrupt_packets: audio.corrupt_packets,
        }
    }
}
