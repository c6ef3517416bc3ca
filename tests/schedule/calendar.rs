//! The lunar calendar against published dates; holidays and exceptions.

use chrono::{Datelike, NaiveDate, TimeDelta};
use loa::domain::calendar::{ExceptionHit, Holidays, LunarDate, lunar_of, slot_airs_on, solar_of, tet};
use loa::domain::slot::Exception;
use loa::domain::time::Days;
use proptest::prelude::*;

use super::build::{cases, day, slot};

/// Mùng Một Tết of each year from 1926 to 2100, as month and day.
const TET: &str = "
    2-13 2-2 1-23 2-10 1-30 2-17 2-6 1-26 2-14 2-4 1-24 2-11 1-31 2-19 2-8 1-27 2-15 2-5 1-25 2-13 2-2 1-22 2-10
    1-29 2-17 2-6 1-27 2-14 2-3 1-24 2-12 1-31 2-18 2-8 1-28 2-15 2-5 1-25 2-13 2-2 1-21 2-9 1-29 2-16 2-6 1-27
    2-15 2-3 1-23 2-11 1-31 2-18 2-7 1-28 2-16 2-5 1-25 2-13 2-2 1-21 2-9 1-29 2-17 2-6 1-27 2-15 2-4 1-23 2-10
    1-31 2-19 2-7 1-28 2-16 2-5 1-24 2-12 2-1 1-22 2-9 1-29 2-17 2-7 1-26 2-14 2-3 1-23 2-10 1-31 2-19 2-8 1-28
    2-16 2-5 1-25 2-12 2-1 1-22 2-10 1-29 2-17 2-6 1-26 2-13 2-2 1-23 2-11 1-31 2-19 2-8 1-28 2-15 2-4 1-24 2-12
    2-1 1-22 2-10 1-30 2-17 2-6 1-26 2-14 2-2 1-23 2-11 2-1 2-18 2-8 1-28 2-15 2-4 1-24 2-12 2-2 1-21 2-9 1-29
    2-17 2-5 1-26 2-14 2-3 1-23 2-11 1-31 2-19 2-7 1-27 2-15 2-5 1-24 2-12 2-2 1-22 2-9 1-29 2-17 2-6 1-26 2-14
    2-3 1-24 2-10 1-30 2-18 2-7 1-27 2-15 2-5 1-25 2-12 2-1 1-21 2-9";

fn lunar(year: i32, month: u32, day: u32) -> LunarDate {
    LunarDate { year, month, leap: false, day }
}

#[test]
fn tet_falls_on_the_published_days() {
    for (year, expected) in [
        // Years in which it is not the Chinese new year.
        (1968, "1968-01-29"),
        (1985, "1985-01-21"),
        (2007, "2007-02-17"),
        (2030, "2030-02-02"),
        // Plain ones.
        (1945, "1945-02-13"),
        (1975, "1975-02-11"),
        (2000, "2000-02-05"),
        (2020, "2020-01-25"),
        (2023, "2023-01-22"),
        (2024, "2024-02-10"),
        (2025, "2025-01-29"),
        (2026, "2026-02-17"),
        (2027, "2027-02-06"),
        (2050, "2050-01-23"),
        (2100, "2100-02-09"),
    ] {
        assert_eq!(tet(year), day(expected), "{year}");
        assert_eq!(lunar_of(day(expected)), lunar(year, 1, 1));
        assert_eq!(lunar_of(day(expected).pred_opt().unwrap()).month, 12, "the eve of {expected}");
    }
}

