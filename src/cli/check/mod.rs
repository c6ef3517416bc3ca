//! `loa check`: could this station go on air now?

mod campaigns;
mod machine;
mod output;
mod records;
mod schedule;

use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::context::{Context, print, sources};
use super::error::CliError;
use super::style::Style;
use super::{Exit, Global, Outcome};
use crate::config::Config;
use crate::desk::DeskError;
use crate::desk::socket::Client;

/// Say whether this station could go on air now, and what to do if not
#[derive(Debug, Args)]
pub(super) struct Check {}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As it shall be.
    Ok,
    /// The station can go on air, but somebody should look at it.
    Warn,
    /// The station cannot go on air, or not rightly.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Point {
    what: &'static str,
    state: State,
    found: String,
    remedy: Option<String>,
}

impl Point {
    fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: State::Ok, found: found.into(), remedy: None }
    }

    fn warn(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, state: State::Warn, found: found.into(), remedy: Some(remedy.into()) }
    }

    fn fail(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, state: State::Fail, found: found.into(), remedy: Some(remedy.into()) }
    }

    /// From an error that carries its remedy.
    fn failed(what: &'static str, error: &crate::desk::DeskError) -> Self {
        let mut found = vec![error.message.clone()];
        found.extend(error.problems.iter().chain(&error.causes).cloned());
        let remedy = error.hint.clone();
        Self { what, state: State::Fail, found: found.join(": "), remedy }
    }
}

impl Check {
    pub(super) async fn perform(self, global: &Global, style: Style) -> Outcome {
        let points = match Config::load(&sources(global)) {
            Ok(_) => look(&Context::new(global, style, false)?).await?,
            Err(error) => {
                let error = DeskError::of_config(&error);
                error.problems.iter().map(|problem| mistake(problem)).collect()
            }
        };
        let ready = points.iter().all(|point| point.state != State::Fail);
        if global.json {
            let text = serde_json::to_string_pretty(&json!({ "ready": ready, "points": points }));
            let text = text.map_err(|error| CliError::of(crate::desk::ErrorKind::Failed, error.to_string()))?;
            print(&(text + "\n"))?;
        } else {
            print(&table(&points, ready, style))?;
        }
        Ok(if ready { Exit::Done } else { Exit::NotReady })
    }
}

/// A mistake in the configuration, with its remedy on a line of its own.
fn mistake(problem: &str) -> Point {
    match problem.split_once("\n  hint: ") {
        Some((found, remedy)) => Point::fail("configuration", found, remedy),
        None => Point::fail("configuration", problem, "correct it"),
    }
}

async fn look(context: &Context) -> Result<Vec<Point>, CliError> {
    let config = &context.config;
    let file = config.file.as_ref().map_or_else(|| "all defaults".to_owned(), |file| file.display().to_string());
    let mut points = vec![Point::ok("configuration", file)];
    points.extend(machine::folder(config));
    points.push(machine::disk(config));
    let (running, station) = station(config).await;
    points.push(station);
    let desk = records::database(config, &mut points).await;
    points.push(machine::clock(desk.as_ref()).await?);
    points.extend(output::outputs(context, running).await);
    if let Some(desk) = desk {
        points.extend(records::library(&desk).await?);
        points.extend(schedule::slots(&desk).await?);
        points.extend(campaigns::campaigns(&desk).await?);
    }
    Ok(points)
}

/// Whether a station runs on the folder already.
async fn station(config: &Arc<Config>) -> (Option<Client>, Point) {
    match Client::connect(&config.control.socket).await {
        Ok(Some(client)) => {
            let found = format!("running: Loa {}, process {}", client.version(), client.pid());
            (Some(client), Point::ok("station", found))
        }
        Ok(None) => (None, Point::ok("station", "not running; `loa run` starts it")),
        Err(error) => (None, Point::failed("station", &error)),
    }
}

/// State in words and colour, what, found, and the remedy below it.
fn table(points: &[Point], ready: bool, style: Style) -> String {
    let mut text = String::new();
    for point in points {
        let state = match point.state {
            State::Ok => style.good("ok  "),
            State::Warn => style.doubtful("warn"),
            State::Fail => style.bad("FAIL"),
        };
        let found = point.found.replace('\n', "\n                     ");
        text.push_str(&format!("{state}  {:<14} {found}\n", point.what));
        if let Some(remedy) = &point.remedy {
            text.push_str(&format!("                     -> {remedy}\n"));
        }
    }
    let verdict = if ready { style.good("ready to go on air") } else { style.bad("NOT ready to go on air") };
    text.push_str(&format!("\n{verdict}\n"));
    text
}
