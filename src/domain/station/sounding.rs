//! From a waiting element to the last frame heard: prepare, commit the intent, arm, follow, record the end.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::GAP_MIN;
use super::core::Core;
use super::protocol::{Effect, Heard, Start, Voice};
use super::session::{Choice, Ending, Fate, Rank, Session, Subject, VoiceState};
use crate::domain::airing::Airing;
use crate::domain::clip::{duration_to_frames, frames_to_duration};
use crate::domain::log::{End, EndReason, Incident, Intent, Kind, PartId, Record};
use crate::domain::relay::Trouble;
use crate::domain::rundown::Why;
use crate::domain::slot::ZoneId;
use crate::domain::sound::Sound;
use crate::domain::time::{Now, to_millisecond};

/// Live sound that begins so little later than planned keeps all its frames: a join is on time to some milliseconds.
const LATE_MIN: Duration = Duration::from_millis(100);

impl Session {
    /// Prepares the next element when its time has come: the first one before the start, the others before a join.
    pub(super) fn prepare_next(&mut self, core: &mut Core) {
        let stands = core.leaving.is_some() || self.paused_at.is_some() || self.ending.is_some();
        if stands || self.choice != Choice::Known {
            return;
        }
        let waiting: Vec<_> = self.voices.iter().filter(|voice| !voice.ending).collect();
        let starts_in = match waiting[..] {
            [] if self.not_before <= core.now.wall + core.settings.prepare_lead => Duration::ZERO,
            [voice] if voice.armed.is_some() => voice.remaining(core.now.mono),
            // The microphone is opened before the tune is heard.
            [_] if self.live().is_some() => Duration::ZERO,
            _ => return,
        };
        if starts_in > core.settings.join_lead {
            return;
        }
        let starts_at = core.now.wall + starts_in;
        let Some(index) = self.next_waiting() else { return };
        if self.no_start_from().is_some_and(|end| starts_at >= end) {
            self.drop_waiting();
            return;
        }
        self.prepare(index, starts_at, core);
    }

    fn prepare(&mut self, index: usize, starts_at: DateTime<Utc>, core: &mut Core) {
        let airing = self.airing_of(index, || core.airing());
        let kind = self.kind_of(index);
        let by = self.by().map(str::to_owned);
        let occurrence = self.occurrence().cloned();
        let zones: Vec<_> = self.present().cloned().collect();
        let rate = core.settings.sample_rate;
        let from = if self.voices.is_empty() { self.warm_start_by(core.now.wall, core) } else { core.now.wall };
        let Some(element) = self.elements.get_mut(index) else { return };
        element.fate = Fate::Voiced;
        element.parts += 1;
        let planned = &element.planned;
        let part = PartId { airing, part: element.parts };
        let (frames, own_rate) = planned.sound.frames();
        let frames_total = programme_frames(frames, own_rate, rate);
        let from_frame = match &planned.sound {
            // Whoever speaks has all the time that was given, from when it can be heard.
            Sound::Clip(_) | Sound::Live(_) => element.next_frame(),
            // A relay runs by the clock: what is late, or was interrupted, is not made up for.
            Sound::Relay(_) => {
                let late = (from.max(starts_at) - planned.start).to_std().unwrap_or_default();
                let late = if late < LATE_MIN { Duration::ZERO } else { late };
                duration_to_frames(late, rate).clamp(element.next_frame(), frames_total)
            }
        };
        let intent = Intent {
            part,
            occurrence,
            position: planned.position,
            kind,
            planned_start: planned.start,
            sample_rate: rate,
            from_frame,
            frames_total,
            zones: zones.clone(),
            gain_db: planned.gain_db,
            by,
            sound: planned.sound.clone(),
        };
        let (sound, gain_db) = (planned.sound.clone(), planned.gain_db);
        let ducks = self.rank() == Rank::Programme;
        core.perform(Effect::Prepare(Voice { part, sound, frames_total, from_frame, gain_db, zones, ducks }));
        self.voices.push(VoiceState::new(intent, index, core.now.mono));
    }

    /// The intent is written down as soon as the voice could sound, and before it may.
    pub(super) fn commit_prepared(&mut self, core: &mut Core) {
        let Self { voices, elements, .. } = self;
        for voice in voices.iter_mut().filter(|voice| voice.prepared && !voice.committed && !voice.ending) {
            voice.committed = true;
            if let Some(element) = elements.get_mut(voice.element) {
                match &mut element.airing {
                    // A stretch is never begun while another of the same airing is open: its voice has ended.
                    Some(airing) => drop(airing.resume(&voice.intent)),
                    none => *none = Some(Airing::begin(&voice.intent)),
                }
            }
            core.commit(vec![Record::Intent(voice.intent.clone())]);
        }
    }

