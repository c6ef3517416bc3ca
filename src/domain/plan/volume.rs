//! How loud a zone is at which hour: horns near sleeping people are turned down at dawn, not switched off.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::permitted::{HoursError, HoursRange, RANGES_MAX};
use crate::domain::time::{Window, day_of};

/// The quietest that a zone can be turned down to, in dB. What shall not be heard at all is muted, or has no slot.
pub const VOLUME_MIN_DB: f64 = -40.0;

/// Local hours in which a zone is turned down, the same every day: `05:00-06:00 -6, 21:00-22:00 -12`. At other hours it is at
/// its full volume.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VolumeHours(Vec<(HoursRange, f64)>);

/// Why a text is no list of volumes.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum VolumeError {
    /// No hours, or hours that overlap.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// No volume behind the hours.
    #[error("`{value}` has no volume behind the hours, expected {VOLUME_MIN_DB} to 0 dB, such as `05:00-06:00 -6`")]
    Volume {
        /// What was written.
        value: String,
    },
}

impl VolumeHours {
    /// The volume at `at`, in dB, 0 or less.
    #[must_use]
    pub fn at(&self, time_zone: Tz, at: DateTime<Utc>) -> f64 {
        let found = self.windows(time_zone, at).find(|(window, _)| window.from <= at && at < window.to);
        found.map_or(0.0, |(_, volume_db)| volume_db)
    }

    /// The first instant after `at` at which it changes; none if it never does.
    #[must_use]
    pub fn changes_after(&self, time_zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.windows(time_zone, at).flat_map(|(window, _)| [window.from, window.to]).filter(|edge| *edge > at).min()
    }

    /// The hours as they fall on the day before `at`, its day and the day after.
    fn windows(&self, time_zone: Tz, at: DateTime<Utc>) -> impl Iterator<Item = (Window, f64)> {
        let first = day_of(time_zone, at).checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MIN);
        let days = first.iter_days().take(3);
        days.flat_map(move |day| self.0.iter().map(move |(range, db)| (range.window_on(time_zone, day), *db)))
    }
}

impl FromStr for VolumeHours {
    type Err = VolumeError;

    fn from_str(text: &str) -> Result<Self, VolumeError> {
        let items: Vec<_> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
        if items.len() > RANGES_MAX {
            return Err(HoursError::TooMany { count: items.len() }.into());
        }
        let mut hours = Vec::with_capacity(items.len());
        for item in items {
            let wrong = || VolumeError::Volume { value: item.chars().take(40).collect() };
            let (range, volume) = item.rsplit_once(char::is_whitespace).ok_or_else(wrong)?;
            let volume_db: f64 = volume.parse().map_err(|_| wrong())?;
            if !(VOLUME_MIN_DB..=0.0).contains(&volume_db) {
                return Err(wrong());
            }
            hours.push((range.parse::<HoursRange>()?, volume_db));
        }
        // Told by the same rule as permitted hours.
        let ranges: Vec<String> = hours.iter().map(|(range, _)| range.to_string()).collect();
        HoursRange::parse_list(&ranges.join(","))?;
        Ok(Self(hours))
    }
}

impl fmt::Display for VolumeHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (range, volume_db)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{range} {volume_db}")?;
        }
        Ok(())
    }
}
