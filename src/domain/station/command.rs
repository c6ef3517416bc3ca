//! What a person may ask of the station, and when it must refuse.

use chrono::{DateTime, TimeDelta, Utc};

use super::agenda::Agenda;
use super::protocol::{Effect, RestPolicy};
use super::session::{Choice, Deadline, Element, Ending, Session, Subject};
use super::{GAP_MIN, Station};
use crate::domain::clip::{ClipSnapshot, Genre};
use crate::domain::log::{EndReason, Incident, Kind, Outcome};
use crate::domain::rundown::{Planned, Role, Why};
use crate::domain::slot::OccurrenceId;

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
    /// It is so already.
    #[error("it is already {state}")]
    Already {
        /// `paused` or `on air`.
        state: &'static str,
    },
}

impl Station {
    pub(super) fn play(&mut self, clip: ClipSnapshot, gain_db: f64, by: String) -> Result<(), Refusal> {
        if self.leaving.is_some() {
            return Err(Refusal::Leaving);
        }
        if let Some(session) = &self.session {
            return Err(Refusal::OnAir { title: session.title() });
        }
        let wall = self.now.wall;
        let until = self.timetable.permitted_until(wall).ok_or(Refusal::NotPermitted)?;
        let clear_by = wall + clip.duration() + self.settings.prepare_lead;
        if let Some(due) = self.agenda.as_ref().and_then(|agenda| agenda.front()).filter(|due| due.start < clear_by) {
            return Err(Refusal::RunsInto { occurrence: due.id.clone(), start: due.start });
        }
        let kind = if clip.genre == Genre::Ident { Kind::Ident } else { Kind::Own };
        self.session = Some(self.by_hand(clip, gain_db, by, kind, Some(until)));
        Ok(())
    }

    pub(super) fn emergency(&mut self, clip: ClipSnapshot, gain_db: f64, by: String) -> Result<(), Refusal> {
        if self.leaving.is_some() {
            return Err(Refusal::Leaving);
        }
        if let Some(session) = self.session.as_ref().filter(|session| session.is_emergency()) {
            return Err(Refusal::OnAir { title: session.title() });
        }
        let airing = (self.fresh_airing)(self.now);
        if let Some(mut session) = self.session.take() {
            self.paused_at = None;
            self.silence(&EndReason::Superseded { by: airing });
            for voice in &mut self.voices {
                voice.of_suspended = true;
            }
            session.superseded_by = Some(airing);
            self.suspended = Some(session);
        }
        let mut session = self.by_hand(clip, gain_db, by, Kind::Emergency, None);
        session.first_airing = Some(airing);
        self.session = Some(session);
        Ok(())
    }

    fn by_hand(
        &self,
        clip: ClipSnapshot,
        gain_db: f64,
        by: String,
        kind: Kind,
        permitted_until: Option<DateTime<Utc>>,
    ) -> Session {
        let wall = self.now.wall;
        let role = if kind == Kind::Ident { Role::Ident } else { Role::Item };
        let why = Why::ByHand { by: by.clone() };
        Session {
            subject: Subject::ByHand { by, kind },
            choice: Choice::Known,
            elements: vec![Element::new(Planned { position: 0, role, clip, start: wall, gain_db, why })],
            bad: Vec::new(),
            sound_by: Some(wall + GAP_MIN),
            fade_at: permitted_until.map(|at| Deadline::new(at, self.now)),
            not_before: wall,
            ending: None,
            sounded: false,
            superseded_by: None,
            fault: None,
            first_airing: None,
        }
    }

    pub(super) fn skip(&mut self, by: String) -> Result<(), Refusal> {
        let ramp = self.settings.fade;
        let sounding = self.voices.iter_mut().find(|voice| voice.started.is_some() && !voice.ending);
        let voice = sounding.ok_or(Refusal::NothingOnAir)?;
        voice.ending = true;
        let part = voice.part();
        self.paused_at = None;
        self.effects.push_back(Effect::Fade { part, ramp, reason: EndReason::Skipped { by } });
        Ok(())
    }

