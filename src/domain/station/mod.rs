//! The station: a state machine without IO. The daemon and the rehearsal drive the very same type.
//!
//! It is told what happened ([`Input`]) and answers with what shall be done ([`Effect`]); it never acts itself. A driver
//! owes it this: hand in one input, perform all effects in order until there are none, then sleep until
//! [`Station::poll_timeout`] and hand in [`Input::Tick`].
//!
//! The order of one airing: choose the rundown, open the output, prepare a voice, commit its intent, and only when that
//! is durable let it sound. Everything that was promised has an end in the log: [`sweep`] closes what could not be heard.

mod agenda;
mod clock_watch;
mod command;
mod output;
mod protocol;
mod recovery;
mod session;
mod settings;
mod sounding;
mod sweep;
mod timeout;
mod timetable;
mod view;

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, Utc};

use agenda::Agenda;
use clock_watch::{ClockWatch, Finding};
use output::Output;
use session::{Choice, Deadline, Ending, Session, Subject, VoiceState};

use super::log::{AiringId, Closed, EndReason, Incident, MissReason, Outcome, Record};
use super::rundown::{LeftOutWhy, Rundown, Why};
use super::slot::Overrun;
use super::time::{Now, Window};

pub use command::Refusal;
pub use protocol::{Effect, Heard, Input, LOOK_BACK, Ledger, LeftOpen, RestPolicy, Start, Voice};
pub use settings::Settings;
pub use timetable::{Due, PlanTimetable, Timetable};
pub use view::{OnAir, OutputState, Upcoming, View};

/// Once something sounded, a gap may last at least this long even where the slot's grace is shorter: a slow disk between two
/// elements is no reason to give up an occurrence.
const GAP_MIN: Duration = Duration::from_secs(30);
/// Times remembered at which the clock could not be believed.
const BLIND_MAX: usize = 16;
/// Sessions that one step may open and close, so that a step always ends.
const SESSIONS_A_STEP_MAX: usize = 64;

/// Makes identifiers of airings; told the time because a UUIDv7 begins with it.
pub type FreshAiring = Box<dyn FnMut(Now) -> AiringId + Send>;

/// The brain of a station. See the module.
pub struct Station {
    settings: Settings,
    timetable: Box<dyn Timetable>,
    fresh_airing: FreshAiring,
    now: Now,
    clock: ClockWatch,
    /// Monotonic time at which this run began.
    began: Duration,
    /// Wall time at which this run began, once the clock could be believed.
    up_since: Option<DateTime<Utc>>,
    /// Spans of wall time in which the clock could not be believed, or that it jumped over.
    blind: VecDeque<Window>,
    /// Where the sweep begins; none in a new log.
    sweep_from: Option<DateTime<Utc>>,
    /// There once the clock could be believed.
    agenda: Option<Agenda>,
    /// Occurrences that are over, or on air, from before this run.
    settled: Vec<super::slot::OccurrenceId>,
    session: Option<Session>,
    /// What an emergency took the air from.
    suspended: Option<Session>,
    /// What the last run left in the middle.
    unfinished: VecDeque<Session>,
    /// In the order in which they are to sound.
    voices: Vec<VoiceState>,
    output: Output,
    paused_at: Option<Duration>,
    leaving: Option<RestPolicy>,
    /// By whom it was told to end once the air is free.
    parting: Option<String>,
    left_by: String,
    gone: bool,
    effects: VecDeque<Effect>,
}

impl Station {
    /// A station that comes up: the ledger and the rules are all the state there is.
    #[must_use]
    pub fn new(
        now: Now,
        settings: Settings,
        timetable: Box<dyn Timetable>,
        ledger: Ledger,
        fresh_airing: FreshAiring,
    ) -> Self {
        let not_before = ledger.last_at.map_or(settings.built_at, |last| last.max(settings.built_at));
        let clock = ClockWatch::new(now, not_before, settings.clock_step_tolerance);
        let mut station = Self {
            output: Output::new(settings.zone.clone(), settings.reopen_wait, settings.reopen_wait_max),
            timetable,
            fresh_airing,
            now,
            clock,
            began: now.mono,
            up_since: None,
            blind: VecDeque::new(),
            sweep_from: ledger.swept_to.map(|to| to - LOOK_BACK).max(ledger.began),
            agenda: None,
            settled: ledger.closed.clone(),
            session: None,
            suspended: None,
            unfinished: VecDeque::new(),
            voices: Vec::new(),
            paused_at: None,
            leaving: None,
            parting: None,
            left_by: String::new(),
            gone: false,
            effects: VecDeque::new(),
            settings,
        };
        // The word on the clock comes first: whoever reads on must know whether to believe the times that follow.
        match (station.clock.trusted(), ledger.distrusted) {
            (false, false) => station.incident(Incident::ClockDistrusted { not_before }),
            (true, true) => station.incident(Incident::ClockTrusted { by: None }),
            (true, false) | (false, true) => {}
        }
        station.incident(Incident::Started { version: station.settings.version.clone() });
        station.recover(ledger);
        station.advance();
        station
    }

