//! The Vietnamese lunar calendar (âm lịch), computed from the motion of the moon and the sun.
//!
//! The rules, for days that begin at midnight UTC+7 (Hanoi) whatever zone the station is in:
//!
//! 1. A month begins on the day of the new moon.
//! 2. Month 11 is the month that holds the winter solstice.
//! 3. Between two months 11 lie 12 or 13 months. If 13, the first of them without a major term (trung khí: the sun's
//!    longitude is a multiple of 30°) is a leap month and repeats the number of the month before it.
//!
//! New moons follow Meeus, *Astronomical Algorithms*, chapter 49 (seconds), the sun's longitude chapter 25 (0.01°, a
//! quarter of an hour). Vietnam has used UTC+7 since 1968, hence the years in which its Tết is not the Chinese new
//! year; before, the almanac in use was reckoned by UTC+8, and so it is here.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A day of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LunarDate {
    /// The year, numbered as the solar year in which it begins.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// Whether the month repeats the number of the one before it (tháng nhuận).
    pub leap: bool,
    /// 1 to 30.
    pub day: u32,
}

/// The lunar date of a day. Every month from 1926 to 2099 agrees with the published almanacs; for two or
/// three centuries around it is as good as the formulas.
#[must_use]
pub fn lunar_of(day: NaiveDate) -> LunarDate {
    let number = day.num_days_from_ce();
    let this = Cycle::ending_in(day.year());
    if number < this.end() { this.date(number) } else { Cycle::ending_in(day.year() + 1).date(number) }
}

/// Mùng Một Tết: the first day of the lunar year that begins in the solar year `year`.
#[must_use]
pub fn tet(year: i32) -> NaiveDate {
    date(Cycle::ending_in(year).first_day(1))
}

/// The day of a month of a lunar year, never in a leap month; none if that month has only 29 days and the 30th is
/// asked.
#[must_use]
pub fn solar_of(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    let cycle = Cycle::ending_in(if month >= 11 { year + 1 } else { year });
    let index = cycle.index_of(month);
    let offset = i32::try_from(day - 1).ok()?;
    let (first, next) = (new_moon_day(cycle.first + index), new_moon_day(cycle.first + index + 1));
    (first + offset < next).then(|| date(first + offset))
}

/// The 12 or 13 months from one month 11 up to the next.
struct Cycle {
    /// The solar year in which the next month 11 begins, which is also the number of the lunar year from month 1 on.
    year: i32,
    /// The new moon of its month 11.
    first: i64,
    /// The new moon of the next month 11.
    next: i64,
    /// The month that is leap, counted from 0 at month 11.
    leap: Option<i64>,
}

impl Cycle {
    fn ending_in(year: i32) -> Self {
        let (first, next) = (solstice_moon(year - 1), solstice_moon(year));
        let without_major_term = |index: &i64| {
            let start = |index: i64| major_term_before(new_moon_day(first + index));
            start(*index) == start(*index + 1)
        };
        let leap = if next - first == 13 { (1..13).find(without_major_term) } else { None };
        Self { year, first, next, leap }
    }

    /// The day on which the next cycle begins.
    fn end(&self) -> i32 {
        new_moon_day(self.next)
    }

    /// The lunar date of a day within.
    fn date(&self, number: i32) -> LunarDate {
        let index = moon_on_or_before(number) - self.first;
        let leap = self.leap == Some(index);
        let ordinal = index - i64::from(self.leap.is_some_and(|leap| leap <= index));
        let month = u32::try_from((ordinal + 10) % 12 + 1).unwrap_or(1);
        let day = u32::try_from(number - new_moon_day(self.first + index) + 1).unwrap_or(1);
        LunarDate { year: if ordinal < 2 { self.year - 1 } else { self.year }, month, leap, day }
    }

    /// Place of the month of this number that is not leap.
    fn index_of(&self, month: u32) -> i64 {
        let ordinal = (i64::from(month) + 1) % 12;
        ordinal + i64::from(self.leap.is_some_and(|leap| leap <= ordinal))
    }

    fn first_day(&self, month: u32) -> i32 {
        new_moon_day(self.first + self.index_of(month))
    }
}

