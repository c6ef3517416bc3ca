//! One opening of the output, from the asking to the loss or the closing.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use crate::audio::engine::EngineSettings;
use crate::audio::engine::control::Message;
use crate::audio::frames::{Nanos, ns_to_frames};
use crate::audio::mixer::{Command, Desk, Gains, Mixer, Report, State};
use crate::audio::output::{Closer, Line, OutputError};
use crate::audio::pump::Pump;
use crate::domain::time::Now;

/// An output that does not open within this time hangs; it is given up.
pub(super) const OPEN_MAX: Duration = Duration::from_secs(8);

/// Most of a pause between two looks at a quiet output that counts against it: when this machine stood still, so did both.
const LOOK_MAX: Duration = Duration::from_millis(50);

/// How long the process waits for an output to put its affairs in order when it ends.
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// One opening.
pub(super) struct Session {
    /// Counted from 1; messages of an earlier opening are recognised by it.
    pub number: u32,
    /// In words.
    pub name: String,
    /// Whether the output has said that it is open.
    pub open: bool,
    /// The mixer's newest word.
    pub state: Option<State>,
    /// Monotonic time of the asking.
    pub asked_at: Duration,
    /// Wall time of the newest word; until then, of the opening.
    pub fresh_at: Nanos,
    desk: Desk,
    waiting: VecDeque<Command>,
    quiet: Duration,
    looked_at: Duration,
    peak: f32,
    closer: Option<Closer>,
    done: Receiver<()>,
}

impl Session {
    /// Starts the output's thread.
    pub(super) fn start(
        settings: &EngineSettings,
        number: u32,
        now: Now,
        gains: Gains,
        messages: SyncSender<Message>,
    ) -> Result<Self, OutputError> {
        let ramp_ns = i64::try_from(settings.ramp.as_nanos()).unwrap_or(i64::MAX);
        let ramp_frames = u32::try_from(ns_to_frames(ramp_ns, settings.rate_hz)).unwrap_or(u32::MAX);
        let (mixer, desk) = Mixer::new(settings.rate_hz, ramp_frames);
        let pump = Pump::new(mixer.with_gains(gains), settings.rate_hz, settings.clock.clone());
        let pump = if settings.in_step { pump.in_step(settings.rate_hz) } else { pump };
        let output = (settings.output)();
        let name = output.describe();
        // One word, said once: room for it is all that is needed.
        let (done_sender, done) = sync_channel(1);
        let opened = messages.clone();
        let (line, closer) = Line::new(Box::new(move |what| {
            // The control thread is gone only when the line is about to close.
            let _ = opened.send(Message::Opened { number, what });
        }));
        let spawned = std::thread::Builder::new().name("loa-output".to_owned()).spawn(move || {
            let result = output.run(pump, &line);
            let _ = done_sender.try_send(());
            let _ = messages.send(Message::Gone { number, result });
        });
        if let Err(error) = spawned {
            return Err(OutputError::Open { output: name, fault: error.to_string() });
        }
        Ok(Self {
            number,
            name,
            open: false,
            state: None,
            asked_at: now.mono,
            fresh_at: now.wall.into(),
            desk,
            waiting: VecDeque::new(),
            quiet: Duration::ZERO,
            looked_at: now.mono,
            peak: 0.0,
            closer: Some(closer),
            done,
        })
    }

    /// The output is open.
    pub(super) fn opened(&mut self, what: String, now: Now) {
        (self.name, self.open) = (what, true);
        (self.looked_at, self.quiet, self.fresh_at) = (now.mono, Duration::ZERO, now.wall.into());
    }

    /// Sends a command to the mixer, after those that are waiting.
    pub(super) fn command(&mut self, command: Command) {
        self.waiting.push_back(command);
        self.flush();
    }

    /// The next report of the mixer.
    pub(super) fn report(&mut self) -> Option<Report> {
        self.desk.reports.pop().ok()
    }

    /// Reads the mixer's newest word, and says for how long there was none.
    pub(super) fn look(&mut self, now: Now) -> Duration {
        self.flush();
        let mut fresh = false;
        while let Ok(state) = self.desk.states.pop() {
            self.peak = self.peak.max(state.peak);
            self.state = Some(state);
            fresh = true;
        }
        if fresh {
            (self.quiet, self.fresh_at) = (Duration::ZERO, now.wall.into());
        } else if self.open {
            self.quiet += now.mono.saturating_sub(self.looked_at).min(LOOK_MAX);
        }
        self.looked_at = now.mono;
        self.quiet
    }

    /// Largest magnitude since the last call.
    pub(super) fn take_peak(&mut self) -> f32 {
        std::mem::take(&mut self.peak)
    }

    /// Hangs up and waits a little for the output's thread to end.
    pub(super) fn close_and_wait(mut self) {
        self.closer = None;
        let _ = self.done.recv_timeout(CLOSE_MAX);
    }

    fn flush(&mut self) {
        while let Some(command) = self.waiting.pop_front() {
            if let Err(rtrb::PushError::Full(command)) = self.desk.commands.push(command) {
                self.waiting.push_front(command);
                return;
            }
        }
    }
}
