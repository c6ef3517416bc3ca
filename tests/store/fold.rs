//! What the database folds is what the rules fold, for whatever history.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use loa::domain::airing::{Airing, CountedFrom};
use loa::domain::clip::{Genre, Source};
use loa::domain::log::{AiringId, Amendment, Correction, Kind, Record};
use loa::domain::report::{MonthRule, Tally};
use loa::store::{AiringFilter, AiringRow, OpenAs, Settings, Store};
use proptest::prelude::*;

use crate::support::records::{SETTINGS, history, simulated};

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Writes a history in pieces of random size.
async fn write(store: &Store, seed: u64, airings: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let history = history(seed, airings);
    let mut rest = &history[..];
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(random.usize(1..=5.min(rest.len())));
        let records: Vec<Record> = piece.iter().map(|(_, record)| record.clone()).collect();
        store.append(&records, piece[0].0).await.unwrap();
        rest = later;
    }
}

/// The airings of a log, folded here by the rules of the domain alone.
async fn folded(store: &Store) -> BTreeMap<AiringId, Airing> {
    let mut airings: BTreeMap<AiringId, Airing> = BTreeMap::new();
    for sealed in store.entries(0, 10_000).await.unwrap() {
        match &sealed.entry.record {
            Record::Intent(intent) => match airings.get_mut(&intent.part.airing) {
                Some(airing) => airing.resume(intent).unwrap(),
                None => drop(airings.insert(intent.part.airing, Airing::begin(intent))),
            },
            Record::End(end) => airings.get_mut(&end.part.airing).unwrap().end(end).unwrap(),
            Record::Proof(proof) => airings.get_mut(&proof.part.airing).unwrap().prove(proof).unwrap(),
            Record::Correction(correction) => airings.get_mut(&correction.airing).unwrap().correct(correction).unwrap(),
            Record::Mention(mention) => airings.get_mut(&mention.airing).unwrap().mention(mention).unwrap(),
            Record::Withdrawal(taken) => airings.get_mut(&taken.airing).unwrap().withdraw(taken).unwrap(),
            Record::Rundown(_) | Record::Closed(_) | Record::Incident(_) => {}
        }
    }
    airings
}

fn same(row: &AiringRow, airing: &Airing, settings: Settings) {
    assert_eq!(row.id, airing.id);
    assert_eq!((row.kind, &row.occurrence, row.position), (airing.kind, &airing.occurrence, airing.position));
    assert_eq!((row.frames_heard, row.frames_total), (airing.frames_heard(), airing.frames_total));
    assert_eq!(row.fraction().to_bits(), airing.fraction().to_bits());
    assert_eq!(row.outcome, airing.outcome(settings.counted_from));
    assert_eq!(row.counted, airing.counted(settings.counted_from));
    assert_eq!(row.reason, airing.reason);
    assert_eq!(u128::from(row.heard_ms), airing.time_heard().as_millis());
    let topic = airing.clip().map_or("", |clip| clip.topics.primary.as_str());
    assert_eq!((row.title.as_str(), row.topic.as_str()), (airing.sound.title(), topic));
    assert_eq!(
        (row.campaign.clone(), row.source, row.genre),
        (campaign_of(airing), source_of(airing), genre_of(airing))
    );
    let began = airing.start.unwrap_or(airing.planned_start);
    assert_eq!(row.began().timestamp_micros(), began.timestamp_micros());
    assert_eq!(row.day, began.with_timezone(&settings.zone).date_naive());
    assert_eq!(row.proof, airing.verdict());
    assert_eq!(row.mentions, airing.mentions.by_topic());
    assert_eq!(row.corrections as usize, airing.corrections.len());
}

fn campaign_of(airing: &Airing) -> Option<String> {
    airing.clip().and_then(|clip| clip.campaign.clone())
}

/// What another station says is not the town's own.
fn source_of(airing: &Airing) -> Source {
    airing.clip().map_or(Source::District, |clip| clip.source)
}

