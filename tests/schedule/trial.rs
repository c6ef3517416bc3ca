//! A slot tried without being saved.

use std::time::{Duration, Instant};

use loa::desk::{ElementDraft, Once, SlotChange, TrialOf};
use loa::domain::plan::SlotProblem;
use loa::domain::recurrence::PatternDays;

use super::build::{civil, minutes};
use super::town::{Town, id, local, queue_of};

#[tokio::test]
async fn a_trial_says_what_saving_would_and_saves_nothing() {
    let town = Town::new().await;
    town.add("sang", "0 5 * * *", queue_of(1), 30).await;
    let change = SlotChange {
        recurrence: Some("15 5,23 * * 1-5".to_owned()),
        rundown: Some(queue_of(2)),
        length_max: Some(minutes(30)),
        ..SlotChange::default()
    };
    let of = TrialOf::Slot { id: None, change: Box::new(change) };
    let trial = town.desk.try_slot(of, 3, town.now).await.unwrap();
    let codes: Vec<_> = trial.problems.iter().map(|problem| serde_json::to_value(problem).unwrap()).collect();
    let named: Vec<_> = codes.iter().map(|problem| problem["code"].as_str().unwrap()).collect();
    assert_eq!(named, ["overlap", "not_permitted"]);
    assert_eq!(codes[0]["overlap_ms"], 900_000);
    assert_eq!(codes[0]["other"], "sang");
    assert_eq!(trial.words[0], "thứ Hai đến thứ Sáu, 05:15 và 23:15");
    assert_eq!(trial.pattern.unwrap().days, PatternDays::Week { weekdays: (1..=5).collect() });
    let next: Vec<_> = trial.next.iter().map(|start| local(*start)).collect();
    assert_eq!(next, ["2026-11-23T23:15:00", "2026-11-24T05:15:00", "2026-11-24T23:15:00"]);
    assert_eq!(town.desk.slots(town.now).await.unwrap().len(), 1);

    let of = TrialOf::Slot {
        id: Some(id("sang")),
        change: Box::new(SlotChange { recurrence: Some("0 5 * *".to_owned()), ..SlotChange::default() }),
    };
    let trial = town.desk.try_slot(of, 3, town.now).await.unwrap();
    assert!(matches!(trial.problems[..], [SlotProblem::Recurrence(_)]), "{:?}", trial.problems);
    let text = serde_json::to_value(&trial.problems[0]).unwrap();
    assert_eq!((text["code"].as_str(), text["wrong"].as_str()), (Some("recurrence"), Some("field_count")));
    assert!(trial.next.is_empty());

    let once = Once::Move { to: civil("2026-11-24T21:00"), length_max_s: None };
    let of = TrialOf::Once { occurrence: "sang@2026-11-24T05:00:00".parse().unwrap(), once };
    let trial = town.desk.try_slot(of, 3, town.now).await.unwrap();
    assert!(matches!(trial.problems[..], [SlotProblem::NotPermitted { .. }]), "{:?}", trial.problems);
}

/// A person who drags a slot about asks many times a second, in a town with a hundred slots and a large library. Measured
/// in the mode the tests are built in; a release answers faster.
#[tokio::test]
async fn a_trial_among_a_hundred_slots_keeps_up_with_the_hand() {
    let town = Town::new().await;
    for number in 1..=300 {
        town.clip(number, 300).await;
    }
    for number in 0..100_u32 {
        // Ten an hour, from five to three.
        let recurrence = format!("{} {} * * *", (number % 10) * 6, 5 + number / 10);
        let rundown = vec![ElementDraft::Clip { clip: (number + 1).to_string() }];
        town.add(&format!("k{number}"), &recurrence, rundown, 6).await;
    }
    let mut taken = Vec::new();
    for hour in 5..15 {
        let change = SlotChange { recurrence: Some(format!("3 {hour} * * *")), ..SlotChange::default() };
        let of = TrialOf::Slot { id: Some(id("k7")), change: Box::new(change) };
        let began = Instant::now();
        let trial = town.desk.try_slot(of, 5, town.now).await.unwrap();
        taken.push(began.elapsed());
        assert!(!trial.problems.is_empty(), "it overlaps what is there");
    }
    taken.sort();
    println!("a trial among 100 slots: {:?}", taken);
    assert!(taken[taken.len() / 2] < Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 }), "{taken:?}");
}
