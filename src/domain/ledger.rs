//! The activity ledger (sổ hoạt động): what was done and does not sound, so that the log cannot know it.
//!
//! Portal articles, conferences, notice boards, mobile cars. Each entry says who it comes from and what proves it; a report marks
//! every figure that rests on it. An entry is never changed: an edit is a new version, a removal strikes it out.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::clip::Digest;
use super::document::DocumentNumber;
use super::report::Period;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Tin bài on the portal (Cổng thông tin điện tử).
    PortalArticle,
    /// Hội nghị, chuyên đề; also part of another meeting.
    Conference,
    /// Niêm yết, cổ động trực quan: boards, banners, leaflets.
    NoticeBoard,
    /// Xe lưu động.
    MobileCar,
}

impl ActivityKind {
    /// Each of them, in the order of a report.
    pub const ALL: [Self; 4] = [Self::NoticeBoard, Self::PortalArticle, Self::Conference, Self::MobileCar];

    /// As written in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PortalArticle => "portal_article",
            Self::Conference => "conference",
            Self::NoticeBoard => "notice_board",
            Self::MobileCar => "mobile_car",
        }
    }

    /// In a Vietnamese table.
    #[must_use]
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::PortalArticle => "tin bài trên Cổng thông tin điện tử",
            Self::Conference => "hội nghị, chuyên đề",
            Self::NoticeBoard => "niêm yết, cổ động trực quan",
            Self::MobileCar => "xe tuyên truyền lưu động",
        }
    }

    /// What one of them is counted in.
    #[must_use]
    pub const fn unit_vi(self) -> &'static str {
        match self {
            Self::PortalArticle => "tin bài",
            Self::Conference => "hội nghị",
            Self::NoticeBoard | Self::MobileCar => "lượt",
        }
    }
}

/// What proves an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// An address on the web.
    Link(String),
    /// A document.
    Document(DocumentNumber),
    /// A file kept in the data folder.
    File {
        /// BLAKE3 of its bytes, which is its name there.
        digest: Digest,
        /// As it was called.
        name: String,
        /// Its size.
        bytes: u64,
    },
}

/// Where an entry comes from. None of them is the log, so each is marked in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A person typed it.
    Hand,
    /// A row of a file that a person gave.
    Table {
        /// Its name.
        file: String,
    },
    /// An entry of a feed or sitemap, found by its words.
    Feed {
        /// File or address.
        source: String,
    },
}

/// What is said of an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityDraft {
    /// What was done.
    pub kind: ActivityKind,
    /// When.
    pub day: NaiveDate,
    /// What it was: the title of an article, the subject of a conference.
    pub title: String,
    /// How many this entry stands for, from 1 on.
    pub count: u32,
    /// Primary topic code.
    pub topic: Option<String>,
    /// Campaign code.
    pub campaign: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// What proves it; may be empty.
    pub evidence: Vec<Evidence>,
    /// Where it comes from.
    pub origin: Origin,
}

impl ActivityDraft {
    /// The most that one entry may stand for.
    pub const COUNT_MAX: u32 = 100_000;
    /// The most pieces of evidence of one entry.
    pub const EVIDENCE_MAX: usize = 10;

    /// The first link among its evidence.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.evidence.iter().find_map(|evidence| match evidence {
            Evidence::Link(link) => Some(link.as_str()),
            _ => None,
        })
    }

    /// What two entries on the same thing have in common: the link, or without one everything that says what it was. `folded`
    /// makes texts comparable.
    #[must_use]
    pub fn identity(&self, folded: impl Fn(&str) -> String) -> String {
        match self.link() {
            Some(link) => format!("{}\n{}", self.kind.as_str(), link_key(link)),
            None => {
                let place = self.place.as_deref().map(&folded).unwrap_or_default();
                format!("{}\n{}\n{}\n{place}", self.kind.as_str(), self.day, folded(self.title.trim()))
            }
        }
    }
}

/// An entry as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its number.
    pub number: u32,
    /// Which version, from 1 on.
    pub version: u32,
    /// When this version was made.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Why it was changed or struck out; none of the first version.
    pub why: Option<String>,
    /// Whether it is struck out: it stays to be seen and counts nothing.
    pub struck: bool,
    /// What it says.
    #[serde(flatten)]
    pub draft: ActivityDraft,
}

