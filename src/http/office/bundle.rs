//! Sealed bundles: a period of the log for an inspector, and whether one that was brought fits.

use std::fs::File;
use std::sync::Arc;

use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock;
use crate::desk::{BUNDLE_BYTES_MAX, BundleOptions, BundleVerified, DeskError, ErrorKind};
use crate::http::caller::Caller;
use crate::http::extract::{Asked, Body};
use crate::http::problem::Problem;
use crate::http::report::ReportOf;
use crate::http::words::instant;
use crate::http::{App, Failures, file};

/// What a bundle shall hold.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sealed {
    /// Read every recording and list the digest of its bytes too; takes a while.
    #[serde(default)]
    digest_recordings: bool,
}

/// Whose key.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Signer {
    /// The station's public key as the inspector has it from elsewhere; without it, only that nothing was changed is shown.
    key: Option<String>,
}

/// The key that bundles are signed with.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PublicKey {
    /// In hexadecimal: what an inspector keeps.
    public_key: String,
    /// The same, to compare by eye.
    fingerprint: String,
}

/// A record of the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct BundleHead {
    /// Its number.
    seq: u64,
    /// Its hash.
    hash: String,
}

/// A bundle in which everything fits.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Verified {
    /// Always true: what does not fit is a problem.
    ok: bool,
    /// Whose.
    station: String,
    /// The period as it is typed.
    period: String,
    /// First day.
    #[schema(format = Date)]
    from: String,
    /// Last day.
    #[schema(format = Date)]
    to: String,
    /// When it was made.
    #[schema(format = DateTime)]
    made_at: String,
    /// Whether it is of a rehearsal.
    simulated: bool,
    /// Records of the log in it.
    records: u64,
    /// The last of them; none if the log was empty.
    head: Option<BundleHead>,
    /// The key that signed it.
    public_key: String,
    /// The same, to compare by eye.
    fingerprint: String,
    /// Whether that is the key that was asked for.
    key_given: bool,
}

/// A sealed bundle of a period for an inspector, made now: log, list of recordings, report, ledger, signed by the station. Of all
/// campaigns, whatever `campaign` says. Whoever keeps the ledger may.
#[utoipa::path(get, path = "/bundle", tag = "office", params(ReportOf, Sealed), responses(
    (status = OK, description = "The bundle", content_type = "application/zip", body = Vec<u8>), Failures,
))]
async fn made(
    State(app): State<App>,
    caller: Caller,
    Asked(of): Asked<ReportOf>,
    Asked(Sealed { digest_recordings }): Asked<Sealed>,
) -> Result<Response, Problem> {
    let options = BundleOptions { period: of.read(&app)?.period, digest_recordings };
    let copy = Arc::clone(&app.desk).bundle_to_take(&caller.who, options, clock::now()).await?;
    let opened = File::open(copy.path()).and_then(|file| file.metadata().map(|about| (file, about.len())));
    let (opened, bytes) = opened.map_err(|error| {
        let failed = DeskError::new(ErrorKind::Failed, "the bundle cannot be read; ask for it again");
        DeskError { causes: vec![error.to_string()], ..failed }
    })?;
    let name = copy.name().to_owned();
    Ok(file::send(opened, bytes, "application/zip", &name, copy))
}

/// Checks a bundle of any station, at most 200 MB: form, signature, every part, every link of the log. The first thing that does
/// not fit is named by a problem with the code `bundle_does_not_fit`.
#[utoipa::path(post, path = "/bundle/verify", tag = "office", params(Signer), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = OK, body = Verified), Failures))]
async fn verified(
    State(app): State<App>,
    caller: Caller,
    Asked(Signer { key }): Asked<Signer>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Body<Verified>, Problem> {
    let file = file::receive(&app, &headers, body, BUNDLE_BYTES_MAX).await?;
    let key = key.filter(|key| !key.trim().is_empty());
    let found = app.desk.bundle_brought(&caller.who, file, key).await?;
    let zone = app.desk.config().station.time_zone;
    let BundleVerified { station, period, from, to, made_at, simulated, records, head, .. } = found;
    Ok(Body(Verified {
        ok: true,
        station,
        period,
        from: from.to_string(),
        to: to.to_string(),
        made_at: instant(made_at, zone),
        simulated,
        records,
        head: head.map(|(seq, hash)| BundleHead { seq, hash }),
        public_key: found.public_key,
        fingerprint: found.fingerprint,
        key_given: found.key_given,
    }))
}

/// The station's public key, for inspectors to keep; it is made at its first use.
#[utoipa::path(get, path = "/bundle/key", tag = "office", responses((status = OK, body = PublicKey), Failures))]
async fn key(State(app): State<App>, caller: Caller) -> Result<Body<PublicKey>, Problem> {
    let (public_key, fingerprint) = app.desk.public_key(&caller.who).await?;
    Ok(Body(PublicKey { public_key, fingerprint }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(made)).routes(routes!(verified)).routes(routes!(key))
}
