//! The list of alarms against things that go wrong at random, and against itself taken up anew in the middle.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::alarm::{ALARMS_MAX, AlarmList, Change, Matter, Severity, Standing, State};
use loa::domain::time::Now;

const CALM: Duration = Duration::from_secs(30);

fn at(second: u64) -> Now {
    let begin: DateTime<Utc> = "2026-11-29T05:00:00Z".parse().unwrap();
    Now { wall: begin + TimeDelta::seconds(i64::try_from(second).unwrap()), mono: Duration::from_secs(second) }
}

fn matter(code: &str, zone: u32) -> Matter {
    let severity = if zone.is_multiple_of(2) { Severity::Error } else { Severity::Warning };
    Matter { code: code.to_owned(), severity, values: BTreeMap::from([("zone".to_owned(), zone.to_string())]) }
}

/// Where what a list says ends up: the rows of the store, by their numbers.
#[derive(Debug, Clone, Default, PartialEq)]
struct Kept(BTreeMap<u64, Standing>);

impl Kept {
    fn keep(&mut self, changes: &[Change]) {
        self.0.extend(changes.iter().map(|change| (change.standing().number, change.standing().clone())));
    }

    fn taken_up(&self) -> AlarmList {
        let matters = self.0.values().filter(|standing| standing.matters()).cloned().collect();
        AlarmList::left(matters, self.0.keys().max().copied().unwrap_or(0))
    }
}

/// What is wrong in each second, by what comes and goes at random: some for long, some for moments.
fn history(random: &mut fastrand::Rng, seconds: u64) -> Vec<Vec<Matter>> {
    let mut wrong: BTreeMap<(usize, u32), u64> = BTreeMap::new();
    let codes = ["output_lost", "silence", "log_waiting"];
    (0..seconds)
        .map(|second| {
            if random.u8(..6) == 0 {
                let lasts = if random.bool() { random.u64(1..5) } else { random.u64(20..200) };
                wrong.insert((random.usize(..codes.len()), random.u32(..4)), second + lasts);
            }
            wrong.retain(|_, until| *until > second);
            wrong.keys().map(|(code, zone)| matter(codes[*code], *zone)).collect()
        })
        .collect()
}

#[test]
fn every_alarm_is_raised_once_cleared_once_and_there_exactly_while_it_is_so() {
    for seed in 0..300 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (mut list, mut open) = (AlarmList::default(), BTreeMap::new());
        let mut last_so: BTreeMap<(String, String), u64> = BTreeMap::new();
        let history = history(&mut random, 900);
        for (second, wrong) in (0_u64..).zip(&history) {
            let key = |matter: &Matter| (matter.code.clone(), matter.about().to_owned());
            for change in list.look(at(second), wrong, CALM) {
                let standing = change.standing();
                let key = key(&standing.matter);
                match &change {
                    Change::Raised(standing) => {
                        assert_eq!(standing.state(), State::Raised, "seed {seed}: nobody has seen it yet");
                        assert_eq!(open.insert(key, standing.number), None, "seed {seed}: raised twice");
                    }
                    Change::Back(standing) => assert_eq!(open.get(&key), Some(&standing.number), "seed {seed}"),
                    Change::Cleared(standing) => {
                        assert_eq!(open.remove(&key), Some(standing.number), "seed {seed}: cleared without a raise");
                        let over = second - last_so[&key];
                        assert!(over >= CALM.as_secs(), "seed {seed}: over for {over} s only");
                    }
                }
            }
            last_so.extend(wrong.iter().map(|matter| (key(matter), second)));
            let patient = wrong.iter().filter(|matter| matter.patience().is_zero());
            for matter in patient {
                assert!(open.contains_key(&key(matter)), "seed {seed}: {matter:?} is so and not raised at {second}");
            }
            let calm = |key: &(String, String)| second - last_so[key] <= CALM.as_secs() + 1;
            assert!(open.keys().all(calm), "seed {seed}: one stays that is long over at {second}");
            if random.u8(..20) == 0
                && let Some(number) = open.values().nth(random.usize(..9))
            {
                let first = list.see(*number, "Trần Thị Bình", at(second).wall);
                let again = list.see(*number, "Ông An", at(second).wall).unwrap_err().to_string();
                assert!(first.is_err() || again.contains("Trần Thị Bình"), "seed {seed}: {again}");
            }
        }
    }
}

#[test]
fn a_restart_in_between_changes_nothing() {
    for seed in 0..300 {
        let mut random = fastrand::Rng::with_seed(seed);
        let history = history(&mut random, 600);
        // What waits for its patience begins anew; everything else does not.
        let history: Vec<Vec<Matter>> = history
            .into_iter()
            .map(|wrong| wrong.into_iter().filter(|matter| matter.patience().is_zero()).collect())
            .collect();
        let restart = random.usize(..history.len());
        let (mut one, mut other) = (AlarmList::default(), AlarmList::default());
        let (mut kept_one, mut kept_other) = (Kept::default(), Kept::default());
        for (second, wrong) in history.iter().enumerate() {
            if second == restart {
                other = kept_other.taken_up();
            }
            let now = at(second as u64);
            kept_one.keep(&one.look(now, wrong, CALM));
            kept_other.keep(&other.look(now, wrong, CALM));
        }
        // What was over when it was switched off is watched for its calm anew: the one difference is when it is cleared.
        let told = |kept: &Kept| -> BTreeSet<(String, String, DateTime<Utc>)> {
            let told = |one: &Standing| (one.matter.code.clone(), one.matter.about().to_owned(), one.raised);
            kept.0.values().map(told).collect()
        };
        let (before, after) = (told(&kept_one), told(&kept_other));
        let late = after.symmetric_difference(&before).filter(|(_, _, raised)| {
            (*raised - at(restart as u64).wall).num_seconds().unsigned_abs() > 2 * CALM.as_secs()
        });
        assert_eq!(late.count(), 0, "seed {seed}: restart at {restart}\n{before:#?}\n{after:#?}");
        let open = |list: &AlarmList| -> BTreeSet<(String, String)> {
            let open = list.standing().into_iter().filter(|one| one.cleared.is_none());
            open.map(|one| (one.matter.code.clone(), one.matter.about().to_owned())).collect()
        };
        if restart + 100 < history.len() {
            assert_eq!(open(&one), open(&other), "seed {seed}");
        }
    }
}

