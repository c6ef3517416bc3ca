//! Public holidays, the lunar calendar, and whether a slot airs on a day.

mod holidays;
mod lunar;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::slot::{Exception, Slot};
use super::time::Days;

pub(crate) use holidays::DayFacts;
pub use holidays::{Holiday, HolidayError, HolidayWhen, Holidays, TET_DAYS_MAX};
pub use lunar::{LunarDate, lunar_of, solar_of, tet};

/// Why a slot does not air on a day on which its recurrence names a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "hit", rename_all = "snake_case")]
pub enum ExceptionHit {
    /// The day is outside the slot's validity.
    OutsideValidity {
        /// The validity.
        valid: Days,
    },
    /// One of its exceptions names the day.
    Exception {
        /// Which.
        exception: Exception,
        /// The holiday's name, when it is one of the holidays file.
        holiday: Option<String>,
    },
}

/// Whether the slot airs on `day`: valid, and no exception names the day.
///
/// # Errors
/// What keeps it silent: the validity first, then the first exception in the slot's order.
pub fn slot_airs_on(slot: &Slot, day: NaiveDate, holidays: &Holidays) -> Result<(), ExceptionHit> {
    airs_on(slot, &DayFacts::of(day), holidays)
}

/// [`slot_airs_on`] for a day about which several slots are asked.
pub(crate) fn airs_on(slot: &Slot, day: &DayFacts, holidays: &Holidays) -> Result<(), ExceptionHit> {
    if !slot.valid.contains(day.date) {
        return Err(ExceptionHit::OutsideValidity { valid: slot.valid });
    }
    for exception in &slot.exceptions {
        let mut holiday = None;
        let hit = match exception {
            Exception::Date { date } => *date == day.date,
            // Of a time, not of a day: `plan::Schedule` looks at it.
            Exception::Once { .. } => false,
            Exception::Range { from, to } => (from..=to).contains(&&day.date),
            Exception::Holidays => {
                holiday = holidays.on(day).map(|holiday| holiday.name.clone());
                holiday.is_some()
            }
            Exception::Tet { days_before, days_after } => day.is_near_tet(*days_before, *days_after),
            Exception::Lunar { month, day: of_month } => day.is_lunar(*month, *of_month),
        };
        if hit {
            return Err(ExceptionHit::Exception { exception: exception.clone(), holiday });
        }
    }
    Ok(())
}
