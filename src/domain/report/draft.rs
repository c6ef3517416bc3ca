//! Drafts of a report: numbered versions of the same period, and when one is due.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{FigureChange, Figures, MonthRule, Period};

/// The prose of a report, by section; each text a paragraph. Written by the clerk, carried into the next period's draft.
pub type SectionTexts = BTreeMap<String, Vec<String>>;

/// How often a report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
    /// Each half year.
    Half,
    /// Each year.
    Year,
}

/// When drafts are made without being asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRule {
    /// How often; never if none.
    pub every: Option<Every>,
    /// So many days after the last day of a period.
    pub after_days: u32,
    /// So many days longer a draft is counted again, and made anew if the figures have changed.
    pub watch_days: u32,
    /// A draft for each of these campaigns; none of them stands for everything.
    pub campaigns: Vec<Option<String>>,
    /// Which days make a month.
    pub month_rule: MonthRule,
}

/// What drafts are versions of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DraftKey {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Only this campaign.
    pub campaign: Option<String>,
}

/// Why a version was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftCause {
    /// It was due.
    Due,
    /// A person asked for it.
    Asked,
    /// The figures changed: the log was corrected, or the ledger.
    Figures,
    /// A person wrote a section.
    Written,
}

/// One version of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Its number, of all versions of all drafts.
    pub number: u32,
    /// Which days.
    pub period: Period,
    /// Only this campaign.
    pub campaign: Option<String>,
    /// Counted from 1 within the same days and campaign.
    pub version: u32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Why.
    pub cause: DraftCause,
    /// The figures.
    pub figures: Figures,
    /// The prose.
    pub sections: SectionTexts,
    /// Number and hash of the last row of the log that it was counted from; none if the log was empty.
    pub head: Option<(u64, String)>,
    /// What is different from the version before; empty in the first.
    pub changes: Vec<FigureChange>,
    /// Sections whose text is different from the version before.
    pub rewritten: Vec<String>,
}

impl Draft {
    /// What it is a version of.
    #[must_use]
    pub fn key(&self) -> DraftKey {
        DraftKey { from: self.period.from, to: self.period.to, campaign: self.campaign.clone() }
    }
}

/// A draft that shall be made, or counted again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which days.
    pub period: Period,
    /// Only this campaign.
    pub campaign: Option<String>,
    /// Whether there is none yet; else it is counted again.
    pub fresh: bool,
}

/// Which drafts are due on `today`: of the last period that is over for long enough, those that are not `known` yet, and while
/// the watch lasts those that are, to be counted again.
#[must_use]
pub fn due_reports(today: NaiveDate, rule: &DraftRule, known: &BTreeSet<DraftKey>) -> Vec<Due> {
    let Some(every) = rule.every else { return Vec::new() };
    let Some(period) = last_over(today, every, rule) else { return Vec::new() };
    let since = (today - period.to).num_days();
    let watched = since <= i64::from(rule.after_days) + i64::from(rule.watch_days);
    let mut due = Vec::new();
    for campaign in &rule.campaigns {
        let key = DraftKey { from: period.from, to: period.to, campaign: campaign.clone() };
        let fresh = !known.contains(&key);
        if fresh || watched {
            due.push(Due { period, campaign: campaign.clone(), fresh });
        }
    }
    due
}

/// The last period whose end lies `after_days` or more behind `today`.
fn last_over(today: NaiveDate, every: Every, rule: &DraftRule) -> Option<Period> {
    let day = today.checked_sub_days(Days::new(u64::from(rule.after_days)))?;
    let (year, month) = rule.month_rule.month_of(day);
    let around = period_around(every, year, month, rule.month_rule)?;
    if around.to <= day {
        return Some(around);
    }
    let (year, month) = rule.month_rule.month_of(around.from.pred_opt()?);
    period_around(every, year, month, rule.month_rule)
}

/// The period that holds a reporting month.
fn period_around(every: Every, year: i32, month: u32, rule: MonthRule) -> Option<Period> {
    let text = match every {
        Every::Month => format!("{year}-{month:02}"),
        Every::Quarter => format!("{year}-Q{}", (month - 1) / 3 + 1),
        Every::Half => format!("{year}-H{}", (month - 1) / 6 + 1),
        Every::Year => format!("{year}"),
    };
    Period::parse(&text, rule).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rule(every: Every) -> DraftRule {
        DraftRule {
            every: Some(every),
            after_days: 1,
            watch_days: 60,
            campaigns: vec![Some("CCHC".to_owned())],
            month_rule: MonthRule::Nd09,
        }
    }

    fn due(today: &str, every: Every) -> String {
        let due = due_reports(day(today), &rule(every), &BTreeSet::new());
        due.iter().map(|due| due.period.text()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_draft_of_report_65_is_due_on_its_day_and_not_before() {
        assert_eq!(due("2023-06-14", Every::Half), "2022-H2");
        assert_eq!(due("2023-06-15", Every::Half), "2023-H1");
        assert_eq!(due("2023-12-14", Every::Half), "2023-H1");
        assert_eq!(due("2023-12-15", Every::Half), "2023-H2");
    }

    #[test]
    fn every_rhythm_follows_the_decree_across_the_turn_of_the_year() {
        assert_eq!(due("2023-12-15", Every::Year), "2023");
        assert_eq!(due("2024-01-10", Every::Month), "2023-12");
        assert_eq!(due("2024-01-15", Every::Month), "2024-01");
        assert_eq!(due("2024-02-01", Every::Quarter), "2023-Q4");
    }

    #[test]
    fn what_is_due_is_always_over_and_nothing_is_passed_over() {
        for every in [Every::Month, Every::Quarter, Every::Half, Every::Year] {
            for month_rule in [MonthRule::Nd09, MonthRule::Calendar] {
                let rule = DraftRule { month_rule, ..rule(every) };
                let mut last: Option<Period> = None;
                for today in day("2023-01-20").iter_days().take(1_500) {
                    let found = due_reports(today, &rule, &BTreeSet::new())[0].period;
                    assert!(found.to < today && found.next().to >= today, "{today}: {}", found.text());
                    if let Some(last) = last.filter(|last| *last != found) {
                        assert_eq!(last.next(), found, "{today}");
                    }
                    last = Some(found);
                }
            }
        }
    }

    #[test]
    fn a_known_draft_is_counted_again_until_the_watch_ends() {
        let rule = rule(Every::Half);
        let period = Period::parse("2023-H1", MonthRule::Nd09).unwrap();
        let key = DraftKey { from: period.from, to: period.to, campaign: Some("CCHC".to_owned()) };
        let known = BTreeSet::from([key]);
        let again = |today: &str| due_reports(day(today), &rule, &known);
        assert_eq!(again("2023-06-15"), [Due { period, campaign: Some("CCHC".to_owned()), fresh: false }]);
        assert_eq!(again("2023-08-14").len(), 1);
        assert_eq!(again("2023-08-15"), []);
        let never = DraftRule { every: None, ..rule.clone() };
        assert_eq!(due_reports(day("2023-06-15"), &never, &BTreeSet::new()), []);
    }
}
