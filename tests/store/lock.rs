//! Two processes on one data folder.

use loa::store::{DataLock, StoreError};

use crate::support::records::at;

#[test]
fn the_second_is_refused_with_the_process_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let since = at("2022-12-14T22:00:00Z");
    let first = DataLock::take(folder.path(), since).unwrap();
    let error = DataLock::take(folder.path(), since).unwrap_err();
    let StoreError::InUse { holder, .. } = &error else { panic!("{error}") };
    assert_eq!((holder.pid, holder.since), (Some(std::process::id()), Some(since)));
    assert!(error.to_string().contains(&format!("process {} since 2022-12-14T22:00:00Z", std::process::id())));
    drop(first);
    DataLock::take(folder.path(), since).unwrap();
}

#[test]
fn a_file_left_by_a_process_that_died_locks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("loa.lock"), "pid 1\nsince 2022-12-14T22:00:00Z\n").unwrap();
    DataLock::take(folder.path(), at("2023-01-01T00:00:00Z")).unwrap();
    let nowhere = DataLock::take(&folder.path().join("nowhere"), at("2023-01-01T00:00:00Z"));
    assert!(matches!(nowhere, Err(StoreError::FolderMissing { .. })));
}
