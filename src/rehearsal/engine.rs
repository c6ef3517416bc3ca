//! Loudspeakers that exist on paper: voices take the time their frames take, and what sounded is written down as the truth
//! that the log is held against.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::air::VirtualAir;
use super::time::VirtualTime;
use crate::domain::clip::{Digest, duration_to_frames, frames_to_duration};
use crate::domain::log::{Delivery, EndReason, Level, PartId};
use crate::domain::microphone::MicrophoneId;
use crate::domain::slot::ZoneId;
use crate::domain::sound::Sound;
use crate::domain::station::{Heard, Input, Start, Voice};

/// What really sounded: the truth.
#[derive(Debug, Clone, PartialEq)]
pub struct Sounded {
    /// Which stretch.
    pub part: PartId,
    /// What the wall clock said at the first frame.
    pub start: DateTime<Utc>,
    /// Monotonic time of the first frame.
    pub from: Duration,
    /// Monotonic time after the last frame.
    pub to: Duration,
    /// First frame of the clip.
    pub from_frame: u64,
    /// Frames that sounded.
    pub frames: u64,
    /// Whether it is turned down while somebody speaks over the programme.
    pub ducks: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Preparing { ready_at: Duration },
    Ready,
    ArmedAt(Duration),
    ArmedAfter(PartId),
    Sounding { since: Duration, before: u64, start: DateTime<Utc>, began: Duration },
    Held { frames: u64, start: DateTime<Utc>, began: Duration, since: Duration },
}

#[derive(Debug, Clone)]
struct Playing {
    voice: Voice,
    frames_total: u64,
    state: State,
    fade: Option<(Duration, EndReason)>,
    next_progress: Duration,
    /// Of live sound: when it was to begin, and the frames that had gone by when it did.
    cue: Option<DateTime<Utc>>,
    gone: u64,
    /// Of live sound that was held: the frames before, which are part of the truth already, and when it went on.
    told: u64,
    again: Option<(DateTime<Utc>, Duration)>,
}

impl Playing {
    fn frames_at(&self, mono: Duration, rate: u32) -> u64 {
        let left = self.left();
        match &self.state {
            State::Sounding { since, before, .. } => {
                left.min(before + duration_to_frames(mono.saturating_sub(*since), rate))
            }
            State::Held { frames, .. } => *frames,
            State::Preparing { .. } | State::Ready | State::ArmedAt(_) | State::ArmedAfter(_) => 0,
        }
    }

    /// Frames from its first one heard to its last.
    const fn left(&self) -> u64 {
        self.frames_total.saturating_sub(self.voice.from_frame + self.gone)
    }

    /// What sounded of it between these two, of `frames` in all, and is not part of the truth yet.
    fn sounded(&self, start: DateTime<Utc>, began: Duration, to: Duration, frames: u64) -> Sounded {
        let Self { voice: Voice { part, ducks, from_frame, .. }, gone, told, .. } = self;
        let (start, from) = self.again.unwrap_or((start, began));
        let from_frame = *from_frame + *gone + *told;
        Sounded { part: *part, start, from, to, from_frame, frames: frames.saturating_sub(*told), ducks: *ducks }
    }

    /// Monotonic time after its last frame.
    fn end_at(&self, rate: u32) -> Option<Duration> {
        let State::Sounding { since, before, .. } = &self.state else { return None };
        let left = self.left().saturating_sub(*before);
        let whole = *since + frames_to_duration(left, rate);
        Some(self.fade.as_ref().map_or(whole, |(at, _)| whole.min(*at)))
    }
}

/// One virtual output with its voices.
#[derive(Debug)]
pub struct VirtualEngine {
    zone: ZoneId,
    rate: u32,
    progress_every: Duration,
    open: Option<bool>,
    opens_at: Option<Duration>,
    /// Opening fails until then.
    broken_until: Option<Duration>,
    voices: Vec<Playing>,
    last_ended: Vec<(PartId, Duration)>,
    bad: Vec<Digest>,
    /// Microphones that give no sound.
    dead: Vec<MicrophoneId>,
    /// What comes in live, the same for all zones.
    air: VirtualAir,
    truth: Vec<Sounded>,
    /// Stretches of monotonic time in which what ducks is turned down; the last one may go on.
    ducked: Vec<(Duration, Duration)>,
}

/// How long a virtual device takes to open.
const OPEN_TAKES: Duration = Duration::from_millis(40);
/// How long a virtual decoder takes to fill its ring.
const PREPARE_TAKES: Duration = Duration::from_millis(60);
/// Ends remembered for joins.
const ENDS_MAX: usize = 8;

