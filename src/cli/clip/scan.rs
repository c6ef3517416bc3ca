//! `loa clip scan`

use std::ops::ControlFlow;

use clap::Args;
use serde_json::json;

use super::import::bar;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::{Exit, Outcome};
use crate::desk::{DeskError, ErrorKind};
use crate::domain::clip::{Approval, Clip, Digest};
use crate::library::{ContentStore, scan, workers_default};
use crate::station::clips_folder;
use crate::store::ClipFilter;

/// Read and decode every recording of the library again: are its bytes the same, does it still play
#[derive(Debug, Args)]
pub(in crate::cli) struct Scan {
    /// Retired clips as well
    #[arg(long)]
    all: bool,
}

impl Scan {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let mut clips = context.look().await?.store().clips(&ClipFilter::default()).await?;
        clips.retain(|clip| self.all || !matches!(clip.approval, Approval::Retired { .. }));
        let content = ContentStore::open(&clips_folder(&context.config))?;
        let digests: Vec<Digest> = clips.iter().map(|clip| clip.audio.digest).collect();
        let bar = bar();
        let shown = bar.clone();
        let scanned = tokio::task::spawn_blocking(move || {
            scan(&content, &digests, workers_default(), &mut |progress| {
                shown.set_length(progress.bytes_total);
                shown.set_position(progress.bytes_done);
                shown.set_message(format!("{} of {} files", progress.files_done, progress.files_total));
                ControlFlow::Continue(())
            })
        });
        let summary = scanned.await.map_err(|error| CliError::of(ErrorKind::Failed, error.to_string()))??;
        bar.finish_and_clear();
        let mut bad: Vec<(&Clip, DeskError)> = Vec::new();
        for (digest, error) in &summary.bad {
            let told = || DeskError::of(ErrorKind::Failed, error);
            bad.extend(clips.iter().filter(|clip| clip.audio.digest == *digest).map(|clip| (clip, told())));
        }
        if context.json {
            let bad: Vec<_> = bad
                .iter()
                .map(|(clip, error)| json!({ "clip": clip.id, "title": clip.title, "fault": error.message }))
                .collect();
            context.document(&json!({ "scanned": clips.len(), "good": summary.good, "bad": bad }))?;
        } else {
            for (clip, error) in &bad {
                context.say(&format!(
                    "{} clip {} \"{}\": {}",
                    context.style.bad("bad"),
                    clip.id,
                    clip.title,
                    error.message
                ))?;
            }
            context.say(&format!("{} recordings scanned, {} good, {} bad", clips.len(), summary.good, bad.len()))?;
        }
        Ok(if bad.is_empty() { Exit::Done } else { Exit::Failed })
    }
}
