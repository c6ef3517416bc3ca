//! What a person sends about a slot.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::{NaiveDate, NaiveDateTime};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::desk::{Change, ElementDraft, Once, SlotChange, TRIAL_STARTS_MAX, TrialOf};
use crate::domain::recurrence::{Pattern, PatternError};
use crate::domain::relay::RelayId;
use crate::domain::slot::{Exception, Interrupted, OccurrenceId, Overrun, RotationOf, SlotId, ZoneId};

/// A slot as a form says it; what is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub(super) struct SlotForm {
    /// Its name for people.
    name: Option<String>,
    /// When, as cron text in civil time. Several lines are separated by `;`.
    recurrence: Option<String>,
    /// When, as days and times; goes before `recurrence`.
    #[schema(value_type = Option<PatternShape>)]
    pattern: Option<Pattern>,
    /// All its zones.
    zones: Option<Vec<String>>,
    /// All its elements, in order.
    rundown: Option<Vec<ElementForm>>,
    /// Longest duration of an occurrence, in seconds.
    length_max_s: Option<u64>,
    /// A start later than so many seconds after the planned one is a miss.
    grace_s: Option<u64>,
    /// What still sounds at its end: finish or fade_at_end.
    #[schema(value_type = Option<String>)]
    overrun: Option<Overrun>,
    /// After an interruption: resume, restart or drop.
    #[schema(value_type = Option<String>)]
    interrupted: Option<Interrupted>,
    /// The days on which it is valid.
    valid: Option<ValidForm>,
    /// All days on which it does not air.
    #[schema(value_type = Option<Vec<ExceptionShape>>)]
    exceptions: Option<Vec<Exception>>,
}

/// The days on which a slot is valid, both included.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
struct ValidForm {
    /// First day; open without.
    from: Option<NaiveDate>,
    /// Last day; open without.
    to: Option<NaiveDate>,
}

/// One line of a rundown.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ElementForm {
    /// The signature tune.
    Ident {
        /// Number of the clip.
        clip: u32,
    },
    /// Always the same clip.
    Clip {
        /// Number of the clip.
        clip: u32,
    },
    /// The first clips waiting in the queue.
    Queue {
        /// At most so many.
        count: u32,
    },
    /// The clips aired longest ago; of every clip, of a topic, or of a campaign.
    Rotation {
        /// Code of the topic.
        #[serde(default)]
        topic: Option<String>,
        /// Code of the campaign.
        #[serde(default)]
        campaign: Option<String>,
        /// At most so many.
        count: u32,
    },
    /// Another station, live.
    Relay {
        /// Which relay of the configuration.
        relay: String,
        /// For so many minutes, 1 to 720.
        minutes: u32,
    },
    /// The closing tune.
    Closing {
        /// Number of the clip.
        clip: u32,
    },
}

/// What is tried: a slot with a change, or one occurrence.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct Trial {
    /// The slot; without one (and without `occurrence_id`) a new one.
    #[schema(value_type = Option<String>)]
    slot: Option<SlotId>,
    /// What would change about the slot.
    #[serde(default)]
    change: SlotForm,
    /// One occurrence instead of a whole slot.
    #[schema(value_type = Option<String>)]
    occurrence_id: Option<OccurrenceId>,
    /// What would become of that occurrence.
    #[schema(value_type = Option<OnceShape>)]
    once: Option<Once>,
    /// So many coming starts are named, at most 20; 5 if not given.
    starts: Option<usize>,
}

/// Starts named if nobody says how many.
const STARTS_USUAL: usize = 5;

impl Trial {
    pub(super) fn starts(&self) -> usize {
        self.starts.unwrap_or(STARTS_USUAL).min(TRIAL_STARTS_MAX)
    }

    pub(super) fn of(self) -> Result<TrialOf, Problem> {
        match (self.occurrence_id, self.once) {
            (Some(occurrence), Some(once)) => Ok(TrialOf::Once { occurrence, once }),
            (None, None) => Ok(TrialOf::Slot { id: self.slot, change: Box::new(self.change.change()?) }),
            _ => {
                let detail = "`occurrence_id` and `once` are given both or neither";
                Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "body_does_not_fit", detail))
            }
        }
    }
}

