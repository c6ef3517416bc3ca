//! `loa clip submit`

use clap::Args;

use super::retire::changed_all;
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::desk::ClipRequest;

/// Hand drafts, or clips that were sent back, to a leader for approval
#[derive(Debug, Args)]
pub(in crate::cli) struct Submit {
    /// Each by its number, its title, or the first 8 or more digits of its digest
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<String>,
}

impl Submit {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let requests = self.clips.into_iter().map(|clip| ClipRequest::HandIn { clip });
        changed_all(context, requests.collect(), "submitted").await
    }
}
