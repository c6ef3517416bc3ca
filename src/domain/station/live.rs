//! Somebody speaks (nói trực tiếp): a tune, then a microphone, in the zones that were asked for. The microphone is opened first;
//! only when it gives sound does the programme give way, by a pause or by being turned down. An emergency cuts it, and a
//! power cut ends it: whoever wants to speak again opens the microphone again.

use chrono::TimeDelta;

use super::command::Refusal;
use super::session::{Choice, Deadline, Element, Ending, Rank, Session, Subject};
use super::view::Speaking;
use super::{GAP_MIN, Station};
use crate::domain::clip::ClipSnapshot;
use crate::domain::log::{EndReason, Kind};
use crate::domain::microphone::{MicrophoneId, Programme};
use crate::domain::rundown::{Planned, Role, Why};
use crate::domain::slot::ZoneId;
use crate::domain::sound::{LiveSnapshot, Sound};

impl Station {
    /// A person opens a microphone.
    pub(super) fn go_live(
        &mut self,
        live: LiveSnapshot,
        gain_db: f64,
        chime: Option<(ClipSnapshot, f64)>,
        zones: Vec<ZoneId>,
        by: String,
    ) -> Result<(), Refusal> {
        if self.core.leaving.is_some() {
            return Err(Refusal::Leaving);
        }
        let zones = self.zones_asked(zones)?;
        let mut voices = self.sessions.iter().filter(|session| session.live().is_some());
        if let Some(session) = voices.find(|session| session.speaks_through(&live.id) || session.shares(&zones)) {
            return Err(Refusal::OnAir { title: session.title() });
        }
        let wall = self.core.now.wall;
        let until = self.timetable.permitted_until(wall).ok_or(Refusal::NotPermitted)?;
        if zones.iter().all(|zone| self.emergency_in(zone).is_some()) {
            return Err(Refusal::Emergency);
        }
        if zones.iter().all(|zone| self.zones.muted_by(zone).is_some())
            && let Some(zone) = zones.first()
        {
            return Err(Refusal::Muted { zone: zone.clone() });
        }
        let airing = self.core.airing();
        let lead = self.core.amplifiers.lead(&zones);
        let mut start = wall;
        let mut elements: Vec<Element> = Vec::new();
        let chime = chime.map(|(clip, gain_db)| (Role::Ident, Sound::Clip(clip), gain_db));
        let voice = (Role::Live, Sound::Live(live.clone()), gain_db);
        for (position, (role, sound, gain_db)) in (0..).zip(chime.into_iter().chain([voice])) {
            let planned = Planned { position, role, sound, start, gain_db, why: Why::ByHand { by: by.clone() } };
            start = planned.end();
            elements.push(Element::new(planned));
        }
        self.sessions.push(Session {
            elements,
            fade_at: Some(Deadline::new(until, self.core.now)),
            ..Session::new(Subject::Live { airing, live, by }, zones, Choice::Known, wall, wall + GAP_MIN + lead)
        });
        Ok(())
    }

    /// A person closes a microphone, or all of them.
    pub(super) fn end_live(&mut self, microphone: Option<&MicrophoneId>, by: &str) -> Result<(), Refusal> {
        let meant = |session: &&mut Session| {
            session.ending.is_none()
                && session.live().is_some()
                && microphone.is_none_or(|microphone| session.speaks_through(microphone))
        };
        let mut ended = false;
        for session in self.sessions.iter_mut().filter(meant) {
            let by = by.to_owned();
            session.end(Ending::Stopped { by: by.clone() }, &EndReason::Stopped { by }, &mut self.core);
            ended = true;
        }
        if ended { Ok(()) } else { Err(Refusal::NobodySpeaks) }
    }

    /// Who speaks, or is about to, for people to look at.
    pub(super) fn speaking(&self) -> Vec<Speaking> {
        let speaking = |session: &Session| {
            let Subject::Live { airing, live, by } = &session.subject else { return None };
            let voice = session.voices.iter().find(|voice| voice.intent.kind == Kind::Live);
            let since = voice.and_then(|voice| voice.started);
            let longest = TimeDelta::milliseconds(i64::try_from(live.length_ms).unwrap_or(i64::MAX));
            let ends = since.and_then(|since| since.checked_add_signed(longest));
            let permitted = session.fade_at.map(|fade| fade.wall);
            Some(Speaking {
                airing: *airing,
                microphone: live.id.clone(),
                name: live.name.clone(),
                by: by.clone(),
                zones: session.present().cloned().collect(),
                since,
                until: ends.map(|ends| permitted.map_or(ends, |permitted| ends.min(permitted))),
                programme: live.programme,
            })
        };
        self.sessions.iter().filter_map(speaking).collect()
    }
}

impl Session {
    /// What is said, if this is somebody who speaks.
    pub(super) const fn live(&self) -> Option<&LiveSnapshot> {
        match &self.subject {
            Subject::Live { live, .. } => Some(live),
            Subject::Occurrence(_) | Subject::ByHand { .. } | Subject::Emergency { .. } => None,
        }
    }

    fn speaks_through(&self, microphone: &MicrophoneId) -> bool {
        self.live().is_some_and(|live| live.id == *microphone)
    }

    /// Whether what is of a lower rank must leave its zones.
    pub(super) fn takes_zones(&self) -> bool {
        match self.rank() {
            Rank::Programme => false,
            Rank::Live => self.live().is_some_and(|live| live.programme == Programme::Pause) && self.may_sound(),
            Rank::Emergency => true,
        }
    }

    /// By how many dB it turns the programme of a zone down.
    pub(super) fn ducks(&self, zone: &ZoneId) -> Option<u32> {
        let Programme::Duck { duck_db } = self.live()?.programme else { return None };
        let here = self.ending.is_none() && self.may_sound() && self.present().any(|present| present == zone);
        here.then_some(duck_db)
    }

    /// Whether it could sound at once. Somebody who speaks cannot before all of it is ready: nothing shall give way to a
    /// microphone that turns out to be dead.
    pub(super) fn may_sound(&self) -> bool {
        let armed = self.voices.iter().any(|voice| voice.armed.is_some());
        let ready = || self.next_waiting().is_none() && self.voices.iter().all(|voice| voice.durable);
        self.live().is_none() || self.sounded || armed || (self.ending.is_none() && !self.voices.is_empty() && ready())
    }
}
