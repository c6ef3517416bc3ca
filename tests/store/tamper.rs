//! Someone edits the database: `verify` names the row.

use std::path::Path;

use loa::domain::log::Record;
use loa::store::{Broken, Fault, OpenAs, Store, StoreError};
use sqlx::{Connection as _, Row as _};

use super::{forge, past_the_store};
use crate::support::records::{SETTINGS, at, history, intent, station};

/// A log of some airings, closed.
async fn written(folder: &Path) -> u64 {
    let store = station(folder).await;
    for (at, record) in history(65, 12) {
        store.append(&[record], at).await.unwrap();
    }
    store.verify().await.unwrap().unwrap();
    let (seq, _) = store.head().await.unwrap().unwrap();
    store.close().await;
    seq
}

async fn verdict(folder: &Path) -> Broken {
    station(folder).await.verify().await.unwrap().unwrap_err()
}

/// Runs the statement on a fresh log and returns what is named.
async fn after(statement: &str) -> Broken {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path()).await;
    forge(folder.path(), statement).await;
    verdict(folder.path()).await
}

#[tokio::test]
async fn a_changed_column_is_named_at_its_row() {
    use Fault::{ColumnDiffers, HashDiffers, Missing, PrevDiffers};
    let column = |column: &str| ColumnDiffers { column: column.to_owned() };
    let check = async |statement: &str, seq: u64, fault: Fault| {
        assert_eq!(after(statement).await, Broken { seq, fault }, "{statement}");
    };
    check("update log set at = at + 1 where seq = 5", 5, HashDiffers).await;
    check("update log set body = replace(body, 'hành chính', 'hành chánh') where seq = 2", 2, HashDiffers).await;
    check("update log set body = body || ' ' where seq = 9", 9, HashDiffers).await;
    check("update log set hash = zeroblob(32) where seq = 7", 7, HashDiffers).await;
    check("update log set prev = zeroblob(32) where seq = 7", 7, PrevDiffers).await;
    check("update log set prev = zeroblob(32) where seq = 1", 1, PrevDiffers).await;
    check("update log set record = 'incident' where seq = 4", 4, column("record")).await;
    check("update log set airing = zeroblob(16) where seq = 3 or seq = 6", 3, column("airing")).await;
    check("update log set airing = null where seq = 3", 3, column("airing")).await;
    check("update log set occurrence = 'sang-0500@2020-01-01T05:00:00' where seq = 1", 1, column("occurrence")).await;
    check("update log set seq = 4000 where seq = 6", 6, Missing).await;
    check("update log set seq = -1 where seq = 1", 1, Missing).await;
    check("delete from log where seq = 8", 8, Missing).await;
    check("delete from log where seq = 1", 1, Missing).await;
    let swapped = "update log set seq = 1000 where seq = 3; update log set seq = 3 where seq = 4; \
                   update log set seq = 4 where seq = 1000;";
    check(swapped, 3, PrevDiffers).await;
    assert!(matches!(
        after("update log set hash = x'00' where seq = 7").await,
        Broken { seq: 7, fault: Fault::Unreadable { .. } }
    ));
}

