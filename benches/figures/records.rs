//! The store and the report over a large log.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::clip::{ClipId, ItemId};
use loa::domain::log::{Kind, Record};
use loa::domain::report::{MonthRule, Period, Report, ReportSettings};
use loa::store::{AiringFilter, ChainHash, DATABASE_NAME, GENESIS_STATION, canonical, link};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, QueryBuilder, Sqlite};

use crate::station::{command, start};
use crate::support::records::{airing, at, end, intent, station};
use crate::table::{milliseconds, row};

/// A connection past the store.
async fn past_the_store(folder: &Path) -> sqlx::SqliteConnection {
    let path = folder.join(DATABASE_NAME);
    SqliteConnectOptions::new().filename(path).foreign_keys(false).connect().await.unwrap()
}

/// Number, time, record, airing, body, hash before, hash.
type Filled = (u64, DateTime<Utc>, &'static str, u64, String, ChainHash, ChainHash);

/// Fills the log past the store, in one transaction without waiting for the disk: 24 items a day, each clip twice a day for
/// three days, over 114 years. Every row is as the store would have written it.
async fn fill(folder: &Path, airings: u64) {
    let mut connection = past_the_store(folder).await;
    sqlx::raw_sql("pragma synchronous = off; pragma cache_size = -200000; begin")
        .execute(&mut connection)
        .await
        .unwrap();
    let start = at("1950-01-01T22:00:00Z");
    let mut prev = ChainHash(*blake3::hash(GENESIS_STATION.as_bytes()).as_bytes());
    let mut rows: Vec<Filled> = Vec::new();
    for number in 0..airings {
        let day = number / 24;
        let mut intent =
            intent(1, start + TimeDelta::seconds(i64::try_from(86_400 * day + number % 24 * 700).unwrap()));
        intent.part.airing = airing(number);
        let clip = u32::try_from(day / 3 * 12 + number % 12).unwrap();
        intent.clip.item = ItemId { clip: ClipId(clip), edition: 1 };
        intent.clip.title = format!("Bản tin số {clip}");
        intent.clip.topics.primary = format!("T{}", clip % 17);
        if number % 12 == 0 {
            intent.kind = Kind::Ident;
            intent.clip.item.clip = ClipId(1);
        }
        let end = Record::End(end(&intent, intent.frames_total));
        for (name, record) in [("intent", Record::Intent(intent)), ("end", end)] {
            let seq = 2 * number + if name == "intent" { 1 } else { 2 };
            let at = start + TimeDelta::seconds(i64::try_from(seq * 300).unwrap());
            let body = canonical(&record).unwrap();
            let hash = link(prev, seq, at, &body);
            rows.push((seq, at, name, number, body, prev, hash));
            prev = hash;
        }
        if rows.len() >= 1_000 || number + 1 == airings {
            let mut query =
                QueryBuilder::<Sqlite>::new("insert into log (seq, at, record, airing, occurrence, body, prev, hash) ");
            query.push_values(rows.drain(..), |mut values, (seq, at, name, number, body, prev, hash)| {
                values.push_bind(i64::try_from(seq).unwrap());
                values.push_bind(at.timestamp_micros());
                values.push_bind(name);
                values.push_bind(airing(number).0.as_bytes().to_vec());
                values.push_bind(None::<String>);
                values.push_bind(body);
                values.push_bind(prev.0.to_vec());
                values.push_bind(hash.0.to_vec());
            });
            query.build().execute(&mut connection).await.unwrap();
        }
    }
    sqlx::raw_sql("insert into head select 1, seq, hash from log order by seq desc limit 1; commit")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// A stopwatch for what waits.
async fn timed<T>(work: impl Future<Output = T>) -> (std::time::Duration, T) {
    let begun = std::time::Instant::now();
    let made = work.await;
    (begun.elapsed(), made)
}

/// Report, lists, verification and appends over so many airings, and the start of the daemon on top of them.
pub(crate) fn report(airings: u32) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure(folder.path(), u64::from(airings)));
    let daemon = start(command(folder.path()), folder.path());
    row(&format!("cold start to ready, {airings} airings"), &milliseconds(daemon.ready), "<= 300 ms", "report");
}

async fn measure(folder: &Path, airings: u64) {
    station(folder).await.close().await;
    fill(folder, airings).await;
    let store = station(folder).await;
    store.rebuild_projection().await.unwrap();
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
        let (time, report) = timed(async {
            let tallies = store.tallies(from, to, MonthRule::Nd09).await.unwrap();
            let period = Period::parse("2000-H1", MonthRule::Nd09).unwrap();
            Report::fold(period, tallies, [], ReportSettings::default())
        })
        .await;
        told(&format!("{what} ({} counted)", report.airings), time, "<= 1 s");
    }
    let filter = AiringFilter { from_day: "1999-12-15".parse().ok(), limit: Some(50), ..AiringFilter::default() };
    let (time, page) = timed(store.airings(&filter)).await;
    assert_eq!(page.unwrap().len(), 50);
    told("first page of a list", time, "<= 200 ms");
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
