//! How the station stands, as the API says it.

use chrono::SubsecRound as _;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::alarms::Alarm;
use super::words::{instant, word};
use crate::config::Config;
use crate::domain::alarm::at_once;
use crate::domain::relay;
use crate::domain::slot::ZoneId;
use crate::domain::station::{self, AmplifierView, OnAir, OutputState};
use crate::station::{LiveLevel, LiveView, LiveZone};

/// How the station stands at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Live {
    /// The station's time. Count from this, not from the clock of whoever reads it.
    #[schema(format = DateTime)]
    pub(super) now: String,
    /// What sounds now.
    pub(super) on_air: Option<Sounding>,
    /// The occurrence on hand: on air or being prepared.
    pub(super) occurrence_id: Option<String>,
    /// What comes next in it.
    pub(super) upcoming: Vec<Upcoming>,
    /// Everything on hand, what matters most first: emergencies, then what sounds, then what is being prepared. The three
    /// fields above are of the first.
    pub(super) on_hand: Vec<OnHand>,
    /// Emergencies that are raised and not over.
    pub(super) emergencies: Vec<Raised>,
    /// How the outputs stand together: lost if one is, open if one is.
    pub(super) output: Output,
    /// Each zone, in the order of the settings.
    pub(super) zones: Vec<ZoneState>,
    /// Whether the clock can be believed. If not, nothing airs by schedule.
    pub(super) clock_trusted: bool,
    /// Whether the programme is being recorded.
    pub(super) recording: bool,
    /// Whether the station is shutting down.
    pub(super) leaving: bool,
    /// Whether it starts again with other settings as soon as the air is free.
    pub(super) starts_again: bool,
    /// Records of the log that wait beside the database; 0 when all is well.
    pub(super) log_waiting: u64,
    /// What the database said last; none when all is well.
    pub(super) log_error: Option<String>,
    /// What is wrong at this moment, the worst first.
    pub(super) alarms: Vec<Alarm>,
}

/// What sounds now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Sounding {
    /// Which airing.
    pub(super) airing_id: String,
    /// Its occurrence; none if played by hand.
    pub(super) occurrence_id: Option<String>,
    /// own, relay, live, emergency or ident.
    pub(super) kind: String,
    /// Number of its clip; none for sound that is no clip.
    pub(super) clip: Option<u32>,
    /// Its title.
    pub(super) title: String,
    /// When its first frame was heard.
    #[schema(format = DateTime)]
    pub(super) start: String,
    /// Heard so far, from the head of the element.
    pub(super) position_ms: u64,
    /// Of the whole element.
    pub(super) length_ms: u64,
    /// Whether it is held.
    pub(super) paused: bool,
    /// Of a relay: how it stands; none of other sound, and before anything of it was heard.
    pub(super) relay: Option<RelayStanding>,
}

/// How a relay on air stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct RelayStanding {
    /// The source that is heard.
    pub(super) source: String,
    /// Its place in the chain, from 1. The first is meant to be heard.
    pub(super) place: usize,
    /// Whether anything sounds.
    pub(super) sounds: bool,
    /// Times that a later source had to step in.
    pub(super) falls: u32,
    /// Connections made anew after one that broke or stalled.
    pub(super) reconnects: u32,
    /// Whole seconds for which a recording stood in.
    pub(super) standby_s: u64,
    /// Whole seconds below the threshold of silence.
    pub(super) silent_s: u64,
    /// Whole seconds in which nothing came.
    pub(super) lost_s: u64,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Upcoming {
    /// ident, item, relay or closing.
    pub(super) role: String,
    /// Number of its clip; none for a relay.
    pub(super) clip: Option<u32>,
    /// Its title.
    pub(super) title: String,
    /// When it will begin if nothing changes, to the second.
    #[schema(format = DateTime)]
    pub(super) start: String,
    /// Of the whole element.
    pub(super) length_ms: u64,
}

/// One thing on hand: a broadcast, something played by hand, or an emergency.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct OnHand {
    /// Names of the zones where it is heard.
    pub(super) zones: Vec<String>,
    /// Names of those where it would be heard, if an emergency did not have them and they were not muted.
    pub(super) away: Vec<String>,
    /// Whether it is an emergency.
    pub(super) emergency: bool,
    /// Its occurrence; none if a person asked for it.
    pub(super) occurrence_id: Option<String>,
    /// What sounds of it now.
    pub(super) on_air: Option<Sounding>,
    /// What comes next in it.
    pub(super) upcoming: Vec<Upcoming>,
}

