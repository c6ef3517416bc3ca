//! The store and the report over a large log.

use std::path::Path;

use loa::domain::log::Record;
use loa::domain::report::{MonthRule, Period, Report, ReportSettings};
use loa::store::{AiringFilter, DATABASE_NAME};

use crate::station::{command, start};
use crate::support::records::{airing, at, intent, station};
use crate::table::{milliseconds, row};
use crate::{filled, pages};

/// Clips of the library beside the log.
const CLIPS: u32 = 10_000;

/// A stopwatch for what waits.
async fn timed<T>(work: impl Future<Output = T>) -> (std::time::Duration, T) {
    let begun = std::time::Instant::now();
    let made = work.await;
    (begun.elapsed(), made)
}

/// What the processor worked for this process so far.
fn worked() -> std::time::Duration {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let nanoseconds = tasks.map(|task| {
        let text = std::fs::read_to_string(task.unwrap().path().join("schedstat")).unwrap_or_default();
        text.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0)
    });
    std::time::Duration::from_nanos(nanoseconds.sum())
}

/// Report, lists, papers, verification and appends over so many airings, and the start of the daemon on top of them.
pub(crate) fn report(airings: u32) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure(folder.path(), u64::from(airings)));
    let daemon = start(command(folder.path()), folder.path());
    row(
        &format!("cold start to ready, {airings} airings and {CLIPS} clips"),
        &milliseconds(daemon.ready),
        "<= 300 ms",
        "report",
    );
}

async fn measure(folder: &Path, airings: u64) {
    station(folder).await.close().await;
    filled::log(folder, airings).await;
    let store = station(folder).await;
    store.rebuild_projection().await.unwrap();
    filled::library(folder, &store, CLIPS).await;
    store.close().await;
    let megabytes = std::fs::metadata(folder.join(DATABASE_NAME)).unwrap().len() as f64 / 1e6;
    let told = |what: &str, time: std::time::Duration, target: &str| {
        row(&format!("{what}, {airings} airings"), &milliseconds(time), target, "report");
    };

    let (time, store) = timed(station(folder)).await;
    told(&format!("open the store of {megabytes:.0} MB"), time, "-");
    let (time, ledger) = timed(store.ledger()).await;
    ledger.unwrap();
    told("ledger", time, "-");
    for (what, from, to) in
        [("report over everything", "1900-01-01", "2100-01-01"), ("report of half a year", "1999-12-15", "2000-06-14")]
    {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        let before = worked();
        let (time, report) = timed(async {
            let tallies = store.tallies(from, to, MonthRule::Nd09).await.unwrap();
            let period = Period::parse("2000-H1", MonthRule::Nd09).unwrap();
            Report::fold(period, tallies, [], ReportSettings::default())
        })
        .await;
        told(&format!("{what} ({} counted)", report.airings), time, "-");
        told(&format!("{what}, time of the processor"), worked().saturating_sub(before), "<= 1 s");
    }
    let filter = AiringFilter { from_day: "1999-12-15".parse().ok(), limit: Some(50), ..AiringFilter::default() };
    let (time, page) = timed(store.airings(&filter)).await;
    assert_eq!(page.unwrap().len(), 50);
    told("first page of a list", time, "<= 200 ms");
    pages::measure(folder, store.clone(), airings).await;
    let (time, verified) = timed(store.verify()).await;
    let entries = verified.unwrap().unwrap().entries;
    told("verify the chain", time, "-");
    let now = at("2070-01-01T00:00:00Z");
    let (time, ()) = timed(async {
        for number in 0..100 {
            let mut intent = intent(1, now);
            intent.part.airing = airing(10_000_000 + entries + number);
            store.append(&[Record::Intent(intent)], now).await.unwrap();
        }
    })
    .await;
    told("100 appends, each on the disk", time, "-");
    store.close().await;
}
