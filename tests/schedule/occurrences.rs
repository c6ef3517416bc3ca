//! Occurrences: windows, versions, exceptions, and the two days a year on which clocks jump.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use loa::domain::calendar::Holidays;
use loa::domain::plan::{Occurrence, Schedule, occurrences};
use loa::domain::slot::{Exception, SlotVersion};
use loa::domain::time::{Days, Window, instant_of};
use proptest::prelude::*;

use super::build::{HANOI, at, cases, civil, day, slot, version, window, zone};

/// The occurrences of one slot on the local days from `from` to `to`, as `nominal = instant`.
fn check(time_zone: Tz, recurrence: &str, from: &str, to: &str, expected: &[(&str, &str)]) {
    let local = |text: &str| instant_of(time_zone, civil(text));
    let window = Window { from: local(from), to: local(to) };
    let versions = [version(slot("sang", recurrence, vec![]))];
    let found: Vec<_> = occurrences(&versions, &Holidays::default(), time_zone, window)
        .into_iter()
        .map(|occurrence| (occurrence.id.nominal, occurrence.start))
        .collect();
    let expected: Vec<_> =
        expected.iter().map(|(nominal, start)| (civil(nominal), start.parse::<DateTime<Utc>>().unwrap())).collect();
    assert_eq!(found, expected, "{recurrence} in {time_zone}");
}

#[test]
fn vietnam_knows_no_daylight_saving() {
    check(
        HANOI,
        "0 5,17 * * *",
        "2026-11-23T00:00",
        "2026-11-24T00:00",
        &[("2026-11-23T05:00", "2026-11-22T22:00:00Z"), ("2026-11-23T17:00", "2026-11-23T10:00:00Z")],
    );
}

#[test]
fn in_the_berlin_gap_it_airs_once_at_the_end_of_the_gap() {
    check(
        Tz::Europe__Berlin,
        "30 2 * * *",
        "2026-03-29T00:00",
        "2026-03-31T00:00",
        &[("2026-03-29T02:30", "2026-03-29T01:00:00Z"), ("2026-03-30T02:30", "2026-03-30T00:30:00Z")],
    );
    // 02:00, 02:30 and 03:00 are one instant: the first of them is the occurrence.
    check(
        Tz::Europe__Berlin,
        "*/30 1-3 * * *",
        "2026-03-29T00:00",
        "2026-03-30T00:00",
        &[
            ("2026-03-29T01:00", "2026-03-29T00:00:00Z"),
            ("2026-03-29T01:30", "2026-03-29T00:30:00Z"),
            ("2026-03-29T02:00", "2026-03-29T01:00:00Z"),
            ("2026-03-29T03:30", "2026-03-29T01:30:00Z"),
        ],
    );
}

