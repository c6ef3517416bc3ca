//! A database that is locked, read-only, from a newer version, damaged, or not there: each says what to do.

use std::path::Path;

use loa::domain::log::Record;
use loa::store::{AiringFilter, DATABASE_NAME, OpenAs, Store, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::support::records::{SETTINGS, at, end, history, intent, station};

async fn past_the_store(folder: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(folder.join(DATABASE_NAME)).connect().await.unwrap()
}

async fn refusal(folder: &Path, open_as: OpenAs) -> StoreError {
    Store::open(folder, open_as, SETTINGS).await.unwrap_err()
}

#[tokio::test]
async fn no_folder_no_database_no_right_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("không có");
    for open_as in [OpenAs::Station, OpenAs::Desk, OpenAs::ReadOnly, OpenAs::Simulated] {
        let error = refusal(&nowhere, open_as).await;
        assert!(matches!(error, StoreError::FolderMissing { .. }), "{error}");
        assert!(error.to_string().contains("không có does not exist; create it"), "{error}");
    }
    let error = refusal(folder.path(), OpenAs::ReadOnly).await;
    assert!(matches!(error, StoreError::NoDatabase { .. }), "{error}");
    assert!(!folder.path().join(DATABASE_NAME).exists(), "looking makes nothing");
    // Not even root can make a file here.
    let error = refusal(Path::new("/proc"), OpenAs::Station).await;
    assert!(matches!(error, StoreError::FolderUnwritable { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    for bytes in [b"Day la mot bai van, khong phai co so du lieu. ".repeat(500), vec![0xff; 8_192], b"RIFF".to_vec()] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(DATABASE_NAME), &bytes).unwrap();
        for open_as in [OpenAs::Station, OpenAs::ReadOnly] {
            let error = refusal(folder.path(), open_as).await;
            assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
            assert!(error.to_string().contains("is damaged; keep a copy of it"), "{error}");
        }
        assert_eq!(std::fs::read(folder.path().join(DATABASE_NAME)).unwrap(), bytes, "left as it was");
    }
}

#[tokio::test]
async fn overwritten_pages_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    for (at, record) in history(3, 40) {
        store.append(&[record], at).await.unwrap();
    }
    store.quick_check().await.unwrap();
    store.close().await;
    let path = folder.path().join(DATABASE_NAME);
    let mut bytes = std::fs::read(&path).unwrap();
    // The newest pages.
    let length = bytes.len();
    bytes[length - 3 * 4_096..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    // Where the newest pages are decides who meets the damage first: opening, or asking for it.
    match Store::open(folder.path(), OpenAs::Station, SETTINGS).await {
        Ok(store) => {
            let error = store.quick_check().await.unwrap_err();
            assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
            assert!(!matches!(store.verify().await, Ok(Ok(_))));
        }
        Err(error) => assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}"),
    }
}

#[tokio::test]
async fn a_newer_program_wrote_it() {
    let folder = tempfile::tempdir().unwrap();
    station(folder.path()).await.close().await;
    let mut connection = past_the_store(folder.path()).await;
    sqlx::query("insert into _sqlx_migrations values (99, 'later', '2030-01-01', true, x'00', 0)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    for open_as in [OpenAs::Station, OpenAs::Desk, OpenAs::ReadOnly] {
        let error = refusal(folder.path(), open_as).await;
        let StoreError::Newer { found: 99, known, .. } = error else { panic!("{error:?}") };
        let told = format!("is of schema 99, this program knows up to {known}; use the newer program");
        assert!(error.to_string().ends_with(&told), "{error}");
    }
}

#[tokio::test]
async fn an_older_program_wrote_it_and_nobody_may_bring_it_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    station(folder.path()).await.close().await;
    let mut connection = past_the_store(folder.path()).await;
    let newest = "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)";
    sqlx::query(newest).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let error = refusal(folder.path(), OpenAs::ReadOnly).await;
    assert!(matches!(error, StoreError::Older { found, known, .. } if found + 1 == known), "{error:?}");
}

#[tokio::test]
async fn another_program_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    let now = at("2022-12-14T22:00:00Z");
    store.append(&[Record::Intent(intent(1, now))], now).await.unwrap();
    let mut other = past_the_store(folder.path()).await;
    sqlx::query("begin exclusive").execute(&mut other).await.unwrap();
    let error = store.append(&[Record::End(end(&intent(1, now), 5))], now).await.unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error:?}");
    assert!(error.is_outage());
    let error = refusal(folder.path(), OpenAs::Station).await;
    assert!(error.to_string().contains("is locked by another program"), "{error}");
    assert_eq!(store.airings(&AiringFilter::default()).await.unwrap().len(), 1, "readers are not held up");
    other.close().await.unwrap();
    store.append(&[Record::End(end(&intent(1, now), 5))], now).await.unwrap();
}

/// A file system that is read-only for everybody, root included, cannot be had everywhere. A reader meets the same with the
/// files that it needs beside the database taken away; a writer is refused by a store opened for reading.
#[tokio::test]
async fn a_read_only_copy_is_read_and_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    let now = at("2022-12-14T22:00:00Z");
    store.append(&[Record::Intent(intent(1, now))], now).await.unwrap();
    store.close().await;
    let path = folder.path().join(DATABASE_NAME);
    let mut rights = std::fs::metadata(&path).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&path, rights).unwrap();

    let reader = Store::open(folder.path(), OpenAs::ReadOnly, SETTINGS).await.unwrap();
    assert_eq!(reader.airings(&AiringFilter::default()).await.unwrap().len(), 1);
    assert_eq!(reader.settings(), SETTINGS);
    reader.verify().await.unwrap().unwrap();
    let error = reader.append(&[Record::End(end(&intent(1, now), 5))], now).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    assert!(error.to_string().contains("is read-only; give this user the right to write it"), "{error}");
}
