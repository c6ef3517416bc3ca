//! The report in each of its forms.

mod csv;
mod json;
mod text;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use self::csv::csv;
pub use self::json::json;
pub use self::text::text;
use crate::domain::ledger::ActivitySums;
use crate::domain::report::{Report, Sentences};
use crate::domain::topic::TopicTable;
use crate::domain::words::Language;

/// Everything that a written report says.
#[derive(Debug, Clone)]
pub struct ReportSheet<'a> {
    /// The counts.
    pub report: &'a Report,
    /// The counts in words.
    pub sentences: &'a Sentences,
    /// Names of topics.
    pub topics: &'a TopicTable,
    /// Names of campaigns by code; a code without a name stands for itself.
    pub campaigns: &'a BTreeMap<String, String>,
    /// What the activity ledger says of the period.
    pub activities: &'a ActivitySums,
    /// Times are shown in this zone.
    pub zone: Tz,
    /// Where it comes from.
    pub provenance: &'a Provenance,
}

/// Where a report comes from, so that it can be checked against the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The station in full: `Đài truyền thanh thị trấn Lai Cách`.
    pub station: String,
    /// When the report was made.
    pub made_at: DateTime<Utc>,
    /// Name and version of the program.
    pub program: String,
    /// The last row of the log it was counted from; none if the log is empty.
    pub log_head: Option<LogHead>,
    /// The fingerprint of the station's public key, with which bundles are signed; none if it was never used.
    pub key_fingerprint: Option<String>,
    /// Whether the log is that of a rehearsal. Every form says so.
    pub simulated: bool,
}

/// The last row of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// Its number.
    pub seq: u64,
    /// Its hash, in hexadecimal: fixes every row up to it.
    pub hash: String,
}

impl ReportSheet<'_> {
    /// The name of a topic; the code itself if the table does not know it (a log may be older than the table).
    pub(super) fn topic<'b>(&'b self, code: &'b str, language: Language) -> &'b str {
        match language {
            Language::Vi => self.topics.name_vi(code),
            Language::En => self.topics.get(code).map_or(code, |topic| &topic.en),
        }
    }

    /// The name of a campaign, or of having none.
    fn campaign<'b>(&'b self, code: Option<&'b str>) -> &'b str {
        match code {
            Some(code) => self.campaigns.get(code).map_or(code, String::as_str),
            None => "không thuộc kế hoạch tuyên truyền nào",
        }
    }
}
