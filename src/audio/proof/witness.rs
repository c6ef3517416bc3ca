//! The witness of a zone: a thread that hears what the zone is sent and what its return feed gives back, and says what it makes
//! of each airing a few seconds after its end.
//!
//! It captures while the zone's output is open and something is still to be judged, and rests otherwise. What the output sends
//! comes through a [`Tap`] that the callback never waits for; nothing that goes wrong here costs more than the proof.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tracing::{info, warn};

use super::ear::{Ear, Word};
use super::hearing::{Hearing, Judged};
use super::mono;
use crate::audio::frames::{CHANNELS, Nanos};
use crate::audio::input::ClockFn;
use crate::audio::tee::Tap;
use crate::domain::log::PartId;
use crate::domain::proof::Proof;
use crate::domain::relay::Source;
use crate::domain::slot::ZoneId;

/// Between two looks at what was sent and what came back.
const LOOK: Duration = Duration::from_millis(100);
/// Orders on their way. What finds no room is not judged.
const ORDERS_MAX: usize = 256;

/// What a witness needs to know.
#[derive(Clone)]
pub struct WitnessSettings {
    /// Of which zone.
    pub zone: ZoneId,
    /// Where its return feed comes from.
    pub source: Source,
    /// Rate of what is sent, in Hz.
    pub rate_hz: u32,
    /// Both clocks.
    pub clock: ClockFn,
}

/// What a witness says.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// What it makes of a stretch.
    Proved {
        /// What.
        proof: Proof,
        /// Title of the airing.
        title: String,
    },
    /// The return feed could not be captured, or went away. Said once until it is back.
    Lost(String),
    /// The return feed is there again.
    Back,
}

enum Order {
    Sends(Tap),
    Begin { part: PartId, title: String, at: DateTime<Utc> },
    Leave { part: PartId, at: DateTime<Utc> },
    End { part: PartId, at: DateTime<Utc> },
    Conclude(SyncSender<Vec<(Proof, String)>>),
}

/// Speaks to the witness of a zone. Clones speak to the same; its thread ends with the last of them.
#[derive(Debug, Clone)]
pub struct Witness(SyncSender<Order>);

impl Witness {
    /// Starts the thread. What it finds is told through `tell`, which may wait.
    ///
    /// # Errors
    /// The system's own, when it has no thread to give.
    pub fn spawn(settings: WitnessSettings, tell: impl Fn(News) + Send + 'static) -> std::io::Result<Self> {
        let (orders, ordered) = sync_channel(ORDERS_MAX);
        let mono_ns = nanos((settings.clock)().mono);
        let bench = Bench {
            hearing: Hearing::new(mono_ns),
            tap: None,
            ear: None,
            buffer: Vec::new(),
            tell: Box::new(tell),
            settings,
        };
        std::thread::Builder::new().name("loa-witness".to_owned()).spawn(move || bench.run(&ordered))?;
        Ok(Self(orders))
    }

    /// The output of the zone was opened: this is what it sends.
    pub fn sends(&self, tap: Tap) {
        self.order(Order::Sends(tap));
    }

    /// A stretch sounds in the zone from `at` on: from its first frame, or since it came back into it.
    pub fn begin(&self, part: PartId, title: String, at: DateTime<Utc>) {
        self.order(Order::Begin { part, title, at });
    }

    /// A stretch sounds in the zone no more: it is over, or goes on without it.
    pub fn leave(&self, part: PartId, at: DateTime<Utc>) {
        self.order(Order::Leave { part, at });
    }

    /// A stretch is over everywhere, and the log says so; its last frame was heard at `at`.
    pub fn end(&self, part: PartId, at: DateTime<Utc>) {
        self.order(Order::End { part, at });
    }

    /// Asks for what can be said now of everything that is over, with the titles: the station ends, and nothing more will come.
    /// Whoever waits for it waits a moment at most.
    #[must_use]
    pub fn conclude(&self) -> Receiver<Vec<(Proof, String)>> {
        let (answer, answered) = sync_channel(1);
        self.order(Order::Conclude(answer));
        answered
    }

    fn order(&self, order: Order) {
        if self.0.try_send(order).is_err() {
            warn!("the witness of a zone does not listen: this is not judged");
        }
    }
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sends(_) => "Sends",
            Self::Begin { .. } => "Begin",
            Self::End { .. } => "End",
            Self::Leave { .. } => "Leave",
            Self::Conclude(_) => "Conclude",
        })
    }
}

/// What the thread has before it.
struct Bench {
    settings: WitnessSettings,
    hearing: Hearing,
    /// There while the output is open.
    tap: Option<Tap>,
    /// There while something is or will be on air, or still to be judged.
    ear: Option<Ear>,
    buffer: Vec<f32>,
    tell: Box<dyn Fn(News) + Send>,
}

