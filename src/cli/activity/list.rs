//! `loa activity list` and `loa activity show`

use clap::Args;

use super::{KindName, evidence_words, origin_word, view};
use crate::cli::context::Context;
use crate::cli::period::PeriodArgs;
use crate::cli::table::{row, table, text};
use crate::cli::{Exit, Outcome};
use crate::desk::Desk;
use crate::domain::ledger::{Activity, ActivityKind};

/// List the ledger by day
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    period: PeriodArgs,
    /// Only this kind
    #[arg(long)]
    kind: Option<KindName>,
    /// Only of this campaign
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// Also what was struck out
    #[arg(long)]
    struck: bool,
}

/// Show every version of an entry
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// The number of the entry
    number: u32,
}

impl List {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let period = self.period.given(context)?;
        let untouched = Desk::is_untouched(&context.config.data.folder);
        let mut entries =
            if untouched { Vec::new() } else { context.look().await?.activities(period, self.struck).await? };
        let kind: Option<ActivityKind> = self.kind.map(Into::into);
        entries.retain(|entry| kind.is_none_or(|kind| entry.draft.kind == kind));
        entries.retain(|entry| self.campaign.is_none() || entry.draft.campaign == self.campaign);
        if context.json {
            context.document(&entries.iter().map(|entry| view(entry, context)).collect::<Vec<_>>())?;
            return Ok(Exit::Done);
        }
        let counted: u64 = entries.iter().filter(|entry| !entry.struck).map(|entry| u64::from(entry.draft.count)).sum();
        context
            .print(&(lines(&entries, context) + &format!("{} entries, which stand for {counted}\n", entries.len())))?;
        Ok(Exit::Done)
    }
}

impl Show {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let versions = context.look().await?.activity_history(self.number).await?;
        if context.json {
            context.document(&versions.iter().map(|entry| view(entry, context)).collect::<Vec<_>>())?;
            return Ok(Exit::Done);
        }
        context.print(&lines(&versions, context))?;
        for version in versions.iter().filter(|version| version.why.is_some()) {
            let why = version.why.as_deref().unwrap_or_default();
            let what = if version.struck { "struck out" } else { "corrected" };
            let at = context.short(version.at);
            context.say(&format!("version {}: {what} by {} on {at}: {why}", version.version, version.by))?;
        }
        Ok(Exit::Done)
    }
}

fn lines(entries: &[Activity], context: &Context) -> String {
    let headings = ["No", "Version", "Day", "Kind", "Title", "Count", "Campaign", "Place", "From", "Evidence", "By"];
    let mut shown = table(context.style, &headings, &[0, 1, 5]);
    for entry in entries {
        let draft = &entry.draft;
        let title = if entry.struck { format!("(struck out) {}", draft.title) } else { draft.title.clone() };
        row(
            &mut shown,
            [
                entry.number.to_string(),
                entry.version.to_string(),
                draft.day.to_string(),
                draft.kind.as_str().to_owned(),
                title,
                draft.count.to_string(),
                draft.campaign.clone().unwrap_or_default(),
                draft.place.clone().unwrap_or_default(),
                origin_word(&draft.origin).to_owned(),
                evidence_words(&draft.evidence),
                entry.by.clone(),
            ],
        );
    }
    text(&shown)
}