#[test]
fn what_was_seen_and_is_over_is_raised_anew_the_next_time_and_a_loose_contact_rings_once() {
    let (wrong, well) = (vec![matter("output_lost", 1)], Vec::new());
    let mut list = AlarmList::default();
    let raised = list.look(at(0), &wrong, CALM);
    let [Change::Raised(first)] = raised.as_slice() else { panic!("{raised:?}") };
    list.see(first.number, "Trần Thị Bình", at(1).wall).unwrap();
    for second in (2..42).step_by(4) {
        assert_eq!(list.look(at(second), &well, CALM), []);
        let back = list.look(at(second + 2), &wrong, CALM);
        assert!(matches!(back.as_slice(), [Change::Back(one)] if one.number == first.number), "{back:?}");
    }
    assert_eq!(list.get(first.number).unwrap().again, 10, "it is counted");
    assert_eq!(list.get(first.number).unwrap().state(), State::Seen, "whoever saw it need not see it again");
    assert_eq!(list.look(at(50), &well, CALM), []);
    assert_eq!(list.poll_timeout(CALM), Some(Duration::from_secs(80)));
    let cleared = list.look(at(80), &well, CALM);
    assert!(matches!(cleared.as_slice(), [Change::Cleared(_)]), "{cleared:?}");
    assert_eq!(list.standing(), [], "seen and over: nobody need look at it");
    let anew = list.look(at(81), &wrong, CALM);
    let [Change::Raised(second)] = anew.as_slice() else { panic!("{anew:?}") };
    assert!(second.number > first.number && second.seen.is_none() && second.again == 0, "{second:?}");
}

#[test]
fn what_passes_before_its_patience_is_over_is_never_raised() {
    let wrong = vec![matter("log_waiting", 0)];
    let patience = wrong[0].patience().as_secs();
    let mut list = AlarmList::default();
    assert_eq!(list.look(at(0), &wrong, CALM), []);
    assert_eq!(list.poll_timeout(CALM), Some(Duration::from_secs(patience)));
    assert_eq!(list.look(at(patience - 1), &[], CALM), []);
    assert_eq!(list.look(at(patience), &wrong, CALM), [], "it begins anew");
    assert_eq!(list.look(at(2 * patience), &wrong, CALM).len(), 1);
}

#[test]
fn the_list_is_bounded_and_what_is_so_stays_in_it() {
    let mut list = AlarmList::default();
    let count = u32::try_from(ALARMS_MAX).unwrap();
    let wrong: Vec<Matter> = (0..count + 50).map(|zone| matter("silence", zone)).collect();
    let changes = list.look(at(0), &wrong, CALM);
    assert_eq!((changes.len(), list.standing().len()), (ALARMS_MAX, ALARMS_MAX));
    // As soon as some are over, those that waited are raised in their place.
    let rest = &wrong[100..];
    list.look(at(1), rest, CALM);
    let changes = list.look(at(60), rest, CALM);
    assert_eq!(changes.iter().filter(|change| matches!(change, Change::Cleared(_))).count(), 100);
    assert_eq!(changes.iter().filter(|change| matches!(change, Change::Raised(_))).count(), 50);
    let standing = list.standing();
    assert_eq!(standing.len(), ALARMS_MAX);
    assert_eq!(standing.iter().filter(|one| one.cleared.is_none()).count(), rest.len(), "all that is so is in it");
    assert!(standing.is_sorted_by_key(|one| (one.cleared.is_some(), one.matter.severity)), "the worst first");
}

#[test]
fn what_gets_worse_is_another_alarm_and_what_gets_better_is_not() {
    let told = |severity| vec![Matter { severity, ..matter("log_waiting", 0) }];
    let (slow, refused) = (told(Severity::Warning), told(Severity::Error));
    let mut list = AlarmList::default();
    let mut look = |second, wrong: &[Matter]| -> Vec<(u64, bool)> {
        let change = |change: &Change| (change.standing().number, matches!(change, Change::Raised(_)));
        list.look(at(second), wrong, CALM).iter().map(change).collect()
    };
    assert_eq!((look(0, &slow), look(5, &slow)), (vec![], vec![(1, true)]));
    assert_eq!(look(6, &refused), [(1, false)], "whoever is told of errors only must hear of it");
    assert_eq!((look(11, &refused), look(12, &slow), look(13, &refused)), (vec![(2, true)], vec![], vec![]));
    let standing = list.standing();
    assert_eq!(standing[0].matter.severity, Severity::Error, "{standing:?}");
}
