//! How the station stands, for people to look at.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::session::{Fate, Session};
use super::{Output, Station};
use crate::domain::clip::{ClipId, frames_to_duration};
use crate::domain::log::{AiringId, Kind};
use crate::domain::rundown::{Planned, Role};
use crate::domain::slot::OccurrenceId;

/// What sounds now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OnAir {
    /// Which airing.
    pub airing: AiringId,
    /// Its occurrence; none if played by hand.
    pub occurrence: Option<OccurrenceId>,
    /// What sort of sound.
    pub kind: Kind,
    /// Its clip; none for sound that is no clip.
    pub clip: Option<ClipId>,
    /// Its title.
    pub title: String,
    /// When its first frame was heard.
    pub start: DateTime<Utc>,
    /// First frame of the stretch on air, counted from the head at the programme rate; 0 unless resumed.
    pub from_frame: u64,
    /// Heard so far, in milliseconds, from the head of the element.
    pub position_ms: u64,
    /// Of the whole element, in milliseconds.
    pub length_ms: u64,
    /// Whether it is held.
    pub paused: bool,
}

/// What comes next within the session on hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upcoming {
    /// The part it plays.
    pub role: Role,
    /// Its clip.
    pub clip: ClipId,
    /// Its title.
    pub title: String,
    /// When it will begin, if nothing changes. Later while something is held.
    pub start: DateTime<Utc>,
    /// Of the whole element, in milliseconds.
    pub length_ms: u64,
}

/// How the output stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OutputState {
    /// Nothing is due.
    Closed,
    /// Open or being opened.
    Open,
    /// Gone; opened again with back-off.
    Lost {
        /// What it said.
        error: String,
    },
}

/// How the station stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// What sounds now.
    pub on_air: Option<OnAir>,
    /// The occurrence on hand: on air or being prepared.
    pub occurrence: Option<OccurrenceId>,
    /// What comes next in it.
    pub upcoming: Vec<Upcoming>,
    /// Occurrences of the next day, with their planned start.
    pub next: Vec<(OccurrenceId, DateTime<Utc>)>,
    /// How the output stands.
    pub output: OutputState,
    /// Whether the clock can be believed.
    pub clock_trusted: bool,
    /// Whether the station is shutting down.
    pub leaving: bool,
    /// Whether it starts again, with other settings, as soon as the air is free.
    #[serde(default)]
    pub starts_again: bool,
}

impl Station {
    /// How it stands.
    #[must_use]
    pub fn view(&self) -> View {
        let waiting = self.session.iter().flat_map(|session| {
            session.elements.iter().filter(|element| {
                let sounding = self.voices.iter().any(|voice| {
                    voice.started.is_some()
                        && element.airing.as_ref().is_some_and(|airing| airing.id == voice.part().airing)
                });
                element.fate != Fate::Done && !sounding
            })
        });
        View {
            on_air: self.on_air(),
            occurrence: self.session.as_ref().and_then(Session::occurrence).cloned(),
            upcoming: self.upcoming(waiting.map(|element| &element.planned)),
            next: self.agenda.iter().flat_map(|agenda| agenda.iter()).map(|due| (due.id.clone(), due.start)).collect(),
            output: state_of(&self.output),
            clock_trusted: self.clock.trusted(),
            leaving: self.leaving.is_some(),
            starts_again: self.parting.is_some(),
        }
    }

    /// Each begins when the one before it ends, the first when what is on air does.
    fn upcoming<'a>(&self, waiting: impl Iterator<Item = &'a Planned>) -> Vec<Upcoming> {
        let ends_in =
            self.voices.iter().filter(|voice| voice.started.is_some()).map(|voice| voice.remaining(self.now.mono));
        let mut free_from = ends_in.max().map(|ends_in| later(self.now.wall, ends_in));
        waiting
            .map(|planned| {
                let start = free_from.map_or(planned.start, |free| free.max(planned.start));
                let duration = planned.clip.duration();
                free_from = Some(later(start, duration));
                Upcoming {
                    role: planned.role,
                    clip: planned.clip.item.clip,
                    title: planned.clip.title.clone(),
                    start,
                    length_ms: milliseconds(duration),
                }
            })
            .collect()
    }

    fn on_air(&self) -> Option<OnAir> {
        let voice = self.voices.iter().find(|voice| voice.started.is_some())?;
        let intent = &voice.intent;
        Some(OnAir {
            airing: intent.part.airing,
            occurrence: intent.occurrence.clone(),
            kind: intent.kind,
            clip: Some(intent.clip.item.clip),
            title: intent.clip.title.clone(),
            start: voice.started?,
            from_frame: intent.from_frame,
            position_ms: milliseconds(frames_to_duration(intent.from_frame + voice.frames, intent.sample_rate)),
            length_ms: milliseconds(intent.clip.duration()),
            paused: self.paused_at.is_some(),
        })
    }
}

fn state_of(output: &Output) -> OutputState {
    match output.error() {
        Some(error) => OutputState::Lost { error: error.to_owned() },
        None if output.is_open() => OutputState::Open,
        None => OutputState::Closed,
    }
}

fn later(at: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    at + TimeDelta::from_std(by).unwrap_or_default()
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
