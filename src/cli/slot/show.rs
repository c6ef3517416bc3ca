//! `loa slot show`

use clap::Args;

use crate::cli::context::Context;
use crate::cli::table::length;
use crate::cli::views::SlotView;
use crate::cli::{Exit, Outcome};
use crate::clock;
use crate::domain::slot::{Element, Exception, Interrupted, Overrun, RotationOf, Slot, SlotId};

/// Show everything about a slot
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Its name
    #[arg(value_name = "SLOT")]
    id: SlotId,
}

impl Show {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let slot = context.look().await?.slot(&self.id, clock::now()).await?;
        if context.json {
            context.document(&SlotView::of(&slot))?;
        } else {
            context.print(&described(&slot, context))?;
        }
        Ok(Exit::Done)
    }
}

/// The slot, a line for each of its fields; elements and exceptions as they are typed.
pub(super) fn described(slot: &Slot, _context: &Context) -> String {
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "open".to_owned(), |day| day.to_string());
    let zones: Vec<String> = slot.zones.iter().map(ToString::to_string).collect();
    let exceptions: Vec<String> = slot.exceptions.iter().map(exception).collect();
    let lines = [
        ("slot", slot.id.to_string()),
        ("name", slot.name.clone()),
        ("at", slot.recurrence.clone()),
        ("zones", zones.join(", ")),
        ("elements", elements(slot)),
        ("longest", length(slot.length_max)),
        ("grace", length(slot.grace)),
        (
            "overrun",
            match slot.overrun {
                Overrun::Finish => "finish".to_owned(),
                Overrun::FadeAtEnd => "fade-at-end".to_owned(),
            },
        ),
        (
            "interrupted",
            match slot.interrupted {
                Interrupted::Resume => "resume".to_owned(),
                Interrupted::Restart => "restart".to_owned(),
                Interrupted::Drop => "drop".to_owned(),
            },
        ),
        ("valid", format!("{} to {}", day(slot.valid.from), day(slot.valid.to))),
        ("exceptions", if exceptions.is_empty() { "-".to_owned() } else { exceptions.join(" ") }),
    ];
    lines.iter().map(|(name, value)| format!("{name:<11} {}\n", value.replace(char::is_control, " "))).collect()
}

/// The elements as they are typed.
pub(super) fn elements(slot: &Slot) -> String {
    let element = |element: &Element| match element {
        Element::Ident { clip } => format!("ident:{clip}"),
        Element::Clip { clip } => format!("clip:{clip}"),
        Element::Closing { clip } => format!("closing:{clip}"),
        Element::Queue { count } => format!("queue:{count}"),
        Element::Relay { relay, minutes } => format!("relay:{relay},{minutes}"),
        Element::Rotation { of: RotationOf::All, count } => format!("rotation:{count}"),
        Element::Rotation { of: RotationOf::Topic(code), count } => format!("rotation:topic={code},{count}"),
        Element::Rotation { of: RotationOf::Campaign(code), count } => format!("rotation:campaign={code},{count}"),
    };
    slot.rundown.iter().map(element).collect::<Vec<_>>().join(" ")
}

fn exception(exception: &Exception) -> String {
    match exception {
        Exception::Date { date } => date.to_string(),
        Exception::Once { at } => at.format("%Y-%m-%dT%H:%M:%S").to_string(),
        Exception::Range { from, to } => format!("{from}..{to}"),
        Exception::Holidays => "holidays".to_owned(),
        Exception::Tet { days_before, days_after } => format!("tet:-{days_before}..+{days_after}"),
        Exception::Lunar { month, day } => format!("lunar:{day}/{month}"),
    }
}
