//! What is wrong with a configuration, in words an operator can act on.

use std::fmt;
use std::path::PathBuf;

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A line of a file, counted from 1.
    Line {
        /// The file.
        file: PathBuf,
        /// The line.
        line: usize,
    },
    /// A whole file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line, with its key.
    Flag(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{}:{line}", file.display()),
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The file could not be read, as the system says.
    Unreadable(String),
    /// The text is no TOML, as the parser says.
    Syntax(String),
    /// There is no such option.
    Unknown {
        /// Its full key.
        key: String,
    },
    /// The option needs a value of its own and has none.
    Missing {
        /// Its full key.
        key: String,
    },
    /// The value will not do.
    Wrong {
        /// Its full key.
        key: String,
        /// The value as given.
        value: String,
    },
}

/// One thing wrong with the configuration: where, what, what was expected, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it was given.
    pub place: Place,
    /// What is wrong.
    pub problem: Problem,
    /// What would be right.
    pub expected: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    /// Its word for programs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Syntax(_) => "syntax",
            Self::Unknown { .. } => "unknown",
            Self::Missing { .. } => "missing",
            Self::Wrong { .. } => "wrong",
        }
    }
}

impl Fault {
    /// What the parser says: what it found and, mostly, what it expected.
    pub(super) fn of_syntax(place: Place, message: &str, remedy: &str) -> Self {
        let message = message.trim().replace('\n', ", ");
        let (found, expected) = message.split_once(", expected ").unwrap_or((&message, "TOML"));
        let expected = expected.to_owned();
        Self { place, problem: Problem::Syntax(found.to_owned()), expected, remedy: remedy.to_owned() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match &self.problem {
            Problem::Unreadable(error) => write!(f, "cannot be read ({error})")?,
            Problem::Syntax(error) => write!(f, "{error}")?,
            Problem::Unknown { key } => write!(f, "`{key}` is not known")?,
            Problem::Missing { key } => write!(f, "`{key}` is missing")?,
            Problem::Wrong { key, value } => write!(f, "`{key}` is {value}")?,
        }
        write!(f, ", expected {}\n  hint: {}", self.expected, self.remedy)
    }
}

/// Everything that is wrong with a configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// In the order in which they were found: syntax, then values, then unknown keys.
    pub faults: Vec<Fault>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.len() {
            1 => f.write_str("the configuration has a mistake")?,
            many => write!(f, "the configuration has {many} mistakes")?,
        }
        self.faults.iter().try_for_each(|fault| write!(f, "\n{fault}"))
    }
}