impl VirtualEngine {
    /// A closed output.
    #[must_use]
    pub const fn new(zone: ZoneId, rate: u32, progress_every: Duration, air: VirtualAir) -> Self {
        Self {
            zone,
            rate,
            progress_every,
            open: None,
            opens_at: None,
            broken_until: None,
            voices: Vec::new(),
            last_ended: Vec::new(),
            bad: Vec::new(),
            dead: Vec::new(),
            air,
            truth: Vec::new(),
            ducked: Vec::new(),
        }
    }

    /// What really sounded so far.
    #[must_use]
    pub fn truth(&self) -> &[Sounded] {
        &self.truth
    }

    /// Which stretches sound at this moment.
    #[must_use]
    pub fn sounding(&self) -> Vec<PartId> {
        let sounding = |playing: &&Playing| matches!(playing.state, State::Sounding { .. });
        self.voices.iter().filter(sounding).map(|playing| playing.voice.part).collect()
    }

    /// This audio is missing or damaged from now on; or sound again.
    pub fn set_bad(&mut self, digest: Digest, bad: bool) {
        self.bad.retain(|known| *known != digest);
        if bad {
            self.bad.push(digest);
        }
    }

    /// Whether this audio can be played.
    #[must_use]
    pub fn is_bad(&self, digest: &Digest) -> bool {
        self.bad.contains(digest)
    }

    /// Stretches of monotonic time in which what ducks was turned down.
    #[must_use]
    pub fn ducked(&self) -> &[(Duration, Duration)] {
        &self.ducked
    }

    /// What ducks is to be turned down, or up.
    pub fn duck(&mut self, gain_db: f64, mono: Duration) {
        let down = self.ducked.last_mut().filter(|(_, until)| *until == Duration::MAX);
        match down {
            Some((_, until)) if gain_db >= 0.0 => *until = mono,
            None if gain_db < 0.0 => self.ducked.push((mono, Duration::MAX)),
            _ => {}
        }
    }

    /// A microphone gives no sound from now on, or does again. Voices of it end.
    pub fn set_dead(&mut self, microphone: &MicrophoneId, dead: bool, time: &VirtualTime) -> Vec<Input> {
        self.dead.retain(|known| known != microphone);
        if !dead {
            return Vec::new();
        }
        self.dead.push(microphone.clone());
        let of_it = |playing: &&Playing| {
            let ready = !matches!(playing.state, State::Preparing { .. });
            ready && matches!(&playing.voice.sound, Sound::Live(live) if live.id == *microphone)
        };
        let parts: Vec<_> = self.voices.iter().filter(of_it).map(|playing| playing.voice.part).collect();
        let error = "the microphone went away".to_owned();
        parts.into_iter().flat_map(|part| self.end(part, EndReason::InputLost { error: error.clone() }, time)).collect()
    }

    /// The output is to be opened.
    pub fn open(&mut self, mono: Duration) {
        self.opens_at = Some(mono + OPEN_TAKES);
    }

    /// The output is closed.
    pub fn close(&mut self) {
        self.open = None;
        self.opens_at = None;
    }

    /// A voice is to be prepared.
    pub fn prepare(&mut self, voice: Voice, mono: Duration) {
        let frames_total = voice.frames_total;
        let state = State::Preparing { ready_at: mono + PREPARE_TAKES };
        let next_progress = Duration::MAX;
        self.voices.push(Playing {
            voice,
            frames_total,
            state,
            fade: None,
            next_progress,
            cue: None,
            gone: 0,
            told: 0,
            again: None,
        });
    }

    /// A prepared voice is to sound.
    pub fn arm(&mut self, part: PartId, start: Start, time: &VirtualTime) {
        let state = match start {
            Start::At(at) => State::ArmedAt(time.mono_at(at)),
            Start::After(part) => State::ArmedAfter(part),
        };
        let Some(playing) = self.find(part) else { return };
        if matches!(playing.state, State::Ready | State::ArmedAt(_) | State::ArmedAfter(_)) {
            playing.state = state;
            playing.cue = match start {
                Start::At(at) if playing.voice.sound.is_clocked() => Some(at),
                Start::At(_) | Start::After(_) => None,
            };
        }
    }

    /// A voice is to end with a ramp.
    pub fn fade(&mut self, part: PartId, ramp: Duration, reason: EndReason, mono: Duration) {
        if let Some(playing) = self.find(part) {
            let held = matches!(playing.state, State::Held { .. });
            playing.fade = Some((if held { mono } else { mono + ramp }, reason));
        }
    }

