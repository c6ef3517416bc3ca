//! What a person should know of at once, and how bad it is. Told facts, answers with alarms, the worst first.
//!
//! What is wrong at a moment is an [`Alarm`]: here is where kinds of them are added. It has no memory. [`AlarmList`] has: it is
//! told what is wrong each time somebody looks, and keeps when each was raised, by whom it was seen, and when it was over. What
//! it keeps is a [`Matter`], which outlives the program that raised it.

mod late;
mod level;
mod list;
mod matter;
mod wording;

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::log::{AiringId, MissReason};
use super::queue::Tied;
use super::relay::{RelayId, Trouble};
use super::slot::{OccurrenceId, ZoneId};
use super::station::{OutputState, RaisedView, View};

pub use late::late_starts;
pub use level::{LevelBounds, LevelWatch, Sounding};
pub use list::{ALARMS_MAX, AlarmList, Change, Seen, SeenError, Standing, State, sort as sort_standing};
pub use matter::Matter;
pub use wording::sentence;

/// How bad an alarm is. The worst is the least, so that alarms sort by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The town hears, or heard, something else than was planned, or the log is not written.
    Error,
    /// It will come to that if nobody does anything.
    Warning,
}

/// Which broadcast an alarm is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broadcast {
    /// Which.
    pub occurrence: OccurrenceId,
    /// The slot's name for people.
    pub name: String,
    /// Planned start.
    pub start: DateTime<Utc>,
}

/// What is wrong with a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum RecordingFault {
    /// It cannot be written: the disk is full, the folder cannot be used.
    #[error("it cannot be written: {error}")]
    Unwritable {
        /// Where, and what the system says.
        error: String,
    },
    /// Something is sent out and its file does not grow.
    #[error("its file does not grow")]
    NotGrowing,
    /// The disk was too slow, so that a part is missing.
    #[error("{milliseconds} ms of it are missing, the disk was too slow")]
    Lost {
        /// How much of late.
        milliseconds: u64,
    },
    /// Read back, it is silent where something was sent out.
    #[error("it is silent where something was sent out")]
    Silent,
    /// Read back, it is not what was sent out.
    #[error("it is damaged: {error}")]
    Damaged {
        /// Where, and how.
        error: String,
    },
}

/// Of what there is a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recorded {
    /// The programme of a zone.
    Zone(ZoneId),
    /// A relay that is kept, as it came.
    Relay(RelayId),
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone(zone) => write!(f, "zone {zone}"),
            Self::Relay(relay) => write!(f, "relay {relay}"),
        }
    }
}

/// A recording that is bad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRecording {
    /// Of what.
    #[serde(flatten)]
    pub of: Recorded,
    /// What is wrong.
    pub fault: RecordingFault,
}

impl RecordingFault {
    /// The word that it is known by.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unwritable { .. } => "unwritable",
            Self::NotGrowing => "not_growing",
            Self::Lost { .. } => "lost",
            Self::Silent => "silent",
            Self::Damaged { .. } => "damaged",
        }
    }
}

/// A way on which alarms are sent out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A program is run.
    Command,
    /// An address is posted to.
    Webhook,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Command, Self::Webhook];

    /// The word that it is known by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Webhook => "webhook",
        }
    }
}

/// Something that a person should know of at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Alarm {
    /// The output is gone; nobody hears anything.
    OutputLost {
        /// Of which zone.
        zone: ZoneId,
        /// What it said.
        error: String,
    },
    /// An emergency is raised.
    Emergency {
        /// Its first airing, by which it is known.
        emergency: AiringId,
        /// What is heard.
        title: String,
        /// Who raised it.
        by: String,
    },
    /// A zone is muted: nothing but emergencies is heard there.
    Muted {
        /// Which.
        zone: ZoneId,
        /// By whom.
        by: String,
    },
    /// The clock cannot be believed; nothing airs by schedule.
    ClockUntrusted,
    /// Records of the log wait beside the database.
    LogWaiting {
        /// How many.
        records: u64,
        /// What the database said last; none if it has not refused.
        error: Option<String>,
    },
    /// There is less room on the disk of the data folder than is wanted.
    DiskLow {
        /// Bytes that are free.
        free_bytes: u64,
        /// Bytes that are wanted.
        wanted_bytes: u64,
    },
    /// A broadcast of today was not heard.
    Missed {
        /// Which.
        broadcast: Broadcast,
        /// Why.
        reason: MissReason,
    },
    /// The next broadcast has nothing to air.
    NothingToAir {
        /// Which.
        broadcast: Broadcast,
    },
    /// There are fewer items for the next broadcast than its slot asks for, and they take less than half of its time.
    ShortOf {
        /// Which.
        broadcast: Broadcast,
        /// How long what is there lasts.
        planned: Duration,
        /// How long the broadcast may last.
        room: Duration,
    },
    /// Items of priority of a higher station and of the town want the same place: somebody is to say which goes first.
    PriorityTie(Tied),
    /// The programme of a zone, or a relay that is kept, is not recorded as it should be.
    RecordingBad(BadRecording),
    /// The amplifier of a zone cannot be switched.
    AmplifierFault {
        /// Of which zone.
        zone: ZoneId,
        /// What stood in the way.
        fault: String,
    },
    /// What is on air gives nothing but silence.
    Silence {
        /// In which zone.
        zone: ZoneId,
        /// What is on air there.
        title: String,
        /// For how long already.
        lasts: Duration,
    },
    /// What is on air is much quieter or much louder than the programme is meant to be.
    LevelOutOfRange {
        /// In which zone.
        zone: ZoneId,
        /// What is on air there.
        title: String,
        /// How loud it was of late, in LUFS.
        loudness_lufs: f64,
        /// How loud it is meant to be.
        bounds: LevelBounds,
    },
    /// A broadcast began later than planned, or should have begun and has not.
    LateStart {
        /// Which.
        broadcast: Broadcast,
        /// How late it is, or was.
        by: Duration,
        /// Whether something of it was heard by now.
        begun: bool,
    },
    /// A relay could not be heard when it was tried ahead of its time, or is not heard from its first source.
    RelayFailed {
        /// Which.
        relay: RelayId,
        /// Whose programme it carries.
        name: String,
        /// What is wrong, and with which source.
        fault: Trouble,
    },
    /// Alarms cannot be sent out on one of the ways that the configuration names.
    Unsent {
        /// Which.
        way: Way,
        /// What stands in the way.
        error: String,
    },
    /// What was last sent to a zone did not come back from its loudspeakers.
    NotHeard {
        /// Which.
        zone: ZoneId,
        /// What was sent.
        title: String,
    },
    /// The return feed of a zone cannot be captured: nobody can say what is heard there.
    ReturnLost {
        /// Which.
        zone: ZoneId,
        /// What it said.
        error: String,
    },
    /// The station is shutting down.
    Leaving,
}

