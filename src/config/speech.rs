//! How texts are read aloud.

use std::time::Duration;

use crate::domain::speech::SpeechTable;

use super::files;
use super::reader::Reader;

/// The shipped table of abbreviations, codes and units.
const SHIPPED_TABLE: &str = include_str!("../../config/speech.toml");

/// How texts are read aloud.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    /// The program and its arguments; the first is a name or a whole path.
    pub command: Vec<String>,
    /// Its voice for Vietnamese.
    pub voice: String,
    /// Its voice for English.
    pub voice_english: String,
    /// How long it may take.
    pub time_max: Duration,
    /// The longest text, in characters.
    pub characters_max: usize,
    /// How abbreviations, codes and units are read.
    pub table: SpeechTable,
}

impl Speech {
    /// The most arguments of the command.
    pub const ARGUMENTS_MAX: usize = 50;
    /// The longest name of a voice, in characters.
    pub const VOICE_MAX: usize = 60;

    /// Whether a text can be the name of a voice: never an option of the program, nor a file of the machine.
    #[must_use]
    pub fn is_voice(text: &str) -> bool {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-' | b'.');
        (1..=Self::VOICE_MAX).contains(&text.len())
            && text.bytes().all(letter)
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
    }

    pub(super) fn read(reader: &Reader<'_>) -> Option<Self> {
        let voice = |key| {
            let expected = "the name of a voice: letters, digits, `_`, `+`, `-` and `.`, no path";
            let remedy = "`espeak-ng --voices` lists those there are; write the path of a voice file into `command`";
            reader.parsed(key, expected, remedy, |text| Self::is_voice(text).then(|| text.to_owned()))
        };
        let table = files::read(reader, "table_file", SHIPPED_TABLE);
        let seconds = reader.whole("timeout_seconds", &(1..=3_600_u64), "seconds");
        let characters_max = reader.whole("characters_max", &(100..=100_000_u32), "characters");
        Some(Self {
            command: command(reader)?,
            voice: voice("voice")?,
            voice_english: voice("voice_english")?,
            time_max: Duration::from_secs(seconds),
            characters_max: usize::try_from(characters_max).unwrap_or(usize::MAX),
            table: table?,
        })
    }
}

fn command(reader: &Reader<'_>) -> Option<Vec<String>> {
    let command = reader.texts("command", Speech::ARGUMENTS_MAX);
    let Some(program) = command.first() else {
        reader.reject("command", "a program and its arguments", "leave it out for espeak-ng");
        return None;
    };
    if program.contains('/') && !program.starts_with('/') {
        let expected = "a program by its name alone, or by its whole path from /";
        reader.reject("command", expected, "write where it is from / on");
        return None;
    }
    Some(command)
}
