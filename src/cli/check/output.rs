//! The outputs: each is opened for a moment, unless the running station has it.

use std::sync::Arc;

use super::Point;
use crate::cli::context::Context;
use crate::cli::error::told_unexpected as unexpected;
use crate::config::{OutputKind, Zone};
use crate::desk::socket::Client;
use crate::desk::{Request, Response};
use crate::domain::station::OutputState;
use crate::library::ContentStore;
use crate::station::{clips_folder, try_output};

const REMEDY: &str = "is the card plugged in and does the station's account belong to the group `audio`? `loa devices` lists \
                      what there is";

pub(super) async fn outputs(context: &Context, running: Option<Client>) -> Vec<Point> {
    if let Some(client) = running {
        return of_station(context, client).await;
    }
    let content = match ContentStore::open(&clips_folder(&context.config)) {
        Ok(content) => Arc::new(content),
        Err(error) => return vec![Point::failed("library", &error.into())],
    };
    let mut points = Vec::new();
    for zone in &context.config.zones {
        points.push(of_zone(context, zone, &content).await);
    }
    points
}

async fn of_zone(context: &Context, zone: &Zone, content: &Arc<ContentStore>) -> Point {
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
        OutputKind::Device { .. } => match try_output(&context.config, zone, content).await {
            Ok(what) if what.contains("null") => {
                let found = format!("{name}: no sound card, the null output takes its place: nothing is heard");
                Point::warn("output", found, REMEDY)
            }
            Ok(what) => Point::ok("output", format!("{name}: {what} opens")),
            Err(error) => Point::fail("output", format!("{name}: {error}"), REMEDY),
        },
    }
}

/// What the running station says of its output, which is in its hands.
async fn of_station(context: &Context, mut client: Client) -> Vec<Point> {
    let who = context.who().map(|who| who.name).unwrap_or_else(|_| "loa check".to_owned());
    let live = match client.ask(&who, Request::Live).await {
        Ok(Response::Live { live }) => live,
        Ok(other) => return vec![Point::failed("station", &unexpected(&other))],
        Err(error) => return vec![Point::failed("station", &error)],
    };
    let mut points = vec![match (&live.view.output, &live.output) {
        (OutputState::Lost { error }, _) => Point::fail("output", format!("lost: {error}"), REMEDY),
        (OutputState::Open, Some(what)) => Point::ok("output", format!("open: {what}")),
        (OutputState::Open | OutputState::Closed, _) => {
            Point::ok("output", "in the hands of the running station, closed until something is due")
        }
    }];
    if live.log.spilled > 0 {
        let error = live.log.error.as_deref().unwrap_or("the database does not take them");
        let found = format!("{} records wait outside the log: {error}", live.log.spilled);
        points.push(Point::warn("log", found, "make room on the disk, and close other programs that use the database"));
    }
    if !live.view.clock_trusted {
        let remedy = "set the clock, or vouch for it with `loa clock trust`";
        points.push(Point::fail("clock", "the station does not believe it: nothing airs by schedule", remedy));
    }
    points
}
