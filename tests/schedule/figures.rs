//! How fast the plan is. Run with `cargo test --release --test integration -- --ignored --nocapture schedule::figures`.

use std::hint::black_box;
use std::time::Instant;

use chrono::TimeDelta;
use loa::domain::calendar::Holidays;
use loa::domain::plan::Schedule;
use loa::domain::recurrence::Recurrence;
use loa::domain::slot::{Exception, SlotVersion};
use loa::domain::time::Window;

use super::build::{HANOI, at, civil, slot, version, window};

/// Slots at all hours, a third of them silent on holidays and around Tết.
fn many(count: u32) -> Vec<SlotVersion> {
    (0..count)
        .map(|number| {
            let days = ["*", "1-5", "0,6"][number as usize % 3];
            let recurrence = format!("{} {},{} * * {days}", number % 60, number % 12, 12 + number % 12);
            let mut slot = slot(&format!("s{number}"), &recurrence, vec![]);
            if number % 3 == 0 {
                slot.exceptions = vec![Exception::Holidays, Exception::Tet { days_before: 2, days_after: 4 }];
            }
            version(slot)
        })
        .collect()
}

fn holidays() -> Holidays {
    toml::from_str(include_str!("../../config/holidays.toml")).unwrap()
}

#[test]
#[ignore = "a measurement, not a test"]
fn plan_of_1000_slots_for_a_year() {
    let versions = many(1_000);
    let began = Instant::now();
    let schedule = Schedule::new(&versions, &holidays(), HANOI);
    let read = began.elapsed();
    let found = schedule.occurrences_in(window("2026-01-01T00:00", "2027-01-01T00:00"));
    println!("1,000 slots, a year: {} occurrences in {:?}, of it {read:?} reading", found.len(), began.elapsed());
    assert!(found.len() > 400_000);
}

#[test]
#[ignore = "a measurement, not a test"]
fn nominal_times_of_1000_slots_for_a_year() {
    let recurrences: Vec<_> =
        many(1_000).iter().map(|version| Recurrence::parse(&version.slot.recurrence).unwrap()).collect();
    let began = Instant::now();
    let (from, to) = (civil("2026-01-01T00:00"), civil("2027-01-01T00:00"));
    let count: usize = recurrences.iter().map(|recurrence| recurrence.nominal_times(from, to).count()).sum();
    println!("1,000 recurrences, a year: {count} times in {:?}", began.elapsed());
}

#[test]
#[ignore = "a measurement, not a test"]
fn a_day_of_50_slots() {
    let schedule = Schedule::new(&many(50), &holidays(), HANOI);
    let began = Instant::now();
    for day in 0..1_000 {
        let from = at("2026-01-01T00:00") + TimeDelta::days(day);
        black_box(schedule.occurrences_in(Window { from, to: from + TimeDelta::days(1) }));
    }
    println!("one day of 50 slots: {:?}", began.elapsed() / 1_000);
    let began = Instant::now();
    for hour in 0..1_000 {
        black_box(schedule.next_after(at("2026-01-01T00:00") + TimeDelta::hours(hour)));
    }
    println!("the next of 50 slots: {:?}", began.elapsed() / 1_000);
}
