//! What the desk holds of a running station.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot, watch};

use super::Asked;
use super::outputs::Recorders;
use crate::audio::EngineHandle;
use crate::audio::live::LiveHub;
use crate::clock;
use crate::domain::alarm::BadRecording;
use crate::domain::clip::frames_to_duration;
use crate::domain::log::Incident;
use crate::domain::slot::ZoneId;
use crate::domain::station::{Input, OnHand, OutputState, Refusal, View, ZoneState};
use crate::store::WriterState;

/// Requests on their way to the station; a further one waits.
pub(super) const REQUESTS_MAX: usize = 64;

/// A request of a person, with the way back.
pub(super) struct Request {
    pub(super) input: Option<Input>,
    pub(super) answer: oneshot::Sender<Result<(), Refusal>>,
}

/// Why a request was not granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// The station says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The station has ended.
    #[error("the station has ended")]
    Gone,
}

/// What goes out now.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LiveLevel {
    /// Loudness of the last 400 ms in LUFS; none in silence.
    pub momentary_lufs: Option<f64>,
    /// Largest magnitude of late in dB of full scale; none in silence.
    pub peak_dbfs: Option<f64>,
    /// For how long what is on air has given nothing but silence, in milliseconds.
    #[serde(default)]
    pub silent_ms: u64,
}

/// How the writing of the log stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LogState {
    /// Records that wait in the spill file or in memory; 0 when all is well.
    pub spilled: u64,
    /// What the database said last; none when all is well.
    pub error: Option<String>,
}

/// How a zone stands, with what moves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LiveZone {
    /// How it stands.
    pub state: ZoneState,
    /// What goes out there now.
    pub level: LiveLevel,
    /// What the sound goes to, in words; none while the output is closed.
    pub output: Option<String>,
}

/// How the station stands, with what moves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LiveView {
    /// When this was read.
    pub now: DateTime<Utc>,
    /// How the state machine stands.
    pub view: View,
    /// What goes out now, in the zone that has the highest level.
    pub level: LiveLevel,
    /// Each zone, in the order of the configuration.
    pub zones: Vec<LiveZone>,
    /// Where the programme is recorded; none if it is not.
    pub recording: Option<PathBuf>,
    /// Recordings that are not what was sent out.
    #[serde(default)]
    pub recordings_bad: Vec<BadRecording>,
    /// How the writing of the log stands.
    pub log: LogState,
}

impl LiveView {
    /// The zone that is worst off: one whose output is lost, else one that is open. None only without any zone.
    #[must_use]
    pub fn worst_zone(&self) -> Option<&LiveZone> {
        self.zones.iter().min_by_key(|zone| match zone.state.output {
            OutputState::Lost { .. } => 0,
            OutputState::Open => 1,
            OutputState::Closed => 2,
        })
    }
}

/// Speaks to a running station. Clones speak to the same, also after it has started again within its process: what is
/// asked meanwhile waits for the new one.
#[derive(Debug, Clone)]
pub struct Handle {
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) view: Arc<Mutex<View>>,
    pub(super) parts: Arc<Mutex<Parts>>,
}

/// The parts of the run at hand that people look at.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) engines: BTreeMap<ZoneId, EngineHandle>,
    pub(super) writer: watch::Receiver<WriterState>,
    pub(super) recording: Option<PathBuf>,
    pub(super) recorders: Recorders,
    /// What comes in live.
    pub(super) carried: LiveHub,
    pub(super) sample_rate_hz: u32,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("input", &self.input).finish_non_exhaustive()
    }
}

impl Handle {
    /// A handle on a first run.
    pub(super) fn of(view: Arc<Mutex<View>>, parts: Parts) -> (Self, Asked) {
        let (requests, asked) = mpsc::channel(REQUESTS_MAX);
        (Self { requests, view, parts: Arc::new(Mutex::new(parts)) }, Asked(asked))
    }

    /// From now on another run is looked at.
    pub(super) fn takes_over(&self, view: &Mutex<View>, parts: Parts) {
        let now = view.lock().unwrap_or_else(PoisonError::into_inner).clone();
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = now;
        *self.parts.lock().unwrap_or_else(PoisonError::into_inner) = parts;
    }

    /// Hands a person's request to the station and waits for its word.
    ///
    /// # Errors
    /// The station refuses, or has ended.
    pub async fn tell(&self, input: Input) -> Result<(), HandleError> {
        self.ask(Some(input)).await
    }

    /// Something worth knowing that was found out beside the station goes into the log. Never waits.
    ///
    /// # Errors
    /// The station has ended, or has no room for requests just now.
    pub fn note(&self, incident: Incident) -> Result<(), HandleError> {
        let (answer, _nobody_waits) = oneshot::channel();
        let request = Request { input: Some(Input::Noted(incident)), answer };
        self.requests.try_send(request).map_err(|_| HandleError::Gone)
    }

    /// The slots were saved: the station reads them anew.
    ///
    /// # Errors
    /// The station has ended.
    pub async fn slots_changed(&self) -> Result<(), HandleError> {
        self.ask(None).await
    }

    async fn ask(&self, input: Option<Input>) -> Result<(), HandleError> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(Request { input, answer }).await.map_err(|_| HandleError::Gone)?;
        Ok(answered.await.map_err(|_| HandleError::Gone)??)
    }

    /// How the station stands now. Never waits for it.
    #[must_use]
    pub fn live(&self) -> LiveView {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for on_hand in &mut view.on_hand {
            let OnHand { zones, on_air: Some(on_air), .. } = on_hand else { continue };
            on_air.relay = parts.carried.standing(on_air.airing);
            let positions = zones.iter().filter_map(|zone| parts.engines.get(zone)?.position());
            // A zone that came back in the middle counts from there: the one that had the most knows best.
            let here = positions.filter(|position| position.part.airing == on_air.airing);
            if let Some(frames) = here.map(|position| on_air.from_frame + position.frames).max() {
                let heard = frames_to_duration(frames, parts.sample_rate_hz).as_millis();
                let heard_ms = u64::try_from(heard).unwrap_or(u64::MAX).min(on_air.length_ms);
                on_air.position_ms = on_air.position_ms.max(heard_ms);
            }
        }
        let of_zone = |state: &ZoneState| {
            let engine = parts.engines.get(&state.zone);
            let level = engine.map(EngineHandle::level).unwrap_or_default();
            let peak_dbfs = (level.peak > 0.0).then(|| 20.0 * f64::from(level.peak).log10());
            LiveZone {
                state: state.clone(),
                level: LiveLevel {
                    momentary_lufs: level.momentary_lufs,
                    peak_dbfs,
                    silent_ms: u64::try_from(level.silent.as_millis()).unwrap_or(u64::MAX),
                },
                output: engine.and_then(EngineHandle::output),
            }
        };
        let zones: Vec<LiveZone> = view.zones.iter().map(of_zone).collect();
        let loudest = zones.iter().map(|zone| zone.level).max_by(|one, other| {
            let peak = |level: &LiveLevel| level.peak_dbfs.unwrap_or(f64::NEG_INFINITY);
            peak(one).total_cmp(&peak(other))
        });
        let writer = parts.writer.borrow();
        LiveView {
            now: clock::now().wall,
            view,
            level: loudest.unwrap_or_default(),
            zones,
            recording: parts.recording.clone(),
            recordings_bad: parts.recorders.bad(),
            log: LogState { spilled: writer.waiting, error: writer.error.clone() },
        }
    }
}
