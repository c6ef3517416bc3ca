//! A slot: a recurring broadcast window, and the template of what is heard in it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clip::ClipId;
use super::relay::RelayId;
use super::time::Days;

/// A slot's name in identifiers: 1 to 32 of `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SlotId(String);

impl SlotId {
    /// Longest identifier, in bytes.
    pub const LENGTH_MAX: usize = 32;

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SlotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SlotId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fits = (1..=Self::LENGTH_MAX).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("`{text}` is not a slot name, expected 1 to 32 of a-z, 0-9 and -, for example sang-0500"))
        }
    }
}

impl TryFrom<String> for SlotId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<SlotId> for String {
    fn from(id: SlotId) -> Self {
        id.0
    }
}

/// The name of a group of loudspeakers fed by one output (cụm loa).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneId(pub String);

impl fmt::Display for ZoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One dated instance of a slot. Written `sang-0500@2026-11-23T05:00:00`: the slot and the *nominal* local time, which
/// stays the same whatever the clock or daylight saving does to the real start.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OccurrenceId {
    /// Nominal local time, whole seconds. First, so that identifiers sort by time.
    pub nominal: NaiveDateTime,
    /// The slot.
    pub slot: SlotId,
}

impl fmt::Display for OccurrenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.slot, self.nominal.format("%Y-%m-%dT%H:%M:%S"))
    }
}

impl FromStr for OccurrenceId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an occurrence, expected SLOT@YYYY-MM-DDTHH:MM:SS");
        let (slot, nominal) = text.split_once('@').ok_or_else(wrong)?;
        let nominal = NaiveDateTime::parse_from_str(nominal, "%Y-%m-%dT%H:%M:%S").map_err(|_| wrong())?;
        Ok(Self { nominal, slot: slot.parse()? })
    }
}

impl Serialize for OccurrenceId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OccurrenceId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What is still sounding when the window ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overrun {
    /// The element on air plays to its end; nothing further starts.
    #[default]
    Finish,
    /// The element on air is faded out at the end of the window and logged as partial.
    FadeAtEnd,
}

/// What becomes of an element that was interrupted (power cut, lost output) once the station can sound again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interrupted {
    /// Goes on at the frame last known to have been heard.
    #[default]
    Resume,
    /// Plays again from its head. A new airing.
    Restart,
    /// Stays partial; the rundown goes on with the next element.
    Drop,
}

/// Days on which a slot does not air although its recurrence says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Exception {
    /// One day.
    Date {
        /// The day.
        date: NaiveDate,
    },
    /// One occurrence, by its nominal local time: it was moved, or is not wanted. The others of its day air.
    Once {
        /// Nominal local time, whole seconds.
        at: NaiveDateTime,
    },
    /// Several days, both ends included.
    Range {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
    /// The days of the holidays file.
    Holidays,
    /// Tết Nguyên đán: the first day of the lunar year, with days before and after.
    Tet {
        /// Days before it.
        days_before: u32,
        /// Days after it.
        days_after: u32,
    },
    /// One day of each lunar year; a leap month repeats nothing.
    Lunar {
        /// 1 to 12.
        month: u32,
        /// 1 to 30.
        day: u32,
    },
}

/// One line of a rundown template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Element {
    /// The signature tune at the head. Never counts.
    Ident {
        /// Which clip.
        clip: ClipId,
    },
    /// Always the same clip.
    Clip {
        /// Which clip.
        clip: ClipId,
    },
    /// The first clips waiting in the queue.
    Queue {
        /// At most so many.
        count: u32,
    },
    /// The approved clips aired longest ago; never aired comes first, oldest in the library first.
    Rotation {
        /// Which of them.
        of: RotationOf,
        /// At most so many.
        count: u32,
    },
    /// Another station, live (tiếp âm). Counts apart.
    Relay {
        /// Which relay of the configuration.
        relay: RelayId,
        /// For so long, 1 to [`Element::RELAY_MINUTES_MAX`]; less if the slot has less room. It ends by the clock.
        minutes: u32,
    },
    /// The closing tune. Never counts.
    Closing {
        /// Which clip.
        clip: ClipId,
    },
}

impl Element {
    /// The longest relay, in minutes: half a day.
    pub const RELAY_MINUTES_MAX: u32 = 720;

    /// The clip that it names, if it names one.
    #[must_use]
    pub const fn clip(&self) -> Option<ClipId> {
        match self {
            Self::Ident { clip } | Self::Clip { clip } | Self::Closing { clip } => Some(*clip),
            Self::Queue { .. } | Self::Rotation { .. } | Self::Relay { .. } => None,
        }
    }
}

/// Which clips a rotation draws from. Clips of genre ident never take part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotationOf {
    /// Every clip.
    All,
    /// A primary topic, with the codes under it: `CCHC` takes `CCHC.MC` too.
    Topic(String),
    /// A campaign.
    Campaign(String),
}

/// A slot as the operator saved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its name in identifiers.
    pub id: SlotId,
    /// Its name for people.
    pub name: String,
    /// Cron text, civil time of the station (see `domain::recurrence`).
    pub recurrence: String,
    /// Where it is heard; never empty, no repeats.
    pub zones: Vec<ZoneId>,
    /// What is heard, in order.
    pub rundown: Vec<Element>,
    /// Longest duration of an occurrence; what does not fit is left out of the rundown.
    pub length_max: Duration,
    /// A start later than this after the planned one is a miss.
    pub grace: Duration,
    /// What is still sounding at the end.
    pub overrun: Overrun,
    /// After an interruption.
    pub interrupted: Interrupted,
    /// Days on which it airs.
    pub valid: Days,
    /// Days on which it does not.
    pub exceptions: Vec<Exception>,
    /// The occurrence of another slot that this one stands for: it was moved, alone, to another time. What is queued for that
    /// slot is then queued for this one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<OccurrenceId>,
}

impl Slot {
    /// Whether a queue entry bound to `bound` may be heard here: unbound, or bound to this slot or the one it stands in for.
    #[must_use]
    pub fn takes_entries_of(&self, bound: Option<&SlotId>) -> bool {
        bound.is_none_or(|bound| {
            *bound == self.id || self.instead_of.as_ref().is_some_and(|instead_of| instead_of.slot == *bound)
        })
    }

    /// How many items its template asks for.
    #[must_use]
    pub fn items_wanted(&self) -> usize {
        let wanted = self.rundown.iter().map(|element| match element {
            Element::Clip { .. } => 1,
            Element::Queue { count } | Element::Rotation { count, .. } => *count as usize,
            Element::Ident { .. } | Element::Closing { .. } | Element::Relay { .. } => 0,
        });
        wanted.fold(0, usize::saturating_add)
    }

    /// Whether anything of it is taken from the queue.
    #[must_use]
    pub fn uses_queue(&self) -> bool {
        self.rundown.iter().any(|element| matches!(element, Element::Queue { .. }))
    }
}

/// A slot during the time in which this wording of it was in force. Editing a slot ends one version and begins the next,
/// so what was planned last week stays what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotVersion {
    /// The wording.
    pub slot: Slot,
    /// From this instant on.
    pub from: DateTime<Utc>,
    /// Up to this instant; none while it is in force.
    pub until: Option<DateTime<Utc>>,
}

impl SlotVersion {
    /// Whether an occurrence that starts at `at` belongs to this version.
    #[must_use]
    pub fn in_force(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}
