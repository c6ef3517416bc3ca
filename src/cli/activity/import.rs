//! `loa activity import`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{bytes_of, enter};
use crate::cli::context::Context;
use crate::cli::{Exit, Outcome};
use crate::desk::{TABLE_BYTES_MAX, parse_table};

/// Enter the rows of a CSV file: columns kind, day, title, and count, topic, campaign, place, link, document if wanted
#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// The file; - is standard input
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
}

impl Import {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let bytes = bytes_of(&self.file, TABLE_BYTES_MAX)?;
        let name = self.file.file_name().unwrap_or(self.file.as_os_str()).to_string_lossy().into_owned();
        let drafts = parse_table(&bytes, &name)?;
        let (added, known) = enter(context, drafts, false).await?;
        if context.json {
            context.document(&json!({ "file": name, "added": added.len(), "known": known, "numbers": added }))?;
        }
        context.say(&format!("{} entered, {known} were in the ledger already", added.len()))?;
        Ok(Exit::Done)
    }
}
