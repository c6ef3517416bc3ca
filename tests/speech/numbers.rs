//! Number words against an independent reader of them, which knows nothing of how they were made: every number is read back.

use loa::domain::speech::number::{cardinal, day, digits, fraction, month, ordinal};
use proptest::prelude::*;

const ONES: [(&str, u64); 10] = [
    ("không", 0),
    ("một", 1),
    ("hai", 2),
    ("ba", 3),
    ("bốn", 4),
    ("năm", 5),
    ("sáu", 6),
    ("bảy", 7),
    ("tám", 8),
    ("chín", 9),
];

/// A listener: takes the words from the left, and refuses what nobody says.
struct Listener<'a> {
    words: Vec<&'a str>,
    at: usize,
}

impl Listener<'_> {
    fn word(&self) -> Option<&str> {
        self.words.get(self.at).copied()
    }

    fn hears(&mut self, word: &str) -> bool {
        let heard = self.word() == Some(word);
        self.at += usize::from(heard);
        heard
    }

    fn one(&mut self) -> Option<u64> {
        let one = ONES.iter().find(|(word, _)| self.word() == Some(word))?.1;
        self.at += 1;
        Some(one)
    }

    /// 0 to 999, and whether its hundreds were said.
    fn group(&mut self) -> (u64, bool) {
        let start = self.at;
        let mut sum = 0;
        let mut whole = false;
        if let Some(hundreds) = self.one() {
            if self.hears("trăm") {
                (sum, whole) = (100 * hundreds, true);
            } else {
                self.at = start;
            }
        }
        if self.hears("linh") || self.hears("lẻ") {
            assert!(whole, "linh follows hundreds: {:?}", self.words);
            let ones = self.one().expect("something follows linh");
            assert_ne!(ones, 0);
            return (sum + ones, whole);
        }
        if self.hears("mười") {
            let ones = if self.hears("lăm") { 5 } else { self.one().unwrap_or(0) };
            assert!(ones != 5 || self.words[self.at - 1] == "lăm", "mười năm is ten years: {:?}", self.words);
            return (sum + 10 + ones, whole);
        }
        let before = self.at;
        let Some(first) = self.one() else { return (sum, whole) };
        if !self.hears("mươi") {
            assert!(!whole, "ones follow hundreds only after linh: {:?}", self.words);
            assert_eq!(before, start);
            return (first, whole);
        }
        assert!(first >= 2, "{:?}", self.words);
        let ones = match self.word() {
            Some("mốt") => Some(1),
            Some("tư") => Some(4),
            Some("lăm") => Some(5),
            _ => None,
        };
        self.at += usize::from(ones.is_some());
        let ones = ones.or_else(|| {
            let ones = self.one();
            assert!(!matches!(ones, Some(0 | 1 | 4 | 5)), "mốt, tư, lăm after tens: {:?}", self.words);
            ones
        });
        (sum + 10 * first + ones.unwrap_or(0), whole)
    }

    /// Below a billion, up to `tỷ` or the end. `whole`: something was said before it.
    fn below_billion(&mut self, mut whole: bool) -> u64 {
        let mut sum = 0;
        let mut unit = u64::MAX;
        while self.word().is_some_and(|word| word != "tỷ") {
            let (group, hundreds) = self.group();
            assert!(group > 0 || self.words == ["không"], "an empty group: {:?}", self.words);
            assert!(hundreds || !whole, "a later group says its hundreds: {:?}", self.words);
            let size = if self.hears("triệu") {
                1_000_000
            } else if self.hears("nghìn") {
                1_000
            } else {
                1
            };
            assert!(size < unit, "from the largest down: {:?}", self.words);
            (unit, whole) = (size, true);
            sum += group * size;
        }
        sum
    }
}

/// The number that a person hears.
#[track_caller]
fn heard(text: &str) -> u64 {
    let mut listener = Listener { words: text.split(' ').collect(), at: 0 };
    let mut sum = listener.below_billion(false);
    while listener.hears("tỷ") {
        sum *= 1_000_000_000;
        sum += listener.below_billion(true);
    }
    assert_eq!(listener.at, listener.words.len(), "{text}");
    sum
}

#[test]
fn every_number_below_a_hundred_thousand_is_heard_as_it_is_written() {
    for number in 0..100_000 {
        assert_eq!(heard(&cardinal(number)), number, "{}", cardinal(number));
    }
}

#[test]
fn numbers_are_read_as_at_school() {
    let cases = [
        (0, "không"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (55, "năm mươi lăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_050, "một nghìn không trăm năm mươi"),
        (2_023, "hai nghìn không trăm hai mươi ba"),
        (10_000, "mười nghìn"),
        (21_400, "hai mươi mốt nghìn bốn trăm"),
        (1_200_000, "một triệu hai trăm nghìn"),
        (400_070_192, "bốn trăm triệu không trăm bảy mươi nghìn một trăm chín mươi hai"),
        (1_000_000_000, "một tỷ"),
        (1_000_000_005, "một tỷ không trăm linh năm"),
        (1_234_000_000_000, "một nghìn hai trăm ba mươi tư tỷ"),
    ];
    for (number, words) in cases {
        assert_eq!(cardinal(number), words);
        assert_eq!(heard(words), number);
    }
    assert_eq!((ordinal(1), ordinal(2), ordinal(4)), ("nhất".to_owned(), "hai".to_owned(), "tư".to_owned()));
    assert_eq!((month(4), month(11)), ("tư".to_owned(), "mười một".to_owned()));
    assert_eq!((day(5), day(10), day(11)), ("mùng năm".to_owned(), "mùng mười".to_owned(), "mười một".to_owned()));
    assert_eq!(digits("0912"), "không chín một hai");
    assert_eq!(
        (fraction("5"), fraction("25"), fraction("05")),
        ("năm".into(), "hai mươi lăm".into(), "không năm".into())
    );
}

proptest! {
    #[test]
    fn every_number_is_heard_as_it_is_written(number in 0..1_000_000_000_000_000_000_u64) {
        prop_assert_eq!(heard(&cardinal(number)), number);
    }

    #[test]
    fn round_numbers_too(head in 1..2_000_u64, zeros in 0..15_u32, tail in 0..100_u64) {
        let number = head * 10_u64.pow(zeros) + tail;
        prop_assert_eq!(heard(&cardinal(number)), number);
    }
}
