//! `loa clip retire`

use clap::Args;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::error::{CliError, unexpected};
use crate::cli::views::{ClipView, approval_word};
use crate::cli::{Exit, Outcome};
use crate::desk::{ClipRequest, Request, Response};
use crate::domain::intake::Finding;

/// Take clips out of use; the log keeps their airings
#[derive(Debug, Args)]
pub(in crate::cli) struct Retire {
    /// Each by its number, its title, or the first 8 or more digits of its digest
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<String>,
}

impl Retire {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let requests = self.clips.into_iter().map(|clip| ClipRequest::Retire { clip });
        changed_all(context, requests.collect(), "retired").await
    }
}

/// Has one clip changed and shows what it is now.
pub(super) async fn changed(context: &Context, request: ClipRequest, done: &str) -> Outcome {
    let (clip, warnings) = clip_of(context, request).await?;
    let warnings: Vec<String> = warnings.iter().map(Finding::english).collect();
    if context.json {
        context.document(&json!({ "clip": ClipView::of(&clip, context), "warnings": warnings }))?;
    }
    let word = approval_word(&clip.approval);
    context.say(&format!("{done} clip {} \"{}\" (edition {}, {word})", clip.id, clip.title, clip.edition))?;
    warnings.iter().for_each(|warning| context.warn(&format!("clip {}: {warning}", clip.id)));
    Ok(Exit::Done)
}

/// Has several clips changed one after the other, and stops at the first that cannot be.
pub(super) async fn changed_all(context: &Context, requests: Vec<ClipRequest>, done: &str) -> Outcome {
    let mut clips = Vec::with_capacity(requests.len());
    for request in requests {
        let (clip, _) = clip_of(context, request).await?;
        context.say(&format!("{done} clip {} \"{}\"", clip.id, clip.title))?;
        clips.push(clip);
    }
    if context.json {
        context.document(&clips.iter().map(|clip| ClipView::of(clip, context)).collect::<Vec<_>>())?;
    }
    Ok(Exit::Done)
}

async fn clip_of(
    context: &Context,
    request: ClipRequest,
) -> Result<(crate::domain::clip::Clip, Vec<Finding>), CliError> {
    match context.ask(Request::Clip(request)).await? {
        Response::Clip { clip, warnings } => Ok((*clip, warnings)),
        Response::ClipRemoved { clip } => Ok((*clip, Vec::new())),
        other => Err(unexpected(&other)),
    }
}
