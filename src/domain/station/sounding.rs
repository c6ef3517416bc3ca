//! From a waiting element to the last frame heard: prepare, commit the intent, arm, follow, record the end.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::protocol::{Effect, Heard, Start, Voice};
use super::session::{Choice, Fate, VoiceState};
use super::{GAP_MIN, Station};
use crate::domain::airing::Airing;
use crate::domain::clip::duration_to_frames;
use crate::domain::log::{End, EndReason, Incident, Intent, PartId, Record};
use crate::domain::time::to_millisecond;

impl Station {
    /// Prepares the next element when its time has come: the first one before the start, the others before a join.
    pub(super) fn prepare_next(&mut self) {
        if self.leaving.is_some() || self.paused_at.is_some() {
            return;
        }
        let Some(session) = &self.session else { return };
        if session.ending.is_some() || session.choice != Choice::Known {
            return;
        }
        let waiting: Vec<_> = self.voices.iter().filter(|voice| !voice.ending).collect();
        let starts_in = match waiting[..] {
            [] if session.not_before <= self.now.wall + self.settings.prepare_lead => Duration::ZERO,
            [voice] if voice.armed.is_some() => voice.remaining(self.now.mono),
            _ => return,
        };
        if starts_in > self.settings.join_lead {
            return;
        }
        let starts_at = self.now.wall + starts_in;
        let too_late = session.no_start_from().is_some_and(|end| starts_at >= end);
        let Some(index) = session.next_waiting() else { return };
        if too_late {
            if let Some(session) = &mut self.session {
                session.drop_waiting();
            }
            return;
        }
        self.prepare(index);
    }

    fn prepare(&mut self, index: usize) {
        let now = self.now;
        let Self { session: Some(session), fresh_airing, voices, effects, settings, .. } = self else { return };
        let airing = session.airing_of(index, || fresh_airing(now));
        let kind = session.kind_of(index);
        let by = session.by().map(str::to_owned);
        let occurrence = session.occurrence().cloned();
        let Some(element) = session.elements.get_mut(index) else { return };
        element.fate = Fate::Voiced;
        element.parts += 1;
        let planned = &element.planned;
        let part = PartId { airing, part: element.parts };
        let from_frame = element.next_frame();
        let intent = Intent {
            part,
            occurrence,
            position: planned.position,
            kind,
            planned_start: planned.start,
            sample_rate: settings.sample_rate,
            from_frame,
            frames_total: programme_frames(planned.clip.frames, planned.clip.sample_rate, settings.sample_rate),
            zones: vec![settings.zone.clone()],
            gain_db: planned.gain_db,
            by,
            clip: planned.clip.clone(),
        };
        effects.push_back(Effect::Prepare(Voice {
            part,
            clip: planned.clip.clone(),
            from_frame,
            gain_db: planned.gain_db,
        }));
        voices.push(VoiceState::new(intent, index, now.mono));
    }

    /// The intent is written down as soon as the voice could sound, and before it may.
    pub(super) fn commit_prepared(&mut self) {
        let Some(session) = &mut self.session else { return };
        for voice in &mut self.voices {
            let Some(index) = voice.element else { continue };
            if !voice.prepared || voice.committed || voice.ending {
                continue;
            }
            voice.committed = true;
            if let Some(element) = session.elements.get_mut(index) {
                match &mut element.airing {
                    // A stretch is never begun while another of the same airing is open: its voice has ended.
                    Some(airing) => drop(airing.resume(&voice.intent)),
                    none => *none = Some(Airing::begin(&voice.intent)),
                }
            }
            self.effects.push_back(Effect::Commit(vec![Record::Intent(voice.intent.clone())]));
        }
    }

    /// Lets voices sound whose intent is durable: the first at the planned start, the others joined to the one before.
    pub(super) fn arm_durable(&mut self) {
        let Some(session) = &self.session else { return };
        if !self.output.is_open() || self.paused_at.is_some() {
            return;
        }
        let first = if session.sounded { self.now.wall } else { session.not_before };
        let mut before: Option<PartId> = None;
        for voice in &mut self.voices {
            if voice.armed.is_none() {
                if !voice.durable || voice.ending || voice.element.is_none() {
                    break;
                }
                let start = before.map_or(Start::At(first), Start::After);
                voice.armed = Some(start);
                self.effects.push_back(Effect::Arm { part: voice.part(), start });
            }
            before = Some(voice.part());
        }
    }

    /// The clock stepped: what was to start at an instant is to be ordered anew, by the clock as it is now.
    pub(super) fn disarm_unstarted(&mut self) {
        for voice in &mut self.voices {
            if voice.started.is_none() && matches!(voice.armed, Some(Start::At(_))) {
                voice.armed = None;
            }
        }
    }

    pub(super) fn prepared(&mut self, part: PartId) {
        if let Some(voice) = self.voices.iter_mut().find(|voice| voice.part() == part) {
            voice.prepared = true;
        }
    }

    pub(super) fn durable(&mut self, part: PartId) {
        if let Some(voice) = self.voices.iter_mut().find(|voice| voice.part() == part) {
            voice.durable = true;
        }
    }

