//! The world around a rehearsed station: time that passes, a library, a log, loudspeakers, and things that go wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::air::VirtualAir;
use super::book::Book;
use super::engine::VirtualEngine;
use super::fault::Fault;
use super::listener::{PROVEN_AFTER, proofs_of};
use super::pending::Pending;
use super::switch::{SWITCH_TAKES, VirtualSwitches};
use super::time::VirtualTime;
use crate::domain::clip::{Clip, ClipId};
use crate::domain::ensemble::Ensemble;
use crate::domain::log::{PartId, Record};
use crate::domain::microphone::MicrophoneId;
use crate::domain::rundown::Rundown;
use crate::domain::slot::{OccurrenceId, SlotVersion, ZoneId};
use crate::domain::station::{Effect, FreshAiring, Input, Settings, Station, Timetable};

/// Steps at one and the same instant before a rehearsal is called stuck.
const STEPS_AN_INSTANT_MAX: u32 = 10_000;

/// A rehearsal that makes no headway: a fault of the station, never of the scenario.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the station makes no headway at {at}: it keeps asking to be woken to `{reason}`")]
pub struct Stuck {
    /// Virtual wall time.
    pub at: DateTime<Utc>,
    /// What it says it waits for.
    pub reason: String,
}

#[derive(Debug, PartialEq)]
enum Happening {
    Fault(Fault),
    PowerOn,
    /// An answer to an effect, in this run of the station.
    Answer {
        run: u32,
        input: Box<Input>,
    },
    /// A switch has taken its time, whether the run of the station that ordered it goes on or not.
    Switching {
        run: u32,
        zone: ZoneId,
        order: u64,
        on: bool,
    },
    /// What the loudspeakers of a zone say, in this run of the station.
    Said {
        run: u32,
        zone: ZoneId,
        input: Box<Input>,
    },
}

/// Everything a rehearsal consists of.
pub struct World<B, S> {
    /// What the clocks say.
    pub time: VirtualTime,
    /// The loudspeakers of each zone.
    pub engines: BTreeMap<ZoneId, VirtualEngine>,
    /// The amplifiers, of the zones that have one.
    pub switches: VirtualSwitches,
    /// What comes in live.
    air: VirtualAir,
    /// What brings them together.
    ensemble: Ensemble,
    /// The log.
    pub book: B,
    /// The library and the queue.
    pub shelf: S,
    /// Zones whose loudspeakers are heard: what they give back is made up, and known a few seconds after each end.
    pub returns: BTreeSet<ZoneId>,
    /// True time less what the wall clock says: what a time service would correct.
    true_wall: VirtualTime,
    station: Option<Station>,
    settings: Settings,
    make_timetable: Box<dyn Fn() -> Box<dyn Timetable>>,
    make_fresh: Box<dyn Fn() -> FreshAiring>,
    pending: Pending<Happening>,
    run: u32,
    /// Monotonic times at which the station came up.
    came_up: Vec<Duration>,
    /// The power goes after so many further effects; for so long.
    cut_after: Option<(u64, Duration)>,
    /// A stopped station comes up again after so long.
    restart_after: Option<Duration>,
    effects: u64,
    refusals: BTreeMap<String, u32>,
    durable: BTreeSet<PartId>,
    violations: Vec<String>,
}

/// What the station may choose from.
pub trait Shelf {
    /// The elements of an occurrence. Clips for which `is_bad` says so are not to be chosen.
    fn choose(
        &mut self,
        occurrence: &OccurrenceId,
        version: &SlotVersion,
        start: DateTime<Utc>,
        bad: &[(ClipId, String)],
        is_bad: &dyn Fn(&Clip) -> bool,
    ) -> Rundown;

    /// A queue entry was aired.
    fn take_from_queue(&mut self, entry: u32);

    /// The log grew.
    fn logged(&mut self, at: DateTime<Utc>, record: &Record);

    /// One clip.
    fn clip(&self, id: ClipId) -> Option<&Clip>;

    /// Gain of a clip, in dB.
    fn gain_db(&self, clip: &Clip) -> f64;
}

