//! What is refused when a slot is saved, and what is proposed instead.

use std::time::Duration;

use chrono::NaiveTime;
use loa::domain::calendar::Holidays;
use loa::domain::clip::{Approval, Clip};
use loa::domain::plan::{PermittedHours, SlotProblem, Surroundings, occurrences, validate_slot};
use loa::domain::slot::{Element, Exception, RotationOf, Slot, SlotVersion, ZoneId};
use loa::domain::time::{Days, Window};
use proptest::prelude::*;

use super::build::{HANOI, at, cases, clip, closing, day, fixed, ident, minutes, slot, version, window, zone};

struct Around {
    others: Vec<SlotVersion>,
    library: Vec<Clip>,
    zones: Vec<ZoneId>,
    permitted: PermittedHours,
    session_length_max: Option<Duration>,
}

impl Around {
    fn new(others: Vec<Slot>) -> Self {
        Self {
            others: others.into_iter().map(version).collect(),
            library: vec![clip(1, 20), clip(2, 600), clip(3, 900)],
            zones: vec![zone("z1"), zone("z2")],
            permitted: PermittedHours::always(),
            session_length_max: None,
        }
    }

    fn validate(&self, slot: &Slot) -> Vec<SlotProblem> {
        let around = Surroundings {
            relays: &[],
            others: &self.others,
            holidays: &Holidays::default(),
            time_zone: HANOI,
            from: at("2026-11-23T12:00"),
            library: &self.library,
            zones: &self.zones,
            topics: &["CCHC".into(), "YT".into()],
            campaigns: &["KH-12".into()],
            permitted: &self.permitted,
            session_length_max: self.session_length_max,
        };
        validate_slot(slot, &around).err().unwrap_or_default()
    }

    /// The only problem, as text, holds these words.
    fn check(&self, slot: &Slot, says: &[&str]) {
        let problems = self.validate(slot);
        assert_eq!(problems.len(), 1, "{problems:#?}");
        let text = problems[0].to_string();
        for word in says {
            assert!(text.contains(word), "`{word}` is not in\n{text}");
        }
    }
}

fn queue() -> Vec<Element> {
    vec![Element::Queue { count: 2 }]
}

#[test]
fn a_good_slot_is_saved() {
    let rundown =
        vec![ident(1), fixed(2), Element::Rotation { of: RotationOf::Topic("CCHC".into()), count: 2 }, closing(1)];
    let around = Around::new(vec![slot("chieu", "0 17 * * *", queue()), slot("sang", "0 5 * * *", queue())]);
    // Also under its own old wording.
    assert_eq!(around.validate(&slot("sang", "5 5 * * *", rundown)), []);
}

#[test]
fn an_overlap_names_both_the_days_the_minutes_and_a_free_start() {
    let around = Around::new(vec![slot("chieu", "20 5 * * 1-5", queue())]);
    around.check(
        &slot("sang", "0 5 * * *", queue()),
        &[
            "`Khung sang` (30 min)",
            "`Khung chieu` (30 min)",
            "overlap by 10 min",
            "zone z1",
            "2026-11-24 05:00, 2026-11-25 05:00, 2026-11-26 05:00",
            "262 times in the coming year",
            "start at 04:50, or set the longest duration to at most 20 min",
        ],
    );
}

#[test]
fn real_lengths_decide() {
    // Both fixed: 10 and 15 minutes, whatever their longest durations are.
    let around = Around::new(vec![slot("chieu", "10 5 * * *", vec![fixed(3)])]);
    assert_eq!(around.validate(&slot("sang", "0 5 * * *", vec![fixed(2)])), []);
    let problems = around.validate(&slot("sang", "1 5 * * *", vec![fixed(2)]));
    let [SlotProblem::Overlap { overlap, length, other_length, proposal, .. }] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!((*overlap, *length, *other_length), (minutes(1), minutes(10), minutes(15)));
    // A fixed clip does not get shorter: only another start is proposed.
    assert_eq!(proposal.length_max, None);
    assert_eq!(proposal.starts, [NaiveTime::from_hms_opt(4, 56, 0).unwrap()]);
}

