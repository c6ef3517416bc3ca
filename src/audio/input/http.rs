//! Fetching over HTTP and HTTPS: streams without an end, and the small files that lead to them.
//!
//! The other end is not trusted: how long it may take to connect, to answer and between two pieces, how often it may send on,
//! and how large anything may be that has an end, are bounded.

use std::io::Read;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::header::{CONTENT_TYPE, HeaderMap};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::{Agent, Error, ResponseExt as _};

use super::icy::{INTERVAL_MAX, Stripped};
use super::shoutcast;
use crate::audio::decode::live::Bytes;
use crate::domain::relay::shown;
use crate::trust::tls;

/// The longest wait for a connection, name and encryption included.
pub const CONNECT_MAX: Duration = Duration::from_secs(5);
/// The longest wait for the head of an answer.
pub const ANSWER_MAX: Duration = Duration::from_secs(8);
/// The longest wait between two pieces of what is sent. A stream that sends less often is not one that plays.
pub const PIECE_MAX: Duration = Duration::from_secs(10);
/// The longest time that something with an end may take.
pub const WHOLE_MAX: Duration = Duration::from_secs(20);
/// The most times that a server may send on to another address.
pub const REDIRECTS_MAX: u32 = 5;
/// The largest head of an answer, in bytes.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// What an address answers with.
pub struct Answer {
    /// Where it was found in the end.
    pub url: String,
    /// What the server calls it, in small letters and without parameters; may be empty.
    pub kind: String,
    /// What it sends, without titles between.
    pub bytes: Bytes,
}

/// Asks for what is at `url` and returns when its head is there. `ends` says that it has an end, which then must come soon.
///
/// # Errors
/// Why there is nothing, in words that name no secret of the address.
pub fn get(url: &str, ends: bool) -> Result<Answer, String> {
    let name = shown(url);
    let uri: Uri = url.parse().map_err(|_| format!("`{name}` is no address of the web"))?;
    let config = Config::builder()
        .timeout_resolve(Some(CONNECT_MAX))
        .timeout_connect(Some(CONNECT_MAX))
        .timeout_recv_response(Some(ANSWER_MAX))
        .timeout_per_read(Some(PIECE_MAX))
        .timeout_global(ends.then_some(WHOLE_MAX))
        .max_redirects(REDIRECTS_MAX)
        .max_redirects_will_error(true)
        .max_response_header_size(HEAD_BYTES_MAX)
        .max_idle_connections(0)
        .http_status_as_error(false)
        .tls_config(tls())
        .accept_encoding("identity")
        .user_agent(concat!("loa/", env!("CARGO_PKG_VERSION")))
        .build();
    let agent = Agent::with_parts(config, shoutcast::connector(), DefaultResolver::default());
    let response = agent.get(&uri).call().map_err(|error| told(&name, &error))?;
    if !response.status().is_success() {
        return Err(answered(&name, response.status().as_u16()));
    }
    let url = response.get_uri().to_string();
    let (head, body) = response.into_parts();
    let kind = text(&head.headers, CONTENT_TYPE.as_str()).to_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
    let reader = body.into_with_config().limit(u64::MAX).reader();
    let interval = text(&head.headers, "icy-metaint").trim().parse::<usize>().ok();
    let bytes: Bytes = match interval.filter(|interval| (1..=INTERVAL_MAX).contains(interval)) {
        Some(interval) => Box::new(Stripped::new(reader, interval)),
        None => Box::new(reader),
    };
    Ok(Answer { url, kind, bytes })
}

/// Fetches something with an end, of at most `bytes_max` bytes.
///
/// # Errors
/// Why there is nothing, in words.
pub fn fetch(url: &str, bytes_max: usize) -> Result<(String, Vec<u8>), String> {
    let answer = get(url, true)?;
    let name = shown(url);
    let mut bytes = Vec::new();
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let read = answer.bytes.take(limit).read_to_end(&mut bytes);
    read.map_err(|error| format!("{name} did not come whole: {error}"))?;
    if bytes.len() > bytes_max {
        return Err(format!("{name} is larger than {bytes_max} bytes"));
    }
    Ok((answer.url, bytes))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn answered(name: &str, status: u16) -> String {
    let what = match status {
        401 | 403 => "it is given only to those who sign in",
        404 | 410 => "there is nothing at this address (now)",
        429 | 503 => "it is too busy",
        500..=599 => "the server has a fault",
        _ => "that is no stream",
    };
    format!("{name} answers with the status {status}: {what}")
}

fn told(name: &str, error: &Error) -> String {
    match error {
        Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            format!("{name} takes no connection within {} s", CONNECT_MAX.as_secs())
        }
        Error::Timeout(_) => format!("{name} does not answer within {} s", ANSWER_MAX.as_secs()),
        Error::TooManyRedirects => format!("{name} sends on to another address more than {REDIRECTS_MAX} times"),
        Error::HostNotFound => format!("{name}: nobody knows this name"),
        other => format!("{name} cannot be reached: {other}"),
    }
}
