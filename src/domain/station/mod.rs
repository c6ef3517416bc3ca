//! The station: a state machine without IO. The daemon and the rehearsal drive the very same type.
//!
//! It is told what happened ([`Input`]) and answers with what shall be done ([`Effect`]); it never acts itself. A driver
//! owes it this: hand in one input, perform all effects in order until there are none, then sleep until
//! [`Station::poll_timeout`] and hand in [`Input::Tick`].
//!
//! The order of one airing: choose the rundown, open the output, prepare a voice, commit its intent, and only when that
//! is durable let it sound. Everything that was promised has an end in the log: [`sweep`] closes what could not be heard.

mod agenda;
mod amplifiers;
mod clock_watch;
mod command;
mod core;
mod emergency;
mod live;
mod output;
mod protocol;
mod recovery;
mod relay_faults;
mod session;
mod settings;
mod sounding;
mod sweep;
mod timeout;
mod timetable;
mod turning;
mod view;
mod zones;

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, Utc};

use agenda::Agenda;
use amplifiers::Amplifiers;
use clock_watch::{ClockWatch, Finding};
use core::Core;
use emergency::Emergency;
use output::Outputs;
use relay_faults::RelayFaults;
use session::{Choice, Deadline, Ending, Session, Subject, VoiceState};
use zones::Zones;

use super::log::{AiringId, EndReason, Incident, MissReason, Outcome, PartId};
use super::rundown::Rundown;
use super::slot::{OccurrenceId, Overrun, ZoneId};
use super::time::{Now, Window, to_millisecond};

