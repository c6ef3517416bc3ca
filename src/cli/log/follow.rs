//! `loa log --follow`

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::{Exit, Outcome};
use crate::clock;
use crate::desk::Desk;
use crate::domain::words::{Language, kind};
use crate::export::log::{LogRow, json_line};

/// Between two looks at the log.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Records before the end with which following begins.
const TAIL: u64 = 20;

/// Shows the last rows, then each as it is written, until the process is told to end.
pub(super) async fn follow(context: &Context, desk: &Desk) -> Outcome {
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let head = desk.store().head().await.map_err(crate::desk::DeskError::from)?;
    let mut reached = head.map_or(0, |(seq, _)| seq.saturating_sub(TAIL));
    loop {
        let (next, rows) = desk.log_after(reached).await?;
        reached = next;
        for row in &rows {
            let line = if context.json { json_line(row, context.zone())? } else { line(row, context) };
            context.print(&(line + "\n"))?;
        }
        let now = clock::now();
        tokio::select! {
            _ = &mut interrupted => return Ok(Exit::Done),
            woken = clock::sleep_until(now.mono + LOOK_EVERY) => woken.map_err(CliError::of_system)?,
        }
    }
}

/// A row in one line.
fn line(row: &LogRow, context: &Context) -> String {
    let time = |at: DateTime<Utc>| at.with_timezone(&context.zone()).format("%H:%M:%S").to_string();
    let at = row.start.unwrap_or(row.planned_start);
    let end = row.end.map_or_else(|| "        ".to_owned(), time);
    let words = row.ending.words(Language::En);
    let words = match (row.counted, words) {
        (true, "aired") => context.style.good(words),
        (_, "on air") => context.style.paint(36, words),
        (_, "missed" | "not aired") => context.style.bad(words),
        _ => context.style.doubtful(words),
    };
    let what = row.kind.map_or("occurrence", |of| kind(of, Language::En));
    let why = row.ending.why(Language::En).map(|why| format!(", {why}")).unwrap_or_default();
    let title = row.title.replace(char::is_control, " ");
    format!("{:>6}  {} {}-{end}  {what:<10} {title}: {words}{why}", row.seq, context.short(at), time(at))
}
