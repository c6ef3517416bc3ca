//! One occurrence apart from its series: moved, copied, left out, put back.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use loa::desk::{Change, ErrorKind, Once, SlotChange, SlotRequest};
use loa::domain::calendar::{ExceptionHit, Holidays};
use loa::domain::plan::Schedule;
use loa::domain::slot::{Exception, OccurrenceId};
use loa::domain::time::Now;

use super::build::{HANOI, civil, day, minutes, slot, version, window};
use super::town::{Town, id, local, queue_of};

fn occurrence(text: &str) -> OccurrenceId {
    text.parse().unwrap()
}

async fn planned(town: &Town) -> BTreeSet<String> {
    let window = window("2026-11-24T00:00", "2026-11-27T00:00");
    town.desk.plan(window).await.unwrap().iter().map(|row| row.rundown.occurrence.to_string()).collect()
}

async fn once(town: &Town, of: &str, once: Once) -> Result<loa::domain::slot::Slot, loa::desk::DeskError> {
    town.slot(SlotRequest::Once { occurrence: occurrence(of), once, based_on: None }).await
}

#[test]
fn an_exception_of_one_time_leaves_the_other_times_of_its_day() {
    let mut both = slot("sang", "0 5,17 * * *", vec![]);
    both.exceptions = vec![Exception::Once { at: civil("2026-11-24T05:00") }];
    let schedule = Schedule::new(&[version(both)], &Holidays::default(), HANOI);
    let day = window("2026-11-24T00:00", "2026-11-25T00:00");
    let airs: Vec<_> = schedule.occurrences_in(day).iter().map(|found| local(found.start)).collect();
    assert_eq!(airs, ["2026-11-24T17:00:00"]);
    let skipped = schedule.skipped_in(day);
    assert_eq!(skipped.iter().map(|skipped| local(skipped.start)).collect::<Vec<_>>(), ["2026-11-24T05:00:00"]);
    assert!(matches!(&skipped[0].why, ExceptionHit::Exception { exception: Exception::Once { .. }, .. }));
}

#[tokio::test]
async fn a_moved_occurrence_airs_once_and_takes_what_was_queued_for_its_slot() {
    let town = Town::new().await;
    town.clip(1, 600).await;
    town.add("sang", "0 5,17 * * *", queue_of(1), 15).await;
    town.queue(1, Some("sang")).await;
    let moved = Once::Move { to: civil("2026-11-24T06:00"), length_max_s: Some(12 * 60) };
    let alone = once(&town, "sang@2026-11-24T05:00:00", moved).await.unwrap();
    assert_eq!((alone.id.as_str(), alone.length_max), ("sang-1124-0600", minutes(12)));
    let expected = ["sang-1124-0600@2026-11-24T06:00:00", "sang@2026-11-24T17:00:00"];
    let found = planned(&town).await;
    assert!(expected.iter().all(|id| found.contains(*id)), "{found:?}");
    assert!(!found.contains("sang@2026-11-24T05:00:00"), "{found:?}");
    let plan = town.desk.plan(window("2026-11-24T00:00", "2026-11-25T00:00")).await.unwrap();
    assert_eq!(plan[0].rundown.elements.len(), 1, "the entry bound to the series is heard at its new time");

    // Moved again it is the same slot, at another time.
    let again = Once::Move { to: civil("2026-11-25T07:00"), length_max_s: None };
    let alone = once(&town, "sang-1124-0600@2026-11-24T06:00:00", again).await.unwrap();
    assert_eq!((alone.id.as_str(), alone.length_max), ("sang-1124-0600", minutes(12)));
    assert!(planned(&town).await.contains("sang-1124-0600@2026-11-25T07:00:00"));

    // Put back, nothing is left of it.
    once(&town, "sang@2026-11-24T05:00:00", Once::Restore).await.unwrap();
    let found = planned(&town).await;
    assert!(found.contains("sang@2026-11-24T05:00:00") && !found.iter().any(|id| id.contains("1124")), "{found:?}");
    let error = once(&town, "sang@2026-11-24T05:00:00", Once::Restore).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
}

