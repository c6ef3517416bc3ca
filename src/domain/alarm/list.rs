//! The list of alarms: when each was raised, by whom it was seen, when it was over. Told what is wrong and the time.
//!
//! An alarm is known by its code and what it is about. It is raised once, however often somebody looks. When what it is about is
//! over it stays a while, so that a cable with a loose contact rings once and is counted, and is then cleared; the next time is
//! another alarm, which nobody has seen yet. So it is when it gets worse. What is cleared and seen leaves the list; the store keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Matter, Severity};
use crate::domain::time::{Now, to_millisecond};

/// The most alarms of the list. When it is full the oldest that is cleared leaves it unseen (the store has it all the same); if
/// none is, a further alarm waits until one is, the worst first.
pub const ALARMS_MAX: usize = 200;

/// Somebody has seen an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// How an alarm stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is so, and nobody has seen it.
    Raised,
    /// It is so, and somebody has seen it.
    Seen,
    /// It is over.
    Cleared,
}

impl State {
    /// The word that it is known by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Seen => "seen",
            Self::Cleared => "cleared",
        }
    }
}

/// An alarm of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Counted from 1, in the order in which they were raised.
    pub number: u64,
    /// What it says, as it was when it was raised.
    pub matter: Matter,
    /// When it was raised.
    pub raised: DateTime<Utc>,
    /// How often it was over for a moment and came back.
    pub again: u32,
    /// By whom it was seen; none if by nobody.
    pub seen: Option<Seen>,
    /// When it was cleared; none while it is so.
    pub cleared: Option<DateTime<Utc>>,
}

impl Standing {
    /// How it stands.
    #[must_use]
    pub const fn state(&self) -> State {
        match (&self.cleared, &self.seen) {
            (Some(_), _) => State::Cleared,
            (None, Some(_)) => State::Seen,
            (None, None) => State::Raised,
        }
    }

    /// Whether it is so.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.cleared.is_none()
    }

    /// Whether it still matters: it is so, or nobody has seen it.
    #[must_use]
    pub const fn matters(&self) -> bool {
        self.is_open() || self.seen.is_none()
    }

    fn key(&self) -> Key {
        key(&self.matter)
    }
}

/// What became of an alarm at a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It was raised.
    Raised(Standing),
    /// It was over for a moment and is back.
    Back(Standing),
    /// It is over.
    Cleared(Standing),
}

impl Change {
    /// The alarm as it is now.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        match self {
            Self::Raised(standing) | Self::Back(standing) | Self::Cleared(standing) => standing,
        }
    }
}

/// Why an alarm cannot be marked as seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeenError {
    /// Somebody was first.
    #[error("alarm {number} was seen by {} already", seen.by)]
    Already {
        /// Which.
        number: u64,
        /// By whom.
        seen: Seen,
    },
    /// It is not in the list.
    #[error("there is no alarm {number} in the list")]
    Unknown {
        /// Which.
        number: u64,
    },
}

type Key = (String, String);

fn key(matter: &Matter) -> Key {
    (matter.code.clone(), matter.about().to_owned())
}

/// How something that may be an alarm stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watched {
    /// It is so, not yet for long enough.
    Pending { since: Duration, patience: Duration },
    /// It is raised; over since then, if it is over.
    Raised { number: u64, over: Option<Duration> },
}

/// The list of alarms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlarmList {
    standing: BTreeMap<u64, Standing>,
    watched: BTreeMap<Key, Watched>,
    /// The number of the next one, less one.
    last: u64,
}

impl AlarmList {
    /// The list as it was left: those that still matter, and the highest number that was ever given.
    #[must_use]
    pub fn left(standing: Vec<Standing>, last: u64) -> Self {
        let open = standing.iter().filter(|one| one.cleared.is_none());
        let watched = open.map(|one| (one.key(), Watched::Raised { number: one.number, over: None })).collect();
        let last = standing.iter().map(|one| one.number).max().unwrap_or(0).max(last);
        Self { standing: standing.into_iter().map(|one| (one.number, one)).collect(), watched, last }
    }

    /// Takes in what is wrong, the worst first. What was over for `calm` is cleared; what does not come and go by itself at once.
    pub fn look(&mut self, now: Now, wrong: &[Matter], calm: Duration) -> Vec<Change> {
        let now = Now { wall: to_millisecond(now.wall), ..now };
        let mut changes = Vec::new();
        let keys: BTreeSet<Key> = wrong.iter().map(key).collect();
        for (key, number, over) in self.gone(&keys, now.mono) {
            if now.mono.saturating_sub(over) >= self.calm(number, calm) {
                changes.extend(self.clear(&key, now));
            }
        }
        for matter in wrong {
            if self.is_worse(matter) {
                changes.extend(self.clear(&key(matter), now));
            }
            changes.extend(self.take_in(matter, now));
        }
        changes
    }

