//! The days ahead on paper: what the rehearsal says is what the plan says, to the second, and what would go wrong.

use std::time::Duration;

use loa::desk::{AirRequest, ElementDraft, ErrorKind, Request};
use loa::domain::log::{MissReason, Outcome};
use loa::domain::rundown::{LeftOutWhy, Role};
use loa::domain::slot::RotationOf;

use super::build::window;
use super::town::{Town, local, queue_of};

fn rotation(count: u32) -> ElementDraft {
    ElementDraft::Rotation { of: RotationOf::All, count }
}

/// Three slots a day, a tune, a queue and a rotation.
async fn furnished() -> Town {
    let town = Town::new().await;
    for number in 1..=12 {
        town.clip(number, 300 + u64::from(number) * 7).await;
    }
    let tune = |clip: &str| ElementDraft::Ident { clip: clip.to_owned() };
    town.add("sang", "0 5 * * *", vec![tune("1"), ElementDraft::Queue { count: 2 }, rotation(1)], 30).await;
    town.add("trua", "0 11 * * 1-5", vec![rotation(3)], 30).await;
    town.add("chieu", "0 17 * * *", vec![tune("1"), rotation(2), ElementDraft::Closing { clip: "2".to_owned() }], 30)
        .await;
    for clip in 3..=9 {
        town.queue(clip, None).await;
    }
    town
}

#[tokio::test]
async fn a_week_on_paper_is_the_plan_to_the_second() {
    let town = furnished().await;
    let week = window("2026-11-24T00:00", "2026-12-01T00:00");
    let began = std::time::Instant::now();
    let rehearsal = town.desk.rehearse(week, town.now).await.unwrap();
    println!("a week on paper took {:?}", began.elapsed());
    // The rest of today takes from the queue too, so the plan is asked from now on.
    let plan = town.desk.plan(window("2026-11-23T12:00", "2026-12-01T00:00")).await.unwrap();
    let plan: Vec<_> = plan.into_iter().filter(|row| row.start >= week.from).collect();
    assert_eq!(rehearsal.occurrences.len(), 7 + 5 + 7);
    assert_eq!(rehearsal.occurrences.len(), plan.len());
    for (rehearsed, row) in rehearsal.occurrences.iter().zip(&plan) {
        assert_eq!(rehearsed.id, row.rundown.occurrence);
        assert_eq!(rehearsed.outcome, Some(Outcome::Aired), "{}", rehearsed.id);
        let heard: Vec<_> = rehearsed
            .elements
            .iter()
            .map(|one| (one.sound.clip().unwrap().item, local(one.start), one.why.clone()))
            .collect();
        let planned = row.rundown.elements.iter();
        let planned: Vec<_> =
            planned.map(|one| (one.sound.clip().unwrap().item, local(one.start), Some(one.why.clone()))).collect();
        assert_eq!(heard, planned, "{}", rehearsed.id);
        let off = rehearsed.elements.iter().zip(&row.rundown.elements);
        for (heard, planned) in off {
            assert!((heard.end - planned.end()).abs() < chrono::TimeDelta::milliseconds(1), "{}", rehearsed.id);
        }
    }
    // The rehearsal changed nothing.
    assert_eq!(town.desk.queue().await.unwrap().len(), 7);
    assert_eq!(town.desk.store().head().await.unwrap(), None);
}

#[tokio::test]
async fn what_would_go_wrong_is_told_with_its_reason() {
    let town = Town::new().await;
    let lost = town.clip(1, 300).await;
    town.clip(2, 1_700).await;
    town.add("sang", "0 5 * * *", queue_of(1), 10).await;
    town.add("chieu", "0 17 * * *", vec![ElementDraft::Clip { clip: "1".to_owned() }], 10).await;
    town.queue(2, None).await;
    std::fs::remove_file(town.audio_of(&lost)).unwrap();
    let day = window("2026-11-24T00:00", "2026-11-25T00:00");
    let rehearsal = town.desk.rehearse(day, town.now).await.unwrap();
    let [morning, evening] = &rehearsal.occurrences[..] else { panic!("{rehearsal:?}") };
    assert_eq!(morning.outcome, Some(Outcome::Missed(MissReason::NothingToAir)));
    assert!(matches!(morning.left_out[0].why, LeftOutWhy::DoesNotFit { over_ms: 1_100_000 }), "{:?}", morning.left_out);
    assert!(matches!(evening.outcome, Some(Outcome::Missed(MissReason::BadAudio { .. } | MissReason::NothingToAir))));
    assert!(matches!(evening.left_out[0].why, LeftOutWhy::Bad { .. }), "{:?}", evening.left_out);
    assert!(morning.elements.is_empty() && evening.elements.is_empty());
}

#[tokio::test]
async fn the_past_and_the_far_future_are_not_rehearsed() {
    let mut town = furnished().await;
    let error = town.desk.rehearse(window("2026-11-22T00:00", "2026-11-23T00:00"), town.now).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Usage);
    let error = town.desk.rehearse(window("2026-12-24T00:00", "2026-12-26T00:00"), town.now).await.unwrap_err();
    assert!(error.message.contains("31 days"), "{}", error.message);
    // A month is as far as it goes, and quick.
    let month = town.desk.rehearse(window("2026-11-24T00:00", "2026-12-24T00:00"), town.now).await.unwrap();
    assert!(month.occurrences.len() > 60);
    let counted =
        month.occurrences.iter().flat_map(|one| &one.elements).filter(|one| one.kind == loa::domain::log::Kind::Own);
    assert!(counted.count() > 100);
    // Nobody can be called off without a station, and the rehearsal needs none.
    let occurrence = "sang@2026-11-24T05:00:00".parse().unwrap();
    assert!(town.ask(Request::Air(AirRequest::Cancel { occurrence })).await.is_err());
    town.later(Duration::from_secs(86_400));
    let first = town.desk.rehearse(window("2026-11-25T00:00", "2026-11-26T00:00"), town.now).await.unwrap();
    assert_eq!(first.occurrences[0].elements[0].kind, loa::domain::log::Kind::Ident);
    assert_eq!(
        town.desk.plan(window("2026-11-25T00:00", "2026-11-25T06:00")).await.unwrap()[0].rundown.elements[0].role,
        Role::Ident
    );
}
