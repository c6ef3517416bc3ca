//! What goes wrong around a rehearsed station, and what people do.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::air::Outage;
use super::switch::BrokenSwitch;
use crate::domain::clip::ClipId;
use crate::domain::slot::ZoneId;
use crate::domain::station::{Input, RestPolicy};

/// Something that goes wrong, or that a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The power goes; it returns after so long. The clock then says this, if the battery is dead.
    PowerCut {
        /// How long it is gone.
        lasts: Duration,
        /// What the clock says afterwards; none if it kept running.
        clock_reads: Option<DateTime<Utc>>,
    },
    /// The device goes away for so long.
    OutputLost {
        /// Of which zone; none is of every zone.
        zone: Option<ZoneId>,
        /// How long.
        lasts: Duration,
    },
    /// The wall clock steps.
    ClockStep {
        /// Forward is positive.
        by: TimeDelta,
    },
    /// The wall clock is set to what it should be.
    ClockRight,
    /// A clip's audio is missing from now on.
    ClipGone(ClipId),
    /// It is there again.
    ClipBack(ClipId),
    /// What is relayed is no good for so long.
    RelayFails {
        /// For how long.
        lasts: Duration,
        /// What is the matter.
        outage: Outage,
    },
    /// A person raises an emergency with this clip.
    Emergency {
        /// Which clip.
        clip: ClipId,
        /// Who.
        by: String,
        /// Where; everywhere if empty.
        zones: Vec<ZoneId>,
        /// How often.
        times: u32,
        /// From one beginning to the next.
        every: Duration,
    },
    /// A person says something to the station.
    Command(Box<Input>),
    /// The switch of an amplifier fails.
    SwitchBroken {
        /// Of which zone.
        zone: ZoneId,
        /// How.
        how: BrokenSwitch,
        /// How long.
        lasts: Duration,
    },
    /// The process is stopped in good order and comes up again after so long.
    Restart {
        /// How long it is down.
        lasts: Duration,
        /// What becomes of sound on air.
        rest: RestPolicy,
    },
}
