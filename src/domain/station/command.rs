//! What a person may ask of the station, and when it must refuse.

use chrono::{DateTime, TimeDelta, Utc};

use super::agenda::Agenda;
use super::protocol::{Effect, RestPolicy};
use super::session::{Choice, Deadline, Element, Ending, Session, Subject};
use super::{GAP_MIN, Station};
use crate::domain::clip::{ClipSnapshot, Genre};
use crate::domain::log::{EndReason, Incident, Kind, Outcome};
use crate::domain::rundown::{Planned, Role, Why};
use crate::domain::slot::{OccurrenceId, ZoneId};
use crate::domain::sound::Sound;

/// What begins within this after the rundown lead is waited for: starting again takes a moment.
const PARTING_LEAD: TimeDelta = TimeDelta::seconds(2);

/// Why a request cannot be granted now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is nothing to skip, stop or pause.
    #[error("nothing is on air")]
    NothingOnAir,
    /// The air is taken.
    #[error("`{title}` is on air or about to be; wait for its end, or stop it first")]
    OnAir {
        /// What is.
        title: String,
    },
    /// It would still sound when the next occurrence begins.
    #[error("it would run into {occurrence}, which starts at {start}; choose something shorter, or play it afterwards")]
    RunsInto {
        /// Which.
        occurrence: OccurrenceId,
        /// When.
        start: DateTime<Utc>,
    },
    /// The hour is not permitted.
    #[error("sound is not permitted at this hour; only an emergency is")]
    NotPermitted,
    /// No such occurrence is to come.
    #[error("{occurrence} is not among the occurrences of the next day, or is over")]
    NotToCome {
        /// Which.
        occurrence: OccurrenceId,
    },
    /// The station is shutting down.
    #[error("the station is shutting down")]
    Leaving,
    /// More than one thing is on air.
    #[error("several things are on air; say in which zone")]
    WhichZone,
    /// The station has no such zone.
    #[error("there is no zone `{zone}`; `loa status` lists them")]
    NoSuchZone {
        /// What was asked for.
        zone: ZoneId,
    },
    /// Nothing would be heard.
    #[error("zone {zone} is muted; take that back first (`loa zone unmute {zone}`)")]
    Muted {
        /// Which.
        zone: ZoneId,
    },
    /// Nothing switches its amplifier.
    #[error("{}; `zone.amplifier` in the settings says what switches one", no_amplifier(zone.as_ref()))]
    NoAmplifier {
        /// Of which zone; none if no zone has one.
        zone: Option<ZoneId>,
    },
    /// Something is heard there, or about to be.
    #[error(
        "something is to be heard in zone {zone}, which needs its amplifier; stop that first, or mute the zone (`loa zone mute {zone}`)"
    )]
    AmplifierNeeded {
        /// Which zone.
        zone: ZoneId,
    },
    /// All its zones are an emergency's.
    #[error("an emergency is on air there; end it first (`loa emergency end`), or wait for its end")]
    Emergency,
    /// No microphone is open.
    #[error("nobody is speaking")]
    NobodySpeaks,
    /// No emergency is raised.
    #[error("there is no emergency")]
    NoEmergency,
    /// Too many are.
    #[error("{count} emergencies are raised already; end one first")]
    TooManyEmergencies {
        /// How many.
        count: usize,
    },
    /// It is so already.
    #[error("it is already {state}")]
    Already {
        /// `paused`, `on air`, `muted` or `not muted`.
        state: &'static str,
    },
}

fn no_amplifier(zone: Option<&ZoneId>) -> String {
    zone.map_or_else(
        || "no zone has an amplifier that is switched".to_owned(),
        |zone| format!("nothing switches the amplifier of zone {zone}"),
    )
}

