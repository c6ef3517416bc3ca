//! What persons heard inside relays: whatever they say and take back, the lists are what the log says.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use loa::domain::airing::IllegalRecord;
use loa::domain::log::{AiringId, MENTIONS_MAX, Mention, MentionRefusal, Record, Withdrawal};
use loa::domain::report::MonthRule;
use loa::store::{AiringFilter, Broken, Fault, Refused, Store, StoreError};
use proptest::prelude::*;

use super::forge;
use crate::support::records::{airing, at, end, intent, mention, relay, simulated, station};

fn said(airing: AiringId, offset_ms: u64, length_ms: Option<u64>) -> Mention {
    let (by, title, topic) = ("Hoa".to_owned(), "Bản tin thời sự".to_owned(), "CCHC".to_owned());
    Mention { airing, item: 0, by, offset_ms, length_ms, title, topic, author: None }
}

fn taken(airing: AiringId, item: u32) -> Withdrawal {
    Withdrawal { airing, item, by: "Bình".to_owned(), why: "nghe nhầm".to_owned() }
}

/// What was refused, and nothing was written.
async fn refusal<T: std::fmt::Debug>(store: &Store, done: Result<T, StoreError>, head: u64) -> MentionRefusal {
    let error = done.unwrap_err();
    let StoreError::Refused(Refused::Illegal(IllegalRecord::Mention { refusal, .. })) = error else {
        panic!("{error}")
    };
    assert_eq!(store.head().await.unwrap().unwrap().0, head, "{refusal}");
    refusal
}

#[tokio::test]
async fn an_item_lies_within_a_relay_that_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = simulated(folder.path()).await;
    let now = at("2023-01-10T22:00:00Z");
    store.append(&[Record::Intent(intent(1, now)), Record::End(end(&intent(1, now), 480_000))], now).await.unwrap();
    let [begun, over] = relay(2, now, 30_000);
    store.append(&[begun], now).await.unwrap();
    let say = async |mention| store.mention(mention, now).await;
    let refused = async |mention, head| refusal(&store, say(mention).await, head).await;
    assert_eq!(refused(said(airing(1), 0, None), 3).await, MentionRefusal::NoRelay);
    assert_eq!(refused(said(airing(2), 0, None), 3).await, MentionRefusal::OnAir);
    assert!(matches!(
        say(said(airing(9), 0, None)).await,
        Err(StoreError::Refused(Refused::NoSuchAiring(id))) if id == airing(9)
    ));
    store.append(&[over], now).await.unwrap();
    let beyond = |to_ms| MentionRefusal::Beyond { to_ms, heard_ms: 30_000 };
    assert_eq!(refused(said(airing(2), 30_000, None), 4).await, beyond(30_000));
    assert_eq!(refused(said(airing(2), 29_000, Some(1_001)), 4).await, beyond(30_001));
    assert_eq!(refused(said(airing(2), 5, Some(u64::MAX)), 4).await, beyond(u64::MAX));
    assert_eq!(refused(said(airing(2), 0, Some(0)), 4).await, MentionRefusal::NoLength);
    let told = beyond(30_001).to_string();
    assert!(told.contains("0:00:30 and the airing was heard for 0:00:30; give"), "{told}");

    // Two who say the same of the same place both count: the station does not know better.
    assert_eq!(say(said(airing(2), 29_000, Some(1_000))).await.unwrap().0, 1);
    assert_eq!(say(said(airing(2), 29_000, Some(1_000))).await.unwrap().0, 2);
    let take = async |item| store.withdraw(taken(airing(2), item), now).await;
    assert_eq!(refusal(&store, take(3).await, 6).await, MentionRefusal::NoSuchItem { item: 3, count: 2 });
    take(1).await.unwrap();
    let again = MentionRefusal::Withdrawn { item: 1, by: "Bình".to_owned() };
    assert_eq!(refusal(&store, take(1).await, 7).await, again);
    assert_eq!(say(said(airing(2), 0, None)).await.unwrap().0, 3, "a number is never given twice");
    // Past the store's own numbering nothing goes in either.
    let out_of_turn = Record::Mention(Mention { item: 2, ..said(airing(2), 0, None) });
    let refused = refusal(&store, store.append(&[out_of_turn], now).await, 8).await;
    assert_eq!(refused, MentionRefusal::OutOfTurn { item: 2, expected: 4 });
    for item in 4..=MENTIONS_MAX {
        assert_eq!(say(said(airing(2), u64::from(item), None)).await.unwrap().0, item);
    }
    let head = store.head().await.unwrap().unwrap().0;
    assert_eq!(refusal(&store, say(said(airing(2), 0, None)).await, head).await, MentionRefusal::Full);
    store.verify().await.unwrap().unwrap();
}

/// A log with one relay, an item that stands and one that was taken back; the numbers of their records are 3, 4 and 5.
async fn tagged(folder: &std::path::Path) {
    let store = station(folder).await;
    let now = at("2023-01-10T22:00:00Z");
    store.append(&relay(1, now, 60_000), now).await.unwrap();
    store.mention(said(airing(1), 1_000, None), now).await.unwrap();
    store.mention(said(airing(1), 9_000, Some(4_000)), now).await.unwrap();
    store.withdraw(taken(airing(1), 2), now).await.unwrap();
    store.verify().await.unwrap().unwrap();
    store.close().await;
}

