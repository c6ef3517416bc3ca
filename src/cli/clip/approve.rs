//! `loa clip approve`

use clap::Args;

use super::retire::changed_all;
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::desk::{Approver, ClipRequest};

/// Approve clips: from now on they may go on air, with exactly the audio they have now
#[derive(Debug, Args)]
pub(in crate::cli) struct Approve {
    /// Each by its number, its title, or the first 8 or more digits of its digest
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<String>,
    /// The leader who has heard or read them [default: the person who asks]
    #[arg(long, value_name = "NAME")]
    approver: Option<String>,
    /// The office of that leader: Phó Chủ tịch UBND ...
    #[arg(long, value_name = "OFFICE", default_value = "")]
    title: String,
}

impl Approve {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let name = self.approver.map_or_else(|| context.who().map(|who| who.name), Ok)?;
        let approver = Approver { name, office: self.title };
        let request = |clip| ClipRequest::Approve { clip, approver: approver.clone() };
        changed_all(context, self.clips.into_iter().map(request).collect(), "approved").await
    }
}
