//! Every planned occurrence of a period in one of the five states it can end in, so that a leader sees at once whether the
//! account is closed.

use std::collections::BTreeMap;

use super::occurrences::{PlannedFact, each_once};
use crate::domain::log::{MissReason, Outcome};
use crate::domain::slot::SlotId;
use crate::domain::words::{Language, miss_reason};

/// How an occurrence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndState {
    /// Everything in it was heard.
    Aired,
    /// Something was heard, not everything.
    Partial,
    /// Nothing was heard.
    Missed,
    /// A person called it off.
    Cancelled,
    /// Something of a higher tier took its place.
    Superseded,
    /// It has not ended: still to come, or on air.
    Open,
}

impl EndState {
    /// The five ends, and that there is none yet.
    pub const ALL: [Self; 6] =
        [Self::Aired, Self::Partial, Self::Missed, Self::Cancelled, Self::Superseded, Self::Open];

    /// Of an outcome.
    #[must_use]
    pub const fn of(outcome: Option<&Outcome>) -> Self {
        match outcome {
            Some(Outcome::Aired) => Self::Aired,
            Some(Outcome::Partial) => Self::Partial,
            Some(Outcome::Missed(_)) => Self::Missed,
            Some(Outcome::Cancelled { .. }) => Self::Cancelled,
            Some(Outcome::Superseded { .. }) => Self::Superseded,
            None => Self::Open,
        }
    }

    /// As written in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aired => "aired",
            Self::Partial => "partial",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
            Self::Open => "open",
        }
    }

    /// In a Vietnamese table.
    #[must_use]
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::Aired => "phát đủ",
            Self::Partial => "bị ngắt",
            Self::Missed => "không phát",
            Self::Cancelled => "đã hủy",
            Self::Superseded => "bị thay thế",
            Self::Open => "chưa kết thúc",
        }
    }

    const fn index(self) -> usize {
        self as usize
    }
}

/// How many occurrences are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateSums([u64; 6]);

impl StateSums {
    /// In one state.
    #[must_use]
    pub const fn of(&self, state: EndState) -> u64 {
        self.0[state.index()]
    }

    /// In any.
    #[must_use]
    pub fn planned(&self) -> u64 {
        self.0.iter().sum()
    }

    fn add(&mut self, state: EndState) {
        self.0[state.index()] += 1;
    }
}

/// Why occurrences ended other than aired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonSum {
    /// The state that they ended in.
    pub state: EndState,
    /// Of a miss; none of other states.
    pub reason: Option<MissReason>,
    /// Who called it off; none of other states.
    pub by: Option<String>,
    /// How many.
    pub count: u64,
}

/// Planned against what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// All of them.
    pub sums: StateSums,
    /// By slot, in order of identifiers; they add up to `sums`.
    pub by_slot: Vec<(SlotId, StateSums)>,
    /// Why those that did not air wholly did not, most first; they add up to `sums` without aired and open.
    pub by_reason: Vec<ReasonSum>,
    /// Each that ended other than aired, in order of time.
    pub deviations: Vec<PlannedFact>,
}

impl Reconciliation {
    /// Sorts the planned occurrences of a period. One named more than once counts once, by an end if any of the facts gives one.
    #[must_use]
    pub fn fold(planned: impl IntoIterator<Item = PlannedFact>) -> Self {
        let mut sums = StateSums::default();
        let mut by_slot: BTreeMap<SlotId, StateSums> = BTreeMap::new();
        // By the words: details of the same reason (which device, which file) belong together.
        let mut by_reason: BTreeMap<(EndState, String), ReasonSum> = BTreeMap::new();
        let mut deviations = Vec::new();
        for fact in each_once(planned) {
            let state = EndState::of(fact.outcome.as_ref());
            sums.add(state);
            by_slot.entry(fact.occurrence.slot.clone()).or_default().add(state);
            if matches!(state, EndState::Aired | EndState::Open) {
                continue;
            }
            let (words, reason, by) = match &fact.outcome {
                Some(Outcome::Missed(reason)) => {
                    (miss_reason(reason, Language::En).to_owned(), Some(reason.clone()), None)
                }
                Some(Outcome::Cancelled { by }) => (by.clone(), None, Some(by.clone())),
                _ => (String::new(), None, None),
            };
            by_reason.entry((state, words)).or_insert(ReasonSum { state, reason, by, count: 0 }).count += 1;
            deviations.push(fact);
        }
        let mut by_reason: Vec<ReasonSum> = by_reason.into_values().collect();
        by_reason.sort_by_key(|sum| std::cmp::Reverse(sum.count));
        deviations.sort_by(|a, b| (a.planned_start, &a.occurrence).cmp(&(b.planned_start, &b.occurrence)));
        Self { sums, by_slot: by_slot.into_iter().collect(), by_reason, deviations }
    }

    /// Whether every occurrence has ended.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.sums.of(EndState::Open) == 0
    }
}