/// An emergency that is raised and not over.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Raised {
    /// Its first airing, by which it is known.
    pub(super) emergency_id: String,
    /// What is heard.
    pub(super) title: String,
    /// Who raised it.
    pub(super) by: String,
    /// Names of its zones.
    pub(super) zones: Vec<String>,
    /// Soundings begun.
    pub(super) sounded: u32,
    /// Soundings asked for.
    pub(super) times: u32,
    /// When it is heard again; none if it is on air, or will not be.
    #[schema(format = DateTime)]
    pub(super) next: Option<String>,
}

/// How a zone stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct ZoneState {
    /// Its name in the log.
    pub(super) id: String,
    /// Its name for people.
    pub(super) name: String,
    /// How its output stands.
    pub(super) output: Output,
    /// How much it is turned down at this hour, in dB; 0 is not at all.
    pub(super) volume_db: f64,
    /// Who muted it for all but emergencies; none if it is heard.
    pub(super) muted_by: Option<String>,
    /// How its amplifier stands; none if nothing switches one.
    pub(super) amplifier: Option<AmplifierState>,
}

/// How the amplifier of a zone stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct AmplifierState {
    /// unknown, off, switching_on, warming, on or switching_off.
    pub(super) power: String,
    /// Why somebody must look; none while its switch works.
    pub(super) fault: Option<String>,
    /// Who wants it on although nothing is to be heard; none if nobody does.
    pub(super) held_by: Option<String>,
    /// Until when.
    #[schema(format = DateTime)]
    pub(super) held_until: Option<String>,
}

/// How an output stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Output {
    /// closed, open or lost.
    pub(super) state: String,
    /// What the sound goes to, in words; none while closed.
    pub(super) what: Option<String>,
    /// What it said when it went away.
    pub(super) error: Option<String>,
}

/// What goes out at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Level {
    /// Loudness of the last 400 ms in LUFS, in the loudest zone; none in silence.
    pub(super) momentary_lufs: Option<f64>,
    /// Largest magnitude of late in dB of full scale, in the loudest zone; none in silence.
    pub(super) peak_dbfs: Option<f64>,
    /// Heard so far of what is on air.
    pub(super) position_ms: Option<u64>,
    /// Each zone, in the order of the settings.
    pub(super) zones: Vec<ZoneLevel>,
}

/// What goes out in one zone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct ZoneLevel {
    /// Its name in the log.
    pub(super) id: String,
    /// Loudness of the last 400 ms in LUFS; none in silence.
    pub(super) momentary_lufs: Option<f64>,
    /// Largest magnitude of late in dB of full scale; none in silence.
    pub(super) peak_dbfs: Option<f64>,
}

impl Live {
    /// As the view says, times in the station's zone.
    pub(super) fn of(live: &LiveView, config: &Config) -> Self {
        let (view, zone) = (&live.view, config.station.time_zone);
        Self {
            now: instant(live.now, zone),
            on_air: view.on_air().map(|on_air| Sounding::of(on_air, zone)),
            occurrence_id: view.occurrence().map(ToString::to_string),
            upcoming: view.on_hand.first().map(|first| upcoming(first, zone)).unwrap_or_default(),
            on_hand: view.on_hand.iter().map(|on_hand| OnHand::of(on_hand, zone)).collect(),
            emergencies: view.emergencies.iter().map(|raised| Raised::of(raised, zone)).collect(),
            output: Output::of_all(live),
            zones: live.zones.iter().map(|zone| ZoneState::of(zone, config)).collect(),
            clock_trusted: view.clock_trusted,
            recording: live.recording.is_some(),
            leaving: view.leaving,
            starts_again: view.starts_again,
            log_waiting: live.log.spilled,
            log_error: live.log.error.clone(),
            alarms: at_once(view, live.log.spilled, live.log.error.as_deref(), &live.recordings_bad)
                .iter()
                .map(|alarm| Alarm::of(alarm, zone))
                .collect(),
        }
    }

    /// Without what moves by itself: two that are equal tell nobody anything new.
    pub(super) fn still(&self) -> Self {
        // The seconds of a relay are told when something else is: they do not have to be to the second.
        let calm = |relay| RelayStanding { standby_s: 0, silent_s: 0, lost_s: 0, ..relay };
        let still = |on_air: Option<Sounding>| {
            on_air.map(|on_air| Sounding { position_ms: 0, relay: on_air.relay.map(calm), ..on_air })
        };
        let on_hand = self.on_hand.iter().cloned();
        Self {
            now: String::new(),
            on_air: still(self.on_air.clone()),
            on_hand: on_hand.map(|on_hand| OnHand { on_air: still(on_hand.on_air), ..on_hand }).collect(),
            ..self.clone()
        }
    }
}

