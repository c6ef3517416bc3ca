//! Why something was not done, in a form that reads the same at both ends of the socket.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::domain::account::Right;

/// What sort of failure it is; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request makes no sense as it was put.
    Usage,
    /// A rule forbids it.
    Refused,
    /// What it is about does not exist.
    NotFound,
    /// Somebody else changed the same thing meanwhile, or it exists already.
    Conflict,
    /// The person who asks may not do it.
    Forbidden,
    /// Nobody is signed in, or whoever tried to was not believed.
    NotSignedIn,
    /// Tried too often or by too many at once; later it may be tried again (value `wait_s`, seconds).
    Throttled,
    /// The station is not running, or not in a state to do it.
    NotReady,
    /// It was tried and went wrong.
    Failed,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct DeskError {
    /// What sort of failure it is.
    pub kind: ErrorKind,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Each thing that is wrong when there are several, with its own remedy.
    #[serde(default)]
    pub problems: Vec<String>,
    /// What led to it, from the nearest to the farthest.
    #[serde(default)]
    pub causes: Vec<String>,
    /// What to do about it.
    #[serde(default)]
    pub hint: Option<String>,
    /// The sentence's key in a catalogue of messages, in snake case: `clip_not_approved`.
    #[serde(default)]
    pub code: Option<String>,
    /// What the sentence of that key names: `clip`, `title` ...
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

impl DeskError {
    /// Of a kind, from a sentence that may end in a remedy after a semicolon, as the errors of this house do.
    #[must_use]
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        let text = text.into();
        let (message, hint) = match remedy_at(&text) {
            Some(at) => (text[..at].to_owned(), Some(text[at + 2..].to_owned())),
            None => (text, None),
        };
        let (problems, causes, values) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { kind, message, problems, causes, hint, code: None, values }
    }

    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, text)
    }

    pub(super) fn refused(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, text)
    }

    pub(super) fn not_found(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, text)
    }

    pub(super) fn not_running(folder: &Path) -> Self {
        Self::new(ErrorKind::NotReady, format!("no station is running on {}", folder.display()))
            .hint("start it with `loa run` (or `systemctl start loa`), then ask again")
            .code("not_running")
    }

    pub(super) fn forbidden(name: &str, right: Right) -> Self {
        Self::new(ErrorKind::Forbidden, format!("{} may not {}", name.trim(), right.words()))
            .hint("an admin gives roles: in the console under accounts, or with `loa user roles`")
            .code("forbidden")
            .value("right", right.word())
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With the key of the sentence in a catalogue of messages.
    #[must_use]
    pub fn code(self, code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..self }
    }

    /// With something that the sentence names.
    #[must_use]
    pub fn value(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.values.insert(name.into(), value.to_string());
        self
    }

    /// With each thing that is wrong.
    #[must_use]
    pub fn problems(self, problems: Vec<String>) -> Self {
        Self { problems, ..self }
    }

    /// From any error, with what led to it; a cause that says what was said already is left out.
    #[must_use]
    pub fn of(kind: ErrorKind, error: &(dyn Error + 'static)) -> Self {
        let text = error.to_string();
        let mut causes: Vec<String> = Vec::new();
        let mut cause = error.source();
        while let Some(error) = cause {
            let said = error.to_string();
            if said != text && causes.last() != Some(&said) {
                causes.push(said);
            }
            cause = error.source();
        }
        Self { causes, ..Self::new(kind, text) }
    }
}

/// Where the remedy of a message begins: at the first semicolon that is not part of a name in quotes.
fn remedy_at(text: &str) -> Option<usize> {
    let mut quoted = None;
    for (at, letter) in text.char_indices() {
        match quoted {
            Some(end) if letter == end => quoted = None,
            Some(_) => {}
            None if matches!(letter, '"' | '`') => quoted = Some(letter),
            None if text[at..].starts_with("; ") => return Some(at),
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    #[test]
    fn the_remedy_after_the_semicolon_becomes_the_hint() {
        let error = DeskError::from(StoreError::QueueFull(1_000));
        assert_eq!(error.message, "the queue holds 1000 entries, which is all it takes");
        assert_eq!(error.hint.as_deref(), Some("remove some first"));
        assert_eq!(error.kind, ErrorKind::Refused);
    }

    #[test]
    fn a_semicolon_in_a_title_is_no_remedy() {
        let error = DeskError::new(ErrorKind::Refused, "it is `một; hai` already; choose \"another; one\"");
        assert_eq!(error.message, "it is `một; hai` already");
        assert_eq!(error.hint.as_deref(), Some("choose \"another; one\""));
    }

    #[test]
    fn causes_are_told_once() {
        let refused = crate::store::Refused::Unfit("seq".to_owned());
        let error = DeskError::from(StoreError::Refused(refused));
        assert_eq!(error.message, "the log refuses a record");
        assert_eq!(error.causes, ["the record cannot be kept: seq"]);
    }

    #[test]
    fn an_error_is_the_same_after_the_socket() {
        let error = DeskError::refused("a; b").problems(vec!["c".to_owned()]);
        let sent = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<DeskError>(&sent).unwrap(), error);
    }
}
