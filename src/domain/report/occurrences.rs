//! Planned against aired: what became of each occurrence.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Period;
use crate::domain::log::{MissReason, Outcome};
use crate::domain::slot::OccurrenceId;
use crate::domain::time::day_of;

/// One planned occurrence, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFact {
    /// Which.
    pub occurrence: OccurrenceId,
    /// When it was planned to start.
    pub planned_start: DateTime<Utc>,
    /// How it ended; none while it is still to come or on air.
    pub outcome: Option<Outcome>,
}

/// How the planned occurrences ended. Each is in exactly one of the sums, so they add up to `planned`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Occurrences {
    /// All of them.
    pub planned: u64,
    /// Everything in it was heard.
    pub aired: u64,
    /// Something was heard, not everything.
    pub partial: u64,
    /// Nothing was heard.
    pub missed: u64,
    /// A person called it off.
    pub cancelled: u64,
    /// Something of a higher tier took its place.
    pub superseded: u64,
    /// Still to come, or on air.
    pub open: u64,
    /// Each that ended other than aired, in order of time.
    pub deviations: Vec<PlannedFact>,
}

impl Occurrences {
    /// Counts. An occurrence named more than once counts once, by an end if any of the facts gives one.
    pub(super) fn fold(planned: impl IntoIterator<Item = PlannedFact>) -> Self {
        let facts = each_once(planned);
        let mut sums = Self { planned: facts.len() as u64, ..Self::default() };
        for PlannedFact { occurrence, planned_start, outcome } in facts {
            let sum = match &outcome {
                Some(Outcome::Aired) => &mut sums.aired,
                Some(Outcome::Partial) => &mut sums.partial,
                Some(Outcome::Missed(_)) => &mut sums.missed,
                Some(Outcome::Cancelled { .. }) => &mut sums.cancelled,
                Some(Outcome::Superseded { .. }) => &mut sums.superseded,
                None => &mut sums.open,
            };
            *sum += 1;
            if !matches!(outcome, None | Some(Outcome::Aired)) {
                sums.deviations.push(PlannedFact { occurrence, planned_start, outcome });
            }
        }
        sums
    }

    /// Counts by reporting month (year, month), in order, with the months of the period that have none.
    #[must_use]
    pub fn by_month(planned: &[PlannedFact], period: Period, zone: Tz) -> Vec<((i32, u32), Self)> {
        let rule = period.month_rule();
        let mut months: BTreeMap<(i32, u32), Vec<PlannedFact>> =
            period.months(rule).into_iter().map(|month| (month, Vec::new())).collect();
        for fact in planned {
            months.entry(rule.month_of(day_of(zone, fact.planned_start))).or_default().push(fact.clone());
        }
        months.into_iter().map(|(month, facts)| (month, Self::fold(facts))).collect()
    }

    /// The missed ones with their reasons, in order of time.
    pub fn misses(&self) -> impl Iterator<Item = (&PlannedFact, &MissReason)> {
        self.deviations.iter().filter_map(|fact| match &fact.outcome {
            Some(Outcome::Missed(reason)) => Some((fact, reason)),
            _ => None,
        })
    }
}

/// Each occurrence once, by an end if any of the facts gives one; in order of identifiers, which sort by nominal time.
pub(super) fn each_once(planned: impl IntoIterator<Item = PlannedFact>) -> Vec<PlannedFact> {
    let mut facts: BTreeMap<OccurrenceId, (DateTime<Utc>, Option<Outcome>)> = BTreeMap::new();
    for fact in planned {
        let (_, outcome) = facts.entry(fact.occurrence).or_insert((fact.planned_start, None));
        if outcome.is_none() {
            *outcome = fact.outcome;
        }
    }
    let fact = |(occurrence, (planned_start, outcome))| PlannedFact { occurrence, planned_start, outcome };
    facts.into_iter().map(fact).collect()
}
