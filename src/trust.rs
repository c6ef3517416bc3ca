//! TLS: whom this machine trusts when it asks others, and by which certificate others know it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

static TLS: LazyLock<TlsConfig> = LazyLock::new(|| {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::debug!(%error, "a certificate that the machine trusts cannot be read");
    }
    let roots: Vec<Certificate<'static>> =
        found.certs.iter().map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned()).collect();
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
});

/// TLS by the certificates that the machine trusts, read once.
#[must_use]
pub fn tls() -> TlsConfig {
    TLS.clone()
}

/// A certificate or a key that will not do.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used", file.display())]
pub struct Unusable {
    file: PathBuf,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// TLS with which others are shown the chain of certificates and proven the key in these PEM files.
///
/// # Errors
/// A file cannot be read or holds something else, or the key is that of another certificate.
pub fn shown(certificate: &Path, key: &Path) -> Result<ServerConfig, Unusable> {
    let wrong = |file: &Path| {
        let file = file.to_owned();
        move |source: Box<dyn std::error::Error + Send + Sync>| Unusable { file, source }
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(certificate)(error.into()))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key)(error.into()))?;
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(certificate)(error.into()))?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|error| wrong(key)(error.into()))
}
