//! How fast a rehearsal and the seeded simulation are.

use std::time::Instant;

use crate::sim::weeks::week;
use crate::station::command;
use crate::table::{milliseconds, percentile, row, timed};

/// The seed's half-year, through the program itself, into a fresh folder each time: median of `times`.
pub(crate) fn half_year(times: u32) {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/lai-cach-2023-h1.toml");
    let (mut rehearsed, mut reported) = (Vec::new(), Vec::new());
    for _ in 0..times {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let run = |words: &[&str]| {
            let (time, output) = timed(|| command(&data).args(words).output().unwrap());
            assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
            time.as_secs_f64()
        };
        rehearsed.push(run(&["simulate", "--scenario", scenario]));
        reported.push(run(&["report", "--period", "2023-H1", "--json"]));
    }
    row(
        "rehearsal of half a year, the whole program",
        &format!("{:.2} s", percentile(&rehearsed, 0.5)),
        "<= 1 s",
        "rehearsal",
    );
    row("its report", &format!("{:.2} s", percentile(&reported, 0.5)), "-", "rehearsal");
}

/// Station weeks with their faults and every invariant checked, one after the other.
pub(crate) fn weeks(seeds: u32) {
    let begun = Instant::now();
    for seed in 0..u64::from(seeds) {
        week(seed).unwrap();
    }
    let took = begun.elapsed();
    let per_minute = f64::from(seeds) * 60.0 / took.as_secs_f64();
    let reached = format!("{per_minute:.0} seeds a minute ({seeds} in {})", milliseconds(took));
    row("simulated station weeks, one core", &reached, ">= 2,000 in 60 s", "simulation");
}