#[test]
fn other_zones_other_days_and_other_times_do_not_matter() {
    let mut elsewhere = slot("khac", "0 5 * * *", queue());
    elsewhere.zones = vec![zone("z2")];
    let mut over = slot("cu", "0 5 * * *", queue());
    over.valid = Days { from: None, to: Some(day("2026-11-23")) };
    let weekend = slot("cuoi-tuan", "0 5 * * 0,6", queue());
    let around = Around::new(vec![elsewhere, over, weekend]);
    assert_eq!(around.validate(&slot("sang", "0 5 * * 1-5", queue())), []);
    let mut ended = around;
    ended.others.push(SlotVersion { until: Some(at("2026-11-01T00:00")), ..version(slot("x", "0 5 * * *", queue())) });
    assert_eq!(ended.validate(&slot("sang", "0 5 * * 1-5", queue())), []);
}

#[test]
fn exceptions_and_validity_are_respected() {
    let mut holiday = slot("le", "0 5 2 9 *", queue());
    holiday.exceptions = vec![];
    let around = Around::new(vec![holiday]);
    let mut morning = slot("sang", "0 5 * * *", queue());
    around.check(&morning, &["2027-09-02 05:00, once in the coming year"]);
    morning.exceptions = vec![Exception::Date { date: day("2027-09-02") }];
    assert_eq!(around.validate(&morning), []);
    // A slot that begins in two years is compared with that year.
    let mut late = slot("muon", "0 5 * * *", queue());
    late.valid.from = Some(day("2029-01-01"));
    around.check(&late, &["2029-09-02 05:00"]);
}

#[test]
fn a_slot_in_its_own_way_is_told_how_long_it_may_be() {
    Around::new(vec![]).check(
        &slot("sang", "*/20 5 * * *", queue()),
        &["lasts 30 min but starts again after 20 min", "2026-11-24 05:00", "at most 20 min"],
    );
}

#[test]
fn permitted_hours_and_the_session_cap_are_a_hard_guard() {
    let mut around = Around::new(vec![]);
    around.permitted = PermittedHours::parse("05:00-06:30, 16:30-18:30").unwrap();
    around.check(
        &slot("sang", "15 6 * * *", queue()),
        &[
            "05:00-06:30, 16:30-18:30",
            "2026-11-24 06:15",
            "by 15 min",
            "366 times",
            "start at 06:00, or set the longest duration to at most 15 min",
        ],
    );
    around
        .check(&slot("trua", "0 11 * * 1", queue()), &["by 30 min on 2026-11-30 11:00", "52 times", "start at 06:00"]);
    assert_eq!(around.validate(&slot("sang", "0 6 * * *", queue())), []);
    around.session_length_max = Some(minutes(20));
    around.check(
        &slot("sang", "0 6 * * *", queue()),
        &["may last 30 min", "at most 20 min", "set its longest duration to 20 min"],
    );
}

#[test]
fn a_grace_may_not_reach_the_next_start() {
    let around = Around::new(vec![slot("sau", "40 5 * * *", queue())]);
    let mut morning = slot("sang", "0 5 * * *", queue());
    morning.grace = minutes(45);
    around.check(&morning, &["grace of 45 min", "40 min after", "`Khung sau`", "2026-11-24 05:40", "at most 40 min"]);
    morning.grace = minutes(40);
    assert_eq!(around.validate(&morning), []);
}

