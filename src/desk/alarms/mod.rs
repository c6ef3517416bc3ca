//! What people should know of at once: the list of alarms, kept over restarts, and who has seen which.
//!
//! [`watch`] looks at the station each second and tells the list; [`sending`] sends out what became of it. The list itself is
//! pure ([`AlarmList`]); here it is held for everybody who asks, and saved. A disk that takes nothing holds up nobody: what could
//! not be saved is kept and saved later.

mod day;
mod message;
mod sending;
mod watch;
mod webhook;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::error::DeskError;
use super::{Desk, Response, Who, value};
use crate::domain::alarm::{AlarmList, Change, Seen, SeenError, Standing, Way, sort_standing};
use crate::domain::time::{Now, to_millisecond};
use crate::store::{MESSAGES_MAX, Message};

use message::message;

/// A person asks something of the list of alarms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum AlarmRequest {
    /// I have seen it.
    See {
        /// Which.
        number: u64,
    },
}

/// The list of alarms, for everybody who asks. The same for every desk of a running station.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    held: Mutex<Held>,
    /// One saves at a time, so that messages keep their order.
    saving: tokio::sync::Mutex<()>,
    /// Something is to be sent.
    command: Notify,
    webhook: Notify,
}

#[derive(Debug, Default)]
struct Held {
    /// None until it was read from the store, which only a running station does.
    list: Option<AlarmList>,
    /// Alarms as they are now that are not saved yet.
    unsaved: BTreeMap<u64, Standing>,
    /// What is to be sent and is not saved yet; the oldest go when there are more than [`MESSAGES_MAX`].
    unsent: Vec<Message>,
    /// What stands in the way of sending, by the way.
    failing: BTreeMap<Way, String>,
}

impl Alarms {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    const fn waker(&self, way: Way) -> &Notify {
        match way {
            Way::Command => &self.command,
            Way::Webhook => &self.webhook,
        }
    }
}

impl Held {
    /// An alarm is to be saved as it is now.
    fn keep(&mut self, standing: Standing, messages: Vec<Message>) {
        self.unsaved.insert(standing.number, standing);
        self.unsent.extend(messages);
        let more = self.unsent.len().saturating_sub(usize::try_from(MESSAGES_MAX).unwrap_or(usize::MAX));
        self.unsent.drain(..more);
    }
}

impl Desk {
    /// The alarms that still matter: what is so, and what nobody has seen; what is so first, then the worst, then the newest.
    ///
    /// # Errors
    /// The store's own, if no station runs in this process.
    pub async fn alarms(&self) -> Result<Vec<Standing>, DeskError> {
        if let Some(list) = &self.alarms.held().list {
            return Ok(list.standing());
        }
        let mut standing = self.store.alarms_that_matter().await?;
        sort_standing(&mut standing);
        Ok(standing)
    }

    /// The alarms before number `before`, the newest first; at most `limit` of them, and never more than 500.
    ///
    /// # Errors
    /// The store's own.
    pub async fn alarm_history(&self, before: Option<u64>, limit: u32) -> Result<Vec<Standing>, DeskError> {
        Ok(self.store.alarms(before, limit).await?)
    }

    pub(super) async fn handle_alarm(&self, who: &Who, request: AlarmRequest, now: Now) -> Result<Response, DeskError> {
        let AlarmRequest::See { number } = request;
        let alarm = self.see(number, who.name.trim(), now).await?;
        self.save_alarms().await?;
        let seen = value(&alarm.seen);
        self.audit(who, "alarm.seen", format!("alarm {number}"), [None, seen], now).await?;
        Ok(Response::Alarm { alarm: Box::new(alarm) })
    }

    /// Marks an alarm as seen, in the list or, if it has left it, as it is kept.
    async fn see(&self, number: u64, by: &str, now: Now) -> Result<Standing, DeskError> {
        let in_list = self.alarms.held().list.as_mut().map(|list| list.see(number, by, now.wall));
        let seen = match in_list {
            Some(Ok(seen)) => seen,
            Some(Err(error @ SeenError::Already { .. })) => return Err(refused(&error)),
            Some(Err(SeenError::Unknown { .. })) | None => {
                let Some(mut kept) = self.store.alarm(number).await? else {
                    return Err(refused(&SeenError::Unknown { number }));
                };
                if let Some(seen) = kept.seen {
                    return Err(refused(&SeenError::Already { number, seen }));
                }
                kept.seen = Some(Seen { by: by.to_owned(), at: to_millisecond(now.wall) });
                kept
            }
        };
        let messages = self.messages(&seen, "seen", now);
        self.alarms.held().keep(seen.clone(), messages);
        Ok(seen)
    }

    /// What is to be sent of an alarm, on each way that is used.
    fn messages(&self, standing: &Standing, state: &str, now: Now) -> Vec<Message> {
        let ways = Way::ALL.into_iter().filter(|way| self.config.watch.uses(*way));
        ways.map(|way| message(standing, state, way, &self.config, now)).collect()
    }

    /// Takes in what became of alarms at a look.
    fn took_place(&self, changes: &[Change], now: Now) {
        for change in changes {
            let messages = match change {
                Change::Raised(standing) => self.messages(standing, "raised", now),
                Change::Cleared(standing) => self.messages(standing, "cleared", now),
                Change::Back(_) => Vec::new(),
            };
            self.alarms.held().keep(change.standing().clone(), messages);
        }
    }

    /// Saves what is not saved yet. What cannot be is kept for the next time.
    async fn save_alarms(&self) -> Result<(), DeskError> {
        let _one_at_a_time = self.alarms.saving.lock().await;
        let (unsaved, unsent) = {
            let mut held = self.alarms.held();
            (std::mem::take(&mut held.unsaved), std::mem::take(&mut held.unsent))
        };
        if unsaved.is_empty() && unsent.is_empty() {
            return Ok(());
        }
        let standing: Vec<Standing> = unsaved.values().cloned().collect();
        match self.store.keep_alarms(&standing, &unsent).await {
            Ok(gone) => {
                if gone > 0 {
                    tracing::error!(gone, "alarms go unsent: more than {MESSAGES_MAX} of them wait to be sent");
                }
                for message in &unsent {
                    self.alarms.waker(message.way).notify_one();
                }
                Ok(())
            }
            Err(error) => {
                let mut held = self.alarms.held();
                // What changed meanwhile is newer than what could not be saved.
                let newer = std::mem::replace(&mut held.unsaved, unsaved);
                held.unsaved.extend(newer);
                held.unsent.splice(..0, unsent);
                Err(error.into())
            }
        }
    }
}

fn refused(error: &SeenError) -> DeskError {
    match error {
        SeenError::Already { number, seen } => DeskError::refused(error.to_string())
            .hint("nothing is left to do; `loa alarm list` shows those that nobody has seen")
            .code("alarm_seen")
            .value("alarm", number)
            .value("by", &seen.by),
        SeenError::Unknown { number } => DeskError::not_found(format!("there is no alarm {number}"))
            .hint("`loa alarm list --all` shows every alarm with its number")
            .code("no_such_alarm")
            .value("alarm", number),
    }
}
