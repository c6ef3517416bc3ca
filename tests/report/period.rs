//! Which days a period covers and what it is called.

use loa::domain::report::{MonthRule, Period, PeriodError, Preset};
use loa::domain::time::day_of;
use proptest::prelude::*;

use crate::support::report::{ZONE, day};

fn check(text: &str, rule: MonthRule, from: &str, to: &str, vi: &str, en: &str) {
    let period = Period::parse(text, rule).unwrap();
    assert_eq!((period.from, period.to), (day(from), day(to)), "{text}");
    assert_eq!(period.name_vi(), vi, "{text}");
    assert_eq!(period.name_en(), en, "{text}");
    assert_eq!(period.text(), text);
    assert_eq!(period.month_rule(), rule);
}

#[test]
fn under_the_decree_periods_close_on_the_fourteenth() {
    let rule = MonthRule::Nd09;
    check("2023-H1", rule, "2022-12-15", "2023-06-14", "6 tháng đầu năm 2023", "first half of 2023");
    check("2023-H2", rule, "2023-06-15", "2023-12-14", "6 tháng cuối năm 2023", "second half of 2023");
    check("2023", rule, "2022-12-15", "2023-12-14", "năm 2023", "2023");
    check("2023-Q1", rule, "2022-12-15", "2023-03-14", "quý I năm 2023", "first quarter of 2023");
    check("2023-Q2", rule, "2023-03-15", "2023-06-14", "quý II năm 2023", "second quarter of 2023");
    check("2023-Q3", rule, "2023-06-15", "2023-09-14", "quý III năm 2023", "third quarter of 2023");
    check("2023-Q4", rule, "2023-09-15", "2023-12-14", "quý IV năm 2023", "fourth quarter of 2023");
    check("2023-01", rule, "2022-12-15", "2023-01-14", "tháng 01 năm 2023", "January 2023");
    check("2023-06", rule, "2023-05-15", "2023-06-14", "tháng 6 năm 2023", "June 2023");
    check("2023-12", rule, "2023-11-15", "2023-12-14", "tháng 12 năm 2023", "December 2023");
}

#[test]
fn calendar_periods_are_whole_months() {
    let rule = MonthRule::Calendar;
    check("2023-H1", rule, "2023-01-01", "2023-06-30", "6 tháng đầu năm 2023", "first half of 2023");
    check("2023-H2", rule, "2023-07-01", "2023-12-31", "6 tháng cuối năm 2023", "second half of 2023");
    check("2024", rule, "2024-01-01", "2024-12-31", "năm 2024", "2024");
    check("2023-Q2", rule, "2023-04-01", "2023-06-30", "quý II năm 2023", "second quarter of 2023");
    check("2024-02", rule, "2024-02-01", "2024-02-29", "tháng 02 năm 2024", "February 2024");
    check("2023-02", rule, "2023-02-01", "2023-02-28", "tháng 02 năm 2023", "February 2023");
}

#[test]
fn two_given_days_are_named_as_the_decree_writes_dates() {
    let period = Period::custom(day("2023-02-01"), day("2023-03-10")).unwrap();
    assert_eq!(period.preset, Preset::Custom);
    assert_eq!(period.name_vi(), "từ ngày 01/02/2023 đến ngày 10/3/2023");
    assert_eq!(period.within_vi(), "thời gian từ ngày 01/02/2023 đến ngày 10/3/2023");
    assert_eq!(period.name_en(), "1 February 2023 to 10 March 2023");
    assert_eq!(period.days(), 38);
    let next = period.next();
    assert_eq!((next.from, next.to), (day("2023-03-11"), day("2023-04-17")));
    let one = Period::custom(day("2023-03-10"), day("2023-03-10")).unwrap();
    assert_eq!((one.name_vi().as_str(), one.within_vi().as_str()), ("ngày 10/3/2023", "ngày 10/3/2023"));
}

