//! The half-year of the seed report, rehearsed into a real database.

use std::path::Path;

use loa::config::{Config, Sources};
use loa::domain::report::MonthRule;
use loa::rehearsal::simulate;
use loa::store::{OpenAs, Settings, Store};

#[tokio::test]
async fn the_half_year_of_the_seed_counts_a_hundred_items() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::load(&Sources::default()).unwrap();
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/lai-cach-2023-h1.toml");
    let summary = simulate(&scenario, folder.path(), &config).await.unwrap();
    println!("{summary} {:?}", summary.refusals);
    let settings = Settings { zone: config.station.time_zone, counted_from: config.report.counted_from };
    let store = Store::open(folder.path(), OpenAs::ReadOnly, settings).await.unwrap();
    assert!(store.is_simulated());
    let from = "2022-12-15".parse().unwrap();
    let to = "2023-06-14".parse().unwrap();
    let tallies = store.tallies(from, to, MonthRule::Nd09).await.unwrap();
    println!("{} tallies", tallies.len());
    store.verify().await.unwrap().unwrap();
}
