//! `loa clip replace`

use std::path::PathBuf;

use clap::Args;

use super::import::{Done, Import};
use super::retire::changed;
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::desk::{ClipRequest, DeskError, ErrorKind};

/// Give a clip new audio; it waits for approval again
#[derive(Debug, Args)]
pub(in crate::cli) struct Replace {
    /// Its number, its title, or the first 8 or more digits of its digest
    clip: String,
    /// The new recording
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// It is the same piece re-recorded: a report goes on counting it as the same item
    #[arg(long)]
    same_item: bool,
}

impl Replace {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let clip = context.look().await?.find_clip(&self.clip).await?;
        if self.file.is_dir() {
            let text = format!("{} is a folder; name one recording", self.file.display());
            return Err(DeskError::new(ErrorKind::Usage, text).into());
        }
        let files = vec![self.file.clone()];
        let mut import = Import::begin(context, files, clip.genre, clip.campaign.as_deref()).await?;
        let mut done = None;
        while let Some(file) = import.next().await {
            done = Some(file);
        }
        import.end().await?;
        match done {
            Some(Done::Accepted(accepted)) => {
                let request = ClipRequest::Replace {
                    clip: clip.id.to_string(),
                    facts: Box::new(accepted.facts),
                    defects: accepted.defects,
                    same_item: self.same_item,
                };
                changed(context, request, "replaced the audio of").await
            }
            Some(Done::Left(left)) => {
                let text = format!("{} is not taken in", left.path.display());
                let error = DeskError { hint: left.hint, ..DeskError::new(ErrorKind::Refused, text) };
                Err(error.problems(left.reasons).into())
            }
            None => Err(DeskError::new(ErrorKind::Failed, format!("{} was not read", self.file.display())).into()),
        }
    }
}
