//! Permitted hours: outside them nothing sounds by schedule. A hard guard, asked when planning and again on air.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::time::{Window, day_of, instant_of};

/// Most ranges of one weekday.
pub const RANGES_MAX: usize = 12;

const DAY_MINUTES: u32 = 24 * 60;

/// Local hours from one time to another, to the minute: `05:00-06:30`. An end not after the start is on the next day,
/// so that `22:00-01:00` crosses midnight and `00:00-24:00` is the whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoursRange {
    /// Minutes after midnight, 0 to 1439.
    from_minutes: u32,
    /// Minutes after the same midnight, more than `from_minutes`, at most a day more.
    to_minutes: u32,
}

/// The hours in which the station may sound, for each weekday on which they *begin*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WeekText", into = "WeekText")]
pub struct PermittedHours {
    /// Monday first; a day without ranges is silent.
    week: [Vec<HoursRange>; 7],
}

/// Why a text is no list of hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not two times with a dash.
    #[error(
        "`{value}` is not a range of hours, expected two times such as `05:00-06:30` (24:00 is the end of the day); separate several by commas"
    )]
    Range {
        /// What was written.
        value: String,
    },
    /// Two ranges share time.
    #[error("hours `{first}` and `{second}` overlap, expected ranges apart from each other; write them as one")]
    Overlap {
        /// One.
        first: HoursRange,
        /// The other.
        second: HoursRange,
    },
    /// More than [`RANGES_MAX`].
    #[error("{count} ranges in one day, at most {RANGES_MAX} are allowed; write neighbours as one")]
    TooMany {
        /// How many.
        count: usize,
    },
}

impl HoursRange {
    /// A list such as `05:00-06:30, 17:00-18:30`, ascending by start. An empty text is an empty list: silence all day.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, HoursError> {
        let mut ranges = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::parse)
            .collect::<Result<Vec<Self>, _>>()?;
        if ranges.len() > RANGES_MAX {
            return Err(HoursError::TooMany { count: ranges.len() });
        }
        ranges.sort_by_key(|range| range.from_minutes);
        match ranges.windows(2).find(|pair| pair[1].from_minutes < pair[0].to_minutes) {
            Some(pair) => Err(HoursError::Overlap { first: pair[0], second: pair[1] }),
            None => Ok(ranges),
        }
    }

    /// The instants of this range when it begins on `day`.
    pub(super) fn window_on(self, time_zone: Tz, day: NaiveDate) -> Window {
        let at = |minutes: u32| {
            let day = if minutes >= DAY_MINUTES { day.succ_opt().unwrap_or(day) } else { day };
            let time = NaiveTime::from_num_seconds_from_midnight_opt(minutes % DAY_MINUTES * 60, 0).unwrap_or_default();
            instant_of(time_zone, day.and_time(time))
        };
        Window { from: at(self.from_minutes), to: at(self.to_minutes) }
    }
}

impl FromStr for HoursRange {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let wrong = || HoursError::Range { value: text.chars().take(40).collect() };
        let minutes = |time: &str| match time.trim() {
            "24:00" => Some(DAY_MINUTES),
            time => NaiveTime::parse_from_str(time, "%H:%M").ok().map(|time| time.num_seconds_from_midnight() / 60),
        };
        let (from, to) = text.split_once(['-', '–']).ok_or_else(wrong)?;
        let from_minutes = minutes(from).filter(|from| *from < DAY_MINUTES).ok_or_else(wrong)?;
        let to_minutes = minutes(to).ok_or_else(wrong)?;
        let to_minutes = if to_minutes > from_minutes { to_minutes } else { to_minutes + DAY_MINUTES };
        Ok(Self { from_minutes, to_minutes })
    }
}

impl fmt::Display for HoursRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = if self.to_minutes == DAY_MINUTES { DAY_MINUTES } else { self.to_minutes % DAY_MINUTES };
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.from_minutes / 60, self.from_minutes % 60, to / 60, to % 60)
    }
}

