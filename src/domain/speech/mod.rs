//! How a written text is read aloud: numbers, dates, times, document numbers, telephones, units, Roman numerals and the
//! abbreviations of an office become Vietnamese words, so that any synthesiser says them right and a person can read beforehand
//! what will be heard.
//!
//! Pure: [`read_aloud`] is a function of the text and the office's [`SpeechTable`]. What it gives holds no digit.

mod calendar;
mod document;
mod line;
pub mod number;
mod quantity;
pub mod roman;
mod table;
mod word;

use unicode_normalization::UnicodeNormalization as _;

pub use table::SpeechTable;

use line::Line;

/// The most abbreviations that are told to be unknown.
pub const UNKNOWN_MAX: usize = 100;

/// What will be heard of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// In words: sentences and headings, each line closed by a sign that makes a pause.
    pub text: String,
    /// Abbreviations that the table does not have, which are read letter by letter; each once, at most [`UNKNOWN_MAX`].
    pub unknown: Vec<String>,
}

/// Puts a Vietnamese text into the words that are read.
#[must_use]
pub fn read_aloud(text: &str, table: &SpeechTable) -> Reading {
    let mut reading = Reading { text: String::with_capacity(text.len() * 2), unknown: Vec::new() };
    for line in plain(text).lines() {
        let read = Line::new(line, table).read(&mut reading.unknown);
        if read.is_empty() {
            continue;
        }
        if !reading.text.is_empty() {
            reading.text.push('\n');
        }
        reading.text.push_str(&read);
    }
    reading
}

/// One spelling of what looks the same: composed letters, and signs such as ² or № in their plain form.
fn plain(text: &str) -> String {
    text.nfkc().map(|letter| if letter.is_numeric() { plain_digit(letter) } else { letter }).collect()
}

/// Digits of other scripts by their value; other numerals are no part of a Vietnamese text.
fn plain_digit(letter: char) -> char {
    if letter.is_ascii_digit() { letter } else { ' ' }
}
