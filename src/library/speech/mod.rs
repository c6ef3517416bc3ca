//! A text becomes a recording: a program of the office's choice speaks it, and what it wrote is measured as any recording.

mod error;
mod scratch;
mod stream;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::analyse::{Analysis, analyse};
use super::waveform::Waveform;
use crate::domain::clip::AudioFacts;
use crate::domain::intake::Defects;
use crate::program::{self, Job, Writes};

pub use error::SpeechError;

use scratch::Scratch;

/// What stands in a command for the file that holds the text.
const INPUT: &str = "{input}";
/// What stands in a command for the WAV file that is to be written.
const OUTPUT: &str = "{output}";
/// What stands in a command for the voice.
const VOICE: &str = "{voice}";

/// A program that speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synthesiser {
    /// The program and its arguments, in which `{input}`, `{output}` and `{voice}` stand for what their names say. Without
    /// `{input}` it gets the text on its standard input, without `{output}` its standard output is the WAV.
    pub command: Vec<String>,
    /// How long it may take.
    pub time_max: Duration,
    /// The largest WAV, in bytes.
    pub bytes_max: u64,
}

/// A text that was spoken and measured. Its file goes with it.
#[derive(Debug)]
pub struct Spoken {
    /// What was measured.
    pub facts: AudioFacts,
    /// What the decoder met.
    pub defects: Defects,
    /// Its picture.
    pub waveform: Waveform,
    path: PathBuf,
    _scratch: Scratch,
}

impl Spoken {
    /// Its WAV.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Synthesiser {
    /// The names that may stand in braces in an argument.
    pub const PLACEHOLDERS: [&str; 3] = [INPUT, OUTPUT, VOICE];

    /// Has `text` spoken by `voice`, in a folder of its own within `folder` that goes with the result or the error. Blocks for
    /// at most [`Synthesiser::time_max`] and as long as measuring takes.
    ///
    /// # Errors
    /// The program is not there, fails, takes too long, or writes too much, nothing, silence or no recording.
    pub fn speak(&self, text: &str, voice: &str, folder: &Path) -> Result<Spoken, SpeechError> {
        let scratch = Scratch::within(folder);
        let scratch = scratch.map_err(|source| SpeechError::Folder { folder: folder.to_owned(), source })?;
        let (input, output) = (scratch.path().join("text.txt"), scratch.path().join("speech.wav"));
        fs::write(&input, text).map_err(|source| SpeechError::Folder { folder: folder.to_owned(), source })?;
        let names = |placeholder: &str| self.command.iter().any(|argument| argument.contains(placeholder));
        let from_output = !names(OUTPUT);
        let job = Job {
            command: &self.command_for(voice, &input, &output),
            folder: Some(scratch.path()),
            input: (!names(INPUT)).then_some(text),
            writes: Writes::File { path: &output, from_output, bytes_max: self.bytes_max },
            time_max: self.time_max,
            in_background: true,
        };
        program::run(&job)?;
        if from_output {
            let mended = stream::say_length(&output);
            mended.map_err(|source| SpeechError::Folder { folder: folder.to_owned(), source })?;
        }
        let Analysis { facts, defects, waveform, .. } = self.measured(&output)?;
        Ok(Spoken { facts, defects, waveform, path: output, _scratch: scratch })
    }

    fn command_for(&self, voice: &str, input: &Path, output: &Path) -> Vec<String> {
        let filled = |argument: &String| {
            let argument = argument.replace(VOICE, voice);
            argument.replace(INPUT, &input.to_string_lossy()).replace(OUTPUT, &output.to_string_lossy())
        };
        self.command.iter().map(filled).collect()
    }

    fn measured(&self, output: &Path) -> Result<Analysis, SpeechError> {
        let program = || self.command.first().cloned().unwrap_or_default();
        let bytes = fs::metadata(output).map_or(0, |file| file.len());
        if bytes == 0 {
            return Err(SpeechError::NothingWritten { program: program() });
        }
        if bytes >= self.bytes_max {
            return Err(SpeechError::TooLarge { program: program(), bytes_max: self.bytes_max });
        }
        let measured = analyse(output, &mut |_| std::ops::ControlFlow::Continue(()));
        let analysis = measured.map_err(|source| SpeechError::NoRecording { program: program(), source })?;
        if analysis.facts.true_peak_dbtp.is_none() {
            return Err(SpeechError::Silent { program: program() });
        }
        Ok(analysis)
    }
}
