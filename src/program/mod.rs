//! Programs of the office's choice that run beside the station, such as the one that speaks texts: bounded in time and in what
//! they write, of the lowest priority if asked, and gone at the end with all that they started.

mod run;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use run::run;

/// What is to run.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The program, by its name or its whole path, and its arguments; none through a shell.
    pub command: &'a [String],
    /// Where it runs; none is where this process does.
    pub folder: Option<&'a Path>,
    /// What comes on its standard input; none is nothing.
    pub input: Option<&'a str>,
    /// What it writes.
    pub writes: Writes<'a>,
    /// How long it may take.
    pub time_max: Duration,
    /// Whether it steps back behind everything else that runs.
    pub in_background: bool,
}

/// What a program writes.
#[derive(Debug, Clone, Copy)]
pub enum Writes<'a> {
    /// A few words on its standard output.
    Words,
    /// A file.
    File {
        /// Which.
        path: &'a Path,
        /// Whether its standard output is what the file shall hold.
        from_output: bool,
        /// The most bytes.
        bytes_max: u64,
    },
}

/// Why a program did not do what it was run for. It and all that it started are gone.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// There is no such program.
    #[error("`{program}` is not on this machine")]
    NotThere {
        /// Its name.
        program: String,
    },
    /// It could not be started, or not be spoken to.
    #[error("`{program}` cannot be started")]
    Start {
        /// Its name.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It did not end in time.
    #[error("`{program}` did not end within {} s", Seconds(*time_max))]
    TookTooLong {
        /// Its name.
        program: String,
        /// The longest time.
        time_max: Duration,
    },
    /// It wrote more than it may.
    #[error("`{program}` wrote more than {bytes_max} bytes into {}", path.display())]
    TooLarge {
        /// Its name.
        program: String,
        /// The file.
        path: PathBuf,
        /// The most bytes.
        bytes_max: u64,
    },
    /// It ended with a failure.
    #[error("`{program}` failed ({ending}){}", After(said))]
    Failed {
        /// Its name.
        program: String,
        /// How it ended: `exit code 1`.
        ending: String,
        /// The first line of what it wrote to its standard error, may be empty.
        said: String,
    },
}

/// `3`, `0.5`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_secs_f64().fmt(f)
    }
}

/// What was said, behind what happened.
struct After<'a>(&'a str);

impl fmt::Display for After<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, ": {}", self.0) }
    }
}