fn genre_of(airing: &Airing) -> Genre {
    airing.clip().map_or(Genre::Other, |clip| clip.genre)
}

/// A correction of anything, to anything.
fn correction(random: &mut fastrand::Rng, airing: AiringId) -> Correction {
    let text = format!("Sửa {}", random.u8(..4));
    let some = random.bool().then(|| text.clone());
    let amendment = match random.u8(..6) {
        0 => Amendment::Title { before: String::new(), after: text },
        1 => Amendment::Topic { before: String::new(), after: text },
        2 => Amendment::Campaign { before: None, after: some },
        3 => Amendment::Author { before: None, after: some },
        4 => Amendment::Counted { before: false, after: random.bool() },
        _ => Amendment::Note { text },
    };
    Correction { airing, by: "Hoa".to_owned(), why: "xem lại".to_owned(), amendment }
}

/// Airings, time, longest, and items heard inside, of tallies alike in everything else.
type Counted = (u64, u64, u64, BTreeMap<String, u64>);

fn counts(tallies: &[Tally]) -> BTreeMap<String, Counted> {
    let mut sums: BTreeMap<String, Counted> = BTreeMap::new();
    for tally in tallies {
        let key = Tally { airings: 0, heard_ms: 0, length_ms: 0, mentions: BTreeMap::new(), ..tally.clone() };
        let sum = sums.entry(format!("{key:?}")).or_default();
        (sum.0, sum.1, sum.2) = (sum.0 + tally.airings, sum.1 + tally.heard_ms, sum.2.max(tally.length_ms));
        for (topic, items) in &tally.mentions {
            *sum.3.entry(topic.clone()).or_default() += items;
        }
    }
    sums
}