impl PermittedHours {
    /// The same hours every day.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        Ok(Self::every_day(&HoursRange::parse_list(text)?))
    }

    /// The same hours every day.
    #[must_use]
    pub fn every_day(ranges: &[HoursRange]) -> Self {
        Self { week: std::array::from_fn(|_| ranges.to_vec()) }
    }

    /// The hours of each weekday, Monday first.
    #[must_use]
    pub const fn of_week(week: [Vec<HoursRange>; 7]) -> Self {
        Self { week }
    }

    /// Day and night.
    #[must_use]
    pub fn always() -> Self {
        Self::every_day(&[HoursRange { from_minutes: 0, to_minutes: DAY_MINUTES }])
    }

    /// The same, but with other hours on one weekday.
    #[must_use]
    pub fn with(mut self, weekday: Weekday, ranges: Vec<HoursRange>) -> Self {
        self.week[weekday.num_days_from_monday() as usize] = ranges;
        self
    }

    /// The hours that begin on a weekday, ascending.
    #[must_use]
    pub fn on(&self, weekday: Weekday) -> &[HoursRange] {
        &self.week[weekday.num_days_from_monday() as usize]
    }

    /// Up to which instant sound is permitted without a break from `from` on, at most `at_most`; `from` itself if it
    /// is not permitted at all.
    #[must_use]
    pub fn permitted_to(&self, time_zone: Tz, from: DateTime<Utc>, at_most: DateTime<Utc>) -> DateTime<Utc> {
        let mut reached = from;
        // Ranges of the day before may reach over midnight; none is longer than a day.
        let first = day_of(time_zone, from).checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MIN);
        for day in first.iter_days() {
            if reached >= at_most {
                break;
            }
            for window in self.on(day.weekday()).iter().map(|range| range.window_on(time_zone, day)) {
                // Half-open: a range that ends at `from` gives nothing, one that begins where the last ended goes on.
                if window.from <= reached && reached < window.to {
                    reached = window.to;
                }
            }
            if day > day_of(time_zone, reached) {
                break;
            }
        }
        reached.min(at_most).max(from)
    }

    /// The stretches of `window` in which sound is permitted, in order, each as long as it goes without a break.
    #[must_use]
    pub fn stretches_in(&self, time_zone: Tz, window: Window) -> Vec<Window> {
        let mut stretches: Vec<Window> = Vec::new();
        if window.from >= window.to {
            return stretches;
        }
        let first = day_of(time_zone, window.from).checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MIN);
        let last = day_of(time_zone, window.to);
        for day in first.iter_days().take_while(|day| *day <= last) {
            for range in self.on(day.weekday()) {
                let whole = range.window_on(time_zone, day);
                let inside = Window { from: whole.from.max(window.from), to: whole.to.min(window.to) };
                match stretches.last_mut() {
                    Some(before) if inside.from <= before.to => before.to = before.to.max(inside.to),
                    _ if inside.from < inside.to => stretches.push(inside),
                    _ => {}
                }
            }
        }
        stretches
    }

    /// Whether sound is permitted during the whole of `window`. An empty window is permitted where its start is.
    #[must_use]
    pub fn allows(&self, time_zone: Tz, window: Window) -> bool {
        let shortest = window.from.checked_add_signed(TimeDelta::nanoseconds(1)).unwrap_or(window.from);
        let to = window.to.max(shortest);
        self.permitted_to(time_zone, window.from, to) == to
    }
}

impl Default for PermittedHours {
    /// Day and night: a station restricts itself in its configuration.
    fn default() -> Self {
        Self::always()
    }
}

/// A week as a configuration writes it: one list a day.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeekText {
    monday: String,
    tuesday: String,
    wednesday: String,
    thursday: String,
    friday: String,
    saturday: String,
    sunday: String,
}

impl TryFrom<WeekText> for PermittedHours {
    type Error = HoursError;

    fn try_from(text: WeekText) -> Result<Self, HoursError> {
        let days = [text.monday, text.tuesday, text.wednesday, text.thursday, text.friday, text.saturday, text.sunday];
        let mut week: [Vec<HoursRange>; 7] = Default::default();
        for (ranges, text) in week.iter_mut().zip(&days) {
            *ranges = HoursRange::parse_list(text)?;
        }
        Ok(Self { week })
    }
}

impl From<PermittedHours> for WeekText {
    fn from(hours: PermittedHours) -> Self {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] =
            hours.week.map(|ranges| ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
        Self { monday, tuesday, wednesday, thursday, friday, saturday, sunday }
    }
}
