//! What proves an entry of the activity ledger: links, documents, files.

use std::fs::File;

use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock;
use crate::desk::{DeskError, EVIDENCE_BYTES_MAX, ErrorKind};
use crate::domain::account::Right;
use crate::domain::ledger::Evidence;
use crate::http::caller::Caller;
use crate::http::extract::{Asked, At, Body};
use crate::http::problem::Problem;
use crate::http::{App, Failures, file};

/// What sort of evidence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ProofKind {
    /// An address on the web.
    Link,
    /// A document.
    Document,
    /// A file that the station keeps.
    File,
}

/// What proves an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct Proof {
    /// What sort it is.
    kind: ProofKind,
    /// The address, the number of the document, or the name of the file.
    #[schema(max_length = 2_000)]
    text: String,
    /// Of a file: BLAKE3 of its bytes, by which it is kept and fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// Of a file: its size. Not looked at when it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

impl Proof {
    pub(super) fn of(evidence: &Evidence) -> Self {
        match evidence {
            Evidence::Link(link) => Self { kind: ProofKind::Link, text: link.clone(), digest: None, bytes: None },
            Evidence::Document(number) => {
                Self { kind: ProofKind::Document, text: number.to_string(), digest: None, bytes: None }
            }
            Evidence::File { digest, name, bytes } => {
                let (digest, bytes) = (Some(digest.to_string()), Some(*bytes));
                Self { kind: ProofKind::File, text: name.clone(), digest, bytes }
            }
        }
    }

    /// As the desk wants it; the desk looks whether it will do.
    pub(super) fn read(self, app: &App) -> Result<Evidence, Problem> {
        let usage = |text: String| DeskError::new(ErrorKind::Usage, text);
        match self.kind {
            ProofKind::Link => Ok(Evidence::Link(self.text.trim().to_owned())),
            ProofKind::Document => Ok(Evidence::Document(self.text.parse().map_err(usage)?)),
            ProofKind::File => {
                let missing =
                    || usage(format!("the file \"{}\" has no digest; send it to /activities/evidence", self.text));
                Ok(app.desk.kept_evidence(&self.digest.ok_or_else(missing)?, &self.text)?)
            }
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Called {
    /// The name of the file.
    #[param(max_length = 300)]
    name: String,
}

/// Keeps a file of at most 20 MB as evidence, under the digest of its bytes: sent again it is the same one. An entry names it
/// by what is answered here.
#[utoipa::path(post, path = "/activities/evidence", tag = "office", params(Called), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = CREATED, body = Proof), Failures))]
async fn kept(
    State(app): State<App>,
    caller: Caller,
    Asked(Called { name }): Asked<Called>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<(StatusCode, Body<Proof>), Problem> {
    // The desk checks it again; nobody needs to send 20 MB to hear it.
    caller.who.check(Right::KeepLedger)?;
    let file = file::receive(&app, &headers, body, EVIDENCE_BYTES_MAX).await?;
    let evidence = app.desk.keep_evidence(&caller.who, file, &name, clock::now()).await?;
    Ok((StatusCode::CREATED, Body(Proof::of(&evidence))))
}

/// A file that proves an entry, to be saved. Those that only earlier versions of the entry name are here too.
#[utoipa::path(get, path = "/activities/{number}/evidence/{digest}", tag = "office", params(("number" = u32, Path, description = "The entry's number"), ("digest" = String, Path, description = "The file's digest")), responses(
    (status = OK, description = "The file", content_type = "application/octet-stream", body = Vec<u8>), Failures,
))]
async fn fetched(
    State(app): State<App>,
    _caller: Caller,
    At((number, digest)): At<(u32, String)>,
) -> Result<Response, Problem> {
    let found = app.desk.evidence_file(number, &digest).await?;
    let opened = File::open(&found.path).map_err(|error| {
        let failed = DeskError::new(ErrorKind::Failed, "the file cannot be read; look at the data folder");
        DeskError { causes: vec![error.to_string()], ..failed }
    })?;
    // Whoever gave it may have called a page a photograph: it is never shown within the console.
    Ok(file::send(opened, found.bytes, "application/octet-stream", &found.name, ()))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(kept)).routes(routes!(fetched))
}
