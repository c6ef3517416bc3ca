//! `loa activity edit` and `loa activity strike`

use chrono::NaiveDate;
use clap::Args;

use super::add::EvidenceArgs;
use super::{KindName, view};
use crate::cli::context::Context;
use crate::cli::error::unexpected;
use crate::cli::{Exit, Outcome, parse};
use crate::desk::{ActivityChange, ActivityRequest, Change, Request, Response};

/// Correct an entry; what it said before stays in the ledger
#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    /// The number of the entry
    number: u32,
    /// Why it is corrected
    #[arg(long)]
    why: String,
    /// What was done
    #[arg(long)]
    kind: Option<KindName>,
    /// When
    #[arg(long, value_parser = parse::day)]
    day: Option<NaiveDate>,
    /// What it was
    #[arg(long)]
    title: Option<String>,
    /// How many it stands for
    #[arg(long)]
    count: Option<u32>,
    /// Primary topic code; an empty one takes it away
    #[arg(long, value_name = "CODE")]
    topic: Option<String>,
    /// Campaign code; an empty one takes it away
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// Where; an empty text takes it away
    #[arg(long)]
    place: Option<String>,
    #[command(flatten)]
    evidence: EvidenceArgs,
    /// The version that was looked at; a newer one is not overwritten
    #[arg(long)]
    version: Option<u32>,
}

/// Strike an entry out: it stays to be seen and counts nothing
#[derive(Debug, Args)]
pub(in crate::cli) struct Strike {
    /// The number of the entry
    number: u32,
    /// Why it is struck out
    #[arg(long)]
    why: String,
}

fn change(text: Option<String>) -> Change<String> {
    match text {
        None => Change::Keep,
        Some(text) if text.trim().is_empty() => Change::Clear,
        Some(text) => Change::Set(text.trim().to_owned()),
    }
}

impl Edit {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let evidence = if self.evidence.is_empty() { None } else { Some(self.evidence.gather(context)?) };
        let change = ActivityChange {
            kind: self.kind.map(Into::into),
            day: self.day,
            title: self.title.map(|title| title.trim().to_owned()),
            count: self.count,
            topic: change(self.topic),
            campaign: change(self.campaign),
            place: change(self.place),
            evidence,
        };
        let (number, version, why) = (self.number, self.version, self.why);
        ask(context, ActivityRequest::Edit { number, version, change: Box::new(change), why }, "corrected").await
    }
}

impl Strike {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        ask(context, ActivityRequest::Strike { number: self.number, why: self.why }, "struck out").await
    }
}

async fn ask(context: &Context, request: ActivityRequest, done: &str) -> Outcome {
    match context.ask(Request::Activity(request)).await? {
        Response::Activity { activity } => {
            if context.json {
                context.document(&view(&activity, context))?;
            }
            let (number, title) = (activity.number, &activity.draft.title);
            context.say(&format!("{done}: activity {number} \"{title}\" (version {})", activity.version))?;
            Ok(Exit::Done)
        }
        other => Err(unexpected(&other)),
    }
}
