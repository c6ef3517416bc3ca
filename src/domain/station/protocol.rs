//! What the station is told and what it asks for. Audio, store and daemon speak these types.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::clip::{ClipId, ClipSnapshot, duration_to_frames};
use crate::domain::log::{Delivery, EmergencyRaised, End, EndReason, Incident, Intent, Level, PartId, Record};
use crate::domain::microphone::MicrophoneId;
use crate::domain::proof::{Proof, Unheard};
use crate::domain::relay::Account;
use crate::domain::rundown::Rundown;
use crate::domain::slot::{OccurrenceId, SlotVersion, ZoneId};
use crate::domain::sound::{LiveSnapshot, Sound};

/// When a prepared voice begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Its first frame is heard at this instant; at once if the instant has passed. Taken as the clocks stand when the order
    /// is given: should wall time step before it is carried out, the station gives a new order.
    At(DateTime<Utc>),
    /// Its first frame follows the last frame of that voice, with nothing between and nothing lost. If that voice is
    /// already over, at once.
    After(PartId),
}

impl Start {
    /// Frames of sound whose frames belong to instants (a relay) that had gone by when its first one was heard at `heard`; none if
    /// it only follows another.
    #[must_use]
    pub fn gone_by(self, heard: DateTime<Utc>, rate_hz: u32) -> u64 {
        match self {
            Self::At(cue) => duration_to_frames((heard - cue).to_std().unwrap_or_default(), rate_hz),
            Self::After(_) => 0,
        }
    }
}

/// One stretch of one clip, as the output engine is asked to play it.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// Which stretch of which airing.
    pub part: PartId,
    /// What to play: a clip is found in the content store by its digest, a relay in the configuration by its id.
    pub sound: Sound,
    /// Frames of the whole element at the programme rate.
    pub frames_total: u64,
    /// First frame to be heard, counted from the head at the programme rate; 0 unless resumed.
    pub from_frame: u64,
    /// Gain in dB.
    pub gain_db: f64,
    /// Where it is to be heard.
    pub zones: Vec<ZoneId>,
    /// Whether it is turned down while somebody speaks over the programme; see [`Effect::Duck`].
    pub ducks: bool,
}

/// What was heard of a voice when it ended. The engine's account, from the frames that the device played.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// When the first frame was heard; none if none was.
    pub start: Option<DateTime<Utc>>,
    /// When the last frame was heard; none if none was.
    pub end: Option<DateTime<Utc>>,
    /// Frames played, from the voice's `from_frame` on, at the programme rate.
    pub frames: u64,
    /// What each zone was given.
    pub zones: Vec<Delivery>,
    /// What was measured on the way out.
    pub level: Level,
    /// Of a relay: what it carried.
    pub relay: Option<Account>,
}

/// What becomes of sound on air when the station is told to shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestPolicy {
    /// The element on air plays to its end, nothing further starts.
    Finish,
    /// Fades out and logs it as partial.
    #[default]
    Fade,
    /// Everything on hand airs as planned; the station ends once the air is free. For starting again with other settings.
    WhenFree,
}