    /// A voice that never started is dropped.
    pub fn discard(&mut self, part: PartId, time: &VirtualTime) -> Vec<Input> {
        let sounding = self.find(part).is_some_and(|playing| matches!(playing.state, State::Sounding { .. }));
        if sounding {
            // It began while the order was on its way.
            return self.end(part, EndReason::NotStarted, time);
        }
        self.end(part, EndReason::NotStarted, time)
    }

    /// A voice is held, or goes on.
    pub fn hold(&mut self, part: PartId, held: bool, time: &VirtualTime) {
        let (mono, rate) = (time.now().mono, self.rate);
        let Some(playing) = self.voices.iter_mut().find(|playing| playing.voice.part == part) else { return };
        let frames = playing.frames_at(mono, rate);
        match (&playing.state, held) {
            (State::Sounding { start, began, .. }, true) => {
                playing.state = State::Held { frames, start: *start, began: *began, since: mono };
            }
            (State::Held { start, began, since, .. }, false) => {
                // What is live goes by meanwhile: what was heard before has its end there.
                let (start, began) = (*start, *began);
                if playing.voice.sound.is_live() {
                    let passed = duration_to_frames(mono.saturating_sub(*since), rate).min(playing.left() - frames);
                    let before = playing.sounded(start, began, *since, frames);
                    self.truth.push(before);
                    (playing.told, playing.gone) = (frames, playing.gone + passed);
                    playing.again = Some((time.wall_at(mono), mono));
                }
                playing.state = State::Sounding { since: mono, before: frames, start, began };
            }
            _ => {}
        }
    }

    /// The device goes away and cannot be opened for `broken_for`.
    pub fn lose(&mut self, time: &VirtualTime, broken_for: Duration, error: &str) -> Vec<Input> {
        let mono = time.now().mono;
        self.broken_until = Some(mono + broken_for);
        if self.open.is_none() && self.opens_at.is_none() {
            return Vec::new();
        }
        let parts: Vec<_> = self.voices.iter().map(|playing| playing.voice.part).collect();
        let mut inputs = Vec::new();
        for part in parts {
            inputs.extend(self.end(part, EndReason::OutputLost { error: error.to_owned() }, time));
        }
        self.close();
        inputs.push(Input::OutputLost { zone: self.zone.clone(), error: error.to_owned() });
        inputs
    }

    /// The power goes: what sounded until now is all there is.
    pub fn power_cut(&mut self, time: &VirtualTime) {
        self.duck(0.0, time.now().mono);
        let parts: Vec<_> = self.voices.iter().map(|playing| playing.voice.part).collect();
        for part in parts {
            drop(self.end(part, EndReason::PowerLoss, time));
        }
        self.close();
        self.last_ended.clear();
    }

    /// The next moment at which something happens by itself.
    #[must_use]
    pub fn next_event(&self, time: &VirtualTime) -> Option<Duration> {
        let voices = self.voices.iter().filter_map(|playing| match &playing.state {
            State::Preparing { ready_at } => Some(*ready_at),
            State::ArmedAt(_) | State::ArmedAfter(_) => self.start_of(&playing.state, time),
            State::Sounding { .. } => playing.end_at(self.rate).map(|end| end.min(playing.next_progress)),
            State::Held { .. } => playing.fade.as_ref().map(|(at, _)| *at),
            State::Ready => None,
        });
        voices.chain(self.opens_at).min()
    }

    /// When an armed voice begins; none while that is not known, or the output is closed.
    fn start_of(&self, state: &State, time: &VirtualTime) -> Option<Duration> {
        self.open?;
        match state {
            State::ArmedAt(at) => Some((*at).max(time.now().mono)),
            State::ArmedAfter(part) if self.voices.iter().any(|playing| playing.voice.part == *part) => None,
            State::ArmedAfter(part) => {
                let ended = self.last_ended.iter().rev().find(|(known, _)| known == part).map(|(_, at)| *at);
                Some(ended.unwrap_or_else(|| time.now().mono))
            }
            State::Preparing { .. } | State::Ready | State::Sounding { .. } | State::Held { .. } => None,
        }
    }

    /// Everything that has happened up to now, in order.
    pub fn poll(&mut self, time: &VirtualTime) -> Vec<Input> {
        let mono = time.now().mono;
        let mut inputs = Vec::new();
        if self.opens_at.is_some_and(|at| at <= mono) {
            self.opens_at = None;
            let zone = self.zone.clone();
            if self.broken_until.is_some_and(|until| mono < until) {
                inputs.push(Input::OutputLost { zone, error: "device not found".to_owned() });
            } else {
                self.open = Some(true);
                inputs.push(Input::OutputOpen { zone });
            }
        }
        let parts: Vec<_> = self.voices.iter().map(|playing| playing.voice.part).collect();
        for part in parts {
            inputs.extend(self.poll_voice(part, time));
        }
        inputs
    }

