//! Uploads that break off, lie and crowd.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::clip::ClipId;
use loa::library::staging::{
    NewUpload, Purpose, STAGED_BYTES_MAX, Staging, StagingError, UPLOADS_MAX, Upload, UploadState,
};
use proptest::prelude::*;

use crate::support::records::at;

const MOST: u64 = 2_000_000_000;

fn staging(folder: &Path) -> Arc<Staging> {
    Arc::new(Staging::new(folder.join("uploads"), MOST))
}

fn now() -> DateTime<Utc> {
    at("2026-11-24T02:00:00Z")
}

fn announced(bytes: u64) -> NewUpload {
    NewUpload {
        name: "Bản tin.mp3".to_owned(),
        bytes,
        by: "Lê Chi".to_owned(),
        from: "console".to_owned(),
        purpose: Purpose::Draft,
    }
}

fn bytes_of(staging: &Staging, upload: &Upload) -> Vec<u8> {
    std::fs::read(staging.part(upload.id)).unwrap()
}

#[derive(Debug, Clone)]
enum Step {
    /// So many bytes, then the piece ends as it should.
    Whole(usize),
    /// So many bytes, then the connection is gone.
    Dropped(usize),
    /// The station is started anew.
    Restart,
    /// Bytes that nobody made safe were on the disk when the power went.
    PowerCut(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0usize..4000).prop_map(Step::Whole),
        (0usize..4000).prop_map(Step::Dropped),
        Just(Step::Restart),
        (1usize..100).prop_map(Step::PowerCut),
    ];
    proptest::collection::vec(step, 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn however_it_breaks_off_the_bytes_are_the_very_ones_that_were_sent(
        content in proptest::collection::vec(any::<u8>(), 1..20_000),
        steps in steps(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut staging = staging(folder.path());
        let upload = staging.create(announced(content.len() as u64), now()).unwrap();
        for step in steps {
            let at = staging.status(upload.id).unwrap().received as usize;
            if at == content.len() {
                break;
            }
            let end = |bytes: usize| content.len().min(at + bytes);
            match step {
                Step::Restart => staging = self::staging(folder.path()),
                Step::PowerCut(bytes) => {
                    let part = staging.part(upload.id);
                    let mut there = std::fs::read(&part).unwrap();
                    there.resize(there.len() + bytes, 0);
                    std::fs::write(&part, there).unwrap();
                    staging = self::staging(folder.path());
                }
                Step::Whole(bytes) => {
                    let mut piece = staging.append(upload.id, at as u64, now()).unwrap();
                    piece.write(&content[at..end(bytes)]).unwrap();
                    prop_assert_eq!(piece.finish(now()).unwrap().received as usize, end(bytes));
                }
                Step::Dropped(bytes) => {
                    let mut piece = staging.append(upload.id, at as u64, now()).unwrap();
                    piece.write(&content[at..end(bytes)]).unwrap();
                    drop(piece);
                    prop_assert_eq!(staging.status(upload.id).unwrap().received as usize, end(bytes));
                }
            }
            let stands = staging.status(upload.id).unwrap().received;
            if stands < content.len() as u64 {
                let wrong = staging.append(upload.id, stands + 1, now());
                let told = matches!(wrong, Err(StagingError::WrongOffset { expected, .. }) if expected == stands);
                prop_assert!(told, "{:?}", wrong);
            }
        }
        let at = staging.status(upload.id).unwrap().received as usize;
        if at < content.len() {
            let mut piece = staging.append(upload.id, at as u64, now()).unwrap();
            piece.write(&content[at..]).unwrap();
            piece.finish(now()).unwrap();
        }
        let whole = staging.status(upload.id).unwrap();
        prop_assert_eq!(&whole.state, &UploadState::Complete);
        prop_assert_eq!(bytes_of(&staging, &whole), content);
        let more = staging.append(upload.id, whole.bytes, now());
        let complete = matches!(more, Err(StagingError::Complete { .. }));
        prop_assert!(complete);
    }
}

#[test]
fn a_length_that_is_a_lie_gets_nobody_further() {
    let folder = tempfile::tempdir().unwrap();
    let staging = staging(folder.path());
    let five_gigabytes = staging.create(announced(5_000_000_000), now()).unwrap_err();
    assert!(matches!(five_gigabytes, StagingError::TooLarge { bytes: 5_000_000_000, most: MOST }));
    assert!(five_gigabytes.to_string().contains("; convert it"), "{five_gigabytes}");
    assert!(matches!(staging.create(announced(0), now()), Err(StagingError::Empty)));

    let upload = staging.create(announced(10), now()).unwrap();
    let mut piece = staging.append(upload.id, 0, now()).unwrap();
    piece.write(b"12345").unwrap();
    assert!(matches!(piece.write(b"678901"), Err(StagingError::TooMuch { declared: 10 })));
    drop(piece);
    let stands = staging.status(upload.id).unwrap();
    assert_eq!((stands.received, &stands.state), (5, &UploadState::Receiving));
    assert_eq!(bytes_of(&staging, &stands), b"12345", "nothing of what is too much is kept");
}

#[test]
fn one_connection_at_a_time_writes_an_upload() {
    let folder = tempfile::tempdir().unwrap();
    let staging = staging(folder.path());
    let upload = staging.create(announced(10), now()).unwrap();
    let first = staging.append(upload.id, 0, now()).unwrap();
    assert!(matches!(staging.append(upload.id, 0, now()), Err(StagingError::Busy { .. })));
    assert!(matches!(staging.abandon(upload.id), Err(StagingError::Busy { .. })));
    drop(first);
    staging.append(upload.id, 0, now()).unwrap();
    staging.abandon(upload.id).unwrap();
    assert!(matches!(staging.status(upload.id), Err(StagingError::Unknown { .. })));
    assert_eq!(std::fs::read_dir(folder.path().join("uploads")).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn uploads_are_bounded_in_number_and_bytes_and_age() {
    let folder = tempfile::tempdir().unwrap();
    let staging = staging(folder.path());
    let first = staging.create(announced(7), now()).unwrap();
    for _ in 1..UPLOADS_MAX {
        staging.create(announced(7), now()).unwrap();
    }
    assert!(matches!(staging.create(announced(7), now()), Err(StagingError::TooMany { .. })));

    let refused = UploadState::Refused { reasons: Vec::new(), existing: Some(ClipId(1)) };
    staging.conclude(first.id, refused, now()).unwrap();
    assert!(!staging.part(first.id).exists(), "what is not taken in takes no room");
    staging.create(announced(7), now()).unwrap();

    let day_after = now() + TimeDelta::hours(25);
    staging.sweep(day_after).unwrap();
    assert!(staging.list().unwrap().is_empty());

    let most = Arc::new(Staging::new(folder.path().join("large"), u64::MAX));
    let full = most.create(announced(STAGED_BYTES_MAX + 1), now());
    assert!(matches!(full, Err(StagingError::Full { .. })), "{full:?}");
}

#[test]
fn a_name_never_becomes_a_path() {
    let folder = tempfile::tempdir().unwrap();
    let staging = staging(folder.path());
    let name = format!("../../etc/\u{202e}3pm\0\n{}", "x".repeat(10_000));
    let upload = staging.create(NewUpload { name, ..announced(3) }, now()).unwrap();
    assert_eq!(upload.name.chars().count(), 255);
    assert!(upload.name.starts_with("../../etc/3pmxxx"), "{}", upload.name);
    assert_eq!(staging.part(upload.id).parent().unwrap(), folder.path().join("uploads"));
}

/// Every page that is open looks at the list whenever something changes, and what nobody came back for goes then.
#[test]
fn whoever_looks_at_the_list_takes_nothing_from_an_upload_that_is_being_announced() {
    let folder = tempfile::tempdir().unwrap();
    let staging = staging(folder.path());
    let looks = Arc::new(AtomicBool::new(true));
    let watchers: Vec<_> = (0..2)
        .map(|_| {
            let (staging, looks) = (Arc::clone(&staging), Arc::clone(&looks));
            std::thread::spawn(move || {
                while looks.load(Ordering::Relaxed) {
                    staging.sweep(now()).unwrap();
                }
            })
        })
        .collect();
    for _ in 0..300 {
        let upload = staging.create(announced(3), now()).unwrap();
        let mut appender = staging.append(upload.id, 0, now()).expect("its bytes are still there");
        appender.write(b"abc").unwrap();
        appender.finish(now()).unwrap();
        assert_eq!(bytes_of(&staging, &upload), b"abc");
        staging.abandon(upload.id).unwrap();
    }
    looks.store(false, Ordering::Relaxed);
    watchers.into_iter().for_each(|watcher| watcher.join().unwrap());
}