    /// Takes in what happened.
    ///
    /// # Errors
    /// A person's request that cannot be granted now is refused, with the reason. Nothing else is.
    pub fn handle(&mut self, now: Now, input: Input) -> Result<(), Refusal> {
        self.observe(now);
        let answer = self.take_in(input);
        self.advance();
        answer
    }

    /// The next thing to be done; none when all is said for now.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    fn take_in(&mut self, input: Input) -> Result<(), Refusal> {
        match input {
            Input::Tick => {}
            Input::SlotsChanged(versions) => self.slots_changed(versions),
            Input::Rundown(rundown) => self.rundown_chosen(rundown),
            Input::RundownFailed { occurrence } => self.rundown_failed(&occurrence),
            Input::Durable(part) => self.durable(part),
            Input::OutputOpen { .. } => self.output_open(),
            Input::OutputLost { error, .. } => self.output_lost(&error),
            Input::Prepared(part) => self.prepared(part),
            Input::PrepareFailed { part, fault } => self.prepare_failed(part, &fault),
            Input::Started { part, at } => self.started(part, at),
            Input::Progress { part, frames } => self.progress(part, frames),
            Input::Ended { part, reason, heard } => self.ended(part, reason, heard),
            Input::Play { clip, gain_db, by } => return self.play(clip, gain_db, by),
            Input::Emergency { clip, gain_db, by } => return self.emergency(clip, gain_db, by),
            Input::Skip { by } => return self.skip(by),
            Input::Stop { by } => return self.stop(by),
            Input::Pause { paused, by } => return self.pause(paused, by),
            Input::Cancel { occurrence, by } => return self.cancel(&occurrence, by),
            Input::TrustClock { by } => self.trust_clock(by),
            Input::Shutdown { rest, by } => self.shut_down(rest, by),
        }
        Ok(())
    }

    /// Compares the clocks, and says in the log what is odd about them.
    fn observe(&mut self, now: Now) {
        self.now = now;
        let distrusted_from = self.clock.not_before();
        for finding in self.clock.observe(now) {
            match finding {
                Finding::Stepped { from, to } => {
                    self.incident(Incident::ClockStepped { by_ms: (to - from).num_milliseconds() });
                    self.blind_between(from, to);
                    self.disarm_unstarted();
                }
                Finding::Distrusted { not_before } => {
                    self.incident(Incident::ClockDistrusted { not_before });
                    // Nothing starts by schedule until the clock is trusted again; what sounds goes on.
                    self.give_back_unsounded();
                }
                Finding::Trusted => {
                    self.blind_between(distrusted_from, now.wall);
                    self.incident(Incident::ClockTrusted { by: None });
                }
            }
        }
    }

    fn blind_between(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) {
        if from < to {
            self.blind.push_back(Window { from, to });
            while self.blind.len() > BLIND_MAX {
                self.blind.pop_front();
            }
        }
    }

    fn trust_clock(&mut self, by: Option<String>) {
        let from = self.clock.not_before();
        if self.clock.vouch(self.now) {
            self.blind_between(from, self.now.wall);
            self.incident(Incident::ClockTrusted { by });
        }
    }

    /// Does whatever is due, until nothing is.
    fn advance(&mut self) {
        if self.gone {
            return;
        }
        self.sweep();
        self.end_long_pause();
        for _ in 0..SESSIONS_A_STEP_MAX {
            self.begin_session();
            if !self.advance_session() {
                break;
            }
        }
        self.rest();
    }

    /// Takes the next occurrence that is due, if the air is free.
    fn begin_session(&mut self) {
        self.part_if_free();
        if self.session.is_some() || self.leaving.is_some() || !self.clock.trusted() {
            return;
        }
        if let Some(session) = self.suspended.take().or_else(|| self.unfinished.pop_front()) {
            self.session = Some(session);
            return;
        }
        let Some(agenda) = &mut self.agenda else { return };
        let near = self.now.wall + self.settings.rundown_lead;
        if agenda.front().is_none_or(|due| due.start > near) {
            return;
        }
        let Some(due) = agenda.take() else { return };
        agenda.forget_old();
        let Some(permitted_until) = self.timetable.permitted_until(due.start.max(self.now.wall)) else {
            self.close(due.id, due.start, Outcome::Missed(MissReason::NotPermitted));
            return;
        };
        let slot_end = (due.version.slot.overrun == Overrun::FadeAtEnd).then(|| due.end());
        self.session = Some(Session {
            choice: Choice::AskAt(self.now.mono),
            elements: Vec::new(),
            bad: Vec::new(),
            sound_by: Some(due.start_by()),
            fade_at: Some(Deadline::new(slot_end.map_or(permitted_until, |end| end.min(permitted_until)), self.now)),
            not_before: due.start,
            ending: None,
            sounded: false,
            superseded_by: None,
            fault: None,
            first_airing: None,
            subject: Subject::Occurrence(due),
        });
    }

    /// One step of the session on hand. True if it closed, so that the next may begin.
    fn advance_session(&mut self) -> bool {
        self.end_what_is_over();
        self.ask_for_rundown();
        self.open_output_if_wanted();
        self.prepare_next();
        self.commit_prepared();
        self.arm_durable();
        self.close_session_if_done()
    }

    fn ask_for_rundown(&mut self) {
        let mono = self.now.mono;
        let Some(session) = &mut self.session else { return };
        let (Subject::Occurrence(due), None) = (&session.subject, &session.ending) else { return };
        if matches!(session.choice, Choice::AskAt(at) if at <= mono) {
            session.choice = Choice::Asked;
            self.effects.push_back(Effect::ChooseRundown {
                occurrence: due.id.clone(),
                version: Box::new((*due.version).clone()),
                start: due.start,
                bad: session.bad.clone(),
            });
        }
    }

    fn rundown_chosen(&mut self, rundown: Rundown) {
        let retry_at = self.now.mono + self.settings.rundown_retry;
        let Some(session) = &mut self.session else { return };
        if session.occurrence() != Some(&rundown.occurrence) || session.choice != Choice::Asked {
            return;
        }
        let mut records = Vec::new();
        for left_out in &rundown.left_out {
            let LeftOutWhy::Bad { fault } = &left_out.why else { continue };
            if session.bad.iter().all(|(clip, _)| *clip != left_out.clip) {
                session.bad.push((left_out.clip, fault.clone()));
                session.fault = Some(fault.clone());
                let (clip, title, fault) = (left_out.clip, left_out.title.clone(), fault.clone());
                records.push(Record::Incident(Incident::ClipBad { clip, title, fault }));
            }
        }
        if rundown.has_items() || session.sounded {
            session.adopt(rundown.elements.clone());
            records.push(Record::Rundown(rundown));
        } else {
            // Somebody may still approve a clip; asked again until the grace is over.
            session.choice = Choice::AskAt(retry_at);
        }
        if !records.is_empty() {
            self.effects.push_back(Effect::Commit(records));
        }
    }

    fn rundown_failed(&mut self, occurrence: &super::slot::OccurrenceId) {
        let retry_at = self.now.mono + self.settings.rundown_retry;
        if let Some(session) = self.session.as_mut().filter(|session| session.occurrence() == Some(occurrence)) {
            session.choice = Choice::AskAt(retry_at);
        }
    }

    /// Whether wall time can be believed.
    #[must_use]
    pub const fn clock_trusted(&self) -> bool {
        self.clock.trusted()
    }

    /// Ends what has no right to sound any longer, and gives up what has waited too long.
    fn end_what_is_over(&mut self) {
        let Some(session) = &mut self.session else { return };
        if session.ending.is_some() {
            return;
        }
        let now = self.now;
        if session.fade_at.is_some_and(|fade| fade.is_reached(now)) {
            session.ending = Some(Ending::Window);
            self.silence(&EndReason::Overrun);
        } else if self.give_up_at().is_some_and(|at| at < self.now.wall) {
            if let Some(session) = &mut self.session {
                session.ending = Some(Ending::GaveUp);
            }
            self.silence(&EndReason::NotStarted);
        }
    }

    /// When the session is given up, if nothing sounds until then.
    fn give_up_at(&self) -> Option<DateTime<Utc>> {
        let session = self.session.as_ref()?;
        let armed = self.voices.iter().any(|voice| voice.armed.is_some());
        // An armed voice is as good as sounding; only a dead device keeps it silent for longer than this.
        session.sound_by.map(|by| if armed { by + chrono::TimeDelta::seconds(2) } else { by })
    }

    fn close_session_if_done(&mut self) -> bool {
        let Some(session) = &self.session else { return false };
        let over = session.ending.is_some() || (session.choice == Choice::Known && session.all_done());
        if !over || self.voices.iter().any(|voice| voice.element.is_some()) {
            return false;
        }
        if let Some(session) = self.session.take() {
            self.paused_at = None;
            self.close_session(&session);
        }
        true
    }

    fn close_session(&mut self, session: &Session) {
        let Subject::Occurrence(due) = &session.subject else { return };
        if session.ending == Some(Ending::Shutdown) && !session.sounded {
            return; // Still to come: the next run may air it within its grace, or close it.
        }
        let outcome = session.outcome(self.settings.counted_from, self.why_silent(session));
        self.close(due.id.clone(), due.start, outcome);
    }

    fn why_silent(&self, session: &Session) -> MissReason {
        if let Some(error) = self.output.error() {
            return MissReason::NoOutput { error: error.to_owned() };
        }
        if session.elements.is_empty() || session.choice != Choice::Known {
            return match &session.fault {
                Some(fault) => MissReason::BadAudio { fault: fault.clone() },
                None if session.choice == Choice::Asked => MissReason::Late,
                None => MissReason::NothingToAir,
            };
        }
        MissReason::Late
    }

    fn close(&mut self, occurrence: super::slot::OccurrenceId, planned_start: DateTime<Utc>, outcome: Outcome) {
        self.effects.push_back(Effect::Commit(vec![Record::Closed(Closed { occurrence, planned_start, outcome })]));
    }

    fn incident(&mut self, incident: Incident) {
        self.effects.push_back(Effect::Commit(vec![Record::Incident(incident)]));
    }

    fn slots_changed(&mut self, versions: Vec<super::slot::SlotVersion>) {
        self.timetable.replace(versions);
        // An occurrence that has not sounded yet is planned anew, by the new wording; or not at all, if that says so.
        self.give_back_unsounded();
        if let Some(agenda) = &mut self.agenda {
            agenda.reload(self.timetable.as_ref(), self.now.wall);
        }
    }

    /// Lets go of an occurrence that is being prepared, so that it can be taken again.
    fn give_back_unsounded(&mut self) {
        let preparing = |session: &mut Session| !session.sounded && session.ending.is_none();
        let Some(session) = self.session.take_if(|session| preparing(session) && session.occurrence().is_some()) else {
            return;
        };
        self.let_go();
        if let (Some(agenda), Subject::Occurrence(due)) = (&mut self.agenda, session.subject) {
            agenda.give_back(due);
        }
    }

    /// With nothing on hand: close the output, and leave if asked to.
    fn rest(&mut self) {
        if self.session.is_some() || !self.voices.is_empty() {
            return;
        }
        if self.leaving.is_some() {
            for session in self.suspended.take().into_iter().chain(std::mem::take(&mut self.unfinished)) {
                let session = Session { ending: Some(Ending::Shutdown), ..session };
                self.close_session(&session);
            }
            let by = std::mem::take(&mut self.left_by);
            self.incident(Incident::Stopped { by });
            self.effects.extend(self.output.close());
            self.effects.push_back(Effect::Exit);
            self.gone = true;
            return;
        }
        let soon = self.now.wall + self.settings.prepare_lead + GAP_MIN;
        let due_soon = self.agenda.as_ref().and_then(Agenda::front).is_some_and(|due| due.start <= soon);
        if !due_soon && self.suspended.is_none() {
            self.effects.extend(self.output.close());
        }
    }

    /// The queue entry of an element, if it came from the queue.
    const fn queue_entry(why: &Why) -> Option<u32> {
        match why {
            Why::Queued { entry, .. } => Some(*entry),
            Why::Fixed | Why::Rotation { .. } | Why::InsteadOf { .. } | Why::ByHand { .. } => None,
        }
    }
}
