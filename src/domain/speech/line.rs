//! One line of a text, read from its start to its end: at each place the first rule that fits says how it is read.

use super::{SpeechTable, UNKNOWN_MAX, calendar, document, quantity, word};

/// Share of words in capitals from which a line is a heading in capitals, where capitals alone make no abbreviation.
const SHOUTING_PERCENT: usize = 60;
/// The fewest words of which that can be said.
const SHOUTING_WORDS_MIN: usize = 3;

/// A line, and where reading it stands.
pub(super) struct Line<'a> {
    letters: Vec<char>,
    pub(super) table: &'a SpeechTable,
    /// Whether it is a heading in capitals.
    pub(super) shouting: bool,
    /// What is said so far.
    said: String,
}

/// A piece of a line, and how it is read.
pub(super) struct Piece {
    /// Where the line goes on, after `at`.
    pub(super) end: usize,
    /// Its words.
    pub(super) spoken: String,
}

impl Piece {
    pub(super) fn new(end: usize, spoken: impl Into<String>) -> Self {
        Self { end, spoken: spoken.into() }
    }
}

impl<'a> Line<'a> {
    pub(super) fn new(text: &str, table: &'a SpeechTable) -> Self {
        Self { letters: text.trim().chars().collect(), table, shouting: is_shouting(text), said: String::new() }
    }

    /// Its words, closed by a sign that makes a pause; empty if there is nothing to say.
    pub(super) fn read(mut self, unknown: &mut Vec<String>) -> String {
        let mut at = 0;
        while at < self.letters.len() {
            let piece = self.piece(at, unknown);
            self.said.push_str(&piece.spoken);
            at = piece.end.max(at + 1);
        }
        tidy(&self.said)
    }

    fn piece(&self, at: usize, unknown: &mut Vec<String>) -> Piece {
        let begins = at == 0 || !self.letters[at - 1].is_alphanumeric();
        let rules = [document::at, calendar::at, quantity::at];
        if self.digit(at)
            && let Some(piece) = rules.iter().find_map(|rule| rule(self, at))
        {
            return Piece { spoken: format!(" {} ", piece.spoken), ..piece };
        }
        if let Some(piece) = word::address(self, at).filter(|_| begins) {
            return Piece { spoken: format!(" {} ", piece.spoken), ..piece };
        }
        match word::at(self, at) {
            Some((piece, spelled)) => {
                if let Some(spelled) = spelled.filter(|word| unknown.len() < UNKNOWN_MAX && !unknown.contains(word)) {
                    unknown.push(spelled);
                }
                piece
            }
            None => self.sign(at),
        }
    }

    /// A sign between words, as a pause, a word or nothing.
    fn sign(&self, at: usize) -> Piece {
        let letter = self.letters[at];
        let between = |is: fn(char) -> bool| self.before(at).is_some_and(is) && self.get(at + 1).is_some_and(is);
        let spoken = match letter {
            '.' | ',' | '!' | '?' | ';' | ':' => return Piece::new(at + 1, letter),
            '(' | ')' | '[' | ']' | '{' | '}' => ", ",
            '-' | '\u{2212}' if self.is_minus(at) => " âm ",
            '-' | '\u{2013}' | '\u{2014}' if between(char::is_alphabetic) => " ",
            '-' | '\u{2013}' | '\u{2014}' => ", ",
            '/' | '\u{2044}' if between(char::is_alphanumeric) => " trên ",
            '&' => " và ",
            '+' => " cộng ",
            '=' => " bằng ",
            '%' => " phần trăm ",
            '\u{2030}' => " phần nghìn ",
            _ => " ",
        };
        Piece::new(at + 1, spoken)
    }

    /// A sign of its own before a number: `-5 °C`, never the hyphen of a range, of a word or of a list.
    fn is_minus(&self, at: usize) -> bool {
        let apart = at > 1 && matches!(self.before(at), Some(' ' | '('));
        let behind_number = apart && self.digit(at - 2);
        apart && !behind_number && self.digit(at + 1)
    }

    pub(super) fn get(&self, at: usize) -> Option<char> {
        self.letters.get(at).copied()
    }

    pub(super) fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.get(at))
    }

    pub(super) fn digit(&self, at: usize) -> bool {
        self.get(at).is_some_and(|letter| letter.is_ascii_digit())
    }

    /// The end of the letters from `at` on of which `is` holds.
    pub(super) fn run(&self, at: usize, is: impl Fn(char) -> bool) -> usize {
        (at..self.letters.len()).find(|at| !is(self.letters[*at])).unwrap_or(at.max(self.letters.len()))
    }

    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.letters[from.min(to)..to.min(self.letters.len())].iter().collect()
    }

    /// The digits at `at`, if there are so many as `count` allows: their end and value.
    pub(super) fn whole(&self, at: usize, count: std::ops::RangeInclusive<usize>) -> Option<(usize, u64)> {
        let end = self.run(at, |letter| letter.is_ascii_digit());
        if !count.contains(&(end - at)) {
            return None;
        }
        Some((end, self.text(at, end).parse().ok()?))
    }

    /// Whether no letter or digit goes on at `at`.
    pub(super) fn closed(&self, at: usize) -> bool {
        !self.get(at).is_some_and(char::is_alphanumeric)
    }

    /// The last word that was said, in small letters; empty if something else came after it.
    pub(super) fn last_word(&self) -> String {
        let said = self.said.trim_end();
        let word = said.rsplit(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
        word.to_lowercase()
    }

    /// The next word as written, in small letters, past blanks.
    pub(super) fn next_word(&self, at: usize) -> String {
        let from = self.run(at, char::is_whitespace);
        self.text(from, self.run(from, char::is_alphabetic)).to_lowercase()
    }
}

fn is_shouting(text: &str) -> bool {
    let words = || text.split(|letter: char| !letter.is_alphabetic()).filter(|word| word.chars().count() > 1);
    let loud = words().filter(|word| word.chars().all(char::is_uppercase)).count();
    let all = words().count();
    all >= SHOUTING_WORDS_MIN && loud * 100 >= all * SHOUTING_PERCENT
}

/// One blank between words, none before a sign, one sign where several meet, one at the end.
fn tidy(said: &str) -> String {
    let mut text = String::with_capacity(said.len());
    for letter in said.chars() {
        let last = text.trim_end().chars().next_back();
        if is_pause(letter) {
            let kept = text.trim_end().len();
            text.truncate(kept);
            match last {
                None => {}
                // Of two signs the stronger one stays: a bracket before a full stop makes no pause of its own.
                Some(before) if is_pause(before) && strength(letter) > strength(before) => {
                    text.pop();
                    text.push(letter);
                }
                Some(before) if is_pause(before) => {}
                Some(_) => text.push(letter),
            }
        } else if letter.is_whitespace() {
            if !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
            }
        } else {
            if last.is_some_and(is_pause) && !text.ends_with(' ') {
                text.push(' ');
            }
            text.push(letter);
        }
    }
    let mut text = text.trim_end().to_owned();
    match text.chars().next_back() {
        None | Some('.' | '!' | '?' | ':') => {}
        Some(',' | ';') => {
            text.pop();
            text.push('.');
        }
        Some(_) => text.push('.'),
    }
    text
}

const fn is_pause(letter: char) -> bool {
    matches!(letter, '.' | ',' | '!' | '?' | ';' | ':')
}

const fn strength(sign: char) -> u8 {
    match sign {
        ',' => 0,
        ';' => 1,
        ':' => 2,
        '.' => 3,
        _ => 4,
    }
}
