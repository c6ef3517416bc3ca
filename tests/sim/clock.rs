//! A station that comes up in 1970, with a log that knows better.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use loa::domain::clip::Genre;
use loa::domain::log::{Incident, Outcome, Record};
use loa::domain::slot::{Interrupted, Overrun, SlotVersion, ZoneId};
use loa::domain::station::{Input, Settings};
use loa::rehearsal::{Book as _, Fault, Sounded, VirtualTime, World};

use super::book::MemoryBook;
use super::model::{DailyTimetable, MemoryShelf, clip, fresh, slot};

const ZONE: Tz = Tz::Asia__Ho_Chi_Minh;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A town whose clock shows `wall`, whose last record is of 22 November 2026, and which broadcasts each morning at 05:00.
fn town(wall: DateTime<Utc>) -> World<MemoryBook, MemoryShelf> {
    let mut book = MemoryBook::default();
    book.append(at("2026-11-22T12:00:00Z"), &[Record::Incident(Incident::Started { version: "1".to_owned() })]);
    let slot = slot("sang", "05:00:00", Interrupted::Resume, Overrun::Finish, Duration::from_secs(600));
    let versions = vec![SlotVersion { slot, from: at("2026-01-01T00:00:00Z"), until: None }];
    let clips = vec![clip(1, Genre::Ident, 48_000 * 10, 48_000), clip(3, Genre::Article, 48_000 * 600, 48_000)];
    let shelf = MemoryShelf { clips, aired: std::collections::BTreeMap::new(), items: 1, relay: None };
    let counter = Arc::new(AtomicU64::new(1));
    let settings = Settings::new(vec![ZoneId("loa".to_owned())], at("2026-01-01T00:00:00Z"));
    World::new(
        VirtualTime::new(wall, 0.0),
        settings,
        book,
        shelf,
        Box::new(move || Box::new(DailyTimetable { zone: ZONE, versions: versions.clone() })),
        Box::new(move || fresh(counter.clone())),
    )
}

/// What sounded in the only zone.
fn only(world: &World<MemoryBook, MemoryShelf>) -> &[Sounded] {
    world.engines.values().next().unwrap().truth()
}

fn incidents(world: &World<MemoryBook, MemoryShelf>, is: impl Fn(&Incident) -> bool) -> usize {
    let records = world.book.entries.iter().map(|entry| &entry.record);
    records.filter(|record| matches!(record, Record::Incident(incident) if is(incident))).count()
}

/// Three days of 1970 pass over three broadcasts; then somebody sets the clock to the evening of 23 November 2026.
fn comes_up_in_1970(vouched_by: Option<&str>, right: DateTime<Utc>) {
    let mut world = town(at("1970-01-01T00:00:07Z"));
    let days = Duration::from_secs(3 * 86_400);
    world.switch_on();
    world.run_until(days).unwrap();
    assert!(!world.station().unwrap().clock_trusted());
    assert_eq!(only(&world), [], "nothing airs by a clock in 1970");
    assert_eq!(incidents(&world, |incident| matches!(incident, Incident::ClockDistrusted { .. })), 1);
    assert_eq!(world.book.closed().count(), 0, "no broadcast is judged by a clock in 1970");

    let now = world.time.now().wall;
    world.schedule(days, Fault::ClockStep { by: right - now });
    world.schedule(
        days + Duration::from_millis(1),
        Fault::Command(Box::new(Input::TrustClock { by: vouched_by.map(str::to_owned) })),
    );
    // The next 05:00 is at 22:00 UTC.
    world.run_until(days + Duration::from_secs(9 * 3_600)).unwrap();
    assert!(world.station().unwrap().clock_trusted());
    assert!(incidents(&world, |incident| matches!(incident, Incident::ClockTrusted { .. })) >= 1);
    let truth = only(&world);
    let first = truth.first().expect("the next broadcast airs");
    let planned = right.date_naive().and_hms_opt(22, 0, 0).unwrap().and_utc();
    assert!((first.start - planned).abs() <= TimeDelta::milliseconds(1), "heard at {}", first.start);
    assert_eq!(truth.iter().map(|sounded| sounded.frames).sum::<u64>(), 48_000 * 610, "whole, once");
    let aired: Vec<_> = world.book.closed().filter(|closed| closed.outcome == Outcome::Aired).collect();
    assert!(matches!(aired[..], [closed] if closed.planned_start == planned), "{aired:?}");
    assert_eq!(world.violations(), [] as [String; 0]);
}

#[test]
fn in_1970_nothing_airs_until_the_time_service_has_set_the_clock() {
    comes_up_in_1970(None, at("2026-11-23T15:00:00Z"));
}

#[test]
fn in_1970_nothing_airs_until_a_person_has_set_the_clock_and_vouches_for_it() {
    comes_up_in_1970(Some("Nguyễn Văn A"), at("2026-11-23T15:00:00Z"));
}

#[test]
fn a_clock_years_ahead_is_believed_only_when_a_person_vouches_for_it() {
    comes_up_ahead(None);
    comes_up_ahead(Some("Nguyễn Văn A"));
}

fn comes_up_ahead(vouched_by: Option<&str>) {
    let mut world = town(at("2031-03-01T15:00:00Z"));
    world.switch_on();
    world.run_until(Duration::from_secs(60)).unwrap();
    assert!(!world.station().unwrap().clock_trusted());
    if let Some(by) = vouched_by {
        let trust = Input::TrustClock { by: Some(by.to_owned()) };
        world.schedule(Duration::from_secs(61), Fault::Command(Box::new(trust)));
    }
    world.run_until(Duration::from_secs(9 * 3_600)).unwrap();
    assert_eq!(only(&world).is_empty(), vouched_by.is_none(), "vouched for by {vouched_by:?}");
    let by = |incident: &Incident| matches!(incident, Incident::ClockTrusted { by } if by.as_deref() == vouched_by);
    assert_eq!(incidents(&world, by), usize::from(vouched_by.is_some()));
}
