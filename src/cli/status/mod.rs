//! `loa status`

mod frame;
mod view;
mod watch;

use clap::Args;

use super::alarm::that_matter;
use super::context::Context;
use super::error::CliError;
use super::{Exit, Outcome};
use crate::clock;
use crate::desk::socket::Client;
use crate::desk::{Ahead, CampaignStanding, DayLine, Desk, ErrorKind, Request, Response};
use crate::domain::alarm::Standing;
use crate::domain::time::Now;
use crate::station::LiveView;

/// Occurrences to come that are named.
const AHEAD_MAX: usize = 5;

/// Show what is on air, what comes next and what became of today's broadcasts
#[derive(Debug, Args)]
pub(super) struct Status {
    /// Go on showing it, until interrupted; with --json a document a line
    #[arg(long, short = 'w')]
    watch: bool,
}

/// Everything there is to say.
pub(super) struct Overview {
    /// When it was looked at.
    pub(super) now: Now,
    /// The running station; none if none runs.
    pub(super) running: Option<Running>,
    /// The occurrences of today.
    pub(super) today: Vec<DayLine>,
    /// The next ones.
    pub(super) ahead: Vec<Ahead>,
    /// The alarms that still matter: what is so before what is over, the worst first.
    pub(super) alarms: Vec<Standing>,
    /// What somebody should see to; nothing is looked for while the status is watched.
    pub(super) reminders: Vec<String>,
}

/// A running station.
pub(super) struct Running {
    pub(super) pid: u32,
    pub(super) version: String,
    pub(super) console: Option<String>,
    pub(super) live: LiveView,
}

impl Status {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        if self.watch {
            return watch::watch(context).await;
        }
        let mut client = Client::connect(&context.config.control.socket).await?;
        let running = match &mut client {
            Some(client) => Some(running(context, client).await?),
            None => None,
        };
        let (today, ahead) = day(context, clock::now()).await?;
        let alarms = alarms(context, client.as_mut()).await?;
        let reminders = reminders(context, clock::now()).await;
        let overview = Overview { now: clock::now(), running, today, ahead, alarms, reminders };
        if context.json {
            context.document(&view::json(&overview, context))?;
        } else {
            context.print(&(frame::lines(&overview, context).join("\n") + "\n"))?;
        }
        Ok(if overview.running.is_some() { Exit::Done } else { Exit::NotReady })
    }
}

/// How the station at the other end stands.
async fn running(context: &Context, client: &mut Client) -> Result<Running, CliError> {
    match client.ask(&context.who()?.name, Request::Live).await? {
        Response::Live { live } => {
            let (version, console) = (client.version().to_owned(), client.console().map(str::to_owned));
            Ok(Running { pid: client.pid(), version, console, live: *live })
        }
        other => Err(super::error::unexpected(&other)),
    }
}

/// Campaigns that fell behind. What cannot be read is told by the other parts of the status already.
async fn reminders(context: &Context, now: Now) -> Vec<String> {
    if Desk::is_untouched(&context.config.data.folder) {
        return Vec::new();
    }
    let Ok(desk) = context.look().await else { return Vec::new() };
    let standings = desk.campaign_standings(now).await.unwrap_or_default();
    standings.iter().filter_map(CampaignStanding::reminder).collect()
}

/// The day's occurrences and the next ones; nothing in a folder that holds nothing yet.
async fn day(context: &Context, now: Now) -> Result<(Vec<DayLine>, Vec<Ahead>), CliError> {
    if Desk::is_untouched(&context.config.data.folder) {
        return Ok((Vec::new(), Vec::new()));
    }
    match context.look().await {
        Ok(desk) => Ok((desk.today(now).await?, desk.ahead(now, AHEAD_MAX).await?)),
        Err(error) => said(context, error),
    }
}

/// The alarms that still matter; none in a folder that holds nothing yet.
async fn alarms(context: &Context, station: Option<&mut Client>) -> Result<Vec<Standing>, CliError> {
    if station.is_none() && Desk::is_untouched(&context.config.data.folder) {
        return Ok(Vec::new());
    }
    match that_matter(context, station).await {
        Ok(alarms) => Ok(alarms),
        Err(error) => said(context, error),
    }
}

/// A status is asked for when something is wrong: what can be said is said.
fn said<T: Default>(context: &Context, error: CliError) -> Result<T, CliError> {
    match error {
        CliError::Told(error) if error.kind == ErrorKind::Failed => {
            context.warn(&error.to_string());
            Ok(T::default())
        }
        other => Err(other),
    }
}
