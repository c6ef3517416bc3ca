//! The printed table, the machine it was taken on, and the stopwatch.

use std::time::{Duration, Instant};

/// Prints the heading, with the machine and how busy it is: a figure taken beside other work says little.
pub(crate) fn heading() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches(|letter: char| letter == ':' || letter.is_whitespace());
    println!("machine: {cores} cores, {model}; load average {}", read("/proc/loadavg").trim());
    println!("build: {}", if cfg!(debug_assertions) { "dev" } else { "release" });
    println!();
    println!("| figure | Loa | target | command |");
    println!("| --- | --- | --- | --- |");
}

/// Prints one figure. `arguments` come after `cargo bench --bench figures --`.
pub(crate) fn row(figure: &str, reached: &str, target: &str, arguments: &str) {
    println!("| {figure} | {reached} | {target} | `cargo bench --bench figures -- {arguments}` |");
}

/// Runs something once and says how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let made = work();
    (begun.elapsed(), made)
}

/// In milliseconds, one decimal.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// The smallest value that at least `share` of the values do not exceed.
pub(crate) fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}
