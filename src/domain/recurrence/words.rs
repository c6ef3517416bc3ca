//! A recurrence in words, for people.

use chrono::{NaiveTime, TimeDelta};

use super::{DayRule, EVERY_DAY, EVERY_MONTH, EVERY_WEEKDAY, Part, Recurrence};
use crate::domain::words::Language;

/// Lists longer than this are not spelt out.
const SPELLED_MAX: usize = 6;

const DAYS_VI: [&str; 7] = ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"];
const DAYS_EN: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Recurrence {
    /// In words where the shape is a common one (`thứ Hai đến thứ Sáu, 05:00 và 17:00`), the cron text otherwise.
    #[must_use]
    pub fn describe(&self, language: Language) -> String {
        let mut groups: Vec<(&DayRule, Vec<&Part>)> = Vec::new();
        for part in &self.parts {
            match groups.iter_mut().find(|(days, _)| **days == part.days) {
                Some((_, parts)) => parts.push(part),
                None => groups.push((&part.days, vec![part])),
            }
        }
        let phrases: Option<Vec<String>> = groups
            .into_iter()
            .map(|(days, parts)| Some(format!("{}, {}", days_phrase(days, language)?, times_phrase(&parts, language)?)))
            .collect();
        phrases.map_or_else(|| self.text.clone(), |phrases| phrases.join("; "))
    }
}

fn times_phrase(parts: &[&Part], language: Language) -> Option<String> {
    let mut times: Vec<NaiveTime> = parts.iter().flat_map(|part| part.times.iter().copied()).collect();
    times.sort_unstable();
    times.dedup();
    let show = |time: &NaiveTime| time.format(if parts[0].second == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string();
    if times.len() <= SPELLED_MAX {
        return Some(language.list(&times.iter().map(show).collect::<Vec<_>>()));
    }
    let (first, last) = (times.first()?, times.last()?);
    let step = times[1] - *first;
    if !times.windows(2).all(|pair| pair[1] - pair[0] == step) {
        return None;
    }
    let (from, to) = (show(first), show(last));
    let every = if step == TimeDelta::hours(1) {
        language.pick("mỗi giờ", "every hour").to_owned()
    } else {
        format!("{} {} {}", language.pick("mỗi", "every"), step.num_minutes(), language.pick("phút", "minutes"))
    };
    Some(format!("{every} {} {from} {} {to}", language.pick("từ", "from"), language.pick("đến", "to")))
}

fn days_phrase(days: &DayRule, language: Language) -> Option<String> {
    let (all_of_month, all_of_week) = (days.of_month == EVERY_DAY, days.of_week == EVERY_WEEKDAY);
    let months = months_phrase(days.months, language)?;
    let every_day = if days.either { all_of_month || all_of_week } else { all_of_month && all_of_week };
    let phrase = if every_day {
        join(language.pick("hằng ngày", "every day"), language.pick("trong", "in"), &months)
    } else if all_of_month && !days.either {
        join(&weekdays_phrase(days.of_week, language)?, language.pick("trong", "in"), &months)
    } else {
        let of_month = month_days_phrase(days.of_month, language)?;
        let of_month = match (&months, language) {
            (Some(months), Language::Vi) => format!("{of_month} {months}"),
            // `2 September`, but `days 1 to 3 of May and June`.
            (Some(month), Language::En) if days.months.count_ones() == 1 => {
                format!("{} {month}", month_days(days.of_month, language)?)
            }
            (Some(months), Language::En) => format!("{of_month} of {months}"),
            (None, _) => format!("{of_month} {}", language.pick("hằng tháng", "of every month")),
        };
        if all_of_week {
            of_month
        } else {
            let of_week = weekdays_phrase(days.of_week, language)?;
            if days.either {
                let of_week = join(&of_week, language.pick("trong", "in"), &months);
                format!("{of_month} {} {of_week}", language.pick("hoặc", "or"))
            } else {
                format!("{of_week} {} {of_month}", language.pick("trùng", "falling on"))
            }
        }
    };
    match &days.years {
        None => Some(phrase),
        Some(years) if years.len() <= SPELLED_MAX => {
            let years: Vec<String> = years.iter().map(ToString::to_string).collect();
            // A date has its year without a word between: `24 November 2026`.
            let date = language == Language::En && !all_of_month && days.months.count_ones() == 1;
            let before = if date { "" } else { language.pick("năm ", "in ") };
            Some(format!("{phrase} {before}{}", language.list(&years)))
        }
        Some(_) => None,
    }
}

fn join(head: &str, between: &str, tail: &Option<String>) -> String {
    tail.as_ref().map_or_else(|| head.to_owned(), |tail| format!("{head} {between} {tail}"))
}

/// None inside when every month is meant.
fn months_phrase(months: u32, language: Language) -> Option<Option<String>> {
    if months == EVERY_MONTH {
        return Some(None);
    }
    let name = |month: usize| match language {
        Language::Vi => format!("tháng {month}"),
        Language::En => MONTHS_EN[month - 1].to_owned(),
    };
    spans(&(1..=12).filter(|month| months & (1 << month) != 0).collect::<Vec<_>>(), name, language).map(Some)
}

fn month_days_phrase(days: u32, language: Language) -> Option<String> {
    let word = language.pick("ngày", if days.count_ones() == 1 { "day" } else { "days" });
    Some(format!("{word} {}", month_days(days, language)?))
}

fn month_days(days: u32, language: Language) -> Option<String> {
    let days: Vec<usize> = (1..=31).filter(|day| days & (1 << day) != 0).collect();
    spans(&days, |day| day.to_string(), language)
}

fn weekdays_phrase(days: u32, language: Language) -> Option<String> {
    // The week begins on Monday; Sunday is bit 0.
    let places: Vec<usize> = (1..=7).filter(|place| days & (1 << (place % 7)) != 0).collect();
    let names = if language == Language::Vi { DAYS_VI } else { DAYS_EN };
    spans(&places, |place| names[place % 7].to_owned(), language)
}

/// `1 đến 5, 7 và 9`: runs of three or more as a span. None when there are too many to read.
fn spans(values: &[usize], name: impl Fn(usize) -> String, language: Language) -> Option<String> {
    let mut words = Vec::new();
    for run in values.chunk_by(|a, b| a + 1 == *b) {
        match run {
            [first, _, .., last] => {
                words.push(format!("{} {} {}", name(*first), language.pick("đến", "to"), name(*last)));
            }
            few => words.extend(few.iter().map(|value| name(*value))),
        }
    }
    (words.len() <= SPELLED_MAX).then(|| language.list(&words))
}