impl Station {
    pub(super) fn play(
        &mut self,
        clip: ClipSnapshot,
        gain_db: f64,
        zones: Vec<ZoneId>,
        by: String,
    ) -> Result<(), Refusal> {
        if self.core.leaving.is_some() {
            return Err(Refusal::Leaving);
        }
        let zones = self.zones_asked(zones)?;
        if let Some(session) = self.sessions.iter().find(|session| session.shares(&zones)) {
            return Err(Refusal::OnAir { title: session.title() });
        }
        let wall = self.core.now.wall;
        let until = self.timetable.permitted_until(wall).ok_or(Refusal::NotPermitted)?;
        // It begins when the amplifiers are warm.
        let lead = self.core.amplifiers.lead(&zones);
        let clear_by = wall + lead + clip.duration() + self.core.settings.prepare_lead;
        let mut soon = self.agenda.iter().flat_map(Agenda::iter).take_while(|due| due.start < clear_by);
        if let Some(due) = soon.find(|due| self.zones_of(due).iter().any(|zone| zones.contains(zone))) {
            return Err(Refusal::RunsInto { occurrence: due.id.clone(), start: due.start });
        }
        if let Some(zone) = zones.iter().find(|_| zones.iter().all(|zone| self.zones.muted_by(zone).is_some())) {
            return Err(Refusal::Muted { zone: zone.clone() });
        }
        let kind = if clip.genre == Genre::Ident { Kind::Ident } else { Kind::Own };
        let role = if kind == Kind::Ident { Role::Ident } else { Role::Item };
        let why = Why::ByHand { by: by.clone() };
        self.sessions.push(Session {
            elements: vec![Element::new(Planned {
                position: 0,
                role,
                sound: Sound::Clip(clip),
                start: wall,
                gain_db,
                why,
            })],
            fade_at: Some(Deadline::new(until, self.core.now)),
            ..Session::new(Subject::ByHand { by, kind }, zones, Choice::Known, wall, wall + GAP_MIN + lead)
        });
        Ok(())
    }

    /// The one session that a person can mean: the only one there is, or the one in the zone that they name.
    fn meant(&mut self, zone: Option<&ZoneId>, fits: impl Fn(&Session) -> bool) -> Result<usize, Refusal> {
        let here = |session: &Session| zone.is_none_or(|zone| session.present().any(|present| present == zone));
        let meant = || self.sessions.iter().enumerate().filter(|(_, session)| here(session) && fits(session));
        // Of a voice and the programme below it in one zone the voice is meant.
        let rank = meant().map(|(_, session)| session.rank()).max().filter(|_| zone.is_some());
        let mut meant = meant().filter(|(_, session)| rank.is_none_or(|rank| session.rank() == rank));
        let (index, _) = meant.next().ok_or(Refusal::NothingOnAir)?;
        if meant.next().is_some() {
            return Err(Refusal::WhichZone);
        }
        Ok(index)
    }

    pub(super) fn skip(&mut self, zone: Option<&ZoneId>, by: String) -> Result<(), Refusal> {
        let index = self.meant(zone, Session::sounds)?;
        let ramp = self.core.settings.fade;
        let session = &mut self.sessions[index];
        session.paused_at = None;
        let voice = session.sounding().ok_or(Refusal::NothingOnAir)?;
        voice.ending = true;
        let part = voice.part();
        self.core.perform(Effect::Fade { part, ramp, reason: EndReason::Skipped { by } });
        Ok(())
    }

    pub(super) fn stop(&mut self, zone: Option<&ZoneId>, by: String) -> Result<(), Refusal> {
        let index = self.meant(zone, |session| session.ending.is_none())?;
        let session = &mut self.sessions[index];
        if session.is_emergency() {
            let zones = session.zones.clone();
            return self.end_emergency(&zones, &by);
        }
        session.end(Ending::Stopped { by: by.clone() }, &EndReason::Stopped { by }, &mut self.core);
        Ok(())
    }