    /// Whether it is raised, and was not as bad then.
    fn is_worse(&self, matter: &Matter) -> bool {
        let Some(Watched::Raised { number, .. }) = self.watched.get(&key(matter)) else { return false };
        self.standing.get(number).is_some_and(|standing| matter.severity < standing.matter.severity)
    }

    /// How long an alarm must be over before it is cleared.
    fn calm(&self, number: u64, usual: Duration) -> Duration {
        self.standing.get(&number).map_or(usual, |standing| standing.matter.calm(usual))
    }

    /// What was watched and is not so any more, with its number and since when; what was never raised is forgotten.
    fn gone(&mut self, keys: &BTreeSet<Key>, mono: Duration) -> Vec<(Key, u64, Duration)> {
        self.watched.retain(|key, watched| keys.contains(key) || matches!(watched, Watched::Raised { .. }));
        let mut gone = Vec::new();
        for (key, watched) in self.watched.iter_mut().filter(|(key, _)| !keys.contains(*key)) {
            if let Watched::Raised { number, over } = watched {
                gone.push((key.clone(), *number, *over.get_or_insert(mono)));
            }
        }
        gone
    }

    fn clear(&mut self, key: &Key, now: Now) -> Option<Change> {
        let Some(Watched::Raised { number, .. }) = self.watched.remove(key) else { return None };
        let standing = self.standing.get_mut(&number)?;
        standing.cleared = Some(now.wall);
        let cleared = standing.clone();
        if !cleared.matters() {
            self.standing.remove(&number);
        }
        Some(Change::Cleared(cleared))
    }

    fn take_in(&mut self, matter: &Matter, now: Now) -> Option<Change> {
        let fresh = Watched::Pending { since: now.mono, patience: matter.patience() };
        match self.watched.entry(key(matter)).or_insert(fresh) {
            Watched::Pending { since, patience } => {
                let ripe = now.mono.saturating_sub(*since) >= *patience;
                if ripe { self.raise(matter, now) } else { None }
            }
            Watched::Raised { number, over } => {
                over.take()?;
                let standing = self.standing.get_mut(number)?;
                standing.again = standing.again.saturating_add(1);
                Some(Change::Back(standing.clone()))
            }
        }
    }

    fn raise(&mut self, matter: &Matter, now: Now) -> Option<Change> {
        if self.standing.len() >= ALARMS_MAX {
            let oldest = self.standing.values().find(|one| one.cleared.is_some()).map(|one| one.number)?;
            self.standing.remove(&oldest);
        }
        self.last += 1;
        let number = self.last;
        let standing =
            Standing { number, matter: matter.clone(), raised: now.wall, again: 0, seen: None, cleared: None };
        self.watched.insert(standing.key(), Watched::Raised { number, over: None });
        self.standing.insert(number, standing.clone());
        Some(Change::Raised(standing))
    }

    /// Somebody has seen an alarm. The alarm as it is now.
    ///
    /// # Errors
    /// Somebody was first; it is not in the list.
    pub fn see(&mut self, number: u64, by: &str, at: DateTime<Utc>) -> Result<Standing, SeenError> {
        let standing = self.standing.get_mut(&number).ok_or(SeenError::Unknown { number })?;
        if let Some(seen) = &standing.seen {
            return Err(SeenError::Already { number, seen: seen.clone() });
        }
        standing.seen = Some(Seen { by: by.to_owned(), at: to_millisecond(at) });
        let seen = standing.clone();
        if !seen.matters() {
            self.standing.remove(&number);
        }
        Ok(seen)
    }

    /// Those that still matter: what is so before what is over, the worst first, the newest first.
    #[must_use]
    pub fn standing(&self) -> Vec<Standing> {
        let mut standing: Vec<Standing> = self.standing.values().cloned().collect();
        sort(&mut standing);
        standing
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Standing> {
        self.standing.get(&number)
    }

    /// The monotonic time at which something changes if what is wrong stays as it was at the last look.
    #[must_use]
    pub fn poll_timeout(&self, calm: Duration) -> Option<Duration> {
        let due = self.watched.values().filter_map(|watched| match watched {
            Watched::Pending { since, patience } => Some(*since + *patience),
            Watched::Raised { number, over } => over.map(|over| over + self.calm(*number, calm)),
        });
        due.min()
    }
}

/// What is so before what is over, the worst first, the newest first.
pub fn sort(standing: &mut [Standing]) {
    let order = |one: &Standing| -> (bool, Severity, std::cmp::Reverse<u64>) {
        (one.cleared.is_some(), one.matter.severity, std::cmp::Reverse(one.number))
    };
    standing.sort_by_key(order);
}
