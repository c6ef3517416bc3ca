//! What a person is told who slips: the very words, because they are all that person has.

use crate::support::cli::Town;

/// The whole of standard error.
#[track_caller]
fn told(town: &Town, arguments: &[&str], code: i32, text: &str) {
    let ran = town.loa(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (code, text), "{arguments:?}");
    assert_eq!(ran.out, "", "{arguments:?}");
}

#[test]
fn clips_that_are_not_there_or_not_clear() {
    let town = Town::new();
    town.furnish();
    town.loa(&["clip", "add", &town.recording("hai.wav", 3.0, 321.0), "--title", "Dịch vụ công ích"]).done();
    told(
        &town,
        &["clip", "show", "Không có"],
        1,
        "error: there is no clip `Không có`\n\
         hint: `loa clip list` names them; a clip is meant by its number, its title or its digest\n",
    );
    told(
        &town,
        &["queue", "add", "DICH VU CONG"],
        1,
        "error: `DICH VU CONG` means 2 clips: 3 \"Dịch vụ công trực tuyến\", 4 \"Dịch vụ công ích\"\n\
         hint: give the number of the one you mean\n",
    );
    town.loa(&["clip", "show", "dich vu cong ich"]).done();
    let digest = town.json(&["clip", "show", "2"])["digest"].as_str().unwrap().to_owned();
    assert_eq!(town.json(&["clip", "show", &digest[..8]])["id"], 2);
    town.loa(&["clip", "show", &digest[..7]]).failed(1, "there is no clip");
}

#[test]
fn recordings_that_do_not_come_in() {
    let town = Town::new();
    town.furnish();
    let again = town.path("mot-cua.wav");
    let again = again.to_str().unwrap();
    told(
        &town,
        &["clip", "add", again],
        1,
        &format!(
            "error: {again} is not taken in\n  - the same recording is already in the library: clip 2, \"Bộ phận một \
             cửa\"\n"
        ),
    );
    let text = town.path("văn bản.mp3");
    std::fs::write(&text, "Đây không phải là âm thanh. ".repeat(200)).unwrap();
    town.loa(&["clip", "add", text.to_str().unwrap()]).failed(1, "is not taken in");
    let empty = town.path("trống.wav");
    std::fs::write(&empty, "").unwrap();
    town.loa(&["clip", "add", empty.to_str().unwrap()]).failed(1, "is empty (0 bytes)");
    town.loa(&["clip", "add", again, "--topic", "NHAM"]).failed(1, "already in the library");
    let fresh = town.recording("moi.wav", 3.0, 777.0);
    told(
        &town,
        &["clip", "add", &fresh, "--topic", "NHAM"],
        2,
        "error: topic `NHAM` is unknown\nhint: `loa topics` lists the codes there are\n",
    );
    town.loa(&["clip", "add", &fresh, "--campaign", "NHAM"]).failed(2, "campaign `NHAM` is unknown");
    town.loa(&["clip", "add", &fresh, "--title", " "]).failed(2, "the title is empty");
    town.loa(&["clip", "add", again, &fresh, "--title", "Hai"]).failed(2, "--title names one clip");
    assert_eq!(town.json(&["clip", "list"]).as_array().unwrap().len(), 3, "nothing came in");
}

#[test]
fn a_folder_comes_in_with_a_summary() {
    let town = Town::new();
    let folder = town.path("usb");
    std::fs::create_dir(&folder).unwrap();
    town.recording("usb/Tin một.wav", 2.0, 300.0);
    town.recording("usb/Tin hai.wav", 2.0, 350.0);
    std::fs::write(folder.join("ghi chú.txt"), "ghi chú").unwrap();
    std::fs::write(folder.join("hỏng.wav"), "").unwrap();
    let ran = town.loa(&["--json", "clip", "add", folder.to_str().unwrap()]);
    let document = ran.document();
    assert_eq!(ran.code, 1, "one of them is broken: {document:#}");
    assert_eq!(document["counts"]["added"], 2);
    let outcome = |name: &str| {
        let files = document["files"].as_array().unwrap();
        files.iter().find(|file| file["path"].as_str().unwrap().ends_with(name)).unwrap()["outcome"].clone()
    };
    assert_eq!((outcome("Tin hai.wav"), outcome("ghi chú.txt")), ("added".into(), "skipped".into()));
    assert_eq!(town.json(&["clip", "show", "tin mot"])["approval"]["state"], "submitted");
}