#[test]
fn well_known_days_and_leap_months() {
    for (text, year, month, leap, of_month) in [
        ("2000-01-01", 1999, 11, false, 25),
        ("2023-04-29", 2023, 3, false, 10),
        ("2024-04-18", 2024, 3, false, 10),
        ("2026-04-26", 2026, 3, false, 10),
        ("2024-09-17", 2024, 8, false, 15),
        ("2023-03-22", 2023, 2, true, 1),
        ("2020-05-23", 2020, 4, true, 1),
        ("2025-07-25", 2025, 6, true, 1),
        ("2033-12-22", 2033, 11, true, 1),
        ("1984-12-22", 1984, 12, false, 1),
    ] {
        assert_eq!(lunar_of(day(text)), LunarDate { year, month, leap, day: of_month }, "{text}");
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// From any day on the calendar only moves by the rules: the day counts up to 29 or 30, then the next month begins.
    #[test]
    fn every_day_follows_from_the_one_before(offset in 0i64..300 * 365) {
        let today = day("1850-01-01") + TimeDelta::days(offset);
        let (now, next) = (lunar_of(today), lunar_of(today.succ_opt().unwrap()));
        prop_assert!((1..=30).contains(&now.day) && (1..=12).contains(&now.month));
        if next.day != 1 {
            prop_assert_eq!(next, LunarDate { day: now.day + 1, ..now });
        } else {
            prop_assert!(now.day == 29 || now.day == 30);
            let repeated = next == LunarDate { day: 1, leap: true, ..now } && !now.leap;
            let following = next == LunarDate {
                year: now.year + i32::from(now.month == 12),
                month: now.month % 12 + 1,
                leap: false,
                day: 1,
            };
            prop_assert!(repeated || following, "{:?} then {:?}", now, next);
        }
        if !now.leap {
            prop_assert_eq!(solar_of(now.year, now.month, now.day), Some(today));
        }
    }
}

#[test]
fn a_month_of_29_days_has_no_30th() {
    // 2026: month 1 has 30 days, month 12 of the year before 29.
    assert_eq!(solar_of(2025, 12, 30), None);
    assert_eq!(solar_of(2025, 12, 29), Some(day("2026-02-16")));
    assert_eq!(solar_of(2026, 13, 1), None);
    assert_eq!(solar_of(2026, 1, 0), None);
}

fn shipped() -> Holidays {
    toml::from_str(include_str!("../../config/holidays.toml")).unwrap()
}

#[test]
fn the_shipped_holidays_are_the_eleven_days_of_the_labour_code() {
    let holidays = shipped();
    let of_year = |year: i32| {
        let days = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days().take_while(move |day| day.year() == year);
        days.filter(|day| holidays.contains(*day)).map(|day| day.to_string()).collect::<Vec<_>>()
    };
    let expected = [
        "2026-01-01",
        "2026-02-16",
        "2026-02-17",
        "2026-02-18",
        "2026-02-19",
        "2026-02-20",
        "2026-04-26",
        "2026-04-30",
        "2026-05-01",
        "2026-09-01",
        "2026-09-02",
    ];
    assert_eq!(of_year(2026), expected);
    for year in 2023..2060 {
        assert_eq!(of_year(year).len(), 11, "{year}");
    }
    assert_eq!(holidays.name_of(day("2026-04-26")), Some("Giỗ Tổ Hùng Vương"));
    assert_eq!(holidays.name_of(day("2026-04-27")), None);
}

#[test]
fn the_holidays_file_survives_a_round_trip_and_takes_single_days() {
    let text = "[[holiday]]\nname = \"Lễ hội\"\ndate = \"2026-03-08\"\n\
                [[holiday]]\nname = \"Bầu cử\"\nfrom = \"2026-03-14\"\nto = \"2026-03-15\"\n";
    let mut holidays: Holidays = toml::from_str(text).unwrap();
    holidays.list.extend(shipped().list);
    assert_eq!(toml::from_str::<Holidays>(&toml::to_string(&holidays).unwrap()).unwrap(), holidays);
    let inside = ["2026-03-08", "2026-03-14", "2026-03-15"];
    let outside = ["2026-03-07", "2026-03-09", "2026-03-13", "2026-03-16", "2027-03-08"];
    assert!(inside.iter().all(|text| holidays.contains(day(text))));
    assert!(outside.iter().all(|text| !holidays.contains(day(text))));
}

#[test]
fn a_wrong_holiday_is_named() {
    for (entry, says) in [
        ("solar = \"31/2\"", "solar is `31/2`, expected day/month"),
        ("lunar = \"31/1\"", "lunar is `31/1`"),
        ("date = \"2026-02-30\"", "date is `2026-02-30`, expected year-month-day"),
        ("from = \"2026-02-03\"\nto = \"2026-02-01\"", "to is `2026-02-01`, expected a day not before"),
        ("from = \"2026-02-03\"", "exactly one of"),
        ("solar = \"1/1\"\nlunar = \"1/1\"", "2 times"),
        ("", "0 times"),
        ("tet = { days_before = 99, days_after = 0 }", "tet is `99`"),
        ("sollar = \"1/1\"", "sollar"),
    ] {
        let text = format!("[[holiday]]\nname = \"Ngày X\"\n{entry}\n");
        let error = toml::from_str::<Holidays>(&text).expect_err(entry).to_string();
        assert!(error.contains(says), "{entry}: {error}");
    }
}

#[test]
fn a_slot_is_silent_on_its_exceptions_and_outside_its_validity() {
    let mut slot = slot("sang", "0 5 * * *", vec![]);
    slot.valid = Days { from: Some(day("2026-01-01")), to: Some(day("2026-12-31")) };
    slot.exceptions = vec![
        Exception::Date { date: day("2026-03-03") },
        Exception::Range { from: day("2026-06-01"), to: day("2026-06-03") },
        Exception::Holidays,
        Exception::Tet { days_before: 10, days_after: 7 },
        Exception::Lunar { month: 7, day: 15 },
    ];
    let airs = |text: &str| slot_airs_on(&slot, day(text), &shipped());
    for text in
        ["2026-01-02", "2026-02-06", "2026-02-25", "2026-03-04", "2026-05-31", "2026-06-04", "2026-08-26", "2026-12-31"]
    {
        assert_eq!(airs(text), Ok(()), "{text}");
    }
    for text in ["2026-03-03", "2026-06-01", "2026-06-03", "2026-04-30", "2026-02-07", "2026-02-24", "2026-08-27"] {
        assert!(matches!(airs(text), Err(ExceptionHit::Exception { .. })), "{text}");
    }
    assert_eq!(airs("2025-12-31"), Err(ExceptionHit::OutsideValidity { valid: slot.valid }));
    assert_eq!(
        airs("2026-09-02"),
        Err(ExceptionHit::Exception { exception: Exception::Holidays, holiday: Some("Quốc khánh".into()) })
    );
}

#[test]
fn tet_reaches_back_into_the_year_before() {
    let mut slot = slot("sang", "0 5 * * *", vec![]);
    slot.exceptions = vec![Exception::Tet { days_before: 60, days_after: 60 }];
    // Tết 2023 was 22 January: sixty days before it is 23 November 2022.
    let silent = |text: &str| slot_airs_on(&slot, day(text), &Holidays::default()).is_err();
    assert!(!silent("2022-11-22") && silent("2022-11-23") && silent("2023-03-23") && !silent("2023-03-24"));
}

#[test]
fn the_table_of_tet_from_1926_to_2100() {
    let days = TET.split_whitespace().collect::<Vec<_>>();
    for (year, expected) in (1926..=2100).zip(&days) {
        let found = tet(year);
        assert_eq!(format!("{}-{}", found.month(), found.day()), **expected, "{year}");
    }
    assert_eq!(days.len(), 175);
}
