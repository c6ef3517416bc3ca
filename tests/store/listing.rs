//! Pages of the log, joined, are the log: whatever is chosen, however large a page is, and while records are appended.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use loa::domain::airing::AiringOutcome;
use loa::domain::log::{Amendment, Closed, Correction, Kind, MissReason, Outcome, Record};
use loa::domain::time::{Days, day_of};
use loa::store::{AiringFilter, AiringRow, LogFilter, LogLine, LogOutcome, LogPlace, LogScope, Store, folded};
use proptest::prelude::*;

use crate::support::records::{SETTINGS, airing, history, simulated};

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A history with occurrences of another slot between, of which nothing was heard.
fn with_silence(seed: u64, airings: u64) -> Vec<(chrono::DateTime<chrono::Utc>, Record)> {
    let mut random = fastrand::Rng::with_seed(!seed);
    let (mut records, mut closed) = (Vec::new(), BTreeSet::new());
    for (at, record) in history(seed, airings) {
        records.push((at, record));
        if random.u8(..6) == 0 && closed.insert(at.timestamp()) {
            let nominal = at.with_timezone(&SETTINGS.zone).naive_local();
            let outcome = match random.u8(..3) {
                0 => Outcome::Cancelled { by: "Bình".to_owned() },
                1 => Outcome::Missed(MissReason::StationOff),
                _ => Outcome::Superseded { by: airing(1) },
            };
            let occurrence = format!("chieu-1700@{}", nominal.format("%Y-%m-%dT%H:%M:%S")).parse().unwrap();
            // Now and then in the very microsecond in which an airing begins.
            records.push((at, Record::Closed(Closed { occurrence, planned_start: at, outcome })));
        }
    }
    records
}

async fn write(store: &Store, records: &[(chrono::DateTime<chrono::Utc>, Record)]) {
    for (at, record) in records {
        store.append(std::slice::from_ref(record), *at).await.unwrap();
    }
}

/// Every row that the filter lets through, chosen here row by row. Airings by identifier, occurrences by theirs.
async fn expected(store: &Store, filter: &LogFilter) -> BTreeSet<String> {
    let airings = store.airings(&AiringFilter::default()).await.unwrap();
    let heard: BTreeSet<_> = airings.iter().filter_map(|row| row.occurrence.clone()).collect();
    let mut rows: BTreeSet<String> =
        airings.iter().filter(|row| lets_through(filter, row)).map(|row| row.id.to_string()).collect();
    let ever = loa::domain::time::Window {
        from: chrono::DateTime::UNIX_EPOCH,
        to: chrono::DateTime::UNIX_EPOCH + TimeDelta::days(365 * 200),
    };
    for (closed, _) in store.closed(ever).await.unwrap() {
        let ended = match closed.outcome {
            Outcome::Missed(_) => LogOutcome::Missed,
            Outcome::Cancelled { .. } => LogOutcome::Cancelled,
            Outcome::Superseded { .. } => LogOutcome::Superseded,
            Outcome::Aired | Outcome::Partial => continue,
        };
        let about_airings = filter.kind.is_some()
            || filter.topic.is_some()
            || filter.campaign.is_some()
            || filter.counted == Some(true)
            || filter.corrected;
        let named =
            filter.text.as_ref().is_none_or(|text| folded(closed.occurrence.slot.as_str()).contains(&folded(text)));
        if !about_airings
            && named
            && !heard.contains(&closed.occurrence)
            && filter.outcome.is_none_or(|outcome| outcome == ended)
            && filter.slot.as_ref().is_none_or(|slot| *slot == closed.occurrence.slot)
            && filter.days.contains(day_of(SETTINGS.zone, closed.planned_start))
            && filter.scope == LogScope::Everything
        {
            rows.insert(closed.occurrence.to_string());
        }
    }
    rows
}

