//! Texts read aloud: put into the words that are read, spoken by the configured program, measured, and made a clip like any
//! other, which waits for approval.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::error::{DeskError, ErrorKind};
use super::wording::{check_line, check_text};
use super::{ClipDraft, ClipRequest, Desk, Request, Response, Who, seats};
use crate::clock;
use crate::config::{Config, Speech};
use crate::domain::account::Right;
use crate::domain::speech::{self, Reading};
use crate::domain::text::composed;
use crate::library::{ContentStore, RESERVE_BYTES, SpeechError, Spoken, Synthesiser, free_bytes};

/// Room on the disk that a character of a text may need: a tenth of a second at 48 kHz and 16 bits.
const BYTES_PER_CHARACTER: u64 = 10_000;
/// The longest reading that is spoken to be tried, in characters; of a longer one the beginning is.
const TRIAL_CHARACTERS_MAX: usize = 1_500;
/// How soon it is worth asking again when another text is being spoken, in seconds.
const WAIT_S: u64 = 5;

/// A text to be read aloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeechText {
    /// As it is written.
    pub text: String,
    /// BCP 47 tag of its language; the station's if none.
    pub language: Option<String>,
    /// Who reads it, by the synthesiser's own name; the configured voice of its language if none.
    pub voice: Option<String>,
}

/// How a text will be read: Vietnamese in the words that are said, English as it stands.
///
/// # Errors
/// It is empty, longer than `speech.characters_max` or no text, or nobody reads its language.
pub fn read_aloud(config: &Config, text: &SpeechText) -> Result<Reading, DeskError> {
    let most = config.speech.characters_max;
    let written = composed(&text.text);
    let characters = written.chars().count();
    if characters > most {
        let told = format!("the text has {characters} characters, at most {most} are read aloud");
        let hint = "make several clips of it, or raise `speech.characters_max`";
        let error = DeskError::usage(told).hint(hint).code("speech_too_long");
        return Err(error.value("characters", characters).value("characters_max", most));
    }
    check_text("text", &written)?;
    let reading = if is(config, text, "vi") {
        speech::read_aloud(&written, &config.speech.table)
    } else {
        Reading { text: written, unknown: Vec::new() }
    };
    if !reading.text.chars().any(char::is_alphanumeric) {
        let told = "there is nothing to read aloud in the text; write at least a word";
        return Err(DeskError::usage(told).code("speech_empty"));
    }
    Ok(reading)
}

/// Reads a text aloud into a recording that is measured as a clip is. Blocks for as long as the synthesiser takes, at most
/// `speech.timeout_seconds`. Also for texts of an emergency.
///
/// # Errors
/// As [`read_aloud`]; the synthesiser's own. Then nothing is left behind.
pub fn speak(config: &Config, text: &SpeechText) -> Result<Spoken, DeskError> {
    say(config, text, &read_aloud(config, text)?.text)
}

/// Has these very words spoken, in the voice of the text they stand for.
fn say(config: &Config, text: &SpeechText, words: &str) -> Result<Spoken, DeskError> {
    let voice = voice(config, text)?;
    let folder = &config.data.folder;
    let most = config.library.file_bytes_max;
    check_room(folder, most.min(words.chars().count() as u64 * BYTES_PER_CHARACTER))?;
    let speech = &config.speech;
    let synthesiser = Synthesiser { command: speech.command.clone(), time_max: speech.time_max, bytes_max: most };
    synthesiser.speak(words, &voice, folder).map_err(|error| told(&error))
}

/// Whether a text is of this language, whatever the region.
fn is(config: &Config, text: &SpeechText, language: &str) -> bool {
    let tag = text.language.as_deref().unwrap_or(&config.station.language);
    tag.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(language))
}

fn voice(config: &Config, text: &SpeechText) -> Result<String, DeskError> {
    match text.voice.as_deref().map(str::trim).filter(|voice| !voice.is_empty()) {
        Some(voice) if Speech::is_voice(voice) => Ok(voice.to_owned()),
        Some(voice) => {
            let voice: String = voice.chars().take(Speech::VOICE_MAX).collect();
            let told = format!("`{voice}` is not the name of a voice");
            let hint = "leave it out for the configured one, or give a name as the synthesiser lists them";
            Err(DeskError::usage(told).hint(hint).code("speech_voice").value("voice", voice))
        }
        None if is(config, text, "vi") => Ok(config.speech.voice.clone()),
        None if is(config, text, "en") => Ok(config.speech.voice_english.clone()),
        None => {
            let language = text.language.clone().unwrap_or_default();
            let told = format!("no voice is configured for texts in `{language}`");
            let error = DeskError::usage(told).hint("name one with --voice").code("speech_no_voice");
            Err(error.value("language", language))
        }
    }
}

fn check_room(folder: &Path, bytes: u64) -> Result<(), DeskError> {
    let free = free_bytes(folder).map_err(|error| {
        let told = format!("cannot look at the disk of {}; is the folder there?", folder.display());
        DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, told) }
    })?;
    let needed = bytes.saturating_add(RESERVE_BYTES);
    if free >= needed {
        return Ok(());
    }
    let told = format!("no room in {}: {needed} bytes are needed, {free} are free", folder.display());
    Err(DeskError::new(ErrorKind::Failed, told).hint("make room on its disk").code("disk_full"))
}