#[test]
fn every_wrong_reference_is_listed_at_once() {
    let mut wrong = slot(
        "sang",
        "0 25 * * *",
        vec![
            ident(77),
            fixed(2),
            fixed(2),
            Element::Queue { count: 0 },
            Element::Rotation { of: RotationOf::Topic("XX".into()), count: 1 },
            Element::Rotation { of: RotationOf::Campaign("KH-99".into()), count: 1 },
            closing(3),
        ],
    );
    wrong.name = " ".into();
    wrong.zones = vec![zone("z1"), zone("z1"), zone("z9")];
    wrong.valid = Days { from: Some(day("2027-01-02")), to: Some(day("2027-01-01")) };
    wrong.exceptions = vec![
        Exception::Range { from: day("2027-01-02"), to: day("2027-01-01") },
        Exception::Lunar { month: 13, day: 1 },
        Exception::Tet { days_before: 400, days_after: 0 },
    ];
    wrong.length_max = Duration::ZERO;
    let mut around = Around::new(vec![]);
    around.library[2].approval = Approval::Retired { by: "B".into(), at: at("2026-01-01T00:00") };
    let problems = around.validate(&wrong);
    let text = problems.iter().map(|problem| format!("{problem}\n")).collect::<String>();
    for word in [
        "has no name",
        "zone `z1` is named twice",
        "zone `z9` is unknown, expected one of z1, z2",
        "clip 77 is not in the library",
        "clip 2 is in the rundown twice",
        "element 4 of the rundown asks for 0 clips",
        "topic `XX` is unknown, expected one of CCHC, YT",
        "campaign `KH-99` is unknown, expected one of KH-12",
        "clip 3 `Bài 3` is retired",
        "longest duration is 0 s",
        "ends on 2027-01-01, before it begins",
        "exception 1:",
        "exception 2: lunar 1/13",
        "exception 3: 400 days before",
        "hour is `25`",
    ] {
        assert!(text.contains(word), "`{word}` is not in\n{text}");
    }
    assert_eq!(problems.len(), 15, "{text}");
    assert!(problems.iter().all(|problem| problem.to_string().contains(';')), "one has no remedy:\n{text}");
}

#[test]
fn nothing_to_hear_nowhere_or_never_is_refused() {
    let around = Around::new(vec![]);
    around.check(&slot("sang", "0 5 * * *", vec![]), &["rundown is empty"]);
    let mut nowhere = slot("sang", "0 5 * * *", queue());
    nowhere.zones = vec![];
    around.check(&nowhere, &["heard nowhere", "z1, z2"]);
    let mut never = slot("sang", "0 5 * * 1", queue());
    never.valid = Days { from: Some(day("2026-12-01")), to: Some(day("2026-12-06")) };
    around.check(&never, &["would never air", "from 2026-12-01"]);
    // A rule for leap days alone is rare, not impossible.
    assert_eq!(around.validate(&slot("nhuan", "0 5 29 2 *", queue())), []);
    let mut long = slot("sang", "0 5 * * *", vec![fixed(2), fixed(3)]);
    long.length_max = minutes(20);
    around.check(&long, &["last 25 min", "20 min"]);
}

/// A daily or weekly slot on one or two of three zones, some with a validity.
fn any_slot(id: &'static str) -> impl Strategy<Value = Slot> {
    let days = prop::sample::select(vec!["* * *", "* * 1-5", "* * 0,6", "* * 3", "1,15 * *", "1 * 1"]);
    let zones = prop::sample::subsequence(vec![zone("z1"), zone("z2")], 1..=2);
    let valid = prop::option::of((0i64..500, 1i64..500));
    (0u32..24, 0u32..12, days, zones, 1u64..150, valid, any::<bool>()).prop_map(
        move |(hour, minute, days, zones, length, valid, fixed_only)| {
            let rundown = if fixed_only { vec![fixed(2)] } else { queue() };
            let mut slot = slot(id, &format!("{} {hour} {days}", minute * 5), rundown);
            slot.zones = zones;
            slot.length_max = minutes(length.max(10));
            slot.grace = Duration::ZERO;
            if let Some((from, lasts)) = valid {
                let from = day("2026-06-01") + chrono::TimeDelta::days(from);
                slot.valid = Days { from: Some(from), to: Some(from + chrono::TimeDelta::days(lasts)) };
            }
            slot
        },
    )
}

