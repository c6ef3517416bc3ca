//! What went wrong, or is worth knowing, and is no airing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::AiringId;
use crate::domain::alarm::Matter;
use crate::domain::clip::ClipSnapshot;
use crate::domain::microphone::MicrophoneId;
use crate::domain::relay;
use crate::domain::slot::ZoneId;

/// An emergency as it was raised: enough to take it up again after a power cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmergencyRaised {
    /// Its first airing, by which it is known.
    pub emergency: AiringId,
    /// What is heard.
    pub clip: ClipSnapshot,
    /// Gain applied, in dB.
    pub gain_db: f64,
    /// Who raised it.
    pub by: String,
    /// Where.
    pub zones: Vec<ZoneId>,
    /// How often it is to be heard.
    pub times: u32,
    /// From one beginning to the next, in milliseconds.
    pub every_ms: u64,
}

/// Something worth knowing that is not an airing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "incident", rename_all = "snake_case")]
pub enum Incident {
    /// The daemon came up.
    Started {
        /// Version of the program.
        version: String,
    },
    /// The daemon went down in good order.
    Stopped {
        /// By signal or by whom.
        by: String,
    },
    /// Wall time moved against monotonic time.
    ClockStepped {
        /// Forward is positive, in milliseconds.
        by_ms: i64,
    },
    /// Wall time is implausible: nothing airs by schedule.
    ClockDistrusted {
        /// The latest time that is known to have passed.
        not_before: DateTime<Utc>,
    },
    /// Wall time is plausible again.
    ClockTrusted {
        /// A person who said so; none if the clock itself caught up.
        by: Option<String>,
    },
    /// An output could not be opened or went away.
    OutputLost {
        /// Which zone.
        zone: ZoneId,
        /// What it said.
        error: String,
    },
    /// An output is there again.
    OutputBack {
        /// Which zone.
        zone: ZoneId,
    },
    /// A clip was found bad when it was needed.
    ClipBad {
        /// Which clip.
        clip: crate::domain::clip::ClipId,
        /// Its title.
        title: String,
        /// What was wrong.
        fault: String,
    },
    /// A relay could not be heard, or not from its first source: when it was tried ahead of its time, or while it was on air.
    RelayFault {
        /// Which relay.
        relay: relay::RelayId,
        /// Whose programme it carries.
        name: String,
        /// What was wrong, and with which source.
        fault: relay::Trouble,
    },
    /// An amplifier could not be switched, after every try. What was to be heard was let sound all the same.
    AmplifierFault {
        /// Of which zone.
        zone: ZoneId,
        /// What it should have become.
        on: bool,
        /// What stood in the way.
        fault: String,
    },
    /// An amplifier that could not be switched can be again.
    AmplifierBack {
        /// Of which zone.
        zone: ZoneId,
    },
    /// A relay is heard from its first source again, or sounds again at all.
    RelayBack {
        /// Which relay.
        relay: relay::RelayId,
        /// Whose programme it carries.
        name: String,
    },
    /// An alarm was raised about something that has no record of its own.
    AlarmRaised {
        /// Its number in the list of alarms.
        alarm: u64,
        /// What it says.
        matter: Matter,
    },
    /// What that alarm was about is over.
    AlarmCleared {
        /// Its number in the list of alarms.
        alarm: u64,
        /// What it said.
        matter: Matter,
        /// When it was raised.
        raised: DateTime<Utc>,
    },
    /// What was sent to a zone did not come back from its loudspeakers.
    NotHeard {
        /// Which zone.
        zone: ZoneId,
        /// Which airing.
        airing: AiringId,
        /// Its title.
        title: String,
    },
    /// The return feed of a zone could not be captured, or went away: nothing can be said of what is heard there.
    ReturnLost {
        /// Which zone.
        zone: ZoneId,
        /// What it said.
        error: String,
    },
    /// The return feed of a zone is there again.
    ReturnBack {
        /// Which zone.
        zone: ZoneId,
    },
    /// A microphone could not be opened, or went away while somebody spoke.
    MicrophoneFault {
        /// Which.
        microphone: MicrophoneId,
        /// What people call it.
        name: String,
        /// What was wrong.
        fault: String,
    },
    /// The log could not be written for a while; these records were kept in memory and the spill file.
    LogSpilled {
        /// How many.
        records: u64,
        /// What the database said.
        error: String,
    },
    /// Paused or resumed by a person.
    Paused {
        /// Who.
        by: String,
        /// True when paused, false when resumed.
        paused: bool,
    },
    /// A person raised an emergency.
    EmergencyRaised(Box<EmergencyRaised>),
    /// It is over.
    EmergencyEnded {
        /// Which: its first airing.
        emergency: AiringId,
        /// Who ended it; none if it was heard as often as asked.
        by: Option<String>,
    },
    /// A person muted a zone for all but emergencies, or took that back.
    ZoneMuted {
        /// Which.
        zone: ZoneId,
        /// True when muted.
        muted: bool,
        /// Who.
        by: String,
    },
}
