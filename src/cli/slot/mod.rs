//! `loa slot`: recurring broadcast windows.

mod fields;
mod list;
mod save;
mod show;

use clap::{Args, Subcommand};

use super::context::Context;
use super::views::SlotView;
use super::{Exit, Outcome};
use crate::cli::error::unexpected;
use crate::desk::{Request, Response, SlotRequest};
use crate::domain::slot::SlotId;

/// Recurring broadcast windows: when, where, what is heard in them
#[derive(Debug, Subcommand)]
pub(super) enum Slot {
    Add(save::Add),
    Edit(save::Edit),
    List(list::List),
    Show(show::Show),
    Rm(Rm),
}

impl Slot {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::Add(command) => command.perform(context).await,
            Self::Edit(command) => command.perform(context).await,
            Self::List(command) => command.perform(context).await,
            Self::Show(command) => command.perform(context).await,
            Self::Rm(command) => command.perform(context).await,
        }
    }
}

/// Remove a slot: it airs no more from now on, its past stays in the log
#[derive(Debug, Args)]
pub(super) struct Rm {
    /// Its name
    #[arg(value_name = "SLOT")]
    id: SlotId,
}

impl Rm {
    async fn perform(self, context: &Context) -> Outcome {
        match context.ask(Request::Slot(SlotRequest::Remove { id: self.id, based_on: None })).await? {
            Response::SlotRemoved { slot } => {
                if context.json {
                    context.document(&SlotView::of(&slot))?;
                }
                context.say(&format!("removed slot {} \"{}\"", slot.id, slot.name))?;
                Ok(Exit::Done)
            }
            other => Err(unexpected(&other)),
        }
    }
}
