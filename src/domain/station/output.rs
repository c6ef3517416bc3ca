//! The output of the zone as a supervised resource: closed, opening, open, or lost and to be opened again with back-off.

use std::time::Duration;

use super::protocol::Effect;
use super::{Session, Station};
use crate::domain::log::Incident;
use crate::domain::slot::ZoneId;

/// Where the output is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Closed,
    Opening,
    Open,
    /// To be opened again at this monotonic time.
    Lost {
        retry_at: Duration,
    },
}

/// One output.
#[derive(Debug, Clone)]
pub(super) struct Output {
    zone: ZoneId,
    state: State,
    /// What it said when it was lost; none once it has been open again.
    error: Option<String>,
    tries: u32,
    wait: Duration,
    wait_max: Duration,
}

impl Output {
    pub(super) const fn new(zone: ZoneId, wait: Duration, wait_max: Duration) -> Self {
        Self { zone, state: State::Closed, error: None, tries: 0, wait, wait_max }
    }

    pub(super) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    pub(super) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    pub(super) const fn zone(&self) -> &ZoneId {
        &self.zone
    }

    /// When it may be opened again, if it is lost.
    pub(super) const fn retry_at(&self) -> Option<Duration> {
        match self.state {
            State::Lost { retry_at } => Some(retry_at),
            State::Closed | State::Opening | State::Open => None,
        }
    }

    fn open(&mut self, mono: Duration) -> Option<Effect> {
        let ready = match self.state {
            State::Closed => true,
            State::Lost { retry_at } => retry_at <= mono,
            State::Opening | State::Open => false,
        };
        ready.then(|| {
            self.state = State::Opening;
            Effect::OpenOutput(self.zone.clone())
        })
    }

    pub(super) fn close(&mut self) -> Option<Effect> {
        let was_up = matches!(self.state, State::Open | State::Opening);
        self.state = State::Closed;
        was_up.then(|| Effect::CloseOutput(self.zone.clone()))
    }

    /// It is open. True if it had been lost.
    fn opened(&mut self) -> bool {
        self.state = State::Open;
        self.tries = 0;
        self.error.take().is_some()
    }

    /// It is gone. True if that is news.
    fn lost(&mut self, error: &str, mono: Duration) -> bool {
        let wait = self.wait.saturating_mul(1 << self.tries.min(16)).min(self.wait_max);
        self.tries = self.tries.saturating_add(1);
        self.state = State::Lost { retry_at: mono + wait };
        self.error.replace(error.to_owned()).is_none()
    }
}

impl Station {
    /// Opens the output when a session needs it.
    pub(super) fn open_output_if_wanted(&mut self) {
        if self.output_wanted() {
            self.effects.extend(self.output.open(self.now.mono));
        }
    }

    /// Whether the session on hand needs the output now.
    pub(super) fn output_wanted(&self) -> bool {
        self.session.as_ref().is_some_and(|session: &Session| {
            session.ending.is_none() && session.not_before <= self.now.wall + self.settings.prepare_lead
        })
    }

    pub(super) fn output_open(&mut self) {
        if self.output.opened() {
            self.incident(Incident::OutputBack { zone: self.output.zone().clone() });
        }
    }

    pub(super) fn output_lost(&mut self, error: &str) {
        if self.output.lost(error, self.now.mono) {
            let zone = self.output.zone().clone();
            self.incident(Incident::OutputLost { zone, error: error.to_owned() });
        }
    }
}
