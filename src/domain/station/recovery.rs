//! Coming up after a run that ended without warning: what was on air is closed with the frames of the journal, and what
//! its slot says becomes of it.

use chrono::{DateTime, TimeDelta, Utc};

use super::protocol::{Ledger, LeftOpen};
use super::session::{Choice, Deadline, Element, Fate, Session, Subject};
use super::timetable::Due;
use super::{GAP_MIN, Station};
use crate::domain::airing::Airing;
use crate::domain::clip::frames_to_duration;
use crate::domain::log::{Delivery, End, EndReason, Intent, Level, Record};
use crate::domain::rundown::Rundown;
use crate::domain::slot::Overrun;
use crate::domain::time::Window;

impl Station {
    /// Closes what the last run left open, and takes up its unfinished occurrences.
    pub(super) fn recover(&mut self, ledger: Ledger) {
        let mut stretches = ledger.ended;
        for left in ledger.open {
            let end = end_of(&left);
            self.core.commit(vec![Record::End(end.clone())]);
            stretches.extend(left.earlier);
            stretches.push((left.intent, end));
        }
        for rundown in ledger.rundowns {
            if let Some(session) = self.unfinished_session(&rundown, &stretches) {
                self.settled.push(rundown.occurrence);
                self.unfinished.push_back(session);
            }
        }
        self.take_up_emergencies(ledger.raised);
    }

    /// The session of an occurrence that had begun to sound; none if it had not, for then it simply starts anew.
    fn unfinished_session(&self, rundown: &Rundown, stretches: &[(Intent, End)]) -> Option<Session> {
        let own: Vec<_> =
            stretches.iter().filter(|(intent, _)| intent.occurrence.as_ref() == Some(&rundown.occurrence)).collect();
        if own.iter().all(|(_, end)| end.frames == 0) {
            return None;
        }
        let due = self.due_of(rundown)?;
        let policy = due.version.slot.interrupted;
        let mut elements: Vec<_> = rundown.elements.iter().cloned().map(Element::new).collect();
        for element in &mut elements {
            let position = element.planned.position;
            for (intent, end) in own.iter().filter(|(intent, _)| intent.position == position) {
                element.parts = element.parts.max(intent.part.part);
                element.airing = follow(element.airing.take(), intent, end);
                match end.reason {
                    EndReason::PowerLoss | EndReason::OutputLost { .. } | EndReason::Superseded { .. } => {
                        element.interrupted(policy, self.core.settings.counted_from)
                    }
                    EndReason::NotStarted => {}
                    _ => element.fate = Fate::Done,
                }
            }
        }
        let wall = self.core.now.wall;
        let permitted_until = self.timetable.permitted_until(due.start).unwrap_or(due.start);
        let slot_end = (due.version.slot.overrun == Overrun::FadeAtEnd).then(|| due.end());
        let gap = TimeDelta::from_std(due.version.slot.grace.max(GAP_MIN)).unwrap_or(TimeDelta::MAX);
        let fade_at = slot_end.map_or(permitted_until, |end| end.min(permitted_until));
        let sound_by = wall.checked_add_signed(gap).unwrap_or(wall);
        let (start, zones) = (due.start, self.zones_of(&due));
        Some(Session {
            elements,
            fade_at: Some(Deadline::new(fade_at, self.core.now)),
            sounded: true,
            began: own.iter().filter_map(|(_, end)| end.start).min(),
            ..Session::new(Subject::Occurrence(due), zones, Choice::Known, start, sound_by)
        })
    }

    /// The occurrence of a rundown, from the timetable as it stood when the rundown was made.
    fn due_of(&self, rundown: &Rundown) -> Option<Due> {
        let start = rundown.elements.first()?.start;
        let near = Window { from: start - TimeDelta::days(1), to: start + TimeDelta::days(1) };
        self.timetable.due(near).into_iter().find(|due| due.id == rundown.occurrence)
    }
}

/// The airing after one more stretch; a new one where the identifier says so.
fn follow(airing: Option<Airing>, intent: &Intent, end: &End) -> Option<Airing> {
    let mut airing = match airing {
        Some(mut airing) if airing.id == intent.part.airing => {
            airing.resume(intent).ok()?;
            airing
        }
        _ => Airing::begin(intent),
    };
    airing.end(end).ok()?;
    Some(airing)
}

/// What the journal knows of a stretch that the power took.
fn end_of(left: &LeftOpen) -> End {
    let heard = left.journal.filter(|(frames, _)| *frames > 0);
    let (frames, start) = heard.map_or((0, None), |(frames, start)| (frames, Some(start)));
    let end: Option<DateTime<Utc>> = start.map(|at| at + frames_to_duration(frames, left.intent.sample_rate));
    let zones = &left.intent.zones;
    End {
        part: left.intent.part,
        start,
        end,
        frames,
        reason: if frames > 0 { EndReason::PowerLoss } else { EndReason::NotStarted },
        zones: zones.iter().map(|zone| Delivery { zone: zone.clone(), frames, underrun_frames: 0 }).collect(),
        level: Level::default(),
        relay: None,
    }
}