/// One tally for each airing, as the words of the design say it and nothing grouped.
fn singles(airings: &BTreeMap<AiringId, Airing>, from: NaiveDate, to: NaiveDate, rule: MonthRule) -> Vec<Tally> {
    let item =
        |airing: &Airing| (!matches!(airing.kind, Kind::Relay | Kind::Live)).then(|| airing.clip().unwrap().item);
    let began = |airing: &Airing| airing.start.unwrap_or(airing.planned_start);
    let day = |airing: &Airing| began(airing).with_timezone(&SETTINGS.zone).date_naive();
    let inside: Vec<&Airing> = airings.values().filter(|airing| (from..=to).contains(&day(airing))).collect();
    let single = |airing: &&Airing| {
        let day = day(airing);
        let reported = match rule {
            MonthRule::Calendar => day,
            // The 15th is the first of the next month: seventeen days on is in that month for every day from the 15th.
            MonthRule::Nd09 if day.day() >= 15 => day.with_day(15).unwrap() + TimeDelta::days(17),
            MonthRule::Nd09 => day,
        };
        let latest = inside
            .iter()
            .filter(|other| (other.kind, item(other)) == (airing.kind, item(airing)))
            .max_by_key(|other| (began(other).timestamp_micros(), other.sound.title().to_owned()));
        Tally {
            kind: airing.kind,
            item: item(airing),
            title: latest.unwrap().sound.title().to_owned(),
            genre: genre_of(airing),
            topic: airing.clip().map_or_else(String::new, |clip| clip.topics.primary.clone()),
            campaign: campaign_of(airing),
            source: source_of(airing),
            year: reported.year(),
            month: reported.month(),
            weekday: day.weekday(),
            counted: airing.counted(SETTINGS.counted_from),
            outcome: airing.outcome(SETTINGS.counted_from),
            airings: 1,
            heard_ms: u64::try_from(airing.time_heard().as_millis()).unwrap(),
            length_ms: u64::try_from(airing.sound.duration().as_millis()).unwrap(),
            mentions: airing.mentions.by_topic(),
        }
    };
    inside.iter().map(single).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn lists_are_the_fold_of_the_log(seed: u64, airings in 1_u64..40, corrections in 0_usize..12) {
        run(async {
            let folder = tempfile::tempdir().unwrap();
            let store = simulated(folder.path()).await;
            write(&store, seed, airings).await;
            let mut random = fastrand::Rng::with_seed(seed);
            let ids: Vec<AiringId> = folded(&store).await.into_keys().collect();
            for _ in 0..corrections {
                let id = ids[random.usize(..ids.len())];
                store.correct(correction(&mut random, id), history(1, 1)[0].0).await.unwrap();
            }
            let expected = folded(&store).await;
            let rows = store.airings(&AiringFilter::default()).await.unwrap();
            assert_eq!(rows.len(), expected.len());
            for row in &rows {
                same(row, &expected[&row.id], SETTINGS);
                let evidence = store.airing(row.id).await.unwrap().unwrap();
                assert_eq!((&evidence.row, &evidence.airing), (row, &expected[&row.id]));
            }
            store.rebuild_projection().await.unwrap();
            assert_eq!(store.airings(&AiringFilter::default()).await.unwrap(), rows);
            store.verify().await.unwrap().unwrap();

            // With other settings everything is folded anew, by them.
            store.close().await;
            let others = Settings { zone: Tz::America__New_York, counted_from: CountedFrom(0.5) };
            let store = Store::open(folder.path(), OpenAs::Simulated, others).await.unwrap();
            for row in &store.airings(&AiringFilter::default()).await.unwrap() {
                same(row, &expected[&row.id], others);
            }
            store.verify().await.unwrap().unwrap();
        });
    }

    #[test]
    fn tallies_are_the_sum_of_single_airings(seed: u64, airings in 1_u64..60, start in 0_i64..200, days in 0_i64..200) {
        run(async {
            let folder = tempfile::tempdir().unwrap();
            let store = simulated(folder.path()).await;
            write(&store, seed, airings).await;
            let mut random = fastrand::Rng::with_seed(seed);
            let ids: Vec<AiringId> = folded(&store).await.into_keys().collect();
            for id in ids.iter().step_by(3) {
                store.correct(correction(&mut random, *id), history(1, 1)[0].0).await.unwrap();
            }
            let airings = folded(&store).await;
            let from: NaiveDate = "2022-11-01".parse().unwrap();
            let (from, to) = (from + TimeDelta::days(start), from + TimeDelta::days(start + days));
            for rule in [MonthRule::Nd09, MonthRule::Calendar] {
                let tallies = store.tallies(from, to, rule).await.unwrap();
                assert_eq!(counts(&tallies).len(), tallies.len(), "no two tallies are alike");
                assert_eq!(counts(&tallies), counts(&singles(&airings, from, to, rule)));
            }
        });
    }

    #[test]
    fn corrections_in_any_order_come_to_the_same(seed: u64, airings in 4_u64..30) {
        run(async {
            let mut totals = Vec::new();
            for order in 0..2 {
                let folder = tempfile::tempdir().unwrap();
                let store = simulated(folder.path()).await;
                write(&store, seed, airings).await;
                let mut random = fastrand::Rng::with_seed(seed);
                // One of each airing: two of the same thing do depend on their order.
                let mut corrections: Vec<Correction> =
                    folded(&store).await.into_keys().map(|id| correction(&mut random, id)).collect();
                fastrand::Rng::with_seed(seed ^ order).shuffle(&mut corrections);
                for correction in corrections {
                    store.correct(correction, history(1, 1)[0].0).await.unwrap();
                }
                store.verify().await.unwrap().unwrap();
                let all = store.tallies("2022-01-01".parse().unwrap(), "2030-01-01".parse().unwrap(), MonthRule::Nd09);
                let all = all.await.unwrap();
                assert_eq!(all.iter().map(|tally| tally.airings).sum::<u64>(), airings);
                totals.push(counts(&all));
            }
            assert_eq!(totals[0], totals[1]);
        });
    }
}
