//! What can be wrong with a slot that is to be saved.

use std::fmt;
use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Serialize, Serializer};

use crate::domain::clip::ClipId;
use crate::domain::recurrence::RecurrenceError;
use crate::domain::relay::RelayId;
use crate::domain::slot::{Element, ZoneId};

/// Why a slot cannot be saved as it is. Each message names what is wrong, what was expected and the remedy.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SlotProblem {
    /// No name for people.
    #[error("the slot has no name, expected one that people read in the plan; give it one, for example `Bản tin sáng`")]
    NoName,
    /// The recurrence cannot be read.
    #[error(transparent)]
    Recurrence(#[from] RecurrenceError),
    /// No zones.
    #[error("the slot is heard nowhere, expected at least one zone of {known}; name the zones")]
    NoZone {
        /// The zones there are.
        known: Names,
    },
    /// A zone named twice.
    #[error("zone `{zone}` is named twice, expected each once; remove one")]
    RepeatedZone {
        /// Which.
        zone: ZoneId,
    },
    /// A zone that the configuration does not have.
    #[error("zone `{zone}` is unknown, expected one of {known}; correct the name or add the zone to the configuration")]
    UnknownZone {
        /// Which.
        zone: ZoneId,
        /// The zones there are.
        known: Names,
    },
    /// No elements.
    #[error("the rundown is empty, expected at least one element; add a clip, the queue or a rotation")]
    EmptyRundown,
    /// A queue or rotation of no clips.
    #[error(
        "element {position} of the rundown asks for 0 clips, expected at least 1; raise the count or remove the element"
    )]
    ZeroCount {
        /// Counted from 1.
        position: usize,
    },
    /// An item named twice.
    #[error("clip {clip} is in the rundown twice, expected once: no item is heard twice in one occurrence; remove one")]
    RepeatedClip {
        /// Which.
        clip: ClipId,
    },
    /// A clip that the library does not have.
    #[error("clip {clip} is not in the library, expected a clip that is; correct the number or add the clip first")]
    UnknownClip {
        /// Which.
        clip: ClipId,
    },
    /// A clip taken out of use.
    #[error("clip {clip} `{title}` is retired, expected one that may air; choose another clip")]
    RetiredClip {
        /// Which.
        clip: ClipId,
        /// Its title.
        title: String,
    },
    /// A topic that the topics file does not have.
    #[error("topic `{code}` is unknown, expected one of {known}; correct the code")]
    UnknownTopic {
        /// The code.
        #[serde(rename = "topic")]
        code: String,
        /// The topics there are.
        known: Names,
    },
    /// A campaign that does not exist.
    #[error("campaign `{code}` is unknown, expected one of {known}; correct the code or add the campaign first")]
    UnknownCampaign {
        /// The code.
        #[serde(rename = "campaign")]
        code: String,
        /// The campaigns there are.
        known: Names,
    },
    /// A relay that does not exist.
    #[error(
        "relay `{relay}` is unknown, expected one of {known}; correct its id or add the relay to the configuration first"
    )]
    UnknownRelay {
        /// Its id.
        relay: RelayId,
        /// The relays there are.
        known: Names,
    },
    /// A relay of no length, or of more than half a day.
    #[error(
        "element {position} of the rundown relays for {minutes} minutes, expected 1 to {max}; shorten or lengthen it",
        max = Element::RELAY_MINUTES_MAX
    )]
    RelayMinutes {
        /// Counted from 1.
        position: usize,
        /// What it asks for.
        minutes: u32,
    },
    /// A length of zero or of more than a day.
    #[error(
        "the longest duration is {}, expected more than 0 and at most {}; set it to what the slot needs",
        minutes(*length), minutes(*max)
    )]
    Length {
        /// The length.
        #[serde(rename = "length_ms", serialize_with = "milliseconds")]
        length: Duration,
        /// The longest there may be.
        #[serde(rename = "max_ms", serialize_with = "milliseconds")]
        max: Duration,
    },
    /// The clips that the template names are longer than the slot.
    #[error(
        "the clips named in the rundown last {}, expected at most the slot's longest duration of {}; raise it to {} or \
         remove a clip",
        minutes(*needed), minutes(*length_max), minutes(*needed)
    )]
    FixedDoesNotFit {
        /// Their sum.
        #[serde(rename = "needed_ms", serialize_with = "milliseconds")]
        needed: Duration,
        /// The slot's longest duration.
        #[serde(rename = "length_max_ms", serialize_with = "milliseconds")]
        length_max: Duration,
    },
    /// Longer than one session may be.
    #[error(
        "the slot may last {}, expected at most {}, the longest session allowed here; set its longest duration to {}",
        minutes(*length), minutes(*session_length_max), minutes(*session_length_max)
    )]
    SessionTooLong {
        /// What it may last.
        #[serde(rename = "length_ms", serialize_with = "milliseconds")]
        length: Duration,
        /// What is allowed.
        #[serde(rename = "session_length_max_ms", serialize_with = "milliseconds")]
        session_length_max: Duration,
    },
    /// The grace reaches over the next start.
    #[error(
        "the grace of {} reaches over the next start in the same zone, {} after this one (`{next}`, {}), expected no \
         more than that; set the grace to at most {}",
        minutes(*grace), minutes(*gap), moment(*at), minutes(*gap)
    )]
    GraceTooLong {
        /// The slot's grace.
        #[serde(rename = "grace_ms", serialize_with = "milliseconds")]
        grace: Duration,
        /// From a start to the next one.
        #[serde(rename = "gap_ms", serialize_with = "milliseconds")]
        gap: Duration,
        /// The name of the slot that starts next.
        next: String,
        /// When, local.
        at: NaiveDateTime,
    },
    /// It ends before it begins.
    #[error("the validity ends on {to}, before it begins on {from}; swap or correct the days")]
    ValidityInverted {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
    /// An exception that names no day.
    #[error("exception {position}: {value} names no day, expected {expected}; correct or remove it")]
    Exception {
        /// Counted from 1.
        position: usize,
        /// What it says.
        value: String,
        /// What it may say.
        expected: &'static str,
    },
    /// Validity and exceptions leave nothing.
    #[error(
        "the slot would never air: none of its times falls on a day on which it is valid and not excepted, looking a \
         year ahead from {from}; correct the validity or the exceptions"
    )]
    NeverAirs {
        /// From when on.
        from: NaiveDate,
    },
    /// Its validity is past.
    #[error("the slot would never air: the last day on which it is valid, {last}, is past; choose a later day")]
    Expired {
        /// The last day.
        last: NaiveDate,
    },
    /// It names single days, and all are past.
    #[error("the slot would never air: the last of its times, {}, is past; choose a later day", moment(*last))]
    Past {
        /// The last start, local.
        last: NaiveDateTime,
    },
    /// Outside the permitted hours.
    #[error(
        "it would sound outside the permitted hours ({hours} on that day) by {} on {}, {} in the coming year; \
         {proposal}",
        minutes(*over), moment(*at), times(*count)
    )]
    NotPermitted {
        /// The first such start, local.
        at: NaiveDateTime,
        /// How much of it lies outside.
        #[serde(rename = "over_ms", serialize_with = "milliseconds")]
        over: Duration,
        /// The hours of that weekday.
        hours: String,
        /// How often in a year.
        count: usize,
        /// What would do.
        proposal: Proposal,
    },
    /// Two slots want the same zone at the same time.
    #[error(
        "`{slot}` ({}) and `{other}` ({}) overlap by {} in zone {zones} on {dates}, {} in the coming year; {proposal}",
        minutes(*length), minutes(*other_length), minutes(*overlap), times(*count)
    )]
    Overlap {
        /// The slot to be saved.
        slot: String,
        /// Its expected length.
        #[serde(rename = "length_ms", serialize_with = "milliseconds")]
        length: Duration,
        /// The one in the way.
        other: String,
        /// Its expected length.
        #[serde(rename = "other_length_ms", serialize_with = "milliseconds")]
        other_length: Duration,
        /// The zones that both want.
        zones: Names,
        /// The first starts, local, at most [`DATES_MAX`].
        dates: Dates,
        /// How often in a year.
        count: usize,
        /// The longest time in which both would sound.
        #[serde(rename = "overlap_ms", serialize_with = "milliseconds")]
        overlap: Duration,
        /// What would do.
        proposal: Proposal,
    },
    /// It starts again before it is over.
    #[error(
        "`{slot}` lasts {} but starts again after {} ({dates}), {} in the coming year; {proposal}",
        minutes(*length), minutes(*gap), times(*count)
    )]
    OverlapsItself {
        /// The slot.
        slot: String,
        /// Its expected length.
        #[serde(rename = "length_ms", serialize_with = "milliseconds")]
        length: Duration,
        /// The shortest time between two of its starts.
        #[serde(rename = "gap_ms", serialize_with = "milliseconds")]
        gap: Duration,
        /// The first starts, local, at most [`DATES_MAX`].
        dates: Dates,
        /// How often in a year.
        count: usize,
        /// What would do.
        proposal: Proposal,
    },
}