/// What the station is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Time passed: the deadline of `poll_timeout` was reached, or it is as good a moment as any.
    Tick,
    /// The slots were saved anew.
    SlotsChanged(Vec<SlotVersion>),
    /// Answer to [`Effect::ChooseRundown`].
    Rundown(Rundown),
    /// Answer to [`Effect::ChooseRundown`]: the library could not be read. Asked again after a while.
    RundownFailed {
        /// Which.
        occurrence: OccurrenceId,
    },
    /// Answer to [`Effect::Commit`] of an intent: it is durable (or safe in the spill file).
    Durable(PartId),
    /// Answer to [`Effect::OpenOutput`].
    OutputOpen {
        /// Which zone.
        zone: ZoneId,
    },
    /// The output could not be opened, or went away. Voices on it end by themselves first.
    OutputLost {
        /// Which zone.
        zone: ZoneId,
        /// What it said.
        error: String,
    },
    /// Answer to [`Effect::Switch`].
    Switched {
        /// Which zone.
        zone: ZoneId,
        /// The number of the order.
        order: u64,
        /// What stood in the way; none if it was done, and seen to be where the power is read back.
        fault: Option<String>,
    },
    /// Answer to [`Effect::Prepare`]: decoded far enough ahead to start at once.
    Prepared(PartId),
    /// Answer to [`Effect::Prepare`]: the clip is no good.
    PrepareFailed {
        /// Which.
        part: PartId,
        /// What was wrong.
        fault: String,
    },
    /// The first frame of a voice was heard.
    Started {
        /// Which.
        part: PartId,
        /// When.
        at: DateTime<Utc>,
    },
    /// How far a voice has come by `at`: what was heard, and of a relay that began late what had gone by before.
    Progress {
        /// Which.
        part: PartId,
        /// Frames from the voice's `from_frame` on.
        frames: u64,
        /// When that was so.
        at: DateTime<Utc>,
    },
    /// A voice is over and nothing of it will be heard any more.
    Ended {
        /// Which.
        part: PartId,
        /// Why: `Complete`, `OutputLost`, `DecodeFailed`, `InputLost`, or what the station itself asked for.
        reason: EndReason,
        /// What was heard.
        heard: Heard,
    },
    /// A person: play this clip now, by hand.
    Play {
        /// Which clip, as it is to be logged.
        clip: ClipSnapshot,
        /// Gain in dB.
        gain_db: f64,
        /// Where; everywhere if empty.
        zones: Vec<ZoneId>,
        /// Who.
        by: String,
    },
    /// A person: this must be heard at once, whatever is on air and whatever the hour.
    Emergency {
        /// Which clip, as it is to be logged.
        clip: ClipSnapshot,
        /// Gain in dB.
        gain_db: f64,
        /// Who. An emergency always has a name.
        by: String,
        /// Where; everywhere if empty.
        zones: Vec<ZoneId>,
        /// How often it is heard, 1 to [`super::TIMES_MAX`].
        times: u32,
        /// From one beginning to the next; a sounding that is longer is followed at once.
        every: Duration,
    },
    /// A person: the emergency is over.
    EndEmergency {
        /// In these zones; everywhere if empty.
        zones: Vec<ZoneId>,
        /// Who.
        by: String,
    },
    /// A person: open this microphone, somebody is going to speak.
    GoLive {
        /// Which, for how long at most, and what becomes of the programme.
        live: LiveSnapshot,
        /// Gain in dB.
        gain_db: f64,
        /// The tune before, and its gain in dB.
        chime: Option<Box<(ClipSnapshot, f64)>>,
        /// Where; everywhere if empty.
        zones: Vec<ZoneId>,
        /// Who.
        by: String,
    },
    /// A person: nobody speaks any more.
    EndLive {
        /// Through which microphone; any if none.
        microphone: Option<MicrophoneId>,
        /// Who.
        by: String,
    },
    /// A person: go on to the next element.
    Skip {
        /// In which zone; needed only while several things are on air, so below.
        zone: Option<ZoneId>,
        /// Who.
        by: String,
    },
    /// A person: stop what is on air, and the rest of its occurrence.
    Stop {
        /// In which zone.
        zone: Option<ZoneId>,
        /// Who.
        by: String,
    },
    /// A person: hold (true) or go on (false).
    Pause {
        /// Which.
        paused: bool,
        /// In which zone.
        zone: Option<ZoneId>,
        /// Who.
        by: String,
    },
    /// A person: nothing but emergencies shall be heard in this zone (true), or everything again (false).
    Mute {
        /// Which.
        zone: ZoneId,
        /// Whether it is muted.
        muted: bool,
        /// Who.
        by: String,
    },
    /// A person: switch amplifiers on, for [`super::HOLD_MAX`] at the most, or off, unless something is to be heard there.
    Switch {
        /// Of which zones; all if empty.
        zones: Vec<ZoneId>,
        /// On, or off.
        on: bool,
        /// Who.
        by: String,
    },
    /// A person: this occurrence, still to come, shall not air.
    Cancel {
        /// Which.
        occurrence: OccurrenceId,
        /// Who.
        by: String,
    },
    /// The return feed of a zone says something of a stretch whose end was committed.
    Proved {
        /// What.
        proof: Proof,
        /// Title of the airing.
        title: String,
    },
    /// Something worth knowing that was found out beside the station: a relay that fails ahead of its time.
    Noted(Incident),
    /// A person (or the time service, when none) vouches for the clock.
    TrustClock {
        /// Who.
        by: Option<String>,
    },
    /// Shut down in good order.
    Shutdown {
        /// What becomes of what is on air.
        rest: RestPolicy,
        /// By signal or by whom.
        by: String,
    },
}

