//! The event loop: one input at a time, every effect in order, then sleep until the station wants to be woken.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use sd_notify::NotifyState;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::chooser::Chooser;
use super::foresight::foresee;
use super::handle::{Handle, Parts, Request};
use super::outputs::Recorders;
use super::proving::Proving;
use super::scribe::{self, ORDERS_MAX, Order};
use super::{Asked, StationError, wiring};
use crate::amplifier::guard::Guard;
use crate::amplifier::{Answered, Switches};
use crate::audio::live::LiveHub;
use crate::audio::{Engine, EngineHandle, Said};
use crate::clock::{self, Alarm, StepWatch};
use crate::config::{Config, Zone};
use crate::domain::ensemble::Ensemble;
use crate::domain::slot::ZoneId;
use crate::domain::station::{Effect, Input, LOOK_BACK, Refusal, Station, View};
use crate::library::ContentStore;
use crate::store::{LogWriter, Store, StoreError};

/// Inputs on their way to the station. The engine keeps what finds no room; the scribe waits.
const INPUTS_MAX: usize = 1_024;

/// The daemon before it turns.
pub(super) struct Daemon {
    station: Station,
    chooser: Chooser,
    engines: BTreeMap<ZoneId, EngineHandle>,
    ensemble: Ensemble,
    proving: Proving,
    /// What the engines say.
    said: mpsc::Receiver<Said>,
    view: Arc<Mutex<View>>,
    inputs: mpsc::Receiver<Input>,
    answers: mpsc::Sender<Input>,
    parts: Parts,
    switches: Switches,
    orders: mpsc::Sender<Order>,
    scribe: JoinHandle<Result<(), StoreError>>,
    writer: JoinHandle<()>,
    foresight: JoinHandle<()>,
    alarm: Alarm,
    steps: StepWatch,
    /// How often systemd wants to hear from us; none without it.
    watchdog: Option<Duration>,
}

impl Daemon {
    pub(super) async fn new(config: Arc<Config>, store: Store, guard: &Guard) -> Result<Self, StationError> {
        let (log, writer) = LogWriter::start(store.clone()).await?;
        store.settle_queue().await?;
        let mut ledger = store.ledger().await?;
        // What no return feed can take back any more would be an alarm for ever.
        let has_return = |id: &ZoneId| config.zones.iter().any(|zone| zone.id == *id && zone.returned.is_some());
        ledger.unheard.retain(|(zone, _)| has_return(zone));
        let now = clock::now();
        // The slots as they stood when whatever is still open was planned.
        let since = ledger.swept_to.or(ledger.began).unwrap_or(now.wall).min(now.wall) - LOOK_BACK - TimeDelta::days(1);
        let versions = store.slot_versions(since).await?;
        let content = Arc::new(ContentStore::open(&wiring::clips_folder(&config))?);
        let (answers, inputs) = mpsc::channel(INPUTS_MAX);
        let (saying, said) = mpsc::channel(INPUTS_MAX);
        let recorders = Recorders::new(&config);
        let proving = Proving::new(&config, &answers)?;
        let live = LiveHub::default();
        let engine = |zone: &Zone| {
            let settings = wiring::engine(&config, zone, &content, &recorders, proving.of(&zone.id), &live);
            let engine = Engine::spawn(settings, saying.clone())?;
            Ok((zone.id.clone(), engine))
        };
        let engines = config.zones.iter().map(engine).collect::<Result<BTreeMap<_, _>, StationError>>()?;
        let switches = switches(&config, guard, answers.clone())?;
        let settings = wiring::settings(&config);
        let timetable = wiring::timetable(&config, &versions);
        let station = Station::new(now, settings, timetable, ledger, wiring::fresh_airing());
        let (orders, ordered) = mpsc::channel(ORDERS_MAX);
        let view = Arc::new(Mutex::new(station.view()));
        let parts = Parts {
            engines: engines.clone(),
            writer: log.state(),
            recording: config.audio.programme_folder().map(Path::to_owned),
            recorders,
            carried: live,
            sample_rate_hz: config.audio.sample_rate_hz,
        };
        Ok(Self {
            station,
            engines,
            ensemble: Ensemble::new(config.audio.sample_rate_hz),
            proving,
            said,
            view,
            inputs,
            foresight: tokio::spawn(foresee(Arc::clone(&config), store.clone(), answers.clone())),
            scribe: tokio::spawn(scribe::write(log, ordered, answers.clone())),
            answers,
            parts,
            switches,
            orders,
            writer,
            alarm: Alarm::new().map_err(StationError::Timer)?,
            steps: StepWatch::new().map_err(StationError::Timer)?,
            watchdog: sd_notify::watchdog_enabled().map(|interval| interval / 2),
            chooser: Chooser { config, store, content },
        })
    }