/// The number of the new moon that begins the month of the winter solstice of a year.
fn solstice_moon(year: i32) -> i64 {
    // The sun's longitude passes 270° between 20 and 23 December for all centuries this calendar is asked about.
    let guess = NaiveDate::from_ymd_opt(year, 12, 20).map_or(0, |day| day.num_days_from_ce());
    let solstice = (guess..guess + 4).find(|day| major_term_before(day + 1) == 9).unwrap_or(guess + 1);
    moon_on_or_before(solstice)
}

/// The number of the last new moon not after a day.
fn moon_on_or_before(day: i32) -> i64 {
    let number = ((f64::from(day) - FIRST_MOON_DAY) / SYNODIC_MONTH_DAYS).floor() as i64;
    // The mean month and the true one differ by less than a day, so one step either way is enough.
    if new_moon_day(number) > day {
        number - 1
    } else if new_moon_day(number + 1) <= day {
        number + 1
    } else {
        number
    }
}

/// The day of new moon 0, as [`Datelike::num_days_from_ce`] counts, with its mean time of day.
const FIRST_MOON_DAY: f64 = 730_125.9;

/// Mean length of a lunar month.
const SYNODIC_MONTH_DAYS: f64 = 29.530_588_861;

/// The Julian day at which day 0 of [`Datelike::num_days_from_ce`] begins, at midnight UTC.
const MIDNIGHT_JULIAN: f64 = 1_721_424.5;

/// 1968-01-01: Vietnam goes over to the time of Hanoi, UTC+7.
const HANOI_FROM_DAY: f64 = 718_432.0;

/// How far the time of the almanac runs ahead of UTC on a day.
fn ahead_of_utc_days(day: f64) -> f64 {
    if day < HANOI_FROM_DAY { 8.0 / 24.0 } else { 7.0 / 24.0 }
}

fn date(number: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(number).unwrap_or_default()
}

/// The day, UTC+7, of a new moon; number 0 is the first of the year 2000.
fn new_moon_day(number: i64) -> i32 {
    let day = new_moon(number as f64) - MIDNIGHT_JULIAN;
    (day + ahead_of_utc_days(day)).floor() as i32
}

/// Which twelfth of its way from the March equinox the sun is in as a day begins, 0 to 11: the last major term before
/// it.
fn major_term_before(day: i32) -> u32 {
    let day = f64::from(day);
    let longitude = sun_longitude_deg(day + MIDNIGHT_JULIAN - ahead_of_utc_days(day));
    (longitude / 30.0).floor() as u32
}

/// Julian day (UTC) of new moon `k`, by Meeus chapter 49.
fn new_moon(k: f64) -> f64 {
    let t = k / 1236.85;
    let t2 = t * t;
    let mean =
        2_451_550.097_66 + SYNODIC_MONTH_DAYS * k + t2 * (0.000_154_37 - t * (0.000_000_150 - t * 0.000_000_000_73));
    let eccentricity = 1.0 - t * (0.002_516 + t * 0.000_007_4);
    let sun = 2.5534 + 29.105_356_70 * k - t2 * (0.000_001_4 + t * 0.000_000_11);
    let moon = 201.5643 + 385.816_935_28 * k + t2 * (0.010_758_2 + t * (0.000_012_38 - t * 0.000_000_058));
    let latitude = 160.7108 + 390.670_502_84 * k - t2 * (0.001_611_8 + t * (0.000_002_27 - t * 0.000_000_011));
    let node = 124.7746 - 1.563_755_88 * k + t2 * (0.002_067_2 + t * 0.000_002_15);
    let periodic: f64 = PERIODIC_TERMS
        .iter()
        .map(|(days, by_sun, by_moon, by_latitude)| {
            let angle = by_sun * sun + by_moon * moon + by_latitude * latitude;
            days * eccentricity.powi(by_sun.abs() as i32) * angle.to_radians().sin()
        })
        .sum();
    let planets: f64 = PLANETARY_TERMS
        .iter()
        .map(|(days, angle, by_k, by_t2)| days * (angle + by_k * k + by_t2 * t2).to_radians().sin())
        .sum();
    mean + periodic - 0.000_17 * node.to_radians().sin() + planets - dynamical_ahead_days(2000.0 + t * 100.0)
}