    pub(super) fn stop(&mut self, by: String) -> Result<(), Refusal> {
        let session = self.session.as_mut().filter(|session| session.ending.is_none());
        let session = session.ok_or(Refusal::NothingOnAir)?;
        session.ending = Some(Ending::Stopped { by: by.clone() });
        self.paused_at = None;
        self.silence(&EndReason::Stopped { by });
        Ok(())
    }

    pub(super) fn pause(&mut self, paused: bool, by: String) -> Result<(), Refusal> {
        if paused == self.paused_at.is_some() {
            return Err(Refusal::Already { state: if paused { "paused" } else { "on air" } });
        }
        let mono = self.now.mono;
        let sounding = self.voices.iter_mut().find(|voice| voice.started.is_some() && !voice.ending);
        let voice = sounding.ok_or(Refusal::NothingOnAir)?;
        voice.told_at = mono;
        self.paused_at = paused.then_some(mono);
        self.effects.push_back(Effect::Hold { part: voice.part(), held: paused });
        self.incident(Incident::Paused { by, paused });
        Ok(())
    }

    /// Goes on after a pause that nobody ended.
    pub(super) fn end_long_pause(&mut self) {
        let over = self.paused_at.is_some_and(|since| since + self.settings.pause_max <= self.now.mono);
        // Refused only if nothing is held, and then there is nothing to go on with.
        if over && self.pause(false, "loa".to_owned()).is_err() {
            self.paused_at = None;
        }
    }

    pub(super) fn cancel(&mut self, occurrence: &OccurrenceId, by: String) -> Result<(), Refusal> {
        if let Some(session) = self.session.as_ref().filter(|session| session.occurrence() == Some(occurrence)) {
            if session.sounded {
                return Err(Refusal::OnAir { title: session.title() });
            }
            return self.stop(by);
        }
        let due = self.agenda.as_mut().and_then(|agenda| agenda.take_out(occurrence));
        let due = due.ok_or_else(|| Refusal::NotToCome { occurrence: occurrence.clone() })?;
        self.close(due.id, due.start, Outcome::Cancelled { by });
        Ok(())
    }

    /// Leaves once nothing is on hand and nothing is about to begin, so that a broadcast is always aired by one run.
    pub(super) fn part_if_free(&mut self) {
        let Some(by) = self.parting.clone().filter(|_| self.leaving.is_none()) else { return };
        let on_hand = self.session.is_some() || self.suspended.is_some() || !self.unfinished.is_empty();
        let near = self.now.wall + self.settings.rundown_lead + PARTING_LEAD;
        let next = self.agenda.as_ref().and_then(Agenda::front);
        let due = self.clock.trusted() && next.is_some_and(|due| due.start <= near);
        if !on_hand && !due && self.voices.is_empty() {
            self.leaving = Some(RestPolicy::Fade);
            self.left_by = by;
        }
    }

    pub(super) fn shut_down(&mut self, rest: RestPolicy, by: String) {
        if rest == RestPolicy::WhenFree {
            if self.leaving.is_none() {
                self.parting = Some(by);
            }
            return;
        }
        self.parting = None;
        self.leaving = Some(rest);
        self.left_by = by;
        let Some(session) = &mut self.session else { return };
        session.ending.get_or_insert(Ending::Shutdown);
        let sounding = self.voices.iter().any(|voice| voice.started.is_some());
        if rest == RestPolicy::Fade || !sounding || self.paused_at.is_some() {
            self.silence(&EndReason::Shutdown);
        } else {
            for voice in self.voices.iter_mut().filter(|voice| voice.started.is_none() && !voice.ending) {
                voice.ending = true;
                self.effects.push_back(Effect::Discard(voice.part()));
            }
        }
        self.paused_at = None;
    }
}
