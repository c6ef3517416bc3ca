//! Recordings of the programme: each zone has its own, and what is old goes with a word.

use loa::audio::output::recordings;
use loa::domain::retention::Retention;

use crate::support::cli::Town;

#[test]
fn old_recordings_are_deleted_with_a_word_and_young_ones_stay() {
    let town = Town::new();
    let config = std::fs::read_to_string(town.config()).unwrap();
    let audio = "\n[audio]\nrecord_programme = true\nrecord_keep_days = 30\n";
    std::fs::write(town.config(), config + audio).unwrap();
    let folder = town.data().join("programme");
    let days_ago = |days: i64| loa::clock::now().wall - chrono::TimeDelta::days(days);
    let name = |days: i64, ending: &str| days_ago(days).format(&format!("%Y-%m-%dT%H-%M-%S%.3fZ.{ending}")).to_string();
    std::fs::create_dir_all(folder.join("thon-da-bo")).unwrap();
    std::fs::create_dir_all(folder.join("thi-tran")).unwrap();
    let old = [folder.join(name(31, "wav")), folder.join("thi-tran").join(name(40, "flac"))];
    let old = [old[0].clone(), old[1].clone(), folder.join("thon-da-bo").join(name(90, "flac"))];
    let stays = [
        folder.join(name(29, "wav")),
        folder.join("thi-tran").join(name(2, "flac")),
        folder.join("thi-tran").join("ghi chú.txt"),
        folder.join("thi-tran").join("2041-01-01T00-00-00.000Z.flac"),
    ];
    for file in old.iter().chain(&stays) {
        std::fs::write(file, [0; 100]).unwrap();
    }
    let station = town.start();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while old.iter().any(|file| file.exists()) {
        assert!(std::time::Instant::now() < deadline, "still there: {old:?}");
        std::thread::park_timeout(std::time::Duration::from_millis(100));
    }
    let (code, said) = station.end();
    assert_eq!(code, 0, "{said}");
    for file in &old {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(
            said.lines().any(|line| line.contains("deleted the recording") && line.contains(name)),
            "{name}: {said}"
        );
    }
    for file in &stays {
        assert!(file.exists(), "{} was deleted: {said}", file.display());
    }
    let shipped = loa::config::Config::load(&loa::config::Sources::default()).unwrap().audio.record_keep;
    let expected = Retention { age_max: std::time::Duration::from_secs(92 * 86_400), bytes_max: 20_000_000_000 };
    assert_eq!(shipped, expected);
}

#[test]
fn each_zone_has_a_recording_of_its_own_that_gives_an_airing_back() {
    let town = Town::new();
    let config = std::fs::read_to_string(town.config()).unwrap();
    let more = "\n[audio]\nrecord_programme = true\n[[zone]]\nid = \"cho\"\nname = \"Cụm loa chợ\"\n[zone.output]\nkind = \"null\"\n";
    std::fs::write(town.config(), config + more).unwrap();
    town.furnish();
    let station = town.start();
    let mut status = town.follow(&["status", "--watch", "--json"]);
    town.loa(&["play", "2"]).done();
    let playing = status.until(|line| line["on_air"]["position_s"].as_f64().is_some_and(|at| at > 3.0));
    let id = playing["on_air"]["airing_id"].as_str().unwrap().to_owned();
    town.loa(&["stop"]).done();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while town.json(&["log", "show", &id])["row"]["end"].is_null() {
        assert!(std::time::Instant::now() < deadline, "the airing does not end");
        std::thread::park_timeout(std::time::Duration::from_millis(100));
    }
    let heard = |zone: &str| {
        let file = town.path(&format!("{zone}.wav"));
        town.loa(&["log", "listen", &id, "--zone", zone, "--out", file.to_str().unwrap()]).done();
        let sound = hound::WavReader::open(&file).unwrap().into_samples().map(Result::unwrap);
        sound.collect::<Vec<i16>>()
    };
    let (own, other) = (heard("thi-tran"), heard("cho"));
    assert!(own.len() > 2 * 48_000 * 2 && own.iter().any(|sample| sample.unsigned_abs() > 500), "{}", own.len());
    assert!(own.len().abs_diff(other.len()) <= 4, "{} and {} samples", own.len(), other.len());
    // Two outputs, each with a clock of its own: played by hand, they start within a buffer or two of each other.
    let reach = 2 * 4_800;
    let wanted = &own[2 * 48_000..2 * 72_000];
    let near = |(a, b): (&i16, &i16)| a.abs_diff(*b) <= 1;
    let found = (2 * 48_000 - reach..2 * 48_000 + reach).step_by(2).find(|from| {
        other.get(*from..).is_some_and(|part| part.len() >= wanted.len() && wanted.iter().zip(part).all(near))
    });
    assert!(found.is_some(), "they are not of the same airing");
    for zone in ["thi-tran", "cho"] {
        // One file for each hour, of which another may have begun meanwhile.
        let files = recordings::list(&town.data().join("programme").join(zone)).unwrap();
        let mut hours: Vec<String> = files.iter().map(|file| file.begun.format("%F %H").to_string()).collect();
        hours.dedup();
        assert!(!files.is_empty() && hours.len() == files.len(), "{zone}: {files:?}");
    }
    let refused = town.loa(&["log", "listen", &id, "--zone", "thon-3", "--out", "-"]);
    refused.failed(1, "it was not sent to zone `thon-3`, only to thi-tran, cho");
    assert_eq!(station.end().0, 0);
}