    /// How the station stands, for whoever looks.
    pub(super) fn view(&self) -> Arc<Mutex<View>> {
        Arc::clone(&self.view)
    }

    /// What else people look at.
    pub(super) fn parts(&self) -> Parts {
        self.parts.clone()
    }

    /// The way to this run alone.
    pub(super) fn inputs(&self) -> mpsc::Sender<Input> {
        self.answers.clone()
    }

    /// With its state shown where an earlier run showed its own.
    pub(super) fn shown_in(self, handle: &Handle) -> Self {
        Self { view: Arc::clone(&handle.view), ..self }
    }

    /// Turns until the station says that it is done; what people asked of it by then is left for the next run.
    pub(super) async fn run(mut self, asked: Asked) -> Result<Asked, StationError> {
        let Asked(mut requests) = asked;
        notify(NotifyState::Ready);
        while self.turn(&mut requests).await?.is_continue() {}
        self.foresight.abort();
        // Everything is said; now it must be written. What the witnesses make of it is known to nobody else.
        let mut proofs = self.proving.conclude().await;
        self.inputs.close();
        while let Ok(input) = self.inputs.try_recv() {
            proofs.extend(match input {
                Input::Proved { proof, title } => Some((proof, title)),
                _ => None,
            });
        }
        for (proof, title) in proofs {
            let order = Order::Commit { records: proof.records(&title), at: clock::now().wall };
            drop(self.orders.send(order).await);
        }
        drop(self.orders);
        drop(self.answers);
        let switches = self.switches;
        // It waits until what was ordered last is done. The task ends early only with the whole process.
        drop(tokio::task::spawn_blocking(move || drop(switches)).await);
        self.scribe.await.map_err(|_| StationError::PartEnded { part: "the writing of the log" })??;
        self.writer.await.map_err(|_| StationError::PartEnded { part: "the writer of the log" })?;
        Ok(Asked(requests))
    }

