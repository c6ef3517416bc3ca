//! The counts of a large log. How long it takes is printed, not judged: that is the business of the benchmarks.

use chrono::Weekday;
use loa::domain::report::{Report, ReportSettings, Tally};

use crate::support::report::{airing, first_half};

/// Single airings, as from a store that groups nothing.
const AIRINGS: u32 = 1_000_000;
/// Different clips among them.
const CLIPS: u32 = 5_000;

#[test]
fn a_million_single_airings_are_counted_one_by_one() {
    let codes = ["CCHC.KQ", "CCHC.MC", "TTHC.TP", "TTHC.TNMT", "SO.DVC"];
    let one = |index: u32| Tally {
        topic: codes[(index % CLIPS) as usize % codes.len()].to_owned(),
        month: index / CLIPS % 6 + 1,
        weekday: Weekday::try_from((index % 7) as u8).unwrap(),
        ..airing(index % CLIPS)
    };
    let tallies: Vec<Tally> = (0..AIRINGS).map(one).collect();
    let begun = loa::clock::now().mono;
    let report = Report::fold(first_half(), tallies, [], ReportSettings::default());
    println!("{AIRINGS} tallies folded in {:?}", loa::clock::now().mono - begun);
    assert_eq!((report.items, report.airings), (u64::from(CLIPS), u64::from(AIRINGS)));
    assert_eq!(report.heard_ms, u64::from(AIRINGS) * 720_000);
    assert!(
        report
            .by_topic
            .iter()
            .all(|group| group.items == u64::from(CLIPS) / 5 && group.airings == u64::from(AIRINGS) / 5)
    );
    assert!(report.by_month.iter().all(|group| group.items == u64::from(CLIPS)));
}
