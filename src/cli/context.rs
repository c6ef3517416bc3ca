//! What every command has at hand: the configuration, the person, the way out.

use std::io::{self, ErrorKind as IoErrorKind, Write};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use super::Global;
use super::error::CliError;
use super::style::{Style, login_name};
use crate::config::{Config, Sources};
use crate::desk::{Desk, Door, ErrorKind, Request, Response, Via, Who};
use crate::domain::account::Roles;
use crate::domain::words::Language;
use crate::export::Screen;

/// What every command has at hand.
pub(super) struct Context {
    pub(super) config: Arc<Config>,
    pub(super) json: bool,
    pub(super) style: Style,
    by: Option<String>,
}

/// The layers of the configuration that the arguments and the environment give.
pub(super) fn sources(global: &Global) -> Sources {
    let process = Sources::of_process();
    Sources {
        file: global.config.clone().or(process.file),
        data: global.data.clone().or(process.data),
        settings: global.set.clone(),
        environment: process.environment,
        ..Sources::default()
    }
}

impl Context {
    /// Reads the configuration; `verbose` for the daemon, whose log tells what it does.
    pub(super) fn new(global: &Global, style: Style, verbose: bool) -> Result<Self, CliError> {
        let sources = sources(global);
        log_to_stderr(&sources, verbose);
        let config = Arc::new(Config::load(&sources)?);
        Ok(Self { config, json: global.json, style, by: global.by.clone() })
    }

    /// The person who asks.
    pub(super) fn who(&self) -> Result<Who, CliError> {
        let name = self.by.clone().or_else(login_name);
        let name = name.ok_or_else(|| CliError::usage("nobody is named; say who asks with --by NAME"))?;
        Ok(Who { name, roles: Roles::ALL, via: Via::CommandLine })
    }

    /// Has a request performed by whoever performs them on the data folder.
    pub(super) async fn ask(&self, request: Request) -> Result<Response, CliError> {
        let who = self.who()?;
        let mut door = Door::open(&self.config).await?;
        let response = door.ask(&who, request).await;
        door.close().await;
        Ok(response?)
    }

    /// Has a request performed by the running station.
    pub(super) async fn ask_station(&self, request: Request) -> Result<Response, CliError> {
        let who = self.who()?;
        Ok(Door::station(&self.config).await?.ask(&who.name, request).await?)
    }

    /// A desk to look at.
    pub(super) async fn look(&self) -> Result<Desk, CliError> {
        Ok(Desk::looking(&self.config).await?)
    }

    pub(super) fn zone(&self) -> Tz {
        self.config.station.time_zone
    }

    /// RFC 3339 with the station's offset.
    pub(super) fn rfc3339(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone()).to_rfc3339_opts(SecondsFormat::AutoSi, false)
    }

    /// `Mon 23/11 05:00:00`, local.
    pub(super) fn short(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone()).format("%a %d/%m %H:%M:%S").to_string()
    }

    /// How tables are shown.
    pub(super) fn screen(&self) -> Screen {
        Screen { zone: self.zone(), language: Language::En, colour: self.style.colour, width: self.style.width }
    }

    /// Writes to standard output.
    pub(super) fn print(&self, text: &str) -> Result<(), CliError> {
        print(text)
    }

    /// Writes a line of text, unless a document is asked for.
    pub(super) fn say(&self, text: &str) -> Result<(), CliError> {
        if self.json { Ok(()) } else { print(&format!("{text}\n")) }
    }

    /// Writes the document.
    pub(super) fn document(&self, document: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(document);
        let text = text.map_err(|error| CliError::of(ErrorKind::Failed, error.to_string()))?;
        print(&format!("{text}\n"))
    }

    /// Writes a warning to standard error; a document holds its warnings itself.
    pub(super) fn warn(&self, text: &str) {
        if !self.json {
            // Nobody reading warnings is no reason to stop.
            drop(writeln!(io::stderr(), "warning: {text}"));
        }
    }
}

/// Writes to standard output and says when nobody reads it any more.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == IoErrorKind::BrokenPipe => Err(CliError::PipeClosed),
        Err(error) => Err(CliError::of_system(error)),
    }
}

pub(super) fn log_to_stderr(sources: &Sources, verbose: bool) {
    let given = sources.environment.iter().find(|(name, _)| name == "LOA_LOG").map(|(_, value)| value.as_str());
    let filter = EnvFilter::new(given.unwrap_or(if verbose { "warn,loa=info" } else { "error" }));
    let colour = std::io::IsTerminal::is_terminal(&io::stderr()) && Style::of_process().colour;
    let format = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_ansi(colour);
    // Set twice only in tests that run commands in one process; the first one stays.
    drop(format.with_writer(io::stderr).try_init());
}
