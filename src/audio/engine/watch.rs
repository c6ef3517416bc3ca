//! The control thread: what the mixer reports, and when the station is told.

use std::sync::PoisonError;
use std::time::Duration;

use crate::audio::engine::control::Control;
use crate::audio::engine::entry::{Entry, Place};
use crate::audio::engine::live::{LiveLevel, Position, Snapshot};
use crate::audio::engine::session::{OPEN_MAX, Session};
use crate::audio::frames::Nanos;
use crate::audio::meter::Meter;
use crate::audio::mixer::Report;
use crate::audio::output::OutputError;
use crate::audio::voice::{MixVoice, VoiceTally};
use crate::domain::log::EndReason;
use crate::domain::station::Input;
use crate::domain::time::Now;

/// What the live peak falls back by between two looks: 20 dB in a second.
const PEAK_FALL: f32 = 0.912;

/// Looks between two readings of the momentary loudness, which goes over the last 400 ms each time.
const LOOKS_PER_LOUDNESS: u32 = 5;

/// Readings of the loudness that go on after somebody asked for it last: two seconds.
const WATCHED: u32 = 10;

impl Control {
    pub(super) fn look(&mut self, now: Now) {
        self.read_mixer(now);
        self.watch(now);
        for entry in self.entries.values_mut() {
            if let Some(meter) = &mut entry.meter {
                meter.drain();
            }
        }
        self.tell_due(now);
        self.show(now);
        self.post();
    }

    pub(super) fn read_mixer(&mut self, now: Now) {
        while let Some(report) = self.session.as_mut().and_then(Session::report) {
            match report {
                Report::Started { part, at, .. } => {
                    if let Some(entry) = self.entries.get_mut(&part) {
                        entry.started_due = Some((due(now, at), at));
                    }
                }
                Report::Over(voice) | Report::Refused(voice) => self.over(&voice, now),
            }
        }
    }

    pub(super) fn over(&mut self, voice: &MixVoice, now: Now) {
        let Some(entry) = self.entries.get_mut(&voice.part()) else { return };
        entry.tally = voice.tally;
        self.unmetered_frames += voice.tally.unmetered_frames;
        let reason = match (&entry.asked, entry.feed.fault()) {
            (Some(asked), _) if voice.is_cut() => asked.clone(),
            (_, Some(fault)) => fault,
            (_, None) if voice.is_whole() => EndReason::Complete,
            (_, None) => EndReason::NotStarted,
        };
        let due = voice.tally.end.map_or(now.mono, |(_, end)| due(now, end));
        entry.place = Place::Over { due, reason };
    }

    /// Gives up an output that hangs while opening or stopped asking for sound.
    pub(super) fn watch(&mut self, now: Now) {
        let Some(session) = &mut self.session else { return };
        let quiet = session.look(now);
        if let Some(state) = &session.state {
            for (part, tally) in state.voices.iter().flatten() {
                if let Some(entry) = self.entries.get_mut(part).filter(|entry| matches!(entry.place, Place::Mixed)) {
                    entry.tally = *tally;
                }
            }
        }
        let (output, open, at) = (session.name.clone(), session.open, session.fresh_at);
        if open && quiet > self.settings.stall {
            let quiet_ms = u64::try_from(quiet.as_millis()).unwrap_or(u64::MAX);
            self.lost(&OutputError::Stalled { output, quiet_ms }, at);
        } else if !open && now.mono.saturating_sub(session.asked_at) >= OPEN_MAX {
            let fault = format!("it did not open within {} s", OPEN_MAX.as_secs());
            self.lost(&OutputError::Open { output, fault }, now.wall.into());
        }
    }

    /// Tells what has come to be heard by now.
    pub(super) fn tell_due(&mut self, now: Now) {
        let (rate_hz, interval) = (self.settings.rate_hz, self.settings.progress);
        let parts: Vec<_> = self.entries.keys().copied().collect();
        for part in parts {
            let Some(entry) = self.entries.get_mut(&part) else { continue };
            if let Some((_, at)) = entry.started_due.take_if(|(due, _)| *due <= now.mono) {
                entry.announced = true;
                entry.progress_due = now.mono + interval;
                self.say(Input::Started { part, at: at.into() });
            }
            let Some(entry) = self.entries.get_mut(&part) else { continue };
            if matches!(&entry.place, Place::Over { due, .. } if *due <= now.mono) {
                let end = entry.tally.end.map_or(now.wall.into(), |(_, end)| end);
                let heard = entry.account(end, rate_hz, &self.settings.zone);
                if let Some(Entry { place: Place::Over { reason, .. }, .. }) = self.entries.remove(&part) {
                    self.say(Input::Ended { part, reason, heard });
                }
            } else if entry.announced && entry.progress_due <= now.mono {
                entry.progress_due = now.mono + interval;
                let frames = entry.frames_heard(now.wall.into(), rate_hz);
                // The next one says more: progress is not kept when nobody reads.
                if self.outbox.is_empty() {
                    self.say(Input::Progress { part, frames, at: now.wall });
                }
            }
        }
    }

    /// Puts what can be read at any moment where it can be read.
    pub(super) fn show(&mut self, now: Now) {
        let peak = self.session.as_mut().map_or(0.0, Session::take_peak);
        self.peak = if self.session.is_some() { peak.max(self.peak * PEAK_FALL) } else { 0.0 };
        let newest = |tally: &VoiceTally| tally.first.map(|(frame, _)| frame);
        let sounding = self.entries.values().filter(|entry| entry.announced).max_by_key(|entry| newest(&entry.tally));
        let position = sounding.map(|entry| {
            let frames = entry.frames_heard(now.wall.into(), self.settings.rate_hz);
            Position { part: entry.part, frames }
        });
        let silent = sounding.and_then(|entry| entry.meter.as_ref()).map_or(Duration::ZERO, Meter::silent_for);
        self.looks = self.looks.wrapping_add(1);
        if sounding.is_none() || self.looks.is_multiple_of(LOOKS_PER_LOUDNESS) {
            let read = std::mem::take(&mut self.live.lock().unwrap_or_else(PoisonError::into_inner).level_read);
            self.watched = if read { WATCHED } else { self.watched.saturating_sub(1) };
            let watched = sounding.filter(|_| self.watched > 0);
            self.momentary_lufs = watched.and_then(|entry| entry.meter.as_ref()?.momentary_lufs());
        }
        let (momentary_lufs, unmetered_frames) = (self.momentary_lufs, self.unmetered_frames);
        let level = LiveLevel { peak: self.peak, momentary_lufs, silent, unmetered_frames };
        let output = self.session.as_ref().filter(|session| session.open).map(|session| &session.name);
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.snapshot = Snapshot { position, level };
        if live.output.as_ref() != output {
            live.output = output.cloned();
        }
    }
}

/// The monotonic time at which wall time will be `at`.
fn due(now: Now, at: Nanos) -> Duration {
    let ahead = at.0.saturating_sub(Nanos::from(now.wall).0);
    now.mono + Duration::from_nanos(u64::try_from(ahead).unwrap_or(0))
}
