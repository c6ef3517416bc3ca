//! Campaigns: propaganda plans that clips belong to by tag.

use chrono::NaiveDate;

use super::library::Minutes;
use super::reader::Reader;
use crate::domain::campaign::Targets;
use crate::domain::document::{BasisDocument, DocumentNumber};
use crate::domain::time::Days;
use crate::domain::topic::{Topic, TopicTable};

/// A campaign (kế hoạch tuyên truyền).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// What a clip is tagged with: 1 to 32 of letters, digits, `.`, `-`, `_`.
    pub code: String,
    /// As a sentence names it.
    pub name: String,
    /// What it rests on, in words of its own; may be empty, and then the documents say it.
    pub basis: String,
    /// The documents it rests on, in the order in which a report cites them.
    pub basis_documents: Vec<BasisDocument>,
    /// When it runs.
    pub days: Days,
    /// How long its items shall be.
    pub item_minutes: Minutes,
    /// What its plan asks for.
    pub targets: Targets,
}

impl Campaign {
    /// The most campaigns a configuration may list.
    pub const COUNT_MAX: usize = 1000;
    /// The most documents that a campaign may rest on.
    pub const DOCUMENTS_MAX: usize = 50;
    /// The most topics that a plan may ask for.
    pub const TOPICS_MAX: usize = 100;

    /// What it rests on, in a line: the configured words, else its documents.
    #[must_use]
    pub fn basis_line(&self) -> String {
        if !self.basis.is_empty() {
            return self.basis.clone();
        }
        self.basis_documents.iter().map(BasisDocument::cited).collect::<Vec<_>>().join("; ")
    }

    pub(super) fn read_all(reader: &Reader<'_>, topics: Option<&TopicTable>) -> Vec<Self> {
        let entries = reader.entries("campaign");
        if entries.len() > Self::COUNT_MAX {
            reader.reject("campaign", &format!("at most {} campaigns", Self::COUNT_MAX), "remove those long over");
        }
        let mut campaigns: Vec<Self> = Vec::new();
        for entry in entries {
            let campaign = Self::read(&entry, topics);
            if campaigns.iter().any(|other| other.code == campaign.code) {
                entry.reject("code", "each code once", "rename one of them, or remove it");
            }
            campaigns.push(campaign);
        }
        campaigns
    }

    fn read(reader: &Reader<'_>, topics: Option<&TopicTable>) -> Self {
        let code = reader.own_text("code");
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if !(1..=32).contains(&code.len()) || !code.bytes().all(fits) {
            reader.reject("code", "1 to 32 of A-Z, a-z, 0-9, '.', '-' and '_'", "for example CCHC-2023");
        }
        let days = Days { from: reader.day("from"), to: reader.day("to") };
        if days.from.zip(days.to).is_some_and(|(from, to)| to < from) {
            reader.reject("to", "a day on or after `from`", "both days belong to the campaign");
        }
        Self {
            code,
            name: reader.own_text("name"),
            basis: reader.own_text_or_empty("basis"),
            basis_documents: documents(reader),
            days,
            item_minutes: Minutes::read(reader),
            targets: targets(reader, topics),
        }
    }
}

fn targets(reader: &Reader<'_>, known: Option<&TopicTable>) -> Targets {
    let topics = reader.texts("topics_to_cover", Campaign::TOPICS_MAX);
    let is_known = |code: &str| {
        let under = format!("{code}.");
        let fits = |topic: &Topic| topic.code == code || topic.code.starts_with(&under);
        known.is_none_or(|known| known.topics().iter().any(fits))
    };
    if let Some(unknown) = topics.iter().find(|code| !is_known(code)) {
        let expected = format!("codes of topics; `{unknown}` is none");
        reader.reject("topics_to_cover", &expected, "`loa topics` lists them");
    }
    Targets {
        items_per_month: reader.whole("items_per_month", &(0..=10_000), "items"),
        minutes_per_month: reader.whole("minutes_per_month", &(0..=100_000), "minutes"),
        topics,
    }
}

fn documents(reader: &Reader<'_>) -> Vec<BasisDocument> {
    let entries = reader.own_entries("basis_document");
    if entries.len() > Campaign::DOCUMENTS_MAX {
        let expected = format!("at most {} documents", Campaign::DOCUMENTS_MAX);
        reader.reject("basis_document", &expected, "keep those that the report cites");
    }
    let read: Vec<Option<BasisDocument>> = entries.iter().map(document).collect();
    read.into_iter().flatten().collect()
}

/// None only together with a fault.
fn document(reader: &Reader<'_>) -> Option<BasisDocument> {
    let kind = reader.own_text("kind");
    let number = reader.own_text("number");
    let parsed = number.parse::<DocumentNumber>().ok();
    if parsed.is_none() && !number.is_empty() {
        reader.reject("number", DocumentNumber::EXPECTED, "copy it from the head of the document, after \"Số:\"");
    }
    let date: Option<NaiveDate> = reader.own_day("date");
    let issuer = reader.own_text("issuer");
    let subject = reader.own_text_or_empty("subject");
    Some(BasisDocument { kind, number: parsed?, date: date?, issuer, subject })
}
