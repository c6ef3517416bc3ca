//! Recordings on their way in: the protocol tus 1.0.0 with creation, expiration and termination, and what becomes of them.

use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt as _;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::clip_body::{Clip, Told};
use super::clips::found;
use super::extract::{At, Body};
use super::problem::Problem;
use super::tag::IfMatch;
use super::words::instant;
use super::{App, Failures};
use crate::clock;
use crate::desk::{DeskError, Purpose, Upload, UploadId, UploadLine, UploadState, version_of};
use crate::domain::clip::ClipId;

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// The version that is spoken.
const VERSION: &str = "1.0.0";
/// What is spoken besides the core.
const EXTENSIONS: &str = "creation,expiration,termination";
/// The media type of a piece.
const PIECE: &str = "application/offset+octet-stream";
/// Longest silence on a connection that sends a piece; then it is over, and what came is kept.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// How long an upload is kept without a further piece.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// The longest list of what is said of a file, in bytes.
const METADATA_BYTES_MAX: usize = 8 * 1024;

/// Recordings on their way in, of the last day, the oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Uploads {
    /// They.
    items: Vec<UploadBody>,
    /// Always null: there are never more than fit a page.
    next: Option<String>,
    /// The largest recording taken, in bytes.
    bytes_max: u64,
}

/// A recording on its way in.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct UploadBody {
    /// Which.
    id: String,
    /// The name of the file.
    name: String,
    /// Declared length.
    bytes: u64,
    /// Bytes that are safely here.
    received: u64,
    /// Who brings it.
    by: String,
    /// The clip whose audio it shall be; none if it becomes a new one.
    replaces: Option<u32>,
    /// When it was announced.
    #[schema(format = DateTime)]
    created_at: String,
    /// receiving, waiting (to be measured), measuring, imported or refused.
    state: &'static str,
    /// The share measured, 0 to 1, while it is.
    measured: Option<f64>,
    /// The clip that it became; of one that is refused, the clip that has this recording already.
    clip: Option<u32>,
    /// What its owner should know, or why it was refused.
    told: Vec<Told>,
}

impl UploadBody {
    fn of(line: UploadLine, zone: chrono_tz::Tz) -> Self {
        let UploadLine { upload, measured } = line;
        let (state, clip, told) = match upload.state {
            UploadState::Receiving => ("receiving", None, Vec::new()),
            UploadState::Complete if measured.is_some() => ("measuring", None, Vec::new()),
            UploadState::Complete => ("waiting", None, Vec::new()),
            UploadState::Imported { clip, warnings } => ("imported", Some(clip.0), warnings),
            UploadState::Refused { reasons, existing } => ("refused", existing.map(|clip| clip.0), reasons),
        };
        Self {
            id: upload.id.to_string(),
            name: upload.name,
            bytes: upload.bytes,
            received: upload.received,
            by: upload.by,
            replaces: match upload.purpose {
                Purpose::Draft => None,
                Purpose::Replace { clip, .. } => Some(clip.0),
            },
            created_at: instant(upload.created_at, zone),
            state,
            measured,
            clip,
            told: told.into_iter().map(Told::from).collect(),
        }
    }
}

/// Recordings on their way in, and what became of those of the last day.
#[utoipa::path(get, path = "/uploads", tag = "uploads", responses((status = OK, body = Uploads), Failures))]
async fn list_uploads(State(app): State<App>, _caller: Caller) -> Result<Body<Uploads>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let lines = app.desk.all_uploads(clock::now()).await?.into_iter();
    let items = lines.map(|line| UploadBody::of(line, zone)).collect();
    Ok(Body(Uploads { items, next: None, bytes_max: app.desk.upload_bytes_max() }))
}

/// What is spoken (tus).
#[utoipa::path(options, path = "/uploads", tag = "uploads", responses((status = NO_CONTENT, description = "In the headers"), Failures))]
async fn upload_options(State(app): State<App>) -> Response {
    let mut response = spoken(StatusCode::NO_CONTENT);
    put(&mut response, TUS_VERSION, VERSION);
    put(&mut response, TUS_EXTENSION, EXTENSIONS);
    put(&mut response, TUS_MAX_SIZE, &app.desk.upload_bytes_max().to_string());
    response
}