/// What is known of a day and of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayFacts {
    /// Bytes that are free on the disk of the data folder, and how many are wanted; none if they cannot be told.
    pub disk: Option<(u64, u64)>,
    /// The broadcasts of today that were missed, in order.
    pub missed: Vec<(Broadcast, MissReason)>,
    /// Items of priority that somebody is to put in order.
    pub tie: Option<Tied>,
    /// The next broadcast, if one is near enough to be seen to.
    pub next: Option<NextFacts>,
}

/// What is known of the next broadcast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextFacts {
    /// Which.
    pub broadcast: Broadcast,
    /// Whether anything would be heard but tunes: items, or a relay.
    pub sounds: bool,
    /// How many items would be heard.
    pub items: usize,
    /// How many the slot asks for.
    pub wanted: usize,
    /// How long what would be heard lasts.
    pub planned: Duration,
    /// How long the broadcast may last.
    pub room: Duration,
}

impl Alarm {
    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::OutputLost { .. }
            | Self::AmplifierFault { .. }
            | Self::Emergency { .. }
            | Self::ClockUntrusted
            | Self::NotHeard { .. }
            | Self::Missed { .. }
            | Self::NothingToAir { .. }
            | Self::Silence { .. }
            | Self::LateStart { .. }
            | Self::RelayFailed { .. } => Severity::Error,
            Self::LogWaiting { error, .. } => match error {
                Some(_) => Severity::Error,
                None => Severity::Warning,
            },
            Self::Muted { .. }
            | Self::DiskLow { .. }
            | Self::ShortOf { .. }
            | Self::PriorityTie(_)
            | Self::RecordingBad(_)
            | Self::LevelOutOfRange { .. }
            | Self::Unsent { .. }
            | Self::ReturnLost { .. }
            | Self::Leaving => Severity::Warning,
        }
    }

    /// The word that it is known by.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OutputLost { .. } => "output_lost",
            Self::Emergency { .. } => "emergency",
            Self::Muted { .. } => "muted",
            Self::ClockUntrusted => "clock_untrusted",
            Self::LogWaiting { .. } => "log_waiting",
            Self::DiskLow { .. } => "disk_low",
            Self::Missed { .. } => "missed",
            Self::NothingToAir { .. } => "nothing_to_air",
            Self::ShortOf { .. } => "short_of",
            Self::PriorityTie(_) => "priority_tie",
            Self::RecordingBad(BadRecording { of: Recorded::Zone(_), .. }) => "recording_bad",
            Self::RecordingBad(BadRecording { of: Recorded::Relay(_), .. }) => "relay_recording_bad",
            Self::AmplifierFault { .. } => "amplifier_fault",
            Self::Silence { .. } => "silence",
            Self::LevelOutOfRange { .. } => "level_out_of_range",
            Self::LateStart { .. } => "late_start",
            Self::RelayFailed { .. } => "relay_failed",
            Self::Unsent { .. } => "unsent",
            Self::NotHeard { .. } => "not_heard",
            Self::ReturnLost { .. } => "return_lost",
            Self::Leaving => "leaving",
        }
    }
}

