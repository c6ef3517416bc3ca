//! How fast the plan is.

use loa::domain::calendar::Holidays;
use loa::domain::plan::Schedule;
use loa::domain::recurrence::Recurrence;
use loa::domain::slot::{Exception, SlotVersion};

use crate::table::{milliseconds, percentile, row, timed};

#[path = "../../tests/schedule/build.rs"]
mod build;

use build::{HANOI, civil, slot, version, window};

const SLOTS: u32 = 1_000;

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

/// All occurrences of a thousand slots in a year: median of `times`.
pub(crate) fn plan(times: u32) {
    let holidays: Holidays = toml::from_str(include_str!("../../config/holidays.toml")).unwrap();
    let versions = many(SLOTS);
    let mut took = Vec::new();
    let mut found = 0;
    for _ in 0..times {
        let (time, occurrences) = timed(|| {
            let schedule = Schedule::new(&versions, &holidays, HANOI);
            schedule.occurrences_in(window("2026-01-01T00:00", "2027-01-01T00:00"))
        });
        took.push(time.as_secs_f64());
        found = occurrences.len();
    }
    let median = percentile(&took, 0.5);
    let figure = format!("plan of 1,000 slots for a year, {found} occurrences");
    row(&figure, &format!("{median:.2} s"), "<= 1 s", "plan");

    let recurrences: Vec<_> =
        versions.iter().map(|version| Recurrence::parse(&version.slot.recurrence).unwrap()).collect();
    let (from, to) = (civil("2026-01-01T00:00"), civil("2027-01-01T00:00"));
    let (time, count) =
        timed(|| recurrences.iter().map(|recurrence| recurrence.nominal_times(from, to).count()).sum::<usize>());
    row(&format!("of it the {count} times of their recurrences"), &milliseconds(time), "-", "plan");
}
