//! Recurrence against a model that knows nothing of it: a list of what each field says, matched minute by minute.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use loa::domain::recurrence::{Recurrence, RecurrenceError};
use proptest::prelude::*;

use super::build::{cases, civil, day};

/// One item of a list, as it was meant; rendered to text and matched by itself.
#[derive(Debug, Clone)]
enum Item {
    Star,
    StarStep(u32),
    One(u32),
    Range(u32, u32),
    RangeStep(u32, u32, u32),
}

#[derive(Debug, Clone)]
struct Field {
    items: Vec<Item>,
    lowest: u32,
}

impl Field {
    fn text(&self, name: impl Fn(u32) -> String) -> String {
        let items = self.items.iter().map(|item| match item {
            Item::Star => "*".to_owned(),
            Item::StarStep(step) => format!("*/{step}"),
            Item::One(value) => name(*value),
            Item::Range(from, to) => format!("{}-{}", name(*from), name(*to)),
            Item::RangeStep(from, to, step) => format!("{from}-{to}/{step}"),
        });
        items.collect::<Vec<_>>().join(",")
    }

    fn is_star(&self) -> bool {
        matches!(self.items[..], [Item::Star])
    }

    fn has(&self, value: u32) -> bool {
        self.items.iter().any(|item| match item {
            Item::Star => true,
            Item::StarStep(step) => (value - self.lowest).is_multiple_of(*step),
            Item::One(one) => value == *one,
            Item::Range(from, to) => (*from..=*to).contains(&value),
            Item::RangeStep(from, to, step) => (*from..=*to).contains(&value) && (value - from).is_multiple_of(*step),
        })
    }
}

#[derive(Debug, Clone)]
struct Line {
    minute: Field,
    hour: Field,
    of_month: Field,
    month: Field,
    of_week: Field,
    named: bool,
}

impl Line {
    fn text(&self) -> String {
        let plain = |value: u32| value.to_string();
        let month = |value: u32| if self.named { MONTHS[value as usize - 1].to_owned() } else { plain(value) };
        // A range may end on Sunday by name too.
        let weekday = |value: u32| if self.named { DAYS[value as usize % 7].to_owned() } else { plain(value) };
        format!(
            "{} {} {} {} {}",
            self.minute.text(plain),
            self.hour.text(plain),
            self.of_month.text(plain),
            self.month.text(month),
            self.of_week.text(weekday)
        )
    }

    /// POSIX: the day of the month or the day of the week when both are given; 0 and 7 are Sunday.
    fn day_fits(&self, day: NaiveDate) -> bool {
        let weekday = day.weekday().num_days_from_sunday();
        let by_week = self.of_week.has(weekday) || weekday == 0 && self.sunday_as_seven();
        let by_month = self.of_month.has(day.day());
        let fits = match (self.of_month.is_star(), self.of_week.is_star()) {
            (true, true) => true,
            (true, false) => by_week,
            (false, true) => by_month,
            (false, false) => by_month || by_week,
        };
        fits && self.month.has(day.month())
    }

    fn sunday_as_seven(&self) -> bool {
        self.of_week.items.iter().any(|item| match item {
            Item::Star | Item::StarStep(_) => false,
            Item::One(value) => *value == 7,
            Item::Range(from, to) => (*from..=*to).contains(&7),
            Item::RangeStep(from, to, step) => *to == 7 && (7 - from).is_multiple_of(*step),
        })
    }

    fn fits(&self, at: NaiveDateTime) -> bool {
        self.day_fits(at.date()) && self.hour.has(at.hour()) && self.minute.has(at.minute())
    }
}

const MONTHS: [&str; 12] = ["jan", "Feb", "MAR", "april", "may", "jun", "jul", "aug", "sep", "oct", "nov", "December"];
const DAYS: [&str; 7] = ["sun", "Mon", "TUE", "wednesday", "thu", "fri", "sat"];

