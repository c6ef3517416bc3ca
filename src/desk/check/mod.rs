//! Could this station go on air now? Everything that must be so, looked at one by one, each with what was found and its remedy.

mod amplifier;
mod campaigns;
mod machine;
mod microphones;
mod output;
mod records;
mod relays;
mod schedule;
mod standby;

use std::sync::Arc;

use serde::Serialize;

use super::error::DeskError;
use super::socket::Client;
use super::{Desk, Request, Response, Who, seats};
use crate::config::Config;
use crate::domain::account::Right;
use crate::station::LiveView;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it shall be.
    Ok,
    /// The station can go on air, but somebody should look at it.
    Warn,
    /// The station cannot go on air, or not rightly.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// What: configuration, disk, output ...
    pub what: &'static str,
    /// How it stands.
    pub state: CheckState,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Point {
    fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: CheckState::Ok, found: found.into(), remedy: None }
    }

    fn warn(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, state: CheckState::Warn, found: found.into(), remedy: Some(remedy.into()) }
    }

    fn fail(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, state: CheckState::Fail, found: found.into(), remedy: Some(remedy.into()) }
    }

    /// From an error that carries its remedy.
    fn failed(what: &'static str, error: &DeskError) -> Self {
        let mut found = vec![error.message.clone()];
        found.extend(error.problems.iter().chain(&error.causes).cloned());
        let remedy = error.hint.clone();
        Self { what, state: CheckState::Fail, found: found.join(": "), remedy }
    }

    /// A mistake in the configuration, with its remedy on a line of its own.
    #[must_use]
    pub fn mistake(problem: &str) -> Self {
        match problem.split_once("\n  hint: ") {
            Some((found, remedy)) => Self::fail("configuration", found, remedy),
            None => Self::fail("configuration", problem, "correct it"),
        }
    }
}

/// Looks over a station from outside, whether it runs or not. `who` is the name of the person who asks.
///
/// # Errors
/// The store's own.
pub async fn look_over(config: &Arc<Config>, who: &str) -> Result<Vec<Point>, DeskError> {
    let mut points = of_machine(config);
    let running = match Client::connect(&config.control.socket).await {
        Ok(Some(client)) => {
            points.push(Point::ok("station", format!("running: Loa {}, process {}", client.version(), client.pid())));
            Some(client)
        }
        Ok(None) => {
            points.push(Point::ok("station", "not running; `loa run` starts it"));
            None
        }
        Err(error) => {
            points.push(Point::failed("station", &error));
            None
        }
    };
    let desk = records::opened(config, &mut points).await;
    points.push(machine::clock(desk.as_ref()).await?);
    match running {
        Some(client) => points.extend(of_running(client, who).await),
        None => {
            points.extend(output::outputs(config).await);
            points.extend(amplifier::amplifiers(config).await);
        }
    }
    if let Some(desk) = &desk {
        points.extend(of_programme(desk).await?);
    }
    Ok(points)
}

fn of_machine(config: &Config) -> Vec<Point> {
    let file = config.file.as_ref().map_or_else(|| "all defaults".to_owned(), |file| file.display().to_string());
    let mut points = vec![Point::ok("configuration", file)];
    points.extend(machine::folder(config));
    points.push(machine::disk(config));
    points.extend(machine::certificate(config));
    points
}

/// What the running station says of its output, which is in its hands.
async fn of_running(mut client: Client, who: &str) -> Vec<Point> {
    match client.ask(who, Request::Live).await {
        Ok(Response::Live { live }) => output::of_station(&live),
        Ok(_) => vec![Point::fail("station", "it did something else than it was asked", "is it the same version?")],
        Err(error) => vec![Point::failed("station", &error)],
    }
}

async fn of_programme(desk: &Desk) -> Result<Vec<Point>, DeskError> {
    let mut points = records::library(desk).await?;
    points.push(standby::standby(desk).await?);
    points.extend(schedule::slots(desk).await?);
    points.extend(campaigns::campaigns(desk).await?);
    points.extend(microphones::microphones(desk).await?);
    points.extend(relays::kept(desk).await?);
    Ok(points)
}

impl Desk {
    /// Looks over the running station from inside. One look at a time: it opens every approved clip.
    ///
    /// # Errors
    /// The right to look is missing; somebody looks already; none runs in this process; the store's own.
    pub async fn check(&self, who: &Who) -> Result<Vec<Point>, DeskError> {
        who.check(Right::Look)?;
        let busy = "the station is being looked over; try again when that is done";
        let _seat = seats::take(&self.seats.checks, busy, "check_under_way", 5)?;
        let live: LiveView = self.live()?;
        let mut points = of_machine(&self.config);
        let running = format!("running: Loa {}, process {}", env!("CARGO_PKG_VERSION"), std::process::id());
        points.push(Point::ok("station", running));
        points.extend(records::database(self).await);
        points.push(machine::clock(Some(self)).await?);
        points.extend(output::of_station(&live));
        points.extend(of_programme(self).await?);
        Ok(points)
    }
}
