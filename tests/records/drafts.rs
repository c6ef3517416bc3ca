//! Drafts of reports: numbered versions that say what changed, prose that is carried on.

use std::io::Write as _;

use chrono::TimeDelta;
use loa::domain::log::Record;
use serde_json::{Value, json};

use crate::support::cli::Town;
use crate::support::records;

pub(super) fn configured(more: &str) -> Town {
    let town = Town::new();
    let mut file = std::fs::OpenOptions::new().append(true).open(town.config()).unwrap();
    file.write_all(more.as_bytes()).unwrap();
    town
}

pub(super) async fn air(town: &Town, numbers: std::ops::RangeInclusive<u64>) {
    let store = records::station(&town.data()).await;
    for number in numbers {
        let start = records::at("2023-01-02T22:00:00Z") + TimeDelta::days(i64::try_from(number).unwrap());
        let intent = records::intent(number, start);
        let end = records::end(&intent, intent.frames_total);
        store.append(&[Record::Intent(intent)], start).await.unwrap();
        store.append(&[Record::End(end)], start + TimeDelta::minutes(10)).await.unwrap();
    }
    store.close().await;
}

fn write(town: &Town, period: &str, section: &str, text: &str) -> crate::support::cli::Ran {
    let file = town.path("doan.txt");
    std::fs::write(&file, text).unwrap();
    town.loa(&["draft", "write", "--period", period, "--section", section, file.to_str().unwrap()])
}

#[tokio::test]
async fn a_late_correction_makes_a_new_version_that_says_what_changed() {
    let town = Town::new();
    air(&town, 1..=3).await;
    let made = town.json(&["draft", "make", "--period", "2023-H1"]);
    assert_eq!((&made["version"], &made["new"]), (&json!(1), &json!(true)));
    let again = town.json(&["draft", "make", "--period", "2023-H1"]);
    assert_eq!((&again["version"], &again["new"]), (&json!(1), &json!(false)), "nothing changed, nothing is made");
    town.loa(&["log", "correct", &records::airing(2).to_string(), "--counted", "no", "--why", "sai bài"]).done();
    town.loa(&["activity", "add", "--kind", "conference", "--day", "2023-03-08", "--title", "Hội nghị"]).done();
    assert_eq!(town.json(&["draft", "make", "--period", "2023-H1"])["version"], 2);
    let draft = town.json(&["draft", "show", "--period", "2023-H1"]);
    let changes = draft["changes"].as_array().unwrap();
    let of = |figure: &str| changes.iter().find(|change| change["figure"] == figure).cloned().unwrap_or_default();
    assert_eq!(of("items"), json!({ "figure": "items", "before": 3, "after": 2 }));
    assert_eq!(of("uncounted.by_hand"), json!({ "figure": "uncounted.by_hand", "before": 0, "after": 1 }));
    assert_eq!(
        of("activity.conference.count"),
        json!({ "figure": "activity.conference.count", "before": 0, "after": 1 })
    );
    assert_eq!(draft["cause"], "figures");
    let first = town.json(&["draft", "show", "--period", "2023-H1", "--version", "1"]);
    assert_eq!(
        (&first["figures"]["items"], &first["report"]["items"]),
        (&json!(3), &json!(3)),
        "the first stays as it was"
    );
    assert!(first["log_head"]["seq"].as_u64() < draft["log_head"]["seq"].as_u64());
    let told = town.loa(&["draft", "show", "--period", "2023-H1"]).done().out;
    assert!(told.contains("  items: 3 -> 2\n"), "{told}");
}

#[tokio::test]
async fn the_prose_of_a_report_is_carried_into_the_next() {
    let town = Town::new();
    air(&town, 1..=2).await;
    town.loa(&["draft", "make", "--period", "2023-H1"]).done();
    write(&town, "2023-H1", "i.1", "Thực hiện sự chỉ đạo của UBND tỉnh.\n\nTriển khai nghiêm túc.\n").done();
    town.loa(&["draft", "make", "--period", "2023-H2"]).done();
    let sections = town.json(&["draft", "show", "--period", "2023-H2"])["sections"].clone();
    assert_eq!(sections, json!({ "i.1": ["Thực hiện sự chỉ đạo của UBND tỉnh.", "Triển khai nghiêm túc."] }));
    write(&town, "2023-H2", "i.1", "Kỳ mới.").done();
    let draft = |period: &str| town.json(&["draft", "show", "--period", period]);
    assert_eq!(draft("2023-H1")["sections"]["i.1"][0], "Thực hiện sự chỉ đạo của UBND tỉnh.", "the old one stays");
    assert_eq!((&draft("2023-H2")["rewritten"], &draft("2023-H2")["version"]), (&json!(["i.1"]), &json!(2)));
    write(&town, "2023-H2", "i.1", "Kỳ mới.").failed(2, "says that already");
    write(&town, "2023-H2", "I 1", "x").failed(2, "is no name of a section");
    write(&town, "2022-H1", "i.1", "x").failed(1, "there is no draft of the days");
    write(&town, "2023-H2", "i.1", "").done();
    assert_eq!(draft("2023-H2")["sections"], json!({}));
    assert_eq!(town.json(&["draft", "list"]).as_array().unwrap().len(), 2);
    let stale = ["draft", "write", "--period", "2023-H2", "--section", "a", "--version", "1"];
    let file = town.path("doan.txt");
    std::fs::write(&file, "x").unwrap();
    town.loa(&[&stale[..], &[file.to_str().unwrap()]].concat()).failed(1, "another version of this draft");
}

#[test]
fn a_running_station_drafts_what_is_due_and_puts_it_into_the_folder() {
    let town =
        configured("[drafts]\nevery = \"month\"\ncampaigns = [\"CCHC\"]\ndeliver = \"folder\"\nfolder = \"gui\"\n");
    let daemon = town.start();
    let folder = town.data().join("gui");
    let listed = || {
        let files = std::fs::read_dir(&folder).into_iter().flatten().map(|file| file.unwrap().file_name());
        let mut names: Vec<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    let began = loa::clock::now().mono;
    // The letter comes last.
    while !listed().iter().any(|name| name.ends_with(".txt")) {
        assert!(loa::clock::now().mono < began + std::time::Duration::from_secs(60), "{:?}", listed());
        std::thread::yield_now();
    }
    assert_eq!(daemon.end().0, 0);
    let drafts = town.json(&["draft", "list"]);
    assert_eq!(
        (&drafts[0]["cause"], &drafts[0]["by"], &drafts[0]["campaign"]),
        (&json!("due"), &json!("Loa"), &json!("CCHC"))
    );
    let name = format!("bao-cao-{}-CCHC-v1", drafts[0]["period"].as_str().unwrap());
    assert_eq!(listed(), ["docx", "json", "pdf", "txt"].map(|ending| format!("{name}.{ending}")));
    assert!(std::fs::read(folder.join(format!("{name}.pdf"))).unwrap().starts_with(b"%PDF-"));
    assert!(std::fs::read(folder.join(format!("{name}.docx"))).unwrap().starts_with(b"PK"));
    let report: Value = serde_json::from_slice(&std::fs::read(folder.join(format!("{name}.json"))).unwrap()).unwrap();
    assert_eq!(report["items"], 0);
    let letter = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
    assert!(letter.starts_with("DỰ THẢO BÁO CÁO THÁNG"), "{letter}");
}
