//! When the station wants to be woken, and why.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Station;
use super::agenda::Agenda;
use super::emergency::Emergency;
use super::session::{Choice, Session};
use super::timetable::Due;

/// Wall deadlines are passed by this much before they count as over, so that `<` comparisons have turned.
const AFTER: Duration = Duration::from_millis(1);

/// How often the clocks are compared while a start is ordered and has not come.
const ARMED_CHECK_EVERY: Duration = Duration::from_secs(1);

impl Station {
    /// The monotonic time at which [`super::Input::Tick`] is due, and why.
    #[must_use]
    pub fn poll_timeout(&self) -> (Duration, &'static str) {
        let now = self.core.now;
        let mut next = (now.mono + self.core.settings.clock_check_every, "compare the clocks");
        let mut consider = |at: Option<Duration>, reason| {
            if let Some(at) = at.filter(|at| *at < next.0) {
                next = (at, reason);
            }
        };
        if self.clock.trusted() {
            let near = now.wall + self.core.settings.rundown_lead;
            let upcoming = || self.agenda.iter().flat_map(Agenda::iter);
            // What is near and did not begin waits for a zone, not for time.
            let begins = upcoming().find(|due| due.start > near).map(|due| due.start - self.core.settings.rundown_lead);
            consider(self.mono_of(begins), "an occurrence gets its rundown");
            let grace = upcoming().map(Due::start_by).min();
            consider(self.mono_of(grace).map(|at| at + AFTER), "the grace of an occurrence ends");
        }
        let again = self.emergencies.iter().filter_map(Emergency::next_at).filter(|at| *at > now.mono).min();
        consider(again, "an emergency is heard again");
        consider(self.mono_of(self.next_volume_change()), "the volume of a zone changes");
        if let Some((at, reason)) = self.core.amplifiers.poll_timeout(now.mono) {
            consider(Some(at), reason);
        }
        for session in &self.sessions {
            self.consider_session(session, &mut consider);
        }
        next
    }

    fn consider_session(&self, session: &Session, consider: &mut impl FnMut(Option<Duration>, &'static str)) {
        let now = self.core.now;
        if session.voices.iter().any(|voice| voice.armed.is_some() && voice.started.is_none()) {
            consider(Some(now.mono + ARMED_CHECK_EVERY), "compare the clocks before a start");
        }
        if session.ending.is_none() {
            if let Choice::AskAt(at) = session.choice {
                consider(Some(at), "ask again for a rundown");
            }
            let prepare = session.not_before - self.core.settings.prepare_lead;
            consider(self.mono_of((now.wall < prepare).then_some(prepare)), "prepare the first element");
            consider(self.mono_of(session.give_up_at()).map(|at| at + AFTER), "give up waiting for sound");
            consider(
                self.mono_of(session.last_moment(&self.core)),
                "its amplifiers are warm, or a switch that has not answered is waited for no longer",
            );
            let fade_at = session.fade_at.map(|fade| fade.mono.min(self.mono_of(Some(fade.wall)).unwrap_or(fade.mono)));
            consider(fade_at, "the window ends");
        }
        if session.wants_output(&self.core) {
            consider(self.core.outputs.retry_at(session.present()), "open the output again");
        }
        match session.paused_at {
            Some(since) => consider(Some(since + self.core.settings.pause_max), "a pause ends by itself"),
            None => consider(self.next_join(session), "prepare the next element"),
        }
    }

    /// When the element after the one on air is to be prepared.
    fn next_join(&self, session: &Session) -> Option<Duration> {
        if session.ending.is_some() {
            return None;
        }
        session.next_waiting()?;
        let mut voices = session.voices.iter().filter(|voice| !voice.ending);
        let (Some(voice), None) = (voices.next(), voices.next()) else { return None };
        voice.started?;
        let mono = self.core.now.mono;
        let at = mono + voice.remaining(mono).saturating_sub(self.core.settings.join_lead);
        (at > mono).then_some(at)
    }

    /// The monotonic time at which the wall clock will say `at`, if nothing steps meanwhile.
    fn mono_of(&self, at: Option<DateTime<Utc>>) -> Option<Duration> {
        at.map(|at| self.core.now.mono + (at - self.core.now.wall).to_std().unwrap_or_default())
    }
}