/// What is wrong at this moment: `waiting` records of the log beside the database, which said `error` last, and recordings that
/// are bad.
#[must_use]
pub fn at_once(view: &View, waiting: u64, error: Option<&str>, recordings: &[BadRecording]) -> Vec<Alarm> {
    let raised = view.emergencies.iter();
    let raised = raised.map(|RaisedView { emergency, title, by, .. }| Alarm::Emergency {
        emergency: *emergency,
        title: title.clone(),
        by: by.clone(),
    });
    let lost = view.zones.iter().filter_map(|state| match &state.output {
        OutputState::Lost { error } => Some(Alarm::OutputLost { zone: state.zone.clone(), error: error.clone() }),
        OutputState::Closed | OutputState::Open => None,
    });
    let unswitched = view.zones.iter().filter_map(|state| {
        let fault = state.amplifier.as_ref()?.fault.clone()?;
        Some(Alarm::AmplifierFault { zone: state.zone.clone(), fault })
    });
    let muted = view.zones.iter().filter_map(|state| {
        let by = state.muted_by.clone()?;
        Some(Alarm::Muted { zone: state.zone.clone(), by })
    });
    let unheard = view.zones.iter().filter_map(|state| {
        let title = state.unheard.clone()?.title;
        Some(Alarm::NotHeard { zone: state.zone.clone(), title })
    });
    let unproved = view.zones.iter().filter_map(|state| {
        let error = state.return_lost.clone()?;
        Some(Alarm::ReturnLost { zone: state.zone.clone(), error })
    });
    let log = (waiting > 0 || error.is_some())
        .then(|| Alarm::LogWaiting { records: waiting, error: error.map(ToOwned::to_owned) });
    let clock = (!view.clock_trusted).then_some(Alarm::ClockUntrusted);
    let leaving = view.leaving.then_some(Alarm::Leaving);
    let bad = recordings.iter().cloned().map(Alarm::RecordingBad);
    let relays = view.relay_faults.iter().cloned();
    let relays =
        relays.map(|failing| Alarm::RelayFailed { relay: failing.relay, name: failing.name, fault: failing.fault });
    let of_station = [clock, log, leaving].into_iter().flatten();
    let of_zones = unheard.chain(unproved).chain(muted).chain(bad);
    worst_first(raised.chain(lost).chain(unswitched).chain(relays).chain(of_station).chain(of_zones).collect())
}

/// What went wrong today, and what will unless somebody sees to it.
#[must_use]
pub fn of_day(facts: DayFacts) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    if let Some(next) = facts.next {
        let NextFacts { broadcast, sounds, items, wanted, planned, room } = next;
        if !sounds {
            alarms.push(Alarm::NothingToAir { broadcast });
        } else if items < wanted && planned < room / 2 {
            alarms.push(Alarm::ShortOf { broadcast, planned, room });
        }
    }
    let tie = facts.tie.into_iter();
    alarms.extend(tie.map(Alarm::PriorityTie));
    alarms.extend(facts.missed.into_iter().map(|(broadcast, reason)| Alarm::Missed { broadcast, reason }));
    if let Some((free_bytes, wanted_bytes)) = facts.disk
        && free_bytes < wanted_bytes
    {
        alarms.push(Alarm::DiskLow { free_bytes, wanted_bytes });
    }
    worst_first(alarms)
}

fn worst_first(mut alarms: Vec<Alarm>) -> Vec<Alarm> {
    alarms.sort_by_key(Alarm::severity);
    alarms
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    fn next(items: usize, planned_s: u64, room_s: u64) -> DayFacts {
        let broadcast = Broadcast {
            occurrence: "sang-0500@2026-11-24T05:00:00".parse().unwrap(),
            name: "Sáng".to_owned(),
            start: Utc.with_ymd_and_hms(2026, 11, 23, 22, 0, 0).unwrap(),
        };
        let (planned, room) = (Duration::from_secs(planned_s), Duration::from_secs(room_s));
        let sounds = items > 0;
        DayFacts { next: Some(NextFacts { broadcast, sounds, items, wanted: 2, planned, room }), ..DayFacts::default() }
    }

    fn codes(facts: DayFacts) -> Vec<&'static str> {
        of_day(facts).iter().map(Alarm::code).collect()
    }

    #[test]
    fn a_broadcast_of_half_its_time_or_of_all_its_items_is_enough_and_one_of_tunes_alone_is_an_error() {
        assert_eq!(codes(next(1, 900, 1_800)), Vec::<&str>::new());
        assert_eq!(codes(next(2, 60, 1_800)), Vec::<&str>::new(), "all that was asked for; the rest is room");
        assert_eq!(codes(next(1, 899, 1_800)), ["short_of"]);
        assert_eq!(codes(next(0, 1_800, 1_800)), ["nothing_to_air"]);
        assert_eq!(codes(DayFacts::default()), Vec::<&str>::new());
    }

    #[test]
    fn the_worst_comes_first_whatever_the_order_of_the_facts() {
        let mut facts = next(1, 1, 1_800);
        facts.disk = Some((9, 10));
        let NextFacts { broadcast, .. } = facts.next.clone().unwrap();
        facts.missed = vec![(broadcast, MissReason::StationOff)];
        assert_eq!(codes(facts), ["missed", "short_of", "disk_low"]);
    }
}
