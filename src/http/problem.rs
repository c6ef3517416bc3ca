//! Why something was not done, as RFC 9457 says it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::desk::{DeskError, ErrorKind};

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Why something was not done (RFC 9457). `code` names it for programs, `detail` and `hint` tell a person in English; the
/// console says it in the person's language by `code` and `values`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:loa:problem:` and the code.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// What sort of failure it is, in two words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What is wrong, in one sentence.
    pub detail: String,
    /// What is wrong, for programs.
    pub code: String,
    /// What the sentence speaks of, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Each thing that is wrong when there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// What led to it, from the nearest to the farthest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// With a stale edit: the resource as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub current: Option<Value>,
}

impl Problem {
    /// Of a status, a code and a sentence.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            type_uri: format!("urn:loa:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Failed").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code: code.to_owned(),
            values: BTreeMap::new(),
            problems: Vec::new(),
            causes: Vec::new(),
            hint: None,
            current: None,
        }
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With something that the sentence speaks of.
    #[must_use]
    pub fn value(mut self, name: &str, value: impl ToString) -> Self {
        self.values.insert(name.to_owned(), value.to_string());
        self
    }

    /// The resource was changed since it was read.
    pub fn stale(current: &impl Serialize) -> Self {
        let detail = "somebody else changed it since you read it";
        let problem = Self::new(StatusCode::PRECONDITION_FAILED, "stale", detail);
        Self { current: serde_json::to_value(current).ok(), ..problem }
            .hint("compare with `current`, and send the change again with the new ETag")
    }

    /// Nothing is at that address.
    pub fn no_such_address() -> Self {
        Self::new(StatusCode::NOT_FOUND, "no_such_address", "there is nothing at this address")
            .hint("/api/v1/openapi.json lists every address")
    }

    /// The desk did something else than it was asked.
    pub fn unexpected() -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "unexpected_answer", "the station did something else than it was asked")
            .hint("look at its log, and tell its makers")
    }

    /// Nobody has signed in.
    pub fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign_in", "nobody is signed in here")
            .hint("sign in, or send a token as `Authorization: Bearer ...`")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            tracing::error!(code = self.code, causes = ?self.causes, "{}", self.detail);
        }
        let mut response = (status, Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.values.get("wait_s").and_then(|seconds| HeaderValue::from_str(seconds).ok())
            && matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
        {
            headers.insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

/// The status that stands for a sort of failure.
const fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Usage => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Refused | ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotSignedIn => StatusCode::UNAUTHORIZED,
        ErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::NotReady => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The code of a failure that has none of its own.
const fn code_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Usage => "usage",
        ErrorKind::Refused => "refused",
        ErrorKind::Conflict => "conflict",
        ErrorKind::NotFound => "not_found",
        ErrorKind::Forbidden => "forbidden",
        ErrorKind::NotSignedIn => "sign_in",
        ErrorKind::Throttled => "throttled",
        ErrorKind::NotReady => "not_ready",
        ErrorKind::Failed => "failed",
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let DeskError { kind, message, problems, causes, hint, code, values } = error;
        let problem = Self::new(status_of(kind), code.as_deref().unwrap_or_else(|| code_of(kind)), message);
        Self { problems, causes, hint, values, ..problem }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let code = match &rejection {
            JsonRejection::JsonDataError(_) => "body_does_not_fit",
            JsonRejection::JsonSyntaxError(_) => "body_is_no_json",
            JsonRejection::MissingJsonContentType(_) => "body_is_no_json",
            _ => "body_cannot_be_read",
        };
        Self::new(rejection.status(), code, rejection.body_text())
            .hint("/api/v1/openapi.json says what is expected here")
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), "query_does_not_fit", rejection.body_text())
            .hint("/api/v1/openapi.json says what is expected here")
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), "address_does_not_fit", rejection.body_text())
            .hint("/api/v1/openapi.json says what is expected here")
    }
}
