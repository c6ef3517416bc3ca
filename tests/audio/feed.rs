//! The decoder thread on real files: what goes into the ring, from the head and from the middle.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use loa::audio::feed::{Feed, FeedOrder};
use loa::audio::source::open_file;

use crate::support::sound::{Coding, Sound};

/// Everything that a feed puts into its ring, with what it said of the clip.
fn frames(path: &Path, from_frame: u64, clip_frames: u64) -> (Result<Vec<f32>, String>, Option<String>) {
    let order = FeedOrder {
        open: Arc::new(open_file),
        path: path.to_owned(),
        from_frame,
        clip_frames,
        gain: 1.0,
        rate_hz: 48_000,
        ring: Duration::from_secs(1),
    };
    let (sender, ready) = sync_channel(1);
    let (feed, mut ring) = Feed::spawn(order, move |result| sender.send(result).unwrap()).unwrap();
    if let Err(fault) = ready.recv().unwrap() {
        return (Err(fault), None);
    }
    let mut all = Vec::new();
    loop {
        // Told before the ring is read: then the ring shows everything.
        let total = feed.state.total();
        let chunk = ring.read_chunk(ring.slots()).unwrap();
        let (first, second) = chunk.as_slices();
        all.extend_from_slice(first);
        all.extend_from_slice(second);
        chunk.commit_all();
        if total.is_some_and(|total| all.len() as u64 == 2 * total) {
            return (Ok(all), feed.fault().map(str::to_owned));
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

#[test]
fn a_clip_taken_up_in_the_middle_sounds_as_if_it_had_never_stopped() {
    let folder = tempfile::tempdir().unwrap();
    for (name, rate, coding) in
        [("a.mp3", 44_100, Coding::Mp3), ("b.mp3", 48_000, Coding::Mp3Vbr), ("c.flac", 44_100, Coding::Flac)]
    {
        let path = Sound::speech(rate, 2, u64::from(rate) * 4, 9).encode(folder.path(), name, coding);
        let (whole, fault) = frames(&path, 0, 0);
        let whole = whole.unwrap();
        assert_eq!((whole.len(), fault), (2 * 4 * 48_000, None), "{name}");
        for from_frame in [1, 479, 1_152, 48_000, 100_003, 191_999] {
            let (rest, _) = frames(&path, from_frame as u64, 0);
            let rest = rest.unwrap();
            assert_eq!(rest.len(), whole.len() - 2 * from_frame, "{name} from {from_frame}");
            let differs = rest.iter().zip(&whole[2 * from_frame..]).position(|(rest, whole)| rest != whole);
            assert_eq!(differs, None, "{name} from {from_frame}: first sample that differs");
        }
    }
}

#[test]
fn a_file_that_lost_its_end_since_it_was_imported_says_so_after_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = Sound::speech(48_000, 1, 96_000, 9).encode(folder.path(), "a.flac", Coding::Flac);
    let (all, fault) = frames(&path, 0, 144_000);
    assert_eq!(all.unwrap().len(), 2 * 96_000);
    assert_eq!(fault.unwrap(), "it ends after 96000 of 144000 frames");
    assert_eq!(frames(&path, 0, 96_000).1, None);
}
