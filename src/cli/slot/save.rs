//! `loa slot add`, `loa slot edit`

use clap::Args;
use serde_json::json;

use super::fields::Fields;
use super::show::described;
use crate::cli::context::Context;
use crate::cli::error::{CliError, unexpected};
use crate::cli::views::SlotView;
use crate::cli::{Exit, Outcome};
use crate::clock;
use crate::desk::{Request, Response, SlotChange, SlotRequest};
use crate::domain::slot::SlotId;

/// Occurrences named after a slot was saved.
const AHEAD_MAX: usize = 3;

/// Save a new slot; refused with every problem and a proposal if it cannot keep its word
#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    /// Its name in identifiers: 1 to 32 of a-z, 0-9 and -, for example sang-0500
    #[arg(value_name = "SLOT")]
    id: SlotId,
    #[command(flatten)]
    fields: Fields,
}

/// Change a slot from now on; what is not given stays, lists are replaced as a whole
#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    /// Its name
    #[arg(value_name = "SLOT")]
    id: SlotId,
    #[command(flatten)]
    fields: Fields,
}

impl Add {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        save(context, SlotRequest::Add { id: self.id, change: Box::new(self.fields.into()) }).await
    }
}

impl Edit {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let change: SlotChange = self.fields.into();
        if change == SlotChange::default() {
            return Err(CliError::usage("nothing is changed; `loa slot edit --help` lists what can be"));
        }
        save(context, SlotRequest::Edit { id: self.id, change: Box::new(change), based_on: None }).await
    }
}

async fn save(context: &Context, request: SlotRequest) -> Outcome {
    let slot = match context.ask(Request::Slot(request)).await? {
        Response::Slot { slot, .. } => slot,
        other => {
            return Err(unexpected(&other));
        }
    };
    let ahead = context.look().await?.ahead(clock::now(), usize::MAX).await?;
    let ahead: Vec<_> = ahead.into_iter().filter(|ahead| ahead.occurrence.slot == slot.id).take(AHEAD_MAX).collect();
    if context.json {
        let next: Vec<_> = ahead
            .iter()
            .map(|ahead| json!({ "occurrence_id": ahead.occurrence, "start": context.rfc3339(ahead.start) }))
            .collect();
        context.document(&json!({ "slot": SlotView::of(&slot), "next": next }))?;
    } else {
        context.print(&described(&slot, context))?;
        for next in ahead {
            context.say(&format!("next        {}", context.short(next.start)))?;
        }
    }
    Ok(Exit::Done)
}
