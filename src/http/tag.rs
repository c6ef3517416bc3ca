//! Entity tags: what was read, so that a change of something that changed meanwhile is seen (RFC 9110, 8.8.3).

use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::extract::Body;
use super::problem::Problem;

/// Hexadecimal digits of a tag: 64 bits tell any two states of one resource apart.
const DIGITS: usize = 16;

/// The tag of a resource in this state.
pub(super) fn tag_of(resource: &impl Serialize) -> String {
    // What cannot be written has no state; it fails on its way out.
    let state = serde_json::to_vec(resource).unwrap_or_default();
    let hash = blake3::hash(&state).to_hex();
    format!("\"{}\"", &hash[..DIGITS])
}

/// A resource with its tag; nothing but the tag if the other side has it already.
pub(super) struct Tagged<T> {
    resource: T,
    known: Option<HeaderValue>,
}

impl<T> Tagged<T> {
    /// `headers` are those of the request.
    pub(super) fn new(resource: T, headers: &HeaderMap) -> Self {
        Self { resource, known: headers.get(IF_NONE_MATCH).cloned() }
    }
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let tag = tag_of(&self.resource);
        let known = self.known.as_ref().and_then(|known| known.to_str().ok());
        let mut response = if known.is_some_and(|known| names(known, &tag)) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Body(self.resource).into_response()
        };
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}

/// The state that a change was made from. Without one the change is made whatever the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IfMatch(Option<String>);

impl IfMatch {
    /// The same for a resource whose tag says less than all of it; `now` makes it, for the refusal.
    pub(super) fn check_tag<T: Serialize>(&self, tag: &str, now: impl FnOnce() -> T) -> Result<(), Problem> {
        match &self.0 {
            Some(tags) if !names(tags, tag) => Err(Problem::stale(&now())),
            _ => Ok(()),
        }
    }

    /// Whether the change was made from a state that it names.
    pub(super) const fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// Refuses with the resource as it is now if it is not in the state that the change was made from.
    pub(super) fn check(&self, now: &impl Serialize) -> Result<(), Problem> {
        match &self.0 {
            Some(tags) if !names(tags, &tag_of(now)) => Err(Problem::stale(now)),
            _ => Ok(()),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(tags) = parts.headers.get(IF_MATCH) else { return Ok(Self(None)) };
        let tags = tags.to_str().map_err(|_| {
            Problem::new(StatusCode::BAD_REQUEST, "header_does_not_fit", "the header If-Match is no entity tag")
        })?;
        Ok(Self(Some(tags.to_owned())))
    }
}

/// Whether a list of tags as the header has it names this one.
fn names(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|named| named == "*" || named.strip_prefix("W/").unwrap_or(named) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_change_is_told_what_is_there_now() {
        let read = tag_of(&"as it was");
        assert_eq!(IfMatch(Some(read.clone())).check(&"as it was"), Ok(()));
        let problem = IfMatch(Some(read)).check(&"as it is").unwrap_err();
        assert_eq!((problem.status, problem.current), (412, Some("as it is".into())));
        assert_eq!(IfMatch(None).check(&"as it is"), Ok(()));
    }

    #[test]
    fn lists_stars_and_weak_tags_are_understood() {
        let tag = tag_of(&1);
        assert!(names("*", &tag) && names(&format!("\"x\", W/{tag}"), &tag) && !names("\"x\"", &tag));
    }
}
