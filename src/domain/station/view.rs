//! How the station stands, for people to look at.

use std::cmp::Reverse;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Station;
use super::agenda::Agenda;
use super::output::Output;
use super::session::{Fate, Session, Subject};
use super::timetable::Due;
use crate::domain::alarm::Broadcast;
use crate::domain::amplifier::PowerState;
use crate::domain::clip::{ClipId, frames_to_duration};
use crate::domain::log::{AiringId, Kind};
use crate::domain::microphone::{MicrophoneId, Programme};
use crate::domain::proof::Unheard;
use crate::domain::relay::{RelayId, Standing, Trouble};
use crate::domain::rundown::{Planned, Role};
use crate::domain::slot::{OccurrenceId, ZoneId};
use crate::domain::sound::Sound;

/// What sounds now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OnAir {
    /// Which airing.
    pub airing: AiringId,
    /// Its occurrence; none if played by hand.
    pub occurrence: Option<OccurrenceId>,
    /// What sort of sound.
    pub kind: Kind,
    /// Its clip; none for sound that is no clip.
    pub clip: Option<ClipId>,
    /// Its title.
    pub title: String,
    /// When its first frame was heard.
    pub start: DateTime<Utc>,
    /// First frame of the stretch on air, counted from the head at the programme rate; 0 unless resumed.
    pub from_frame: u64,
    /// Heard so far, in milliseconds, from the head of the element.
    pub position_ms: u64,
    /// Of the whole element, in milliseconds.
    pub length_ms: u64,
    /// Whether it is held.
    pub paused: bool,
    /// Of a relay: how it stands. Told by whoever carries it, so none in what the station itself says.
    #[serde(default)]
    pub relay: Option<Standing>,
}

/// What comes next within the session on hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upcoming {
    /// The part it plays.
    pub role: Role,
    /// Its clip; none for sound that is no clip.
    pub clip: Option<ClipId>,
    /// Its title.
    pub title: String,
    /// When it will begin, if nothing changes. Later while something is held.
    pub start: DateTime<Utc>,
    /// Of the whole element, in milliseconds.
    pub length_ms: u64,
}

/// How the output stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OutputState {
    /// Nothing is due.
    Closed,
    /// Open or being opened.
    Open,
    /// Gone; opened again with back-off.
    Lost {
        /// What it said.
        error: String,
    },
}

/// How the amplifier of a zone stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmplifierView {
    /// Whether it is on.
    pub power: PowerState,
    /// Why somebody must look; none while its switch works.
    pub fault: Option<String>,
    /// The person who wants it on although nothing is to be heard; none if nobody does.
    pub held: Option<HeldView>,
}

/// An amplifier that a person wants on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldView {
    /// Who.
    pub by: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// How a zone stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZoneState {
    /// Which.
    pub zone: ZoneId,
    /// How its output stands.
    pub output: OutputState,
    /// How much it is turned down at this hour, in dB; 0 is not at all.
    pub volume_db: f64,
    /// Who muted it; none if it is not.
    pub muted_by: Option<String>,
    /// How its amplifier stands; none if nothing switches one.
    #[serde(default)]
    pub amplifier: Option<AmplifierView>,
    /// What the return feed last said was not heard there; none where it was heard since, or nothing is known.
    #[serde(default)]
    pub unheard: Option<Unheard>,
    /// Why its return feed cannot be captured; none where it can be, or there is none.
    #[serde(default)]
    pub return_lost: Option<String>,
}

/// One thing on hand: an occurrence, something played by hand, somebody who speaks, or an emergency; on air or being prepared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OnHand {
    /// Where it is heard.
    pub zones: Vec<ZoneId>,
    /// Where it would be heard if an emergency or a voice did not have the zone, or somebody had not muted it.
    pub away: Vec<ZoneId>,
    /// Whether it is an emergency.
    pub emergency: bool,
    /// Its occurrence; none if a person asked for it.
    pub occurrence: Option<OccurrenceId>,
    /// What sounds of it now.
    pub on_air: Option<OnAir>,
    /// What comes next in it.
    pub upcoming: Vec<Upcoming>,
}

