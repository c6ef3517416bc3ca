//! `loa activity add`

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::{KindName, enter};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::{Exit, Outcome, parse};
use crate::desk::{ErrorKind, keep_evidence};
use crate::domain::document::DocumentNumber;
use crate::domain::ledger::{ActivityDraft, Evidence, Origin};

/// Enter something that was done, with what proves it
#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    /// What was done
    #[arg(long)]
    kind: KindName,
    /// When
    #[arg(long, value_parser = parse::day)]
    day: NaiveDate,
    /// What it was: the title of an article, the subject of a conference
    #[arg(long)]
    title: String,
    /// How many this entry stands for
    #[arg(long, default_value_t = 1)]
    count: u32,
    /// Primary topic code
    #[arg(long, value_name = "CODE")]
    topic: Option<String>,
    /// Campaign code
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// Where
    #[arg(long)]
    place: Option<String>,
    #[command(flatten)]
    evidence: EvidenceArgs,
    /// Also if the same is in the ledger already
    #[arg(long)]
    again: bool,
}

/// What proves an entry.
#[derive(Debug, Args)]
pub(super) struct EvidenceArgs {
    /// An address on the web that proves it
    #[arg(long, value_name = "URL")]
    link: Vec<String>,
    /// The number of a document that proves it, such as 05/KH-UBND
    #[arg(long, value_name = "NUMBER")]
    document: Vec<DocumentNumber>,
    /// A file that proves it; it is copied into the data folder
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    evidence: Vec<PathBuf>,
}

impl EvidenceArgs {
    pub(super) fn is_empty(&self) -> bool {
        self.link.is_empty() && self.document.is_empty() && self.evidence.is_empty()
    }

    /// All of it; files are kept on the way.
    pub(super) fn gather(&self, context: &Context) -> Result<Vec<Evidence>, CliError> {
        let mut gathered: Vec<Evidence> = self.link.iter().map(|link| Evidence::Link(link.trim().to_owned())).collect();
        gathered.extend(self.document.iter().cloned().map(Evidence::Document));
        for file in &self.evidence {
            gathered.push(keep_evidence(&context.config, file)?);
        }
        Ok(gathered)
    }
}

impl Add {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let draft = ActivityDraft {
            kind: self.kind.into(),
            day: self.day,
            title: self.title.trim().to_owned(),
            count: self.count,
            topic: self.topic.clone(),
            campaign: self.campaign.clone(),
            place: self.place.clone(),
            evidence: self.evidence.gather(context)?,
            origin: Origin::Hand,
        };
        if draft.evidence.is_empty() {
            context.warn("nothing proves it; give --link, --document or --evidence when there is something");
        }
        let (added, _) = enter(context, vec![draft.clone()], self.again).await?;
        let Some(number) = added.first() else {
            let text = format!(
                "\"{}\" is in the ledger already (or was struck out); add --again if it is another one",
                draft.title
            );
            return Err(CliError::of(ErrorKind::Conflict, text));
        };
        if context.json {
            context.document(&json!({ "number": number, "title": draft.title, "evidence": draft.evidence }))?;
        }
        context.say(&format!(
            "entered activity {number} \"{}\" ({}, {})",
            draft.title,
            draft.kind.as_str(),
            draft.day
        ))?;
        Ok(Exit::Done)
    }
}
