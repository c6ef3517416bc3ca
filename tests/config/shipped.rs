//! `config/loa.toml` and the code are one table.

use std::path::PathBuf;

use loa::config::{Config, SHIPPED, Sources};
use loa::domain::plan::PermittedHours;
use loa::domain::time::{Window, instant_of};

/// The keys of a TOML document as [`Config::keys`] writes them; the entries of a list share theirs.
fn keys_of(table: &toml::Table, path: &str, keys: &mut Vec<String>) {
    for (key, value) in table {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            toml::Value::Table(table) => keys_of(table, &path, keys),
            toml::Value::Array(items) if items.first().is_some_and(toml::Value::is_table) => {
                for item in items {
                    keys_of(item.as_table().unwrap(), &format!("{path}[]"), keys);
                }
            }
            _ => keys.push(path),
        }
    }
}

#[test]
fn every_option_is_in_the_file_and_every_key_of_the_file_is_an_option() {
    let mut keys = Vec::new();
    keys_of(&SHIPPED.parse().unwrap(), "", &mut keys);
    keys.sort();
    keys.dedup();
    assert_eq!(keys, Config::keys());
    assert!(keys.len() > 40, "{keys:?}");
}

#[test]
fn the_shipped_file_given_as_a_file_changes_nothing() {
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/config/loa.toml"));
    let given = Config::load(&Sources { file: Some(file), ..Sources::default() }).unwrap();
    let defaults = Config::load(&Sources::default()).unwrap();
    assert_eq!(Config { file: None, sources: Sources::default(), ..given }, defaults);
}

#[test]
fn every_option_has_a_comment_above_it() {
    let mut commented = false;
    for line in SHIPPED.lines() {
        let line = line.trim();
        if line.is_empty() {
            commented = false;
        } else if line.starts_with('#') {
            commented = true;
        } else if !line.starts_with('[') {
            assert!(commented, "no comment stands above `{line}`");
        }
    }
}

#[test]
fn the_default_station_may_air_at_five_and_at_seventeen_every_day() {
    let config = Config::load(&Sources::default()).unwrap();
    let zone = config.station.time_zone;
    for day in chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().iter_days().take(7) {
        for start in [5, 17] {
            let from = instant_of(zone, day.and_hms_opt(start, 0, 0).unwrap());
            let hour = Window { from, to: from + chrono::TimeDelta::hours(1) };
            assert!(config.schedule.permitted.allows(zone, hour), "{day} {start}");
        }
    }
}

#[test]
fn the_demo_station_is_a_right_configuration() {
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/config/demo.toml"));
    let config = Config::load(&Sources { file: Some(file), ..Sources::default() }).unwrap();
    assert!(config.zones[0].output.null_if_absent, "the demo runs on a machine without a sound card");
    assert!(config.audio.record_programme, "the demo keeps its programme to listen to");
    assert!(config.schedule.permitted == PermittedHours::always(), "the demo starts at any hour");
}

#[test]
fn the_defaults_are_the_domain_s_own() {
    use loa::domain::airing::CountedFrom;
    use loa::domain::report::{MonthRule, Quantity, Wording};
    use loa::domain::slot::{Interrupted, Overrun};
    use loa::domain::station::RestPolicy;

    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.report.counted_from, CountedFrom::default());
    assert_eq!(config.report.month_rule, MonthRule::default());
    assert_eq!(config.report.rounding, Quantity::default());
    assert_eq!(config.report.topics_listed_max, Wording::TOPICS_MAX_DEFAULT);
    assert_eq!(config.schedule.interrupted, Interrupted::default());
    assert_eq!(config.schedule.overrun, Overrun::default());
    assert_eq!(config.shutdown.rest, RestPolicy::default());
}
