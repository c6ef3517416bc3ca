//! A command that was sent twice is done once.
//!
//! A page whose answer was lost on the way sends its command again with the same `Idempotency-Key`, and gets the answer that
//! was given. Only small JSON commands are remembered; what has its own way of going on (uploads) is not touched.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::caller::Caller;
use super::problem::{PROBLEM_JSON, Problem};
use super::{App, BODY_BYTES_MAX};
use crate::clock;
use crate::desk::GivenAnswer;

/// The header that names a command.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Set on an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// What files come as.
const FILES: [&str; 2] = ["application/octet-stream", "application/zip"];
/// The longest key, in characters: a UUID has 36.
const KEY_MAX: usize = 100;
/// The largest answer that is remembered, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// The most commands with a key that are performed at the same time.
const UNDER_WAY_MAX: usize = 64;

/// Commands that are being performed, by who asked and their key. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct UnderWay(Arc<Mutex<HashSet<(String, String)>>>);

/// The place of one of them; free again when it is dropped.
struct Place {
    of: UnderWay,
    key: (String, String),
}

impl UnderWay {
    fn enter(&self, scope: &str, key: &str) -> Result<Place, Problem> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (scope.to_owned(), key.to_owned());
        if keys.len() >= UNDER_WAY_MAX {
            let detail = "too many commands are being performed";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_commands", detail).value("wait_s", 1));
        }
        if !keys.insert(key.clone()) {
            let detail = "this command is being performed";
            return Err(Problem::new(StatusCode::CONFLICT, "under_way", detail).hint("ask again in a moment"));
        }
        Ok(Place { of: self.clone(), key })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.of.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// Performs a command with a key, unless it was performed.
pub(super) async fn perform_once(State(app): State<App>, request: Request, next: Next) -> Response {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    // A file is kept by its own bytes, or looked at and forgotten: sent again it does no harm.
    let small = kind.is_none_or(|kind| !FILES.iter().any(|file| kind.starts_with(file.as_bytes())));
    let keyed = small && *request.method() == Method::POST && request.headers().contains_key(KEY);
    match (keyed, Caller::scope_of(&request)) {
        (true, Some(scope)) => perform(&app, &scope, request, next).await.unwrap_or_else(IntoResponse::into_response),
        _ => next.run(request).await,
    }
}

async fn perform(app: &App, scope: &str, request: Request, next: Next) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let key = parts.headers.get(KEY).and_then(|key| key.to_str().ok()).map(str::trim).unwrap_or_default();
    if key.is_empty() || key.len() > KEY_MAX {
        let detail = format!("the header Idempotency-Key has 1 to {KEY_MAX} printable characters");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "header_does_not_fit", detail));
    }
    let place = app.under_way.enter(scope, key)?;
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| {
        let detail = format!("the body is larger than {BODY_BYTES_MAX} bytes, or broke off");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    })?;
    let mut asked = blake3::Hasher::new();
    asked.update(parts.uri.path().as_bytes()).update(&[0]).update(&body);
    let fingerprint = *asked.finalize().as_bytes();
    if let Some(given) = app.desk.answer_to(scope, key, fingerprint, clock::now()).await? {
        return Ok(replay(given));
    }
    let key = key.to_owned();
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX)
        .await
        .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", "the answer broke off"))?;
    // What failed for want of something may succeed the next time; a secret is shown once and kept nowhere.
    let worth = (head.status.is_success() || head.status.is_client_error())
        && bytes.len() <= ANSWER_BYTES_MAX
        && head.extensions.get::<ShownOnce>().is_none();
    if worth && let Ok(text) = std::str::from_utf8(&bytes) {
        let given = GivenAnswer { status: head.status.as_u16(), body: text.to_owned() };
        app.desk.remember_answer(scope, &key, fingerprint, given, clock::now()).await?;
    }
    drop(place);
    Ok(Response::from_parts(head, Body::from(bytes)))
}

/// Marks an answer that shows a secret.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShownOnce;

fn replay(given: GivenAnswer) -> Response {
    let status = StatusCode::from_u16(given.status).unwrap_or(StatusCode::OK);
    let kind = if status.is_success() { "application/json" } else { PROBLEM_JSON };
    let mut response = (status, given.body.clone()).into_response();
    if !given.body.is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
