//! What lists and details look like as JSON.

use chrono::NaiveDate;
use serde::Serialize;

use super::context::Context;
use crate::desk::QueueLine;
use crate::domain::clip::{Approval, Clip, ClipId, Digest, Genre, ItemId, Origin, Source};
use crate::domain::queue::Tier;
use crate::domain::slot::{Element, Exception, Interrupted, Overrun, Slot, ZoneId};

/// A clip.
#[derive(Debug, Serialize)]
pub(super) struct ClipView<'a> {
    id: ClipId,
    item: ItemId,
    title: &'a str,
    genre: Genre,
    topic: &'a str,
    secondary: &'a [String],
    campaign: Option<&'a str>,
    author: Option<&'a str>,
    language: &'a str,
    source: Source,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    script: Option<&'a str>,
    approval: ApprovalView<'a>,
    added_at: String,
    duration_s: f64,
    digest: Digest,
    format: &'a str,
    frames: u64,
    sample_rate: u32,
    channels: u16,
    loudness_lufs: Option<f64>,
    true_peak_dbtp: Option<f64>,
    head_silence_ms: u64,
    tail_silence_ms: u64,
    inner_silence_ms_max: u64,
    clipped_samples: u64,
    corrupt_packets: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a Origin>,
}

#[derive(Debug, Serialize)]
struct ApprovalView<'a> {
    state: &'static str,
    by: Option<&'a str>,
    title: Option<&'a str>,
    at: Option<String>,
    note: Option<&'a str>,
}

impl<'a> ClipView<'a> {
    pub(super) fn of(clip: &'a Clip, context: &Context) -> Self {
        let audio = &clip.audio;
        Self {
            id: clip.id,
            item: clip.item(),
            title: &clip.title,
            genre: clip.genre,
            topic: &clip.topics.primary,
            secondary: &clip.topics.secondary,
            campaign: clip.campaign.as_deref(),
            author: clip.author.as_deref(),
            language: &clip.language,
            source: clip.source,
            valid_from: clip.valid.from,
            valid_to: clip.valid.to,
            script: clip.script.as_deref(),
            approval: ApprovalView::of(&clip.approval, context),
            added_at: context.rfc3339(clip.added_at),
            duration_s: audio.duration().as_millis() as f64 / 1_000.0,
            digest: audio.digest,
            format: &audio.format,
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
            origin: clip.origin.as_ref(),
        }
    }
}

impl<'a> ApprovalView<'a> {
    fn of(approval: &'a Approval, context: &Context) -> Self {
        let state = approval.word();
        match approval {
            Approval::Draft | Approval::Submitted => Self { by: None, title: None, at: None, note: None, state },
            Approval::SentBack { by, at, note } => {
                Self { by: Some(by), title: None, at: Some(context.rfc3339(*at)), note: Some(note), state }
            }
            Approval::Approved { by, title, at, .. } => {
                Self { by: Some(by), title: Some(title), at: Some(context.rfc3339(*at)), note: None, state }
            }
            Approval::Retired { by, at } => {
                Self { by: Some(by), title: None, at: Some(context.rfc3339(*at)), note: None, state }
            }
        }
    }
}

/// The state of a clip in one word.
pub(super) const fn approval_word(approval: &Approval) -> &'static str {
    match approval {
        Approval::Draft => "draft",
        Approval::Submitted => "submitted",
        Approval::SentBack { .. } => "sent back",
        Approval::Approved { .. } => "approved",
        Approval::Retired { .. } => "retired",
    }
}

/// A slot.
#[derive(Debug, Serialize)]
pub(super) struct SlotView<'a> {
    id: &'a str,
    name: &'a str,
    recurrence: &'a str,
    zones: &'a [ZoneId],
    elements: &'a [Element],
    length_max_s: u64,
    grace_s: u64,
    overrun: Overrun,
    interrupted: Interrupted,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    exceptions: &'a [Exception],
}

impl<'a> SlotView<'a> {
    pub(super) fn of(slot: &'a Slot) -> Self {
        Self {
            id: slot.id.as_str(),
            name: &slot.name,
            recurrence: &slot.recurrence,
            zones: &slot.zones,
            elements: &slot.rundown,
            length_max_s: slot.length_max.as_secs(),
            grace_s: slot.grace.as_secs(),
            overrun: slot.overrun,
            interrupted: slot.interrupted,
            valid_from: slot.valid.from,
            valid_to: slot.valid.to,
            exceptions: &slot.exceptions,
        }
    }
}

/// A queue entry.
#[derive(Debug, Serialize)]
pub(super) struct QueueView<'a> {
    entry: u32,
    place: usize,
    clip: ClipId,
    title: Option<&'a str>,
    duration_s: Option<f64>,
    approved: bool,
    slot: Option<&'a str>,
    tier: Tier,
    ordered_by: Option<&'a str>,
    by: &'a str,
    at: String,
}

impl<'a> QueueView<'a> {
    /// `place` counts from 1.
    pub(super) fn of(line: &'a QueueLine, place: usize, context: &Context) -> Self {
        let clip = line.clip.as_ref();
        Self {
            entry: line.entry.id,
            place,
            clip: line.entry.clip,
            title: clip.map(|clip| clip.title.as_str()),
            duration_s: clip.map(|clip| clip.audio.duration().as_millis() as f64 / 1_000.0),
            approved: clip.is_some_and(|clip| matches!(clip.approval, Approval::Approved { .. })),
            slot: line.entry.slot.as_ref().map(crate::domain::slot::SlotId::as_str),
            tier: line.entry.tier,
            ordered_by: line.entry.ordered_by.as_deref(),
            by: &line.entry.by,
            at: context.rfc3339(line.entry.at),
        }
    }
}
