//! The console's page, which is inside the program.
//!
//! `web/dist` is what `make run` builds with Node. A program built without it serves the API all the same, and in place of
//! the page one that says how to get it.

use std::sync::LazyLock;

use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use super::problem::Problem;

/// What Node built.
#[derive(Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// The page in place of a console that was not built.
const NOT_BUILT: &str = include_str!("not_built.html");
/// Files whose name changes with their content.
const IMMUTABLE: &str = "_app/immutable/";

/// What the browser may load and run: this station's own, and the one script that starts the page, by its hash.
pub(super) static CONTENT_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hashes = Dist::get("csp.json").and_then(|file| serde_json::from_slice::<Vec<String>>(&file.data).ok());
    let hashes: String = hashes.unwrap_or_default().iter().map(|hash| format!(" '{hash}'")).collect();
    let policy = format!(
        "default-src 'self'; script-src 'self'{hashes}; style-src 'self'; img-src 'self' data: blob:; \
         media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self' blob:; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'self'"))
});

/// Serves a file of the page; an address that is none is one of the page's own views.
pub(super) async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "only GET is answered here").into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let headers = request.headers();
    if let Some(response) = file(path, headers) {
        return response;
    }
    if path.starts_with(IMMUTABLE) || path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return (StatusCode::NOT_FOUND, "there is no such file").into_response();
    }
    file("index.html", headers).unwrap_or_else(|| {
        let html = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
        (html, NOT_BUILT).into_response()
    })
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let whole = Dist::get(path)?;
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = |coding: &str| accepted.split(',').any(|one| one.trim().split(';').next() == Some(coding));
    let packed = [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(coding, end)| {
        let file = accepts(coding).then(|| Dist::get(&format!("{path}.{end}"))).flatten()?;
        Some((coding, file))
    });
    let caching = if path.starts_with(IMMUTABLE) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = whole.metadata.mimetype().to_owned();
    let (coding, file) = packed.map_or((None, whole), |(coding, file)| (Some(coding), file));
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    // Text without a charset is guessed at by browsers.
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind };
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&kind).ok()?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Some(response)
}
