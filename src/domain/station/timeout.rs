//! When the station wants to be woken, and why.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Station;
use super::agenda::Agenda;
use super::session::Choice;

/// Wall deadlines are passed by this much before they count as over, so that `<` comparisons have turned.
const AFTER: Duration = Duration::from_millis(1);

/// How often the clocks are compared while a start is ordered and has not come.
const ARMED_CHECK_EVERY: Duration = Duration::from_secs(1);

impl Station {
    /// The monotonic time at which [`super::Input::Tick`] is due, and why.
    #[must_use]
    pub fn poll_timeout(&self) -> (Duration, &'static str) {
        let mut next = (self.now.mono + self.settings.clock_check_every, "compare the clocks");
        let mut consider = |at: Option<Duration>, reason| {
            if let Some(at) = at.filter(|at| *at < next.0) {
                next = (at, reason);
            }
        };
        if self.voices.iter().any(|voice| voice.armed.is_some() && voice.started.is_none()) {
            consider(Some(self.now.mono + ARMED_CHECK_EVERY), "compare the clocks before a start");
        }
        let front = self.agenda.as_ref().and_then(Agenda::front).filter(|_| self.clock.trusted());
        let free = self.session.is_none();
        let begins = front.filter(|_| free).map(|due| due.start - self.settings.rundown_lead);
        consider(self.mono_of(begins), "an occurrence gets its rundown");
        consider(self.mono_of(front.map(|due| due.start_by())).map(|at| at + AFTER), "the grace of an occurrence ends");
        if let Some(session) = self.session.as_ref().filter(|session| session.ending.is_none()) {
            if let Choice::AskAt(at) = session.choice {
                consider(Some(at), "ask again for a rundown");
            }
            let prepare = session.not_before - self.settings.prepare_lead;
            consider(self.mono_of((self.now.wall < prepare).then_some(prepare)), "prepare the first element");
            consider(self.mono_of(self.give_up_at()).map(|at| at + AFTER), "give up waiting for sound");
            let fade_at = session.fade_at.map(|fade| fade.mono.min(self.mono_of(Some(fade.wall)).unwrap_or(fade.mono)));
            consider(fade_at, "the window ends");
        }
        if self.output_wanted() {
            consider(self.output.retry_at(), "open the output again");
        }
        match self.paused_at {
            Some(since) => consider(Some(since + self.settings.pause_max), "a pause ends by itself"),
            None => consider(self.next_join(), "prepare the next element"),
        }
        next
    }

    /// When the element after the one on air is to be prepared.
    fn next_join(&self) -> Option<Duration> {
        let session = self.session.as_ref().filter(|session| session.ending.is_none())?;
        session.next_waiting()?;
        let mut voices = self.voices.iter().filter(|voice| !voice.ending);
        let (Some(voice), None) = (voices.next(), voices.next()) else { return None };
        voice.started?;
        let at = self.now.mono + voice.remaining(self.now.mono).saturating_sub(self.settings.join_lead);
        (at > self.now.mono).then_some(at)
    }

    /// The monotonic time at which the wall clock will say `at`, if nothing steps meanwhile.
    fn mono_of(&self, at: Option<DateTime<Utc>>) -> Option<Duration> {
        at.map(|at| self.now.mono + (at - self.now.wall).to_std().unwrap_or_default())
    }
}