/// Announces a recording (tus). `Upload-Length` is its size; `Upload-Metadata` has its `filename`, and if it shall become the
/// audio of a clip that is there, `clip` (number) and `same_item` (`true` if a report goes on counting it as the same item).
#[utoipa::path(post, path = "/uploads", tag = "uploads", responses((status = CREATED, description = "Its address is in `Location`"), Failures))]
async fn announce_upload(
    State(app): State<App>,
    caller: Caller,
    seen: IfMatch,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    understood(&headers)?;
    let bytes = number(&headers, &UPLOAD_LENGTH)?;
    let mut said = Said::read(&headers)?;
    if let Purpose::Replace { clip, version, .. } = &mut said.purpose {
        let now = found(&app, clip.0).await?;
        seen.check(&Clip::of(&app.desk, &now))?;
        // Whoever changes the clip while the recording comes wins; the recording is refused then, and says so.
        *version = Some(version_of(&now));
    }
    let now = clock::now();
    let upload = app.desk.announce_upload(&caller.who, said.name, bytes, said.purpose, now).await.map_err(problem)?;
    let mut response = spoken(StatusCode::CREATED);
    put(&mut response, LOCATION, &format!("/api/v1/uploads/{}", upload.id));
    stands(&mut response, &upload);
    Ok(response)
}

/// How far a recording has come (tus): in the headers for HEAD, and as JSON.
#[utoipa::path(get, path = "/uploads/{id}", tag = "uploads", params(("id" = String, Path, description = "Which")), responses((status = OK, body = UploadBody), Failures))]
async fn read_upload(State(app): State<App>, _caller: Caller, At(id): At<String>) -> Result<Response, Problem> {
    let line = app.desk.upload(named(&id)?).await.map_err(problem)?;
    let upload = line.upload.clone();
    let zone = app.desk.config().station.time_zone;
    let mut response = Body(UploadBody::of(line, zone)).into_response();
    put(&mut response, TUS_RESUMABLE, VERSION);
    put(&mut response, UPLOAD_LENGTH, &upload.bytes.to_string());
    put(&mut response, CACHE_CONTROL, "no-store");
    stands(&mut response, &upload);
    Ok(response)
}

/// The next bytes of a recording (tus), from `Upload-Offset` on. When nothing is missing, it is measured and becomes a draft.
#[utoipa::path(patch, path = "/uploads/{id}", tag = "uploads", params(("id" = String, Path, description = "Which")),
    request_body(content_type = "application/offset+octet-stream", content = Vec<u8>),
    responses((status = NO_CONTENT, description = "`Upload-Offset` says where the next bytes begin"), Failures))]
async fn append_upload(
    State(app): State<App>,
    caller: Caller,
    At(id): At<String>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    understood(&headers)?;
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != PIECE) {
        let detail = format!("a piece is of the media type {PIECE}");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "header_does_not_fit", detail));
    }
    let (id, offset) = (named(&id)?, number(&headers, &UPLOAD_OFFSET)?);
    let mut piece = app.desk.append_upload(&caller.who, id, offset, clock::now()).await.map_err(problem)?;
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > piece.left()) {
        let detail = "the piece is longer than what is missing of the length that was declared";
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "upload_too_much", detail));
    }
    let mut bytes = body.into_data_stream();
    loop {
        match timeout(SILENCE_MAX, bytes.next()).await {
            Ok(Some(Ok(bytes))) => piece.push(&bytes).await.map_err(problem)?,
            Ok(None) => break,
            Ok(Some(Err(_))) => {
                return Err(Problem::new(StatusCode::BAD_REQUEST, "body_cannot_be_read", "the piece broke off"));
            }
            Err(_) => {
                let detail = "nothing came for too long; what came is kept";
                return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "upload_silent", detail));
            }
        }
    }
    let upload = piece.end().await.map_err(problem)?;
    let mut response = spoken(StatusCode::NO_CONTENT);
    stands(&mut response, &upload);
    Ok(response)
}

/// Forgets a recording that is on its way, or what became of it (tus).
#[utoipa::path(delete, path = "/uploads/{id}", tag = "uploads", params(("id" = String, Path, description = "Which")), responses((status = NO_CONTENT, description = "It is forgotten"), Failures))]
async fn abandon_upload(State(app): State<App>, caller: Caller, At(id): At<String>) -> Result<Response, Problem> {
    app.desk.abandon_upload(&caller.who, named(&id)?).await.map_err(problem)?;
    Ok(spoken(StatusCode::NO_CONTENT))
}

