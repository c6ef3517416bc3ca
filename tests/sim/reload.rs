//! The station starts again with other settings, at every awkward moment: nothing is lost, nothing airs twice.

use std::collections::BTreeMap;
use std::time::Duration;

use loa::domain::log::{Incident, Outcome, PartId, Record};
use loa::domain::slot::OccurrenceId;
use loa::domain::station::RestPolicy;
use loa::rehearsal::Fault;

use super::weeks::{moment_near_a_broadcast, town_with};

const DAYS: Duration = Duration::from_secs(3 * 24 * 3600);

/// What the log says: how each occurrence ended, and the frames of each part in the order in which they sounded.
#[derive(Debug, PartialEq)]
struct Said {
    outcomes: BTreeMap<OccurrenceId, Outcome>,
    frames: Vec<(Option<OccurrenceId>, u64)>,
    starts: usize,
}

/// Three days of a town; `restarts` of them fall where a broadcast begins, sounds or ends, each away for as long as it takes.
fn days(seed: u64, restarts: u32) -> Said {
    let (mut world, versions, zone, mut random) = town_with(seed, |book| book);
    for _ in 0..restarts {
        let at = moment_near_a_broadcast(&mut random, &world.time, &versions, zone);
        let lasts = Duration::from_millis(random.u64(20..900));
        world.schedule(at, Fault::Restart { lasts, rest: RestPolicy::WhenFree });
    }
    world.switch_on();
    world.run_until(DAYS).unwrap();
    assert!(world.violations().is_empty(), "{:?}", world.violations());
    let records = || world.book.entries.iter().map(|entry| &entry.record);
    let intents: BTreeMap<PartId, Option<OccurrenceId>> = records()
        .filter_map(|record| match record {
            Record::Intent(intent) => Some((intent.part, intent.occurrence.clone())),
            _ => None,
        })
        .collect();
    let mut said = Said { outcomes: BTreeMap::new(), frames: Vec::new(), starts: 0 };
    for record in records() {
        match record {
            Record::Closed(closed) => {
                let before = said.outcomes.insert(closed.occurrence.clone(), closed.outcome.clone());
                assert_eq!(before, None, "{} closed twice", closed.occurrence);
            }
            Record::End(end) => said.frames.push((intents[&end.part].clone(), end.frames)),
            Record::Incident(Incident::Started { .. }) => said.starts += 1,
            _ => {}
        }
    }
    said
}

#[test]
fn however_often_the_settings_change_every_occurrence_sounds_as_if_they_never_had() {
    let mut starts = 0;
    for seed in 0..60 {
        let (quiet, restless) = (days(seed, 0), days(seed, 40));
        assert_eq!(restless.outcomes, quiet.outcomes, "seed {seed}");
        assert_eq!(restless.frames, quiet.frames, "seed {seed}");
        starts += restless.starts;
    }
    assert!(starts > 60 * 10, "the station did start again: {starts} times");
}
