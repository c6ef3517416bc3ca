//! How far a campaign has come against what its plan asks for, and where it will end at this pace.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::report::{MonthRule, Period, Report};
use super::time::Days;

/// What a campaign's plan asks for. Zero, or an empty list, asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets {
    /// New items (tin bài) a month.
    pub items_per_month: u32,
    /// Minutes heard a month.
    pub minutes_per_month: u32,
    /// Topic codes of which each shall be aired at least once; a code covers those under it.
    pub topics: Vec<String>,
}

impl Targets {
    /// Whether nothing is asked for.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.items_per_month == 0 && self.minutes_per_month == 0 && self.topics.is_empty()
    }
}

/// What has been aired of a campaign since it began.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aired {
    /// Distinct items.
    pub items: u64,
    /// Time heard, in milliseconds.
    pub heard_ms: u64,
    /// Topic codes with a counted airing.
    pub topics: BTreeSet<String>,
}

impl Aired {
    /// What a report on the campaign counted.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let topics = report.by_topic.iter().filter(|group| group.airings > 0).map(|group| group.key.clone());
        Self { items: report.items, heard_ms: report.heard_ms, topics: topics.collect() }
    }
}

/// Where a campaign stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It has not begun.
    Ahead,
    /// It runs.
    Running,
    /// It is over.
    Over,
}

/// One target against what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    /// What shall be reached by the end.
    pub target: u64,
    /// What has been reached.
    pub done: u64,
    /// What should have been reached by the end of yesterday.
    pub due: u64,
    /// What will have been reached at the end if it goes on like this.
    pub forecast: u64,
}

impl Goal {
    /// Whether less was done than should have been.
    #[must_use]
    pub const fn is_behind(&self) -> bool {
        self.done < self.due
    }

    /// What lacks to where it should be.
    #[must_use]
    pub const fn lacking(&self) -> u64 {
        self.due.saturating_sub(self.done)
    }
}

/// How far a campaign has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The days it is measured over, see [`span`].
    pub span: Period,
    /// Where it stands in time.
    pub stage: Stage,
    /// Items; none if the plan names no number.
    pub items: Option<Goal>,
    /// Minutes heard; none if the plan names no number.
    pub minutes: Option<Goal>,
    /// Topics asked for that were not aired yet.
    pub topics_missing: Vec<String>,
    /// How many topics are asked for.
    pub topics_asked: usize,
}

impl Progress {
    /// Whether somebody should be reminded: it has begun and less was done than should have been, or it is over and
    /// something was never done.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        let goals = [self.items, self.minutes].into_iter().flatten().any(|goal| goal.is_behind());
        match self.stage {
            Stage::Ahead => false,
            // A topic has time until the end.
            Stage::Running => goals,
            Stage::Over => goals || !self.topics_missing.is_empty(),
        }
    }
}

/// The days over which a campaign is measured: its own. An open beginning is that of the reporting year of `today`, an open end
/// the end of that year.
#[must_use]
pub fn span(days: Days, rule: MonthRule, today: NaiveDate) -> Option<Period> {
    let (year, _) = rule.month_of(today);
    let year = Period::parse(&year.to_string(), rule).ok()?;
    let from = days.from.unwrap_or(year.from);
    let to = days.to.unwrap_or_else(|| year.to.max(from));
    Period::custom(from.min(to), to).ok()
}

/// Compares. `aired` is what was aired from the first day of `span` to `today`.
#[must_use]
pub fn progress(span: Period, targets: &Targets, rule: MonthRule, aired: &Aired, today: NaiveDate) -> Progress {
    let stage = match today {
        day if day < span.from => Stage::Ahead,
        day if day > span.to => Stage::Over,
        _ => Stage::Running,
    };
    let goal = |per_month: u32, done: u64| {
        (per_month > 0).then(|| Goal {
            target: asked(span, rule, per_month, span.to),
            done,
            // The day that runs can still be used, so it asks for nothing yet.
            due: today.pred_opt().map_or(0, |yesterday| asked(span, rule, per_month, yesterday)),
            forecast: forecast(span, done, today),
        })
    };
    let covered = |code: &&String| {
        let under = format!("{code}.");
        aired.topics.iter().any(|aired| aired == *code || aired.starts_with(&under))
    };
    Progress {
        span,
        stage,
        items: goal(targets.items_per_month, aired.items),
        minutes: goal(targets.minutes_per_month, aired.heard_ms / 60_000),
        topics_missing: targets.topics.iter().filter(|code| !covered(code)).cloned().collect(),
        topics_asked: targets.topics.len(),
    }
}

