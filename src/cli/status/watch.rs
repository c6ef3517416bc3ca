//! `loa status --watch`

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Overview, Running, alarms, day, frame, running, view};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::{Exit, Outcome};
use crate::clock;
use crate::desk::socket::Client;
use crate::desk::{Ahead, DayLine};
use crate::domain::alarm::Standing;
use crate::domain::time::Now;

/// Between two pictures on a terminal.
const FRAME_EVERY: Duration = Duration::from_millis(200);
/// Between two lines for who reads line by line.
const LINE_EVERY: Duration = Duration::from_secs(1);
/// Between two looks at the day's occurrences and at the alarms, which change seldom.
const DAY_EVERY: Duration = Duration::from_secs(5);
/// Pictures drawn in a second, at the most.
const FRAMES_PER_SECOND: u8 = 10;

/// What was seen of the day, and when.
struct Seen {
    at: Now,
    today: Vec<DayLine>,
    ahead: Vec<Ahead>,
    alarms: Vec<Standing>,
}

/// Shows the status until the process is told to end.
pub(super) async fn watch(context: &Context) -> Outcome {
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let picture = picture(context);
    let every = if picture.is_some() { FRAME_EVERY } else { LINE_EVERY };
    let mut client = None;
    let mut seen: Option<Seen> = None;
    loop {
        let now = clock::now();
        let running = look(context, &mut client).await?;
        let day_seen = match seen.take().filter(|seen| now.mono < seen.at.mono + DAY_EVERY) {
            Some(seen) => seen,
            None => {
                let (today, ahead) = day(context, now).await?;
                // One that went away a moment ago tells nothing of its alarms.
                let alarms = alarms(context, client.as_mut()).await.unwrap_or_default();
                Seen { at: now, today, ahead, alarms }
            }
        };
        let Seen { at, today, mut ahead, alarms } = day_seen;
        ahead.retain(|ahead| ahead.start > now.wall);
        let overview = Overview { now, running, today, ahead, alarms, reminders: Vec::new() };
        match &picture {
            Some(picture) => picture.set_message(frame::lines(&overview, context).join("\n")),
            None if context.json => {
                context.print(&format!("{}\n", view::json(&overview, context)))?;
            }
            None => context.print(&(frame::one_line(&overview, context) + "\n"))?,
        }
        seen = Some(Seen { at, today: overview.today, ahead: overview.ahead, alarms: overview.alarms });
        tokio::select! {
            _ = &mut interrupted => break,
            woken = clock::sleep_until(now.mono + every) => woken.map_err(CliError::of_system)?,
        }
    }
    if let Some(picture) = picture {
        picture.abandon();
    }
    Ok(Exit::Done)
}

/// A picture of several lines that is drawn over itself; none if nobody sees it.
fn picture(context: &Context) -> Option<ProgressBar> {
    if context.json || !context.style.terminal {
        return None;
    }
    let target = ProgressDrawTarget::stdout_with_hz(FRAMES_PER_SECOND);
    let picture = ProgressBar::with_draw_target(None, target);
    picture.set_style(ProgressStyle::with_template("{msg}").ok()?);
    Some(picture)
}

/// How the station stands; connects anew when it was restarted, and says nothing of one that goes away meanwhile.
async fn look(context: &Context, client: &mut Option<Client>) -> Result<Option<Running>, CliError> {
    if client.is_none() {
        *client = Client::connect(&context.config.control.socket).await?;
    }
    let Some(connected) = client else { return Ok(None) };
    match running(context, connected).await {
        Ok(running) => Ok(Some(running)),
        Err(_) => {
            *client = None;
            Ok(None)
        }
    }
}
