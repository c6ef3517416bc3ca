//! Sends out what became of alarms: by a program, by a post to an address, or by both. Each way keeps its own order, and what was
//! not taken is tried again before what came later. Nobody waits for it.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::oneshot;

use super::webhook;
use crate::clock::{self, Alarm as Timer};
use crate::config::Watch;
use crate::desk::{Counter, Desk};
use crate::domain::alarm::Way;
use crate::domain::time::Now;
use crate::program::{self, Job, Writes};
use crate::store::Message;

/// Attempts for one message; then the next one has its turn.
const TRIES_MAX: u32 = 100;
/// Attempts for one that the other side will not have, whatever comes after it: those that do not must not wait for hours.
const REFUSED_TRIES_MAX: u32 = 5;
/// A message of an earlier run of the station that is older is not worth sending any more.
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
        let (mut pause, mut vain) = (Duration::ZERO, 0_u32);
        // Of what was made since, the wall clock says no age: it may have been set from years ago, which is an alarm too.
        let earlier = self.desk().store.last_message().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot look what is still to be sent");
            0
        });
        loop {
            timer.sleep_until(clock::now().mono + pause).await?;
            let desk = self.desk();
            let next = desk.send_next(way, earlier, clock::now()).await;
            // Counted here too: where nothing can be saved, the message itself is none the wiser.
            vain = if matches!(next, Next::Again { .. }) { vain.saturating_add(1) } else { 0 };
            pause = match next {
                Next::AtOnce => Duration::ZERO,
                Next::Again { tries, error } => {
                    let tries = tries.max(vain);
                    if tries >= TOLD_FROM {
                        desk.alarms.held().failing.insert(way, error);
                    }
                    RETRY_AFTER.saturating_mul(1 << tries.min(16).saturating_sub(1)).min(RETRY_MAX)
                }
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

/// Why a message was not taken.
#[derive(Debug)]
pub(super) struct Unsent {
    /// In words.
    pub(super) error: String,
    /// Whether it is this message that is refused; others may well be taken.
    pub(super) for_itself: bool,
}

impl From<String> for Unsent {
    fn from(error: String) -> Self {
        Self { error, for_itself: false }
    }
}

/// When the next message has its turn.
enum Next {
    AtOnce,
    /// The first was tried so often in vain, the last time because of this.
    Again {
        tries: u32,
        error: String,
    },
    WhenAsked,
}

impl Desk {
    /// Sends what has its turn on a way. Messages up to number `earlier` are of an earlier run.
    async fn send_next(&self, way: Way, earlier: u64, now: Now) -> Next {
        let message = if self.config.watch.uses(way) { self.next_message(way).await } else { None };
        let Some(message) = message else { return Next::WhenAsked };
        if message.tries >= TRIES_MAX || is_old(&message, earlier, now) {
            return self.give_up(message).await;
        }
        match attempt(way, message.clone(), &self.config.watch).await {
            Ok(()) => {
                self.alarms.held().failing.remove(&way);
                self.message_over(message).await;
                Next::AtOnce
            }
            Err(Unsent { error, for_itself }) => {
                let tries = message.tries.saturating_add(1);
                tracing::warn!(error, tries, way = way.word(), "an alarm could not be sent");
                if for_itself && tries >= REFUSED_TRIES_MAX {
                    return self.give_up(Message { tries, ..message }).await;
                }
                self.message_failed(&message).await;
                Next::Again { tries, error }
            }
        }
    }

    /// A message is not sent any more. That is an alarm of its own.
    async fn give_up(&self, message: Message) -> Next {
        let Message { alarm, tries, way, .. } = message;
        tracing::error!(alarm, tries, state = message.state.word(), way = way.word(), "an alarm goes unsent");
        let given_up = || format!("alarm {alarm} was given up after {tries} attempts");
        self.alarms.held().failing.entry(way).or_insert_with(given_up);
        self.message_over(message).await;
        Next::AtOnce
    }

    /// What has its turn: the oldest that is kept, else the oldest that could not be saved.
    async fn next_message(&self, way: Way) -> Option<Message> {
        let after = self.alarms.held().over.get(&way).copied().unwrap_or_default();
        let kept = self.store.next_message(way, after).await.unwrap_or_else(|error| {
            tracing::warn!(%error, way = way.word(), "cannot look what is to be sent");
            None
        });
        kept.or_else(|| self.alarms.held().unsent.iter().find(|message| message.way == way).cloned())
    }

    /// A message was taken, or was given up: it is not sent again, also if the store cannot let go of it.
    async fn message_over(&self, message: Message) {
        // Nothing is being saved meanwhile: it waits here or there.
        let _one_at_a_time = self.alarms.saving.lock().await;
        {
            let mut held = self.alarms.held();
            held.unsent.retain(|unsent| unsent.id != message.id);
            let over = held.over.entry(message.way).or_default();
            *over = message.number.max(*over);
        }
        if let Err(error) = self.store.message_over(&message.id).await {
            tracing::warn!(%error, alarm = message.alarm, "an alarm was sent, and the store cannot let go of it");
        }
    }

    /// A message was tried in vain.
    async fn message_failed(&self, message: &Message) {
        let _one_at_a_time = self.alarms.saving.lock().await;
        let unsaved = {
            let mut held = self.alarms.held();
            let unsent = held.unsent.iter_mut().find(|unsent| unsent.id == message.id);
            unsent.map(|unsent| unsent.tries = unsent.tries.saturating_add(1))
        };
        if unsaved.is_none()
            && let Err(error) = self.store.message_failed(&message.id).await
        {
            tracing::warn!(%error, alarm = message.alarm, "an alarm was not sent, and that cannot be written down");
        }
    }
}

/// Whether a message of an earlier run is not worth sending any more.
fn is_old(message: &Message, earlier: u64, now: Now) -> bool {
    (1..=earlier).contains(&message.number) && now.wall - message.made > AGE_MAX
}

/// One attempt, on a thread of its own that nobody waits for when the station ends.
async fn attempt(way: Way, message: Message, watch: &Watch) -> Result<(), Unsent> {
    let (tell, told) = oneshot::channel();
    let watch = watch.clone();
    let send = move || {
        let sent = match (way, &watch.webhook) {
            (Way::Command, _) => run(&message, &watch).map_err(Unsent::from),
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
        let argument = argument.replace("{state}", message.state.word()).replace("{code}", &word("code"));
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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::domain::alarm::State;

    #[test]
    fn a_clock_that_is_set_from_years_ago_makes_no_message_of_this_run_old() {
        let made: DateTime<Utc> = "2020-01-01T00:00:00Z".parse().unwrap();
        let now = Now { wall: "2026-11-29T05:00:00Z".parse().unwrap(), mono: Duration::from_secs(60) };
        let message = |number| Message {
            number,
            id: number.to_string(),
            way: Way::Webhook,
            alarm: 1,
            state: State::Raised,
            body: String::new(),
            made,
            tries: 0,
        };
        let old = [0, 1, 7, 8].map(|number| is_old(&message(number), 7, now));
        assert_eq!(old, [false, true, true, false], "not saved yet, of an earlier run, the last of it, of this one");
        let yesterday = Now { wall: made + AGE_MAX, ..now };
        assert!(!is_old(&message(1), 7, yesterday), "a night without current is no reason");
    }
}
