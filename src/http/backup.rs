//! Copies of the station: how the daily one stands, and one to take away.

use std::fs::File;
use std::io::Read as _;

use axum::body::{Body as Bytes, Bytes as Piece};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Asked, Body};
use super::problem::Problem;
use super::words::instant;
use super::{App, Failures};
use crate::clock;
use crate::desk::CopyToTake;
use crate::domain::account::Right;

/// Bytes sent at once.
const PIECE_BYTES: usize = 256 * 1024;

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
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_LENGTH, bytes.to_string()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Bytes::from_stream(pieces(copy, file))).into_response())
}

/// The file a piece at a time; it is deleted when it is sent or the browser goes away.
fn pieces(copy: CopyToTake, file: File) -> impl futures_util::Stream<Item = std::io::Result<Piece>> {
    try_unfold((copy, file), |(copy, mut file)| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE_BYTES];
            let bytes = file.read(&mut piece)?;
            piece.truncate(bytes);
            Ok::<_, std::io::Error>((piece, file))
        });
        let (piece, file) = read.await.map_err(std::io::Error::other)??;
        Ok((!piece.is_empty()).then(|| (Piece::from(piece), (copy, file))))
    })
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(backup)).routes(routes!(take_copy))
}
