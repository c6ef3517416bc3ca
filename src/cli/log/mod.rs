//! `loa log`: the as-run log.

mod book;
mod correct;
mod follow;
mod list;
mod listen;
mod show;
mod tag;
mod verify;

use clap::{Args, Subcommand};

use super::Outcome;
use super::context::Context;

/// The as-run log: what was really heard
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Log {
    #[command(flatten)]
    list: list::List,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Book(book::Book),
    Verify(verify::Verify),
    Correct(Box<correct::Correct>),
    Listen(listen::Listen),
    Show(show::Show),
    Tag(tag::Tag),
    Untag(tag::Untag),
}

impl Log {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self.command {
            None => self.list.perform(context).await,
            Some(Command::Book(command)) => command.perform(context).await,
            Some(Command::Verify(command)) => command.perform(context).await,
            Some(Command::Correct(command)) => command.perform(context).await,
            Some(Command::Listen(command)) => command.perform(context).await,
            Some(Command::Show(command)) => command.perform(context).await,
            Some(Command::Tag(command)) => command.perform(context).await,
            Some(Command::Untag(command)) => command.perform(context).await,
        }
    }
}
