//! Figures, measured by hand: `cargo test --release --test integration -- --ignored --nocapture store::figures`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::clip::{ClipId, ItemId};
use loa::domain::log::{Kind, Record};
use loa::domain::report::MonthRule;
use loa::store::{AiringFilter, ChainHash, GENESIS_STATION, canonical, link};
use sqlx::{Connection as _, QueryBuilder, Sqlite};

use super::past_the_store;
use crate::support::records::{airing, at, end, intent, station};

const AIRINGS: u64 = 1_000_000;

/// Number, time, record, airing, body, hash before, hash.
type Filled = (u64, DateTime<Utc>, &'static str, u64, String, ChainHash, ChainHash);

/// Fills the log past the store, in one transaction without waiting for the disk: 24 items a day, each clip twice a day for
/// three days, over 114 years. Every row is as the store would have written it.
async fn fill(folder: &Path) {
    let mut connection = past_the_store(folder).await;
    sqlx::raw_sql("pragma synchronous = off; pragma cache_size = -200000; begin")
        .execute(&mut connection)
        .await
        .unwrap();
    let start = at("1950-01-01T22:00:00Z");
    let mut prev = ChainHash(*blake3::hash(GENESIS_STATION.as_bytes()).as_bytes());
    let mut rows: Vec<Filled> = Vec::new();
    for number in 0..AIRINGS {
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
        if rows.len() >= 1_000 || number + 1 == AIRINGS {
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

/// Time that passed, and time the processors worked for this process: they differ when others use the machine.
#[derive(Clone, Copy)]
struct Watch {
    wall: Instant,
    worked: Duration,
}

impl Watch {
    fn start() -> Self {
        Self { wall: Instant::now(), worked: worked() }
    }
}

impl std::fmt::Display for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        let worked = worked() - self.worked;
        write!(f, "{:.1} ms, of processor {:.1} ms", milliseconds(self.wall.elapsed()), milliseconds(worked))
    }
}

fn worked() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

#[tokio::test]
#[ignore = "measures, takes minutes"]
async fn a_million_airings() {
    // A folder given by name keeps its database for the next run.
    let own = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("LOA_TEST_FIGURES_FOLDER").map_or(own.path().to_owned(), PathBuf::from);
    let told = |what: &str, since: Watch| println!("{what}: {since}");
    if !folder.join("loa.db").exists() {
        station(&folder).await.close().await;
        let since = Watch::start();
        fill(&folder).await;
        told("fill", since);
        let store = station(&folder).await;
        let since = Watch::start();
        store.rebuild_projection().await.unwrap();
        told("rebuild", since);
        store.close().await;
    }
    let bytes = std::fs::metadata(folder.join("loa.db")).unwrap().len();
    println!("{:.0} MB", bytes as f64 / 1e6);

    let since = Watch::start();
    let store = station(&folder).await;
    told("open", since);
    let ledger = Watch::start();
    store.ledger().await.unwrap();
    told("ledger", ledger);
    told("open and ledger", since);
    for (what, from, to) in [
        ("tallies of everything", "1900-01-01", "2100-01-01"),
        ("tallies of everything, again", "1900-01-01", "2100-01-01"),
        ("tallies of a half-year", "1999-12-15", "2000-06-14"),
    ] {
        let since = Watch::start();
        let tallies = store.tallies(from.parse().unwrap(), to.parse().unwrap(), MonthRule::Nd09).await.unwrap();
        told(what, since);
        println!("  {} tallies, {} airings", tallies.len(), tallies.iter().map(|tally| tally.airings).sum::<u64>());
    }
    let since = Watch::start();
    store.last_aired().await.unwrap();
    told("last aired", since);
    let since = Watch::start();
    let filter = AiringFilter { from_day: "1999-12-15".parse().ok(), limit: Some(50), ..AiringFilter::default() };
    assert_eq!(store.airings(&filter).await.unwrap().len(), 50);
    told("first page of a list", since);
    let since = Watch::start();
    let entries = store.verify().await.unwrap().unwrap().entries;
    told("verify", since);
    let since = Watch::start();
    let now = at("2070-01-01T00:00:00Z");
    for number in 0..100 {
        store
            .append(
                &[Record::Intent({
                    let mut intent = intent(1, now);
                    intent.part.airing = airing(10_000_000 + entries + number);
                    intent
                })],
                now,
            )
            .await
            .unwrap();
    }
    told("100 appends", since);
}
