//! Small bodies are read whole before anybody answers, and who was not heard out is told that the line ends.
//!
//! Whoever is refused is refused by his head alone (nobody signed in, another site, no such address). Answering before the body
//! was read makes the server hang up after the answer, and what the same line asks next is lost on the way. Of a large body, and
//! of one that does not say how large it is, that is so; then the answer says it (RFC 9112, section 9.6), so that nobody asks
//! anything on that line any more.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};

use super::problem::Problem;

/// The largest body that is read before the request is looked at, in bytes. What is larger is worth a new line.
const SMALL_BYTES_MAX: usize = 64 * 1024;
/// Pieces of a recording: what came of one that broke off is kept, so they are read by their handler alone.
const PIECE: &str = "application/offset+octet-stream";

/// Reads a small body, and looks whether another one was read.
pub(super) async fn read_small(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let piece = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(PIECE.as_bytes()));
    if piece || length.is_none_or(|length| length == 0 || length > SMALL_BYTES_MAX) {
        return run_watched(request, next).await;
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, SMALL_BYTES_MAX).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => Problem::new(StatusCode::BAD_REQUEST, "body_broke_off", "the body broke off").into_response(),
    }
}

/// Answers, and says that the line ends if the body was not read to its end.
async fn run_watched(request: Request, next: Next) -> Response {
    let ended = Arc::new(AtomicBool::new(request.body().is_end_stream()));
    let request = request.map(|body| Body::new(Watched { body, ended: Arc::clone(&ended) }));
    let mut response = next.run(request).await;
    if !ended.load(Ordering::Relaxed) {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A body that notes when it was read to its end.
struct Watched {
    body: Body,
    ended: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.ended.store(true, Ordering::Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