    /// Lets voices sound whose intent is durable: the first at the planned start, the others joined to the one before.
    pub(super) fn arm_durable(&mut self, core: &mut Core) {
        if !core.outputs.any_open(self.present()) || self.paused_at.is_some() || !self.may_sound() {
            return;
        }
        let first = if self.sounded { core.now.wall } else { self.not_before };
        let Some(first) = self.warm_start(first, core) else { return };
        let mut before: Option<PartId> = None;
        for voice in &mut self.voices {
            if voice.armed.is_none() {
                if !voice.durable || voice.ending {
                    break;
                }
                let cue = cue(&voice.intent, first, core.now.wall);
                // What belongs to an instant at which its amplifiers are cold is let in when they are warm, in its middle.
                if before.is_none() && cue < first && first > core.now.wall {
                    break;
                }
                let start = before.map_or(Start::At(cue), Start::After);
                voice.armed = Some(start);
                core.perform(Effect::Arm { part: voice.part(), start });
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

    /// One of its voices.
    pub(super) fn voice(&mut self, part: PartId) -> Option<&mut VoiceState> {
        self.voices.iter_mut().find(|voice| voice.part() == part)
    }

    /// The clip of a voice is no good: another takes its place.
    pub(super) fn prepare_failed(&mut self, part: PartId, fault: &str, core: &mut Core) {
        let Some(index) = self.voices.iter().position(|voice| voice.part() == part) else { return };
        let voice = self.voices.remove(index);
        core.incident(bad_sound(&voice.intent.sound, fault));
        self.bad.extend(voice.intent.sound.clip_id().map(|clip| (clip, fault.to_owned())));
        self.fault = Some(fault.to_owned());
        if let Some(element) = self.elements.get_mut(voice.element) {
            element.fate = Fate::Done;
        }
        match self.subject {
            // The next approved clip takes its place; an element played by hand has none.
            Subject::Occurrence(_) => self.choice = Choice::AskAt(core.now.mono),
            // Without its tune a voice is heard all the same.
            Subject::Live { .. } if voice.intent.kind == Kind::Live => {
                self.end(Ending::GaveUp, &EndReason::NotStarted, core);
            }
            Subject::Live { .. } | Subject::ByHand { .. } | Subject::Emergency { .. } => {}
        }
    }

    pub(super) fn started(&mut self, part: PartId, at: DateTime<Utc>, core: &mut Core) {
        let at = to_millisecond(at);
        let now = core.now;
        let Some(voice) = self.voice(part) else { return };
        voice.started(at, now);
        core.perform(Effect::Journal { part, frames: voice.frames, start: at });
        core.relay_faults.began(&voice.intent.sound);
        self.sounded = true;
        self.began.get_or_insert(at);
        self.sound_by = None;
    }

    /// A voice of it is over.
    pub(super) fn ended(&mut self, part: PartId, reason: &EndReason, heard: Heard, core: &mut Core) {
        let Some(index) = self.voices.iter().position(|voice| voice.part() == part) else { return };
        let voice = self.voices.remove(index);
        let end = voice.write_end(reason, heard, core);
        let still_sounding = self.voices.iter().any(|other| other.started.is_some());
        let counted_from = core.settings.counted_from;
        let index = voice.element;
        if let (Some(airing), Some(end)) =
            (self.elements.get_mut(index).and_then(|element| element.airing.as_mut()), end)
        {
            // The end answers the intent committed with this voice, so the airing is open.
            drop(airing.end(&end));
        }
        self.element_ended(index, reason, counted_from);
        if !still_sounding && self.sounded {
            let gap = TimeDelta::from_std(self.grace().max(GAP_MIN)).unwrap_or(TimeDelta::MAX);
            self.sound_by = Some(core.now.wall.checked_add_signed(gap).unwrap_or(core.now.wall));
        }
        let Some(element) = self.elements.get(index) else { return };
        let aired = element.airing.as_ref().is_some_and(|airing| airing.counted(counted_from));
        if let Some(entry) = queue_entry(&element.planned.why).filter(|_| aired) {
            core.perform(Effect::TakeFromQueue(entry));
        }
    }

    /// Fades out what sounds, with this reason, and drops what was only prepared.
    pub(super) fn silence(&mut self, reason: &EndReason, core: &mut Core) {
        for voice in &mut self.voices {
            voice.silence(reason, core);
        }
    }

    /// Brings it to its end before its time.
    pub(super) fn end(&mut self, ending: Ending, reason: &EndReason, core: &mut Core) {
        self.ending.get_or_insert(ending);
        self.paused_at = None;
        self.silence(reason, core);
    }

    /// Takes every voice out of some of the zones, or back into them.
    pub(super) fn leave(&mut self, away: Vec<ZoneId>, core: &mut Core) {
        if away == self.away {
            return;
        }
        let left: Vec<_> = away.iter().filter(|zone| !self.away.contains(zone)).cloned().collect();
        let back: Vec<_> = self.away.iter().filter(|zone| !away.contains(zone)).cloned().collect();
        self.away = away;
        let ramp = core.settings.fade;
        for voice in self.voices.iter_mut().filter(|voice| !voice.ending) {
            let part = voice.part();
            if !left.is_empty() {
                voice.zones.retain(|zone| !left.contains(zone));
                core.perform(Effect::Leave { part, zones: left.clone(), ramp });
            }
            if !back.is_empty() {
                voice.zones.extend(back.iter().cloned());
                core.perform(Effect::Join { part, zones: back.clone() });
            }
        }
    }
}

impl VoiceState {
    pub(super) fn started(&mut self, at: DateTime<Utc>, now: Now) {
        let since = (now.wall - at).to_std().unwrap_or_default();
        self.started = Some(at);
        self.told_at = now.mono.saturating_sub(since);
        self.journaled_at = now.mono;
    }

    pub(super) fn progress(&mut self, frames: u64, core: &mut Core) {
        let (now, step) = (core.now, core.settings.journal_step);
        self.frames = frames;
        self.told_at = now.mono;
        let Some(start) = self.started else { return };
        // Progress comes about as often as the journal is due; half a step of slack keeps a late one from being skipped.
        if now.mono.saturating_sub(self.journaled_at) + step / 2 >= step {
            self.journaled_at = now.mono;
            let frames = frames.saturating_sub(self.gone_by(start));
            core.perform(Effect::Journal { part: self.part(), frames, start });
        }
    }

    /// Frames of a relay that had gone by when its first one was heard: how far it has come counts them, what was heard does not.
    fn gone_by(&self, heard: DateTime<Utc>) -> u64 {
        let clocked = self.armed.filter(|_| self.intent.sound.is_clocked());
        clocked.map_or(0, |start| start.gone_by(heard, self.intent.sample_rate))
    }

    pub(super) fn silence(&mut self, reason: &EndReason, core: &mut Core) {
        if self.ending {
            return;
        }
        self.ending = true;
        let (part, ramp) = (self.part(), core.settings.fade);
        core.perform(match self.started {
            Some(_) => Effect::Fade { part, ramp, reason: reason.clone() },
            None => Effect::Discard(part),
        });
    }

    /// Writes down how it ended; none if its intent was never written down either.
    pub(super) fn write_end(&self, reason: &EndReason, heard: Heard, core: &mut Core) -> Option<End> {
        let mut records = Vec::new();
        if let EndReason::DecodeFailed { error } | EndReason::InputLost { error } = reason {
            records.push(Record::Incident(bad_sound(&self.intent.sound, error)));
        }
        let end = self.committed.then(|| End {
            part: self.part(),
            start: heard.start.map(to_millisecond),
            end: heard.end.map(to_millisecond),
            frames: heard.frames,
            reason: reason.clone(),
            zones: heard.zones,
            level: heard.level,
            relay: heard.relay,
        });
        records.extend(end.clone().map(Record::End));
        core.commit(records);
        end
    }
}

/// When a voice is to begin that is to be heard from `first` on, or at once. Of a relay what is late has gone by: its frames
/// belong to their instants, so that it ends when it was to end.
fn cue(intent: &Intent, first: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    if !intent.sound.is_clocked() {
        return first;
    }
    let into = TimeDelta::from_std(frames_to_duration(intent.from_frame, intent.sample_rate)).unwrap_or_default();
    (intent.planned_start + into).min(first.max(now))
}

/// The queue entry of an element, if it came from the queue.
const fn queue_entry(why: &Why) -> Option<u32> {
    match why {
        Why::Queued { entry, .. } => Some(*entry),
        Why::Fixed | Why::Rotation { .. } | Why::InsteadOf { .. } | Why::ByHand { .. } => None,
    }
}

/// What the log says of sound that could not be played.
fn bad_sound(sound: &Sound, fault: &str) -> Incident {
    let fault = fault.to_owned();
    match sound {
        Sound::Live(live) => Incident::MicrophoneFault { microphone: live.id.clone(), name: live.name.clone(), fault },
        Sound::Clip(clip) => Incident::ClipBad { clip: clip.item.clip, title: clip.title.clone(), fault },
        Sound::Relay(relay) => {
            let fault = Trouble::Said(fault);
            Incident::RelayFault { relay: relay.id.clone(), name: relay.name.clone(), fault }
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
