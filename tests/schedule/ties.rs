//! Entries of priority of a higher station and of the town itself: who goes first, who is asked, what settles it.

use chrono::TimeDelta;
use loa::domain::clip::Source;
use loa::domain::queue::{First, Precedence, QueueEntry, Tie, Tier, Urgent, in_order, settled_by, tie};
use proptest::prelude::*;

use super::build::{cases, minutes, queued};

/// What waits with priority, in the order of the queue: the number of the entry, whose it is, and to which slot it is bound.
fn waiting<const N: usize>(entries: [(u32, Source, Option<&str>); N]) -> [(QueueEntry, Source); N] {
    entries.map(|(id, source, slot)| (QueueEntry { tier: Tier::Priority, ..queued(id, id, slot) }, source))
}

fn urgent(entries: &[(QueueEntry, Source)]) -> Vec<Urgent<'_>> {
    entries.iter().map(|(entry, source)| Urgent { entry, source: *source }).collect()
}

/// What is asked so many minutes after the first entry came.
fn asked(entries: &[(QueueEntry, Source)], after: i64) -> Option<Tie> {
    tie(&urgent(entries), minutes(30), entries[0].0.at + TimeDelta::minutes(after))
}

#[test]
fn a_tie_is_asked_of_the_operator_until_its_time_is_over_or_it_is_settled() {
    let mut entries = waiting([(2, Source::Own, None), (3, Source::Province, None), (4, Source::Own, Some("chieu"))]);
    let tie = asked(&entries, 29).unwrap();
    assert_eq!((&tie.higher[..], &tie.own[..]), (&[3][..], &[2, 4][..]), "whose slot is open meets whose is bound");
    assert_eq!(tie.until, entries[0].0.at + TimeDelta::minutes(30));
    assert_eq!(asked(&entries, 30), None, "one minute more and the default holds");
    entries.iter_mut().for_each(|(entry, _)| entry.ordered_by = Some("Lan".to_owned()));
    assert_eq!(asked(&entries, 29), None);
}

#[test]
fn what_waited_for_days_and_has_priority_only_now_is_asked_about_from_now_on() {
    let mut entries = waiting([(1, Source::Own, None), (2, Source::Province, None)]);
    let until = asked(&entries, 0).unwrap().until;
    entries.iter_mut().for_each(|(entry, _)| entry.at -= TimeDelta::days(3));
    assert_eq!(asked(&entries, 3 * 24 * 60).map(|tie| tie.until), Some(until));
}

#[test]
fn in_different_slots_they_never_meet() {
    let apart = waiting([(1, Source::Own, Some("sang")), (2, Source::Province, Some("chieu"))]);
    assert_eq!(asked(&apart, 0), None);
    assert_eq!(settled_by(&urgent(&apart), 1), [0; 0], "nothing was in dispute");
}

#[test]
fn who_is_given_a_place_settles_it_among_all_it_may_meet() {
    let entries = waiting([
        (1, Source::Own, Some("sang")),
        (2, Source::Province, None),
        (3, Source::Own, Some("chieu")),
        (4, Source::Own, Some("sang")),
    ]);
    assert_eq!(settled_by(&urgent(&entries), 1), [1, 2, 4], "what is bound to another slot never meets it");
    assert_eq!(settled_by(&urgent(&entries), 2), [1, 2, 3, 4]);
    assert_eq!(settled_by(&urgent(&entries[2..]), 3), [0; 0], "nothing was in dispute");
}

#[test]
fn whom_the_operator_puts_first_is_first_also_before_others_of_the_side_that_goes_first_by_default() {
    let mut entries = waiting([(1, Source::Province, None), (2, Source::Own, None), (3, Source::Province, None)]);
    let settled = settled_by(&urgent(&entries), 1);
    for (entry, _) in entries.iter_mut().filter(|(entry, _)| settled.contains(&entry.id)) {
        entry.ordered_by = Some("Lan".to_owned());
    }
    let order: Vec<_> = in_order(&urgent(&entries), First::Higher).into_iter().map(|(entry, _)| entry.id).collect();
    assert_eq!(order, [1, 2, 3]);
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Nothing is lost, each side keeps the order of the queue among what nobody or everybody ordered, and who was ordered
    /// stays in that order.
    #[test]
    fn the_order_of_priority_loses_nothing(
        sides in prop::collection::vec((any::<bool>(), any::<bool>()), 0..12),
        own in any::<bool>(),
    ) {
        let entries: Vec<_> = (1..).zip(&sides).map(|(id, (_, ordered))| QueueEntry {
            tier: Tier::Priority,
            ordered_by: ordered.then(|| "Lan".to_owned()),
            ..queued(id, id, None)
        }).collect();
        let source = |higher: bool| if higher { Source::Central } else { Source::Own };
        let urgent: Vec<_> =
            entries.iter().zip(&sides).map(|(entry, (higher, _))| Urgent { entry, source: source(*higher) }).collect();
        let first = if own { First::Own } else { First::Higher };
        let ordered = in_order(&urgent, first);
        let place = |id: u32| ordered.iter().position(|(entry, _)| entry.id == id).unwrap();
        prop_assert_eq!(ordered.len(), entries.len());
        for (one, two) in entries.iter().zip(entries.iter().skip(1)) {
            let sides = (sides[one.id as usize - 1], sides[two.id as usize - 1]);
            if sides.0 == sides.1 {
                prop_assert!(place(one.id) < place(two.id));
            }
        }
        let rivals = sides.iter().any(|(higher, _)| *higher) && sides.iter().any(|(higher, _)| !*higher);
        for (entry, precedence) in &ordered {
            let expected = match (&entry.ordered_by, rivals) {
                (_, false) => Precedence::Undisputed,
                (Some(by), true) => Precedence::Ordered { by: by.clone() },
                (None, true) => Precedence::ByDefault { first },
            };
            prop_assert_eq!(precedence, &expected);
        }
    }
}
