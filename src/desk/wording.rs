//! Texts that people type: how long, and of which letters.

use super::error::DeskError;
use crate::domain::text::{is_unseen, turns_direction};

/// The longest single line (title, name, reason), in characters.
const LINE_MAX: usize = 300;
/// The longest text of several lines, in characters: an hour of reading aloud.
const TEXT_MAX: usize = 100_000;

/// A line that is there, not too long, without control characters and letters that cannot be seen.
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
    if let Some(letter) = text.chars().find(|letter| is_unseen(*letter)) {
        return Err(unseen(what, letter));
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
    if let Some(letter) = text.chars().find(|letter| turns_direction(*letter)) {
        return Err(unseen(what, letter));
    }
    Ok(())
}

fn unseen(what: &str, letter: char) -> DeskError {
    let code = u32::from(letter);
    DeskError::usage(format!("the {what} has a letter that cannot be seen (U+{code:04X}); delete it and type it anew"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::composed;

    /// As a title goes into the library.
    fn line(what: &str, text: &str) -> Result<String, DeskError> {
        let text = composed(text);
        check_line(what, &text)?;
        Ok(text)
    }

    #[test]
    fn a_title_is_text_and_nothing_else() {
        let script = "<script>alert('x')</script> & \"Đường làng\"";
        assert_eq!(line("title", script).unwrap(), script, "tags are letters like any other");
        assert_eq!(line("title", "  Cha\u{0300}o ").unwrap(), "Chào");
        assert!(line("title", &"ă".repeat(LINE_MAX)).is_ok());
        let wrong =
            ["", "   ", "một\nhai", "\0", "tin \u{202e}gnas", "tin\u{200b}", "\u{2067}x\u{2069}", "\u{feff}tin"];
        for text in wrong {
            assert!(line("title", text).is_err(), "{text:?}");
        }
        let long = line("title", &"x".repeat(10_000)).unwrap_err();
        assert_eq!(long.message, "the title has 10000 characters, at most 300");
        assert!(check_text("script", "dòng một\r\n\tdòng hai").is_ok());
        assert!(check_text("script", "a\u{202e}b").is_err());
    }
}
