//! Following the chain while somebody watches.

use loa::domain::log::Record;
use loa::store::VerifyProgress;

use crate::support::records::{history, simulated};

#[tokio::test]
async fn a_watched_verification_says_how_far_it_is_and_that_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = simulated(folder.path()).await;
    let records = history(11, 400);
    for piece in records.chunks(100) {
        let all: Vec<Record> = piece.iter().map(|(_, record)| record.clone()).collect();
        store.append(&all, piece[0].0).await.unwrap();
    }
    let progress = VerifyProgress::default();
    assert_eq!(progress.now(), (0, 0));
    let verified = store.verify_watched(&progress).await.unwrap().unwrap();
    let (checked, total) = progress.now();
    assert_eq!(verified.entries, records.len() as u64);
    assert_eq!((checked, total), (records.len() as u64 + 400, records.len() as u64 + 400));
}
