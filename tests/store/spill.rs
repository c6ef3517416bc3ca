//! The database is out of reach for a while.

use std::time::Duration;

use loa::domain::log::{Incident, Record};
use loa::store::{Durability, LogWriter, SPILL_NAME, SPILL_REFUSED_NAME};
use sqlx::Connection as _;

use super::past_the_store;
use crate::support::records::{at, end, intent, station};

#[tokio::test]
async fn a_locked_database_delays_the_chain_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    let (writer, _task) = LogWriter::start(store.clone()).await.unwrap();
    let now = at("2022-12-14T22:00:00Z");
    let first = intent(1, now);
    assert_eq!(writer.append(vec![Record::Intent(first.clone())], now).await.unwrap(), Durability::Database);

    let mut other = past_the_store(folder.path()).await;
    sqlx::query("begin exclusive").execute(&mut other).await.unwrap();
    let over = vec![Record::End(end(&first, first.frames_total))];
    assert_eq!(writer.append(over, now).await.unwrap(), Durability::Spill);
    let second = intent(2, now);
    // What comes after goes after, without waiting for the lock again.
    let before = std::time::Instant::now();
    assert_eq!(writer.append(vec![Record::Intent(second.clone())], now).await.unwrap(), Durability::Spill);
    assert_eq!(writer.journal(second.part, 4_800, now).await.unwrap(), Durability::Spill);
    assert_eq!(writer.set_swept_to(now).await.unwrap(), Durability::Spill);
    assert!(before.elapsed() < Duration::from_millis(900), "{:?}", before.elapsed());
    let mut state = writer.state();
    let waiting = state.wait_for(|state| state.waiting == 2).await.unwrap().clone();
    assert!(waiting.error.unwrap().contains("is locked by another program"));
    assert_eq!(waiting.in_memory, 0);

    sqlx::query("rollback").execute(&mut other).await.unwrap();
    let well = tokio::time::timeout(Duration::from_secs(20), state.wait_for(|state| state.waiting == 0)).await;
    assert_eq!(well.unwrap().unwrap().error, None);
    let records: Vec<Record> =
        store.entries(0, 10).await.unwrap().into_iter().map(|sealed| sealed.entry.record).collect();
    let [
        Record::Intent(_),
        Record::End(_),
        Record::Intent(_),
        Record::Incident(Incident::LogSpilled { records, error }),
    ] = &records[..]
    else {
        panic!("{records:?}")
    };
    assert_eq!(*records, 2);
    assert!(error.contains("locked"), "{error}");
    let ledger = store.ledger().await.unwrap();
    assert_eq!(ledger.open[0].journal, Some((4_800, now)));
    assert_eq!(ledger.swept_to, Some(now));
    store.verify().await.unwrap().unwrap();
    assert_eq!(writer.append(vec![Record::End(end(&second, 5))], now).await.unwrap(), Durability::Database);
}

#[tokio::test]
async fn a_spill_found_at_the_start_comes_first_and_a_torn_line_is_known_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let now = at("2022-12-14T22:00:00Z");
    let store = station(folder.path()).await;
    let (writer, task) = LogWriter::start(store.clone()).await.unwrap();
    let mut other = past_the_store(folder.path()).await;
    sqlx::query("begin immediate").execute(&mut other).await.unwrap();
    for number in 1..=3 {
        writer.append(vec![Record::Intent(intent(number, now))], now).await.unwrap();
    }
    // The power goes while the third line is written.
    let path = folder.path().join(SPILL_NAME);
    let spilled = std::fs::read(&path).unwrap();
    task.abort();
    let _ = task.await;
    drop(writer);
    other.close().await.unwrap();
    store.close().await;
    let length = spilled.iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let mut torn = spilled.clone();
    torn[length - 20..length - 5].fill(0);
    std::fs::write(&path, &torn).unwrap();

    let store = station(folder.path()).await;
    let (writer, task) = LogWriter::start(store.clone()).await.unwrap();
    let open = store.ledger().await.unwrap().open;
    assert_eq!(open.iter().map(|left| left.intent.clone()).collect::<Vec<_>>(), [intent(1, now), intent(2, now)]);
    let head = store.head().await.unwrap();
    assert_eq!(head.unwrap().0, 3, "two records and the remark");
    drop(writer);
    task.await.unwrap();
    store.close().await;

    // The very same lines again, as if emptying the file had not reached the disk.
    std::fs::write(&path, &torn).unwrap();
    let store = station(folder.path()).await;
    let (writer, _task) = LogWriter::start(store.clone()).await.unwrap();
    assert_eq!(store.head().await.unwrap(), head, "nothing is told twice");
    assert_eq!(writer.append(vec![Record::Intent(intent(4, now))], now).await.unwrap(), Durability::Database);
}

#[tokio::test]
async fn what_the_log_refuses_when_the_spill_is_drained_is_set_aside_and_the_rest_goes_in() {
    let folder = tempfile::tempdir().unwrap();
    let now = at("2022-12-14T22:00:00Z");
    let store = station(folder.path()).await;
    let (writer, _task) = LogWriter::start(store.clone()).await.unwrap();
    let mut other = past_the_store(folder.path()).await;
    sqlx::query("begin immediate").execute(&mut other).await.unwrap();
    let first = intent(1, now);
    for record in [Record::Intent(first.clone()), Record::End(end(&intent(9, now), 5)), Record::End(end(&first, 5))] {
        assert_eq!(writer.append(vec![record], now).await.unwrap(), Durability::Spill);
    }
    other.close().await.unwrap();
    let mut state = writer.state();
    let well = tokio::time::timeout(Duration::from_secs(20), state.wait_for(|state| state.waiting == 0)).await;
    well.unwrap().unwrap();
    let records = store.entries(0, 10).await.unwrap();
    assert_eq!(records.len(), 3, "{records:?}");
    let refused = std::fs::read_to_string(folder.path().join(SPILL_REFUSED_NAME)).unwrap();
    assert_eq!(refused.lines().count(), 1);
    assert!(refused.contains("is not in the log"), "{refused}");
    store.verify().await.unwrap().unwrap();
}