#[test]
fn in_the_berlin_fold_it_airs_once_at_the_first() {
    check(
        Tz::Europe__Berlin,
        "30 1-3 * * *",
        "2026-10-25T00:00",
        "2026-10-26T00:00",
        &[
            ("2026-10-25T01:30", "2026-10-24T23:30:00Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
            ("2026-10-25T03:30", "2026-10-25T02:30:00Z"),
        ],
    );
}

#[test]
fn lord_howe_jumps_by_half_an_hour() {
    check(
        Tz::Australia__Lord_Howe,
        "15,45 1-2 * * *",
        "2026-10-04T00:00",
        "2026-10-05T00:00",
        &[
            ("2026-10-04T01:15", "2026-10-03T14:45:00Z"),
            ("2026-10-04T01:45", "2026-10-03T15:15:00Z"),
            ("2026-10-04T02:15", "2026-10-03T15:30:00Z"),
            ("2026-10-04T02:45", "2026-10-03T15:45:00Z"),
        ],
    );
    check(
        Tz::Australia__Lord_Howe,
        "45 1 * * *",
        "2026-04-05T00:00",
        "2026-04-06T00:00",
        &[("2026-04-05T01:45", "2026-04-04T14:45:00Z")],
    );
}

#[test]
fn a_day_that_samoa_skipped_airs_at_its_end_and_never_twice() {
    check(
        Tz::Pacific__Apia,
        "0 5,17 * * *",
        "2011-12-29T00:00",
        "2012-01-01T00:00",
        &[
            ("2011-12-29T05:00", "2011-12-29T15:00:00Z"),
            ("2011-12-29T17:00", "2011-12-30T03:00:00Z"),
            ("2011-12-30T05:00", "2011-12-30T10:00:00Z"),
            ("2011-12-31T05:00", "2011-12-30T15:00:00Z"),
            ("2011-12-31T17:00", "2011-12-31T03:00:00Z"),
        ],
    );
    // The midnight after the skipped day is the instant that the skipped day already took.
    check(
        Tz::Pacific__Apia,
        "0 0 * * *",
        "2011-12-29T00:00",
        "2012-01-02T00:00",
        &[
            ("2011-12-29T00:00", "2011-12-29T10:00:00Z"),
            ("2011-12-30T00:00", "2011-12-30T10:00:00Z"),
            ("2012-01-01T00:00", "2011-12-31T10:00:00Z"),
        ],
    );
}

#[test]
fn a_fold_back_over_midnight_loses_nothing() {
    // In Newfoundland, 2010-11-07 00:01 was followed by 2010-11-06 23:01.
    let schedule =
        Schedule::new(&[version(slot("sang", "0 0 * * *", vec![]))], &Holidays::default(), Tz::America__St_Johns);
    let instant = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let midnight = instant("2010-11-07T02:30:00Z");
    let (from, to) = (instant("2010-11-06T12:00:00Z"), instant("2010-11-07T12:00:00Z"));
    for minutes in 1..59 {
        let middle = midnight + TimeDelta::minutes(minutes);
        let starts = |from, to| {
            schedule.occurrences_in(Window { from, to }).into_iter().map(|found| found.start).collect::<Vec<_>>()
        };
        assert_eq!((starts(from, middle), starts(middle, to)), (vec![midnight], vec![]), "cut at {middle}");
    }
}

#[test]
fn an_excepted_time_takes_no_instant_in_a_gap() {
    let mut slot = slot("sang", "0 0 * * *", vec![]);
    slot.exceptions = vec![Exception::Date { date: day("2011-12-30") }];
    let from = instant_of(Tz::Pacific__Apia, civil("2011-12-31T00:00"));
    let window = Window { from, to: from + TimeDelta::hours(1) };
    let found = occurrences(&[version(slot)], &Holidays::default(), Tz::Pacific__Apia, window);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id.nominal, civil("2011-12-31T00:00"));
}

#[test]
fn an_edit_at_noon_changes_the_afternoon_and_not_the_morning() {
    let noon = at("2026-11-23T12:00");
    let mut before = version(slot("sang", "0 5,17 * * *", vec![]));
    let mut after = before.clone();
    before.until = Some(noon);
    after.from = noon;
    after.slot.recurrence = "30 5,17 * * *".into();
    let found =
        occurrences(&[after, before], &Holidays::default(), HANOI, window("2026-11-23T00:00", "2026-11-24T06:00"));
    let ids: Vec<_> = found.iter().map(|occurrence| occurrence.id.to_string()).collect();
    assert_eq!(ids, ["sang@2026-11-23T05:00:00", "sang@2026-11-23T17:30:00", "sang@2026-11-24T05:30:00"]);
}

#[test]
fn a_slot_that_cannot_be_read_is_named_and_the_others_go_on() {
    let versions = [version(slot("hong", "0 25 * * *", vec![])), version(slot("sang", "0 5 * * *", vec![]))];
    let schedule = Schedule::new(&versions, &Holidays::default(), HANOI);
    assert_eq!(schedule.faults().len(), 1);
    assert_eq!(schedule.faults()[0].0.as_str(), "hong");
    assert_eq!(schedule.occurrences_in(window("2026-11-23T00:00", "2026-11-24T00:00")).len(), 1);
}

#[test]
fn the_next_one_is_found_however_far_or_not_at_all() {
    let schedule =
        |recurrence: &str| Schedule::new(&[version(slot("sang", recurrence, vec![]))], &Holidays::default(), HANOI);
    let next = |recurrence: &str, text: &str| schedule(recurrence).next_after(at(text)).map(|next| next.start);
    assert_eq!(next("0 5 * * *", "2026-11-23T04:59"), Some(at("2026-11-23T05:00")));
    assert_eq!(next("0 5 * * *", "2026-11-23T05:00"), Some(at("2026-11-24T05:00")));
    assert_eq!(next("0 5 29 2 *", "2096-03-01T00:00"), Some(at("2104-02-29T05:00")));
    assert_eq!(next("0 0 5 * * * 2026", "2027-01-01T00:00"), None);
    let zones = schedule("0 5 * * *");
    assert!(zones.next_in_zones(at("2026-11-23T04:59"), &[zone("z1"), zone("z2")]).is_some());
    assert!(zones.next_in_zones(at("2026-11-23T04:59"), &[zone("z2")]).is_none());
}

