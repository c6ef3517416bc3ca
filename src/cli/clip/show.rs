//! `loa clip show`

use std::time::Duration;

use clap::Args;

use crate::cli::context::Context;
use crate::cli::table::length;
use crate::cli::views::ClipView;
use crate::cli::{Exit, Outcome};
use crate::domain::clip::{Approval, Clip, Origin};
use crate::domain::words::{Language, genre, source};

/// Show everything about a clip
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Its number, its title, or the first 8 or more digits of its digest
    clip: String,
}

impl Show {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let clip = context.look().await?.find_clip(&self.clip).await?;
        if context.json {
            context.document(&ClipView::of(&clip, context))?;
        } else {
            context.print(&described(&clip, context))?;
        }
        Ok(Exit::Done)
    }
}

/// The clip, a line for each thing that is known of it.
pub(super) fn described(clip: &Clip, context: &Context) -> String {
    let audio = &clip.audio;
    let none = || "-".to_owned();
    let decibels = |value: Option<f64>, unit| value.map_or_else(none, |value| format!("{value:.1} {unit}"));
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "open".to_owned(), |day| day.to_string());
    let approval = match &clip.approval {
        Approval::Draft => "draft, not handed in yet".to_owned(),
        Approval::Submitted => "submitted, waits for approval".to_owned(),
        Approval::SentBack { by, at, note } => format!("sent back by {by} on {}: {note}", context.short(*at)),
        Approval::Approved { by, title, at, .. } if title.is_empty() => {
            format!("approved by {by} on {}", context.short(*at))
        }
        Approval::Approved { by, title, at, .. } => format!("approved by {by}, {title}, on {}", context.short(*at)),
        Approval::Retired { by, at } => format!("retired by {by} on {}", context.short(*at)),
    };
    let mut topics = vec![clip.topics.primary.as_str()];
    topics.extend(clip.topics.secondary.iter().map(String::as_str));
    let lines = [
        ("clip", format!("{} (item {})", clip.id, clip.item())),
        ("title", clip.title.clone()),
        ("genre", genre(clip.genre, Language::En).to_owned()),
        ("topics", topics.join(", ")),
        ("campaign", clip.campaign.clone().unwrap_or_else(none)),
        ("author", clip.author.clone().unwrap_or_else(none)),
        ("source", source(clip.source, Language::En).to_owned()),
        ("language", clip.language.clone()),
        ("valid", format!("{} to {}", day(clip.valid.from), day(clip.valid.to))),
        ("state", approval),
        ("added", context.short(clip.added_at)),
        ("taken from", clip.origin.as_ref().map_or_else(none, taken_from)),
        ("length", length(audio.duration())),
        ("format", format!("{}, {} Hz, {}", audio.format, audio.sample_rate, channels(audio.channels))),
        ("loudness", decibels(audio.loudness_lufs, "LUFS")),
        ("true peak", decibels(audio.true_peak_dbtp, "dBTP")),
        (
            "silence",
            format!(
                "head {} ms, tail {} ms, longest inside {} ms",
                audio.head_silence_ms, audio.tail_silence_ms, audio.inner_silence_ms_max
            ),
        ),
        ("defects", format!("{} clipped samples, {} damaged packets", audio.clipped_samples, audio.corrupt_packets)),
        ("digest", audio.digest.to_string()),
    ];
    let mut text = String::new();
    for (name, value) in lines {
        text.push_str(&format!("{name:<10}  {}\n", value.replace(char::is_control, " ")));
    }
    if let Some(script) = &clip.script {
        text.push_str(&format!("\n{}\n", script.trim_end()));
    }
    text
}

fn taken_from(origin: &Origin) -> String {
    let [from, lasted] = [origin.from_ms, origin.length_ms].map(|ms| length(Duration::from_millis(ms)));
    let zone = origin.zone.as_ref().map(|zone| format!(", as it was sent to zone {zone}"));
    format!("airing {}, {lasted} from {from} on{}", origin.airing, zone.unwrap_or_default())
}

fn channels(count: u16) -> String {
    match count {
        1 => "mono".to_owned(),
        2 => "stereo".to_owned(),
        count => format!("{count} channels"),
    }
}
