//! Rundowns: what fills them, in which order, and what is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::clip::{Approval, Clip, ClipId, Genre, ItemId, Source, Unfit};
use loa::domain::plan::{LEFT_OUT_MAX, PermittedHours, Request, choose};
use loa::domain::queue::{First, Precedence, QueueEntry, Tier};
use loa::domain::rundown::{LeftOutWhy, Planned, Role, Rundown, Why};
use loa::domain::slot::{Element, OccurrenceId, RotationOf, Slot};
use loa::domain::time::{Days, day_of};
use proptest::prelude::*;

use super::build::{HANOI, at, cases, civil, clip, closing, day, fixed, ident, minutes, queued, slot};

/// A request with nothing in the way, to be changed by a test.
struct Case {
    slot: Slot,
    library: Vec<Clip>,
    queue: Vec<QueueEntry>,
    last_aired: BTreeMap<ItemId, DateTime<Utc>>,
    bad: Vec<(ClipId, String)>,
    permitted: PermittedHours,
    session_length_max: Option<Duration>,
    next_start: Option<DateTime<Utc>>,
}

const START: &str = "2026-11-23T05:00";

impl Case {
    /// Clip 1 is a 20-second tune; clips 2 and up last as many seconds as given.
    fn new(rundown: Vec<Element>, seconds: &[u64]) -> Self {
        let mut library = vec![Clip { genre: Genre::Ident, ..clip(1, 20) }];
        library.extend((2..).zip(seconds).map(|(id, seconds)| clip(id, *seconds)));
        Self {
            slot: slot("sang", "0 5 * * *", rundown),
            library,
            queue: vec![],
            last_aired: BTreeMap::new(),
            bad: vec![],
            permitted: PermittedHours::always(),
            session_length_max: None,
            next_start: None,
        }
    }

    fn choose(&self) -> Rundown {
        let occurrence = OccurrenceId { nominal: civil(START), slot: self.slot.id.clone() };
        choose(&self.request(&occurrence))
    }

    fn request<'a>(&'a self, occurrence: &'a OccurrenceId) -> Request<'a> {
        Request {
            standby: None,
            first: First::Higher,
            relays: &[],
            occurrence,
            slot: &self.slot,
            start: at(START),
            time_zone: HANOI,
            library: &self.library,
            queue: &self.queue,
            last_aired: &self.last_aired,
            bad: &self.bad,
            permitted: &self.permitted,
            session_length_max: self.session_length_max,
            next_start: self.next_start,
            gain: &|clip| -23.0 - clip.audio.loudness_lufs.unwrap_or(-23.0),
        }
    }
}

fn ids(rundown: &Rundown) -> Vec<u32> {
    rundown.elements.iter().map(|element| element.sound.clip().unwrap().item.clip.0).collect()
}

const fn rotation(count: u32) -> Element {
    Element::Rotation { of: RotationOf::All, count }
}

const fn queue(count: u32) -> Element {
    Element::Queue { count }
}