impl Bench {
    fn run(mut self, orders: &Receiver<Order>) {
        loop {
            let order = if self.is_idle() {
                orders.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                orders.recv_timeout(LOOK)
            };
            match order {
                Ok(order) => self.obey(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            while let Ok(order) = orders.try_recv() {
                self.obey(order);
            }
            self.look();
        }
    }

    fn is_idle(&self) -> bool {
        self.tap.is_none() && self.hearing.is_idle()
    }

    fn obey(&mut self, order: Order) {
        let now = (self.settings.clock)();
        // What was heard a moment ago, on the clock that does not step.
        let mono_of = |at: DateTime<Utc>| nanos(now.mono) - (Nanos::from(now.wall).0 - Nanos::from(at).0);
        match order {
            Order::Sends(tap) => {
                self.take_what_was_sent();
                // Another opening, another place on the line of time.
                self.hearing.sent.missing(nanos(now.mono));
                self.tap = Some(tap);
            }
            Order::Begin { part, title, at } => self.hearing.begin(part, title, mono_of(at)),
            Order::End { part, at } => self.hearing.end(part, mono_of(at), nanos(now.mono)),
            Order::Leave { part, at } => self.hearing.leave(part, mono_of(at)),
            Order::Conclude(answer) => {
                self.look();
                let judged = self.hearing.conclude();
                let proofs = judged.into_iter().map(|judged| self.proof(judged)).collect();
                // Whoever asked may have waited long enough.
                let _ = answer.try_send(proofs);
            }
        }
    }

    fn look(&mut self) {
        self.take_what_was_sent();
        self.take_what_came_back();
        let judged = self.hearing.judge(nanos((self.settings.clock)().mono));
        for judged in judged {
            let (proof, title) = self.proof(judged);
            (self.tell)(News::Proved { proof, title });
        }
        if self.is_idle() && self.ear.take().is_some() {
            // What is not captured is not known.
            self.hearing.back.missing(nanos((self.settings.clock)().mono));
        }
    }

    fn take_what_was_sent(&mut self) {
        let Some(tap) = &mut self.tap else { return };
        // Asked before it is emptied: nothing is pushed after it was let go.
        let closed = tap.is_closed();
        let now = (self.settings.clock)();
        let wall_offset = Nanos::from(now.wall).0 - nanos(now.mono);
        while let Some(at) = tap.next(&mut self.buffer) {
            let samples = mono(&self.buffer, CHANNELS);
            self.hearing.sent.push(&samples, self.settings.rate_hz, at.0 - wall_offset);
        }
        if closed {
            self.tap = None;
        }
    }

    fn take_what_came_back(&mut self) {
        if self.ear.is_none() && !self.is_idle() {
            let WitnessSettings { source, rate_hz, clock, .. } = &self.settings;
            self.hearing.back.missing(nanos(clock().mono));
            match Ear::listen(source.clone(), *rate_hz, clock.clone()) {
                Ok(ear) => self.ear = Some(ear),
                Err(error) => return self.lost(&format!("the system gives no thread for it: {error}")),
            }
        }
        while let Some(word) = self.ear.as_ref().and_then(Ear::next) {
            match word {
                Word::Sound { samples, rate_hz, at } => {
                    if self.hearing.found() {
                        info!(zone = %self.settings.zone, "the return feed is there again");
                        (self.tell)(News::Back);
                    }
                    self.hearing.back.push(&samples, rate_hz, at);
                }
                Word::Lost(fault) => self.lost(&fault),
            }
        }
    }

    fn lost(&mut self, fault: &str) {
        let known = !self.hearing.lost(fault);
        if known {
            return;
        }
        warn!(zone = %self.settings.zone, "the return feed is lost: {fault}");
        (self.tell)(News::Lost(fault.to_owned()));
    }

    fn proof(&self, judged: Judged) -> (Proof, String) {
        let Judged { part, title, compared } = judged;
        let proof = Proof {
            part,
            zone: self.settings.zone.clone(),
            finding: compared.finding,
            likeness: rounded(compared.likeness, 1_000.0),
            level_db: compared.level_db.map(|level| rounded(level, 10.0)),
            sent_ms: compared.sent_ms,
            compared_ms: compared.compared_ms,
        };
        (proof, title)
    }
}

/// To so many parts of one: the log keeps no more digits than were measured.
fn rounded(value: f32, parts: f64) -> f64 {
    (f64::from(value) * parts).round() / parts
}

fn nanos(of: Duration) -> i64 {
    i64::try_from(of.as_nanos()).unwrap_or(i64::MAX)
}
