//! `loa topics`

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::table::{row, table, text};
use super::{Exit, Outcome};

/// List what a clip may be about (lĩnh vực)
#[derive(Debug, Args)]
pub(super) struct Topics {}

impl Topics {
    pub(super) fn perform(self, context: &Context) -> Outcome {
        let topics = context.config.library.topics.topics();
        if context.json {
            let listed = topics.iter().map(|topic| json!({ "code": topic.code, "vi": topic.vi, "en": topic.en }));
            context.document(&listed.collect::<Vec<_>>())?;
            return Ok(Exit::Done);
        }
        let mut shown = table(context.style, &["Code", "Lĩnh vực", "Topic"], &[]);
        for topic in topics {
            row(&mut shown, [topic.code.clone(), topic.vi.clone(), topic.en.clone()]);
        }
        context.print(&text(&shown))?;
        Ok(Exit::Done)
    }
}
