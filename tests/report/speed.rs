//! That a year of many stations still folds while the clerk waits. `make bench` has the figure; here is the bound that only
//! a wrong data structure breaks.

use std::time::Instant;

use chrono::Weekday;
use loa::domain::report::{Report, ReportSettings, Tally};

use crate::support::report::{airing, first_half};

/// Single airings, as from a store that groups nothing.
const AIRINGS: u32 = 1_000_000;

#[test]
fn a_million_single_airings_fold_in_linear_time() {
    let codes = ["CCHC.KQ", "CCHC.MC", "TTHC.TP", "TTHC.TNMT", "SO.DVC"];
    let one = |index: u32| Tally {
        topic: codes[(index % 5_000) as usize % codes.len()].to_owned(),
        month: index / 5_000 % 6 + 1,
        weekday: Weekday::try_from((index % 7) as u8).unwrap(),
        ..airing(index % 5_000)
    };
    let tallies: Vec<Tally> = (0..AIRINGS).map(one).collect();
    let begun = Instant::now();
    let report = Report::fold(first_half(), tallies, [], ReportSettings::default());
    let took = begun.elapsed();
    println!("{AIRINGS} tallies folded in {took:?}");
    assert_eq!((report.items, report.airings), (5_000, u64::from(AIRINGS)));
    assert!(took.as_secs() < 10, "{AIRINGS} tallies took {took:?}");
}
