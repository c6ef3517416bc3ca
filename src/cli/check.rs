//! `loa check`: could this station go on air now?

use clap::Args;
use serde_json::json;

use super::context::{Context, print, sources};
use super::error::CliError;
use super::style::Style;
use super::{Exit, Global, Outcome};
use crate::config::Config;
use crate::desk::{CheckState, DeskError, Point, look_over};

/// Say whether this station could go on air now, and what to do if not
#[derive(Debug, Args)]
pub(super) struct Check {}

impl Check {
    pub(super) async fn perform(self, global: &Global, style: Style) -> Outcome {
        let points = match Config::load(&sources(global)) {
            Ok(_) => {
                let context = Context::new(global, style, false)?;
                let who = context.who().map_or_else(|_| "loa check".to_owned(), |who| who.name);
                look_over(&context.config, &who).await?
            }
            Err(error) => {
                let error = DeskError::of_config(&error);
                error.problems.iter().map(|problem| Point::mistake(problem)).collect()
            }
        };
        let ready = points.iter().all(|point| point.state != CheckState::Fail);
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

/// State in words and colour, what, found, and the remedy below it.
fn table(points: &[Point], ready: bool, style: Style) -> String {
    let mut text = String::new();
    for point in points {
        let state = match point.state {
            CheckState::Ok => style.good("ok  "),
            CheckState::Warn => style.doubtful("warn"),
            CheckState::Fail => style.bad("FAIL"),
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
