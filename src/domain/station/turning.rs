//! One step of a session: end what is over, ask for the rundown, open, prepare, commit, arm.

use chrono::{DateTime, TimeDelta, Utc};

use super::core::Core;
use super::protocol::Effect;
use super::session::{Choice, Ending, Session, Subject};
use crate::domain::log::{EndReason, Incident, MissReason, Record};
use crate::domain::rundown::{LeftOutWhy, Rundown};
use crate::domain::slot::ZoneId;

/// An armed voice is as good as sounding; only a dead device keeps it silent for longer than this.
const ARMED_MAX: TimeDelta = TimeDelta::seconds(2);

impl Session {
    /// Does whatever is due.
    pub(super) fn advance(&mut self, core: &mut Core) {
        self.end_what_is_over(core);
        self.ask_for_rundown(core);
        if self.wants_output(core) {
            for zone in self.present().cloned().collect::<Vec<ZoneId>>() {
                core.open_output(&zone);
            }
        }
        self.prepare_next(core);
        self.commit_prepared(core);
        self.arm_durable(core);
    }

    /// Whether nothing of it will be heard any more.
    pub(super) fn is_over(&self) -> bool {
        let over = self.ending.is_some() || (self.choice == Choice::Known && self.all_done());
        over && self.voices.is_empty()
    }

    /// Whether it needs its outputs now.
    pub(super) fn wants_output(&self, core: &Core) -> bool {
        self.ending.is_none() && self.not_before <= core.now.wall + core.settings.prepare_lead
    }

    /// Ends what has no right to sound any longer, and gives up what has waited too long.
    fn end_what_is_over(&mut self, core: &mut Core) {
        if self.ending.is_some() {
            return;
        }
        if self.fade_at.is_some_and(|fade| fade.is_reached(core.now)) {
            self.end(Ending::Window, &EndReason::Overrun, core);
        } else if self.give_up_at().is_some_and(|at| at < core.now.wall) {
            self.end(Ending::GaveUp, &EndReason::NotStarted, core);
        }
    }

    /// When it is given up, if nothing sounds until then.
    pub(super) fn give_up_at(&self) -> Option<DateTime<Utc>> {
        let armed = self.voices.iter().any(|voice| voice.armed.is_some());
        self.sound_by.map(|by| if armed { by + ARMED_MAX } else { by })
    }

    fn ask_for_rundown(&mut self, core: &mut Core) {
        let (Subject::Occurrence(due), None) = (&self.subject, &self.ending) else { return };
        if matches!(self.choice, Choice::AskAt(at) if at <= core.now.mono) {
            self.choice = Choice::Asked;
            core.perform(Effect::ChooseRundown {
                occurrence: due.id.clone(),
                version: Box::new((*due.version).clone()),
                start: due.start,
                bad: self.bad.clone(),
            });
        }
    }

    /// Takes over what was chosen for it, and writes down what and why.
    pub(super) fn rundown_chosen(&mut self, rundown: Rundown, core: &mut Core) {
        let mut records = Vec::new();
        for left_out in &rundown.left_out {
            let LeftOutWhy::Bad { fault } = &left_out.why else { continue };
            if self.bad.iter().all(|(clip, _)| *clip != left_out.clip) {
                self.bad.push((left_out.clip, fault.clone()));
                self.fault = Some(fault.clone());
                let (clip, title, fault) = (left_out.clip, left_out.title.clone(), fault.clone());
                records.push(Record::Incident(Incident::ClipBad { clip, title, fault }));
            }
        }
        if rundown.has_items() || self.sounded {
            self.adopt(rundown.elements.clone());
            records.push(Record::Rundown(rundown));
        } else {
            // Somebody may still approve a clip; asked again until the grace is over.
            self.choice = Choice::AskAt(core.now.mono + core.settings.rundown_retry);
        }
        core.commit(records);
    }

    /// Why nothing of it was heard.
    pub(super) fn why_silent(&self, core: &Core) -> MissReason {
        if let Some(error) = core.outputs.error(self.present()) {
            return MissReason::NoOutput { error: error.to_owned() };
        }
        if self.elements.is_empty() || self.choice != Choice::Known {
            return match &self.fault {
                Some(fault) => MissReason::BadAudio { fault: fault.clone() },
                None if self.choice == Choice::Asked => MissReason::Late,
                None => MissReason::NothingToAir,
            };
        }
        MissReason::Late
    }
}
