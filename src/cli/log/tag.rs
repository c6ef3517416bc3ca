//! `loa log tag` and `loa log untag`

use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::error::{CliError, unexpected};
use crate::cli::{Exit, Outcome, parse};
use crate::desk::{MentionDraft, MentionRequest, MentionWithdrawal, Request, Response};
use crate::domain::log::place;

/// Say that an item was heard inside a relay: adds a record to the log; a report counts it
#[derive(Debug, Args)]
pub(super) struct Tag {
    /// Identifier of the relay's airing, or the number in the first column of `loa log`
    airing: String,
    /// Where the item begins, as a player shows it: 3:10 or 00:03:10
    #[arg(long, value_name = "PLACE", value_parser = parse::place, required = true)]
    at: Duration,
    /// How long it is, such as 4m or 90s
    #[arg(long, value_name = "LENGTH", value_parser = parse::length)]
    length: Option<Duration>,
    /// What it is called
    #[arg(long, value_name = "TEXT", required = true)]
    title: String,
    /// Its topic code
    #[arg(long, value_name = "CODE", required = true)]
    topic: String,
    /// Who made it, as the other station said
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
}

/// Take back an item that was tagged inside a relay: adds a record to the log, and the first stays
#[derive(Debug, Args)]
pub(super) struct Untag {
    /// Identifier of the relay's airing, or the number in the first column of `loa log`
    airing: String,
    /// Number of the item, as `loa log show` lists it
    item: u32,
    /// Why it is taken back
    #[arg(long, value_name = "TEXT", required = true)]
    why: String,
}

impl Tag {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let offset_ms = milliseconds(self.at);
        let draft = MentionDraft {
            airing: self.airing,
            offset_ms,
            length_ms: self.length.map(milliseconds),
            title: self.title,
            topic: self.topic,
            author: self.author,
        };
        let (item, record) = asked(context, MentionRequest::Tag(draft)).await?;
        context.say(&format!("item {item} at {}, by record {record}", place(offset_ms)))?;
        Ok(Exit::Done)
    }
}

impl Untag {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let Self { airing, item, why } = self;
        let withdrawal = MentionWithdrawal { airing, item, why };
        let (item, record) = asked(context, MentionRequest::Withdraw(withdrawal)).await?;
        context.say(&format!("item {item} withdrawn by record {record}"))?;
        Ok(Exit::Done)
    }
}

async fn asked(context: &Context, request: MentionRequest) -> Result<(u32, u64), CliError> {
    match context.ask(Request::Mention(request)).await? {
        Response::Mentioned { item, record } => {
            if context.json {
                context.document(&json!({ "item": item, "record": record }))?;
            }
            Ok((item, record))
        }
        other => Err(unexpected(&other)),
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
