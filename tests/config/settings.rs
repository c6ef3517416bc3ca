//! What the console saves: a layer like the others, tried out by the same rules, written whole or not at all.

use std::collections::BTreeMap;

use loa::config::{Changes, Config, Form, Layer, Options, Restart, SettingsError, Sources};
use serde_json::{Value, json};

use super::Station;

fn changes<const N: usize>(pairs: [(&str, Value); N]) -> Changes {
    Changes(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A station whose data folder is the test's own.
fn station(file: &str) -> Station {
    let mut station = Station::with_file(file);
    station.sources.data = Some(station.folder.path().to_owned());
    station
}

fn version(station: &Station) -> String {
    Options::read(&station.sources).unwrap().version
}

#[track_caller]
fn saved<const N: usize>(station: &Station, pairs: [(&str, Value); N]) -> loa::config::Saved {
    changes(pairs).save(&station.sources, &version(station)).unwrap()
}

fn text(station: &Station) -> String {
    std::fs::read_to_string(station.path("settings.toml")).unwrap_or_default()
}

fn without_sources(config: Config) -> Config {
    Config { sources: Sources::default(), ..config }
}

#[test]
fn what_the_console_saves_lies_over_the_file_and_under_environment_and_flags() {
    let file = "[audio]\nring_seconds = 5\n";
    let ring = |station: &Station| station.load().unwrap().audio.ring.as_secs();
    let plain = station(file);
    let then = saved(&plain, [("audio.ring_seconds", json!(6))]);
    assert_eq!(ring(&plain), 6);
    assert_eq!((then.before, then.after), (one("audio.ring_seconds", 5), one("audio.ring_seconds", 6)));
    let layer = |station: &Station| {
        let options = Options::read(&station.sources).unwrap();
        let option = options.get("audio.ring_seconds").unwrap().clone();
        (option.layer, option.locked, option.below, option.value)
    };
    assert_eq!(layer(&plain), (Layer::Console, false, json!(5), json!(6)));
    let plain = plain.environment(&[("LOA_AUDIO__RING_SECONDS", "7")]);
    assert_eq!((ring(&plain), layer(&plain)), (7, (Layer::Environment, true, json!(7), json!(7))));
    let plain = plain.set(&["audio.ring_seconds=8"]);
    assert_eq!((ring(&plain), layer(&plain)), (8, (Layer::Flag, true, json!(8), json!(8))));
}

fn one(key: &str, value: i64) -> BTreeMap<String, Value> {
    BTreeMap::from([(key.to_owned(), json!(value))])
}

#[test]
fn every_option_can_be_saved_as_it_is_without_changing_anything() {
    let station = station("");
    let before = without_sources(station.load().unwrap());
    let options = Options::read(&station.sources).unwrap().options;
    assert!(options.len() > 40, "{} options", options.len());
    let fixed = |key: &str| {
        matches!(key, "data.folder" | "speech.command" | "watch.command" | "watch.webhook")
            || ["control.", "console.", "amplifier."].iter().any(|section| key.starts_with(section))
    };
    for option in options.iter().filter(|option| !fixed(&option.key) && option.key != "schedule.holidays_file") {
        saved(&station, [(&option.key, option.value.clone())]);
        let now = Config { schedule: before.schedule.clone(), ..without_sources(station.load().unwrap()) };
        assert_eq!(now, before, "{}", option.key);
        let holidays = station.load().unwrap().schedule.holidays;
        assert_eq!(holidays, before.schedule.holidays, "{}", option.key);
        saved(&station, [(&option.key, Value::Null)]);
        assert_eq!(without_sources(station.load().unwrap()), before, "{} taken back", option.key);
    }
}

#[test]
fn every_option_is_described_with_what_it_takes() {
    let options = Options::read(&station("").sources).unwrap();
    for option in &options.options {
        assert!(!option.about.is_empty(), "{} has no description", option.key);
        assert!(option.form.is_some() || !option.fields.is_empty() || option.key == "holidays", "{}", option.key);
        assert!(option.fields.iter().all(|field| !field.about.is_empty()), "{}", option.key);
    }
    let form = |key: &str| options.get(key).unwrap().form.clone().unwrap();
    assert_eq!(form("audio.ring_seconds"), Form::Whole { min: 1, max: 30, unit: "seconds".to_owned() });
    assert_eq!(form("audio.record_programme"), Form::Flag);
    let words = ["resume", "restart", "drop"].map(str::to_owned).to_vec();
    assert_eq!(form("schedule.interrupted"), Form::Choice { words });
    let zone = options.get("zone").unwrap();
    let cap = zone.fields.iter().find(|field| field.key == "true_peak_cap_dbtp").unwrap();
    assert_eq!(cap.form, Form::Decimal { min: -12.0, max: 0.0, unit: "dBTP".to_owned() });
    assert!(options.get("audio.ring_seconds").unwrap().about.starts_with("How much sound is decoded ahead"));
    assert!(options.get("campaign").unwrap().about.contains("kế hoạch tuyên truyền"));
    assert_eq!(
        options.get("data.folder").map(|option| (option.locked, option.restart)),
        Some((true, Restart::Process))
    );
}

#[test]
fn a_change_is_refused_with_exactly_what_reading_it_would_find() {
    let station = station("");
    let bad = changes([
        ("audio.sample_rate_hz", json!(46_000)),
        ("station.name", json!(" ")),
        ("permitted_hours.monday", json!("22:00-06:65")),
        ("audio.ring_secconds", json!(6)),
        ("campaign", json!([{ "code": "A B", "name": "a" }])),
        ("holidays", json!([{ "name": "Sai", "solar": "31/2" }])),
    ]);
    let Err(SettingsError::Faults(tried)) = bad.check(&station.sources) else { panic!("it was taken") };
    let keys: Vec<_> = tried.faults.iter().filter_map(loa::config::Fault::key).collect();
    for key in
        ["audio.sample_rate_hz", "station.name", "permitted_hours.monday", "audio.ring_secconds", "campaign.0.code"]
    {
        assert!(keys.contains(&key), "{key} is not in {keys:?}");
    }
    assert!(keys.contains(&"holidays"), "{tried}");
    let before = station.load().unwrap();
    let Err(SettingsError::Faults(refused)) = bad.save(&station.sources, &version(&station)) else { panic!() };
    assert_eq!(refused, tried);
    assert_eq!((text(&station), station.load().unwrap()), (String::new(), before), "nothing was written");
    assert!(!station.path("holidays.toml").exists());
}

#[test]
fn where_and_how_the_console_is_reached_is_not_the_console_s_to_say() {
    let station = station("");
    for key in ["data.folder", "control.socket"] {
        let Err(SettingsError::Faults(faults)) = changes([(key, json!("/tmp/x"))]).check(&station.sources) else {
            panic!("{key} was taken")
        };
        let section = key.split('.').next().unwrap();
        assert!(faults.to_string().contains(&format!("`{section}")), "{faults}");
    }
    saved(&station, [("data.free_megabytes_min", json!(500))]);
    assert_eq!(station.load().unwrap().data.free_bytes_min, 500_000_000, "its neighbour is");
    for key in ["", "audio..ring", "../x", "audio.ring-seconds", "a.b.c.d.e.f.g.h.i"] {
        assert!(matches!(changes([(key, json!(1))]).check(&station.sources), Err(SettingsError::Key(_))), "{key}");
    }
}

#[test]
fn comments_and_neighbours_stay_as_they_are() {
    let mut station = station("").beside(
        "settings.toml",
        "# Của đài ta.\n[audio]\n# Đĩa chậm.\nring_seconds = 6 # thử\nreopen_seconds_max = 20\n\n[report]\ntopics_listed_max = 5\n",
    );
    station.sources.data = Some(station.folder.path().to_owned());
    saved(&station, [("audio.ring_seconds", json!(7)), ("report.topics_listed_max", Value::Null)]);
    assert_eq!(
        text(&station),
        "# Của đài ta.\n[audio]\n# Đĩa chậm.\nring_seconds = 7 # thử\nreopen_seconds_max = 20\n"
    );
}

#[test]
fn who_saw_an_older_version_is_told_and_nothing_is_overwritten() {
    let station = station("");
    let seen = version(&station);
    saved(&station, [("audio.ring_seconds", json!(7))]);
    let late = changes([("audio.ring_seconds", json!(9))]).save(&station.sources, &seen);
    let Err(SettingsError::Stale { version: now }) = late else { panic!("{late:?}") };
    assert_eq!(now, version(&station));
    assert_eq!(station.load().unwrap().audio.ring.as_secs(), 7);
}

#[test]
fn a_field_of_a_zone_takes_the_rest_of_the_list_from_below() {
    let station = station("[[zone]]\nid = \"cho\"\nname = \"Chợ\"\n[zone.output]\nhost = \"alsa\"\n");
    saved(&station, [("zone.0.output.device", json!("hw:1,0"))]);
    let zone = &station.load().unwrap().zones[0];
    assert_eq!((zone.id.0.as_str(), zone.name.as_str()), ("cho", "Chợ"));
    let device = loa::config::OutputKind::Device { host: loa::config::Host::Alsa, device: Some("hw:1,0".to_owned()) };
    assert_eq!(zone.output.kind, device);
    let options = Options::read(&station.sources).unwrap();
    assert_eq!(options.get("zone").unwrap().layer, Layer::Console);
}

#[test]
fn what_a_stronger_layer_holds_within_a_list_is_named() {
    let station = station("").environment(&[("LOA_ZONE__0__OUTPUT__KIND", "null")]);
    let options = Options::read(&station.sources).unwrap();
    let zone = options.get("zone").unwrap();
    assert_eq!(zone.locked_fields, ["0.output.kind"]);
    assert_eq!(zone.value[0]["output"]["kind"], "null");
    assert_eq!(zone.value[0]["loudness_target_lufs"], -16.0);
}

#[test]
fn holidays_are_kept_beside_the_settings_and_taken_back() {
    let station = station("");
    let list = json!([{ "name": "Tết Nguyên đán", "tet": { "days_before": 2, "days_after": 2 } },
                      { "name": "Nghỉ bù", "from": "2027-02-13", "to": "2027-02-14" }]);
    saved(&station, [("holidays", list.clone())]);
    let holidays = station.load().unwrap().schedule.holidays;
    assert_eq!(holidays.name_of("2027-02-14".parse().unwrap()), Some("Nghỉ bù"));
    assert_eq!(holidays.list.len(), 2);
    assert_eq!(Options::read(&station.sources).unwrap().get("holidays").unwrap().value, list);
    saved(&station, [("holidays", Value::Null)]);
    assert_eq!(station.load().unwrap().schedule.holidays, Config::load(&Sources::default()).unwrap().schedule.holidays);
}

#[test]
fn settings_that_are_no_toml_any_more_are_told_by_line_and_never_overwritten() {
    let mut station = station("").beside("settings.toml", "[audio]\nring_seconds 6\n");
    station.sources.data = Some(station.folder.path().to_owned());
    assert!(station.complaints().contains("settings.toml:2:"), "{}", station.complaints());
    let tried = changes([("audio.ring_seconds", json!(6))]).check(&station.sources);
    assert!(matches!(tried, Err(SettingsError::Broken { .. })), "{tried:?}");
}

#[test]
fn trying_a_change_out_is_fast_enough_for_every_letter_typed() {
    let station = station("");
    let change = changes([("station.name", json!("Đài truyền thanh xã Cẩm Đoài"))]);
    let began = loa::clock::now().mono;
    for _ in 0..20 {
        change.check(&station.sources).unwrap();
    }
    let each = (loa::clock::now().mono - began) / 20;
    assert!(each.as_millis() < 1_000, "{each:?} for one check, in a build without optimisation");
}
