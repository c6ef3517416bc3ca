//! The outputs of the zones as supervised resources: closed, opening, open, or lost and to be opened again with back-off.

use std::collections::BTreeMap;
use std::time::Duration;

use super::core::Core;
use super::protocol::Effect;
use crate::domain::log::Incident;
use crate::domain::slot::ZoneId;

/// Where an output is in its life.
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

/// The output of one zone.
#[derive(Debug, Clone)]
pub(super) struct Output {
    state: State,
    /// What it said when it was lost; none once it has been open again.
    error: Option<String>,
    tries: u32,
}

impl Output {
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    pub(super) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// When it may be opened again, if it is lost.
    const fn retry_at(&self) -> Option<Duration> {
        match self.state {
            State::Lost { retry_at } => Some(retry_at),
            State::Closed | State::Opening | State::Open => None,
        }
    }

    /// True if it is to be opened now.
    fn open(&mut self, mono: Duration) -> bool {
        let ready = match self.state {
            State::Closed => true,
            State::Lost { retry_at } => retry_at <= mono,
            State::Opening | State::Open => false,
        };
        if ready {
            self.state = State::Opening;
        }
        ready
    }

    /// True if there is something to close.
    fn close(&mut self) -> bool {
        let was_up = matches!(self.state, State::Open | State::Opening);
        self.state = State::Closed;
        was_up
    }

    /// It is open. True if it had been lost.
    fn opened(&mut self) -> bool {
        self.state = State::Open;
        self.tries = 0;
        self.error.take().is_some()
    }

    /// It is gone, to be tried again after a while. True if that is news.
    fn lost(&mut self, error: &str, mono: Duration, wait: Duration, wait_max: Duration) -> bool {
        let wait = wait.saturating_mul(1 << self.tries.min(16)).min(wait_max);
        self.tries = self.tries.saturating_add(1);
        self.state = State::Lost { retry_at: mono + wait };
        self.error.replace(error.to_owned()).is_none()
    }
}

/// The outputs of all zones.
#[derive(Debug, Clone)]
pub(super) struct Outputs(BTreeMap<ZoneId, Output>);

impl Outputs {
    /// All closed.
    pub(super) fn new<'a>(zones: impl IntoIterator<Item = &'a ZoneId>) -> Self {
        let closed = |zone: &ZoneId| (zone.clone(), Output { state: State::Closed, error: None, tries: 0 });
        Self(zones.into_iter().map(closed).collect())
    }

    /// Whether there is nothing to close.
    pub(super) fn all_down(&self) -> bool {
        self.0.values().all(|output| !matches!(output.state, State::Open | State::Opening))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&ZoneId, &Output)> {
        self.0.iter()
    }

    /// Whether sound for these zones can go anywhere.
    pub(super) fn any_open<'a>(&self, zones: impl IntoIterator<Item = &'a ZoneId>) -> bool {
        zones.into_iter().any(|zone| self.0.get(zone).is_some_and(Output::is_open))
    }

    /// What the first lost output among these zones said, if none of them can be reached.
    pub(super) fn error<'a>(&self, zones: impl IntoIterator<Item = &'a ZoneId> + Clone) -> Option<&str> {
        if self.any_open(zones.clone()) {
            return None;
        }
        zones.into_iter().find_map(|zone| self.0.get(zone)?.error())
    }

    /// When the first lost output among these zones may be opened again.
    pub(super) fn retry_at<'a>(&self, zones: impl IntoIterator<Item = &'a ZoneId>) -> Option<Duration> {
        zones.into_iter().filter_map(|zone| self.0.get(zone)?.retry_at()).min()
    }
}

impl Core {
    /// Opens the output of a zone, unless it is open or was lost a moment ago.
    pub(super) fn open_output(&mut self, zone: &ZoneId) {
        let mono = self.now.mono;
        if self.outputs.0.get_mut(zone).is_some_and(|output| output.open(mono)) {
            self.perform(Effect::OpenOutput(zone.clone()));
        }
    }

    /// Closes the outputs of all zones but these.
    pub(super) fn close_outputs_except(&mut self, kept: &[ZoneId]) {
        let Self { outputs, effects, .. } = self;
        for (zone, output) in &mut outputs.0 {
            if !kept.contains(zone) && output.close() {
                effects.push_back(Effect::CloseOutput(zone.clone()));
            }
        }
    }

    pub(super) fn output_open(&mut self, zone: ZoneId) {
        if self.outputs.0.get_mut(&zone).is_some_and(Output::opened) {
            self.incident(Incident::OutputBack { zone });
        }
    }

    pub(super) fn output_lost(&mut self, zone: ZoneId, error: String) {
        let (mono, wait, wait_max) = (self.now.mono, self.settings.reopen_wait, self.settings.reopen_wait_max);
        if self.outputs.0.get_mut(&zone).is_some_and(|output| output.lost(&error, mono, wait, wait_max)) {
            self.incident(Incident::OutputLost { zone, error });
        }
    }
}