    pub(super) fn prepare_failed(&mut self, part: PartId, fault: &str) {
        let Some(index) = self.voices.iter().position(|voice| voice.part() == part) else { return };
        let voice = self.voices.remove(index);
        let clip = &voice.intent.clip;
        let number = clip.item.clip;
        let bad = Incident::ClipBad { clip: number, title: clip.title.clone(), fault: fault.to_owned() };
        self.incident(bad);
        let mono = self.now.mono;
        let Some(session) = self.session.as_mut().filter(|_| voice.element.is_some()) else { return };
        session.bad.push((number, fault.to_owned()));
        session.fault = Some(fault.to_owned());
        if let Some(element) = voice.element.and_then(|index| session.elements.get_mut(index)) {
            element.fate = Fate::Done;
        }
        // The next approved clip takes its place; an element played by hand has none.
        if session.occurrence().is_some() {
            session.choice = Choice::AskAt(mono);
        }
    }

    pub(super) fn started(&mut self, part: PartId, at: DateTime<Utc>) {
        let (now, at) = (self.now, to_millisecond(at));
        let Some(voice) = self.voices.iter_mut().find(|voice| voice.part() == part) else { return };
        let since = (now.wall - at).to_std().unwrap_or_default();
        voice.started = Some(at);
        voice.told_at = now.mono.saturating_sub(since);
        voice.journaled_at = now.mono;
        self.effects.push_back(Effect::Journal { part, frames: voice.frames, start: at });
        if let Some(session) = self.session.as_mut().filter(|_| voice.element.is_some()) {
            session.sounded = true;
            session.sound_by = None;
        }
    }

    pub(super) fn progress(&mut self, part: PartId, frames: u64) {
        let now = self.now;
        let step = self.settings.journal_step;
        let Some(voice) = self.voices.iter_mut().find(|voice| voice.part() == part) else { return };
        voice.frames = frames;
        voice.told_at = now.mono;
        let Some(start) = voice.started else { return };
        // Progress comes about as often as the journal is due; half a step of slack keeps a late one from being skipped.
        if now.mono.saturating_sub(voice.journaled_at) + step / 2 >= step {
            voice.journaled_at = now.mono;
            self.effects.push_back(Effect::Journal { part, frames, start });
        }
    }

    pub(super) fn ended(&mut self, part: PartId, reason: EndReason, heard: Heard) {
        let Some(index) = self.voices.iter().position(|voice| voice.part() == part) else { return };
        let voice = self.voices.remove(index);
        let mut records = Vec::new();
        if let EndReason::DecodeFailed { error } = &reason {
            let clip = &voice.intent.clip;
            let (clip, title) = (clip.item.clip, clip.title.clone());
            records.push(Record::Incident(Incident::ClipBad { clip, title, fault: error.clone() }));
        }
        let end = voice.committed.then(|| End {
            part,
            start: heard.start.map(to_millisecond),
            end: heard.end.map(to_millisecond),
            frames: heard.frames,
            reason: reason.clone(),
            zones: heard.zones,
            level: heard.level,
        });
        records.extend(end.clone().map(Record::End));
        if !records.is_empty() {
            self.effects.push_back(Effect::Commit(records));
        }
        self.element_ended(&voice, &reason, end.as_ref());
    }

    /// What the end of a voice means for its element and its session.
    fn element_ended(&mut self, voice: &VoiceState, reason: &EndReason, end: Option<&End>) {
        let wall = self.now.wall;
        let still_sounding = self.voices.iter().any(|other| other.started.is_some());
        let counted_from = self.settings.counted_from;
        let session = if voice.of_suspended { self.suspended.as_mut() } else { self.session.as_mut() };
        let (Some(session), Some(index)) = (session, voice.element) else { return };
        if let (Some(airing), Some(end)) =
            (session.elements.get_mut(index).and_then(|element| element.airing.as_mut()), end)
        {
            // The end answers the intent committed with this voice, so the airing is open.
            drop(airing.end(end));
        }
        session.ended(index, reason, counted_from);
        if !still_sounding && session.sounded {
            let gap = TimeDelta::from_std(session.grace().max(GAP_MIN)).unwrap_or(TimeDelta::MAX);
            session.sound_by = Some(wall.checked_add_signed(gap).unwrap_or(wall));
        }
        let Some(element) = session.elements.get(index) else { return };
        let aired = element.airing.as_ref().is_some_and(|airing| airing.counted(counted_from));
        if let Some(entry) = Self::queue_entry(&element.planned.why).filter(|_| aired) {
            self.effects.push_back(Effect::TakeFromQueue(entry));
        }
    }

    /// Fades out what sounds, with this reason, and drops what was only prepared.
    pub(super) fn silence(&mut self, reason: &EndReason) {
        let ramp = self.settings.fade;
        for voice in &mut self.voices {
            if voice.ending {
                continue;
            }
            voice.ending = true;
            let part = voice.part();
            self.effects.push_back(if voice.started.is_some() {
                Effect::Fade { part, ramp, reason: reason.clone() }
            } else {
                Effect::Discard(part)
            });
        }
    }

    /// Drops every voice of a session that is given back: they still get their ends, but move nothing any more.
    pub(super) fn let_go(&mut self) {
        self.silence(&EndReason::NotStarted);
        for voice in &mut self.voices {
            voice.element = None;
        }
    }
}

/// Frames of an element at the programme rate: those of the clip, resampled, to the nearest.
fn programme_frames(frames: u64, rate: u32, programme_rate: u32) -> u64 {
    if rate == programme_rate || rate == 0 {
        return frames;
    }
    let exact = u128::from(frames) * u128::from(programme_rate);
    u64::try_from((exact + u128::from(rate) / 2) / u128::from(rate))
        .unwrap_or_else(|_| duration_to_frames(Duration::MAX, programme_rate))
}