fn lets_through(filter: &LogFilter, row: &AiringRow) -> bool {
    let outcome = match row.outcome {
        AiringOutcome::OnAir => LogOutcome::OnAir,
        AiringOutcome::Aired => LogOutcome::Aired,
        AiringOutcome::Partial => LogOutcome::Partial,
        AiringOutcome::NotAired => LogOutcome::NotAired,
    };
    filter.outcome.is_none_or(|wanted| wanted == outcome)
        && filter.kind.is_none_or(|kind| kind == row.kind)
        && filter.topic.as_ref().is_none_or(|topic| *topic == row.topic)
        && filter.campaign.as_ref().is_none_or(|campaign| *campaign == row.campaign)
        && filter.counted.is_none_or(|counted| counted == row.counted)
        && filter.text.as_ref().is_none_or(|text| folded(&row.title).contains(&folded(text)))
        && filter.slot.as_ref().is_none_or(|slot| row.occurrence.as_ref().is_some_and(|of| of.slot == *slot))
        && (!filter.corrected || row.corrections > 0)
        && filter.days.contains(row.day)
}

fn filter() -> impl Strategy<Value = LogFilter> {
    let outcome = proptest::option::weighted(
        0.3,
        prop_oneof![
            Just(LogOutcome::OnAir),
            Just(LogOutcome::Aired),
            Just(LogOutcome::Partial),
            Just(LogOutcome::NotAired),
            Just(LogOutcome::Missed),
            Just(LogOutcome::Cancelled),
            Just(LogOutcome::Superseded),
        ],
    );
    let kind = proptest::option::weighted(0.2, prop_oneof![Just(Kind::Own), Just(Kind::Relay), Just(Kind::Ident)]);
    let topic = proptest::option::weighted(0.2, prop_oneof![Just("CCHC".to_owned()), Just("ATGT.DB".to_owned())]);
    let campaign = proptest::option::weighted(0.2, prop_oneof![Just(None), Just(Some("KH-65".to_owned()))]);
    let text = proptest::option::weighted(
        0.2,
        prop_oneof![
            Just("PHAT lai".to_owned()),
            Just("ky 3".to_owned()),
            Just("CHIEU".to_owned()),
            Just("%".to_owned())
        ],
    );
    let day = || {
        proptest::option::weighted(
            0.3,
            (0..90_i64).prop_map(|days| "2022-12-14".parse::<chrono::NaiveDate>().unwrap() + TimeDelta::days(days)),
        )
    };
    let flags = (
        proptest::option::weighted(0.2, any::<bool>()),
        prop::bool::weighted(0.1),
        proptest::option::weighted(0.2, prop_oneof![Just("sang-0500"), Just("chieu-1700")]),
    );
    (outcome, kind, topic, campaign, text, day(), day(), flags, any::<bool>()).prop_map(
        |(outcome, kind, topic, campaign, text, from, to, (counted, corrected, slot), latest_first)| LogFilter {
            outcome,
            kind,
            topic,
            campaign,
            text,
            days: Days { from, to },
            counted,
            corrected,
            slot: slot.map(|slot| slot.parse().unwrap()),
            latest_first,
            ..LogFilter::default()
        },
    )
}

