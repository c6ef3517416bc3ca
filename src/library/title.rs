//! A title out of a file's name, for the operator to better.

use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::domain::text::is_unseen;

/// Longest title, in characters.
const TITLE_CHARACTERS_MAX: usize = 200;
/// Longest ending taken for a file type: `mp3`, `flac`, `aiff`.
const ENDING_BYTES: std::ops::RangeInclusive<usize> = 2..=5;
/// The title of a file whose name says nothing: "untitled".
const UNTITLED: &str = "Không tên";

/// The title that a file's name suggests: without its type, in composed letters (so that a name typed on a Mac and the
/// same one typed on Windows are the same title) and letters that can be seen, with underscores, line breaks and runs of blanks as one blank. Bytes
/// that are no text become the replacement character.
#[must_use]
pub fn title_of(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if is_type(ending) => stem,
        _ => &name,
    };
    let spaced: String = stem
        .nfc()
        .filter(|letter| !is_unseen(*letter))
        .map(|letter| if letter.is_control() || letter == '_' { ' ' } else { letter })
        .collect();
    let words: Vec<_> = spaced.split_whitespace().collect();
    let title: String = words.join(" ").chars().take(TITLE_CHARACTERS_MAX).collect();
    let title = title.trim();
    if title.is_empty() { UNTITLED.to_owned() } else { title.to_owned() }
}

/// Whether the end of a name is a file type and not the number in `Bản tin 12.6`.
fn is_type(ending: &str) -> bool {
    ENDING_BYTES.contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn check(name: &str, title: &str) {
        assert_eq!(title_of(Path::new(name)), title, "{name:?}");
    }

    #[test]
    fn a_name_becomes_a_title() {
        check("/usb/Cải cách hành chính.mp3", "Cải cách hành chính");
        check("ban_tin_sang__thu_hai.FLAC", "ban tin sang thu hai");
        check("Bản tin 12.6", "Bản tin 12.6");
        check("hai\ndòng\t  cách.wav", "hai dòng cách");
        check("...", "...");
        check("___.mp3", UNTITLED);
        check("Thông báo \u{202e}3pm.exe.mp3", "Thông báo 3pm.exe");
        check("\u{200b}.mp3", UNTITLED);
    }

    #[test]
    fn composed_and_decomposed_names_are_the_same_title() {
        let composed: String = "Thủ tục hành chính về đất đai".nfc().collect();
        let decomposed: String = composed.nfd().collect();
        assert_ne!(composed, decomposed);
        check(&format!("{decomposed}.mp3"), &composed);
        check(&format!("{composed}.mp3"), &composed);
    }

    #[test]
    fn names_that_are_no_text_or_too_long_still_give_a_title() {
        let bytes = OsStr::from_bytes(b"tin \xff\xfe s\xe1ng.mp3");
        assert_eq!(title_of(Path::new(bytes)), "tin \u{fffd}\u{fffd} s\u{fffd}ng");
        let long = format!("{}.mp3", "ă".repeat(125));
        assert_eq!(title_of(Path::new(&long)), "ă".repeat(125));
        assert_eq!(title_of(Path::new(&"x".repeat(251))).chars().count(), TITLE_CHARACTERS_MAX);
    }
}
