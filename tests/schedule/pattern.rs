//! A recurrence as a form asks for it: to cron text and back means the same.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use loa::domain::recurrence::{Pattern, PatternDays, PatternError, Recurrence};
use loa::domain::words::Language;
use proptest::prelude::*;

use super::build::{cases, civil, day};

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn pattern(days: PatternDays, times: &[&str]) -> Pattern {
    Pattern { days, times: times.iter().map(|text| time(text)).collect() }
}

fn week(weekdays: impl IntoIterator<Item = u32>) -> PatternDays {
    PatternDays::Week { weekdays: weekdays.into_iter().collect() }
}

/// The starts of a pattern, said again in the plainest way.
fn starts(pattern: &Pattern, from: NaiveDate, days: i64) -> Vec<NaiveDateTime> {
    let fits = |day: &NaiveDate| match &pattern.days {
        PatternDays::Week { weekdays } => weekdays.contains(&day.weekday().number_from_monday()),
        PatternDays::Month { days } => days.contains(&day.day()),
        PatternDays::Dates { dates } => dates.contains(day),
    };
    let days = (0..days).map(|number| from + TimeDelta::days(number)).filter(fits);
    days.flat_map(|day| pattern.times.iter().map(move |time| day.and_time(*time))).collect()
}

#[test]
fn a_form_is_written_as_the_shortest_cron() {
    let check = |pattern: &Pattern, text: &str| assert_eq!(pattern.recurrence().unwrap().as_str(), text);
    check(&pattern(week(1..=5), &["05:00", "17:00"]), "0 5,17 * * 1-5");
    check(&pattern(week(1..=7), &["05:00"]), "0 5 * * *");
    check(&pattern(week([6, 7]), &["06:30"]), "30 6 * * 6,7");
    // Two minutes are two lines of one slot: nobody needs two slots for that.
    check(&pattern(week(1..=5), &["05:00", "16:30"]), "0 5 * * 1-5 ; 30 16 * * 1-5");
    check(&pattern(week(1..=5), &["05:00", "05:30"]), "0,30 5 * * 1-5");
    let month = PatternDays::Month { days: BTreeSet::from([1, 15]) };
    check(&pattern(month, &["05:00"]), "0 5 1,15 * *");
    check(&Pattern::once(day("2026-11-24"), time("06:05")), "0 5 6 24 11 * 2026");
    let dates = PatternDays::Dates { dates: BTreeSet::from([day("2026-12-30"), day("2027-01-02")]) };
    check(&pattern(dates, &["05:00"]), "0 0 5 30 12 * 2026 ; 0 0 5 2 1 * 2027");
}

#[test]
fn a_form_reads_as_people_speak() {
    let said = |pattern: &Pattern| pattern.recurrence().unwrap().describe(Language::Vi);
    assert_eq!(said(&pattern(week(1..=5), &["05:00", "17:00"])), "thứ Hai đến thứ Sáu, 05:00 và 17:00");
    assert_eq!(said(&pattern(week(1..=5), &["05:00", "16:30"])), "thứ Hai đến thứ Sáu, 05:00 và 16:30");
    assert_eq!(said(&pattern(week([6, 7]), &["06:00"])), "thứ Bảy và Chủ nhật, 06:00");
    assert_eq!(said(&Pattern::once(day("2026-11-24"), time("06:00"))), "ngày 24 tháng 11 năm 2026, 06:00");
}

#[test]
fn cron_that_no_form_has_a_place_for_stays_cron() {
    for text in
        ["0 5 * 5-8 *", "0 5 13 * 5", "15 0 5 * * *", "0 5 * * 1-5;0 17 * * *", "0 0 5 * * * 2026", "*/10 * * * *"]
    {
        assert_eq!(Recurrence::parse(text).unwrap().pattern(), None, "{text}");
    }
    let every_day = Some(pattern(week(1..=7), &["05:00"]));
    for text in ["0 5 * * *", "0 5 * * 0-6", "0 5 1-31 * 1", "0 0 5 * * ?"] {
        assert_eq!(Recurrence::parse(text).unwrap().pattern(), every_day, "{text}");
    }
}