#[tokio::test]
async fn a_copy_is_heard_beside_the_original_and_a_skip_is_not() {
    let town = Town::new().await;
    town.add("sang", "0 5 * * *", queue_of(1), 15).await;
    once(&town, "sang@2026-11-24T05:00:00", Once::Copy { to: civil("2026-11-24T10:00") }).await.unwrap();
    once(&town, "sang@2026-11-25T05:00:00", Once::Skip).await.unwrap();
    let expected = ["sang-1124-1000@2026-11-24T10:00:00", "sang@2026-11-24T05:00:00", "sang@2026-11-26T05:00:00"];
    assert_eq!(planned(&town).await, expected.map(str::to_owned).into());
    // Left out, a single one is gone altogether.
    once(&town, "sang-1124-1000@2026-11-24T10:00:00", Once::Skip).await.unwrap();
    assert_eq!(planned(&town).await.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_nothing_changes() {
    let town = Town::new().await;
    town.add("sang", "0 5 * * *", queue_of(1), 15).await;
    town.add("trua", "0 11 * * *", queue_of(1), 30).await;
    let before = planned(&town).await;
    let to = |text: &str| Once::Move { to: civil(text), length_max_s: None };
    let refused = [
        ("sang@2026-11-24T05:00:00", to("2026-11-24T11:10"), ErrorKind::Refused, "overlap"),
        ("sang@2026-11-24T05:00:00", to("2026-11-24T23:00"), ErrorKind::Refused, "permitted hours"),
        ("sang@2026-11-24T05:00:00", to("2026-11-22T09:00"), ErrorKind::Refused, "is past"),
        ("sang@2026-11-24T06:00:00", Once::Skip, ErrorKind::Conflict, "is not planned"),
        ("sang@2026-11-23T05:00:00", Once::Skip, ErrorKind::Conflict, "is not planned"),
        ("toi@2026-11-24T05:00:00", Once::Skip, ErrorKind::NotFound, "no slot"),
    ];
    for (of, what, kind, said) in refused {
        let error = once(&town, of, what).await.unwrap_err();
        let text = format!("{} {}", error.message, error.problems.join(" "));
        assert_eq!(error.kind, kind, "{text}");
        assert!(text.contains(said), "{text}");
    }
    assert_eq!(planned(&town).await, before);
}

#[tokio::test]
async fn the_second_of_two_people_is_told_that_the_slot_has_changed() {
    let mut town = Town::new().await;
    town.add("sang", "0 5 * * *", queue_of(1), 15).await;
    let seen = town.version("sang").await;
    let edit = |recurrence: &str, based_on| SlotRequest::Edit {
        id: id("sang"),
        change: Box::new(SlotChange { recurrence: Some(recurrence.to_owned()), ..SlotChange::default() }),
        based_on,
    };
    town.later(std::time::Duration::from_secs(1));
    town.slot(edit("30 5 * * *", Some(seen))).await.unwrap();
    let error = town.slot(edit("0 6 * * *", Some(seen))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert!(error.message.contains("changed meanwhile"), "{}", error.message);
    let stale = SlotRequest::Once {
        occurrence: occurrence("sang@2026-11-24T05:30:00"),
        once: Once::Skip,
        based_on: Some(seen),
    };
    assert_eq!(town.slot(stale).await.unwrap_err().kind, ErrorKind::Conflict);
    let gone = SlotRequest::Remove { id: id("sang"), based_on: Some(seen) };
    assert_eq!(town.slot(gone).await.unwrap_err().kind, ErrorKind::Conflict);
    assert_eq!(town.desk.slot(&id("sang"), town.now).await.unwrap().recurrence, "30 5 * * *");
    // Who looked again may.
    let now = town.version("sang").await;
    assert!(now > seen);
    town.slot(edit("0 6 * * *", Some(now))).await.unwrap();
    // Long past exceptions do not pile up.
    for day in 0..40 {
        let start = super::build::at("2026-11-24T06:00") + TimeDelta::days(day);
        once(&town, &format!("sang@{}", local(start)), Once::Skip).await.unwrap();
        town.later(std::time::Duration::from_secs(86_400));
    }
    let kept = town.desk.slot(&id("sang"), town.now).await.unwrap().exceptions.len();
    assert!(kept <= 4, "{kept} exceptions");
}

#[tokio::test]
async fn a_slot_whose_days_are_past_is_no_fault_of_the_station() {
    let mut town = Town::new().await;
    town.clip(1, 600).await;
    town.add("sang", "0 5,17 * * *", queue_of(1), 15).await;
    let moved = Once::Move { to: civil("2026-11-24T06:00"), length_max_s: None };
    once(&town, "sang@2026-11-24T05:00:00", moved).await.unwrap();
    let kept = SlotChange { valid_to: Change::Set(day("2026-11-25")), ..SlotChange::default() };
    town.slot(SlotRequest::Edit { id: id("sang"), change: Box::new(kept), based_on: None }).await.unwrap();
    for days in [0, 1, 30] {
        let now = Now { wall: town.now.wall + TimeDelta::days(days), ..town.now };
        assert_eq!(town.desk.slot_faults(now).await.unwrap(), [], "{days} days later");
    }
    // A new one that could never air is refused all the same, and says why.
    town.later(Duration::from_secs(30 * 24 * 3600));
    let change = SlotChange { name: Some("Bản tin".to_owned()), ..SlotChange::default() };
    let refused = town.slot(SlotRequest::Edit { id: id("sang"), change: Box::new(change), based_on: None }).await;
    let problems = refused.unwrap_err().problems;
    assert!(problems.iter().any(|problem| problem.contains("2026-11-25, is past")), "{problems:?}");
}