/// An emergency that is not over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RaisedView {
    /// Its first airing.
    pub emergency: AiringId,
    /// What is heard.
    pub title: String,
    /// Who raised it.
    pub by: String,
    /// Where it is heard.
    pub zones: Vec<ZoneId>,
    /// Soundings begun.
    pub sounded: u32,
    /// Soundings asked for.
    pub times: u32,
    /// When it is heard again; none if it is on air or will not be.
    pub next: Option<DateTime<Utc>>,
}

/// A broadcast whose time has come and which is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueView {
    /// Which.
    pub broadcast: Broadcast,
    /// When something of it was heard first; none if nothing was yet.
    pub began: Option<DateTime<Utc>>,
}

/// A relay that could not be heard of late, or not from its first source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingRelay {
    /// Which.
    pub relay: RelayId,
    /// Whose programme it carries.
    pub name: String,
    /// What was wrong, and with which source.
    pub fault: Trouble,
}

/// Somebody who speaks, or is about to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Speaking {
    /// The airing of the voice.
    pub airing: AiringId,
    /// Through which microphone.
    pub microphone: MicrophoneId,
    /// What people call it.
    pub name: String,
    /// Who opened it.
    pub by: String,
    /// Where it is heard.
    pub zones: Vec<ZoneId>,
    /// Since when the voice is heard; none while the microphone is being opened, or the tune is heard.
    pub since: Option<DateTime<Utc>>,
    /// When it ends at the latest; none before it is heard.
    pub until: Option<DateTime<Utc>>,
    /// What becomes of the programme meanwhile.
    pub programme: Programme,
}

/// How the station stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// What is on hand, what matters most first: emergencies, voices, then what sounds, then what is being prepared.
    pub on_hand: Vec<OnHand>,
    /// Emergencies that are not over.
    pub emergencies: Vec<RaisedView>,
    /// Who speaks, or is about to.
    #[serde(default)]
    pub speaking: Vec<Speaking>,
    /// Occurrences of the next day, with their planned start.
    pub next: Vec<(OccurrenceId, DateTime<Utc>)>,
    /// Broadcasts whose time has come and which are not over.
    #[serde(default)]
    pub due: Vec<DueView>,
    /// Relays that fail.
    #[serde(default)]
    pub relay_faults: Vec<FailingRelay>,
    /// How each zone stands, in the order of the configuration.
    pub zones: Vec<ZoneState>,
    /// Whether the clock can be believed.
    pub clock_trusted: bool,
    /// Whether the station is shutting down.
    pub leaving: bool,
    /// Whether it starts again, with other settings, as soon as the air is free.
    #[serde(default)]
    pub starts_again: bool,
}

impl View {
    /// What matters most of that which sounds.
    #[must_use]
    pub fn on_air(&self) -> Option<&OnAir> {
        self.on_hand.iter().find_map(|on_hand| on_hand.on_air.as_ref())
    }

    /// The occurrence that matters most.
    #[must_use]
    pub fn occurrence(&self) -> Option<&OccurrenceId> {
        self.on_hand.iter().find_map(|on_hand| on_hand.occurrence.as_ref())
    }
}

impl Station {
    /// How it stands.
    #[must_use]
    pub fn view(&self) -> View {
        let mut sessions: Vec<_> = self.sessions.iter().collect();
        sessions.sort_by_key(|session| (Reverse(session.rank()), !session.sounds(), session.not_before));
        View {
            on_hand: sessions.into_iter().map(|session| self.on_hand(session)).collect(),
            emergencies: self.raised_view(),
            speaking: self.speaking(),
            next: self.agenda.iter().flat_map(Agenda::iter).map(|due| (due.id.clone(), due.start)).collect(),
            due: self.due_view(),
            relay_faults: self.core.relay_faults.failing(self.core.now, &self.heard_relays()),
            zones: self.core.settings.zones.iter().map(|zone| self.zone_state(zone)).collect(),
            clock_trusted: self.clock.trusted(),
            leaving: self.core.leaving.is_some(),
            starts_again: self.parting.is_some(),
        }
    }

    fn heard_relays(&self) -> Vec<&RelayId> {
        let voices = self.sessions.iter().flat_map(|session| &session.voices);
        let heard = voices.filter(|voice| voice.started.is_some()).filter_map(|voice| match &voice.intent.sound {
            Sound::Relay(relay) => Some(&relay.id),
            Sound::Clip(_) | Sound::Live(_) => None,
        });
        heard.collect()
    }

