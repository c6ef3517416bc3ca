//! Files and folders into the library, as an operator brings them.

use std::collections::HashMap;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use loa::domain::clip::{ClipId, Digest};
use loa::domain::intake::{DurationRule, Existing, Finding, Limits};
use loa::library::{
    ContentStore, ImportError, ImportEvent, ImportOptions, ImportProgress, ImportSummary, Imported, Outcome, Skip,
    import, scan,
};
use unicode_normalization::UnicodeNormalization;

use crate::support::sound::{Coding, Sound};

fn options(rule: DurationRule) -> ImportOptions {
    let limits = Limits {
        duration_min: Some(Duration::from_secs(2)),
        duration_max: Some(Duration::from_secs(10)),
        target_lufs: -16.0,
        peak_cap_dbtp: -1.0,
    };
    ImportOptions { limits, rule, workers: 3 }
}

fn bring(store: &ContentStore, paths: &[PathBuf], known: &HashMap<Digest, Existing>) -> ImportSummary {
    let told = &mut |_: ImportEvent<'_>| ControlFlow::Continue(());
    import(store, paths, &options(DurationRule::Warn), known, told).unwrap()
}

fn clip(folder: &Path, name: impl AsRef<Path>, seconds: u64, seed: u64) -> PathBuf {
    let path = folder.join(name);
    let made = Sound::speech(22_050, 1, 22_050 * seconds, seed).encode(folder, "making", Coding::Flac);
    fs::rename(made, &path).unwrap();
    path
}

fn digest(path: &Path) -> Digest {
    Digest(*blake3::hash(&fs::read(path).unwrap()).as_bytes())
}

fn by_name<'a>(summary: &'a ImportSummary, name: &str) -> &'a Imported {
    summary.files.iter().find(|file| file.path.file_name().unwrap() == name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn a_folder_comes_in_with_all_that_is_in_it_and_the_rest_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let usb = folder.path().join("usb");
    fs::create_dir_all(usb.join("tháng 6/tuần 1")).unwrap();
    clip(&usb, "b.mp3", 3, 1);
    clip(&usb, "a.mp3", 3, 2);
    clip(&usb.join("tháng 6/tuần 1"), "c.mp3", 3, 3);
    clip(&usb, ".hidden.mp3", 3, 4);
    clip(&usb, "short.mp3", 1, 5);
    fs::copy(usb.join("a.mp3"), usb.join("z copy of a.mp3")).unwrap();
    fs::write(usb.join("notes.txt"), "Lịch phát thanh tuần 1").unwrap();
    fs::write(usb.join("empty.mp3"), "").unwrap();
    symlink(&usb, usb.join("tháng 6/back")).unwrap();
    symlink(usb.join("nowhere"), usb.join("dangling.mp3")).unwrap();
    symlink(usb.join("a.mp3"), usb.join("link to a.mp3")).unwrap();

    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let summary = bring(&store, std::slice::from_ref(&usb), &HashMap::new());
    assert!(!summary.stopped);
    let order: Vec<_> =
        summary.files.iter().map(|file| file.path.strip_prefix(&usb).unwrap().to_str().unwrap()).collect();
    assert_eq!(
        order,
        [
            "a.mp3",
            "b.mp3",
            "empty.mp3",
            "notes.txt",
            "short.mp3",
            "tháng 6/tuần 1/c.mp3",
            "z copy of a.mp3",
            ".hidden.mp3",
            "dangling.mp3",
            "tháng 6/back",
        ]
    );
    for name in ["a.mp3", "b.mp3", "c.mp3", "short.mp3"] {
        let file = by_name(&summary, name);
        let Outcome::Accepted { analysis, .. } = &file.outcome else { panic!("{file:?}") };
        assert_eq!(analysis.facts.digest, digest(&file.path));
        store.verify(&analysis.facts.digest).unwrap();
        assert_eq!(store.waveform(&analysis.facts.digest).unwrap(), analysis.waveform);
    }
    let Outcome::Accepted { warnings, .. } = &by_name(&summary, "short.mp3").outcome else { panic!() };
    assert!(warnings.iter().any(|finding| finding.english() == "1 s: shorter than the 2 s the campaign asks"));
    let Outcome::Refused { verdict } = &by_name(&summary, "z copy of a.mp3").outcome else { panic!() };
    assert_eq!(verdict.refusals[0].english(), "the same recording was just brought in under the title \"a\"");
    let skipped = |name: &str, expected: Skip| {
        assert!(matches!(by_name(&summary, name).outcome, Outcome::Skipped { why } if why == expected), "{name}");
    };
    skipped("notes.txt", Skip::NotAudio);
    skipped(".hidden.mp3", Skip::Hidden);
    skipped("dangling.mp3", Skip::Unreadable);
    skipped("back", Skip::Seen);
    assert!(matches!(by_name(&summary, "empty.mp3").outcome, Outcome::Failed { .. }), "empty is a fault, not no audio");
    let counts = summary.counts();
    assert_eq!((counts.accepted, counts.refused, counts.failed, counts.skipped), (4, 1, 1, 4));
}

#[test]
fn the_rule_on_length_refuses_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let paths = [clip(folder.path(), "short.flac", 1, 1), clip(folder.path(), "long.flac", 11, 2)];
    let told = &mut |_: ImportEvent<'_>| ControlFlow::Continue(());
    let summary = import(&store, &paths, &options(DurationRule::Refuse), &HashMap::new(), told).unwrap();
    for (file, path) in summary.files.iter().zip(&paths) {
        let Outcome::Refused { verdict } = &file.outcome else { panic!("{file:?}") };
        assert!(matches!(verdict.refusals[..], [Finding::TooShort { .. } | Finding::TooLong { .. }]));
        assert!(!store.contains(&digest(path)), "what is refused is not kept");
    }
}