impl SlotProblem {
    /// Whether the slot only has nothing more to air: its days are past.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Expired { .. } | Self::Past { .. })
    }
}

/// Most dates that one problem names.
pub const DATES_MAX: usize = 3;

/// Most names that one problem lists.
const NAMES_MAX: usize = 12;

/// What would do instead.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Proposal {
    /// So many minutes later (earlier when negative) everything is free: the shift nearest in time.
    pub shift_minutes: Option<i64>,
    /// The starts of a day after that shift, local, when they are few.
    pub starts: Vec<NaiveTime>,
    /// The longest duration that fits where the slot is now.
    #[serde(rename = "length_max_ms", serialize_with = "milliseconds_option")]
    pub length_max: Option<Duration>,
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shift = self.shift_minutes.map(|shift| {
            if self.starts.is_empty() {
                let way = if shift < 0 { "earlier" } else { "later" };
                format!("start {} min {way}", shift.abs())
            } else {
                let starts: Vec<String> = self.starts.iter().map(|time| time.format("%H:%M").to_string()).collect();
                format!("start at {}", starts.join(" and "))
            }
        });
        let length = self.length_max.map(|length| format!("set the longest duration to at most {}", minutes(length)));
        match (shift, length) {
            (Some(shift), Some(length)) => write!(f, "{shift}, or {length}"),
            (Some(one), None) | (None, Some(one)) => f.write_str(&one),
            (None, None) => f.write_str("choose other times, other zones or a shorter rundown"),
        }
    }
}

/// Names as a sentence lists them: `a, b and 3 more`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Names(pub Vec<String>);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("(none)");
        }
        f.write_str(&self.0[..self.0.len().min(NAMES_MAX)].join(", "))?;
        if self.0.len() > NAMES_MAX { write!(f, " and {} more", self.0.len() - NAMES_MAX) } else { Ok(()) }
    }
}

/// Local starts as a sentence lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dates(pub Vec<NaiveDateTime>);

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dates: Vec<String> = self.0.iter().map(|at| moment(*at)).collect();
        f.write_str(&dates.join(", "))
    }
}

fn milliseconds<S: Serializer>(length: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(u64::try_from(length.as_millis()).unwrap_or(u64::MAX))
}

fn milliseconds_option<S: Serializer>(length: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
    match length {
        Some(length) => milliseconds(length, to),
        None => to.serialize_none(),
    }
}

fn moment(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// `12 min`, `12 min 30 s`: rounded up to the second.
fn minutes(length: Duration) -> String {
    let seconds = length.as_secs() + u64::from(length.subsec_nanos() > 0);
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}