    /// One input and everything that follows from it.
    async fn turn(&mut self, requests: &mut mpsc::Receiver<Request>) -> Result<ControlFlow<()>, StationError> {
        loop {
            self.mediate()?;
            let Some(effect) = self.station.poll_effect() else { break };
            if self.perform(effect).await?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = self.station.view();
        let (deadline, reason) = self.station.poll_timeout();
        let beat = self.watchdog.map_or(deadline, |every| deadline.min(clock::now().mono + every));
        tracing::trace!(?deadline, reason, "sleeping");
        tokio::select! {
            biased;
            said = self.said.recv() => self.hear(said.ok_or(StationError::PartEnded { part: "the sound engines" })?),
            input = self.inputs.recv() => match input {
                Some(input) => self.tell(input),
                None => return Err(StationError::PartEnded { part: "the sound engines" }),
            },
            request = requests.recv() => {
                // Every handle gone means that nobody will ever ask again; the schedule goes on all the same.
                let Some(request) = request else { return self.sleep_only(beat).await };
                self.answer(request).await?;
            }
            slept = self.alarm.sleep_until(beat) => {
                slept.map_err(StationError::Timer)?;
                self.beat();
            }
            stepped = self.steps.stepped() => {
                stepped.map_err(StationError::Timer)?;
                self.beat();
            }
            ended = &mut self.scribe => {
                ended.map_err(|_| StationError::PartEnded { part: "the writing of the log" })??;
                return Err(StationError::PartEnded { part: "the writing of the log" });
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// With no handle left: inputs and time only.
    async fn sleep_only(&mut self, beat: Duration) -> Result<ControlFlow<()>, StationError> {
        tokio::select! {
            said = self.said.recv() => self.hear(said.ok_or(StationError::PartEnded { part: "the sound engines" })?),
            input = self.inputs.recv() => {
                self.tell(input.ok_or(StationError::PartEnded { part: "the sound engines" })?);
            }
            slept = self.alarm.sleep_until(beat) => {
                slept.map_err(StationError::Timer)?;
                self.beat();
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Time passed.
    fn beat(&mut self) {
        notify(NotifyState::Watchdog);
        if !self.station.clock_trusted() && clock::synchronised() == Some(true) {
            self.tell(Input::TrustClock { by: None });
        } else {
            self.tell(Input::Tick);
        }
    }

    fn tell(&mut self, input: Input) {
        // Only requests of people are refused, and those come through `answer`.
        if let Err(refusal) = self.station.handle(clock::now(), input) {
            tracing::warn!(%refusal, "refused");
        }
    }

    /// What the engine of a zone says becomes part of one story.
    fn hear(&mut self, said: Said) {
        self.proving.heard(&said);
        self.ensemble.take_in(&said.zone, said.input, clock::now());
    }

    /// Hands on what the zones have to do with each other: orders to the engines, and word to the station.
    fn mediate(&mut self) -> Result<(), StationError> {
        while let Some((zone, order)) = self.ensemble.poll_order() {
            if let Some(engine) = self.engines.get(&zone) {
                engine.perform(order)?;
            }
        }
        while let Some(input) = self.ensemble.poll_input() {
            self.tell(input);
        }
        Ok(())
    }

    async fn answer(&mut self, request: Request) -> Result<(), StationError> {
        let input = match request.input {
            Some(input) => input,
            None => {
                let since = clock::now().wall - LOOK_BACK - TimeDelta::days(1);
                Input::SlotsChanged(self.chooser.store.slot_versions(since).await?)
            }
        };
        let answer: Result<(), Refusal> = self.station.handle(clock::now(), input);
        // Whoever asked may have gone away; it is done all the same.
        let _ = request.answer.send(answer);
        Ok(())
    }

    async fn perform(&mut self, effect: Effect) -> Result<ControlFlow<()>, StationError> {
        let Some(effect) = self.ensemble.perform(effect, clock::now()) else {
            return Ok(ControlFlow::Continue(()));
        };
        let order = match effect {
            Effect::ChooseRundown { occurrence, version, start, bad } => {
                let (chooser, answers) = (self.chooser.clone(), self.answers.clone());
                tokio::spawn(async move {
                    match chooser.choose(&occurrence, &version, start, bad).await {
                        // The loop has gone only if the whole station has.
                        Ok(rundown) => drop(answers.send(Input::Rundown(rundown)).await),
                        Err(error) => {
                            tracing::error!(%error, %occurrence, "cannot choose a rundown; trying again");
                            drop(answers.send(Input::RundownFailed { occurrence }).await);
                        }
                    }
                });
                return Ok(ControlFlow::Continue(()));
            }
            Effect::Commit(records) => {
                self.proving.written(&records);
                Order::Commit { records, at: clock::now().wall }
            }
            Effect::Journal { part, frames, start } => Order::Journal { part, frames, start },
            Effect::TakeFromQueue(entry) => Order::TakeFromQueue(entry),
            Effect::Switch { zone, order, on } => {
                self.switches.switch(&zone, order, on);
                return Ok(ControlFlow::Continue(()));
            }
            Effect::Exit => return Ok(ControlFlow::Break(())),
            // The ensemble took every other effect.
            other => {
                tracing::error!(?other, "an effect nobody performs");
                return Ok(ControlFlow::Continue(()));
            }
        };
        let sent = self.orders.send(order).await;
        sent.map_err(|_| StationError::PartEnded { part: "the writing of the log" })?;
        Ok(ControlFlow::Continue(()))
    }
}

/// The switches of all amplifiers, with their guard told of them. Without it they work as well, only not after a crash.
fn switches(config: &Config, guard: &Guard, answers: mpsc::Sender<Input>) -> Result<Switches, StationError> {
    let charges = wiring::charges(config);
    if let Err(error) = guard.watch(&charges) {
        tracing::error!(%error, "the amplifiers have no guard: a crash of the station would leave them on");
    }
    let hear = move |Answered { zone, order, fault }: Answered| {
        let fault = fault.map(|fault| fault.to_string());
        // The loop has gone only if the whole station has.
        drop(answers.blocking_send(Input::Switched { zone, order, fault }));
    };
    Switches::start(charges, guard, hear).map_err(StationError::Amplifiers)
}

/// Tells systemd, if it started us.
pub(super) fn notify(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "systemd does not listen");
    }
}
