//! The list of topics (lĩnh vực) a clip can be about, and the words a report uses for each.
//!
//! Read from `config/topics.toml`; reading is checking, so a [`TopicTable`] never holds a code twice.

use std::collections::BTreeSet;

use serde::Deserialize;

/// One topic.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its code: `CCHC.MC`. Letters, digits and dots.
    pub code: String,
    /// Its name in Vietnamese, for tables.
    pub vi: String,
    /// Its name in English, for tables.
    pub en: String,
    /// Its wording inside a Vietnamese sentence; the name if absent. Inside a [`TopicGroup`] it follows the group's lead.
    #[serde(default)]
    pub phrase: Option<String>,
    /// Whether it stands for everything else; a sentence names it last whatever its count.
    #[serde(default)]
    pub rest: bool,
}

/// Topics that a sentence names together: those whose code begins with `code` and a dot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicGroup {
    /// The code in front of the dot: `TTHC`.
    pub code: String,
    /// The words in front of the list: `cải cách thủ tục hành chính trong lĩnh vực`.
    pub lead: String,
}

/// Every topic of the station, codes distinct, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "TopicFile")]
pub struct TopicTable {
    topics: Vec<Topic>,
    groups: Vec<TopicGroup>,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    #[serde(default)]
    topic: Vec<Topic>,
    #[serde(default)]
    group: Vec<TopicGroup>,
}

/// A topic file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    /// No topic at all.
    #[error("no [[topic]] is given, expected at least one: restore the file that came with Loa")]
    Empty,
    /// More than [`TopicTable::TOPICS_MAX`].
    #[error("{count} topics are given, expected at most {}: merge some", TopicTable::TOPICS_MAX)]
    TooMany {
        /// How many.
        count: usize,
    },
    /// The same code twice.
    #[error("topic `{code}` is given twice, expected once: remove or rename one of them")]
    Twice {
        /// The code.
        code: String,
    },
    /// A code with other characters.
    #[error("topic code `{code}` is malformed, expected letters A-Z, digits and single dots, such as CCHC.MC")]
    Code {
        /// The code.
        code: String,
    },
    /// A topic without a name.
    #[error("topic `{code}` has no name, expected text in both `vi` and `en`")]
    Unnamed {
        /// The code.
        code: String,
    },
}

impl TopicTable {
    /// The most topics a table may hold.
    pub const TOPICS_MAX: usize = 500;

    /// A table of these topics and groups.
    ///
    /// # Errors
    /// When a code is malformed or given twice, a name is empty, or there are none or too many.
    pub fn new(topics: Vec<Topic>, groups: Vec<TopicGroup>) -> Result<Self, TopicError> {
        if topics.is_empty() {
            return Err(TopicError::Empty);
        }
        if topics.len() > Self::TOPICS_MAX {
            return Err(TopicError::TooMany { count: topics.len() });
        }
        let mut seen = BTreeSet::new();
        for code in topics.iter().map(|topic| &topic.code).chain(groups.iter().map(|group| &group.code)) {
            if !well_formed(code) {
                return Err(TopicError::Code { code: code.clone() });
            }
        }
        for topic in &topics {
            if !seen.insert(topic.code.as_str()) {
                return Err(TopicError::Twice { code: topic.code.clone() });
            }
            if topic.vi.trim().is_empty() || topic.en.trim().is_empty() {
                return Err(TopicError::Unnamed { code: topic.code.clone() });
            }
        }
        Ok(Self { topics, groups })
    }

    /// All of them, in the order of the file.
    #[must_use]
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The topic with this code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.code == code)
    }

    /// Its Vietnamese name; the code itself if the table does not know it (a log may be older than the table).
    #[must_use]
    pub fn name_vi<'a>(&'a self, code: &'a str) -> &'a str {
        self.get(code).map_or(code, |topic| &topic.vi)
    }

    /// Its wording inside a Vietnamese sentence; the code itself if the table does not know it.
    #[must_use]
    pub fn phrase<'a>(&'a self, code: &'a str) -> &'a str {
        self.get(code).map_or(code, |topic| topic.phrase.as_deref().unwrap_or(&topic.vi))
    }

    /// The group that a sentence names this code under.
    #[must_use]
    pub fn group_of(&self, code: &str) -> Option<&TopicGroup> {
        self.groups.iter().find(|group| code.strip_prefix(&group.code).is_some_and(|rest| rest.starts_with('.')))
    }
}

impl TryFrom<TopicFile> for TopicTable {
    type Error = TopicError;

    fn try_from(file: TopicFile) -> Result<Self, TopicError> {
        Self::new(file.topic, file.group)
    }
}

fn well_formed(code: &str) -> bool {
    code.split('.')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()))
}