#[test]
fn slots_that_cannot_keep_their_word() {
    let town = Town::new();
    town.furnish();
    let sang = ["--at", "0 5 * * *", "--element", "rotation:1", "--length", "30m"];
    let mut add = vec!["slot", "add", "sang", "--name", "Bản tin sáng"];
    add.extend(sang);
    town.loa(&add).done();
    let ran = town.loa(&["slot", "add", "sang-2", "--at", "20 5 * * *", "--element", "queue:3", "--length", "30m"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.starts_with("error: the slot cannot be saved\n  - `sang-2` (30 min) and `Bản tin sáng` (30 min)"));
    assert!(ran.err.contains("; start at 05:30"), "a proposal: {}", ran.err);

    let ran =
        town.loa(&["slot", "add", "x", "--at", "0 25 * * *", "--element", "clip:2", "--zone", "cho", "--grace", "0s"]);
    assert_eq!(ran.code, 1);
    for problem in ["zone `cho` is unknown", "hour"] {
        assert!(ran.err.contains(problem), "all at once: {}", ran.err);
    }
    told(
        &town,
        &["slot", "add", "moi", "--element", "queue:1"],
        2,
        "error: the slot has no times\n\
         hint: give them as cron text, for example --at \"0 5 * * *\" for each day at 05:00\n",
    );
    town.loa(&["slot", "add", "Sáng", "--at", "0 5 * * *"]).failed(2, "is not a slot name");
    town.loa(&["slot", "rm", "khong-co"]).failed(1, "there is no slot khong-co");
    town.loa(&["slot", "edit", "sang"]).failed(2, "nothing is changed");
    town.loa(&["slot", "edit", "sang", "--element", "relay:1"]).failed(2, "expected ident:CLIP");
    town.loa(&["slot", "edit", "sang", "--exception", "31/12/2026"]).failed(2, "expected 2026-12-31");
    let edited = town.json(&["slot", "edit", "sang", "--exception", "tet:-2..+3", "--exception", "holidays"]);
    assert_eq!(edited["slot"]["exceptions"].as_array().unwrap().len(), 2);
    assert_eq!(edited["slot"]["name"], "Bản tin sáng", "what is not given stays");
}

#[test]
fn folders_that_are_not_there_or_empty() {
    let town = Town::new();
    let nowhere = town.path("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    told(
        &town,
        &["--data", nowhere, "clip", "list"],
        1,
        &format!("error: data folder {nowhere} does not exist\nhint: create it, or give another with --data\n"),
    );
    town.loa(&["--data", nowhere, "run"]).failed(1, "does not exist");
    assert_eq!(town.json(&["clip", "list"]), serde_json::json!([]), "an empty folder is an empty library");
    assert_eq!(town.json(&["queue", "list"]), serde_json::json!([]));
    town.loa(&["log"]).failed(1, "start the station or add a clip once");
}

#[test]
fn corrections_need_a_reason_and_something_to_correct() {
    let town = Town::new();
    town.furnish();
    let daemon = town.start();
    let mut log = town.follow(&["log", "--follow", "--json"]);
    town.loa(&["play", "2"]).done();
    let seq = log.until(|row| row["title"] == "Bộ phận một cửa" && row["outcome"] == "aired")["seq"].to_string();
    town.loa(&["log", "correct", &seq, "--title", "Tên khác"]).failed(2, "--why");
    town.loa(&["log", "correct", &seq, "--why", "nhầm"]).failed(2, "nothing is corrected");
    town.loa(&["log", "correct", &seq, "--why", " ", "--note", "x"]).failed(2, "the reason (--why) is empty");
    town.loa(&["log", "correct", "99999", "--why", "nhầm", "--note", "x"]).failed(1, "there is no airing `99999`");
    town.loa(&["log", "correct", &seq, "--why", "nhầm", "--topic", "NHAM"]).failed(2, "topic `NHAM` is unknown");
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn nothing_unapproved_goes_on_air() {
    let town = Town::new();
    town.furnish();
    town.loa(&["clip", "add", &town.recording("moi.wav", 3.0, 777.0), "--title", "Tin mới"]).done();
    let daemon = town.start();
    for play in [&["play", "tin moi"][..], &["play", "tin moi", "--emergency"]] {
        town.loa(play).failed(1, "clip 4 \"Tin mới\" is not approved").failed(1, "hint: a leader approves it with");
    }
    town.loa(&["clip", "retire", "2"]).done();
    town.loa(&["play", "2"]).failed(1, "is retired");
    town.loa(&["queue", "add", "2"]).failed(1, "is retired");
    town.loa(&["queue", "add", "1"]).failed(1, "is a signature tune");
    town.loa(&["cancel", "sang@2027-01-01T05:00:00"]).failed(1, "is not among the occurrences of the next day");
    assert_eq!(daemon.end().0, 0);
}