#[test]
fn what_is_no_period_is_refused_with_a_remedy() {
    for text in
        ["", "2023-H3", "2023-H0", "2023-Q5", "2023-13", "2023-00", "23-H1", "2023-", "2023-6", "+023", "H1-2023"]
    {
        let error = Period::parse(text, MonthRule::Nd09).unwrap_err();
        assert_eq!(error, PeriodError::Unknown { text: text.to_owned() });
        assert!(error.to_string().contains("2023-H1"), "{error}");
    }
    assert_eq!(Period::parse("0001", MonthRule::Nd09), Err(PeriodError::Year { year: 1 }));
    assert_eq!(Period::parse("9999-H1", MonthRule::Calendar), Err(PeriodError::Year { year: 9999 }));
    let (from, to) = (day("2023-03-10"), day("2023-02-01"));
    let error = Period::custom(from, to).unwrap_err();
    assert_eq!(error, PeriodError::EndBeforeStart { from, to });
    assert!(error.to_string().contains("exchange"), "{error}");
    assert!(Period::custom(day("+12023-01-01"), day("+12023-01-02")).is_err());
}

#[test]
fn small_letters_and_blanks_around_do_not_matter() {
    let period = Period::parse("2023-H1", MonthRule::Nd09).unwrap();
    assert_eq!(Period::parse(" 2023-h1 ", MonthRule::Nd09).unwrap(), period);
    assert_eq!(Period::parse("2023-q2", MonthRule::Nd09).unwrap().text(), "2023-Q2");
}

#[test]
fn the_window_begins_at_the_first_local_midnight() {
    let window = Period::parse("2023-H1", MonthRule::Nd09).unwrap().window(ZONE);
    assert_eq!(window.from.to_rfc3339(), "2022-12-14T17:00:00+00:00");
    assert_eq!(window.to.to_rfc3339(), "2023-06-14T17:00:00+00:00");
}

#[test]
fn months_of_a_period_are_its_reporting_months() {
    let period = Period::parse("2023-H1", MonthRule::Nd09).unwrap();
    assert_eq!(period.months(MonthRule::Nd09), (1..=6).map(|month| (2023, month)).collect::<Vec<_>>());
    assert_eq!(period.months(MonthRule::Calendar)[0], (2022, 12), "a calendar station sees a half December first");
    assert_eq!(MonthRule::Nd09.month_of(day("2022-12-15")), (2023, 1));
    assert_eq!(MonthRule::Nd09.month_of(day("2022-12-14")), (2022, 12));
    assert_eq!(MonthRule::Calendar.month_of(day("2022-12-31")), (2022, 12));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every kind of period, one after the other, covers each day exactly once, and every day lies in the period that bears
    /// the name of its reporting month.
    #[test]
    fn periods_follow_each_other_without_gap_or_overlap(
        year in 1971..2998_i32,
        part in prop::sample::select(vec!["", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4", "-01", "-02", "-07", "-12"]),
        rule in prop::sample::select(vec![MonthRule::Nd09, MonthRule::Calendar]),
        offset in 0..400_u64,
    ) {
        let period = Period::parse(&format!("{year}{part}"), rule).unwrap();
        let next = period.next();
        prop_assert_eq!(period.to.succ_opt().unwrap(), next.from);
        prop_assert_eq!(Period::parse(&next.text(), rule).unwrap(), next);
        let day = period.from + chrono::Days::new(offset % period.days());
        prop_assert!(period.contains(day) && !next.contains(day));
        let (of_year, month) = rule.month_of(day);
        let text = format!("{of_year}-{month:02}");
        prop_assert!(Period::parse(&text, rule).unwrap().contains(day));
        prop_assert!(period.months(rule).contains(&(of_year, month)));
        let window = period.window(ZONE);
        prop_assert_eq!(day_of(ZONE, window.from), period.from);
        prop_assert_eq!(day_of(ZONE, window.to), next.from);
    }
}
