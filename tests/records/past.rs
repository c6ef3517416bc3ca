//! What happened stays counted: no order of corrections and no change of the library moves a total.

use std::path::Path;

use chrono::TimeDelta;
use loa::domain::ledger::ActivitySums;
use loa::domain::log::{Amendment, Correction, Record};
use loa::domain::report::{Figures, MonthRule, Period, Report, ReportSettings};
use serde_json::Value;

use crate::support::cli::Town;
use crate::support::records;

/// Twelve airings, then these corrections, each by its number.
async fn figures(folder: &Path, order: &[usize]) -> Figures {
    let store = records::station(folder).await;
    for number in 1..=12 {
        let start = records::at("2023-01-02T22:00:00Z") + TimeDelta::days(i64::try_from(number).unwrap());
        let intent = records::intent(number, start);
        let end = records::end(&intent, intent.frames_total);
        store.append(&[Record::Intent(intent)], start).await.unwrap();
        store.append(&[Record::End(end)], start + TimeDelta::minutes(10)).await.unwrap();
    }
    let corrections = [
        (1, Amendment::Topic { before: String::new(), after: "CCHC.MC".to_owned() }),
        (2, Amendment::Counted { before: true, after: false }),
        (3, Amendment::Title { before: String::new(), after: "Tên khác".to_owned() }),
        (4, Amendment::Campaign { before: None, after: None }),
        (5, Amendment::Topic { before: String::new(), after: "CCHC.MC".to_owned() }),
        (1, Amendment::Title { before: String::new(), after: "Một cửa".to_owned() }),
    ];
    for (step, index) in order.iter().enumerate() {
        let (number, amendment) = corrections[*index].clone();
        let correction =
            Correction { airing: records::airing(number), by: "Hoa".to_owned(), why: "sửa".to_owned(), amendment };
        let at = records::at("2023-02-01T00:00:00Z") + TimeDelta::minutes(i64::try_from(step).unwrap());
        store.correct(correction, at).await.unwrap();
    }
    let period = Period::parse("2023-H1", MonthRule::Nd09).unwrap();
    let tallies = store.tallies(period.from, period.to, MonthRule::Nd09).await.unwrap();
    store.close().await;
    Figures::of(&Report::fold(period, tallies, [], ReportSettings::default()), &ActivitySums::default())
}

#[tokio::test]
async fn no_order_of_corrections_changes_a_figure() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut order = vec![0, 1, 2, 3, 4, 5];
    let mut first: Option<Figures> = None;
    for _ in 0..8 {
        let folder = tempfile::tempdir().unwrap();
        let counted = figures(folder.path(), &order).await;
        assert_eq!((counted.get("items"), counted.get("topic.CCHC.MC.items")), (11, 2));
        let first = first.get_or_insert_with(|| counted.clone());
        assert_eq!(first.changes(&counted), [], "{order:?}");
        random.shuffle(&mut order);
    }
}

#[test]
fn a_clip_renamed_retired_or_deleted_later_changes_no_past_report() {
    let town = Town::new();
    town.furnish();
    let daemon = town.start();
    let mut log = town.follow(&["log", "--follow", "--json"]);
    town.loa(&["play", "2"]).done();
    log.until(|row| row["title"] == "Bộ phận một cửa" && row["outcome"] == "aired");
    assert_eq!(daemon.end().0, 0);
    let period = loa::clock::now().wall.date_naive();
    let (from, to) = ((period - TimeDelta::days(2)).to_string(), (period + TimeDelta::days(2)).to_string());
    let report = || {
        let mut report = town.json(&["report", "--from", &from, "--to", &to]);
        let report = report.as_object_mut().unwrap();
        report.remove("made_at");
        Value::from(report.clone())
    };
    let before = report();
    assert_eq!(
        (&before["items"], &before["item_rows"][0]["title"]),
        (&Value::from(1), &Value::from("Bộ phận một cửa"))
    );
    town.loa(&["clip", "edit", "2", "--title", "Tên mới", "--topic", "CCHC.TTHC"]).done();
    assert_eq!(report(), before, "renamed");
    town.loa(&["clip", "retire", "2"]).done();
    assert_eq!(report(), before, "retired");
    town.loa(&["clip", "rm", "2"]).done();
    assert_eq!(report(), before, "deleted");
}
