//! What is wrong with a relay, told in the language of whoever reads it.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::words::Language;

/// Why a relay is not heard, or not from its first source. Sources are named as [`super::Source`] shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    /// No source sounds.
    NothingSounds,
    /// Another source had to step in.
    SteppedIn {
        /// The one that is not heard any more.
        from: String,
        /// The one in its place.
        to: String,
        /// Whether it gave silence; else it gave nothing at all.
        silent: bool,
    },
    /// It was tried ahead of its time, and not all was well.
    TriedAhead {
        /// When it is planned, in the station's zone.
        start: DateTime<FixedOffset>,
        /// Whether a source would have been heard all the same.
        heard: bool,
        /// The sources that would not, never none.
        sources: Vec<FailedSource>,
    },
    /// What something else said of it, in its own words: why it could not be played, or a log of before these kinds.
    #[serde(untagged)]
    Said(String),
}

/// A source that could not be heard when it was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedSource {
    /// Which.
    pub source: String,
    /// Why.
    #[serde(flatten)]
    pub fault: SourceFault,
}

/// Why a source could not be heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum SourceFault {
    /// It gave silence.
    Silent,
    /// It gave less sound than was listened for.
    TooLittle {
        /// Milliseconds of sound.
        ms: u64,
    },
    /// It could not be connected or decoded.
    Fails {
        /// What it said.
        error: String,
    },
}

impl Trouble {
    /// In words: a phrase without capital or full stop, that can follow a colon.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let pick = |vi, en| language.pick(vi, en);
        match self {
            Self::NothingSounds => pick("không nguồn nào có tiếng", "no source sounds").to_owned(),
            Self::SteppedIn { from, to, silent } => {
                let what = match silent {
                    true => pick("im lặng", "gives nothing but silence"),
                    false => pick("không có tiếng", "gives no sound"),
                };
                format!("{from} {what}; {to} {}", pick("đang phát thay", "takes its place"))
            }
            Self::TriedAhead { start, heard, sources } => {
                let rest = match heard {
                    true => pick("nguồn khác sẽ phát thay", "another source would be heard"),
                    false => pick("sẽ không có tiếng", "nothing would be heard"),
                };
                let tried = pick("thử trước buổi", "tried ahead of");
                let sources: Vec<String> = sources.iter().map(|one| one.text(language)).collect();
                format!("{tried} {}, {rest}: {}", start.format("%H:%M"), sources.join("; "))
            }
            Self::Said(what) => what.clone(),
        }
    }
}

impl FailedSource {
    /// The source and its fault. What a source said often begins with its address, which is then said once.
    fn text(&self, language: Language) -> String {
        let fault = self.fault.text(language);
        let says_it = fault.strip_prefix(&self.source).is_some_and(|rest| rest.starts_with([' ', ':']));
        if says_it { fault } else { format!("{}: {fault}", self.source) }
    }
}

impl SourceFault {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Silent => language.pick("im lặng", "silent").to_owned(),
            Self::TooLittle { ms } => {
                let only = language.pick("chỉ có", "only");
                format!("{only} {ms} ms {}", language.pick("âm thanh", "of sound"))
            }
            Self::Fails { error } => error.clone(),
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}