/// What `per_month` asks for from the beginning of the span up to and with `until`: whole months whole, a month begun or cut by
/// the span in proportion to its days, rounded down.
fn asked(span: Period, rule: MonthRule, per_month: u32, until: NaiveDate) -> u64 {
    let until = until.min(span.to);
    span.months(rule)
        .into_iter()
        .filter_map(|(year, month)| Period::parse(&format!("{year}-{month:02}"), rule).ok())
        .map(|month| {
            let covered = Period::custom(month.from.max(span.from), month.to.min(until));
            let days = covered.map_or(0, |covered| covered.days());
            u64::from(per_month) * days / month.days()
        })
        .sum()
}

/// In proportion to the days that are over, today among them.
fn forecast(span: Period, done: u64, today: NaiveDate) -> u64 {
    match Period::custom(span.from, today.min(span.to)) {
        Ok(gone) => u64::try_from(u128::from(done) * u128::from(span.days()) / u128::from(gone.days())).unwrap_or(done),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn of_2023() -> Period {
        let days = Days { from: Some(day("2022-12-15")), to: Some(day("2023-12-14")) };
        span(days, MonthRule::Nd09, day("2023-03-01")).unwrap()
    }

    fn items(done: u64, today: &str) -> Goal {
        let targets = Targets { items_per_month: 20, ..Targets::default() };
        let aired = Aired { items: done, ..Aired::default() };
        progress(of_2023(), &targets, MonthRule::Nd09, &aired, day(today)).items.unwrap()
    }

    #[test]
    fn whole_months_ask_for_whole_numbers() {
        assert_eq!(items(0, "2023-02-15"), Goal { target: 240, done: 0, due: 40, forecast: 0 });
        assert!(items(39, "2023-02-15").is_behind());
        assert!(!items(40, "2023-02-15").is_behind());
    }

    #[test]
    fn the_first_day_asks_for_nothing_and_the_end_for_everything() {
        assert_eq!(items(0, "2022-12-15").due, 0);
        assert_eq!(items(0, "2022-12-01").due, 0);
        assert_eq!(items(240, "2024-05-05"), Goal { target: 240, done: 240, due: 240, forecast: 240 });
    }

    #[test]
    fn the_forecast_goes_on_at_the_same_pace() {
        // 182 of 365 days are over.
        assert_eq!(items(100, "2023-06-14").forecast, 200);
    }

    #[test]
    fn what_is_due_never_falls_and_ends_at_the_target() {
        let mut last = 0;
        for today in day("2022-12-01").iter_days().take(420) {
            let due = items(0, &today.to_string()).due;
            assert!(due >= last && due <= 240, "{today}: {due} after {last}");
            last = due;
        }
        assert_eq!(last, 240);
    }

    #[test]
    fn a_topic_is_covered_by_those_under_it_and_missed_only_at_the_end() {
        let targets = Targets { topics: vec!["TTHC".to_owned(), "SO.DVC".to_owned()], ..Targets::default() };
        let aired = Aired { topics: BTreeSet::from(["TTHC.TP".to_owned(), "SO".to_owned()]), ..Aired::default() };
        let on = |today| progress(of_2023(), &targets, MonthRule::Nd09, &aired, day(today));
        assert_eq!(on("2023-06-01").topics_missing, ["SO.DVC"]);
        assert!(!on("2023-06-01").is_behind(), "there is time");
        assert!(on("2023-12-15").is_behind(), "there is none any more");
    }

    #[test]
    fn open_ends_are_those_of_the_reporting_year() {
        let span = span(Days::ALL, MonthRule::Nd09, day("2026-12-20")).unwrap();
        assert_eq!((span.from, span.to), (day("2026-12-15"), day("2027-12-14")));
    }
}
