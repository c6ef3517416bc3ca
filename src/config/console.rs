//! Where the console listens.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::reader::Reader;

/// Where the web console and its API listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// Address and port; port 0 takes a free one. None: there is no console.
    pub listen: Option<SocketAddr>,
    /// The certificate to speak TLS with.
    pub tls: Option<Tls>,
    /// The proxy in front whose word about the other side is believed.
    pub proxy: Option<IpAddr>,
    /// The most live pages at the same time.
    pub live_pages_max: usize,
    /// Whether a person in the console may have the station fetch a feed from this machine itself.
    pub feeds_from_this_machine: bool,
}

/// A certificate and its key, as PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The chain.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

impl Console {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let listen =
            address(reader, "listen", "an address and a port", "for example 127.0.0.1:8600, or \"\" for no console");
        let proxy = address(reader, "proxy", "an IP address", "give the address that the proxy connects from, or \"\"");
        let (certificate, key) = (reader.path("tls_certificate"), reader.path("tls_key"));
        if certificate.is_some() != key.is_some() {
            let missing = if key.is_none() { "tls_key" } else { "tls_certificate" };
            reader.reject(missing, "a PEM file, since the other one is given", "give both files, or none");
        }
        let tls = certificate.zip(key).map(|(certificate, key)| Tls { certificate, key });
        let live_pages_max = reader.whole("live_pages_max", &(1..=2_000), "pages");
        let feeds_from_this_machine = reader.flag("feeds_from_this_machine");
        Self { listen, tls, proxy, live_pages_max, feeds_from_this_machine }
    }

    /// Whether only this machine can reach it.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.listen.is_none_or(|address| address.ip().is_loopback())
    }
}

fn address<T: std::str::FromStr>(reader: &Reader<'_>, key: &str, expected: &str, remedy: &str) -> Option<T> {
    let text = reader.text_or_empty(key);
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let parsed = text.parse().ok();
    if parsed.is_none() {
        reader.reject(key, expected, remedy);
    }
    parsed
}
