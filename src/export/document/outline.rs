//! The sections of a report for whoever writes them: what the template says, and what will stand on paper.

use serde::Serialize;

use super::build::{DocumentSource, section_text};
use super::fields::Fields;
use super::template::{TemplateError, paragraphs};
use super::{Block, OfficialReport};

/// A section of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutlineSection {
    /// Its name, by which a draft keeps its prose.
    pub key: String,
    /// 1 is I, II; 2 is 1, 2; 3 is 2.1, 2.2.
    pub level: u8,
    /// Its heading, with every field filled in; empty if it has none.
    pub heading: String,
    /// The template's paragraphs as written, fields and all: what stands there as long as nobody writes something else.
    pub template: Vec<String>,
    /// Whether it is written from the log, so that nobody writes it.
    pub from_log: bool,
    /// Its paragraphs as they will stand on paper.
    pub stands: Vec<String>,
}

impl OfficialReport {
    /// The sections in order.
    ///
    /// # Errors
    /// A field that does not exist: file, line and name.
    pub fn outline(source: &DocumentSource<'_>) -> Result<Vec<OutlineSection>, TemplateError> {
        let fields = Fields::of(source);
        let mut sections = Vec::new();
        for section in &source.template.parts.section {
            let mut blocks = Vec::new();
            section_text(source, section, &fields, &mut blocks)?;
            let words = |block| match block {
                Block::Heading { text, .. } | Block::Paragraph { text } => text,
            };
            sections.push(OutlineSection {
                key: section.key.clone(),
                level: section.level,
                heading: source.template.fill(&section.heading, &fields)?.unwrap_or_default(),
                template: paragraphs(&section.text).into_iter().map(on_one_line).collect(),
                from_log: section.from_log,
                stands: blocks.into_iter().map(words).collect(),
            });
        }
        Ok(sections)
    }
}

/// A paragraph as a draft keeps it: without breaks of lines.
fn on_one_line(paragraph: &str) -> String {
    paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}