/// The sun's apparent longitude at a Julian day (UTC), 0 to 360, by Meeus chapter 25.
fn sun_longitude_deg(julian_day: f64) -> f64 {
    let year = 2000.0 + (julian_day - 2_451_545.0) / 365.25;
    let t = (julian_day + dynamical_ahead_days(year) - 2_451_545.0) / 36_525.0;
    let mean = 280.466_46 + t * (36_000.769_83 + t * 0.000_303_2);
    let anomaly = (357.529_11 + t * (35_999.050_29 - t * 0.000_153_7)).to_radians();
    let centre = (1.914_602 - t * (0.004_817 + t * 0.000_014)) * anomaly.sin()
        + (0.019_993 - t * 0.000_101) * (2.0 * anomaly).sin()
        + 0.000_289 * (3.0 * anomaly).sin();
    let node = (125.04 - 1934.136 * t).to_radians();
    (mean + centre - 0.005_69 - 0.004_78 * node.sin()).rem_euclid(360.0)
}

/// How far dynamical time runs ahead of UTC: about a minute now, half a minute in 1950, some two minutes by 2100. A
/// parabola is close enough: no new moon and no major term is decided by it.
fn dynamical_ahead_days(year: f64) -> f64 {
    let centuries = (year - 1820.0) / 100.0;
    (31.0 * centuries * centuries - 20.0).max(0.0) / 86_400.0
}

/// Days; multiples of the sun's anomaly, the moon's anomaly, the moon's argument of latitude.
const PERIODIC_TERMS: [(f64, f64, f64, f64); 24] = [
    (-0.407_20, 0.0, 1.0, 0.0),
    (0.172_41, 1.0, 0.0, 0.0),
    (0.016_08, 0.0, 2.0, 0.0),
    (0.010_39, 0.0, 0.0, 2.0),
    (0.007_39, -1.0, 1.0, 0.0),
    (-0.005_14, 1.0, 1.0, 0.0),
    (0.002_08, 2.0, 0.0, 0.0),
    (-0.001_11, 0.0, 1.0, -2.0),
    (-0.000_57, 0.0, 1.0, 2.0),
    (0.000_56, 1.0, 2.0, 0.0),
    (-0.000_42, 0.0, 3.0, 0.0),
    (0.000_42, 1.0, 0.0, 2.0),
    (0.000_38, 1.0, 0.0, -2.0),
    (-0.000_24, -1.0, 2.0, 0.0),
    (-0.000_07, 2.0, 1.0, 0.0),
    (0.000_04, 0.0, 2.0, -2.0),
    (0.000_04, 3.0, 0.0, 0.0),
    (0.000_03, 1.0, 1.0, -2.0),
    (0.000_03, 0.0, 2.0, 2.0),
    (-0.000_03, 1.0, 1.0, 2.0),
    (0.000_03, -1.0, 1.0, 2.0),
    (-0.000_02, -1.0, 1.0, -2.0),
    (-0.000_02, 1.0, 3.0, 0.0),
    (0.000_02, 0.0, 4.0, 0.0),
];

/// Days; degrees, degrees per lunar month, degrees per century squared.
const PLANETARY_TERMS: [(f64, f64, f64, f64); 14] = [
    (0.000_325, 299.77, 0.107_408, -0.009_173),
    (0.000_165, 251.88, 0.016_321, 0.0),
    (0.000_164, 251.83, 26.651_886, 0.0),
    (0.000_126, 349.42, 36.412_478, 0.0),
    (0.000_110, 84.66, 18.206_239, 0.0),
    (0.000_062, 141.74, 53.303_771, 0.0),
    (0.000_060, 207.14, 2.453_732, 0.0),
    (0.000_056, 154.84, 7.306_860, 0.0),
    (0.000_047, 34.52, 27.261_239, 0.0),
    (0.000_042, 207.19, 0.121_824, 0.0),
    (0.000_040, 291.34, 1.844_379, 0.0),
    (0.000_037, 161.72, 24.198_154, 0.0),
    (0.000_035, 239.56, 25.513_099, 0.0),
    (0.000_023, 331.55, 3.592_518, 0.0),
];
