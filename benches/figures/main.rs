//! The figures of Loa, taken from what users run: the release build, real files, a real sound server.
//!
//! `cargo bench --bench figures` prints all; `cargo bench --bench figures -- NAME [COUNT]` prints one. What was reached
//! stands in docs/performance.md. Nothing here judges: a figure depends on the machine and on what else it does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    dead_code,
    missing_docs,
    reason = "a measurement ends at its first surprise, reads the clocks, and shares more helpers than it calls"
)]

mod filled;
mod import;
mod outputs;
mod pages;
mod process;
mod records;
mod rehearsal;
mod relay;
mod schedule;
#[allow(unused_imports, reason = "what its tests alone need is imported too")]
#[path = "../../tests/sim/mod.rs"]
mod sim;
mod sounding;
mod station;
mod support;
mod table;
mod zones;

/// A name, what it measures with a count, and the count unless told.
type Figure = (&'static str, fn(u32), u32);

/// The quick ones first.
const FIGURES: [Figure; 17] = [
    ("plan", schedule::plan, 5),
    ("rehearsal", rehearsal::half_year, 3),
    ("simulation", rehearsal::weeks, 2_000),
    ("import", import::one_thread, 3),
    ("folder", import::folder, 8),
    ("cost", process::cost, 30),
    ("outputs", outputs::outputs, 30),
    ("zones", zones::zones, 10),
    ("zones-long", zones::zones_for_minutes, 10),
    ("emergency", zones::emergency, 20),
    ("zone-cost", zones::cost_of_zones, 30),
    ("relay", relay::fall_over, 3),
    ("kill", sounding::kill, 3),
    ("join", sounding::joins, 3),
    ("report", records::report, 1_000_000),
    ("start", sounding::starts, 200),
    ("load", sounding::starts_under_load, 40),
];

fn main() {
    // `cargo test --all-targets` starts the benchmarks too; only `cargo bench` adds this flag. Tests measure nothing.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let count: Option<u32> = words.get(1).and_then(|word| word.parse().ok());
    let name = words.first();
    let chosen: Vec<&Figure> = FIGURES.iter().filter(|figure| name.is_none_or(|name| name == figure.0)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = FIGURES.iter().map(|figure| figure.0).collect();
        eprintln!("no such figure; there are: {}", names.join(", "));
        std::process::exit(2);
    }
    table::heading();
    for (_, measure, usual) in chosen {
        measure(count.unwrap_or(*usual));
    }
}
