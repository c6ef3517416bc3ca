//! Text as it is searched.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Lower case without diacritics, đ as d: what a person types on a keyboard without Vietnamese finds what is written with it.
#[must_use]
pub fn folded(text: &str) -> String {
    text.nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'đ' { 'd' } else { letter })
        .collect()
}

/// A pattern for `like ... escape '\'` that finds `text`, folded, anywhere.
pub(super) fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in folded(text).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_folds_to_plain_letters_composed_or_not() {
        let title = "Đẩy mạnh cải cách thủ tục hành chính";
        let plain = "day manh cai cach thu tuc hanh chinh";
        assert_eq!(folded(title), plain);
        assert_eq!(folded(&title.nfd().collect::<String>()), plain);
        assert_eq!(folded("ĐƯỜNG Ư ớ ự"), "duong u o u");
    }

    #[test]
    fn wildcards_are_letters() {
        assert_eq!(anywhere("90 %_\\"), "%90 \\%\\_\\\\%");
    }
}
