//! Campaigns against their plans, through the real program and a real log.

use std::io::Write as _;

use chrono::{TimeDelta, Utc};
use loa::domain::log::{EndReason, Record};
use serde_json::json;

use crate::support::cli::Town;
use crate::support::records;

/// A town whose plan asks for two items and twenty minutes a month since the beginning of last year, and two topics.
fn town_with_a_plan() -> Town {
    let town = Town::new();
    let mut file = std::fs::OpenOptions::new().append(true).open(town.config()).unwrap();
    let plan = "[[campaign]]\ncode = \"KH-65\"\nname = \"cải cách hành chính\"\nfrom = 2022-12-15\nto = 2023-12-14\n\
                items_per_month = 2\nminutes_per_month = 20\ntopics_to_cover = [\"CCHC\", \"SO\"]\n";
    file.write_all(plan.as_bytes()).unwrap();
    town
}

/// Airs clips of the campaign, ten minutes each, in January 2023.
async fn air(town: &Town, clips: u64) {
    let store = records::station(&town.data()).await;
    for number in 1..=clips {
        let start = records::at("2023-01-02T22:00:00Z") + TimeDelta::days(i64::try_from(number).unwrap() % 25);
        let intent = records::intent(number, start);
        let end = records::end(&intent, intent.frames_total);
        assert_eq!(end.reason, EndReason::Complete);
        store.append(&[Record::Intent(intent)], start).await.unwrap();
        store.append(&[Record::End(end)], start + TimeDelta::minutes(10)).await.unwrap();
    }
    store.close().await;
}

#[tokio::test]
async fn a_campaign_that_fell_behind_is_told_by_every_command_that_looks() {
    let town = town_with_a_plan();
    air(&town, 20).await;
    let campaign = &town.json(&["campaigns"])[0];
    let progress = &campaign["progress"];
    assert_eq!(progress["items"], json!({ "target": 24, "done": 20, "due": 24, "forecast": 20, "behind": true }));
    assert_eq!(progress["minutes"], json!({ "target": 240, "done": 200, "due": 240, "forecast": 200, "behind": true }));
    assert_eq!((&progress["topics_missing"], &progress["stage"]), (&json!(["SO"]), &json!("over")));
    let reminder = "campaign KH-65 is behind: 20 of 24 items due by now (20 at this pace by 2023-12-14, the plan asks for 24); \
                    200 of 240 minutes due by now (200 at this pace by 2023-12-14, the plan asks for 240); \
                    topics never aired: SO";
    assert_eq!(campaign["reminder"], reminder);
    assert!(town.loa(&["campaigns"]).done().err.contains(reminder));
    assert!(town.loa(&["check"]).out.contains("campaign KH-65 is behind"));
    assert_eq!(town.loa(&["status", "--json"]).document()["reminders"], json!([reminder]));
    assert!(Utc::now() > records::at("2023-12-15T00:00:00Z"));
}

#[tokio::test]
async fn a_campaign_that_keeps_its_plan_is_not_spoken_of() {
    let town = town_with_a_plan();
    let met = "[[campaign]]\ncode = \"KH-65\"\nname = \"cải cách hành chính\"\nfrom = 2022-12-15\nto = 2023-12-14\n\
               items_per_month = 1\n";
    let text = std::fs::read_to_string(town.config()).unwrap();
    std::fs::write(town.config(), text.split("[[campaign]]").next().unwrap().to_owned() + met).unwrap();
    air(&town, 20).await;
    let campaign = &town.json(&["campaigns"])[0];
    assert_eq!(campaign["progress"]["items"]["behind"], false);
    assert_eq!(campaign["reminder"], json!(null));
    assert!(town.loa(&["check"]).out.contains("1 with targets, none is behind"));
}

#[test]
fn without_records_a_plan_is_listed_and_its_documents_cited() {
    let town = Town::new();
    let campaign = &town.json(&["campaigns"])[0];
    assert_eq!(campaign["progress"], json!(null), "the shipped plan asks for nothing");
    assert_eq!(campaign["basis_documents"][2]["number"], "05/KH-UBND");
    assert!(campaign["basis"].as_str().unwrap().contains("Kế hoạch số 56/KH-UBND ngày 27/12/2022"));
}