#[tokio::test]
async fn what_is_changed_past_the_store_is_named_and_a_list_is_folded_anew() {
    let check = async |statement: &str, expected: Broken| {
        let folder = tempfile::tempdir().unwrap();
        tagged(folder.path()).await;
        forge(folder.path(), statement).await;
        let store = station(folder.path()).await;
        assert_eq!(store.verify().await.unwrap().unwrap_err(), expected, "{statement}");
        if matches!(expected.fault, Fault::ListDiffers { .. }) {
            store.rebuild_projection().await.unwrap();
            store.verify().await.unwrap().unwrap();
        }
    };
    let broken = |seq, fault| Broken { seq, fault };
    check("update log set body = replace(body, 'thời sự', 'thời tiết') where seq = 3", broken(3, Fault::HashDiffers))
        .await;
    check("update log set body = replace(body, 'nghe nhầm', 'x') where seq = 5", broken(5, Fault::HashDiffers)).await;
    check("delete from log where seq = 4", broken(4, Fault::Missing)).await;
    let column = Fault::ColumnDiffers { column: "record".to_owned() };
    check("update log set record = 'correction' where seq = 5", broken(5, column)).await;
    for mentions in ["null", "'{\"CCHC\":2}'", "'{\"CDS\":1}'", "'nothing'"] {
        let statement = format!("update airing set mentions = {mentions}");
        check(&statement, broken(5, Fault::ListDiffers { airing: airing(1) })).await;
    }
}

/// What is asked of the store at random.
#[derive(Debug, Clone)]
enum Ask {
    Tag { relay: u64, seed: u64 },
    Withdraw { relay: u64, item: u32 },
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let tag = (1..=3_u64, any::<u64>()).prop_map(|(relay, seed)| Ask::Tag { relay, seed });
    let withdraw = (1..=3_u64, 1..6_u32).prop_map(|(relay, item)| Ask::Withdraw { relay, item });
    prop::collection::vec(prop_oneof![2 => tag, 1 => withdraw], 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn lists_and_sums_are_what_was_said_and_not_taken_back(asks in asks()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let store = simulated(folder.path()).await;
            let now = at("2023-01-10T22:00:00Z");
            // The third was heard too briefly to be anything but cut short, which is a session all the same.
            for (number, heard_ms) in [(1, 60_000), (2, 60_000), (3, 1_234)] {
                let start = now + TimeDelta::days(i64::try_from(number).unwrap());
                store.append(&relay(number, start, heard_ms), start).await.unwrap();
            }
            let mut model: BTreeMap<u64, Vec<(Mention, bool)>> = BTreeMap::new();
            for ask in asks {
                match ask {
                    Ask::Tag { relay, seed } => {
                        let lasted_ms = if relay == 3 { 1_234 } else { 60_000 };
                        let said = mention(&mut fastrand::Rng::with_seed(seed), airing(relay), 0, lasted_ms);
                        let (item, _) = store.mention(said.clone(), now).await.unwrap();
                        let items = model.entry(relay).or_default();
                        assert_eq!(item as usize, items.len() + 1);
                        items.push((Mention { item, ..said }, true));
                    }
                    Ask::Withdraw { relay, item } => {
                        let stands = model.get_mut(&relay).and_then(|items| items.get_mut(item as usize - 1));
                        let done = store.withdraw(taken(airing(relay), item), now).await;
                        match stands {
                            Some((_, stands @ true)) => *stands = done.map(|_| false).unwrap(),
                            Some((_, false)) | None => drop(done.unwrap_err()),
                        }
                    }
                }
            }
            let standing = |relay: u64| {
                let items = model.get(&relay).into_iter().flatten();
                items.filter(|(_, stands)| *stands).map(|(mention, _)| mention.clone()).collect::<Vec<_>>()
            };
            let mut sums: BTreeMap<String, u64> = BTreeMap::new();
            for relay in 1..=3 {
                let evidence = store.airing(airing(relay)).await.unwrap().unwrap();
                let told: Vec<Mention> = evidence.airing.mentions.standing().cloned().collect();
                assert_eq!(told, standing(relay));
                let mut topics: BTreeMap<String, u64> = BTreeMap::new();
                for Mention { topic, .. } in told {
                    *topics.entry(topic.clone()).or_default() += 1;
                    *sums.entry(topic).or_default() += 1;
                }
                assert_eq!(evidence.row.mentions, topics);
            }
            let rows = store.airings(&AiringFilter::default()).await.unwrap();
            let (from, to) = ("2022-12-15".parse().unwrap(), "2023-06-14".parse().unwrap());
            let tallies = store.tallies(from, to, MonthRule::Nd09).await.unwrap();
            let mut counted: BTreeMap<String, u64> = BTreeMap::new();
            for (topic, items) in tallies.iter().flat_map(|tally| &tally.mentions) {
                *counted.entry(topic.clone()).or_default() += items;
            }
            assert_eq!(counted, sums);
            let with_items: Vec<AiringId> = (1..=3).filter(|relay| !standing(*relay).is_empty()).map(airing).collect();
            assert_eq!(store.mentioned(from, to).await.unwrap(), with_items);
            store.verify().await.unwrap().unwrap();
            store.rebuild_projection().await.unwrap();
            assert_eq!(store.airings(&AiringFilter::default()).await.unwrap(), rows);
            assert_eq!(store.tallies(from, to, MonthRule::Nd09).await.unwrap(), tallies);
            store.verify().await.unwrap().unwrap();
        });
    }
}
