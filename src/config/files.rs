//! The files that a configuration refers to: topics, holidays and how abbreviations are read.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::fault::{Fault, Place};
use super::reader::Reader;

/// Reads the file that `key` names, or `shipped` if it names none. Its own mistakes are told with their lines.
pub(super) fn read<T: DeserializeOwned>(reader: &Reader<'_>, key: &str, shipped: &str) -> Option<T> {
    match reader.path(key) {
        None => parse(reader, Path::new("built-in"), shipped),
        Some(file) => match reader.instead_of(&file).map_or_else(|| std::fs::read_to_string(&file), Ok) {
            Ok(text) => parse(reader, &file, &text),
            Err(error) => {
                let expected = format!("a TOML file in UTF-8 (reading {} failed: {error})", file.display());
                reader.reject(key, &expected, "a relative path starts at the folder of the file it stands in");
                None
            }
        },
    }
}

fn parse<T: DeserializeOwned>(reader: &Reader<'_>, file: &Path, text: &str) -> Option<T> {
    let error = match toml::from_str(text) {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    // A list as a whole (a code given twice, say) has no line of its own.
    let place = match error.span().filter(|span| *span != (0..text.len())) {
        Some(span) => {
            let line = 1 + text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count();
            Place::Line { file: file.to_owned(), line }
        }
        None => Place::File(file.to_owned()),
    };
    let remedy = "compare it with the shipped config/topics.toml, config/holidays.toml or config/speech.toml";
    reader.note(Fault::of_syntax(place, error.message(), remedy));
    None
}
