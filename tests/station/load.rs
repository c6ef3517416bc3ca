//! Starts stay on the sample while the console is asked by everybody at once.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use loa::domain::log::EndReason;

use super::sound::{best, reference, stop_after};
use super::town::Town;
use crate::support::load::Load;
use crate::support::pulse::{RATE_HZ, in_private_process};
use crate::support::sound::{Coding, Sound};

/// Pages that follow the station.
const PAGES: u32 = 200;
/// Recordings that are sent to it, measured and taken into the library meanwhile.
const RECORDINGS: u32 = 1_000;
/// Broadcasts meanwhile, and the seconds from one to the next.
const STARTS: i32 = 10;
const PERIOD_SECONDS: i32 = 5;
/// Longest wait until the last recording is in.
const TAKEN_MAX: Duration = Duration::from_secs(120);
/// How far a start may be from its second, in milliseconds.
const LATE_MS_MAX: f64 = 3.0;
/// One of them: the recorder itself is late at times on a machine on which other tests run. `cargo bench --bench figures --
/// load` says the figure.
const OUTLIER_MS_MAX: f64 = 20.0;

fn clip(folder: &Path) -> std::path::PathBuf {
    Sound::speech(RATE_HZ, 2, u64::from(RATE_HZ) * 2, 23).encode(folder, "bản tin", Coding::Mp3)
}

#[test]
fn two_hundred_pages_and_a_thousand_recordings_do_not_move_a_start_or_lose_a_frame() {
    let test = "station::load::two_hundred_pages_and_a_thousand_recordings_do_not_move_a_start_or_lose_a_frame";
    in_private_process(test, |server| {
        let town = Town::with_console("kind = \"device\"");
        let folder = tempfile::tempdir().unwrap();
        let file = clip(folder.path());
        town.add(&file, "Bản tin");
        let token = town.token();
        let station = town.start();
        let address = town.status()["console"].as_str().unwrap().trim_start_matches("http://").to_owned();
        let load = Load::start(&address, &token, PAGES, RECORDINGS);
        town.wait("every page is served", || (load.seated() == PAGES).then_some(()));

        let recorder = server.record();
        let first = Utc::now() + TimeDelta::seconds(8);
        let planned: Vec<_> = (0..STARTS)
            .map(|number| {
                let ahead = first + TimeDelta::seconds(i64::from(number * PERIOD_SECONDS)) - Utc::now();
                town.slot_named(&format!("phat-{number}"), ahead.to_std().unwrap(), &["clip:1"], &["--length", "3s"])
            })
            .collect();
        let (levels, taken) = (load.levels_heard(), load.sent());
        let last = planned[planned.len() - 1];
        while Utc::now() < last {
            std::thread::park_timeout(Duration::from_millis(100));
        }
        town.wait("every broadcast is over", || (town.parts().len() == planned.len()).then_some(()));
        let (levels, taken) = (load.levels_heard() - levels, load.sent() - taken);
        assert_eq!(load.seated(), PAGES, "a page was dropped");
        let parts = town.parts();
        let capture = stop_after(recorder, parts.last().unwrap().1.end.unwrap());

        // Nothing was lost: every frame was heard, and the device never waited for one.
        let sound = reference(&file);
        for (_, end) in &parts {
            assert_eq!((&end.reason, end.frames), (&EndReason::Complete, sound.len() as u64));
            assert_eq!(end.zones[0].underrun_frames, 0);
        }
        // Each start, as it was heard.
        let inside = 9_600;
        let template = &sound[inside..inside + 960];
        let mut late: Vec<f64> = planned
            .iter()
            .map(|at| {
                let due = at.timestamp_nanos_opt().unwrap();
                let near = capture.frame_at(due) + inside;
                let (found, fit) = best(&capture, template, near - 24_000..near + 24_000);
                assert!(fit > 0.99, "{fit}");
                (capture.wall_of(found - inside) - due) as f64 / 1e6
            })
            .collect();
        println!("starts late by {late:.2?} ms; {levels} levels told, {taken} recordings taken meanwhile");
        late.iter_mut().for_each(|late| *late = late.abs());
        late.sort_by(f64::total_cmp);
        assert!(late[late.len() - 2] <= LATE_MS_MAX, "{late:?}");
        assert!(late[late.len() - 1] <= OUTLIER_MS_MAX, "{late:?}");
        assert!(levels > u64::from(PAGES) * 10, "the pages were told of {levels} levels only");
        assert!(taken > 0, "no recording came in meanwhile");

        // And every recording that was sent is in the library.
        let until = Instant::now() + TAKEN_MAX;
        while town.loa(&["clip", "list"]).as_array().unwrap().len() < 1 + RECORDINGS as usize {
            assert!(Instant::now() < until, "{} of {RECORDINGS} were sent", load.sent());
            std::thread::park_timeout(Duration::from_millis(500));
        }
        load.end();
        station.terminate();
        assert!(station.ended().success());
        town.verify();
    });
}