/// A link as two spellings of the same address share it: without fragment, tracking words and a slash at the end; scheme and
/// host in small letters, `http` as `https`, without `www.`.
#[must_use]
pub fn link_key(link: &str) -> String {
    let link = link.trim().split('#').next().unwrap_or_default();
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let rest = match path.split_once("://") {
        Some((_, rest)) => rest,
        None => path,
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_lowercase();
    let mut key = format!("{}/{}", host.strip_prefix("www.").unwrap_or(&host), path.trim_end_matches('/'));
    let tracking = |part: &&str| !part.is_empty() && !part.starts_with("utm_") && !part.starts_with("fbclid=");
    let kept: Vec<&str> = query.split('&').filter(tracking).collect();
    if !kept.is_empty() {
        key.push('?');
        key.push_str(&kept.join("&"));
    }
    key
}

/// One kind of activity in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivitySum {
    /// What.
    pub kind: ActivityKind,
    /// Entries of the ledger.
    pub entries: u64,
    /// What they stand for.
    pub count: u64,
    /// Of that, what persons typed or gave as a table.
    pub by_hand: u64,
    /// Of that, what was found in a feed.
    pub from_feed: u64,
    /// Of that, what has evidence.
    pub proven: u64,
}

/// The ledger's figures of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivitySums {
    /// One for each kind, in the order of a report; a kind without entries has zeros.
    pub by_kind: Vec<ActivitySum>,
    /// Topic codes of the counted portal articles.
    pub portal_topics: BTreeSet<String>,
    /// Titles of the counted conferences, in order of time, each once; at most [`ActivitySums::TITLES_MAX`].
    pub conferences: Vec<String>,
    /// Places of the counted conferences, in order of time, each once; at most [`ActivitySums::TITLES_MAX`].
    pub places: Vec<String>,
}

impl Default for ActivitySums {
    fn default() -> Self {
        let zeros = |kind| ActivitySum { kind, entries: 0, count: 0, by_hand: 0, from_feed: 0, proven: 0 };
        Self {
            by_kind: ActivityKind::ALL.map(zeros).to_vec(),
            portal_topics: BTreeSet::new(),
            conferences: Vec::new(),
            places: Vec::new(),
        }
    }
}

impl ActivitySums {
    /// The most titles, and the most places, that a sentence may name.
    pub const TITLES_MAX: usize = 20;

    /// Counts the entries of `period` that are not struck out; with a campaign, only its own.
    #[must_use]
    pub fn fold<'a>(
        period: Period,
        campaign: Option<&str>,
        activities: impl IntoIterator<Item = &'a Activity>,
    ) -> Self {
        let mut counted: Vec<&Activity> = activities
            .into_iter()
            .filter(|activity| !activity.struck && period.contains(activity.draft.day))
            .filter(|activity| campaign.is_none() || activity.draft.campaign.as_deref() == campaign)
            .collect();
        counted.sort_by_key(|activity| (activity.draft.day, activity.number));
        let mut sums = Self::default();
        for Activity { draft, .. } in counted {
            let count = u64::from(draft.count);
            if let Some(sum) = sums.by_kind.iter_mut().find(|sum| sum.kind == draft.kind) {
                sum.entries += 1;
                sum.count += count;
                match draft.origin {
                    Origin::Hand | Origin::Table { .. } => sum.by_hand += count,
                    Origin::Feed { .. } => sum.from_feed += count,
                }
                sum.proven += if draft.evidence.is_empty() { 0 } else { count };
            }
            match draft.kind {
                ActivityKind::PortalArticle => sums.portal_topics.extend(draft.topic.clone()),
                ActivityKind::Conference => {
                    note(&mut sums.conferences, &draft.title);
                    draft.place.iter().for_each(|place| note(&mut sums.places, place));
                }
                ActivityKind::NoticeBoard | ActivityKind::MobileCar => {}
            }
        }
        sums
    }

    /// The figures of one kind.
    #[must_use]
    pub fn of(&self, kind: ActivityKind) -> ActivitySum {
        let zeros = ActivitySum { kind, entries: 0, count: 0, by_hand: 0, from_feed: 0, proven: 0 };
        self.by_kind.iter().copied().find(|sum| sum.kind == kind).unwrap_or(zeros)
    }

    /// Whether the ledger says nothing of the period.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_kind.iter().all(|sum| sum.entries == 0)
    }
}

fn note(names: &mut Vec<String>, name: &str) {
    if names.len() < ActivitySums::TITLES_MAX && !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_have_one_key() {
        let key = link_key("https://laicach.haiduong.gov.vn/tin/cchc-2023");
        for same in [
            "http://laicach.haiduong.gov.vn/tin/cchc-2023/",
            "https://WWW.LaiCach.haiduong.gov.vn/tin/cchc-2023#binh-luan",
            " https://laicach.haiduong.gov.vn/tin/cchc-2023?utm_source=zalo&fbclid=x ",
        ] {
            assert_eq!(link_key(same), key, "{same}");
        }
        for other in ["https://laicach.haiduong.gov.vn/tin/CCHC-2023", "https://laicach.haiduong.gov.vn/tin?id=2"] {
            assert_ne!(link_key(other), key, "{other}");
        }
        assert_ne!(link_key("https://a.vn/tin?id=1"), link_key("https://a.vn/tin?id=2"));
    }
}