impl<B: Book, S: Shelf> World<B, S> {
    /// A world at `time`, with the station off; [`Self::switch_on`] starts it.
    pub fn new(
        time: VirtualTime,
        settings: Settings,
        book: B,
        shelf: S,
        make_timetable: Box<dyn Fn() -> Box<dyn Timetable>>,
        make_fresh: Box<dyn Fn() -> FreshAiring>,
    ) -> Self {
        let air = VirtualAir::default();
        let engine = |zone: &ZoneId| {
            let engine = VirtualEngine::new(zone.clone(), settings.sample_rate, settings.journal_step, air.clone());
            (zone.clone(), engine)
        };
        let engines = settings.zones.iter().map(engine).collect();
        Self {
            true_wall: time.clone(),
            time,
            engines,
            switches: VirtualSwitches::new(settings.amplifiers.keys()),
            air,
            ensemble: Ensemble::new(settings.sample_rate),
            book,
            shelf,
            returns: BTreeSet::new(),
            station: None,
            settings,
            make_timetable,
            make_fresh,
            pending: Pending::new(),
            run: 0,
            came_up: Vec::new(),
            cut_after: None,
            restart_after: None,
            effects: 0,
            refusals: BTreeMap::new(),
            durable: BTreeSet::new(),
            violations: Vec::new(),
        }
    }

    /// The station while it has power.
    #[must_use]
    pub const fn station(&self) -> Option<&Station> {
        self.station.as_ref()
    }

    /// Monotonic times at which it came up.
    #[must_use]
    pub fn came_up(&self) -> &[Duration] {
        &self.came_up
    }

    /// Effects performed so far.
    #[must_use]
    pub const fn effects(&self) -> u64 {
        self.effects
    }

    /// Requests of people that were refused, by what was said.
    #[must_use]
    pub const fn refusals(&self) -> &BTreeMap<String, u32> {
        &self.refusals
    }

    /// What the station did that it must never do: let something sound whose intent was not durable, say.
    #[must_use]
    pub fn violations(&self) -> &[String] {
        &self.violations
    }

    /// Something will happen at monotonic time `at`.
    pub fn schedule(&mut self, at: Duration, fault: Fault) {
        self.push(at, Happening::Fault(fault));
    }

    /// The power goes just before the effect after `effects` further ones is performed.
    pub const fn cut_power_after(&mut self, effects: u64, lasts: Duration) {
        self.cut_after = Some((self.effects + effects, lasts));
    }

    /// The station comes up.
    pub fn switch_on(&mut self) {
        self.run += 1;
        let now = self.time.now();
        self.came_up.push(now.mono);
        let ledger = self.book.ledger(now.wall);
        self.ensemble = Ensemble::new(self.settings.sample_rate);
        let timetable = (self.make_timetable)();
        self.station = Some(Station::new(now, self.settings.clone(), timetable, ledger, (self.make_fresh)()));
    }

    /// Lets time pass up to monotonic time `end`.
    ///
    /// # Errors
    /// When the station makes no headway.
    pub fn run_until(&mut self, end: Duration) -> Result<(), Stuck> {
        self.watch_until(end, &mut |_| {})
    }

    /// The same, with `look` called after everything that happens.
    ///
    /// # Errors
    /// When the station makes no headway.
    pub fn watch_until(&mut self, end: Duration, look: &mut dyn FnMut(&Self)) -> Result<(), Stuck> {
        let mut steps = 0;
        loop {
            self.perform_all();
            let wake = self.station.as_ref().map(Station::poll_timeout);
            let next = [
                wake.map(|(at, _)| at),
                self.engines.values().filter_map(|engine| engine.next_event(&self.time)).min(),
                self.pending.next_at(),
            ];
            let Some(next) = next.into_iter().flatten().min() else { break };
            if next > end {
                break;
            }
            steps = if next > self.time.now().mono { 0 } else { steps + 1 };
            if steps > STEPS_AN_INSTANT_MAX {
                let reason = wake.map_or("power", |(_, reason)| reason).to_owned();
                return Err(Stuck { at: self.time.now().wall, reason });
            }
            self.time.advance_to(next);
            self.true_wall.advance_to(next);
            self.step();
            look(self);
        }
        self.time.advance_to(end);
        self.true_wall.advance_to(end);
        Ok(())
    }

