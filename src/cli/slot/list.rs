//! `loa slot list`

use clap::Args;

use super::show::elements;
use crate::cli::context::Context;
use crate::cli::table::{length, row, table, text};
use crate::cli::views::SlotView;
use crate::cli::{Exit, Outcome};
use crate::clock;
use crate::desk::Desk;

/// List slots
#[derive(Debug, Args)]
pub(in crate::cli) struct List {}

impl List {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let slots = if Desk::is_untouched(&context.config.data.folder) {
            Vec::new()
        } else {
            context.look().await?.slots(clock::now()).await?
        };
        if context.json {
            context.document(&slots.iter().map(|version| SlotView::of(&version.slot)).collect::<Vec<_>>())?;
            return Ok(Exit::Done);
        }
        if slots.is_empty() {
            context.say("no slots; add one with `loa slot add NAME --at \"0 5 * * *\" --element queue:3`")?;
            return Ok(Exit::Done);
        }
        let mut shown = table(context.style, &["Slot", "Name", "At", "Rundown", "Longest", "Grace"], &[4, 5]);
        for slot in slots.iter().map(|version| &version.slot) {
            row(
                &mut shown,
                [
                    slot.id.to_string(),
                    slot.name.clone(),
                    slot.recurrence.clone(),
                    elements(slot),
                    length(slot.length_max),
                    length(slot.grace),
                ],
            );
        }
        context.print(&text(&shown))?;
        Ok(Exit::Done)
    }
}
