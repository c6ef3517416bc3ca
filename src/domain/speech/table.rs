//! The table of how abbreviations, units and the codes of documents are read.
//!
//! Read from `config/speech.toml`; reading is checking, so what is read aloud never holds a digit or an empty word, and an
//! abbreviation that is given twice is a mistake of its line.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How the words of a station's office are read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "TableFile")]
pub struct SpeechTable {
    abbreviation: BTreeMap<Written, Spoken>,
    document: BTreeMap<Written, Spoken>,
    unit: BTreeMap<Written, Spoken>,
    letter: BTreeMap<Written, Spoken>,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    #[serde(default)]
    abbreviation: BTreeMap<Written, Spoken>,
    #[serde(default)]
    document: BTreeMap<Written, Spoken>,
    #[serde(default)]
    unit: BTreeMap<Written, Spoken>,
    #[serde(default)]
    letter: BTreeMap<Written, Spoken>,
}

/// What stands in a text: no blanks, at most [`SpeechTable::WRITTEN_MAX`] letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Written(String);

/// What is said instead: words without digits, at most [`SpeechTable::SPOKEN_MAX`] letters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Spoken(String);

impl SpeechTable {
    /// The most entries.
    pub const ENTRIES_MAX: usize = 5_000;
    /// The longest abbreviation, in letters.
    pub const WRITTEN_MAX: usize = 30;
    /// The longest reading, in letters.
    pub const SPOKEN_MAX: usize = 200;

    /// How an abbreviation is read, exactly in these letters.
    #[must_use]
    pub fn abbreviation(&self, written: &str) -> Option<&str> {
        get(&self.abbreviation, written)
    }

    /// How a part of a document's number is read: its own word, else that of an abbreviation.
    #[must_use]
    pub fn document(&self, part: &str) -> Option<&str> {
        get(&self.document, part).or_else(|| self.abbreviation(part))
    }

    /// How a unit behind a number is read.
    #[must_use]
    pub fn unit(&self, written: &str) -> Option<&str> {
        get(&self.unit, written)
    }

    /// The longest abbreviation or unit, in letters: no more need be compared.
    #[must_use]
    pub fn written_max(&self) -> usize {
        let letters = |written: &Written| written.0.chars().count();
        self.abbreviation.keys().chain(self.unit.keys()).map(letters).max().unwrap_or(0)
    }

    /// An abbreviation letter by letter: `bê hát xê`.
    #[must_use]
    pub fn spelled(&self, text: &str) -> String {
        let name = |letter: char| {
            let own = letter.to_uppercase().to_string();
            get(&self.letter, &own).map_or_else(|| letter.to_lowercase().to_string(), str::to_owned)
        };
        text.chars().filter(|letter| letter.is_alphabetic()).map(name).collect::<Vec<_>>().join(" ")
    }
}

fn get<'a>(map: &'a BTreeMap<Written, Spoken>, written: &str) -> Option<&'a str> {
    map.get(&Written(written.to_owned())).map(|spoken| spoken.0.as_str())
}

impl TryFrom<TableFile> for SpeechTable {
    type Error = String;

    fn try_from(file: TableFile) -> Result<Self, String> {
        let TableFile { abbreviation, document, unit, letter } = file;
        let entries = [&abbreviation, &document, &unit, &letter].iter().map(|map| map.len()).sum::<usize>();
        if entries > Self::ENTRIES_MAX {
            return Err(format!("{entries} entries are given, expected at most {}: remove some", Self::ENTRIES_MAX));
        }
        Ok(Self { abbreviation, document, unit, letter })
    }
}

impl TryFrom<String> for Written {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let most = SpeechTable::WRITTEN_MAX;
        let letters = text.chars().count();
        let odd = |letter: char| letter.is_whitespace() || letter.is_control();
        if !(1..=most).contains(&letters) || text.chars().any(odd) {
            return Err(format!("`{text}` is no abbreviation, expected 1 to {most} letters without blanks"));
        }
        Ok(Self(super::plain(&text)))
    }
}

impl TryFrom<String> for Spoken {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = super::plain(text.trim());
        let most = SpeechTable::SPOKEN_MAX;
        let word = |letter: char| letter.is_alphabetic() || matches!(letter, ' ' | ',' | '-' | '\'');
        if !(1..=most).contains(&text.chars().count()) || !text.chars().all(word) {
            return Err(format!(
                "`{text}` cannot be read aloud, expected 1 to {most} letters in words, without digits and signs"
            ));
        }
        Ok(Self(text))
    }
}
