//! Recordings of the programme are let go by age and room, and every one that goes is named.

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
