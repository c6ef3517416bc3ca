//! The office's own texts: sections with named fields, read from TOML.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use super::fields::Fields;

/// The longest text template, in bytes: some hundred pages.
const TEMPLATE_MAX: usize = 1_000_000;

/// A text template that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is no TOML of this form.
    #[error("{file} line {line}: {message}; compare it with the one that `loa report --templates DIR` writes")]
    Syntax {
        /// The file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What the reader says.
        message: String,
    },
    /// A field that does not exist.
    #[error("{file} line {line}: field `{field}` is unknown{}; the fields are {known}", like(nearest))]
    Field {
        /// The file.
        file: String,
        /// Counted from 1; in a Word file, paragraphs.
        line: usize,
        /// As written.
        field: String,
        /// What it may have been meant to be.
        nearest: Option<String>,
        /// The fields there are.
        known: String,
    },
    /// A field that does not end.
    #[error("{file} line {line}: `{{{{` is not closed; write a field as {{{{period}}}}")]
    Open {
        /// The file.
        file: String,
        /// Counted from 1.
        line: usize,
    },
    /// Something in it has no place.
    #[error("{file}: {what}")]
    Unfit {
        /// The file.
        file: String,
        /// What, with its remedy.
        what: String,
    },
}

fn like(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

/// The texts of a report as the office wrote them.
#[derive(Debug, Clone, PartialEq)]
pub struct TextTemplate {
    /// The file it comes from, for messages.
    pub file: String,
    text: String,
    pub(super) parts: Parts,
}

/// The file as written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts {
    pub(super) document: Document,
    #[serde(default)]
    pub(super) recipient: Vec<Recipient>,
    #[serde(default)]
    pub(super) signature: Signature,
    /// Figures that a person types in, by name, with what they are.
    #[serde(default)]
    pub(super) typed: BTreeMap<String, String>,
    pub(super) section: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(default)]
    pub(super) superior: String,
    /// Empty: what the configuration says of the agency of that time; so the next three.
    #[serde(default)]
    pub(super) agency: Vec<String>,
    pub(super) state: String,
    pub(super) motto: String,
    pub(super) number: String,
    pub(super) place_date: String,
    pub(super) kind: String,
    pub(super) about: Vec<String>,
    #[serde(default)]
    pub(super) basis: Vec<String>,
    pub(super) opening: Vec<String>,
    pub(super) closing: String,
    pub(super) annex_attached: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recipient {
    pub(super) text: String,
    /// First day on which it is written to.
    #[serde(default)]
    pub(super) from: Option<toml::value::Datetime>,
    /// Last day.
    #[serde(default)]
    pub(super) to: Option<toml::value::Datetime>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signature {
    pub(super) recipients_title: String,
    #[serde(default)]
    pub(super) lines: Vec<String>,
    #[serde(default)]
    pub(super) name: String,
}

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    pub(super) key: String,
    pub(super) level: u8,
    pub(super) heading: String,
    #[serde(default)]
    pub(super) text: String,
    /// Written from the log: a text of the period before does not take its place.
    #[serde(default)]
    pub(super) from_log: bool,
}

