//! `loa simulate`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::{Exit, Outcome};
use crate::rehearsal::simulate;

/// Rehearse a scenario on a virtual clock into a data folder of its own, which log and report then read
#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// The scenario
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    scenario: PathBuf,
}

impl Simulate {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let folder = &context.config.data.folder;
        let summary = simulate(&self.scenario, folder, &context.config).await?;
        if context.json {
            context.document(&json!({
                "name": summary.name,
                "from": context.rfc3339(summary.from),
                "to": context.rfc3339(summary.to),
                "records": summary.records,
                "sounded": summary.sounded,
                "refusals": summary.refusals,
                "data": folder.to_string_lossy(),
            }))?;
        } else {
            context.say(&format!(
                "rehearsed `{}` from {} to {}: {} stretches sounded, {} records written",
                summary.name,
                context.rfc3339(summary.from),
                context.rfc3339(summary.to),
                summary.sounded,
                summary.records
            ))?;
            context.say(&format!(
                "look at it with `loa log --data {0}` and `loa report --data {0} ...`",
                folder.display()
            ))?;
        }
        Ok(Exit::Done)
    }
}
