//! The queue: clips that wait to be aired, and which of them go first.
//!
//! An entry is normal or of priority (ưu tiên, Circular 39/2020/TT-BTTTT). One of priority goes first in the next programme
//! and never cuts what is on air. When one from a higher station and one of the town's own want the same place, the operator
//! says which goes first ([`tie`]); until then, and when nobody does, [`First`] decides.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::clip::{ClipId, Source};
use super::slot::SlotId;

/// How urgent what waits is. An emergency (khẩn cấp) never waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Thông thường: in its turn.
    #[default]
    Normal,
    /// Ưu tiên: first in the next programme.
    Priority,
}

/// Whose item of priority goes first when nobody says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum First {
    /// That of a higher station.
    Higher,
    /// The town's own.
    Own,
}

/// Why an item of priority goes where it goes among those of priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Precedence {
    /// Only items of higher stations, or only own ones: in the order of the queue.
    Undisputed,
    /// A person put them in order.
    Ordered {
        /// Who.
        by: String,
    },
    /// Nobody did in time.
    ByDefault {
        /// What holds then.
        first: First,
    },
}

/// A clip waiting to be aired by the `Queue` elements of a slot, or of any slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueEntry {
    /// Number of the entry; never given out again.
    pub id: u32,
    /// Only for this slot; none is for the next that asks.
    pub slot: Option<SlotId>,
    /// Which clip.
    pub clip: ClipId,
    /// Who queued it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// How urgent it is.
    #[serde(default)]
    pub tier: Tier,
    /// Since when that is said of it.
    pub tier_at: DateTime<Utc>,
    /// Who said where it stands among those of priority; none if nobody has.
    #[serde(default)]
    pub ordered_by: Option<String>,
}

/// An entry of priority, and who made its clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Urgent<'a> {
    /// The entry.
    pub entry: &'a QueueEntry,
    /// Who made its clip.
    pub source: Source,
}

/// Items of priority of both sides that want the same place, and nobody has said which goes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// Entries with clips of higher stations, in the order of the queue.
    pub higher: Vec<u32>,
    /// Entries with the town's own clips, in the order of the queue.
    pub own: Vec<u32>,
    /// Until then somebody is asked; then [`First`] decides.
    pub until: DateTime<Utc>,
}

/// A tie, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tied {
    /// The entries that want the same place: the first of a higher station, and the first own one.
    pub entries: [u32; 2],
    /// Title of the first item of a higher station.
    pub higher: String,
    /// Title of the first own item.
    pub own: String,
    /// Which side goes first if nobody says so.
    pub first: First,
    /// Until when somebody is asked.
    pub until: DateTime<Utc>,
}

impl Urgent<'_> {
    fn is_higher(&self) -> bool {
        self.source != Source::Own
    }

    /// Whether both may come into the same programme, and one is of a higher station and the other the town's own.
    fn rivals(&self, other: &Self) -> bool {
        self.meets(other) && self.is_higher() != other.is_higher()
    }

    /// Whether both may come into the same programme.
    fn meets(&self, other: &Self) -> bool {
        let (one, two) = (&self.entry.slot, &other.entry.slot);
        one.is_none() || two.is_none() || one == two
    }

    fn is_open_with(&self, other: &Self) -> bool {
        self.rivals(other) && (self.entry.ordered_by.is_none() || other.entry.ordered_by.is_none())
    }
}

/// The order in which entries of priority that come into one programme go. Given and returned in the order of the queue, but
/// for those that nobody has put in order although there are rivals: of these the side that goes `first` is before all
/// others, the other side behind.
#[must_use]
pub fn in_order<'a>(urgent: &[Urgent<'a>], first: First) -> Vec<(&'a QueueEntry, Precedence)> {
    let precedence = |one: &Urgent<'_>| {
        if !urgent.iter().any(|other| one.rivals(other)) {
            return Precedence::Undisputed;
        }
        let ordered = one.entry.ordered_by.clone();
        ordered.map_or(Precedence::ByDefault { first }, |by| Precedence::Ordered { by })
    };
    let rank = |one: &Urgent<'_>, precedence: &Precedence| match precedence {
        Precedence::ByDefault { .. } if one.is_higher() == (first == First::Higher) => 0,
        Precedence::Undisputed | Precedence::Ordered { .. } => 1,
        Precedence::ByDefault { .. } => 2,
    };
    let mut ordered: Vec<_> = urgent.iter().map(|one| (one, precedence(one))).collect();
    ordered.sort_by_key(|(one, precedence)| rank(one, precedence));
    ordered.into_iter().map(|(one, precedence)| (one.entry, precedence)).collect()
}

/// What the operator is to put in order: `within` so long after the last of them became one of priority, and no
/// longer.
#[must_use]
pub fn tie(urgent: &[Urgent<'_>], within: Duration, now: DateTime<Utc>) -> Option<Tie> {
    let open: Vec<_> = urgent.iter().filter(|one| urgent.iter().any(|other| one.is_open_with(other))).collect();
    let last = open.iter().filter(|one| one.entry.ordered_by.is_none()).map(|one| one.entry.tier_at).max()?;
    let within = TimeDelta::from_std(within).unwrap_or(TimeDelta::MAX);
    let until = last.checked_add_signed(within).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let side = |higher: bool| open.iter().filter(|one| one.is_higher() == higher).map(|one| one.entry.id).collect();
    (now < until).then(|| Tie { higher: side(true), own: side(false), until })
}

/// The entries that are put in order when `entry` is given its place among rivals: all that may come into the same programme.
/// None where there are no rivals: then nothing was in dispute.
#[must_use]
pub fn settled_by(urgent: &[Urgent<'_>], entry: u32) -> Vec<u32> {
    let Some(moved) = urgent.iter().find(|one| one.entry.id == entry) else { return Vec::new() };
    if !urgent.iter().any(|one| one.rivals(moved)) {
        return Vec::new();
    }
    urgent.iter().filter(|one| one.meets(moved)).map(|one| one.entry.id).collect()
}