#[test]
fn what_is_missing_or_too_much_is_said() {
    let check = |pattern: Pattern, expected: &str| {
        assert_eq!(pattern.recurrence().map_err(|error| error.to_string()), Err(expected.to_owned()));
    };
    check(pattern(week([]), &["05:00"]), "no day is chosen, expected at least one; choose it");
    check(pattern(week([1]), &[]), "no time is chosen, expected at least one; choose it");
    check(pattern(week([8]), &["05:00"]), "8 is no day of the week, expected 1 (Monday) to 7 (Sunday); correct it");
    let odd: Vec<String> = (0..17).map(|number| format!("{number:02}:{:02}", number * 3)).collect();
    let odd: Vec<&str> = odd.iter().map(String::as_str).collect();
    check(pattern(week([1]), &odd), "17 different minutes are chosen, at most 16 fit into one slot; make it two slots");
    let seconds = Pattern { days: week([1]), times: BTreeSet::from([NaiveTime::from_hms_opt(5, 0, 15).unwrap()]) };
    assert!(matches!(seconds.recurrence(), Err(PatternError::Second { .. })));
}

#[test]
fn a_single_day_is_over_when_it_is_past() {
    let once = Pattern::once(day("2026-11-24"), time("06:00")).recurrence().unwrap();
    assert_eq!(once.over_before(civil("2026-11-24T05:59")), None);
    assert_eq!(once.over_before(civil("2026-11-24T06:01")), Some(civil("2026-11-24T06:00")));
    assert_eq!(Recurrence::parse("0 5 * * *").unwrap().over_before(civil("2099-01-01T00:00")), None);
    assert_eq!(Recurrence::parse("0 0 5 * * * 2026-2090").unwrap().over_before(civil("2040-01-01T00:00")), None);
}

fn any_days() -> impl Strategy<Value = PatternDays> {
    let dates = prop::collection::btree_set(0i64..900, 1..12).prop_map(|days| {
        let first = day("2026-01-01");
        PatternDays::Dates { dates: days.into_iter().map(|number| first + TimeDelta::days(number)).collect() }
    });
    prop_oneof![
        prop::collection::btree_set(1u32..=7, 1..=7).prop_map(|weekdays| PatternDays::Week { weekdays }),
        prop::collection::btree_set(1u32..=31, 1..=31).prop_map(|days| PatternDays::Month { days }),
        dates,
    ]
}

fn any_times() -> impl Strategy<Value = BTreeSet<NaiveTime>> {
    let time = (0u32..24, prop::sample::select(vec![0u32, 5, 15, 30, 45]))
        .prop_map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap());
    prop::collection::btree_set(time, 1..6)
}

proptest! {
    #![proptest_config(cases(400))]

    /// A form, its cron text and the form read back from that name the same starts, day by day.
    #[test]
    fn a_form_and_its_cron_text_name_the_same_starts(days in any_days(), times in any_times()) {
        let form = Pattern { days, times };
        let recurrence = match form.recurrence() {
            Ok(recurrence) => recurrence,
            Err(error) => {
                prop_assert!(matches!(error, PatternError::TooMany { .. }), "{error}");
                return Ok(());
            }
        };
        let from = day("2026-01-01");
        let expected = starts(&form, from, 950);
        let to = (from + TimeDelta::days(950)).and_time(NaiveTime::MIN);
        let named: Vec<_> = recurrence.nominal_times(from.and_time(NaiveTime::MIN), to).collect();
        prop_assert_eq!(&named, &expected, "{}", recurrence);
        let read = Recurrence::parse(recurrence.as_str()).unwrap().pattern().unwrap();
        prop_assert_eq!(starts(&read, from, 950), expected);
        // Read back twice it is the same text: the form has settled.
        let again = read.recurrence().unwrap();
        prop_assert_eq!(again.as_str(), recurrence.as_str());
    }
}
