//! The activity ledger through the real program: entered, corrected, struck out, never changed.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::cli::Town;

fn conference(town: &Town, title: &str) {
    town.loa(&[
        "activity",
        "add",
        "--kind",
        "conference",
        "--day",
        "2023-03-08",
        "--title",
        title,
        "--campaign",
        "CCHC",
    ])
    .done();
}

fn evidence_files(town: &Town) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(town.data().join("evidence")).unwrap().map(|entry| entry.unwrap().path());
    folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())).collect()
}

#[test]
fn an_entry_keeps_every_version_and_who_made_it_and_why() {
    let town = Town::new();
    conference(&town, "Hội nghị Đề án 06");
    let edit =
        ["activity", "edit", "1", "--count", "3", "--place", "Nhà văn hóa", "--why", "ba thôn", "--by", "Lê Chi"];
    let edited = town.json(&edit);
    assert_eq!((&edited["version"], &edited["count"], &edited["by"]), (&json!(2), &json!(3), &json!("Lê Chi")));
    town.loa(&["activity", "edit", "1", "--count", "3", "--why", "x"]).failed(2, "nothing is changed");
    town.loa(&["activity", "edit", "1", "--count", "4", "--why", "x", "--version", "1"])
        .failed(1, "changed by somebody");
    town.loa(&["activity", "edit", "9", "--count", "4", "--why", "x"]).failed(1, "there is no activity 9");
    town.loa(&["activity", "strike", "1", "--why", "không tổ chức"]).done();
    town.loa(&["activity", "edit", "1", "--count", "4", "--why", "x"]).failed(1, "is struck out");
    town.loa(&["activity", "strike", "1", "--why", "x"]).failed(1, "is struck out");
    assert_eq!(town.json(&["activity", "list"]), json!([]));
    assert_eq!(town.json(&["activity", "list", "--struck"])[0]["why"], "không tổ chức");
    let versions = town.json(&["activity", "show", "1"]);
    let told = |key: &str| versions.as_array().unwrap().iter().map(|of| of[key].clone()).collect::<Vec<_>>();
    assert_eq!(told("count"), [json!(1), json!(3), json!(3)]);
    assert_eq!(told("struck"), [json!(false), json!(false), json!(true)]);
    assert_eq!(told("why"), [Value::Null, json!("ba thôn"), json!("không tổ chức")]);
}

#[test]
fn what_was_not_done_or_has_no_sense_is_refused() {
    let town = Town::new();
    let add = |more: &[&str]| {
        let mut all = vec!["activity", "add", "--kind", "mobile_car", "--title", "Xe lưu động"];
        all.extend(more);
        town.loa(&all)
    };
    add(&["--day", "2999-01-01"]).failed(2, "is still to come");
    add(&["--day", "2023-03-08", "--count", "0"]).failed(2, "the count is 0");
    add(&["--day", "2023-03-08", "--topic", "NONE"]).failed(2, "topic `NONE` is unknown");
    add(&["--day", "2023-03-08", "--campaign", "NONE"]).failed(2, "campaign `NONE` is unknown");
    add(&["--day", "2023-03-08", "--link", "laicach.gov.vn/1"]).failed(2, "is no link");
    add(&["--day", "2023-03-08", "--document", "KH"]).failed(2, "is no document number");
    add(&["--day", "2023-03-08", "--evidence", "/nowhere/anh.jpg"]).failed(1, "cannot read the evidence");
    let empty = town.path("trong.pdf");
    std::fs::write(&empty, "").unwrap();
    add(&["--day", "2023-03-08", "--evidence", empty.to_str().unwrap()]).failed(2, "is 0 bytes");
    add(&["--day", "2023-03-08"]).done();
    add(&["--day", "2023-03-08"]).failed(1, "is in the ledger already");
    add(&["--day", "2023-03-08", "--again"]).done();
    assert_eq!(town.json(&["activity", "list"]).as_array().unwrap().len(), 2);
}

#[test]
fn a_file_that_proves_an_entry_is_kept_under_its_digest() {
    let town = Town::new();
    let photo = town.path("anh hội nghị.jpg");
    std::fs::write(&photo, b"a photograph").unwrap();
    let add = ["activity", "add", "--kind", "conference", "--day", "2023-03-08", "--title", "Hội nghị", "--document"];
    let mut all = add.to_vec();
    all.extend(["12/GM-UBND", "--evidence", photo.to_str().unwrap()]);
    town.loa(&all).done();
    std::fs::remove_file(&photo).unwrap();
    let entry = &town.json(&["activity", "list"])[0];
    let digest = blake3::hash(b"a photograph").to_string();
    let file = json!({ "file": { "digest": digest, "name": "anh hội nghị.jpg", "bytes": 12 } });
    assert_eq!(entry["evidence"], json!([{ "document": "12/GM-UBND" }, file]));
    assert_eq!(evidence_files(&town), [town.data().join("evidence").join(&digest[..2]).join(&digest)]);
}

#[test]
fn handing_the_same_table_over_again_adds_nothing_and_brings_nothing_back() {
    let town = Town::new();
    let table = town.path("so.csv");
    let rows: String =
        (1..=120).map(|n| format!("tin bài;{}/3/2023;Bài {n};CCHC;https://a.vn/{n}\n", n % 28 + 1)).collect();
    std::fs::write(&table, format!("hình thức;ngày;tiêu đề;kế hoạch;liên kết\n{rows}")).unwrap();
    let import = ["activity", "import", table.to_str().unwrap()];
    assert_eq!(town.json(&import)["added"], 120);
    town.loa(&["activity", "strike", "7", "--why", "trùng"]).done();
    let again = town.json(&import);
    assert_eq!((&again["added"], &again["known"]), (&json!(0), &json!(120)));
    assert_eq!(town.json(&["activity", "list", "--period", "2023-H1"]).as_array().unwrap().len(), 119);
    let wrong = town.path("sai.csv");
    std::fs::write(&wrong, "hình thức;ngày;tiêu đề;lạ\nxe;1/3/2023;Xe;x\n").unwrap();
    town.loa(&["activity", "import", wrong.to_str().unwrap()]).failed(2, "line 1, column 4: `lạ` is not known");
}

#[test]
fn with_a_station_running_the_ledger_is_written_by_it() {
    let town = Town::new();
    let daemon = town.start();
    conference(&town, "Hội nghị cán bộ, công chức");
    town.loa(&["activity", "edit", "1", "--count", "2", "--why", "hai buổi"]).done();
    let (code, said) = daemon.end();
    assert_eq!(code, 0);
    assert!(said.contains("asks about the activity ledger (socket"), "{said}");
    assert_eq!(town.json(&["activity", "list"])[0]["count"], 2);
}

#[tokio::test]
async fn the_table_itself_refuses_to_be_changed() {
    let town = Town::new();
    conference(&town, "Hội nghị");
    let path = town.data().join("loa.db");
    let tamper = async |statement: &'static str| {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.map(drop).map_err(|error| error.to_string())
    };
    for (statement, said) in [
        ("update activity set body = '{}'", "append-only"),
        ("delete from activity", "append-only"),
        ("insert or replace into activity select * from activity", "the next version"),
        (
            "insert into activity select number, version + 2, at, by, why, struck, day, kind, identity, body from activity",
            "the next version",
        ),
    ] {
        let refused = tamper(statement).await.unwrap_err();
        assert!(refused.contains(said), "{statement}: {refused}");
    }
}
