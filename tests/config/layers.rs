//! Defaults, file, environment, flags: later beats earlier.

use std::path::Path;
use std::time::Duration;

use loa::config::{Config, Host, OutputKind, Sources};

use super::Station;

#[test]
fn flags_beat_the_environment_beats_the_file_beats_the_default() {
    let ring = |station: Station| station.load().unwrap().audio.ring.as_secs();
    let file = "[audio]\nring_seconds = 5\n";
    let variables = [("LOA_AUDIO__RING_SECONDS", "6")];
    assert_eq!(ring(Station::with_file("")), 4);
    assert_eq!(ring(Station::with_file(file)), 5);
    assert_eq!(ring(Station::with_file(file).environment(&variables)), 6);
    assert_eq!(ring(Station::with_file(file).environment(&variables).set(&["audio.ring_seconds=7"])), 7);
}

#[test]
fn the_data_flag_beats_everything() {
    let mut station = Station::with_file("[data]\nfolder = \"/a\"\n").set(&["data.folder=/b"]);
    station.sources.data = Some("/c".into());
    let config = station.load().unwrap();
    assert_eq!(config.data.folder, Path::new("/c"));
    assert_eq!(config.control.socket, Path::new("/c/loa.sock"));
}

#[test]
fn a_value_of_the_environment_is_read_as_its_option_wants_it() {
    let config = Station::with_file("")
        .environment(&[
            ("LOA_STATION__SHORT_NAME", "2023"),
            ("LOA_STATION__NAME", "Đài truyền thanh xã \"Cẩm Đoài\""),
            ("LOA_AUDIO__RECORD_PROGRAMME", "true"),
            ("LOA_ZONE__0__TRUE_PEAK_CAP_DBTP", "-2"),
            ("LOA_PERMITTED_HOURS__SUNDAY", ""),
            ("LOA_CAMPAIGN__0__TO", "2023-12-31"),
            ("LOA_LOG", "debug"),
        ])
        .load()
        .unwrap();
    assert_eq!(config.station.short_name, "2023");
    assert_eq!(config.station.name, "Đài truyền thanh xã \"Cẩm Đoài\"");
    assert_eq!(config.audio.programme_folder(), Some(Path::new("/var/lib/loa/programme")));
    assert!((config.zones[0].true_peak_cap_dbtp + 2.0).abs() < f64::EPSILON);
    assert_eq!(config.schedule.permitted.on(chrono::Weekday::Sun), []);
    assert_eq!(config.campaigns[0].days.to, "2023-12-31".parse().ok());
}

#[test]
fn an_entry_of_a_list_takes_what_it_leaves_out_from_the_shipped_one() {
    let config = Station::with_file(
        "[[zone]]\nid = \"cho\"\nname = \"Chợ\"\n[zone.output]\nhost = \"alsa\"\n[[campaign]]\ncode = \"A\"\nname = \"a\"\n",
    )
    .set(&["zone.0.output.device=hw:1,0"])
    .load()
    .unwrap();
    assert_eq!(config.zones.len(), 1);
    assert_eq!(config.zones[0].id.0, "cho");
    assert!((config.zones[0].loudness_target_lufs + 16.0).abs() < f64::EPSILON);
    let device = OutputKind::Device { host: Host::Alsa, device: Some("hw:1,0".to_owned()) };
    assert_eq!(config.zones[0].output.kind, device);
    let codes: Vec<_> = config.campaigns.iter().map(|campaign| campaign.code.as_str()).collect();
    assert_eq!(codes, ["A"], "the list of the file replaces the shipped one");
}

#[test]
fn a_relative_path_starts_where_it_was_written() {
    let station = Station::with_file("[data]\nfolder = \"store\"\n");
    assert_eq!(station.load().unwrap().data.folder, station.path("store"));
    let config = Config::load(&Sources { settings: vec!["data.folder=store".into()], ..Sources::default() }).unwrap();
    assert_eq!(config.data.folder, Path::new("store"));
}

#[test]
fn lengths_outside_the_range_of_the_campaign_are_told() {
    let config = Station::with_file(
        "[library]\nitem_minutes_min = 1\n[[campaign]]\ncode = \"A\"\nname = \"a\"\nitem_minutes_min = 10\n",
    )
    .load()
    .unwrap();
    let fits = |campaign, seconds| config.item_minutes(campaign).contain(Duration::from_secs(seconds));
    assert!(fits(None, 60) && !fits(None, 59));
    assert!(fits(Some("A"), 600) && !fits(Some("A"), 599) && fits(Some("A"), 900) && !fits(Some("A"), 901));
    assert!(fits(Some("gone"), 60), "a campaign that is gone leaves the library's own range");
}
