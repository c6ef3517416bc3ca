//! Copies of the station: how the daily one stands, and one to take away.

use std::fs::File;

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Asked, Body};
use super::file::send;
use super::problem::Problem;
use super::words::instant;
use super::{App, Failures};
use crate::clock;
use crate::domain::account::Right;

/// How the daily copy stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct BackupInfo {
    /// Where the copies go; none: none are made.
    folder: Option<String>,
    /// The copies that are there, the newest first, with their sizes.
    copies: Vec<BackupCopy>,
    /// When the last copy of this run of the program was made.
    #[schema(format = DateTime)]
    made_at: Option<String>,
    /// Why the last try failed; none if it did not.
    error: Option<String>,
    /// Clips without audio, of which there is none in the copy.
    clips_missing: u64,
}

/// A copy.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct BackupCopy {
    /// The name of its file.
    name: String,
    /// Its size.
    bytes: u64,
}

/// What the copy shall hold.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The clips' audio too.
    #[serde(default)]
    clips: bool,
}

/// How the daily copy stands.
#[utoipa::path(get, path = "/backup", tag = "settings", responses((status = OK, body = BackupInfo), Failures))]
async fn backup(State(app): State<App>, caller: Caller) -> Result<Body<BackupInfo>, Problem> {
    caller.who.check(Right::Settings)?;
    let zone = app.desk.config().station.time_zone;
    let state = app.desk.daily_copies().await?;
    Ok(Body(BackupInfo {
        folder: app.desk.config().backup.folder.as_ref().map(|folder| folder.display().to_string()),
        copies: state.copies.into_iter().map(|(name, bytes)| BackupCopy { name, bytes }).collect(),
        made_at: state.last.made.map(|made| instant(made, zone)),
        error: state.last.error,
        clips_missing: state.last.clips_missing,
    }))
}

/// A copy of everything, made now, as one `.zip`; `loa restore` puts it back.
#[utoipa::path(get, path = "/backup/copy", tag = "settings", params(Wanted), responses(
    (status = OK, description = "The copy", content_type = "application/zip", body = Vec<u8>),
    Failures,
))]
async fn take_copy(State(app): State<App>, caller: Caller, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    caller.who.check(Right::Settings)?;
    let copy = app.desk.copy_to_take(&caller.who, wanted.clips, clock::now()).await?;
    let file = File::open(copy.path());
    let file = file.and_then(|file| file.metadata().map(|metadata| (file, metadata.len())));
    let (file, bytes) = file.map_err(|error| {
        let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        Problem::new(status, "failed", format!("the copy cannot be read: {error}"))
    })?;
    let name = copy.name().to_owned();
    Ok(send(file, bytes, "application/zip", &name, copy))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(backup)).routes(routes!(take_copy))
}
