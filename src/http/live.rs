//! How the station stands, as the API says it.

use chrono::SubsecRound as _;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::alarms::Alarm;
use super::words::{instant, word};
use crate::domain::alarm::at_once;
use crate::domain::station::{OnAir, OutputState};
use crate::station::{LiveLevel, LiveView};

/// How the station stands at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Live {
    /// The station's time. Count from this, not from the clock of whoever reads it.
    #[schema(format = DateTime)]
    pub(super) now: String,
    /// What sounds now.
    pub(super) on_air: Option<Sounding>,
    /// The occurrence on hand: on air or being prepared.
    pub(super) occurrence_id: Option<String>,
    /// What comes next in it.
    pub(super) upcoming: Vec<Upcoming>,
    /// How the output stands.
    pub(super) output: Output,
    /// Whether the clock can be believed. If not, nothing airs by schedule.
    pub(super) clock_trusted: bool,
    /// Whether the programme is being recorded.
    pub(super) recording: bool,
    /// Whether the station is shutting down.
    pub(super) leaving: bool,
    /// Whether it starts again with other settings as soon as the air is free.
    pub(super) starts_again: bool,
    /// Records of the log that wait beside the database; 0 when all is well.
    pub(super) log_waiting: u64,
    /// What the database said last; none when all is well.
    pub(super) log_error: Option<String>,
    /// What is wrong at this moment, the worst first.
    pub(super) alarms: Vec<Alarm>,
}

/// What sounds now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Sounding {
    /// Which airing.
    pub(super) airing_id: String,
    /// Its occurrence; none if played by hand.
    pub(super) occurrence_id: Option<String>,
    /// own, relay, live, emergency or ident.
    pub(super) kind: String,
    /// Number of its clip; none for sound that is no clip.
    pub(super) clip: Option<u32>,
    /// Its title.
    pub(super) title: String,
    /// When its first frame was heard.
    #[schema(format = DateTime)]
    pub(super) start: String,
    /// Heard so far, from the head of the element.
    pub(super) position_ms: u64,
    /// Of the whole element.
    pub(super) length_ms: u64,
    /// Whether it is held.
    pub(super) paused: bool,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Upcoming {
    /// ident, item or closing.
    pub(super) role: String,
    /// Number of its clip.
    pub(super) clip: u32,
    /// Its title.
    pub(super) title: String,
    /// When it will begin if nothing changes, to the second.
    #[schema(format = DateTime)]
    pub(super) start: String,
    /// Of the whole element.
    pub(super) length_ms: u64,
}

/// How an output stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Output {
    /// closed, open or lost.
    pub(super) state: String,
    /// What the sound goes to, in words; none while closed.
    pub(super) what: Option<String>,
    /// What it said when it went away.
    pub(super) error: Option<String>,
}

/// What goes out at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub(super) struct Level {
    /// Loudness of the last 400 ms in LUFS; none in silence.
    pub(super) momentary_lufs: Option<f64>,
    /// Largest magnitude of late in dB of full scale; none in silence.
    pub(super) peak_dbfs: Option<f64>,
    /// Heard so far of what is on air.
    pub(super) position_ms: Option<u64>,
}

impl Live {
    /// As the view says, times in the station's zone.
    pub(super) fn of(live: &LiveView, zone: Tz) -> Self {
        let view = &live.view;
        Self {
            now: instant(live.now, zone),
            on_air: view.on_air.as_ref().map(|on_air| Sounding::of(on_air, zone)),
            occurrence_id: view.occurrence.as_ref().map(ToString::to_string),
            upcoming: view
                .upcoming
                .iter()
                .map(|next| Upcoming {
                    role: word(&next.role),
                    clip: next.clip.0,
                    title: next.title.clone(),
                    start: instant(next.start.round_subsecs(0), zone),
                    length_ms: next.length_ms,
                })
                .collect(),
            output: Output::of(&view.output, live.output.clone()),
            clock_trusted: view.clock_trusted,
            recording: live.recording.is_some(),
            leaving: view.leaving,
            starts_again: view.starts_again,
            log_waiting: live.log.spilled,
            log_error: live.log.error.clone(),
            alarms: at_once(view, live.log.spilled, live.log.error.as_deref())
                .iter()
                .map(|alarm| Alarm::of(alarm, zone))
                .collect(),
        }
    }

    /// Without what moves by itself: two that are equal tell nobody anything new.
    pub(super) fn still(&self) -> Self {
        let on_air = self.on_air.clone().map(|on_air| Sounding { position_ms: 0, ..on_air });
        Self { now: String::new(), on_air, ..self.clone() }
    }
}

impl Sounding {
    fn of(on_air: &OnAir, zone: Tz) -> Self {
        Self {
            airing_id: on_air.airing.to_string(),
            occurrence_id: on_air.occurrence.as_ref().map(ToString::to_string),
            kind: word(&on_air.kind),
            clip: on_air.clip.map(|clip| clip.0),
            title: on_air.title.clone(),
            start: instant(on_air.start, zone),
            position_ms: on_air.position_ms,
            length_ms: on_air.length_ms,
            paused: on_air.paused,
        }
    }
}

impl Output {
    fn of(state: &OutputState, what: Option<String>) -> Self {
        let (state, error) = match state {
            OutputState::Closed => ("closed", None),
            OutputState::Open => ("open", None),
            OutputState::Lost { error } => ("lost", Some(error.clone())),
        };
        Self { state: state.to_owned(), what, error }
    }
}

impl Level {
    /// As the view says.
    pub(super) fn of(live: &LiveView) -> Self {
        let LiveLevel { momentary_lufs, peak_dbfs } = live.level;
        Self { momentary_lufs, peak_dbfs, position_ms: live.view.on_air.as_ref().map(|on_air| on_air.position_ms) }
    }
}