pub use amplifiers::HOLD_MAX;
pub use command::Refusal;
pub use emergency::TIMES_MAX;
pub use protocol::{Effect, Heard, Input, LOOK_BACK, Ledger, LeftOpen, LeftRaised, RestPolicy, Start, Voice};
pub use settings::Settings;
pub use timetable::{Due, PlanTimetable, Timetable};
pub use view::{
    AmplifierView, DueView, FailingRelay, HeldView, OnAir, OnHand, OutputState, RaisedView, Speaking, Upcoming, View,
    ZoneState,
};

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
    core: Core,
    timetable: Box<dyn Timetable>,
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
    settled: Vec<OccurrenceId>,
    /// What is on hand, in the order in which it was begun. No two of one rank share a zone.
    sessions: Vec<Session>,
    /// What emergencies and voices took the air from altogether.
    suspended: Vec<Session>,
    /// What the last run left in the middle.
    unfinished: VecDeque<Session>,
    /// Voices of sessions that were given back: they still get their ends, but move nothing any more.
    strays: Vec<VoiceState>,
    /// Raised and not over, in the order in which they were raised.
    emergencies: Vec<Emergency>,
    zones: Zones,
    /// By whom it was told to end once the air is free.
    parting: Option<String>,
    left_by: String,
    gone: bool,
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
            zones: Zones::new(&ledger),
            timetable,
            clock,
            began: now.mono,
            up_since: None,
            blind: VecDeque::new(),
            sweep_from: ledger.swept_to.map(|to| to - LOOK_BACK).max(ledger.began),
            agenda: None,
            settled: ledger.closed.clone(),
            sessions: Vec::new(),
            suspended: Vec::new(),
            unfinished: VecDeque::new(),
            strays: Vec::new(),
            emergencies: Vec::new(),
            parting: None,
            left_by: String::new(),
            gone: false,
            core: Core {
                outputs: Outputs::new(&settings.zones),
                amplifiers: Amplifiers::new(&settings.amplifiers),
                settings,
                now,
                relay_faults: RelayFaults::default(),
                leaving: None,
                effects: VecDeque::new(),
                fresh_airing,
            },
        };
        // The word on the clock comes first: whoever reads on must know whether to believe the times that follow.
        match (station.clock.trusted(), ledger.distrusted) {
            (false, false) => station.core.incident(Incident::ClockDistrusted { not_before }),
            (true, true) => station.core.incident(Incident::ClockTrusted { by: None }),
            (true, false) | (false, true) => {}
        }
        let version = station.core.settings.version.clone();
        station.core.incident(Incident::Started { version });
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
        self.core.effects.pop_front()
    }

    fn take_in(&mut self, input: Input) -> Result<(), Refusal> {
        match input {
            Input::Tick => {}
            Input::SlotsChanged(versions) => self.slots_changed(versions),
            Input::Rundown(rundown) => self.rundown_chosen(rundown),
            Input::RundownFailed { occurrence } => self.rundown_failed(&occurrence),
            Input::Durable(part) => self.voice(part).into_iter().for_each(|voice| voice.durable = true),
            Input::OutputOpen { zone } => self.core.output_open(zone),
            Input::OutputLost { zone, error } => self.core.output_lost(zone, error),
            Input::Switched { zone, order, fault } => self.switched(&zone, order, fault),
            Input::Prepared(part) => self.voice(part).into_iter().for_each(|voice| voice.prepared = true),
            Input::PrepareFailed { part, fault } => self.prepare_failed(part, &fault),
            Input::Started { part, at } => self.started(part, at),
            Input::Progress { part, frames, .. } => self.progress(part, frames),
            Input::Ended { part, reason, heard } => self.ended(part, &reason, heard),
            Input::Play { clip, gain_db, zones, by } => return self.play(clip, gain_db, zones, by),
            Input::Emergency { clip, gain_db, by, zones, times, every } => {
                return self.raise(clip, gain_db, by, zones, times, every);
            }
            Input::EndEmergency { zones, by } => return self.end_emergency(&zones, &by),
            Input::GoLive { live, gain_db, chime, zones, by } => {
                return self.go_live(live, gain_db, chime.map(|chime| *chime), zones, by);
            }
            Input::EndLive { microphone, by } => return self.end_live(microphone.as_ref(), &by),
            Input::Skip { zone, by } => return self.skip(zone.as_ref(), by),
            Input::Stop { zone, by } => return self.stop(zone.as_ref(), by),
            Input::Pause { paused, zone, by } => return self.pause(paused, zone.as_ref(), by),
            Input::Mute { zone, muted, by } => return self.mute(zone, muted, by),
            Input::Switch { zones, on, by } => return self.switch(zones, on, &by),
            Input::Cancel { occurrence, by } => return self.cancel(&occurrence, by),
            Input::Proved { proof, title } => self.proved(proof, title),
            Input::Noted(incident) => self.noted(incident),
            Input::TrustClock { by } => self.trust_clock(by),
            Input::Shutdown { rest, by } => self.shut_down(rest, by),
        }
        Ok(())
    }

    /// Compares the clocks, and says in the log what is odd about them.
    fn observe(&mut self, now: Now) {
        self.core.now = now;
        let distrusted_from = self.clock.not_before();
        for finding in self.clock.observe(now) {
            match finding {
                Finding::Stepped { from, to } => {
                    self.core.incident(Incident::ClockStepped { by_ms: (to - from).num_milliseconds() });
                    self.blind_between(from, to);
                    self.sessions.iter_mut().for_each(Session::disarm_unstarted);
                }
                Finding::Distrusted { not_before } => {
                    self.core.incident(Incident::ClockDistrusted { not_before });
                    // Nothing starts by schedule until the clock is trusted again; what sounds goes on.
                    self.give_back_unsounded();
                }
                Finding::Trusted => {
                    self.blind_between(distrusted_from, now.wall);
                    self.core.incident(Incident::ClockTrusted { by: None });
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
        if self.clock.vouch(self.core.now) {
            self.blind_between(from, self.core.now.wall);
            self.core.incident(Incident::ClockTrusted { by });
        }
    }

    /// Does whatever is due, until nothing is.
    fn advance(&mut self) {
        if self.gone {
            return;
        }
        self.sweep();
        self.end_long_pauses();
        for _ in 0..SESSIONS_A_STEP_MAX {
            self.begin_emergencies();
            self.begin_sessions();
            self.share_zones();
            // Asked first: what is prepared now, and begins by itself, waits for what they answer.
            self.follow_amplifiers();
            if !self.advance_sessions() {
                break;
            }
        }
        self.follow_volumes();
        self.follow_amplifiers();
        self.follow_voices();
        self.rest();
    }

    /// Takes what is due in zones that are free.
    fn begin_sessions(&mut self) {
        self.part_if_free();
        if self.core.leaving.is_some() || !self.clock.trusted() {
            return;
        }
        let mut waiting = std::mem::take(&mut self.suspended);
        waiting.extend(std::mem::take(&mut self.unfinished));
        for session in waiting {
            if self.may_begin(&session.zones) {
                self.sessions.push(session);
            } else if session.superseded_by.is_some() {
                self.suspended.push(session);
            } else {
                self.unfinished.push_back(session);
            }
        }
        let near = self.core.now.wall + self.core.settings.rundown_lead;
        // Of two that want the same zone the earlier goes first, also when it must wait for another zone.
        let mut wanted: Vec<ZoneId> = Vec::new();
        let due: Vec<_> =
            self.agenda.iter().flat_map(Agenda::iter).take_while(|due| due.start <= near).cloned().collect();
        for due in due {
            let zones = self.zones_of(&due);
            if self.may_begin(&zones) && !zones.iter().any(|zone| wanted.contains(zone)) {
                self.begin_occurrence(due, zones);
            } else {
                wanted.extend(zones);
            }
        }
        self.agenda.iter_mut().for_each(Agenda::forget_old);
    }

    fn begin_occurrence(&mut self, due: Due, zones: Vec<ZoneId>) {
        if self.agenda.as_mut().and_then(|agenda| agenda.take_out(&due.id)).is_none() {
            return;
        }
        let Some(permitted_until) = self.timetable.permitted_until(due.start.max(self.core.now.wall)) else {
            self.core.close(due.id, due.start, Outcome::Missed(MissReason::NotPermitted));
            return;
        };
        let slot_end = (due.version.slot.overrun == Overrun::FadeAtEnd).then(|| due.end());
        let fade_at = slot_end.map_or(permitted_until, |end| end.min(permitted_until));
        let (start, start_by) = (due.start, due.start_by());
        self.sessions.push(Session {
            fade_at: Some(Deadline::new(fade_at, self.core.now)),
            ..Session::new(Subject::Occurrence(due), zones, Choice::AskAt(self.core.now.mono), start, start_by)
        });
    }

    /// One step of every session on hand. True if one closed, so that another may begin.
    fn advance_sessions(&mut self) -> bool {
        for session in &mut self.sessions {
            session.advance(&mut self.core);
        }
        let closing: Vec<_> = self.sessions.extract_if(.., |session| session.is_over()).collect();
        for session in &closing {
            self.close_session(session);
        }
        !closing.is_empty()
    }

    fn rundown_chosen(&mut self, rundown: Rundown) {
        let core = &mut self.core;
        let session = self.sessions.iter_mut().find(|session| session.occurrence() == Some(&rundown.occurrence));
        if let Some(session) = session.filter(|session| session.choice == Choice::Asked) {
            session.rundown_chosen(rundown, core);
        }
    }

    fn rundown_failed(&mut self, occurrence: &OccurrenceId) {
        let retry_at = self.core.now.mono + self.core.settings.rundown_retry;
        if let Some(session) = self.sessions.iter_mut().find(|session| session.occurrence() == Some(occurrence)) {
            session.choice = Choice::AskAt(retry_at);
        }
    }

    /// Whether wall time can be believed.
    #[must_use]
    pub const fn clock_trusted(&self) -> bool {
        self.clock.trusted()
    }

    fn close_session(&mut self, session: &Session) {
        if let Some(emergency) = session.emergency() {
            self.emergency_sounded(emergency);
        }
        let Subject::Occurrence(due) = &session.subject else { return };
        if session.ending == Some(Ending::Shutdown) && !session.sounded {
            return; // Still to come: the next run may air it within its grace, or close it.
        }
        let outcome = session.outcome(self.core.settings.counted_from, session.why_silent(&self.core));
        self.core.close(due.id.clone(), due.start, outcome);
    }

    fn slots_changed(&mut self, versions: Vec<super::slot::SlotVersion>) {
        self.timetable.replace(versions);
        // An occurrence that has not sounded yet is planned anew, by the new wording; or not at all, if that says so.
        self.give_back_unsounded();
        if let Some(agenda) = &mut self.agenda {
            agenda.reload(self.timetable.as_ref(), self.core.now.wall);
        }
    }

    /// Lets go of the occurrences that are being prepared, so that they can be taken again.
    fn give_back_unsounded(&mut self) {
        let preparing =
            |session: &mut Session| !session.sounded && session.ending.is_none() && session.occurrence().is_some();
        for mut session in self.sessions.extract_if(.., preparing).collect::<Vec<_>>() {
            session.silence(&EndReason::NotStarted, &mut self.core);
            self.strays.append(&mut session.voices);
            if let (Some(agenda), Subject::Occurrence(due)) = (&mut self.agenda, session.subject) {
                agenda.give_back(due);
            }
        }
    }

    // What the loudspeakers say goes to the session whose voice it is.

    fn voices_of(&mut self, part: PartId) -> (Option<&mut Session>, &mut Core) {
        let mut sessions = self.sessions.iter_mut().chain(&mut self.suspended);
        let has = |session: &&mut Session| session.voices.iter().any(|voice| voice.part() == part);
        (sessions.find(has), &mut self.core)
    }

    fn voice(&mut self, part: PartId) -> Option<&mut VoiceState> {
        self.voices_of(part).0.and_then(|session| session.voice(part))
    }

    fn prepare_failed(&mut self, part: PartId, fault: &str) {
        self.strays.retain(|voice| voice.part() != part);
        if let (Some(session), core) = self.voices_of(part) {
            session.prepare_failed(part, fault, core);
        }
    }

    fn started(&mut self, part: PartId, at: DateTime<Utc>) {
        let now = self.core.now;
        if let Some(stray) = self.strays.iter_mut().find(|voice| voice.part() == part) {
            stray.started(to_millisecond(at), now);
        }
        if let (Some(session), core) = self.voices_of(part) {
            session.started(part, at, core);
        }
    }

    fn progress(&mut self, part: PartId, frames: u64) {
        if let (Some(session), core) = self.voices_of(part)
            && let Some(voice) = session.voice(part)
        {
            voice.progress(frames, core);
        }
    }

    fn ended(&mut self, part: PartId, reason: &EndReason, heard: Heard) {
        if let Some(index) = self.strays.iter().position(|voice| voice.part() == part) {
            drop(self.strays.remove(index).write_end(reason, heard, &mut self.core));
        } else if let (Some(session), core) = self.voices_of(part) {
            session.ended(part, reason, heard, core);
        }
    }

    /// Where nothing is on hand or about to begin the outputs are closed; the station leaves if it was asked to.
    fn rest(&mut self) {
        if self.core.leaving.is_some() && self.sessions.is_empty() && self.strays.is_empty() {
            if !self.core.amplifiers.are_at_rest() {
                return;
            }
            let left = self.suspended.drain(..).chain(self.unfinished.drain(..)).collect::<Vec<_>>();
            for session in left {
                self.close_session(&Session { ending: Some(Ending::Shutdown), ..session });
            }
            let by = std::mem::take(&mut self.left_by);
            self.core.incident(Incident::Stopped { by });
            self.core.close_outputs_except(&[]);
            self.core.perform(Effect::Exit);
            self.gone = true;
            return;
        }
        if self.core.outputs.all_down() {
            return;
        }
        let soon = self.core.now.wall + self.core.settings.prepare_lead + GAP_MIN;
        let due = self.agenda.iter().flat_map(Agenda::iter).take_while(|due| due.start <= soon);
        let mut kept: Vec<_> = due.flat_map(|due| self.zones_of(due)).collect();
        kept.extend(self.sessions.iter().chain(&self.suspended).flat_map(|session| session.zones.clone()));
        kept.extend(self.strays.iter().flat_map(|voice| voice.zones.clone()));
        self.core.close_outputs_except(&kept);
    }
}