impl SlotForm {
    /// As the desk wants to know it.
    pub(super) fn change(self) -> Result<SlotChange, Problem> {
        let recurrence = match self.pattern {
            Some(pattern) => Some(pattern.recurrence().map_err(pattern_problem)?.to_string()),
            None => self.recurrence,
        };
        let day = |day: Option<NaiveDate>| day.map_or(Change::Clear, Change::Set);
        Ok(SlotChange {
            name: self.name,
            recurrence,
            zones: self.zones.map(|zones| zones.into_iter().map(ZoneId).collect()),
            rundown: self.rundown.map(|elements| elements.into_iter().map(ElementForm::draft).collect()),
            length_max: self.length_max_s.map(Duration::from_secs),
            grace: self.grace_s.map(Duration::from_secs),
            overrun: self.overrun,
            interrupted: self.interrupted,
            valid_from: self.valid.map_or(Change::Keep, |valid| day(valid.from)),
            valid_to: self.valid.map_or(Change::Keep, |valid| day(valid.to)),
            exceptions: self.exceptions,
        })
    }
}

impl ElementForm {
    fn draft(self) -> ElementDraft {
        match self {
            Self::Ident { clip } => ElementDraft::Ident { clip: clip.to_string() },
            Self::Clip { clip } => ElementDraft::Clip { clip: clip.to_string() },
            Self::Closing { clip } => ElementDraft::Closing { clip: clip.to_string() },
            Self::Queue { count } => ElementDraft::Queue { count },
            Self::Relay { relay, minutes } => ElementDraft::Relay { relay: RelayId(relay), minutes },
            Self::Rotation { topic: Some(code), count, .. } => {
                ElementDraft::Rotation { of: RotationOf::Topic(code), count }
            }
            Self::Rotation { campaign: Some(code), count, .. } => {
                ElementDraft::Rotation { of: RotationOf::Campaign(code), count }
            }
            Self::Rotation { count, .. } => ElementDraft::Rotation { of: RotationOf::All, count },
        }
    }
}

fn pattern_problem(error: PatternError) -> Problem {
    let code = match &error {
        PatternError::Nothing { what: "day" } => "pattern_without_days",
        PatternError::Nothing { .. } => "pattern_without_times",
        PatternError::TooMany { .. } => "pattern_too_much",
        PatternError::Day { .. } | PatternError::Second { .. } | PatternError::Recurrence(_) => "pattern_wrong",
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, error.to_string())
}

/// When, as days and times.
#[derive(ToSchema)]
#[serde(tag = "every", rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used: it is read as the domain reads it")]
pub(super) enum PatternShape {
    /// Days of the week; all seven is every day.
    Week {
        /// 1 is Monday, 7 is Sunday.
        weekdays: Vec<u32>,
        /// Times of each such day, `05:00:00`.
        times: Vec<String>,
    },
    /// Days of each month.
    Month {
        /// 1 to 31.
        days: Vec<u32>,
        /// Times of each such day, `05:00:00`.
        times: Vec<String>,
    },
    /// Single days.
    Dates {
        /// The days.
        dates: Vec<NaiveDate>,
        /// Times of each such day, `05:00:00`.
        times: Vec<String>,
    },
}

/// Days on which a slot does not air.
#[derive(ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used: it is read as the domain reads it")]
pub(super) enum ExceptionShape {
    /// One day.
    Date {
        /// The day.
        date: NaiveDate,
    },
    /// One occurrence, by its nominal local time.
    Once {
        /// When.
        #[schema(value_type = String, example = "2026-11-24T05:00:00")]
        at: NaiveDateTime,
    },
    /// Several days, both ends included.
    Range {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
    /// The days of the holidays file.
    Holidays,
    /// Tết with days before and after.
    Tet {
        /// Days before mùng Một.
        days_before: u32,
        /// Days after it.
        days_after: u32,
    },
    /// One day of each lunar year.
    Lunar {
        /// 1 to 12.
        month: u32,
        /// 1 to 30.
        day: u32,
    },
}

/// What becomes of one occurrence.
#[derive(ToSchema)]
#[serde(tag = "once", rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used: it is read as the domain reads it")]
pub(super) enum OnceShape {
    /// It airs at another time.
    Move {
        /// When, local, `2026-11-24T06:00:00`.
        #[schema(value_type = String, example = "2026-11-24T06:00:00")]
        to: NaiveDateTime,
        /// Its longest duration in seconds; none is as its slot's.
        length_max_s: Option<u64>,
    },
    /// The same is heard once more.
    Copy {
        /// When, local, `2026-11-24T06:00:00`.
        #[schema(value_type = String, example = "2026-11-24T06:00:00")]
        to: NaiveDateTime,
    },
    /// It does not air.
    Skip,
    /// What was moved or left out airs again as its slot says.
    Restore,
}