fn item(min: u32, max: u32) -> impl Strategy<Value = Item> {
    let range = (min..=max, min..=max).prop_map(|(a, b)| (a.min(b), a.max(b)));
    prop_oneof![
        3 => (min..=max).prop_map(Item::One),
        2 => range.clone().prop_map(|(from, to)| Item::Range(from, to)),
        1 => (range, 1..=max).prop_map(|((from, to), step)| Item::RangeStep(from, to, step)),
        1 => (1..=max).prop_map(Item::StarStep),
    ]
}

fn field(min: u32, max: u32) -> impl Strategy<Value = Field> {
    prop_oneof![
        1 => Just(vec![Item::Star]),
        2 => prop::collection::vec(item(min, max), 1..4),
    ]
    .prop_map(move |items| Field { items, lowest: min })
}

fn line() -> impl Strategy<Value = Line> {
    (field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7), any::<bool>()).prop_map(
        |(minute, hour, of_month, month, mut of_week, named)| {
            // By name Sunday cannot be told apart as 0 or 7, and `sun-sun` is one day: keep names to what they can say.
            let ambiguous = of_week
                .items
                .iter()
                .any(|item| matches!(item, Item::Range(from, to) if from == to || (*from == 0 && *to == 7)));
            let named = named && !ambiguous;
            if of_week.items.is_empty() {
                of_week.items.push(Item::Star);
            }
            Line { minute, hour, of_month, month, of_week, named }
        },
    )
}

fn model(lines: &[Line], from: NaiveDateTime, to: NaiveDateTime) -> Vec<NaiveDateTime> {
    // Starts are on whole minutes; the window need not be.
    let first = from.with_second(0).unwrap();
    (0..)
        .map(|minutes| first + TimeDelta::minutes(minutes))
        .skip_while(|at| *at < from)
        .take_while(|at| *at < to)
        .filter(|at| lines.iter().any(|line| line.fits(*at)))
        .collect()
}

/// A window of up to 40 days between 2024 and 2031.
fn span() -> impl Strategy<Value = (NaiveDateTime, NaiveDateTime)> {
    (0i64..7 * 366 * 1440 * 60, 0i64..40 * 1440 * 60).prop_map(|(start, length)| {
        let from = civil("2024-01-01T00:00") + TimeDelta::seconds(start);
        (from, from + TimeDelta::seconds(length))
    })
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn names_the_minutes_that_posix_names(lines in prop::collection::vec(line(), 1..4), (from, to) in span()) {
        let text = lines.iter().map(Line::text).collect::<Vec<_>>().join(" ; ");
        match Recurrence::parse(&text) {
            Ok(recurrence) => {
                let times: Vec<_> = recurrence.nominal_times(from, to).collect();
                prop_assert_eq!(times, model(&lines, from, to), "{}", text);
            }
            Err(RecurrenceError::Never { .. }) => {
                let days = day("2024-01-01").iter_days().take(29 * 366);
                let dead = lines.iter().any(|line| !days.clone().any(|day| line.day_fits(day)));
                prop_assert!(dead, "{} does happen", text);
            }
            Err(error) => prop_assert!(false, "{}: {}", text, error),
        }
    }

    #[test]
    fn a_window_cut_in_two_gives_the_two_halves(line in line(), (from, to) in span(), cut in 0.0..1.0f64) {
        let Ok(recurrence) = Recurrence::parse(&line.text()) else { return Ok(()) };
        let middle = from + TimeDelta::milliseconds(((to - from).num_milliseconds() as f64 * cut) as i64);
        let mut halves: Vec<_> = recurrence.nominal_times(from, middle).collect();
        halves.extend(recurrence.nominal_times(middle, to));
        prop_assert_eq!(halves, recurrence.nominal_times(from, to).collect::<Vec<_>>());
    }

    /// Six and seven fields: the crate itself is the model, asked through its own iterator.
    #[test]
    fn six_and_seven_fields_mean_what_the_crate_means(
        second in 0u32..60,
        (minute, hour, of_month) in (field(0, 59), field(0, 23), field(1, 31)),
        (month, of_week) in (field(1, 12), field(1, 7)),
        year in prop::option::of(field(2024, 2031)),
        (from, to) in span(),
    ) {
        let plain = |value: u32| value.to_string();
        let fields = [&minute, &hour, &of_month, &month, &of_week].map(|field| field.text(plain)).join(" ");
        let year = year.map_or_else(String::new, |year| format!(" {}", year.text(plain).replace("*/", "2024-2031/")));
        let text = format!("{second} {fields}{year}");
        let crates = cron::Schedule::from_str(&text).unwrap();
        let just_before = (from - TimeDelta::seconds(1)).and_utc();
        let expected: Vec<_> = crates.after(&just_before).map(|at| at.naive_utc()).take_while(|at| *at < to).collect();
        match Recurrence::parse(&text) {
            Ok(recurrence) => {
                prop_assert_eq!(recurrence.nominal_times(from, to).collect::<Vec<_>>(), expected, "{}", text);
            }
            Err(RecurrenceError::Never { .. }) => {
                let first = crates.after(&civil("1970-01-01T00:00").and_utc()).next();
                prop_assert_eq!(first, None, "{}", text);
            }
            Err(error) => prop_assert!(false, "{}: {}", text, error),
        }
    }

    #[test]
    fn no_text_whatever_makes_it_panic(text in "\\PC{0,80}|[0-9*,/? ;\\n-]{0,40}") {
        if let Ok(recurrence) = Recurrence::parse(&text) {
            // What was understood is understood again from its own text.
            prop_assert_eq!(Recurrence::parse(recurrence.as_str()).unwrap(), recurrence);
        }
    }
}

