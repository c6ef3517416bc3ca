//! Sends out what became of alarms: by a program, by a post to an address, or by both. Each way keeps its own order, and what was
//! not taken is tried again before what came later. Nobody waits for it.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::oneshot;

use super::webhook;
use crate::clock::{self, Alarm as Timer};
use crate::config::Watch;
use crate::desk::error::DeskError;
use crate::desk::{Counter, Desk};
use crate::domain::alarm::Way;
use crate::domain::time::Now;
use crate::program::{self, Job, Writes};
use crate::store::Message;

/// Attempts for one message; then the next one has its turn.
const TRIES_MAX: u32 = 100;
/// A message that is older is not worth sending any more.
const AGE_MAX: TimeDelta = TimeDelta::hours(24);
/// Wait after the first attempt in vain; doubles with each, up to the next one.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// The longest wait between two attempts.
const RETRY_MAX: Duration = Duration::from_secs(300);
/// So many attempts in vain of one message are an alarm of their own.
const TOLD_FROM: u32 = 3;
/// With nothing to send, the store is looked at all the same after so long.
const IDLE: Duration = Duration::from_secs(60);

impl Counter {
    /// Sends on one way, by the settings of the desk that serves, until it is dropped.
    ///
    /// # Errors
    /// The system has no timer.
    pub async fn send_alarms(&self, way: Way) -> std::io::Result<()> {
        let mut timer = Timer::new()?;
        let mut pause = Duration::ZERO;
        loop {
            timer.sleep_until(clock::now().mono + pause).await?;
            let desk = self.desk();
            let next = desk.send_next(way, clock::now()).await.unwrap_or_else(|error| {
                tracing::warn!(%error, way = way.word(), "cannot look what is to be sent");
                Next::After(RETRY_MAX)
            });
            pause = match next {
                Next::AtOnce => Duration::ZERO,
                Next::After(pause) => pause,
                Next::WhenAsked => {
                    tokio::select! {
                        () = desk.alarms.waker(way).notified() => {}
                        slept = timer.sleep_until(clock::now().mono + IDLE) => slept?,
                    }
                    Duration::ZERO
                }
            };
        }
    }
}

/// When the next message has its turn.
enum Next {
    AtOnce,
    After(Duration),
    WhenAsked,
}

impl Desk {
    async fn send_next(&self, way: Way, now: Now) -> Result<Next, DeskError> {
        if !self.config.watch.uses(way) {
            return Ok(Next::WhenAsked);
        }
        let Some(message) = self.store.next_message(way).await? else { return Ok(Next::WhenAsked) };
        if message.tries >= TRIES_MAX || now.wall - message.made > AGE_MAX {
            tracing::error!(alarm = message.alarm, state = message.state, way = way.word(), "an alarm goes unsent");
            let tries = message.tries;
            let given_up = || format!("alarm {} was given up after {tries} attempts", message.alarm);
            self.alarms.held().failing.entry(way).or_insert_with(given_up);
            self.store.message_over(message.number).await?;
            return Ok(Next::AtOnce);
        }
        let (number, tries) = (message.number, message.tries.saturating_add(1));
        match attempt(way, message, &self.config.watch).await {
            Ok(()) => {
                self.alarms.held().failing.remove(&way);
                self.store.message_over(number).await?;
                Ok(Next::AtOnce)
            }
            Err(error) => {
                tracing::warn!(error, tries, way = way.word(), "an alarm could not be sent");
                if tries >= TOLD_FROM {
                    self.alarms.held().failing.insert(way, error);
                }
                self.store.message_failed(number).await?;
                Ok(Next::After(RETRY_AFTER.saturating_mul(1 << tries.min(16).saturating_sub(1)).min(RETRY_MAX)))
            }
        }
    }
}

/// One attempt, on a thread of its own that nobody waits for when the station ends.
async fn attempt(way: Way, message: Message, watch: &Watch) -> Result<(), String> {
    let (tell, told) = oneshot::channel();
    let watch = watch.clone();
    let send = move || {
        let sent = match (way, &watch.webhook) {
            (Way::Command, _) => run(&message, &watch),
            (Way::Webhook, Some(address)) => webhook::post(address, &message, watch.time_max),
            (Way::Webhook, None) => Ok(()),
        };
        // The station may have ended.
        drop(tell.send(sent));
    };
    let thread = std::thread::Builder::new().name(format!("loa-{}", way.word())).spawn(send);
    thread.map_err(|error| format!("the system gives no thread: {error}"))?;
    told.await.map_err(|_| "the thread that sends broke".to_owned())?
}

fn run(message: &Message, watch: &Watch) -> Result<(), String> {
    let said: serde_json::Value = serde_json::from_str(&message.body).map_err(|error| error.to_string())?;
    let word = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let filled = |argument: &String| {
        // Last the text, which may hold anything.
        let argument = argument.replace("{state}", &message.state).replace("{code}", &word("code"));
        argument.replace("{text}", &word("text"))
    };
    let command: Vec<String> = watch.command.iter().map(filled).collect();
    let job = Job {
        command: &command,
        folder: None,
        input: Some(&message.body),
        writes: Writes::Words,
        time_max: watch.time_max,
        in_background: true,
    };
    program::run(&job).map(drop).map_err(|error| error.to_string())
}
