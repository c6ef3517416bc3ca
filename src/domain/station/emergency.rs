//! Emergencies (khẩn cấp): raised by a named person, heard at once and again as often as asked, ended by a person or by
//! themselves. Each sounding is a session of its own, so that between two of them the zones are free.

use std::time::Duration;

use chrono::TimeDelta;

use super::command::Refusal;
use super::protocol::LeftRaised;
use super::session::{Choice, Element, Ending, Session, Subject};
use super::view::RaisedView;
use super::{GAP_MIN, Station};
use crate::domain::clip::ClipSnapshot;
use crate::domain::log::{AiringId, EmergencyRaised, EndReason, Incident};
use crate::domain::rundown::{Planned, Role, Why};
use crate::domain::slot::ZoneId;
use crate::domain::sound::Sound;

/// Emergencies that are raised and not over; another is refused.
const EMERGENCIES_MAX: usize = 8;

/// Most soundings of one emergency.
pub const TIMES_MAX: u32 = 1_000;

/// An emergency that was raised longer ago than this when the station comes up is not taken up again.
const AGE_MAX: TimeDelta = TimeDelta::hours(24);

/// An emergency that is not over.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Emergency {
    raised: EmergencyRaised,
    /// The airing that it is known by, for its first sounding; none once that has begun, in this run or an earlier one.
    first: Option<AiringId>,
    /// Soundings begun.
    sounded: u32,
    /// Monotonic time from which the next sounding is due.
    next_at: Duration,
}

impl Emergency {
    pub(super) const fn id(&self) -> AiringId {
        self.raised.emergency
    }

    const fn is_done(&self) -> bool {
        self.sounded >= self.raised.times
    }

    /// Whether it is heard in this zone.
    pub(super) fn is_in(&self, zone: &ZoneId) -> bool {
        self.raised.zones.contains(zone)
    }

    /// When it sounds next; none if it has sounded as often as asked.
    pub(super) fn next_at(&self) -> Option<Duration> {
        (!self.is_done()).then_some(self.next_at)
    }
}

impl Station {
    /// A person raises an emergency: it is heard `times` times, the beginnings `every` apart.
    pub(super) fn raise(
        &mut self,
        clip: ClipSnapshot,
        gain_db: f64,
        by: String,
        zones: Vec<ZoneId>,
        times: u32,
        every: Duration,
    ) -> Result<(), Refusal> {
        if self.core.leaving.is_some() {
            return Err(Refusal::Leaving);
        }
        if self.emergencies.len() >= EMERGENCIES_MAX {
            return Err(Refusal::TooManyEmergencies { count: EMERGENCIES_MAX });
        }
        let zones = self.zones_asked(zones)?;
        let every_ms = u64::try_from(every.as_millis()).unwrap_or(u64::MAX);
        let times = times.clamp(1, TIMES_MAX);
        let raised = EmergencyRaised { emergency: self.core.airing(), clip, gain_db, by, zones, times, every_ms };
        self.core.incident(Incident::EmergencyRaised(Box::new(raised.clone())));
        let first = Some(raised.emergency);
        self.emergencies.push(Emergency { raised, first, sounded: 0, next_at: self.core.now.mono });
        Ok(())
    }

    /// What is raised, for people to look at.
    pub(super) fn raised_view(&self) -> Vec<RaisedView> {
        let now = self.core.now;
        let view = |emergency: &Emergency| {
            let raised = &emergency.raised;
            let sounding = self.sessions.iter().any(|session| session.emergency() == Some(raised.emergency));
            let next = emergency.next_at().filter(|_| !sounding);
            let after = |at: Duration| TimeDelta::from_std(at.saturating_sub(now.mono)).unwrap_or_default();
            RaisedView {
                emergency: raised.emergency,
                title: raised.clip.title.clone(),
                by: raised.by.clone(),
                zones: raised.zones.clone(),
                sounded: emergency.sounded,
                times: raised.times,
                next: next.map(|at| now.wall + after(at)),
            }
        };
        self.emergencies.iter().map(view).collect()
    }

    /// Takes up what the last run left raised.
    pub(super) fn take_up_emergencies(&mut self, left: Vec<LeftRaised>) {
        let (mono, wall) = (self.core.now.mono, self.core.now.wall);
        for left in left {
            let emergency = left.raised.emergency;
            if left.sounded >= left.raised.times || left.at < wall - AGE_MAX {
                self.core.incident(Incident::EmergencyEnded { emergency, by: None });
            } else if self.emergencies.len() < EMERGENCIES_MAX {
                let LeftRaised { raised, sounded, .. } = left;
                self.emergencies.push(Emergency { raised, first: None, sounded, next_at: mono });
            }
        }
    }

    /// Lets every emergency sound that is due, in the order in which they were raised: of two that want the same zone the
    /// later one waits.
    pub(super) fn begin_emergencies(&mut self) {
        if self.core.leaving.is_some() {
            return;
        }
        let mono = self.core.now.mono;
        for index in 0..self.emergencies.len() {
            let emergency = &self.emergencies[index];
            let due = emergency.next_at().is_some_and(|at| at <= mono);
            let free = emergency.raised.zones.iter().all(|zone| self.emergency_in(zone).is_none());
            if due && free {
                self.sound(index);
            }
        }
    }

    fn sound(&mut self, index: usize) {
        let Some(emergency) = self.emergencies.get_mut(index) else { return };
        let first = emergency.first.take();
        emergency.sounded += 1;
        emergency.next_at = self.core.now.mono + Duration::from_millis(emergency.raised.every_ms);
        let raised = emergency.raised.clone();
        let airing = first.unwrap_or_else(|| self.core.airing());
        let wall = self.core.now.wall;
        let planned = Planned {
            position: 0,
            role: Role::Item,
            sound: Sound::Clip(raised.clip),
            start: wall,
            gain_db: raised.gain_db,
            why: Why::ByHand { by: raised.by.clone() },
        };
        let subject = Subject::Emergency { emergency: raised.emergency, by: raised.by };
        self.sessions.push(Session {
            elements: vec![Element::new(planned)],
            first_airing: Some(airing),
            ..Session::new(subject, raised.zones, Choice::Known, wall, wall + GAP_MIN)
        });
    }

    /// One sounding is over. The last one ends the emergency.
    pub(super) fn emergency_sounded(&mut self, id: AiringId) {
        // What is cut short by the end of the process is taken up by the next.
        if self.core.leaving.is_none()
            && self.emergencies.extract_if(.., |one| one.id() == id && one.is_done()).count() > 0
        {
            self.core.incident(Incident::EmergencyEnded { emergency: id, by: None });
        }
    }

    /// A person ends every emergency in these zones, or all if none is named.
    pub(super) fn end_emergency(&mut self, zones: &[ZoneId], by: &str) -> Result<(), Refusal> {
        let meant = |one: &mut Emergency| zones.is_empty() || one.raised.zones.iter().any(|zone| zones.contains(zone));
        let ended: Vec<_> = self.emergencies.extract_if(.., meant).collect();
        if ended.is_empty() {
            return Err(Refusal::NoEmergency);
        }
        for emergency in ended {
            let id = emergency.id();
            for session in self.sessions.iter_mut().filter(|session| session.emergency() == Some(id)) {
                let by = by.to_owned();
                session.end(Ending::Stopped { by: by.clone() }, &EndReason::Stopped { by }, &mut self.core);
            }
            self.core.incident(Incident::EmergencyEnded { emergency: id, by: Some(by.to_owned()) });
        }
        Ok(())
    }
}
