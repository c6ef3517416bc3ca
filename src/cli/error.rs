//! Errors as they are told: once, with what led to them and a hint, on standard error.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::json;

use crate::config::ConfigError;
use crate::desk::{DeskError, ErrorKind, Response};
use crate::export::ExportError;
use crate::library::ImportError;
use crate::rehearsal::SimulateError;
use crate::station::StationError;
use crate::store::StoreError;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(super) enum CliError {
    /// To be told.
    Told(Box<DeskError>),
    /// Nobody reads our output any more, which is how pipes end: no error.
    PipeClosed,
}

impl CliError {
    pub(super) fn of(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self::from(DeskError::new(kind, text))
    }

    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self::of(ErrorKind::Usage, text)
    }

    pub(super) fn of_system(error: io::Error) -> Self {
        Self::from(DeskError::of(ErrorKind::Failed, &error))
    }

    /// Something went wrong with a file.
    pub(super) fn of_file(doing: &str, path: &std::path::Path, error: &io::Error) -> Self {
        let text = format!("cannot {doing} {}", path.display());
        Self::from(DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) })
    }

    /// Tells the error and says how the process ends.
    pub(super) fn tell(self, json: bool) -> ExitCode {
        let Self::Told(error) = self else { return ExitCode::SUCCESS };
        let text = if json { as_json(&error) } else { as_text(&error) };
        // If even this cannot be written, the exit code still says it.
        drop(io::stderr().write_all(text.as_bytes()));
        ExitCode::from(match error.kind {
            ErrorKind::Usage => 2,
            ErrorKind::NotReady => 3,
            ErrorKind::Refused
            | ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::Forbidden
            | ErrorKind::NotSignedIn
            | ErrorKind::Throttled
            | ErrorKind::Failed => 1,
        })
    }
}

/// Tells what is wrong with the arguments; help and version are no errors.
pub(super) fn of_arguments(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        return CliError::usage(message).tell(true);
    }
    // A closed pipe is as good as read.
    drop(error.print());
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

pub(super) fn as_text(error: &DeskError) -> String {
    let mut text = format!("error: {}\n", error.message);
    for problem in &error.problems {
        text.push_str(&format!("  - {}\n", problem.replace('\n', "\n    ")));
    }
    for cause in &error.causes {
        text.push_str(&format!("  because: {cause}\n"));
    }
    if let Some(hint) = &error.hint {
        text.push_str(&format!("hint: {hint}\n"));
    }
    text
}

fn as_json(error: &DeskError) -> String {
    format!("{}\n", json!({ "error": error }))
}

/// The other end answered something that does not fit the request: two versions that take themselves for one.
pub(super) fn unexpected(response: &Response) -> CliError {
    CliError::from(told_unexpected(response))
}

/// The same, to be shown among other things.
pub(super) fn told_unexpected(response: &Response) -> DeskError {
    let text =
        format!("the station answered something else: {response:?}; restart it, so that both are of one version");
    DeskError::new(ErrorKind::Failed, text)
}

impl From<DeskError> for CliError {
    fn from(error: DeskError) -> Self {
        Self::Told(Box::new(error))
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::from(DeskError::of_config(&error))
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::from(DeskError::from(error))
    }
}

impl From<ImportError> for CliError {
    fn from(error: ImportError) -> Self {
        Self::from(DeskError::from(error))
    }
}

impl From<ExportError> for CliError {
    fn from(error: ExportError) -> Self {
        Self::from(DeskError::of(ErrorKind::Failed, &error))
    }
}

impl From<StationError> for CliError {
    fn from(error: StationError) -> Self {
        Self::from(DeskError::of(ErrorKind::Failed, &error))
    }
}

impl From<SimulateError> for CliError {
    fn from(error: SimulateError) -> Self {
        let kind = match &error {
            SimulateError::Scenario(_) => ErrorKind::Usage,
            SimulateError::Store(_) | SimulateError::Used { .. } => ErrorKind::Refused,
            SimulateError::Stuck(_) | SimulateError::Died => ErrorKind::Failed,
        };
        Self::from(DeskError::of(kind, &error))
    }
}