fn length(slot: &Slot) -> Duration {
    if slot.rundown == [fixed(2)] { minutes(10) } else { slot.length_max }
}

fn overlaps(problems: &[SlotProblem]) -> bool {
    problems.iter().any(|problem| matches!(problem, SlotProblem::Overlap { .. }))
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn a_conflict_is_one_in_both_directions_and_found_by_brute_force(a in any_slot("a"), b in any_slot("b")) {
        let forth = Around::new(vec![b.clone()]).validate(&a);
        let back = Around::new(vec![a.clone()]).validate(&b);
        prop_assert_eq!(overlaps(&forth), overlaps(&back));
        // All pairs of occurrences in the year from which both are valid.
        let begin = [&a, &b].into_iter().filter_map(|slot| slot.valid.from).max();
        let from = begin.map_or(at("2026-11-23T12:00"), |day| at(&format!("{day}T00:00")).max(at("2026-11-23T12:00")));
        let year = Window { from, to: from + chrono::TimeDelta::days(366) };
        let spans = |slot: &Slot| {
            let found = occurrences(&[version(slot.clone())], &Holidays::default(), HANOI, year);
            let spans = found.into_iter().map(|found| Window { from: found.start, to: found.start + length(slot) });
            spans.collect::<Vec<_>>()
        };
        let shared = a.zones.iter().any(|zone| b.zones.contains(zone));
        let meet = shared && spans(&a).iter().any(|one| spans(&b).iter().any(|other| one.overlaps(other)));
        prop_assert_eq!(overlaps(&forth), meet);
    }

    /// What is proposed is free: a slot moved or shortened as proposed is saved.
    #[test]
    fn a_proposal_holds(
        others in prop::collection::vec(any_slot("x"), 1..5),
        (hour, length, hours) in (0u32..24, 1u64..90, any::<bool>()),
    ) {
        let others = (0..).zip(others).map(|(number, slot)| Slot { id: format!("x{number}").parse().unwrap(), ..slot });
        let mut around = Around::new(others.collect());
        if hours {
            around.permitted = PermittedHours::parse("04:30-07:00, 16:00-19:00").unwrap();
        }
        let mut wanted = slot("sang", &format!("0 {hour} * * *"), queue());
        wanted.length_max = minutes(length);
        wanted.grace = Duration::ZERO;
        let problems = around.validate(&wanted);
        let mut shortest = Some(wanted.length_max);
        for problem in &problems {
            let (SlotProblem::Overlap { proposal, .. } | SlotProblem::NotPermitted { proposal, .. }) = problem else {
                return Err(TestCaseError::fail(problem.to_string()));
            };
            if let [start] = proposal.starts[..] {
                let moved = Slot { recurrence: start.format("%-M %-H * * *").to_string(), ..wanted.clone() };
                prop_assert_eq!(around.validate(&moved), vec![], "{}", problem);
            }
            shortest = shortest.and_then(|shortest| Some(shortest.min(proposal.length_max?)));
        }
        if let Some(length_max) = shortest {
            prop_assert_eq!(around.validate(&Slot { length_max, ..wanted.clone() }), vec![]);
        }
    }
}

#[test]
fn the_window_of_a_conflict_is_a_year() {
    // Twice a decade on the same day: the leap day of 2028 is beyond the year.
    let around = Around::new(vec![slot("nhuan", "0 5 29 2 *", queue())]);
    assert_eq!(around.validate(&slot("sang", "0 5 * * *", queue())), []);
    let found =
        occurrences(&around.others, &Holidays::default(), HANOI, window("2028-02-01T00:00", "2028-03-01T00:00"));
    assert_eq!(found.len(), 1);
}
