//! The content store: whole or not at all, whatever happens on the way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use loa::domain::clip::Digest;
use loa::library::{Column, ContentStore, ImportError, Stored, Waveform};
use rustix::fs::FlockOperation;

fn recording(folder: &Path, name: &str, bytes: &[u8]) -> (PathBuf, Digest) {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    (path, Digest(*blake3::hash(bytes).as_bytes()))
}

/// Every file under a folder, by its path in it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_recording_is_kept_once_under_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let (path, digest) = recording(folder.path(), "a.mp3", b"not really sound");
    assert!(!store.contains(&digest));
    assert_eq!(store.put(&path, &digest).unwrap(), Stored { bytes: 16, known: false });
    assert_eq!(store.put(&path, &digest).unwrap(), Stored { bytes: 16, known: true });
    assert_eq!(fs::read(store.path_of(&digest)).unwrap(), b"not really sound");
    let waveform = Waveform { columns: vec![Column { low: -5, high: 7 }; 3] };
    store.put_waveform(&digest, &waveform).unwrap();
    assert_eq!(store.waveform(&digest).unwrap(), waveform);
    store.verify(&digest).unwrap();
    let name = digest.to_string();
    assert_eq!(
        files(&folder.path().join("audio")),
        [format!("{}/{name}", &name[..2]), format!("{}/{name}.wave", &name[..2])]
    );
}

#[test]
fn bytes_that_changed_since_they_were_measured_do_not_come_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let (path, digest) = recording(folder.path(), "a.mp3", b"as measured");
    fs::write(&path, b"as changed!").unwrap();
    assert!(matches!(store.put(&path, &digest), Err(ImportError::Changed { .. })));
    assert_eq!(files(&folder.path().join("audio")), [""; 0]);
}

#[test]
fn an_altered_or_missing_recording_is_named_and_healed_by_importing_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    let (path, digest) = recording(folder.path(), "a.mp3", &[7; 100_000]);
    assert!(matches!(store.verify(&digest), Err(ImportError::Missing { .. })));
    store.put(&path, &digest).unwrap();
    let mut bytes = fs::read(store.path_of(&digest)).unwrap();
    bytes[50_000] ^= 1;
    fs::write(store.path_of(&digest), &bytes).unwrap();
    let found = Digest(*blake3::hash(&bytes).as_bytes());
    assert!(matches!(store.verify(&digest), Err(ImportError::Altered { found: other, .. }) if other == found));
    assert!(!store.put(&path, &digest).unwrap().known);
    store.verify(&digest).unwrap();
}

#[test]
fn what_a_crash_left_is_removed_and_what_is_being_copied_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("audio");
    ContentStore::open(&store).unwrap();
    let (dead, alive) = (store.join("incoming/1-0"), store.join("incoming/2-0"));
    fs::write(&dead, b"half a rec").unwrap();
    // Another process that copies just now holds the lock of its file.
    let copying = fs::File::create(&alive).unwrap();
    rustix::fs::flock(&copying, FlockOperation::LockExclusive).unwrap();
    ContentStore::open(&store).unwrap();
    assert_eq!((dead.exists(), alive.exists()), (false, true));
    drop(copying);
    ContentStore::open(&store).unwrap();
    assert!(!alive.exists());
}

/// Set in the child process of the test below.
const SMALL_DISK: &str = "LOA_TEST_SMALL_DISK";

#[test]
fn a_disk_that_fills_up_in_the_middle_leaves_nothing_behind() {
    if let Some(folder) = std::env::var_os(SMALL_DISK) {
        // The child: no file may grow beyond 64 blocks of 512 bytes, so the copy fails in its middle.
        let folder = PathBuf::from(folder);
        let store = ContentStore::open(&folder.join("audio")).unwrap();
        let (path, digest) = (folder.join("long.mp3"), Digest(*blake3::hash(&vec![9; 300_000]).as_bytes()));
        let refused = store.put(&path, &digest);
        let Err(ImportError::DiskFull { needed_bytes, .. }) = refused else { panic!("not told as full: {refused:?}") };
        assert!(needed_bytes >= 300_000);
        assert!(refused.unwrap_err().to_string().contains("free some space"));
        assert_eq!(files(&folder.join("audio")), [""; 0]);
        assert!(!store.contains(&digest));
        // What is small still comes in.
        let (path, digest) = (folder.join("short.mp3"), Digest(*blake3::hash(b"short").as_bytes()));
        assert!(!store.put(&path, &digest).unwrap().known);
        fs::write(folder.join("child-was-here"), b"").unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    recording(folder.path(), "long.mp3", &vec![9; 300_000]);
    recording(folder.path(), "short.mp3", b"short");
    let this = "library::content::a_disk_that_fills_up_in_the_middle_leaves_nothing_behind";
    let mut child = Command::new("sh");
    // A process whose file grows too large is killed unless it asked not to be; the shell asks for it.
    child.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]);
    child.arg(std::env::current_exe().unwrap()).args([this, "--exact", "--nocapture"]);
    let done = child.env(SMALL_DISK, folder.path()).output().unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(folder.path().join("child-was-here").exists(), "the child ran this very test");
}

#[test]
fn a_disk_without_room_is_told_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = ContentStore::open(&folder.path().join("audio")).unwrap();
    // A file of holes as large as a file can be: no disk has that room.
    let path = folder.path().join("huge.wav");
    let length = 1 << 43;
    fs::File::create(&path).unwrap().set_len(length).unwrap();
    let refused = store.put(&path, &Digest([1; 32]));
    let Err(ImportError::DiskFull { needed_bytes, free_bytes, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(needed_bytes, length + loa::library::RESERVE_BYTES);
    assert!(free_bytes < needed_bytes);
    assert_eq!(files(&folder.path().join("audio")), [""; 0]);
}

#[test]
fn a_store_that_cannot_be_written_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let refused = ContentStore::open(&file.join("audio")).unwrap_err();
    assert!(matches!(&refused, ImportError::Write { path, .. } if path.starts_with(&file)), "{refused}");
}