    fn due_view(&self) -> Vec<DueView> {
        let view = |due: &Due, began| {
            let (occurrence, name) = (due.id.clone(), due.version.slot.name.clone());
            DueView { broadcast: Broadcast { occurrence, name, start: due.start }, began }
        };
        let on_hand = self.sessions.iter().chain(&self.suspended).chain(&self.unfinished);
        let on_hand = on_hand.filter_map(|session| match &session.subject {
            Subject::Occurrence(due) => Some(view(due, session.began)),
            Subject::ByHand { .. } | Subject::Live { .. } | Subject::Emergency { .. } => None,
        });
        let waiting = self.agenda.iter().flat_map(Agenda::iter).map(|due| view(due, None));
        let now = self.core.now.wall;
        on_hand.chain(waiting).filter(|due| due.began.is_some() || due.broadcast.start <= now).collect()
    }

    fn zone_state(&self, zone: &ZoneId) -> ZoneState {
        let output = self.core.outputs.iter().find(|(id, _)| *id == zone);
        ZoneState {
            zone: zone.clone(),
            output: output.map_or(OutputState::Closed, |(_, output)| state_of(output)),
            volume_db: self.zones.volume_db(zone),
            muted_by: self.zones.muted_by(zone).map(str::to_owned),
            amplifier: self.core.amplifiers.view(zone, self.core.now),
            unheard: self.zones.unheard(zone).cloned(),
            return_lost: self.zones.return_lost(zone).map(str::to_owned),
        }
    }

    fn on_hand(&self, session: &Session) -> OnHand {
        let sounding =
            |airing| session.voices.iter().any(|voice| voice.started.is_some() && voice.part().airing == airing);
        let waiting = session.elements.iter().filter(|element| {
            element.fate != Fate::Done && !element.airing.as_ref().is_some_and(|airing| sounding(airing.id))
        });
        OnHand {
            zones: session.present().cloned().collect(),
            away: session.away.clone(),
            emergency: session.is_emergency(),
            occurrence: session.occurrence().cloned(),
            on_air: on_air(session),
            upcoming: self.upcoming(session, waiting.map(|element| &element.planned)),
        }
    }

    /// Each begins when the one before it ends, the first when what is on air does.
    fn upcoming<'a>(&self, session: &Session, waiting: impl Iterator<Item = &'a Planned>) -> Vec<Upcoming> {
        let now = self.core.now;
        let sounding = session.voices.iter().filter(|voice| voice.started.is_some());
        let ends_in = sounding.map(|voice| voice.remaining(now.mono)).max();
        let mut free_from = ends_in.map(|ends_in| later(now.wall, ends_in));
        waiting
            .map(|planned| {
                let start = free_from.map_or(planned.start, |free| free.max(planned.start));
                let duration = planned.sound.duration();
                free_from = Some(later(start, duration));
                Upcoming {
                    role: planned.role,
                    clip: planned.sound.clip_id(),
                    title: planned.sound.title().to_owned(),
                    start,
                    length_ms: milliseconds(duration),
                }
            })
            .collect()
    }
}

fn on_air(session: &Session) -> Option<OnAir> {
    let voice = session.voices.iter().find(|voice| voice.started.is_some())?;
    let intent = &voice.intent;
    Some(OnAir {
        airing: intent.part.airing,
        occurrence: intent.occurrence.clone(),
        kind: intent.kind,
        clip: intent.sound.clip_id(),
        title: intent.sound.title().to_owned(),
        start: voice.started?,
        from_frame: intent.from_frame,
        position_ms: milliseconds(frames_to_duration(intent.from_frame + voice.frames, intent.sample_rate)),
        length_ms: milliseconds(intent.sound.duration()),
        paused: session.paused_at.is_some(),
        relay: None,
    })
}

fn state_of(output: &Output) -> OutputState {
    match output.error() {
        Some(error) => OutputState::Lost { error: error.to_owned() },
        None if output.is_open() => OutputState::Open,
        None => OutputState::Closed,
    }
}

fn later(at: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    at + TimeDelta::from_std(by).unwrap_or_default()
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
