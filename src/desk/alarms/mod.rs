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

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::error::DeskError;
use super::{Desk, Response, Who, value};
use crate::domain::alarm::{AlarmList, Change, Seen, SeenError, Standing, State, Way, sort_standing};
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
    /// The number of the last message that is over, by the way: the store may not have been able to let go of it.
    over: BTreeMap<Way, u64>,
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
        if more > 0 {
            tracing::error!(gone = more, "alarms go unsent: they cannot be saved, and more than {MESSAGES_MAX} wait");
        }
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
                let unsaved = self.alarms.held().unsaved.get(&number).cloned();
                let kept = match unsaved {
                    Some(unsaved) => Some(unsaved),
                    None => self.store.alarm(number).await?,
                };
                let Some(mut kept) = kept else {
                    return Err(refused(&SeenError::Unknown { number }));
                };
                if let Some(seen) = kept.seen {
                    return Err(refused(&SeenError::Already { number, seen }));
                }
                kept.seen = Some(Seen { by: by.to_owned(), at: to_millisecond(now.wall) });
                kept
            }
        };
        let messages = self.messages(&seen, State::Seen, now);
        self.alarms.held().keep(seen.clone(), messages);
        Ok(seen)
    }

    /// What is to be sent of an alarm, on each way that is used.
    fn messages(&self, standing: &Standing, state: State, now: Now) -> Vec<Message> {
        let ways = Way::ALL.into_iter().filter(|way| self.config.watch.uses(*way));
        ways.map(|way| message(standing, state, way, &self.config, now)).collect()
    }

    /// Takes in what became of alarms at a look.
    fn took_place(&self, changes: &[Change], now: Now) {
        for change in changes {
            let messages = match change {
                Change::Raised(standing) => self.messages(standing, State::Raised, now),
                Change::Cleared(standing) => self.messages(standing, State::Cleared, now),
                Change::Back(_) => Vec::new(),
            };
            self.alarms.held().keep(change.standing().clone(), messages);
        }
    }

    /// Saves what is not saved yet. What cannot be is kept for the next time.
    async fn save_alarms(&self) -> Result<(), DeskError> {
        let _one_at_a_time = self.alarms.saving.lock().await;
        // It stays where it is meanwhile: whoever sends must find it.
        let (unsaved, unsent) = {
            let held = self.alarms.held();
            (held.unsaved.clone(), held.unsent.clone())
        };
        if unsaved.is_empty() && unsent.is_empty() {
            return Ok(());
        }
        let standing: Vec<Standing> = unsaved.values().cloned().collect();
        let saved = self.store.keep_alarms(&standing, &unsent).await;
        if let Ok(gone) = saved {
            if gone > 0 {
                tracing::error!(gone, "alarms go unsent: more than {MESSAGES_MAX} of them wait to be sent");
            }
            let mut held = self.alarms.held();
            // What changed meanwhile is not saved yet.
            held.unsaved.retain(|number, standing| unsaved.get(number) != Some(standing));
            held.unsent.retain(|message| !unsent.contains(message));
        }
        // What cannot be saved is sent all the same: that may be the very thing to be told.
        let ways: BTreeSet<Way> = unsent.iter().map(|message| message.way).collect();
        ways.into_iter().for_each(|way| self.alarms.waker(way).notify_one());
        saved.map(drop).map_err(DeskError::from)
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
