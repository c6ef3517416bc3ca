//! The figures of a report by name, and what changed between two counts of the same period.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::fold::{Apart, Group};
use super::{EndState, Report};
use crate::domain::ledger::ActivitySums;

/// Every figure of a report under a name that stays the same: `items`, `topic.CCHC.airings`, `occurrences.missed`. An absent
/// figure is 0.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figures(pub BTreeMap<String, u64>);

/// A figure that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureChange {
    /// Its name.
    pub figure: String,
    /// What it was.
    pub before: u64,
    /// What it is.
    pub after: u64,
}

impl Figures {
    /// Of a report and what the activity ledger adds to it. Zeros are left out.
    #[must_use]
    pub fn of(report: &Report, activities: &ActivitySums) -> Self {
        let mut figures = Self::default();
        figures.put("items", report.items);
        figures.put("airings", report.airings);
        figures.put("heard_ms", report.heard_ms);
        for (name, apart) in [("relays", report.relays), ("live", report.live), ("emergencies", report.emergencies)] {
            figures.apart(name, apart);
        }
        figures.put("relays.items", report.relayed_items());
        for relayed in &report.relayed {
            figures.put(&format!("relays.topic.{}.items", relayed.topic), relayed.items);
        }
        let uncounted = report.uncounted;
        for (name, number) in [
            ("partial", uncounted.partial),
            ("not_aired", uncounted.not_aired),
            ("on_air", uncounted.on_air),
            ("by_hand", uncounted.by_hand),
        ] {
            figures.put(&format!("uncounted.{name}"), number);
        }
        if let Some(lengths) = report.lengths {
            figures.put("shortest_ms", lengths.shortest_ms);
            figures.put("longest_ms", lengths.longest_ms);
        }
        report.by_topic.iter().for_each(|group| figures.group("topic", &group.key, group));
        for group in &report.by_campaign {
            figures.group("campaign", group.key.as_deref().unwrap_or("none"), group);
        }
        for group in &report.by_month {
            let (year, month) = group.key;
            figures.group("month", &format!("{year}-{month:02}"), group);
        }
        for line in &report.item_lines {
            figures.put(&format!("item.{}.airings", line.item), line.airings);
        }
        let ends = &report.occurrences;
        figures.put("occurrences.planned", ends.planned);
        for (state, number) in [
            (EndState::Aired, ends.aired),
            (EndState::Partial, ends.partial),
            (EndState::Missed, ends.missed),
            (EndState::Cancelled, ends.cancelled),
            (EndState::Superseded, ends.superseded),
            (EndState::Open, ends.open),
        ] {
            figures.put(&format!("occurrences.{}", state.as_str()), number);
        }
        for sum in &activities.by_kind {
            figures.put(&format!("activity.{}.count", sum.kind.as_str()), sum.count);
            figures.put(&format!("activity.{}.proven", sum.kind.as_str()), sum.proven);
        }
        figures
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, figure: &str) -> u64 {
        self.0.get(figure).copied().unwrap_or(0)
    }

    /// What is different in `later`, by name.
    #[must_use]
    pub fn changes(&self, later: &Self) -> Vec<FigureChange> {
        let names: BTreeSet<&String> = self.0.keys().chain(later.0.keys()).collect();
        let change = |figure: &String| FigureChange {
            figure: figure.clone(),
            before: self.get(figure),
            after: later.get(figure),
        };
        names.into_iter().map(change).filter(|change| change.before != change.after).collect()
    }

    fn put(&mut self, name: &str, number: u64) {
        if number > 0 {
            self.0.insert(name.to_owned(), number);
        }
    }

    fn apart(&mut self, name: &str, apart: Apart) {
        self.put(&format!("{name}.sessions"), apart.sessions);
        self.put(&format!("{name}.heard_ms"), apart.heard_ms);
    }

    fn group<K>(&mut self, by: &str, key: &str, group: &Group<K>) {
        self.put(&format!("{by}.{key}.items"), group.items);
        self.put(&format!("{by}.{key}.airings"), group.airings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(numbers: &[(&str, u64)]) -> Figures {
        Figures(numbers.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect())
    }

    #[test]
    fn what_came_what_went_and_what_moved_is_told_once_each() {
        let before = figures(&[("airings", 10), ("items", 3), ("topic.A.items", 1)]);
        let after = figures(&[("airings", 9), ("items", 3), ("topic.B.items", 1)]);
        let told: Vec<_> =
            before.changes(&after).into_iter().map(|change| (change.figure, change.before, change.after)).collect();
        let expected = [("airings", 10, 9), ("topic.A.items", 1, 0), ("topic.B.items", 0, 1)];
        assert_eq!(told, expected.map(|(name, before, after)| (name.to_owned(), before, after)));
        assert_eq!(before.changes(&before), []);
    }
}