#[test]
fn a_known_recording_is_refused_with_the_name_of_the_first_and_heals_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let path = clip(folder.path(), "again.mp3", 3, 9);
    let existing = Existing { clip: Some(ClipId(12)), title: "Chuyển đổi số".to_owned() };
    let known = HashMap::from([(digest(&path), existing.clone())]);
    let summary = bring(&store, std::slice::from_ref(&path), &known);
    assert!(matches!(&summary.files[0].outcome, Outcome::Restored { existing: found } if *found == existing));
    store.verify(&digest(&path)).unwrap();
    let summary = bring(&store, &[path], &known);
    let Outcome::Refused { verdict } = &summary.files[0].outcome else { panic!("{summary:?}") };
    assert_eq!(verdict.refusals, [Finding::Duplicate(existing)]);
}

#[test]
fn titles_are_composed_whatever_the_name_is_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let title: String = "Phòng, chống dịch bệnh".nfc().collect();
    let long = format!("{}.mp3", "ạ".repeat(83));
    assert_eq!(long.len(), 253);
    let names: Vec<Vec<u8>> = vec![
        format!("{title}.mp3").into_bytes(),
        format!("{}.m4a", title.nfd().collect::<String>()).into_bytes(),
        b"hai\ndong va  khoang trang.mp3".to_vec(),
        [b"x".repeat(251), b".mp3".to_vec()].concat(),
        long.into_bytes(),
        b"tin s\xe1ng.mp3".to_vec(),
    ];
    let paths: Vec<_> =
        (0..).zip(&names).map(|(seed, name)| clip(folder.path(), std::ffi::OsStr::from_bytes(name), 3, seed)).collect();
    let summary = bring(&store, &paths, &HashMap::new());
    let titles: Vec<_> = summary.files.iter().map(|file| file.title.clone()).collect();
    assert_eq!(summary.counts().accepted, names.len(), "{summary:?}");
    assert_eq!(titles[..3], [title.clone(), title, "hai dong va khoang trang".to_owned()]);
    assert_eq!(titles[3], "x".repeat(200));
    assert_eq!(titles[4], "ạ".repeat(83));
    assert_eq!(titles[5], "tin s\u{fffd}ng");
}

#[test]
fn progress_counts_bytes_and_files_up_to_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let paths: Vec<_> = (0..6).map(|seed| clip(folder.path(), format!("{seed}.mp3"), 25, seed)).collect();
    let bytes = paths.iter().map(|path| fs::metadata(path).unwrap().len()).sum::<u64>();
    let mut told: Vec<ImportProgress> = Vec::new();
    let mut files = Vec::new();
    let mut tell = |event: ImportEvent<'_>| {
        match event {
            ImportEvent::Progress(progress) => told.push(progress),
            ImportEvent::File(file) => files.push(file.path.clone()),
        }
        ControlFlow::Continue(())
    };
    import(&store, &paths, &options(DurationRule::Warn), &HashMap::new(), &mut tell).unwrap();
    assert_eq!(files, paths);
    assert!(told.iter().all(|progress| progress.files_total == 6 && progress.bytes_total == bytes));
    assert!(told.iter().all(|progress| progress.bytes_done <= bytes));
    assert!(told.iter().map(|progress| progress.files_done).is_sorted());
    assert!(told.iter().any(|progress| progress.files_done == 0 && progress.bytes_done > 0), "also within a file");
    let last = told.last().unwrap();
    assert_eq!((last.files_done, last.bytes_done), (6, bytes));
}

#[test]
fn an_import_that_is_stopped_keeps_what_is_done_and_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let paths: Vec<_> = (0..8).map(|seed| clip(folder.path(), format!("{seed}.mp3"), 3, seed)).collect();
    let mut tell = |event: ImportEvent<'_>| match event {
        ImportEvent::File(file) if file.path == paths[2] => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let summary = import(&store, &paths, &options(DurationRule::Warn), &HashMap::new(), &mut tell).unwrap();
    assert!(summary.stopped);
    assert_eq!(summary.files.len(), 3);
    for (index, path) in paths.iter().enumerate() {
        assert_eq!(store.contains(&digest(path)), index < 3, "{}", path.display());
    }
}

#[test]
fn a_scan_names_what_is_missing_altered_and_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let paths: Vec<_> = (0..5).map(|seed| clip(folder.path(), format!("{seed}.mp3"), 15, seed)).collect();
    // What came in cut off, before anybody looked.
    let bytes = fs::read(&paths[3]).unwrap();
    fs::write(&paths[3], &bytes[..bytes.len() / 2]).unwrap();
    let digests: Vec<_> = paths.iter().map(|path| digest(path)).collect();
    for (path, digest) in paths.iter().zip(&digests) {
        store.put(path, digest).unwrap();
    }
    fs::remove_file(store.path_of(&digests[1])).unwrap();
    let mut altered = fs::read(store.path_of(&digests[2])).unwrap();
    altered[1000] ^= 0x40;
    fs::write(store.path_of(&digests[2]), altered).unwrap();

    let mut last = None;
    let summary = scan(&store, &digests, 2, &mut |progress| {
        last = Some(progress);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((summary.good, summary.bad.len(), summary.stopped), (2, 3, false));
    assert!(matches!(&summary.bad[0], (digest, ImportError::Missing { .. }) if *digest == digests[1]));
    assert!(matches!(&summary.bad[1], (digest, ImportError::Altered { .. }) if *digest == digests[2]));
    assert!(matches!(&summary.bad[2], (digest, ImportError::CutOff { .. }) if *digest == digests[3]));
    let last = last.unwrap();
    assert_eq!((last.files_done, last.bytes_done), (5, last.bytes_total));
}
