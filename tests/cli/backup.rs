//! Copies of a station and their way back.

use std::path::Path;

use crate::support::cli::Town;

/// The log of a data folder, as a document.
fn log(town: &Town, folder: &Path) -> serde_json::Value {
    town.json(&["--data", folder.to_str().unwrap(), "log"])
}

#[test]
fn a_copy_of_a_running_station_is_proved_and_put_back_whole() {
    let town = Town::new();
    town.furnish();
    let daemon = town.start();
    let mut watch = town.follow(&["status", "--watch", "--json"]);
    town.loa(&["play", "2"]).done();
    watch.until(|status| status["on_air"]["position_s"].as_f64().is_some_and(|at| at > 0.2));
    watch.until(|status| status["on_air"].is_null());
    town.loa(&["settings", "set", "station.short_name=xã"]).done();
    for name in ["copy", "copy.zip"] {
        let to = town.path(name);
        let made = town.json(&["backup", to.to_str().unwrap(), "--clips"]);
        assert_eq!((made["clips"].as_u64(), made["clips_missing"].as_u64()), (Some(3), Some(0)), "{made}");
        assert!(made["records"].as_u64().unwrap() > 3, "{made}");
        town.loa(&["backup", to.to_str().unwrap()]).failed(1, "is there already");
    }
    let copy = town.path("copy");
    assert_eq!(
        town.json(&["--data", copy.to_str().unwrap(), "log", "verify"])["ok"],
        true,
        "a copy can be asked itself"
    );
    for (name, into) in [("copy", "from-folder"), ("copy.zip", "from-zip")] {
        let (from, into) = (town.path(name), town.path(into));
        let arguments = ["--data", into.to_str().unwrap(), "restore", from.to_str().unwrap()];
        let restored = town.json(&arguments);
        assert_eq!(restored["clips"], 3, "{restored}");
        assert_eq!(restored["verified"], restored["manifest"]["records"]);
        assert_eq!(log(&town, &into), log(&town, &copy));
        let again = ["--data", into.to_str().unwrap(), "log", "verify"];
        assert_eq!(town.json(&again)["ok"], true);
        assert!(into.join("settings.toml").is_file(), "the settings came back");
        let left: Vec<_> = std::fs::read_dir(&into).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".loa")), "{left:?}");
        town.loa(&arguments).failed(1, "holds a station already");
    }
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn a_damaged_copy_is_refused_and_leaves_the_folder_as_it_was() {
    let town = Town::new();
    town.furnish();
    town.loa(&["backup", town.path("copy").to_str().unwrap()]).done();
    town.loa(&["backup", town.path("whole.zip").to_str().unwrap()]).done();
    let restore = |name: &str| {
        let into = town.path(&format!("into-{name}"));
        let ran = town.loa(&["--data", into.to_str().unwrap(), "restore", town.path(name).to_str().unwrap()]);
        assert!(!into.join("loa.db").exists(), "nothing got its name");
        ran
    };
    let database = town.path("copy").join("loa.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&database, &bytes).unwrap();
    restore("copy").failed(1, "`loa.db` is not what was written");

    let whole = std::fs::read(town.path("whole.zip")).unwrap();
    std::fs::write(town.path("short.zip"), &whole[..whole.len() / 2]).unwrap();
    restore("short.zip").failed(1, "is no whole copy of a station");
    std::fs::write(town.path("none.zip"), b"hello").unwrap();
    restore("none.zip").failed(1, "is no whole copy of a station");
    std::fs::create_dir(town.path("empty")).unwrap();
    restore("empty").failed(1, "there is no backup.json in it");
}

#[test]
fn the_copy_of_every_day_is_made_by_the_station_and_its_clips_are_found_beside_it() {
    let town = Town::new();
    town.furnish();
    let folder = town.path("usb");
    std::fs::create_dir(&folder).unwrap();
    let set = format!("backup.folder={}", folder.display());
    town.loa(&["settings", "set", &set]).done();
    let daemon = town.start();
    let copy = loop {
        let names = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let mut zips: Vec<_> = names.filter(|path| path.extension().is_some_and(|end| end == "zip")).collect();
        if let (Some(copy), true) = (zips.pop(), folder.join("clips").is_dir()) {
            break copy;
        }
        // The status comes from the running station, so this loop ends if it dies.
        town.loa(&["status"]).done();
    };
    assert_eq!(daemon.end().0, 0);
    let into = town.path("new");
    let restored = town.json(&["--data", into.to_str().unwrap(), "restore", copy.to_str().unwrap()]);
    assert_eq!((restored["clips"].as_u64(), restored["manifest"]["clips"].as_u64()), (Some(3), Some(0)), "{restored}");
}
