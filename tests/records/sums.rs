//! Whatever was aired: the sums of any grouping are those of the rows, the zones multiply nothing, and no order of corrections
//! moves a figure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Datelike as _, Days, TimeDelta, Utc};
use loa::domain::clip::{Genre, Source};
use loa::domain::log::{AiringId, Amendment, Correction, Kind, Record};
use loa::domain::report::{Group, MonthRule, Period, Report, ReportSettings};
use loa::domain::slot::ZoneId;
use loa::store::{AiringFilter, AiringRow, LogFilter, LogScope, Store};
use proptest::prelude::*;

use crate::support::records::{history, simulated};

type Records = Vec<(DateTime<Utc>, Record)>;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

async fn filled(folder: &Path, records: &Records) -> Store {
    let store = simulated(folder).await;
    for piece in records.chunks(100) {
        let all: Vec<Record> = piece.iter().map(|(_, record)| record.clone()).collect();
        store.append(&all, piece[0].0).await.unwrap();
    }
    store
}

async fn report(store: &Store, period: Period, rule: MonthRule) -> Report {
    let tallies = store.tallies(period.from, period.to, rule).await.unwrap();
    let settings = ReportSettings { month_rule: rule, ..ReportSettings::default() };
    Report::fold(period, tallies, [], settings)
}

/// Counted rows of the town's own clips, as an inspector picks them out with a pencil.
async fn own(store: &Store, period: Period) -> Vec<AiringRow> {
    let filter = AiringFilter { from_day: Some(period.from), to_day: Some(period.to), ..AiringFilter::default() };
    let mut rows = store.airings(&filter).await.unwrap();
    rows.retain(|row| row.kind == Kind::Own && row.counted && row.source == Source::Own && row.genre != Genre::Ident);
    rows
}

/// Airings and time by what rows have in common.
fn by<K: Ord>(rows: &[AiringRow], key: impl Fn(&AiringRow) -> K) -> BTreeMap<K, (u64, u64)> {
    let mut sums = BTreeMap::new();
    for row in rows {
        let (airings, heard_ms) = sums.entry(key(row)).or_insert((0, 0));
        *airings += 1;
        *heard_ms += row.heard_ms;
    }
    sums
}

/// The same of a grouping; lines of nothing left out.
fn of<K: Ord + Clone>(groups: &[Group<K>]) -> BTreeMap<K, (u64, u64)> {
    let lines = groups.iter().filter(|group| group.airings > 0);
    lines.map(|group| (group.key.clone(), (group.airings, group.heard_ms))).collect()
}

fn month(row: &AiringRow, rule: MonthRule) -> (i32, u32) {
    let later = match rule {
        MonthRule::Nd09 if row.day.day() >= 15 => 17,
        _ => 0,
    };
    let day = row.day + Days::new(later);
    (day.year(), day.month())
}

fn any_period() -> impl Strategy<Value = Period> {
    (0..120_i64, 0..150_i64).prop_map(|(from, length)| {
        let from = "2022-12-14".parse::<chrono::NaiveDate>().unwrap() + TimeDelta::days(from);
        Period::custom(from, from + TimeDelta::days(length)).unwrap()
    })
}

/// Corrections of which no two touch the same thing: of two that do, the later is meant to hold.
fn corrections(random: &mut fastrand::Rng, airings: &BTreeSet<AiringId>) -> Vec<Correction> {
    let mut corrections = Vec::new();
    for airing in airings {
        for what in 0..5_u8 {
            if random.u8(..6) > 0 {
                continue;
            }
            let amendment = match what {
                0 => Amendment::Title { before: String::new(), after: format!("Tên đúng {}", random.u8(..3)) },
                1 => {
                    Amendment::Topic { before: String::new(), after: ["CCHC.MC", "ATGT.DB"][random.usize(..2)].into() }
                }
                2 => Amendment::Campaign { before: None, after: random.bool().then(|| "KH-65".to_owned()) },
                3 => {
                    let after = random.bool();
                    Amendment::Counted { before: !after, after }
                }
                _ => Amendment::Note { text: "đã nghe lại".to_owned() },
            };
            corrections.push(Correction { airing: *airing, by: "Hoa".to_owned(), why: "sửa".to_owned(), amendment });
        }
    }
    corrections
}

