//! The holidays of a year, with their lunar dates: what the list of holidays comes to.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::Desk;
use super::error::DeskError;
use crate::domain::calendar::{Holidays, LunarDate, lunar_of, tet};

/// The years whose lunar calendar is looked at.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// A day that is a holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayOn {
    /// Which.
    pub day: NaiveDate,
    /// As spoken of in the plan.
    pub name: String,
    /// The same day by the moon.
    pub lunar: LunarDate,
}

/// The holidays of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearOfHolidays {
    /// Mùng Một Tết.
    pub tet: NaiveDate,
    /// Its days, in order.
    pub days: Vec<HolidayOn>,
}

impl Desk {
    /// Which days of a year are holidays: by a list that is not saved yet, or by the one in force.
    ///
    /// # Errors
    /// The year is not between 1900 and 2199; the list makes no sense.
    pub fn holidays_of(&self, year: i32, list: Option<Value>) -> Result<YearOfHolidays, DeskError> {
        if !YEARS.contains(&year) {
            let text = format!("{year} is no year from {} to {}", YEARS.start(), YEARS.end());
            return Err(DeskError::usage(text));
        }
        let holidays = match list {
            None => self.config.schedule.holidays.clone(),
            Some(list) => serde_json::from_value::<Holidays>(json!({ "holiday": list }))
                .map_err(|error| DeskError::usage(format!("the list of holidays makes no sense: {error}")))?,
        };
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let days = first.iter_days().take_while(|day| chrono::Datelike::year(day) == year);
        let holiday = |day| {
            let name = holidays.name_of(day)?.to_owned();
            Some(HolidayOn { day, name, lunar: lunar_of(day) })
        };
        Ok(YearOfHolidays { tet: tet(year), days: days.filter_map(holiday).collect() })
    }
}