impl Sounding {
    fn of(on_air: &OnAir, zone: Tz) -> Self {
        Self {
            airing_id: on_air.airing.to_string(),
            occurrence_id: on_air.occurrence.as_ref().map(ToString::to_string),
            kind: word(&on_air.kind),
            clip: on_air.clip.map(|clip| clip.0),
            title: on_air.title.clone(),
            start: instant(on_air.start, zone),
            position_ms: on_air.position_ms,
            length_ms: on_air.length_ms,
            paused: on_air.paused,
            relay: on_air.relay.as_ref().map(RelayStanding::of),
        }
    }
}

impl RelayStanding {
    fn of(standing: &relay::Standing) -> Self {
        let account = &standing.account;
        Self {
            source: standing.source.clone(),
            place: standing.place + 1,
            sounds: standing.sounds,
            falls: account.falls,
            reconnects: account.reconnects,
            standby_s: account.standby_ms / 1_000,
            silent_s: account.silent_ms / 1_000,
            lost_s: account.lost_ms / 1_000,
        }
    }
}

fn upcoming(on_hand: &station::OnHand, zone: Tz) -> Vec<Upcoming> {
    let element = |next: &station::Upcoming| Upcoming {
        role: word(&next.role),
        clip: next.clip.map(|clip| clip.0),
        title: next.title.clone(),
        start: instant(next.start.round_subsecs(0), zone),
        length_ms: next.length_ms,
    };
    on_hand.upcoming.iter().map(element).collect()
}

fn names(zones: &[ZoneId]) -> Vec<String> {
    zones.iter().map(ToString::to_string).collect()
}

impl OnHand {
    fn of(on_hand: &station::OnHand, zone: Tz) -> Self {
        Self {
            zones: names(&on_hand.zones),
            away: names(&on_hand.away),
            emergency: on_hand.emergency,
            occurrence_id: on_hand.occurrence.as_ref().map(ToString::to_string),
            on_air: on_hand.on_air.as_ref().map(|on_air| Sounding::of(on_air, zone)),
            upcoming: upcoming(on_hand, zone),
        }
    }
}

impl Raised {
    fn of(raised: &station::RaisedView, zone: Tz) -> Self {
        Self {
            emergency_id: raised.emergency.to_string(),
            title: raised.title.clone(),
            by: raised.by.clone(),
            zones: names(&raised.zones),
            sounded: raised.sounded,
            times: raised.times,
            next: raised.next.map(|next| instant(next.round_subsecs(0), zone)),
        }
    }
}

impl ZoneState {
    fn of(zone: &LiveZone, config: &Config) -> Self {
        let known = config.zones.iter().find(|known| known.id == zone.state.zone);
        Self {
            name: known.map_or_else(|| zone.state.zone.to_string(), |known| known.name.clone()),
            id: zone.state.zone.to_string(),
            output: Output::of(&zone.state.output, zone.output.clone()),
            volume_db: zone.state.volume_db,
            muted_by: zone.state.muted_by.clone(),
            amplifier: zone.state.amplifier.as_ref().map(|amplifier| AmplifierState::of(amplifier, config)),
        }
    }
}

impl AmplifierState {
    fn of(amplifier: &AmplifierView, config: &Config) -> Self {
        let held = amplifier.held.as_ref();
        Self {
            power: word(&amplifier.power),
            fault: amplifier.fault.clone(),
            held_by: held.map(|held| held.by.clone()),
            held_until: held.map(|held| instant(held.until.round_subsecs(0), config.station.time_zone)),
        }
    }
}

impl Output {
    /// The one that is worst off stands for all.
    fn of_all(live: &LiveView) -> Self {
        live.worst_zone().map_or_else(
            || Self::of(&OutputState::Closed, None),
            |zone| Self::of(&zone.state.output, zone.output.clone()),
        )
    }

    fn of(state: &OutputState, what: Option<String>) -> Self {
        let (state, error) = match state {
            OutputState::Closed => ("closed", None),
            OutputState::Open => ("open", None),
            OutputState::Lost { error } => ("lost", Some(error.clone())),
        };
        Self { state: state.to_owned(), what, error }
    }
}

impl Level {
    /// As the view says.
    pub(super) fn of(live: &LiveView) -> Self {
        let LiveLevel { momentary_lufs, peak_dbfs, .. } = live.level;
        let zone = |zone: &LiveZone| ZoneLevel {
            id: zone.state.zone.to_string(),
            momentary_lufs: zone.level.momentary_lufs,
            peak_dbfs: zone.level.peak_dbfs,
        };
        Self {
            momentary_lufs,
            peak_dbfs,
            position_ms: live.view.on_air().map(|on_air| on_air.position_ms),
            zones: live.zones.iter().map(zone).collect(),
        }
    }
}
