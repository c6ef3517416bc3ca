//! What can go wrong when a text is spoken.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::library::ImportError;
use crate::program::ProgramError;

/// Why a text was not spoken. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    /// The program is not installed.
    #[error("`{program}`, which speaks texts, is not on this machine; install it, or name another in `speech.command`")]
    NotThere {
        /// Its name.
        program: String,
    },
    /// It could not be started.
    #[error("`{program}`, which speaks texts, cannot be started; check `speech.command` and its rights")]
    Start {
        /// Its name.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It did not end in time.
    #[error("`{program}` did not speak the text within {} s and was ended; shorten the text, or raise `speech.timeout_seconds`", time_max.as_secs())]
    TookTooLong {
        /// Its name.
        program: String,
        /// The longest time.
        time_max: Duration,
    },
    /// It ended with a failure.
    #[error("`{program}` failed ({ending}){}; try the command of `speech.command` by hand", said_after(said))]
    Failed {
        /// Its name.
        program: String,
        /// How it ended.
        ending: String,
        /// The beginning of what it wrote to its standard error.
        said: String,
    },
    /// It ended well and wrote nothing.
    #[error(
        "`{program}` wrote no sound; see that `speech.command` names {{output}}, or writes the WAV to its standard output"
    )]
    NothingWritten {
        /// Its name.
        program: String,
    },
    /// More than is taken.
    #[error(
        "`{program}` wrote more than {bytes_max} bytes and was ended; shorten the text, or raise `library.file_megabytes_max`"
    )]
    TooLarge {
        /// Its name.
        program: String,
        /// The most bytes.
        bytes_max: u64,
    },
    /// What it wrote cannot be played.
    #[error("what `{program}` wrote is no recording; have it write a WAV")]
    NoRecording {
        /// Its name.
        program: String,
        /// What the decoder said.
        source: ImportError,
    },
    /// What it wrote is silence.
    #[error("what `{program}` wrote is silence; check the voice, and whether it speaks the language of the text")]
    Silent {
        /// Its name.
        program: String,
    },
    /// There is no folder to work in.
    #[error("cannot make a folder in {}; is there room, and the right to write?", folder.display())]
    Folder {
        /// Where.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl From<ProgramError> for SpeechError {
    fn from(error: ProgramError) -> Self {
        match error {
            ProgramError::NotThere { program } => Self::NotThere { program },
            ProgramError::Start { program, source } => Self::Start { program, source },
            ProgramError::TookTooLong { program, time_max } => Self::TookTooLong { program, time_max },
            ProgramError::TooLarge { program, bytes_max, .. } => Self::TooLarge { program, bytes_max },
            ProgramError::Failed { program, ending, said } => Self::Failed { program, ending, said },
        }
    }
}

fn said_after(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}
