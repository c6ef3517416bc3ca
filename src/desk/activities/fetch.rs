//! A feed fetched from its address: by whoever asks on the command line, or by the station for a person in the console.
//!
//! The server at the other end is not trusted: how long it may take, how much it may send, how often it may send on and to where
//! are bounded. Nothing of what it sends is shown but the articles of a feed.

use std::io::Read as _;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use tokio::sync::oneshot;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::header::{CONTENT_ENCODING, HeaderMap};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::LINK_MAX;
use super::feed::{FEED_BYTES_MAX, Feed, FeedQuery, parse_feed, too_large};
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::wording::check_line;
use crate::desk::{Desk, Who, seats};
use crate::domain::account::Right;
use crate::trust::tls;

/// The most times that a server may send on to another address.
const REDIRECTS_MAX: u32 = 5;
/// The largest head of an answer, in bytes.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// How a feed is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetching {
    /// The longest wait for a connection.
    pub connect: Duration,
    /// The longest wait for all of it, however it comes.
    pub whole: Duration,
    /// Whether this machine itself may be asked. A person in the console is not at this machine, and what listens only here
    /// trusts whoever asks.
    pub this_machine: bool,
}

impl Fetching {
    /// For a person at this machine.
    pub const HERE: Self =
        Self { connect: Duration::from_secs(10), whole: Duration::from_secs(30), this_machine: true };
}

/// Fetches what is at an address, over HTTP or HTTPS. Blocks for at most [`Fetching::whole`].
///
/// # Errors
/// It is no such address, nobody answers there, or what comes takes too long or is too large; with what to do.
pub fn fetch_feed(address: &str, how: Fetching) -> Result<Vec<u8>, DeskError> {
    let uri = checked(address)?;
    let source = feed_source(address);
    let failed = |error: Error| told(&source, how, error);
    let response = agent(how).get(&uri).call().map_err(failed)?;
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    if !head.status.is_success() {
        return Err(answered(&source, status));
    }
    check_encoding(&source, &head.headers)?;
    let limit = u64::try_from(FEED_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    body.into_reader().take(limit).read_to_end(&mut bytes).map_err(|error| failed(error.into()))?;
    if bytes.len() > FEED_BYTES_MAX {
        return Err(too_large(&source));
    }
    Ok(bytes)
}

/// What an address is called in the ledger, in messages and in the log: without what stands behind its question mark, which
/// may be a secret.
#[must_use]
pub fn feed_source(address: &str) -> String {
    let bare = address.trim().split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = bare.split_once("://").unwrap_or(("", bare));
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(authority, path)| (authority, Some(path)));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let start = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    let text = path.map_or_else(|| format!("{start}{host}"), |path| format!("{start}{host}/{path}"));
    text.chars().filter(|letter| !letter.is_control()).take(LINK_MAX).collect()
}

/// The address, if it is one of the web and holds no password.
fn checked(address: &str) -> Result<Uri, DeskError> {
    let address = address.trim();
    let wrong = |why: &str, hint: &str| {
        let shown: String = feed_source(address).chars().take(100).collect();
        DeskError::usage(format!("`{shown}` {why}")).hint(hint).code("feed_address").value("address", shown)
    };
    let copy = "copy it from the address bar: it begins with https:// or http://";
    if address.chars().count() > LINK_MAX {
        return Err(wrong(&format!("is longer than {LINK_MAX} letters, which no address of a feed is"), copy));
    }
    let uri: Uri = address.parse().map_err(|_| wrong("is no address of a feed", copy))?;
    let web = uri.scheme_str().is_some_and(|scheme| scheme == "http" || scheme == "https");
    if !web || uri.host().is_none_or(str::is_empty) {
        return Err(wrong("is no address of the web, expected one with http:// or https://", copy));
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        let hint = "give the address that everybody can open, or fetch it yourself and give the file";
        return Err(wrong("holds a name and a password, which would be written down", hint));
    }
    Ok(uri)
}

fn agent(how: Fetching) -> Agent {
    let mut config = Config::builder()
        .timeout_connect(Some(how.connect))
        .timeout_resolve(Some(how.connect))
        .timeout_global(Some(how.whole))
        .max_redirects(REDIRECTS_MAX)
        .max_redirects_will_error(true)
        .max_response_header_size(HEAD_BYTES_MAX)
        .http_status_as_error(false)
        .tls_config(tls())
        .user_agent(concat!("loa/", env!("CARGO_PKG_VERSION")))
        .accept(
            "application/rss+xml, application/atom+xml, application/feed+json, application/xml, text/xml, */*;q=0.5",
        );
    if !how.this_machine {
        // A proxy would look the name up by itself, past the look at where it leads.
        config = config.proxy(None);
    }
    Agent::with_parts(config.build(), DefaultConnector::default(), Guard { this_machine: how.this_machine })
}

/// Looks names up, of the first address and of those it sends on to, and refuses where nobody shall be sent.
#[derive(Debug)]
struct Guard {
    this_machine: bool,
}

/// A name leads to this machine.
#[derive(Debug, thiserror::Error)]
#[error("{0} is this machine itself, or next to it")]
struct ThisMachine(IpAddr);

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, wait: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let found = DefaultResolver::default().resolve(uri, config, wait)?;
        match found.iter().map(|address| address.ip().to_canonical()).find(|address| is_this_machine(*address)) {
            Some(address) if !self.this_machine => Err(Error::Other(Box::new(ThisMachine(address)))),
            _ => Ok(found),
        }
    }
}

