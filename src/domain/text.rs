//! Text that people type: letters that cannot be seen, one spelling for one title, and the order of a Vietnamese dictionary.

use std::cmp::Ordering;

use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::locale;
use unicode_normalization::UnicodeNormalization as _;

/// Whether a letter turns the direction of the text around it. With one of these a title reads other than it is written:
/// `mp3.gnp` for a picture, or a sentence of the log whose end stands at its beginning.
#[must_use]
pub const fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a letter is nothing to the eye: two titles that look the same would be two. No line of Vietnamese needs one.
#[must_use]
pub const fn is_unseen(letter: char) -> bool {
    turns_direction(letter)
        || matches!(letter, '\u{00ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}')
        || matches!(letter, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// In composed letters and without blanks at its ends, so that what was typed on a Mac and on Windows is the same text.
#[must_use]
pub fn composed(text: &str) -> String {
    text.trim().nfc().collect()
}

/// Compares as a Vietnamese dictionary does (a ă â, d đ, tones last), numbers by their value.
#[derive(Debug)]
pub struct VietnameseOrder(Option<CollatorBorrowed<'static>>);

impl VietnameseOrder {
    /// The order; made once for a list, not for each comparison.
    #[must_use]
    pub fn new() -> Self {
        let mut preferences = CollatorPreferences::from(&locale!("vi"));
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        // The data is compiled in; without it the order would be that of the code points.
        Self(Collator::try_new(preferences, CollatorOptions::default()).ok())
    }

    /// Which of two texts comes first.
    #[must_use]
    pub fn compare(&self, one: &str, other: &str) -> Ordering {
        self.0.as_ref().map_or_else(|| one.cmp(other), |collator| collator.compare(one, other))
    }
}

impl Default for VietnameseOrder {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_stand_as_in_a_vietnamese_dictionary() {
        let order = VietnameseOrder::new();
        let mut titles = ["đường", "dương", "Bản tin 10", "ân", "án", "ăn", "Bản tin 2", "an", "ứng", "ung", "ưng"];
        titles.sort_by(|one, other| order.compare(one, other));
        let expected = ["an", "án", "ăn", "ân", "Bản tin 2", "Bản tin 10", "dương", "đường", "ung", "ưng", "ứng"];
        assert_eq!(titles, expected);
    }

    #[test]
    fn letters_that_deceive_are_known_and_vietnamese_ones_are_not_among_them() {
        for letter in ['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{e0041}', '\u{200f}'] {
            assert!(is_unseen(letter), "{letter:?}");
        }
        let alphabet: String = "Thị trấn Lai Cách – “Đẩy mạnh” ở xã: ưỡn, Ễ, 100 %…".chars().collect();
        for text in [composed(&alphabet), alphabet.nfd().collect()] {
            assert!(!text.chars().any(is_unseen), "{text}");
        }
    }
}
