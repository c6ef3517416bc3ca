//! `loa queue`: clips waiting to be aired.

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::error::unexpected;
use super::table::{length, row, table, text};
use super::views::QueueView;
use super::{Exit, Outcome};
use crate::desk::{Desk, QueueRequest, Request, Response};
use crate::domain::clip::Approval;
use crate::domain::queue::{First, Tier};
use crate::domain::slot::SlotId;

/// Clips waiting to be aired by the slots that take from the queue
#[derive(Debug, Subcommand)]
pub(super) enum Queue {
    Add(Add),
    List(List),
    Move(Move),
    #[command(name = "priority")]
    Rank(Rank),
    Rm(Rm),
}

/// Put clips at the end of the queue
#[derive(Debug, Args)]
pub(super) struct Add {
    /// Each by its number, its title, or the first 8 or more digits of its digest
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<String>,
    /// Only for this slot
    #[arg(long)]
    slot: Option<SlotId>,
    /// Of priority (ưu tiên): first in the next programme, whatever waits
    #[arg(long)]
    priority: bool,
}

/// List the queue in its order
#[derive(Debug, Args)]
pub(super) struct List {}

/// Move an entry to another place
#[derive(Debug, Args)]
pub(super) struct Move {
    /// The number of the entry
    entry: u32,
    /// Its new place, counted from 1
    place: usize,
}

/// Let entries go first in the next programme (ưu tiên), or in their turn again
#[derive(Debug, Args)]
pub(super) struct Rank {
    /// The numbers of the entries
    #[arg(required = true, value_name = "ENTRY")]
    entries: Vec<u32>,
    /// In their turn again
    #[arg(long)]
    normal: bool,
}

/// Take entries out of the queue
#[derive(Debug, Args)]
pub(super) struct Rm {
    /// The numbers of the entries
    #[arg(required = true, value_name = "ENTRY")]
    entries: Vec<u32>,
}

impl Queue {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::Add(Add { clips, slot, priority }) => {
                let tier = if priority { Tier::Priority } else { Tier::Normal };
                let requests = clips.into_iter().map(|clip| QueueRequest::Add { clip, slot: slot.clone(), tier });
                changed(context, requests.collect(), "queued").await
            }
            Self::Move(Move { entry, place }) => {
                changed(context, vec![QueueRequest::Move { entry, place }], "moved").await
            }
            Self::Rank(Rank { entries, normal }) => {
                let (tier, done) = if normal {
                    (Tier::Normal, "in its turn again:")
                } else {
                    (Tier::Priority, "first in the next programme:")
                };
                let requests = entries.into_iter().map(|entry| QueueRequest::Rank { entry, tier });
                changed(context, requests.collect(), done).await
            }
            Self::Rm(Rm { entries }) => {
                let requests = entries.into_iter().map(|entry| QueueRequest::Remove { entry });
                changed(context, requests.collect(), "took out").await
            }
            Self::List(List {}) => list(context).await,
        }
    }
}

async fn changed(context: &Context, requests: Vec<QueueRequest>, done: &str) -> Outcome {
    let mut changed = Vec::with_capacity(requests.len());
    for request in requests {
        let (entry, title, notes) = match context.ask(Request::Queue(request)).await? {
            Response::Queued { entry, title, notes } => (entry, title, notes),
            Response::QueueRemoved { entry } => (entry, String::new(), Vec::new()),
            other => {
                return Err(unexpected(&other));
            }
        };
        let name = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
        context.say(&format!("{done} entry {}: clip {}{name}", entry.id, entry.clip))?;
        notes.iter().for_each(|note| context.warn(&format!("clip {}: {note}", entry.clip)));
        changed.push(json!({
            "entry": entry.id, "clip": entry.clip, "title": title, "slot": entry.slot, "by": entry.by,
            "tier": tier(entry.tier), "at": context.rfc3339(entry.at), "warnings": notes,
        }));
    }
    if context.json {
        context.document(&changed)?;
    }
    Ok(Exit::Done)
}

const fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Normal => "normal",
        Tier::Priority => "priority",
    }
}

async fn list(context: &Context) -> Outcome {
    let untouched = Desk::is_untouched(&context.config.data.folder);
    let lines = if untouched { Vec::new() } else { context.look().await?.queue().await? };
    if context.json {
        let views = lines.iter().enumerate().map(|(index, line)| QueueView::of(line, index + 1, context));
        context.document(&views.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    if lines.is_empty() {
        context.say("the queue is empty; put clips into it with `loa queue add CLIP...`")?;
        return Ok(Exit::Done);
    }
    let headings = ["Place", "Entry", "Clip", "Title", "Length", "Approved", "Tier", "Slot", "By", "Queued"];
    let mut shown = table(context.style, &headings, &[0, 1, 2, 4]);
    for (index, line) in lines.iter().enumerate() {
        let clip = line.clip.as_ref();
        let approved = clip.is_some_and(|clip| matches!(clip.approval, Approval::Approved { .. }));
        row(
            &mut shown,
            [
                (index + 1).to_string(),
                line.entry.id.to_string(),
                line.entry.clip.to_string(),
                clip.map(|clip| clip.title.clone()).unwrap_or_default(),
                clip.map(|clip| length(clip.audio.duration())).unwrap_or_default(),
                if approved { "yes" } else { "no" }.to_owned(),
                tier(line.entry.tier).to_owned(),
                line.entry.slot.as_ref().map_or_else(|| "any".to_owned(), ToString::to_string),
                line.entry.by.clone(),
                context.short(line.entry.at),
            ],
        );
    }
    context.print(&text(&shown))?;
    if let Some((tie, tied)) = context.look().await?.priority_tie(crate::clock::now()).await? {
        let default = match tied.first {
            First::Higher => "the higher station's",
            First::Own => "the town's own",
        };
        let entry = tie.own.first().or(tie.higher.first()).copied().unwrap_or_default();
        context.say(&format!(
            "\"{}\" and \"{}\" both go first: which? `loa queue move {entry} 1` lets entry {entry}. If nobody says so until {}, {default} does",
            tied.higher,
            tied.own,
            context.short(tied.until),
        ))?;
    }
    Ok(Exit::Done)
}