impl TextTemplate {
    /// Reads a template. Its fields are checked when it is filled.
    ///
    /// # Errors
    /// It is no TOML of this form, or a key is given twice.
    pub fn read(file: &str, text: &str) -> Result<Self, TemplateError> {
        let unfit = |what: String| TemplateError::Unfit { file: file.to_owned(), what };
        if text.len() > TEMPLATE_MAX {
            return Err(unfit(format!("it has {} bytes, expected at most {TEMPLATE_MAX}; shorten it", text.len())));
        }
        let parts: Parts = toml::from_str(text).map_err(|error| TemplateError::Syntax {
            file: file.to_owned(),
            line: line_at(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        let mut seen = BTreeSet::new();
        for section in &parts.section {
            if !seen.insert(section.key.as_str()) {
                return Err(unfit(format!("section `{}` is given twice; rename one of them", section.key)));
            }
            if !(1..=3).contains(&section.level) {
                let (key, level) = (&section.key, section.level);
                return Err(unfit(format!("section `{key}` has level {level}, expected 1, 2 or 3; I is 1, 2.1 is 3")));
            }
        }
        Ok(Self { file: file.to_owned(), text: text.to_owned(), parts })
    }

    /// The sections that an office edits: key, heading and text as written, fields and all.
    pub fn sections(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let edited = self.parts.section.iter().filter(|section| !section.from_log);
        edited.map(|section| (section.key.as_str(), section.heading.as_str(), section.text.as_str()))
    }

    /// The figures that a person types in: name and what it is.
    pub fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts.typed.iter().map(|(name, what)| (name.as_str(), what.as_str()))
    }

    /// Fills the fields of one text; none if a field marked `?` is empty, which drops the text.
    pub(super) fn fill(&self, text: &str, fields: &Fields) -> Result<Option<String>, TemplateError> {
        fill(text, fields, |at| (self.file.clone(), self.line_of(text, at)))
    }

    /// Fills each, leaving out those that are dropped or empty.
    pub(super) fn fill_all(&self, texts: &[String], fields: &Fields) -> Result<Vec<String>, TemplateError> {
        let filled = texts.iter().filter_map(|text| self.fill(text, fields).transpose());
        filled.filter(|text| text.as_ref().is_ok_and(|text| !text.is_empty()) || text.is_err()).collect()
    }

    /// The line of the file on which byte `at` of `part` stands. A part of another file has line 1 and so on.
    fn line_of(&self, part: &str, at: usize) -> usize {
        // A text of TOML stands in the file as it is, but for one with escapes: there the field itself is looked for.
        let field = part[at..].split_inclusive("}}").next().unwrap_or_default();
        let found = self.text.find(part.trim_end()).map(|start| start + at).or_else(|| self.text.find(field));
        line_at(&self.text, found.unwrap_or(0))
    }
}

/// Replaces `{{name}}`, and `{{?name}}` which drops the text when empty, then draws blanks together.
pub(in crate::export) fn fill(
    text: &str,
    fields: &Fields,
    place: impl Fn(usize) -> (String, usize),
) -> Result<Option<String>, TemplateError> {
    let mut filled = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|found| at + found) {
        let Some(close) = text[open..].find("}}").map(|found| open + found) else {
            let (file, line) = place(open);
            return Err(TemplateError::Open { file, line });
        };
        filled.push_str(&text[at..open]);
        let name = text[open + 2..close].trim();
        let (name, needed) = name.strip_prefix('?').map_or((name, false), |name| (name.trim(), true));
        let Some(value) = fields.get(name) else {
            let (file, line) = place(open);
            let (nearest, known) = (fields.nearest(name), fields.names());
            return Err(TemplateError::Field { file, line, field: name.to_owned(), nearest, known });
        };
        if needed && value.is_empty() {
            return Ok(None);
        }
        filled.push_str(value);
        at = close + 2;
    }
    filled.push_str(&text[at..]);
    Ok(Some(single_blanks(&filled)))
}

/// Without doubled blanks, which an empty field leaves behind; line breaks of a paragraph are blanks too. The blanks that
/// a clerk fills ("Số:      /BC-UBND") are no-break spaces and stay.
fn single_blanks(text: &str) -> String {
    let words: Vec<&str> = text.split([' ', '\n', '\t', '\r']).filter(|word| !word.is_empty()).collect();
    words.join(" ").replace(" ,", ",").replace(" ;", ";").replace(" .", ".")
}

/// The paragraphs of a text: parted by empty lines.
pub(super) fn paragraphs(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        match (line.trim().is_empty(), start) {
            (true, Some(from)) => {
                found.push(&text[from..offset]);
                start = None;
            }
            (false, None) => start = Some(offset),
            _ => {}
        }
        offset += line.len();
    }
    if let Some(from) = start {
        found.push(&text[from..]);
    }
    found
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
}

impl Recipient {
    pub(super) fn gets_on(&self, day: NaiveDate) -> bool {
        let date = |datetime: &Option<toml::value::Datetime>| {
            let date = datetime.as_ref()?.date?;
            NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
        };
        date(&self.from).is_none_or(|from| from <= day) && date(&self.to).is_none_or(|to| day <= to)
    }
}