    pub(super) fn pause(&mut self, paused: bool, zone: Option<&ZoneId>, by: String) -> Result<(), Refusal> {
        // Who speaks is not held: they would not know.
        let sounds = |session: &Session| session.sounds() && session.live().is_none();
        let index = match self.meant(zone, |session| sounds(session) && session.paused_at.is_some() != paused) {
            Ok(index) => index,
            Err(Refusal::NothingOnAir) if self.meant(zone, sounds).is_ok() => {
                return Err(Refusal::Already { state: if paused { "paused" } else { "on air" } });
            }
            Err(refusal) => return Err(refusal),
        };
        self.hold(index, paused, by);
        Ok(())
    }

    fn hold(&mut self, index: usize, paused: bool, by: String) {
        let mono = self.core.now.mono;
        let session = &mut self.sessions[index];
        session.paused_at = paused.then_some(mono);
        let Some(voice) = session.sounding() else { return };
        voice.told_at = mono;
        let part = voice.part();
        self.core.perform(Effect::Hold { part, held: paused });
        self.core.incident(Incident::Paused { by, paused });
    }

    /// Goes on after pauses that nobody ended.
    pub(super) fn end_long_pauses(&mut self) {
        let (mono, pause_max) = (self.core.now.mono, self.core.settings.pause_max);
        for index in 0..self.sessions.len() {
            if self.sessions[index].paused_at.is_some_and(|since| since + pause_max <= mono) {
                self.hold(index, false, "loa".to_owned());
            }
        }
    }

    pub(super) fn cancel(&mut self, occurrence: &OccurrenceId, by: String) -> Result<(), Refusal> {
        let session = self.sessions.iter_mut().find(|session| session.occurrence() == Some(occurrence));
        if let Some(session) = session.filter(|session| session.ending.is_none()) {
            if session.sounded {
                return Err(Refusal::OnAir { title: session.title() });
            }
            session.end(Ending::Stopped { by: by.clone() }, &EndReason::Stopped { by }, &mut self.core);
            return Ok(());
        }
        let due = self.agenda.as_mut().and_then(|agenda| agenda.take_out(occurrence));
        let due = due.ok_or_else(|| Refusal::NotToCome { occurrence: occurrence.clone() })?;
        self.core.close(due.id, due.start, Outcome::Cancelled { by });
        Ok(())
    }

    /// Leaves once nothing is on hand and nothing is about to begin, so that a broadcast is always aired by one run.
    pub(super) fn part_if_free(&mut self) {
        let Some(by) = self.parting.clone().filter(|_| self.core.leaving.is_none()) else { return };
        let on_hand = !(self.sessions.is_empty() && self.suspended.is_empty() && self.unfinished.is_empty());
        let near = self.core.now.wall + self.core.settings.rundown_lead + PARTING_LEAD;
        let next = self.agenda.as_ref().and_then(Agenda::front);
        let due = self.clock.trusted() && next.is_some_and(|due| due.start <= near);
        // As long as it puts amplifiers off it still hears what people ask.
        if !on_hand && !due && self.strays.is_empty() && self.core.amplifiers.are_at_rest() {
            self.core.leaving = Some(RestPolicy::Fade);
            self.left_by = by;
        }
    }

    pub(super) fn shut_down(&mut self, rest: RestPolicy, by: String) {
        if rest == RestPolicy::WhenFree {
            if self.core.leaving.is_none() {
                self.parting = Some(by);
            }
            return;
        }
        self.parting = None;
        self.core.leaving = Some(rest);
        self.left_by = by;
        for session in &mut self.sessions {
            session.ending.get_or_insert(Ending::Shutdown);
            let sounding = session.voices.iter().any(|voice| voice.started.is_some());
            if rest == RestPolicy::Fade || !sounding || session.paused_at.is_some() {
                session.silence(&EndReason::Shutdown, &mut self.core);
            } else {
                for voice in session.voices.iter_mut().filter(|voice| voice.started.is_none()) {
                    voice.silence(&EndReason::Shutdown, &mut self.core);
                }
            }
            session.paused_at = None;
        }
    }
}
