//! `loa clip rm`

use clap::Args;

use super::retire::changed_all;
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::desk::ClipRequest;

/// Delete clips from the library; the log keeps their airings, their numbers are never given out again
#[derive(Debug, Args)]
pub(in crate::cli) struct Rm {
    /// Each by its number, its title, or the first 8 or more digits of its digest
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<String>,
}

impl Rm {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let requests = self.clips.into_iter().map(|clip| ClipRequest::Remove { clip });
        changed_all(context, requests.collect(), "deleted").await
    }
}
