//! `loa plan`

use chrono::TimeDelta;
use clap::Args;

use super::context::Context;
use super::error::CliError;
use super::parse::{self, Moment};
use super::{Exit, Outcome};
use crate::clock;
use crate::desk::Desk;
use crate::domain::time::Window;
use crate::export::plan::{calendar, json, table};

/// Days shown when none are given.
const DAYS: i64 = 7;
/// The longest window that is planned at once.
const WINDOW_MAX: TimeDelta = TimeDelta::days(3 * 366);

/// Show what will be heard: when, which clips, why these, and what will not fit
#[derive(Debug, Args)]
pub(super) struct Plan {
    /// From when: a day, a local time 2026-11-23T05:00 or RFC 3339 [default: now]
    #[arg(long, value_name = "WHEN", value_parser = parse::moment)]
    from: Option<Moment>,
    /// To when; a day counts wholly [default: a week later]
    #[arg(long, value_name = "WHEN", value_parser = parse::moment)]
    to: Option<Moment>,
    /// As iCalendar, for calendar programs
    #[arg(long, conflicts_with = "json")]
    ics: bool,
}

impl Plan {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let zone = context.zone();
        let now = clock::now();
        let from = self.from.map_or(now.wall, |from| from.instant(zone));
        let to = self.to.map_or(from + TimeDelta::days(DAYS), |to| to.end(zone));
        if to <= from || to - from > WINDOW_MAX {
            let text = format!(
                "the plan is asked for from {} to {}; the end lies after the start, by three years at most",
                context.rfc3339(from),
                context.rfc3339(to)
            );
            return Err(CliError::usage(text));
        }
        let untouched = Desk::is_untouched(&context.config.data.folder);
        let (rows, notes) = if untouched {
            (Vec::new(), Vec::new())
        } else {
            let desk = context.look().await?;
            let rows = desk.plan(Window { from, to }).await?;
            let notes = desk.off_length(&rows);
            (rows, notes)
        };
        if context.json {
            context.print(&(json(&rows, zone)? + "\n"))?;
        } else if self.ics {
            context.print(&calendar(&rows, &context.config.station.name, now.wall, zone)?)?;
        } else if rows.is_empty() {
            context.say(&format!("nothing is planned from {} to {}", context.short(from), context.short(to)))?;
        } else {
            context.print(&table(&rows, &context.screen()))?;
            notes.iter().for_each(|note| context.warn(note));
        }
        Ok(Exit::Done)
    }
}
