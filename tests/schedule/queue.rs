//! The queue as the slots see it, and two people who put it in order at once.

use std::time::Duration;

use chrono::TimeDelta;
use loa::desk::{DeskError, ErrorKind, QueueRequest, Request, Response, Waiting};
use loa::domain::log::{Closed, MissReason, Outcome, Record};
use loa::domain::slot::OccurrenceId;
use loa::store::Beside;

use super::build::window;
use super::town::{Town, local, queue_of};

async fn order(town: &Town) -> Vec<u32> {
    town.desk.queue().await.unwrap().iter().map(|line| line.entry.id).collect()
}

async fn ask(town: &Town, request: QueueRequest) -> Result<Response, DeskError> {
    town.ask(Request::Queue(request)).await
}

async fn place(town: &Town, entry: u32, beside: Beside) -> Result<Response, DeskError> {
    ask(town, QueueRequest::Place { entry, beside }).await
}

#[tokio::test]
async fn each_entry_says_when_it_airs_or_why_not() {
    let town = Town::new().await;
    for (number, seconds) in [(1, 600), (2, 500), (3, 400), (4, 3_000), (5, 60)] {
        town.clip(number, seconds).await;
    }
    town.add("sang", "0 5 * * *", queue_of(2), 15).await;
    for clip in 1..=5 {
        town.queue(clip, None).await;
    }
    town.add("trua", "0 11 * * *", vec![loa::desk::ElementDraft::Clip { clip: "5".to_owned() }], 5).await;
    let bound = town.queue(3, Some("trua")).await;
    let fit = town.desk.queue_fit(town.now).await.unwrap();
    let of = |clip: u32| &fit.entries.iter().find(|(line, _)| line.entry.clip.0 == clip).unwrap().1;
    let airs = |waiting: &Waiting| match waiting {
        Waiting::Airs { start, .. } => local(*start),
        other => panic!("{other:?}"),
    };
    assert_eq!(airs(of(1)), "2026-11-24T05:00:00");
    // The second of 15 minutes: what is too long is passed over for the next that fits.
    assert_eq!(airs(of(2)), "2026-11-25T05:00:00");
    assert_eq!(airs(of(3)), "2026-11-25T05:08:20");
    assert_eq!(airs(of(5)), "2026-11-24T05:10:00");
    assert_eq!(*of(4), Waiting::TooLong { over: Duration::from_secs(3_000 - 900) });
    assert_eq!(fit.entries.iter().find(|(line, _)| line.entry.id == bound).unwrap().1, Waiting::NoSlot);
    let [sang] = &fit.slots[..] else { panic!("{:?}", fit.slots) };
    assert_eq!((sang.slot.as_str(), sang.count, sang.occurrences.len()), ("sang", 2, 14));
    assert_eq!(sang.occurrences[0].free, Duration::from_secs(900 - 660));
    assert_eq!((sang.occurrences[0].places_left, sang.occurrences[2].places_left), (0, 2));
    let too_long: Vec<_> = sang.occurrences[0].left_out.iter().map(|left| left.clip.0).collect();
    assert!(too_long.contains(&2), "{too_long:?}");
}

/// What a broadcast that has begun took waits for no other one.
#[tokio::test]
async fn an_entry_on_air_is_not_promised_to_the_next_broadcast() {
    let mut town = Town::new().await;
    for clip in [1, 2] {
        town.clip(clip, 300).await;
    }
    town.add("sang", "0 5 * * *", queue_of(1), 15).await;
    let (first, second) = (town.queue(1, None).await, town.queue(2, None).await);
    let plan = town.desk.plan(window("2026-11-24T00:00", "2026-11-25T00:00")).await.unwrap();
    let (rundown, start) = (plan[0].rundown.clone(), plan[0].rundown.elements[0].start);
    town.desk.store().append(&[Record::Rundown(rundown.clone())], start).await.unwrap();
    town.later((start - town.now.wall).to_std().unwrap());
    let becomes = async |town: &Town| {
        let fit = town.desk.queue_fit(town.now).await.unwrap();
        let of = |entry: u32| fit.entries.iter().find(|(line, _)| line.entry.id == entry).unwrap().1.clone();
        (of(first), of(second))
    };
    let tomorrow: OccurrenceId = "sang@2026-11-25T05:00:00".parse().unwrap();
    let next = |waiting: &Waiting| matches!(waiting, Waiting::Airs { occurrence, .. } if *occurrence == tomorrow);
    // A moment ahead it is promised to this one.
    town.now.wall -= TimeDelta::seconds(1);
    let (one, other) = becomes(&town).await;
    assert!(matches!(&one, Waiting::Airs { occurrence, .. } if *occurrence == rundown.occurrence) && next(&other));
    town.later(Duration::from_secs(60));
    let (one, other) = becomes(&town).await;
    assert_eq!(one, Waiting::OnAir { occurrence: rundown.occurrence.clone(), start });
    assert!(next(&other), "{other:?}");
    // It was not heard after all.
    let outcome = Outcome::Missed(MissReason::Late);
    let closed = Closed { occurrence: rundown.occurrence, planned_start: start, outcome };
    town.desk.store().append(&[Record::Closed(closed)], town.now.wall).await.unwrap();
    let (one, other) = becomes(&town).await;
    assert!(next(&one) && !next(&other), "{one:?}, {other:?}");
}

#[tokio::test]
async fn two_people_move_entries_and_both_get_what_they_meant() {
    let town = Town::new().await;
    town.clip(1, 60).await;
    town.add("sang", "0 5 * * *", queue_of(2), 15).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(town.queue(1, None).await);
    }
    let [a, b, c, d, e] = ids[..] else { panic!() };
    // One puts E first; the other, who still sees A first, puts D before C.
    place(&town, e, Beside::First).await.unwrap();
    place(&town, d, Beside::Before(c)).await.unwrap();
    assert_eq!(order(&town).await, [e, a, b, d, c]);
    place(&town, a, Beside::After(c)).await.unwrap();
    place(&town, e, Beside::Last).await.unwrap();
    assert_eq!(order(&town).await, [b, d, c, a, e]);
    // Meanwhile C was taken out: nobody guesses where the entry should go.
    ask(&town, QueueRequest::Remove { entry: c }).await.unwrap();
    let error = place(&town, b, Beside::After(c)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!(place(&town, c, Beside::First).await.unwrap_err().kind, ErrorKind::NotFound);
    assert_eq!(place(&town, b, Beside::Before(b)).await.unwrap_err().kind, ErrorKind::Conflict);
    assert_eq!(order(&town).await, [b, d, a, e]);
}

#[tokio::test]
async fn an_entry_is_given_to_a_slot_and_back() {
    let town = Town::new().await;
    town.clip(1, 60).await;
    town.add("sang", "0 5 * * *", queue_of(2), 15).await;
    let entry = town.queue(1, None).await;
    let bind = |slot: Option<&str>| QueueRequest::Bind { entry, slot: slot.map(super::town::id) };
    ask(&town, bind(Some("sang"))).await.unwrap();
    assert_eq!(
        town.desk.queue().await.unwrap()[0].entry.slot.as_ref().map(ToString::to_string).as_deref(),
        Some("sang")
    );
    assert_eq!(ask(&town, bind(Some("toi"))).await.unwrap_err().kind, ErrorKind::NotFound);
    ask(&town, bind(None)).await.unwrap();
    assert_eq!(town.desk.queue().await.unwrap()[0].entry.slot, None);
}