/// An error of the synthesiser, with the key of its sentence.
fn told(error: &SpeechError) -> DeskError {
    let (code, program) = match error {
        SpeechError::NotThere { program } => ("speech_not_there", program),
        SpeechError::Start { program, .. } => ("speech_not_there", program),
        SpeechError::TookTooLong { program, .. } => ("speech_took_too_long", program),
        SpeechError::Failed { program, .. } => ("speech_failed", program),
        SpeechError::NothingWritten { program }
        | SpeechError::NoRecording { program, .. }
        | SpeechError::Silent { program } => ("speech_no_sound", program),
        SpeechError::TooLarge { program, .. } => ("speech_too_large", program),
        SpeechError::Folder { .. } => return DeskError::of(ErrorKind::Failed, error),
    };
    let mut told = DeskError::of(ErrorKind::Failed, error).code(code).value("program", program);
    if let SpeechError::TookTooLong { time_max, .. } = error {
        told = told.value("seconds", time_max.as_secs());
    }
    told
}

impl Desk {
    /// As [`speak`], beside the station; one text at a time.
    ///
    /// # Errors
    /// Another text is being spoken; as [`speak`].
    pub async fn speak(&self, text: SpeechText) -> Result<Spoken, DeskError> {
        self.speak_by(move |config| speak(config, &text)).await
    }

    async fn speak_by(
        &self,
        speak: impl FnOnce(&Config) -> Result<Spoken, DeskError> + Send + 'static,
    ) -> Result<Spoken, DeskError> {
        let busy = "another text is being read aloud; try again in a moment";
        let seat = seats::take(&self.seats.speeches, busy, "speech_busy", WAIT_S)?;
        let config = std::sync::Arc::clone(&self.config);
        let spoken = spawn_blocking(move || {
            let spoken = speak(&config);
            drop(seat);
            spoken
        });
        spoken.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?
    }

    /// How the beginning of a text sounds, for whoever may make clips.
    ///
    /// # Errors
    /// The right to is missing; as [`Desk::speak`].
    pub async fn try_speech(&self, who: &Who, text: SpeechText) -> Result<Spoken, DeskError> {
        self.check_person(who)?;
        who.check(Right::EditClips)?;
        // Cut as it is said: a line of numbers is many words.
        let words = read_aloud(&self.config, &text)?.text;
        self.speak_by(move |config| say(config, &text, beginning(&words))).await
    }

    /// Reads a text aloud and makes a clip of it, with the text beside it for the leader who approves.
    ///
    /// # Errors
    /// The right to is missing; as [`Desk::speak`]; the library's own. Then nothing was changed.
    pub async fn speak_clip(&self, who: &Who, text: SpeechText, draft: ClipDraft) -> Result<Response, DeskError> {
        self.check_person(who)?;
        who.check(Right::EditClips)?;
        check_line("title", &composed(&draft.title))?;
        draft.topic.iter().try_for_each(|topic| self.check_topic(topic))?;
        let spoken = self.speak(text.clone()).await?;
        let request = self.keep(spoken, text.with(draft)).await?;
        self.handle(who, Request::Clip(request), clock::now()).await
    }

    /// Keeps a recording among the clips' audio; what is returned hands it in.
    pub(super) async fn keep(&self, spoken: Spoken, draft: ClipDraft) -> Result<ClipRequest, DeskError> {
        let clips = self.clips.clone();
        let kept = spawn_blocking(move || keep_spoken(&clips, spoken));
        let request = kept.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))??;
        Ok(request(draft))
    }
}

impl SpeechText {
    /// What is said of the clip, with this text beside it.
    #[must_use]
    pub fn with(&self, draft: ClipDraft) -> ClipDraft {
        let language = draft.language.or_else(|| self.language.clone());
        ClipDraft { script: Some(composed(&self.text)), language, ..draft }
    }
}

/// Keeps the recording among the clips' audio, and says how it is handed in.
///
/// # Errors
/// The disk's own.
pub fn keep_spoken(
    clips: &Path,
    spoken: Spoken,
) -> Result<impl FnOnce(ClipDraft) -> ClipRequest + Send + use<>, DeskError> {
    let content = ContentStore::open(clips)?;
    content.adopt(spoken.path(), &spoken.facts.digest)?;
    content.put_waveform(&spoken.facts.digest, &spoken.waveform)?;
    let (facts, defects) = (Box::new(spoken.facts), spoken.defects);
    Ok(move |draft| ClipRequest::Submit { facts, defects, draft: Box::new(draft) })
}

/// So much of a reading as is spoken to be tried, to the end of a word.
fn beginning(text: &str) -> &str {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(TRIAL_CHARACTERS_MAX) else { return text };
    let head = &text[..end];
    head.rfind(char::is_whitespace).map_or(head, |blank| &head[..blank])
}
