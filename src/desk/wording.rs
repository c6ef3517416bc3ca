//! Texts that people type: how long, and of which letters.

use super::error::DeskError;

/// The longest single line (title, name, reason), in characters.
const LINE_MAX: usize = 300;
/// The longest text of several lines, in characters: an hour of reading aloud.
const TEXT_MAX: usize = 100_000;

/// A line that is there, not too long, without control characters.
pub(super) fn check_line(what: &str, text: &str) -> Result<(), DeskError> {
    let characters = text.chars().count();
    if text.trim().is_empty() {
        return Err(DeskError::usage(format!("the {what} is empty; give one")));
    }
    if characters > LINE_MAX {
        return Err(DeskError::usage(format!(
            "the {what} has {characters} characters, at most {LINE_MAX}; shorten it"
        )));
    }
    if text.chars().any(char::is_control) {
        return Err(DeskError::usage(format!("the {what} has line breaks or control characters; remove them")));
    }
    Ok(())
}

/// A text of several lines, not too long, without control characters but those of lines.
pub(super) fn check_text(what: &str, text: &str) -> Result<(), DeskError> {
    let characters = text.chars().count();
    if characters > TEXT_MAX {
        return Err(DeskError::usage(format!(
            "the {what} has {characters} characters, at most {TEXT_MAX}; shorten it"
        )));
    }
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Err(DeskError::usage(format!("the {what} has control characters; save it as plain text in UTF-8")));
    }
    Ok(())
}