    fn poll_voice(&mut self, part: PartId, time: &VirtualTime) -> Vec<Input> {
        let mono = time.now().mono;
        let rate = self.rate;
        let progress_every = self.progress_every;
        let Some(index) = self.voices.iter().position(|playing| playing.voice.part == part) else { return Vec::new() };
        let start_at = self.start_of(&self.voices[index].state, time).filter(|at| *at <= mono);
        let fault = match &self.voices[index].voice.sound {
            Sound::Clip(clip) if self.is_bad(&clip.digest) => Some("the audio file is missing"),
            Sound::Live(live) if self.dead.contains(&live.id) => Some("there is no such device"),
            Sound::Clip(_) | Sound::Relay(_) | Sound::Live(_) => None,
        };
        let playing = &mut self.voices[index];
        match &playing.state {
            State::Preparing { ready_at } if *ready_at <= mono => {
                if let Some(fault) = fault {
                    self.voices.remove(index);
                    return vec![Input::PrepareFailed { part, fault: fault.to_owned() }];
                }
                playing.state = State::Ready;
                vec![Input::Prepared(part)]
            }
            State::ArmedAt(_) | State::ArmedAfter(_) => {
                let Some(since) = start_at else { return Vec::new() };
                let start = time.wall_at(since);
                let late = playing.cue.and_then(|cue| (start - cue).to_std().ok()).unwrap_or_default();
                playing.gone = duration_to_frames(late, rate).min(playing.left());
                playing.state = State::Sounding { since, before: 0, start, began: since };
                playing.next_progress = since + progress_every;
                let mut inputs = vec![Input::Started { part, at: start }];
                inputs.extend(self.poll_voice(part, time));
                inputs
            }
            State::Sounding { .. } => {
                if playing.end_at(rate).is_some_and(|end| end <= mono) {
                    let reason = playing.fade.take().map(|(_, reason)| reason);
                    let whole = playing.frames_at(mono, rate) >= playing.left();
                    let reason = reason.filter(|_| !whole).unwrap_or(EndReason::Complete);
                    return self.end(part, reason, time);
                }
                if playing.next_progress <= mono {
                    playing.next_progress = mono + progress_every;
                    let frames = playing.frames_at(mono, rate);
                    return vec![Input::Progress { part, frames, at: time.wall_at(mono) }];
                }
                Vec::new()
            }
            State::Held { .. } => match playing.fade.take_if(|(at, _)| *at <= mono) {
                Some((_, reason)) => self.end(part, reason, time),
                None => Vec::new(),
            },
            State::Preparing { .. } | State::Ready => Vec::new(),
        }
    }

    /// Takes a voice out and says what was heard of it.
    fn end(&mut self, part: PartId, reason: EndReason, time: &VirtualTime) -> Vec<Input> {
        let Some(index) = self.voices.iter().position(|playing| playing.voice.part == part) else { return Vec::new() };
        let playing = self.voices.remove(index);
        let mono = playing.end_at(self.rate).map_or(time.now().mono, |end| end.min(time.now().mono));
        let left = playing.left();
        // The instant after the last frame is rounded to nanoseconds; the count of frames is not.
        let frames = if reason == EndReason::Complete { left } else { playing.frames_at(mono, self.rate) };
        let (start, began) = match playing.state {
            State::Sounding { start, began, .. } | State::Held { start, began, .. } => (Some(start), began),
            State::Preparing { .. } | State::Ready | State::ArmedAt(_) | State::ArmedAfter(_) => (None, mono),
        };
        self.last_ended.push((part, mono));
        if self.last_ended.len() > ENDS_MAX {
            self.last_ended.remove(0);
        }
        if let Some(start) = start {
            self.truth.push(playing.sounded(start, began, mono, frames));
        }
        let heard = Heard {
            start,
            end: start.map(|_| time.wall_at(mono)),
            frames,
            zones: vec![Delivery { zone: self.zone.clone(), frames, underrun_frames: 0 }],
            level: Level { loudness_lufs: start.map(|_| -16.0), silent_ms: 0 },
            relay: start
                .filter(|_| matches!(playing.voice.sound, Sound::Relay(_)))
                .map(|_| self.air.heard(part, began, mono)),
        };
        vec![Input::Ended { part, reason, heard }]
    }

    fn find(&mut self, part: PartId) -> Option<&mut Playing> {
        self.voices.iter_mut().find(|playing| playing.voice.part == part)
    }
}
