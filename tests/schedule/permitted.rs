//! Permitted hours against a model that asks minute by minute.

use chrono::{Datelike, TimeDelta, Timelike, Weekday};
use chrono_tz::Tz;
use loa::domain::plan::{HoursError, HoursRange, PermittedHours};
use loa::domain::time::Window;
use proptest::prelude::*;

use super::build::{HANOI, at, cases, window};

fn hours(text: &str) -> PermittedHours {
    PermittedHours::parse(text).unwrap()
}

#[test]
fn a_broadcast_must_lie_wholly_inside() {
    let hours = hours("05:00-06:30, 16:30-18:30");
    for (from, to, allowed) in [
        ("2026-11-23T05:00", "2026-11-23T06:30", true),
        ("2026-11-23T04:59", "2026-11-23T05:30", false),
        ("2026-11-23T06:00", "2026-11-23T06:31", false),
        ("2026-11-23T06:00", "2026-11-23T17:00", false),
        ("2026-11-23T06:30", "2026-11-23T06:30", false),
        ("2026-11-23T16:30", "2026-11-23T16:30", true),
        ("2026-11-23T05:00", "2026-11-24T06:00", false),
    ] {
        assert_eq!(hours.allows(HANOI, window(from, to)), allowed, "{from} to {to}");
    }
    let (start, end) = (at("2026-11-23T06:00"), at("2026-11-23T08:00"));
    assert_eq!(hours.permitted_to(HANOI, start, end), at("2026-11-23T06:30"));
    assert_eq!(hours.permitted_to(HANOI, end, end + TimeDelta::hours(1)), end);
}

#[test]
fn hours_may_cross_midnight_and_touch() {
    let hours = hours("22:00-01:00").with(Weekday::Tue, HoursRange::parse_list("01:00-02:00").unwrap());
    // From Monday 22:00 to Tuesday 02:00; Tuesday's own evening is silent.
    assert!(hours.allows(HANOI, window("2026-11-23T22:00", "2026-11-24T02:00")));
    assert!(hours.allows(HANOI, window("2026-11-24T00:30", "2026-11-24T01:30")));
    assert!(!hours.allows(HANOI, window("2026-11-25T00:30", "2026-11-25T00:31")));
    assert!(!hours.allows(HANOI, window("2026-11-24T22:00", "2026-11-24T23:00")));
    assert!(PermittedHours::always().allows(HANOI, window("2026-11-23T00:00", "2026-11-30T00:00")));
    assert!(!hours.clone().with(Weekday::Mon, vec![]).allows(HANOI, window("2026-11-23T22:00", "2026-11-23T22:01")));
}

#[test]
fn a_wrong_text_is_named() {
    for text in ["05:00", "5h-6h", "25:00-26:00", "24:00-05:00", "05:00-06:60", "x", "05:00-06:00-07:00"] {
        let error = HoursRange::parse_list(text).unwrap_err();
        assert!(matches!(&error, HoursError::Range { .. }), "{text}: {error:?}");
        assert!(error.to_string().contains("05:00-06:30"), "{error}");
    }
    assert!(matches!(HoursRange::parse_list("05:00-07:00,06:00-08:00"), Err(HoursError::Overlap { .. })));
    assert!(matches!(HoursRange::parse_list(&"05:00-05:01,".repeat(13)), Err(HoursError::TooMany { count: 13 })));
    assert_eq!(HoursRange::parse_list(" ").unwrap(), []);
}

#[test]
fn a_configuration_names_each_day() {
    let text = "monday = \"05:00-06:30, 17:00-18:30\"\ntuesday = \"00:00-24:00\"\nwednesday = \"22:00-01:00\"\n\
                thursday = \"\"\nfriday = \"\"\nsaturday = \"\"\nsunday = \"\"\n";
    let hours: PermittedHours = toml::from_str(text).unwrap();
    assert_eq!(toml::to_string(&hours).unwrap(), text);
    assert!(hours.on(Weekday::Thu).is_empty());
}

/// Ranges apart from each other within one day, none over midnight: minutes after midnight.
fn ranges() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::btree_set(0u32..24 * 12, 0..8).prop_map(|marks| {
        let marks: Vec<u32> = marks.into_iter().map(|mark| mark * 5).collect();
        marks.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    })
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn it_allows_what_every_minute_of_it_allows(
        week in prop::collection::vec(ranges(), 7),
        berlin in any::<bool>(),
        (start, length) in (0i64..400 * 288, 1i64..60),
    ) {
        let time_zone = if berlin { Tz::Europe__Berlin } else { HANOI };
        let text = |(from, to): &(u32, u32)| format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60);
        let mut hours = PermittedHours::parse("").unwrap();
        let mut weekday = Weekday::Mon;
        for ranges in &week {
            let list = ranges.iter().map(text).collect::<Vec<_>>().join(",");
            hours = hours.with(weekday, HoursRange::parse_list(&list).unwrap());
            weekday = weekday.succ();
        }
        let from = at("2026-01-01T00:00") + TimeDelta::minutes(start * 5);
        let to = from + TimeDelta::minutes(length * 5);
        let minute_allowed = |minutes: i64| {
            let local = (from + TimeDelta::minutes(minutes)).with_timezone(&time_zone);
            let of_day = local.hour() * 60 + local.minute();
            let today = &week[local.weekday().num_days_from_monday() as usize];
            today.iter().any(|(from, to)| (*from..*to).contains(&of_day))
        };
        let expected = (0..length * 5).all(minute_allowed);
        // On a night of changing clocks a range ends at one instant, while its minutes may come twice or not at all.
        let change = berlin && (0..=length * 5 + 240).step_by(30).any(|minutes| {
            let offset = |at: chrono::DateTime<chrono::Utc>| chrono::Offset::fix(at.with_timezone(&time_zone).offset());
            offset(from - TimeDelta::hours(4)) != offset(from + TimeDelta::minutes(minutes))
        });
        prop_assume!(!change);
        prop_assert_eq!(hours.allows(time_zone, Window { from, to }), expected);
        let reached = hours.permitted_to(time_zone, from, to);
        let model = (0..length * 5).take_while(|minutes| minute_allowed(*minutes)).count();
        prop_assert_eq!(reached, from + TimeDelta::minutes(model as i64));
    }
}

proptest! {
    #![proptest_config(cases(100))]

    /// The stretches are the permitted minutes of the window, none of them twice, apart from each other.
    #[test]
    fn stretches_are_the_permitted_minutes(
        texts in prop::collection::vec(prop::sample::select(vec!["", "05:00-06:30", "22:00-01:00", "00:00-24:00", "05:00-05:30, 05:30-07:00, 16:00-19:00"]), 7),
        from in 0i64..2000,
        length in 1i64..5000,
    ) {
        let week = std::array::from_fn(|day| HoursRange::parse_list(texts[day]).unwrap());
        let hours = PermittedHours::of_week(week);
        let from = at("2026-11-23T00:00") + TimeDelta::minutes(from);
        let asked = Window { from, to: from + TimeDelta::minutes(length) };
        let stretches = hours.stretches_in(HANOI, asked);
        for pair in stretches.windows(2) {
            prop_assert!(pair[0].to < pair[1].from);
        }
        for minute in 0..length {
            let minute = Window { from: from + TimeDelta::minutes(minute), to: from + TimeDelta::minutes(minute + 1) };
            let inside = stretches.iter().any(|stretch| stretch.from <= minute.from && minute.to <= stretch.to);
            prop_assert_eq!(inside, hours.allows(HANOI, minute), "{:?} of {:?}", minute, stretches);
        }
    }
}