/// A forger who knows how hashes are made: changes a title and every hash after it.
#[tokio::test]
async fn a_chain_forged_to_its_end_is_given_away_by_the_mark_and_by_any_printed_hash() {
    let folder = tempfile::tempdir().unwrap();
    let last = written(folder.path()).await;
    let printed = station(folder.path()).await.head().await.unwrap().unwrap().1.to_string();
    reforge(folder.path(), 2).await;
    let broken = verdict(folder.path()).await;
    assert_eq!((broken.seq, broken.fault), (last, Fault::MarkDiffers));

    std::fs::remove_file(folder.path().join("loa.head")).unwrap();
    let mut connection = past_the_store(folder.path()).await;
    sqlx::raw_sql("update head set hash = (select hash from log where seq = head.seq)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let store = station(folder.path()).await;
    store.rebuild_projection().await.unwrap();
    let verified = store.verify().await.unwrap().unwrap();
    assert!(!verified.marked, "the folder cannot tell any more, and says that nothing vouches for the end");
    assert_eq!(store.find_hash(&printed).await.unwrap(), None, "the hash printed on a report can");
}

async fn reforge(folder: &Path, from: i64) {
    forge(folder, "").await;
    let mut connection = past_the_store(folder).await;
    let rows = sqlx::query("select seq, at, body, prev from log where seq >= ? order by seq")
        .bind(from)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let mut prev: Vec<u8> = rows[0].get("prev");
    for row in rows {
        let body = row.get::<String, _>("body").replace("hành chính", "hành chánh");
        let mut hasher = blake3::Hasher::new();
        hasher.update(&prev);
        hasher.update(&row.get::<i64, _>("seq").to_be_bytes());
        hasher.update(&row.get::<i64, _>("at").to_be_bytes());
        hasher.update(body.as_bytes());
        let hash = hasher.finalize().as_bytes().to_vec();
        sqlx::query("update log set body = ?, prev = ?, hash = ? where seq = ?")
            .bind(body)
            .bind(&prev)
            .bind(&hash)
            .bind(row.get::<i64, _>("seq"))
            .execute(&mut connection)
            .await
            .unwrap();
        prev = hash;
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn newest_rows_taken_away_stay_missing_whatever_is_written_after() {
    let folder = tempfile::tempdir().unwrap();
    let last = written(folder.path()).await;
    forge(folder.path(), &format!("delete from log where seq > {}", last - 3)).await;
    let tail = Broken { seq: last - 2, fault: Fault::TailMissing { marked: last } };
    assert_eq!(verdict(folder.path()).await, tail);

    // The station goes on, and its records do not cover it up.
    let store = station(folder.path()).await;
    for number in 100..103 {
        store
            .append(&[Record::Intent(intent(number, at("2024-01-01T00:00:00Z")))], at("2024-01-01T00:00:00Z"))
            .await
            .unwrap();
    }
    let broken = store.verify().await.unwrap().unwrap_err();
    assert_eq!((broken.seq, broken.fault), (last, Fault::MarkDiffers));
    store.append(&[Record::Intent(intent(200, at("2024-01-01T00:00:00Z")))], at("2024-01-01T00:00:00Z")).await.unwrap();
    assert!(store.verify().await.unwrap().is_err());
}

#[tokio::test]
async fn an_older_copy_of_the_database_put_back_lacks_rows() {
    let folder = tempfile::tempdir().unwrap();
    let last = written(folder.path()).await;
    let copy = std::fs::read(folder.path().join("loa.db")).unwrap();
    let store = station(folder.path()).await;
    store.append(&[Record::Intent(intent(100, at("2024-01-01T00:00:00Z")))], at("2024-01-01T00:00:00Z")).await.unwrap();
    store.close().await;
    std::fs::write(folder.path().join("loa.db"), copy).unwrap();
    assert_eq!(verdict(folder.path()).await, Broken { seq: last + 1, fault: Fault::TailMissing { marked: last + 1 } });
}

#[tokio::test]
async fn a_list_that_differs_from_the_log_is_named_and_folded_anew() {
    for statement in [
        "update airing set counted = 1 - counted where number = 3",
        "update airing set heard_ms = heard_ms + 1 where number = 3",
        "update airing set half = half + 1 where number = 3",
        "update airing set weekday = (weekday + 1) % 7 where number = 3",
        "update airing set began = began + 1 where number = 3",
        "update airing set day = day + 1 where number = 3",
        "update airing set outcome = 'partial', counted = 0 where number = 3 and outcome = 'aired'; \
         update airing set outcome = 'aired' where number = 3 and outcome <> 'partial'",
        "update airing set clip = clip + 1, edition = 7 where number = (select min(number) from airing where clip > 0)",
        "update subject set title = 'Tin khác' where number = 1",
        "delete from airing where number = 3",
        "insert into airing select 999, zeroblob(16), occurrence, position, subject, clip, edition, planned_start, start, \
         ended, began, frames_heard, frames_total, sample_rate, outcome, reason, counted, heard_ms, length_ms, day, half, \
         weekday, corrections, seq, hash, proof, mentions from airing where number = 3",
        "update occurrence set closed_seq = null where id = (select min(id) from occurrence where closed_seq > 0)",
        "delete from occurrence where id = (select min(id) from occurrence)",
        "insert into occurrence values ('sang-0500@2020-01-01T05:00:00', 0, null, 1)",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let last = written(folder.path()).await;
        forge(folder.path(), statement).await;
        let store = station(folder.path()).await;
        let broken = store.verify().await.unwrap().unwrap_err();
        let listed = matches!(broken.fault, Fault::ListDiffers { .. } | Fault::OccurrenceDiffers { .. });
        assert!(listed && (1..=last).contains(&broken.seq), "{statement}: {broken}");
        store.rebuild_projection().await.unwrap();
        store.verify().await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_simulated_log_does_not_become_a_real_one_by_its_mark() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), OpenAs::Simulated, SETTINGS).await.unwrap();
    store.append(&[Record::Intent(intent(1, at("2024-01-01T00:00:00Z")))], at("2024-01-01T00:00:00Z")).await.unwrap();
    store.close().await;
    let opened = Store::open(folder.path(), OpenAs::Station, SETTINGS).await;
    assert!(matches!(opened, Err(StoreError::Simulated { .. })));
    forge(folder.path(), "update meta set value = 'no' where name = 'simulated'").await;
    assert_eq!(verdict(folder.path()).await, Broken { seq: 1, fault: Fault::PrevDiffers });

    let folder = tempfile::tempdir().unwrap();
    station(folder.path()).await.close().await;
    let opened = Store::open(folder.path(), OpenAs::Simulated, SETTINGS).await;
    assert!(matches!(opened, Err(StoreError::NotSimulated { .. })));
}