/// What is said of a file before it comes.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    name: String,
    purpose: Purpose,
}

impl Said {
    /// Reads `Upload-Metadata`: names with their values in Base64, separated by commas.
    fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let wrong = |what: &str| {
            let detail = format!("the header Upload-Metadata does not fit: {what}");
            Problem::new(StatusCode::BAD_REQUEST, "header_does_not_fit", detail)
        };
        let text = match headers.get(UPLOAD_METADATA) {
            Some(value) if value.len() > METADATA_BYTES_MAX => return Err(wrong("it is too long")),
            Some(value) => value.to_str().map_err(|_| wrong("it is not plain text"))?,
            None => "",
        };
        let (mut name, mut clip, mut same_item) = (String::new(), None, false);
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let value = STANDARD.decode(value.trim()).map_err(|_| wrong("a value is not Base64"))?;
            let value = String::from_utf8(value).map_err(|_| wrong("a value is not UTF-8"))?;
            match key {
                "filename" => name = value,
                "clip" => clip = Some(value.parse().map(ClipId).map_err(|_| wrong("`clip` is no number"))?),
                "same_item" => same_item = value == "true",
                // A client may say more than is of interest here.
                _ => {}
            }
        }
        let replace = |clip| Purpose::Replace { clip, version: None, same_item };
        Ok(Self { name, purpose: clip.map_or(Purpose::Draft, replace) })
    }
}

fn named(id: &str) -> Result<UploadId, Problem> {
    id.parse().map_err(|_| Problem::new(StatusCode::NOT_FOUND, "no_such_upload", format!("there is no upload {id}")))
}

/// The version that the other side speaks is ours.
fn understood(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(TUS_RESUMABLE).is_some_and(|version| version == VERSION) {
        return Ok(());
    }
    let detail = format!("the header Tus-Resumable is not {VERSION}");
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "tus_version", detail))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let value = headers.get(name).and_then(|value| value.to_str().ok()?.parse().ok());
    value.ok_or_else(|| {
        let detail = format!("the header {name} is not a number of bytes");
        Problem::new(StatusCode::BAD_REQUEST, "header_does_not_fit", detail)
    })
}

/// The statuses that the protocol asks for.
fn problem(error: DeskError) -> Problem {
    let status = match error.code.as_deref() {
        Some("upload_busy") => StatusCode::LOCKED,
        Some("upload_too_large" | "upload_too_much") => StatusCode::PAYLOAD_TOO_LARGE,
        Some("uploads_full") => StatusCode::SERVICE_UNAVAILABLE,
        Some("disk_full") => StatusCode::INSUFFICIENT_STORAGE,
        _ => return error.into(),
    };
    let problem = Problem::from(error);
    Problem { status: status.as_u16(), title: status.canonical_reason().unwrap_or("Failed").to_owned(), ..problem }
}

fn spoken(status: StatusCode) -> Response {
    let mut response = status.into_response();
    put(&mut response, TUS_RESUMABLE, VERSION);
    response
}

fn stands(response: &mut Response, upload: &Upload) {
    put(response, UPLOAD_OFFSET, &upload.received.to_string());
    put(response, UPLOAD_EXPIRES, &http_date(upload.touched_at + KEPT));
}

/// As RFC 9110 writes an instant.
fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_uploads, announce_upload, upload_options)).routes(routes!(
        read_upload,
        append_upload,
        abandon_upload
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(metadata: &str) -> Result<Said, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(UPLOAD_METADATA, metadata.parse().unwrap());
        Said::read(&headers)
    }

    #[test]
    fn what_is_said_of_a_file_is_read_as_tus_writes_it() {
        let name = STANDARD.encode("Bản tin sáng.mp3");
        let plain = said(&format!("filename {name},filetype YXVkaW8=,relativePath")).unwrap();
        assert_eq!(plain, Said { name: "Bản tin sáng.mp3".to_owned(), purpose: Purpose::Draft });
        let clip = STANDARD.encode("12");
        let purpose = Purpose::Replace { clip: ClipId(12), version: None, same_item: true };
        assert_eq!(said(&format!("clip {clip}, same_item dHJ1ZQ==")).unwrap().purpose, purpose);
        for wrong in ["filename ???", "clip YWJj", &format!("filename {}", "A".repeat(9_000))] {
            assert_eq!(said(wrong).unwrap_err().status, 400, "{wrong}");
        }
    }
}