    fn step(&mut self) {
        let mono = self.time.now().mono;
        for zone in self.settings.zones.clone() {
            let said = self.engines.get_mut(&zone).map(|engine| engine.poll(&self.time));
            self.hear(&zone, said.unwrap_or_default());
        }
        while let Some(happening) = self.pending.pop_due(mono) {
            match happening {
                Happening::Fault(fault) => self.happen(fault),
                Happening::PowerOn => {
                    if self.station.is_none() {
                        self.switch_on();
                    }
                }
                Happening::Answer { run, input } if run == self.run => {
                    if let Input::Durable(part) = &*input {
                        self.durable.insert(*part);
                    }
                    self.tell(*input);
                }
                Happening::Switching { run, zone, order, on } => {
                    let answer = self.switches.turn(mono, zone, order, on).filter(|_| run == self.run);
                    answer.into_iter().for_each(|input| self.tell(input));
                }
                Happening::Said { run, zone, input } if run == self.run => self.hear(&zone, vec![*input]),
                Happening::Answer { .. } | Happening::Said { .. } => {}
            }
        }
        if self.station.as_ref().is_some_and(|station| station.poll_timeout().0 <= mono) {
            self.tell(Input::Tick);
        }
    }

    /// What the loudspeakers of a zone say becomes part of one story.
    fn hear(&mut self, zone: &ZoneId, said: Vec<Input>) {
        for input in said {
            self.ensemble.take_in(zone, input, self.time.now());
            self.mediate();
        }
    }

    /// Hands on what the zones have to do with each other: orders to the loudspeakers, and word to the station.
    fn mediate(&mut self) {
        loop {
            if let Some((zone, order)) = self.ensemble.poll_order() {
                self.order(&zone, order);
            } else if let Some(input) = self.ensemble.poll_input() {
                self.tell(input);
            } else {
                return;
            }
        }
    }

    fn order(&mut self, zone: &ZoneId, order: Effect) {
        let mono = self.time.now().mono;
        let Some(engine) = self.engines.get_mut(zone) else { return };
        match order {
            Effect::OpenOutput(_) => engine.open(mono),
            Effect::CloseOutput(_) => engine.close(),
            Effect::Prepare(voice) => engine.prepare(voice, mono),
            Effect::Arm { part, start } => {
                if !self.durable.contains(&part) {
                    self.violations.push(format!("{part} was armed before its intent was durable"));
                }
                engine.arm(part, start, &self.time);
            }
            Effect::Fade { part, ramp, reason } => engine.fade(part, ramp, reason, mono),
            Effect::Hold { part, held } => engine.hold(part, held, &self.time),
            Effect::Discard(part) => {
                for input in engine.discard(part, &self.time) {
                    self.say(Duration::ZERO, zone.clone(), input);
                }
            }
            Effect::Duck { gain_db, .. } => engine.duck(gain_db, mono),
            // How loud it is changes nothing on paper.
            Effect::Volume { .. } => {}
            other => self.violations.push(format!("loudspeakers were told {other:?}")),
        }
    }

    fn tell(&mut self, input: Input) {
        let now = self.time.now();
        if let Some(station) = &mut self.station {
            if let Err(refusal) = station.handle(now, input) {
                *self.refusals.entry(refusal.to_string()).or_default() += 1;
            }
            self.perform_all();
        }
    }

    fn happen(&mut self, fault: Fault) {
        match fault {
            Fault::PowerCut { lasts, clock_reads } => {
                self.cut_power(lasts);
                if let Some(reads) = clock_reads {
                    self.time.set_wall(reads - TimeDelta::from_std(lasts).unwrap_or_default());
                }
            }
            Fault::OutputLost { zone, lasts } => {
                for zone in zone.map_or_else(|| self.settings.zones.clone(), |zone| vec![zone]) {
                    let engine = self.engines.get_mut(&zone);
                    let said = engine.map(|engine| engine.lose(&self.time, lasts, "device unplugged"));
                    self.hear(&zone, said.unwrap_or_default());
                }
            }
            Fault::RelayFails { lasts, outage } => self.air.fail(self.time.now().mono, lasts, outage),
            Fault::ClockStep { by } => self.time.step(by),
            Fault::ClockRight => self.time.set_wall(self.true_wall.now().wall),
            Fault::ClipGone(id) => self.set_bad(id, true),
            Fault::ClipBack(id) => self.set_bad(id, false),
            Fault::Emergency { clip, by, zones, times, every } => {
                let Some(clip) = self.shelf.clip(clip) else { return };
                let (gain_db, clip) = (self.shelf.gain_db(clip), clip.snapshot());
                self.tell(Input::Emergency { clip, gain_db, by, zones, times, every });
            }
            Fault::SwitchBroken { zone, how, lasts } => {
                self.switches.break_until(&zone, how, self.time.now().mono + lasts);
            }
            Fault::MicrophoneGone(microphone) => self.set_dead(&microphone, true),
            Fault::MicrophoneBack(microphone) => self.set_dead(&microphone, false),
            Fault::Command(input) => self.tell(*input),
            Fault::Restart { lasts, rest } => {
                self.restart_after = Some(lasts);
                self.tell(Input::Shutdown { rest, by: "restart".to_owned() });
            }
        }
    }

