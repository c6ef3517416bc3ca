//! `loa alarm`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::error::{CliError, unexpected};
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::desk::socket::Client;
use crate::desk::{AlarmRequest, Request, Response};
use crate::domain::alarm::{Severity, Standing, sentence};
use crate::domain::words::Language;

/// Alarms that `--all` shows.
const SHOWN_MAX: u32 = 500;

/// What people should know of at once (cảnh báo): what is wrong, what was, and who has seen it
#[derive(Debug, Subcommand)]
pub(super) enum Alarm {
    List(List),
    Seen(Seen),
}

/// List the alarms that still matter: what is wrong, and what was and nobody has seen
#[derive(Debug, Args)]
pub(super) struct List {
    /// Also what is over and was seen: the last 500, the newest first
    #[arg(long)]
    all: bool,
}

/// Mark an alarm as seen: others know that somebody looks after it
#[derive(Debug, Args)]
pub(super) struct Seen {
    /// Its number
    #[arg(value_name = "ID")]
    number: u64,
}

impl Alarm {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::List(list) => list.perform(context).await,
            Self::Seen(seen) => seen.perform(context).await,
        }
    }
}

impl List {
    async fn perform(self, context: &Context) -> Outcome {
        let alarms = if self.all {
            context.look().await?.alarm_history(None, SHOWN_MAX).await?
        } else {
            that_matter(context, Client::connect(&context.config.control.socket).await?.as_mut()).await?
        };
        if context.json {
            context.document(&alarms.iter().map(|alarm| document(alarm, context)).collect::<Vec<_>>())?;
        } else if alarms.is_empty() {
            context.say("there are no alarms")?;
        } else {
            let mut shown = table(context.style, &["No.", "State", "Since", "Until", "Seen by", "What"], &[0]);
            for alarm in &alarms {
                row(&mut shown, cells(alarm, context));
            }
            context.print(&text(&shown))?;
        }
        Ok(Exit::Done)
    }
}

impl Seen {
    async fn perform(self, context: &Context) -> Outcome {
        let response = context.ask(Request::Alarm(AlarmRequest::See { number: self.number })).await?;
        let Response::Alarm { alarm } = response else { return Err(unexpected(&response)) };
        if context.json {
            context.document(&document(&alarm, context))?;
        } else {
            context.say(&format!("alarm {} is marked as seen", alarm.number))?;
        }
        Ok(Exit::Done)
    }
}

/// The alarms that still matter: as the station has them, also while it cannot save them; without one, as it left them.
pub(super) async fn that_matter(context: &Context, station: Option<&mut Client>) -> Result<Vec<Standing>, CliError> {
    let Some(station) = station else { return Ok(context.look().await?.alarms().await?) };
    match station.ask(&context.who()?.name, Request::Alarms).await? {
        Response::Alarms { alarms } => Ok(alarms),
        other => Err(unexpected(&other)),
    }
}

fn cells(alarm: &Standing, context: &Context) -> [String; 6] {
    let state = match alarm.matter.severity {
        Severity::Error => alarm.state().word().to_uppercase(),
        Severity::Warning => alarm.state().word().to_owned(),
    };
    let again = if alarm.again > 0 { format!(" ({} times again)", alarm.again) } else { String::new() };
    [
        alarm.number.to_string(),
        state,
        context.short(alarm.raised),
        alarm.cleared.map_or_else(String::new, |at| context.short(at)),
        alarm.seen.as_ref().map_or_else(String::new, |seen| seen.by.clone()),
        format!("{}{again}", sentence(&alarm.matter, Language::En)),
    ]
}

pub(super) fn document(alarm: &Standing, context: &Context) -> Value {
    json!({
        "id": alarm.number,
        "state": alarm.state(),
        "severity": alarm.matter.severity,
        "code": alarm.matter.code,
        "values": alarm.matter.values,
        "text": sentence(&alarm.matter, context.config.report.language),
        "raised_at": context.rfc3339(alarm.raised),
        "again": alarm.again,
        "seen_by": alarm.seen.as_ref().map(|seen| &seen.by),
        "seen_at": alarm.seen.as_ref().map(|seen| context.rfc3339(seen.at)),
        "cleared_at": alarm.cleared.map(|at| context.rfc3339(at)),
    })
}
