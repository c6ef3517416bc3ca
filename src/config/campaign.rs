//! Campaigns: propaganda plans that clips belong to by tag.

use crate::domain::time::Days;

use super::library::Minutes;
use super::reader::Reader;

/// A campaign (kế hoạch tuyên truyền).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// What a clip is tagged with: 1 to 32 of letters, digits, `.`, `-`, `_`.
    pub code: String,
    /// As a sentence names it.
    pub name: String,
    /// The document it rests on; may be empty.
    pub basis: String,
    /// When it runs.
    pub days: Days,
    /// How long its items shall be.
    pub item_minutes: Minutes,
}

impl Campaign {
    /// The most campaigns a configuration may list.
    pub const COUNT_MAX: usize = 1000;

    pub(super) fn read_all(reader: &Reader<'_>) -> Vec<Self> {
        let entries = reader.entries("campaign");
        if entries.len() > Self::COUNT_MAX {
            reader.reject("campaign", &format!("at most {} campaigns", Self::COUNT_MAX), "remove those long over");
        }
        let mut campaigns: Vec<Self> = Vec::new();
        for entry in entries {
            let campaign = Self::read(&entry);
            if campaigns.iter().any(|other| other.code == campaign.code) {
                entry.reject("code", "each code once", "rename one of them, or remove it");
            }
            campaigns.push(campaign);
        }
        campaigns
    }

    fn read(reader: &Reader<'_>) -> Self {
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
            basis: reader.text_or_empty("basis"),
            days,
            item_minutes: Minutes::read(reader),
        }
    }
}
