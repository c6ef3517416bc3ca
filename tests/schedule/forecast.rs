//! The forecast: as if every occurrence before had aired.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use loa::domain::calendar::Holidays;
use loa::domain::clip::ClipId;
use loa::domain::plan::{Forecast, ForecastRequest, PermittedHours, Schedule, forecast};
use loa::domain::queue::{First, QueueEntry};
use loa::domain::rundown::{LeftOutWhy, Why};
use loa::domain::slot::{Element, OccurrenceId, RotationOf, Slot};
use proptest::prelude::*;

use super::build::{HANOI, cases, clip, closing, queued, slot, version, window, zone};

fn run(slots: Vec<Slot>, clips: u32, queue: &[QueueEntry], closed: &[OccurrenceId], to: &str) -> Vec<Forecast> {
    let versions: Vec<_> = slots.into_iter().map(version).collect();
    forecast(&ForecastRequest {
        standby: None,
        first: First::Higher,
        relays: &[],
        schedule: &Schedule::new(&versions, &Holidays::default(), HANOI),
        window: window("2026-11-23T00:00", to),
        library: &(1..=clips).map(|id| clip(id, 600)).collect::<Vec<_>>(),
        queue,
        last_aired: &BTreeMap::new(),
        permitted: &PermittedHours::always(),
        session_length_max: None,
        closed,
        gain: &|_| 0.0,
    })
}

fn ids(forecast: &Forecast) -> Vec<u32> {
    forecast.rundown.elements.iter().map(|element| element.sound.clip().unwrap().item.clip.0).collect()
}

#[test]
fn the_queue_is_used_up_and_the_rotation_moves_on() {
    let rundown = vec![Element::Queue { count: 1 }, Element::Rotation { of: RotationOf::All, count: 1 }];
    let queue = [queued(1, 4, None), queued(2, 4, None)];
    let days = run(vec![slot("sang", "0 5 * * *", rundown)], 4, &queue, &[], "2026-11-27T00:00");
    // Day one airs clip 4 out of the queue and 1 by rotation; day two 4 again, then 2; then 3, then the longest ago.
    assert_eq!(days.iter().map(ids).collect::<Vec<_>>(), [vec![4, 1], vec![4, 2], vec![3], vec![1]]);
    assert_eq!(days[1].rundown.elements[0].why, Why::Queued { entry: 2, by: "Nguyễn Văn A".into(), priority: None });
}

#[test]
fn a_cancelled_occurrence_takes_nothing() {
    let rundown = || vec![Element::Queue { count: 1 }];
    let closed = ["sang@2026-11-23T05:00:00".parse().unwrap()];
    let days = run(vec![slot("sang", "0 5 * * *", rundown())], 4, &[queued(1, 3, None)], &closed, "2026-11-25T00:00");
    assert_eq!(days.iter().map(ids).collect::<Vec<_>>(), [vec![3]]);
    assert_eq!(days[0].occurrence.id.to_string(), "sang@2026-11-24T05:00:00");
}

#[test]
fn what_follows_in_the_same_zone_ends_it_and_another_zone_does_not() {
    let all = || vec![Element::Rotation { of: RotationOf::All, count: 3 }];
    let mut elsewhere = slot("khac", "5 5 * * *", all());
    elsewhere.zones = vec![zone("z2")];
    let both = vec![slot("sang", "0 5 * * *", all()), elsewhere];
    assert_eq!(run(both, 9, &[], &[], "2026-11-23T05:01").iter().map(ids).collect::<Vec<_>>(), [vec![1, 2, 3]]);
    // The next start is behind the window and still counts.
    let near = vec![slot("sang", "0 5 * * *", all()), slot("sau", "15 5 * * *", all())];
    let first = run(near, 9, &[], &[], "2026-11-23T05:01");
    assert_eq!(ids(&first[0]), [1]);
    assert_eq!(first[0].rundown.left_out[0].why, LeftOutWhy::DoesNotFit { over_ms: 300_000 });
}

#[test]
fn two_slots_on_one_instant_both_look_past_each_other() {
    // Never saved so, but a DST gap can move two starts onto one instant.
    let all = || vec![Element::Rotation { of: RotationOf::All, count: 3 }];
    let slots = vec![slot("a", "0 5 * * *", all()), slot("b", "0 5 * * *", all()), slot("c", "25 5 * * *", all())];
    let days = run(slots, 9, &[], &[], "2026-11-24T00:00");
    assert_eq!(days.iter().map(ids).collect::<Vec<_>>(), [vec![1, 2], vec![3, 4], vec![5, 6, 7]]);
}

proptest! {
    #![proptest_config(cases(60))]

    /// Every clip that fits comes round equally often, within one, whatever the counts are.
    #[test]
    fn a_rotation_is_fair(clips in 2u32..24, counts in prop::collection::vec(1u32..3, 1..3), days in 1i64..60) {
        // The tune is clip 1 and is drawn like any other: its genre is not ident here.
        let slots = (5..).zip(&counts).map(|(hour, count)| {
            let rundown = vec![Element::Rotation { of: RotationOf::All, count: *count }];
            slot(&format!("s{hour}"), &format!("0 {hour} * * *"), rundown)
        });
        let to = (super::build::civil("2026-11-23T00:00") + TimeDelta::days(days)).format("%Y-%m-%dT%H:%M").to_string();
        let aired = run(slots.collect(), clips, &[], &[], &to);
        let mut times: BTreeMap<ClipId, u32> = (1..=clips).map(|id| (ClipId(id), 0)).collect();
        for element in aired.iter().flat_map(|forecast| &forecast.rundown.elements) {
            *times.get_mut(&element.sound.clip().unwrap().item.clip).unwrap() += 1;
        }
        let (most, least) = (times.values().max().unwrap(), times.values().min().unwrap());
        prop_assert!(most - least <= 1, "{:?}", times);
    }
}

#[test]
fn a_closing_does_not_disturb_the_rotation() {
    let rundown = vec![Element::Rotation { of: RotationOf::All, count: 1 }, closing(1)];
    let days = run(vec![slot("sang", "0 5 * * *", rundown)], 3, &[], &[], "2026-11-27T00:00");
    assert_eq!(days.iter().map(ids).collect::<Vec<_>>(), [vec![1, 1], vec![2, 1], vec![3, 1], vec![2, 1]]);
}