fn any_slot() -> impl Strategy<Value = SlotVersion> {
    let recurrences = prop::sample::select(vec![
        "0 5 * * *",
        "*/30 * * * *",
        "0 2,3 * * 1-5 ; 30 2 * * 0",
        "15 2 29 2 *",
        "0 0 1 * 0",
        "45 23 * * *",
        "0 30 2 ? * 1 2026-2030",
    ]);
    let exceptions = prop::sample::subsequence(
        vec![
            Exception::Holidays,
            Exception::Tet { days_before: 3, days_after: 5 },
            Exception::Lunar { month: 3, day: 10 },
            Exception::Date { date: day("2026-03-29") },
        ],
        0..=4,
    );
    (0u32..6, recurrences, exceptions, 0i64..900, prop::option::of(0i64..900), prop::option::of(0i64..900)).prop_map(
        |(name, recurrence, exceptions, from, lasts, valid_to)| {
            let mut slot = slot(&format!("s{name}"), recurrence, vec![]);
            slot.exceptions = exceptions;
            slot.valid = Days { from: None, to: valid_to.map(|days| day("2026-01-01") + TimeDelta::days(days)) };
            let from = at("2025-06-01T12:00") + TimeDelta::days(from);
            SlotVersion { slot, from, until: lasts.map(|days| from + TimeDelta::days(days)) }
        },
    )
}

fn any_zone() -> impl Strategy<Value = Tz> {
    prop::sample::select(vec![
        HANOI,
        Tz::Europe__Berlin,
        Tz::Australia__Lord_Howe,
        Tz::America__Havana,
        Tz::Africa__Cairo,
        Tz::Pacific__Apia,
    ])
}

fn holidays() -> Holidays {
    toml::from_str(include_str!("../../config/holidays.toml")).unwrap()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn asked_twice_it_says_the_same_and_a_window_cut_in_two_gives_the_union(
        versions in prop::collection::vec(any_slot(), 0..8),
        time_zone in any_zone(),
        (start, length, cut) in (0i64..1_000 * 1440, 0i64..60 * 1440, 0.0..1.0f64),
    ) {
        let schedule = Schedule::new(&versions, &holidays(), time_zone);
        let from = at("2025-06-01T00:00") + TimeDelta::minutes(start);
        let to = from + TimeDelta::minutes(length);
        let middle = from + TimeDelta::seconds((length as f64 * 60.0 * cut) as i64);
        let whole = schedule.occurrences_in(Window { from, to });
        prop_assert_eq!(&whole, &occurrences(&versions, &holidays(), time_zone, Window { from, to }));
        let mut halves = schedule.occurrences_in(Window { from, to: middle });
        halves.extend(schedule.occurrences_in(Window { from: middle, to }));
        prop_assert_eq!(&whole, &halves);
        // In order, inside, none twice, each under a wording in force, no slot twice at one instant.
        for occurrence in &whole {
            prop_assert!(from <= occurrence.start && occurrence.start < to);
            prop_assert!(occurrence.version.in_force(occurrence.start));
            prop_assert_eq!(occurrence.start, instant_of(time_zone, occurrence.id.nominal));
        }
        let key = |occurrence: &Occurrence| (occurrence.start, occurrence.id.clone());
        prop_assert!(whole.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
    }

    #[test]
    fn stepping_from_one_to_the_next_finds_the_same(
        versions in prop::collection::vec(any_slot(), 1..5),
        time_zone in any_zone(),
        start in 0i64..1_000 * 1440,
    ) {
        let schedule = Schedule::new(&versions, &holidays(), time_zone);
        let from = at("2025-06-01T00:00") + TimeDelta::minutes(start);
        let window = Window { from: from + TimeDelta::nanoseconds(1), to: from + TimeDelta::days(10) };
        let found = schedule.occurrences_in(window).into_iter();
        let mut starts: Vec<_> = found.map(|occurrence| occurrence.start).collect();
        starts.dedup();
        let mut stepped = Vec::new();
        let mut at = from;
        while let Some(next) = schedule.next_after(at).filter(|next| next.start < window.to) {
            stepped.push(next.start);
            at = next.start;
        }
        prop_assert_eq!(starts, stepped);
    }
}