#[test]
fn a_morning_is_ident_queue_rotation_closing_back_to_back() {
    let mut case = Case::new(vec![ident(1), queue(1), rotation(1), closing(1)], &[600, 700, 500]);
    case.queue = vec![queued(7, 4, None)];
    let rundown = case.choose();
    assert_eq!(ids(&rundown), [1, 4, 2, 1]);
    assert_eq!(rundown.left_out, []);
    assert_eq!(rundown.elements[1].why, Why::Queued { entry: 7, by: "Nguyễn Văn A".into(), priority: None });
    assert_eq!(rundown.elements[2].why, Why::Rotation { last_aired: None, of: 3 });
    assert_eq!(
        rundown.elements.iter().map(|element| element.role).collect::<Vec<_>>(),
        [Role::Ident, Role::Item, Role::Item, Role::Closing]
    );
    assert_eq!(rundown.elements.iter().map(|element| element.position).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(rundown.elements[3].start, at(START) + TimeDelta::seconds(20 + 500 + 600));
    assert!(rundown.elements.iter().all(|element| element.gain_db == -3.0));
}

#[test]
fn a_queue_serves_its_own_slot_and_whoever_asks_in_order() {
    let mut case = Case::new(vec![queue(3)], &[60, 60, 60, 60, 60]);
    case.queue = vec![
        queued(1, 5, Some("chieu")),
        queued(2, 3, None),
        queued(3, 6, Some("sang")),
        queued(4, 2, None),
        queued(5, 4, None),
    ];
    assert_eq!(ids(&case.choose()), [3, 6, 2]);
}

#[test]
fn what_does_not_fit_gives_way_to_what_does_and_is_named() {
    let mut case = Case::new(vec![ident(1), queue(2), closing(1)], &[1_000, 900, 600]);
    case.queue = vec![queued(1, 2, None), queued(2, 3, None), queued(3, 4, None)];
    let rundown = case.choose();
    assert_eq!(ids(&rundown), [1, 2, 4, 1]);
    assert_eq!(rundown.left_out.len(), 1);
    assert_eq!(rundown.left_out[0].clip, ClipId(3));
    assert_eq!(rundown.left_out[0].title, "Bài 3");
    // 1800 less 20 less 20 less 1000 leaves 760 for 900.
    assert_eq!(rundown.left_out[0].why, LeftOutWhy::DoesNotFit { over_ms: 140_000 });
}

#[test]
fn the_time_ends_at_the_first_of_slot_session_hours_and_next_start() {
    let full = || Case::new(vec![rotation(9), closing(1)], &[200; 9]);
    let length = |case: &Case| case.choose().length();
    assert_eq!(length(&full()), Duration::from_secs(8 * 200 + 20));
    let mut session = full();
    session.session_length_max = Some(minutes(11));
    assert_eq!(length(&session), Duration::from_secs(3 * 200 + 20));
    let mut hours = full();
    hours.permitted = PermittedHours::parse("04:00-05:15").unwrap();
    assert_eq!(length(&hours), Duration::from_secs(4 * 200 + 20));
    let mut next = full();
    next.next_start = Some(at("2026-11-23T05:08"));
    assert_eq!(length(&next), Duration::from_secs(2 * 200 + 20));
    let mut never = full();
    never.permitted = PermittedHours::parse("17:00-18:00").unwrap();
    let rundown = never.choose();
    assert_eq!(rundown.elements, []);
    assert!(rundown.left_out.iter().any(|left| left.clip == ClipId(1)));
}

#[test]
fn the_closing_is_heard_however_short_the_time_is() {
    let mut case = Case::new(vec![ident(2), fixed(3), rotation(1), closing(1)], &[30, 600, 60]);
    case.next_start = Some(at(START) + TimeDelta::seconds(25));
    let rundown = case.choose();
    assert_eq!(ids(&rundown), [1]);
    assert_eq!(rundown.left_out.iter().map(|left| left.clip.0).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_rotation_starts_with_what_was_never_aired_then_the_longest_ago() {
    let mut case = Case::new(vec![rotation(4)], &[60, 60, 60, 60]);
    case.last_aired.insert(case.library[1].item(), at("2026-11-20T05:00"));
    case.last_aired.insert(case.library[2].item(), at("2026-11-18T05:00"));
    assert_eq!(ids(&case.choose()), [4, 5, 3, 2]);
    // A new edition of clip 2 is a new item, never aired, and clip 2 is the oldest of the library.
    case.library[1].edition = 2;
    assert_eq!(ids(&case.choose()), [2, 4, 5, 3]);
}

#[test]
fn a_rotation_draws_from_its_topic_with_the_codes_under_it_or_its_campaign() {
    let mut case = Case::new(vec![], &[60; 5]);
    for (index, topic) in [(1, "CCHC"), (2, "CCHC.MC"), (3, "CCHCX"), (4, "YT"), (5, "CCHC")] {
        case.library[index].topics.primary = topic.into();
    }
    case.library[5].genre = Genre::Ident;
    case.library[4].campaign = Some("KH-12".into());
    case.slot.rundown = vec![Element::Rotation { of: RotationOf::Topic("CCHC".into()), count: 9 }];
    assert_eq!(ids(&case.choose()), [2, 3]);
    case.slot.rundown = vec![Element::Rotation { of: RotationOf::Campaign("KH-12".into()), count: 9 }];
    assert_eq!(ids(&case.choose()), [5]);
}

#[test]
fn a_bad_clip_is_replaced_from_the_rotation_and_says_so() {
    let mut case = Case::new(vec![queue(1), rotation(1)], &[60; 4]);
    case.bad = vec![(ClipId(2), "no frames".into())];
    case.queue = vec![queued(1, 2, None)];
    let instead = Why::InsteadOf { clip: ClipId(2), fault: "no frames".into() };
    let rundown = case.choose();
    assert_eq!(ids(&rundown), [3, 4]);
    assert_eq!(rundown.elements[0].why, instead);
    assert_eq!(rundown.left_out.len(), 1);
    assert_eq!(rundown.left_out[0].why, LeftOutWhy::Bad { fault: "no frames".into() });
    // The next of the queue comes before the rotation, and keeps its entry.
    case.queue.push(queued(2, 5, None));
    assert_eq!(case.choose().elements[0].why, Why::Queued { entry: 2, by: "Nguyễn Văn A".into(), priority: None });
    // A fixed clip too; and without a rotation nothing stands in.
    case.slot.rundown = vec![fixed(2), rotation(1)];
    assert_eq!(ids(&case.choose()), [3, 4]);
    assert_eq!(case.choose().elements[0].why, instead);
    case.slot.rundown = vec![fixed(2), queue(1)];
    assert_eq!(ids(&case.choose()), [5]);
}

#[test]
fn each_reason_for_leaving_out_is_given() {
    let mut case = Case::new(vec![fixed(2), fixed(3), fixed(4), fixed(99), fixed(5), fixed(5)], &[60; 4]);
    case.library[1].approval = Approval::Submitted;
    case.library[2].valid = Days { from: None, to: Some(day("2026-11-22")) };
    case.library[3].audio.digest.0[0] ^= 1;
    let rundown = case.choose();
    assert_eq!(ids(&rundown), [5]);
    let whys: Vec<_> = rundown.left_out.into_iter().map(|left| (left.clip.0, left.why)).collect();
    let unfit = |unfit| LeftOutWhy::Unfit { unfit };
    assert_eq!(
        whys,
        [
            (2, unfit(Unfit::NotApproved)),
            (3, unfit(Unfit::OutsideValidity(Days { from: None, to: Some(day("2026-11-22")) }))),
            (4, unfit(Unfit::AudioChanged)),
            (99, LeftOutWhy::Unknown),
            (5, LeftOutWhy::Repeated),
        ]
    );
}

#[test]
fn validity_is_asked_of_the_local_day() {
    // 05:00 in Hanoi is still the day before in UTC.
    let mut case = Case::new(vec![fixed(2)], &[60]);
    case.library[1].valid = Days { from: Some(day("2026-11-23")), to: Some(day("2026-11-23")) };
    assert_eq!(ids(&case.choose()), [2]);
}

#[test]
fn what_stands_by_for_an_emergency_is_drawn_by_no_rotation_but_may_be_asked_for() {
    let mut case = Case::new(vec![queue(1), rotation(3)], &[60, 60, 60]);
    let occurrence = OccurrenceId { nominal: civil(START), slot: case.slot.id.clone() };
    let standby = Some(ClipId(2));
    assert_eq!(ids(&choose(&Request { standby, ..case.request(&occurrence) })), [3, 4]);
    case.queue = vec![queued(1, 2, None)];
    assert_eq!(ids(&choose(&Request { standby, ..case.request(&occurrence) })), [2, 3, 4]);
}

#[test]
fn what_is_left_out_is_bounded() {
    let mut case = Case::new(vec![queue(1)], &[60]);
    case.queue = (0..500).map(|entry| queued(entry, 1_000 + entry, None)).collect();
    assert_eq!(case.choose().left_out.len(), LEFT_OUT_MAX);
}

/// The queue of a slot with clips 1 to 3 of priority, of these 2 from the province, and clip 4 that waited longer.
fn urgent_case(first: First, ordered: &[u32]) -> (Case, First) {
    let mut case = Case::new(vec![ident(5), queue(2), rotation(1)], &[60, 60, 60, 60, 10]);
    case.library[1].source = Source::Province;
    case.queue = [4, 1, 2, 3].into_iter().zip(1..).map(|(clip, entry)| queued(entry, clip, None)).collect();
    for entry in &mut case.queue[1..] {
        entry.tier = Tier::Priority;
        entry.ordered_by = ordered.contains(&entry.clip.0).then(|| "Lan".to_owned());
    }
    (case, first)
}

#[test]
fn what_has_priority_goes_first_and_takes_the_places_of_the_queue() {
    let chosen = |(case, first): (Case, First)| {
        let occurrence = OccurrenceId { nominal: civil(START), slot: case.slot.id.clone() };
        choose(&Request { first, ..case.request(&occurrence) })
    };
    let by_default = chosen(urgent_case(First::Higher, &[]));
    assert_eq!(ids(&by_default), [5, 2, 1, 3, 4], "the province first; the rotation finds what waits");
    let why = |rundown: &Rundown, place: usize| match &rundown.elements[place].why {
        Why::Queued { priority, .. } => priority.clone(),
        _ => None,
    };
    assert_eq!(why(&by_default, 1), Some(Precedence::ByDefault { first: First::Higher }));
    assert!(matches!(by_default.elements[4].why, Why::Rotation { .. }), "the places of the queue are taken");
    assert_eq!(ids(&chosen(urgent_case(First::Own, &[]))), [5, 1, 3, 2, 4]);
    let ordered = chosen(urgent_case(First::Higher, &[1, 2, 3]));
    assert_eq!(ids(&ordered), [5, 1, 2, 3, 4], "as a person put them");
    assert_eq!(why(&ordered, 2), Some(Precedence::Ordered { by: "Lan".to_owned() }));
}

fn any_element() -> impl Strategy<Value = Element> {
    prop_oneof![
        1 => (1u32..20).prop_map(ident),
        1 => (1u32..20).prop_map(closing),
        1 => (1u32..20).prop_map(fixed),
        3 => (1u32..6).prop_map(queue),
        3 => (1u32..6).prop_map(rotation),
    ]
}

fn any_case() -> impl Strategy<Value = Case> {
    (
        prop::collection::vec(any_element(), 0..7),
        prop::collection::vec((1u64..1_500, 0u8..8), 0..18),
        prop::collection::vec((1u32..20, 0u8..3, 0u8..4), 0..12),
        prop::collection::btree_map(1u32..20, 0i64..1_000, 0..15),
        prop::collection::vec(1u32..20, 0..3),
        prop::option::of(1u64..40),
        (prop::option::of(0i64..60), any::<bool>()),
    )
        .prop_map(|(rundown, clips, queue, aired, bad, session, (next, hours))| {
            let mut case = Case::new(rundown, &clips.iter().map(|(seconds, _)| *seconds).collect::<Vec<_>>());
            for (clip, (_, kind)) in case.library[1..].iter_mut().zip(&clips) {
                match kind {
                    0 => clip.approval = Approval::Submitted,
                    1 => clip.audio.digest.0[0] ^= 1,
                    2 => clip.valid.to = Some(day("2026-11-22")),
                    _ => {}
                }
                // Rates whose lengths are not whole milliseconds.
                clip.audio.frames += u64::from(*kind) * 7_919;
                clip.source = if kind % 2 == 0 { Source::Own } else { Source::Province };
            }
            case.queue = (1..)
                .zip(&queue)
                .map(|(entry, (clip, bound, tier))| QueueEntry {
                    tier: if *tier == 0 { Tier::Priority } else { Tier::Normal },
                    ordered_by: (entry % 3 == 0).then(|| "Lan".to_owned()),
                    ..queued(entry, *clip, [None, Some("sang"), Some("chieu")][usize::from(*bound)])
                })
                .collect();
            case.last_aired = aired
                .into_iter()
                .map(|(clip, hours)| (ItemId { clip: ClipId(clip), edition: 1 }, at(START) - TimeDelta::hours(hours)))
                .collect();
            case.bad = bad.into_iter().map(|clip| (ClipId(clip), "cut off".into())).collect();
            case.session_length_max = session.map(minutes);
            case.next_start = next.map(|minutes| at(START) + TimeDelta::minutes(minutes));
            if hours {
                case.permitted = PermittedHours::parse("04:30-05:20").unwrap();
            }
            case
        })
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}\nqueue {:?}\nbad {:?} next {:?}", self.slot.rundown, self.queue, self.bad, self.next_start)
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn a_rundown_keeps_every_promise(case in any_case()) {
        let rundown = case.choose();
        prop_assert_eq!(&rundown, &case.choose(), "asked twice");
        // Back to back from the start, and over in time.
        let occurrence = OccurrenceId { nominal: civil(START), slot: case.slot.id.clone() };
        let ends_by = case.request(&occurrence).ends_by();
        let mut reached = at(START);
        for (position, element) in rundown.elements.iter().enumerate() {
            prop_assert_eq!(element.position as usize, position);
            prop_assert_eq!(element.start, reached);
            reached = element.end();
            // Only sound, approved clips of the day.
            let clip = case.library.iter().find(|clip| clip.item() == element.sound.clip().unwrap().item).unwrap();
            prop_assert_eq!(clip.may_air(day_of(HANOI, at(START))), Ok(()));
            prop_assert!(case.bad.iter().all(|(bad, _)| *bad != clip.id));
        }
        prop_assert!(reached <= ends_by, "{} over {}", reached, ends_by);
        // No item twice.
        let items = rundown.elements.iter().filter(|element| element.role == Role::Item);
        let items: Vec<_> = items.map(|element| element.sound.clip().unwrap().item).collect();
        prop_assert_eq!(items.iter().collect::<BTreeSet<_>>().len(), items.len());
        // The queue in its order, and only entries this slot may take.
        let entries: Vec<u32> = rundown.elements.iter().filter_map(|element| match &element.why {
            Why::Queued { entry, priority: None, .. } => Some(*entry),
            _ => None,
        }).collect();
        for entry in &entries {
            let entry = case.queue.iter().find(|queued| queued.id == *entry).unwrap();
            prop_assert!(entry.slot.as_ref().is_none_or(|slot| *slot == case.slot.id));
        }
        let queues = case.slot.rundown.iter().filter(|element| matches!(element, Element::Queue { .. })).count();
        if queues == 1 {
            prop_assert!(entries.is_sorted(), "{:?}", entries);
        }
        // What has priority is before all that is no ident, and what could have been heard and was not is named.
        let first = |element: &&Planned| matches!(element.why, Why::Queued { priority: Some(_), .. });
        let urgent = rundown.elements.iter().filter(first).count();
        let body: Vec<_> = rundown.elements.iter().skip_while(|element| element.role == Role::Ident).collect();
        prop_assert!(body.iter().take(urgent).all(first), "{:?}", rundown.elements);
        for entry in case.queue.iter().filter(|entry| entry.tier == Tier::Priority) {
            if entry.slot.as_ref().is_none_or(|slot| *slot == case.slot.id) {
                let there = body.iter().take(urgent).any(|element| element.sound.clip_id() == Some(entry.clip));
                prop_assert!(there || rundown.left_out.iter().any(|left| left.clip == entry.clip), "{:?}", entry);
            }
        }
        // A closing that could be heard is heard, whatever else wants the time.
        let mut left = (ends_by - at(START)).to_std().unwrap();
        for element in &case.slot.rundown {
            let Element::Closing { clip } = element else { continue };
            let Some(clip) = case.library.iter().find(|known| known.id == *clip) else { continue };
            let sound = clip.may_air(day("2026-11-23")).is_ok() && case.bad.iter().all(|(bad, _)| *bad != clip.id);
            if sound && clip.audio.duration() <= left {
                left -= clip.audio.duration();
                let mut closings = rundown.elements.iter().filter(|element| element.role == Role::Closing);
                prop_assert!(closings.any(|element| element.sound.clip().unwrap().item == clip.item()));
            }
        }
        // Whatever the template names is there or left out.
        for element in &case.slot.rundown {
            let (Element::Ident { clip } | Element::Clip { clip } | Element::Closing { clip }) = element else {
                continue;
            };
            let there = rundown.elements.iter().any(|element| element.sound.clip().unwrap().item.clip == *clip);
            prop_assert!(there || rundown.left_out.iter().any(|left| left.clip == *clip), "clip {} is nowhere", clip);
        }
    }
}