fn airings_of(records: &Records) -> BTreeSet<AiringId> {
    let intents = records.iter().filter_map(|(_, record)| match record {
        Record::Intent(intent) => Some(intent.part.airing),
        _ => None,
    });
    intents.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_sums_of_any_grouping_are_those_of_the_rows(
        seed in any::<u64>(), airings in 1..120_u64, period in any_period(), nd09 in any::<bool>(),
    ) {
        run(async {
            let folder = tempfile::tempdir().unwrap();
            let records = history(seed, airings);
            let store = filled(folder.path(), &records).await;
            let mut random = fastrand::Rng::with_seed(seed);
            for correction in corrections(&mut random, &airings_of(&records)).into_iter().take(20) {
                store.correct(correction, records.last().unwrap().0).await.unwrap();
            }
            let rule = if nd09 { MonthRule::Nd09 } else { MonthRule::Calendar };
            let report = report(&store, period, rule).await;
            let rows = own(&store, period).await;
            prop_assert_eq!(report.airings, rows.len() as u64);
            prop_assert_eq!(report.heard_ms, rows.iter().map(|row| row.heard_ms).sum::<u64>());
            let items: BTreeSet<_> = rows.iter().filter_map(|row| row.item).collect();
            prop_assert_eq!(report.items, items.len() as u64);
            prop_assert_eq!(of(&report.by_topic), by(&rows, |row| row.topic.clone()));
            prop_assert_eq!(of(&report.by_campaign), by(&rows, |row| row.campaign.clone()));
            prop_assert_eq!(of(&report.by_genre), by(&rows, |row| row.genre));
            prop_assert_eq!(of(&report.by_month), by(&rows, |row| month(row, rule)));
            let weekdays = report.by_weekday.iter().map(|group| Group {
                key: group.key.num_days_from_monday(), items: group.items, airings: group.airings, heard_ms: group.heard_ms,
            });
            let weekdays: Vec<_> = weekdays.collect();
            prop_assert_eq!(of(&weekdays), by(&rows, |row| row.day.weekday().num_days_from_monday()));
            let lines = report.item_lines.iter().map(|line| (line.item, (line.airings, line.heard_ms)));
            prop_assert_eq!(lines.collect::<BTreeMap<_, _>>(), by(&rows, |row| row.item.unwrap()));
            // Each item stands in one line by topic, campaign and genre.
            for sum in [
                report.by_topic.iter().map(|group| group.items).sum::<u64>(),
                report.by_campaign.iter().map(|group| group.items).sum(),
                report.by_genre.iter().map(|group| group.items).sum(),
            ] {
                prop_assert_eq!(sum, report.items);
            }
            prop_assert_eq!(of_slot(&store, period).await, by_slot(&rows));
            Ok(())
        })?;
    }

    #[test]
    fn no_order_of_corrections_and_no_number_of_zones_moves_anything(seed in any::<u64>(), airings in 1..60_u64) {
        run(async {
            let records = history(seed, airings);
            let mut everywhere = records.clone();
            for (_, record) in &mut everywhere {
                if let Record::Intent(intent) = record {
                    intent.zones.extend((1..12).map(|zone| ZoneId(format!("thon-{zone}"))));
                }
            }
            let mut random = fastrand::Rng::with_seed(seed);
            let mut corrections = corrections(&mut random, &airings_of(&records));
            let period = Period::custom("2022-12-14".parse().unwrap(), "2023-12-14".parse().unwrap()).unwrap();
            let mut first: Option<Report> = None;
            for records in [&records, &records, &everywhere] {
                let folder = tempfile::tempdir().unwrap();
                let store = filled(folder.path(), records).await;
                for correction in &corrections {
                    store.correct(correction.clone(), records.last().unwrap().0).await.unwrap();
                }
                let report = report(&store, period, MonthRule::Nd09).await;
                let first = first.get_or_insert_with(|| report.clone());
                prop_assert_eq!(&*first, &report, "{:?}", corrections);
                random.shuffle(&mut corrections);
            }
            Ok(())
        })?;
    }
}

/// Counted rows by slot, as the list of the log finds them when it is asked for each slot.
async fn of_slot(store: &Store, period: Period) -> BTreeMap<String, u64> {
    let filter = LogFilter {
        scope: LogScope::Airings,
        days: loa::domain::time::Days { from: Some(period.from), to: Some(period.to) },
        kind: Some(Kind::Own),
        source: Some(Source::Own),
        counted: Some(true),
        without_tunes: true,
        ..LogFilter::default()
    };
    let mut slots = BTreeMap::new();
    for slot in ["sang-0500", "chieu-1700"] {
        let filter = LogFilter { slot: slot.parse().ok(), ..filter.clone() };
        let page = store.log_page(&filter, None, 1_000).await.unwrap();
        assert!(page.next.is_none(), "a page holds them all");
        if !page.rows.is_empty() {
            slots.insert(slot.to_owned(), page.rows.len() as u64);
        }
    }
    slots
}

fn by_slot(rows: &[AiringRow]) -> BTreeMap<String, u64> {
    let mut slots = BTreeMap::new();
    for occurrence in rows.iter().filter_map(|row| row.occurrence.as_ref()) {
        *slots.entry(occurrence.slot.to_string()).or_insert(0) += 1;
    }
    slots
}
