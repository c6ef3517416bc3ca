//! `loa clip send-back`

use clap::Args;

use super::retire::changed;
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::desk::ClipRequest;

/// Send a clip back to its editor: it does not air until it is changed, submitted and approved
#[derive(Debug, Args)]
pub(in crate::cli) struct SendBack {
    /// Its number, its title, or the first 8 or more digits of its digest
    clip: String,
    /// What shall be changed
    #[arg(long, value_name = "TEXT")]
    note: String,
}

impl SendBack {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        changed(context, ClipRequest::SendBack { clip: self.clip, note: self.note }, "sent back").await
    }
}
