//! Small bodies are read whole before anybody answers.
//!
//! Whoever is refused is refused by his head alone (nobody signed in, another site, no such address). Answering before the body
//! was read makes the server hang up after the answer, and what the same line asks next is lost on the way.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// The largest body that is read before the request is looked at, in bytes. What is larger is worth a new line.
const SMALL_BYTES_MAX: usize = 64 * 1024;
/// Pieces of a recording: what came of one that broke off is kept, so they are read by their handler alone.
const PIECE: &str = "application/offset+octet-stream";

/// Reads a small body.
pub(super) async fn read_small(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let piece = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(PIECE.as_bytes()));
    if piece || length.is_none_or(|length| length == 0 || length > SMALL_BYTES_MAX) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, SMALL_BYTES_MAX).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => Problem::new(StatusCode::BAD_REQUEST, "body_broke_off", "the body broke off").into_response(),
    }
}