    fn set_bad(&mut self, id: ClipId, bad: bool) {
        if let Some(clip) = self.shelf.clip(id) {
            self.engines.values_mut().for_each(|engine| engine.set_bad(clip.audio.digest, bad));
        }
    }

    fn set_dead(&mut self, microphone: &MicrophoneId, dead: bool) {
        for zone in self.settings.zones.clone() {
            let engine = self.engines.get_mut(&zone);
            let said = engine.map(|engine| engine.set_dead(microphone, dead, &self.time));
            self.hear(&zone, said.unwrap_or_default());
        }
    }

    fn cut_power(&mut self, lasts: Duration) {
        if self.station.take().is_some() {
            self.restart_after = None;
            self.engines.values_mut().for_each(|engine| engine.power_cut(&self.time));
            self.ensemble = Ensemble::new(self.settings.sample_rate);
            self.run += 1;
            let at = self.time.now().mono + lasts;
            self.push(at, Happening::PowerOn);
        }
    }

    fn perform_all(&mut self) {
        while let Some(effect) = self.station.as_mut().and_then(Station::poll_effect) {
            if let Some((_, lasts)) = self.cut_after.take_if(|(after, _)| *after <= self.effects) {
                self.cut_power(lasts);
                return;
            }
            self.effects += 1;
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        let now = self.time.now();
        let Some(effect) = self.ensemble.perform(effect, now) else { return self.mediate() };
        match effect {
            Effect::ChooseRundown { occurrence, version, start, bad } => {
                let engines = &self.engines;
                let is_bad = |clip: &Clip| engines.values().any(|engine| engine.is_bad(&clip.audio.digest));
                let rundown = self.shelf.choose(&occurrence, &version, start, &bad, &is_bad);
                self.answer(Duration::from_millis(5), Input::Rundown(rundown));
            }
            Effect::Commit(records) => {
                self.book.append(now.wall, &records);
                let takes = self.book.commit_takes();
                for record in &records {
                    self.shelf.logged(now.wall, record);
                    self.switches.logged(now.mono, record);
                    if let Record::Intent(intent) = record {
                        self.answer(takes, Input::Durable(intent.part));
                    }
                    if let Record::End(end) = record {
                        // A power cut in between takes it.
                        for proof in proofs_of(end, &self.returns) {
                            self.answer(PROVEN_AFTER, Input::Proved { proof, title: String::new() });
                        }
                    }
                }
            }
            Effect::Journal { part, frames, start } => self.book.journal(part, frames, start),
            Effect::TakeFromQueue(entry) => self.shelf.take_from_queue(entry),
            Effect::Switch { zone, order, on } => {
                let run = self.run;
                self.push(now.mono + SWITCH_TAKES, Happening::Switching { run, zone, order, on });
            }
            Effect::Exit => {
                self.station = None;
                if let Some(lasts) = self.restart_after.take() {
                    self.push(now.mono + lasts, Happening::PowerOn);
                }
            }
            other => self.violations.push(format!("nobody performs {other:?}")),
        }
    }

    /// Loudspeakers answer.
    fn say(&mut self, after: Duration, zone: ZoneId, input: Input) {
        let at = self.time.now().mono + after;
        let run = self.run;
        self.push(at, Happening::Said { run, zone, input: Box::new(input) });
    }

    fn answer(&mut self, after: Duration, input: Input) {
        let at = self.time.now().mono + after;
        let run = self.run;
        self.push(at, Happening::Answer { run, input: Box::new(input) });
    }

    fn push(&mut self, at: Duration, happening: Happening) {
        self.pending.push(at, happening);
    }
}
