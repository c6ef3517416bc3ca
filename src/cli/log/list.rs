//! `loa log`

use chrono::NaiveDate;
use clap::Args;

use super::follow::follow;
use crate::cli::context::Context;
use crate::cli::{Exit, Outcome, parse};
use crate::desk::LogQuery;
use crate::export::Delimiter;
use crate::export::log::{csv, json, table};

/// The rows of the log: airings, and occurrences of which nothing was heard
#[derive(Debug, Args)]
pub(super) struct List {
    /// First day, local
    #[arg(long, value_name = "DAY", value_parser = parse::day)]
    from: Option<NaiveDate>,
    /// Last day, local
    #[arg(long, value_name = "DAY", value_parser = parse::day)]
    to: Option<NaiveDate>,
    /// Only airings that the loudspeakers of a zone did not give back, as its return feed says
    #[arg(long)]
    not_heard: bool,
    /// Go on showing what is added, until interrupted; with --json a document a line
    #[arg(long, short = 'f', conflicts_with_all = ["csv", "from", "to", "not_heard"])]
    follow: bool,
    /// As a spreadsheet with the columns of the logbook (sổ nhật ký)
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Semicolons between the cells of the spreadsheet, as Excel expects them under Vietnamese settings
    #[arg(long, requires = "csv")]
    semicolon: bool,
}

impl List {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let desk = context.look().await?;
        if self.follow {
            return follow(context, &desk).await;
        }
        let rows = desk.log(LogQuery { from: self.from, to: self.to, not_heard: self.not_heard }).await?;
        let zone = desk.store().settings().zone;
        if context.json {
            context.print(&(json(&rows, zone)? + "\n"))?;
        } else if self.csv {
            let delimiter = if self.semicolon { Delimiter::Semicolon } else { Delimiter::Comma };
            context.print(&csv(&rows, &context.config.library.topics, zone, delimiter)?)?;
        } else if rows.is_empty() {
            context.say("the log has no rows for these days")?;
        } else {
            if desk.store().is_simulated() {
                context.warn("this is the log of a rehearsal: nothing of it was heard");
            }
            context.print(&table(&rows, &context.screen()))?;
        }
        Ok(Exit::Done)
    }
}