/// What the station asks for. Performed in the order given.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Choose the elements of this occurrence from the library and the queue; answer with [`Input::Rundown`].
    ChooseRundown {
        /// Which.
        occurrence: OccurrenceId,
        /// The slot's wording in force.
        version: Box<SlotVersion>,
        /// Planned first frame.
        start: DateTime<Utc>,
        /// Clips found bad meanwhile, not to be chosen again.
        bad: Vec<(ClipId, String)>,
    },
    /// Open the output of a zone; answer with `OutputOpen` or `OutputLost`.
    OpenOutput(ZoneId),
    /// Close the output of a zone: nothing is due for a while.
    CloseOutput(ZoneId),
    /// Open the decoder and fill the ring; answer with `Prepared` or `PrepareFailed`.
    Prepare(Voice),
    /// Drop a prepared voice that never started. Answered with `Ended` and no frames.
    Discard(PartId),
    /// Make these records durable, in one transaction. Each intent among them is answered with `Durable`.
    Commit(Vec<Record>),
    /// Note how far a voice has come, durably, without a place in the chain.
    Journal {
        /// Which.
        part: PartId,
        /// Frames heard from its `from_frame` on.
        frames: u64,
        /// When its first frame was heard.
        start: DateTime<Utc>,
    },
    /// Let a prepared voice sound. Only ever after its intent is durable. Given again for a voice that has not started, it
    /// replaces the earlier order.
    Arm {
        /// Which.
        part: PartId,
        /// When.
        start: Start,
    },
    /// End a sounding voice with a ramp of this length; answered with `Ended` and this reason.
    Fade {
        /// Which.
        part: PartId,
        /// Length of the ramp.
        ramp: Duration,
        /// How the log shall say that it ended.
        reason: EndReason,
    },
    /// Hold (true) or go on (false), with the usual 20 ms ramp. The frame position is kept.
    Hold {
        /// Which.
        part: PartId,
        /// Whether to hold.
        held: bool,
    },
    /// Take a voice out of some of its zones, with a ramp of this length; it goes on in the others. Not answered.
    Leave {
        /// Which.
        part: PartId,
        /// Where it is to be heard no more.
        zones: Vec<ZoneId>,
        /// Length of the ramp.
        ramp: Duration,
    },
    /// Let a voice be heard in further zones too, in step with the others. Not answered.
    Join {
        /// Which.
        part: PartId,
        /// Where.
        zones: Vec<ZoneId>,
    },
    /// Turn a zone down or up, whatever sounds in it. Not answered.
    Volume {
        /// Which zone.
        zone: ZoneId,
        /// 0 dB or less.
        gain_db: f64,
    },
    /// Switch the amplifier of a zone; answer with [`Input::Switched`]. A further order takes the place of one that has not been
    /// begun.
    Switch {
        /// Which zone.
        zone: ZoneId,
        /// The number of the order, to be given back.
        order: u64,
        /// On, or off.
        on: bool,
    },
    /// Turn what sounds in a zone down or up, but for the voices that do not duck. Not answered.
    Duck {
        /// Which zone.
        zone: ZoneId,
        /// 0 dB or less.
        gain_db: f64,
    },
    /// This queue entry was aired; it waits no longer.
    TakeFromQueue(u32),
    /// All is written and silent: the process may end.
    Exit,
}

/// An airing that the last run of the process left open: its intent, and how far the journal says it came.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOpen {
    /// The intent without an end.
    pub intent: Intent,
    /// The last journal note: frames heard from `from_frame` on, and when the first was heard.
    pub journal: Option<(u64, DateTime<Utc>)>,
    /// Earlier stretches of the same airing that are over.
    pub earlier: Vec<(Intent, End)>,
}

/// An emergency that the last run of the process left raised.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftRaised {
    /// When it was raised.
    pub at: DateTime<Utc>,
    /// What was raised.
    pub raised: EmergencyRaised,
    /// How often it was heard to its end.
    pub sounded: u32,
}

/// Occurrences need not close in the order of their starts: one may wait for its output while a later one is missed. A sweep
/// begins so long before the latest one closed, longer than any occurrence lives.
pub const LOOK_BACK: TimeDelta = TimeDelta::days(2);

/// What the ledger tells a station that comes up. State is the ledger and the rules, nothing else.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// The latest time that is known to have passed: that of the last record; but if the last word on the clock in the log
    /// is a `ClockDistrusted`, its `not_before`, for what was written since bears the time of a clock nobody believed.
    /// None in a new log.
    pub last_at: Option<DateTime<Utc>>,
    /// Whether the last word on the clock in the log is a `ClockDistrusted`.
    pub distrusted: bool,
    /// Time of the first record; none in a new log. Nothing was promised before it.
    pub began: Option<DateTime<Utc>>,
    /// The latest planned start among the occurrences that were closed at or after their planned start (one that was
    /// cancelled ahead of its time says nothing of those before it).
    pub swept_to: Option<DateTime<Utc>>,
    /// Occurrences closed with a planned start from [`LOOK_BACK`] before `swept_to` on.
    pub closed: Vec<OccurrenceId>,
    /// Rundowns of occurrences that are not closed, the last of each.
    pub rundowns: Vec<Rundown>,
    /// Airings without an end. At most one in good order, two at a join.
    pub open: Vec<LeftOpen>,
    /// Ends of the airings that belong to those occurrences: (intent, end).
    pub ended: Vec<(Intent, End)>,
    /// Emergencies that were raised and not ended, in that order.
    pub raised: Vec<LeftRaised>,
    /// Zones that are muted, and by whom.
    pub muted: Vec<(ZoneId, String)>,
    /// Zones whose return feed last said that something was not heard.
    pub unheard: Vec<(ZoneId, Unheard)>,
}