fn check(text: &str, from: &str, to: &str, expected: &[&str]) {
    let recurrence = Recurrence::parse(text).unwrap();
    let times: Vec<_> = recurrence.nominal_times(civil(from), civil(to)).collect();
    assert_eq!(times, expected.iter().map(|time| civil(time)).collect::<Vec<_>>(), "{text}");
}

#[test]
fn five_fields_count_sunday_as_0_and_7_and_six_as_1() {
    // 2026-11-22 is a Sunday.
    for text in ["0 5 * * 0", "0 5 * * 7", "0 5 * * sun", "0 0 5 * * 1", "0 0 5 * * SUN"] {
        check(text, "2026-11-20T00:00", "2026-11-28T00:00", &["2026-11-22T05:00"]);
    }
    check(
        "0 5 * * fri-sun",
        "2026-11-19T00:00",
        "2026-11-24T00:00",
        &["2026-11-20T05:00", "2026-11-21T05:00", "2026-11-22T05:00"],
    );
}

#[test]
fn two_day_fields_are_or_in_five_fields_and_and_in_six() {
    check("0 5 13 * 5", "2026-11-10T00:00", "2026-11-21T00:00", &["2026-11-13T05:00", "2026-11-20T05:00"]);
    check("0 0 5 13 * FRI", "2026-11-01T00:00", "2027-11-01T00:00", &["2026-11-13T05:00", "2027-08-13T05:00"]);
}

#[test]
fn several_lines_are_one_set() {
    let text = "0 5 * * 1-5 ; 0 17 * * *\n0 5 * * 1";
    check(text, "2026-11-22T00:00", "2026-11-24T00:00", &["2026-11-22T17:00", "2026-11-23T05:00", "2026-11-23T17:00"]);
    assert_eq!(Recurrence::parse(text).unwrap().to_string(), "0 5 * * 1-5 ; 0 17 * * * ; 0 5 * * 1");
}

#[test]
fn the_end_of_the_window_is_outside() {
    check("0 5 * * *", "2026-11-22T05:00", "2026-11-23T05:00", &["2026-11-22T05:00"]);
    check("0 5 * * *", "2026-11-22T05:00", "2026-11-22T05:00", &[]);
}

#[test]
fn a_day_lists_its_times_once_and_in_order() {
    let recurrence = Recurrence::parse("30 17 * * * ; 0 5,17 * * * ; 30 17 23 * *").unwrap();
    let times: BTreeSet<_> = recurrence.times_on(day("2026-11-23")).iter().map(ToString::to_string).collect();
    assert_eq!(times.into_iter().collect::<Vec<_>>(), ["05:00:00", "17:00:00", "17:30:00"]);
}
