//! Priority and emergency at the command line: what goes first, what stands by, and a text that is read aloud at once.

use serde_json::Value;

use crate::support::cli::Town;

fn titles(elements: &Value) -> Vec<&str> {
    elements.as_array().unwrap().iter().filter_map(|element| element["title"].as_str()).collect()
}

#[test]
fn an_item_of_priority_goes_first_and_a_tie_is_put_to_the_operator() {
    let town = Town::new();
    town.furnish();
    town.loa(&["clip", "edit", "3", "--source", "province"]).done();
    let slot = ["slot", "add", "sang", "--at", "0 5 * * *", "--element", "ident:1", "--element", "queue:2"];
    town.loa(&[&slot[..], &["--length", "5m"]].concat()).done();
    town.json(&["queue", "add", "2"]);
    let planned = || town.json(&["plan"])[0].clone();
    let added = town.json(&["queue", "add", "3", "--priority"]);
    assert_eq!(added[0]["tier"], "priority");
    let next = planned();
    assert_eq!(titles(&next["elements"]), ["Nhạc hiệu Đài", "Dịch vụ công trực tuyến", "Bộ phận một cửa"], "{next:#}");
    assert!(!town.loa(&["queue", "list"]).done().out.contains("both go first"));

    // The town's own is put first too: the operator is asked, and until somebody answers the higher station's goes first.
    let ranked = town.json(&["queue", "priority", "1"]);
    assert_eq!(ranked[0]["tier"], "priority");
    let listed = town.loa(&["queue", "list"]).done().out;
    let asked = "\"Dịch vụ công trực tuyến\" and \"Bộ phận một cửa\" both go first: which? `loa queue move 1 1`";
    assert!(listed.contains(asked) && listed.contains("the higher station's does"), "{listed}");
    let other = town.json(&["plan", "--set", "tiers.first=own"])[0].clone();
    assert_eq!(titles(&other["elements"])[1], "Bộ phận một cửa", "as the station says who goes first");
    let next = planned();
    assert_eq!(titles(&next["elements"])[1], "Dịch vụ công trực tuyến");

    town.loa(&["queue", "move", "1", "1"]).done();
    assert_eq!(titles(&planned()["elements"])[1], "Bộ phận một cửa", "as the operator said");
    assert!(!town.loa(&["queue", "list"]).done().out.contains("both go first"));
    let entries = town.json(&["queue", "list"]);
    assert_eq!(entries[0]["ordered_by"], entries[1]["ordered_by"]);
    assert_ne!(entries[0]["ordered_by"], Value::Null);

    let back = town.json(&["queue", "priority", "--normal", "1", "2"]);
    assert_eq!((&back[0]["tier"], &back[1]["tier"]), (&Value::from("normal"), &Value::from("normal")));
    let line = &town.json(&["queue", "list"])[0];
    assert_eq!((&line["tier"], &line["ordered_by"]), (&Value::from("normal"), &Value::Null));
}

#[test]
fn an_emergency_is_what_stands_by_or_a_text_that_is_read_aloud() {
    let town = Town::new();
    town.furnish();
    town.configure("[tiers]\nemergency_clip = 3\n");
    let daemon = town.start();
    let mut log = town.follow(&["log", "--follow", "--json"]);
    town.loa(&["emergency", "raise"]).done();
    log.until(|row| {
        row["kind"] == "emergency" && row["title"] == "Dịch vụ công trực tuyến" && row["outcome"] == "aired"
    });

    let text = "Bão số 3 đang vào bờ. Đề nghị bà con ở nhà.";
    town.loa(&["emergency", "raise", "--text", text, "--by", "Lê Văn Bình"]).done();
    let row = log.until(|row| row["kind"] == "emergency" && row["title"] == text && row["outcome"] == "aired");
    assert!(row["frames"].as_u64().unwrap() > 48_000, "{row:#}");
    let clip = town.json(&["clip", "show", "4"]);
    assert_eq!(
        (clip["approval"]["state"].as_str(), clip["script"].as_str()),
        (Some("submitted"), Some(text)),
        "{clip:#}"
    );
    assert_eq!(clip["author"], "Lê Văn Bình");

    // The same words again are the same clip.
    town.loa(&["emergency", "raise", "--text", text]).done();
    log.until(|row| row["kind"] == "emergency" && row["title"] == text && row["outcome"] == "aired");
    town.loa(&["clip", "show", "5"]).failed(1, "there is no clip");
    town.loa(&["emergency", "raise", "--text", " "]).failed(2, "error: there is nothing to read aloud in the text");
    assert_eq!(daemon.end().0, 0);
    town.loa(&["log", "verify"]).done();
}