/// Whether an address is not one of another machine in a network: loopback, "any", link-local (where clouds keep their secrets),
/// broadcast and multicast.
fn is_this_machine(address: IpAddr) -> bool {
    let link_local = |address: Ipv6Addr| address.segments()[0] & 0xffc0 == 0xfe80;
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || match address {
            IpAddr::V4(address) => address.is_link_local() || address.is_broadcast(),
            IpAddr::V6(address) => link_local(address),
        }
}

/// What was answered in place of a feed.
fn answered(source: &str, status: u16) -> DeskError {
    let hint = match status {
        401 | 403 | 407 => "the portal gives it to those who sign in only; give the address that everybody can open",
        404 | 410 => "open the address in a browser; the portal may have moved its feed",
        429 => "it was asked too often; try again in an hour",
        500..=599 => "the portal has a fault; try again later",
        _ => "open the address in a browser to see what it answers",
    };
    let text = format!("{source} answers with the status {status} in place of a feed, expected 200");
    DeskError::new(ErrorKind::Refused, text)
        .hint(hint)
        .code("feed_status")
        .value("source", source)
        .value("status", status)
}

/// Gzip is unpacked on the way; nothing else was asked for.
fn check_encoding(source: &str, headers: &HeaderMap) -> Result<(), DeskError> {
    let said = headers.get(CONTENT_ENCODING).and_then(|encoding| encoding.to_str().ok()).unwrap_or_default();
    let known = ["", "identity", "gzip", "x-gzip"];
    if known.iter().any(|known| said.trim().eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    let said: String = said.chars().filter(char::is_ascii_graphic).take(20).collect();
    let text = format!("{source} is sent packed as `{said}`, expected plain or gzip");
    Err(DeskError::new(ErrorKind::Refused, text)
        .hint("save it with a browser and give the file")
        .code("feed_packed")
        .value("source", source))
}

/// Why nothing came, for a person.
fn told(source: &str, how: Fetching, error: Error) -> DeskError {
    let seconds = how.whole.as_secs();
    let (text, hint, code) = match &error {
        Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => (
            format!("{source} takes no connection within {} s", how.connect.as_secs()),
            "open it in a browser on this machine; is the network there?",
            "feed_unreachable",
        ),
        Error::Timeout(_) => (
            format!("{source} did not come whole within {seconds} s"),
            "try again later, or save it with a browser and give the file",
            "feed_too_slow",
        ),
        Error::TooManyRedirects => (
            format!("{source} sends on to another address more than {REDIRECTS_MAX} times"),
            "open it in a browser and give the address at which it ends",
            "feed_redirects",
        ),
        Error::Other(other) if other.is::<ThisMachine>() => (
            format!("{source} leads to this machine itself ({other}), which the console does not ask"),
            "give the portal's address; or fetch it at the machine with `loa activity feed`",
            "feed_this_machine",
        ),
        Error::Decompress(..) => (
            format!("{source} is packed, and cannot be unpacked"),
            "try again later, or save it with a browser and give the file",
            "feed_packed",
        ),
        Error::HostNotFound => (
            format!("{source}: nobody knows this name"),
            "is it written rightly, and is the network there?",
            "feed_unreachable",
        ),
        _ => (
            format!("{source} cannot be fetched"),
            "open it in a browser on this machine; is the address right, and the network there?",
            "feed_unreachable",
        ),
    };
    let failed = DeskError::new(ErrorKind::Refused, text).hint(hint).code(code).value("source", source);
    DeskError { causes: vec![error.to_string()], ..failed }
}

impl Desk {
    /// Fetches a feed for a person and reads it. The thread that waits is none of the station's.
    ///
    /// # Errors
    /// The right to keep the ledger is missing; others are being fetched; as [`fetch_feed`] and [`parse_feed`].
    pub async fn feed_at(
        &self,
        who: &Who,
        address: &str,
        query: FeedQuery,
        name: Option<String>,
    ) -> Result<Feed, DeskError> {
        who.check(Right::KeepLedger)?;
        if let Some(name) = &name {
            check_line("name of the feed", name)?;
        }
        if let Some(campaign) = &query.campaign {
            self.check_campaign(campaign)?;
        }
        if let Some(topic) = &query.topic {
            self.check_topic(topic)?;
        }
        let busy = "other feeds are being fetched; try again when they are here";
        let seat = seats::take(&self.seats.feeds, busy, "feeds_under_way", Fetching::HERE.whole.as_secs())?;
        let how = Fetching { this_machine: self.config.console.feeds_from_this_machine, ..Fetching::HERE };
        let (address, source) = (address.to_owned(), name.unwrap_or_else(|| feed_source(address)));
        tracing::info!("{} has the station fetch {} ({})", who.name.trim(), feed_source(&address), who.via);
        // A thread that nobody waits for when the station ends, however long the other end takes; it takes its seat along.
        let (tell, told) = oneshot::channel();
        let read = move || {
            let read = fetch_feed(&address, how).and_then(|bytes| parse_feed(&bytes, &source, &query));
            drop(seat);
            // Whoever asked may have gone.
            drop(tell.send(read));
        };
        let thread = std::thread::Builder::new().name("loa-feed".to_owned()).spawn(read);
        thread.map_err(|error| {
            let failed = DeskError::new(ErrorKind::Failed, "the system gives no thread to fetch the feed with");
            DeskError { causes: vec![error.to_string()], ..failed }
        })?;
        told.await.map_err(|_| DeskError::new(ErrorKind::Failed, "the feed was not fetched: its thread broke"))?
    }
}
