//! `loa backup` and `loa restore`

use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::error::CliError;
use super::{Exit, Outcome};
use crate::clock;
use crate::desk::{restore, store_settings};

/// Make a copy of the station's records, while it runs or not: the database, the settings, and with --clips the audio
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// A `.zip` or a folder that is not there yet, on another disk for preference
    #[arg(value_name = "FILE.zip|DIR", value_hint = clap::ValueHint::AnyPath)]
    to: PathBuf,
    /// The clips' audio too
    #[arg(long)]
    clips: bool,
}

impl Backup {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let desk = context.look().await?;
        let manifest = desk.backup(&self.to, self.clips, clock::now()).await?;
        desk.store().close().await;
        if context.json {
            context.document(&manifest)?;
        }
        let clips = if self.clips { format!(", the audio of {} clips", manifest.clips) } else { String::new() };
        context.say(&format!("{}: {} records of the log{clips}", self.to.display(), manifest.records))?;
        if manifest.clips_missing > 0 {
            context
                .warn(&format!("{} clips have no audio any more; `loa clip scan` names them", manifest.clips_missing));
        }
        Ok(Exit::Done)
    }
}

/// Put a copy back into an empty data folder, after proving that all of it is there and nothing was changed
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// What `loa backup` or the daily backup made; clips in a folder `clips` beside it are found
    #[arg(value_name = "FILE.zip|DIR", value_hint = clap::ValueHint::AnyPath)]
    from: PathBuf,
}

impl Restore {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let config = &context.config;
        let restored = restore(&self.from, &config.data.folder, store_settings(config), clock::now()).await?;
        if context.json {
            context.document(&restored)?;
        }
        let folder = config.data.folder.display();
        context.say(&format!(
            "{folder}: {} records of the log, each follows the one before; {} clips with audio",
            restored.verified, restored.clips
        ))?;
        if restored.clips_missing.is_empty() {
            return Ok(Exit::Done);
        }
        let missing = restored.clips_missing.len();
        context.warn(&format!("{missing} clips have no audio in the copy or beside it; import them again"));
        Ok::<_, CliError>(Exit::Failed)
    }
}
