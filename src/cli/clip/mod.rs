//! `loa clip`: the library.

mod add;
mod approve;
mod edit;
mod export;
mod import;
mod list;
mod listen;
mod meta;
mod replace;
mod retire;
mod rm;
mod scan;
mod send_back;
mod show;
mod speak;
mod submit;

use clap::Subcommand;

pub(super) use edit::day;

use super::Outcome;
use super::context::Context;

/// The library: bring recordings in, say what they are, approve them
#[derive(Debug, Subcommand)]
pub(super) enum Clip {
    Add(add::Add),
    Speak(speak::Speak),
    List(list::List),
    Show(show::Show),
    Edit(edit::Edit),
    Submit(submit::Submit),
    Approve(approve::Approve),
    SendBack(send_back::SendBack),
    Retire(retire::Retire),
    Rm(rm::Rm),
    Replace(replace::Replace),
    Export(export::Export),
    Scan(scan::Scan),
    Listen(listen::Listen),
}

impl Clip {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::Add(command) => command.perform(context).await,
            Self::Speak(command) => command.perform(context).await,
            Self::List(command) => command.perform(context).await,
            Self::Show(command) => command.perform(context).await,
            Self::Edit(command) => command.perform(context).await,
            Self::Submit(command) => command.perform(context).await,
            Self::Approve(command) => command.perform(context).await,
            Self::SendBack(command) => command.perform(context).await,
            Self::Retire(command) => command.perform(context).await,
            Self::Rm(command) => command.perform(context).await,
            Self::Replace(command) => command.perform(context).await,
            Self::Export(command) => command.perform(context).await,
            Self::Scan(command) => command.perform(context).await,
            Self::Listen(command) => command.perform(context).await,
        }
    }
}
