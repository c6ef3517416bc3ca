//! The outputs: each is opened for a moment, unless the running station has it.

use std::sync::Arc;

use super::Point;
use crate::config::{Config, OutputKind, Zone};
use crate::desk::Found;
use crate::desk::returns::probe_return;
use crate::domain::alarm::BadRecording;
use crate::domain::station::OutputState;
use crate::library::ContentStore;
use crate::station::{LiveView, LiveZone, clips_folder, try_output};

const REMEDY: &str = "is the card plugged in and does the station's account belong to the group `audio`? `loa devices` lists \
                      what there is";

const NETWORK_REMEDY: &str = "is the network there, and is what `zone.output` says of the other end right?";

/// The outputs of a station that does not run.
pub(super) async fn outputs(config: &Config) -> Vec<Point> {
    let content = match ContentStore::open(&clips_folder(config)) {
        Ok(content) => Arc::new(content),
        Err(error) => return vec![Point::failed("library", &error.into())],
    };
    let mut points = Vec::new();
    for zone in &config.zones {
        points.push(of_zone(config, zone, &content).await);
        points.extend(of_return(config, zone).await);
    }
    points
}

/// The return feed of a zone, listened to for a moment; none if it has none. Silence is as it should be while nothing is on air.
async fn of_return(config: &Config, zone: &Zone) -> Option<Point> {
    let (source, rate_hz) = (zone.returned.clone()?, config.audio.sample_rate_hz);
    let name = format!("{} ({}): {source}", zone.name, zone.id);
    let probed = tokio::task::spawn_blocking(move || probe_return(&source, rate_hz)).await.ok()??;
    Some(match probed.found {
        Found::Sounds { .. } | Found::Silent { .. } => Point::ok("return feed", format!("{name}: {}", probed.found)),
        Found::TooLittle { .. } | Found::Fails(_) => {
            let remedy =
                "without it the log cannot say what the loudspeakers gave back; `loa devices` lists what there is";
            Point::warn("return feed", format!("{name}: {}", probed.found), remedy)
        }
    })
}

async fn of_zone(config: &Config, zone: &Zone, content: &Arc<ContentStore>) -> Point {
    let name = format!("{} ({})", zone.name, zone.id);
    match &zone.output.kind {
        OutputKind::Null => {
            let remedy = "set `zone.output.kind` to \"device\" for a real station";
            Point::warn("output", format!("{name}: the null output, nothing is heard"), remedy)
        }
        // Opening it would begin a recording.
        OutputKind::File { folder } => {
            match std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)) {
                Ok(_) => {
                    let remedy = "set `zone.output.kind` to \"device\" for a real station";
                    Point::warn("output", format!("{name}: files in {}, nothing is heard", folder.display()), remedy)
                }
                Err(error) => {
                    let found = format!("{name}: {} cannot be written: {error}", folder.display());
                    Point::fail("output", found, "give the station's account the right to write it")
                }
            }
        }
        OutputKind::Device { .. } => match try_output(config, zone, content).await {
            Ok(what) if what.contains("null") => {
                let found = format!("{name}: no sound card, the null output takes its place: nothing is heard");
                Point::warn("output", found, REMEDY)
            }
            Ok(what) => Point::ok("output", format!("{name}: {what} opens")),
            Err(error) => Point::fail("output", format!("{name}: {error}"), REMEDY),
        },
        OutputKind::Icecast(_) | OutputKind::Rtp(_) => match try_output(config, zone, content).await {
            Ok(what) => Point::ok("output", format!("{name}: {what} opens")),
            Err(error) => Point::fail("output", format!("{name}: {error}"), NETWORK_REMEDY),
        },
    }
}

/// What the running station says of its output, which is in its hands.
pub(super) fn of_station(live: &LiveView) -> Vec<Point> {
    let of_zone = |zone: &LiveZone| match (&zone.state.output, &zone.output) {
        (OutputState::Lost { error }, _) => {
            Point::fail("output", format!("{}: lost: {error}", zone.state.zone), REMEDY)
        }
        (OutputState::Open, Some(what)) => Point::ok("output", format!("{}: open: {what}", zone.state.zone)),
        (OutputState::Open | OutputState::Closed, _) => {
            let found = "in the hands of the running station, closed until something is due";
            Point::ok("output", format!("{}: {found}", zone.state.zone))
        }
    };
    let mut points: Vec<Point> = live.zones.iter().map(of_zone).collect();
    points.extend(live.zones.iter().filter_map(super::amplifier::of_station));
    if live.log.spilled > 0 {
        let error = live.log.error.as_deref().unwrap_or("the database does not take them");
        let found = format!("{} records wait outside the log: {error}", live.log.spilled);
        points.push(Point::warn("log", found, "make room on the disk, and close other programs that use the database"));
    }
    for BadRecording { of, fault } in &live.recordings_bad {
        let remedy = "is there room on the disk of `audio.record_folder`, and may the station's account write there?";
        points.push(Point::warn("recording", format!("of {of}: {fault}"), remedy));
    }
    if !live.view.clock_trusted {
        let remedy = "set the clock, or vouch for it with `loa clock trust`";
        points.push(Point::fail("clock", "the station does not believe it: nothing airs by schedule", remedy));
    }
    points
}
