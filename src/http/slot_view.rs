//! A slot as the API shows it.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::slot_form::{ExceptionShape, PatternShape};
use super::words::{instant, word};
use crate::desk::SlotTrial;
use crate::domain::clip::{Clip, ClipId};
use crate::domain::plan::SlotProblem;
use crate::domain::recurrence::{Pattern, Recurrence};
use crate::domain::slot::{Element, Exception, RotationOf, Slot, SlotVersion};
use crate::domain::words::Language;

/// A slot in force.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct SlotView {
    /// Its name in identifiers.
    pub(super) id: String,
    /// Number of this wording: another after every change.
    pub(super) version: u32,
    /// Since when it is in force.
    #[schema(format = DateTime)]
    since: String,
    /// What it is like.
    #[serde(flatten)]
    slot: SlotBody,
}

/// What a slot is like.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct SlotBody {
    /// Its name for people.
    name: String,
    /// Cron text, civil time.
    recurrence: String,
    /// The same in words.
    words: Words,
    /// The same as days and times; none where they have no place for it.
    #[schema(value_type = Option<PatternShape>)]
    pattern: Option<Pattern>,
    /// Where it is heard.
    zones: Vec<String>,
    /// What is heard, in order.
    rundown: Vec<ElementView>,
    /// Longest duration of an occurrence.
    length_max_s: u64,
    /// A start later than so many seconds after the planned one is a miss.
    grace_s: u64,
    /// What still sounds at its end: finish or fade_at_end.
    overrun: String,
    /// After an interruption: resume, restart or drop.
    interrupted: String,
    /// The days on which it is valid.
    valid: ValidView,
    /// Days on which it does not air.
    #[schema(value_type = Vec<ExceptionShape>)]
    exceptions: Vec<Exception>,
    /// The occurrence of another slot for which it stands.
    instead_of: Option<String>,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Words {
    /// Tiếng Việt.
    pub(super) vi: String,
    /// English.
    pub(super) en: String,
}

/// The days on which a slot is valid, both included.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ValidView {
    /// First day; open if none.
    from: Option<chrono::NaiveDate>,
    /// Last day; open if none.
    to: Option<chrono::NaiveDate>,
}

/// One line of a rundown.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ElementView {
    /// ident, clip, queue, rotation, relay or closing.
    kind: String,
    /// The clip that it names.
    clip: Option<u32>,
    /// That clip's title.
    title: Option<String>,
    /// That clip's length.
    length_ms: Option<u64>,
    /// At most so many clips, of a queue or a rotation.
    count: Option<u32>,
    /// Code of the topic of a rotation.
    topic: Option<String>,
    /// Code of the campaign of a rotation.
    campaign: Option<String>,
    /// The relay, of one.
    relay: Option<String>,
    /// For so long, of a relay.
    minutes: Option<u32>,
}

/// What would be said of a slot if it were saved.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct TrialView {
    /// The slot as it would be.
    slot: SlotBody,
    /// Its name in identifiers.
    id: String,
    /// Everything that keeps it from being saved; empty when it can be.
    problems: Vec<ProblemView>,
    /// Its next starts.
    #[schema(value_type = Vec<String>)]
    next: Vec<String>,
}

/// One thing that is wrong with a slot.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct ProblemView {
    /// What, for programs: overlap, not_permitted ...
    code: String,
    /// What the sentence of that code speaks of.
    #[schema(value_type = Object)]
    values: Value,
    /// The sentence, in English, with its remedy.
    text: String,
}

impl SlotView {
    pub(super) fn of(number: u32, version: &SlotVersion, clips: &BTreeMap<ClipId, Clip>, zone: Tz) -> Self {
        Self {
            id: version.slot.id.to_string(),
            version: number,
            since: instant(version.from, zone),
            slot: SlotBody::of(&version.slot, clips),
        }
    }
}

impl SlotBody {
    fn of(slot: &Slot, clips: &BTreeMap<ClipId, Clip>) -> Self {
        let recurrence = Recurrence::parse(&slot.recurrence).ok();
        let words =
            |language| recurrence.as_ref().map_or_else(|| slot.recurrence.clone(), |known| known.describe(language));
        Self {
            name: slot.name.clone(),
            recurrence: slot.recurrence.clone(),
            words: Words { vi: words(Language::Vi), en: words(Language::En) },
            pattern: recurrence.as_ref().and_then(Recurrence::pattern),
            zones: slot.zones.iter().map(ToString::to_string).collect(),
            rundown: slot.rundown.iter().map(|element| ElementView::of(element, clips)).collect(),
            length_max_s: slot.length_max.as_secs(),
            grace_s: slot.grace.as_secs(),
            overrun: word(&slot.overrun),
            interrupted: word(&slot.interrupted),
            valid: ValidView { from: slot.valid.from, to: slot.valid.to },
            exceptions: slot.exceptions.clone(),
            instead_of: slot.instead_of.as_ref().map(ToString::to_string),
        }
    }
}

impl ElementView {
    fn of(element: &Element, clips: &BTreeMap<ClipId, Clip>) -> Self {
        let clip = element.clip().and_then(|id| clips.get(&id));
        let (count, of) = match element {
            Element::Queue { count } => (Some(*count), None),
            Element::Rotation { of, count } => (Some(*count), Some(of)),
            _ => (None, None),
        };
        let (relay, minutes) = match element {
            Element::Relay { relay, minutes } => (Some(relay.to_string()), Some(*minutes)),
            _ => (None, None),
        };
        let (topic, campaign) = match of {
            Some(RotationOf::Topic(code)) => (Some(code.clone()), None),
            Some(RotationOf::Campaign(code)) => (None, Some(code.clone())),
            Some(RotationOf::All) | None => (None, None),
        };
        Self {
            kind: word(element),
            clip: element.clip().map(|id| id.0),
            title: clip.map(|clip| clip.title.clone()),
            length_ms: clip.map(|clip| whole_ms(clip.audio.duration())),
            count,
            topic,
            campaign,
            relay,
            minutes,
        }
    }
}

impl TrialView {
    pub(super) fn of(trial: &SlotTrial, clips: &BTreeMap<ClipId, Clip>, zone: Tz) -> Self {
        Self {
            slot: SlotBody::of(&trial.slot, clips),
            id: trial.slot.id.to_string(),
            problems: trial.problems.iter().map(ProblemView::of).collect(),
            next: trial.next.iter().map(|at| instant(*at, zone)).collect(),
        }
    }
}

impl ProblemView {
    fn of(problem: &SlotProblem) -> Self {
        let mut values = serde_json::to_value(problem).unwrap_or_default();
        let code = values.as_object_mut().and_then(|values| values.remove("code"));
        Self {
            code: code.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
            values,
            text: problem.to_string(),
        }
    }
}

/// Milliseconds, down to whole ones.
pub(super) fn whole_ms(length: std::time::Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}
