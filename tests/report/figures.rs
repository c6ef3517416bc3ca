//! Every figure of a report is the number of the rows that it leads to.

use std::path::Path;
use std::sync::Arc;

use loa::clock;
use loa::config::{Config, Sources};
use loa::desk::{Desk, Figure, FigureRows, ReportQuery};
use loa::domain::log::Record;
use loa::domain::report::{MonthRule, Period, Report};
use loa::rehearsal::simulate;
use loa::store::{OpenAs, Store};

use crate::support::records::{SETTINGS, history, simulated};

/// Each figure with its count.
fn figures(report: &Report) -> Vec<(String, u64)> {
    let uncounted = report.uncounted;
    let ends = &report.occurrences;
    let mut figures = vec![
        ("items".to_owned(), report.items),
        ("airings".to_owned(), report.airings),
        ("relays".to_owned(), report.relays.sessions),
        ("mentions".to_owned(), report.relayed_items()),
        ("live".to_owned(), report.live.sessions),
        ("emergencies".to_owned(), report.emergencies.sessions),
        ("uncounted".to_owned(), uncounted.partial + uncounted.not_aired + uncounted.on_air + uncounted.by_hand),
        ("uncounted=partial".to_owned(), uncounted.partial),
        ("uncounted=not_aired".to_owned(), uncounted.not_aired),
        ("uncounted=on_air".to_owned(), uncounted.on_air),
        ("uncounted=aired".to_owned(), uncounted.by_hand),
        ("missed".to_owned(), ends.missed),
        ("deviations".to_owned(), ends.deviations.len() as u64),
        ("occurrences=aired".to_owned(), ends.aired),
        ("occurrences=partial".to_owned(), ends.partial),
        ("occurrences=cancelled".to_owned(), ends.cancelled),
        ("occurrences=superseded".to_owned(), ends.superseded),
    ];
    for group in &report.by_topic {
        figures.push((format!("topic={}", group.key), group.airings));
        figures.push((format!("items={}", group.key), group.items));
    }
    let inside = report.relayed.iter().map(|relayed| (format!("mentions={}", relayed.topic), relayed.items));
    figures.extend(inside);
    let campaign = |code: &Option<String>| format!("campaign={}", code.clone().unwrap_or_default());
    figures.extend(report.by_campaign.iter().map(|group| (campaign(&group.key), group.airings)));
    figures.extend(report.by_genre.iter().map(|group| (format!("genre={}", word(&group.key)), group.airings)));
    let month = |(year, month): (i32, u32)| format!("month={year}-{month:02}");
    figures.extend(report.by_month.iter().map(|group| (month(group.key), group.airings)));
    figures.extend(report.by_weekday.iter().map(|group| (format!("weekday={}", group.key), group.airings)));
    figures.extend(report.by_source.iter().map(|group| (format!("source={}", word(&group.key)), group.airings)));
    figures
}

/// What is written as one word.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

/// Leafs through the rows of every figure, a few at a time.
async fn check(desk: &Desk, query: &ReportQuery) -> u64 {
    let now = clock::now();
    let report = desk.report(query, now).await.unwrap().report;
    let mut sum = 0;
    for (name, count) in figures(&report) {
        let figure: Figure = name.parse().unwrap();
        let (mut rows, mut cursor) = (0, None);
        loop {
            let page = desk.rows_page(query, &figure, cursor.as_deref(), 17, now).await.unwrap();
            rows += match &page.rows {
                FigureRows::Items(items) => items.len(),
                FigureRows::Log(rows) => rows.len(),
                FigureRows::Mentions(lines) => lines.len(),
            };
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(rows as u64, count, "{name} of {}", query.period.text());
        sum += count;
    }
    sum
}

fn config() -> Config {
    Config::load(&Sources::default()).unwrap()
}

#[tokio::test]
async fn every_figure_of_half_a_year_leads_to_as_many_rows() {
    let folder = tempfile::tempdir().unwrap();
    let config = config();
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/lai-cach-2023-h1.toml");
    simulate(&scenario, folder.path(), &config).await.unwrap();
    let store = Store::open(folder.path(), OpenAs::ReadOnly, SETTINGS).await.unwrap();
    let desk = Desk::new(Arc::new(config), store, None);
    for text in ["2023-H1", "2023-Q1", "2023-03", "2023"] {
        for rule in [MonthRule::Nd09, MonthRule::Calendar] {
            let period = Period::parse(text, rule).unwrap();
            let sum = check(&desk, &ReportQuery { period, campaign: None }).await;
            assert!(sum > 100, "{text} has {sum} rows");
        }
    }
}

#[tokio::test]
async fn every_figure_of_whatever_history_leads_to_as_many_rows() {
    for seed in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let store = simulated(folder.path()).await;
        for piece in history(seed, 250).chunks(100) {
            let all: Vec<Record> = piece.iter().map(|(_, record)| record.clone()).collect();
            store.append(&all, piece[0].0).await.unwrap();
        }
        let desk = Desk::new(Arc::new(config()), store, None);
        for campaign in [None, Some("KH-65".to_owned())] {
            let period = Period::custom("2022-12-20".parse().unwrap(), "2023-03-20".parse().unwrap()).unwrap();
            check(&desk, &ReportQuery { period, campaign }).await;
        }
    }
}