fn name(line: &LogLine) -> String {
    match line {
        LogLine::Airing(row) => row.id.to_string(),
        LogLine::Occurrence { closed, .. } => closed.occurrence.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn pages_joined_are_the_whole_log_once_while_it_grows(
        seed in any::<u64>(), airings in 1..90_u64, limit in 1..40_u32, filter in filter(),
    ) {
        run(async {
            let folder = tempfile::tempdir().unwrap();
            let store = simulated(folder.path()).await;
            let history = with_silence(seed, airings);
            let mut random = fastrand::Rng::with_seed(seed);
            let (before, meanwhile) = history.split_at(history.len() * 3 / 4);
            write(&store, before).await;
            let mut meanwhile = meanwhile.iter();
            // A note changes no row's place and no choice but that of the corrected.
            if let Some(row) = store.airings(&AiringFilter::default()).await.unwrap().first() {
                let amendment = Amendment::Note { text: "đã nghe lại".to_owned() };
                let note = Correction { airing: row.id, by: "Hoa".to_owned(), why: "xem lại".to_owned(), amendment };
                store.correct(note, history[0].0).await.unwrap();
            }
            let at_first = expected(&store, &filter).await;
            let open = AiringFilter { outcome: Some(AiringOutcome::OnAir), ..AiringFilter::default() };
            let open: BTreeSet<String> =
                store.airings(&open).await.unwrap().iter().map(|row| row.id.to_string()).collect();

            let mut seen: BTreeMap<String, u32> = BTreeMap::new();
            let mut order: Vec<LogPlace> = Vec::new();
            let mut after: Option<LogPlace> = None;
            loop {
                let page = store.log_page(&filter, after.as_ref(), limit).await.unwrap();
                prop_assert!(page.rows.len() <= limit as usize);
                for (place, line) in &page.rows {
                    *seen.entry(name(line)).or_default() += 1;
                    order.push(place.clone());
                    prop_assert_eq!(place.to_string().parse::<LogPlace>().unwrap(), place.clone());
                }
                if page.next.is_none() {
                    break;
                }
                after = page.next;
                for _ in 0..random.usize(0..3) {
                    if let Some((at, record)) = meanwhile.next() {
                        store.append(std::slice::from_ref(record), *at).await.unwrap();
                    }
                }
            }
            let sorted = |pair: &[LogPlace]| if filter.latest_first { pair[0] > pair[1] } else { pair[0] < pair[1] };
            prop_assert!(order.windows(2).all(sorted), "the order of {:?}", order);
            let at_last = expected(&store, &filter).await;
            for row in at_first.iter().filter(|row| !open.contains(*row)) {
                prop_assert_eq!(seen.get(row), Some(&1), "{} in {:?}", row, filter);
            }
            for (row, times) in &seen {
                prop_assert!(*times == 1 || open.contains(row), "{} came {} times", row, times);
                prop_assert!(at_first.contains(row) || at_last.contains(row), "{} was not asked for", row);
            }
            Ok(())
        })?;
    }
}

/// The choices of one row in many thousands go through the index of the reports, or through bounded looks: the same rows.
#[test]
fn a_rare_choice_in_a_long_log_is_found_whole() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let store = simulated(folder.path()).await;
        let records = with_silence(7, 6_500);
        for piece in records.chunks(500) {
            let all: Vec<Record> = piece.iter().map(|(_, record)| record.clone()).collect();
            store.append(&all, piece[0].0).await.unwrap();
        }
        let rare = [
            LogFilter {
                text: Some("ky 11 (phat lai)".to_owned()),
                outcome: Some(LogOutcome::Partial),
                ..LogFilter::default()
            },
            LogFilter { kind: Some(Kind::Live), topic: Some("ATGT.DB".to_owned()), ..LogFilter::default() },
            LogFilter { outcome: Some(LogOutcome::OnAir), ..LogFilter::default() },
            LogFilter { outcome: Some(LogOutcome::Cancelled), ..LogFilter::default() },
        ];
        for filter in rare.into_iter().flat_map(|filter| [filter.clone(), LogFilter { latest_first: true, ..filter }]) {
            let mut seen = Vec::new();
            let mut after = None;
            loop {
                let page = store.log_page(&filter, after.as_ref(), 7).await.unwrap();
                seen.extend(page.rows.iter().map(|(_, line)| name(line)));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let all = wanted(&store, &filter).await;
            assert!(all.len() > 7, "{filter:?} is chosen to have pages");
            assert_eq!(seen.len(), all.len(), "{filter:?}");
            assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all);
        }
    });
}

/// As [`expected`], over a log of more rows than one call hands over.
async fn wanted(store: &Store, filter: &LogFilter) -> BTreeSet<String> {
    let narrowed = AiringFilter {
        outcome: filter.outcome.and_then(|outcome| match outcome {
            LogOutcome::OnAir => Some(AiringOutcome::OnAir),
            LogOutcome::Partial => Some(AiringOutcome::Partial),
            _ => None,
        }),
        kind: filter.kind,
        topic: filter.topic.clone(),
        ..AiringFilter::default()
    };
    let rows = store.airings(&narrowed).await.unwrap();
    assert!(rows.len() < 10_000);
    if filter.outcome == Some(LogOutcome::Cancelled) {
        return expected(store, filter).await;
    }
    rows.iter().filter(|row| lets_through(filter, row)).map(|row| row.id.to_string()).collect()
}
